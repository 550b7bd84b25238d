"""Two hundred conversations through failing platforms, on hubs that are killed: nothing lost, nothing twice.

TORTURE_SEED=17 .venv/bin/pytest tests/torture/test_torture.py -s      repeats the same random choices
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.conftest import Database
from tests.torture import truth
from tests.torture.conftest import scene
from tests.torture.flaky import AND_NOW_AND_THEN, OFTEN, played
from tests.torture.hubs import Books, HubProcess, Nursery
from tests.torture.world import CALLED, World

CONVERSATIONS, TURNS, BOTS, KILLS = 200, 4, 4, 8
FAULTS = 0.04
"""Probability that a call fails."""
MOST_CALLS = 500
"""Most requests to the platforms in a hub's life; the number is random. Counting requests instead of time, it gets as
far on a slow machine as on a fast one before it is killed."""
LONGEST_LIFE = 10.0
SETTLING = 900.0


@pytest.mark.timeout(4 * SETTLING)
async def test_torture(births: Nursery, database: Database, tmp_path: Path) -> None:
    seed = int(os.environ.get("TORTURE_SEED") or random.randrange(10**6))
    print(f"\nTORTURE_SEED={seed}")
    count = 2 if database.shared else 1
    scenery = scene(
        births, database, tmp_path, seed=seed, hubs=count, conversations=CONVERSATIONS, bots=BOTS, webhooks=(2, 3)
    )
    async with scenery as found:
        given, hubs, books = found.world, found.hubs, found.books
        _let_fail(given, FAULTS)
        talking = asyncio.gather(*(given.talk(one, TURNS) for one in given.conversations))
        under_way = await _kill(given, hubs, books)
        async with asyncio.timeout(SETTLING):
            await talking
            await _settled(given, books)
        flags = truth.flagged(given)
        ambiguous = {name for bot in given.telegrams for text in bot.doubts.ambiguous for name in CALLED.findall(text)}
        _tell(given, hubs, len(flags), len(ambiguous))
        doubted = {flag.name for flag in flags}
        _none(
            *truth.questions(given, TURNS),
            *truth.answers(given, TURNS, doubted),
            *truth.doubts(flags, ambiguous, under_way),
            *truth.threads(given),
            *await truth.books(given, books),
        )
        await _tell_the_truth(given, flags)
        async with asyncio.timeout(SETTLING):
            await _settled(given, books)
        missing = doubted - {name for one in given.conversations for name in given.received(one)}
        _none(
            *truth.answers(given, TURNS, doubted),
            *truth.marks(given, TURNS),
            *(f"{name} was sent again and is not there" for name in missing),
        )


def _none(*findings: str) -> None:
    assert not findings, "\n".join(findings)


def _let_fail(given: World, rate: float) -> None:
    for one in given.platforms:
        one.faults.chaos(given.rng, rate, AND_NOW_AND_THEN)


async def _kill(given: World, hubs: Sequence[HubProcess], books: Books) -> set[str]:
    """Kills the hubs in turn; returns the names of the answers that a killed one had begun to send."""
    under_way: set[str] = set()
    for number in range(KILLS):
        for one in given.platforms:
            one.faults.latency = given.rng.choice((0, 0, 0.01, 0.05))
        if number == KILLS - 3:  # a call that hangs now would hang for a minute after the last kill
            for bot in given.telegrams:
                bot.faults.chaos(given.rng, FAULTS, OFTEN)
        await _live(given, given.rng.randint(1, MOST_CALLS))
        hub = hubs[number % len(hubs)]
        await hub.kill()
        for content in await books.under_way(hub.pid):
            under_way |= set(CALLED.findall(content))
        await hub.start()
    for one in given.platforms:
        one.faults.latency = 0
        one.faults.clear()
    return under_way


async def _live(given: World, calls: int) -> None:
    until = given.calls + calls
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LONGEST_LIFE):
            await given.until(lambda: given.calls >= until)


async def _settled(given: World, books: Books) -> None:
    """Waits until everything written is in the books, and nothing waits to be sent."""
    for bot in given.telegrams:
        await bot.settled(SETTLING)
    said = len(given.conversations) * TURNS
    while await books.answers() < said or await books.waiting():  # noqa: ASYNC110 - another process's database
        await asyncio.sleep(0.1)
    given.look()


async def _tell_the_truth(given: World, flags: Sequence[truth.Flagged]) -> None:
    """Makes every operator look at the customer's chat and press the button that is true."""
    for flag in flags:
        arrived = flag.name in given.received(flag.conversation)
        button = truth.ARRIVED if arrived else truth.AGAIN
        await given.mm.person(flag.conversation.operator).presses(button, flag.post)


def _tell(given: World, hubs: Sequence[HubProcess], flagged: int, ambiguous: int) -> None:
    kills = sum(hub.kills for hub in hubs)
    faults = ", ".join(f"{kind} {count}" for kind, count in sorted(played(given.platforms).items()))
    sent = sum(len(one.customer.reads) for one in given.conversations)
    print(
        f"torture: {len(given.conversations)} conversations, {sent} answers arrived, {kills} kills; "
        f"faults: {faults}; {ambiguous} answers in doubt by the platform, {flagged} flagged"
    )
