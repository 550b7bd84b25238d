"""Polling of an external CRM for changed Interests."""

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
"""Interests imported per transaction: after a restart 1C reports all recent ones, and nobody in the chat waits for
that."""


class Pulling:
    def __init__(self, hub: Hub, crm: Knowing) -> None:
        self._hub, self._crm = hub, crm

    async def run(self) -> None:
        said = ""
        while True:
            try:
                await self.once()
                said = ""
            except DeliveryError as error:  # the chat goes on with what is known; parcels report the outage
                if str(error) != said:
                    log.warning("failed to fetch changes from the CRM", error=str(error))
                said = str(error)
            await self._hub.clock.sleep(self._crm.every)

    async def once(self) -> None:
        """Polls once. The cursor is saved last: importing an Interest twice does no harm. Raises `DeliveryError`."""
        async with self._hub.store.read() as unit:
            since = await unit.cursors.get(CURSOR) or ""
        found, until = await self._crm.changed(since)
        for start in range(0, len(found), PORTION):
            await self._take_over(found[start : start + PORTION])
        await self._hub.store.transact(lambda unit: unit.cursors.set(CURSOR, until))

    async def _take_over(self, portion: Sequence[ForeignInterest]) -> None:
        await self._hub.store.transact(lambda unit: learning.changed(self._hub, unit, portion))
