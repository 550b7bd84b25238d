"""Carrier to customers: replies in parts, edits, deletions, reactions.

A reply in doubt is sent again only where the channel dedupes by key. Elsewhere nobody can know whether it arrived, so
the operator is asked, and the lane continues.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.delivery.carrier import After, DeliveryResult
from bot.delivery.roads import CallPlace
from bot.dialogs import receipts, send
from bot.dialogs.apply import write_line
from bot.domain import AccountName, Content, Delivery, Dialog, ForeignId, Key, Line, Media, Message, MessageId
from bot.hub import parcels
from bot.hub.context import Hub
from bot.hub.parcels import ParcelKind
from bot.locale import size
from bot.ports import (
    Bridge,
    Deleting,
    DeliveryError,
    Editing,
    Moved,
    Outgoing,
    Rate,
    Reacting,
    Rejected,
    RejectReason,
    Sent,
    Unconfirmed,
)
from bot.ports.storage import Claim, Parcel, Sendable, Unit
from bot.views.answers import says

UNSENT = frozenset({Delivery.FAILED, Delivery.UNCONFIRMED, Delivery.HELD, Delivery.INTERNAL})
"""States in which a waiting reply is not sent: an edit may have turned it into a note, or held it with a question to
its author."""


class ChannelCarrier:
    """Carrier for one account."""

    depth = 1
    tries: int | None = 30
    first: Collection[str] = ()

    def __init__(self, hub: Hub, account: AccountName, bridge: Bridge) -> None:
        self._hub, self._account, self._bridge = hub, account, bridge
        self.rates: Sequence[Rate] = bridge.limits.rates
        self._carriers: Mapping[str, Callable[[Parcel, Sendable], Awaitable[DeliveryResult]]] = {
            ParcelKind.SEND: self._send,
            ParcelKind.EDIT: self._edit,
            ParcelKind.DELETE: self._delete,
            ParcelKind.REACT: self._react,
        }

    def scopes(self, claim: Claim) -> Mapping[str, str]:
        return {"all": "all", "chat": claim.name} if self.rates else {}

    def place(self, claim: Claim) -> CallPlace:
        return CallPlace(part=claim.parcels[0].kind)

    async def carry(self, claim: Claim, now: datetime) -> DeliveryResult:
        parcel = claim.parcels[0]
        async with self._hub.store.read() as unit:
            load = await unit.messages.sendable(MessageId(parcel.payload["message"]))
        if load is None:
            return DeliveryResult((parcel,), called=False)
        try:
            if parcel.doubtful and self.asks_when_doubtful(parcel):
                raise Unconfirmed("the hub was stopped while it was sending")
            return await self._carriers[parcel.kind](parcel, load)
        except Moved as moved:
            return await self._move(load.dialog, moved)
        except Unconfirmed:
            if (proved := await self._proved(parcel, load)) is None:
                raise
            return proved

    async def _proved(self, parcel: Parcel, load: Sendable) -> DeliveryResult | None:
        """Returns the result of an attempt in doubt when a receipt has come that carries the parcel's key."""
        if parcel.kind != ParcelKind.SEND:
            return None
        async with self._hub.store.read() as unit:
            receipt = await unit.messages.kept_receipt(self._account, load.dialog.chat, parcel.key)
        if receipt is None:
            return None
        sent, part = Sent((receipt.ref,)), int(parcel.payload["part"])
        return DeliveryResult((parcel,), (self._written(load.message, load.dialog, part, sent, parcel.key),))

    def asks_when_doubtful(self, parcel: Parcel) -> bool:
        """Also where the channel dedupes, once the database was restored: no channel remembers keys for that long."""
        old = self._hub.past.covers(parcel.created_at)
        return parcel.kind == ParcelKind.SEND and (old or not self._bridge.limits.idempotent)

    # ------------------------------------------------------------------------------------ sending

    async def _send(self, parcel: Parcel, load: Sendable) -> DeliveryResult:
        """Sends one part of a reply. Only the first missing part is sent: after a failed part the rest waits for
        *Retry*, so that the end never follows a missing beginning, and parcels of an earlier attempt may still be in
        the lane."""
        message, dialog, part = load.message, load.dialog, int(parcel.payload["part"])
        parts = send.parts_of(self._hub, self._bridge, message.content)
        if (
            part not in load.left[:1]
            or message.delivery in UNSENT
            or message.deleted_at is not None
            or part >= max(1, len(parts))
        ):
            return DeliveryResult((parcel,), called=False)
        if not parts or not parts[part]:
            raise Rejected(RejectReason.INVALID, self._hub.tr.gettext("it is empty"))
        self._check_sizes(parts[part])
        if part == 0 and (len(parts) > 1 or parts[0].text):
            await self._check_unmeasured(parts)
        outgoing = await self._outgoing(message, dialog, parts[part], load.author, first=part == 0)
        sent = await self._bridge.send(dialog.chat, outgoing, parcel.key)
        return DeliveryResult((parcel,), (self._written(message, dialog, part, sent, parcel.key),))

    def _check_sizes(self, content: Content) -> None:
        """Raises `Rejected` for files known to be too large or unsupported."""
        for media in content.attachments:
            if not isinstance(media, Media):
                continue
            limit = self._bridge.limits.files.get(media.kind)
            if limit is None:
                raise Rejected(RejectReason.UNSUPPORTED, media.name)
            if media.size == 0:
                raise Rejected(RejectReason.FILE_EMPTY, media.name)
            if media.size is not None and media.size > limit:
                text = self._hub.tr.gettext("{name}: {size}, limit {limit}")
                sizes = {"size": size(media.size, self._hub.locale), "limit": size(limit, self._hub.locale)}
                raise Rejected(RejectReason.TOO_LARGE, text.format(name=media.name, **sizes))

    async def _check_unmeasured(self, parts: Sequence[Content]) -> None:
        """Opens the files of unknown size before anything is sent: a customer would get the beginning of a reply whose
        file is empty or gone. Raises the errors of `Files.open`."""
        for content in parts:
            for media in content.attachments:
                if isinstance(media, Media) and media.size is None:
                    async with self._hub.files.open(media.file):
                        pass

    async def _outgoing(
        self, message: Message, dialog: Dialog, content: Content, author: str, *, first: bool
    ) -> Outgoing:
        if not first or message.reply_to is None or not self._bridge.limits.replies:
            return Outgoing(content, author)
        async with self._hub.store.read() as unit:
            refs = await unit.messages.foreign(message.reply_to)
        return Outgoing(content, author, refs[0] if refs else None)

    def _written(self, as_sent: Message, dialog: Dialog, part: int, sent: Sent, key: Key) -> After:
        async def after(unit: Unit) -> None:
            early = await receipts.link(self._hub, unit, as_sent, self._account, dialog.chat, sent.refs, key)
            delivery = Delivery.DELIVERED if sent.delivered else Delivery.SENT
            message = await unit.messages.part_done(as_sent.id, part, delivery)
            if message is not None:  # otherwise further parts follow
                if message.content != as_sent.content:
                    await self._edited_meanwhile(unit, dialog, message)
                if message.delivery is delivery:  # otherwise a receipt came first
                    await send.show_progress(self._hub, unit, dialog, message.id, delivery)
            for receipt in early:
                await receipts.arrived(self._hub, unit, self._account, receipt)

        return after

    async def _edited_meanwhile(self, unit: Unit, dialog: Dialog, message: Message) -> None:
        """Sends an edit that the author made while the reply was on its way, or tells them that the channel cannot."""
        parts = send.parts_of(self._hub, self._bridge, message.content)
        refs = await unit.messages.foreign(message.id)
        if isinstance(self._bridge, Editing) and len(parts) == len(refs) == 1:
            await parcels.edit(unit, dialog, message.id, self._hub.clock.now())
        else:
            await self._tell_author(unit, dialog, message)

    async def _edit(self, parcel: Parcel, load: Sendable) -> DeliveryResult:
        refs = await self._refs(load.message)
        parts = send.parts_of(self._hub, self._bridge, load.message.content)
        if not isinstance(self._bridge, Editing) or not refs or not parts:
            return DeliveryResult((parcel,), called=False)
        await self._bridge.edit(load.dialog.chat, refs[0], Outgoing(parts[0], load.author))
        return DeliveryResult((parcel,))

    async def _delete(self, parcel: Parcel, load: Sendable) -> DeliveryResult:
        refs = await self._refs(load.message)
        if not isinstance(self._bridge, Deleting) or not refs:
            return DeliveryResult((parcel,), called=False)
        await self._bridge.delete(load.dialog.chat, refs)
        return DeliveryResult((parcel,))

    async def _react(self, parcel: Parcel, load: Sendable) -> DeliveryResult:
        refs = await self._refs(load.message)
        if not isinstance(self._bridge, Reacting) or not refs:
            return DeliveryResult((parcel,), called=False)
        await self._bridge.react(load.dialog.chat, refs[0], parcel.payload["emoji"])
        return DeliveryResult((parcel,))

    async def _refs(self, message: Message) -> Sequence[ForeignId]:
        async with self._hub.store.read() as unit:
            return await unit.messages.foreign(message.id)

    async def _move(self, dialog: Dialog, moved: Moved) -> DeliveryResult:
        """Stores the conversation's new id; the next attempt goes there."""

        async def after(unit: Unit) -> None:
            await unit.contacts.move(dialog.account, dialog.chat, moved.to, same_ids=False)

        return DeliveryResult((), (after,))

    # --------------------------------------------------------------------------------- failures

    def give_up(self, parcel: Parcel, error: DeliveryError) -> After:
        reason = error.reason if isinstance(error, Rejected) else RejectReason.TRIES
        detail = error.detail if isinstance(error, (Rejected, Unconfirmed)) else str(error)

        async def after(unit: Unit) -> None:
            message = await unit.messages.lock(MessageId(parcel.payload["message"]))
            dialog = await unit.dialogs.lock(message.dialog) if message else None
            if message is None or dialog is None:
                return
            if parcel.kind == ParcelKind.REACT:
                await self._tell_reacter(unit, dialog, parcel)
            elif parcel.kind != ParcelKind.SEND:
                await self._tell_author(unit, dialog, message)
            elif isinstance(error, Unconfirmed):
                await send.failed(self._hub, unit, dialog, replace(message, delivery=Delivery.UNCONFIRMED))
            else:
                failed = replace(message, delivery=Delivery.FAILED, failure=str(reason), detail=detail)
                await send.failed(self._hub, unit, dialog, failed)
                if reason is RejectReason.BLOCKED:
                    await self._blocked(unit, dialog)

        return after

    async def _blocked(self, unit: Unit, dialog: Dialog) -> None:
        """Marks the customer as having blocked us, which sending revealed; the card says so until they write again."""
        if dialog.blocked:
            return
        now, blocked = self._hub.clock.now(), replace(dialog, blocked=True)
        await unit.contacts.set_blocked(dialog.account, dialog.chat, True)
        await unit.dialogs.save(blocked)
        await write_line(self._hub, unit, blocked, Line("blocked"))
        await parcels.refresh_card(unit, blocked, now)

    async def _tell_reacter(self, unit: Unit, dialog: Dialog, parcel: Parcel) -> None:
        user = parcel.payload.get("user")
        if user:
            text = self._hub.tr.gettext("Your reaction was not delivered: the customer does not see it.")
            await parcels.whisper(unit, dialog, user, says(text), self._hub.clock.now())

    async def _tell_author(self, unit: Unit, dialog: Dialog, message: Message) -> None:
        """Notifies the author of an edit or a deletion that the channel refused."""
        operator = await unit.operators.get(message.operator) if message.operator is not None else None
        if operator is None:
            return
        text = self._hub.tr.gettext("The messenger refused the edit: the customer still sees the original.")
        await parcels.whisper(unit, dialog, operator.user, says(text), self._hub.clock.now())
