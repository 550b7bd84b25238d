"""Loads of the whole hub, counted by one process: gauges, and alerts about what waits too long."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence, Set
from datetime import timedelta

from bot.delivery import delays
from bot.delivery.delays import Delay
from bot.delivery.lasting_faults import LastingFaults
from bot.delivery.outage_names import title
from bot.delivery.roads import Road
from bot.hub.context import Hub
from bot.hub.parcels import CRM, account_destination, desk_destination
from bot.ports.storage import Backlog, Urgency
from bot.runtime import metrics

EVERY = 15.0
LATE = timedelta(minutes=1)
"""Age of a reply or a message in the outbox that is a fault, if it lasts."""
FLOOD = 100
"""Waiting conversations of an account in a team chat that are a flood, if it lasts."""


class LoadWatch:
    """Counts, for as long as this process holds the lease. `led`: when it last did, on the clock of
    `time.monotonic`."""

    def __init__(self, hub: Hub, faults: LastingFaults) -> None:
        self._hub, self._faults = hub, faults
        self.led = -math.inf

    async def run(self) -> None:
        """Counts every few seconds, for ever. Afterwards another process shows the figures."""
        try:
            while True:
                self.led = time.monotonic()
                await self.count()
                await self._hub.clock.sleep(EVERY)
        finally:
            for gauge in (metrics.WAITING, metrics.OLDEST_WAITING, metrics.DEAD, metrics.CUSTOMERS):
                gauge.clear()

    async def count(self) -> None:
        """Counts once, and tells of what lasts."""
        async with self._hub.store.read() as unit:
            waiting, backlogs = await unit.outbox.waiting(), await unit.loads.backlogs()
            dead, customers = await unit.loads.dead(), await unit.loads.waiting_customers()
            paused, crowds = await unit.outbox.pauses(), await unit.loads.crowds(FLOOD)
            delayed = await delays.latest(unit, self._destinations(), self._hub.clock.now())
        stopped = {Road.parse(name).destination for name in paused}
        self._show(waiting, backlogs, dead, {str(account): count for account, count in customers.items()})
        await self._tell_of_lag(backlogs, stopped, delayed)
        await self._tell_of_floods({key: count for key, count in crowds.items() if key[0] not in stopped})
        await self._tell_of_dead(dead.get(CRM, 0))

    def _show(
        self,
        waiting: Mapping[str, int],
        backlogs: Sequence[Backlog],
        dead: Mapping[str, int],
        customers: Mapping[str, int],
    ) -> None:
        oldest: dict[str, float] = {}
        for one in backlogs:
            oldest[one.destination] = max(oldest.get(one.destination, 0.0), self._age(one).total_seconds())
        metrics.replace(metrics.WAITING, waiting)
        metrics.replace(metrics.OLDEST_WAITING, oldest)
        metrics.replace(metrics.DEAD, dead)
        metrics.replace(metrics.CUSTOMERS, customers)

    def _age(self, one: Backlog) -> timedelta:
        return max(self._hub.clock.now() - one.since, timedelta())

    async def _tell_of_lag(self, backlogs: Sequence[Backlog], paused: Set[str], delayed: Mapping[str, Delay]) -> None:
        """Tells of destinations that are not paused, nor in part, and yet do not keep up, or refuse something again and
        again."""
        late = {one.destination for one in backlogs if one.urgency <= Urgency.MESSAGE and self._age(one) >= LATE}
        late = (late | {name for name, delay in delayed.items() if delay.unexplained}) - paused
        for name in late | self._destinations():
            called, over = title(self._hub, Road(name)), self._hub.tr.gettext("✅ {name} has caught up.")
            words = self._behind(called, delayed.get(name))
            await self._faults.note(f"lag:{name}", name in late, words, over.format(name=called))

    def _behind(self, name: str, delay: Delay | None) -> str:
        """Returns the alert, with the reason where one is known."""
        gettext = self._hub.tr.gettext
        if delay is None:
            words = gettext("⚠️ {name} is behind: messages have been waiting for over a minute. Nothing is lost.")
            return words.format(name=name)
        if delay.unexplained:
            words = gettext(
                "⚠️ {name} keeps refusing something for a reason that the hub does not know: {why}. The hub keeps "
                "trying. What is refused for a whole day is set aside, and its thread says so. Nothing is lost."
            )
        else:
            words = gettext(
                "⚠️ {name} is behind: messages have been waiting for over a minute ({why}). Nothing is lost."
            )
        return words.format(name=name, why=delay.why)

    async def _tell_of_floods(self, crowds: Mapping[tuple[str, str], int]) -> None:
        """Tells of accounts from which more conversations come than their team chat can take."""
        gettext = self._hub.tr.gettext
        for name, account in self._hub.accounts.items():
            count = crowds.get((desk_destination(account.desk), name), 0)
            words = gettext(
                "⚠️ {account} is flooded: {n} dialogs are waiting to be shown in the team chat. Customers of other "
                "accounts do not wait behind them."
            )
            over = gettext("✅ {account} is no longer flooded.").format(account=account.title)
            await self._faults.note(f"flood:{name}", bool(count), words.format(account=account.title, n=count), over)

    async def _tell_of_dead(self, refused: int) -> None:
        """Tells of what the CRM has refused: what team chats refuse is told at once (`bot.senders.refusals`), and a
        reply has its mark, but this nobody would miss."""
        gettext, crm = self._hub.tr.gettext, title(self._hub, Road(CRM))
        words = gettext(
            "⚠️ {name} has refused data, and the hub has given it up: {n}. Whoever is concerned has been told. Send it "
            "all again: “/dialog resend crm”."
        )
        over = gettext("✅ {name}: nothing is given up any more.").format(name=crm)
        await self._faults.note(f"dead:{CRM}", bool(refused), words.format(name=crm, n=refused), over)

    def _destinations(self) -> set[str]:
        hub = self._hub
        desks, accounts = map(desk_destination, hub.desks.by_name), map(account_destination, hub.accounts)
        return {*desks, *accounts, CRM}
