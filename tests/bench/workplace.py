"""(f) An operator's workplace over a million messages in a hundred thousand dialogs: lists, counters and search, and
operators' actions, beside the same on an empty database."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

import asyncpg

import storage
from bot.domain import AccountName, Dialog, OperatorId, RoleName
from bot.ports.storage import Section, Store, Unit, Viewer
from bot.runtime.clock import SystemClock
from tests.bench import history
from tests.bench.hubs import Base
from tests.clock import ManualClock
from tests.core.world import ANNA, World
from tests.tools import FolderFiles

ROUNDS = 15
DEEDS = 120
"""Dialogs that are accepted, answered and closed in each database, in turn."""
ACCOUNTS = tuple(AccountName(name) for name in dict.fromkeys(history.ACCOUNTS))
VIEWER = Viewer(OperatorId(7), frozenset({RoleName("sales")}), ACCOUNTS)
WANTED = {
    "a common word": "спасибо",
    "part of words": "олучи",
    "two common words": "заказ доставки",
    "a rare word": "стекломи",
    "no such word": "приветствоватор",
    "two letters, common": "ст",
    "two letters, rare": "щц",
    "a number": "78912",
}


@dataclass(frozen=True, slots=True)
class Spent:
    """Milliseconds: the first time, and the median."""

    name: str
    first: float
    usual: float


async def lists_and_search(store: Store) -> tuple[list[Spent], list[Spent]]:
    async with store.read() as unit:
        lists = [await _spent("counters", lambda: unit.dialogs.counters(VIEWER))]
        for section in Section:
            lists += await _of_section(unit, section)
        found = [await _spent(name, _searching(unit, text, ACCOUNTS)) for name, text in WANTED.items()]
        found.append(await _spent("of one account in five", _searching(unit, "заказ", ACCOUNTS[-1:])))
        found.append(await _spent("contacts", lambda: unit.archive.contacts("сем ёлк")))
    return lists, found


async def _of_section(unit: Unit, section: Section) -> list[Spent]:
    first = await unit.dialogs.section(section, VIEWER)
    ways: Mapping[str, Mapping[str, Any]] = {
        "": {},
        ", page 2": {"before": first[-1].dialog.id},
        ", an account": {"account": ACCOUNTS[-1]},
        ", by a name": {"text": "семен"},
        ", by what is nowhere": {"text": "щцщц"},
    }
    return [
        await _spent(f"{section}{name}", lambda way=way: unit.dialogs.section(section, VIEWER, **way))  # type: ignore[misc]
        for name, way in ways.items()
    ]


def _searching(unit: Unit, text: str, accounts: Sequence[AccountName]) -> Callable[[], Awaitable[Any]]:
    return lambda: unit.archive.search(text, viewer=VIEWER.operator, accounts=accounts)


async def _spent(name: str, once: Callable[[], Awaitable[Any]]) -> Spent:
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        await once()
        times.append((time.perf_counter() - started) * 1000)
    return Spent(name, times[0], median(times))


async def timed_actions(base: Base, full: str, empty: str) -> list[tuple[str, float, float]]:
    """Operators' actions, with their milliseconds in an empty database and in a full one. They take turns, because the
    machine is not always equally fast."""
    async with _world(base, empty) as little, _world(base, full) as much:
        spent: dict[str, tuple[list[float], list[float]]] = {
            name: ([], []) for name in ("a customer writes", "accept", "reply", "close")
        }
        for number in range(DEEDS):
            for place, world in enumerate((little, much)):
                for name, took in (await _one_dialog(world, f"chat {number}")).items():
                    spent[name][place].append(took * 1000)
    return [(name, median(before), median(after)) for name, (before, after) in spent.items()]


async def _one_dialog(world: World, chat: str) -> dict[str, float]:
    spent = {}
    started = time.perf_counter()
    accepted = await world.customer_writes("Здравствуйте! Сколько стоит доставка?", chat)
    spent["a customer writes"] = time.perf_counter() - started
    await world.deliver()
    dialog: Dialog = await world.dialog(accepted.dialog)
    acts: dict[str, Callable[[], Awaitable[Any]]] = {
        "accept": lambda: world.commands(ANNA, "accept", dialog),
        "reply": lambda: world.posts(ANNA, dialog, "Добрый день! Триста рублей."),
        "close": lambda: world.commands(ANNA, "close done", dialog),
    }
    for name, act in acts.items():
        started = time.perf_counter()
        await act()
        spent[name] = time.perf_counter() - started
        await world.deliver()
    return spent


@asynccontextmanager
async def _world(base: Base, url: str) -> AsyncIterator[World]:
    clock = ManualClock(history.END)
    store = await storage.connect(url, wake=storage.waker(""), clock=clock)
    try:
        world = World(store, clock, FolderFiles(base.folder))
        await world.customer_writes("Hello", "first")
        await world.deliver()
        yield world
    finally:
        await store.close()


async def databases(base: Base) -> tuple[str, str]:
    """A database with the history, indexed, and an empty one; both migrated."""
    full, empty = base.database, await _beside(base)
    for url in (full, empty):
        await storage.migrate(url)
    await history.fill(full)
    store = await storage.connect(full, wake=storage.waker(""), clock=SystemClock())
    idle = 0
    while idle < 3:  # on PostgreSQL it checks twice for open transactions
        idle = 0 if await store.run_maintenance() else idle + 1
    await store.close()
    return full, empty


async def _beside(base: Base) -> str:
    if base.database.startswith("sqlite"):
        return base.database.replace("hub.db", "empty.db")
    connection = await asyncpg.connect(base.database.replace("+asyncpg", ""))
    try:
        await connection.execute("CREATE DATABASE empty")
    finally:
        await connection.close()
    return base.database.replace("/postgres", "/empty")
