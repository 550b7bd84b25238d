"""Routes answered in front of FastAPI: of what it does for a request, they need nothing but to be found.

Webhooks bring most of the hub's work. For each of them, FastAPI and its layers would cost as much as a quarter of the
transaction that stores it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from fastapi import Request, Response
from starlette.routing import compile_path

from bot.ports import Route

Refusal = Callable[[Request, Exception], Awaitable[Response]]


class PlainRoutes:
    """ASGI application that answers plain routes (`Route.plain`) and passes on everything else. `refusals`: responses
    to errors of theirs; for any other error the server responds with 500."""

    def __init__(self, application: Any, routes: Sequence[Route], refusals: Mapping[type[Exception], Refusal]) -> None:
        self._application, self._refusals = application, refusals
        self._plain = [(compile_path(one.path)[0], one.methods, one.endpoint) for one in routes if one.plain]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        endpoint = self._endpoint(scope) if scope["type"] == "http" else None
        if endpoint is None:
            await self._application(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            response = await endpoint(request)
        except Exception as error:
            refusal = self._refusals.get(type(error))
            if refusal is None:
                raise
            response = await refusal(request, error)
        await response(scope, receive, send)

    def _endpoint(self, scope: Any) -> Callable[[Request], Awaitable[Response]] | None:
        """Finds the endpoint of a request, and notes the parts of its path."""
        for path, methods, endpoint in self._plain:
            if scope["method"] in methods and (found := path.match(scope["path"])):
                scope["path_params"] = found.groupdict()
                return endpoint
        return None
