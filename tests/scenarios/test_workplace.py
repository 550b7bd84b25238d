"""The web desk's page as a complete workplace: a hub at work, seen in Chromium."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from bot.domain import DeskName, PostRef
from tests.browsers import chromium, new_context
from tests.conftest import Database
from tests.desks.web.browsing import DESKTOP
from tests.desks.web.seed import picture
from tests.desks.web.serving import KEYS
from tests.scenarios.hubs import TelegramHub, telegram_hub

REASONS = {"reasons": ["Purchased", "Spam"]}


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest.fixture(params=["web"])
async def hub(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> AsyncIterator[TelegramHub]:
    about = {"admins": ["anna"]}
    async with telegram_hub(request.param, database, tmp_path, account={"initial": REASONS}, hub=about) as running:
        yield running


@pytest.fixture
async def page(hub: TelegramHub, browser: Browser) -> AsyncIterator[Page]:
    """Anna's browser, in Yekaterinburg."""
    context = await new_context(browser, timezone_id="Asia/Yekaterinburg", **DESKTOP)
    shown = await context.new_page()
    await shown.goto(f"{hub.url}/desk")
    await shown.get_by_label("Your key").fill(KEYS["anna"])
    await shown.keyboard.press("Enter")
    await expect(shown.get_by_role("group", name="Sections")).to_be_visible()
    yield shown
    await context.close()


def row(page: Page, name: str) -> Locator:
    return page.locator("a.dialog").filter(has_text=name)


async def customer_writes(hub: TelegramHub, name: str, *said: str) -> None:
    for words in said:
        hub.customer(name).writes(words)
        await hub.telegram.settled()


@pytest.mark.shows("home", "sections")
async def test_the_left_pane_counts_those_who_wait_and_narrows_the_list(hub: TelegramHub, page: Page) -> None:
    await customer_writes(hub, "Vera", "Is the green tea back?")
    await customer_writes(hub, "Oleg", "Where is my parcel?")
    await expect(page.locator("[data-section=new] .count")).to_have_text("2")
    await expect(row(page, "Vera")).to_have_class("dialog waits")
    weight = "words => getComputedStyle(words).fontWeight"
    assert int(await row(page, "Vera").locator(".words").evaluate(weight)) >= 600
    thread = await hub.thread_of_dialog(1)
    await hub.operators.writes("anna", thread, "It is!")
    await expect(page.locator("[data-section=new] .count")).to_have_text("1")
    await page.locator("[data-section=all]").click()
    await expect(row(page, "Vera")).to_have_class("dialog")
    assert int(await row(page, "Vera").locator(".words").evaluate(weight)) < 600
    await page.get_by_role("searchbox", name="Search").fill("parcel")
    await expect(page.locator("a.dialog")).to_have_count(1)
    await page.get_by_role("searchbox", name="Search").fill("")
    await row(page, "Vera").click()
    await page.get_by_role("button", name="Close", exact=True).click()
    await page.get_by_role("menuitem", name="Purchased").click()
    await page.locator("[data-section=closed]").click()
    await row(page, "Vera").click()
    await expect(page.get_by_role("log", name="Messages").get_by_text("Is the green tea back?")).to_be_visible()
    await expect(page.locator(".read-only")).to_contain_text("This dialog is closed")


