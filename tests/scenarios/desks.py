"""The three desks for whole hubs: the platform's fake, people at their keyboards, and the desk's table of hub.toml.

    async with DESKS["slack"](folder, hub_url) as (operators, table): …

`operators` act through the rigs of the desks' contract, with the same methods for every desk. Never use
`operators.desk` or `operators.core`: those are the rig's own, and idle here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from fastapi import FastAPI

from tests.contracts.desks import DeskRig, FakeCore
from tests.contracts.rigs.desk_mattermost import MattermostRig
from tests.contracts.rigs.desk_slack import SlackRig
from tests.contracts.rigs.desk_web import WebRig
from tests.desks.web.serving import KEYS
from tests.desks.web.telling import idle_desk
from tests.fakes.mattermost import BOT_TOKEN as MATTERMOST_TOKEN
from tests.fakes.mattermost import COMMAND_TOKEN, FakeMattermost
from tests.fakes.slack import APP_TOKEN, FakeSlack
from tests.fakes.slack import BOT_TOKEN as SLACK_TOKEN
from tests.tools import tools

Table = dict[str, Any]


@asynccontextmanager
async def _slack(folder: Path, url: str) -> AsyncIterator[tuple[DeskRig, Table]]:
    async with FakeSlack() as slack, aiohttp.ClientSession() as http:
        rig = SlackRig(slack, tools(folder, http), socket=True)
        table = {
            "kind": "slack",
            "bot_token": SLACK_TOKEN,
            "app_token": APP_TOKEN,
            "channel": "support",
            "api_url": slack.api_url,
        }
        for who in ("anna", "boris"):
            rig.person(who)
        yield rig, table


@asynccontextmanager
async def _mattermost(folder: Path, url: str) -> AsyncIterator[tuple[DeskRig, Table]]:
    async with FakeMattermost() as mm, aiohttp.ClientSession() as http:
        mm.serve_commands(f"{url}/mattermost/command")
        rig = MattermostRig(mm, FastAPI(), tools(folder, http), frozenset({"shortcuts", "home"}))
        table = {
            "kind": "mattermost",
            "url": mm.url,
            "token": MATTERMOST_TOKEN,
            "team": "acme",
            "channel": "support",
            "command_token": COMMAND_TOKEN,
        }
        yield rig, table


@asynccontextmanager
async def _web(folder: Path, url: str) -> AsyncIterator[tuple[DeskRig, Table]]:
    async with aiohttp.ClientSession() as http:
        rig = WebRig(idle_desk(tools(folder, http)), FakeCore(), url)
        yield rig, {"kind": "web", "operators": dict(KEYS)}


DESKS: Mapping[str, Callable[[Path, str], AbstractAsyncContextManager[tuple[DeskRig, Table]]]] = {
    "slack": _slack,
    "mattermost": _mattermost,
    "web": _web,
}
