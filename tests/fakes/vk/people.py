"""People who write to the community, and their screens."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bridges.vk.kinds import REACTIONS

if TYPE_CHECKING:
    from tests.fakes.vk.server import FakeVk

Json = dict[str, Any]


@dataclass
class Seen:
    """A message of the community as a person's app shows it. `items`: of `format_data`; `attachments`: as messages
    contain them; `files`: their bytes, in order."""

    number: int
    text: str = ""
    items: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    files: list[bytes] = field(default_factory=list)
    geo: tuple[float, float] | None = None
    reply_to: int | None = None
    edited: bool = False


@dataclass
class FakeCustomer:
    """A person in their conversation with the community; or, with a number from 2·10⁹ on, a group conversation in which
    `speaker` writes. `messages`: theirs, by their number in the conversation; `shown`: ours."""

    vk: FakeVk
    peer: int
    name: str
    allowed: bool = True
    banned: bool = False
    speaker: int = 0
    profile: Json = field(default_factory=dict)
    messages: dict[int, Json] = field(default_factory=dict)
    shown: dict[int, Seen] = field(default_factory=dict)
    reactions: dict[int, list[str]] = field(default_factory=dict)
    numbers: int = 0

    @property
    def sees(self) -> list[Seen]:
        return list(self.shown.values())

    @property
    def reads(self) -> list[str]:
        return [seen.text for seen in self.sees]

    @property
    def user(self) -> Json:
        """The person as `users.get` returns them."""
        first, _, last = self.name.partition(" ")
        body = {"id": self.peer, "first_name": first, "last_name": last, "screen_name": f"id{self.peer}"}
        return {**body, "has_photo": 0, "is_closed": False, "can_access_closed": True, **self.profile}

    def next_number(self) -> int:
        self.numbers += 1
        return self.numbers

    # ------------------------------------------------------------------------------------ what they do

    def writes(self, text: str, *, reply_to: int | None = None, **parts: Any) -> int:
        """Sends a text. `parts`: further fields of the message."""
        if reply_to is not None:
            parts["reply_message"] = self.foreign(reply_to)
        return self.sends({"text": text, **parts})

    def sends(self, parts: Json) -> int:
        """Sends any message; returns its number in the conversation."""
        number = self.next_number()
        message = {
            "date": self.vk.now(),
            "from_id": self.speaker or self.peer,
            "id": self.vk.next_id(),
            "out": 0,
            "version": 10_000_000 + number,
            "attachments": [],
            "conversation_message_id": number,
            "fwd_messages": [],
            "important": False,
            "is_hidden": False,
            "peer_id": self.peer,
            "random_id": 0,
            "text": "",
            **parts,
        }
        self.messages[number] = message
        client = {"button_actions": ["text", "callback"], "keyboard": True, "inline_keyboard": True, "lang_id": 0}
        self.vk.tell("message_new", {"message": message, "client_info": client})
        return number

    def sends_files(self, *attachments: Json, text: str = "") -> int:
        return self.sends({"text": text, "attachments": list(attachments)})

    def photo(self, data: bytes, name: str = "photo.jpg") -> Json:
        """A photo in two sizes, as VK stores it."""
        small, large = self.vk.keep(data[:10], name), self.vk.keep(data, name)
        sizes = [{"type": "s", "url": small, "width": 75, "height": 75}]
        sizes += [{"type": "w", "url": large, "width": 1280, "height": 1280}]
        return {"type": "photo", "photo": {**self._thing(), "album_id": -3, "sizes": sizes, "text": ""}}

    def doc(self, data: bytes, name: str) -> Json:
        about = {"title": name, "size": len(data), "ext": name.rpartition(".")[2], "url": self.vk.keep(data, name)}
        return {"type": "doc", "doc": {**self._thing(), **about, "type": 1, "access_key": "k"}}

    def voice(self, data: bytes) -> Json:
        url = self.vk.keep(data, "voice.ogg")
        about = {"duration": 3, "link_ogg": url, "link_mp3": f"{url}.mp3", "waveform": [1, 2, 3]}
        return {"type": "audio_message", "audio_message": {**self._thing(), **about}}

    def call(self, state: str, seconds: int = 0, *, video: bool = False) -> Json:
        """A call to the community that is over."""
        about = {"initiator_id": self.peer, "receiver_id": self.vk.group, "time": self.vk.now()}
        lasting = {"duration": seconds} if seconds else {}
        return {"type": "call", "call": {**about, "state": state, "video": video, **lasting}}

    def money(self, roubles: int, comment: str = "") -> Json:
        """A transfer to the community; VK counts in hundredths."""
        amount = {"amount": f"{roubles}00", "currency": {"id": 643, "name": "RUB"}, "text": f"{roubles} руб."}
        about = {"id": self.vk.next_id(), "from_id": self.peer, "to_id": -self.vk.group, "status": 1}
        transfer = {**about, "date": self.vk.now(), "amount": amount, "comment": comment}
        return {"type": "money_transfer", "money_transfer": transfer}

    def renames(self, title: str) -> int:
        """Gives a group conversation another title."""
        self.name = title
        return self.sends({"action": {"type": "chat_title_update", "text": title}})

    def sticker(self, data: bytes) -> Json:
        images = [{"url": self.vk.keep(data[:5], "64.png"), "width": 64, "height": 64}]
        images += [{"url": self.vk.keep(data, "512.png"), "width": 512, "height": 512}]
        about = {"sticker_id": 9, "product_id": 1, "images": images, "images_with_background": images[:1]}
        return {"type": "sticker", "sticker": {"inner_type": "base_sticker_new", **about}}

    def _thing(self) -> Json:
        return {"id": self.vk.next_id(), "owner_id": self.peer, "date": self.vk.now()}

    def edits(self, number: int, text: str) -> None:
        message = self.messages[number]
        message |= {"text": text, "update_time": self.vk.now()}
        self.vk.tell("message_edit", message)

    def is_answered_on_vk(self, text: str, admin: int = 77) -> int:
        """Gets a message that an administrator of the community writes on VK itself."""
        number = self.next_number()
        self.shown[number] = Seen(number, text)
        self.vk.tell("message_reply", self.vk.outgoing(self, number, admin_author_id=admin))
        return number

    def gets_edited_on_vk(self, number: int, text: str, admin: int = 77) -> None:
        self.shown[number].text = text
        message = self.vk.outgoing(self, number, admin_author_id=admin)
        self.vk.tell("message_edit", {**message, "update_time": self.vk.now()})

    def reacts(self, number: int, emoji: str | None) -> None:
        assert number in self.shown or number in self.messages, "there is no such message"
        body = {"reacted_id": self.peer, "peer_id": self.peer, "cmid": number}
        if emoji is not None:
            body["reaction_id"] = next(key for key, known in REACTIONS.items() if known == emoji)
        self.vk.tell("message_reaction_event", body)

    def reads_up_to(self, number: int) -> None:
        body = {"from_id": self.peer, "peer_id": self.peer, "read_message_id": number + 5000}
        self.vk.tell("message_read", {**body, "conversation_message_id": number})

    def presses(self, number: int, payload: Any) -> str:
        """Presses a callback button under a message of ours; returns the id of the press, which awaits an answer."""
        press = f"{self.vk.next_id():012x}"
        self.vk.presses[press] = (self.peer, self.peer)
        body = {"user_id": self.peer, "peer_id": self.peer, "event_id": press, "payload": payload}
        self.vk.tell("message_event", {**body, "conversation_message_id": number})
        return press

    def blocks(self) -> None:
        self.allowed = False
        self.vk.tell("message_deny", {"user_id": self.peer})

    def unblocks(self) -> None:
        self.allowed = True
        self.vk.tell("message_allow", {"user_id": self.peer, "key": ""})

    # ----------------------------------------------------------------------------------- how VK tells it

    def foreign(self, number: int) -> Json:
        """A message as it is contained in another one."""
        keys = ("date", "from_id", "text", "attachments", "conversation_message_id", "peer_id", "id")
        return {key: value for key, value in self.message(number).items() if key in keys}

    def message(self, number: int) -> Json:
        """The message as `messages.getByConversationMessageId` returns it; {} when there is none."""
        if number in self.messages:
            return self.messages[number]
        if number not in self.shown:
            return {}
        seen, vk = self.shown[number], self.vk
        message: Json = {"conversation_message_id": number, "peer_id": self.peer, "from_id": -vk.group, "out": 1}
        return message | {"id": number, "text": seen.text, "attachments": seen.attachments, "date": vk.now()}


def inline_keyboard(*buttons: tuple[str, Any]) -> Json:
    """Callback buttons with their labels and payloads, as from a bot that the community used before."""
    actions: Sequence[Json] = [
        {"action": {"type": "callback", "label": label, "payload": json.dumps(payload)}} for label, payload in buttons
    ]
    return {"inline": True, "one_time": False, "buttons": [list(actions)]}
