"""Backups of a hub: one file with its database, its files and its secret, made while it runs.

The file is a zip: `manifest.json`, `database/…` (an SQLite file, or the rows of each PostgreSQL table as COPY writes
them), `files/…`, and `beside/…` for what lies beside an embedded database. Read it with any tool; only `restore` knows
the order in which tables are filled.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from bot.domain.value import value
from bot.locale import N_
from storage.backups.archive import BackupReader, BackupWriter, Manifest
from storage.engine.errors import BadBackup
from storage.tables.versions import head

__all__ = ["BadBackup", "Belongings", "Done", "backup", "restore"]


@value
class Belongings:
    """Everything that a backup contains. `beside`: files beside an embedded database, by their name in the archive.
    `secret`: the hub's; a backup holds a hash of it, and itself only as one of `beside`."""

    url: str
    files: Path
    beside: Mapping[str, Path]
    secret: str = field(repr=False)

    @property
    def kind(self) -> str:
        return make_url(self.url).get_backend_name()

    @property
    def print(self) -> str:
        """Hash by which two secrets are compared."""
        return hashlib.sha256(b"hub backup\0" + self.secret.encode()).hexdigest()[:16]


@value
class Done:
    """Result of a backup or a restore. `size`: bytes of the archive; `files`: number of the hub's own files in it;
    `other_secret`: the hub that was backed up had another secret, and it is not in the archive."""

    made_at: datetime
    size: int
    files: int
    other_secret: bool = False


async def backup(ours: Belongings, target: Path, at: datetime, version: str) -> Done:
    """Writes a backup to `target`, replacing it once complete. `version`: the hub's. Raises `Unusable` for the
    database, `BadBackup` for the archive."""
    with BackupWriter(target) as archive:
        revision, tables, sequences = await _dump(ours.url, archive)
        count = archive.add_files(ours.files)
        for name, path in ours.beside.items():
            archive.add_beside(name, path)
        size = archive.close(Manifest(ours.kind, revision, at, version, ours.print, tables, sequences))
    return Done(at, size, count)


async def _dump(url: str, archive: BackupWriter) -> tuple[str, Mapping[str, Sequence[str]], Mapping[str, int]]:
    """Adds the database; returns its revision and, for PostgreSQL, its tables and sequences."""
    if (parsed := make_url(url)).get_backend_name() == "sqlite":
        from storage.backups import sqlite

        return sqlite.dump(Path(parsed.database or ""), archive), {}, {}
    from storage.backups import postgres

    return await postgres.dump(url, archive)


async def restore(ours: Belongings, source: Path, *, replace: bool) -> Done:
    """Fills an empty database from a backup, or replaces what is there, and upgrades it to this version. Files that are
    already there stay. Raises `Unusable`, `BadBackup`."""
    with BackupReader(source) as archive:
        manifest = archive.manifest
        if manifest.kind != ours.kind:
            advice = N_("Restore it with hub.database_url of the same kind.")
            raise BadBackup(
                N_("this is a backup of {kind}, but hub.database_url is of {ours}"),
                advice,
                kind=manifest.kind,
                ours=ours.kind,
            )
        if manifest.revision > head():
            raise BadBackup(
                N_("this backup was made by a newer version of the hub: {version}"),
                N_("Use that version."),
                version=manifest.version,
            )
        archive.verify()
        if ours.kind == "sqlite":
            from storage.backups import sqlite

            await sqlite.load(Path(make_url(ours.url).database or ""), archive, replace=replace)
        else:
            from storage.backups import postgres
            from storage.tables.migrate import migrate

            await postgres.load(ours.url, archive, replace=replace)
            await migrate(ours.url)
        count = archive.extract_files(ours.files)
        own = archive.extract_beside(ours.beside)
    other = manifest.secret != ours.print and "secret" not in own
    return Done(manifest.made_at, archive.size, count, other)
