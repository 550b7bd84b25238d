"""Fixtures for the tests of all bridges."""

from __future__ import annotations

import pytest

from tests.waiting import unhurried


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    unhurried(monkeypatch)
