"""Foundation of the fakes of CRMs: an HTTP server that can be switched off and on, and fails on demand."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Self

from aiohttp import web

from tests.fakes.faults import Faults
from tests.free_ports import free_port

LARGEST = 4 * 1024 * 1024
"""Largest request in bytes."""


@dataclass(kw_only=True)
class Served(ABC):
    """Listens on a port of its own once entered. `faults` are planned by the name that `operation` gives a request;
    `requests` counts all that came."""

    faults: Faults = field(default_factory=Faults)
    port: int = 0
    requests: int = 0
    _runner: web.AppRunner | None = None

    @abstractmethod
    def operation(self, request: web.Request) -> str: ...

    @abstractmethod
    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Responds to a request on which no fault is played."""
        ...

    async def __aenter__(self) -> Self:
        await self.switch_on()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.switch_off()

    async def switch_on(self) -> None:
        """Listens again on the same port; what it has stored is still there."""
        app = web.Application(client_max_size=LARGEST)
        app.router.add_route("*", "/{path:.*}", self._serve)
        self.port = self.port or free_port()
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()

    async def switch_off(self) -> None:
        """Refuses connections."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        self.requests += 1
        return await self.faults.play(
            self.operation(request), request, lambda: self.answer(request), broken=_bad_gateway
        )


def _bad_gateway() -> web.Response:
    return web.Response(status=502, text="<html>Bad gateway</html>", content_type="text/html")
