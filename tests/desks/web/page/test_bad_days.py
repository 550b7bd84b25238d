"""Bad input, failures, small screens, no mouse, another language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from bot.domain import Content, Media, MediaKind
from bot.domain.text import Span, Style, Text
from bot.views.values import Quoted
from tests.desks.web.browsing import PHONE, Screen, screen
from tests.desks.web.serving import Served, served

pytestmark = pytest.mark.asyncio(loop_scope="package")


# ------------------------------------------------------------------------------ bad input, bad days

EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'`{{7*7}}"


async def test_words_of_customers_are_words(browser: Browser, hub: Served) -> None:
    talk = hub.backend.add(66, EVIL, title=EVIL)
    spans = (
        Span(EVIL, Style.BOLD),
        Span(EVIL, Style.PRE, language=EVIL),
        Span("click", link="javascript:alert(3)"),
        Span(" data:text/html,<script>alert(4)</script> https://ok.example/<script>"),
    )
    media = Media(MediaKind.FILE, hub.files.add(b"<script>alert(5)</script>", "x.html", "text/html"), EVIL, "text/html")
    await hub.backend.customer_writes(66, Content(Text(spans), (media,)))
    talk.messages[-1].quoted = Quoted(EVIL, EVIL, "javascript:alert(6)")
    async with screen(browser, hub) as shown:
        await shown.sign_in()
        await shown.open(66)
        await expect(shown.messages.last.locator("strong")).to_have_text(EVIL)
        await expect(shown.page.locator(".card h1")).to_contain_text(EVIL)
        assert await shown.page.locator("script").count() == 1
        assert await shown.page.locator("img[src=x]").count() == 0
        hrefs = await shown.messages.last.locator("a").evaluate_all("links => links.map(link => link.href)")
        assert [href for href in hrefs if not href.startswith((hub.url, "https://ok.example/"))] == []
        rels = await shown.messages.last.locator("a[target]").evaluate_all("links => links.map(link => link.rel)")
        assert all("noopener" in rel for rel in rels)


async def test_a_break_in_the_connection_is_said_and_mended(anna: Screen) -> None:
    await anna.open(7)
    await anna.page.context.set_offline(True)
    await anna.page.evaluate("dispatchEvent(new Event('online'))")  # makes it reconnect its stream at once
    await expect(anna.page.locator(".banner")).to_be_visible()
    await anna.hub.backend.customer_writes(7, "while you were away")
    await anna.page.context.set_offline(False)
    await expect(anna.page.locator(".banner")).to_be_hidden()
    await expect(anna.messages.filter(has_text="while you were away")).to_have_count(1)


async def test_a_session_that_ended_asks_for_the_key_again(anna: Screen) -> None:
    await anna.open(7)
    await anna.page.context.clear_cookies()
    await anna.write("too late")
    await expect(anna.page.get_by_label("Your key")).to_be_visible()
    await anna.sign_in()
    await anna.open(7)
    await expect(anna.composer).to_have_value("too late")


async def test_a_dialog_that_is_not_there(anna: Screen) -> None:
    await anna.page.goto(f"{anna.hub.url}/desk#/dialog/99999")
    await expect(anna.page.get_by_role("alert")).to_contain_text("No such dialog")


async def test_a_dialog_of_another_team_chat_can_be_read(anna: Screen) -> None:
    anna.hub.backend.replace(7, desk="slack")
    await anna.open(7)
    await expect(anna.messages).to_have_count(1)
    await expect(anna.page.locator(".read-only")).to_contain_text("belongs to another team chat")


# -------------------------------------------------------------------------- screens and keyboards


async def test_a_phone_shows_one_thing_at_a_time(browser: Browser, hub: Served) -> None:
    async with screen(browser, hub, **PHONE) as shown:
        await shown.sign_in()
        await expect(shown.rows.first).to_be_visible()
        await expect(shown.page.locator(".thread")).to_be_hidden()
        await shown.rows.filter(has_text="Maria").tap()
        await expect(shown.messages.first).to_be_visible()
        await expect(shown.rows.first).to_be_hidden()
        await shown.write("From the train")
        await expect(shown.messages.last).to_be_in_viewport()
        assert await shown.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await shown.button("Back to the list").tap()
        await expect(shown.rows.first).to_be_visible()


async def test_everything_is_reached_without_a_mouse(anna: Screen) -> None:
    await anna.page.keyboard.press("/")
    await expect(anna.page.get_by_role("searchbox", name="Search")).to_be_focused()
    await anna.rows.first.focus()
    await anna.page.keyboard.press("ArrowDown")
    await expect(anna.rows.nth(1)).to_be_focused()
    await anna.page.keyboard.press("Enter")
    await expect(anna.composer).to_be_focused()
    await anna.page.keyboard.press("Alt+ArrowUp")
    await expect(anna.page.locator("a.dialog.chosen")).to_have_count(1)
    await anna.page.get_by_role("button", name="More").last.focus()
    await anna.page.keyboard.press("Enter")
    await expect(anna.page.get_by_role("menuitem", name="Rename")).to_be_focused()
    await anna.page.keyboard.press("ArrowDown")
    await expect(anna.page.get_by_role("menuitem", name="Help")).to_be_focused()
    await anna.page.keyboard.press("Escape")
    await expect(anna.page.get_by_role("menu")).to_have_count(0)


async def test_everything_to_press_has_a_name(anna: Screen) -> None:
    await anna.open(7)
    nameless = await anna.page.evaluate(
        "[...document.querySelectorAll('button, a, input, textarea, select')]"
        ".filter(one => !one.hidden && !(one.ariaLabel || one.textContent.trim() || one.labels?.length || one.title))"
        ".map(one => one.outerHTML)"
    )
    assert nameless == []


async def test_the_page_in_russian(browser: Browser, tmp_path: Path) -> None:
    async with served(tmp_path, locale="ru") as hub, screen(browser, hub, locale="ru-RU") as shown:
        hub.backend.add(7, "Мария")
        await hub.backend.customer_writes(7, "Здравствуйте")
        await shown.page.goto(f"{hub.url}/desk")
        await shown.page.get_by_label("Ваш ключ").fill("anna's own key")
        await shown.button("Войти").click()
        await expect(shown.rows.first).to_contain_text("сейчас")
        await shown.rows.first.click()
        await expect(shown.composer).to_have_attribute("placeholder", re.compile("Напишите ответ"))
        await expect(shown.page.locator(".day")).to_have_text("Сегодня")
        await expect(shown.page).to_have_title("(1) Диалоги")
