"""A network that goes silent: connections stay open, and nothing sent over them arrives any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

IN_TRANSACTION = b"Z\x00\x00\x00\x05T"
"""PostgreSQL's ReadyForQuery while a transaction is open."""


@dataclass
class SilentNetwork:
    """Passes bytes between clients and a server until told to go silent; then it accepts new connections and never
    responds."""

    host: str
    port: int
    own_port: int = 0
    silent: bool = False
    _armed: bool = False
    _fell_silent: asyncio.Event = field(default_factory=asyncio.Event)
    _pipes: set[asyncio.Task[None]] = field(default_factory=set)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    async def fall_silent_in_a_transaction(self) -> None:
        """Goes silent once a connection has done work in an open transaction."""
        self._armed = True
        await self._fell_silent.wait()

    def speak(self) -> None:
        """Lets new connections work again; silent ones stay so."""
        self.silent = self._armed = False

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        if self.silent:
            return
        upstream_reader, upstream = await asyncio.open_connection(self.host, self.port)
        self._writers.add(upstream)
        link = _Link()
        for source, sink, counts in ((reader, upstream, False), (upstream_reader, writer, True)):
            self._pipes.add(asyncio.create_task(self._pass(link, source, sink, counts)))

    async def _pass(self, link: _Link, source: asyncio.StreamReader, sink: asyncio.StreamWriter, answers: bool) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                if self.silent or link.silent:
                    link.silent = True
                    await asyncio.Event().wait()  # open, but silent
                if answers and self._armed:
                    link.steps = link.steps + 1 if data.endswith(IN_TRANSACTION) else 0
                    if link.steps >= 2:  # BEGIN was the first
                        self.silent = link.silent = True
                        self._fell_silent.set()
                        continue
                sink.write(data)
                await sink.drain()
            sink.close()

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
    steps: int = 0
    silent: bool = False


@asynccontextmanager
async def silent_network(host: str, port: int) -> AsyncIterator[SilentNetwork]:
    network = SilentNetwork(host, port)
    server = await asyncio.start_server(network.connected, "127.0.0.1", 0)
    network.own_port = server.sockets[0].getsockname()[1]
    try:
        yield network
    finally:
        server.close()
        await network.stop()
