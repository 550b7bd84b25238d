"""MAX under the contract: polled, and with a webhook."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.domain import ChatId, ForeignId, MediaKind
from bot.ports import Accept, Bridge, Hook, Tools
from bridges.max.settings import MaxSettings
from tests.contracts.bridges import RigFactory, SeenMessage, polling
from tests.contracts.rigs.messenger import MessengerRig, registered
from tests.fakes.max import FakeCustomer, FakeMax
from tests.fakes.max import Seen as SeenInMax
from tests.waiting import ANSWER

TYPES = {
    MediaKind.PHOTO: "image",
    MediaKind.VIDEO: "video",
    MediaKind.VOICE: "audio",
    MediaKind.FILE: "file",
    MediaKind.STICKER: "sticker",
}
SECRET = "webhook-secret"


@dataclass
class MaxCustomer:
    max: FakeMax
    person: FakeCustomer

    @property
    def chat(self) -> ChatId:
        return ChatId(str(self.person.chat_id))

    async def writes(self, text: str) -> ForeignId:
        return ForeignId(self.person.writes(text))

    async def sends(self, kind: MediaKind, data: bytes, name: str, mime: str, caption: str = "") -> ForeignId:
        return ForeignId(self.person.sends_file(TYPES[kind], data, name, caption))

    async def sees(self, count: int) -> Sequence[SeenMessage]:
        await self.max.wait_for(lambda: len(self.person.sees) >= count)
        return [_seen(seen) for seen in self.person.sees]

    async def edits(self, ref: ForeignId, text: str) -> None:
        self.person.edits(ref, text)

    async def deletes(self, ref: ForeignId) -> None:
        self.person.deletes(ref)

    async def replies(self, ref: ForeignId, text: str) -> ForeignId:
        return ForeignId(self.person.replies(ref, text))

    async def blocks(self) -> None:
        self.person.stops()

    async def unblocks(self) -> None:
        self.person.starts()

    async def writes_twice(self, text: str) -> None:
        self.max.duplicate_next()
        self.person.writes(text)

    async def babbles(self) -> None:
        about = {"message": {"recipient": {"chat_id": self.person.chat_id}, "hologram": 1}}
        self.max.push("message_created", about, self.person.chat_id)

    async def sends_location(self, latitude: float, longitude: float, title: str = "") -> ForeignId:
        place = {"type": "location", "latitude": latitude, "longitude": longitude}
        return ForeignId(self.person.sends(title, place))

    async def sends_contact(self, name: str, phone: str) -> ForeignId:
        card = f"BEGIN:VCARD\r\nVERSION:3.0\r\nTEL;TYPE=cell:{phone}\r\nFN:{name}\r\nEND:VCARD\r\n"
        return ForeignId(self.person.sends("", {"type": "contact", "payload": {"vcf_info": card, "hash": "0"}}))

    async def sends_album(self, pictures: Sequence[bytes], caption: str = "") -> None:
        self.person.sends(caption, *(self.max.shelf.given_away("image", data, "") for data in pictures))

    async def writes_formatted(self) -> ForeignId:
        return ForeignId(self.person.writes("bold and plain", markup=[{"type": "strong", "from": 0, "length": 4}]))

    async def forwards(self, author: str, text: str) -> ForeignId:
        return ForeignId(self.person.forwards(author, text))

    async def presses(self, title: str, payload: str) -> None:
        last = self.person.sees[-1].mid if self.person.sees else ""
        self.person.presses(last, payload, title)


def _seen(seen: SeenInMax) -> SeenMessage:
    return SeenMessage(
        ref=ForeignId(seen.mid),
        text=seen.text,
        files=tuple(file.data for file in seen.files),
        others=tuple(one["type"] for one in seen.others),
        reply_to=ForeignId(seen.reply_to) if seen.reply_to else None,
    )


class MaxRig(MessengerRig):
    customer_sends = frozenset(TYPES)
    sending = "POST /messages"

    def __init__(self, server: FakeMax, receive: str) -> None:
        super().__init__(server)
        self.max, self.receive = server, receive
        self.secrets: Sequence[str] = (server.token, SECRET)
        self.settings = MaxSettings.model_validate(self.table())

    def table(self) -> Mapping[str, object]:
        return {
            "kind": "max",
            "token": self.max.token,
            "receive": self.receive,
            "webhook_secret": SECRET,
            "api_url": self.max.url,
        }

    def build(self, tools: Tools) -> Bridge:
        from bridges.max.receiving import PollingMax, WebhookMax

        bridge = PollingMax if self.receive == "polling" else WebhookMax
        return bridge(self.account, self.settings, tools, patience=ANSWER)

    @asynccontextmanager
    async def receiving(self, bridge: Bridge, accept: Accept) -> AsyncIterator[None]:
        if self.receive == "polling":
            async with polling(bridge, accept):
                await self.max.wait_for(lambda: self.max.queue.asked is not None)
                yield
            return
        async with registered(bridge, accept):
            yield

    async def customer(self, name: str) -> MaxCustomer:
        self._people += 1
        return MaxCustomer(self.max, self.max.customer(1000 + self._people, name))

    def forgeries(self) -> Sequence[Hook]:
        body = b'{"update_type": "message_created", "message": {"recipient": {"chat_id": 1}, "body": {"mid": "m"}}}'
        given = ({}, *({"x-max-bot-api-secret": secret} for secret in ("", "wrong", SECRET[:-1], SECRET + "ё")))
        return [Hook("POST", "/hooks/shop", headers, {}, body) for headers in given]


def _rig(receive: str) -> RigFactory:
    @asynccontextmanager
    async def rig() -> AsyncIterator[MaxRig]:
        async with FakeMax() as server:
            yield MaxRig(server, receive)

    return rig


RIGS: Mapping[str, RigFactory] = {f"max-{receive}": _rig(receive) for receive in ("polling", "webhook")}
