"""The widget in a real browser, on a page of another site with a strict policy."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Error, expect

from bot.domain import ChatId, Content, CustomerWrote, Media, MediaKind, ProfileChanged, Receipt, ReceiptState
from bot.domain.text import Span, Style, Text
from bot.ports import Outgoing
from bridges.webchat import WebchatSettings
from tests.bridges.webchat.browser import Window, browsing, shop, window
from tests.bridges.webchat.conftest import Site, site_of
from tests.browsers import new_context
from tests.tools import folder, tools
from tests.waiting import FACT

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000100000001080600000"
    "01f15c4890000000d49444154789c6360f8cfc000000301010018dd8db00000000049454e44ae426082"
)


@dataclass
class Street:
    """A hub, a shop's page with its chat, and a browser."""

    site: Site
    shop: str
    browser: Browser

    async def visit(self, path: str = "/", **options: object) -> Window:
        context = await new_context(self.browser, locale="en-GB", reduced_motion="reduce", **options)
        return await window(context, self.shop + path)

    async def wrote(self, amount: int = 1) -> list[CustomerWrote]:
        async with asyncio.timeout(FACT), self.site.updates.changed:
            await self.site.updates.changed.wait_for(lambda: len(self._wrote()) >= amount)
        return self._wrote()

    def _wrote(self) -> list[CustomerWrote]:
        return [event for event in self.site.updates.events if isinstance(event, CustomerWrote)]

    async def told(self, state: ReceiptState, ref: str) -> None:
        def found() -> bool:
            receipts = [event for event in self.site.updates.events if isinstance(event, Receipt)]
            return any((one.state, one.ref) == (state, ref) for one in receipts)

        async with asyncio.timeout(FACT), self.site.updates.changed:
            await self.site.updates.changed.wait_for(found)


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with browsing() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def street(tmp_path: Path, chromium: Browser) -> AsyncIterator[Street]:
    settings = WebchatSettings(kind="webchat", title="Hillside Tea", origins=("http://localhost:*",))
    async with (
        aiohttp.ClientSession() as http,
        site_of(tools(tmp_path, http), settings, http) as site,
        shop(site) as url,
    ):
        yield Street(site, url, chromium)
        for context in chromium.contexts:
            await context.close()


async def meet(street: Street, text: str = "hello") -> tuple[Window, ChatId]:
    """Returns a visitor who has written once."""
    seen = await street.visit()
    await seen.open()
    await seen.write(text)
    [event] = await street.wrote()
    return seen, event.chat


async def test_the_focus_stays_in_the_form_that_a_visitor_fills_in(street: Street) -> None:
    chat = await street.visit()
    await chat.open()
    name, text = chat.chat.locator("#about input").first, chat.chat.locator("#text")
    await expect(text).to_be_focused()
    await name.focus()
    [frame] = chat.page.frames[1:]
    await frame.evaluate("addEventListener('message', () => { window.heard = true; })")
    await chat.page.evaluate("dialogHub.open()")
    await frame.wait_for_function("window.heard")
    await chat.page.keyboard.type("Vera Orlova")
    assert (await name.input_value(), await text.input_value()) == ("Vera Orlova", "")


async def test_a_conversation_live_and_after_a_reload(street: Street) -> None:
    seen, chat = await meet(street, "Is there <b>oolong</b>?")
    await expect(seen.message("oolong").locator(".meta .state.sent")).to_be_visible()
    sent = await street.site.answer(chat, "Yes, in 25 g packs")
    await expect(seen.message("25 g packs").locator(".bubble")).to_be_visible()
    await expect(seen.message("25 g packs").locator(".author")).to_contain_text("Anna Petrova")
    await street.told(ReceiptState.READ, sent.refs[0])

    await seen.page.reload()
    await expect(seen.message("25 g packs").locator(".bubble")).to_be_visible()  # it was open: it is open again
    assert await seen.texts() == ["Is there <b>oolong</b>?", "Yes, in 25 g packs"]
    await seen.page.goto(f"{street.shop}/other")
    await expect(seen.message("25 g packs").locator(".bubble")).to_be_visible()
    await seen.write("Good")
    assert {event.chat for event in await street.wrote(2)} == {chat}
    assert seen.errors == []


