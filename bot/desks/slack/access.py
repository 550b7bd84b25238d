"""Events about the app's own access to channels. Pure.

The app is not told by `member_left_channel` that it was removed itself, but by `channel_left` or `group_left`. A public
channel that is unarchived has no members, so the app has to be invited there again.
"""

from __future__ import annotations

from bot.desks.slack.payloads import Payload
from bot.domain.value import value

EVENTS = frozenset({"channel_left", "channel_unarchive", "group_left", "group_unarchive"})
"""Events about nothing else."""
_RETURNS = frozenset({"channel_unarchive", "group_unarchive", "member_joined_channel"})


@value
class AccessChange:
    """A channel that the app may have lost, or `returned`: may use again."""

    channel: str
    returned: bool


def access_change(event: Payload, us: str) -> AccessChange | None:
    """Returns what an event tells about the access of the user `us`, the app's; None: nothing."""
    kind = str(event.get("type"))
    if kind not in EVENTS and not (kind == "member_joined_channel" and event.get("user") == us):
        return None
    return AccessChange(str(event.get("channel", "")), kind in _RETURNS)
