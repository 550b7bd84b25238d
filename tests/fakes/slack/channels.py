"""Changes of channels, and of the app in them, with the events that Slack sends of them.

A public channel that is archived loses its members for good; a private one keeps them. The app hears of its own removal
by `channel_left` or `group_left`, never by `member_left_channel`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.slack.state import BOT_USER, TEAM, Channel

if TYPE_CHECKING:
    from tests.fakes.slack.server import FakeSlack


def archive(slack: FakeSlack, channel: str, *, on: bool = True) -> None:
    found = slack.state.channel_named(channel)
    found.is_archived = on
    if on and not found.is_private:
        found.members.clear()
    _emit(slack, f"{_kind(found)}_{'archive' if on else 'unarchive'}", channel=found.id, user="U0ADMIN0001")


def put_out(slack: FakeSlack, channel: str) -> None:
    """Removes the app from a channel."""
    found = slack.state.channel_named(channel)
    found.members.discard(BOT_USER)
    _emit(slack, f"{_kind(found)}_left", channel=found.id, actor_id="U0ADMIN0001")


def invite(slack: FakeSlack, channel: str) -> None:
    """Brings the app into a channel."""
    found = slack.state.channel_named(channel)
    found.members.add(BOT_USER)
    more = {"channel_type": "G" if found.is_private else "C", "team": TEAM, "inviter": "U0ADMIN0001"}
    _emit(slack, "member_joined_channel", user=BOT_USER, channel=found.id, **more)


def _kind(channel: Channel) -> str:
    return "group" if channel.is_private else "channel"


def _emit(slack: FakeSlack, kind: str, **more: Any) -> None:
    slack.api.emit({"type": kind, **more, "event_ts": slack.state.stamps.next()})
