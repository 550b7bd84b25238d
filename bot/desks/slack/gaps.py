"""Messages posted while the hub was not listening, read from the channels' history.

One reading of a channel shows which threads have news, since each root message states its latest reply; only those are
read. Slack limits these calls strictly: on "too many requests" this waits as long as Slack says.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.desks.slack import posted_keys
from bot.desks.slack.catching_up import CatchingUp
from bot.desks.slack.workspace import LISTED_AT_MOST, Workspace
from bot.domain import ThreadId, ThreadRef
from bot.ports import Clock, FoundCard, Rejected, RejectReason, Transient

HISTORY_PAGE = 999
CARDS_PAGE = 200
THREAD_PAGE = 999


class Gaps:
    def __init__(self, workspace: Workspace, clock: Clock) -> None:
        self._workspace, self._clock = workspace, clock

    async def channels(self, threads: Sequence[ThreadRef]) -> Sequence[str]:
        """Returns the channels in which posts may be missed."""
        return list(await self._roots(threads))

    async def missed(
        self, threads: Sequence[ThreadRef], since: datetime, progress: CatchingUp
    ) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """Yields channel and message, oldest first per thread: everything since then in these threads, and at the top
        level of their channels and of the desk's own. The consumer takes each in before it asks for the next."""
        after = f"{since.timestamp():.6f}"
        for channel, roots in (await self._roots(threads)).items():
            async for message in self._channel(channel, roots, after, progress):
                yield channel, message

    async def _roots(self, threads: Sequence[ThreadRef]) -> dict[str, list[str]]:
        of: dict[str, list[str]] = {await self._workspace.channel(): []}
        for thread in threads:
            of.setdefault(thread.channel, []).append(thread.thread)
        return of

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

    async def _newest(self, channel: str, since: datetime | None) -> AsyncIterator[dict[str, Any]]:
        listed = self._workspace.pages(
            "conversations.history", "messages", channel=channel, limit=CARDS_PAGE, include_all_metadata=True
        )
        async for page in listed:
            for message in page:
                yield message
            if since is None or not page or float(page[-1].get("ts") or 0) < since.timestamp():
                return

    async def _channel(
        self, channel: str, roots: list[str], after: str, progress: CatchingUp
    ) -> AsyncIterator[dict[str, Any]]:
        oldest = min([after, *roots], key=float)
        latest: dict[str, str] = {}
        top: list[dict[str, Any]] = []
        async for message in self._listed(
            "conversations.history", HISTORY_PAGE, channel=channel, oldest=oldest, inclusive=True
        ):
            latest[str(message.get("ts"))] = str(message.get("latest_reply") or "0")
            if float(message.get("ts") or 0) >= float(after):
                top.append(message)
        news = [root for root in roots if float(latest.get(root, after)) >= float(after)]
        await progress.looked(channel, {*news, *(str(message["ts"]) for message in top)})
        for message in sorted(top, key=lambda one: float(one["ts"])):
            yield message
            if message["ts"] not in news:
                await progress.read(channel, str(message["ts"]))
        while news:
            root = progress.next_of(channel, news)
            async for message in self._thread(channel, root, after):
                yield message
            await progress.read(channel, root)
            news.remove(root)

    async def _thread(self, channel: str, root: str, after: str) -> AsyncIterator[dict[str, Any]]:
        try:
            async for message in self._listed(
                "conversations.replies", THREAD_PAGE, channel=channel, ts=root, oldest=after, inclusive=True
            ):
                if message.get("ts") != root:
                    yield message
        except Rejected as refused:
            if refused.reason is not RejectReason.GONE:
                raise

    async def _listed(self, method: str, limit: int, **arguments: Any) -> AsyncIterator[dict[str, Any]]:
        cursor: str | None = None
        for _ in range(LISTED_AT_MOST):
            answer = await self._patiently(method, limit=limit, cursor=cursor, **arguments)
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
