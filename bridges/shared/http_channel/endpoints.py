"""Endpoints of the HTTP channel. A request is authenticated, limited, parsed, committed and answered, in this order."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import wraps
from typing import Annotated, Any, TypeVar
from uuid import uuid4

import structlog
from fastapi import Path, Request, Response, Security
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ValidationError

from bot.config.plugins import Secret
from bot.domain import AccountName, Update
from bot.ports import INTAKE_RETRY, Accept, IntakeClosed, MailboxEntry, Route, Tools, UpdateOutcome
from bot.ports.requests import proved, unmarked
from bot.runtime.throttled_log import ThrottledLog
from bridges.shared.http_channel import describe, schema, wire

throttled = ThrottledLog(structlog.get_logger(__name__))
MAX_BODY = 1024 * 1024
M = TypeVar("M", bound=BaseModel)
Bearer = Annotated[
    HTTPAuthorizationCredentials | None,
    Security(HTTPBearer(auto_error=False, description="the account's `token` of hub.toml")),
]
PathId = Annotated[str, Path(description="the message's id", json_schema_extra=describe.ID)]  # `_ref` validates it


class Problem(Exception):
    """A request that is refused."""

    def __init__(self, status: int, problem: schema.ProblemOut, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(problem.error)
        self.status, self.problem, self.headers = status, problem, dict(headers or {})


Answering = Callable[..., Awaitable[Response]]


def answering(endpoint: Answering) -> Answering:
    """Wraps an endpoint so that a raised `Problem` becomes the answer."""

    @wraps(endpoint)
    async def answered(*args: Any, **kwargs: Any) -> Response:
        try:
            return await endpoint(*args, **kwargs)
        except Problem as problem:
            return JSONResponse(problem.problem.model_dump(), problem.status, problem.headers)

    return answered


class ApiEndpoints:
    """All accounts reached through this API, behind one set of routes. `tokens`: the secret of each account's
    clients."""

    def __init__(
        self, tokens: Mapping[AccountName, Secret], accepts: Mapping[AccountName, Accept], tools: Tools
    ) -> None:
        self._tokens, self._accepts, self._tools = tokens, accepts, tools

    def routes(self) -> Sequence[Route]:
        base = "/api/v1/accounts/{account}"
        return [
            _route("POST", f"{base}/messages", self.write, describe.WRITE),
            _route("PUT", f"{base}/messages/{{id:path}}", self.edit, describe.EDIT),
            _route("DELETE", f"{base}/messages/{{id:path}}", self.delete, describe.DELETE),
            _route("POST", f"{base}/receipts", self.receipt, describe.RECEIPT),
            _route("GET", f"{base}/events", self.events, describe.EVENTS),
        ]

    async def write(self, account: str, request: Request, bearer: Bearer) -> Response:
        name = self._proved(account, bearer, request)
        message = await _body(request, schema.MessageIn)
        return await self._commit(name, wire.written(name, message, self._tools.clock.now()))

    async def edit(self, account: str, id: PathId, request: Request, bearer: Bearer) -> Response:  # noqa: A002
        name = self._proved(account, bearer, request)
        edit = await _body(request, schema.EditIn)
        return await self._commit(name, wire.edited(name, _ref(id), edit, uuid4().hex, self._tools.clock.now()))

    async def delete(self, account: str, id: PathId, request: Request, bearer: Bearer) -> Response:  # noqa: A002
        name = self._proved(account, bearer, request)
        query = _valid(schema.DeletionQuery, dict(request.query_params), "query")
        return await self._commit(name, wire.deleted(query.conversation, _ref(id), self._tools.clock.now()))

    async def receipt(self, account: str, request: Request, bearer: Bearer) -> Response:
        name = self._proved(account, bearer, request)
        receipt = await _body(request, schema.ReceiptIn)
        return await self._commit(name, wire.receipt(receipt, uuid4().hex, self._tools.clock.now()))

    async def events(self, account: str, request: Request, bearer: Bearer) -> Response:
        name = self._proved(account, bearer, request)
        query = _valid(schema.EventsQuery, dict(request.query_params), "query")
        letters = await self._letters(name, query)
        answer = schema.EventsOut(
            events=[wire.event(letter, self._tools.files.link) for letter in letters],
            cursor=letters[-1].sequence if letters else query.after,
        )
        return Response(answer.model_dump_json(), media_type="application/json", headers={"Cache-Control": "no-store"})

    async def _letters(self, account: AccountName, query: schema.EventsQuery) -> Sequence[MailboxEntry]:
        mailbox = self._tools.mailbox
        listening = self._tools.wake.listen(f"mailbox:{account}")  # first, so that no event in between is missed
        try:
            letters = await mailbox.read(account, query.after, query.limit)
            if not letters and query.wait:
                await listening.wait(query.wait)
                letters = await mailbox.read(account, query.after, query.limit)
            return letters
        finally:
            listening.close()

    def _proved(self, account: str, bearer: HTTPAuthorizationCredentials | None, request: Request) -> AccountName:
        """Returns the account whose token was sent. An unknown account and a wrong token get the same answer."""
        token = self._tokens.get(AccountName(account))
        expected = token.get_secret_value() if token else uuid4().hex
        given = bearer.credentials if bearer else ""
        if not hmac.compare_digest(given.encode(), expected.encode()) or token is None:
            raise Problem(401, _problem("unauthorized", describe.UNAUTHORIZED), {"WWW-Authenticate": "Bearer"})
        proved(request)
        return AccountName(account)

    async def _commit(self, account: AccountName, update: Update) -> Response:
        try:
            accepted: UpdateOutcome = (await self._accepts[account]([update]))[0]
        except IntakeClosed as closed:
            wait = {"Retry-After": f"{INTAKE_RETRY:.0f}"}
            raise Problem(503, _problem("unavailable", describe.CLOSED.format(why=closed)), wait) from closed
        except Exception as error:
            throttled.exception("failed to accept an API message", error, account=account)
            raise Problem(503, _problem("unavailable", describe.UNAVAILABLE), {"Retry-After": "1"}) from error
        return JSONResponse({"dialog": accepted.dialog, "message": accepted.message}, 202)


def _route(method: str, path: str, endpoint: Answering, options: Mapping[str, Any]) -> Route:
    return Route((method,), path, answering(endpoint), documented=True, options=options)


async def _body(request: Request, model: type[M]) -> M:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise Problem(413, _problem("too_large", describe.TOO_LARGE.format(limit=MAX_BODY)))
    try:
        return model.model_validate_json(unmarked(bytes(body)))
    except ValidationError as error:
        if error.errors()[0]["type"] == "json_invalid":
            raise Problem(400, _problem("not_json", describe.NOT_JSON)) from error
        raise _invalid(error, "body") from error


def _valid(model: type[M], values: Mapping[str, str], where: str) -> M:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise _invalid(error, where) from error


def _ref(given: str) -> str:
    return _valid(schema.PathId, {"id": given}, "path").id


def _invalid(error: ValidationError, where: str) -> Problem:
    fields = [
        schema.FieldProblem(field=".".join(str(part) for part in one["loc"]), problem=one["msg"])
        for one in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    return Problem(422, _problem("invalid", describe.INVALID.format(where=where), fields))


def _problem(error: Any, message: str, fields: Sequence[schema.FieldProblem] = ()) -> schema.ProblemOut:
    return schema.ProblemOut(error=error, message=message, fields=list(fields))
