"""Threads of recent posts: a reaction names only the post that it is on."""

from __future__ import annotations

MOST = 10_000
"""Posts remembered."""


class RecentThreads:
    """Remembers which thread a post is in."""

    def __init__(self) -> None:
        self._of: dict[str, str] = {}

    def learn(self, post: str, thread: str) -> None:
        self._of |= {post: thread, thread: thread}
        while len(self._of) > MOST:
            del self._of[next(iter(self._of))]

    def of(self, post: str) -> str | None:
        return self._of.get(post)
