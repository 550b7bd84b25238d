"""Rules for the settings of every kind of channel."""

from __future__ import annotations

import pytest

from bot.config.plugins import AccountSettings
from bridges import BRIDGES, kind


@pytest.mark.parametrize("name", BRIDGES)
def test_every_key_says_what_to_do(name: str) -> None:
    fields = kind(name).settings.model_fields
    assert [key for key in fields if key not in AccountSettings.model_fields and not fields[key].description] == []
