"""Batches writes into one PostgreSQL round trip: `WITH a AS (UPDATE …), b AS (INSERT …) INSERT … RETURNING …`.

A round trip costs more than most statements. The parts of one statement do not see each other's work and run in no
fixed order, so only writes to different tables are batched together. Lanes must be locked last: a statement on lanes is
batched only with inserts and with updates of rows that the transaction already holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from storage.engine.statements import Compiled

Step = tuple[Compiled, list[list[object]]]
"""A statement with the arguments of each of its executions."""

_merged: dict[tuple[str, ...], str] = {}


def steps(writes: Sequence[tuple[Compiled, list[object]]]) -> Iterator[Step]:
    """Groups consecutive executions of the same statement into one step."""
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
    """Splits steps, in their order, into groups that can share a round trip."""
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
    """Builds one statement from `parts`; the last one returns the rows. Parameters follow in the order of the parts."""
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
