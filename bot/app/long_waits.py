"""Platforms that ask the hub to wait for minutes: shown by `/readyz`, and told to administrators."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from bot.delivery.lasting_faults import LastingFaults
from bot.delivery.outage_names import title
from bot.delivery.roads import Road
from bot.hub.context import Hub
from bot.hub.parcels import CRM, account_destination, desk_destination
from bot.ports import Budgets, Waiting
from bot.runtime.supervisor import Health

EVERY = 5.0


class LongWaits:
    """Waits that this process was asked for: in deliveries, in jobs, and in what else a desk calls. `jobs`: the health
    of this process's jobs."""

    def __init__(
        self, hub: Hub, budgets: Budgets, faults: LastingFaults, jobs: Callable[[], Sequence[Health]] = list
    ) -> None:
        self._hub, self._budgets, self._faults, self._jobs = hub, budgets, faults, jobs

    async def run(self) -> None:
        """Looks every few seconds, for ever."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY)

    async def look(self) -> None:
        """Looks once, and tells of what lasts."""
        destinations = [*map(desk_destination, self._hub.desks.by_name), *map(account_destination, self._hub.accounts)]
        waits = self._waits()
        over = self._hub.tr.gettext("✅ {name} takes everything again.")
        for destination in (*destinations, CRM):
            name = title(self._hub, Road(destination))
            left = max((seconds for (owner, _), seconds in waits.items() if owner == destination), default=0.0)
            said = self._said(name, left)
            await self._faults.note(f"wait:{destination}", left > 0, said, over.format(name=name))

    def _waits(self) -> Mapping[tuple[str, str], float]:
        """Returns the seconds left, by destination and what of it waits."""
        found = dict(self._budgets.long_waits())
        for name, desk in self._hub.desks.by_name.items():
            if isinstance(desk, Waiting):
                found |= {(desk_destination(name), call): seconds for call, seconds in desk.long_waits().items()}
        told, now = {owner for owner, _ in found}, self._hub.clock.now()
        for job in self._jobs():
            owner = Road.parse(job.name).destination
            if job.asked_until is not None and job.asked_until > now and owner not in told:
                found[owner, job.name.removesuffix(owner).strip()] = (job.asked_until - now).total_seconds()
        return found

    def _said(self, name: str, seconds: float) -> str:
        minutes = math.ceil(seconds / 60)
        words = self._hub.tr.ngettext(
            "⚠️ {name} has asked the hub to wait for {n} more minute, because it sent too much. Nothing is lost.",
            "⚠️ {name} has asked the hub to wait for {n} more minutes, because it sent too much. Nothing is lost.",
            minutes,
        )
        return words.format(name=name, n=minutes)

    def beside(self, report: Callable[[], Awaitable[Mapping[str, Any]]]) -> Callable[[], Awaitable[Mapping[str, Any]]]:
        """Returns `report`, the body of `/readyz`, with the waits among what is paused."""

        async def both() -> Mapping[str, Any]:
            found = await report()
            waits = self._waits().items()
            asked = {
                f"{owner} {subject}".strip(): f"asked to wait, {seconds:.0f} s left"
                for (owner, subject), seconds in waits
            }
            return {**found, "paused": found["paused"] | asked}

        return both