@pytest.mark.shows("home", "search", "files", "contact", "correspondence")
async def test_what_was_ever_said_is_found_and_a_contact_is_known(hub: TelegramHub, page: Page) -> None:
    await customer_writes(hub, "Vera", "Is the green tea back?", "see https://example.com/tea", "<b>thanks</b>")
    hub.customer("Vera").sends_photo(picture(60, 40, 9))
    await customer_writes(hub, "Oleg", "Ещё зелёный чай, пожалуйста")
    await page.get_by_role("searchbox", name="Search").fill("зеленый")
    await page.get_by_role("button", name="Everywhere").click()
    found = page.get_by_role("list", name="Found messages")
    await expect(found.locator("mark")).to_have_text("зелёный")
    await page.get_by_role("searchbox", name="Search").fill("EEN")
    await expect(found.locator("mark")).to_have_text("een")
    await found.get_by_role("link").click()
    await expect(page.locator(".message").filter(has_text="green tea")).to_be_in_viewport()
    await page.locator(".card").get_by_role("button", name="Vera").click()
    card = page.get_by_role("complementary", name="Vera")
    await expect(card).to_contain_text("Shop bot")
    await card.get_by_role("tab", name="Message history").click()
    await expect(card).to_contain_text("<b>thanks</b>")
    await card.get_by_role("tab", name="Files").click()
    await expect(card.get_by_role("img")).to_be_visible()
    await card.get_by_role("button", name="Links").click()
    await expect(card.get_by_role("link", name="https://example.com/tea")).to_be_visible()


async def test_a_page_that_was_quicker_than_the_courier_can_act_on_the_message(hub: TelegramHub, page: Page) -> None:
    """The message was shown before its post had an id; the page gets the id as soon as there is one."""
    courier = hub.app.desks[DeskName("main")]
    named, post = asyncio.Event(), courier.post

    async def later(*given: Any) -> PostRef:
        await named.wait()
        return await post(*given)

    courier.post = later  # type: ignore[method-assign, assignment]
    await customer_writes(hub, "Vera", "Is the green tea back?")
    await row(page, "Vera").click()
    message = page.locator(".message").filter(has_text="green tea")
    await expect(message).to_be_visible()
    await expect(message.get_by_label("Select", exact=True)).to_have_count(0)
    named.set()
    await message.hover()
    await message.get_by_label("Select", exact=True).click()


@pytest.mark.shows("home", "choosing", "task")
async def test_messages_are_chosen_and_a_task_is_made_and_done(hub: TelegramHub, page: Page) -> None:
    await customer_writes(hub, "Vera", "Is the green tea back?")
    await row(page, "Vera").click()
    await page.locator(".message").first.hover()
    await page.locator(".message").first.get_by_label("Select", exact=True).click()
    bar = page.get_by_role("toolbar", name="Selected messages")
    await bar.get_by_role("button", name="Task").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("What to do").fill("Ask the warehouse")
    await form.get_by_label("Due").fill("tomorrow 15:00")
    await form.locator("button[type=submit]").click()
    await expect(form).to_have_count(0)
    await page.locator("[data-shelf=tasks]").click()
    tasks = page.get_by_role("complementary", name="Tasks")
    await expect(tasks).to_contain_text("Ask the warehouse")
    await expect(tasks).to_contain_text("15:00")
    await tasks.get_by_role("button", name="Done", exact=True).click()
    await expect(tasks).not_to_contain_text("Ask the warehouse")


@pytest.mark.shows("home", "settings")
async def test_an_administrator_changes_settings_in_the_pane(hub: TelegramHub, page: Page) -> None:
    await page.locator("[data-shelf=settings]").click()
    settings = page.get_by_role("complementary", name="Settings of Shop bot")
    await settings.locator(".row").filter(has_text="Closing reasons").get_by_role("button").click()
    form = page.get_by_role("dialog")
    await form.locator("textarea").first.fill("Purchased\nNot in stock")
    await form.get_by_role("button", name="Save").click()
    await expect(page.locator(".pane")).to_contain_text("Not in stock")


async def test_settings_are_not_offered_to_others(hub: TelegramHub, browser: Browser) -> None:
    other = await (await new_context(browser)).new_page()
    await other.goto(f"{hub.url}/desk")
    await other.get_by_label("Your key").fill(KEYS["boris"])
    await other.keyboard.press("Enter")
    await expect(other.locator("[data-shelf=report]")).to_be_visible()
    await expect(other.locator("[data-shelf=settings]")).to_have_count(0)
