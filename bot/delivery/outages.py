"""When an account or a desk as a whole does not work: it is paused, its administrators are told once, nothing is
lost, and it goes on by itself."""

from __future__ import annotations

import structlog

from bot.delivery import admin_alerts as admins
from bot.hub.context import Hub
from bot.ports import Unavailable
from bot.ports.storage import Unit
from bot.runtime import metrics

log = structlog.get_logger(__name__)


class NobodyTold(Exception):
    """No administrator is known yet: whoever asked for it asks again later."""


class Outages:
    """`name` is a destination (`account:shop`) or a task (`receive account:shop`)."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def began(self, name: str, error: Unavailable) -> None:
        """Called with every failure, tells once."""
        await self._begin(name, error)

    async def began_once(self, name: str, error: Unavailable) -> None:
        """For who calls once, and again only when that failed. Raises `NobodyTold`."""
        if not await self._begin(name, error):
            raise NobodyTold

    async def _begin(self, name: str, error: Unavailable) -> bool:
        hub = self._hub
        log.error("paused", name=name, detail=error.detail, advice=error.advice)
        metrics.PAUSED.labels(name).set(1)

        async def work(unit: Unit) -> None:
            await unit.outbox.pause(name, error.detail, error.advice, hub.clock.now())

        await hub.store.transact(work)
        words = hub.tr.gettext("⚠️ {name} does not work: {detail}. {advice} Nothing is lost; it goes on by itself.")
        return await admins.tell(hub, words.format(name=name, detail=error.detail, advice=error.advice), once=name)

    async def ended(self, name: str) -> None:
        """Whoever was told of the outage hears of its end, from whichever process finds out first."""
        hub = self._hub
        metrics.PAUSED.labels(name).set(0)

        async def work(unit: Unit) -> bool:
            was_paused = await unit.outbox.resume(name)
            if not await admins.forget(unit, name):
                return was_paused
            await admins.tell_within(hub, unit, hub.tr.gettext("✅ {name} works again.").format(name=name))
            return True

        if await hub.store.transact(work):
            log.info("resumed", name=name)
