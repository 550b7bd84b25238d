"""Note beside the database of the numbers given so far. A backup does not contain it, so it tells an older database."""

from __future__ import annotations

import json
import os
from pathlib import Path

import structlog

from bot.domain.traces import Reached
from bot.ports import private_files

log = structlog.get_logger(__name__)


class NotesFile:
    """`bot.ports.ReachedNotes` in a file. Several processes may share it: a smaller number never replaces a greater."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Reached:
        try:
            told = json.loads(self._path.read_bytes())
            return Reached(int(told["dialogs"]), int(told["messages"]))
        except (OSError, ValueError, KeyError, TypeError):
            return Reached()

    def write(self, reached: Reached) -> None:
        reached = reached.together(self.read())
        part = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        text = json.dumps({"dialogs": reached.dialogs, "messages": reached.messages})
        try:
            private_files.make_folder(self._path.parent, self._path.parent)
            with open(part, "w", opener=private_files.opener) as file:
                file.write(text)
            os.replace(part, self._path)
        except OSError as error:
            log.warning("failed to note the numbers reached", path=str(self._path), reason=error.strerror)
