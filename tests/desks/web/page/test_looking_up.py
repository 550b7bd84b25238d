"""Search over all messages; a contact's card, message history and files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from bot.domain import Content, Interest, InterestId, Media, MediaKind, OperatorId, Status, Task, TaskId
from bot.domain.text import Text
from bot.ports.found import Given
from tests.desks.web.browsing import Screen, screen
from tests.desks.web.seed import picture
from tests.desks.web.serving import Served

pytestmark = pytest.mark.asyncio(loop_scope="package")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest_asyncio.fixture(loop_scope="package")
async def known(hub: Served) -> Served:
    """Maria, who writes on both accounts and has had three dialogs, an Interest and a task."""
    board = hub.backend
    board.add(3, "Maria", "site", contact=7, status=Status.CLOSED, at=NOW - timedelta(days=9))
    board.add(5, "Maria", "shop", contact=7, status=Status.CLOSED, at=NOW - timedelta(days=5))
    await board.customer_writes(3, "The green kettle, please", NOW - timedelta(days=9))
    for number in range(24):
        await board.customer_writes(5, f"kettle number {number}", NOW - timedelta(days=5))
    board.interests = (
        Interest(InterestId(1), board.talks[7].contact.id, "<b>200 kettles</b>", NOW, stage="Offer sent"),
    )
    board.tasks = (Given(Task(TaskId(1), "Call her back", OperatorId(1), NOW, (), NOW), "Anna", (("Boris", True),)),)
    return hub


@pytest_asyncio.fixture(loop_scope="package")
async def maria(known: Served, anna: Screen) -> Locator:
    """Maria's card, open beside her dialog."""
    await anna.open(7)
    await anna.page.locator(".card").get_by_role("button", name="Maria").click()
    pane = anna.page.get_by_role("complementary", name="Maria")
    await expect(pane).to_contain_text("Prospect")
    return pane


async def search(shown: Screen, words: str) -> Locator:
    await shown.page.get_by_role("searchbox", name="Search", exact=True).fill(words)
    await shown.page.get_by_role("button", name="Everywhere", exact=True).click()
    return shown.page.get_by_role("list", name="Found messages")


async def test_words_are_found_everywhere_and_lead_to_their_message(known: Served, anna: Screen) -> None:
    found = await search(anna, "green ket")
    await expect(found.get_by_role("listitem")).to_have_count(1)
    await expect(found.locator("mark")).to_have_text("green ket")
    await found.get_by_role("link").click()
    await expect(anna.page.locator(".card .number")).to_have_text("#3")
    await expect(anna.messages.filter(has_text="The green kettle")).to_have_class(
        "message theirs customer none first found"
    )


async def test_findings_go_on_below_and_end(known: Served, anna: Screen) -> None:
    asked: list[str] = []
    anna.page.on("request", lambda request: asked.append(request.url))
    found = await search(anna, "kettle")
    await expect(found.get_by_role("listitem")).to_have_count(20)  # an empty list cannot be scrolled
    await anna.page.locator(".list .scroll").evaluate("pane => pane.scrollTop = pane.scrollHeight")
    await expect(found.get_by_role("listitem")).to_have_count(25)
    await search(anna, "k")
    await expect(anna.page.get_by_text("Enter at least two letters")).to_be_visible()
    await search(anna, "nothing of the kind")
    await expect(anna.page.get_by_text("Nothing found", exact=True)).to_be_visible()
    await anna.page.get_by_role("searchbox", name="Search").fill("")
    await expect(anna.rows).to_have_count(2)
    begun = [url for url in asked if "text=kettle" in url and "/search?" in url and "before=" not in url]
    assert len(begun) == 1, "typing and choosing where to search are one search"


async def test_a_dialog_is_found_by_its_number(known: Served, anna: Screen) -> None:
    await anna.page.get_by_role("searchbox", name="Search", exact=True).fill("#5")
    await anna.page.keyboard.press("Enter")
    await anna.page.get_by_role("list", name="Found messages").get_by_role("link").click()
    await expect(anna.page.locator(".card .number")).to_have_text("#5")


