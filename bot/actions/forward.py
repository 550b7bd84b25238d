"""`forward`: forward messages to a colleague for review; `read`: mark them as read; `redirect_on`: forward them to
somebody else."""

from __future__ import annotations

from dataclasses import replace

from bot.actions.base import Call, CardSlot, DialogAction, DialogCall, InvalidInput, MenuGroup, Right
from bot.actions.choosing import addressee, may_read, name_and_rest, people_field
from bot.actions.chosen import chosen, done_with, messages_field
from bot.actions.redirect import Redirect
from bot.dialogs import review
from bot.dialogs.apply import apply_event
from bot.domain import Addressee, Status
from bot.domain.access import of_role, person
from bot.domain.lifecycle import Refusal, Reviewed
from bot.hub.offers import CardView, Face
from bot.locale import N_
from bot.views.answers import whisper
from bot.views.values import Answer, Ask, Field, FieldKind, Silent, Tone

MOST = 50
"""Most messages forwarded at once."""


class Forward(DialogAction):
    word = "forward"
    label = N_("Forward for review…")
    verb = N_("Forward")
    about = N_("forward selected messages to a colleague for review: forward @operator|role [comment]")
    right = Right.READ
    spot = CardSlot.MENU
    group = MenuGroup.MESSAGES
    statuses = frozenset(Status) - {Status.FOR_REVIEW}
    shortcut = True

    def read(self, words: str, call: DialogCall) -> dict[str, str]:
        who, comment = name_and_rest(words)
        return {"who": who, "comment": comment}

    async def fields(self, call: DialogCall) -> tuple[Field, ...]:
        _only_conversations(call)
        comment = Field("comment", call._("Comment"), FieldKind.AREA, value=call.inputs.get("comment", ""))
        return await people_field(call, roles=True), await messages_field(call, required=True), comment

    def satisfied(self, call: DialogCall) -> bool:
        return bool(call.inputs.get("who"))

    async def run(self, call: DialogCall) -> Answer:
        _only_conversations(call)
        to, messages = await addressee(call), await chosen(call)
        if not messages and not call.complete:
            known = replace(call, inputs={**call.inputs, "who": _value(to)})
            return Ask(await self.form(known))
        if not messages:
            raise InvalidInput(messages=call._("Select at least one message."))
        if len(messages) > MOST:
            raise InvalidInput(messages=call._("Too many: at most {limit} messages.").format(limit=MOST))
        await _may_read(call, to)
        comment = call.inputs.get("comment", "").strip()
        await review.pass_on(call.hub, call.unit, call.dialog, call.operator, to, messages, comment)
        await done_with(call)
        return Silent()


def _only_conversations(call: DialogCall) -> None:
    if call.dialog.source is not None:
        raise Refusal("passed_already")


def _value(whom: Addressee) -> str:
    """Value of an addressee in the menu of people."""
    if whom.role is not None:
        return of_role(whom.role)
    return person(whom.operator) if whom.operator is not None else ""


async def _may_read(call: Call, to: Addressee) -> None:
    colleague = await call.unit.operators.get(to.operator) if to.operator is not None else None
    if colleague is not None:
        await may_read(call, colleague)


class Read(DialogAction):
    word = "read"
    label = N_("Mark as read")
    about = N_("mark forwarded messages as read; the sender is notified")
    right = Right.READ
    spot = CardSlot.BUTTON
    statuses = frozenset({Status.FOR_REVIEW})
    tone = Tone.PRIMARY

    async def run(self, call: DialogCall) -> Answer:
        event = Reviewed(call.operator.id, call.now, call.rights.administer, call.roles)
        await apply_event(call.hub, call.unit, call.dialog, event)
        if call.place.thread is not None:
            return Silent()
        return replace(whisper(call._("👁 Marked as read.")), replaces=True, confirms=True)


class RedirectOn(Redirect):
    """`redirect` in a dialog for review, which needs no right to send."""

    word = "redirect_on"
    label = N_("Forward to someone else")
    verb = N_("Forward")
    right = Right.READ
    statuses = frozenset({Status.FOR_REVIEW})

    def faces(self, card: CardView) -> tuple[Face, ...]:
        """Offers the form alone: whoever reads the messages is also told why."""
        return (Face(self.label, CardSlot.BUTTON),)

    async def run(self, call: DialogCall) -> Answer:
        if call.dialog.status is not Status.FOR_REVIEW:
            raise Refusal("nothing_to_review")
        return await super().run(call)

    async def check(self, call: DialogCall, to: Addressee) -> None:
        await _may_read(call, to)
