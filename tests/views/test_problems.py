"""Reasons of failed replies, in words."""

from __future__ import annotations

import pytest

from bot.domain.failures import RejectReason
from bot.locale import translator
from bot.views.problems import reason


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        (
            "Telegram cannot be reached: api.telegram.org:443: connection refused",
            "Telegram cannot be reached: connection refused",
        ),
        ("no connection: 127.0.0.1:8080: connection refused", "no connection: connection refused"),
        ("no connection: [::1]:80: no answer in time", "no connection: no answer in time"),
        ("no connection: bot-api:8081: connection refused", "no connection: connection refused"),
        ("closed at 10:30: come back", "closed at 10:30: come back"),
        ("HTTP 502: bad gateway", "HTTP 502: bad gateway"),
    ],
)
def test_operators_read_no_server_addresses(detail: str, said: str) -> None:
    assert reason(RejectReason.TRIES, detail, translator("en")).endswith(f"several attempts ({said})")
