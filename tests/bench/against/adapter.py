"""The same through the Mattermost adapter, against a fake server without latency; the channel is the benchmark's."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import http, wire
from tests.bench.against import builds
from tests.bench.against.rows import Figure
from tests.bench.processes import Build, Measurable
from tests.fakes.mattermost import BOT_TOKEN, COMMAND_TOKEN, FakeMattermost

SHOP = "shop"
TALKS, EACH = 20, 10
RATE = 50.0
PATIENCE = 120.0
_WORDS = re.compile(r"\bw\d+w\b")
_numbers = itertools.count(1)


@dataclass
class Scene:
    """A hub between the fakes: its processes, and a client of the first one for each customer. `threads`: where each
    message of a customer stands; `arrived`: when each message did."""

    chat: FakeMattermost
    processes: list[Measurable] = field(default_factory=list)
    clients: list[http.Client] = field(default_factory=list)
    threads: dict[str, str] = field(default_factory=dict)
    arrived: dict[str, float] = field(default_factory=dict)
    first: list[str] = field(default_factory=list)

    async def write(self, talk: int, account: str = SHOP) -> str:
        number = next(_numbers)
        body = wire.customer_wrote(number, talk, f"w{number}w is it there?")
        client = self.clients[talk % len(self.clients)]
        await client.post(f"/hooks/{account}", body, f"{wire.SIGNATURE}: {wire.sign(body)}\r\n")
        return f"w{number}w"

    async def answer(self, talk: int) -> str:
        name = f"w{next(_numbers)}w"
        await self.chat.person("anna").posts(self.threads[self.first[talk]], f"{name} it is.")
        return name

    async def watch(self) -> None:
        """Notes, for ever, when customers' messages come to stand in the chat."""
        anna, posts = self.chat.person("anna").id, 0
        while True:
            await asyncio.sleep(0.001)
            now = asyncio.get_running_loop().time()
            came = list(itertools.islice(self.chat.state.posts.values(), posts, None))
            posts += len(came)
            for post in came:
                for name in _WORDS.findall(post["message"]) if post["user_id"] != anna and post["root_id"] else ():
                    self.threads.setdefault(name, post["root_id"])
                    self.arrived.setdefault(name, now)

    def take(self, path: str, body: bytes, reply: Callable[[bytes], None]) -> None:
        """Receives, as the customers' platform, an operator's answer."""
        for name in _WORDS.findall(body.decode()):
            self.arrived.setdefault(name, asyncio.get_running_loop().time())
        reply(b'{"id": "%d"}' % next(_numbers))

    async def arrival(self, name: str) -> float:
        async with asyncio.timeout(PATIENCE):
            while name not in self.arrived:  # noqa: ASYNC110 - `watch` looks as often
                await asyncio.sleep(0.005)
        return self.arrived[name]


Say = Callable[[Scene, int], Awaitable[str]]


@asynccontextmanager
async def scene(
    build: Build, folder: Path, *accounts: str, rate: int, processes: int = 1, **base: str
) -> AsyncIterator[Scene]:
    """Runs a hub that sends the team chat `rate` requests a second. `base`: see `builds.hub`."""
    async with FakeMattermost() as chat, AsyncExitStack() as stack:
        made = Scene(chat)
        server, channel = await http.serve(made.take)
        desk = {"kind": "mattermost", "url": chat.url, "token": BOT_TOKEN, "rate": rate}
        where = {"team": "acme", "channel": "support", "command_token": COMMAND_TOKEN}
        shops = {name: {"kind": "bench", "api_url": channel} for name in accounts}
        tables = {"desks": {"main": {**desk, **where}}, "accounts": shops}
        for _ in range(processes):
            running = builds.hub(build, folder, tables, builds.BENCH, **base)
            made.processes.append(await stack.enter_async_context(running))
        made.clients += [http.Client(made.processes[0].port) for _ in range(TALKS)]
        watching = asyncio.create_task(made.watch())
        yield made
        watching.cancel()
        for client in made.clients:
            client.close()
        server.close()


@asynccontextmanager
async def acquainted(
    build: Build, folder: Path, talks: int = TALKS, processes: int = 1, **base: str
) -> AsyncIterator[Scene]:
    """A hub with conversations whose threads are open and whose operators have answered once."""
    async with scene(build, folder, SHOP, rate=1000, processes=processes, **base) as made:
        for talk in range(talks):
            made.first.append(await made.write(talk))
        for name in made.first:
            await made.arrival(name)
        for name in [await made.answer(talk) for talk in range(talks)]:
            await made.arrival(name)
        await asyncio.sleep(3)
        yield made


async def paced(one: Scene, say: Say) -> tuple[float, float, float]:
    """p50 and p99 of the delays in milliseconds, and milliseconds of CPU a message, at `RATE` messages a second."""
    loop, [process] = asyncio.get_running_loop(), one.processes
    free, start, before = [asyncio.Lock() for _ in range(TALKS)], loop.time(), process.cpu_seconds

    async def message(number: int) -> float:
        talk = number % TALKS
        await asyncio.sleep(start + number / RATE - loop.time())
        async with free[talk]:
            sent = loop.time()
            return await one.arrival(await say(one, talk)) - sent

    delays = sorted(await asyncio.gather(*(message(number) for number in range(TALKS * EACH))))
    await asyncio.sleep(2)
    cpu = (process.cpu_seconds - before) / len(delays)
    return (delays[len(delays) // 2] * 1000, delays[len(delays) * 99 // 100] * 1000, cpu * 1000)


async def figures(old: Build, new: Build, folder: Path, rounds: int) -> list[Figure]:
    async with AsyncExitStack() as stack:
        named = ((old, folder / "old"), (new, folder / "new"))
        pair = [await stack.enter_async_context(acquainted(*one)) for one in named]
        there = [[await paced(one, Scene.write) for one in pair] for _ in range(rounds)]
        back = [[await paced(one, Scene.answer) for one in pair] for _ in range(rounds)]
    rows = (
        (f"through Mattermost, {RATE:.0f}/s: p50", "ms", there, 0, 1 / 2.5),
        ("p99", "ms", there, 1, 1 / 2.5),
        ("customer → desk", "ms CPU a message", there, 2, 1 / 2),
        ("operator → customer", "ms CPU a message", back, 2, 1 / 2.2),
    )
    return [
        Figure(work, unit, [[one[place] for one in row] for row in seen], aim) for work, unit, seen, place, aim in rows
    ]
