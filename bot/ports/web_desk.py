"""Port to the web desk: the data it reads and stores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from bot.domain.value import value
from bot.ports.found import ContactPage, Correspondence, FileKind, FilesPage, Findings
from bot.views.values import Button, Card, Quoted, View


@value
class MessageView:
    """Message as the web desk shows it. `words`: a technical line as text. `buttons`: this viewer's choices (held,
    failed, unconfirmed). `post`: the id for reactions and quotes. `mine`: this viewer wrote it on this desk and may
    edit and delete it. `problem`: why it failed or is held, as text. `interest`: the title of the Interest linked to
    this message alone, "" for none."""

    message: Message
    author: str
    post: PostId
    words: Text = Text()
    quoted: Quoted | None = None
    buttons: tuple[Button, ...] = ()
    mine: bool = False
    problem: str = ""
    interest: str = ""


@value
class Page:
    """Dialog as one operator sees it. `shown`: oldest first; `revision`: ask for changes after it. `may_write`: the hub
    accepts what they write (perhaps with a question first). `earlier`: there are older messages. `chosen`: those that
    this operator selected with 🔖."""

    dialog: Dialog
    contact: Contact
    account: str
    card: Card
    shown: tuple[MessageView, ...]
    revision: int
    may_write: bool
    earlier: bool = False
    chosen: frozenset[MessageId] = frozenset()


@value
class Listed:
    """Dialog in a list."""

    dialog: Dialog
    contact: Contact
    account: str
    responsible: str = ""
    addressed_to_me: bool = False


@value
class ListView:
    """List that an operator's page shows: a section and its filters."""

    actor: Actor
    section: str
    account: AccountName | None = None
    text: str = ""


@value
class ListState:
    """State of a `ListView`: the counters, and the first page of the list."""

    counters: Mapping[str, int]
    rows: Sequence[Listed]


@value
class Notification:
    """Whisper or direct message kept for the web desk."""

    id: int
    view: View
    dialog: DialogId | None
    at: datetime


@value
class CommandHint:
    """Word that can follow `/dialog`, for completion. `about`: its effect and inputs; `label`: the label of its
    buttons."""

    word: str
    about: str
    label: str = ""


def sign_ins_topic(desk: DeskName, user: str) -> str:
    """Topic woken when a browser of this operator is signed out."""
    return f"sign-ins:{desk}:{user}"


class SignIns(Protocol):
    """Sign-ins of operators' browsers to the web desk, known to every process."""

    async def begin(self, desk: DeskName, user: str, until: datetime) -> str:
        """Signs a browser in until `until` at the latest; returns the id."""
        ...

    async def until(self, id_: str) -> datetime | None:
        """Latest end of a sign-in; None: it has ended. Called for each request."""
        ...

    async def end(self, id_: str) -> None:
        """Signs one browser out and wakes `sign_ins_topic`; an unknown id is no error."""
        ...

    async def end_all(self, desk: DeskName, user: str) -> None:
        """Signs an operator out of all browsers and wakes `sign_ins_topic`."""
        ...


@value
class DraftPreview:
    """Classification of a draft: answer, note, command or question. `command`: the text after the hub's name; `asked`:
    the question to its author, as text."""

    kind: str
    command: str = ""
    asked: str = ""


class WebDeskBackend(Protocol):
    """Queries of the web desk, for what other desks keep themselves. `section` is one of "new", "work", "mine", "all",
    "closed". The actor's rights are applied."""

    async def counters(self, desk: DeskName, actor: Actor) -> Mapping[str, int]:
        """Number of dialogs waiting for a reply in each section except "closed"."""
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
        """Page of a section's dialogs, unanswered first, then the latest; `before`: the last dialog of the previous
        page. `account`, `text`: filters."""
        ...

    async def lists(self, desk: DeskName, views: Sequence[ListView]) -> Sequence[ListState]:
        """Lists and counters of many pages, in their order, by one look at the database. Those who see the same get the
        very same objects; each list is read with the rights of those who get it."""
        ...

    async def page(
        self, desk: DeskName, actor: Actor, dialog: DialogId, *, since: int = 0, before: MessageId | None = None
    ) -> Page | None:
        """Dialog for the actor. `since` 0: the latest 50 messages (older than `before`); otherwise those changed after
        that revision. None: there is no such dialog, or the actor may not read it."""
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
        """Messages containing every word of `text`, also inside longer words, in all dialogs that the actor may read or
        in one contact's; the first page also has contacts whose name, phone or e-mail matches."""
        ...

    async def files(
        self, desk: DeskName, actor: Actor, contact: ContactId, kind: FileKind, *, before: MessageId | None = None
    ) -> FilesPage:
        """Files from all dialogs with the contact that the actor may read."""
        ...

    async def contact(self, desk: DeskName, actor: Actor, contact: ContactId) -> ContactPage | None:
        """Everything the actor may know about a contact. None: there is no such contact for them."""
        ...

    async def correspondence(
        self, desk: DeskName, actor: Actor, contact: ContactId, *, before: MessageId | None = None
    ) -> Correspondence:
        """All messages with the contact, without held ones; for accounts that the actor may not read, what
        `hub.correspondence` allows."""
        ...

    async def reads_by_dialogs(self, desk: DeskName, actor: Actor) -> bool:
        """Tells whether the actor prefers transcripts dialog by dialog. The action `view` changes it."""
        ...

    async def accounts(self, desk: DeskName, actor: Actor) -> Mapping[AccountName, str]:
        """Names and titles of the accounts that the actor may read."""
        ...

    async def commands(self, desk: DeskName, actor: Actor) -> Sequence[CommandHint]:
        """Commands available to this operator, in their language."""
        ...

    async def kind(
        self, desk: DeskName, actor: Actor, dialog: DialogId, content: Content, names: DeskNames
    ) -> DraftPreview | None:
        """Classifies a draft as if it were sent now. None: as in `page`."""
        ...

    async def keep(self, desk: DeskName, user: str, view: View, dialog: DialogId | None) -> None:
        """Stores a whisper or a direct message for `user`; once per `view.keys`."""
        ...

    async def notifications(self, desk: DeskName, user: str, after: int | None) -> Sequence[Notification]:
        """Notices after that one, oldest first; None: the latest 50, oldest first."""
        ...
