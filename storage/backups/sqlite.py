"""Backups of an SQLite file: a consistent copy by SQLite's own backup, which does not stop the hub's writes."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

from sqlalchemy.engine import URL

from bot.locale import N_
from bot.ports import private_files
from bot.ports.traces import RESTORED
from storage.backups.archive import BackupReader, BackupWriter, not_empty
from storage.backups.marks import BOOKKEEPING
from storage.engine.errors import BadBackup, Unusable
from storage.engine.sqlite import ProcessLock, revision
from storage.engine.sqlite_checks import damage
from storage.tables.migrate import migrate

DATABASE = "database/hub.db"
_PATIENCE = 60.0  # seconds


def dump(path: Path, archive: BackupWriter) -> str:
    """Adds a copy of the database; returns its revision. The copy lies beside the archive until it is in it."""
    found = revision(path)
    if found is None:
        raise Unusable(N_("there is no hub's database: {path}"), N_("Check hub.database_url."), path=str(path))
    copy = archive.part.with_name(f"{archive.part.name}.db")
    copy.unlink(missing_ok=True)
    private_files.make(copy)
    try:
        with contextlib.closing(_opened(path)) as source, contextlib.closing(_opened(copy)) as target:
            source.backup(target)  # all pages in one step: a writer meanwhile does not make it begin again
            target.execute("PRAGMA journal_mode = DELETE")
        archive.add(DATABASE, copy)
    except sqlite3.Error as error:
        raise _unusable(path, error) from error
    finally:
        copy.unlink(missing_ok=True)
    return found


async def load(path: Path, archive: BackupReader, *, replace: bool) -> None:
    """Puts the archive's database in the place of `path`. Until it is there, checked and upgraded, nothing changes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = ProcessLock(path)
    arriving = path.with_name(f"{path.name}.restoring")
    try:
        if not replace and not _is_empty(path):
            raise not_empty()
        _remove(arriving)
        archive.extract(DATABASE, arriving)
        _check(arriving)
        await migrate(URL.create("sqlite+aiosqlite", database=str(arriving)).render_as_string())
        _mark(arriving, archive.manifest.made_at.isoformat())
        _remove(path, keep="")
        os.replace(arriving, path)
        _sync(path.parent)
    except sqlite3.Error as error:
        raise _unusable(path, error) from error
    finally:
        _remove(arriving)
        lock.close()


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, _PATIENCE, isolation_level=None)


def _is_empty(path: Path) -> bool:
    """Tells whether no row would be lost. A database that cannot be read counts as full."""
    if not path.exists() or path.stat().st_size == 0:
        return True
    try:
        with contextlib.closing(_opened(path)) as connection:
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            ours = [name for (name,) in tables if name not in BOOKKEEPING and not name.startswith("sqlite_")]
            return not any(connection.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone() for name in ours)  # noqa: S608
    except sqlite3.Error:
        return False


def _check(path: Path) -> None:
    """Raises `BadBackup` for a database that was damaged when it was backed up."""
    if reason := damage(path):
        raise BadBackup(N_("this is not a whole backup of a hub: {reason}"), N_("Use another one."), reason=reason)


def _mark(path: Path, made_at: str) -> None:
    with contextlib.closing(_opened(path)) as connection:
        connection.execute("INSERT OR REPLACE INTO cursors (name, value) VALUES (?, ?)", (RESTORED, made_at))


def _remove(path: Path, keep: str | None = None) -> None:
    """Removes a database with its log; the log of a removed file would be taken for that of the next. `keep`: suffix
    of the file that stays."""
    for suffix in ("-wal", "-shm", "-journal", ""):
        if suffix != keep:
            path.with_name(path.name + suffix).unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unusable(path: Path, error: sqlite3.Error) -> Unusable:
    advice = N_("Restore a backup: hub restore FILE --replace")
    return Unusable(N_("{path} cannot be used: {reason}"), advice, path=str(path), reason=str(error))
