"""What the hub's own desk reads and keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain import (
    AccountName,
    Actor,
    Contact,
    ContactId,
    Content,
    DeskName,
    DeskNames,
    Dialog,
    DialogId,
    Message,
    MessageId,
    PostId,
)
from bot.domain.text import Text
from bot.ports.found import ContactPage, Correspondence, FileKind, FilesPage, Findings
from bot.views.values import Button, Card, Quoted, View


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as the hub's own desk shows it. `words`: a technical line, worded. `buttons`: what this
    viewer can do about it (held, failed, unconfirmed). `post`: the id to react to or quote it by. `mine`:
    this viewer wrote it in this desk, so may edit and delete it. `problem`: why it was not delivered or is held,
    worded. `interest`: the title of the Interest that this message alone is linked to, "" none."""

    message: Message
    author: str
    post: PostId
    words: Text = Text()
    quoted: Quoted | None = None
    buttons: tuple[Button, ...] = ()
    mine: bool = False
    problem: str = ""
    interest: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A dialog as one operator sees it. `shown`: oldest first; `revision`: ask for changes after it.
    `may_write`: what they write would be taken (not: that it goes out without asking). `earlier`: older
    messages exist before the first shown. `chosen`: those that this operator has marked with 🔖."""

    dialog: Dialog
    contact: Contact
    account: str
    card: Card
    shown: tuple[Shown, ...]
    revision: int
    may_write: bool
    earlier: bool = False
    chosen: frozenset[MessageId] = frozenset()


@dataclass(frozen=True, slots=True)
class Listed:
    """A dialog in a list."""

    dialog: Dialog
    contact: Contact
    account: str
    responsible: str = ""
    addressed_to_me: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A whisper or direct message kept for the hub's own desk."""

    id: int
    view: View
    dialog: DialogId | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Command:
    """A word that can follow `/dialog`, for a desk that completes it. `about`: what it does and takes; `label`: what
    buttons for it are called."""

    word: str
    about: str
    label: str = ""


def sign_ins_topic(desk: DeskName, user: str) -> str:
    """Called when a browser of this operator is signed out."""
    return f"sign-ins:{desk}:{user}"


class SignIns(Protocol):
    """Browsers in which operators are signed in to the hub's own desk; every process knows them."""

    async def begin(self, desk: DeskName, user: str, until: datetime) -> str:
        """A new one, which ends at `until` at the latest; gives its id."""
        ...

    async def until(self, id_: str) -> datetime | None:
        """When it ends at the latest; None: it has ended. Asked for each request."""
        ...

    async def end(self, id_: str) -> None:
        """Signs one browser out and calls `sign_ins_topic`; an unknown id is no error."""
        ...

    async def end_all(self, desk: DeskName, user: str) -> None:
        """Signs an operator out of all browsers and calls `sign_ins_topic`."""
        ...


@dataclass(frozen=True, slots=True)
class Typed:
    """What a draft would be: answer, note, command or question. `command`: what follows the hub's name; `asked`: what
    its author would be asked about first, worded."""

    kind: str
    command: str = ""
    asked: str = ""


class Board(Protocol):
    """Reads for the hub's own desk what other desks keep themselves. `section` is one of the words
    "new", "work", "mine", "all", "closed". Rights are applied for the actor."""

    async def counters(self, desk: DeskName, actor: Actor) -> Mapping[str, int]:
        """How many dialogs of each section but "closed" wait for an answer, by the section's word."""
        ...

    async def list(
        self,
        desk: DeskName,
        actor: Actor,
        section: str,
        *,
        account: AccountName | None = None,
        text: str = "",
        before: DialogId | None = None,
        limit: int = 20,
    ) -> Sequence[Listed]:
        """A page of a section's dialogs, unanswered first, then the latest; `before`: the last dialog of the page
        before. `account`, `text`: filters."""
        ...

    async def page(
        self, desk: DeskName, actor: Actor, dialog: DialogId, *, since: int = 0, before: MessageId | None = None
    ) -> Page | None:
        """`since` 0: the latest 50 (older than `before`); else what changed after that revision. None: there
        is no such dialog, or the actor may not read it."""
        ...

    async def search(
        self,
        desk: DeskName,
        actor: Actor,
        text: str,
        *,
        contact: ContactId | None = None,
        before: MessageId | None = None,
    ) -> Findings:
        """Messages with every word of `text` or a longer one that it is part of, in all dialogs that the actor may
        read, or in one contact's; with the first page also contacts whose name, phone or e-mail has them."""
        ...

    async def files(
        self, desk: DeskName, actor: Actor, contact: ContactId, kind: FileKind, *, before: MessageId | None = None
    ) -> FilesPage:
        """From all dialogs with the contact that the actor may read."""
        ...

    async def contact(self, desk: DeskName, actor: Actor, contact: ContactId) -> ContactPage | None:
        """As far as the actor may know. None: there is no such contact for them."""
        ...

    async def correspondence(
        self, desk: DeskName, actor: Actor, contact: ContactId, *, before: MessageId | None = None
    ) -> Correspondence:
        """All that was said with the contact, without words that are held; of accounts that the actor may not read,
        what `hub.correspondence` lets them see."""
        ...

    async def reads_by_dialogs(self, desk: DeskName, actor: Actor) -> bool:
        """How the actor reads a correspondence: dialog by dialog, or as one. The action `view` changes it."""
        ...

    async def accounts(self, desk: DeskName, actor: Actor) -> Mapping[AccountName, str]:
        """Names and titles of those whose dialogs the actor may read."""
        ...

    async def commands(self, desk: DeskName, actor: Actor) -> Sequence[Command]:
        """What this operator can ask for by words, in their language."""
        ...

    async def kind(
        self, desk: DeskName, actor: Actor, dialog: DialogId, content: Content, names: DeskNames
    ) -> Typed | None:
        """What these words would be if they were sent now. None: as in `page`."""
        ...

    async def keep(self, desk: DeskName, user: str, view: View, dialog: DialogId | None) -> None:
        """Keeps a whisper or a direct message for `user`; once per `view.keys`."""
        ...

    async def told(self, desk: DeskName, user: str, after: int | None) -> Sequence[Told]:
        """What came after that one, oldest first; None: the latest 50, oldest first."""
        ...
