"""One destination that hangs slows no other: each has connections of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

import storage
from bot.automation.signing import key_of
from bot.domain import AccountName
from bot.domain.account_rules import AccountRules, FirstLine
from bot.runtime import http_pools
from bridges.telegram.bridge import TelegramBridge
from tests.conftest import Database
from tests.fakes import faults
from tests.fakes.faults import Fault
from tests.fakes.first_line import FakeBot
from tests.fakes.telegram import FakeTelegram
from tests.scenarios.hubs import RunningHub, running_hub
from tests.waiting import FACT

HANGING = 150
"""Conversations of the hanging account: more than any pool has connections."""
FOREVER = 10 * FACT
"""Seconds for which what hangs goes on hanging, and the hub waits for it: longer than the test."""
GREETING = AccountRules(greeting="Good morning")
QUIET, STUCK = AccountName("quiet"), AccountName("stuck")


@dataclass
class Shops:
    """A hub with two Telegram accounts: one whose customers are answered, and one that will hang."""

    hub: RunningHub
    quiet: FakeTelegram
    stuck: FakeTelegram

    async def rules(self, account: AccountName, rules: AccountRules) -> None:
        await self.hub.app.hub.store.transact(lambda unit: unit.accounts.set_rules(account, rules))

    async def greets(self, people: int, first: int) -> None:
        """New customers of the quiet account write, and each of them is greeted."""
        customers = [self.quiet.customer(first + number, f"Vera {number}") for number in range(people)]
        for one in customers:
            one.writes("Hello")
        await self.quiet.wait_for(lambda: all("Good morning" in one.reads for one in customers))


@pytest.fixture
async def shops(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Shops]:
    async def take(_budgets: object, _owner: object, _rates: object, wanted: Sequence[object]) -> Sequence[float]:
        return [0.0 for _ in wanted]

    monkeypatch.setattr(storage.SharedBudgets, "take", take)
    monkeypatch.setattr(TelegramBridge.__init__, "__defaults__", (FOREVER,))
    monkeypatch.setattr(faults, "SILENCE", FOREVER)
    async with AsyncExitStack() as stack:
        quiet = await stack.enter_async_context(FakeTelegram("1001:quiet"))
        stuck = await stack.enter_async_context(FakeTelegram("1002:stuck"))
        accounts = {
            name: {"kind": "telegram", "token": one.token, "api_url": one.url}
            for name, one in (("quiet", quiet), ("stuck", stuck))
        }
        hub = await stack.enter_async_context(running_hub("web", Database(sqlite_url), tmp_path, accounts))
        running = Shops(hub, quiet, stuck)
        await running.rules(QUIET, GREETING)
        await running.rules(STUCK, GREETING)
        yield running


async def test_answers_that_hang_hold_up_no_other_account(shops: Shops) -> None:
    shops.stuck.faults.add("sendMessage", Fault.NOTHING, times=10 * HANGING)
    for number in range(HANGING):
        shops.stuck.customer(number + 1, f"Nick {number}").writes("Hello")
    hanging = shops.stuck.faults.log
    await shops.stuck.wait_for(lambda: len(hanging) >= http_pools.LANES)
    await shops.greets(20, first=1000)
    assert len(hanging) == http_pools.LANES, "none has ended, and no more were begun than there are connections"


async def test_the_hanging_account_still_hears_its_customers(shops: Shops) -> None:
    shops.stuck.faults.add("sendMessage", Fault.NOTHING, times=10 * HANGING)
    for number in range(HANGING):
        shops.stuck.customer(number + 1, f"Nick {number}").writes("Hello")
    await shops.stuck.wait_for(lambda: len(shops.stuck.faults.log) >= http_pools.LANES)
    shops.stuck.customer(1, "Nick 0").writes("Is anybody there?")
    await shops.hub.post_appears(await shops.hub.thread_of_dialog(1), "Is anybody there?")


async def test_a_first_line_bot_that_hangs_holds_up_no_other(shops: Shops) -> None:
    secret = shops.hub.app.hub.secret
    async with FakeBot(key_of(secret, STUCK)) as stuck, FakeBot(key_of(secret, QUIET)) as quiet:
        stuck.free.clear()
        await shops.rules(STUCK, AccountRules(bot=FirstLine(stuck.url, FOREVER)))
        await shops.rules(QUIET, AccountRules(bot=FirstLine(quiet.url, FOREVER)))
        for number in range(HANGING):
            shops.stuck.customer(number + 1, f"Nick {number}").writes("Hello")
        await shops.hub.until(lambda: stuck.waiting >= http_pools.LANES)
        vera = shops.quiet.customer(1000, "Vera")
        quiet.says({"reply": "Good morning"})
        vera.writes("Hello")
        await shops.quiet.wait_for(lambda: vera.reads == ["Good morning"])
        assert stuck.waiting == http_pools.LANES
