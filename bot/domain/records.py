"""What we keep: people, dialogs, messages, Interests, tasks, accounts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.account_rules import AccountRules, ContactKind
from bot.domain.content import Content, FileRef
from bot.domain.ids import (
    AccountName,
    ChatId,
    ContactId,
    DeskName,
    DialogId,
    InterestId,
    MessageId,
    OperatorId,
    RoleName,
    TaskId,
    ThreadId,
)
from bot.domain.operators import Belonging, ThreadRef


class Status(StrEnum):
    NEW = "new"
    IN_PROGRESS = "in_progress"
    RETURNED = "returned"
    FOR_REVIEW = "for_review"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Operator:
    """A user of a desk. `title` is the name people read; `zone`, `belongs`: as in `Actor`."""

    id: OperatorId
    desk: DeskName
    user: str
    name: str
    title: str
    zone: str = ""
    belongs: Belonging = Belonging.UNKNOWN


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a dialog waits for: an operator or a role, never both."""

    operator: OperatorId | None = None
    role: RoleName | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    id: ContactId
    name: str = ""
    phone: str = ""
    email: str = ""
    picture: FileRef | None = None
    kind: ContactKind = ContactKind.POTENTIAL


@dataclass(frozen=True, slots=True)
class Interest:
    """A sales opportunity that dialogs and single messages are linked to. `stage`: the CRM's own word for how far it
    is; `open` False: won or lost. `url`: where it is in a CRM outside, "" in the hub's own. `ref`: that CRM's id of
    it, "" while it has none; `version`: what that CRM last said of it, for optimistic locking."""

    id: InterestId
    contact: ContactId
    title: str
    created_at: datetime
    author: OperatorId | None = None
    open: bool = True
    stage: str = ""
    comment: str = ""
    url: str = ""
    ref: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Assignee:
    """Who has a task to do; `done_at` None: has not done it yet."""

    operator: OperatorId
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be done, by its author (a personal task) or by others (an assignment). `due` None: at any time."""

    id: TaskId
    text: str
    author: OperatorId
    created_at: datetime
    assignees: tuple[Assignee, ...]
    due: datetime | None = None
    dialog: DialogId | None = None

    @property
    def done(self) -> bool:
        return all(one.done_at is not None for one in self.assignees)


@dataclass(frozen=True, slots=True)
class Dialog:
    """One conversation with one contact on one account, from its first message to its closing.

    `waiting_since`: when the customer's oldest unanswered message came; None when it is our turn no more.
    `heard_at`: when the customer last wrote. `ordinal`: which dialog with this contact it is, from 1. `desk`,
    `channel`: where its thread belongs; `thread`: None until the desk has opened it. `interest`: what it is linked to.
    `source`: the dialog whose messages `passed_by` passed on in this one; nobody can write to a customer in such a one.
    `answered_at`: when people first answered. `continues`: the dialog that began the thread, when this one goes on in
    the thread of an earlier one. `lead`: its account was a source of appeals when it was opened.
    `blocked`: the customer has blocked us; `barred`: operators have blocked them.
    `bot`: the account's first-line bot answers, and nobody has to; such a dialog is `NEW` and does not wait.
    """

    id: DialogId
    account: AccountName
    chat: ChatId
    contact: ContactId
    desk: DeskName
    channel: str
    opened_at: datetime
    status: Status = Status.NEW
    title: str = ""
    ordinal: int = 1
    responsible: OperatorId | None = None
    coexecutors: frozenset[OperatorId] = frozenset()
    addressee: Addressee | None = None
    thread: ThreadId | None = None
    waiting_since: datetime | None = None
    last_at: datetime | None = None
    last_words: str = ""
    closed_at: datetime | None = None
    reason: str = ""
    comment: str = ""
    blocked: bool = False
    heard_at: datetime | None = None
    interest: InterestId | None = None
    source: DialogId | None = None
    answered_at: datetime | None = None
    continues: DialogId | None = None
    lead: bool = True
    bot: bool = False
    passed_by: OperatorId | None = None
    barred: bool = False

    @property
    def open(self) -> bool:
        return self.status is not Status.CLOSED

    @property
    def ref(self) -> ThreadRef | None:
        return ThreadRef(self.desk, self.channel, self.thread) if self.thread is not None else None

    @property
    def root(self) -> DialogId:
        """The dialog that began the thread: the same for all of one thread, also before the desk has opened it."""
        return self.continues or self.id


class Author(StrEnum):
    CUSTOMER = "customer"
    OPERATOR = "operator"
    NOTE = "note"  # an operator's, for colleagues alone
    HUB = "hub"  # a technical line; `Message.line` says which
    BOT = "bot"  # the account's own: a greeting, an answer to a keyword, the first-line bot's words


TO_CUSTOMERS = frozenset({Author.OPERATOR, Author.BOT})
"""Whose messages go out to the customer; what became of them is known."""


class Delivery(StrEnum):
    """What became of a message to the customer. Others have `NONE`."""

    NONE = "none"
    PENDING = "pending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"
    HELD = "held"  # written by a stranger to the dialog; waits for them to choose
    INTERNAL = "internal"  # never goes to the customer


@dataclass(frozen=True, slots=True)
class Line:
    """A technical line: a code of `bot.views.lines` and its values; worded when it is shown."""

    code: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Message:
    id: MessageId
    dialog: DialogId
    author: Author
    at: datetime
    content: Content = Content()
    operator: OperatorId | None = None
    delivery: Delivery = Delivery.NONE
    failure: str = ""  # RejectReason, when delivery is FAILED
    detail: str = ""  # the platform's own words about it
    important: bool = False
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    reply_to: MessageId | None = None
    line: Line | None = None
    reactions: tuple[str, ...] = ()  # the customer's, as emoji


@dataclass(frozen=True, slots=True)
class Account:
    """One account as the core sees it: wiring from hub.toml, behaviour from the database."""

    name: AccountName
    kind: str
    title: str
    desk: DeskName
    channel: str
    rules: AccountRules = AccountRules()
