"""All background jobs, and the lease each of them needs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from bot.app.home_refresh import HomeRefresh
from bot.app.load_watch import LoadWatch
from bot.app.lost_channels import LostChannels
from bot.automation.card_redraw import CardRedraw
from bot.automation.deadlines import DeadlineWatch
from bot.automation.departures import DepartureWatch
from bot.automation.early_edits import EarlyEdits
from bot.automation.messaging_window import WindowWatch
from bot.automation.pinned_names import Pins
from bot.automation.recovery import Recovery
from bot.delivery.carrier import Carrier
from bot.delivery.courier import Courier
from bot.delivery.outages import Outages
from bot.dialogs import approved_templates
from bot.dialogs.contact_backfill import ContactBackfill
from bot.dialogs.crm.pulling import Pulling
from bot.domain import AccountName, DeskName
from bot.domain.value import value
from bot.handlers.channel_updates import ChannelUpdateHandler
from bot.handlers.desk_events import DeskEventHandler
from bot.hub.context import Hub
from bot.hub.names import upsert_staff
from bot.hub.parcels import CRM, account_destination, desk_destination, first_line_destination
from bot.ports import (
    Attended,
    Budgets,
    Caller,
    DeliveryError,
    Desk,
    Paged,
    Polled,
    ReadTracking,
    Registering,
    Rereading,
    Staffed,
    StaffWatching,
    Templated,
    Wake,
)
from bot.ports.crm import Crm, Knowing
from bot.ports.storage import Unit
from bot.runtime.http_pools import LANES
from bot.runtime.leases import Lease
from bot.runtime.polling import Receiving
from bot.runtime.race import race
from bot.runtime.supervisor import Work
from bot.senders.channel import ChannelCarrier
from bot.senders.crm import CrmCarrier
from bot.senders.desk import DeskCarrier
from bot.senders.first_line import FirstLineCarrier
from bot.tasks.morning import MorningLists
from bot.tasks.reminders import Reminders

log = structlog.get_logger(__name__)

STAFF_EVERY, STAFF_SOON = 3600.0, 10.0
"""Seconds between two lists of a desk's people, and from a change until the next: others may follow."""
TEND_EVERY, TEND_PAUSE = 30.0, 0.05
"""Seconds between two checks for storage upkeep, and between two portions of it: live traffic goes first."""
CLEAN_EVERY = 600.0
REMEMBER_EVERY = 30.0
"""Seconds between two saves of the time up to which a desk has been read."""


@value
class BackgroundJob:
    """A job that runs as long as the hub. `lease`: held by the only process that may run it; None: every process
    does."""

    name: str
    work: Work
    lease: Lease | None = None


