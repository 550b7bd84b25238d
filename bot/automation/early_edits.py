"""Edits that came before their message, on channels that do not keep order: the message has a minute to come, then the
new words are shown without it. Withdrawals wait for a week."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

import structlog

from bot.domain import AccountName
from bot.hub.context import Hub
from bot.ports import NotTaken, UpdateOutcome
from bot.ports.storage import EarlyChange, Unit
from bot.runtime.throttled_log import ThrottledLog

EVERY = 15.0
"""Seconds between two polls."""
WAITS = timedelta(minutes=1)
REMEMBERED = timedelta(days=7)

throttled = ThrottledLog(structlog.get_logger(__name__))

Show = Callable[[Unit, EarlyChange, datetime], Awaitable[UpdateOutcome]]


class EarlyEdits:
    """`show`: what shows an edit of each account as a message of its own."""

    def __init__(self, hub: Hub, show: Mapping[AccountName, Show]) -> None:
        self._hub, self._show = hub, show

    async def run(self) -> None:
        while True:
            await self.tick()
            await self._hub.clock.sleep(EVERY)

    async def tick(self) -> None:
        now = self._hub.clock.now()
        async with self._hub.store.read() as unit:
            due = await unit.early.due(now - WAITS)
        for change in due:
            await self._shown(change)
        await self._hub.store.transact(lambda unit: unit.early.forget(now - REMEMBERED))

    async def _shown(self, change: EarlyChange) -> None:
        """Shows the edit, unless its message has come meanwhile. The edit of a refused customer is dropped."""
        show = self._show.get(change.account)

        async def work(unit: Unit) -> None:
            await unit.contacts.lock_known(change.account, change.chat)
            kept = await unit.early.take(change.account, change.chat, change.ref)
            if kept is not None and kept.content is not None and not kept.shown and show is not None:
                await show(unit, kept, kept.at)

        try:
            await self._hub.store.transact(work)
        except NotTaken:
            await self._hub.store.transact(lambda unit: unit.early.take(change.account, change.chat, change.ref))
        except Exception as error:  # noqa: BLE001 - logged; the others are shown
            throttled.exception("failed to show an edit", error, account=change.account)
