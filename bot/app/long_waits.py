"""Platforms that ask the hub to wait for minutes: shown by `/readyz`, and told to administrators."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.delivery.lasting_faults import LastingFaults
from bot.hub.context import Hub
from bot.hub.parcels import CRM, account_destination, desk_destination
from bot.ports import Budgets

EVERY = 5.0


class LongWaits:
    """Waits that this process was asked for."""

    def __init__(self, hub: Hub, budgets: Budgets, faults: LastingFaults) -> None:
        self._hub, self._budgets, self._faults = hub, budgets, faults

    async def run(self) -> None:
        """Looks every few seconds, for ever."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY)

    async def look(self) -> None:
        """Looks once, and tells of what lasts."""
        names = {desk_destination(name): str(name) for name in self._hub.desks.by_name}
        names |= {account_destination(name): str(name) for name in self._hub.accounts}
        names[CRM] = CRM
        waits = self._budgets.long_waits()
        over = self._hub.tr.gettext("✅ {name} takes everything again.")
        for destination, name in names.items():
            left = max((seconds for (owner, _), seconds in waits.items() if owner == destination), default=0.0)
            said = self._said(name, left)
            await self._faults.note(f"wait:{destination}", left > 0, said, over.format(name=name))

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
            waits = self._budgets.long_waits().items()
            asked = {
                f"{owner} {subject}": f"asked to wait, {seconds:.0f} s left" for (owner, subject), seconds in waits
            }
            return {**found, "paused": found["paused"] | asked}

        return both
