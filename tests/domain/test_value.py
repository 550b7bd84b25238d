"""Values are compared by what they hold, and copied with changes."""

from __future__ import annotations

import dataclasses

import pytest

from bot.domain import ChatId, Content, CustomerWrote, ForeignId, Profile
from bot.domain.text import Text
from bot.domain.value import replace, value


@value
class Single:
    name: str = ""


WROTE = CustomerWrote(ChatId("1"), ForeignId("2"), Content(Text.plain("hello")), Profile(name="Anna"))


def test_values_are_equal_by_what_they_hold_and_have_no_room_for_more() -> None:
    assert {Single("a"), Single("a"), Single("b")} == {Single("b"), Single("a")}
    with pytest.raises(AttributeError):
        Single("a").more = 1  # type: ignore[attr-defined]


def test_a_copy_with_changes_is_what_dataclasses_would_make() -> None:
    assert replace(WROTE, chat=ChatId("3")) == dataclasses.replace(WROTE, chat=ChatId("3")) != WROTE
    assert replace(Single("a"), name="b") == Single("b")
    assert replace(Content(Text.plain("a")), text=Text.plain("b")) == Content(Text.plain("b"))
