"""How repositories talk to their database, whichever it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, TypeVar

from storage.engine.statements import Statement

T = TypeVar("T")


class Session(Protocol):
    """One transaction. Rows come as sequences in the order of the statement's columns.

    `alone`: nobody else can write while this transaction does, so nothing needs to be locked or looked at twice.
    """

    alone: bool

    async def rows(self, statement: Statement, /, **values: Any) -> Sequence[Any]:
        """Runs what was put off, then `statement`."""
        ...

    def later(self, statement: Statement, /, **values: Any) -> None:
        """Puts a write off whose result nobody needs: it goes, in order, with the next `rows` or with the commit,
        and so costs no trip of its own where the database takes several statements at once."""
        ...


class Engine(Protocol):
    """A database that is open."""

    async def run(self, work: Callable[[Session], Awaitable[T]]) -> T:
        """`work` in one transaction. Comes back when it is committed; an exception undoes it."""
        ...

    def reading(self) -> Session:
        """For reading alone: what is committed. Writing raises `TypeError` or the database's error."""
        ...

    def to_run_again(self, error: Exception) -> bool:
        """Whether the same work may well succeed when it is run once more."""
        ...

    async def close(self) -> None: ...


async def one(session: Session, statement: Statement, /, **values: Any) -> Any | None:
    found = await session.rows(statement, **values)
    return found[0] if found else None


class Retry(Exception):
    """Somebody else was faster in a way that the transaction cannot go on from: run it again from the start."""
