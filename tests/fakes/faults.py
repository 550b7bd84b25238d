"""Faults that the fakes of platforms play on demand: one vocabulary for all of them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from aiohttp import web

from tests.waiting import until_left


class Fault(StrEnum):
    TOO_MANY = "too many"  # 429 with Retry-After, in the platform's own shape; nothing done
    SERVER_ERROR = "server error"  # 500; nothing done
    REFUSED = "refused"  # a 4xx about this call's content, in the platform's own shape; nothing done
    NOTHING = "nothing"  # the connection stays open, no answer comes; nothing done
    RESET_BEFORE = "reset before"  # closed without being processed
    RESET_AFTER = "reset after"  # processed, then closed without an answer
    NOTHING_AFTER = "nothing after"  # processed, but no answer comes


SILENCE = 120.0


def _too_many(retry_after: float) -> web.StreamResponse:
    return web.Response(status=429, headers={"Retry-After": f"{retry_after:g}"})


def _broken() -> web.StreamResponse:
    return web.Response(status=500)


@dataclass
class Planned:
    method: str
    fault: Fault
    times: int
    retry_after: float
    after: int = 0


@dataclass
class Faults:
    """Faults to come. `log` records every fault that was played: (method, fault). `skips`: the client runs in the
    fake's own loop, so while the fake is silent the client's wait is skipped. `held`: number of calls that wait for
    `release`. `scripted`: method → status, body and headers that its calls are answered with; nothing done."""

    latency: float = 0
    skips: bool = False
    log: list[tuple[str, Fault]] = field(default_factory=list)
    held: int = 0
    scripted: dict[str, tuple[int, str, dict[str, str]]] = field(default_factory=dict)
    _holding: dict[str, asyncio.Event] = field(default_factory=dict)
    _planned: list[Planned] = field(default_factory=list)
    _random: random.Random | None = None
    _rate: float = 0
    _kinds: tuple[Fault, ...] = ()

    def add(self, method: str, fault: Fault, times: int = 1, retry_after: float = 1, after: int = 0) -> None:
        """Makes the next `times` calls of `method` ("*": of any) fail in this way, once `after` calls have passed."""
        self._planned.append(Planned(method, fault, times, retry_after, after))

    def chaos(self, rng: random.Random, rate: float, kinds: Sequence[Fault]) -> None:
        """Makes each call from now on fail with probability `rate` in one of these ways."""
        self._random, self._rate, self._kinds = rng, rate, tuple(kinds)

    def clear(self) -> None:
        self._planned.clear()
        self.scripted.clear()
        self._random = None

    def hold(self, method: str) -> None:
        """Makes calls of `method` wait; what they ask for is done only after `release`."""
        self._holding[method] = asyncio.Event()

    def release(self, method: str) -> None:
        self._holding.pop(method).set()

    def answered(self, method: str) -> web.Response | None:
        """The scripted response to this call."""
        status, body, headers = self.scripted.get(method, (0, "", {}))
        kind = "application/json" if body[:1] in "{[" else "text/html"
        return web.Response(status=status, text=body, headers=headers, content_type=kind) if status else None

    async def passed(self, method: str) -> None:
        """Waits until calls of `method` are no longer held."""
        if (released := self._holding.get(method)) is not None:
            self.held += 1
            try:
                await released.wait()
            finally:
                self.held -= 1

    def next(self, method: str) -> tuple[Fault, float] | None:
        """The fault to play on this call, with its Retry-After, or None."""
        for planned in self._planned:
            if planned.method in (method, "*") and planned.times > 0:
                if planned.after > 0:
                    planned.after -= 1
                    continue
                planned.times -= 1
                self.log.append((method, planned.fault))
                return planned.fault, planned.retry_after
        if self._random is not None and self._random.random() < self._rate:
            fault = self._random.choice(self._kinds)
            self.log.append((method, fault))
            return fault, 0.05
        return None

    async def play(
        self,
        method: str,
        request: web.Request,
        answer: Callable[[], Awaitable[web.StreamResponse]],
        *,
        too_many: Callable[[float], web.StreamResponse] = _too_many,
        broken: Callable[[], web.StreamResponse] = _broken,
    ) -> web.StreamResponse:
        """Returns the result of `answer`, or plays the planned fault; `too_many(retry_after)` and `broken()` respond in
        the platform's own shape."""
        if self.latency:
            await asyncio.sleep(self.latency)
        await self.passed(method)
        if (scripted := self.answered(method)) is not None:
            return scripted
        fault, retry_after = self.next(method) or (None, 0.0)
        match fault:
            case Fault.TOO_MANY:
                return too_many(retry_after)
            case Fault.SERVER_ERROR:
                return broken()
            case Fault.REFUSED:
                return web.Response(status=400)
            case Fault.NOTHING:
                await self.silence(request)
                return web.Response()
            case Fault.RESET_BEFORE:
                reset(request)
                return web.Response()
        response = await answer()
        if fault is Fault.NOTHING_AFTER:
            await self.silence(request)
        if fault is Fault.RESET_AFTER:
            reset(request)
        return response

    async def silence(self, request: web.Request) -> None:
        """Waits until the client goes away."""
        if self.skips:
            await until_left(lambda: request.transport is None or request.transport.is_closing())
        else:
            await asyncio.sleep(SILENCE)


def reset(request: web.Request) -> None:
    """Closes the connection at once without a response: the client sees a reset."""
    transport = request.transport
    if transport is not None:
        transport.abort()
