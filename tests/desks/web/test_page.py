"""The page in a real browser: what operators see and do."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.model import Content, Delivery, FileRef, Key, Media, MediaKind, OperatorPosted, Status
from bot.text import Span, Style, Text, line, link
from bot.views.values import Quoted, Row, View
from tests.desks.web.browsing import PHONE, Screen, chromium, screen
from tests.desks.web.seed import picture
from tests.desks.web.serving import DESK, Served, served

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def hub(tmp_path: Path) -> AsyncIterator[Served]:
    """Two new dialogs, Maria's and Yusuf's, and one of Boris' in progress."""
    async with served(tmp_path) as running:
        for number, name in ((7, "Maria"), (8, "Yusuf"), (9, "Olga")):
            running.board.add(number, name, "shop" if number < 9 else "site")
            await running.board.customer_writes(number, f"Hello from {name}")
        running.board.replace(9, status=Status.IN_PROGRESS)
        running.board.talks[9].people = ["boris"]
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def anna(browser: Browser, hub: Served) -> AsyncIterator[Screen]:
    async with screen(browser, hub) as shown:
        await shown.sign_in()
        yield shown


# ---------------------------------------------------------------------------- coming in, the lists


async def test_signing_in_and_out(browser: Browser, hub: Served) -> None:
    async with screen(browser, hub) as shown:
        await shown.page.goto(f"{hub.url}/desk")
        await shown.page.get_by_label("Your key").fill("not a key")
        await shown.button("Sign in").click()
        await expect(shown.page.get_by_role("alert")).to_have_text("No operator has this key.")
        await shown.sign_in("boris")
        await expect(shown.page.locator(".me")).to_contain_text("boris")
        await shown.page.reload()
        await expect(shown.page.locator(".me")).to_contain_text("boris")
        await shown.page.locator(".me").click()
        await shown.page.get_by_role("menuitem", name="Sign out").click()
        await expect(shown.page.get_by_label("Your key")).to_be_visible()


async def test_sections_with_their_counters(anna: Screen) -> None:
    await expect(anna.rows).to_have_count(2)
    await expect(anna.page.locator("[data-section=new] .count")).to_have_text("2")
    await expect(anna.page.locator("[data-section=all] .count")).to_have_text("3")
    assert await anna.page.title() == "(2) Dialogs"
    await anna.page.get_by_role("button", name="In progress").click()
    await expect(anna.rows).to_have_count(1)
    await expect(anna.rows.first).to_contain_text("boris")
    await anna.page.get_by_role("button", name="Closed").click()
    await expect(anna.page.get_by_text("Nothing closed yet")).to_be_visible()


async def test_accounts_and_search_narrow_the_list(anna: Screen) -> None:
    await anna.page.locator("[data-section=all]").click()
    await expect(anna.rows).to_have_count(3)
    await anna.page.get_by_role("button", name="Web site").click()
    await expect(anna.rows).to_have_count(1)
    await anna.page.get_by_role("button", name="All accounts").click()
    await anna.page.get_by_label("Search in this section").fill("yusuf")
    await expect(anna.rows).to_have_count(1)
    await anna.page.get_by_label("Search in this section").fill("nobody")
    await expect(anna.page.get_by_text("Nothing found")).to_be_visible()


async def test_the_list_lives(anna: Screen) -> None:
    hub = anna.hub
    await hub.board.customer_writes(7, "Are you there?")
    await expect(anna.rows.first).to_contain_text("Are you there?")
    hub.board.add(10, "Newcomer")
    await hub.board.customer_writes(10, "First words")
    await expect(anna.rows).to_have_count(3)
    await expect(anna.page.locator("[data-section=new] .count")).to_have_text("3")


async def test_a_long_list_goes_on_below(browser: Browser, hub: Served) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=1)
    for number in range(100, 160):
        hub.board.add(number, f"Customer {number}")
        await hub.board.customer_writes(number, "hi", long_ago - timedelta(minutes=number))
    async with screen(browser, hub) as shown:
        await shown.sign_in()
        await shown.rows.nth(15).scroll_into_view_if_needed()
        await shown.page.locator(".list .scroll").evaluate("pane => pane.scrollTop = pane.scrollHeight")
        await expect(shown.rows.nth(30)).to_be_attached()
        await hub.board.customer_writes(100, "again")
        await expect(shown.rows.first).to_contain_text("again")
        assert await shown.rows.count() > 30


# ------------------------------------------------------------------------------------ answering


