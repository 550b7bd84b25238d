"""Pairs of desk and database for the scenarios. Each runs in every desk and on both databases, but not in every pair of
the two, which would double the time and show little more. `EVERY_PAIR=1 make test` runs them all."""

from __future__ import annotations

import os
import zlib
from collections.abc import Sequence
from dataclasses import replace

import pytest

import storage
from bot.desks.slack import desk as slack
from tests.waiting import unhurried

DESKS = ("slack", "mattermost", "web")
DATABASES = ("sqlite", "postgres+redis")


@pytest.fixture(autouse=True)
def _at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lifts Slack's limit of a post a second, except in scenarios marked `slacks_pace`."""
    if request.node.get_closest_marker("slacks_pace") is None:
        monkeypatch.setattr(slack.SlackDesk, "limits", replace(slack.SlackDesk.limits, rates=()))


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    unhurried(monkeypatch)


@pytest.fixture
def no_budgets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lifts the platforms' budgets: waiting for them is tested elsewhere."""

    async def take(_budgets: object, _owner: object, _rates: object, wanted: Sequence[object]) -> Sequence[float]:
        return [0.0 for _ in wanted]

    monkeypatch.setattr(storage.SharedBudgets, "take", take)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get("EVERY_PAIR"):
        return
    spared = [item for item in items if _spared(item)]
    config.hook.pytest_deselected(items=spared)
    items[:] = [item for item in items if item not in set(spared)]


def _spared(item: pytest.Item) -> bool:
    """Picks the database to skip for a scenario with a desk and a database. The first one differs from test to test, so
    that together the tests run every pair."""
    if not isinstance(item, pytest.Function) or "tests/scenarios" not in item.nodeid or not hasattr(item, "callspec"):
        return False
    params = item.callspec.params
    desk = next((DESKS.index(value) for value in params.values() if value in DESKS), None)
    if desk is None or params.get("database") not in DATABASES:
        return False
    others = [part for part in item.callspec.id.split("-") if part not in DESKS and part not in DATABASES]
    return DATABASES.index(params["database"]) != (_number([item.originalname, *others]) + desk) % len(DATABASES)


def _number(words: Sequence[str]) -> int:
    return zlib.crc32(" ".join(words).encode())
