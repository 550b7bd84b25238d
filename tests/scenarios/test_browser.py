"""`make run` as a newcomer sees it: both links open in Chromium, a visitor's message appears in the desk, it is
accepted, answered and closed with a reason.

With HUB_SCREENSHOTS=FOLDER it also takes the README's pictures.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Frame, Page, expect

from tests.browsers import chromium, new_context
from tests.scenarios.process import hub

QUESTION = "Hello! Do you deliver the mountain green to Kazan? And <b>how long</b> does it take?"
ANSWER = "Good morning, Vera! Yes: **two days** by courier 🚚"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


async def picture(page: Page, name: str) -> None:
    folder = os.environ.get("HUB_SCREENSHOTS")
    if folder:
        await page.wait_for_timeout(400)  # for transitions to end
        await page.screenshot(path=Path(folder) / f"{name}.png")


async def visitor_opens(page: Page, url: str) -> Frame:
    """The sample shop, with its chat open and the visitor's form filled in."""
    await page.goto(url)
    await page.get_by_role("button", name="Ask us about tea").click()
    frame = await chat_in(page)
    await frame.locator("#about input").nth(0).fill("Vera Orlova")
    await frame.locator("#about input").nth(1).fill("vera@example.com")
    await frame.locator("#about button[type=submit]").click()
    return frame


async def operator_signs_in(page: Page, url: str, key: str) -> None:
    await page.goto(url)
    await page.locator("input[type=password]").fill(key)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("searchbox")).to_be_visible()


async def test_a_visitor_and_an_operator_talk(tmp_path: Path, browser: Browser) -> None:
    async with hub(tmp_path, "run") as process:
        desk = (await process.says(r"(http://\S+/desk)"))[1]
        key = (await process.says(r"anna\b.* (\S+)\n"))[1]
        site = (await process.says(r"(http://\S+/chat/site/sample)"))[1]
        visiting = await (await new_context(browser, viewport={"width": 1280, "height": 800})).new_page()
        working = await (await new_context(browser, viewport={"width": 1440, "height": 900})).new_page()
        await operator_signs_in(working, desk, key)
        chat = await visitor_opens(visiting, site)

        await chat.locator("#text").fill(QUESTION)
        await chat.locator("#text").press("Enter")
        await working.get_by_text("Vera Orlova").first.click()
        await expect(working.get_by_role("log").get_by_text(QUESTION)).to_be_visible()
        await picture(working, "desk-new")

        await working.get_by_role("button", name="Accept").click()
        await expect(working.get_by_role("log").get_by_text("accepted the dialog")).to_be_visible()
        answer = working.get_by_label("Your reply")
        await answer.fill(ANSWER)
        await answer.press("Enter")
        await expect(chat.locator("#list").get_by_text("two days by courier 🚚")).to_be_visible()
        await expect(chat.locator("#list").locator("b, strong").get_by_text("two days")).to_be_visible()
        await chat.locator("#text").fill("Wonderful, thank you!")
        await chat.locator("#text").press("Enter")
        await expect(working.get_by_role("log").get_by_text("Wonderful, thank you!")).to_be_visible()
        await picture(visiting, "chat")
        await working.get_by_role("button", name="Vera Orlova").click()
        await expect(working.get_by_role("complementary", name="Vera Orlova")).to_contain_text("vera@example.com")
        await picture(working, "desk")

        await working.locator("header.card").get_by_role("button", name="More", exact=True).click()
        await working.get_by_role("menuitem", name="Close with a comment…").click()
        form = working.get_by_role("dialog")
        await form.get_by_label("Reason").fill("Purchased")
        await form.get_by_label("Comment").fill("Ordered 200 g")
        await picture(working, "desk-close")
        await form.get_by_role("button", name="Close", exact=True).click()
        await expect(working.get_by_role("log").get_by_text("Reason: Purchased")).to_be_visible()
        await picture(working, "desk-closed")

        await visiting.reload()
        chat = await reopened(visiting)
        await expect(chat.locator("#list").get_by_text(QUESTION)).to_have_count(1)
        await expect(chat.locator("#list").get_by_text("two days by courier 🚚")).to_have_count(1)


async def reopened(page: Page) -> Frame:
    """The chat after a reload: open by itself or by the page's button."""
    await page.wait_for_load_state()
    await page.get_by_role("button", name="Ask us about tea").click()
    return await chat_in(page)


async def chat_in(page: Page) -> Frame:
    """The chat's frame; it is in a closed shadow tree, so it has to be found among the frames."""
    for _ in range(600):
        found = [one for one in page.frames if "/chat/site?" in one.url]
        if found:
            return found[0]
        await page.wait_for_timeout(50)
    raise AssertionError("the chat did not open")
