"""Faults that this process finds by itself, told to administrators when they last: of its database, its disk, its jobs
and its connections to team chats."""

from __future__ import annotations

import asyncio
import socket
import time
from datetime import timedelta

import storage
from bot.app import job_names
from bot.app.load_watch import LoadWatch
from bot.app.readiness import FLOOR, OLDEST, Readiness
from bot.delivery.database_outage import DatabaseOutage
from bot.delivery.lasting_faults import LastingFaults
from bot.delivery.outage_names import title
from bot.delivery.roads import Road
from bot.hub.context import Hub
from bot.hub.parcels import desk_destination
from bot.ports import LiveDesk
from bot.runtime import metrics
from bot.runtime.supervisor import Health, JobState, Supervisor

EVERY = 5.0
LED = 4 * OLDEST
"""Seconds before an outage within which the process that tells of it held the lease of `LoadWatch`."""
WELL = timedelta(seconds=30)
"""Time for which a job that failed must have been running, or a connection lost, to make a difference."""
SETTLING = 150.0
"""Seconds after an outage of the database in which jobs that fail have not been started again yet."""


class FaultWatch:
    """`loads`: whichever process holds its lease tells of the database. `owner` names this process, as in leases."""

    def __init__(
        self,
        hub: Hub,
        readiness: Readiness,
        supervisor: Supervisor,
        loads: LoadWatch,
        faults: LastingFaults,
        owner: str,
    ) -> None:
        self._hub, self._readiness, self._supervisor, self._loads = hub, readiness, supervisor, loads
        self._faults, self._database = faults, DatabaseOutage(hub, owner)
        self._settled = 0.0

    async def run(self) -> None:
        """Looks every few seconds, for ever."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY)

    async def look(self) -> None:
        """Looks once, and tells of what lasts."""
        if self._readiness.database_fault():
            first = self._hub.store.embedded or self._loads.led > self._readiness.written - LED
            await self._database.away(self._readiness.written_at, self._readiness.error, first=first)
            self._settled = time.monotonic() + SETTLING
            return
        await self._database.works()
        await self._look_at_the_disk()
        if time.monotonic() >= self._settled:
            await self._look_at_jobs()

    async def _look_at_the_disk(self) -> None:
        space = self._readiness.space
        if space is None:
            return
        metrics.FREE_SPACE.set(space.bytes)
        words = self._hub.tr.gettext(
            "⚠️ The disk of {folder} on {host} is nearly full: {free} MB left. The hub accepts no files with less than "
            "{low} MB, and nothing at all with less than {floor} MB. Free up some space."
        )
        over = self._hub.tr.gettext("✅ The disk of {folder} on {host} has enough free space again.")
        place = {"folder": space.folder, "host": socket.gethostname()}
        said = words.format(**place, free=space.bytes >> 20, low=storage.FLOOR >> 20, floor=FLOOR >> 20)
        name = f"disk:{place['host']}:{space.folder}"
        await self._faults.note(name, space.bytes < storage.FLOOR, said, over.format(**place))

    async def _look_at_jobs(self) -> None:
        gettext, health = self._hub.tr.gettext, {one.name: one for one in self._supervisor.health()}
        words = gettext("⚠️ {name} has been failing for over a minute: {why}. The hub keeps trying; nothing is lost.")
        over = gettext("✅ {name} works again.")
        for one in health.values():
            called = job_names.title(self._hub, one.name)
            said = words.format(name=called, why=(one.detail or one.error).rstrip("."))
            await self._faults.note(f"job:{one.name}", self._fails(one), said, over.format(name=called))
        words = gettext("⚠️ {name} has not been connected for over a minute: what operators write there waits.")
        over = gettext("✅ {name} is connected again.")
        for name, desk in self._hub.desks.by_name.items():
            reading = health.get(desk_destination(name))
            if isinstance(desk, LiveDesk) and reading is not None and reading.state is JobState.RUNNING:
                where, called = desk_destination(name), title(self._hub, Road(desk_destination(name)))
                lost = desk.unheard_since() is not None
                await self._faults.note(f"unheard:{where}", lost, words.format(name=called), over.format(name=called))

    def _fails(self, one: Health) -> bool:
        """Tells whether a job fails again and again; what pauses it is told as an outage, and a platform that asks it
        to wait for long, by `LongWaits`."""
        if not one.failures or one.asked_until is not None or one.state in (JobState.PAUSED, JobState.WAITING):
            return False
        return one.state is not JobState.RUNNING or self._hub.clock.now() - one.since < WELL
