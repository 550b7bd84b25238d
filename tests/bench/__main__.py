"""`make bench`, or `python -m tests.bench [PART …]`: prints figures, asserts nothing. docs/benchmarks.md reads them."""

from __future__ import annotations

import asyncio
import statistics
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import uvloop
from rich.console import Console
from rich.table import Table

import storage
from bot.runtime.clock import SystemClock
from tests.bench import adapters, claims, footprint, hanging, hostile, hubs, rush, streaming, throughput, workplace
from tests.bench.hubs import Base
from tests.bench.processes import keep_off_first_core

console = Console(width=120)
EACH = 40
"""Messages of each conversation."""


async def rates(base: Base) -> None:
    table = _table(
        f"Throughput and delay: {base.label}",
        *("", "messages/s", "of the floor", "p50 at half, ms", "p99 at half, ms", "CPU ms/message", "requests"),
    )
    floors = [await throughput.floor(base, EACH, requests) for requests in (1, 2)]
    hub = await throughput.hub(base, EACH)
    for row in (*floors, *hub):
        floor = floors[min(round(row.calls), 2) - 1]
        table.add_row(
            row.label,
            f"{row.most.rate:.0f}",
            f"{row.most.rate / floor.most.rate:.0%}",
            f"{row.calm.quantile(0.5) * 1000:.1f}",
            f"{row.calm.quantile(0.99) * 1000:.1f}",
            f"{row.cpu:.2f}",
            f"{row.calls:.1f}",
        )
    console.print(table)


async def distance(base: Base) -> None:
    title = f"Platforms that answer after {throughput.FAR_AWAY * 1000:.0f} ms: {base.label}"
    table = _table(title, "conversations", "messages/s", "p50, ms", "p99, ms")
    for talks in (1, 20, 200):
        measured = await throughput.far_away(base, talks, 20)
        delays = (f"{measured.quantile(share) * 1000:.0f}" for share in (0.5, 0.99))
        table.add_row(str(talks), f"{measured.rate:.0f}", *delays)
    console.print(table)


async def claiming(base: Base) -> None:
    table = _table(f"Claiming a lane and putting it back: {base.label}", "parcels waiting", "ms")
    for waiting in (10, 100_000):
        table.add_row(f"{waiting}", f"{await claims.claim_milliseconds(base, waiting):.2f}")
    console.print(table)


async def memory(base: Base) -> None:
    before, after = await footprint.memory_after(base, 10_000)
    table = _table(f"Memory: {base.label}", "after start, MB", "after 10 000 messages, MB")
    table.add_row(f"{before:.0f}", f"{after:.0f}")
    console.print(table)


async def starting(base: Base) -> None:
    if base.redis:
        return  # measured once, on the default
    table = _table("From exec to /readyz: web desk and HTTP channel on SQLite", "", "seconds", "MB")
    for label, config in (("", footprint.PLAIN), ("with Telegram", footprint.PLAIN + footprint.TELEGRAM)):
        seen = await footprint.start(config)
        table.add_row(label, f"{seen.seconds:.2f}", f"{seen.megabytes:.0f}")
    console.print(table)


async def real(base: Base) -> None:
    if base.redis:
        return
    title = f"For information: {adapters.TALKS} customers write {adapters.EACH} messages each in Telegram, at once"
    table = _table(title, "", "seconds until all stand", "messages/s", "posts", "CPU ms/message")
    for chat in adapters.CHATS:
        seen = await adapters.to_desk(base, chat)
        table.add_row(chat, f"{seen.seconds:.1f}", f"{seen.rate:.0f}", f"{seen.posts}", f"{seen.cpu:.2f}")
    console.print(table)


async def rush_(base: Base) -> None:
    if base.redis:
        return
    seen = await rush.rush(base)
    title = f"A rush of {rush.CUSTOMERS} customers at Slack's pace: {seen.seconds:.0f} s, {seen.posts} posts"
    table = _table(title, "seconds until …", "p50", "at most", "refused by Slack", "card updates")
    more = (f"{seen.refused}", f"{seen.updates}")
    for label, waits in (("the card says who accepted", seen.cards), ("the customer reads the answer", seen.answers)):
        table.add_row(label, f"{statistics.median(waits):.2f}", f"{max(waits):.2f}", *more)
    console.print(table)


