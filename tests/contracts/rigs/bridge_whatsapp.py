"""WhatsApp under the contract: customers known by their phone numbers, and by their user ids alone.

A customer's messages are what their app shows. To write a literal `*`, a customer has to keep their own app
from formatting it, so `writes` does that; it is the only way in which WhatsApp can carry such a text at all.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from bot.domain import ChatId, ForeignId, MediaKind
from bot.ports import Accept, Bridge, Hook, Tools
from bridges.whatsapp.settings import WhatsAppSettings
from tests.contracts.bridges import RigFactory, SeenMessage, hooked
from tests.contracts.rigs.messenger import MessengerRig
from tests.fakes.whatsapp import FakeCustomer, FakeWhatsApp
from tests.fakes.whatsapp import Seen as SeenInWhatsApp
from tests.fakes.whatsapp.webhook import signature
from tests.waiting import ANSWER

KINDS = {
    MediaKind.PHOTO: "image",
    MediaKind.VIDEO: "video",
    MediaKind.VOICE: "audio",
    MediaKind.AUDIO: "audio",
    MediaKind.FILE: "document",
    MediaKind.STICKER: "sticker",
}
PUBLIC = "https://hub.example.com"
"""The hub's address as seen from outside."""
OTHERS = {"location": "location", "contacts": "contact", "template": "template"}


def as_itself(text: str) -> str:
    """The text to type so that these characters are shown as they are."""
    return re.sub(r"[*_~`]+|^>", "\u200b\\g<0>\u200b", text, flags=re.MULTILINE)


@dataclass
class WhatsAppCustomer:
    whatsapp: FakeWhatsApp
    person: FakeCustomer

    @property
    def chat(self) -> ChatId:
        return ChatId(self.person.id)

    async def writes(self, text: str) -> ForeignId:
        return ForeignId(self.person.writes(as_itself(text)))

    async def sends(self, kind: MediaKind, data: bytes, name: str, mime: str, caption: str = "") -> ForeignId:
        more: dict[str, object] = {"caption": as_itself(caption)} if caption else {}
        if kind is MediaKind.FILE:
            more["filename"] = name
        if kind in (MediaKind.VOICE, MediaKind.AUDIO):
            more["voice"] = kind is MediaKind.VOICE
        return ForeignId(self.person.sends_file(KINDS[kind], data, mime, **more))

    async def sees(self, count: int) -> Sequence[SeenMessage]:
        await self.whatsapp.wait_for(lambda: len(self.person.sees) >= count)
        return [_seen(seen) for seen in self.person.sees]

    async def edits(self, ref: ForeignId, text: str) -> None:
        self.person.edits(ref, as_itself(text))

    async def deletes(self, ref: ForeignId) -> None:
        self.person.revokes(ref)

    async def reacts(self, ref: ForeignId, emoji: str | None) -> None:
        self.person.reacts(ref, emoji)

    async def replies(self, ref: ForeignId, text: str) -> ForeignId:
        return ForeignId(self.person.replies(ref, as_itself(text)))

    async def reactions(self, ref: ForeignId) -> Sequence[str]:
        found = self.person.reactions.get(ref)
        return [found] if found else []

    async def writes_twice(self, text: str) -> None:
        self.whatsapp.duplicate_next()
        self.person.writes(as_itself(text))

    async def babbles(self) -> None:
        self.person.sends({"type": "hologram", "hologram": {"id": "1"}})

    async def sends_location(self, latitude: float, longitude: float, title: str = "") -> ForeignId:
        place = {"latitude": latitude, "longitude": longitude, **({"name": title} if title else {})}
        return ForeignId(self.person.sends({"type": "location", "location": place}))

    async def sends_contact(self, name: str, phone: str) -> ForeignId:
        card = {"name": {"formatted_name": name, "first_name": name}, "phones": [{"phone": phone, "type": "CELL"}]}
        return ForeignId(self.person.sends({"type": "contacts", "contacts": [card]}))

    async def writes_formatted(self) -> ForeignId:
        return ForeignId(self.person.writes("*bold* and plain"))

    async def forwards(self, author: str, text: str) -> ForeignId:
        """Forwards a message; WhatsApp does not report its author."""
        return ForeignId(self.person.writes(as_itself(text), forwarded=True))

    async def presses(self, title: str, payload: str) -> None:
        """Presses a button under our last message, or under none when there is none."""
        ref = next(reversed(self.person.shown), "")
        self.person.presses(ref, title, payload)

    async def gets(self, ref: ForeignId) -> None:
        self.person.gets(ref)

    async def reads(self, ref: ForeignId) -> None:
        self.person.opens(ref)


