"""A real HTTP server for an ASGI application, on a port of the system's choosing, with an immediate start and stop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from fastapi import FastAPI

from bot.app.plain_routes import PlainRoutes

FAREWELL = 0.1
"""Seconds that requests still open at the end get to finish without their connection."""


class Server(uvicorn.Server):
    """Stops at once; uvicorn's own server checks ten times a second, and then waits."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready, self.over = asyncio.Event(), asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self.over.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        self.cut()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=FAREWELL)
        for server in self.servers:
            await server.wait_closed()

    def cut(self) -> None:
        """Breaks all connections at once, silently."""
        for connection in list(self.server_state.connections):
            if transport := getattr(connection, "transport", None):
                transport.abort()

    @property
    def url(self) -> str:
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        return f"http://{host}:{port}"


@contextlib.asynccontextmanager
async def serving(app: FastAPI | PlainRoutes, port: int = 0) -> AsyncIterator[Server]:
    """Serves until the block ends; then cuts off requests that are still open."""
    server = Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, lifespan="off"))
    task = asyncio.create_task(server.serve())
    ready = asyncio.create_task(server.ready.wait())
    await asyncio.wait((task, ready), return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        ready.cancel()
        task.result()
    try:
        yield server
    finally:
        server.over.set()
        await task