async def test_accepting_and_answering(anna: Screen) -> None:
    hub = anna.hub
    await anna.rows.filter(has_text="Maria").click()
    await expect(anna.messages).to_have_count(1)
    await anna.button("Accept").click()
    await expect(anna.page.locator(".card .chip")).to_have_text("In progress")
    await expect(anna.page.locator(".line")).to_contain_text("anna accepted the dialog")
    await expect(anna.button("Accept")).to_have_count(0)
    await anna.write("It is **on its way** :tada:")
    await expect(anna.messages.last).to_contain_text("It is on its way 🎉")
    await expect(anna.messages.last.locator("strong")).to_have_text("on its way")
    await expect(anna.messages.last.locator(".mark")).to_have_text("⏳")
    await hub.board.change(hub.board.talks[7].messages[-1], delivery=Delivery.READ)
    await expect(anna.messages.last.locator(".mark")).to_have_text("👀")
    await expect(anna.composer).to_have_value("")
    await expect(anna.messages).to_have_count(2)


async def test_what_the_customer_does_is_seen_at_once(anna: Screen) -> None:
    hub = anna.hub
    await anna.open(7)
    said = await hub.board.customer_writes(7, "My order?")
    await expect(anna.messages.last).to_contain_text("My order?")
    await hub.board.change(said, content=Content(Text.plain("My orders?")), edited_at=datetime.now(UTC))
    await expect(anna.messages.last).to_contain_text("My orders?")
    await expect(anna.messages.last.locator(".meta")).to_contain_text("edited")
    await hub.board.change(said, reactions=("❤️",))
    await expect(anna.messages.last.locator(".reactions")).to_have_text("❤️")
    await hub.board.change(said, deleted_at=datetime.now(UTC))
    await expect(anna.messages.last.locator(".meta")).to_contain_text("deleted")


async def test_shift_enter_is_a_new_line(anna: Screen) -> None:
    await anna.open(7)
    await anna.composer.press_sequentially("one")
    await anna.composer.press("Shift+Enter")
    await anna.composer.press_sequentially("two")
    await anna.composer.press("Enter")
    await expect(anna.messages.last.locator(".words")).to_have_text("one\ntwo")


async def test_notes_are_notes_however_they_are_written(anna: Screen) -> None:
    await anna.open(7)
    form = anna.page.locator(".composer")
    await anna.composer.fill("// aside")
    await expect(form).to_have_attribute("data-kind", "note")
    await anna.composer.fill("@boris look")
    await expect(form).to_have_attribute("data-kind", "note")
    await anna.composer.fill("me@boris")
    await expect(form).to_have_attribute("data-kind", "answer")
    await anna.button("Internal note").click()
    await anna.write("between us")
    await expect(anna.messages.last).to_have_class(re.compile(r"\bnote\b"))
    assert anna.hub.board.talks[7].messages[-1].message.delivery is Delivery.INTERNAL


async def test_a_strangers_words_wait_for_their_choice(anna: Screen) -> None:
    await anna.open(9)
    await anna.write("May I?")
    await expect(anna.toast).to_contain_text("boris works on this dialog")
    for label in ("Send and take over", "Join as co-executor", "Keep it internal"):
        await expect(anna.messages.last.get_by_role("button", name=label)).to_be_visible()
    await anna.messages.last.get_by_role("button", name="Join as co-executor").click()
    await expect(anna.messages.last.locator(".mark")).to_have_text("✅")
    await expect(anna.page.locator(".facts")).to_contain_text("Co-executors")


async def test_what_was_not_delivered_says_why_and_can_be_tried_again(anna: Screen) -> None:
    await anna.open(7)
    await anna.write("Hello")
    await expect(anna.messages.last.locator(".mark")).to_have_text("⏳")
    kept = anna.hub.board.talks[7].messages[-1]
    await anna.hub.board.change(kept, delivery=Delivery.FAILED, problem="the customer has blocked us")
    await expect(anna.messages.last.locator(".mark")).to_have_text("❌")
    await expect(anna.messages.last).to_contain_text("Not delivered: the customer has blocked us")
    await anna.messages.last.get_by_role("button", name="Retry").click()
    await expect(anna.messages.last.locator(".mark")).to_have_text("✅")


async def test_what_the_hub_did_not_take_can_be_sent_again_and_arrives_once(anna: Screen) -> None:
    await anna.open(7)
    anna.hub.office.fail = 1
    await anna.write("important words")
    await expect(anna.messages.last).to_contain_text("Not sent")
    assert not [event for event in anna.hub.office.events if isinstance(event, OperatorPosted)]
    await anna.messages.last.get_by_role("button", name="Retry").click()
    await expect(anna.messages.last.locator(".mark")).to_have_text("⏳")
    await expect(anna.messages.filter(has_text="important words")).to_have_count(1)


