"""Outages of a whole account or desk: it is paused, administrators are notified once, its parcels wait, and delivery
resumes by itself."""

from __future__ import annotations

import structlog

from bot.delivery import admin_alerts
from bot.hub import given_up
from bot.hub.context import Hub
from bot.hub.parcels import account_destination
from bot.hub.tokens import Ticket
from bot.ports import Unavailable
from bot.ports.storage import Unit
from bot.runtime import metrics

log = structlog.get_logger(__name__)


class NobodyTold(Exception):
    """No administrator is known yet; the caller must try again later."""


class Outages:
    """Records outages. `name`: a destination (`account:shop`) or a job (`receive account:shop`)."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def began(self, name: str, error: Unavailable) -> None:
        """Records a failure; may be called for each, and notifies once."""
        await self._begin(name, error)

    async def began_once(self, name: str, error: Unavailable) -> None:
        """Records an outage for callers that report it once, and again only when this raised `NobodyTold`."""
        if not await self._begin(name, error):
            raise NobodyTold

    async def _begin(self, name: str, error: Unavailable) -> bool:
        hub = self._hub
        metrics.PAUSED.labels(name).set(1)
        if await hub.store.transact(lambda unit: unit.outbox.pause(name, error.detail, error.advice, hub.clock.now())):
            log.error("destination paused", name=name, detail=error.detail, advice=error.advice)
        words = hub.tr.gettext("⚠️ {name} is down: {detail}. {advice} Nothing is lost; work resumes automatically.")
        said = words.format(name=name, detail=error.detail, advice=error.advice)
        return await admin_alerts.tell(hub, " ".join(said.split()), once=name)

    async def ended(self, name: str) -> None:
        """Records the end, in whichever process notices it first, and notifies the administrators if they knew of the
        outage."""
        hub = self._hub
        metrics.PAUSED.labels(name).set(0)

        async def work(unit: Unit) -> bool:
            was_paused = await unit.outbox.resume(name)
            if not await admin_alerts.forget(unit, name):
                return was_paused
            words = hub.tr.gettext("✅ {name} works again.").format(name=name)
            count, offer = await self._given_up(unit, name)
            if count:
                words += " " + hub.tr.gettext("Replies given up meanwhile: {n}.").format(n=count)
            await admin_alerts.tell_within(hub, unit, words, offer)
            return True

        if await hub.store.transact(work):
            log.info("destination resumed", name=name)

    async def _given_up(self, unit: Unit, name: str) -> tuple[int, Ticket | None]:
        """Counts the replies that the outage outlived, and offers to send them again."""
        account = next((one for one in self._hub.accounts if account_destination(one) == name), None)
        count = len([one async for one in given_up.replies(unit, account)]) if account is not None else 0
        if not count:
            return 0, None
        return count, Ticket("resend", extra={"account": str(account)})
