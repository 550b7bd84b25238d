"""(d) and (e): memory, and the time from exec to `/readyz`."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench import hubs
from tests.bench.hubs import Base
from tests.bench.load import Conversation, as_fast_as_possible, conversations
from tests.bench.platform import platform
from tests.bench.processes import started
from tests.free_ports import free_port

STARTS = 5
TELEGRAM = """
[accounts.bot]
kind = "telegram"
token = "123456789:a-token-that-nobody-has"
api_url = "http://127.0.0.1:9"
"""
PLAIN = """
[hub]
listen = "127.0.0.1:{port}"
database_url = "sqlite+aiosqlite:///{folder}/hub.db"
files = "{folder}/files"
secret = "the benchmark's own secret, of enough letters"

[desks.local]
kind = "web"
operators = {{ anna = "the key of anna, of enough letters" }}

[accounts.site]
kind = "api"
token = "the token of the site, of enough letters"
"""


@dataclass(frozen=True, slots=True)
class Start:
    seconds: float
    megabytes: float


async def start(config: str = PLAIN) -> Start:
    """The median of several starts with an existing database; the first one, which creates it, is left out."""
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
        seen = [await _once(config, Path(folder)) for _ in range(STARTS + 1)][1:]
    return Start(median(one.seconds for one in seen), median(one.megabytes for one in seen))


async def _once(config: str, folder: Path) -> Start:
    port, file = free_port(), folder / "hub.toml"
    file.write_text(config.format(port=port, folder=folder))
    environ = {"HUB_LOG_LEVEL": "CRITICAL"}
    async with started(["-m", "bot", "run", "--config", str(file)], port, "/readyz", environ) as process:
        return Start(process.started_in, process.megabytes)


async def memory_after(base: Base, messages: int, talks: int = 50) -> tuple[float, float]:
    """Megabytes after the start, and after that many messages to the desk."""
    async with platform() as world, hubs.hub(base, world.url) as process:
        before = process.megabytes
        async with conversations(world, process.port, talks) as ready:
            await as_fast_as_possible(ready, Conversation.write, messages // talks)
        return before, process.megabytes
