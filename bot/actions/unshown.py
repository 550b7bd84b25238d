"""Buttons of a line about a parcel that the desk refused: read it, or show it again."""

from __future__ import annotations

from bot.actions.base import DialogAction, DialogCall, Right
from bot.domain import Author, Delivery, Key, Message, MessageId
from bot.hub import parcels
from bot.hub.names import operator_names, writer_name
from bot.hub.parcels import ParcelKind
from bot.locale import N_
from bot.ports.storage import DeadParcel, Urgency
from bot.views import plain
from bot.views.answers import whisper
from bot.views.lines import mentioned, word_line
from bot.views.problems import problem
from bot.views.values import Answer, Silent, Whisper

_PRIVATE = (ParcelKind.WHISPER, ParcelKind.TELL)
_LATEST = 200
"""Messages of the dialog among which the line is looked for."""


class ReadUnshown(DialogAction):
    word = "read_unshown"
    label = N_("Read it")
    about = ""
    right = Right.READ

    async def run(self, call: DialogCall) -> Answer:
        dead = await call.unit.dead.get(Key(call.sealed.get("parcel", "")))
        if dead is None:
            return whisper(call._("This has already been handled."))
        if dead.kind in _PRIVATE:
            return self._private(call, dead)
        message = await call.unit.messages.get(MessageId(dead.payload.get("message", 0)))
        if message is None:
            return whisper(call._("This has already been handled."))
        return whisper(await self._words(call, message, ParcelKind(dead.kind)))

    async def _words(self, call: DialogCall, message: Message, kind: ParcelKind) -> str:
        hub, tr = call.hub, call.hub.tr
        if message.line is not None:
            return word_line(message.line, await operator_names(call.unit, mentioned(message.line)), tr)
        words = plain.content(message.content, tr, hub.files.link).text.characters
        if kind is ParcelKind.PROBLEM and message.delivery in (Delivery.FAILED, Delivery.UNCONFIRMED):
            words = problem(message, words, tr)
        by_customer = message.author is Author.CUSTOMER
        who = (await call.unit.contacts.get(call.dialog.contact)).name if by_customer else ""
        return f"{who or await writer_name(call.unit, message, tr) or tr.gettext('Customer')}: {words}"

    def _private(self, call: DialogCall, dead: DeadParcel) -> Answer:
        if dead.payload["user"] != call.operator.user:
            return whisper(call._("This is for someone else."))
        return Whisper(plain.view(parcels.view_of(dict(dead.payload))))


class ShowAgain(DialogAction):
    """Repeats the parcel. Of several who press at once, one does."""

    word = "show_again"
    label = N_("Show again")
    about = ""
    right = Right.READ

    async def run(self, call: DialogCall) -> Answer:
        unit, dialog = call.unit, call.dialog
        dead = await unit.dead.take(Key(call.sealed.get("parcel", "")))
        if dead is None:
            return whisper(call._("This has already been handled."))
        await unit.outbox.enqueue(
            dead.destination,
            dead.lane,
            Urgency.MESSAGE,
            dead.kind,
            dead.payload,
            due=call.now,
            key=dead.key,
            account=dialog.account,
        )
        for message in await unit.messages.latest(dialog.id, limit=_LATEST):
            if message.line is not None and message.line.values.get("parcel") == dead.key:
                await parcels.repost(unit, dialog, message.id, call.now)  # without its buttons
        return Silent()