async def hanging_(base: Base) -> None:
    if base.redis:
        return
    title = f"An account's answers beside {hanging.STUCK} conversations of another account that hang"
    table = _table(title, "", "quiet, p50 ms", "beside them, p50 ms", "hanging requests")
    seen = await hanging.delays(base)
    table.add_row("Telegram, Mattermost", f"{seen.quiet * 1000:.0f}", f"{seen.beside * 1000:.0f}", f"{seen.hanging}")
    console.print(table)


async def files(base: Base) -> None:
    if base.redis:
        return
    title = f"The hub's memory while {streaming.SIZE / 1e6:.0f} MB pass through it: growth at most, MB"
    table = _table(title, "", "to the desk", "seconds", "to the customer", "seconds")
    for channel, desk in streaming.ROADS:
        there, back = await streaming.through(channel, desk)
        figures = [f"{figure:.1f}" for one in (there, back) for figure in (one.growth, one.seconds)]
        table.add_row(f"{channel}, {desk}", *figures)
    console.print(table)


async def workplace_(base: Base) -> None:
    full, empty = await workplace.databases(base)
    store = await storage.connect(full, wake=storage.waker(""), clock=SystemClock())
    try:
        lists, found = await workplace.lists_and_search(store)
    finally:
        await store.close()
    for title, rows in (("Lists and counters at 100 000 dialogs", lists), ("Search in 1 000 000 messages", found)):
        table = _table(f"{title}: {base.label}", "", "first, ms", "usually, ms")
        for one in rows:
            table.add_row(one.name, f"{one.first:.1f}", f"{one.usual:.1f}")
        console.print(table)
    table = _table(f"What is done, beside an empty database: {base.label}", "", "empty, ms", "full, ms", "more")
    for name, before, after in await workplace.timed_actions(base, full, empty):
        table.add_row(name, f"{before:.2f}", f"{after:.2f}", f"{after / before - 1:+.0%}")
    console.print(table)


async def hostile_(base: Base) -> None:
    if base.redis:
        return
    title = "/healthz and memory while strangers attack a hub with 1024 file descriptors"
    names = ("", "not answered", "p50, ms", "p99, ms", "p99 before, ms", "p99 5 s after, ms", "growth, MB", "after, MB")
    table = _table(title, *names)
    for one in await hostile.all_attacks(base):
        table.add_row(
            one.attack,
            f"{one.under.refused} of {one.under.refused + len(one.under.seconds)}",
            *(f"{one.under.milliseconds(share):.0f}" for share in (0.5, 0.99)),
            *(f"{health.milliseconds(0.99):.0f}" for health in (one.before, one.after)),
            f"{one.growth:.0f}",
            f"{one.growth_after:.0f}",
        )
    console.print(table)


def _table(title: str, *names: str) -> Table:
    table = Table(title=title)
    for name in names:
        table.add_column(name, justify="right" if name else "left", no_wrap=True)
    return table


PARTS: dict[str, Callable[[Base], Coroutine[Any, Any, None]]] = {
    "rates": rates,
    "distance": distance,
    "claiming": claiming,
    "memory": memory,
    "starting": starting,
    "real": real,
    "rush": rush_,
    "hanging": hanging_,
    "files": files,
    "workplace": workplace_,
    "hostile": hostile_,
}


async def main() -> None:
    chosen = sys.argv[1:] or list(PARTS)
    if set(chosen) - set(PARTS):
        sys.exit(f"usage: python -m tests.bench [PART …], of these: {' '.join(PARTS)}")
    if not keep_off_first_core():
        console.print("One core only: what loads the hub shares it, and the figures are too low.")
    for part in chosen:
        for base_of in (hubs.sqlite, hubs.postgres):
            with base_of() as base:
                await PARTS[part](base)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
