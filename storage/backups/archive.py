"""The archive of a backup: a zip that is complete or not there at all."""

from __future__ import annotations

import json
import os
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import field, fields
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from bot.domain.value import value
from bot.locale import N_
from bot.ports import private_files
from storage.engine.errors import BadBackup, Unusable

FORMAT = 1
MANIFEST = "manifest.json"
_FILE = re.compile(r"[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{32}(\.json)?")
_DAMAGE = (EOFError, NotImplementedError, RuntimeError, zlib.error, zipfile.BadZipFile)
"""Errors that `zipfile` raises for damaged archives, by what was hit."""
_CHUNK = 1024 * 1024  # bytes


@value
class Manifest:
    """Facts about a backup. `kind`: "sqlite" or "postgresql"; `revision`: of its tables; `secret`: hash of the hub's;
    `tables`: their columns; `sequences`: the last number that each has given. The last two are PostgreSQL's."""

    kind: str
    revision: str
    made_at: datetime
    version: str
    secret: str
    tables: Mapping[str, Sequence[str]] = field(default_factory=dict)
    sequences: Mapping[str, int] = field(default_factory=dict)

    def dump(self) -> str:
        told = {one.name: getattr(self, one.name) for one in fields(self)}
        return json.dumps({"format": FORMAT, **told, "made_at": self.made_at.isoformat()}, indent=1)

    @classmethod
    def load(cls, text: bytes) -> Manifest:
        """Raises `ValueError`, `KeyError` or `TypeError` for what is no manifest."""
        told = json.loads(text)
        if told.pop("format") != FORMAT:
            raise ValueError("another format")
        return cls(**{**told, "made_at": datetime.fromisoformat(told["made_at"])})


class BackupWriter:
    """Archive being written, in a file of its own until it is complete. Raises `BadBackup` when the disk refuses."""

    def __init__(self, target: Path) -> None:
        self._target, self.part = target, target.with_name(f"{target.name}.part")

    def __enter__(self) -> Self:
        with _faults(self._target):
            self._file = open(self.part, "wb", opener=private_files.opener)
            os.fchmod(self._file.fileno(), private_files.FILE)  # one left by a killed backup may be anybody's
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, compresslevel=3, strict_timestamps=False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self.part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _cannot_write(self._target, error) from error

    @contextmanager
    def member(self, name: str) -> Iterator[IO[bytes]]:
        with self._zip.open(name, "w", force_zip64=True) as opened:
            yield opened

    def add(self, name: str, path: Path, *, compressed: bool = True) -> None:
        self._zip.write(path, name, zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED)

    def add_beside(self, name: str, path: Path) -> None:
        with suppress(FileNotFoundError):
            self.add(f"beside/{name}", path)

    def add_files(self, folder: Path) -> int:
        """Adds the hub's files; returns their number. One that is deleted meanwhile belongs to no message."""
        count = 0
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if _FILE.fullmatch(name):
                with suppress(FileNotFoundError):
                    self.add(f"files/{name}", path, compressed=False)
                    count += path.suffix == ""
        return count

    def close(self, manifest: Manifest) -> int:
        """Completes the archive and gives it its name. Returns its size in bytes."""
        self._zip.writestr(MANIFEST, manifest.dump())
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        os.replace(self.part, self._target)
        return self._file.tell()


class BackupReader:
    """Archive being read. Raises `BadBackup` for what is not a whole backup."""

    def __init__(self, source: Path) -> None:
        self._source, self.size = source, 0

    def __enter__(self) -> Self:
        try:
            self._zip, self.size = zipfile.ZipFile(self._source), self._source.stat().st_size
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise BadBackup(N_("cannot be read: {reason}"), N_("Check its path."), reason=reason) from error
        except (*_DAMAGE, ValueError) as error:
            raise self._not_a_backup(str(error)) from error
        try:
            self.manifest = Manifest.load(self._zip.read(MANIFEST))
        except (*_DAMAGE, OSError, KeyError, ValueError, TypeError) as error:
            self._zip.close()
            raise self._not_a_backup(str(error)) from error
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def verify(self) -> None:
        """Reads the whole archive once, before anything is replaced by it."""
        try:
            damaged = self._zip.testzip()
        except (*_DAMAGE, OSError, ValueError) as error:
            raise self._not_a_backup(str(error)) from error
        if damaged is not None:
            raise self._not_a_backup(damaged)

    def open(self, name: str) -> IO[bytes]:
        return self._zip.open(name)

    def extract(self, name: str, path: Path) -> None:
        with _faults(path), self._zip.open(name) as packed, open(path, "wb", opener=private_files.opener) as file:
            shutil.copyfileobj(packed, file, _CHUNK)
            file.flush()
            os.fsync(file.fileno())

    def extract_files(self, folder: Path) -> int:
        """Puts the hub's files into their folder; returns their number. One that is there already is the same."""
        count = 0
        for packed in self._zip.infolist():
            name = packed.filename.removeprefix("files/")
            if name == packed.filename or not _FILE.fullmatch(name):
                continue
            path = folder / name
            count += path.suffix == ""
            if not path.exists() or path.stat().st_size != packed.file_size:
                with _faults(path):
                    private_files.make_folder(path.parent, folder)
                self.extract(packed.filename, path)
        return count

    def extract_beside(self, places: Mapping[str, Path]) -> frozenset[str]:
        """Replaces the files beside an embedded database; returns the names of those that the archive holds."""
        there = frozenset(name for name in places if f"beside/{name}" in self._zip.NameToInfo)
        for name in there:
            arriving = places[name].with_name(f"{places[name].name}.part")
            self.extract(f"beside/{name}", arriving)
            os.replace(arriving, places[name])
        return there

    def _not_a_backup(self, reason: str) -> BadBackup:
        return BadBackup(N_("this is not a whole backup of a hub: {reason}"), N_("Use another one."), reason=reason)


@contextmanager
def _faults(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _cannot_write(path, error) from error


def _cannot_write(path: Path, error: OSError) -> BadBackup:
    reason = error.strerror or type(error).__name__
    advice = N_("Choose another place, or free some space.")
    return BadBackup(N_("{path} cannot be written: {reason}"), advice, path=str(path), reason=reason)


def not_empty() -> Unusable:
    return Unusable(
        N_("the database is not empty"),
        N_("To replace everything in it by the backup, add --replace."),
    )
