"""Viber under the contract. It fetches files from us, so the rig serves those of the tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import ClassVar

from bot.domain import ChatId, ForeignId, MediaKind
from bot.ports import Accept, Bridge, Hook, Tools
from bridges.viber.settings import ViberSettings
from tests.bridges.serving import app_of, named_file_route
from tests.contracts.bridges import RigFactory, SeenMessage
from tests.contracts.rigs.messenger import MessengerRig, registered
from tests.fakes.viber import FakeCustomer, FakeViber
from tests.fakes.viber import Seen as SeenInViber
from tests.fakes.viber.callbacks import sign
from tests.serving import serving
from tests.tools import folder
from tests.waiting import ANSWER

KINDS = {MediaKind.PHOTO: "picture", MediaKind.VIDEO: "video", MediaKind.FILE: "file"}
OTHERS = ("location", "contact")


@dataclass
class ViberCustomer:
    viber: FakeViber
    person: FakeCustomer

    @property
    def chat(self) -> ChatId:
        return ChatId(self.person.id)

    async def writes(self, text: str) -> ForeignId:
        return ForeignId(str(self.person.writes(text)))

    async def sends(self, kind: MediaKind, data: bytes, name: str, mime: str, caption: str = "") -> ForeignId:
        more = {"text": caption} if caption else {}
        return ForeignId(str(self.person.sends_file(KINDS[kind], data, name, **more)))

    async def sees(self, count: int) -> Sequence[SeenMessage]:
        """Includes messages that are still on their way: a file and its text are two."""
        await self.viber.wait_for(lambda: len(self.person.sees) >= max(count, len(self.person.shown)))
        return [_seen(seen) for seen in self.person.sees]

    async def blocks(self) -> None:
        self.person.unsubscribes()

    async def unblocks(self) -> None:
        self.person.subscribes()

    async def writes_twice(self, text: str) -> None:
        self.viber.duplicate_next()
        self.person.writes(text)

    async def babbles(self) -> None:
        self.person.sends({"type": "hologram", "hologram": 1})

    async def sends_location(self, latitude: float, longitude: float, title: str = "") -> ForeignId:
        """Sends a location without a title: Viber has none."""
        place = {"lat": latitude, "lon": longitude}
        return ForeignId(str(self.person.sends({"type": "location", "location": place})))

    async def sends_contact(self, name: str, phone: str) -> ForeignId:
        contact = {"name": name, "phone_number": phone}
        return ForeignId(str(self.person.sends({"type": "contact", "contact": contact})))

    elsewhere: ClassVar[Mapping[MediaKind, str]] = {MediaKind.STICKER: "46105"}

    async def points_at(self, kind: MediaKind) -> ForeignId:
        return ForeignId(str(self.person.sends({"type": "sticker", "sticker_id": 46105})))

    async def gets(self, ref: ForeignId) -> None:
        self.person.gets(int(ref))

    async def reads(self, ref: ForeignId) -> None:
        self.person.sees_it(int(ref))


def _seen(seen: SeenInViber) -> SeenMessage:
    return SeenMessage(
        ref=ForeignId(str(seen.token)),
        text=seen.text,
        files=(seen.data,) if seen.data is not None else (),
        others=(seen.kind,) if seen.kind in OTHERS else (),
    )


class ViberRig(MessengerRig):
    customer_sends = frozenset(KINDS)
    nobody = ChatId("AAAAAAAAAAAAAAAAAAAAAA==")
    sending = "send_message"

    def __init__(self, viber: FakeViber) -> None:
        super().__init__(viber)
        self.viber = viber
        self.secrets: Sequence[str] = (viber.token,)
        self.settings = ViberSettings.model_validate(self.table())
        self.tools: Tools | None = None

    def table(self) -> Mapping[str, object]:
        return {"kind": "viber", "token": self.viber.token, "sender": "Shop", "api_url": self.viber.url}

    async def called_at(self, url: str) -> None:
        """Waits until the bridge has registered itself: before that Viber sends nothing."""
        await self.viber.wait_for(lambda: self.viber.webhook.url == url)

    def build(self, tools: Tools) -> Bridge:
        from bridges.viber.bridge import ViberBridge

        self.tools = tools
        return ViberBridge(self.account, self.settings, tools, patience=ANSWER)

    @asynccontextmanager
    async def receiving(self, bridge: Bridge, accept: Accept) -> AsyncIterator[None]:
        assert self.tools is not None
        files = folder(self.tools)
        async with serving(app_of([named_file_route(files)])) as server:
            files.base = server.url
            async with registered(bridge, accept):
                yield

    async def customer(self, name: str) -> ViberCustomer:
        return ViberCustomer(self.viber, self.viber.customer(name))

    def forgeries(self) -> Sequence[Hook]:
        body = (
            b'{"event": "message", "message_token": 1, "sender": {"id": "a"}, "message": {"type": "text", "text": "!"}}'
        )
        right = sign(body, self.viber.token)
        given = ("", "wrong", right[:-1], right + "0", right.upper(), "ё", sign(body + b" ", self.viber.token))
        hooks = [Hook("POST", "/hooks/shop", {"x-viber-content-signature": one}, {}, body) for one in given]
        return [Hook("POST", "/hooks/shop", {}, {"sig": right}, body), *hooks]


@asynccontextmanager
async def viber() -> AsyncIterator[ViberRig]:
    async with FakeViber() as server:
        yield ViberRig(server)


RIGS: Mapping[str, RigFactory] = {"viber": viber}
