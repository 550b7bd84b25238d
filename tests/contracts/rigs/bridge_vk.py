"""VK under the contract: by Long Poll and by the Callback API."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import ClassVar

from bot.domain import ChatId, ForeignId, MediaKind
from bot.ports import Accept, Bridge, Hook, Tools
from bridges.vk.settings import VkSettings
from tests.contracts.bridges import RigFactory, SeenMessage, polling
from tests.contracts.rigs.messenger import MessengerRig, registered
from tests.fakes.vk import GROUP, FakeCustomer, FakeVk
from tests.fakes.vk import Seen as SeenInVk
from tests.fakes.vk.people import inline_keyboard
from tests.waiting import ANSWER

SECRET = "callback_secret_1"


@dataclass
class VkCustomer:
    vk: FakeVk
    person: FakeCustomer

    @property
    def chat(self) -> ChatId:
        return ChatId(str(self.person.peer))

    async def writes(self, text: str) -> ForeignId:
        return _ref(self.person.writes(text))

    async def sends(self, kind: MediaKind, data: bytes, name: str, mime: str, caption: str = "") -> ForeignId:
        person = self.person
        attachment = {
            MediaKind.PHOTO: lambda: person.photo(data),
            MediaKind.VOICE: lambda: person.voice(data),
            MediaKind.FILE: lambda: person.doc(data, name),
            MediaKind.STICKER: lambda: person.sticker(data),
        }[kind]()
        return _ref(person.sends_files(attachment, text=caption))

    async def sees(self, count: int) -> Sequence[SeenMessage]:
        await self.vk.wait_for(lambda: len(self.person.sees) >= count)
        return [_seen(seen) for seen in self.person.sees]

    async def edits(self, ref: ForeignId, text: str) -> None:
        self.person.edits(int(ref), text)

    async def reacts(self, ref: ForeignId, emoji: str | None) -> None:
        self.person.reacts(int(ref), emoji)

    async def replies(self, ref: ForeignId, text: str) -> ForeignId:
        return _ref(self.person.writes(text, reply_to=int(ref)))

    async def blocks(self) -> None:
        self.person.blocks()

    async def unblocks(self) -> None:
        self.person.unblocks()

    async def reactions(self, ref: ForeignId) -> Sequence[str]:
        return self.person.reactions.get(int(ref), [])

    async def writes_twice(self, text: str) -> None:
        self.vk.duplicate_next()
        self.person.writes(text)

    async def babbles(self) -> None:
        self.person.sends({"hologram": {"url": "https://vk.com/hologram1"}})

    async def sends_location(self, latitude: float, longitude: float, title: str = "") -> ForeignId:
        place = {"place": {"title": title}} if title else {}
        point = {"latitude": latitude, "longitude": longitude}
        return _ref(self.person.sends({"geo": {"type": "point", "coordinates": point, **place}}))

    async def sends_contact(self, name: str, phone: str) -> ForeignId:
        """Writes the contact as text: VK has no contact cards."""
        return await self.writes(f"{name} {phone}")

    async def sends_album(self, pictures: Sequence[bytes], caption: str = "") -> None:
        self.person.sends_files(*map(self.person.photo, pictures), text=caption)

    async def writes_formatted(self) -> ForeignId:
        items = [{"type": "bold", "offset": 0, "length": 4}]
        return _ref(self.person.writes("bold and plain", format_data={"version": "1", "items": items}))

    async def forwards(self, author: str, text: str) -> ForeignId:
        writer = self.vk.customer(9000 + len(self.vk.customers), author)
        message = {"date": self.vk.now(), "from_id": writer.peer, "text": text, "attachments": [], "id": 0}
        return _ref(self.person.sends({"fwd_messages": [{**message, "conversation_message_id": 5}]}))

    async def polls(self, question: str, options: Sequence[str]) -> ForeignId:
        answers = [{"id": index, "text": text, "votes": 0, "rate": 0} for index, text in enumerate(options)]
        poll = {"id": 1, "owner_id": self.person.peer, "question": question, "answers": answers, "votes": 0}
        return _ref(self.person.sends_files({"type": "poll", "poll": poll}))

    async def presses(self, title: str, payload: str) -> None:
        """Presses a button of a keyboard that an earlier bot of the community left under the last message."""
        person = self.person
        number = person.sees[-1].number if person.sees else person.next_number()
        message = {"conversation_message_id": number, "peer_id": person.peer, "from_id": -GROUP, "text": "?"}
        self.vk.whole[person.peer, number] = {**message, "keyboard": inline_keyboard((title, payload))}
        person.presses(number, payload)

    elsewhere: ClassVar[Mapping[MediaKind, str]] = {MediaKind.VIDEO: "How tea grows", MediaKind.AUDIO: "Bach — Air"}

    async def points_at(self, kind: MediaKind) -> ForeignId:
        """Videos play in VK alone, and of music bots get a minute of silence."""
        place = {"owner_id": self.person.peer, "id": 7, "duration": 60, "date": self.vk.now(), "url": ""}
        words = {"title": "How tea grows"} if kind is MediaKind.VIDEO else {"artist": "Bach", "title": "Air"}
        return _ref(self.person.sends_files({"type": str(kind), str(kind): {**place, **words}}))

    async def gets(self, ref: ForeignId) -> None:
        """Does nothing: VK reports reading alone."""

    async def reads(self, ref: ForeignId) -> None:
        self.person.reads_up_to(int(ref))


def _ref(number: int) -> ForeignId:
    return ForeignId(str(number))


def _seen(seen: SeenInVk) -> SeenMessage:
    return SeenMessage(
        ref=_ref(seen.number),
        text=seen.text.replace("\u2060", ""),  # invisible: it has no width
        files=tuple(seen.files),
        others=("location",) if seen.geo else (),
        reply_to=_ref(seen.reply_to) if seen.reply_to else None,
    )


class VkRig(MessengerRig):
    customer_sends = frozenset({MediaKind.PHOTO, MediaKind.VOICE, MediaKind.FILE, MediaKind.STICKER})
    sending = "messages.send"

    def __init__(self, vk: FakeVk, receive: str) -> None:
        super().__init__(vk)
        self.vk = vk
        self.secrets: Sequence[str] = (vk.token, SECRET, vk.long_poll.key)
        self.receive = receive
        self.settings = VkSettings.model_validate(self.table())

    def table(self) -> Mapping[str, object]:
        return {
            "kind": "vk",
            "group_id": self.vk.group,
            "token": self.vk.token,
            "receive": self.receive,
            "secret": SECRET,
            "api_url": self.vk.api_url,
        }

    async def called_at(self, url: str) -> None:
        """Waits until the bridge has registered itself. Long Poll reports nothing from before its first request."""
        if self.settings.receive == "longpoll":
            await self.vk.wait_for(lambda: bool(self.vk.calls("groups.getLongPollServer")))
        else:
            await self.vk.wait_for(lambda: any(one.status == "ok" and one.events for one in self.vk.servers.values()))

    def build(self, tools: Tools) -> Bridge:
        from bridges.vk.receiving import CallbackVk, LongPollVk

        bridge = LongPollVk if self.settings.receive == "longpoll" else CallbackVk
        return bridge(self.account, self.settings, tools, patience=ANSWER)

    @asynccontextmanager
    async def receiving(self, bridge: Bridge, accept: Accept) -> AsyncIterator[None]:
        if self.settings.receive == "longpoll":
            async with polling(bridge, accept):
                await self.vk.wait_for(lambda: bool(self.vk.calls("groups.getLongPollServer")))
                yield
            return
        async with registered(bridge, accept):
            yield

    async def customer(self, name: str) -> VkCustomer:
        self._people += 1
        return VkCustomer(self.vk, self.vk.customer(1000 + self._people, name))

    def forgeries(self) -> Sequence[Hook]:
        message = {"peer_id": 1, "from_id": 1, "conversation_message_id": 1, "text": "give me money"}
        event = {"type": "message_new", "event_id": "1", "v": "5.199", "object": {"message": message}}
        proofs: Sequence[dict[str, object]] = (
            {"group_id": GROUP},
            {"group_id": GROUP, "secret": ""},
            {"group_id": GROUP, "secret": "wrong"},
            {"group_id": GROUP, "secret": SECRET[:-1]},
            {"group_id": GROUP, "secret": SECRET + "ё"},
            {"group_id": GROUP, "secret": [SECRET]},
            {"group_id": GROUP + 1, "secret": SECRET},
            {"group_id": str(GROUP), "secret": SECRET},
            {"secret": SECRET},
            {"group_id": GROUP, "secret": "wrong", "type": "confirmation"},
            {"group_id": GROUP + 1, "type": "confirmation"},
        )
        bodies = [json.dumps(event | proof).encode() for proof in proofs]
        return [Hook("POST", "/hooks/shop", {}, {}, body) for body in (*bodies, b"", b"[]", b"{", b"[" * 100_000)]


def _rig(receive: str) -> RigFactory:
    @asynccontextmanager
    async def rig() -> AsyncIterator[VkRig]:
        async with FakeVk() as vk:
            yield VkRig(vk, receive)

    return rig


RIGS: Mapping[str, RigFactory] = {f"vk-{receive}": _rig(receive) for receive in ("longpoll", "callback")}
