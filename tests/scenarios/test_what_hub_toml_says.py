"""Rights in hub.toml, in a whole hub: each part that uses them has tests of its own elsewhere."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.app.assembly import running
from bot.desks.web.auth import HEADER
from bot.domain import AccountName, Belonging, DeskName
from bot.domain.account_rules import AccountRules, Grant
from bot.ports import Staffed
from settings import Settings, embedded
from tests.conftest import Database
from tests.contracts.rigs.desk_mattermost import MattermostRig
from tests.scenarios.hubs import TelegramHub, telegram_hub
from tests.waiting import FACT

SHOP = AccountName("shop")
OLD, NEW = "the secret of before, long enough", "the secret of today, long enough"
KEY = "the key of anna, of enough letters"
CLOSED = AccountRules(grants=(Grant("anna", administer=True),), everyone_reads=False)


def with_secret(folder: Path, secret: str, before: str = "") -> Settings:
    environment = {
        "HUB__HUB__LISTEN": "127.0.0.1:0",
        "HUB__HUB__SECRET": secret,
        "HUB__DESKS__LOCAL__OPERATORS__ANNA": KEY,
    }
    return embedded(folder, environment | ({"HUB__HUB__SECRET_BEFORE": before} if before else {}))


class Known:
    """A visitor, Anna's browser and a button on her page, each with a token sealed by the hub."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http, self.cookie, self.visitor, self.button = http, "", "", ""

    async def ask(self, method: str, url: str, **more: Any) -> tuple[int, Any]:
        headers = {HEADER: "1", "Cookie": self.cookie, "Authorization": f"Bearer {self.visitor}"}
        async with self._http.request(method, url, headers=headers, **more) as response:
            self.cookie = response.headers.get("Set-Cookie", self.cookie).partition(";")[0]
            return response.status, await response.json()

    async def begin(self, hub: str) -> None:
        self.visitor = (await self.ask("POST", f"{hub}/chat/site/session"))[1]["token"]
        assert (await self.ask("POST", f"{hub}/chat/site/messages", json={"id": "message-1", "text": "Hello"}))[
            0
        ] == 200
        assert (await self.ask("POST", f"{hub}/desk/api/session", json={"key": KEY}))[0] == 200
        async with asyncio.timeout(FACT):
            while not self.button:
                status, page = await self.ask("GET", f"{hub}/desk/api/dialogs/1")
                buttons = page["card"]["buttons"] if status == 200 else []
                self.button = next((one["token"] for one in buttons if one["word"] == "accept"), "")

    async def statuses(self, hub: str) -> list[int]:
        said = await self.ask("POST", f"{hub}/chat/site/messages", json={"id": "message-2", "text": "And?"})
        looked = await self.ask("GET", f"{hub}/desk/api/state")
        if looked[0] != 200:
            assert (await self.ask("POST", f"{hub}/desk/api/session", json={"key": KEY}))[0] == 200
        pressed = {"id": "press-0123456789", "token": self.button, "dialog": 1}
        return [said[0], looked[0], (await self.ask("POST", f"{hub}/desk/api/press", json=pressed))[0]]


async def test_what_the_secret_of_before_sealed_opens_as_long_as_hub_toml_names_it(tmp_path: Path) -> None:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        known = Known(http)
        async with running(with_secret(tmp_path, OLD)) as hub:
            await known.begin(hub.url)
        async with running(with_secret(tmp_path, NEW)) as hub:
            assert await known.statuses(hub.url) == [401, 401, 403]
        async with running(with_secret(tmp_path, OLD)) as hub:
            assert (await known.ask("POST", f"{hub.url}/desk/api/session", json={"key": KEY}))[0] == 200
        async with running(with_secret(tmp_path, NEW, OLD)) as hub:
            assert await known.statuses(hub.url) == [200, 200, 200]


@pytest.mark.parametrize(("settings", "known"), [({}, True), ({"correspondence": "readers"}, False)])
async def test_whether_contacts_of_closed_accounts_are_known_to_everybody(
    settings: dict[str, str], known: bool, sqlite_url: str, tmp_path: Path
) -> None:
    async with telegram_hub("web", Database(sqlite_url), tmp_path, hub=settings) as hub:
        hub.customer("Vera").writes("Hello")
        await hub.thread_of_dialog(1)
        await hub.operators.commands("anna", "help")
        rules = await hub.rules_by_id(CLOSED)
        await hub.app.hub.store.transact(lambda unit: unit.accounts.set_rules(SHOP, rules))
        await hub.operators.commands("boris", "contact Vera")
        await hub.until(lambda: _whispered(hub, "boris"))
        said = (await hub.operators.whispers_to("boris"))[-1].text.characters
        assert ("Vera" in said.replace("“Vera”", "")) is known


@pytest.mark.parametrize("desk", ["slack", "mattermost"])
async def test_members_of_an_account_s_own_channel_may_use_the_hub(desk: str, sqlite_url: str, tmp_path: Path) -> None:
    async with telegram_hub(desk, Database(sqlite_url), tmp_path, account={"channel": "sales"}) as hub:
        if isinstance(hub.operators, MattermostRig):
            hub.operators.mm.add_channel("sales")
        hub.operators.becomes("boris", Belonging.OUTSIDER)  # of the desk's channel; he stays in #sales
        at_work = hub.app.hub.desks.by_name[DeskName("main")]
        assert isinstance(at_work, Staffed)
        assert {one.name: one.belongs for one in await at_work.staff()}["boris"] is Belonging.MEMBER


async def _whispered(hub: TelegramHub, who: str) -> bool:
    return bool(await hub.operators.whispers_to(who))
