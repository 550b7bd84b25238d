"""`kind = "onec"` in hub.toml: errors say what to change, and never contain a secret."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from bridges.onec.settings import OneCChannelSettings

GOOD: dict[str, Any] = {
    "kind": "onec",
    "endpoint_url": "https://1cdialog.example.com/integration/6f1c",
    "token": "a token of the code in 1C",
}


def test_what_is_needed() -> None:
    settings = OneCChannelSettings(**GOOD)
    assert settings.needs_public_url
    assert not settings.allow_private
    assert "6f1c" not in repr(settings)
    assert "a token" not in repr(settings)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"token": "short"}, "at least 16"),
        ({"endpoint_url": "1cdialog.example.com/6f1c"}, "http"),
        ({"endpoint_url": "ftp://1cdialog.example.com/6f1c"}, "http"),
        ({"endpoint_url": "https://[6f1c"}, "http"),
        ({"endpoint_url": "https://"}, "http"),
        ({"callback_url": "https://crm.example.com/hub"}, "callback_url"),
    ],
)
def test_what_is_wrong(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        OneCChannelSettings(**{**GOOD, **change})
    assert said in str(wrong.value)
    assert "6f1c" not in str(wrong.value)
