"""Cookies that nobody can forge, and keys that cannot be guessed quickly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.desks.web.session import CookieSession, Sessions
from bot.desks.web.throttle import SignInThrottle
from bot.domain import DeskName

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
ANNA = CookieSession(DeskName("local"), "anna", "id-1", NOW + timedelta(days=1))
SESSIONS = Sessions("the hub's secret")


def key_of(desk: DeskName, user: str) -> str | None:
    return {("local", "anna"): "key"}.get((desk, user))


def test_a_cookie_says_who_it_is() -> None:
    assert SESSIONS.open(SESSIONS.seal(ANNA, "key"), key_of, NOW) == ANNA


def test_the_former_secret_opens_and_never_signs() -> None:
    changed = Sessions("a new secret", "the hub's secret")
    assert changed.open(SESSIONS.seal(ANNA, "key"), key_of, NOW) == ANNA
    assert SESSIONS.open(changed.seal(ANNA, "key"), key_of, NOW) is None


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
    ghost = CookieSession(DeskName("local"), "ghost", "id-2", ANNA.until)
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


def test_many_wrong_keys_make_an_address_slow_and_time_alone_helps() -> None:
    brake = SignInThrottle()
    for _ in range(SignInThrottle.FREE):
        brake.failed("a", NOW)
        assert brake.pause("a", NOW) == 0
    brake.failed("a", NOW)
    assert brake.pause("a", NOW) > 0
    assert brake.pause("b", NOW) == 0
    assert brake.pause("a", NOW + timedelta(seconds=SignInThrottle.COOLS)) == 0
    for _ in range(1000):
        brake.failed("a", NOW)
    assert brake.pause("a", NOW) == SignInThrottle.SLOWEST
    assert brake.pause("a", NOW + timedelta(hours=1)) == SignInThrottle.SLOWEST
    assert brake.pause("a", NOW + timedelta(hours=9)) == 0


def test_many_addresses_make_everybody_a_little_slower() -> None:
    brake = SignInThrottle()
    for number in range(SignInThrottle.FREE_TOGETHER + 100):
        brake.failed(str(number), NOW)
    assert 0 < brake.pause("another", NOW) <= SignInThrottle.SLOWEST_TOGETHER
    assert brake.pause("another", NOW + timedelta(minutes=5)) == 0


def test_a_guesser_does_not_fill_the_log() -> None:
    brake = SignInThrottle()
    assert sum(brake.failed("a", NOW) for _ in range(10_000)) < 25
    assert sum(brake.failed(str(number), NOW) for number in range(100_000)) < 25


def test_addresses_are_forgotten_before_they_fill_the_memory() -> None:
    brake = SignInThrottle()
    for number in range(SignInThrottle.REMEMBERED + 10):
        brake.failed(str(number), NOW)
    assert len(brake._addresses) == SignInThrottle.REMEMBERED