@dataclass(frozen=True)
class BackgroundJobs:
    """Lists all jobs of a hub. `owner`: name of this process in leases. `public_url`: "" when platforms cannot call
    us. `caller`: the caller of a destination."""

    hub: Hub
    budgets: Budgets
    wake: Wake
    update_handlers: Mapping[AccountName, ChannelUpdateHandler]
    desk_handlers: Mapping[DeskName, DeskEventHandler]
    outages: Outages
    loads: LoadWatch
    owner: str
    public_url: str
    caller: Callable[[str], Caller]
    pins: Pins
    recovery: Recovery

    def all(self) -> Iterator[BackgroundJob]:
        yield BackgroundJob("counts", self.loads.run, self._lease("counts"))
        yield BackgroundJob("names", self.pins.run)
        yield BackgroundJob("numbers", self.recovery.run)
        yield BackgroundJob("search", self._run_maintenance, self._lease("search"))
        yield BackgroundJob("files", self._clean, self._lease("files"))
        yield BackgroundJob("recognizing", ContactBackfill(self.hub).run, self._lease("recognizing"))
        yield BackgroundJob("redrawing", CardRedraw(self.hub).run, self._lease("redrawing"))
        yield BackgroundJob("departures", DepartureWatch(self.hub).run, self._lease("departures"))
        yield BackgroundJob("deadlines", DeadlineWatch(self.hub).run, self._lease("deadlines"))
        yield BackgroundJob("windows", WindowWatch(self.hub).run, self._lease("windows"))
        shows = {name: handler.show_early for name, handler in self.update_handlers.items()}
        yield BackgroundJob("early edits", EarlyEdits(self.hub, shows).run, self._lease("early edits"))
        yield BackgroundJob("mornings", MorningLists(self.hub).run, self._lease("mornings"))
        yield BackgroundJob("reminders", Reminders(self.hub).run, self._lease("reminders"))
        for name, desk in self.hub.desks.by_name.items():
            yield from self._of_desk(name, desk)
        for account in self.hub.bridges:
            yield from self._of_account(account)
        if self.hub.crm is not None:
            yield from self._of_crm(self.hub.crm)

    def _of_desk(self, name: DeskName, desk: Desk) -> Iterator[BackgroundJob]:
        destination = desk_destination(name)
        yield BackgroundJob(destination, self._while_open(self._desk(name, desk)), self._lease(destination))
        yield BackgroundJob(f"send {destination}", self._courier(destination, DeskCarrier(self.hub, name, desk)))
        if isinstance(desk, Attended) and not self.hub.store.embedded:  # otherwise there is no other process
            yield BackgroundJob(f"attend {destination}", self._while_open(self._attend(name, desk)))
        if isinstance(desk, Paged):
            refresh = HomeRefresh(self.hub, name, desk, self.wake)
            yield BackgroundJob(f"homes {destination}", refresh.run, self._lease(f"homes {destination}"))
        if isinstance(desk, Staffed):
            yield BackgroundJob(f"staff {destination}", self._staff(name, desk), self._lease(f"staff {destination}"))

    def _of_account(self, account: AccountName) -> Iterator[BackgroundJob]:
        destination, bridge = account_destination(account), self.hub.bridges[account]
        yield BackgroundJob(
            f"send {destination}", self._courier(destination, ChannelCarrier(self.hub, account, bridge))
        )
        bot = first_line_destination(account)
        yield BackgroundJob(f"send {bot}", self._courier(bot, FirstLineCarrier(self.hub, account, self.caller(bot))))
        if isinstance(bridge, Registering) and self.public_url:
            yield BackgroundJob(f"register {destination}", self._register(account, bridge))
        if isinstance(bridge, Templated):
            name = f"templates {destination}"
            yield BackgroundJob(name, self._templates(account, bridge), self._lease(name))
        if isinstance(bridge, Polled):
            work = self._while_open(self._receive(account, bridge))
            yield BackgroundJob(f"receive {destination}", work, self._lease(destination))

    def _of_crm(self, crm: Crm) -> Iterator[BackgroundJob]:
        yield BackgroundJob(f"send {CRM}", self._courier(CRM, CrmCarrier(self.hub, crm), most=crm.at_once))
        if isinstance(crm, Knowing):
            yield BackgroundJob(f"receive {CRM}", self._while_open(Pulling(self.hub, crm).run), self._lease(CRM))

    def _templates(self, account: AccountName, bridge: Templated) -> Work:
        async def run() -> None:
            while True:
                try:
                    await approved_templates.renew(self.hub.store, account, bridge)
                except DeliveryError as error:  # dialogs go on without templates
                    log.warning("failed to fetch templates", account=account, error=str(error))
                await self.hub.clock.sleep(approved_templates.EVERY)

        return run

    def _lease(self, name: str) -> Lease:
        return Lease(self.hub.store, name, self.owner)

    def _courier(self, destination: str, carrier: Carrier, most: int = LANES) -> Work:
        return Courier(
            destination,
            carrier,
            self.hub.store,
            self.budgets,
            self.wake,
            self.hub.clock,
            self.owner,
            on_pause=self.outages.began,
            on_resume=self.outages.ended,
            most=most,
        ).run

    def _desk(self, name: DeskName, desk: Desk) -> Work:
        async def run() -> None:
            """Reads the desk from the saved time on, and saves the progress now and then."""
            since = await self._read_until(name)
            works = [desk.run(self.desk_handlers[name], since), self._remember(name, desk)]
            if isinstance(desk, Rereading):
                works.append(LostChannels(self.hub, self.outages, name, desk).run())
            await race(*works)

        return run

    def _attend(self, name: DeskName, desk: Attended) -> Work:
        async def run() -> None:
            await desk.attend(self.desk_handlers[name])
            await asyncio.Event().wait()

        return run

    async def _read_until(self, name: DeskName) -> datetime:
        async with self.hub.store.read() as unit:
            known = await unit.cursors.get(f"read:{name}")
        return datetime.fromisoformat(known) if known else self.hub.clock.now()

    async def _remember(self, name: DeskName, desk: Desk) -> None:
        """Saves the time up to which all of the desk's events have been taken in, less a margin: events read twice do
        no harm, because the inbox dedupes them."""
        while True:
            read = desk.read_until() if isinstance(desk, ReadTracking) else self.hub.clock.now()
            until = read - timedelta(seconds=2 * REMEMBER_EVERY)

            async def work(unit: Unit, until: datetime = until) -> None:
                known = await unit.cursors.get(f"read:{name}")
                if known is None or datetime.fromisoformat(known) < until:
                    await unit.cursors.set(f"read:{name}", until.astimezone(UTC).isoformat())

            await self.hub.store.transact(work)
            await self.hub.clock.sleep(REMEMBER_EVERY)

    def _staff(self, name: DeskName, desk: Staffed) -> Work:
        async def run() -> None:
            while True:
                people = await desk.staff()

                async def work(unit: Unit) -> None:
                    await upsert_staff(unit, name, people)  # noqa: B023 - awaited before the next round

                await self.hub.store.transact(work)
                await self._until_staff_changes(desk)

        return run

    async def _until_staff_changes(self, desk: Staffed) -> None:
        if not isinstance(desk, StaffWatching):
            await self.hub.clock.sleep(STAFF_EVERY)
            return
        await race(self.hub.clock.sleep(STAFF_EVERY), desk.staff_changed())
        await self.hub.clock.sleep(STAFF_SOON)

    def _receive(self, account: AccountName, bridge: Polled) -> Work:
        return lambda: Receiving(account, self.wake).poll(bridge, self.update_handlers[account].accept)

    def _while_open(self, work: Work) -> Work:
        """Runs the work only while the hub's intake is open; begins again after each closing."""
        intake = self.hub.intake

        async def run() -> None:
            while True:
                await intake.until_open()
                await race(work(), intake.until_closed())
                if not intake.closed:
                    return  # the work ended by itself

        return run

    def _register(self, account: AccountName, bridge: Registering) -> Work:
        return lambda: Receiving(account, self.wake).register(bridge, f"{self.public_url}/hooks/{account}")

    async def _run_maintenance(self) -> None:
        while True:
            while await self.hub.store.run_maintenance():
                await self.hub.clock.sleep(TEND_PAUSE)
            await self.hub.clock.sleep(TEND_EVERY)

    async def _clean(self) -> None:
        while True:
            while await self.hub.files.clean():
                await self.hub.clock.sleep(TEND_PAUSE)
            await self.hub.clock.sleep(CLEAN_EVERY)
