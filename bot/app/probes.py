"""Probes `/healthz` `/readyz` `/metrics`, and access to their details.

Everyone may ask whether the hub lives and is ready. Account names, figures and pauses are shown only to callers with
`hub.metrics_token` or through the listener of `hub.metrics_listen`; with neither set, only to this machine. A proxy on
this machine speaks for others, and is recognized by the headers that proxies add.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from bot.app.readiness import HubNotReady
from bot.domain.value import value
from bot.ports import Route
from bot.ports.client_addresses import address, split
from bot.runtime import metrics
from bot.runtime.supervisor import Supervisor

log = structlog.get_logger(__name__)

AGAIN = {"Retry-After": "5"}
FORWARDING = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")

Ready = Callable[[], Awaitable[Mapping[str, Any]]]
"""Details for `/readyz`; raises when the hub cannot work."""


@value
class ProbeAccess:
    """Rule for who sees details. `elsewhere`: a separate listener serves them; `own`: this is that listener."""

    token: str = ""
    elsewhere: bool = False
    own: bool = False

    def allows(self, request: Request) -> bool:
        if self.token:
            scheme, _, given = request.headers.get("authorization", "").partition(" ")
            return scheme.lower() == "bearer" and hmac.compare_digest(_digest(given), _digest(self.token))
        return self.own or (not self.elsewhere and _from_here(request))

    @property
    def refusal(self) -> Response:
        if self.token:
            return Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})
        return Response(status_code=404 if self.elsewhere else 403)


class Probes:
    def __init__(self, supervisor: Supervisor, ready: Ready, access: ProbeAccess) -> None:
        self._supervisor, self._ready, self._access = supervisor, ready, access

    def routes(self) -> Sequence[Route]:
        return (
            Route(("GET",), "/healthz", self.health),
            Route(("GET",), "/readyz", self.ready),
            Route(("GET",), "/metrics", self.metrics),
        )

    async def health(self, request: Request) -> Response:
        """Reports that the process is alive. Pauses and backoffs are details: restarting the hub would not mend
        them."""
        body: dict[str, Any] = {"status": "ok"}
        if self._access.allows(request):
            body["tasks"] = {one.name: str(one.state) for one in self._supervisor.health()}
        return JSONResponse(body)

    async def ready(self, request: Request) -> Response:
        try:
            found = await self._ready()
        except HubNotReady as why:
            body = {"why": str(why)} if self._access.allows(request) else {}
            return JSONResponse({"status": "not ready", **body}, 503, AGAIN)
        return JSONResponse({"status": "ready", **(found if self._access.allows(request) else {})})

    async def metrics(self, request: Request) -> Response:
        if not self._access.allows(request):
            return self._access.refusal
        body, mime = metrics.render()
        return Response(body, media_type=mime)


def listener(probes: Probes) -> FastAPI:
    """Builds the application of `hub.metrics_listen`."""
    app = FastAPI(openapi_url=None)
    for route in probes.routes():
        app.add_api_route(route.path, route.endpoint, methods=list(route.methods), response_model=None)
    return app


def _from_here(request: Request) -> bool:
    """Tells whether a program on this machine asks for itself. Requests that nginx forwards without proxy headers are
    recognized by HTTP/1.0 or by a host name that is not local."""
    peer = address(request.client.host) if request.client else None
    host = split(f"//{request.headers.get('host', '')}").hostname or ""
    named = address(host)
    return (
        peer is not None
        and peer.is_loopback
        and (host == "localhost" or (named is not None and named.is_loopback))
        and request.scope.get("http_version") != "1.0"
        and not any(name in request.headers for name in FORWARDING)
    )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
