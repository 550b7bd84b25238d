"""Features of a server, as its settings and its version tell. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.value import value

Json = Mapping[str, Any]

PICKERS = (11,)
"""Mattermost version with multi-select lists in dialogs, also of its users."""
DATES = (11, 1)
"""Version with dates in dialogs, and with dialogs that are drawn anew."""
NESTED_DATES = (11, 6)
"""Version that takes the settings of dates as an object; the first that takes all of them so is 11.8."""
DROPS_AUTHORS = (12,)
"""Version that drops other names and pictures from bots' posts, and ignores a date's settings outside the object."""


@value
class Features:
    """Server settings. `file_bytes` None: not stated. `version`: the server's, as numbers; `drops_authors`: bots' posts
    will lose other names; `token_days`: the longest life of an access token, 0 without a limit; `edits_for`: seconds
    during which a post may be changed, None without a limit; `priorities`: posts may be urgent; `acknowledges`: the
    licence lets them ask for an acknowledgement."""

    names: bool
    pictures: bool
    file_bytes: int | None
    version: tuple[int, ...] = ()
    token_days: int = 0
    edits_for: int | None = None
    priorities: bool = False
    acknowledges: bool = False

    @classmethod
    def of(cls, config: Json) -> Features:
        return cls(
            names=config.get("EnablePostUsernameOverride") == "true",
            pictures=config.get("EnablePostIconOverride") == "true",
            file_bytes=_whole(config.get("MaxFileSize")),
            version=_numbers(str(config.get("Version") or "")),
            token_days=_whole(config.get("MaximumPersonalAccessTokenLifetimeDays")) or 0,
            edits_for=_whole(config.get("PostEditTimeLimit")),
            priorities=config.get("PostPriority") == "true",
            acknowledges=config.get("PostAcknowledgements") == "true",
        )

    def since(self, version: tuple[int, ...]) -> bool:
        """Tells whether the server is of this version or a later one."""
        return self.version >= version

    @property
    def urgency(self) -> dict[str, Any]:
        """Part of a post that makes it urgent."""
        priority = {"priority": "urgent", "requested_ack": self.acknowledges}
        return {"metadata": {"priority": priority}} if self.priorities else {}

    @property
    def drops_authors(self) -> bool:
        return self.since(DROPS_AUTHORS)


def _numbers(version: str) -> tuple[int, ...]:
    """Returns the numbers of "11.0.2"; those of something else end at its first other part."""
    numbers = []
    for part in version.split("."):
        if not part.isdecimal():
            break
        numbers.append(int(part))
    return tuple(numbers)


def _whole(value: object) -> int | None:
    """Returns a whole number of 0 or more; None for "-1", which means without a limit, and for anything else."""
    return int(str(value)) if str(value).isdecimal() else None
