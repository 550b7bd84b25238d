"""Fields of foreign JSON: one of another type reads as absent; a text that no database takes does not pass."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bridges.shared.fields import Fields, Unexpected, clean


@pytest.mark.parametrize("value", [None, True, "5", 5.0, [], {}, 2**63, -(2**63), 10**400])
def test_what_is_no_number(value: object) -> None:
    fields = Fields({"n": value})
    assert fields.number("n") is None
    with pytest.raises(Unexpected, match="n is not a number"):
        fields.needed("n")


def test_numbers_and_sizes() -> None:
    fields = Fields({"zero": 0, "below": -1, "large": 2**63 - 1})
    assert [fields.number(key) for key in ("zero", "below", "large", "none")] == [0, -1, 2**63 - 1, None]
    assert [fields.size(key) for key in ("zero", "below", "large")] == [0, None, 2**63 - 1]


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e400", "true", '"1"', "null", "1" + "0" * 400])
def test_what_is_no_coordinate(value: str) -> None:
    assert Fields(json.loads(f'{{"x": {value}}}')).decimal("x") is None


@pytest.mark.parametrize(("value", "decimal"), [(1, 1.0), (-0.5, -0.5), (0, 0.0)])
def test_coordinates(value: float, decimal: float) -> None:
    assert Fields({"x": value}).decimal("x") == decimal


@pytest.mark.parametrize("value", [0, -1, 10**12, 2**63 - 1, "1700000000", None])
def test_what_is_no_moment(value: object) -> None:
    assert Fields({"date": value}).moment("date") is None


def test_moments_are_utc() -> None:
    assert Fields({"date": 1700000000}).moment("date") == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


@pytest.mark.parametrize("raw", [None, 5, "x", [], [1], True])
def test_anything_else_reads_as_an_empty_object(raw: object) -> None:
    for fields in (Fields(raw), Fields({"inside": raw}).object("inside")):
        assert not fields
        assert "x" not in fields
        assert (fields.text("x"), fields.number("x"), fields.objects("x"), fields.object("x").raw) == ("", None, [], {})


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [("plain 👍🏽", "plain 👍🏽"), ("a\x00b", "a\ufffdb"), ("\ud83d", "\ufffd"), ("x\udc4d\ud83dy", "x\ufffd\ufffdy")],
)
def test_cleaning_keeps_the_offsets(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned
    assert Fields({"t": text}).text("t") == cleaned
