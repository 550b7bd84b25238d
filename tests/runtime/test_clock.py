"""The real clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from importlib import resources
from pathlib import Path

import pytest

from bot.runtime import clock
from bot.runtime.clock import local_zone

BERLIN = (timedelta(hours=1), timedelta(hours=2))


def offsets(zone: tzinfo) -> tuple[timedelta | None, ...]:
    """UTC offsets in winter and in summer."""
    return tuple(datetime(2026, month, 1, tzinfo=UTC).astimezone(zone).utcoffset() for month in (1, 7))


def test_a_hub_that_runs_into_summer_knows_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    assert offsets(local_zone()) == BERLIN
    monkeypatch.delenv("TZ")
    rules = tmp_path / "localtime"
    rules.write_bytes(resources.files("tzdata.zoneinfo.Europe").joinpath("Berlin").read_bytes())
    monkeypatch.setattr(clock, "_RULES", rules)
    assert offsets(local_zone()) == BERLIN


@pytest.mark.parametrize("zone", ["Nowhere/Land", "MSK-3", "", None])
def test_a_zone_that_nobody_knows_is_no_reason_to_fail(zone: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_RULES", Path("/nowhere"))
    if zone is None:
        monkeypatch.delenv("TZ", raising=False)
    else:
        monkeypatch.setenv("TZ", zone)
    assert None not in offsets(local_zone())
