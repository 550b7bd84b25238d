"""Telegram under the contract: polled, and with a webhook."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.domain import ChatId, ForeignId, MediaKind
from bot.ports import Accept, Bridge, Hook, Tools
from bridges.telegram.settings import TelegramSettings
from tests.contracts.bridges import RigFactory, SeenMessage, polling
from tests.contracts.rigs.messenger import MessengerRig, registered
from tests.fakes.telegram import FakeCustomer, FakeTelegram
from tests.fakes.telegram import Seen as SeenInTelegram
from tests.waiting import ANSWER

FIELDS = {
    MediaKind.VIDEO: "video",
    MediaKind.VOICE: "voice",
    MediaKind.AUDIO: "audio",
    MediaKind.FILE: "document",
    MediaKind.STICKER: "sticker",
}
TYPES = {"location": "location", "venue": "location", "contact": "contact"}
SECRET = "webhook-secret"


@dataclass
class TelegramCustomer:
    telegram: FakeTelegram
    person: FakeCustomer

    @property
    def chat(self) -> ChatId:
        return ChatId(str(self.person.chat_id))

    async def writes(self, text: str) -> ForeignId:
        return ForeignId(str(self.person.writes(text)))

    async def sends(self, kind: MediaKind, data: bytes, name: str, mime: str, caption: str = "") -> ForeignId:
        if kind is MediaKind.PHOTO:
            return ForeignId(str(self.person.sends_photo(data, caption)))
        words = {"caption": caption} if caption else {}
        return ForeignId(str(self.person.sends_file(FIELDS[kind], data, name, mime, **words)))

    async def sees(self, count: int) -> Sequence[SeenMessage]:
        await self.telegram.wait_for(lambda: len(self.person.sees) >= count)
        return [_seen(seen) for seen in self.person.sees]

    async def edits(self, ref: ForeignId, text: str) -> None:
        self.person.edits(int(ref), text)

    async def reacts(self, ref: ForeignId, emoji: str | None) -> None:
        self.person.reacts(int(ref), emoji)

    async def replies(self, ref: ForeignId, text: str) -> ForeignId:
        return ForeignId(str(self.person.writes(text, reply_to=int(ref))))

    async def blocks(self) -> None:
        self.person.blocks()

    async def unblocks(self) -> None:
        self.person.unblocks()

    async def reactions(self, ref: ForeignId) -> Sequence[str]:
        return self.person.reactions.get(int(ref), [])

    async def writes_twice(self, text: str) -> None:
        self.telegram.duplicate_next()
        self.person.writes(text)

    async def babbles(self) -> None:
        self.person.sends({"hologram": {"file_id": "1"}})

    async def sends_location(self, latitude: float, longitude: float, title: str = "") -> ForeignId:
        point = {"latitude": latitude, "longitude": longitude}
        venue = {"venue": {"location": point, "title": title, "address": "Main street 1"}} if title else {}
        return ForeignId(str(self.person.sends({"location": point, **venue})))

    async def sends_contact(self, name: str, phone: str) -> ForeignId:
        return ForeignId(str(self.person.sends({"contact": {"first_name": name, "phone_number": phone}})))

    async def sends_album(self, pictures: Sequence[bytes], caption: str = "") -> None:
        self.person.sends_album(pictures, caption)

    async def writes_formatted(self) -> ForeignId:
        bold = {"type": "bold", "offset": 0, "length": 4}
        return ForeignId(str(self.person.writes("bold and plain", entities=[bold])))

    async def forwards(self, author: str, text: str) -> ForeignId:
        origin = {"type": "hidden_user", "sender_user_name": author, "date": self.telegram.now()}
        return ForeignId(str(self.person.sends({"forward_origin": origin, "text": text})))

    async def polls(self, question: str, options: Sequence[str]) -> ForeignId:
        answers = [{"text": option, "voter_count": 0} for option in options]
        return ForeignId(str(self.person.sends({"poll": {"id": "1", "question": question, "options": answers}})))

    async def presses(self, title: str, payload: str) -> None:
        """Presses a button under our last message."""
        self.person.presses(self.person.sees[-1].message_id, payload, title)


def _seen(seen: SeenInTelegram) -> SeenMessage:
    return SeenMessage(
        ref=ForeignId(str(seen.message_id)),
        text=seen.text,
        files=(seen.file.data,) if seen.file else (),
        others=(TYPES[seen.kind],) if seen.kind in TYPES else (),
        reply_to=ForeignId(str(seen.reply_to)) if seen.reply_to else None,
    )


class TelegramRig(MessengerRig):
    customer_sends = frozenset(MediaKind)
    sending = "sendMessage"

    def __init__(self, telegram: FakeTelegram, receive: str) -> None:
        super().__init__(telegram)
        self.telegram = telegram
        self.secrets: Sequence[str] = (telegram.token, telegram.token.split(":")[1], SECRET)
        self.receive = receive
        self.settings = TelegramSettings.model_validate(self.table())

    def table(self) -> Mapping[str, object]:
        return {
            "kind": "telegram",
            "token": self.telegram.token,
            "receive": self.receive,
            "webhook_secret": SECRET,
            "api_url": self.telegram.url,
        }

    def build(self, tools: Tools) -> Bridge:
        from bridges.telegram.receiving import PollingTelegram, WebhookTelegram

        bridge = PollingTelegram if self.settings.receive == "polling" else WebhookTelegram
        return bridge(self.account, self.settings, tools, patience=ANSWER)

    @asynccontextmanager
    async def receiving(self, bridge: Bridge, accept: Accept) -> AsyncIterator[None]:
        if self.settings.receive == "polling":
            async with polling(bridge, accept):
                await self.telegram.wait_for(lambda: self.telegram.queue.allowed is not None)
                yield
            return
        async with registered(bridge, accept):
            yield

    async def customer(self, name: str) -> TelegramCustomer:
        self._people += 1
        return TelegramCustomer(self.telegram, self.telegram.customer(1000 + self._people, name))

    def forgeries(self) -> Sequence[Hook]:
        body = b'{"update_id": 1, "message": {"message_id": 1, "chat": {"id": 1}, "text": "give me money"}}'
        hooks = [Hook("POST", "/hooks/shop", {}, {}, body)]
        for secret in ("", "wrong", SECRET[:-1], SECRET + "ё"):
            headers = {"x-telegram-bot-api-secret-token": secret}
            hooks.append(Hook("POST", "/hooks/shop", headers, {}, body))
        return hooks


def _rig(receive: str) -> RigFactory:
    @asynccontextmanager
    async def rig() -> AsyncIterator[TelegramRig]:
        async with FakeTelegram() as telegram:
            yield TelegramRig(telegram, receive)

    return rig


RIGS: Mapping[str, RigFactory] = {f"telegram-{receive}": _rig(receive) for receive in ("polling", "webhook")}
