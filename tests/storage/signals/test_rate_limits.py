"""Rate budgets: this process's own, and those shared through a real Redis."""

from __future__ import annotations

import asyncio

import pytest

from bot.ports import Rate
from storage import SharedBudgets
from storage.signals.rate_limits import OwnWindows
from tests import servers

ALL, CHAT = Rate("all", 5, 60), Rate("chat", 2, 60)
HERE = {"all": "shop", "chat": "7"}


@pytest.fixture(params=["own", "redis"])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue("redis_url")) if request.param == "redis" else ""


async def taken(budgets: SharedBudgets, scopes: dict[str, str], times: int, owner: str = "account:shop") -> list[bool]:
    return [await budgets.take(owner, [ALL, CHAT], scopes) == 0 for _ in range(times)]


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
        assert await budgets.take("o", rate, {"all": "x"}) == 0
    wait = await budgets.take("o", rate, {"all": "x"})
    assert 0 < wait <= 1.1
    await asyncio.sleep(wait + 0.02)
    assert await budgets.take("o", rate, {"all": "x"}) == 0
    await budgets.close()


async def test_a_time_that_the_platform_names_holds_for_its_subject_alone(url: str) -> None:
    budgets = SharedBudgets(url)
    budgets.block("account:shop", "7", 30)
    assert 29 < await budgets.take("account:shop", [ALL, CHAT], HERE) <= 30
    assert await budgets.take("account:shop", [ALL, CHAT], HERE | {"chat": "8"}) == 0
    assert await budgets.take("account:other", [ALL, CHAT], HERE) == 0
    budgets.block("account:shop", "7", 1)
    assert await budgets.take("account:shop", [ALL, CHAT], HERE) > 29, "a shorter one does not shorten it"
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
