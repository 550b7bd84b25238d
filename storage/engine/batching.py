"""Several writes in one trip to PostgreSQL: `WITH a AS (UPDATE …), b AS (INSERT …) INSERT … RETURNING …`.

A trip costs more than most of what it carries. Parts of one statement do not see each other's work and run in no
promised order, so only parts go together that touch different tables. Lanes are locked last: nothing goes together
with what locks them but inserts, and updates of rows that the transaction holds already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from storage.engine.statements import Compiled

Step = tuple[Compiled, list[list[object]]]
"""A statement with the arguments of each of its executions."""

_merged: dict[tuple[str, ...], str] = {}


def steps(writes: Sequence[tuple[Compiled, list[object]]]) -> Iterator[Step]:
    """Neighbours that are the same statement become one step."""
    present: Step | None = None
    for compiled, arguments in writes:
        if present is not None and present[0] is compiled:
            present[1].append(arguments)
            continue
        if present is not None:
            yield present
        present = (compiled, [arguments])
    if present is not None:
        yield present


def trips(steps: Sequence[Step]) -> Iterator[list[Step]]:
    """Steps that go together, in their order."""
    together: list[Step] = []
    for step in steps:
        if together and not _fits(together, step):
            yield together
            together = []
        together.append(step)
    if together:
        yield together


def _fits(before: Sequence[Step], step: Step) -> bool:
    if len(step[1]) > 1 or any(not _leads(compiled, times) for compiled, times in before):
        return False
    tables = step[0].tables
    if any(compiled.tables & tables for compiled, _ in before):
        return False
    return "lanes" not in tables or all(compiled.held or compiled.sql.startswith("INSERT") for compiled, _ in before)


def _leads(compiled: Compiled, times: Sequence[object]) -> bool:
    return len(times) == 1 and compiled.sql.startswith(("INSERT", "UPDATE", "DELETE"))


def merge(parts: Sequence[Compiled]) -> str:
    """One statement; the last part gives the rows. Parameters are those of all parts, one after another."""
    key = tuple(part.sql for part in parts)
    return _merged.get(key) or _merged.setdefault(key, _merge(parts))


def _merge(parts: Sequence[Compiled]) -> str:
    *leading, last = _renumbered(parts)
    ways = ", ".join(f"part_{number} AS ({sql})" for number, sql in enumerate(leading))
    return f"WITH {ways}, {last[len('WITH ') :]}" if last.startswith("WITH ") else f"WITH {ways} {last}"


def _renumbered(parts: Sequence[Compiled]) -> Iterator[str]:
    offset = 0
    for part in parts:
        yield re.sub(r"\$(\d+)", lambda found, offset=offset: f"${int(found[1]) + offset}", part.sql)  # type: ignore[misc]
        offset += len(part.names)
