"""Pictures of every view of the web desk, for looking at: `python -m tests.screens.web FOLDER [VIEW …]`.

A whole hub with a fake Telegram, in both languages, seen in Chromium on a desktop and on a phone. It reports whatever
does not fit: text that is cut by accident, and pages wider than their window.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, expect

from bot.domain import AccountName
from bot.domain.account_rules import DaySpan, Deadlines, Grant, Hours
from bot.ports.storage import Unit
from storage import migrate
from tests.browsers import chromium
from tests.conftest import Database
from tests.desks.web.seed import picture
from tests.desks.web.serving import KEYS
from tests.scenarios.hubs import TelegramHub, telegram_hub

SIZES: Mapping[str, dict[str, Any]] = {
    "wide": {"viewport": {"width": 1280, "height": 800}},
    "dark": {"viewport": {"width": 1600, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True},
}
TALKS = {
    "en": {
        "Vera Orlova": [
            "Hello! Do you deliver the mountain green tea to Kazan?",
            "And how long does it take? https://example.com/tea",
        ],
        "Oleg Petrov": ["My order 5821 has not come yet 😕"],
        "Anna-Maria von Hohenstein-Oberbergen": ["Could I have an invoice for our company, please?"],
        "Li": ["Is the shop open on Saturday?"],
    },
    "ru": {
        "Вера Орлова": [
            "Здравствуйте! Доставляете ли вы горный зелёный чай в Казань?",
            "И сколько это займёт? https://example.com/tea",
        ],
        "Олег Петров": ["Мой заказ 5821 так и не пришёл 😕"],
        "Константин Константинопольский-Задунайский": ["Можно счёт на нашу компанию, пожалуйста?"],
        "Ли": ["Магазин открыт в субботу?"],
    },
}
BEFORE = {"en": ("Two packs of the black one, please", "Purchased"), "ru": ("Две пачки чёрного, пожалуйста", "Покупка")}
"""The first customer's message in a closed dialog, and its closing reason."""
COMMANDS = {
    "en": ("interest 200 g of mountain green a month", "task Ask the warehouse about Kazan tomorrow 15:00"),
    "ru": ("interest 200 г горного зелёного каждый месяц", "task Спросить на складе о Казани завтра в 15:00"),
}
NOTES = {"en": "Do we still have enough of it?", "ru": "Нам его ещё хватает?"}
MAIN = 2
"""The dialog in the pictures."""
ANSWERS = {"en": "Good morning! Yes: **two days** by courier 🚚", "ru": "Доброе утро! Да: **два дня** курьером 🚚"}


@dataclass
class Shoot:
    """One operator's window at one hub. `size`, `locale`: those of the window."""

    hub: TelegramHub
    page: Page
    locale: str
    size: str

    async def dialog(self, number: int = MAIN) -> None:
        await self.page.goto(f"{self.hub.url}/desk#/dialog/{number}")
        await expect(self.page.locator(".card .number")).to_have_text(f"#{number}")

    async def say(self, words: str, number: int = MAIN) -> None:
        """Types a command in a dialog."""
        await self.dialog(number)
        area = self.page.locator(".composer textarea")
        await area.fill(f"/{words}")
        await area.press("Enter")

    async def press(self, selector: str) -> None:
        await self.page.locator(selector).first.click()


async def seed(hub: TelegramHub, locale: str) -> None:
    names = list(TALKS[locale])
    words, reason = BEFORE[locale]
    hub.customer(names[0]).writes(words)
    thread = await hub.thread_of_dialog(1)
    await hub.operators.commands("anna", "accept", thread)
    await hub.operators.commands("anna", f"close {reason}", thread)
    await hub.all_delivered()
    for name in names:
        hub.customer(name).writes(TALKS[locale][name][0])
        await hub.telegram.settled()
    thread = await hub.thread_of_dialog(MAIN)
    await hub.post_appears(thread, TALKS[locale][names[0]][0])
    await hub.operators.commands("anna", "accept", thread)
    await hub.operators.writes("anna", thread, ANSWERS[locale])
    await hub.operators.mentions("anna", thread, "boris", NOTES[locale])
    hub.customer(names[0]).writes(TALKS[locale][names[0]][1])
    hub.customer(names[0]).sends_photo(picture(320, 200, 40))
    hub.customer(names[0]).sends_file("document", b"%PDF-1.4", "order 5821.pdf", "application/pdf")
    await hub.operators.commands("boris", "accept", await hub.thread_of_dialog(MAIN + 1))
    for command in COMMANDS[locale]:
        await hub.operators.commands("anna", command, thread)
    await hub.operators.commands("anna", "star", thread)
    await hub.all_delivered()
    async with hub.app.hub.store.read() as unit:
        rules = (await hub.app.hub.account(unit, AccountName("shop"))).rules

    grants = Grant(await hub.subject("anna"), administer=True), Grant(await hub.subject("boris"))

    async def work(unit: Unit) -> None:
        hours = Hours("Europe/Moscow", ((DaySpan(_at(9), _at(13)), DaySpan(_at(14), _at(18))),) * 5 + ((),) * 2, "RU")
        more = replace(rules, reasons=("Purchased", "Spam"), grants=grants, hours=hours, deadlines=Deadlines(10, 30))
        await unit.accounts.set_rules(AccountName("shop"), more)

    await hub.app.hub.store.transact(work)


def _at(hour: int) -> Any:
    return (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hour)).time()


View = Callable[[Shoot], Awaitable[None]]


def said(words: str) -> View:
    return lambda shoot: shoot.say(words)


