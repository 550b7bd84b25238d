"""Redraws the cards of open dialogs whose buttons were sealed by an older version or with another secret.

Runs in small portions, after everything else; each saves how far it came, so that a restart continues from there. Until
a card is redrawn, and on cards of closed dialogs, `bot.actions.dispatch` decides what the old buttons may do.
"""

from __future__ import annotations

from bot.domain import DeskName
from bot.hub import parcels
from bot.hub.context import Hub
from bot.ports.storage import Unit

PORTION = 50
EVERY, PAUSE = 3600.0, 2.0
"""Seconds between checks for work, and between two portions."""
_ALL = 1_000_000
_DONE = "done"


class CardRedraw:
    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def run(self) -> None:
        while True:
            for desk in self._hub.desks.by_name:
                while await self.portion(desk):
                    await self._hub.clock.sleep(PAUSE)
            await self._hub.clock.sleep(EVERY)

    async def portion(self, desk: DeskName) -> bool:
        """Redraws one portion. False: no card is left."""
        cursor, seal = f"redrawn:{desk}", self._hub.seal.fingerprint

        async def work(unit: Unit) -> bool:
            of_seal, _, behind = (await unit.cursors.get(cursor) or "").partition(" ")
            behind = behind if of_seal == seal else ""
            if behind == _DONE:
                return False
            threads = {one.thread: one for one in await unit.dialogs.open_threads(desk, _ALL) if one.thread > behind}
            following = sorted(threads)[:PORTION]
            for thread in following:
                dialog = await unit.dialogs.lock_by_thread(threads[thread])
                if dialog is not None:
                    await parcels.refresh_card(unit, dialog, self._hub.clock.now(), hurry=False)
            await unit.cursors.set(cursor, f"{seal} {following[-1] if following else _DONE}")
            return bool(following)

        return await self._hub.store.transact(work)
