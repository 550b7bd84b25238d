"""Answers of one account while another account of the same desk hangs, through the real adapters."""

from __future__ import annotations

import asyncio
import re
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.hubs import Base
from tests.bench.processes import started
from tests.fakes import mattermost
from tests.fakes.faults import Fault
from tests.fakes.telegram import FakeCustomer, FakeTelegram
from tests.free_ports import free_port
from tests.toml import toml

STUCK, QUIET, ANSWERS = 150, 20, 60
"""Conversations that hang; those beside them, and the answers measured in these."""
EVERY = 0.2
"""Seconds between two answers."""
LOOK_EVERY = 0.002
STILL = 3.0
"""Seconds without a further hanging request after which all that can hang do."""
COLD = 16.0
"""Seconds after which none of the quiet account's idle connections is left."""
PATIENCE = 300.0
PEOPLE = tuple(f"operator{number}" for number in range(10))
CALLED = re.compile(r"hello from (\d+)")


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds from an operator's post to the customer's screen, at the median: with nothing else to do, and while
    `hanging` requests of the other account hang."""

    quiet: float
    beside: float
    hanging: int


@dataclass
class _Talks:
    """Conversations of both accounts: customer's number → the root of their thread."""

    chat: mattermost.FakeMattermost
    customers: dict[int, FakeCustomer]
    threads: dict[int, str]

    async def begin(self, telegram: FakeTelegram, numbers: range) -> None:
        for number in numbers:
            self.customers[number] = telegram.customer(number, f"Customer {number}")
            self.customers[number].writes(f"hello from {number}")
        async with asyncio.timeout(PATIENCE):
            while not set(numbers) <= self.threads.keys():
                for post in self.chat.posts():
                    if (found := CALLED.search(post["message"])) and post["root_id"]:
                        self.threads[int(found[1])] = post["root_id"]
                await asyncio.sleep(0.1)

    async def answer(self, number: int, text: str) -> float:
        """Returns the seconds until the customer reads it."""
        start = time.monotonic()
        await self.chat.person(PEOPLE[number % len(PEOPLE)]).posts(self.threads[number], text)
        async with asyncio.timeout(PATIENCE):
            while text not in self.customers[number].reads:  # noqa: ASYNC110 - told before the message is shown
                await asyncio.sleep(LOOK_EVERY)
        return time.monotonic() - start

    async def median(self, numbers: range, what: str) -> float:
        async def later(turn: int) -> float:
            await asyncio.sleep(turn * EVERY)
            return await self.answer(numbers[turn % len(numbers)], f"{what} {turn}")

        return statistics.median(await asyncio.gather(*map(later, range(ANSWERS))))


async def delays(base: Base) -> Delays:
    async with (
        FakeTelegram("1001:quiet") as quiet,
        FakeTelegram("1002:stuck") as stuck,
        mattermost.FakeMattermost(PEOPLE) as chat,
    ):
        port = free_port()
        config = _configured(base.folder, {"quiet": quiet, "stuck": stuck}, chat, port)
        command = ["-m", "bot", "run", "--config", str(config)]
        async with started(command, port, "/readyz", {"HUB_LOG_LEVEL": "CRITICAL"}):
            talks, others = _Talks(chat, {}, {}), range(STUCK + 1, STUCK + 1 + QUIET)
            await talks.begin(stuck, range(1, STUCK + 1))
            await talks.begin(quiet, others)
            alone = await talks.median(others, "quiet")
            stuck.faults.add("sendMessage", Fault.NOTHING, times=10 * STUCK)
            for number in range(1, STUCK + 1):
                await chat.person(PEOPLE[number % len(PEOPLE)]).posts(talks.threads[number], "never arrives")
            hanging = await _all(stuck)
            await asyncio.sleep(COLD)
            return Delays(alone, await talks.median(others, "beside"), hanging)


async def _all(stuck: FakeTelegram) -> int:
    """Waits until no further request hangs; returns how many do."""
    before, since = 0, time.monotonic()
    while not before or time.monotonic() - since < STILL:
        await asyncio.sleep(0.1)
        if len(stuck.faults.log) > before:
            before, since = len(stuck.faults.log), time.monotonic()
    return before


def _configured(folder: Path, bots: dict[str, FakeTelegram], chat: mattermost.FakeMattermost, port: int) -> Path:
    hub = {
        "listen": f"127.0.0.1:{port}",
        "public_url": f"http://127.0.0.1:{port}",
        "database_url": f"sqlite+aiosqlite:///{folder}/hanging.db",
        "files": str(folder / "files"),
        "secret": "the benchmark's own secret, of enough letters",
    }
    desk: dict[str, Any] = {"kind": "mattermost", "url": chat.url, "token": mattermost.BOT_TOKEN, "team": "acme"}
    desk |= {"channel": "support", "command_token": mattermost.COMMAND_TOKEN, "rate": 200}
    accounts = {name: {"kind": "telegram", "token": bot.token, "api_url": bot.url} for name, bot in bots.items()}
    path = folder / "hanging.toml"
    path.write_text(toml({"hub": hub, "desks": {"main": desk}, "accounts": accounts}))
    return path
