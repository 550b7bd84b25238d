"""A morning at the desk, with every view of every action."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.actions import ACTIONS
from bot.actions.base import Needs
from bot.domain import ThreadRef
from tests.scenarios.hubs import TelegramHub
from tests.screens.shots import Album, Panel, Shot

CUSTOMERS = {
    "en": (
        ("Vera Orlova", "Hello! Do you deliver the mountain green to Kazan? And how long does it take?"),
        (
            "Ivan Petrov",
            "I'd like to change the order: two packs instead of one, please. https://shop.example.com/orders/88213",
        ),
        ("Мария *М*", "Is the :tea: pot 500_ml or 750_ml?"),
        ("Liang Wei", "Thank you, all is well"),
    ),
    "ru": (
        ("Вера Орлова", "Здравствуйте! Вы доставляете горный зелёный в Казань? И сколько это займёт дней?"),
        ("Иван Петров", "Хочу поменять заказ: две пачки вместо одной. https://shop.example.com/orders/88213"),
        ("Мария *М*", "Чайник :tea: на 500_мл или на 750_мл?"),
        ("Константин Константинопольский", "Спасибо, всё хорошо"),
    ),
}
SAID = {
    "en": ("Good morning, Vera! Yes: two days by courier", "And if you order today, it is free"),
    "ru": ("Доброе утро, Вера! Да, два дня курьером", "А если закажете сегодня, то бесплатно"),
}
"""Anna's answer, and Boris's message in a dialog that is not his."""
WORDS = {
    "search": {"en": "order", "ru": "заказ"},
    "open": {"en": "#1", "ru": "#1"},
}
"""Texts after an action's word."""
LEFT_OUT = {"accept", "close"}  # they change what the others show: each has its place in the story
SECONDS = 4.0  # waits for an answer
DRAWN = 30.0  # waits for a report, which another process draws


@dataclass
class Morning:
    hub: TelegramHub
    album: Album
    locale: str

    async def shots(self) -> AsyncIterator[Shot]:
        hub, (answer, strange) = self.hub, SAID[self.locale]
        await hub.operators.commands("boris", "help")
        for name, said in CUSTOMERS[self.locale]:
            hub.customer(name).writes(said)
        thread = await hub.thread_of_dialog(1)
        await hub.thread_of_dialog(len(CUSTOMERS["en"]))
        await hub.all_delivered()
        yield self._card("card-new", thread)
        await hub.operators.commands("anna", "accept #1")
        await hub.operators.writes("anna", thread, answer)
        await hub.all_delivered()
        yield self._card("card-in-progress", thread)
        self._tidy()
        await hub.operators.writes("boris", thread, strange)
        yield await self._answer("held", "boris")
        async for shot in self._home():
            yield shot
        for word, action in ACTIONS.items():
            if word in LEFT_OUT or word == "home":
                continue
            self._tidy()
            said = WORDS.get(word, {}).get(self.locale, "") or ("#1" if action.needs is not Needs.NOTHING else "")
            await hub.operators.commands("anna", f"{word} {said}".strip())
            yield await self._answer(f"word-{word}", "anna")
            if word == "report":
                await hub.operators.submits("anna", {})
                self._tidy()
                yield await self._answer("report-told", "anna", DRAWN)
        self._tidy()
        await hub.operators.commands("anna", "close #1")
        yield await self._answer("close", "anna")
        form = await hub.operators.form("anna")
        if form is not None:
            reasons = form.options.get("reason", ())
            await hub.operators.submits("anna", {"reason": reasons[0]} if reasons else {})
        await hub.all_delivered()
        yield self._card("card-closed", thread)

    async def _home(self) -> AsyncIterator[Shot]:
        self._tidy()
        if "home" in self.hub.operators.lacks:
            await self.hub.operators.commands("anna", "home")
        else:
            await self.hub.operators.opens_home("anna")
        yield await self._answer("home", "anna")

    def _card(self, name: str, thread: ThreadRef) -> Shot:
        return Shot(name, self.album.thread(self.hub.operators, thread.thread))

    def _tidy(self) -> None:
        for who in ("anna", "boris"):
            self.album.tidy(self.hub.operators, who)

    async def _answer(self, name: str, who: str, seconds: float = SECONDS) -> Shot:
        """This person's screen, once it has stopped changing."""
        seen: list[Panel] = []
        try:
            async with asyncio.timeout(seconds):
                while not seen or seen != self.album.private(self.hub.operators, who):
                    seen = self.album.private(self.hub.operators, who)
                    await asyncio.sleep(0.25)
        except TimeoutError:
            pass
        return Shot(name, seen)
