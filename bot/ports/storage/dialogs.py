"""Dialogs and the lists of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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


class Section(StrEnum):
    NEW = "new"  # new, returned, for review; and those the viewer was added to and has done nothing in yet
    WORK = "work"  # in progress, whoever's
    MINE = "mine"  # responsible or co-executor
    ALL = "all"  # every open one
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class DialogRow:
    """A line of a section."""

    dialog: Dialog
    contact: Contact
    responsible: Operator | None


@dataclass(frozen=True, slots=True)
class Viewer:
    """For whom a section is listed. `accounts`: those they may read. Dialogs returned to someone else stay
    visible in NEW: anyone may help out; those for this viewer or their roles come first."""

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
    ) -> Dialog:
        """A new dialog with the next number; `ordinal` counts the contact's dialogs. The database refuses a
        second open one for the same account and chat. `after`: the dialog in whose thread it goes on."""
        ...

    async def pass_on(self, source: Dialog, by: OperatorId, at: datetime) -> Dialog:
        """A dialog for review with messages of `source`, of the same contact and chat; it counts nowhere."""
        ...

    async def get(self, dialog: DialogId) -> Dialog | None:
        """The dialog; None: there is none with that id."""
        ...

    async def lock(self, dialog: DialogId) -> Dialog | None:
        """The dialog, locked until the transaction ends; None: there is none with that id."""
        ...

    async def lock_by_thread(self, thread: ThreadRef) -> Dialog | None:
        """The latest one in that thread."""
        ...

    async def latest_with(
        self, contact: ContactId, account: AccountName, *, before: DialogId | None = None
    ) -> Dialog | None:
        """The contact's latest dialog on the account, or the one before that; those for review do not count."""
        ...

    async def goes_on(self, dialog: Dialog) -> bool:
        """Whether a later dialog goes on in its thread."""
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
        """What each message changes of a dialog, at the price of one statement. `heard_at` None: as it was."""
        ...

    async def seen(self, dialog: DialogId, operator: OperatorId) -> None:
        """A co-executor has done something in it: it is new to them no more."""
        ...

    async def set_thread(self, dialog: DialogId, thread: ThreadRef) -> None:
        """Also corrects `channel` to the id under which the desk knows it. Dialogs that go on in the same thread and
        wait for it to be opened have it, too."""
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
        """Unanswered first, then the latest; `text`: the dialog's number (1042 or #1042), a part of its title or of
        the contact's name, phone (however written) or e-mail; of the last words, too, in the dialogs at the top.
        `before`: keyset page, the last dialog of the page before."""
        ...

    async def counters(self, viewer: Viewer) -> Mapping[Section, int]:
        """Dialogs of each section (but CLOSED) whose customer waits for an answer."""
        ...

    async def open_threads(self, desk: DeskName, limit: int = 200) -> Sequence[ThreadRef]:
        """Threads of a desk's open dialogs, the latest active first."""
        ...

    async def heard(self, account: AccountName, after: datetime, until: datetime) -> Sequence[DialogId]:
        """Open dialogs whose customer last wrote after `after` and not after `until`."""
        ...

    async def waiting_for(self, role: RoleName) -> Sequence[DialogId]:
        """Open dialogs that were passed to the role and that nobody has taken."""
        ...

    async def late(
        self, account: AccountName, until: datetime, alarm: int, *, first: bool, limit: int
    ) -> Sequence[DialogId]:
        """Dialogs whose customer has waited since `until` or longer, the longest first, and about which less than
        `alarm` was told. `first`: for people's first answer, else for one of the next. Without those who blocked us."""
        ...

    async def set_alarm(self, dialog: DialogId, alarm: int) -> None:
        """What people have been told of this wait: 1 that the time to answer runs out, 2 that it has run out. Back to 0
        by itself when the customer waits no more."""
        ...

    async def last_heard(self, account: AccountName) -> datetime | None:
        """When a customer last wrote there."""
        ...

    async def of_contact(self, contact: ContactId) -> Sequence[Dialog]:
        """Those for review among them; these have a `source`."""
        ...
