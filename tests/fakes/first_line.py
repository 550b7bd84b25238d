"""A first-line bot, as strict as the documentation asks one to be: it verifies each question's signature before it
reads it, and repeats its answer to a repeated question.

    async with FakeBot(key_of(secret, account)) as bot:
        bot.says({"reply": "Yes?"}, {"hand_over": True})
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

from tests.fakes.faults import Fault, Faults, reset

FIELDS = {"id", "sent_at", "account", "dialog", "contact", "message", "history"}


@dataclass
class FakeBot:
    """Answers the hub's questions. `questions`: each once, in order. `refused`: number of requests that did not come
    from the hub. Faults go by the method "ask". The bot waits while `free` is not set; `waiting`: number of
    requests that wait with it."""

    key: str
    faults: Faults = field(default_factory=Faults)
    questions: list[dict[str, Any]] = field(default_factory=list)
    refused: int = 0
    waiting: int = 0
    free: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""
    _script: list[Any] = field(default_factory=list)
    _given: dict[str, web.Response] = field(default_factory=dict)
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        self.free.set()
        app = web.Application()
        app.router.add_post("/bot", self._ask)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/bot"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def says(self, *answers: Any) -> None:
        """Sets its next answers: values are sent as JSON, text as it is."""
        self._script += answers

    async def _ask(self, request: web.Request) -> web.Response:
        fault, _ = self.faults.next("ask") or (None, 0)
        self.waiting += 1
        await self.free.wait()
        self.waiting -= 1
        if fault is Fault.SERVER_ERROR:
            return web.Response(status=500)
        if fault is Fault.NOTHING:
            await self.faults.silence(request)
            return web.Response()
        if fault is Fault.RESET_BEFORE:
            reset(request)
            return web.Response()
        raw = await request.read()
        if not self._proven(request, raw):
            self.refused += 1
            return web.Response(status=401)
        question = json.loads(raw)
        if set(question) != FIELDS or question["id"] != request.headers.get("X-Hub-Id"):
            self.refused += 1
            return web.Response(status=400)
        return self._given.get(question["id"]) or self._answer(question)

    def _proven(self, request: web.Request, raw: bytes) -> bool:
        expected = "sha256=" + hmac.new(self.key.encode(), raw, hashlib.sha256).hexdigest()
        given = request.headers.get("X-Hub-Signature-256", "")
        fresh = abs(time.time() - float(request.headers.get("X-Hub-Timestamp", "0"))) < 300
        return hmac.compare_digest(given.encode(), expected.encode()) and fresh

    def _answer(self, question: dict[str, Any]) -> web.Response:
        self.questions.append(question)
        said = self._script.pop(0) if self._script else {"hand_over": True}
        answer = web.Response(text=said if isinstance(said, str) else json.dumps(said), content_type="application/json")
        self._given[question["id"]] = answer
        return answer