async def test_own_words_can_be_changed_and_deleted(anna: Screen) -> None:
    await anna.open(7)
    await anna.write("*frist*")
    await expect(anna.messages.last.locator(".mark")).to_have_text("⏳")
    await anna.composer.press("ArrowUp")
    await expect(anna.composer).to_have_value("*frist*")
    await anna.write("*first*")
    await expect(anna.messages.last.locator("em")).to_have_text("first")
    await expect(anna.messages.last.locator(".meta")).to_contain_text("edited")
    await anna.messages.last.hover()
    await anna.messages.last.get_by_label("Delete").click()
    await anna.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(anna.messages.last.locator(".meta")).to_contain_text("deleted")
    await anna.messages.first.hover()
    await expect(anna.messages.first.get_by_label("Delete")).to_have_count(0)


async def test_answering_one_message_and_marking_it(anna: Screen) -> None:
    await anna.open(7)
    await anna.messages.first.hover()
    await anna.messages.first.get_by_label("Mark as important").click()
    await expect(anna.messages.first.locator(".starred")).to_be_visible()
    await anna.messages.first.hover()
    await anna.messages.first.get_by_label("Answer this message").click()
    await anna.write("To this one")
    await expect(anna.messages.last.locator(".quoted")).to_contain_text("Hello from Maria")


async def test_unfinished_answers_wait_in_their_dialogs(anna: Screen) -> None:
    await anna.open(7)
    await anna.composer.fill("half an answer")
    await anna.open(8)
    await expect(anna.composer).to_have_value("")
    await anna.open(7)
    await expect(anna.composer).to_have_value("half an answer")


# ---------------------------------------------------------------------------------------- files


