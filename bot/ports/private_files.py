"""Files and folders that nobody but the hub's own user may look into, whatever the umask."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

FILE, FOLDER = 0o600, 0o700
BESIDE_A_DATABASE = ("", "-wal", "-shm", "-journal", ".lock", ".secret", ".operators")
"""Endings of the files that lie beside an embedded database; SQLite gives its own the mode of the first."""


def opener(path: str, flags: int) -> int:
    """For `open(…, opener=opener)`: what it makes is private."""
    return os.open(path, flags, FILE)


def make(path: Path) -> None:
    """An empty file, unless there is one. Where it cannot be made, whoever needs it will say so."""
    with suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE))


def make_folder(path: Path, root: Path) -> None:
    """With the folders that it lies in, of which those from `root` on are private."""
    if path.is_dir():
        return
    if path == root:
        path.parent.mkdir(parents=True, exist_ok=True)
    else:
        make_folder(path.parent, root)
    path.mkdir(FOLDER, exist_ok=True)


def is_open(path: Path) -> bool:
    """Others than its owner can do something with it."""
    return bool(path.stat().st_mode & 0o077)


def tighten(path: Path) -> bool:
    """Takes from others what they may do with a file or a folder of ours. False: nothing, or it is not ours."""
    with suppress(OSError):
        found = path.stat()
        if found.st_uid == os.geteuid() and found.st_mode & 0o077:
            path.chmod(FOLDER if stat.S_ISDIR(found.st_mode) else FILE)
            return True
    return False
