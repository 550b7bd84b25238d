"""Foundation of the fakes of messengers: a server that tests can observe and make fail, and its delivery of updates to
the hub."""

from __future__ import annotations

import asyncio
import ssl
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Iterable
from typing import Generic, Self, TypeVar

import aiohttp
from aiohttp import web

from tests.fakes.faults import Faults
from tests.waiting import FACT

Lane = TypeVar("Lane", bound=Hashable)
Item = TypeVar("Item")


class Platform(ABC):
    """Listens on a port of its own while entered; entered again, on the same one. `url`: address of its API."""

    largest = 1 << 20
    """Largest request in bytes."""
    path = ""
    """Path of the API on the server."""

    def __init__(self, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self.url, self.faults = "", Faults()
        self._port, self._tls = port, tls
        self._twice = 0
        self._watchers: set[asyncio.Event] = set()
        self._runner: web.AppRunner | None = None

    @property
    @abstractmethod
    def unconfirmed(self) -> int:
        """Updates that the hub has not confirmed yet."""
        ...

    @abstractmethod
    def revoke(self) -> None:
        """Replaces the token, as its owner does: the old one is refused from now on."""
        ...

    @abstractmethod
    def routes(self) -> Iterable[web.RouteDef]: ...

    @abstractmethod
    def too_many(self, retry_after: float) -> web.Response:
        """This platform's response to too many requests; `retry_after`: seconds."""
        ...

    @abstractmethod
    def broken(self) -> web.Response:
        """This platform's response to a server error."""
        ...

    def duplicate_next(self, count: int = 1) -> None:
        """Delivers the next `count` updates twice."""
        self._twice += count

    def copies(self) -> int:
        """Number of deliveries of the current update."""
        copies, self._twice = (2 if self._twice else 1), max(self._twice - 1, 0)
        return copies

    # ------------------------------------------------------------------------------------- watching

    async def wait_for(self, enough: Callable[[], bool], seconds: float = FACT) -> None:
        """Waits until `enough()`, checked after every change."""
        changed = asyncio.Event()
        self._watchers.add(changed)
        try:
            async with asyncio.timeout(seconds):
                while not enough():
                    await changed.wait()
                    changed.clear()
        finally:
            self._watchers.discard(changed)

    async def settled(self, seconds: float = FACT) -> None:
        """Waits until every update was confirmed."""
        await self.wait_for(lambda: self.unconfirmed == 0, seconds)

    def changed(self) -> None:
        for watcher in self._watchers:
            watcher.set()

    # -------------------------------------------------------------------------------------- serving

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=self.largest)
        app.add_routes(self.routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port, ssl_context=self._tls).start()
        self._port = self._runner.addresses[0][1]
        self.url = f"http{'s' if self._tls else ''}://127.0.0.1:{self._port}{self.path}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Stops listening. Stopping twice is no error."""
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def played(
        self, name: str, request: web.Request, answer: Callable[[], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """The response to a call of `name`, or the fault that a test planned instead."""
        self.changed()
        return await self.faults.play(name, request, answer, too_many=self.too_many, broken=self.broken)


class Caller(ABC, Generic[Lane, Item]):
    """Delivers updates to the hub: each lane in order, all lanes concurrently; refused updates come again. With `url`
    "" they wait until `start`."""

    delays = (0.02, 1.0)
    """Seconds before the second attempt, and at most; real platforms wait from seconds to hours."""

    def __init__(self, url: str, changed: Callable[[], None]) -> None:
        self.url = url
        self._changed = changed
        self._queues: dict[Lane, deque[Item]] = {}
        self._workers: dict[Lane, asyncio.Task[None]] = {}
        self._http: aiohttp.ClientSession | None = None

    @abstractmethod
    async def post(self, item: Item) -> bool:
        """Delivers one update; tells whether the hub has taken it."""
        ...

    @property
    def pending(self) -> int:
        return sum(map(len, self._queues.values()))

    def put(self, lane: Lane, item: Item) -> None:
        self._queues.setdefault(lane, deque()).append(item)
        self._work(lane)

    def start(self) -> None:
        for lane in list(self._queues):
            self._work(lane)

    async def stop(self) -> list[tuple[Lane, Item]]:
        """Stops; returns updates that were not taken."""
        for worker in self._workers.values():
            worker.cancel()
        await asyncio.gather(*self._workers.values(), return_exceptions=True)
        self._workers.clear()
        if self._http:
            await self._http.close()
            self._http = None
        return [(lane, item) for lane, queue in self._queues.items() for item in queue]

    def client(self) -> aiohttp.ClientSession:
        if self._http is None:
            self._http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=40))
        return self._http

    def _work(self, lane: Lane) -> None:
        if self.url and lane not in self._workers:
            self._workers[lane] = asyncio.create_task(self._deliver(lane))

    async def _deliver(self, lane: Lane) -> None:
        queue, delay = self._queues[lane], self.delays[0]
        while queue:
            if await self.post(queue[0]):
                queue.popleft()
                delay = self.delays[0]
                self._changed()
            else:
                await asyncio.sleep(delay)
                delay = min(delay * 2, self.delays[1])
        del self._workers[lane]
