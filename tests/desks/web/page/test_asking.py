"""Forms, commands, messages for one operator; scrolling back in a dialog."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, expect

from bot.domain import DialogId, Key
from bot.domain.text import Text, line, link
from bot.views.values import Quoted, Row, View
from tests.desks.web.browsing import Screen, screen
from tests.desks.web.serving import DESK, Served

pytestmark = pytest.mark.asyncio(loop_scope="package")


# -------------------------------------------------------------------------- forms and commands


async def test_closing_by_a_form_that_says_what_is_missing(anna: Screen) -> None:
    await anna.open(7)
    await anna.button("Close").click()
    form = anna.page.get_by_role("dialog")
    await expect(form).to_contain_text("Close · #7")
    await form.get_by_role("button", name="Close", exact=True).click()
    await expect(form).to_contain_text("Fill in this field.")
    await form.get_by_text("Spam").click()
    await form.get_by_label("Comment").fill("two words")
    await form.get_by_role("button", name="Close", exact=True).click()
    await expect(form).to_have_count(0)
    await expect(anna.page.locator(".read-only")).to_contain_text("This dialog is closed")
    await expect(anna.composer).to_be_hidden()
    assert anna.hub.backend.talks[7].dialog.comment == "two words"


async def test_what_the_hub_refuses_is_said_beside_its_field(anna: Screen) -> None:
    await anna.open(7)
    await anna.button("Close").click()
    form = anna.page.get_by_role("dialog")
    await form.get_by_role("radio").first.evaluate("box => box.value = 'no such reason'")
    await form.get_by_text("Purchased").click()
    await form.get_by_role("button", name="Close", exact=True).click()
    await expect(form.locator(".error")).to_contain_text(["Choose a reason: this account requires one."])
    await anna.page.keyboard.press("Escape")
    await expect(form).to_have_count(0)


async def test_commands_complete_themselves_and_answer_to_their_author(anna: Screen) -> None:
    await anna.open(7)
    await anna.composer.press_sequentially("/he")
    await expect(anna.page.get_by_role("option")).to_have_count(1)
    await anna.composer.press("Tab")
    await expect(anna.composer).to_have_value("/help ")
    await anna.composer.press("Enter")
    await expect(anna.page.get_by_role("complementary", name="What you can do")).to_contain_text("/dialog accept")
    await expect(anna.messages).to_have_count(1)
    await anna.write("/fly")
    await expect(anna.toast).to_contain_text("There is no “fly”")
    await expect(anna.toast).to_contain_text("Only visible to you")
    await anna.write("/dialog accept")
    await expect(anna.page.locator(".card .chip")).to_have_text("In progress")
    await anna.write("@hub rename")
    await expect(anna.page.get_by_role("dialog")).to_contain_text("Rename")


async def test_what_the_hub_tells_one_alone(anna: Screen) -> None:
    notice = line("Look at ", link("#8", f"{anna.hub.url}/desk#/dialog/8"))
    await anna.hub.backend.keep(DESK, "anna", View((Row(notice),), keys=(Key("n"),)), None)
    await expect(anna.toast).to_contain_text("Look at #8")
    await expect(anna.page.locator(".bell .count")).to_have_text("1")
    await anna.page.locator(".bell").click()
    await anna.page.locator(".panel").get_by_role("link", name="#8").click()
    await expect(anna.page.locator(".card .number")).to_have_text("#8")
    await expect(anna.page.locator(".bell .count")).to_have_text("")


async def test_emoji_are_found_by_name(anna: Screen) -> None:
    await anna.open(7)
    await anna.button("Emoji").click()
    await anna.page.get_by_label("Search for emoji").fill("rocket")
    await anna.page.keyboard.press("Enter")
    await expect(anna.composer).to_have_value("🚀")
    await anna.composer.fill("")
    await anna.composer.press_sequentially(":rocke")
    await anna.composer.press("Tab")
    await expect(anna.composer).to_have_value("🚀 ")


# ------------------------------------------------------------------------------------- history


async def test_earlier_messages_come_while_scrolling_up(browser: Browser, hub: Served) -> None:
    start = datetime.now(UTC) - timedelta(days=2)
    for number in range(130):
        await hub.backend.customer_writes(8, f"word {number:03}", start + timedelta(minutes=number))
    async with screen(browser, hub) as shown:
        await shown.sign_in()
        await shown.open(8)
        await expect(shown.messages).to_have_count(50)
        await expect(shown.messages.last).to_be_in_viewport()
        await shown.page.locator(".middle .scroll").evaluate("pane => pane.scrollTop = 0")
        await expect(shown.messages).to_have_count(100)
        await expect(shown.messages.filter(has_text="word 080")).to_be_in_viewport()
        await hub.backend.customer_writes(8, "news")
        await expect(shown.button("New messages")).to_be_visible()
        await expect(shown.messages.last).not_to_be_in_viewport()
        await shown.button("New messages").click()
        await expect(shown.messages.last).to_be_in_viewport()


async def test_a_quote_leads_to_what_it_quotes(browser: Browser, hub: Served) -> None:
    first = hub.backend.talks[8].messages[0]
    for number in range(130):
        await hub.backend.customer_writes(8, f"word {number:03}")
    quoting = await hub.backend.customer_writes(8, "as I said")
    quoting.quoted = Quoted("Hello from Yusuf", "Yusuf", f"/desk#/dialog/8/{first.post}")
    async with screen(browser, hub) as shown:
        await shown.sign_in()
        await shown.open(8)
        await shown.messages.last.locator("a.quoted").click()
        await expect(shown.messages.filter(has_text="Hello from Yusuf").first).to_be_in_viewport()


async def test_whoever_is_named_sees_it_at_the_bell_and_in_the_list(anna: Screen) -> None:
    board = anna.hub.backend
    row = anna.rows.filter(has_text="Maria")
    await expect(row.locator(".named")).to_have_count(0)
    notice = View((Row(Text.plain("#7: boris mentioned you in a note: “@anna look”")),), named=DialogId(7))
    await board.keep(DESK, "anna", notice, None)
    await expect(anna.page.locator(".bell .count")).to_have_text("1")
    await expect(anna.toast).to_contain_text("boris mentioned you in a note")
    await expect(row.locator(".named")).to_have_text("@")
    await anna.open(7)
    await expect(anna.rows.filter(has_text="Maria").locator(".named")).to_have_count(0)
    await anna.page.reload()
    await expect(anna.rows.filter(has_text="Maria")).to_be_visible()
    await expect(anna.rows.filter(has_text="Maria").locator(".named")).to_have_count(0)