async def test_what_the_hub_could_not_take_survives_a_reload_and_arrives_once(street: Street) -> None:
    seen, chat = await meet(street)
    street.site.updates.broken = True
    calls = street.site.updates.calls
    await seen.write("one")
    await seen.write("two")
    async with asyncio.timeout(FACT):
        while street.site.updates.calls == calls:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await expect(seen.message("one").locator(".meta .state.sending")).to_be_visible()
    await seen.page.reload()
    await expect(seen.message("two").locator(".meta .state.sending")).to_be_visible()
    street.site.updates.broken, street.site.updates.lose_answers = False, 1  # the first response is lost on its way
    texts = [event.content.text.characters for event in await street.wrote(3)]
    assert texts == ["hello", "one", "two"]
    await expect(seen.message("two").locator(".meta .state.sent")).to_be_visible()
    assert await seen.texts() == ["hello", "one", "two"]
    assert {event.chat for event in await street.wrote(3)} == {chat}


async def test_without_a_connection_nothing_is_lost_either_way(street: Street) -> None:
    seen, chat = await meet(street)
    await seen.page.context.set_offline(True)
    street.site.server.cut()
    await expect(seen.chat.locator("#hint")).to_have_attribute("data-state", "offline")
    await seen.write("one")
    await seen.write("two")
    await expect(seen.message("two").locator(".meta .state.sending")).to_be_visible()
    for n in range(3):
        await street.site.answer(chat, f"answer {n}")
    await seen.page.context.set_offline(False)
    assert len(await street.wrote(3)) == 3
    await expect(seen.message("two").locator(".meta .state.sent")).to_be_visible()
    await expect(seen.chat.locator("#list .row")).to_have_count(6)
    await expect(seen.chat.locator("#hint")).to_have_attribute("data-state", "online")
    assert await seen.texts() == ["hello", "answer 0", "answer 1", "answer 2", "one", "two"]


async def test_a_line_that_breaks_again_and_again_loses_and_doubles_nothing(street: Street) -> None:
    seen, chat = await meet(street)
    for n in range(12):
        await street.site.answer(chat, f"answer {n}")
        if n % 2:
            street.site.server.cut()
        if n % 3 == 0:
            await seen.write(f"question {n}")
    await expect(seen.chat.locator("#list .row")).to_have_count(17)
    await expect(seen.chat.locator(".meta .state.sending")).to_have_count(0)
    texts = await seen.texts()
    assert [one for one in texts if "answer" in one] == [f"answer {n}" for n in range(12)]
    assert [one for one in texts if "question" in one] == [f"question {n}" for n in range(0, 12, 3)]


async def test_where_streams_do_not_come_through_the_widget_asks(street: Street) -> None:
    seen = await street.visit()

    async def proxy(route, request) -> None:  # type: ignore[no-untyped-def]
        if "event-stream" in request.headers["accept"]:
            await route.fulfill(status=504)
        else:
            await route.continue_()

    await seen.page.route("**/events*", proxy)
    await seen.open()
    await seen.write("hello")
    [event] = await street.wrote()
    await street.site.answer(event.chat, "it comes all the same")
    await expect(seen.message("all the same").locator(".bubble")).to_be_visible()


async def test_files_both_ways(street: Street) -> None:
    seen, chat = await meet(street)
    files = [
        {"name": "cat.png", "mimeType": "image/png", "buffer": PNG},
        {"name": "счёт № 1.pdf", "mimeType": "application/pdf", "buffer": b"%PDF" * 50_000},
    ]
    await seen.chat.locator("#picker").set_input_files(files)  # type: ignore[arg-type]
    await seen.write("both")
    event = (await street.wrote(2))[1]
    photo, bill = event.content.attachments
    assert isinstance(photo, Media)
    assert isinstance(bill, Media)
    assert (photo.kind, bill.kind, bill.name, bill.size) == (MediaKind.PHOTO, MediaKind.FILE, "счёт № 1.pdf", 200_000)
    assert folder(street.site.tools).read(bill.file.id) == b"%PDF" * 50_000

    ours = Media(
        MediaKind.PHOTO, folder(street.site.tools).add(PNG, "tea.png", "image/png"), "tea.png", "image/png", 70
    )
    await street.site.answer(chat, Content(attachments=(ours,)))
    picture = seen.chat.locator(".operator img")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1
    async with seen.page.expect_download() as downloading:
        await seen.chat.locator("a.file", has_text="счёт").click()
    assert (await (await downloading.value).path()).read_bytes() == b"%PDF" * 50_000
    assert seen.errors == []


async def test_a_file_half_sent_survives_a_reload(street: Street) -> None:
    seen, _ = await meet(street)
    street.site.updates.broken = True
    await seen.page.route("**/files", lambda route: route.abort())
    await seen.chat.locator("#picker").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"kept"})
    await seen.write("with a file")
    await expect(seen.message("with a file").locator(".meta .state.sending")).to_be_visible()
    await seen.page.unroute("**/files")
    street.site.updates.broken = False
    await seen.page.reload()
    [media] = (await street.wrote(2))[1].content.attachments
    assert isinstance(media, Media)
    assert folder(street.site.tools).read(media.file.id) == b"kept"