async def test_commands_open_what_the_desk_shows_itself(known: Served, anna: Screen) -> None:
    await anna.open(7)
    await anna.write("/files")
    pane = anna.page.get_by_role("complementary", name="Maria")
    await expect(pane.get_by_role("tab", name="Files")).to_have_attribute("aria-selected", "true")
    await anna.write("/search green")
    await expect(pane.locator("mark")).to_have_text("green")
    await anna.write("/closed")
    await expect(anna.rows).to_have_count(2)
    await anna.write("/open #3")
    await expect(anna.page.locator(".card .number")).to_have_text("#3")


async def test_a_contact_is_found_by_name(known: Served, anna: Screen) -> None:
    found = await search(anna, "mari")
    await found.get_by_role("button", name="Maria").click()
    await expect(anna.page.get_by_role("complementary", name="Maria")).to_be_visible()


async def test_a_contacts_card_says_all_that_is_known(known: Served, anna: Screen, maria: Locator) -> None:
    for words in (
        "Shop bot",
        "Web site",
        "<b>200 kettles</b>",
        "Offer sent",
        "Call her back",
        "Anna → ✓ Boris",
        "Dialogs: 3",
    ):
        await expect(maria).to_contain_text(words)
    await maria.get_by_role("link", name="#3").click()
    await expect(anna.page.locator(".card .number")).to_have_text("#3")
    await expect(anna.page.locator(".read-only")).to_contain_text("This dialog is closed")
    await expect(maria).to_be_visible()


async def test_the_whole_correspondence_is_read_as_one_or_by_dialogs(
    known: Served, anna: Screen, maria: Locator
) -> None:
    await maria.get_by_role("tab", name="Message history").click()
    said = maria.locator(".said")
    await expect(said).to_have_count(10)
    await expect(said.last).to_contain_text("kettle number 23")
    await maria.get_by_role("button", name="Earlier messages").click()
    await expect(said).to_have_count(20)
    await maria.get_by_role("button", name="Earlier messages").click()
    await expect(maria.get_by_role("button", name="Earlier messages")).to_be_hidden()
    await expect(maria.locator("summary")).to_have_count(3)
    await maria.get_by_role("button", name="Single window").click()
    await expect(anna.toast).to_contain_text("You read history so from now on.")
    assert not known.backend.by_dialogs
    await expect(maria.locator("summary")).to_have_count(0)
    await maria.get_by_role("button", name="By dialog").click()
    await expect(maria.locator("summary")).to_have_count(3)
    await maria.get_by_role("searchbox").fill("green")
    await expect(maria.locator("mark")).to_have_text("green")


async def test_what_was_exchanged_is_filtered_by_kind(known: Served, anna: Screen, maria: Locator) -> None:
    photo = Media(MediaKind.PHOTO, known.files.add(picture(60, 40, 9), "cup.png", "image/png"), "cup.png", "image/png")
    bill = Media(MediaKind.FILE, known.files.add(b"x", "bill.pdf", "application/pdf"), "bill.pdf", "application/pdf")
    await known.backend.customer_writes(7, Content(Text.plain("see https://example.com/kettle"), (photo, bill)))
    await maria.get_by_role("tab", name="Files").click()
    image = maria.get_by_role("img", name="cup.png")
    await expect(image).to_be_visible()
    assert await image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 60
    await maria.get_by_role("button", name="Files", exact=True).click()
    await expect(maria.get_by_role("link", name="bill.pdf")).to_have_attribute("download", "bill.pdf")
    await maria.get_by_role("button", name="Links", exact=True).click()
    await expect(maria.get_by_role("link", name="https://example.com/kettle")).to_be_visible()
    await maria.get_by_role("link", name="Maria · Today").click()
    await expect(anna.messages.last).to_have_class("message theirs customer none found")


async def test_a_contact_that_is_gone_is_said(browser: Browser, known: Served) -> None:
    async with screen(browser, known) as shown:
        await shown.sign_in()
        found = await search(shown, "mari")
        await expect(found.get_by_role("button", name="Maria")).to_be_visible()
        known.backend.talks.clear()
        await found.get_by_role("button", name="Maria").click()
        await expect(shown.page.get_by_role("alert")).to_have_text("There is no such contact.")
