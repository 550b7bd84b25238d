"""A rush at Slack's pace: 30 customers write at once, and one operator accepts and answers as fast as cards appear.

Slack is a fake that enforces the documented limits. What people wait for is measured: from *Accept* to the card that
says so, and from an answer to the customer's reading it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.bench.adapters import configured, slack_chat
from tests.bench.hubs import Base
from tests.bench.processes import started
from tests.fakes.slack import FakeSlack, Message
from tests.fakes.telegram import FakeCustomer, FakeTelegram
from tests.free_ports import free_port

CUSTOMERS, EACH = 30, 2
LOOK_EVERY = 0.02
PATIENCE = 300.0


@dataclass
class Rush:
    """Seconds of each wait. `refused`: requests that Slack answered with 429."""

    cards: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    seconds: float = 0.0
    refused: int = 0
    posts: int = 0
    updates: int = 0


async def rush(base: Base) -> Rush:
    found = Rush()
    async with FakeTelegram() as telegram, slack_chat() as (slack, team):
        port = free_port()
        command = ["-m", "bot", "run", "--config", str(configured(base.folder, telegram, team, port))]
        async with started(command, port, "/readyz", {"HUB_LOG_LEVEL": "CRITICAL"}):
            slack.limits.enforce()
            names = [f"Customer-{number:02}" for number in range(CUSTOMERS)]
            customers = {name: telegram.customer(1000 + number, name) for number, name in enumerate(names)}
            begun = time.monotonic()
            for customer in customers.values():
                for number in range(EACH):
                    customer.writes(f"message {number}")
            async with asyncio.timeout(PATIENCE):
                await asyncio.gather(*(_served(slack, customer, name, found) for name, customer in customers.items()))
            found.seconds = time.monotonic() - begun
            found.refused = len(slack.faults.log)
            found.posts, found.updates = slack.api.calls["chat.postMessage"], slack.api.calls["chat.update"]
    return found


async def _served(slack: FakeSlack, customer: FakeCustomer, name: str, found: Rush) -> None:
    anna = slack.person("anna")
    card = await _card_of(slack, name)
    await anna.presses("Accept", card)
    found.cards.append(await _seconds(lambda: "Anna" in card.words))
    await anna.posts(card, "Good morning")
    found.answers.append(await _seconds(lambda: bool(customer.reads)))


async def _card_of(slack: FakeSlack, name: str) -> Message:
    """The card of this customer's dialog, once it stands."""
    while True:
        for card in slack.messages():
            if name in card.words:
                return card
        await asyncio.sleep(LOOK_EVERY)


async def _seconds(holds: Callable[[], bool]) -> float:
    """Waits for a fact; returns how long it took."""
    begun = time.monotonic()
    while not holds():  # noqa: ASYNC110 - not every fake tells of changes
        await asyncio.sleep(LOOK_EVERY)
    return time.monotonic() - begun
