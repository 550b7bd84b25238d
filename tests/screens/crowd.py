"""A crowded afternoon: long names and words, colleagues who redirect, add and are told, deadlines, a search at Home."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.automation.deadlines import DeadlineWatch
from bot.domain import Actor, Belonging, DeskName, DialogId, ThreadRef
from bot.hub import parcels
from bot.ports.storage import Unit
from bot.tasks.morning import morning_list
from tests.desks.web.seed import picture
from tests.screens.shots import Shot
from tests.screens.story import Morning
from tests.tools import called

LONG = (
    "Maximiliana Featherstonehaugh-Cholmondeley von und zu Hohenlohe-Waldenburg-Schillingsfürst of Lower Saxony " * 2
)[:110]
SAID = {
    "en": (
        "Is the oolong back? I asked twice.",
        "Hello? Are you there?",
        "can you look",
        "call her back",
        "ask stock",
        "Thank you!",
    ),
    "ru": (
        "Улун уже есть? Спрашиваю второй раз.",
        "Алло? Вы тут?",
        "посмотришь?",
        "перезвонить",
        "узнай про склад",
        "Спасибо!",
    ),
}
DEALS = {"en": ("Oolong, 2 kg", "Cups for the office"), "ru": ("Улун, 2 кг", "Чашки для офиса")}
SOON = {"en": "in 2 hours", "ru": "через 2 часа"}


class Afternoon(Morning):
    async def shots(self) -> AsyncIterator[Shot]:
        hub, rig, said = self.hub, self.hub.operators, SAID[self.locale]
        await rig.commands("boris", "help")
        await rig.commands("anna", "help")
        yield await self._empty_home()
        long, arab = hub.customer(LONG), hub.customer("محمد عبد الله")
        long.writes(said[0])
        thread = await hub.thread_of_dialog(1)
        arab.writes("هل الشاي متوفر؟ #42 (2 kg)")
        hub.customer("Vera").sends_album([picture(90, 60, one * 25) for one in range(10)], said[2])
        vera = await hub.thread_of_dialog(3)
        long.writes(said[1])
        await hub.all_delivered()
        yield Shot("cards", [self.album.thread(rig, (await hub.thread_of_dialog(one)).thread)[0] for one in (1, 2, 3)])
        yield self._card("album", vera)
        async for shot in self._crowded(thread):
            yield shot
        async for shot in self._told(thread, await hub.thread_of_dialog(2)):
            yield shot
        async for shot in self._lists(thread):
            yield shot

    async def _empty_home(self) -> Shot:
        return await anext(self._home())

    async def _crowded(self, thread: ThreadRef) -> AsyncIterator[Shot]:
        """Lines of a thread in which much happens, and the card above them."""
        hub, rig, said = self.hub, self.hub.operators, SAID[self.locale]
        for words in ("accept", "redirect @boris " + said[4], *(f"interest {one}" for one in DEALS[self.locale])):
            await rig.mentions_hub("anna", thread, words)
            await hub.all_delivered()
        for words in ("link none", "accept", f"task {said[3]} {SOON[self.locale]}", f"assign @boris {said[4]}"):
            await rig.mentions_hub("anna", thread, words)
            await hub.all_delivered()
        yield self._card("lines", thread)
        self._tidy()
        await rig.mentions("anna", thread, "boris", said[2])
        yield await self._answer("add-him", "anna")
        await rig.mentions_hub("anna", thread, "link")
        yield await self._answer("deals", "anna")
        self._tidy()
        await rig.mentions_hub("anna", thread, "help")
        yield await self._answer("help-here", "anna")
        await hub.app.hub.store.transact(self._joined_by_many)
        await rig.mentions_hub("anna", thread, "add @boris")
        await hub.all_delivered()
        yield self._card("many", thread)

    async def _joined_by_many(self, unit: Unit) -> None:
        dialog = await unit.dialogs.lock(DialogId(1))
        assert dialog is not None
        many = [Actor(f"U{one}", f"u{one}", f"Colleague {one}", "UTC", Belonging.MEMBER) for one in range(14)]
        joined = [(await unit.operators.upsert_operator(DeskName("main"), one)).id for one in many]
        await unit.dialogs.save(replace(dialog, coexecutors=frozenset(joined)))

    async def _told(self, thread: ThreadRef, other: ThreadRef) -> AsyncIterator[Shot]:
        """Direct messages, and deadlines' lines."""
        hub, rig, said = self.hub, self.hub.operators, SAID[self.locale]
        self._tidy()
        await rig.commands("boris", "notifications direct on")
        await rig.mentions_hub("anna", thread, "redirect @boris " + said[4])
        await rig.mentions_hub("anna", other, "redirect logistics " + said[4])
        await hub.all_delivered()
        yield Shot("redirected", self.album.thread(rig, thread.thread)[-2:])
        yield await self._answer("told", "boris")
        self._tidy()
        await rig.mentions_hub("boris", thread, "accept")
        await hub.all_delivered()
        hub.customer(LONG).writes(said[5])
        await hub.all_delivered()
        for minutes in (26, 31):
            await hub.app.hub.store.transact(partial(_late, minutes=minutes))
            await DeadlineWatch(hub.app.hub).tick()
            await hub.all_delivered()
        yield self._card("deadline", thread)
        yield await self._answer("deadline-told", "boris")
        self._tidy()
        await rig.writes("anna", thread, said[2])
        await hub.all_delivered()
        yield await self._answer("held-told-owner", "boris")
        yield Shot("held-in-thread", self.album.thread(rig, thread.thread)[-3:])
        await rig.mentions_hub("anna", thread, "held")
        yield await self._answer("held-again", "anna")

    async def _lists(self, thread: ThreadRef) -> AsyncIterator[Shot]:
        hub, rig, said = self.hub, self.hub.operators, SAID[self.locale]
        for number in range(12):
            hub.customer(f"{said[3]} {number}").writes(said[0])
        await hub.thread_of_dialog(15)
        await hub.all_delivered()
        for word in ("all", "tasks", "history", "contact"):
            self._tidy()
            await rig.mentions_hub("anna", thread, word)
            yield await self._answer(f"in-thread-{word}", "anna")
        self._tidy()
        async for shot in self._home():
            yield replace(shot, name="home-full")
        if "home" not in rig.lacks:
            await rig.enters_at_home("anna", said[0][:9])
            yield await self._answer("home-found", "anna")

        yield await self._morning_list()

    async def _morning_list(self) -> Shot:
        """Returns the list that Anna gets at her hour."""
        self._tidy()
        await self.hub.app.hub.store.transact(self._tell)
        await self.hub.all_delivered()
        return await self._answer("morning-list", "anna")

    async def _tell(self, unit: Unit) -> None:
        hub, anna = self.hub.app.hub, await called(unit, DeskName("main"), "anna")
        assert anna is not None
        view = await morning_list(hub, unit, anna)
        assert view is not None
        await parcels.tell(unit, anna.desk, anna.user, view, hub.clock.now())


async def _late(unit: Unit, minutes: int) -> None:
    """Lets the customer of dialog 1 wait for so long."""
    dialog = await unit.dialogs.lock(DialogId(1))
    assert dialog is not None
    await unit.dialogs.save(replace(dialog, waiting_since=datetime.now(UTC) - timedelta(minutes=minutes)))
