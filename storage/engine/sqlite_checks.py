"""Checks of an SQLite file before the hub uses it: a copy put back beside the log of another one is no database.

SQLite applies whatever lies in `hub.db-wal` to `hub.db`: it cannot tell that the log belongs to another copy.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from pathlib import Path

import structlog

from bot.locale import N_
from storage.engine.errors import Unusable

log = structlog.get_logger(__name__)

LONGEST = 5.0
"""Seconds that the start may take for this."""
_STEPS = 100_000
_HARMLESS = "NULL value in "
"""Columns of old rows that have become NOT NULL since."""


def check_log(path: Path) -> None:
    """Checks a database whose hub did not stop properly: its log is still there, and is about to be applied. Changes
    nothing. Raises `Unusable`."""
    beside = path.with_name(f"{path.name}-wal")
    if not path.exists() or not beside.exists() or not beside.stat().st_size:
        return
    reason = damage(path, LONGEST)
    if reason is None:
        log.warning("database too large to be checked in time", path=str(path), seconds=LONGEST)
    elif reason:
        what = N_("{path} is damaged ({reason}). Beside it lies {log}: perhaps the log of another copy")
        advice = N_(
            "If you put back a copy, stop here: put it back again without that log, or use: hub restore FILE --replace"
        )
        raise Unusable(what, advice, path=str(path), reason=reason, log=beside.name)


def damage(path: Path, seconds: float = 600.0) -> str | None:
    """Describes the first damage that SQLite finds; "" for none, None when it did not finish in time. Only reads, and
    leaves the log unapplied."""
    until = time.monotonic() + seconds
    try:
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
            found = [words for (words,) in connection.execute("PRAGMA integrity_check")]
    except sqlite3.DatabaseError as error:
        return None if error.sqlite_errorname == "SQLITE_INTERRUPT" else str(error)
    worse = [words for words in found if words != "ok" and not words.startswith(_HARMLESS)]
    return " ".join(worse[0].split()) if worse else ""
