"""Networks between a hub and its servers that fail in ways no closed port shows: they go silent (connections stay open,
and nothing sent over them arrives any more), lose the end of what was sent, or are slow."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

IN_TRANSACTION = b"Z\x00\x00\x00\x05T"
"""PostgreSQL's ReadyForQuery while a transaction is open."""
SYNC = b"S\x00\x00\x00\x04"
"""The end of every statement with arguments: without it, the server waits for the rest."""
COMMITTED = b"C\x00\x00\x00\x0bCOMMIT\x00"
"""PostgreSQL's answer to COMMIT."""


@dataclass
class Network:
    """Passes bytes between clients and a server. While it is `silent` it accepts connections, acknowledges what it is
    sent, and passes nothing on. `delay`: seconds that everything takes in each direction. `commits_to_lose`: answers to
    COMMIT that get lost, with their connection; `lost`: those that did."""

    host: str
    port: int
    delay: float = 0.0
    commits_to_lose: int = 0
    lost: int = 0
    connections: int = 0
    own_port: int = 0
    silent: bool = False
    _armed: bool = False
    _by_half: bool = False
    _fell_silent: asyncio.Event = field(default_factory=asyncio.Event)
    _links: list[_Link] = field(default_factory=list)
    _pipes: set[asyncio.Task[None]] = field(default_factory=set)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    async def fall_silent_in_a_transaction(self, *, by_half: bool = False) -> None:
        """Goes silent once a connection has done work in an open transaction. `by_half`: in the middle of the next
        statement, of which the server has all but the end."""
        self._armed, self._by_half = True, by_half
        await self._fell_silent.wait()

    def speak(self) -> None:
        """Lets new connections work again; silent ones stay so."""
        self.silent = self._armed = False

    def silence_connections(self) -> None:
        """Lets the open connections fall silent; new ones work."""
        for link in self._links:
            link.silent = True

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        self.connections += 1
        if self.silent:
            return
        upstream_reader, upstream = await asyncio.open_connection(self.host, self.port)
        self._writers.add(upstream)
        link = _Link()
        self._links.append(link)
        for source, sink, answers in ((reader, upstream, False), (upstream_reader, writer, True)):
            self._pipes.add(asyncio.create_task(self._pass(link, source, sink, answers)))

    async def _pass(self, link: _Link, source: asyncio.StreamReader, sink: asyncio.StreamWriter, answers: bool) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                if self.delay:
                    await asyncio.sleep(self.delay)
                if self.silent or link.silent:
                    link.silent = True
                    await asyncio.Event().wait()  # open, but silent
                data = self._of_answer(link, data) if answers else self._of_request(link, data)
                sink.write(data)
                await sink.drain()
                if link.lost:
                    break
            sink.close()

    def _of_answer(self, link: _Link, data: bytes) -> bytes:
        """Returns what of a server's answer arrives."""
        if self.commits_to_lose and COMMITTED in data:
            self.commits_to_lose, self.lost, link.lost = self.commits_to_lose - 1, self.lost + 1, True
            return b""
        if self._armed:
            link.steps = link.steps + 1 if data.endswith(IN_TRANSACTION) else 0
            if link.steps >= 2 and not self._by_half:  # BEGIN was the first
                self._fall_silent(link)
                return b""
        return data

    def _of_request(self, link: _Link, data: bytes) -> bytes:
        """Returns what of a client's request arrives."""
        if self._armed and self._by_half and link.steps >= 2 and data.endswith(SYNC):
            self._fall_silent(link)
            return data.removesuffix(SYNC)
        return data

    def _fall_silent(self, link: _Link) -> None:
        self.silent = link.silent = True
        self._fell_silent.set()

    async def stop(self) -> None:
        """Closes every connection."""
        for pipe in self._pipes:
            pipe.cancel()
        await asyncio.gather(*self._pipes, return_exceptions=True)
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.gather(*(writer.wait_closed() for writer in self._writers), return_exceptions=True)


@dataclass
class _Link:
    """One connection. `steps`: answers within its open transaction; `lost`: it ends now."""

    steps: int = 0
    silent: bool = False
    lost: bool = False


@asynccontextmanager
async def network_to(host: str, port: int, *, delay: float = 0.0) -> AsyncIterator[Network]:
    network = Network(host, port, delay)
    server = await asyncio.start_server(network.connected, "127.0.0.1", 0)
    network.own_port = server.sockets[0].getsockname()[1]
    try:
        yield network
    finally:
        server.close()
        await network.stop()
