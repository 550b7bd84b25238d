"""Reminders by direct message: to assignees when a task is due, and to the author of an assignment that is not done by
then.

Due reminders are polled, and each is deleted in the transaction that sends it: so it is sent exactly once, even if the
hub was down when it was due.
"""

from __future__ import annotations

from bot.dialogs.notifications import wanting
from bot.domain.notifications import Occasion
from bot.hub import parcels
from bot.hub.context import Hub
from bot.ports.storage import Reminder, Unit
from bot.tasks import views

EVERY = 15.0
"""Seconds between two polls."""


class Reminders:
    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def run(self) -> None:
        while True:
            await self._hub.store.transact(self.tick)
            await self._hub.clock.sleep(EVERY)

    async def tick(self, unit: Unit) -> None:
        for reminder in await unit.tasks.due(self._hub.clock.now()):
            await self._remind(unit, reminder)
            await unit.tasks.remind(reminder, None)

    async def _remind(self, unit: Unit, reminder: Reminder) -> None:
        task, operator = await unit.tasks.lock(reminder.task), await unit.operators.get(reminder.operator)
        if task is None or operator is None or task.done or not await wanting(unit, [operator], Occasion.REMINDERS):
            return
        if reminder.watching:
            view = await views.overdue(self._hub, unit, task, operator)
        else:
            view = await views.time_has_come(self._hub, unit, task, operator)
        await parcels.tell(unit, operator.desk, operator.user, view, self._hub.clock.now(), task.dialog)
