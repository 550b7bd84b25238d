"""Slack's rate limits: tiers of methods, counted per workspace, and posts, counted per channel.
https://docs.slack.dev/apis/web-api/rate-limits"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

TIER_2, TIER_3, TIER_4 = 20, 50, 100
"""Requests a minute."""
TIERS = {
    "apps.connections.open": TIER_3,
    "chat.delete": TIER_3,
    "chat.postEphemeral": TIER_4,
    "chat.update": TIER_3,
    "conversations.history": TIER_3,
    "conversations.info": TIER_3,
    "conversations.list": TIER_2,
    "conversations.members": TIER_4,
    "conversations.open": TIER_3,
    "conversations.replies": TIER_3,
    "files.completeUploadExternal": TIER_4,
    "files.getUploadURLExternal": TIER_4,
    "files.info": TIER_4,
    "reactions.add": TIER_3,
    "reactions.remove": TIER_2,
    "dnd.teamInfo": TIER_2,
    "users.getPresence": TIER_3,
    "users.info": TIER_4,
    "users.list": TIER_2,
    "views.open": TIER_4,
    "views.publish": TIER_4,
    "views.push": TIER_4,
    "views.update": TIER_4,
}
POSTS_BURST, POSTS_PER_SECOND = 3, 1.0
"""Posts of one channel: one a second, of which three may come at once if none came before."""
WORKSPACE_POSTS = 300
"""Posts a minute of a workspace: "several hundred"."""


class Bucket:
    def __init__(self, burst: int, per_second: float) -> None:
        self._burst, self._per_second = burst, per_second
        self._left, self._at = float(burst), time.monotonic()

    def wait(self) -> float:
        """Seconds until there is room for a request; 0: there is."""
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._per_second)
        self._at = now
        return max(0.0, (1 - self._left) / self._per_second)

    def take(self) -> None:
        self._left -= 1


@dataclass
class RateLimits:
    """All limits of one app in one workspace. `enforced`: requests beyond a limit are refused; `faster`: how many times
    as fast the time passes in which there is room again."""

    enforced: bool = False
    faster: float = 1
    _buckets: dict[tuple[str, str], Bucket] = field(default_factory=dict)

    def enforce(self, *, faster: float = 1) -> None:
        self.enforced, self.faster = True, faster

    def take(self, method: str, channel: str) -> int:
        """Counts a request; returns 0, or the whole seconds of its `Retry-After`."""
        if not self.enforced:
            return 0
        buckets = self._of(method, channel)
        wait = max((bucket.wait() for bucket in buckets), default=0.0)
        if wait <= 0:
            for bucket in buckets:
                bucket.take()
        return math.ceil(wait)

    def _of(self, method: str, channel: str) -> list[Bucket]:
        if method == "chat.postMessage":
            return [
                self._buckets.setdefault((method, channel), self._bucket(POSTS_BURST, POSTS_PER_SECOND)),
                self._buckets.setdefault((method, ""), self._bucket(WORKSPACE_POSTS, WORKSPACE_POSTS / 60)),
            ]
        if method not in TIERS:
            return []
        tier = TIERS[method]
        return [self._buckets.setdefault((method, ""), self._bucket(tier, tier / 60))]

    def _bucket(self, burst: int, per_second: float) -> Bucket:
        return Bucket(burst, per_second * self.faster)
