"""What a message says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from bot.model.ids import ForeignId
from bot.text import Text


class MediaKind(StrEnum):
    PHOTO = "photo"
    VIDEO = "video"
    VOICE = "voice"
    AUDIO = "audio"
    FILE = "file"
    STICKER = "sticker"


@dataclass(frozen=True, slots=True)
class FileRef:
    """Where a file's bytes can be had: `origin` is `account:NAME`, `desk:NAME` or `hub`."""

    origin: str
    id: str


@dataclass(frozen=True, slots=True)
class Media:
    """A file of some kind. `size` None: the platform did not say. `emoji`: what a sticker stands for. `linked`: the
    customer gets a link to it, not the file."""

    kind: MediaKind
    file: FileRef
    name: str = ""
    mime: str = ""
    size: int | None = None
    seconds: int | None = None
    emoji: str = ""
    linked: bool = False
    type: Literal["media"] = "media"


@dataclass(frozen=True, slots=True)
class Location:
    latitude: float
    longitude: float
    title: str = ""
    address: str = ""
    type: Literal["location"] = "location"


@dataclass(frozen=True, slots=True)
class SharedContact:
    """A person's card that was sent as a message."""

    name: str
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    type: Literal["contact"] = "contact"


@dataclass(frozen=True, slots=True)
class Poll:
    question: str
    options: tuple[str, ...] = ()
    type: Literal["poll"] = "poll"


@dataclass(frozen=True, slots=True)
class Choice:
    """A customer's answer by a button or in a poll; `payload` is what the button carried."""

    title: str
    payload: str = ""
    type: Literal["choice"] = "choice"


@dataclass(frozen=True, slots=True)
class Unshowable:
    """Something the hub has no words for; `what` is the platform's own name of the kind."""

    what: str = ""
    type: Literal["unshowable"] = "unshowable"


@dataclass(frozen=True, slots=True)
class Template:
    """A message that the platform has approved beforehand, filled in. `words`: what the customer reads."""

    name: str
    language: str
    words: str
    values: tuple[str, ...] = ()
    type: Literal["template"] = "template"


Attachment = Media | Location | SharedContact | Poll | Choice | Template | Unshowable


@dataclass(frozen=True, slots=True)
class Quote:
    """What a message answers to: the platform's id of it, or, where that is not ours, its words."""

    ref: ForeignId | None = None
    words: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """All that one message says."""

    text: Text = Text()
    attachments: tuple[Attachment, ...] = ()
    quote: Quote | None = None
    forwarded: tuple[Forwarded, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text or self.attachments or self.forwarded)


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A message passed on inside another one; forwards nest."""

    author: str
    content: Content
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """What a channel tells of a customer. Empty: not told (never: erased). `proven`: the channel itself vouches that
    phone and e-mail are the person's own; else they are what somebody has written."""

    name: str = ""
    username: str = ""
    phone: str = ""
    email: str = ""
    picture: FileRef | None = None
    locale: str = ""
    proven: bool = False
