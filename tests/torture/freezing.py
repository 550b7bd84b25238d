"""A PostgreSQL server that stands still: all its processes are stopped, and its connections stay open."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import asyncpg


@dataclass
class Freezer:
    """Stops and continues the server whose first process is `postmaster`."""

    postmaster: int

    def freeze(self) -> None:
        """Stops the postmaster first: it starts no further process."""
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        self._send(signal.SIGCONT)

    def _send(self, number: signal.Signals) -> None:
        os.kill(self.postmaster, number)
        for child in Path(f"/proc/{self.postmaster}/task/{self.postmaster}/children").read_text().split():
            with suppress(ProcessLookupError):
                os.kill(int(child), number)


@asynccontextmanager
async def freezer(url: str) -> AsyncIterator[Freezer]:
    """Finds the processes of the server behind `url`, which runs on this machine; thaws them at the end."""
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        found = Freezer(_parent(await connection.fetchval("SELECT pg_backend_pid()")))
    finally:
        await connection.close()
    try:
        yield found
    finally:
        found.thaw()


def _parent(process: int) -> int:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("PPid:"))
