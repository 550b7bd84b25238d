"""The HTTP server's routes, in one table.

| route | declared by |
| --- | --- |
| `/healthz` `/readyz` `/metrics` | the hub itself: `bot.app.probes` |
| `/api/docs` | `bot.app.api_docs`, for routes that are documented |
| `/hooks/{account}` | every `Hooked` bridge |
| `/files/{signed}` | `Files`, by signed links only; a name may follow, for platforms that go by extensions |
| the rest | kinds of desks and bridges (`KIND.routes`) |

Plain ones are answered in front of FastAPI (`bot.app.plain_routes`), which knows them too: methods and paths that are
none of theirs are left to it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.requests import ClientDisconnect

from bot.app import api_docs, downloads
from bot.app.plain_routes import PlainRoutes
from bot.app.probes import AGAIN, ProbeAccess, Probes, Ready
from bot.domain import AccountName, Update
from bot.ports import INTAKE_RETRY, Accept, Bridge, Forged, Hook, Hooked, IntakeClosed, Proving, Route, UpdateOutcome
from bot.ports.requests import proved
from bot.runtime.supervisor import Supervisor
from bot.runtime.throttled_log import ThrottledLog

log = structlog.get_logger(__name__)
throttled = ThrottledLog(log)

LARGEST_HOOK = 8 * 1024 * 1024
"""Bytes of a webhook's body; no platform sends as much."""
LARGEST_UNPROVED = 4 * 1024 * 1024
"""Bytes of a body while only the body itself proves the sender: WhatsApp sends up to 3 MB."""

_FROM_HERE = ProbeAccess()


def build(
    bridges: Mapping[AccountName, Bridge],
    accepts: Mapping[AccountName, Accept],
    files: downloads.SignedFiles,
    supervisor: Supervisor,
    ready: Ready,
    routes: Sequence[Route],
    access: ProbeAccess = _FROM_HERE,
) -> PlainRoutes:
    """Builds the application. `routes`: those of the kinds in use; if any is documented, `/api/docs` is served."""
    documented = any(route.documented for route in routes)
    schema = api_docs.SCHEMA if documented else None
    app = FastAPI(title="Dialog hub", docs_url=None, redoc_url=None, openapi_url=schema)
    own = (
        *Probes(supervisor, ready, access).routes(),
        *(api_docs.routes(app) if documented else ()),
        Route(("GET", "POST"), "/hooks/{account}", _hooks(bridges, accepts), plain=True),
        Route(("GET", "HEAD"), "/files/{signed}", downloads.endpoint(files)),
        Route(("GET", "HEAD"), "/files/{signed}/{anything}", downloads.endpoint(files)),
    )
    refusals = {ClientDisconnect: _broken_off, IntakeClosed: _refused}
    for error, refusal in refusals.items():
        app.add_exception_handler(error, refusal)
    for route in (*own, *routes):
        app.add_api_route(
            route.path,
            route.endpoint,
            methods=list(route.methods),
            include_in_schema=route.documented,
            **({"response_model": None} | dict(route.options)),
        )
    return PlainRoutes(app, (*own, *routes), refusals)


async def _broken_off(_request: Request, _error: Exception) -> Response:
    """Handles a body that the client broke off: nobody is at fault here, and nobody reads the response."""
    return Response(status_code=400)


async def _refused(_request: Request, error: Exception) -> Response:
    """Refuses what the hub could not store now; platforms send it again."""
    headers = {"Retry-After": f"{INTAKE_RETRY:.0f}"}
    return JSONResponse({"detail": {"code": "closed", "words": str(error)}}, 503, headers)


# --------------------------------------------------------------------------------------------- hooks


def _hooks(
    bridges: Mapping[AccountName, Bridge], accepts: Mapping[AccountName, Accept]
) -> Callable[[Request], Awaitable[Response]]:
    called = {name: bridge for name, bridge in bridges.items() if isinstance(bridge, Hooked)}
    proving = {name: bridge for name, bridge in called.items() if isinstance(bridge, Proving)}

    async def hook(request: Request) -> Response:
        account = AccountName(request.path_params["account"])
        bridge = called.get(account)
        if bridge is None:
            return Response(status_code=404)
        try:
            known = account in proving and proving[account].prove(as_hook(request, b""))
        except Forged:
            return _forged(account, request)
        if known:
            proved(request)
        body = await bounded_body(request, LARGEST_HOOK if known else LARGEST_UNPROVED)
        if body is None:
            return Response(status_code=413)

        async def accept(updates: Sequence[Update]) -> Sequence[UpdateOutcome]:
            proved(request)  # for the rest of the request, however long the commit takes
            return await accepts[account](updates)

        try:
            reply = await bridge.receive(as_hook(request, body), accept)
        except Forged:
            return _forged(account, request)
        except IntakeClosed:
            raise
        except Exception as error:  # noqa: BLE001 - logged
            throttled.exception("failed to process a webhook; the platform will retry", error, account=account)
            return Response(status_code=500, headers=AGAIN)
        return Response(reply.body, reply.status, media_type=reply.mime)

    return hook


def _forged(account: AccountName, request: Request) -> Response:
    address = request.client.host if request.client else ""
    throttled.warning("rejected a forged request", f"{account} {address}", account=account, address=address)
    return Response(status_code=401)


def as_hook(request: Request, body: bytes) -> Hook:
    scope = request.scope
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    query = dict(request.query_params) if scope["query_string"] else {}
    return Hook(scope["method"], scope["path"], headers, query, body)


async def bounded_body(request: Request, limit: int) -> bytes | None:
    """Reads the whole body; None when it is larger than `limit` bytes."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            return None
    return bytes(body)