def shelf(word: str) -> View:
    async def draw(shoot: Shoot) -> None:
        await shoot.page.goto(f"{shoot.hub.url}/desk#")
        await shoot.press(f"[data-shelf={word}]")

    return draw


async def lists(shoot: Shoot) -> None:
    await shoot.page.goto(f"{shoot.hub.url}/desk#")
    await shoot.press("[data-section=all]")


async def searching(shoot: Shoot) -> None:
    await shoot.page.goto(f"{shoot.hub.url}/desk#")
    await shoot.page.locator(".finder input").fill("5821")
    await shoot.press("[data-scope=all]")
    await expect(shoot.page.locator("mark").first).to_be_visible()


async def menu(shoot: Shoot) -> None:
    await shoot.dialog()
    await shoot.press(".card .acts .tool")


async def choosing(shoot: Shoot) -> None:
    await shoot.dialog()
    message = shoot.page.locator(".message.theirs").first
    await message.locator(".bubble").click()
    await message.locator(".tool:has(.icon-mark)").click()
    await expect(shoot.page.locator(".chosen-bar")).to_be_visible()


def contact(part: str) -> View:
    async def draw(shoot: Shoot) -> None:
        await shoot.dialog()
        await shoot.press(".card h1 .name")
        await shoot.press(f"#contact-{part}")

    return draw


async def report(shoot: Shoot) -> None:
    await shelf("report")(shoot)
    await shoot.page.locator("dialog button[type=submit]").click()
    await expect(shoot.page.locator(".pane .photo img").first).to_be_visible(timeout=30_000)


async def review(shoot: Shoot) -> None:
    """A dialog forwarded for review."""
    await shoot.say("forward @anna")
    with suppress(AssertionError):  # when its form asks for messages, the first is taken
        await expect(shoot.page.locator("dialog")).to_be_visible(timeout=1500)
        await shoot.press("dialog .tick input")
        await shoot.press("dialog button[type=submit]")
    await shoot.page.goto(f"{shoot.hub.url}/desk#")
    await shoot.press("a.dialog:has(.chip[data-status=for_review])")
    await expect(shoot.page.locator(".card .chip").first).to_be_visible()


async def readme(shoot: Shoot) -> None:
    """The pictures of README.md."""
    await shoot.page.set_viewport_size({"width": 1600, "height": 900})
    await lists(shoot)
    await contact("card")(shoot)


VIEWS: Mapping[str, View] = {
    "readme": readme,
    "lists": lists,
    "dialog": lambda shoot: shoot.dialog(),
    "menu": menu,
    "choosing": choosing,
    "search": searching,
    "contact-card": contact("card"),
    "contact-said": contact("said"),
    "contact-files": contact("files"),
    "important": shelf("important"),
    "settings": shelf("settings"),
    "report": report,
    "asked": shelf("report"),
    "tasks": shelf("tasks"),
    "close": said("close"),
    "redirect": said("redirect"),
    "help": said("help"),
    "new": said("new"),
    "role": said("role"),
    "task": said("task"),
    "assign": said("assign"),
    "forward": said("forward"),
    "review": review,
    "interest": said("interest"),
    "link": said("link"),
    "contact": said("contact"),
    "history": said("history"),
    "files": said("files"),
    "view": said("view"),
    "home": said("home"),
    "site": said("site"),
    "open": said("open #1"),
    "found": said("search 5821"),
}

CUT = """[...document.querySelectorAll('button, label, h1, h2, h3, legend, .chip, .tab, .hint, dt')]
    .filter(one => one.offsetParent && one.scrollWidth > one.clientWidth + 1)
    .filter(one => getComputedStyle(one).overflow !== 'visible')
    .map(one => one.textContent.trim().slice(0, 60))"""


async def shoot(browser: Browser, hub: TelegramHub, locale: str, size: str, folder: Path, wanted: list[str]) -> None:
    for name in wanted:
        context = await browser.new_context(locale=f"{locale}-{'RU' if locale == 'ru' else 'US'}", **SIZES[size])
        context.set_default_timeout(4000)
        page = await context.new_page()
        await page.goto(f"{hub.url}/desk")
        await page.locator("input[type=password]").fill(KEYS["anna"])
        await page.keyboard.press("Enter")
        await expect(page.locator(".desk")).to_be_visible()
        try:
            await VIEWS[name](Shoot(hub, page, locale, size))
        except Exception as error:
            print(f"{name}-{size}-{locale}: {str(error).splitlines()[0]}")
        with suppress(Exception):
            await page.wait_for_load_state("networkidle", timeout=300)
        await page.wait_for_timeout(350)  # for transitions to end
        await page.screenshot(path=folder / f"{name}-{size}-{locale}.png")
        wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
        cut = await page.evaluate(CUT)
        if wide or cut:
            print(f"{name}-{size}-{locale}: {'wider than the window ' if wide else ''}{cut or ''}")
        await context.close()


async def main(folder: Path, wanted: list[str]) -> None:
    async with chromium() as browser:
        for locale in ("en", "ru"):
            with tempfile.TemporaryDirectory() as place:
                url = f"sqlite+aiosqlite:///{place}/hub.db"
                await migrate(url)
                async with telegram_hub(
                    "web",
                    Database(url),
                    Path(place),
                    hub={"locale": locale, "admins": ["anna"]},
                    roles={"sales": ["boris"]},
                ) as hub:
                    await seed(hub, locale)
                    for size in SIZES:
                        await shoot(browser, hub, locale, size, folder, wanted)


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2:] or list(VIEWS)))
