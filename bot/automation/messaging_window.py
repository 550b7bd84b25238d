"""Messaging windows: channels that accept free text only for some time after the customer's last message. Keeps the
time left on the cards current, and warns when it is about to end with the customer still waiting.

Each `tick` handles the moments that have passed since the previous one, which is saved in the same transaction. So each
moment is handled once, even if the hub was down when it came.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from bot.dialogs.apply import write_line
from bot.dialogs.channel_fit import closes_at
from bot.dialogs.notifications import notify
from bot.domain import AccountName, Addressee, Dialog, DialogId, Line
from bot.hub import parcels
from bot.hub.context import Hub
from bot.ports import Windowed
from bot.ports.storage import Unit

EVERY = 60.0
"""Seconds between two ticks."""
WARNING = timedelta(hours=2)
"""Time before the end at which the owner is warned."""
SHOWN = tuple(timedelta(hours=hours) for hours in (12, 6, 3, 2, 1, 0))
"""Times left at which the card is redrawn."""
LONGEST_BREAK = timedelta(days=2)
RECEIPTS_WAIT = timedelta(days=1)

_CURSOR = "windows"


class WindowWatch:
    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._accounts: Mapping[AccountName, Windowed] = {
            name: bridge for name, bridge in hub.bridges.items() if isinstance(bridge, Windowed)
        }

    async def run(self) -> None:
        while True:
            await self._hub.store.transact(self.tick)
            await self._hub.clock.sleep(EVERY)

    async def tick(self, unit: Unit) -> None:
        now = self._hub.clock.now()
        known = await unit.cursors.get(_CURSOR)
        since = max(datetime.fromisoformat(known), now - LONGEST_BREAK) if known else now
        for account, bridge in self._accounts.items():
            for left in SHOWN:
                passed = bridge.window - left
                for dialog in await unit.dialogs.heard(account, since - passed, now - passed):
                    await self._passed(unit, dialog, left)
        await unit.messages.forget_receipts(now - RECEIPTS_WAIT)
        await unit.cursors.set(_CURSOR, now.astimezone(UTC).isoformat())

    async def _passed(self, unit: Unit, number: DialogId, left: timedelta) -> None:
        dialog = await unit.dialogs.lock(number)
        if dialog is None or not dialog.open:
            return
        await parcels.refresh_card(unit, dialog, self._hub.clock.now())
        if left == WARNING and dialog.waiting_since is not None:
            await self._warn(unit, dialog)

    async def _warn(self, unit: Unit, dialog: Dialog) -> None:
        until = closes_at(self._hub.bridges.get(dialog.account), dialog)
        assert until is not None, "its window is why we are here"
        line = Line("window_closes", {"at": self._hub.when(until)})
        written = await write_line(self._hub, unit, dialog, line)
        whom = Addressee(operator=dialog.responsible) if dialog.responsible is not None else dialog.addressee
        if whom is not None:
            await notify(self._hub, unit, dialog, whom, line, written=written)
