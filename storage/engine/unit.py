"""One transaction, as the core sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from bot.ports.storage import (
    Accounts,
    Archive,
    Choices,
    Contacts,
    Counters,
    CrmRefs,
    Cursors,
    DeadParcels,
    Dialogs,
    EarlyChanges,
    Homes,
    Inbox,
    Interests,
    Leases,
    Loads,
    Merges,
    Messages,
    Notices,
    Operators,
    Outbox,
    Preferences,
    Reports,
    Tasks,
)
from storage.engine.session import Session
from storage.engine.transaction import Transaction
from storage.repositories.accounts import SqlAccounts
from storage.repositories.archive import SqlArchive
from storage.repositories.contact_merges import SqlMerges
from storage.repositories.contacts import SqlContacts
from storage.repositories.counters import SqlCounters
from storage.repositories.dead_parcels import SqlDeadParcels
from storage.repositories.dialogs import SqlDialogs
from storage.repositories.early_changes import SqlEarlyChanges
from storage.repositories.homes import SqlHomes
from storage.repositories.inbox import SqlInbox
from storage.repositories.interests import SqlCrmRefs, SqlInterests
from storage.repositories.loads import SqlLoads
from storage.repositories.messages import SqlMessages
from storage.repositories.notices_leases_cursors import SqlCursors, SqlLeases, SqlNotices
from storage.repositories.operators import SqlOperators
from storage.repositories.outbox import SqlOutbox
from storage.repositories.preferences import SqlPreferences
from storage.repositories.reports import SqlReports
from storage.repositories.selections import SqlChoices
from storage.repositories.tasks import SqlTasks

R = TypeVar("R")


class _Repository(Generic[R]):
    """A repository of a unit: created on first use, afterwards a plain attribute of the unit."""

    def __init__(self, make: Callable[[Session, Transaction], R]) -> None:
        self._make = make
        self._name = ""

    def __set_name__(self, owner: type[SqlUnit], name: str) -> None:
        self._name = name

    def __get__(self, unit: SqlUnit, owner: type[SqlUnit]) -> R:
        made = unit.__dict__[self._name] = self._make(unit.session, unit.work)
        return made


class SqlUnit:
    """`bot.ports.storage.Unit`. Repositories are created on first use: few units need more than three."""

    inbox = _Repository[Inbox](SqlInbox)
    outbox = _Repository[Outbox](SqlOutbox)
    dead = _Repository[DeadParcels](SqlDeadParcels)
    contacts = _Repository[Contacts](SqlContacts)
    dialogs = _Repository[Dialogs](SqlDialogs)
    messages = _Repository[Messages](SqlMessages)
    early = _Repository[EarlyChanges](SqlEarlyChanges)
    archive = _Repository[Archive](SqlArchive)
    operators = _Repository[Operators](SqlOperators)
    reports = _Repository[Reports](SqlReports)
    accounts = _Repository[Accounts](SqlAccounts)
    interests = _Repository[Interests](SqlInterests)
    merges = _Repository[Merges](SqlMerges)
    crm = _Repository[CrmRefs](SqlCrmRefs)
    notices = _Repository[Notices](SqlNotices)
    leases = _Repository[Leases](SqlLeases)
    cursors = _Repository[Cursors](SqlCursors)
    choices = _Repository[Choices](SqlChoices)
    preferences = _Repository[Preferences](SqlPreferences)
    tasks = _Repository[Tasks](SqlTasks)
    loads = _Repository[Loads](SqlLoads)
    counters = _Repository[Counters](SqlCounters)
    homes = _Repository[Homes](SqlHomes)

    def __init__(self, session: Session, work: Transaction) -> None:
        self.session, self.work = session, work

    def wake(self, *topics: str) -> None:
        self.work.wake(*topics)

    async def finish(self) -> None:
        """Writes, before the commit, what the outbox postponed."""
        outbox = self.__dict__.get("outbox")
        if isinstance(outbox, SqlOutbox):
            await outbox.flush()
