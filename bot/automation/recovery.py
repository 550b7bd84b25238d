"""Recovery after the database was restored from a backup: the hub goes on without repeating what it has forgotten.

`hub restore` leaves a mark. A database put back in another way is recognized before anything is accepted: the cards in
the team chats, or the note beside the database, tell of numbers that it has never given. Then no number is given again,
dialogs that have a thread but no row come back from their cards, whatever waits to be sent counts as perhaps sent, and
operators' posts from the forgotten time go to nobody by themselves (`bot.handlers.recovered_posts`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import structlog

from bot.delivery import admin_alerts
from bot.dialogs.apply import write_line
from bot.domain import DeskName, Line, Profile
from bot.domain.traces import Reached
from bot.hub import parcels
from bot.hub.context import Hub
from bot.locale import N_
from bot.ports import DeliveryError, FoundCard, ReachedNotes, Tracing
from bot.ports.storage import Unit
from bot.ports.traces import RESTORED

log = structlog.get_logger(__name__)

SINCE, UNTOLD = "restored:since", "restored:untold"
"""Cursors: when the hub first ran on the restored database; what administrators have
not been told of it yet."""
PATIENCE = 15.0
"""Seconds that the start waits for a team chat's cards."""
WHOLE_PATIENCE = 300.0
"""Seconds for all cards since the backup, once it is known that there was one."""
EVERY = 5.0
"""Seconds between two notes of the numbers reached."""
MARGIN = timedelta(minutes=2)

NOTICE = N_(
    "⚠️ The hub runs on a database restored from a backup: it does not remember its last time before. Numbers go on "
    "after #{number}. Replies posted in that time are not sent again; where it is unknown whether they were sent, "
    "their threads ask (❔)."
)


class Recovery:
    def __init__(self, hub: Hub, notes: ReachedNotes) -> None:
        self._hub, self._notes = hub, notes

    async def begin(self) -> None:
        """Looks for what the database does not know. Runs before any event is accepted and anything is sent."""
        noted, cards = self._notes.read(), await self._cards(PATIENCE, quick=True)
        async with self._hub.store.read() as unit:  # only now: other processes may be at work
            own, restored = await unit.counters.reached(), await unit.cursors.get(RESTORED)
            since = await unit.cursors.get(SINCE)
        self._hub.past.restored_at = datetime.fromisoformat(since) if since else None
        seen = _reached(cards).together(noted)
        if restored or seen.beyond(own):
            cards = await self._cards(WHOLE_PATIENCE, quick=False)
            await self._recover(own, seen.together(_reached(cards)), cards)
        await self._note()

    async def run(self) -> None:
        """Keeps the note up to date, and tells administrators as soon as they are known."""
        while True:
            await self._tell()
            await self._hub.clock.sleep(EVERY)
            await self._note()

    async def _cards(self, patience: float, *, quick: bool) -> Sequence[FoundCard]:
        """Returns the cards of all desks that respond in time. `quick`: only the newest."""
        found: list[FoundCard] = []
        for name, desk in self._hub.desks.by_name.items():
            if isinstance(desk, Tracing):
                try:
                    async with asyncio.timeout(patience):
                        found += await desk.traces(None if quick else await self._remembered(name))
                except (DeliveryError, TimeoutError) as error:
                    log.warning("failed to read the cards of a desk", desk=name, error=type(error).__name__)
        return found

    async def _remembered(self, desk: DeskName) -> datetime:
        """Time up to which the database remembers the desk."""
        async with self._hub.store.read() as unit:
            known = await unit.cursors.get(f"read:{desk}")
        return (datetime.fromisoformat(known) if known else self._hub.clock.now() - timedelta(days=1)) - MARGIN

    async def _recover(self, own: Reached, seen: Reached, cards: Sequence[FoundCard]) -> None:
        """Goes on after the forgotten time, all in one transaction. A card that cannot be brought back leaves only its
        thread behind."""
        lost = {card.trace.dialog: card for card in cards if card.trace.open and card.trace.dialog > own.dialogs}
        log.warning("database older than the hub's last time", dialogs=own.dialogs, seen=seen.dialogs, lost=len(lost))
        now = self._hub.clock.now()
        try:
            await self._hub.store.transact(lambda unit: self._go_on(unit, seen, lost.values(), now))
        except Exception:
            log.exception("failed to bring dialogs back from their cards")
            await self._hub.store.transact(lambda unit: self._go_on(unit, seen, (), now))
        self._hub.past.restored_at = now

    async def _go_on(self, unit: Unit, seen: Reached, lost: Collection[FoundCard], now: datetime) -> None:
        await unit.counters.leap(seen)
        await unit.counters.doubt_all()
        await unit.cursors.set(SINCE, now.isoformat())
        await unit.cursors.forget(RESTORED)
        await unit.cursors.set(UNTOLD, str((await unit.counters.reached()).dialogs))
        for card in sorted(lost, key=lambda card: card.trace.dialog):
            await self._bring_back(unit, card)

    async def _bring_back(self, unit: Unit, card: FoundCard) -> None:
        """Opens a dialog again under its own number, in its own thread, unless the customer has another open one."""
        hub, trace = self._hub, card.trace
        if trace.account not in hub.accounts or await unit.dialogs.get(trace.dialog) is not None:
            return
        account = await hub.account(unit, trace.account)
        identity, _ = await unit.contacts.lock_identity(trace.account, trace.chat, Profile(name=trace.name))
        before = await unit.dialogs.lock_by_thread(card.thread)
        if identity.open is not None or account.desk != card.thread.desk or (before is not None and before.open):
            return
        opened = await unit.dialogs.add(
            account, trace.chat, identity.contact.id, card.at, after=before, number=trace.dialog
        )
        await unit.dialogs.set_thread(opened.id, card.thread)
        await unit.dialogs.touch(opened.id, waiting_since=card.at, last_at=card.at, last_words="", heard_at=card.at)
        dialog = await unit.dialogs.lock(opened.id)
        assert dialog is not None
        await write_line(hub, unit, dialog, Line("restored"))
        await parcels.refresh_card(unit, dialog, hub.clock.now())

    async def _note(self) -> None:
        async with self._hub.store.read() as unit:
            reached = await unit.counters.reached()
        if reached != self._hub.past.reached or reached.beyond(self._notes.read()):
            self._hub.past.reached = reached
            self._notes.write(reached)

    async def _tell(self) -> None:
        async def work(unit: Unit) -> None:
            number = await unit.cursors.get(UNTOLD)
            words = self._hub.tr.gettext(NOTICE).format(number=number)
            if number and (await admin_alerts.tell_within(self._hub, unit, words) or not self._hub.admins.names):
                await unit.cursors.forget(UNTOLD)

        async with self._hub.store.read() as unit:
            untold = await unit.cursors.get(UNTOLD)
        if untold:
            await self._hub.store.transact(work)


def _reached(cards: Sequence[FoundCard]) -> Reached:
    reached = Reached()
    for card in cards:
        reached = reached.together(card.trace.reached)
    return reached
