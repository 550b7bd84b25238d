"""Emoji by name: every name leads to its picture and back, in both dialects."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.desks.shared import emoji
from bot.desks.shared.emoji import Dialect, name_of, of_name, to_unicode

DATA = json.loads(Path(emoji.__file__).with_name("emoji.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (":smile:", "😄"),
        (":wave::skin-tone-3:", "👋🏼"),
        (":wave_medium_light_skin_tone:", "👋🏼"),
        (":+1::skin-tone-6::heart:", "👍🏿❤️"),
        (":v::skin-tone-2:", "✌🏻"),
        (":handshake::skin-tone-2-6:", "🫱🏻‍🫲🏿"),
        (":handshake_light_skin_tone_dark_skin_tone:", "🫱🏻‍🫲🏿"),
        ("так:eyes: ok", "так:eyes: ok"),
        ("так :eyes: ok", "так 👀 ok"),
        ("at 10:30:45, 1:100:2", "at 10:30:45, 1:100:2"),
        (":100:!", "💯!"),
        (":our-own-logo: :Smile:", ":our-own-logo: :Smile:"),
        ("::smile:", ":😄"),
        (":thinking: :thinking_face:", "🤔 🤔"),
        (":no_such::skin-tone-3:", ":no_such::skin-tone-3:"),
        ("", ""),
    ],
)
def test_names_in_a_text_become_pictures(written: str, read: str) -> None:
    assert to_unicode(written) == read


@pytest.mark.parametrize("dialect", Dialect)
def test_every_picture_has_a_name_that_leads_back(dialect: Dialect) -> None:
    for picture in DATA["emoji"]:
        name = name_of(picture, dialect)
        assert name is not None
        assert of_name(name) == picture


@pytest.mark.parametrize("dialect", Dialect)
def test_every_tone_leads_back(dialect: Dialect) -> None:
    for base in ("👋", "👍", "🧑‍🍳", "🕵️"):
        for tone in "🏻🏼🏽🏾🏿":
            toned = base[0] + tone + base[1:].removeprefix("\ufe0f")
            name = name_of(toned, dialect)
            assert name is not None
            assert of_name(name) == toned
    for base, template in DATA["pairs"].items():
        toned = template.format("🏻", "🏾")
        name = name_of(toned, dialect)
        assert name is not None, base
        assert of_name(name) == toned


@pytest.mark.parametrize(
    ("picture", "slack", "mattermost"),
    [
        ("👋🏼", "wave::skin-tone-3", "wave_medium_light_skin_tone"),
        ("❤", "heart", "heart"),
        ("❤️", "heart", "heart"),
        ("⏳", "hourglass_flowing_sand", "hourglass_flowing_sand"),
        ("✅", "white_check_mark", "white_check_mark"),
        ("👀", "eyes", "eyes"),
        ("❌", "x", "x"),
        ("🔒", "lock", "lock"),
        ("⭐", "star", "star"),
        ("🔖", "bookmark", "bookmark"),
        ("🫱🏻‍🫲🏿", "handshake::skin-tone-2-6", "handshake_light_skin_tone_dark_skin_tone"),
    ],
)
def test_names_are_the_platforms_own(picture: str, slack: str, mattermost: str) -> None:
    assert name_of(picture, Dialect.SLACK) == slack
    assert name_of(picture, Dialect.MATTERMOST) == mattermost


@pytest.mark.parametrize("word", ["a", "", "привет", "👋👋", "🏼"])
def test_what_is_no_emoji_has_no_name(word: str) -> None:
    assert name_of(word, Dialect.SLACK) in (None, "skin-tone-3")


def test_no_name_has_two_pictures() -> None:
    names = [name for part in ("emoji", "more") for found in DATA[part].values() for name in found.split()]
    assert len(names) == len(set(names))
