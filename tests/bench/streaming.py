"""(g) Memory of a hub while a large file passes through it, from a customer to a team chat and back.

The hub is `hub run` in a process of its own; the platforms' fakes, which hold the whole file, are in this one.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from bot.domain import DeskName, MediaKind, ThreadId, ThreadRef
from tests.bench.processes import Measurable, started
from tests.contracts.bridges import BridgeRig, Customer, discover
from tests.contracts.desks import DeskRig
from tests.free_ports import free_port
from tests.scenarios.desks import DESKS
from tests.toml import toml

SIZE = 100_000_000  # bytes
SMALL = 1_000_000
"""A file sent first: what the first one loads does not count as growth."""
ROADS = (
    ("api-reading", "slack"),
    ("api-reading", "mattermost"),
    ("api-reading", "web"),
    ("whatsapp", "slack"),
    ("whatsapp", "mattermost"),
    ("vk-longpoll", "mattermost"),
    ("max-polling", "slack"),
    ("max-polling", "mattermost"),
    ("max-polling", "web"),
)
"""Channels and team chats that accept so large a file: by the names of their rigs."""
SAMPLE_EVERY = 0.002
LOOK_EVERY = 0.1
PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class Passed:
    """Megabytes by which the hub's resident memory grew at most, and seconds."""

    growth: float
    seconds: float


async def through(channel: str, desk: str) -> tuple[Passed, Passed]:
    """Sends a file from the customer to the desk, and one back."""
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as name:
        folder = Path(name)
        async with _at_work(folder, channel, desk) as (hub, rig, people):
            customer = await rig.customer("Vera")
            await _to_desk(customer, people, folder, SMALL)
            await _to_customer(customer, people, folder, SMALL)
            there = await _measured(hub, lambda: _to_desk(customer, people, folder, SIZE))
            back = await _measured(hub, lambda: _to_customer(customer, people, folder, SIZE))
            return there, back


async def _to_desk(customer: Customer, people: DeskRig, folder: Path, size: int) -> None:
    data = bytes(size)
    await customer.sends(MediaKind.FILE, data, f"{size}.bin", "application/octet-stream")

    async def there() -> bool:
        thread = _thread(folder, people)
        seen = await people.thread(thread) if thread else ()
        return any(file == data for post in seen for _, file in post.files if len(file) == size)

    await _until(there)


async def _to_customer(customer: Customer, people: DeskRig, folder: Path, size: int) -> None:
    data = bytes(size)
    thread = _thread(folder, people)
    assert thread
    await people.writes("anna", thread, "here you are", files=[(f"{size}.bin", data)])

    async def there() -> bool:
        with contextlib.suppress(AssertionError):  # some customers do not wait
            return any(file == data for seen in await customer.sees(1) for file in seen.files)
        return False

    await _until(there)


async def _until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await holds():  # noqa: ASYNC110 - not every fake tells of changes
            await asyncio.sleep(LOOK_EVERY)


def _thread(folder: Path, people: DeskRig) -> ThreadRef | None:
    """The first dialog's thread, once it is open. The hub is another process, so its database is read."""
    with contextlib.closing(sqlite3.connect(f"file:{folder}/hub.db?mode=ro", uri=True)) as database:
        row = database.execute("SELECT desk, channel, thread FROM dialogs ORDER BY id").fetchone()
    return ThreadRef(DeskName(row[0]), row[1], ThreadId(row[2])) if row and row[2] else None


# ---------------------------------------------------------------------------------------- the measuring


async def _measured(hub: Measurable, passing: Callable[[], Awaitable[None]]) -> Passed:
    before, start = hub.megabytes, time.monotonic()
    with _peak(hub.process) as peak:
        await passing()
    return Passed(max(peak) / 1e6 - before, time.monotonic() - start)


@contextmanager
def _peak(process: psutil.Process) -> Iterator[list[int]]:
    """Resident bytes, sampled in a thread of its own: the fakes keep this one's loop busy."""
    seen, over = [process.memory_info().rss], threading.Event()

    def sample() -> None:
        while not over.wait(SAMPLE_EVERY):
            seen[0] = max(seen[0], process.memory_info().rss)

    sampler = threading.Thread(target=sample, daemon=True)
    sampler.start()
    try:
        yield seen
    finally:
        over.set()
        sampler.join()


@asynccontextmanager
async def _at_work(folder: Path, channel: str, desk: str) -> AsyncIterator[tuple[Measurable, BridgeRig, DeskRig]]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    async with discover()[channel]() as rig, DESKS[desk](folder, url) as (people, table):
        hub = {
            "listen": f"127.0.0.1:{port}",
            "public_url": url,
            "database_url": f"sqlite+aiosqlite:///{folder}/hub.db",
            "files": str(folder / "files"),
            "secret": "the benchmark's own secret, of enough letters",
        }
        path = folder / "hub.toml"
        wide = {"file_megabytes": 200} if desk == "web" else {}
        accounts = {str(rig.account): dict(rig.table())}
        path.write_text(toml({"hub": hub, "desks": {"main": {**table, **wide}}, "accounts": accounts}))
        command = ["-m", "bot", "run", "--config", str(path)]
        async with started(command, port, "/readyz", {"HUB_LOG_LEVEL": "CRITICAL"}) as process:
            await rig.called_at(f"{url}/hooks/{rig.account}")
            yield process, rig, people
