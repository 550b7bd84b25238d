"""`kind = "api"` in hub.toml: errors say what to change, and never contain a secret."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from bridges.api import ApiSettings

GOOD: dict[str, Any] = {"kind": "api", "token": "a token of the clients"}


def test_what_is_needed() -> None:
    settings = ApiSettings(**GOOD, callback_url="https://crm.example.com/hub", callback_secret="another secret")
    assert "a token" not in repr(settings)
    assert "another secret" not in repr(settings)
    assert not settings.allow_private


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"token": "short"}, "at least 16"),
        ({"callback_url": "https://crm.example.com/hub"}, "callback_secret"),
        ({"callback_url": "crm.example.com", "callback_secret": "another secret"}, "http"),
        ({"callback": "https://crm.example.com"}, "callback"),
    ],
)
def test_what_is_wrong(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        ApiSettings(**{**GOOD, **change})
    assert said in str(wrong.value)
    assert "another secret" not in str(wrong.value)
