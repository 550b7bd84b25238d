"""A hub of an earlier commit, and today's hub on everything that it left."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
import tomllib
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
from fastapi import FastAPI

from bot.app.assembly import App, running
from settings import load
from storage import migrate
from tests.contracts.desks import FakeCore
from tests.contracts.rigs.desk_mattermost import MattermostRig
from tests.contracts.rigs.desk_slack import SlackRig
from tests.contracts.rigs.desk_web import WebRig
from tests.desks.web.telling import idle_desk
from tests.fakes.mattermost import FakeMattermost
from tests.fakes.slack import FakeSlack
from tests.fakes.telegram import FakeTelegram
from tests.free_ports import free_port
from tests.scenarios.hubs import RunningHub
from tests.tools import tools
from tests.upgrade.platforms import Json, put_back_mattermost, put_back_slack, put_back_telegram

PORTS = {"hub": 18080, "slack": 18081, "mattermost": 18082, "shop": 18083, "market": 18084}
"""Addresses of the hub and the platforms at that time."""
PAUSE = timedelta(minutes=2)
"""Time until the hub runs again: the leases of the killed one have expired."""


class Later:
    """A clock that runs from `since`."""

    def __init__(self, since: datetime) -> None:
        self._since, self._began = since, time.monotonic()

    def now(self) -> datetime:
        return self._since + timedelta(seconds=time.monotonic() - self._began)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@dataclass
class Upgraded:
    """Today's hub at work, and everything around it."""

    app: App
    url: str
    kept: Json
    slack: RunningHub
    office: RunningHub
    web: RunningHub
    fake_slack: FakeSlack
    mm: FakeMattermost
    shop: FakeTelegram
    market: FakeTelegram
    http: aiohttp.ClientSession


@dataclass
class Old:
    """Everything a hub left: `database` is its address in hub.toml, `folder` a folder of the test's own."""

    kept_at: Path
    name: str
    database: str
    folder: Path

    def __post_init__(self) -> None:
        self._toml = (self.kept_at / "hub.toml").read_text()
        self._text = (self.kept_at / f"{self.name}.json").read_text()
        self.kept: Json = json.loads(self._text)
        for name, data in self.kept["files"].items():
            path = self.folder / "files" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(bytes.fromhex(data["hex"]))

    def edit(self, before: str, after: str) -> None:
        """Changes hub.toml before the upgrade."""
        assert before in self._toml
        self._toml = self._toml.replace(before, after)

    async def query(self, sql: str) -> Sequence[tuple[Any, ...]]:
        if self.database.startswith("sqlite"):
            with closing(sqlite3.connect(self.database.partition("///")[2])) as file:
                return file.execute(sql).fetchall()
        connection = await asyncpg.connect(self.database.replace("+asyncpg", ""))
        try:
            return [tuple(row) for row in await connection.fetch(sql)]
        finally:
            await connection.close()

    def configured(self, ports: dict[str, int] | None = None) -> Path:
        """hub.toml, with the addresses of this test: the database, the folder of files and the platforms."""
        text = self._toml.replace("DATABASE", self.database).replace("FILES", str(self.folder / "files"))
        path = self.folder / "hub.toml"
        path.write_text(_moved(text, ports or {}))
        return path

    @asynccontextmanager
    async def upgraded(self) -> AsyncIterator[Upgraded]:
        """Runs today's hub, started as by `hub run`."""
        async with AsyncExitStack() as stack:
            slack = await stack.enter_async_context(FakeSlack())
            mm = await stack.enter_async_context(FakeMattermost(()))
            accounts = tomllib.loads(self._toml)["accounts"]
            shop = await stack.enter_async_context(FakeTelegram(accounts["shop"]["token"]))
            market = await stack.enter_async_context(FakeTelegram(accounts["market"]["token"]))
            http = await stack.enter_async_context(aiohttp.ClientSession())
            ports = {"hub": free_port()}
            for name, fake in (("slack", slack), ("mattermost", mm), ("shop", shop), ("market", market)):
                ports[name] = int(fake.url.rpartition(":")[2])
            kept: Json = json.loads(_moved(self._text, ports))
            stood: Json = deepcopy(kept["platforms"])
            put_back_slack(slack, stood["slack"])
            put_back_mattermost(mm, stood["mattermost"])
            put_back_telegram(shop, stood["shop"])
            put_back_telegram(market, stood["market"])
            url = f"http://127.0.0.1:{ports['hub']}"
            (self.folder / "rig").mkdir(exist_ok=True)
            given = tools(self.folder / "rig", http)
            rigs = (
                SlackRig(slack, given, socket=True),
                MattermostRig(mm, FastAPI(), given, frozenset({"shortcuts", "home"})),
                WebRig(idle_desk(given), FakeCore(), url),
            )
            await migrate(self.database)
            settings = load(self.configured(ports), {})
            clock = Later(datetime.fromisoformat(kept["at"]).astimezone(UTC) + PAUSE)
            app = await stack.enter_async_context(running(settings, clock=clock))
            main, office, web = (RunningHub(app, rig, url) for rig in rigs)
            yield Upgraded(app, url, kept, main, office, web, slack, mm, shop, market, http)


def _moved(text: str, ports: dict[str, int]) -> str:
    """Replaces old addresses with today's."""
    for name, port in ports.items():
        text = text.replace(f"127.0.0.1:{PORTS[name]}", f"127.0.0.1:{port}")
    return text
