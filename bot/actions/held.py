"""Choices about a message that was held (see `bot.dialogs.held`), or whose delivery failed or is in doubt.

They are offered only as buttons, under the message that they are about.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace

from bot.actions.base import MessageAction, MessageCall, Right
from bot.dialogs import channel_fit, doubts, held_notices, mentions, resending, send
from bot.dialogs.apply import apply_event, write_line
from bot.dialogs.held import decided, hold, show_outcome, waits
from bot.dialogs.held_choices import HELD, fingerprint
from bot.dialogs.held_notices import HeldNotice
from bot.domain import Author, Delivery, Line, OperatorId
from bot.domain.lifecycle import CoexecutorAdded, Refusal, TookOver
from bot.domain.mentions import TextKind
from bot.hub import parcels
from bot.locale import N_
from bot.views.answers import whisper
from bot.views.values import Answer, Silent, Tone, Whisper

NAMED_BY_NOW = N_("This now mentions a colleague or a role, so it stays an internal note. Nothing was sent.")


class _OnHeld(MessageAction):
    """Base of choices about a held message: made once, by its author only. The answer takes the question's place, so
    that it and its buttons do not stay where they no longer count; what else was shown about it is replaced, too."""

    about = ""

    async def run(self, call: MessageCall) -> Answer:
        if call.message.operator != call.operator.id:
            return replace(whisper(call._("This has already been handled.")), replaces=True)
        if not waits(call.message):
            return replace(whisper(decided(call.hub, call.message)), replaces=True)
        standing = await held_notices.shown(call.unit, call.dialog, call.message.id)
        await held_notices.keep(call.unit, call.message.id, ())  # deciding may change hands, which redraws them
        try:
            answer = await self._decide(call)
        except Refusal:
            await held_notices.keep(call.unit, call.message.id, standing)
            raise
        await self._follow(call, standing)
        return replace(answer, replaces=True) if isinstance(answer, Whisper) else answer

    async def _follow(self, call: MessageCall, standing: Sequence[HeldNotice]) -> None:
        """Replaces what else was shown about the message, unless its author has been asked the next question."""
        after = await call.unit.messages.get(call.message.id)
        dialog = await call.unit.dialogs.get(call.dialog.id)
        assert after is not None
        assert dialog is not None
        if waits(after):
            await held_notices.keep(call.unit, after.id, standing)
            return
        within = call.sealed.get("within", "")
        others = [one for one in standing if one.to_owner or not one.answered(within)]
        await show_outcome(call.hub, call.unit, dialog, after, others)

    @abstractmethod
    async def _decide(self, call: MessageCall) -> Answer: ...


class SendAndTakeOver(_OnHeld):
    word = "take_over"
    label = N_("Send and take over")
    right = Right.SEND
    tone = Tone.PRIMARY

    async def _decide(self, call: MessageCall) -> Answer:
        owner, asked_about = call.dialog.responsible, call.sealed.get("owner", "")
        if asked_about and owner not in (None, call.operator.id, OperatorId(int(asked_about))):
            return await _asked_again(call, Refusal("not_in_team", by=str(owner)))
        if owner != call.operator.id:  # already taken over by an earlier held message
            await apply_event(call.hub, call.unit, call.dialog, TookOver(call.operator.id, posted=True))
        return await _release(call)


class JoinAsCoexecutor(_OnHeld):
    word = "join"
    label = N_("Send as co-executor")
    right = Right.SEND

    async def _decide(self, call: MessageCall) -> Answer:
        dialog = call.dialog
        if call.operator.id not in dialog.coexecutors and dialog.responsible != call.operator.id:
            joined = CoexecutorAdded(call.operator.id, call.operator.id, posted=True)
            await apply_event(call.hub, call.unit, dialog, joined)
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
            return await _asked_again(call, asked)
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
    await parcels.mark(call.unit, call.dialog, kept.id, call.now, replaces=True)
    return whisper(decided(call.hub, kept))


async def _asked_again(call: MessageCall, refusal: Refusal) -> Whisper:
    """Returns the next question, in the place of the one that was answered."""
    dialog = await call.unit.dialogs.lock(call.dialog.id)
    assert dialog is not None
    within = call.sealed.get("within", "")
    return Whisper(await hold(call.hub, call.unit, dialog, call.operator, call.message, refusal, within))


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
        return await _asked_again(call, refusal)
    return whisper(decided(call.hub, message, "sent"))


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
