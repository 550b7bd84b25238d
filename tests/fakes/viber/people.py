"""The customers of the fake Viber: their actions, and their screens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.fakes.viber.server import FakeViber


@dataclass
class Seen:
    """A message of the bot. `body`: as sent; `data`: of its file; `complete`: the app has all of it."""

    token: int
    body: dict[str, Any]
    data: bytes | None = None
    complete: bool = False

    @property
    def kind(self) -> str:
        return str(self.body["type"])

    @property
    def text(self) -> str:
        return str(self.body.get("text", ""))


@dataclass
class FakeCustomer:
    """A person who has subscribed to the bot. `shown`: every message of the bot, oldest first."""

    viber: FakeViber
    id: str
    name: str
    language: str = "en"
    subscribed: bool = True
    avatar: str = ""
    shown: list[Seen] = field(default_factory=list)

    @property
    def sees(self) -> Sequence[Seen]:
        """Messages that their app can show: their files have arrived."""
        return [seen for seen in self.shown if seen.complete]

    @property
    def reads(self) -> Sequence[str]:
        return [seen.text for seen in self.sees if seen.text]

    @property
    def profile(self) -> dict[str, Any]:
        """The profile in callbacks: name and picture only where the webhook asks for them."""
        body: dict[str, Any] = {"id": self.id, "language": self.language, "country": "GB", "api_version": 10}
        if self.viber.webhook.send_name:
            body["name"] = self.name
        if self.viber.webhook.send_photo and self.avatar:
            body["avatar"] = self.avatar
        return body

    # -------------------------------------------------------------------------------------- what they do

    def writes(self, text: str) -> int:
        return self.sends({"type": "text", "text": text})

    def sends_file(self, kind: str, data: bytes, name: str, **more: Any) -> int:
        """Sends a file. `kind`: picture, video or file."""
        url = self.viber.keep(data, name)
        return self.sends({"type": kind, "media": url, "size": len(data), "file_name": name, **more})

    def forwards_picture(self, caption: str = "") -> int:
        """Forwards somebody's picture: Viber passes on the caption alone."""
        return self.sends({"type": "picture", "media": "", "thumbnail": "", "text": caption})

    def sends(self, message: dict[str, Any]) -> int:
        """Sends `message` of the callback, whatever it is; writing subscribes. Returns its token."""
        self.subscribed = True
        return self.viber.push("message", self, sender=self.profile, message=message, silent=False)

    def opens(self) -> None:
        """Opens the conversation, as a reader."""
        self.viber.push("conversation_started", self, type="open", user=self.profile, subscribed=self.subscribed)

    def gets(self, token: int) -> None:
        self.viber.push("delivered", self, token=token, user_id=self.id)

    def sees_it(self, token: int) -> None:
        self.viber.push("seen", self, token=token, user_id=self.id)

    def cannot_show(self, token: int, why: str) -> None:
        self.viber.push("failed", self, token=token, user_id=self.id, desc=why)

    def unsubscribes(self) -> None:
        self.subscribed = False
        self.viber.push("unsubscribed", self, user_id=self.id)

    def subscribes(self) -> None:
        self.subscribed = True
        self.viber.push("subscribed", self, user=self.profile)
