"""Surroundings of a message: cards and buttons of forwarded bots, the link people came by, what VK has cut off."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain import Attachment, Content, Forwarded, Reference, UnreadableUpdate, Unshowable
from bot.domain.text import Span, Text
from tests.bridges.vk.test_wire import content, message

LINK = {"action": {"type": "open_link", "label": "To the shop", "link": "https://shop.example/7"}}
PRESS = {"action": {"type": "text", "label": "More", "payload": "{}"}}
SHOWN = (Span("🔗 "), Span("To the shop", link="https://shop.example/7"))


def forwarded(**parts: Any) -> Content:
    [found] = content(text="look", fwd_messages=[{"from_id": -5, **parts}]).forwarded
    assert isinstance(found, Forwarded)
    return found.content


def test_cards_of_a_forwarded_carousel_are_words() -> None:
    cards = [{"title": "Cup", "description": "Blue, 300 ml", "buttons": [PRESS, LINK]}, {"photo_id": "-5_1"}]
    found = forwarded(text="Our goods", template={"type": "carousel", "elements": cards})
    assert found == Content(Text.of((Span("Our goods\nCup\nBlue, 300 ml\n"), *SHOWN)))


@pytest.mark.parametrize("buttons", [[[PRESS, LINK]], [[PRESS], [LINK]]])
def test_buttons_that_lead_to_a_page_are_links(buttons: Any) -> None:
    assert forwarded(text="Buy", keyboard={"inline": True, "buttons": buttons}).text == Text.of((Span("Buy\n"), *SHOWN))


@pytest.mark.parametrize("keyboard", [{"buttons": [[PRESS]]}, {"buttons": 7}, {"buttons": [[{"action": []}], 1]}, []])
def test_other_buttons_say_nothing(keyboard: Any) -> None:
    assert forwarded(text="Buy", keyboard=keyboard).text == Text.plain("Buy")


@pytest.mark.parametrize(
    ("parts", "attachment"),
    [
        ({"ref": "spring", "ref_source": "group"}, Reference("📣", "spring", "group")),
        ({"ref_source": "group"}, Reference("📣", "group")),
        ({"is_cropped": True}, Unshowable("cropped")),
    ],
)
def test_what_stands_around_a_message_is_shown(parts: dict[str, Any], attachment: Attachment) -> None:
    assert content(**parts) == Content(Text.plain("hi"), (attachment,))


def test_a_message_without_a_number_keeps_its_words() -> None:
    found = message(conversation_message_id=None, text="Where is my order?")
    assert isinstance(found, UnreadableUpdate)
    assert found.content == Content(Text.plain("Where is my order?"))
