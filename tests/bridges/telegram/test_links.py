"""Links beside the words of a message, as forwarded bots and channels have them."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain import Poll
from bot.domain.text import Span, Text
from tests.bridges.telegram.test_facts import content

PAGE = "https://shop.example/orders/7/"


def keyboard(*buttons: Any) -> dict[str, Any]:
    return {"reply_markup": {"inline_keyboard": [list(buttons)]}}


@pytest.mark.parametrize(
    ("parts", "spans"),
    [
        (keyboard({"text": "Track", "url": PAGE}), (Span("Order 7\n🔗 "), Span("Track", link=PAGE))),
        (keyboard({"text": "Code", "copy_text": {"text": "SPRING"}}), (Span("Order 7\n📋 Code: SPRING"),)),
        (keyboard({"text": "Yes", "callback_data": "1"}, {"text": "tg", "url": "tg://x"}, 7), (Span("Order 7"),)),
        ({"reply_markup": {"inline_keyboard": [None, {}]}}, (Span("Order 7"),)),
        ({"link_preview_options": {"url": PAGE}}, (Span("Order 7\n🔗 "), Span(PAGE, link=PAGE))),
        ({"link_preview_options": {"url": PAGE, "is_disabled": True}}, (Span("Order 7"),)),
        ({"link_preview_options": {"is_disabled": True}}, (Span("Order 7"),)),
    ],
)
def test_links_outside_of_the_words_are_lines(parts: dict[str, Any], spans: tuple[Span, ...]) -> None:
    assert content(text="Order 7", **parts).text == Text.of(spans)


@pytest.mark.parametrize("words", ["see https://shop.example/orders/7", "see Shop.example/orders/7"])
def test_a_page_that_the_words_name_is_not_said_twice(words: str) -> None:
    assert content(text=words, link_preview_options={"url": PAGE}).text == Text.plain(words)


def test_a_page_behind_words_is_not_said_twice() -> None:
    linked = [{"type": "text_link", "offset": 0, "length": 4, "url": PAGE}]
    found = content(text="here", entities=linked, link_preview_options={"url": PAGE})
    assert found.text == Text.of((Span("here", link=PAGE),))


def test_a_forwarded_picture_keeps_its_buttons() -> None:
    origin = {"type": "hidden_user", "date": 1700000000, "sender_user_name": "Shop"}
    photo = [{"file_id": "F", "width": 9, "height": 9}]
    [found] = content(photo=photo, forward_origin=origin, **keyboard({"text": "Track", "url": PAGE})).forwarded
    assert found.content.text == Text.of((Span("🔗 "), Span("Track", link=PAGE)))
    assert len(found.content.attachments) == 1


def test_a_quiz_says_its_description_and_its_explanation() -> None:
    quiz = {"question": "2 + 2?", "options": [{"text": "4"}], "description": "An easy one", "explanation": "Count."}
    found = content(poll=quiz)
    assert found.text == Text.plain("An easy one\nCount.")
    assert found.attachments == (Poll("2 + 2?", ("4",)),)
