"""Hubs as processes: started, killed, and inspected through their database while dead."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
from sqlalchemy.engine import make_url

from tests.conftest import Database
from tests.waiting import FACT

ROOT = Path(__file__).parents[2]


class Nursery:
    """Starts hubs: see `tests.torture.nursery`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        assert self._line() == "ready"

    def bear(self, arguments: Sequence[str], environ: Mapping[str, str], log: Path) -> int:
        """Starts a hub; returns its process id."""
        assert self._process.stdin is not None
        order = {"arguments": [*arguments], "environ": {**environ}, "log": str(log)}
        print(json.dumps(order), file=self._process.stdin, flush=True)
        return int(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@contextlib.contextmanager
def nursery() -> Iterator[Nursery]:
    command = [sys.executable, "-m", "tests.torture.nursery"]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield Nursery(process)
        finally:
            process.kill()


@dataclass
class HubProcess:
    """One hub at `port`; `log` holds the output of all its processes."""

    nursery: Nursery
    config: Path
    port: int
    log: Path
    http: aiohttp.ClientSession
    environ: Mapping[str, str] = field(default_factory=dict)
    pid: int = 0
    kills: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Starts it, and returns once it serves."""
        environ = {"HUB__HUB__LISTEN": f"127.0.0.1:{self.port}", "HUB_LOG_LEVEL": "INFO", **self.environ}
        self.pid = self.nursery.bear(["run", "--config", str(self.config)], environ, self.log)
        async with asyncio.timeout(FACT):
            while not await self._ready():
                assert self.alive, f"a hub ended by itself:\n{self.log.read_text()[-4000:]}"
                await asyncio.sleep(0.02)

    async def _ready(self) -> bool:
        try:
            async with self.http.get(f"{self.url}/readyz") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    @property
    def alive(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def freeze(self) -> None:
        """Sends SIGSTOP: the process stands still, and its connections stay open."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    async def kill(self) -> None:
        """Sends SIGKILL; returns when the process is dead, and its connections with it."""
        handle = os.pidfd_open(self.pid)
        dead, loop = asyncio.Event(), asyncio.get_running_loop()
        loop.add_reader(handle, dead.set)
        try:
            os.kill(self.pid, signal.SIGKILL)
            await dead.wait()
        finally:
            loop.remove_reader(handle)
            os.close(handle)
        self.kills += 1

    async def end(self) -> None:
        """Ends the process after the test, if it is not dead already."""
        if self.alive:
            await self.kill()


@dataclass
class Books:
    """A hub's database, read beside the hub."""

    database: Database
    _postgres: asyncpg.Connection | None = field(default=None)

    async def rows(self, sql: str) -> list[tuple[Any, ...]]:
        if not self.database.url.startswith("sqlite"):
            if self._postgres is None:
                self._postgres = await asyncpg.connect(self.database.url.replace("+asyncpg", ""))
            return [tuple(row) for row in await self._postgres.fetch(sql)]
        path = make_url(self.database.url).database
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as connection:
            return connection.execute(sql).fetchall()

    async def one(self, sql: str) -> Any:
        return (await self.rows(sql))[0][0]

    async def close(self) -> None:
        if self._postgres is not None:
            await self._postgres.close()

    async def waiting(self) -> int:
        """Counts parcels without those that are planned for later."""
        embedded = self.database.url.startswith("sqlite")
        now = str(time.time_ns() // 1000) if embedded else "now()"
        return int(await self.one(f"SELECT count(*) FROM parcels WHERE created_at <= {now}"))

    async def answers(self) -> int:
        return int(await self.one("SELECT count(*) FROM messages WHERE author = 'operator'"))

    async def under_way(self, pid: int) -> list[str]:
        """Contents of the answers that a process (dead now) had claimed to send."""
        claimed = await self.rows(
            "SELECT parcels.payload, lanes.owner FROM lanes JOIN parcels ON parcels.lane_id = lanes.id "
            "WHERE lanes.fence IS NOT NULL AND parcels.kind = 'send' ORDER BY parcels.id"
        )
        messages = [json.loads(payload)["message"] for payload, owner in claimed if owner.split(":")[-2] == str(pid)]
        if not messages:
            return []
        listed = ",".join(str(message) for message in messages)
        return [content for (content,) in await self.rows(f"SELECT content FROM messages WHERE id IN ({listed})")]
