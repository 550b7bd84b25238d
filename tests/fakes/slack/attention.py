"""Followers of threads, and what each person's Slack counts as unread for them: a badge, and a notification.

People follow a thread that they started, replied in, or were mentioned in; they are told of what others write there
from then on, apps included. A mention counts where it is markup: a `user` element of rich text, or `<@U…>` in mrkdwn.
In plain text it is words. Only members of the channel are told; an edit tells nobody and makes nobody follow.
No app can change who follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.fakes.slack.state import Channel, Message

_USER = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")


@dataclass(frozen=True)
class Unread:
    """A message that someone has not read. `mention`: it mentions them; else it is new in a thread that they follow."""

    user: str
    channel: str
    ts: str
    mention: bool


@dataclass
class Attention:
    following: dict[tuple[str, str], dict[str, bool]] = field(default_factory=dict)
    """Root → user → whether they follow; False: they chose not to."""
    unread: list[Unread] = field(default_factory=list)

    def posted(self, channel: Channel, message: Message) -> None:
        root = (channel.id, message.thread_ts or message.ts)
        followers = self.following.setdefault(root, {})
        mentioned = {one for one in called(message.blocks, message.text) if one != message.user}
        told = {one for one, on in followers.items() if on and message.thread_ts} - {message.user or ""}
        for one in sorted((mentioned | told) & channel.members):
            self.unread.append(Unread(one, channel.id, message.ts, one in mentioned))
        for one in {*mentioned, message.user or ""} & channel.members:
            followers[one] = True


def called(value: Any, fallback: str = "") -> set[str]:
    """Users mentioned in blocks, or in the text of a message without blocks."""
    return set(_called(value)) if value else set(_USER.findall(fallback))


def _called(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _called(one)
    elif isinstance(value, dict):
        if value.get("type") == "user":
            yield str(value["user_id"])
        elif value.get("type") == "mrkdwn":
            yield from _USER.findall(value["text"])
        else:
            yield from _called([one for one in value.values() if isinstance(one, list | dict)])
