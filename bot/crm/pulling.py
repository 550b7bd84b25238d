"""Asks a CRM outside, again and again, which Interests were changed there."""

from __future__ import annotations

import structlog

from bot.crm import learning
from bot.crm.port import Knowing
from bot.hub import Hub
from bot.ports import DeliveryError
from bot.store import Unit

log = structlog.get_logger(__name__)

CURSOR = "crm:changed"


class Pulling:
    def __init__(self, hub: Hub, crm: Knowing) -> None:
        self._hub, self._crm = hub, crm

    async def run(self) -> None:
        while True:
            try:
                await self.once()
            except DeliveryError as error:  # the chat goes on with what is known; parcels say that it is down
                log.warning("a CRM could not be asked for changes", error=str(error))
            await self._hub.clock.sleep(self._crm.every)

    async def once(self) -> None:
        """One question; what it brought and from where to go on are one transaction. Raises `DeliveryError`."""
        async with self._hub.store.read() as unit:
            since = await unit.cursors.get(CURSOR) or ""
        found, until = await self._crm.changed(since)

        async def work(unit: Unit) -> None:
            await learning.changed(self._hub, unit, found)
            await unit.cursors.set(CURSOR, until)

        await self._hub.store.transact(work)
