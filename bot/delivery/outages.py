"""Outages of an account, a team chat or one channel of it: administrators are notified once, what goes there waits,
and delivery resumes by itself.

An outage has as many pauses as jobs and kinds of calls that met it (`bot.delivery.roads`). It is over when the last of
them is. Of one that comes back soon, administrators hear only if it lasts.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from bot.delivery import admin_alerts
from bot.delivery.outage_names import title
from bot.delivery.roads import Road
from bot.hub import given_up
from bot.hub.context import Hub
from bot.hub.parcels import account_destination
from bot.hub.tokens import Ticket
from bot.ports import Unavailable
from bot.ports.storage import Unit
from bot.runtime import metrics

log = structlog.get_logger(__name__)

SOON = timedelta(minutes=10)
"""Time after an outage within which another one is told only if it lasts."""
LASTS = timedelta(minutes=1)


class NobodyTold(Exception):
    """No administrator is known yet; the caller must try again later."""


class Outages:
    """Records outages. `name`: a road (`account:shop`, `desk:main C1 post`) or a job (`receive account:shop`)."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def began(self, name: str, error: Unavailable) -> None:
        """Records a failure; may be called for each, and notifies once."""
        await self._begin(name, error)

    async def began_once(self, name: str, error: Unavailable) -> None:
        """Records an outage for callers that report it once, and again only when this raised `NobodyTold`."""
        if not await self._begin(name, error):
            raise NobodyTold

    async def job_began(self, name: str, error: Unavailable) -> None:
        """Records an outage that a background job met. One that reads a team chat does not stop what writes there."""
        await self.began_once(_of_job(name), error)

    async def job_ended(self, name: str) -> None:
        await self.ended(_of_job(name))

    async def _begin(self, name: str, error: Unavailable) -> bool:
        hub = self._hub
        metrics.PAUSED.labels(name).set(1)
        if await hub.store.transact(lambda unit: unit.outbox.pause(name, error.detail, error.advice, hub.clock.now())):
            log.error("destination paused", name=name, detail=error.detail, advice=error.advice)
        words = self._words(Road.parse(name), error)
        return await hub.store.transact(lambda unit: self._tell(unit, Road.parse(name), words))

    def _words(self, road: Road, error: Unavailable) -> str:
        gettext = self._hub.tr.gettext
        words = gettext("⚠️ {name} is down: {detail}. {advice} Nothing is lost; work resumes automatically.")
        if road.channel:
            words = gettext(
                "⚠️ {name} cannot be used: {detail}. {advice} What goes there waits, all else goes on; nothing is lost."
            )
        said = words.format(name=title(self._hub, road), detail=error.detail.rstrip(". "), advice=error.advice)
        return " ".join(said.split())

    async def _tell(self, unit: Unit, road: Road, words: str) -> bool:
        """Notifies administrators, unless the outage came back a moment ago. Returns False while none is known."""
        if road.channel:
            await unit.cursors.note(unread(road.destination) + road.channel, self._hub.clock.now().isoformat())
        now, again = self._hub.clock.now(), await unit.cursors.get(f"again:{_occasion(road)}")
        if again:
            over, _, since = again.partition(" ")
            if not since and now - datetime.fromisoformat(over) < SOON:
                await unit.cursors.set(f"again:{_occasion(road)}", f"{over} {now.isoformat()}")
                return True
            if since and now - datetime.fromisoformat(since) < LASTS:
                return True
        return await admin_alerts.tell_once(self._hub, unit, words, _occasion(road))

    async def ended(self, name: str) -> None:
        """Records the end, in whichever process notices it first, and notifies the administrators if they knew of the
        outage."""
        hub, road = self._hub, Road.parse(name)
        metrics.PAUSED.labels(name).set(0)

        async def work(unit: Unit) -> bool:
            was_paused = await unit.outbox.resume(name)
            pauses = await unit.outbox.pauses()
            if any(_occasion(Road.parse(one)) == _occasion(road) for one in pauses):
                return was_paused
            again = await unit.cursors.get(f"again:{_occasion(road)}")
            if again and " " in again:
                await unit.cursors.set(f"again:{_occasion(road)}", again.partition(" ")[0])
            if not await admin_alerts.forget(unit, _occasion(road)):
                return was_paused
            await unit.cursors.set(f"again:{_occasion(road)}", hub.clock.now().isoformat())
            words = hub.tr.gettext("✅ {name} works again.").format(name=title(hub, road))
            count, offer = await self._given_up(unit, road.destination)
            if count:
                words += " " + hub.tr.gettext("Replies given up meanwhile: {n}.").format(n=count)
            await admin_alerts.tell_within(hub, unit, words, offer)
            return True

        if await hub.store.transact(work):
            log.info("destination resumed", name=name)

    async def _given_up(self, unit: Unit, destination: str) -> tuple[int, Ticket | None]:
        """Counts the replies that the outage outlived, and offers to send them again."""
        account = next((one for one in self._hub.accounts if account_destination(one) == destination), None)
        count = len([one async for one in given_up.replies(unit, account)]) if account is not None else 0
        if not count:
            return 0, None
        return count, Ticket("resend", extra={"account": str(account)})


def _occasion(road: Road) -> str:
    """Returns the name under which administrators hear of an outage: once per destination, and per channel."""
    return str(Road(road.destination, road.channel))


def _of_job(name: str) -> str:
    return name if " " in name else f"receive {name}"


def unread(destination: str) -> str:
    """Returns the beginning of the cursors that name channels to read again when their outages are over."""
    return f"unread:{destination} "