async def test_a_file_too_large_is_said_before_it_is_sent(street: Street) -> None:
    seen, _ = await meet(street)
    await seen.chat.locator("#text").evaluate(
        """text => { const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(26 * 1024 * 1024)], "film.mov"));
        data.items.add(new File(["ok"], "a.txt"));
        text.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})); }"""
    )
    await expect(seen.chat.locator("#problem")).to_contain_text("at most 25 MB")
    await expect(seen.chat.locator("#files li")).to_have_count(1)


async def test_edits_deletions_and_reactions_change_what_stands(street: Street) -> None:
    seen, chat = await meet(street)
    [event] = await street.wrote()
    first = await street.site.answer(chat, "helo", reply_to=event.ref)
    second = await street.site.answer(chat, "to another one")
    await expect(seen.message("to another one")).to_have_count(1)
    await street.site.bridge.edit(chat, first.refs[0], Outgoing(Content(Text.plain("hello to you"))))
    await street.site.bridge.delete(chat, second.refs)
    await street.site.bridge.react(chat, event.ref, "👍")
    await expect(seen.message("hello to you").locator(".meta")).to_contain_text("edited")
    await expect(seen.message("hello to you").locator(".quoted")).to_contain_text("hello")
    await expect(seen.message("to another one")).to_have_count(0)
    await expect(seen.message("Message deleted")).to_have_count(1)
    await expect(seen.chat.locator(".row.customer .reaction")).to_have_text("👍")
    await street.site.bridge.react(chat, event.ref, None)
    await expect(seen.chat.locator(".reaction")).to_have_count(0)


async def test_nothing_that_people_write_is_markup(street: Street) -> None:
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    seen, chat = await meet(street, evil)
    spans = [
        Span(evil, Style.BOLD),
        Span("here", link="javascript:alert(3)"),
        Span(" there", link="https://a.b/?x=<y>"),
    ]
    await street.site.answer(chat, Content(Text.of(spans)), author=evil)
    row = seen.chat.locator("#list .row.operator", has_text="here")
    await expect(row).to_contain_text(evil)
    assert await seen.chat.locator("#list img, #list script").count() == 0
    links = row.locator(".text a")
    assert await links.count() == 1
    assert await links.get_attribute("href") == "https://a.b/?x=<y>"
    assert await links.get_attribute("rel") == "noopener noreferrer nofollow"
    assert seen.errors == []


async def test_names_are_asked_once_and_remembered(street: Street) -> None:
    seen = await street.visit()
    await seen.open()
    form = seen.chat.locator("#about")
    await form.locator("input[name=name]").fill("Ada")
    await seen.write("hello")  # details count even when Save is not pressed
    [event] = await street.wrote()
    assert (event.profile.name, event.profile.email, event.profile.locale) == ("Ada", "", "en")
    await seen.page.reload()
    await expect(seen.message("hello")).to_have_count(1)
    await expect(form).to_be_hidden()
    await seen.chat.locator("#about-button").click()
    await expect(form.locator("input[name=name]")).to_have_value("Ada")
    await form.locator("input[name=email]").fill("ada@example.com")
    await form.locator("button[type=submit]").click()
    await street.site.updates.until(2)
    changed = [one for one in street.site.updates.events if isinstance(one, ProfileChanged)]
    assert [(one.profile.name, one.profile.email) for one in changed] == [("Ada", "ada@example.com")]


async def test_the_form_may_be_skipped(street: Street) -> None:
    seen = await street.visit()
    await seen.open()
    await seen.chat.locator("#about button[type=button]").click()
    await seen.page.reload()
    await expect(seen.chat.locator("#greeting")).to_be_visible()
    await expect(seen.chat.locator("#about")).to_be_hidden()


async def test_a_closed_chat_counts_what_is_unread(street: Street) -> None:
    seen, chat = await meet(street)
    await seen.chat.locator("#text").press("Escape")
    await expect(seen.launcher).to_have_attribute("aria-expanded", "false")
    assert (
        await seen.page.evaluate("document.activeElement.shadowRoot.activeElement.getAttribute('aria-expanded')")
        == "false"
    )
    sent = [await street.site.answer(chat, f"{n}") for n in range(3)]
    await expect(seen.launcher.locator("b")).to_have_text("3")
    await expect(seen.launcher).to_have_attribute("aria-label", "Open the chat, unread: 3")
    await street.told(ReceiptState.DELIVERED, sent[2].refs[0])
    assert not [
        one for one in street.site.updates.events if isinstance(one, Receipt) and one.state is ReceiptState.READ
    ]
    await seen.page.reload()
    await expect(seen.launcher.locator("b")).to_have_text("3")
    await seen.open()
    await street.told(ReceiptState.READ, sent[2].refs[0])
    await expect(seen.launcher.locator("b")).to_be_hidden()


