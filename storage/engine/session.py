"""Interface between the repositories and a database, the same for SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from bot.ports.storage import PoolLoad
from storage.engine.statements import Statement

T = TypeVar("T")


class Session(Protocol):
    """One transaction. Rows come as sequences in the order of the statement's columns.

    `alone`: no other writer exists while this transaction runs, so nothing has to be locked or checked twice.
    """

    alone: bool

    async def rows(self, statement: Statement, /, **values: Any) -> Sequence[Any]:
        """Runs the postponed writes, then `statement`, and returns its rows."""
        ...

    def later(self, statement: Statement, /, **values: Any) -> None:
        """Postpones a write whose result nobody needs. It runs, in order, with the next `rows` or the commit, and so
        costs no round trip of its own where the database accepts several statements at once."""
        ...


class Engine(Protocol):
    """An open database."""

    async def run(self, work: Callable[[Session], Awaitable[T]]) -> T:
        """Runs `work` in one transaction and returns its result after the commit; an exception rolls back."""
        ...

    def reading(self) -> Session:
        """Returns a session that reads committed data. Writing raises `TypeError` or the database's error."""
        ...

    async def server_time(self) -> datetime | None:
        """Time of the server; None: there is none."""
        ...

    async def end_silent_sessions(self) -> int:
        """Ends sessions of hubs that hold a transaction open and say nothing; returns how many there were."""
        ...

    def to_run_again(self, error: Exception) -> bool:
        """Returns True when the same work may well succeed if it is run again."""
        ...

    def pools(self) -> Mapping[str, PoolLoad]:
        """Returns the load of the connections by their use."""
        ...

    def locked(self) -> bool:
        """Returns True while another program keeps the database locked."""
        ...

    async def close(self) -> None: ...


async def one(session: Session, statement: Statement, /, **values: Any) -> Any | None:
    found = await session.rows(statement, **values)
    return found[0] if found else None


class Retry(Exception):
    """A concurrent transaction invalidated this one: run it again from the start."""
