"""A desk with nothing but the contract: every call one HTTP request, operators' posts by a signed webhook."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any

from fastapi import Request, Response

from bot.config.plugins import DeskKind, DeskSettings, DeskTools
from bot.domain import (
    Actor,
    Belonging,
    Content,
    DeskName,
    FileRef,
    Key,
    OperatorPosted,
    Place,
    PostId,
    PostRef,
    ThreadId,
    ThreadRef,
)
from bot.domain.text import Text
from bot.ports import Clock, Desk, DeskLimits, Download, EventHandler, Mark, Rejected, RejectReason, Route
from bot.views.values import Card, Post, View
from tests.bench import wire
from tests.bench.calls import Calls


class BenchDeskSettings(DeskSettings):
    api_url: str


class BenchDesk:
    limits = DeskLimits(post=16_000)

    def __init__(self, name: DeskName, settings: BenchDeskSettings, tools: DeskTools) -> None:
        self.name, self.clock = name, tools.tools.clock
        self._calls, self._channel = Calls(tools.tools.http, settings.api_url), settings.channel

    async def run(self, office: EventHandler, since: datetime) -> None:
        """Does nothing: operators' posts come by HTTP."""
        await asyncio.Event().wait()

    async def open(self, channel: str, card: Card, key: Key) -> ThreadRef:
        answer = await self._calls.call("/open", {"text": card.summary, "key": key})
        return ThreadRef(self.name, channel or self._channel, ThreadId(answer["id"]))

    async def post(self, thread: ThreadRef, post: Post) -> PostRef:
        text = post.content.text.characters
        answer = await self._calls.call("/post", {"thread": thread.thread, "text": text, "keys": post.keys})
        return PostRef(self.name, thread.channel, PostId(answer["id"]))

    async def find(self, channel: str, thread: ThreadRef | None, key: Key) -> PostRef | None:
        return None

    async def update(self, ref: PostRef, what: Post | Card) -> None:
        await self._calls.call("/update", {"post": ref.post})

    async def delete(self, ref: PostRef) -> None:
        await self._calls.call("/delete", {"post": ref.post})

    async def mark(self, ref: PostRef, mark: Mark, on: bool) -> None:
        await self._calls.call("/mark", {"post": ref.post, "mark": mark, "on": on})

    async def whisper(self, user: str, thread: ThreadRef, view: View) -> None:
        await self._calls.call("/whisper", {"user": user})

    async def tell(self, user: str, view: View) -> None:
        await self._calls.call("/tell", {"user": user})

    def link(self, thread: ThreadRef, post: PostRef | None = None) -> str:
        return ""

    def download(self, file: FileRef) -> AbstractAsyncContextManager[Download]:
        raise Rejected(RejectReason.FILE_GONE, "this desk has no files")

    async def close(self) -> None:
        """Does nothing: there is nothing to close."""


def posted(desk: DeskName, channel: str, raw: Mapping[str, Any], clock: Clock) -> OperatorPosted:
    place = Place(desk, channel, ThreadId(raw["thread"]), PostId(f"o{raw['id']}"))
    actor, content = Actor(raw["user"], raw["user"], belongs=Belonging.MEMBER), Content(Text.plain(raw["text"]))
    return OperatorPosted(Key(str(raw["id"])), actor, place, content, clock.now())


def _routes(desks: Mapping[DeskName, Desk], offices: Mapping[DeskName, EventHandler]) -> Sequence[Route]:
    [(name, desk)] = desks.items()
    assert isinstance(desk, BenchDesk)

    async def receive(request: Request) -> Response:
        body = await request.body()
        if not wire.proven(body, request.headers.get(wire.SIGNATURE, "")):
            return Response(status_code=401)
        await offices[name].accept(posted(name, desk._channel, wire.read(body), desk.clock))
        return Response()

    return [Route(("POST",), "/bench/desk", receive, plain=True)]


def _build(name: DeskName, settings: Any, tools: DeskTools) -> BenchDesk:
    return BenchDesk(name, settings, tools)


KIND = DeskKind(BenchDeskSettings, _build, _routes)
