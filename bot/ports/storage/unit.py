"""One transaction, and who gives them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeVar

from bot.ports.storage.accounts import Accounts
from bot.ports.storage.archive import Archive
from bot.ports.storage.contacts_operators import Contacts, Operators
from bot.ports.storage.dialogs import Dialogs
from bot.ports.storage.inbox_outbox import Inbox, Outbox
from bot.ports.storage.interests import CrmRefs, Interests
from bot.ports.storage.merges import Merges
from bot.ports.storage.messages import Messages
from bot.ports.storage.notices_leases_cursors import Cursors, Leases, Notices
from bot.ports.storage.reports import Reports
from bot.ports.storage.tasks import Choices, Tasks

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

    async def transact(self, work: Callable[[Unit], Awaitable[T]]) -> T:
        """Commits `work` as one transaction and gives its result, then wakes its topics. A conflict runs `work` again
        from the start, so it may not act outside of the unit. Raises `RuntimeError` inside another transaction."""
        ...

    def read(self) -> AbstractAsyncContextManager[Unit]:
        """For reading alone; sees what is committed."""
        ...

    async def tend(self) -> bool:
        """Does one portion of the upkeep that nobody waits for, in transactions of its own; False: nothing is left.
        By one process at a time."""
        ...

    async def close(self) -> None:
        """Closes the database's connections; called once, when the hub stops."""
        ...
