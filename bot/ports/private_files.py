"""Files and folders that only the hub's own user may access, whatever the umask."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

FILE, FOLDER = 0o600, 0o700
BESIDE_A_DATABASE = ("", "-wal", "-shm", "-journal", ".lock", ".secret", ".operators", ".reached")
"""Suffixes of files beside an embedded database; SQLite gives its own the mode of the database file."""


def opener(path: str, flags: int) -> int:
    """Opener for `open(…, opener=opener)` that creates private files."""
    return os.open(path, flags, FILE)


def make(path: Path) -> None:
    """Creates an empty private file, unless it exists. A failure is left to whoever needs the file."""
    with suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE))


def make_folder(path: Path, root: Path) -> None:
    """Creates a folder and its parents; those from `root` on are private."""
    if path.is_dir():
        return
    if path == root:
        path.parent.mkdir(parents=True, exist_ok=True)
    else:
        make_folder(path.parent, root)
    path.mkdir(FOLDER, exist_ok=True)


def is_open(path: Path) -> bool:
    """Tells whether others than the owner have any access."""
    return bool(path.stat().st_mode & 0o077)


def tighten(path: Path) -> bool:
    """Removes others' access to a file or folder of ours. False: there was none, or it is not ours."""
    with suppress(OSError):
        found = path.stat()
        if found.st_uid == os.geteuid() and found.st_mode & 0o077:
            path.chmod(FOLDER if stat.S_ISDIR(found.st_mode) else FILE)
            return True
    return False
