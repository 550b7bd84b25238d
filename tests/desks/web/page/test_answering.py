"""Answers: sent, held, refused, changed; and files."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.domain import Content, Delivery, FileRef, Media, MediaKind, OperatorPosted
from bot.domain.text import Text
from tests.desks.web.browsing import Screen
from tests.desks.web.seed import picture

pytestmark = pytest.mark.asyncio(loop_scope="package")


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
    await hub.backend.change(hub.backend.talks[7].messages[-1], delivery=Delivery.READ)
    await expect(anna.messages.last.locator(".mark")).to_have_text("👀")
    await expect(anna.composer).to_have_value("")
    await expect(anna.messages).to_have_count(2)


async def test_what_the_customer_does_is_seen_at_once(anna: Screen) -> None:
    hub = anna.hub
    await anna.open(7)
    said = await hub.backend.customer_writes(7, "My order?")
    await expect(anna.messages.last).to_contain_text("My order?")
    await hub.backend.change(said, content=Content(Text.plain("My orders?")), edited_at=datetime.now(UTC))
    await expect(anna.messages.last).to_contain_text("My orders?")
    await expect(anna.messages.last.locator(".meta")).to_contain_text("edited")
    await hub.backend.change(said, reactions=("❤️",))
    await expect(anna.messages.last.locator(".reactions")).to_have_text("❤️")
    await hub.backend.change(said, deleted_at=datetime.now(UTC))
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
    await anna.composer.fill("me@boris.com")
    await expect(form).to_have_attribute("data-kind", "answer")
    await anna.composer.fill("don't tell him, @Boris.")
    await expect(form).to_have_attribute("data-kind", "note")
    await anna.composer.fill("/close")
    await expect(form).to_have_attribute("data-kind", "command")
    await anna.composer.fill("@boriss")
    await expect(form.locator(".hint")).to_have_text("No operator or role is called @boriss.")
    await anna.button("Internal note").click()
    await anna.write("between us")
    await expect(anna.messages.last).to_have_class(re.compile(r"\bnote\b"))
    await expect(anna.unsent).to_have_count(0)
    assert anna.hub.backend.talks[7].messages[-1].message.delivery is Delivery.INTERNAL


async def test_a_strangers_words_wait_for_their_choice(anna: Screen) -> None:
    await anna.open(9)
    await anna.write("May I?")
    await expect(anna.toast).to_contain_text("boris is handling this dialog")
    for label in ("Send and take over", "Send as co-executor", "Keep as internal note"):
        await expect(anna.messages.last.get_by_role("button", name=label)).to_be_visible()
    await anna.messages.last.get_by_role("button", name="Send as co-executor").click()
    await expect(anna.messages.last.locator(".mark")).to_have_text("✅")
    await expect(anna.page.locator(".facts")).to_contain_text("Co-executors")


async def test_what_was_not_delivered_says_why_and_can_be_tried_again(anna: Screen) -> None:
    await anna.open(7)
    await anna.write("Hello")
    await expect(anna.messages.last.locator(".mark")).to_have_text("⏳")
    kept = anna.hub.backend.talks[7].messages[-1]
    await anna.hub.backend.change(kept, delivery=Delivery.FAILED, problem="the customer has blocked us")
    await expect(anna.messages.last.locator(".mark")).to_have_text("❌")
    await expect(anna.messages.last).to_contain_text("Not delivered: the customer has blocked us")
    await anna.messages.last.get_by_role("button", name="Retry").click()
    await expect(anna.messages.last.locator(".mark")).to_have_text("✅")


async def test_what_the_hub_did_not_take_can_be_sent_again_and_arrives_once(anna: Screen) -> None:
    await anna.open(7)
    anna.hub.core.fail = 1
    await anna.write("important words")
    await expect(anna.messages.last).to_contain_text("Not sent")
    assert not [event for event in anna.hub.core.events if isinstance(event, OperatorPosted)]
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
    await anna.messages.first.get_by_label("Reply to this message").click()
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
    await expect(anna.messages.last.locator("a.file")).to_contain_text("план _b_.txt")
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
    await anna.hub.backend.customer_writes(7, Content(attachments=(gone,)))
    await expect(anna.messages.last.locator("a.file")).to_contain_text("gone.jpg")
