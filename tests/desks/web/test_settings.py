"""The desk's table in hub.toml: what is refused, and the messages."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from bot.desks.web import KIND

GOOD = {"kind": "web", "operators": {"anna": "anna-s-key"}}


def test_a_desk_needs_operators_alone() -> None:
    settings = KIND.settings.model_validate(GOOD)
    assert "anna-s-key" not in repr(settings)


@pytest.mark.parametrize(
    ("operators", "words"),
    [
        ({}, "at least 1"),
        ({"anna": "xyz-1"}, "the key of anna is too short"),
        ({"anna": "xyz-123-45", "boris": "xyz-123-45"}, "anna and boris have the same key"),
        ({"an na": "a key of hers"}, "'an na' is no user name"),
        ({"@anna": "a key of hers"}, "'@anna' is no user name"),
    ],
)
def test_what_cannot_work_is_said_without_telling_keys(operators: dict[str, str], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        KIND.settings.model_validate({"kind": "web", "operators": operators})
    assert words in str(caught.value)
    assert not any(key in str(caught.value) for key in operators.values())


def test_names_may_be_in_any_alphabet() -> None:
    names = {"Анна": "ключ Анны", "li-wei.2": "another key"}
    assert set(KIND.settings.model_validate({"kind": "web", "operators": names}).operators) == set(names)  # type: ignore[attr-defined]