def _seen(seen: SeenInWhatsApp) -> SeenMessage:
    return SeenMessage(
        ref=ForeignId(seen.ref),
        text=seen.text,
        files=(seen.file,) if seen.file is not None else (),
        others=(OTHERS[seen.type],) if seen.type in OTHERS else (),
        reply_to=ForeignId(seen.reply_to) if seen.reply_to else None,
    )


class WhatsAppRig(MessengerRig):
    """`by_phone`: payloads contain customers' numbers and nothing else; otherwise their user ids and user names."""

    customer_sends = frozenset(MediaKind)
    nobody = ChatId("nobody")
    sending = "messages"

    def __init__(self, whatsapp: FakeWhatsApp, *, by_phone: bool) -> None:
        super().__init__(whatsapp)
        self.whatsapp, self.by_phone = whatsapp, by_phone
        self.secrets: Sequence[str] = (whatsapp.token, whatsapp.app_secret, whatsapp.verify_token)
        self.settings = WhatsAppSettings.model_validate(self.table())

    def table(self) -> Mapping[str, object]:
        return {
            "kind": "whatsapp",
            "phone_id": self.whatsapp.phone_id,
            "waba_id": self.whatsapp.waba_id,
            "token": self.whatsapp.token,
            "app_secret": self.whatsapp.app_secret,
            "verify_token": self.whatsapp.verify_token,
            "api_url": self.whatsapp.url,
        }

    async def called_at(self, url: str) -> None:
        await self.whatsapp.use_webhook(url)

    def build(self, tools: Tools) -> Bridge:
        from bridges.whatsapp.receiving import kind_of

        given = replace(tools, public_url=tools.public_url or PUBLIC)
        return kind_of(self.settings.waba_id)(self.account, self.settings, given, patience=ANSWER)

    @asynccontextmanager
    async def receiving(self, bridge: Bridge, accept: Accept) -> AsyncIterator[None]:
        async with hooked(bridge, accept) as url:
            await self.whatsapp.use_webhook(url, f"{PUBLIC}/hooks/shop")
            yield

    async def customer(self, name: str) -> WhatsAppCustomer:
        self._people += 1
        if self.by_phone:
            person = self.whatsapp.customer(name, phone=f"7999000{self._people:04}")
        else:
            username = f"user{self._people}"
            person = self.whatsapp.customer(name, user_id=f"RU.13491208655302{self._people:06}", username=username)
        return WhatsAppCustomer(self.whatsapp, person)

    def forgeries(self) -> Sequence[Hook]:
        body = b'{"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": {}}]}]}'
        right = signature(self.whatsapp.app_secret, body)
        wrong = ("", "wrong", right[:-1], f"{right}0", right.removeprefix("sha256="), right.replace("sha256", "sha1"))
        others = (signature(self.whatsapp.app_secret, body + b" "), signature("another-secret", body), "sha256=ё")
        hooks = [Hook("POST", "/hooks/shop", {}, {}, body)]
        hooks += [Hook("POST", "/hooks/shop", {"x-hub-signature-256": one}, {}, body) for one in (*wrong, *others)]
        for token in ("", "a-word", "слово"):
            query = {"hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": token}
            hooks.append(Hook("GET", "/hooks/shop", {}, query, b""))
        return hooks


def _rig(*, by_phone: bool) -> RigFactory:
    @asynccontextmanager
    async def rig() -> AsyncIterator[WhatsAppRig]:
        async with FakeWhatsApp() as whatsapp:
            yield WhatsAppRig(whatsapp, by_phone=by_phone)

    return rig


RIGS: Mapping[str, RigFactory] = {"whatsapp": _rig(by_phone=True), "whatsapp-userid": _rig(by_phone=False)}
