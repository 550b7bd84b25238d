"""What is found, as plain values. Pages go on with `before`: None, that was all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model import AccountName, Contact, Dialog, Interest, Media, Message, MessageId, Task
from bot.text import Text


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
class Findings:
    """Newest first. `contacts`: those whose name, phone or e-mail has the words, with the first page alone."""

    found: tuple[Found, ...] = ()
    contacts: tuple[Contact, ...] = ()
    before: MessageId | None = None


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
class ContactPage:
    """All that is known of one contact. `dialogs`: the newest first; `tasks`: those of their dialogs, open ones first;
    `correspondence` is read page by page."""

    contact: Contact
    identities: tuple[Known, ...]
    dialogs: tuple[Dialog, ...]
    interests: tuple[Interest, ...] = ()
    tasks: tuple[Task, ...] = ()


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
