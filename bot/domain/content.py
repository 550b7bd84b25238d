"""Content of a message. Its values clean every name they hold, whatever its source."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from bot.domain import distinct
from bot.domain.ids import ChatId, ForeignId
from bot.domain.labels import file_label, is_blank, label, media_type
from bot.domain.text import Text
from bot.domain.value import value


def _clean(value: object, **cleaned: str | tuple[str, ...]) -> None:
    for name, what in cleaned.items():
        object.__setattr__(value, name, what)


def _labels(many: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(label, many))


class MediaKind(StrEnum):
    PHOTO = "photo"
    VIDEO = "video"
    VOICE = "voice"
    AUDIO = "audio"
    FILE = "file"
    STICKER = "sticker"


@value
class FileRef:
    """Source of a file's bytes: `origin` is `account:NAME`, `desk:NAME` or `hub`."""

    origin: str
    id: str


@value
class Media:
    """File of some kind. `size` None: the platform did not tell. `emoji`: the emoji of a sticker. `linked`: the
    customer gets a link instead of the file."""

    kind: MediaKind
    file: FileRef
    name: str = ""
    mime: str = ""
    size: int | None = None
    seconds: int | None = None
    emoji: str = ""
    linked: bool = False
    type: Literal["media"] = "media"

    def __post_init__(self) -> None:
        _clean(self, name=file_label(self.name), mime=media_type(self.mime))


@value
class Location:
    latitude: float
    longitude: float
    title: str = ""
    address: str = ""
    type: Literal["location"] = "location"

    def __post_init__(self) -> None:
        _clean(self, title=label(self.title), address=label(self.address))


@value
class SharedContact:
    """Contact card sent as a message. Each phone number, e-mail and postal address, and site is kept once, without the
    scheme of a link (`tel:`, `mailto:`). `title`: the person's position in the company."""

    name: str
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    company: str = ""
    title: str = ""
    sites: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    type: Literal["contact"] = "contact"

    def __post_init__(self) -> None:
        _clean(
            self,
            name=label(self.name),
            phones=distinct.phones(_labels(self.phones)),
            emails=distinct.emails(_labels(self.emails)),
            company=label(self.company),
            title=label(self.title),
            sites=distinct.sites(_labels(self.sites)),
            addresses=distinct.words(_labels(self.addresses)),
        )

    def __bool__(self) -> bool:
        """False for a card that says nothing."""
        return any((self.name, self.company, self.title, self.phones, self.emails, self.sites, self.addresses))


@value
class Poll:
    question: str
    options: tuple[str, ...] = ()
    type: Literal["poll"] = "poll"

    def __post_init__(self) -> None:
        _clean(self, question=label(self.question), options=_labels(self.options))


@value
class Choice:
    """Customer's choice of a button or a poll option; `payload` is the button's data. `about`: the line that explains
    an option of a list."""

    title: str
    payload: str = ""
    type: Literal["choice"] = "choice"
    about: str = ""

    def __post_init__(self) -> None:
        _clean(self, title=label(self.title), about=label(self.about))


@value
class Reference:
    """Thing that a message is about or came from: an advertisement, a product. `sign`: an emoji; `words`: its text."""

    sign: str
    title: str = ""
    words: str = ""
    url: str = ""
    type: Literal["reference"] = "reference"

    def __post_init__(self) -> None:
        _clean(self, title=label(self.title))


@value
class Occurrence:
    """Something that the customer did and that has no text of its own, such as a missed call. `what`: one of
    `bot.views.words.OCCURRENCES`; `detail`: fills in its words, or follows them."""

    what: str
    detail: str = ""
    type: Literal["occurrence"] = "occurrence"

    def __post_init__(self) -> None:
        _clean(self, detail=label(self.detail))


@value
class Unshowable:
    """Content that the hub cannot show or cannot fetch. `what`: one of `bot.views.words.UNSUPPORTED` or `OUT_OF_REACH`,
    or the platform's own name of the kind; `name`: its title, or what the platform says about it."""

    what: str = ""
    name: str = ""
    type: Literal["unshowable"] = "unshowable"

    def __post_init__(self) -> None:
        _clean(self, what=label(self.what), name=label(self.name))


@value
class Template:
    """Message template approved by the platform, with its values filled in. `words`: the text that the customer
    reads."""

    name: str
    language: str
    words: str
    values: tuple[str, ...] = ()
    type: Literal["template"] = "template"


Attachment = Media | Location | SharedContact | Poll | Choice | Reference | Occurrence | Template | Unshowable


@value
class Quote:
    """Message that is replied to: its id on the platform or, where the hub does not know that id, its text."""

    ref: ForeignId | None = None
    words: str = ""
    author: str = ""

    def __post_init__(self) -> None:
        _clean(self, author=label(self.author))


@value
class Content:
    """Everything one message says. False when a reader would see nothing in it."""

    text: Text = Text()
    attachments: tuple[Attachment, ...] = ()
    quote: Quote | None = None
    forwarded: tuple[Forwarded, ...] = ()

    def __bool__(self) -> bool:
        if self.attachments or any(one.content for one in self.forwarded):
            return True
        return not is_blank(self.text.characters)


@value
class Forwarded:
    """Message forwarded inside another one; forwards nest."""

    author: str
    content: Content
    at: datetime | None = None

    def __post_init__(self) -> None:
        _clean(self, author=label(self.author))


@value
class Profile:
    """Customer's profile as their channel reports it. An empty field was not reported; it never means erased. `proven`:
    the channel vouches that phone and e-mail belong to the customer; otherwise somebody typed them. `automatic`: a
    program wrote this message, such as another bot; automatic replies to it could go on for ever. `home`: the chat of
    the same contact that this one is a topic of, see `topic_in`."""

    name: str = ""
    username: str = ""
    phone: str = ""
    email: str = ""
    picture: FileRef | None = None
    locale: str = ""
    proven: bool = False
    automatic: bool = False
    home: ChatId | None = None

    def __post_init__(self) -> None:
        _clean(
            self,
            name=label(self.name),
            username=label(self.username),
            phone=label(self.phone),
            email=label(self.email),
            locale=label(self.locale),
        )
