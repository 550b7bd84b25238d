"""Cookies that nobody can forge, and keys that cannot be guessed in a hurry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.desks.web.session import Attempts, Session, Sessions, same_key
from bot.model import DeskName

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
ANNA = Session(DeskName("local"), "anna", NOW + timedelta(days=1))
SESSIONS = Sessions("the hub's secret")


def key_of(desk: DeskName, user: str) -> str | None:
    return {("local", "anna"): "key"}.get((desk, user))


def test_a_cookie_says_who_it_is() -> None:
    assert SESSIONS.open(SESSIONS.seal(ANNA, "key"), key_of, NOW) == ANNA


def test_it_ends() -> None:
    cookie = SESSIONS.seal(ANNA, "key")
    assert SESSIONS.open(cookie, key_of, NOW + timedelta(hours=23)) is not None
    assert SESSIONS.open(cookie, key_of, NOW + timedelta(hours=24)) is None


def test_another_key_or_no_operator_ends_it() -> None:
    cookie = SESSIONS.seal(ANNA, "key")
    assert SESSIONS.open(cookie, lambda desk, user: "new key", NOW) is None
    assert SESSIONS.open(cookie, lambda desk, user: None, NOW) is None


def test_another_secret_does_not_open_it() -> None:
    assert Sessions("another").open(SESSIONS.seal(ANNA, "key"), key_of, NOW) is None


def test_a_cookie_signed_with_an_empty_key_opens_nothing() -> None:
    """Nobody has an empty key: an operator who is gone has none at all."""
    ghost = Session(DeskName("local"), "ghost", ANNA.until)
    assert SESSIONS.open(SESSIONS.seal(ghost, ""), key_of, NOW) is None


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        ".",
        "a.b",
        "W10.x",
        "bnVsbA.x",
        "WyJhIiwiYiIsMWU5OTld.x",
        "é.é",
        "\udcff.\udcff",
        "WzEsMiwzXQ" + "." + "A" * 43,
    ],
)
def test_nonsense_is_nobody(cookie: str) -> None:
    assert SESSIONS.open(cookie, key_of, NOW) is None


@pytest.mark.parametrize("place", [0, 5, -1, -20])
def test_a_changed_cookie_is_nobody(place: int) -> None:
    cookie = list(SESSIONS.seal(ANNA, "key"))
    cookie[place] = "A" if cookie[place] != "A" else "B"
    assert SESSIONS.open("".join(cookie), key_of, NOW) is None


def test_secrets_do_not_show() -> None:
    assert "secret" not in repr(SESSIONS)


def test_keys_are_compared_as_they_are() -> None:
    assert same_key("ключ", "ключ")
    assert not same_key("ключ", "ключ ")
    assert not same_key("\udcff", "x")


def test_many_wrong_keys_make_an_address_wait() -> None:
    attempts = Attempts()
    for _ in range(Attempts.FREE):
        assert attempts.wait("a", NOW) == 0
        attempts.failed("a", NOW)
    assert attempts.wait("a", NOW + timedelta(seconds=10)) == 50
    assert attempts.wait("b", NOW) == 0
    assert attempts.wait("a", NOW + Attempts.WINDOW) == 0
    attempts.failed("a", NOW + Attempts.WINDOW)
    assert attempts.wait("a", NOW + Attempts.WINDOW) == 0


def test_a_right_key_forgives_the_wrong_ones() -> None:
    attempts = Attempts()
    for _ in range(Attempts.FREE - 1):
        attempts.failed("a", NOW)
    attempts.succeeded("a")
    attempts.failed("a", NOW)
    assert attempts.wait("a", NOW) == 0


def test_addresses_are_forgotten_before_they_fill_the_memory() -> None:
    attempts = Attempts()
    for number in range(Attempts.REMEMBERED + 10):
        attempts.failed(str(number), NOW)
    assert len(attempts._wrong) == Attempts.REMEMBERED
