"""The lists: arrivals, sections, accounts, search."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, expect

from tests.desks.web.browsing import Screen, screen
from tests.desks.web.serving import Served

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_signing_in_and_out(browser: Browser, hub: Served) -> None:
    async with screen(browser, hub) as shown:
        await shown.page.goto(f"{hub.url}/desk")
        await shown.page.get_by_label("Your key").fill("not a key")
        await shown.button("Sign in").click()
        await expect(shown.page.get_by_role("alert")).to_have_text("Wrong key.")
        await shown.sign_in("boris")
        await expect(shown.page.locator(".me")).to_contain_text("boris")
        await shown.page.reload()
        await expect(shown.page.locator(".me")).to_contain_text("boris")
        await shown.page.locator(".me").click()
        await shown.page.get_by_role("menuitem", name="Sign out", exact=True).click()
        await expect(shown.page.get_by_label("Your key")).to_be_visible()


async def test_signing_out_everywhere_closes_the_pages_of_every_browser(browser: Browser, hub: Served) -> None:
    async with screen(browser, hub) as here, screen(browser, hub) as there, screen(browser, hub) as boris:
        await here.sign_in()
        await there.sign_in()
        await boris.sign_in("boris")
        await there.open(7)
        await here.page.locator(".me").click()
        await here.page.get_by_role("menuitem", name="Sign out everywhere").click()
        await expect(here.page.get_by_label("Your key")).to_be_visible()
        await expect(there.page.get_by_label("Your key")).to_be_visible()
        await expect(there.page.get_by_text("Hello from Maria")).to_have_count(0)
        await expect(boris.page.locator(".me")).to_contain_text("boris")


async def test_signing_out_is_not_claimed_when_the_hub_did_not_hear(anna: Screen) -> None:
    await anna.page.context.set_offline(True)
    await anna.page.locator(".me").click()
    await anna.page.get_by_role("menuitem", name="Sign out", exact=True).click()
    await expect(anna.toast).to_contain_text("Not signed out")
    await anna.page.context.set_offline(False)
    await expect(anna.page.locator(".me")).to_be_visible()


async def test_sections_with_their_counters(anna: Screen) -> None:
    await expect(anna.rows).to_have_count(2)
    await expect(anna.page.locator("[data-section=new] .count")).to_have_text("2")
    await expect(anna.page.locator("[data-section=all] .count")).to_have_text("3")
    await expect(anna.page).to_have_title("(2) Dialogs")
    await anna.page.get_by_role("button", name="In progress").click()
    await expect(anna.rows).to_have_count(1)
    await expect(anna.rows.first).to_contain_text("boris")
    await anna.page.get_by_role("button", name="Closed").click()
    await expect(anna.page.get_by_text("No closed dialogs")).to_be_visible()


async def test_accounts_and_search_narrow_the_list(anna: Screen) -> None:
    await anna.page.locator("[data-section=all]").click()
    await expect(anna.rows).to_have_count(3)
    await anna.page.get_by_role("button", name="Web site").click()
    await expect(anna.rows).to_have_count(1)
    await anna.page.get_by_role("button", name="All accounts").click()
    await anna.page.get_by_role("searchbox", name="Search").fill("yusuf")
    await expect(anna.rows).to_have_count(1)
    search = anna.page.get_by_role("searchbox", name="Search")
    await search.fill("nobody")
    await anna.button("Search everywhere").click()
    await expect(anna.page.get_by_text("Nothing found for “nobody”.")).to_be_visible()
    await search.press("Escape")
    await expect(anna.rows).to_have_count(3)
    await search.press("ArrowDown")
    await expect(anna.rows.first).to_be_focused()
    await anna.rows.first.press("ArrowUp")
    await expect(search).to_be_focused()


async def test_the_list_lives(anna: Screen) -> None:
    hub = anna.hub
    await hub.backend.customer_writes(7, "Are you there?")
    await expect(anna.rows.first).to_contain_text("Are you there?")
    hub.backend.add(10, "Newcomer")
    await hub.backend.customer_writes(10, "First words")
    await expect(anna.rows).to_have_count(3)
    await expect(anna.page.locator("[data-section=new] .count")).to_have_text("3")


async def test_a_long_list_goes_on_below(browser: Browser, hub: Served) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=1)
    for number in range(100, 160):
        hub.backend.add(number, f"Customer {number}")
        await hub.backend.customer_writes(number, "hi", long_ago - timedelta(minutes=number))
    async with screen(browser, hub, viewport={"width": 1440, "height": 3000}) as shown:
        await shown.sign_in()
        await expect(shown.rows.nth(50)).to_be_attached()  # one page is shorter than this window
        await shown.page.locator(".list .scroll").evaluate("pane => pane.scrollTop = pane.scrollHeight")
        await expect(shown.rows).to_have_count(62)
        await hub.backend.customer_writes(100, "again")
        await expect(shown.rows.first).to_contain_text("again")
        await expect(shown.rows).to_have_count(62)
