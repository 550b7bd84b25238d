"""Operator's reaction, shown to the customer. On a post of several messages it goes to the last one, until its author
picks another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.actions.base import DialogAction, DialogCall, Right
from bot.actions.choosing import whole_number
from bot.actions.reply import answerable, message_field
from bot.domain import Dialog, Message, MessageId, Operator, OperatorReacted, PostId, PostRef
from bot.domain.lifecycle import Refusal
from bot.domain.text import shorten
from bot.hub import parcels
from bot.hub.context import Hub
from bot.hub.tokens import Ticket
from bot.locale import N_
from bot.ports.storage import Unit
from bot.views.answers import whisper
from bot.views.values import Answer, Field, Form, Silent
from bot.views.words import summary

WORDS = 80
"""Characters shown of the message that carries the reaction."""


class React(DialogAction):
    """Moves a reaction to another message of its post."""

    word = "react"
    label = N_("Another message…")
    verb = N_("Move")
    about = ""
    right = Right.SEND

    async def fields(self, call: DialogCall) -> tuple[Field, ...]:
        messages = await _together(call)
        on = await _now_on(call)
        return (await message_field(call, messages, on),) if on is not None and len(messages) > 1 else ()

    def satisfied(self, call: DialogCall) -> bool:
        return False

    async def form(self, call: DialogCall) -> Form:
        form = await super().form(call)
        return replace(form, token=call.token(self.word, form=True, extra=call.sealed))

    async def run(self, call: DialogCall) -> Answer:
        dialog, on, to = call.dialog, await _now_on(call), call.message
        if not dialog.open:
            raise Refusal("closed")
        if on is None or to is None or to.id not in {one.id for one in await _together(call)}:
            return whisper(call._("This reaction has been removed."))
        if to.id != on.id:
            await call.unit.cursors.set(_key(call), str(to.id))
            await parcels.react(call.unit, dialog, on.id, None, call.operator.user, call.now)
            await parcels.react(call.unit, dialog, to.id, call.sealed["emoji"], call.operator.user, call.now)
        return Silent()


async def react(
    hub: Hub, unit: Unit, dialog: Dialog, operator: Operator, event: OperatorReacted, shown: Sequence[Message]
) -> Answer:
    """Puts a reaction on the last message of a post, and says so when there are several. A removed reaction is removed
    from the message that carries it now."""
    together, now = [one for one in shown if answerable(one)], hub.clock.now()
    if len(together) < 2 or event.place.post is None:
        emoji = event.emoji if event.on else None
        await parcels.react(unit, dialog, shown[-1].id, emoji, operator.user, now)
        return Silent()
    extra = {"post": event.place.post, "emoji": event.emoji}
    key = _cursor(operator, dialog, extra)
    if not event.on:
        kept = await unit.cursors.get(key)
        await unit.cursors.forget(key)
        on = MessageId(int(kept)) if kept else together[-1].id
        await parcels.react(unit, dialog, on, None, operator.user, now)
        return Silent()
    await unit.cursors.set(key, str(together[-1].id))
    await parcels.react(unit, dialog, together[-1].id, event.emoji, operator.user, now)
    words = shorten(summary(together[-1].content, hub.tr), WORDS)
    text = hub.tr.ngettext(
        "{emoji} is on the last of {n} message: “{words}”.",
        "{emoji} is on the last of {n} messages: “{words}”.",
        len(together),
    )
    button = hub.button(Ticket(React.word, dialog.id, only=operator.id, extra=extra), operator.desk)
    return whisper(text.format(emoji=event.emoji, n=len(together), words=words), button)


async def _together(call: DialogCall) -> Sequence[Message]:
    """Customer's messages in the post with the reaction."""
    post = PostRef(call.operator.desk, call.dialog.channel, PostId(call.sealed.get("post", "")))
    found = await call.unit.messages.by_post(post)
    return [one for one in found if one.dialog == call.dialog.id and answerable(one)]


async def _now_on(call: DialogCall) -> Message | None:
    """Message that carries the reaction; None: it was removed."""
    kept = await call.unit.cursors.get(_key(call))
    return await call.unit.messages.get(MessageId(int(kept))) if kept is not None and whole_number(kept) else None


def _key(call: DialogCall) -> str:
    return _cursor(call.operator, call.dialog, call.sealed)


def _cursor(operator: Operator, dialog: Dialog, extra: Mapping[str, str]) -> str:
    return f"reaction:{operator.id}:{dialog.id}:{extra.get('post', '')}:{extra.get('emoji', '')}"