async def test_tabs_show_the_same(street: Street) -> None:
    one, chat = await meet(street)
    other = await window(one.page.context, street.shop)
    await other.open()
    await other.write("from the second tab")
    await one.write("from the first tab")
    await street.site.answer(chat, "to both")
    for seen in (one, other):
        await expect(seen.chat.locator("#list .row")).to_have_count(4)
        await expect(seen.chat.locator(".meta .state.sending")).to_have_count(0)
    assert await one.texts() == await other.texts()
    assert len(await street.wrote(3)) == 3


async def test_where_frames_may_keep_nothing_the_page_remembers_whose_conversation_it_is(street: Street) -> None:
    async with browsing(frames_keep=False) as browser:
        street.browser = browser
        seen, chat = await meet(street)
        await street.site.answer(chat, "hello to you")
        await expect(seen.message("hello to you")).to_have_count(1)
        await seen.page.reload()
        await expect(seen.message("hello to you")).to_have_count(1)
        assert await seen.texts() == ["hello", "hello to you"]
        await seen.write("still me")
        assert (await street.wrote(2))[1].chat == chat


async def test_only_named_sites_may_show_the_chat(street: Street) -> None:
    street.site.bridge.settings = WebchatSettings(kind="webchat", origins=("https://elsewhere.example.com",))
    seen = await street.visit()
    await seen.launcher.click()
    async with asyncio.timeout(FACT):
        while not any("frame-ancestors" in error for error in seen.errors):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert await seen.chat.locator("#text").count() == 0


async def test_nothing_is_loaded_for_those_who_only_look(street: Street) -> None:
    seen = await street.visit()
    await expect(seen.launcher).to_be_visible()
    assert await seen.page.locator("iframe").count() == 0
    assert await seen.page.evaluate("Object.keys(localStorage).length") == 0


async def test_keyboards_and_screen_readers(street: Street) -> None:
    seen, chat = await meet(street)
    await seen.chat.locator("#text").press("Enter")  # nothing to send
    await seen.chat.locator("#text").press_sequentially("two")
    await seen.chat.locator("#text").press("Shift+Enter")
    await seen.chat.locator("#text").press_sequentially("lines")
    await seen.chat.locator("#text").press("Enter")
    assert (await street.wrote(2))[1].content.text.characters == "two\nlines"
    await street.site.answer(chat, "spoken")
    await expect(seen.chat.locator("#said")).to_have_text("Anna Petrova: spoken")
    for _ in range(30):
        await seen.page.keyboard.press("Tab")
        assert await seen.page.evaluate("document.activeElement.shadowRoot.activeElement.tagName") == "IFRAME"
    await seen.chat.locator("#emoji-button").click()
    await seen.page.keyboard.press("ArrowRight")
    await seen.page.keyboard.press("Enter")
    await seen.page.keyboard.press("Escape")
    await expect(seen.chat.locator("#emoji")).to_be_hidden()
    await expect(seen.chat.locator("#text")).to_have_value("😄")
    await expect(seen.launcher).to_have_attribute("aria-expanded", "true")


async def test_a_site_in_russian(street: Street) -> None:
    async with shop(street.site, lang="ru-RU") as url:
        seen = await window(await new_context(street.browser, locale="en-GB"), url)
        await expect(seen.launcher).to_have_attribute("aria-label", "Открыть чат")
        await seen.open()
        await expect(seen.chat.locator("#text")).to_have_attribute("placeholder", "Напишите сообщение…")


async def test_on_a_phone_the_chat_takes_the_whole_window(street: Street) -> None:
    seen = await street.visit(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    await seen.open()
    await expect(seen.page.locator("iframe")).to_be_visible()
    box = await seen.page.locator("iframe").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert await seen.page.evaluate("getComputedStyle(document.documentElement).overflow") == "hidden"
    assert await seen.chat.locator("main").evaluate("main => main.scrollWidth") == 390
    await seen.chat.locator("#close").click()
    assert await seen.page.evaluate("document.documentElement.style.overflow") == ""


async def test_a_page_of_its_own(street: Street) -> None:
    context = await new_context(street.browser, locale="en-GB")
    page = await context.new_page()
    await page.goto(street.site.chat_url)
    await page.locator("#text").fill("hello")
    await page.locator("#send").click()
    [event] = await street.wrote()
    sent = await street.site.answer(event.chat, "hello to you")
    await street.told(ReceiptState.READ, sent.refs[0])
    with pytest.raises(Error):
        await page.locator("#close").click(timeout=200)
