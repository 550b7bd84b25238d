"""Customers and operators who talk through the hub, and everything they saw.

A customer's message is `q12x3`: the third one of conversation 12; the answer to it is `a12x3`.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.conftest import Database
from tests.fakes.mattermost import BOT_TOKEN, COMMAND_TOKEN, FakeMattermost
from tests.fakes.telegram import FakeCustomer, FakeTelegram
from tests.toml import toml
from tests.torture.flaky import FlakyTelegram

PEOPLE = tuple(f"operator{number}" for number in range(10))
CALLED = re.compile(r"\b[qa]\d+x\d+\b")
LOOK_EVERY = 0.03
BEGINS_AFTER = 0.1
"""Seconds between the starts of two conversations."""
RATE = 200
"""Requests per second allowed to the team chat: more than it takes, so that the hub's budget is tested too."""

Json = dict[str, Any]


@dataclass
class Conversation:
    number: int
    customer: FakeCustomer
    operator: str

    def question(self, turn: int) -> str:
        return f"q{self.number}x{turn}"

    def answer(self, turn: int) -> str:
        return f"a{self.number}x{turn}"


@dataclass
class World:
    """`posted`: the ids of the posts that show a name, in the order in which they came."""

    telegrams: list[FlakyTelegram]
    mm: FakeMattermost
    rng: random.Random
    conversations: list[Conversation] = field(default_factory=list)
    posted: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _looked: int = 0

    # ------------------------------------------------------------------------------------ what happens

    async def talk(self, one: Conversation, turns: int) -> None:
        """Runs a conversation: the customer writes one to three messages at a time, the operator answers those in the
        thread."""
        asking = asyncio.create_task(self._ask(one, turns), name=f"customer {one.number}")
        try:
            for turn in range(1, turns + 1):
                root = await self.root_of(one.question(turn))
                await self.mm.person(one.operator).posts(root, one.answer(turn) + " at your service")
                if self.rng.random() < 0.03:
                    self.mm.sockets.repeat()
            await asking
        finally:
            asking.cancel()

    async def _ask(self, one: Conversation, turns: int) -> None:
        """Starts new conversations while others are running."""
        await asyncio.sleep(one.number * BEGINS_AFTER)
        for turn in range(1, turns + 1):
            if self.rng.random() < 0.1:
                one.customer.telegram.duplicate_next()
            one.customer.writes(one.question(turn) + " is it there?")
            if self.rng.random() < 0.5:
                await self.root_of(one.question(turn))
                await asyncio.sleep(self.rng.uniform(0, 1))

    async def root_of(self, name: str) -> str:
        """The thread in which a name is posted, once it is."""
        await self.until(lambda: bool(self.posted[name]))
        post = self.mm.state.posts[self.posted[name][0]]
        return str(post["root_id"])

    # ------------------------------------------------------------------------------------- looking on

    @property
    def platforms(self) -> list[FakeTelegram | FakeMattermost]:
        return [*self.telegrams, self.mm]

    @property
    def calls(self) -> int:
        """Number of requests that the platforms have seen."""
        return sum(sum(bot.calls.values()) for bot in self.telegrams) + len(self.mm.rest.log)

    async def watch(self) -> None:
        """Records every new post of the channel, without end."""
        while True:
            self.look()
            await asyncio.sleep(LOOK_EVERY)

    def look(self) -> None:
        """Records the new posts. A card only quotes what stands in its thread."""
        ids = self.mm.state.by_channel.get(self.mm.channel, [])
        for post in map(self.mm.state.posts.__getitem__, ids[self._looked :]):
            if "hub_card" not in post["props"]:
                for name in CALLED.findall(said(post)):
                    self.posted[name].append(post["id"])
        self._looked = len(ids)

    async def until(self, holds: Callable[[], bool]) -> None:
        while not holds():  # noqa: ASYNC110 - facts of several fakes, not all of which tell of changes
            await asyncio.sleep(LOOK_EVERY)

    def by_bot(self, name: str) -> list[Json]:
        """The bot's posts that show a name."""
        bot = self.mm.state.id_of("hub")
        posts = (self.mm.state.posts[post] for post in self.posted[name])
        return [post for post in posts if post["user_id"] == bot]

    def by_people(self, name: str) -> Json:
        bot = self.mm.state.id_of("hub")
        [post] = [one for one in map(self.mm.state.posts.__getitem__, self.posted[name]) if one["user_id"] != bot]
        return post

    def marks(self, post: Json) -> set[str]:
        return {one["emoji_name"] for one in self.mm.state.reactions.get(post["id"], ())}

    def received(self, one: Conversation) -> list[str]:
        """Names of the answers that the customer sees, in order."""
        return [name for words in one.customer.reads for name in CALLED.findall(words)]


def said(post: Json) -> str:
    """All text of a post, its attachments' included."""
    asides = post["props"].get("attachments") or ()
    return "\n".join([post["message"], *(str(aside.get("text") or "") for aside in asides)])


@asynccontextmanager
async def world(seed: int, conversations: int, bots: int) -> AsyncIterator[World]:
    rng = random.Random(seed)
    async with AsyncExitStack() as stack:
        telegrams = [
            await stack.enter_async_context(FlakyTelegram(f"{1000 + number}:torture-bot-{number}"))
            for number in range(bots)
        ]
        mm = await stack.enter_async_context(FakeMattermost(PEOPLE))
        made = World(telegrams, mm, rng)
        for number in range(1, conversations + 1):
            customer = telegrams[number % bots].customer(10_000 + number, f"Customer {number}")
            made.conversations.append(Conversation(number, customer, PEOPLE[number % len(PEOPLE)]))
        watching = asyncio.create_task(made.watch(), name="watch")
        stack.callback(watching.cancel)
        yield made


def configuration(
    given: World, database: Database, folder: Path, url: str, webhooks: Iterable[int] = (), timeout: float = 2.0
) -> Path:
    """Writes hub.toml; `url` is the address of webhooks and buttons, `webhooks` the bots that are not polled, `timeout`
    the seconds for which the hub waits for the team chat."""
    accounts = {}
    for number, telegram in enumerate(given.telegrams):
        accounts[f"bot{number}"] = {"kind": "telegram", "token": telegram.token, "api_url": telegram.url}
        if number in webhooks:
            accounts[f"bot{number}"] |= {"receive": "webhook", "webhook_secret": f"secret-of-bot-{number}"}
    desk = {"kind": "mattermost", "url": given.mm.url, "token": BOT_TOKEN, "team": "acme", "channel": "support"}
    tables: Json = {
        "hub": {
            "public_url": url,
            "database_url": database.url,
            "redis_url": database.redis_url,
            "files": str(folder / "files"),
            "secret": "the secret of a hub that is tortured",
        },
        "desks": {"office": {**desk, "command_token": COMMAND_TOKEN, "rate": "RATE", "timeout": "TIMEOUT"}},
        "accounts": accounts,
    }
    path = folder / "hub.toml"
    path.write_text(toml(tables).replace('"RATE"', str(RATE)).replace('"TIMEOUT"', str(timeout)))
    return path
