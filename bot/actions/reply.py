"""`reply`: reply to one particular message of the customer, which the channel points at or quotes; any message of a
post can be picked."""

from __future__ import annotations

from collections.abc import Sequence

from bot.actions.base import CardSlot, DialogAction, DialogCall, InvalidInput, MenuGroup, Right
from bot.actions.chosen import said
from bot.actions.typed import unsendable
from bot.dialogs import channel_fit
from bot.dialogs.send import answer, quoting
from bot.domain import Author, Content, Delivery, Message, Status
from bot.domain.lifecycle import Answered, Refusal, advance
from bot.domain.text import Text, shorten
from bot.hub import parcels
from bot.locale import N_
from bot.ports.storage import NewMessage
from bot.views.answers import whisper
from bot.views.values import Answer, Field, FieldKind, Option, Silent
from bot.views.words import summary

LATEST = 25
"""Messages offered in the form."""
WORDS = 70
"""Characters shown of each."""
LONGEST = 3000


class ReplyTo(DialogAction):
    word = "reply"
    label = N_("Reply to…")
    verb = N_("Send reply")
    about = N_("reply to a selected message of the customer: reply [text]")
    right = Right.SEND
    spot = CardSlot.MENU
    group = MenuGroup.MESSAGES
    statuses = frozenset(Status) - {Status.CLOSED, Status.FOR_REVIEW}

    def read(self, words: str, call: DialogCall) -> dict[str, str]:
        return {"text": words}

    async def fields(self, call: DialogCall) -> tuple[Field, ...]:
        latest = await call.unit.messages.latest(call.dialog.id, limit=LATEST)
        theirs = [one for one in latest if answerable(one)]
        if not theirs:
            return ()
        text = call.inputs.get("text", "")
        return (
            await message_field(call, theirs),
            Field("text", call._("Reply"), FieldKind.AREA, required=True, value=text, limit=LONGEST),
        )

    def satisfied(self, call: DialogCall) -> bool:
        return False

    async def run(self, call: DialogCall) -> Answer:
        if not call.complete:
            return whisper(call._("No messages yet."))
        dialog, to, text = call.dialog, call.message, call.inputs.get("text", "").strip()
        if to is None or not answerable(to):
            raise InvalidInput(message=call._("This message no longer exists. Choose another one."))
        if not text:
            raise InvalidInput(text=call._("Enter the reply."))
        content = quoting(call.hub, Content(Text.plain(text)), to)
        # Raises before anything is saved, if the operator may not reply, or not like this.
        advance(dialog, Answered(call.operator.id, call.now, summary(content, call.hub.tr)))
        bridge = call.hub.bridges.get(dialog.account)
        if bridge is None:
            raise Refusal("no_account")
        channel_fit.check(call.hub, bridge, dialog, content)
        if wrong := await unsendable(call, content):
            raise InvalidInput(text=wrong)
        new = NewMessage(
            dialog.id, Author.OPERATOR, call.now, content, call.operator.id, Delivery.PENDING, reply_to=to.id
        )
        message = await call.unit.messages.add(new)
        dialog = await answer(call.hub, call.unit, dialog, call.access, message, posted=False)
        await parcels.post(call.unit, dialog, message.id, call.now, marked=True)
        return Silent()


def answerable(message: Message) -> bool:
    return message.author is Author.CUSTOMER and bool(message.content) and message.deleted_at is None


async def message_field(call: DialogCall, messages: Sequence[Message], preset: Message | None = None) -> Field:
    """Field to pick one of the messages, latest first; `preset`, or the latest, is preselected."""
    ordered = sorted(messages, key=lambda one: one.id, reverse=True)
    options = [Option(str(one.id), shorten(await said(call, one), WORDS)) for one in ordered]
    value = str(preset.id) if preset is not None else options[0].value
    return Field("message", call._("Message"), FieldKind.CHOICE, required=True, options=tuple(options), value=value)
