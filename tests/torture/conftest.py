"""Hubs to be killed, between platforms that fail on demand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import aiohttp
import pytest

from tests.conftest import Database
from tests.free_ports import free_port
from tests.torture.hubs import Books, HubProcess, Nursery, nursery
from tests.torture.world import World, configuration, world


@dataclass(frozen=True)
class Scene:
    """A world, its hubs, and their books."""

    world: World
    hubs: list[HubProcess]
    books: Books


@pytest.fixture(scope="session")
def births() -> Iterator[Nursery]:
    with nursery() as made:
        yield made


@asynccontextmanager
async def scene(
    births: Nursery,
    database: Database,
    folder: Path,
    *,
    seed: int = 1,
    hubs: int = 1,
    conversations: int = 1,
    bots: int = 1,
    webhooks: tuple[int, ...] = (),
    environs: Mapping[int, Mapping[str, str]] = MappingProxyType({}),
    timeout: float = 2.0,
) -> AsyncIterator[Scene]:
    """Starts the world and its hubs. `webhooks`: the bots that are not polled. `environs`: variables of single hubs.
    `timeout`: seconds for which they wait for the team chat."""
    async with AsyncExitStack() as stack:
        given = await stack.enter_async_context(world(seed, conversations, bots))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        books = Books(database)
        stack.push_async_callback(books.close)
        ports = [free_port() for _ in range(hubs)]
        config = configuration(given, database, folder, f"http://127.0.0.1:{ports[0]}", webhooks, timeout)
        running = [
            HubProcess(births, config, port, folder / f"hub-{port}.log", http, environs.get(number, {}))
            for number, port in enumerate(ports)
        ]
        for one in running:
            await one.start()
            stack.push_async_callback(one.end)
        yield Scene(given, running, books)
