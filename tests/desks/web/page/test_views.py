"""Views for browsing: tabs, menus, pages, files; forms with many choices."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from bot.domain import Commanded, Key, Media, MediaKind, Pressed, Submitted
from bot.domain.text import Text, line, link
from bot.views.values import (
    Ask,
    Button,
    Field,
    FieldKind,
    Form,
    Invalid,
    Menu,
    Option,
    Row,
    Silent,
    Tone,
    View,
    Whisper,
)
from tests.desks.web.browsing import PHONE, Screen, screen
from tests.desks.web.seed import picture
from tests.desks.web.serving import DESK, Served

pytestmark = pytest.mark.asyncio(loop_scope="package")

OPEN = Button("tasks", "Open ones", "open", Tone.PRIMARY)
DONE = Button("tasks", "Done", "done")
WHOSE = Menu("Whose", (Button("tasks", "Mine", "mine"), Button("tasks", "Everybody's", "all")), chosen="mine")
CALL = Row(
    Text.plain("Call Maria"), tuple(Button(word, word.title(), word) for word in ("tick", "later", "drop", "pass"))
)
TASKS = View((CALL,), "Tasks", tabs=(OPEN, DONE), menus=(WHOSE,), buttons=(Button("tasks", "Next page", "page2"),))


def tasks(words: str) -> Whisper:
    return Whisper(View((Row(Text.plain(words)),), f"Tasks: {words}", tabs=(OPEN, DONE), menus=(WHOSE,)), replaces=True)


@pytest.fixture
def listing(hub: Served) -> Served:
    hub.core.answers |= {
        "tasks": Whisper(TASKS),
        "done": tasks("all done"),
        "all": tasks("everybody's"),
        "page2": tasks("second page"),
        "drop": tasks("dropped"),
        "tick": Silent(),
    }
    return hub


async def test_what_is_pressed_in_a_view_changes_it_in_its_place(listing: Served, anna: Screen) -> None:
    await anna.open(7)
    await anna.write("/tasks")
    pane = anna.page.get_by_role("complementary", name="Tasks")
    await expect(pane).to_contain_text("Call Maria")
    await pane.get_by_role("button", name="Done").click()
    await expect(pane).to_contain_text("all done")
    await expect(anna.page.locator(".pane h2")).to_have_text("Tasks: all done")
    await expect(anna.page.get_by_role("button", name="Done")).to_be_focused()
    await expect(anna.toast).to_have_count(0)
    pressed = anna.hub.core.of(Pressed)[-1]
    assert isinstance(pressed, Pressed)
    assert (pressed.token, pressed.place.thread) == ("done", "7")


async def test_a_menu_says_what_holds_and_is_used_by_keys(listing: Served, anna: Screen) -> None:
    await anna.open(7)
    await anna.write("/tasks")
    menu = anna.page.get_by_role("button", name="Whose: Mine")
    await menu.focus()
    await anna.page.keyboard.press("Enter")
    await expect(anna.page.get_by_role("menuitemradio", name="Mine")).to_be_focused()
    await anna.page.keyboard.press("e")
    await expect(anna.page.get_by_role("menuitemradio", name="Everybody's")).to_be_focused()
    await anna.page.keyboard.press("Enter")
    await expect(anna.page.locator(".pane h2")).to_have_text("Tasks: everybody's")


async def test_a_row_with_many_buttons_keeps_some_in_a_menu(listing: Served, anna: Screen) -> None:
    await anna.open(7)
    await anna.write("/tasks")
    row = anna.page.locator(".pane .row")
    await expect(row.get_by_role("button")).to_have_text(["Tick", "Later", ""])
    await row.get_by_role("button", name="More").click()
    await anna.page.get_by_role("menuitem", name="Drop").click()
    await expect(anna.page.locator(".pane h2")).to_have_text("Tasks: dropped")
    await anna.page.keyboard.press("Escape")
    await expect(anna.page.locator(".pane")).to_be_hidden()
    await expect(anna.composer).to_be_focused()


async def test_a_notice_is_changed_where_it_stands(listing: Served, anna: Screen) -> None:
    notice = View((Row(Text.plain("Call Maria"), (Button("tick", "Done", "done"),)),), keys=(Key("n"),))
    await anna.hub.backend.keep(DESK, "anna", notice, None)
    await anna.toast.get_by_role("button", name="Done").click()
    await expect(anna.toast).to_contain_text("all done")
    await expect(anna.page.locator(".pane")).to_be_hidden()


async def test_pictures_of_a_view_are_shown_and_tables_can_be_had(anna: Screen) -> None:
    files = anna.hub.files
    chart = Media(MediaKind.PHOTO, files.add(picture(80, 40, 9), "chart.png", "image/png"), "chart.png", "image/png")
    table = Media(MediaKind.FILE, files.add(b"a;b", "report.csv", "text/csv"), "report.csv", "text/csv", 3)
    notice = View((Row(Text.plain("The report")),), keys=(Key("r"),), files=(chart, table))
    await anna.hub.backend.keep(DESK, "anna", notice, None)
    image = anna.toast.locator("img")
    await expect(image).to_be_visible()
    assert await image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 80
    csv = anna.toast.get_by_role("link", name="report.csv")
    await expect(csv).to_have_attribute("download", "report.csv")
    address = await csv.get_attribute("href")
    assert address is not None
    assert files.read(address.rsplit("/", 1)[-1]) == b"a;b"


MESSAGES = Field(
    "messages", "Messages", FieldKind.MANY, True, (Option("1", "one"), Option("2", "two"), Option("3", "<b>")), "2"
)


async def test_a_report_that_was_just_asked_for_opens_beside_the_dialog(anna: Screen) -> None:
    files = anna.hub.files
    chart = Media(MediaKind.PHOTO, files.add(picture(80, 40, 9), "chart.png", "image/png"), "chart.png", "image/png")
    anna.hub.core.answers["report"] = Whisper(View((Row(Text.plain("It is being made.")),)))
    await anna.open(7)
    await anna.write("/report")
    await expect(anna.toast).to_contain_text("It is being made.")
    await anna.hub.backend.keep(DESK, "anna", View((Row(Text.plain("9 closed")),), "Report", files=(chart,)), None)
    pane = anna.page.get_by_role("complementary", name="Report")
    await expect(pane.locator("img")).to_be_visible()
    await pane.get_by_title("chart.png").click()
    await expect(anna.page.locator("dialog.lightbox img")).to_be_visible()


async def test_any_number_can_be_chosen_in_a_form(anna: Screen) -> None:
    comment = Field("comment", "Comment", FieldKind.AREA)
    anna.hub.core.answers |= {
        "forward": Ask(Form("Forward", "form", (MESSAGES, comment), "Forward")),
        "form": Invalid({"messages": "Two at most."}),
    }
    await anna.open(7)
    await anna.write("/forward")
    form = anna.page.get_by_role("dialog", name="Forward")
    await expect(form.get_by_label("two")).to_be_checked()
    await form.get_by_label("two").uncheck()
    await form.get_by_role("button", name="Forward").click()
    await expect(form).to_contain_text("Fill in this field.")
    await form.get_by_label("<b>").check()
    await form.get_by_label("one").check()
    await form.get_by_label("Comment").fill("see\nthis")
    await form.get_by_role("button", name="Forward").click()
    await expect(form.get_by_role("group", name="Messages")).to_contain_text("Two at most.")
    sent = anna.hub.core.of(Submitted)[-1]
    assert isinstance(sent, Submitted)
    assert sent.values == {"messages": "1,3", "comment": "see\nthis"}


async def test_several_messages_are_chosen_and_one_action_takes_them(anna: Screen) -> None:
    anna.hub.core.answers["forward"] = Ask(Form("Forward", "form", (MESSAGES,), "Forward"))
    await anna.hub.backend.customer_writes(7, "Second words")
    await anna.open(7)
    for message in (anna.messages.first, anna.messages.last):
        await message.hover()
        await message.get_by_label("Select", exact=True).click()
    bar = anna.page.get_by_role("toolbar", name="Selected messages")
    await expect(bar).to_contain_text("Selected: 2")
    await bar.get_by_role("button", name="Forward").click()
    await expect(anna.page.get_by_role("dialog", name="Forward")).to_be_visible()
    asked = anna.hub.core.of(Commanded)[-1]
    assert isinstance(asked, Commanded)
    assert (asked.words, asked.place.thread) == ("forward", "7")
    await anna.page.keyboard.press("Escape")
    await bar.get_by_label("Clear selection").click()
    await expect(bar).to_be_hidden()
    assert anna.hub.backend.talks[7].chosen == set()


async def test_shelves_open_beside_the_dialog(listing: Served, anna: Screen) -> None:
    await anna.open(7)
    await anna.page.get_by_role("group", name="Workplace").get_by_role("button", name="My tasks").click()
    await expect(anna.page.get_by_role("complementary", name="Tasks")).to_contain_text("Call Maria")
    await expect(anna.messages.first).to_be_visible()


async def test_on_a_phone_a_view_covers_the_page_until_one_leaves_it(browser: Browser, listing: Served) -> None:
    link_to_olga = line(link("#9 · Olga", "/desk#/dialog/9"))
    listing.core.answers["tasks"] = Whisper(View((*TASKS.rows, Row(link_to_olga)), "Tasks", tabs=TASKS.tabs))
    async with screen(browser, listing, **PHONE) as shown:
        await shown.sign_in()
        await shown.open(7)
        await shown.write("/tasks")
        await expect(shown.page.locator(".pane")).to_be_in_viewport(ratio=1)
        assert await shown.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await shown.page.get_by_role("link", name="#9 · Olga").tap()
        await expect(shown.page.locator(".card .number")).to_have_text("#9")
        await expect(shown.page.locator(".pane")).to_be_hidden()
