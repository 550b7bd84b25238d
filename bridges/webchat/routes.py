"""Requests of the widget. Each is checked for origin and token, counted, limited, parsed, committed and answered; the
widget retries anything not answered with 2xx."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from functools import wraps
from math import ceil
from typing import Annotated, Any, TypeVar
from urllib.parse import unquote
from weakref import WeakValueDictionary

import structlog
from fastapi import Header, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect

from bot.domain import AccountName, ChatId, Update, labels
from bot.ports import INTAKE_RETRY, Accept, Forged, IntakeClosed, NoSpace, NotTaken, Rejected, Route, Tools
from bot.ports.client_addresses import neighbourhood, split
from bot.ports.requests import OpenCount, proved, unmarked
from bot.runtime.throttled_log import ThrottledLog
from bridges.webchat import stream, wire
from bridges.webchat.bridge import MAX_FILE, WebchatBridge
from bridges.webchat.budget import Budget
from bridges.webchat.visitors import VisitorFile

throttled = ThrottledLog(structlog.get_logger(__name__))
M = TypeVar("M", bound=BaseModel)
MAX_BODY = 128 * 1024
STREAMS = 8  # open at once, per visitor
STREAMS_OF_ADDRESS = 64
ALL = "all"
UPLOADS_OF_ADDRESS = 32
UNSENT = timedelta(hours=1)
"""Lifetime of an uploaded file that no message refers to."""
IN_TIME = UNSENT - timedelta(minutes=10)
"""Age at which a file must be uploaded again, since it could be deleted while its message is being accepted."""
REFUSALS = {"blocked": 403, "paused": 503, "busy": 429}


class Refused(Exception):
    """Answered with `status` and `{"error": code}`."""

    def __init__(self, status: int, code: str, **more: Any) -> None:
        super().__init__(code)
        self.status, self.answer = status, {"error": code, **more}
        self.headers = {"Retry-After": str(ceil(more["retry_after"]))} if "retry_after" in more else {}


def answering(endpoint: Callable[..., Awaitable[Response]]) -> Callable[..., Awaitable[Response]]:
    @wraps(endpoint)
    async def answered(*args: Any, **kwargs: Any) -> Response:
        try:
            return await endpoint(*args, **kwargs)
        except Refused as refused:
            return JSONResponse(refused.answer, refused.status, refused.headers)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody reads it
        except IntakeClosed:
            return JSONResponse({"error": "unavailable"}, 503, {"Retry-After": f"{INTAKE_RETRY:.0f}"})
        except Exception as error:  # noqa: BLE001 - logged
            throttled.exception("a visitor's request failed", error)
            return JSONResponse({"error": "unavailable"}, 503, {"Retry-After": "2"})

    return answered


class Visit:
    """An authenticated request: its conversation and account."""

    def __init__(self, account: AccountName, bridge: WebchatBridge, chat: ChatId) -> None:
        self.account, self.bridge, self.chat = account, bridge, chat


class WidgetEndpoints:
    """All accounts of the kind, behind one set of routes."""

    def __init__(
        self, bridges: Mapping[AccountName, WebchatBridge], accepts: Mapping[AccountName, Accept], tools: Tools
    ) -> None:
        self._bridges, self._accepts, self._tools = bridges, accepts, tools
        self._writes = Budget(20, 30)
        self._uploads = Budget(20, 60)
        self._uploads_from_address = Budget(200, 60)
        self._reads = Budget(60, 60)
        self._bytes = Budget(150 * 1024**2, 3600)
        self._bytes_from_address = Budget(750 * 1024**2, 3600)
        self._conversations = Budget(30, 900)  # new ones, per address
        self._from_address = Budget(3000, 60)  # shared by many visitors, or by all behind a misconfigured proxy
        self._streams, self._streams_of_address = OpenCount(STREAMS), OpenCount(STREAMS_OF_ADDRESS)
        self._streams_of_all = OpenCount(_streams_of_all())
        self._uploading = OpenCount(UPLOADS_OF_ADDRESS)
        self._turns: WeakValueDictionary[ChatId, asyncio.Lock] = WeakValueDictionary()

    def routes(self) -> Sequence[Route]:
        base = "/chat/{account}"
        return [
            Route(("POST",), f"{base}/session", answering(self.session)),
            Route(("POST",), f"{base}/messages", answering(self.write)),
            Route(("POST",), f"{base}/profile", answering(self.introduce)),
            Route(("POST",), f"{base}/receipts", answering(self.saw)),
            Route(("POST",), f"{base}/files", answering(self.upload)),
            Route(("GET",), f"{base}/events", answering(self.events)),
        ]

    async def session(self, account: str, request: Request) -> Response:
        """Returns the visitor's token and conversation so far. An invalid token makes a new visitor."""
        bridge = self._placed(account, request)
        self._count(self._from_address, _address(request))
        try:
            chat = bridge.visitors.open(_bearer(request))
            token = bridge.visitors.token(chat)  # signed with the current secret
            self._count(self._reads, chat)
            events, cursor, earlier = await stream.history(self._tools, AccountName(account), chat)
        except Forged:
            (_, token), events, cursor, earlier = bridge.visitors.arrive(), [], 0, False
        limits = {"text": wire.MAX_TEXT, "files": wire.MAX_FILES, "file": MAX_FILE}
        answer = {"token": token, "events": events, "cursor": cursor, "earlier": earlier, "limits": limits}
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    async def write(self, account: str, request: Request) -> Response:
        visit = self._visit(account, request, self._writes)
        self._count(self._from_address, _address(request))
        wrote = await _body(request, wire.SentMessage)
        await self._count_strangers(visit, request)
        what = wire.content(wrote, self._unsealed(visit, wrote.files))
        if not (what.text or what.attachments):  # nothing but blanks
            raise Refused(422, "empty")
        key, letter = wire.own_letter(visit.chat, wrote, what)
        async with self._turn(visit.chat):  # the mailbox keeps the order in which messages were accepted
            await self._commit(visit, [wire.written(visit.chat, wrote, what, self._tools.clock.now())])
            cursor = await self._tools.mailbox.put(visit.account, visit.chat, key, letter)
        return JSONResponse({"cursor": cursor})

    async def introduce(self, account: str, request: Request) -> Response:
        visit = self._visit(account, request, self._writes)
        introduced = await _body(request, wire.SentDetails)
        await self._count_strangers(visit, request)
        await self._commit(visit, [wire.introduced(visit.chat, introduced, self._tools.clock.now())])
        return JSONResponse({})

    async def saw(self, account: str, request: Request) -> Response:
        visit = self._visit(account, request, self._reads)
        saw = await _body(request, wire.SeenReport)
        if receipts := wire.receipts(visit.chat, saw, self._tools.clock.now()):
            await self._commit(visit, receipts)
        return JSONResponse({})

    async def upload(
        self,
        account: str,
        request: Request,
        x_file_name: Annotated[str, Header(max_length=2000)] = "",
        content_type: Annotated[str, Header()] = "",
    ) -> Response:
        """Stores the request's body as a file; `X-File-Name` is its name, percent-encoded."""
        visit = self._visit(account, request, self._uploads)
        address = _address(request)
        self._count(self._uploads_from_address, address)
        if self._uploading.is_full(address):
            raise Refused(429, "too_many", retry_after=5)
        proved(request)
        name = wire.file_name(unquote(x_file_name))
        mime = labels.media_type(content_type) or "application/octet-stream"
        announced = int(request.headers.get("content-length", MAX_FILE))
        if announced > MAX_FILE:
            raise Refused(413, "too_large", limit=MAX_FILE)
        self._count(self._bytes, visit.chat, announced)
        self._count(self._bytes_from_address, _address(request), announced)
        try:
            with self._uploading.one(address):
                ref, size = await self._tools.files.save(request.stream(), name, mime, MAX_FILE, keep=UNSENT)
        except NoSpace as error:
            raise Refused(503, "no_space", retry_after=error.retry_after) from error
        except Rejected as error:
            raise Refused(413, "too_large", limit=MAX_FILE) from error
        upload = VisitorFile(ref.origin, ref.id, name, mime, size, self._tools.clock.now().timestamp())
        return JSONResponse({"file": visit.bridge.visitors.seal(visit.chat, upload)})

    async def events(
        self,
        account: str,
        request: Request,
        after: Annotated[int, Query(ge=0, lt=2**63)] = 0,
        last_event_id: Annotated[int | None, Header(ge=0, lt=2**63)] = None,
    ) -> Response:
        """Streams events to clients that accept a stream; returns the current ones as a list to others."""
        visit = self._visit(account, request, self._reads)
        after = last_event_id if last_event_id is not None else after
        if "text/event-stream" not in request.headers.get("accept", ""):
            events = await stream.news(self._tools, visit.account, visit.chat, after)
            cursor = events[-1]["cursor"] if events else after
            return JSONResponse({"events": events, "cursor": cursor}, headers={"Cache-Control": "no-store"})
        address = _address(request)
        if self._streams.is_full(visit.chat):
            raise Refused(429, "too_many", retry_after=30)
        if self._streams_of_address.is_full(address) or self._streams_of_all.is_full(ALL):
            raise Refused(429, "too_many_streams", retry_after=1)
        headers = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}
        return StreamingResponse(self._counted(visit, address, after), headers=headers, media_type="text/event-stream")

    async def _counted(self, visit: Visit, address: str, after: int) -> Any:
        """Counts the stream, and ends it at once if it is one too many: several may have been admitted at the same
        moment."""
        if self._streams_of_address.is_full(address):
            return
        with self._streams.one(visit.chat), self._streams_of_address.one(address), self._streams_of_all.one(ALL):
            async for part in stream.live(self._tools, visit.account, visit.chat, after):
                yield part

    def _placed(self, account: str, request: Request) -> WebchatBridge:
        """Accepts only the hub's own pages, by the origin that the browser states."""
        bridge = self._bridges.get(AccountName(account))
        if bridge is None:
            raise Refused(404, "not_found")
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            raise Refused(403, "foreign_origin")
        origin = request.headers.get("origin")
        ours = {request.headers.get("host", ""), split(self._tools.public_url).netloc}
        if origin is not None and split(origin).netloc not in ours - {""}:
            raise Refused(403, "foreign_origin")
        return bridge

    def _visit(self, account: str, request: Request, budget: Budget) -> Visit:
        bridge = self._placed(account, request)
        try:
            chat = bridge.visitors.open(_bearer(request))
        except Forged as error:
            raise Refused(401, "unauthorized") from error
        self._count(budget, chat)
        return Visit(AccountName(account), bridge, chat)

    async def _count_strangers(self, visit: Visit, request: Request) -> None:
        """Limits visitors who have not written yet: a program may be creating them."""
        if not await self._tools.mailbox.read(visit.account, 0, 1, visit.chat):
            self._count(self._conversations, _address(request))

    def _count(self, budget: Budget, name: str, amount: float = 1) -> None:
        if wait := budget.take(name, self._tools.clock.now(), amount):
            raise Refused(429, "too_many", retry_after=wait)

    def _unsealed(self, visit: Visit, tokens: Sequence[str]) -> list[VisitorFile]:
        """Opens the tokens. Raises `Refused` for a file that is unknown or about to expire: the widget uploads it
        again."""
        oldest = (self._tools.clock.now() - IN_TIME).timestamp()
        try:
            found = [visit.bridge.visitors.unseal(visit.chat, token) for token in tokens]
        except Forged as error:
            raise Refused(422, "unknown_file") from error
        if any(one.at < oldest for one in found):
            raise Refused(422, "unknown_file")
        return found

    def _turn(self, chat: ChatId) -> asyncio.Lock:
        return self._turns.setdefault(chat, asyncio.Lock())

    async def _commit(self, visit: Visit, updates: Sequence[Update]) -> None:
        try:
            await self._accepts[visit.account](updates)
        except NotTaken as refused:
            more = {"retry_after": refused.retry_after} if refused.retry_after else {}
            raise Refused(REFUSALS[refused.why], refused.why, **more) from refused


def _streams_of_all() -> int:
    """Returns a third of the file descriptors; the second third is for new connections, the last one is kept by
    `bot.app.strangers`."""
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 3


def _address(request: Request) -> str:
    """Returns the network that limits are counted by."""
    return neighbourhood(request.client.host) if request.client else ""


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""


async def _body(request: Request, model: type[M]) -> M:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise Refused(413, "too_large", limit=MAX_BODY)
    try:
        return model.model_validate_json(unmarked(bytes(body)))
    except ValidationError as error:
        fields = sorted({".".join(str(part) for part in one["loc"]) for one in error.errors()})
        raise Refused(422, "invalid", fields=fields) from error
