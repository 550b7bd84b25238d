"""A workspace's long lists, such as its channels: read page by page to their end, by one reader at a time, since Slack
allows few pages a minute. What was read stays, whatever happens to the page after it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from bot.desks.slack.errors import code_of
from bot.ports import Rejected, Transient

PAGE = 999
"""Entries of a page: "under 1000"."""
BREAK = 600.0
"""Seconds after a page within which reading goes on behind it; later, the list is begun again."""

Value = TypeVar("Value")


class Listing(Generic[Value]):
    """One list. `call`: calls the method; `within`: the answer's field; `read`: what is kept of an entry, by key;
    `now`: seconds of a clock. `entries`: those read so far, since reading began last."""

    def __init__(
        self,
        call: Callable[..., Any],
        method: str,
        within: str,
        read: Callable[[Mapping[str, Any]], tuple[str, Value]],
        now: Callable[[], float],
        **arguments: Any,
    ) -> None:
        self._call, self._method, self._within, self._read, self._now = call, method, within, read, now
        self._arguments = arguments
        self.entries: dict[str, Value] = {}
        self._one = asyncio.Lock()
        self._cursor = ""
        self._page_at = self._not_before = float("-inf")

    async def until(self, enough: Callable[[], bool], age: float) -> None:
        """Reads on until there is enough, or to the end, which is looked for again after `age` seconds. Raises
        `DeliveryError`; whoever reads next goes on with the page that was refused."""
        async with self._one:
            since = self._now() - self._page_at
            goes_on = bool(self._cursor) and since < BREAK
            if (goes_on and enough()) or (not self._cursor and since < age):
                return
            if not goes_on:
                self._cursor = ""
            await self._page(first=not goes_on)
            while self._cursor and not enough():
                await self._page(first=False)

    async def _page(self, *, first: bool) -> None:
        if (wait := self._not_before - self._now()) > 0:
            raise Transient(f"{self._method}: Slack asked to wait", wait)
        try:
            answer = await self._call(self._method, limit=PAGE, cursor=self._cursor or None, **self._arguments)
        except Transient as busy:
            self._not_before = self._now() + (busy.retry_after or 0)
            raise
        except Rejected as refused:
            if code_of(refused) == "invalid_cursor":  # it has expired
                self._cursor = ""
            raise
        found = dict(map(self._read, answer.get(self._within) or ()))
        self.entries = found if first else self.entries | found
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        self._cursor, self._page_at = (cursor if cursor != self._cursor else ""), self._now()
