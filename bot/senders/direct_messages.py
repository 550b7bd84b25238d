"""Messages to one operator: direct messages, whispers, reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.delivery.carrier import DeliveryResult
from bot.dialogs import held
from bot.dialogs.notifications import MOST_OF_ROLE
from bot.domain import Belonging, DeskName, Dialog, DialogId, Key, MessageId, ThreadRef
from bot.domain.text import Text
from bot.hub import parcels
from bot.hub.context import Hub
from bot.hub.parcels import THREAD_OPENS_IN
from bot.ports import Availability, DeliveryError, Desk, Mentioning, PresenceKnowing, Rejected, Retelling, Unavailable
from bot.ports.storage import Claim, Parcel, Unit
from bot.reports import making
from bot.senders import calls
from bot.senders.fallback import PlainFallback
from bot.views import isolation
from bot.views.values import Row, View

log = structlog.get_logger(__name__)

LINKS_WAIT = timedelta(seconds=30)
"""Limit of a direct message's wait for the thread that it links to."""

LINE_WAITS = timedelta(seconds=30)
"""Limit of a direct message's wait for the technical line that may make it needless."""


class DirectMessages:
    """Sends to the operators of one desk."""

    def __init__(self, hub: Hub, name: DeskName, desk: Desk) -> None:
        self._hub, self._name, self._desk = hub, name, desk
        self._shows = PlainFallback(hub, desk)

    async def whisper(self, parcel: Parcel, thread: ThreadRef | None) -> DeliveryResult:
        """Shows a view to one operator alone: in the thread, or by direct message while there is none or the desk
        refuses it there."""
        user, view = str(parcel.payload["user"]), self._view(parcel)
        if thread is None:
            await self._shows.tell(user, view, parcel.attempts)
            return DeliveryResult((parcel,))
        try:
            await self._desk.whisper(user, thread, view)
        except (Rejected, Unavailable) as refused:
            if isinstance(refused, Unavailable) and not refused.channel:
                raise
            await self._shows.tell(user, view, parcel.attempts)
        return DeliveryResult((parcel,))

    async def retell(self, parcel: Parcel) -> DeliveryResult:
        """Replaces an earlier whisper, as far as the desk still can."""
        if not isinstance(self._desk, Retelling):
            return DeliveryResult((parcel,), called=False)
        with suppress(Rejected):
            whispered = Key(parcel.payload["whispered"])
            await self._desk.retell(str(parcel.payload["user"]), whispered, self._view(parcel))
        return DeliveryResult((parcel,))

    async def question(self, claim: Claim, dialog: Dialog, now: datetime) -> DeliveryResult:
        """Asks the author of a held message by direct message, once it is time and if it is still held. Otherwise there
        is nothing to replace either."""
        parcel = claim.parcels[0]
        async with self._hub.store.read() as unit:
            view = await held.question(self._hub, unit, dialog, MessageId(parcel.payload["message"]), parcel.key)
        if view is None or not await self._may_be_told(parcel):
            unsent = claim.parcels[1:] if not parcel.attempts else ()
            return DeliveryResult((parcel, *unsent), called=False)
        early = datetime.fromisoformat(parcel.payload["due"]) - now
        if early > timedelta():  # what goes behind it in its lane has made that due
            return DeliveryResult((), rest=early.total_seconds(), called=False)
        await self._shows.tell(str(parcel.payload["user"]), replace(view, keys=(parcel.key,)), parcel.attempts)
        return DeliveryResult((parcel,))

    async def tell(self, parcel: Parcel) -> DeliveryResult:
        """Sends a direct message once the thread that it links to is open."""
        told = await self._told_by_line(parcel)
        if told is None:
            return DeliveryResult((), rest=THREAD_OPENS_IN, called=False)
        if told or not await self._may_be_told(parcel) or await self._is_inside(parcel):
            return DeliveryResult((parcel,), called=False)
        view = await self._linked(parcel, self._view(parcel))
        if view is None:
            return DeliveryResult((), rest=THREAD_OPENS_IN, called=False)
        await self._shows.tell(str(parcel.payload["user"]), view, parcel.attempts)
        return DeliveryResult((parcel,))

    async def role(self, parcel: Parcel) -> DeliveryResult:
        """Tells those of a role's members who are there, at most `MOST_OF_ROLE`; those who are away if nobody is there,
        and those who do not want to be disturbed only if there is nobody else."""
        views, now = parcels.views_of(dict(parcel.payload)), self._hub.clock.now()
        chosen = _preferred(list(views), await self._availability(list(views)))[:MOST_OF_ROLE]
        dialog, line = parcel.payload.get("dialog"), parcel.payload.get("line")
        about = DialogId(dialog) if dialog else None

        async def after(unit: Unit) -> None:
            for user in chosen:
                on = MessageId(line) if line is not None else None
                await parcels.tell(unit, self._name, user, views[user], now, about, on)

        return DeliveryResult((parcel,), (after,), called=False)

    async def _availability(self, users: Sequence[str]) -> Mapping[str, Availability]:
        """Asks the desk who is there. A desk that cannot tell now holds nobody up: everybody counts as there."""
        if not isinstance(self._desk, PresenceKnowing) or len(users) < 2:
            return {}
        try:
            return await self._desk.availability(users)
        except DeliveryError as error:
            log.info("presence unknown", desk=self._name, error=type(error).__name__)
            return {}

    async def _told_by_line(self, parcel: Parcel) -> bool | None:
        """Tells whether a technical line has notified the recipient of the same event; None while the line is not
        posted. After `LINE_WAITS` the message goes, too."""
        if (line := parcel.payload.get("line")) is None:
            return False
        async with self._hub.store.read() as unit:
            operator = await unit.operators.of_user(self._name, str(parcel.payload["user"]))
            message = await unit.messages.get(MessageId(line))
            told = await calls.told(unit, message, operator) if message is not None and operator is not None else False
        waits = self._hub.clock.now() - parcel.created_at < LINE_WAITS
        return False if told is None and not waits else told

    async def _is_inside(self, parcel: Parcel) -> bool:
        """Tells whether the recipient is in the channel where a mention tells them of the same event."""
        channel, user = str(parcel.payload.get("outside") or ""), str(parcel.payload["user"])
        if not channel or not isinstance(self._desk, Mentioning):
            return False
        return user in await self._desk.reached(channel, {user})

    async def _may_be_told(self, parcel: Parcel) -> bool:
        """Tells whether the recipient may still see customers' data: not after leaving the desk."""
        async with self._hub.store.read() as unit:
            operator = await unit.operators.of_user(self._name, str(parcel.payload["user"]))
            if operator is None or operator.belongs is Belonging.UNKNOWN:
                return True  # the desk has not reported their membership yet
            return await self._hub.admits(unit, operator)

    async def _linked(self, parcel: Parcel, view: View) -> View | None:
        """Fills in the link to the dialog's thread. Returns None while the thread is not open; after `LINKS_WAIT` the
        message goes without the link."""
        number = DialogId(parcel.payload.get("dialog") or 0)
        later = parcels.link_later(number)
        if not any(_leads(row, later) for row in view.rows):
            return view
        async with self._hub.store.read() as unit:
            dialog = await unit.dialogs.get(number)
        if dialog is not None and dialog.ref is None and self._hub.clock.now() - parcel.created_at < LINKS_WAIT:
            return None
        where = self._hub.desks.link(dialog.ref) if dialog is not None else ""
        return replace(view, rows=tuple(_pointed(row, later, where) for row in view.rows))

    async def report(self, parcel: Parcel) -> DeliveryResult:
        """Generates and sends a report. After an attempt in doubt, the desk finds the earlier one by its key."""
        if not await self._may_be_told(parcel):
            return DeliveryResult((parcel,), called=False)
        view = replace(isolation.view(await making.of_parcel(self._hub, parcel.payload)), keys=(parcel.key,))
        await self._shows.tell(str(parcel.payload["user"]), view, parcel.attempts)
        return DeliveryResult((parcel,))

    def _view(self, parcel: Parcel) -> View:
        payload: dict[str, Any] = dict(parcel.payload)
        return replace(isolation.view(parcels.view_of(payload)), keys=(parcel.key,))


def _preferred(users: Sequence[str], states: Mapping[str, Availability]) -> list[str]:
    for state in (None, Availability.AWAY, Availability.DISTURBED):
        if found := [one for one in users if states.get(one) is state]:
            return found
    return []


def _leads(row: Row, to: str) -> bool:
    return any(span.link == to for span in row.text.spans) or any(one.url == to for one in row.buttons)


def _pointed(row: Row, later: str, where: str) -> Row:
    """Row with its links where the placeholders were; a button that would lead nowhere is left out."""
    text = Text.of(replace(span, link=where) if span.link == later else span for span in row.text.spans)
    buttons = [replace(one, url=where) if one.url == later else one for one in row.buttons]
    return replace(row, text=text, buttons=tuple(one for one in buttons if one.token or one.url))
