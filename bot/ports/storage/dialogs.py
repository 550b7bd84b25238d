"""Repository for dialogs and the lists of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.domain import (
    Account,
    AccountName,
    ChatId,
    Contact,
    ContactId,
    DeskName,
    Dialog,
    DialogId,
    Operator,
    OperatorId,
    RoleName,
    ThreadRef,
)
from bot.domain.value import value


class Section(StrEnum):
    NEW = "new"  # new, returned, for review; and those where the viewer was added as co-executor and has not acted yet
    WORK = "work"  # in progress, anybody's
    MINE = "mine"  # owner or co-executor
    ALL = "all"  # all open ones
    CLOSED = "closed"


@value
class DialogRow:
    """Dialog in a section's list."""

    dialog: Dialog
    contact: Contact
    responsible: Operator | None


@value
class Viewer:
    """Operator for whom a section is listed. `accounts`: those they may read. NEW also lists dialogs returned to
    others, so that anyone can help out; those for this viewer or their roles come first."""

    operator: OperatorId
    roles: frozenset[RoleName]
    accounts: tuple[AccountName, ...]


class Dialogs(Protocol):
    async def add(
        self,
        account: Account,
        chat: ChatId,
        contact: ContactId,
        at: datetime,
        *,
        blocked: bool = False,
        after: Dialog | None = None,
        number: DialogId | None = None,
    ) -> Dialog:
        """Creates a dialog with the next number; `ordinal` counts the contact's dialogs. The database refuses a second
        open one for the same account and chat. `after`: the dialog whose thread it continues. `number`: the one that it
        had before it was lost."""
        ...

    async def pass_on(self, source: Dialog, by: OperatorId, at: datetime) -> Dialog:
        """Creates a dialog for review of messages of `source`, with the same contact and chat; it counts nowhere."""
        ...

    async def get(self, dialog: DialogId) -> Dialog | None:
        """The dialog; None: there is none with that id."""
        ...

    async def lock(self, dialog: DialogId) -> Dialog | None:
        """The dialog, locked until the transaction ends; None: there is none with that id."""
        ...

    async def lock_by_thread(self, thread: ThreadRef) -> Dialog | None:
        """Latest dialog in that thread, locked."""
        ...

    async def latest_with(
        self, contact: ContactId, account: AccountName, *, before: DialogId | None = None
    ) -> Dialog | None:
        """The contact's latest dialog on the account, or the latest before `before`; dialogs for review do not
        count."""
        ...

    async def goes_on(self, dialog: Dialog) -> bool:
        """Tells whether a later dialog continues in its thread."""
        ...

    async def save(self, dialog: Dialog) -> None:
        """Writes every field that can change, co-executors included."""
        ...

    async def touch(
        self,
        dialog: DialogId,
        *,
        waiting_since: datetime | None,
        last_at: datetime | None,
        last_words: str,
        heard_at: datetime | None = None,
    ) -> None:
        """Updates the fields that every message changes, in one statement. `heard_at` None: unchanged."""
        ...

    async def seen(self, dialog: DialogId, operator: OperatorId) -> None:
        """Marks the dialog as no longer new to a co-executor, who has acted in it."""
        ...

    async def set_thread(self, dialog: DialogId, thread: ThreadRef) -> None:
        """Sets the thread, also for dialogs that wait to continue in it, and corrects `channel` to the desk's id of
        it."""
        ...

    async def section(
        self,
        section: Section,
        viewer: Viewer,
        *,
        account: AccountName | None = None,
        text: str = "",
        before: DialogId | None = None,
        limit: int = 20,
    ) -> Sequence[DialogRow]:
        """Dialogs of a section: unanswered first, then the latest. `text`: the dialog's number (1042 or #1042), or a
        part of its title or of the contact's name, phone (however written) or e-mail; for the dialogs at the top also
        of the last words. `before`: the last dialog of the previous page."""
        ...

    async def counters(self, viewer: Viewer) -> Mapping[Section, int]:
        """Number of dialogs in each section (except CLOSED) whose customer is waiting for a reply."""
        ...

    async def counters_of(self, viewers: Sequence[Viewer]) -> Sequence[Mapping[Section, int]]:
        """Counters of many viewers, in their order, for the price of one."""
        ...

    async def personal(self, operators: Sequence[OperatorId]) -> frozenset[OperatorId]:
        """Operators, of these, to whom an open dialog is addressed by name, or to whom one is new as co-executor. For
        all others the sections NEW, WORK and ALL depend on accounts and roles alone."""
        ...

    async def open_threads(self, desk: DeskName, limit: int = 200) -> Sequence[ThreadRef]:
        """Threads of a desk's open dialogs, the latest active first."""
        ...

    async def heard(self, account: AccountName, after: datetime, until: datetime) -> Sequence[DialogId]:
        """Open dialogs whose customer last wrote after `after` and not after `until`."""
        ...

    async def waiting_for(self, role: RoleName) -> Sequence[DialogId]:
        """Open dialogs redirected to the role and not accepted yet."""
        ...

    async def held_by(self, operator: OperatorId) -> Sequence[Dialog]:
        """Open dialogs that the operator owns or that wait for them by name, oldest first."""
        ...

    async def late(
        self, account: AccountName, until: datetime, alarm: int, *, first: bool, limit: int
    ) -> Sequence[DialogId]:
        """Dialogs whose customer has been waiting since `until` or longer, the longest first, and whose alarm is below
        `alarm`. `first`: waiting for the first reply, otherwise for a later one. Without customers who blocked us."""
        ...

    async def set_alarm(self, dialog: DialogId, alarm: int) -> None:
        """Stores the alarm given for this wait: 1 before the reply deadline, 2 after it. It is reset to 0 when the wait
        ends."""
        ...

    async def last_heard(self, account: AccountName) -> datetime | None:
        """Time of the latest message from any customer of the account."""
        ...

    async def of_contact(self, contact: ContactId) -> Sequence[Dialog]:
        """All dialogs of the contact, including those for review, which have a `source`."""
        ...
