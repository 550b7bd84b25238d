"""Parcels of one lane that go to a thread in one post, and what follows when the desk refuses that post."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import Author, Message, MessageId, PostRef, ThreadRef
from bot.domain.value import value
from bot.hub.context import Hub
from bot.hub.parcels import ParcelKind
from bot.ports import Desk, Mentioning, Rejected, RejectReason, Transient, Unexplained
from bot.ports.storage import Claim, Parcel, Postable, Unit
from bot.senders import batch, calls, drawing
from bot.senders.fallback import PlainFallback
from bot.views.lines import UNSHOWN
from bot.views.values import Post

GATHERS_AFTER = timedelta(seconds=1.5)
"""Wait for the desk's budget after which a customer's message takes its neighbours along in one post."""
_OF_THE_THREAD = frozenset({RejectReason.GONE, RejectReason.FORBIDDEN})
"""Refusals that say nothing about what is posted."""


@value
class Gathered:
    """Parcels of one post, with their messages."""

    parcels: tuple[Parcel, ...]
    messages: tuple[Message, ...]
    post: Post


class Gathering:
    """Gathers and posts for one desk."""

    def __init__(self, hub: Hub, desk: Desk) -> None:
        self._hub, self._desk, self._shows = hub, desk, PlainFallback(hub, desk)

    async def posted(self, thread: ThreadRef, claim: Claim, head: Postable, now: datetime) -> tuple[Gathered, PostRef]:
        """Posts the first parcel and those behind it that may join it. If the desk refuses the post, the first goes
        alone, so that each is refused for its own sake only. Raises `DeliveryError` about the first."""
        found = await self._gathered(claim, head, now)
        try:
            return await self._placed(thread, found)
        except (Rejected, Unexplained) as refused:
            of_the_thread = isinstance(refused, Rejected) and refused.reason in _OF_THE_THREAD
            if len(found.parcels) == 1 or of_the_thread:
                raise
        alone = await self._drawn(claim.parcels[:1], [head.message], head)
        return await self._placed(thread, alone)

    async def _placed(self, thread: ThreadRef, found: Gathered) -> tuple[Gathered, PostRef]:
        """Posts, and returns what was posted as the desk took it."""
        if len(found.parcels) > 1:
            return found, await self._desk.post(thread, found.post)
        line = found.messages[0].line
        try:
            post, ref = await self._shows.posted(thread, found.post, found.parcels[0].attempts)
            return replace(found, post=post), ref
        except Unexplained as refused:
            if line is None or line.code not in UNSHOWN:
                raise
            raise Transient(refused.detail) from refused  # it says that something is missing: never given up

    async def _gathered(self, claim: Claim, head: Postable, now: datetime) -> Gathered:
        messages = [head.message]
        if len(claim.parcels) == 1:
            return await self._drawn(claim.parcels, messages, head)
        async with self._hub.store.read() as unit:
            for parcel in claim.parcels[1:]:
                message = await self._joining(unit, claim.parcels[0], parcel, messages, now)
                if message is None:
                    break
                messages.append(message)
        return await self._drawn(claim.parcels[: len(messages)], messages, head)

    async def _drawn(self, parcels: Sequence[Parcel], messages: Sequence[Message], head: Postable) -> Gathered:
        async with self._hub.store.read() as unit:
            post = await drawing.post(self._hub, unit, head.dialog, messages, head.contact)
        keyed = replace(post, keys=tuple(parcel.key for parcel in parcels))
        if messages[0].line is not None and isinstance(self._desk, Mentioning):
            keyed = await calls.reached(self._desk, head.dialog.ref, keyed)
        return Gathered(tuple(parcels), tuple(messages), keyed)

    async def _joining(
        self, unit: Unit, head: Parcel, parcel: Parcel, before: Sequence[Message], now: datetime
    ) -> Message | None:
        """Returns the parcel's message if it may join one post with those before it."""
        if head.doubtful or parcel.doubtful or parcel.kind != ParcelKind.POST:
            return None
        album = head.payload.get("album", "") != "" and head.payload.get("album") == parcel.payload.get("album")
        crowded = bool(self._desk.limits.rates) and now - head.created_at > GATHERS_AFTER
        if not (album or crowded) or before[0].author is not Author.CUSTOMER:
            return None
        message = await unit.messages.get(MessageId(parcel.payload["message"]))
        if message is None or message.author is not Author.CUSTOMER or message.reply_to is not None:
            return None
        if message.content.quote is not None:
            return None
        contents = [drawing.shown(self._hub, one) for one in (*before, message)]
        text, files = batch.size(contents, self._hub.tr)
        fits = text <= self._desk.limits.post and files <= self._desk.limits.files
        return message if fits and batch.reads_in_order(contents, self._hub.tr, album=album) else None
