"""Lives of the bot's access tokens. Until version 11.7 they never end; later an administrator may limit them, from
version 12 on those of bots too (`MaximumPersonalAccessTokenLifetimeDays`)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from bot.desks.mattermost.api import Json

RENEWED_BEFORE = timedelta(days=30)
"""Time before its end at which a token should be replaced."""
_NEVER = timedelta(days=10 * 365)
"""A session of a token without an end is said to end in a hundred years."""
_LATELY = timedelta(minutes=10)
"""The server notes a session's latest use every few minutes."""
_MARGIN = timedelta(hours=1)


def longest(days: int, now: datetime) -> datetime | None:
    """Returns the latest end of a new token under a limit of `days`; None without a limit."""
    return now + timedelta(days=days) - _MARGIN if days else None


def milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def is_lasting(token: Json, now: datetime) -> bool:
    """Tells whether a token works and need not be replaced yet."""
    ends = ended_by(token)
    return bool(token.get("is_active", True)) and (ends is None or ends - now > RENEWED_BEFORE)


def ended_by(described: Json) -> datetime | None:
    """Returns the end of a token or of a session; None if it has none."""
    at = int(described.get("expires_at") or 0)
    return datetime.fromtimestamp(at / 1000, UTC) if at > 0 else None


def end_in_use(sessions: Iterable[Json], now: datetime) -> datetime | None:
    """Returns when the token in use ends: the first to end of those used lately, since sessions do not say their
    token."""
    of_tokens = [one for one in sessions if (one.get("props") or {}).get("type") == "UserAccessToken"]
    latest = max((int(one.get("last_activity_at") or 0) for one in of_tokens), default=0)
    used = [
        one for one in of_tokens if int(one.get("last_activity_at") or 0) >= latest - _LATELY.total_seconds() * 1000
    ]
    ends = [end for end in map(ended_by, used) if end is not None and end - now < _NEVER]
    return min(ends, default=None)
