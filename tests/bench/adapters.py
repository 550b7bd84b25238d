"""The same through the real adapters, for information, between strict fakes of Telegram and of the team chats.

The fakes are in the benchmark's process and cost more than the hub; budgets are those of the platforms. So the
figures show what people see on a busy morning, not the hub's capacity.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.hubs import Base
from tests.bench.processes import started
from tests.fakes import mattermost, slack
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.free_ports import free_port
from tests.toml import toml

TALKS, EACH = 20, 10
CALLED = re.compile(r"\bm\d+x\d+\b")
LOOK_EVERY = 0.02
PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class Arrived:
    """All messages of `TALKS` new dialogs, written at once. `posts`: number of posts that contain them."""

    seconds: float
    posts: int
    cpu: float

    @property
    def rate(self) -> float:
        return TALKS * EACH / self.seconds


@dataclass(frozen=True, slots=True)
class TeamChat:
    """`said`: the texts of all posts."""

    table: dict[str, Any]
    said: Callable[[], list[str]]


@asynccontextmanager
async def slack_chat() -> AsyncIterator[tuple[slack.FakeSlack, TeamChat]]:
    async with slack.FakeSlack() as chat:
        table = {"kind": "slack", "bot_token": slack.BOT_TOKEN, "app_token": slack.APP_TOKEN, "channel": "support"}
        messages = chat.state.channel_named("support").messages
        said = TeamChat({**table, "api_url": chat.api_url}, lambda: [one.words for one in messages.values()])
        yield chat, said


@asynccontextmanager
async def _slack() -> AsyncIterator[TeamChat]:
    async with slack_chat() as (_, team):
        yield team


@asynccontextmanager
async def _mattermost() -> AsyncIterator[TeamChat]:
    async with mattermost.FakeMattermost() as chat:
        table = {"kind": "mattermost", "url": chat.url, "token": mattermost.BOT_TOKEN}
        where = {"team": "acme", "channel": "support", "command_token": mattermost.COMMAND_TOKEN}
        yield TeamChat({**table, **where}, lambda: [post["message"] for post in chat.state.posts.values()])


CHATS = {"Slack": _slack, "Mattermost": _mattermost}


async def to_desk(base: Base, chat: str) -> Arrived:
    async with FakeTelegram() as telegram, CHATS[chat]() as team:
        port = free_port()
        command = ["-m", "bot", "run", "--config", str(configured(base.folder, telegram, team, port))]
        async with started(command, port, "/readyz", {"HUB_LOG_LEVEL": "CRITICAL"}) as process:
            spent, start = process.cpu_seconds, time.monotonic()
            for talk in range(TALKS):
                for number in range(EACH):
                    telegram.customer(1000 + talk, f"Customer {talk}").writes(f"m{talk}x{number} is it there?")
            async with asyncio.timeout(PATIENCE):
                while len(seen := _seen(team.said())) < TALKS * EACH:  # noqa: ASYNC110 - not every fake tells of changes
                    await asyncio.sleep(LOOK_EVERY)
            seconds, spent = time.monotonic() - start, process.cpu_seconds - spent
            return Arrived(seconds, len(set(seen.values())), spent * 1000 / (TALKS * EACH))


def _seen(said: list[str]) -> dict[str, int]:
    """Message → index of the post that shows it."""
    return {name: place for place, words in enumerate(said) for name in CALLED.findall(words)}


def configured(folder: Path, telegram: FakeTelegram, team: TeamChat, port: int) -> Path:
    hub = {
        "listen": f"127.0.0.1:{port}",
        "public_url": f"http://127.0.0.1:{port}",
        "database_url": f"sqlite+aiosqlite:///{folder}/{team.table['kind']}.db",
        "files": str(folder / "files"),
        "secret": "the benchmark's own secret, of enough letters",
    }
    account = {"kind": "telegram", "token": TOKEN, "api_url": telegram.url}
    path = folder / "adapters.toml"
    path.write_text(toml({"hub": hub, "desks": {"main": team.table}, "accounts": {"shop": account}}))
    return path
