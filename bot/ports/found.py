"""What is found, as plain values. Pages go on with `before`: None, that was all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain import AccountName, Contact, Dialog, Interest, Media, Message, MessageId, Task
from bot.domain.text import Text


@dataclass(frozen=True, slots=True)
class Found:
    """A message in which the words stand. `account`: its title; `excerpt`: around the words, which are bold; `link`: to
    its post, or else to its thread; "" while there is neither."""

    message: MessageId
    dialog: Dialog
    contact: Contact
    account: str
    author: str
    at: datetime
    excerpt: Text
    link: str


@dataclass(frozen=True, slots=True)
class Numbered:
    """The dialog whose number was looked for. `account`: its title; `link`: to its thread, "" while there is none."""

    dialog: Dialog
    contact: Contact
    account: str
    link: str


@dataclass(frozen=True, slots=True)
class Findings:
    """Newest first. With the first page alone: `numbered`, when the words are a dialog's number, and the `contacts`
    whose name, phone or e-mail has them."""

    found: tuple[Found, ...] = ()
    contacts: tuple[Contact, ...] = ()
    before: MessageId | None = None
    numbered: Numbered | None = None


class FileKind(StrEnum):
    """The filters of what was exchanged with a contact."""

    IMAGES = "images"
    FILES = "files"
    LINKS = "links"


@dataclass(frozen=True, slots=True)
class FileFound:
    """A file, or an address in the words of a message (`media` None). `url`: where it is, signed and expiring for a
    file; `link`: as in `Found`."""

    message: MessageId
    dialog: Dialog
    account: str
    author: str
    at: datetime
    name: str
    url: str
    link: str
    media: Media | None = None


@dataclass(frozen=True, slots=True)
class FilesPage:
    """Newest first."""

    files: tuple[FileFound, ...] = ()
    before: MessageId | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A contact on one account. `title`: the account's; `address`: of the conversation in the channel itself, "" where
    it has none."""

    account: AccountName
    title: str
    username: str
    blocked: bool
    address: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """A task with the names of its people. `by`: its author, "" of a personal one; `to`: who has it to do, and whether
    they have done it."""

    task: Task
    by: str = ""
    to: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class ContactPage:
    """All that is known of one contact. `dialogs`: the newest first; `tasks`: those of their dialogs, open ones first;
    `correspondence` is read page by page."""

    contact: Contact
    identities: tuple[Known, ...]
    dialogs: tuple[Dialog, ...]
    interests: tuple[Interest, ...] = ()
    tasks: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """A message of a transcript. `words`: all that it says, attachments in words, technical lines worded."""

    message: Message
    dialog: Dialog
    account: str
    author: str
    words: Text
    link: str


@dataclass(frozen=True, slots=True)
class Correspondence:
    """Oldest first; `before` leads to what was said earlier."""

    said: tuple[Said, ...] = ()
    before: MessageId | None = None
