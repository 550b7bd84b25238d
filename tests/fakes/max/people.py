"""The customers of the fake MAX: their actions, and their screens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.fakes.max.server import FakeMax

Json = dict[str, Any]


@dataclass(frozen=True)
class SeenFile:
    """A file in a message. `kind`: the type it was uploaded as."""

    kind: str
    name: str
    data: bytes


@dataclass
class Seen:
    """A message of the bot, as it is in the chat now. `others`: attachments other than files, as sent."""

    mid: str
    text: str = ""
    markup: list[Json] = field(default_factory=list)
    files: tuple[SeenFile, ...] = ()
    others: tuple[Json, ...] = ()
    reply_to: str | None = None
    edited: bool = False


@dataclass
class FakeCustomer:
    """A person in a chat with the bot; everything they do becomes an update at once. `messages`: their own."""

    max: FakeMax
    chat_id: int
    user: Json
    chat_type: str = "dialog"
    title: str = ""
    suspended: bool = False
    avatar_url: str = ""
    shown: dict[str, Seen] = field(default_factory=dict)
    messages: dict[str, Json] = field(default_factory=dict)

    @property
    def sees(self) -> list[Seen]:
        """The bot's messages in the chat, oldest first."""
        return list(self.shown.values())

    @property
    def reads(self) -> list[str]:
        """Texts of those messages."""
        return [seen.text for seen in self.shown.values()]

    def writes(self, text: str, *, markup: Sequence[Json] = (), link: Json | None = None) -> str:
        return self.sends(text, markup=markup, link=link)

    def sends(self, text: str = "", *attachments: Json, markup: Sequence[Json] = (), link: Json | None = None) -> str:
        """Sends any message; returns its mid."""
        mid = self.max.next_mid()
        body: Json = {"mid": mid, "seq": 1, "text": text}
        if attachments:
            body["attachments"] = list(attachments)
        if markup:
            body["markup"] = list(markup)
        message: Json = {**self._envelope(), "body": body, "sender": self.user}
        if link:
            message["link"] = link
        self.messages[mid] = message
        self.max.push("message_created", {"message": message, "user_locale": "ru"}, self.chat_id)
        return mid

    def sends_file(self, kind: str, data: bytes, name: str = "", caption: str = "") -> str:
        """Sends a file. `kind`: "image", "video", "audio", "file" or "sticker"."""
        return self.sends(caption, self.max.shelf.given_away(kind, data, name))

    def shares_phone(self, digits: str) -> str:
        """Sends their own contact. MAX writes the number as digits with the country code."""
        card = f"BEGIN:VCARD\r\nVERSION:3.0\r\nTEL;TYPE=cell:{digits}\r\nFN:{self.user['name']}\r\nEND:VCARD\r\n"
        return self.sends("", {"type": "contact", "payload": {"vcf_info": card, "hash": "0", "max_info": self.user}})

    def replies(self, mid: str, text: str) -> str:
        seen = self.shown[mid]
        body = {"mid": mid, "seq": 1, "text": seen.text, "attachments": None, "markup": seen.markup}
        return self.writes(text, link={"type": "reply", "sender": self.max.bot, "message": body})

    def forwards(self, author: str, text: str) -> str:
        body = {"mid": self.max.next_mid(), "seq": 1, "text": text}
        sender = {"user_id": 5, "first_name": author, "last_name": "", "is_bot": False}
        return self.writes("", link={"type": "forward", "sender": sender, "chat_id": -7, "message": body})

    def edits(self, mid: str, text: str) -> None:
        message = self.messages[mid]
        message["body"] = {**message["body"], "text": text}
        self.max.push("message_edited", {"message": message}, self.chat_id)

    def deletes(self, mid: str) -> None:
        del self.messages[mid]
        about = {"message_id": mid, "chat_id": self.chat_id, "user_id": self.user["user_id"]}
        self.max.push("message_removed", about, self.chat_id)

    def presses(self, mid: str, payload: str, title: str) -> str:
        """Presses a button under a message of the bot; returns the callback's id, which awaits an answer. Of a message
        that has been deleted MAX tells nothing."""
        callback = self.max.new_callback()
        keyboard = {
            "type": "inline_keyboard",
            "payload": {"buttons": [[{"type": "callback", "text": title, "payload": payload}]]},
        }
        pressed = {"timestamp": self.max.now(), "callback_id": callback, "user": self.user, "payload": payload}
        update: Json = {"callback": pressed, "message": None}
        if mid in self.shown:
            body = {"mid": mid, "seq": 1, "text": self.shown[mid].text, "attachments": [keyboard]}
            update["message"] = {**self._envelope(), "body": body, "sender": self.max.bot}
        self.max.push("message_callback", update, self.chat_id)
        return callback

    def starts(self, payload: str = "") -> None:
        self.suspended = False
        self._happens("bot_started", **({"payload": payload} if payload else {}))

    def stops(self) -> None:
        """Stops the bot by removing the dialog."""
        self.suspended = True
        self._happens("dialog_removed")
        self._happens("bot_stopped")

    def _happens(self, kind: str, **more: Any) -> None:
        user = {**self.user, "avatar_url": self.avatar_url} if self.avatar_url else self.user
        about = {"chat_id": self.chat_id, "user": user, "user_locale": "ru", **more}
        self.max.push(kind, about, self.chat_id)

    def _envelope(self) -> Json:
        recipient: Json = {"chat_id": self.chat_id, "chat_type": self.chat_type}
        if self.chat_type == "dialog":
            recipient["user_id"] = self.max.bot["user_id"]
        return {"recipient": recipient, "timestamp": self.max.now()}
