"""Outages of the database: administrators are told of one that lasts, past the outbox, which is in the database.

What cannot be told while it lasts, because no team chat but the hub's own is there, is told when it is over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from bot.delivery import admin_alerts
from bot.delivery.lasting_faults import LONG
from bot.domain import DeskName
from bot.hub.context import Hub
from bot.ports.storage import Unit
from bot.runtime.throttled_log import ThrottledLog
from bot.views.answers import says

throttled = ThrottledLog(structlog.get_logger(__name__))

PATIENCE = 10.0
"""Seconds for a direct message."""
REMEMBERED_FOR = timedelta(minutes=1)
TOGETHER = timedelta(minutes=10)
"""Time within which several processes tell of the same outage: only the first is heard."""


class DatabaseOutage:
    """The database as one process finds it. `owner` names this process, as in leases."""

    def __init__(self, hub: Hub, owner: str) -> None:
        self._hub, self._owner = hub, owner
        self._administrators: Sequence[tuple[DeskName, str]] = ()
        self._learned: datetime | None = None
        self._since: datetime | None = None
        self._told = False

    async def away(self, since: datetime, why: str, *, first: bool) -> None:
        """Notes that nothing has been written since then. `first`: this process, of all, tells of it at once."""
        now = self._hub.clock.now()
        if now - since < timedelta(seconds=LONG):
            return
        self._since = since
        if first and not self._told:
            words = self._hub.tr.gettext(
                "⚠️ The hub’s database has not accepted anything since {since}: {why}. New messages wait in the "
                "messengers; nothing is lost."
            )
            self._told = await self._tell(words.format(since=self._hub.when(since), why=why))

    async def works(self) -> None:
        """Notes that the database works; tells of an outage that lasted."""
        now = self._hub.clock.now()
        if self._since is not None:
            await self._end(self._since, now)
        if self._learned is None or now - self._learned >= REMEMBERED_FOR:
            async with self._hub.store.read() as unit:
                self._administrators = await admin_alerts.addresses(self._hub, unit)
            self._learned = now

    async def _end(self, since: datetime, now: datetime) -> None:
        words = self._hub.tr.gettext(
            "✅ The hub’s database works again. It accepted nothing from {since} to {until}; nothing is lost."
        )

        async def work(unit: Unit) -> None:
            if await unit.leases.take("told:database", self._owner, now, now + TOGETHER):
                said = words.format(since=self._hub.when(since), until=self._hub.when(now))
                await admin_alerts.tell_within(self._hub, unit, said)

        await self._hub.store.transact(work)
        self._since, self._told = None, False

    async def _tell(self, words: str) -> bool:
        """Sends direct messages; returns True when one has arrived."""
        arrived = False
        for desk, user in self._administrators:
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._hub.desks.by_name[desk].tell(user, says(words))
            except Exception as error:  # noqa: BLE001 - that team chat may be what cannot be reached
                name = type(error).__name__
                throttled.warning("failed to tell an administrator of the database", f"{desk} {name}", error=name)
            else:
                arrived = True
        return arrived
