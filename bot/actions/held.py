"""Choices about a message that was held (see `bot.dialogs.held`), or whose delivery failed or is in doubt.

They are offered only as buttons, under the message that they are about.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace

from bot.actions.base import MessageAction, MessageCall, Right
from bot.dialogs import channel_fit, doubts, mentions, resending, send
from bot.dialogs.apply import apply_event, write_line
from bot.dialogs.held import HELD, KEPT, SENT, fingerprint, forget_question, hold, worded_decision
from bot.domain import Author, Delivery, Line
from bot.domain.lifecycle import CoexecutorAdded, Refusal, TookOver
from bot.domain.mentions import TextKind
from bot.hub import parcels
from bot.locale import N_
from bot.views.answers import whisper
from bot.views.values import Answer, Silent, Tone, Whisper

NAMED_BY_NOW = N_("This now mentions a colleague or a role, so it stays an internal note. Nothing was sent.")


class _OnHeld(MessageAction):
    """Base of choices about a held message: made once, by its author only. The answer takes the question's place, so
    that it and its buttons do not stay where they no longer count."""

    about = ""

    async def run(self, call: MessageCall) -> Answer:
        held = call.message
        decided = held.delivery is not Delivery.HELD or held.deleted_at is not None
        if decided or held.operator != call.operator.id:
            return replace(whisper(call._("This has already been handled.")), replaces=True)
        answer = await self._decide(call)
        return replace(answer, replaces=True) if isinstance(answer, Whisper) else answer

    @abstractmethod
    async def _decide(self, call: MessageCall) -> Answer: ...


class SendAndTakeOver(_OnHeld):
    word = "take_over"
    label = N_("Send and take over")
    right = Right.SEND
    tone = Tone.PRIMARY

    async def _decide(self, call: MessageCall) -> Answer:
        if call.dialog.responsible != call.operator.id:  # already taken over by an earlier held message
            await apply_event(call.hub, call.unit, call.dialog, TookOver(call.operator.id))
        return await _release(call)


class JoinAsCoexecutor(_OnHeld):
    word = "join"
    label = N_("Send as co-executor")
    right = Right.SEND

    async def _decide(self, call: MessageCall) -> Answer:
        dialog = call.dialog
        if call.operator.id not in dialog.coexecutors and dialog.responsible != call.operator.id:
            await apply_event(call.hub, call.unit, dialog, CoexecutorAdded(call.operator.id, call.operator.id))
        return await _release(call)


class SendAsWritten(_OnHeld):
    """The author confirms that the words in question are neither a name nor a command."""

    word = "send_named"
    label = N_("Send")
    right = Right.SEND
    tone = Tone.PRIMARY

    async def _decide(self, call: MessageCall) -> Answer:
        """Sends the message, unless an edit has raised another question since."""
        message = call.message
        asked = await mentions.question(call.hub, call.unit, call.operator.id, message.content)
        if asked is not None and fingerprint(asked) != call.inputs.get("asked"):
            return Whisper(await hold(call.hub, call.unit, call.dialog, call.operator, message, asked))
        await mentions.let_go(call.hub, call.unit, call.operator.id, message.content)
        return await _release(call)


class SendSo(_OnHeld):
    """Sends files as links and the rest as text, where the channel cannot carry them otherwise."""

    word = "send_so"
    label = N_("Send anyway")
    right = Right.SEND
    tone = Tone.PRIMARY

    async def _decide(self, call: MessageCall) -> Answer:
        bridge = call.hub.bridges.get(call.dialog.account)
        if bridge is None:
            raise Refusal("no_account")
        content = channel_fit.adapted(call.message.content, bridge.limits, call.hub.tr)
        fit = replace(call.message, content=content)
        await call.unit.messages.save(fit)
        return await _release(replace(call, message=fit))


class KeepInternal(_OnHeld):
    word = "keep"
    label = N_("Keep as internal note")

    async def _decide(self, call: MessageCall) -> Answer:
        return await _keep(call)


class MakeNote(KeepInternal):
    word = "make_note"
    label = N_("Internal note")


async def _keep(call: MessageCall) -> Answer:
    kept = replace(call.message, author=Author.NOTE, delivery=Delivery.INTERNAL)
    await call.unit.messages.save(kept)
    await parcels.mark(call.unit, call.dialog, kept.id, call.now)
    return await _decided(call, call._(KEPT))


async def _decided(call: MessageCall, template: str) -> Whisper:
    """Returns what became of the message, in the place of the question about it."""
    await forget_question(call.unit, call.message.id)
    return whisper(worded_decision(call.hub, template, call.message))


async def _release(call: MessageCall) -> Answer:
    """Sends the message if it is still a reply: a name that was nobody's when it was written may be a colleague's or a
    role's now."""
    dialog = await call.unit.dialogs.lock(call.dialog.id)
    assert dialog is not None
    message = call.message
    found = await mentions.verdict(call.hub, call.unit, message.content)
    if found.kind is TextKind.NOTE:
        await _keep(call)
        return whisper(call._(NAMED_BY_NOW))
    asked = await mentions.asked_about(call.hub, call.unit, call.operator.id, message.content, found)
    try:
        if asked is not None:
            raise asked
        await send.answer(call.hub, call.unit, dialog, call.access, message)
    except Refusal as refusal:  # one question is answered, and this is the next
        if refusal.code not in HELD:
            raise
        return Whisper(await hold(call.hub, call.unit, dialog, call.operator, message, refusal))
    return await _decided(call, call._(SENT))


class _InDoubt(MessageAction):
    """Base of remedies for a reply that failed or is in doubt."""

    about = ""
    right = Right.SEND
    when: frozenset[Delivery]

    async def run(self, call: MessageCall) -> Answer:
        if call.message.delivery not in self.when or call.message.deleted_at is not None:
            return whisper(call._("This has already been handled."))
        return await self._settle(call)

    @abstractmethod
    async def _settle(self, call: MessageCall) -> Answer: ...


class SendAgain(_InDoubt):
    """Resends a reply that failed or is unconfirmed; for its author, and for those who may answer in the dialog now."""

    word = "retry"
    label = N_("Send again")
    tone = Tone.PRIMARY
    when = frozenset({Delivery.FAILED, Delivery.UNCONFIRMED})

    async def _settle(self, call: MessageCall) -> Answer:
        await resending.again(call.hub, call.unit, call.dialog, call.message, call.access)
        return Silent()


class SendAsLinks(SendAgain):
    """Sends files as links after the channel refused one for its size."""

    word = "as_links"
    label = N_("Send as a link")

    async def _settle(self, call: MessageCall) -> Answer:
        linked = replace(call.message, content=channel_fit.as_links(call.message.content))
        await call.unit.messages.save(linked)
        return await super()._settle(replace(call, message=linked))


class ItArrived(_InDoubt):
    """Confirms that the part in doubt arrived; the parts waiting behind it are sent now."""

    word = "arrived"
    label = N_("Mark as delivered")
    when = frozenset({Delivery.UNCONFIRMED})

    async def _settle(self, call: MessageCall) -> Answer:
        send.check_may_send(call.access)
        await doubts.proven(call.hub, call.unit, call.dialog, call.message, Delivery.SENT)
        await write_line(call.hub, call.unit, call.dialog, Line("confirmed", {"by": str(call.operator.id)}))
        return Silent()
