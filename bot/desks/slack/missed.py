"""Intake of what was missed in threads: messages, and changes of those known before.

Slack tells nothing about the past but what stands. So the known posts of a thread are compared with it: edited ones
carry their new text, those that are no longer there were deleted, and reactions were put or removed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.desks.shared.standing import reaction_changes
from bot.desks.slack import standing, wire
from bot.desks.slack.answers import AnswerPresenter
from bot.desks.slack.context import Context
from bot.desks.slack.gaps import Gaps, Message, stamp
from bot.desks.slack.workspace import Workspace
from bot.domain import DeskEvent, ThreadId, ThreadRef
from bot.domain.value import replace
from bot.ports import Clock, EventHandler, KnownPost

RECENT = timedelta(days=1)
"""Time before a gap whose posts are compared with what stands."""
EVENT = "event_callback"
SETTLED = 5.0
"""Seconds after which a message must be in Slack's history."""

FindContext = Callable[[Mapping[str, Any]], Awaitable[Context]]
"""Looks up who a payload is about."""
PlaceActor = Callable[[DeskEvent], Awaitable[DeskEvent]]
"""Fills in the membership of an event's actor."""


class MissedPosts:
    """Takes in what was missed; keeps no state. Raises `DeliveryError`, and what the core raises."""

    def __init__(
        self,
        workspace: Workspace,
        gaps: Gaps,
        presenter: AnswerPresenter,
        handler: EventHandler,
        clock: Clock,
        context: FindContext,
        place: PlaceActor,
    ) -> None:
        self._workspace, self._gaps, self._presenter = workspace, gaps, presenter
        self._handler, self._clock, self._context, self._place = handler, clock, context, place

    async def take(self, channel: str, messages: Sequence[Message]) -> None:
        """Takes in messages, as far as the core does not know them."""
        us = (await self._workspace.identity()).us
        keys = [wire.keys(message, channel, us) for message in messages]
        known = set(await self._handler.known([key for of_one in keys for key in of_one]))
        for message, mine in zip(messages, keys, strict=True):
            if known.issuperset(mine):
                continue
            context = await self._context({"type": EVENT, "event": message})
            for fact in (wire.posted(message, channel, context), wire.edited(message, channel, context)):
                if fact is not None and fact.key not in known:
                    event = await self._place(replace(fact, missed=True))
                    await self._presenter.deliver(await self._handler.accept(event), event)

    async def take_thread(self, channel: str, root: str, since: datetime) -> None:
        """Takes in the messages of a thread since then, and what became of the recent ones before."""
        thread = ThreadRef(self._workspace.desk, channel, ThreadId(root))
        before = await self._handler.known_posts(thread, since - RECENT)
        oldest = min([stamp(since), *(str(one.post) for one in before)], key=float)
        found = await self._gaps.replies(channel, root, oldest)
        await self.take(channel, [message for message in found if message.get("ts") != root])
        there = {str(message.get("ts")): message for message in found}
        async for event in self._changes(thread, since, before, there):
            await self._handler.accept(await self._place(event))

    async def is_worth_comparing(self, channel: str, root: str, since: datetime) -> bool:
        """Tells whether the core knows recent posts of a thread."""
        thread = ThreadRef(self._workspace.desk, channel, ThreadId(root))
        return bool(await self._handler.known_posts(thread, since - RECENT))

    async def _changes(
        self, thread: ThreadRef, since: datetime, before: Sequence[KnownPost], there: Mapping[str, Message]
    ) -> AsyncIterator[DeskEvent]:
        """Yields what became of known posts: deletions, then reactions. A thread that Slack does not show tells
        nothing about its posts."""
        if not there:
            return
        context = await self._context({"type": EVENT})
        for post in await self._deleted(thread, before, there):
            yield wire.deleted(thread.channel, thread.thread, post, context)
        for known in await self._handler.known_posts(thread, since - RECENT):
            found, untold = standing.reactions(there.get(str(known.post), {}), context.us)
            for change in reaction_changes(known.reactions, found, untold) if str(known.post) in there else ():
                who = await self._context({"type": EVENT, "event": {"user": change.user}})
                yield standing.reacted(thread.channel, str(known.post), change, who, stamp(self._clock.now()))

    async def _deleted(
        self, thread: ThreadRef, before: Sequence[KnownPost], there: Mapping[str, Message]
    ) -> Sequence[str]:
        """Finds the known posts that people deleted. One that is gone together with all before it may have been hidden
        by a retention policy or a plan's limit; each other one is asked for by itself."""
        oldest = min((float(ts) for ts, message in there.items() if not standing.is_tombstone(message)), default=None)
        gone = [
            str(one.post)
            for one in before
            if one.written and str(one.post) not in there and oldest is not None and oldest < float(one.post)
        ]
        settled = [post for post in gone if float(post) < self._clock.now().timestamp() - SETTLED]
        ours = await self._handler.known([wire.post_key(thread.channel, post) for post in settled])
        return [
            post
            for post in settled
            if wire.post_key(thread.channel, post) in ours and not await self._gaps.stands(thread.channel, post)
        ]
