"""Messages posted while the hub was not listening, read from the channels' history.

One reading of a channel shows which threads have news, since each root message states its latest reply. Slack limits
these calls strictly: on "too many requests" this waits as long as Slack says.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.desks.slack import posted_keys
from bot.desks.slack.standing import is_tombstone
from bot.desks.slack.workspace import Workspace
from bot.domain import ThreadId, ThreadRef
from bot.domain.value import value
from bot.ports import Clock, FoundCard, Rejected, RejectReason, Transient

HISTORY_PAGE = 999
CARDS_PAGE = 200
THREAD_PAGE = 999

Message = dict[str, Any]


@value
class ChannelNews:
    """A channel's history since a time. `top`: messages at its top level, oldest first; `threads`: those with later
    replies, or of which Slack does not tell."""

    top: Sequence[Message]
    threads: Collection[str]


class Gaps:
    def __init__(self, workspace: Workspace, clock: Clock) -> None:
        self._workspace, self._clock = workspace, clock

    async def own_channel(self) -> str:
        return await self._workspace.channel()

    async def cards(self, channels: Sequence[str], since: datetime | None) -> AsyncIterator[FoundCard]:
        """Yields the hub's cards: the newest, and all since then."""
        us = (await self._workspace.identity()).us
        for channel in channels:
            where = await self._workspace.channel(channel)
            async for message in self._newest(where, since):
                trace, ts = posted_keys.trace_of(message, us), str(message.get("ts"))
                if trace is not None:
                    at = datetime.fromtimestamp(float(ts), UTC)
                    yield FoundCard(trace, ThreadRef(us.desk, where, ThreadId(ts)), at)

    async def _newest(self, channel: str, since: datetime | None) -> AsyncIterator[Message]:
        listed = self._workspace.pages(
            "conversations.history", "messages", channel=channel, limit=CARDS_PAGE, include_all_metadata=True
        )
        async for page in listed:
            for message in page:
                yield message
            if since is None or not page or float(page[-1].get("ts") or 0) < since.timestamp():
                return

    async def news(self, channel: str, roots: Collection[str], since: datetime) -> ChannelNews:
        """Reads a channel's top level, as far back as the oldest of these threads."""
        after = stamp(since)
        latest: dict[str, str] = {}
        top: list[Message] = []
        async for message in self._listed(
            "conversations.history",
            HISTORY_PAGE,
            channel=channel,
            oldest=min([after, *roots], key=float),
            inclusive=True,
        ):
            latest[str(message.get("ts"))] = str(message.get("latest_reply") or "0")
            if float(message.get("ts") or 0) >= float(after):
                top.append(message)
        threads = [root for root in roots if float(latest.get(root, after)) >= float(after)]
        return ChannelNews(sorted(top, key=lambda one: float(one["ts"])), threads)

    async def replies(self, channel: str, root: str, oldest: str) -> Sequence[Message]:
        """Reads a thread's root and its messages from a time on, oldest first; none if Slack does not show it. Raises
        `Transient` with a `retry_after` if Slack does not answer now."""
        listed = self._listed(
            "conversations.replies", THREAD_PAGE, False, channel=channel, ts=root, oldest=oldest, inclusive=True
        )
        try:
            return [message async for message in listed]
        except Rejected as refused:
            if refused.reason is not RejectReason.GONE:
                raise
            return []

    async def stands(self, channel: str, reply: str) -> bool:
        """Asks whether a reply is there: of its id, Slack returns that message alone."""
        found = await self.replies(channel, reply, reply)
        return any(message.get("ts") == reply and not is_tombstone(message) for message in found)

    async def _listed(self, method: str, limit: int, patient: bool = True, **arguments: Any) -> AsyncIterator[Message]:
        """Yields messages page by page. `patient` False: if Slack refuses the first page for now, that is raised."""
        cursor: str | None = None
        while True:
            ask = self._patiently if patient or cursor else self._workspace.call
            answer = await ask(method, limit=limit, cursor=cursor, **arguments)
            for message in answer.get("messages") or ():
                yield message
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    async def _patiently(self, method: str, **arguments: Any) -> Any:
        while True:
            try:
                return await self._workspace.call(method, **arguments)
            except Transient as busy:
                if busy.retry_after is None:
                    raise
                await self._clock.sleep(busy.retry_after)


def stamp(at: datetime) -> str:
    """Converts a time to Slack's form, in which the ids of messages are."""
    return f"{at.timestamp():.6f}"
