"""Uvicorn inside a process that has other things to do: no signal handlers, a bounded end."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from typing import Any

import uvicorn


class _Quiet(uvicorn.Server):
    """Leaves the process's signals to the hub."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def http(application: Any, sock: socket.socket) -> AsyncIterator[None]:
    """Serves `application` on a listening socket; live streams are cut after 3 s when it ends."""
    config = uvicorn.Config(
        application, lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=3, server_header=False
    )
    server = _Quiet(config)
    task = asyncio.create_task(server.serve(sockets=[sock]), name="http")
    try:
        while not server.started:
            if task.done():
                task.result()
                raise RuntimeError("the HTTP server ended while it was starting")
            await asyncio.sleep(0.005)
        yield
    finally:
        server.should_exit = True
        await task
