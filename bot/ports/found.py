"""Results of queries, as plain values. `before` is the cursor of the next page; None: this is the last one."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from bot.domain import AccountName, Contact, Dialog, Interest, Media, Message, MessageId, Task
from bot.domain.text import Text
from bot.domain.value import value


@value
class Found:
    """Message that matches a search. `account`: its title; `excerpt`: text around the matches, which are bold; `link`:
    to its post, otherwise to its thread; "" without either."""

    message: MessageId
    dialog: Dialog
    contact: Contact
    account: str
    author: str
    at: datetime
    excerpt: Text
    link: str


@value
class Numbered:
    """Dialog whose number was searched for. `account`: its title; `link`: to its thread, "" without one."""

    dialog: Dialog
    contact: Contact
    account: str
    link: str


@value
class Findings:
    """Search results, newest first. The first page alone has `numbered`, when the text is a dialog's number, and the
    `contacts` whose name, phone or e-mail matches."""

    found: tuple[Found, ...] = ()
    contacts: tuple[Contact, ...] = ()
    before: MessageId | None = None
    numbered: Numbered | None = None


class FileKind(StrEnum):
    """Filters for what was exchanged with a contact."""

    IMAGES = "images"
    FILES = "files"
    LINKS = "links"


@value
class FileFound:
    """File, or a link in a message's text (`media` None). `url`: its address, signed and expiring for a file; `link`:
    as in `Found`."""

    message: MessageId
    dialog: Dialog
    account: str
    author: str
    at: datetime
    name: str
    url: str
    link: str
    media: Media | None = None


@value
class FilesPage:
    """Page of files, newest first."""

    files: tuple[FileFound, ...] = ()
    before: MessageId | None = None


@value
class IdentityView:
    """Contact on one account. `title`: the account's; `address`: of the conversation on the channel itself, "" where it
    has none."""

    account: AccountName
    title: str
    username: str
    blocked: bool
    address: str = ""


@value
class Given:
    """Task with the names of its people. `by`: its author, "" for a personal task; `to`: the assignees, and whether
    each has done it."""

    task: Task
    by: str = ""
    to: tuple[tuple[str, bool], ...] = ()


@value
class ContactPage:
    """Everything known about one contact. `dialogs`: newest first; `tasks`: those of their dialogs, open ones first.
    The history is read page by page with `correspondence`."""

    contact: Contact
    identities: tuple[IdentityView, ...]
    dialogs: tuple[Dialog, ...]
    interests: tuple[Interest, ...] = ()
    tasks: tuple[Given, ...] = ()


@value
class TranscriptEntry:
    """Message of a transcript. `words`: all of it as text, including attachments and technical lines."""

    message: Message
    dialog: Dialog
    account: str
    author: str
    words: Text
    link: str


@value
class Correspondence:
    """Page of messages, oldest first; `before` is the cursor of the earlier ones."""

    said: tuple[TranscriptEntry, ...] = ()
    before: MessageId | None = None
