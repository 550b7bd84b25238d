"""Carrier to a desk's threads: posts, cards, problems. A post in doubt is looked up by its key before it is repeated.
If a desk refuses the form of a post or card, its text goes plainly; if it refuses that as well, `bot.senders.refusals`
says so."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from bot.delivery.carrier import After, DeliveryResult
from bot.delivery.roads import CallPlace
from bot.domain import DeskName, Dialog, DialogId, Key, Message, MessageId, PostId, PostRef, ThreadId, ThreadRef
from bot.domain.value import replace, value
from bot.hub import parcels
from bot.hub.context import Hub
from bot.hub.parcels import ParcelKind
from bot.ports import (
    Addressing,
    Channelled,
    DeliveryError,
    Desk,
    Rate,
    Rejected,
    RejectReason,
    Transient,
    Unavailable,
    Unexplained,
)
from bot.ports.storage import Claim, Parcel, Unit
from bot.senders import calls, drawing, refusals
from bot.senders.desk_budgets import DeskBudgets
from bot.senders.desk_marks import DeskMarks
from bot.senders.direct_messages import DirectMessages
from bot.senders.fallback import PlainFallback
from bot.senders.gathering import Gathering
from bot.senders.late_changes import LateChanges, reloaded
from bot.senders.opened_cards import OpenedCards

log = structlog.get_logger(__name__)

_TO_A_PERSON = frozenset({ParcelKind.WHISPER, ParcelKind.TELL, ParcelKind.RETELL, ParcelKind.HELD, ParcelKind.REPORT})
_NEEDS_ANOTHER = _TO_A_PERSON | {ParcelKind.MARK, ParcelKind.REPOST, ParcelKind.CARD, ParcelKind.FOLLOW}
"""Parcels that need a post that still stands, or a person who is still there."""
_PARTS: Mapping[str, str] = {ParcelKind.CARD: "update", ParcelKind.REPOST: "update", ParcelKind.MARK: "mark"}
"""Kinds of calls, as in `CallPlace.part`; the others post."""
_UNOPENED = DeliveryResult((), rest=parcels.THREAD_OPENS_IN, called=False)
"""Result of a parcel whose thread is not open yet."""


@value
class _Errand:
    """The first parcels of a lane, with their dialog as it is committed now."""

    claim: Claim
    parcel: Parcel
    dialog: Dialog
    now: datetime


class DeskCarrier:
    """Carrier for one desk."""

    depth = 20
    tries: int | None = None
    first: Collection[str] = (ParcelKind.OPEN,)

    def __init__(self, hub: Hub, name: DeskName, desk: Desk) -> None:
        self._hub, self._name, self._desk = hub, name, desk
        self.rates: Sequence[Rate] = desk.limits.rates
        self._shows, self._marks = PlainFallback(hub, desk), DeskMarks(hub, desk)
        self._direct, self._gathering = DirectMessages(hub, name, desk), Gathering(hub, desk)
        self._late = LateChanges(hub, name, desk, self._shows)
        self._opened_cards, self._budgets = OpenedCards(), DeskBudgets()
        self._addresses = isinstance(desk, Addressing)
        self._channelled = desk if isinstance(desk, Channelled) else None
        self._in_threads: Mapping[str, Callable[[_Errand], Awaitable[DeliveryResult]]] = {
            ParcelKind.OPEN: self._open,
            ParcelKind.PROBLEM: self._problem,
            ParcelKind.REPOST: self._repost,
            ParcelKind.CARD: self._card,
            ParcelKind.WHISPER: self._to_one,
            ParcelKind.HELD: self._to_one,
            ParcelKind.FOLLOW: lambda errand: calls.follow(desk, errand.parcel, errand.dialog.ref),
        }
        self._to_people: Mapping[str, Callable[[Parcel], Awaitable[DeliveryResult]]] = {
            ParcelKind.TELL: self._direct.tell,
            ParcelKind.RETELL: self._direct.retell,
            ParcelKind.REPORT: self._direct.report,
            ParcelKind.ROLE: self._direct.role,
        }

    def scopes(self, claim: Claim) -> Mapping[str, str]:
        return self._budgets.scopes(claim.parcels) if self.rates else {}

    def place(self, claim: Claim) -> CallPlace:
        parcel = claim.parcels[0]
        if parcel.kind in _TO_A_PERSON:
            return CallPlace((f"@{parcel.payload['user']}",), "tell")
        part = _PARTS.get(parcel.kind, "post")
        if "channel" not in parcel.payload or self._channelled is None:
            return CallPlace(part=part)
        return CallPlace(tuple(self._channelled.channel_names(str(parcel.payload["channel"]))), part)

    async def carry(self, claim: Claim, now: datetime) -> DeliveryResult:
        try:
            return await self._carried(claim, now)
        except Rejected as refused:
            if refused.reason is not RejectReason.GONE or claim.parcels[0].kind not in _NEEDS_ANOTHER:
                raise
            return self._pointless(claim)
        except Unavailable as lost:
            channels = self.place(claim).channels
            if not lost.channel or not channels or lost.channel in channels:
                raise
            raise Unavailable(lost.detail, lost.advice, channels[0]) from lost

    async def _carried(self, claim: Claim, now: datetime) -> DeliveryResult:
        parcel = claim.parcels[0]
        if parcel.kind in self._to_people:
            return await self._to_people[parcel.kind](parcel)
        if parcel.kind == ParcelKind.POST:
            return await self._post(claim, now)
        if parcel.kind == ParcelKind.MARK:
            return await self._marks.carry(claim)
        async with self._hub.store.read() as unit:
            dialog = await unit.dialogs.get(DialogId(parcel.payload["dialog"]))
        if dialog is None:
            return DeliveryResult((parcel,), called=False)
        return await self._in_threads[parcel.kind](_Errand(claim, parcel, dialog, now))

    def asks_when_doubtful(self, parcel: Parcel) -> bool:
        return False

    def give_up(self, parcel: Parcel, error: DeliveryError) -> After:
        async def after(unit: Unit) -> None:
            if isinstance(error, Rejected):
                await refusals.say(self._hub, unit, self._name, parcel, error)
            if parcel.kind == ParcelKind.MARK:
                await unit.messages.set_mark_shown(MessageId(parcel.payload["message"]), "")

        return after

    def _pointless(self, claim: Claim) -> DeliveryResult:
        """Settles a change of a post that was deleted, or a message to someone who left."""
        parcel = claim.parcels[0]

        async def after(unit: Unit) -> None:
            await unit.messages.set_mark_shown(MessageId(parcel.payload["message"]), "")

        return DeliveryResult((parcel,), (after,) if parcel.kind == ParcelKind.MARK else (), called=False)

    # ------------------------------------------------------------------------------------- threads

    async def _open(self, errand: _Errand) -> DeliveryResult:
        dialog, key = errand.dialog, errand.parcel.key
        if dialog.thread is not None:
            return DeliveryResult((errand.parcel,), called=False)
        thread = await self._opened(errand, key)
        self._budgets.learn(errand.parcel, thread.channel)

        async def after(unit: Unit) -> None:
            await unit.dialogs.set_thread(dialog.id, thread)
            now = await unit.dialogs.get(dialog.id)
            if now is not None and replace(now, thread=None, channel="") != replace(dialog, thread=None, channel=""):
                await parcels.refresh_card(unit, now, errand.now)

        return DeliveryResult((errand.parcel,), (after,))

    async def _opened(self, errand: _Errand, key: Key) -> ThreadRef:
        """Opens a thread for the dialog. After an attempt in doubt, looks for the one it may have opened."""
        dialog = errand.dialog
        if errand.parcel.doubtful:
            found = await self._desk.find(dialog.channel, None, key)
            if found is not None:
                return ThreadRef(found.desk, found.channel, ThreadId(found.post))
        async with self._hub.store.read() as unit:
            card = await drawing.card(self._hub, unit, dialog)
        self._opened_cards.remember(dialog.id, card)
        try:
            return await self._shows.open(dialog.channel, card, key, errand.parcel.attempts)
        except (Rejected, Unexplained) as refused:  # giving up would hide the whole dialog from operators
            if isinstance(refused, Rejected) and refused.reason is RejectReason.FORBIDDEN:
                raise Unavailable(refused.detail or str(refused), channel=dialog.channel) from refused
            log.error("failed to open a thread", desk=self._name, dialog=dialog.id, detail=str(refused))
            raise Transient(str(refused)) from refused

    async def _reopened(self, errand: _Errand) -> DeliveryResult:
        """Opens another thread for a dialog whose thread was deleted; the parcel is repeated there."""
        thread = await self._opened(errand, Key(f"{errand.parcel.key}-thread"))

        async def after(unit: Unit) -> None:
            await unit.dialogs.set_thread(errand.dialog.id, thread)

        return DeliveryResult((), (after,))

    async def _post(self, claim: Claim, now: datetime) -> DeliveryResult:
        head = claim.parcels[0]
        async with self._hub.store.read() as unit:
            load = await unit.messages.postable(MessageId(head.payload["message"]))
        if load is None:
            return DeliveryResult((head,), called=False)
        errand, thread = _Errand(claim, head, load.dialog, now), load.dialog.ref
        if thread is None:
            return _UNOPENED
        self._budgets.learn(head, thread.channel)
        gathering = head.created_at + parcels.ALBUM_GATHERS_FOR - now
        if "album" in head.payload and not head.doubtful and gathering > timedelta():
            return DeliveryResult((), rest=gathering.total_seconds(), called=False)
        if head.doubtful:
            standing = await self._desk.find(thread.channel, thread, head.key)
            if standing is not None:
                return self._stands(errand, (head,), [load.message], standing)
        try:
            found, ref = await self._gathering.posted(thread, claim, load, now)
        except Rejected as refused:
            if refused.reason is RejectReason.GONE:
                return await self._reopened(errand)
            if refused.reason is not RejectReason.FORBIDDEN:
                raise
            raise Unavailable(refused.detail or str(refused), channel=thread.channel) from refused
        posted = self._stands(errand, found.parcels, found.messages, ref)
        return replace(posted, after=(*posted.after, lambda unit: calls.keep(unit, load.message, found.post)))

    def _stands(
        self, errand: _Errand, group: tuple[Parcel, ...], messages: Sequence[Message], ref: PostRef
    ) -> DeliveryResult:
        ids = [message.id for message in messages]

        async def after(unit: Unit) -> None:
            await unit.messages.link_post(ids, ref)
            if self._addresses:  # its pages have shown them already, but without a post to act on
                await unit.messages.touch(ids)
            else:
                await self._opened_cards.follow(unit, errand.dialog, messages[-1], errand.now)
            if errand.parcel.payload.get("marked"):
                await parcels.mark(unit, errand.dialog, ids[0], errand.now)

        return DeliveryResult(group, (after,))

    async def _problem(self, errand: _Errand) -> DeliveryResult:
        thread = errand.dialog.ref
        if thread is None:
            return _UNOPENED
        parcel = errand.parcel
        if parcel.doubtful and await self._desk.find(thread.channel, thread, parcel.key) is not None:
            return DeliveryResult((parcel,))
        async with self._hub.store.read() as unit:
            message = await unit.messages.get(MessageId(parcel.payload["message"]))
            post = await drawing.problem(self._hub, unit, errand.dialog, message) if message else None
        if post is None:
            return DeliveryResult((parcel,), called=False)
        await self._shows.post(thread, replace(post, keys=(parcel.key,)), parcel.attempts)
        return DeliveryResult((parcel,))

    async def _repost(self, errand: _Errand) -> DeliveryResult:
        async with self._hub.store.read() as unit:
            ref = await unit.messages.post(MessageId(errand.parcel.payload["message"]))
            messages = await unit.messages.by_post(ref) if ref is not None else ()
            post = await drawing.post(self._hub, unit, errand.dialog, messages) if messages else None
        if ref is None or post is None:
            return DeliveryResult((errand.parcel,), called=False)
        changed = replace(post, keys=(errand.parcel.key,))
        try:
            if not await self._late.updates(ref, changed, errand.parcel.attempts):
                return await self._late.post(errand.parcel, errand.dialog, messages, post)
            return DeliveryResult((errand.parcel,), (reloaded(messages),) if self._addresses else ())
        except Rejected as gone:
            if gone.reason is not RejectReason.GONE or not self._late.says_more(errand.dialog, messages):
                raise
        try:
            return await self._late.anew(errand.parcel, errand.dialog, messages, post)
        except Rejected as gone:
            if gone.reason is not RejectReason.GONE:
                raise
            return await self._reopened(errand)

    async def _card(self, errand: _Errand) -> DeliveryResult:
        """Updates the thread's card. Once is enough for several waiting updates: it is drawn from what is committed
        now."""
        thread = errand.dialog.ref
        if thread is None:
            return _UNOPENED
        async with self._hub.store.read() as unit:
            if not errand.dialog.open and await unit.dialogs.goes_on(errand.dialog):
                return DeliveryResult((errand.parcel,), called=False)  # the card belongs to a later dialog by now
            card = await drawing.card(self._hub, unit, errand.dialog)
        if errand.parcel.payload.get("unopened"):
            return self._opened_cards.exchanged(errand.claim, errand.dialog, card, errand.now)
        where = PostRef(thread.desk, thread.channel, PostId(thread.thread))
        card = self._opened_cards.after_choices(errand.claim, card)
        if not await self._late.updates(where, card, errand.parcel.attempts):
            return self._late.stays(errand.claim.parcels)
        return DeliveryResult(errand.claim.parcels)

    async def _to_one(self, errand: _Errand) -> DeliveryResult:
        if errand.parcel.kind == ParcelKind.HELD:
            return await self._direct.question(errand.claim, errand.dialog, errand.now)
        return await self._direct.whisper(errand.parcel, errand.dialog.ref)
