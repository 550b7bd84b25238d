"""The desk's table in hub.toml."""

from __future__ import annotations

import re

from pydantic import Field, field_validator

from bot.wiring import DeskSettings, Secret

_USER = re.compile(r"[^\W_][\w.-]{0,63}")
_SHORTEST_KEY = 8


class WebSettings(DeskSettings):
    """`operators`: user name → the key they sign in with. `file_megabytes`: the largest file of one answer."""

    operators: dict[str, Secret] = Field(
        min_length=1, description='Give each operator a name and a key, as in { anna = "env:ANNA_KEY" }.'
    )
    file_megabytes: int = Field(50, ge=1, le=2000, description="A whole number of megabytes from 1 to 2000.")

    @field_validator("operators")
    @classmethod
    def _usable(cls, operators: dict[str, Secret]) -> dict[str, Secret]:
        owners: dict[str, str] = {}
        for user, secret in operators.items():
            key = secret.get_secret_value()
            if not _USER.fullmatch(user):
                raise ValueError(f"{user!r} is no user name: use letters, digits, dots and dashes, up to 64")
            if len(key) < _SHORTEST_KEY:
                raise ValueError(f"the key of {user} is too short: give it at least {_SHORTEST_KEY} characters")
            if key in owners:
                raise ValueError(f"{owners[key]} and {user} have the same key: give each their own")
            owners[key] = user
        return operators
