"""Rate budgets: this process's own, and those shared through a real Redis."""

from __future__ import annotations

import asyncio
import time
from urllib.parse import urlsplit

import pytest
import structlog

from bot.ports import Rate
from bot.ports.storage import Unit
from storage import SharedBudgets, SqlStore
from storage.signals.rate_limits import OwnWindows
from tests import servers
from tests.networks import network_to
from tests.waiting import FACT

ALL, CHAT = Rate("all", 5, 60), Rate("chat", 2, 60)
HERE = {"all": "shop", "chat": "7"}


@pytest.fixture(params=["own", "redis"])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue("redis_url")) if request.param == "redis" else ""


async def taken(budgets: SharedBudgets, scopes: dict[str, str], times: int, owner: str = "account:shop") -> list[bool]:
    return [wait == 0 for wait in await budgets.take(owner, [ALL, CHAT], [scopes] * times)]


async def wait_for(budgets: SharedBudgets, owner: str, rates: list[Rate], scopes: dict[str, str]) -> float:
    [wait] = await budgets.take(owner, rates, [scopes])
    return wait


async def test_each_rate_that_counts_is_taken(url: str) -> None:
    budgets = SharedBudgets(url)
    assert await taken(budgets, HERE, 3) == [True, True, False], "2 a chat"
    assert await taken(budgets, HERE | {"chat": "8"}, 3) == [True, True, False], "another chat's own"
    assert await taken(budgets, HERE | {"chat": "9"}, 2) == [True, False], "5 of all: nothing was taken in vain"
    assert await taken(budgets, HERE, 1, owner="account:other") == [True]
    assert await taken(budgets, {}, 9) == [True] * 9, "nothing counts"
    await budgets.close()


async def test_the_wait_ends_when_the_first_unit_is_free_again(url: str) -> None:
    budgets = SharedBudgets(url)
    rate = [Rate("all", 2, 1)]
    for _ in range(2):
        assert await wait_for(budgets, "o", rate, {"all": "x"}) == 0
    wait = await wait_for(budgets, "o", rate, {"all": "x"})
    assert 0 < wait <= 1.1
    await asyncio.sleep(wait + 0.02)
    assert await wait_for(budgets, "o", rate, {"all": "x"}) == 0
    await budgets.close()


async def test_a_time_that_the_platform_names_holds_for_its_subject_alone(url: str) -> None:
    budgets = SharedBudgets(url)
    budgets.block("account:shop", "7", 30)
    assert 29 < await wait_for(budgets, "account:shop", [ALL, CHAT], HERE) <= 30
    assert await wait_for(budgets, "account:shop", [ALL, CHAT], HERE | {"chat": "8"}) == 0
    assert await wait_for(budgets, "account:other", [ALL, CHAT], HERE) == 0
    budgets.block("account:shop", "7", 1)
    assert await wait_for(budgets, "account:shop", [ALL, CHAT], HERE) > 29, "a shorter one does not shorten it"
    assert budgets.long_waits() == {}
    budgets.block("desk:main", "update", 600)
    [(subject, left)] = budgets.long_waits().items()
    assert subject == ("desk:main", "update")
    assert 599 < left <= 600
    await budgets.close()


async def test_what_was_taken_in_vain_is_given_back(url: str) -> None:
    budgets = SharedBudgets(url)
    given, rates = HERE | {"chat": "10"}, [ALL, CHAT]
    for _ in range(9):
        assert await taken(budgets, given, 2, owner="account:back") == [True, True]
        await budgets.give_back("account:back", rates, [given, given])
    assert await taken(budgets, given, 3, owner="account:back") == [True, True, False]
    await budgets.close()


async def test_a_window_need_not_be_whole_seconds(url: str) -> None:
    budgets = SharedBudgets(url)
    rate = [Rate("channel", 1, 0.3)]
    assert await wait_for(budgets, "fraction", rate, {"channel": "x"}) == 0
    wait = await wait_for(budgets, "fraction", rate, {"channel": "x"})
    assert 0 < wait <= 0.31
    await asyncio.sleep(wait + 0.02)
    assert await wait_for(budgets, "fraction", rate, {"channel": "x"}) == 0
    await budgets.close()


