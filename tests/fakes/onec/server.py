"""The webhook of an integration in 1C's collaboration system.

It is as strict as its documentation ("Webhooks" in the Developer Guide): one command per request, JSON in UTF-8
without a byte order mark, every required key and no other; 409 for a known id. One point is left open there and is a
switch here: with `creates`, a message for an unknown discussion creates it; otherwise it gets 404.
"""

from __future__ import annotations

import asyncio
import codecs
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import uuid4

from aiohttp import web

from tests.fakes.faults import Faults
from tests.waiting import FACT

COMMANDS: Mapping[str, frozenset[str]] = {
    "createUser": frozenset({"extUserId", "name"}),
    "createConversation": frozenset({"extConversationId", "title"}),
    "createMessage": frozenset({"extId", "extConversationId", "text"}),
}


@dataclass
class Discussion:
    """A discussion. `messages`: those the integration wrote, by its ids, in order."""

    title: str
    messages: dict[str, str] = field(default_factory=dict)


class Refused(Exception):
    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


@dataclass
class FakeOneC:
    """Receives the integration's commands. `requests`: every body as it came. `path`: the secret part of the address;
    change it to invalidate the old one."""

    faults: Faults = field(default_factory=Faults)
    creates: bool = False
    path: str = field(default_factory=lambda: f"/integrations/{uuid4().hex}")
    discussions: dict[str, Discussion] = field(default_factory=dict)
    users: set[str] = field(default_factory=set)
    requests: list[bytes] = field(default_factory=list)
    endpoint_url: str = ""
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._receive)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.endpoint_url = f"http://{host}:{port}{self.path}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def discussion(self, title: str) -> str:
        """Starts a discussion, as people in 1C do; returns its id."""
        known = str(uuid4())
        self.discussions[known] = Discussion(title)
        return known

    async def until(self, holds: Callable[[], bool], seconds: float = FACT) -> None:
        """Waits until `holds()` after a command."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(holds)

    async def _receive(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        self.requests.append(raw)
        return await self.faults.play(_name(raw), request, lambda: self._answer(request, raw))

    async def _answer(self, request: web.Request, raw: bytes) -> web.Response:
        try:
            if request.path != self.path:
                raise Refused(404, "no such integration")
            if request.method != "POST":
                raise Refused(405, "POST")
            async with self._changed:
                status = self._carry_out(raw)
                self._changed.notify_all()
        except Refused as refused:
            return web.json_response({"error": str(refused)}, status=refused.status)
        return web.Response(status=status)

    def _carry_out(self, raw: bytes) -> int:
        name, given = _command(raw)
        if name == "createUser":
            return self._once(given["extUserId"] in self.users, lambda: self.users.add(given["extUserId"]))
        chat = given["extConversationId"]
        if name == "createConversation":
            return self._once(chat in self.discussions, lambda: self._create(chat, given["title"]))
        if chat not in self.discussions:
            if not self.creates:
                raise Refused(404, "no such conversation")
            self._create(chat, chat)
        messages = self.discussions[chat].messages
        known = any(given["extId"] in one.messages for one in self.discussions.values())
        return self._once(known, lambda: messages.update({given["extId"]: given["text"]}))

    def _create(self, chat: str, title: str) -> None:
        self.discussions[chat] = Discussion(title)

    def _once(self, known: bool, do: Callable[[], None]) -> int:
        if known:
            return 409
        do()
        return 201


def _name(raw: bytes) -> str:
    """The command's name, as far as it can be read."""
    try:
        return str(next(iter(json.loads(raw)), ""))
    except (ValueError, TypeError):
        return ""


def _command(raw: bytes) -> tuple[str, Mapping[str, Any]]:
    """Parses a command. Raises `Refused` for all that is not one command with exactly its keys."""
    if raw.startswith(codecs.BOM_UTF8):
        raise Refused(400, "a byte order mark")
    try:
        body = json.loads(raw.decode())
    except ValueError:
        raise Refused(400, "no JSON in UTF-8") from None
    if not isinstance(body, dict) or len(body) != 1:
        raise Refused(400, "not one command")
    name, given = next(iter(body.items()))
    if name not in COMMANDS or not isinstance(given, dict):
        raise Refused(400, "no such command")
    if set(given) != COMMANDS[name]:
        raise Refused(400, f"{name} takes {sorted(COMMANDS[name])}")
    if not all(isinstance(value, str) and value for value in given.values()):
        raise Refused(400, "an empty value, or one that is no text")
    return name, given
