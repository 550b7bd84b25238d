"""Endpoints that pages read from: the operator, lists, dialogs, the live stream."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from bot.desks.shared.emoji import known
from bot.desks.web import answers
from bot.desks.web.auth import Authenticator, Member, refuse
from bot.desks.web.bodies import Limit, Number
from bot.desks.web.feed import PageFeed
from bot.desks.web.live import EventStream, OpenPage, Position
from bot.desks.web.wire import Shapes, command
from bot.domain import AccountName, DeskName, DialogId, MessageId
from bot.ports import ListView
from bot.ports.requests import OpenCount

SECTIONS = ("new", "work", "mine", "all", "closed")
LONGEST_SEARCH = 200
STREAMS = 32  # open at once, per operator
_PRIVATE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def answer(content: Any, status: int = 200) -> JSONResponse:
    return JSONResponse(content, status, _PRIVATE)


class Queries:
    """Endpoints. Each authenticates by `Authenticator`; the backend checks access."""

    def __init__(self, auth: Authenticator, shapes: Shapes, locale: str) -> None:
        self._auth, self._shapes, self._locale = auth, shapes, locale
        self._streams = OpenCount(STREAMS)
        self._feeds: dict[DeskName, PageFeed] = {}

    async def state(self, request: Request) -> Response:
        """Returns everything that a page needs at its start."""
        me = await self._auth.member(request)
        desk, backend, wire = me.desk, me.desk.backend, self._shapes(me)
        titles = await backend.accounts(desk.name, me.actor)
        response = answer(
            {
                "user": me.actor.user,
                "name": me.actor.title,
                "desk": desk.name,
                "locale": self._locale,
                "public_url": desk.tools.public_url.rstrip("/"),
                "accounts": [{"name": name, "title": title} for name, title in titles.items()],
                "counters": dict(await backend.counters(desk.name, me.actor)),
                "commands": [command(one) for one in await backend.commands(desk.name, me.actor)],
                "operators": list(me.desk.settings.operators),
                "notices": [
                    answers.notification(one, wire)
                    for one in await backend.notifications(desk.name, me.actor.user, None)
                ],
                "limits": {"text": desk.limits.post, "files": desk.limits.files, "file_bytes": desk.file_bytes},
            }
        )
        self._auth.renew(response, request, me)
        return response

    async def emoji(self, request: Request) -> Response:
        """Returns the emoji with their names, in the order of pickers."""
        await self._auth.member(request)
        response = answer({"emoji": list(known().items())})
        response.headers["Cache-Control"] = "private, max-age=86400"
        return response

    async def dialogs(
        self,
        request: Request,
        section: str = "new",
        account: str = "",
        text: str = "",
        before: Number | None = None,
        limit: Limit = 20,
    ) -> Response:
        """Returns a page of a section; `before`: last dialog of the previous page. Fewer rows than `limit` mean the
        end."""
        me = await self._auth.member(request)
        wants = _wants(me, section, account, text)
        rows = await me.desk.backend.list(
            me.desk.name,
            me.actor,
            wants.section,
            account=wants.account,
            text=wants.text,
            before=None if before is None else DialogId(before),
            limit=limit,
        )
        return answer({"rows": [self._shapes(me).listed(row) for row in rows]})

    async def dialog(
        self, request: Request, dialog: Number, since: Number = 0, before: Number | None = None
    ) -> Response:
        """Returns a dialog with its latest messages, with those older than `before`, or with what changed `since`."""
        me = await self._auth.member(request)
        older = None if before is None else MessageId(before)
        page = await me.desk.backend.page(me.desk.name, me.actor, DialogId(dialog), since=since, before=older)
        if page is None:
            refuse(404, "no_such_dialog")
        return answer(self._shapes(me).page(page))

    async def live(
        self,
        request: Request,
        section: str = "new",
        account: str = "",
        text: str = "",
        dialog: Number | None = None,
        revision: Number = 0,
        notice: Number = 0,
    ) -> Response:
        """Returns the stream of one page: see `bot.desks.web.live`."""
        me = await self._auth.member(request)
        wants = _wants(me, section, account, text)
        whose = f"{me.desk.name}:{me.actor.user}"
        if self._streams.is_full(whose):
            refuse(429, "too_many_pages", f"more than {STREAMS} pages are open", {"Retry-After": "30"})
        position = Position(notice, None if dialog is None else DialogId(dialog), revision)
        position.catch_up(request.headers.get("last-event-id", ""))
        page = OpenPage(me, self._shapes(me), wants, position, me.desk.tools.clock.now())
        feed = self._feeds.setdefault(me.desk.name, PageFeed(me.desk))
        return EventStream(page, self._opened(whose, feed, page), {**_PRIVATE, "X-Accel-Buffering": "no"})

    @contextmanager
    def _opened(self, whose: str, feed: PageFeed, page: OpenPage) -> Iterator[None]:
        with self._streams.one(whose), feed.open(page):
            yield


def _wants(me: Member, section: str, account: str, text: str) -> ListView:
    if section not in SECTIONS:
        refuse(422, "unreadable", f"section: one of {', '.join(SECTIONS)}")
    return ListView(me.actor, section, AccountName(account) if account else None, text.strip()[:LONGEST_SEARCH])
