"""Pages of operators' own, kept current while they are looked at: when something changes, and when a right is lost.

One process does it for a desk. Team chats take about a hundred such pages a minute, of all people together, and presses
need some of these: so the pages are redrawn one by one, each only if what it shows has changed, the longest unchanged
first.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from bot.actions.dispatch import perform
from bot.actions.request import Request
from bot.domain import DeskName, OperatorId, Place
from bot.handlers.homes import digest, readable
from bot.hub.context import Hub
from bot.hub.parcels import desk_destination
from bot.ports import DeliveryError, Forged, Paged, Rejected, Transient, Wake
from bot.ports.storage import Home, Unit
from bot.queries.sections import Standing, standing
from bot.runtime.race import race
from bot.views.values import View, Whisper

log = structlog.get_logger(__name__)

BREATH = 2.0
"""Seconds from a change to the look: a burst is one look."""
PACE = timedelta(seconds=1)
"""Least time between two pages drawn: 60 a minute, which leaves room for those whom people wait for."""
POLL = 60.0
"""Seconds after which all is looked at without a call: a right may have been lost."""


@dataclass
class HomeRefresh:
    """Keeps the pages of one desk current."""

    hub: Hub
    name: DeskName
    desk: Paged
    wake: Wake
    _called: asyncio.Event = field(default_factory=asyncio.Event)
    _turns: dict[OperatorId, int] = field(default_factory=dict)
    _overtaken: set[OperatorId] = field(default_factory=set)
    _drawn_at: datetime | None = None

    async def run(self) -> None:
        listening = [self.wake.listen(desk_destination(one), self._called.set) for one in self.hub.desks.by_name]
        try:
            while True:
                self._called.clear()
                await self.look()
                await race(self._until_called(), self.hub.clock.sleep(POLL))
                await self.hub.clock.sleep(BREATH)
        finally:
            for one in listening:
                one.close()

    async def _until_called(self) -> None:
        await self._called.wait()

    async def look(self) -> None:
        """Redraws what has changed. What the desk refuses now is tried again by a later look."""
        now = self.hub.clock.now()
        async with self.hub.store.read() as unit:
            homes = await unit.homes.of(self.name)
            at = await standing(self.hub, unit)
        for home in sorted(homes, key=lambda one: self._turns.get(one.operator.id, 0)):
            lost = home.reads != readable(self.hub, at, home.operator)
            if home.until <= now and home.page:
                home = await self._rest(home)
            if home.until > now or lost:
                try:
                    await self._refresh(home, at)
                except Rejected as gone:
                    log.info("a page cannot be shown", desk=self.name, error=str(gone))
                    await self._forget(home)
                except DeliveryError as error:
                    log.warning("failed to keep pages current", desk=self.name, error=str(error))
                    wait = error.retry_after if isinstance(error, Transient) else None
                    return await self.hub.clock.sleep(wait or 0)
        return None

    async def _refresh(self, home: Home, at: Standing) -> None:
        view = await self._view(home)
        if view is None:
            return await self._forget(home)
        who, shown = home.operator.id, digest(view)
        reads = readable(self.hub, at, home.operator)
        if (shown, reads) == (home.shown, home.reads) and who not in self._overtaken:
            return None
        await self._pace()
        self._turns[who] = max(self._turns.values(), default=0) + 1
        if not await self.desk.show_home(home.operator.user, view):
            return None
        self._overtaken.discard(who)
        if not view.again:
            return await self._forget(home)  # they may no longer use the hub

        async def work(unit: Unit) -> bool:
            return await unit.homes.drawn(who, home.page, view.again, shown, reads)

        if not await self.hub.store.transact(work):
            self._overtaken.add(who)  # they have turned to another page: this one may have taken its place
            self._called.set()
        return None

    async def _view(self, home: Home) -> View | None:
        """Draws the page as its reader would see it now; None: the hub's secret has changed since."""
        place = Place(self.name)
        try:
            ticket = self.hub.seal.open(home.page, self.name) if home.page else None
        except Forged:
            return None
        request = (
            Request.pressed(home.operator, place, ticket) if ticket else Request.said(home.operator, place, "home")
        )
        async with self.hub.store.read() as unit:
            answer = await perform(self.hub, unit, request)
        return answer.view if isinstance(answer, Whisper) else None

    async def _pace(self) -> None:
        now = self.hub.clock.now()
        if self._drawn_at is not None and now - self._drawn_at < PACE:
            await self.hub.clock.sleep((PACE - (now - self._drawn_at)).total_seconds())
        self._drawn_at = self.hub.clock.now()

    async def _rest(self, home: Home) -> Home:
        """Forgets the filters of a page that nobody looks at."""
        await self.hub.store.transact(lambda unit: unit.homes.left(home.operator.id, home.until))
        return replace(home, page="")

    async def _forget(self, home: Home) -> None:
        await self.hub.store.transact(lambda unit: unit.homes.forget(home.operator.id))
