"""Moving windows in Redis, shared by all processes. Imported only when Redis is configured.

What is asked while an answer is under way goes together in the next request: however many couriers ask at once, each
waits for two round trips at most, over one connection. The time is Redis's own: processes whose clocks differ
share a budget all the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice

from storage.signals.connection import ERRORS, redis_at

Window = tuple[str, int, float]
"""Its key; how many units go in how many seconds."""

_TAKE = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local waits, key, at = {}, 0, 1
while at <= #ARGV do
    local windows, wait = tonumber(ARGV[at]), 0
    for i = 1, windows do
        local limit, seconds = tonumber(ARGV[at + 2 * i - 1]), tonumber(ARGV[at + 2 * i])
        local oldest = redis.call('LINDEX', KEYS[key + i], limit - 1)
        if oldest then wait = math.max(wait, math.min(oldest + seconds - now, seconds)) end
    end
    if wait <= 0 then
        for i = 1, windows do
            local seconds = tonumber(ARGV[at + 2 * i])
            redis.call('LPUSH', KEYS[key + i], string.format('%.6f', now))
            redis.call('LTRIM', KEYS[key + i], 0, ARGV[at + 2 * i - 1] - 1)
            redis.call('EXPIRE', KEYS[key + i], math.ceil(seconds))
        end
    end
    waits[#waits + 1] = string.format('%.6f', wait)
    key, at = key + windows, at + 1 + 2 * windows
end
return waits
"""


@dataclass(slots=True, eq=False)
class _Request:
    """Requests of one caller, each for a unit of each of its windows. `waits`: for each, seconds until there is room,
    0 when it was taken; None: no answer came, and `why`."""

    wanted: Sequence[Sequence[Window]]
    waits: Sequence[float] | None = None
    why: str = "no answer"


class SharedWindows:
    """Windows of the Redis at `url`; `patience`: seconds for a connection."""

    def __init__(self, url: str, patience: float) -> None:
        self._redis = redis_at(url, patience)
        self._take = self._redis.register_script(_TAKE)
        self._one = asyncio.Lock()
        self._waiting: list[_Request] = []

    async def take(self, wanted: Sequence[Sequence[Window]]) -> Sequence[float]:
        """For each of `wanted` in turn, takes one unit of each of its windows and returns 0; or takes nothing for it
        and returns the seconds to wait. Raises `OSError`."""
        mine = _Request(wanted)
        self._waiting.append(mine)
        async with self._one:
            if mine in self._waiting:
                together, self._waiting = self._waiting, []
                await self._ask(together)
        if mine.waits is None:
            raise ConnectionError(mine.why)
        return mine.waits

    async def _ask(self, together: Sequence[_Request]) -> None:
        keys: list[str] = []
        arguments: list[float] = []
        for windows in chain.from_iterable(one.wanted for one in together):
            arguments.append(len(windows))
            for key, limit, seconds in windows:
                keys.append(key)
                arguments += (limit, seconds)
        try:
            waits = await self._take(keys=keys, args=arguments)
        except ERRORS as error:
            for one in together:
                one.why = type(error).__name__
            return
        answers = map(float, waits)
        for one in together:
            one.waits = [*islice(answers, len(one.wanted))]

    async def give_back(self, keys: Sequence[str]) -> None:
        """Takes the newest entry out of each window again. Raises `OSError`."""
        try:
            async with self._redis.pipeline(transaction=False) as asked:
                for key in keys:
                    asked.lpop(key)
                await asked.execute()
        except ERRORS as error:
            raise ConnectionError(type(error).__name__) from error

    async def close(self) -> None:
        with suppress(*ERRORS):
            await self._redis.aclose()
