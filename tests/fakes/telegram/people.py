"""The customers of the fake Telegram: their actions, and their screens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.fakes.telegram.server import FakeTelegram


@dataclass
class SentFile:
    kind: str
    name: str
    data: bytes


@dataclass
class Seen:
    """A message of the bot, as it is in the chat now. `kind`: "text", "photo", "location" …; `text`: the text or the
    caption; `entities` in Telegram's form."""

    message_id: int
    kind: str
    text: str = ""
    entities: list[dict[str, Any]] = field(default_factory=list)
    file: SentFile | None = None
    album: str = ""
    reply_to: int | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    edited: bool = False
    thread: int | None = None


@dataclass
class FakeCustomer:
    """A person in a chat with the bot; everything they do becomes an update at once.

    `messages`: their own, by id, as Telegram stores them; `reactions`: the bot's, on their messages. `topics`: open in
    the chat. `topic`: the customer's own one in the direct messages of a channel.
    """

    telegram: FakeTelegram
    chat: dict[str, Any]
    user: dict[str, Any]
    blocked: bool = False
    deactivated: bool = False
    moved_to: int | None = None
    shown: dict[int, Seen] = field(default_factory=dict)
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)
    reactions: dict[int, list[str]] = field(default_factory=dict)
    picture_sizes: list[dict[str, Any]] = field(default_factory=list)
    topics: set[int] = field(default_factory=set)
    topic: int | None = None

    @property
    def chat_id(self) -> int:
        return int(self.chat["id"])

    @property
    def sees(self) -> list[Seen]:
        """The bot's messages in the chat, oldest first."""
        return list(self.shown.values())

    @property
    def reads(self) -> list[str]:
        """Texts of those messages."""
        return [seen.text for seen in self.shown.values()]

    def writes(self, text: str, *, entities: Sequence[dict[str, Any]] = (), reply_to: int | None = None) -> int:
        parts: dict[str, Any] = {"text": text}
        if entities:
            parts["entities"] = list(entities)
        return self.sends(parts, reply_to=reply_to)

    def sends(self, parts: dict[str, Any], *, reply_to: int | None = None) -> int:
        """Sends any message: `parts` are the fields of `Message` besides sender, date and chat."""
        message = {
            "message_id": self.telegram.next_message_id(),
            "from": self.user,
            "chat": self.chat,
            "date": self.telegram.now(),
            **self.place,
            **parts,
        }
        if reply_to is not None:
            message["reply_to_message"] = self.telegram.message(self, reply_to)
        self.messages[message["message_id"]] = message
        self.telegram.push("message", message, self.chat_id)
        return int(message["message_id"])

    @property
    def place(self) -> dict[str, Any]:
        """Fields that say in which topic of a channel's direct messages a message is."""
        return {"direct_messages_topic": {"topic_id": self.topic, "user": self.user}} if self.topic else {}

    def opens_topic(self) -> int:
        """Opens a topic in the chat; returns its `message_thread_id`."""
        number = self.telegram.next_message_id()
        self.topics.add(number)
        return number

    def writes_in(self, topic: int, text: str) -> int:
        assert topic in self.topics, "there is no such topic"
        return self.sends({"text": text, "message_thread_id": topic, "is_topic_message": True})

    def sends_file(self, field_name: str, data: bytes, name: str = "", mime: str = "", **parts: Any) -> int:
        """Sends a file. `field_name`: "document", "voice", "video" … of `Message`."""
        file = {"file_id": (ids := self.telegram.keep(data, name))[0], "file_unique_id": ids[1], "file_size": len(data)}
        if mime:
            file["mime_type"] = mime
        if name and field_name in ("document", "audio", "video", "animation"):
            file["file_name"] = name
        file.update(SHAPES.get(field_name, {}))
        return self.sends({field_name: file, **parts})

    def sends_photo(self, data: bytes, caption: str = "", **parts: Any) -> int:
        """Sends a photo in two sizes, as Telegram stores it."""
        words = {"caption": caption} if caption else {}
        return self.sends({"photo": self._sizes((90, data[:10]), (1280, data)), **words, **parts})

    def has_picture(self, data: bytes) -> None:
        """Sets a profile picture."""
        self.picture_sizes = self._sizes((80, data[:5]), (160, data), (640, data * 4))

    def _sizes(self, *sizes: tuple[int, bytes]) -> list[dict[str, Any]]:
        found = []
        for pixels, kept in sizes:
            file_id, unique = self.telegram.keep(kept, "photo.jpg")
            size = {"file_id": file_id, "file_unique_id": unique, "file_size": len(kept)}
            found.append({**size, "width": pixels, "height": pixels})
        return found

    def sends_album(self, datas: Sequence[bytes], caption: str = "") -> list[int]:
        group = f"{self.telegram.next_message_id()}000"
        return [
            self.sends_photo(data, caption if index == 0 else "", media_group_id=group)
            for index, data in enumerate(datas)
        ]

    def edits(self, message_id: int, text: str) -> None:
        message = self.messages[message_id]
        message["caption" if "caption" in message else "text"] = text
        message["edit_date"] = self.telegram.now()
        self.telegram.push("edited_message", message, self.chat_id)

    def reacts(self, message_id: int, emoji: str | None) -> None:
        assert message_id in self.shown or message_id in self.messages, "there is no such message"
        new = [{"type": "emoji", "emoji": emoji}] if emoji else []
        reaction = {
            "chat": self.chat,
            "message_id": message_id,
            "user": self.user,
            "date": self.telegram.now(),
            "old_reaction": [],
            "new_reaction": new,
        }
        self.telegram.push("message_reaction", reaction, self.chat_id)

    def presses(self, message_id: int, data: str, title: str) -> str:
        """Presses a button under a message of the bot; returns the query's id, which awaits an answer."""
        query = {
            "id": self.telegram.new_query(),
            "from": self.user,
            "message": {
                "message_id": message_id,
                "chat": self.chat,
                "date": self.telegram.now(),
                **self.place,
                "reply_markup": {"inline_keyboard": [[{"text": title, "callback_data": data}]]},
            },
            "chat_instance": "1",
            "data": data,
        }
        self.telegram.push("callback_query", query, self.chat_id)
        return str(query["id"])

    def blocks(self) -> None:
        self.blocked = True
        self._membership("member", "kicked")

    def unblocks(self) -> None:
        self.blocked = False
        self._membership("kicked", "member")

    def _membership(self, old: str, new: str) -> None:
        bot = self.telegram.bot
        change = {
            "chat": self.chat,
            "from": self.user,
            "date": self.telegram.now(),
            "old_chat_member": {"user": bot, "status": old},
            "new_chat_member": {"user": bot, "status": new},
        }
        self.telegram.push("my_chat_member", change, self.chat_id)


SHAPES: dict[str, dict[str, Any]] = {
    "voice": {"duration": 3},
    "audio": {"duration": 60},
    "video": {"duration": 5, "width": 320, "height": 240},
    "video_note": {"duration": 5, "length": 240},
    "animation": {"duration": 2, "width": 100, "height": 100},
    "sticker": {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False, "emoji": "👍"},
}