async def test_files_are_sent_and_shown(anna: Screen, tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(picture(60, 40, 10))
    (tmp_path / "план <b>.txt").write_text("plan")
    await anna.open(7)
    await anna.page.locator("input[type=file]").set_input_files([tmp_path / "photo.png", tmp_path / "план <b>.txt"])
    await expect(anna.page.locator(".chosen-file")).to_have_count(2)
    await anna.write("Both of them")
    image = anna.messages.last.locator("img")
    await expect(image).to_be_visible()
    assert await image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 60
    await expect(anna.messages.last.locator("a.file")).to_contain_text("план <b>.txt")
    await expect(anna.page.locator(".chosen-file")).to_have_count(0)
    await image.click()
    await expect(anna.page.locator("dialog.lightbox img")).to_be_visible()
    await anna.page.keyboard.press("Escape")


async def test_a_file_that_is_too_large_is_refused_before_it_is_sent(anna: Screen, tmp_path: Path) -> None:
    (tmp_path / "large.bin").write_bytes(b"x" * (3 * 1024 * 1024))
    await anna.open(7)
    await anna.page.locator("input[type=file]").set_input_files(tmp_path / "large.bin")
    await expect(anna.toast).to_contain_text("large.bin: larger than 2 MB")
    await expect(anna.page.locator(".chosen-file")).to_have_count(0)


async def test_a_picture_that_is_gone_becomes_a_plain_file(anna: Screen) -> None:
    gone = Media(MediaKind.PHOTO, FileRef("hub", "nowhere"), "gone.jpg", "image/jpeg")
    await anna.open(7)
    await anna.hub.board.customer_writes(7, Content(attachments=(gone,)))
    await expect(anna.messages.last.locator("a.file")).to_contain_text("gone.jpg")


# -------------------------------------------------------------------------- forms and commands


async def test_closing_by_a_form_that_says_what_is_missing(anna: Screen) -> None:
    await anna.open(7)
    await anna.button("Close").click()
    form = anna.page.get_by_role("dialog")
    await expect(form).to_contain_text("Close · #7")
    await form.get_by_role("button", name="Close", exact=True).click()
    await expect(form).to_contain_text("Please fill this in.")
    await form.get_by_label("Spam").check()
    await form.get_by_label("Comment").fill("two words")
    await form.get_by_role("button", name="Close", exact=True).click()
    await expect(form).to_have_count(0)
    await expect(anna.page.locator(".read-only")).to_contain_text("This dialog is closed")
    await expect(anna.composer).to_be_hidden()
    assert anna.hub.board.talks[7].dialog.comment == "two words"


async def test_what_the_hub_refuses_is_said_beside_its_field(anna: Screen) -> None:
    await anna.open(7)
    await anna.button("Close").click()
    form = anna.page.get_by_role("dialog")
    await form.get_by_role("radio").first.evaluate("box => box.value = 'no such reason'")
    await form.get_by_label("Bought").check()
    await form.get_by_role("button", name="Close", exact=True).click()
    await expect(form.locator(".error")).to_contain_text(["Choose a reason: this account asks for one."])
    await anna.page.keyboard.press("Escape")
    await expect(form).to_have_count(0)


async def test_commands_complete_themselves_and_answer_to_their_author(anna: Screen) -> None:
    await anna.open(7)
    await anna.composer.press_sequentially("/he")
    await expect(anna.page.get_by_role("option")).to_have_count(1)
    await anna.composer.press("Tab")
    await expect(anna.composer).to_have_value("/help ")
    await anna.composer.press("Enter")
    await expect(anna.toast).to_contain_text("What you can do")
    await expect(anna.toast).to_contain_text("Only you see this")
    await expect(anna.messages).to_have_count(1)
    await anna.write("/dialog accept")
    await expect(anna.page.locator(".card .chip")).to_have_text("In progress")
    await anna.write("@hub rename")
    await expect(anna.page.get_by_role("dialog")).to_contain_text("Rename")


async def test_what_the_hub_tells_one_alone(anna: Screen) -> None:
    told = line("Look at ", link("#8", f"{anna.hub.url}/desk#/dialog/8"))
    await anna.hub.board.keep(DESK, "anna", View((Row(told),), keys=(Key("n"),)), None)
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
        await hub.board.customer_writes(8, f"word {number:03}", start + timedelta(minutes=number))
    async with screen(browser, hub) as shown:
        await shown.sign_in()
        await shown.open(8)
        await expect(shown.messages).to_have_count(50)
        await expect(shown.messages.last).to_be_in_viewport()
        await shown.page.locator(".middle .scroll").evaluate("pane => pane.scrollTop = 0")
        await expect(shown.messages).to_have_count(100)
        await expect(shown.messages.filter(has_text="word 080")).to_be_in_viewport()
        await hub.board.customer_writes(8, "news")
        await expect(shown.button("New messages")).to_be_visible()
        await expect(shown.messages.last).not_to_be_in_viewport()
        await shown.button("New messages").click()
        await expect(shown.messages.last).to_be_in_viewport()


async def test_a_quote_leads_to_what_it_quotes(browser: Browser, hub: Served) -> None:
    first = hub.board.talks[8].messages[0]
    for number in range(130):
        await hub.board.customer_writes(8, f"word {number:03}")
    quoting = await hub.board.customer_writes(8, "as I said")
    quoting.quoted = Quoted("Hello from Yusuf", "Yusuf", f"/desk#/dialog/8/{first.post}")
    async with screen(browser, hub) as shown:
        await shown.sign_in()
        await shown.open(8)
        await shown.messages.last.locator("a.quoted").click()
        await expect(shown.messages.filter(has_text="Hello from Yusuf").first).to_be_in_viewport()


# ------------------------------------------------------------------------------ bad input, bad days

EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'`{{7*7}}"


async def test_words_of_customers_are_words(browser: Browser, hub: Served) -> None:
    talk = hub.board.add(66, EVIL, title=EVIL)
    spans = (
        Span(EVIL, Style.BOLD),
        Span(EVIL, Style.PRE, language=EVIL),
        Span("click", link="javascript:alert(3)"),
        Span(" data:text/html,<script>alert(4)</script> https://ok.example/<script>"),
    )
    media = Media(MediaKind.FILE, hub.files.add(b"<script>alert(5)</script>", "x.html", "text/html"), EVIL, "text/html")
    await hub.board.customer_writes(66, Content(Text(spans), (media,)))
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
    await anna.page.evaluate("dispatchEvent(new Event('online'))")  # makes it look for its stream at once
    await expect(anna.page.locator(".banner")).to_be_visible()
    await anna.hub.board.customer_writes(7, "while you were away")
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
    await expect(anna.page.get_by_role("alert")).to_contain_text("This dialog does not exist")


async def test_a_dialog_of_another_team_chat_can_be_read(anna: Screen) -> None:
    anna.hub.board.replace(7, desk="slack")
    await anna.open(7)
    await expect(anna.messages).to_have_count(1)
    await expect(anna.page.locator(".read-only")).to_contain_text("answered in another team chat")


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
    await expect(anna.page.get_by_label("Search in this section")).to_be_focused()
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
        hub.board.add(7, "Мария")
        await hub.board.customer_writes(7, "Здравствуйте")
        await shown.page.goto(f"{hub.url}/desk")
        await shown.page.get_by_label("Ваш ключ").fill("anna's own key")
        await shown.button("Войти").click()
        await expect(shown.rows.first).to_contain_text("Новый")
        await shown.rows.first.click()
        await expect(shown.composer).to_have_attribute("placeholder", re.compile("Напишите ответ"))
        await expect(shown.page.locator(".day")).to_have_text("Сегодня")
        assert await shown.page.title() == "(1) Диалоги"
