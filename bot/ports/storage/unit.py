"""Transactions, and the store that runs them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol, TypeVar

from bot.domain.value import value
from bot.ports.storage.accounts import Accounts
from bot.ports.storage.archive import Archive
from bot.ports.storage.contacts_operators import Contacts, Operators
from bot.ports.storage.counters import Counters
from bot.ports.storage.dead_parcels import DeadParcels
from bot.ports.storage.dialogs import Dialogs
from bot.ports.storage.early_changes import EarlyChanges
from bot.ports.storage.homes import Homes
from bot.ports.storage.inbox_outbox import Inbox, Outbox
from bot.ports.storage.interests import CrmRefs, Interests
from bot.ports.storage.loads import Loads
from bot.ports.storage.merges import Merges
from bot.ports.storage.messages import Messages
from bot.ports.storage.notices_leases_cursors import Cursors, Leases, Notices
from bot.ports.storage.preferences import Preferences
from bot.ports.storage.reports import Reports
from bot.ports.storage.tasks import Choices, Tasks

T = TypeVar("T")


class Unit(Protocol):
    """Transaction, with a repository for each kind of data."""

    inbox: Inbox
    outbox: Outbox
    dead: DeadParcels
    contacts: Contacts
    dialogs: Dialogs
    messages: Messages
    early: EarlyChanges
    archive: Archive
    operators: Operators
    reports: Reports
    accounts: Accounts
    interests: Interests
    merges: Merges
    crm: CrmRefs
    notices: Notices
    leases: Leases
    cursors: Cursors
    choices: Choices
    preferences: Preferences
    tasks: Tasks
    loads: Loads
    counters: Counters
    homes: Homes

    def wake(self, *topics: str) -> None:
        """Wakes listeners of these topics after the commit."""
        ...


class CommitUnknown(Exception):
    """The connection was lost during the commit: the transaction may or may not be committed. To know, ask for what it
    wrote, under lock: the lock waits for a commit that is still under way."""


@value
class PoolLoad:
    """Load of a pool of connections. `waiting`: transactions or reads that wait for a connection."""

    size: int
    used: int
    waiting: int


class StoreObserver(Protocol):
    """Listener for the store's transactions."""

    def committed(self, seconds: float) -> None:
        """Called after a commit. `seconds`: duration of the whole transaction, with all its attempts."""
        ...

    def repeated(self, why: Exception, seconds: float) -> None:
        """Called when a transaction has to run again, `seconds` after its first attempt began."""
        ...


class Store(Protocol):
    embedded: bool
    """True when only this process uses the database."""

    async def transact(self, work: Callable[[Unit], Awaitable[T]]) -> T:
        """Commits `work` as one transaction, returns its result, then wakes its topics. After a conflict `work` runs
        again from the start, so it must not act outside its unit. Raises `CommitUnknown`, and `RuntimeError` inside
        another transaction."""
        ...

    def read(self) -> AbstractAsyncContextManager[Unit]:
        """Unit for reading only; sees committed data."""
        ...

    def oldest_transaction(self) -> float:
        """Seconds for which the oldest transaction of this process has been under way; 0: none is."""
        ...

    async def server_time(self) -> datetime | None:
        """Time of the database's server; None: there is no server, only this machine."""
        ...

    def pools(self) -> Mapping[str, PoolLoad]:
        """Load of this process's connections by their use: "write", "read"."""
        ...

    def locked(self) -> bool:
        """True while another program keeps the database file locked."""
        ...

    async def end_silent_sessions(self) -> int:
        """Ends, on the database's server, sessions of hubs whose network has fallen silent in the middle of a
        transaction, with their locks; returns how many there were."""
        ...

    async def run_maintenance(self) -> bool:
        """Does one portion of background maintenance, in transactions of its own; False: nothing is left. One process
        at a time."""
        ...

    async def close(self) -> None:
        """Closes the database's connections; called once, when the hub stops."""
        ...
