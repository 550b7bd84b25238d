"""One transaction, and who gives them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeVar

from bot.store.accounts import Accounts
from bot.store.archive import Archive
from bot.store.delivery import Inbox, Outbox
from bot.store.dialogs import Dialogs
from bot.store.interests import CrmRefs, Interests
from bot.store.merges import Merges
from bot.store.messages import Messages
from bot.store.people import Contacts, Operators
from bot.store.reports import Reports
from bot.store.small import Cursors, Leases, Notices
from bot.store.tasks import Choices, Tasks

T = TypeVar("T")


class Unit(Protocol):
    """One transaction."""

    inbox: Inbox
    outbox: Outbox
    contacts: Contacts
    dialogs: Dialogs
    messages: Messages
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
    tasks: Tasks

    def wake(self, *topics: str) -> None:
        """Calls these topics after the commit."""
        ...


class Store(Protocol):
    embedded: bool
    """Only this process uses the database."""

    async def transact(self, work: Callable[[Unit], Awaitable[T]]) -> T: ...
    def read(self) -> AbstractAsyncContextManager[Unit]:
        """For reading alone; sees what is committed."""
        ...

    async def tend(self) -> bool:
        """Does one portion of the upkeep that nobody waits for, in transactions of its own; False: nothing is left.
        By one process at a time."""
        ...

    async def close(self) -> None: ...
