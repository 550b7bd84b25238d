"""The customers of the fake WhatsApp: their actions, and their screens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.fakes.whatsapp.server import FakeWhatsApp

JSON = dict[str, Any]


@dataclass
class Seen:
    """A message of ours as the app shows it. `type`: "text", "image", "location" …; `text`: the text or the caption as
    a person reads it; `looks`: (style, words); `body`: the object that was sent."""

    ref: str
    type: str
    text: str = ""
    looks: list[tuple[str, str]] = field(default_factory=list)
    file: bytes | None = None
    mime: str = ""
    reply_to: str | None = None
    body: Any = None


@dataclass(eq=False)
class FakeCustomer:
    """A person; everything they do is sent to the webhook at once.

    `phone`: digits, "" for one whose number is hidden from businesses; `user_id`: their business-scoped id, "" where
    payloads do not have it yet. `last_wrote`: seconds; after 24 hours only templates reach them. `reactions`: ours, on
    their messages.
    """

    whatsapp: FakeWhatsApp
    name: str
    phone: str = ""
    user_id: str = ""
    username: str = ""
    last_wrote: float = 0
    blocked: bool = False
    shown: dict[str, Seen] = field(default_factory=dict)
    written: dict[str, JSON] = field(default_factory=dict)
    reactions: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The id by which we address them."""
        return self.user_id or self.phone

    @property
    def sees(self) -> list[Seen]:
        """Our messages in the chat, oldest first."""
        return list(self.shown.values())

    @property
    def reads(self) -> list[str]:
        return [seen.text for seen in self.sees]

    def falls_silent(self, hours: float = 25) -> None:
        self.last_wrote -= hours * 3600

    # ------------------------------------------------------------------------------ what they do

    def writes(self, text: str, **context: Any) -> str:
        return self.sends({"type": "text", "text": {"body": text}}, **context)

    def sends(self, parts: JSON, **context: Any) -> str:
        """Sends any message; `context` is the value of the key of that name."""
        message = {**self._from(), **parts}
        if context:
            message["context"] = context
        self.written[message["id"]] = message
        self.last_wrote = self.whatsapp.now()
        self.whatsapp.push(self, self.value(messages=[message]))
        return str(message["id"])

    def replies(self, ref: str, text: str) -> str:
        return self.writes(text, **{"from": self.whatsapp.phone, "id": ref})

    def sends_file(self, kind: str, data: bytes, mime: str, **more: Any) -> str:
        """Sends a file. `kind`: "image", "document" …; `more`: caption, filename, voice."""
        return self.sends({"type": kind, kind: {"id": self.whatsapp.keep(data, mime), "mime_type": mime, **more}})

    def edits(self, ref: str, text: str) -> str:
        edit = {"original_message_id": ref, "message": {"type": "text", "text": {"body": text}}}
        return self._tells("edit", edit)

    def revokes(self, ref: str) -> str:
        return self._tells("revoke", {"original_message_id": ref})

    def reacts(self, ref: str, emoji: str | None) -> str:
        assert ref in self.shown or ref in self.written, "there is no such message"
        return self._tells("reaction", {"message_id": ref, **({"emoji": emoji} if emoji else {})})

    def presses(self, ref: str, title: str, payload: str) -> str:
        """Presses a button under a message of ours."""
        reply = {"type": "button_reply", "button_reply": {"id": payload, "title": title}}
        return self.sends({"type": "interactive", "interactive": reply}, **{"from": self.whatsapp.phone, "id": ref})

    def gets(self, ref: str) -> None:
        self.whatsapp.tell(self, ref, "delivered")

    def opens(self, ref: str) -> None:
        """Reads our messages."""
        self.whatsapp.tell(self, ref, "read")

    def changes_number(self, phone: str, user_id: str = "") -> None:
        """Changes the number; the user id changes with it."""
        old = self.user_id or self.phone
        message = {key: value for key, value in self._from().items() if key != "from_user_id"}
        kind = "user_changed_user_id" if user_id else "user_changed_number"
        system = {"body": f"User {self.name} changed from {old} to {user_id or phone}", "wa_id": phone, "type": kind}
        if user_id:
            system["user_id"] = user_id
        self.phone, self.user_id = phone, user_id
        self.whatsapp.push(self, self.value(messages=[{**message, "type": "system", "system": system}], contacts=[]))

    def is_answered_by_a_colleague(self, text: str = "", ref: str = "", *, edited: str = "", revoked: str = "") -> str:
        """Gets a message that a colleague of ours sends from the WhatsApp Business app, edits or revokes there."""
        parts: JSON = {"type": "text", "text": {"body": text}}
        if edited:
            inner = {"type": "text", "text": {"body": text}}
            parts = {"type": "edit", "edit": {"original_message_id": edited, "message": inner}}
        if revoked:
            parts = {"type": "revoke", "revoke": {"original_message_id": revoked}}
        echo = {**self._from(), **self._ids("to", "to_user_id"), "from": self.whatsapp.phone, **parts}
        echo.pop("from_user_id", None)
        echo["id"] = ref or echo["id"]
        self.whatsapp.push(self, self.value(message_echoes=[echo]), "smb_message_echoes")
        return str(echo["id"])

    def calls(self, seconds: int = 0) -> str:
        """Calls; nobody answers, or somebody for some seconds."""
        call = {**self._from(), "to": self.whatsapp.phone, "direction": "USER_INITIATED"}
        call["id"] = call["id"].replace("wamid", "wacid")
        self.last_wrote = self.whatsapp.now()
        session = {"sdp_type": "offer", "sdp": "v=0"}
        self.whatsapp.push(self, self.value(calls=[{**call, "event": "connect", "session": session}]), "calls")
        ended: JSON = {**call, "event": "terminate", "status": "COMPLETED" if seconds else "FAILED"}
        if seconds:
            start = int(self.whatsapp.now())
            ended |= {"start_time": str(start), "end_time": str(start + seconds), "duration": seconds}
        self.whatsapp.push(self, self.value(calls=[ended]), "calls")
        return str(call["id"])

    def _tells(self, kind: str, body: JSON) -> str:
        message = {**self._from(), "type": kind, kind: body}
        self.last_wrote = self.whatsapp.now()
        self.whatsapp.push(self, self.value(messages=[message]))
        return str(message["id"])

    # ---------------------------------------------------------------------------------- payloads

    def value(self, contacts: Sequence[JSON] | None = None, **parts: Any) -> JSON:
        """A change's value about this person."""
        known = [self.contact()] if contacts is None else list(contacts)
        metadata = {"display_phone_number": self.whatsapp.phone, "phone_number_id": self.whatsapp.phone_id}
        value = {"messaging_product": "whatsapp", "metadata": metadata}
        return {**value, **({"contacts": known} if known else {}), **parts}

    def contact(self) -> JSON:
        profile = {"name": self.name, **({"username": f"@{self.username}"} if self.username else {})}
        return {"profile": profile, **self._ids("wa_id", "user_id")}

    def _from(self) -> JSON:
        ids = self._ids("from", "from_user_id")
        return {**ids, "id": self.whatsapp.new_ref(), "timestamp": str(int(self.whatsapp.now()))}

    def _ids(self, phone: str, user_id: str) -> JSON:
        return {key: value for key, value in ((phone, self.phone), (user_id, self.user_id)) if value}

    def receiver(self) -> JSON:
        """The recipient as statuses name it."""
        return self._ids("recipient_id", "recipient_user_id")
