"""Settings of a web desk in hub.toml."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import Field, field_validator

from bot.config.faults import Fault
from bot.config.plugins import DeskSettings, Secret
from bot.locale import N_

SHORT_KEY = N_("the key is shorter than {n} characters: the next version will reject it")
NEW_KEY = N_("Create a new one with: openssl rand -hex 16")
_USER = re.compile(r"[^\W_][\w.-]{0,63}")
_SHORTEST_KEY = 8
_SHORTEST_NEW_KEY = 16
"""Shorter keys still work in this version; the next one will refuse them."""


class WebSettings(DeskSettings):
    """`[desks.NAME]` with `kind = "web"`. `operators`: user name → the key they sign in with. `file_megabytes`: the
    largest file of one message."""

    operators: dict[str, Secret] = Field(
        min_length=1, description='Give each operator a name and a key, e.g. { anna = "env:ANNA_KEY" }.'
    )
    file_megabytes: int = Field(50, ge=1, le=2000, description="A whole number of megabytes from 1 to 2000.")

    def warnings(self, where: str) -> Iterator[Fault]:
        values = {"n": str(_SHORTEST_NEW_KEY)}
        for user, key in self.operators.items():
            if len(key.get_secret_value()) < _SHORTEST_NEW_KEY:
                yield Fault(f"{where}.operators.{user}", SHORT_KEY, NEW_KEY, values)

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
