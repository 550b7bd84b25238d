"""Stored records: people, dialogs, messages, Interests, tasks, accounts."""

from __future__ import annotations

from dataclasses import field
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
from bot.domain.value import value


class Status(StrEnum):
    NEW = "new"
    IN_PROGRESS = "in_progress"
    RETURNED = "returned"
    FOR_REVIEW = "for_review"
    CLOSED = "closed"


@value
class Operator:
    """User of a desk. `title` is the display name; `zone`, `belongs`: as in `Actor`."""

    id: OperatorId
    desk: DeskName
    user: str
    name: str
    title: str
    zone: str = ""
    belongs: Belonging = Belonging.UNKNOWN


@value
class Addressee:
    """Addressee that a dialog is waiting for: an operator or a role, never both."""

    operator: OperatorId | None = None
    role: RoleName | None = None


@value
class Contact:
    id: ContactId
    name: str = ""
    phone: str = ""
    email: str = ""
    picture: FileRef | None = None
    kind: ContactKind = ContactKind.POTENTIAL


@value
class Interest:
    """Sales opportunity that dialogs and single messages are linked to. `stage`: its stage, in the CRM's own words;
    `open` False: won or lost. `url`: its address in an external CRM, "" in the built-in one. `ref`: its id in the
    external CRM, "" while it has none; `version`: the external CRM's latest version of it, for optimistic locking."""

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


@value
class Assignee:
    """Operator who has to do a task; `done_at` None: not done yet."""

    operator: OperatorId
    done_at: datetime | None = None


@value
class Task:
    """Work to do, by its author (a personal task) or by others (an assignment). `due` None: at any time."""

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


@value
class Dialog:
    """One conversation with one contact on one account, from its first message to its closing.

    `waiting_since`: time of the customer's oldest unanswered message; None when the customer is not waiting.
    `heard_at`: time of the customer's last message. `ordinal`: its place among the dialogs with this contact, from 1.
    `desk`, `channel`: where its thread belongs; `thread`: None until the desk has opened it. `interest`: the Interest
    linked to it. `source`: for a dialog for review, the dialog whose messages `passed_by` passed on; nobody can write
    to the customer in it. `answered_at`: time of the first reply by an operator, or by a colleague outside the hub.
    `continues`: the dialog that began the thread, when this one goes on in its thread. `lead`: its account was a source
    of leads when the dialog was opened. `blocked`: the customer blocked us; `barred`: operators blocked the customer.
    `bot`: the account's first-line bot is answering; such a dialog is `NEW` and does not wait for operators.
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
        """Dialog that began the thread: the same for all dialogs of one thread, even before the desk has opened it."""
        return self.continues or self.id


class Author(StrEnum):
    CUSTOMER = "customer"
    OPERATOR = "operator"
    NOTE = "note"  # an operator's, for colleagues alone
    HUB = "hub"  # a technical line; `Message.line` says which
    BOT = "bot"  # the account's own: a greeting, a keyword reply, the first-line bot
    OUTSIDE = "outside"  # a colleague's, sent to the customer in the platform's own app


TO_CUSTOMERS = frozenset({Author.OPERATOR, Author.BOT})
"""Authors whose messages the hub sends to the customer, and which have a delivery state."""


class Delivery(StrEnum):
    """Delivery state of a message to the customer. Other messages have `NONE`."""

    NONE = "none"
    PENDING = "pending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"
    HELD = "held"  # written by an operator outside the dialog; waits for their choice
    INTERNAL = "internal"  # never goes to the customer


@value
class Line:
    """Technical line: a code of `bot.views.lines` and its values; worded when it is shown."""

    code: str
    values: dict[str, str] = field(default_factory=dict)


@value
class Message:
    id: MessageId
    dialog: DialogId
    author: Author
    at: datetime
    content: Content = Content()
    operator: OperatorId | None = None
    delivery: Delivery = Delivery.NONE
    failure: str = ""  # a RejectReason when delivery is FAILED
    detail: str = ""  # the platform's own words about it
    important: bool = False
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    reply_to: MessageId | None = None
    line: Line | None = None
    reactions: tuple[str, ...] = ()  # the customer's, as emoji
    late: bool = False  # written before what stands above it, or long before it came


@value
class Account:
    """Account as the core sees it: its wiring from hub.toml, its behaviour from the database."""

    name: AccountName
    kind: str
    title: str
    desk: DeskName
    channel: str
    rules: AccountRules = AccountRules()