async def test_processes_share_a_budget(redis_url: str) -> None:
    one, two = SharedBudgets(redis_url), SharedBudgets(redis_url)
    scopes = {"all": "shared", "chat": "shared"}
    assert await taken(one, scopes, 1) + await taken(two, scopes, 2) == [True, True, False]
    await one.close()
    await two.close()


async def test_without_redis_each_process_counts_for_itself() -> None:
    with servers.redis() as url:
        budgets = SharedBudgets(url)
        assert await taken(budgets, HERE, 1) == [True]
    assert await taken(budgets, HERE, 3) == [True, True, False]
    await budgets.close()


async def test_windows_that_are_over_do_not_pile_up() -> None:
    windows = OwnWindows()
    for number in range(3000):
        assert await windows.acquire_entry(f"chat {number}", 5, 0)
    assert len(windows._windows) <= 1000


async def test_what_is_asked_together_costs_few_trips_and_is_counted_right(redis_url: str) -> None:
    redis = urlsplit(redis_url)
    async with network_to(redis.hostname or "", redis.port or 0, delay=0.06) as network:
        budgets = SharedBudgets(f"redis://127.0.0.1:{network.own_port}/0")
        asked = (wait_for(budgets, "account:shop", [ALL], {"all": "x"}) for _ in range(500))
        waits = await asyncio.gather(*asked)
        assert len([wait for wait in waits if not wait]) == 5
        assert network.connections == 1
        await budgets.close()


async def test_processes_whose_clocks_differ_share_a_budget(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One is 30 s ahead: it neither takes everything nor blocks the other."""
    right = time.time
    one, two = SharedBudgets(redis_url), SharedBudgets(redis_url)
    scopes = {"all": "shared", "chat": "shared"}
    monkeypatch.setattr(time, "time", lambda: right() + 30)
    assert await taken(one, scopes, 1) == [True]
    monkeypatch.setattr(time, "time", right)
    assert await taken(two, scopes, 2) == [True, False]
    rate = [Rate("all", 5, 60)]
    assert 0 < await wait_for(two, "account:shop", [Rate("chat", 2, 60)], scopes) <= 60
    monkeypatch.setattr(time, "time", lambda: right() + 30)
    assert 50 < await wait_for(one, "account:shop", [Rate("chat", 2, 60)], scopes) <= 60
    assert await wait_for(one, "account:shop", rate, scopes) == 0
    await one.close()
    await two.close()


async def test_a_silent_redis_is_not_waited_for_and_is_found_again(redis_url: str) -> None:
    redis = urlsplit(redis_url)
    async with network_to(redis.hostname or "", redis.port or 0) as network:
        budgets = SharedBudgets(f"redis://127.0.0.1:{network.own_port}/0")
        assert await taken(budgets, HERE, 1) == [True]
        network.silent = True
        asked = (wait_for(budgets, "account:shop", [CHAT], {"chat": f"{number}"}) for number in range(300))
        async with asyncio.timeout(FACT):
            assert await asyncio.gather(*asked) == [0] * 300
        network.speak()
        with structlog.testing.capture_logs() as logs:
            async with asyncio.timeout(FACT):
                while not any("Redis is back" in entry["event"] for entry in logs):
                    await wait_for(budgets, "account:other", [ALL], {"all": "x"})
                    await asyncio.sleep(0.1)
        await budgets.close()


async def test_a_budget_asked_within_a_transaction_is_a_mistake_that_is_said(store: SqlStore) -> None:
    budgets = SharedBudgets()

    async def work(_: Unit) -> None:
        await wait_for(budgets, "account:shop", [ALL], {"all": "x"})

    with pytest.raises(RuntimeError, match="within a transaction"):
        await store.transact(work)
