"""Asks a CRM outside, again and again, which Interests were changed there."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from bot.dialogs.crm import learning
from bot.hub.context import Hub
from bot.ports import DeliveryError
from bot.ports.crm import ForeignInterest, Knowing

log = structlog.get_logger(__name__)

CURSOR = "crm:changed"
PORTION = 50
"""Interests that are taken over in one transaction: after a restart 1C tells of all recent ones, and nobody in the chat
waits for that."""


class Pulling:
    def __init__(self, hub: Hub, crm: Knowing) -> None:
        self._hub, self._crm = hub, crm

    async def run(self) -> None:
        said = ""
        while True:
            try:
                await self.once()
                said = ""
            except DeliveryError as error:  # the chat goes on with what is known; parcels say that it is down
                if str(error) != said:
                    log.warning("a CRM could not be asked for changes", error=str(error))
                said = str(error)
            await self._hub.clock.sleep(self._crm.every)

    async def once(self) -> None:
        """One question. From where to go on is written down last: what is taken over twice does no harm. Raises
        `DeliveryError`."""
        async with self._hub.store.read() as unit:
            since = await unit.cursors.get(CURSOR) or ""
        found, until = await self._crm.changed(since)
        for start in range(0, len(found), PORTION):
            await self._take_over(found[start : start + PORTION])
        await self._hub.store.transact(lambda unit: unit.cursors.set(CURSOR, until))

    async def _take_over(self, portion: Sequence[ForeignInterest]) -> None:
        await self._hub.store.transact(lambda unit: learning.changed(self._hub, unit, portion))
