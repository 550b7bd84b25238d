"""`close`: end a dialog, with a reason where the account requires one.

The card offers the account's reasons themselves, so that closing takes no form; it closes at once where there are none.
"""

from __future__ import annotations

from dataclasses import replace

from bot.actions.base import CardSlot, DialogAction, DialogCall, InvalidInput, Right
from bot.dialogs.apply import apply_event
from bot.domain import Status
from bot.domain.lifecycle import Closed, Refusal, advance
from bot.domain.spelling import composed, folded
from bot.hub.offers import CardView, Face
from bot.locale import N_
from bot.views.answers import whisper
from bot.views.values import Answer, Ask, Button, Field, FieldKind, Option, Picker, Silent

PICKED = "picked"
"""Input that the card's picker gives: a reason behind `_REASON`, `_NO_REASON` or `_COMMENT`."""
_REASON, _NO_REASON, _COMMENT = "=", "none", "form"
_ASKED = "asked"
"""Input of buttons in a whisper that asks for the reason."""
MOST_REASONS = 10
"""Reasons that are buttons beside each other."""
WITH_COMMENT = N_("Close with a comment…")
_VAGUE = frozenset({"other", "other reason", "another reason", "другое", "другая причина", "иное", "прочее"})
GONE = N_("The reason “{reason}” is no longer on the account's list. Nothing was closed; choose again.")


def says_nothing(reason: str) -> bool:
    """Tells whether a closing reason needs a comment to mean anything, in either language."""
    return folded(reason).strip(" .…") in _VAGUE


class Close(DialogAction):
    word = "close"
    label = N_("Close")
    about = N_("close the dialog: close [reason] [comment] (or react with 🏁 to its card)")
    right = Right.SEND
    spot = CardSlot.BUTTON
    card_reactions = ("🏁",)

    def faces(self, card: CardView) -> tuple[Face, ...]:
        """Offers the reasons in a picker; one button that closes at once, with the form in the menu, where the account
        has no reasons and wants none."""
        rules = card.rules
        if rules.reasons:
            reasons = [Option(_REASON + one, one) for one in rules.reasons]
            if not rules.reason_required:
                reasons.append(Option(_NO_REASON, card.tr(N_("Without a reason"))))
            picker = Picker((*reasons, Option(_COMMENT, card.tr(N_("With a comment…")))))
            return (Face(self.label, CardSlot.BUTTON, picks=PICKED, picker=picker),)
        if rules.reason_required:
            return (Face(self.label, CardSlot.BUTTON),)
        at_once = {PICKED: _NO_REASON}
        return Face(self.label, CardSlot.BUTTON, at_once), Face(WITH_COMMENT, CardSlot.MENU)

    def read(self, words: str, call: DialogCall) -> dict[str, str]:
        words = composed(words)
        for reason in sorted(call.account.rules.reasons, key=len, reverse=True):
            length = len(composed(reason))
            if folded(words[:length]) == folded(reason) and not words[length : length + 1].isalnum():
                return {"reason": reason, "comment": words[length:].strip(" ,.:;—-")}
        return {"comment": words}

    async def fields(self, call: DialogCall) -> tuple[Field, ...]:
        if call.dialog.status is Status.FOR_REVIEW:
            return ()  # refused with a text
        rules = call.account.rules
        asked = Field(
            "reason",
            call._("Reason"),
            FieldKind.CHOICE if rules.reasons else FieldKind.LINE,
            required=rules.reason_required,
            options=tuple(Option(reason, reason) for reason in rules.reasons),
            value=call.inputs.get("reason", ""),
            limit=150,
            refreshes=any(map(says_nothing, rules.reasons)),
        )
        vague = says_nothing(call.inputs.get("reason", ""))
        hint = call._("Say in a few words what it was.") if vague else ""
        comment = Field(
            "comment", call._("Comment"), FieldKind.AREA, vague, value=call.inputs.get("comment", ""), hint=hint
        )
        return asked, comment

    def satisfied(self, call: DialogCall) -> bool:
        """Tells whether to close at once: a choice on the card and words given with the command are used as they are; a
        button or a bare `close` opens the form, which a reaction cannot."""
        if PICKED in call.inputs or "on" in call.inputs:
            return True
        if reason := call.inputs.get("reason"):
            return bool(call.inputs.get("comment")) or not says_nothing(reason)
        return bool(call.inputs.get("comment")) and not call.account.rules.reason_required

    async def run(self, call: DialogCall) -> Answer:
        if call.dialog.status is Status.FOR_REVIEW:
            raise Refusal("for_reading")
        rules, reason = call.account.rules, call.inputs.get("reason", "").strip()
        picked = call.inputs.get(PICKED, "")
        if picked.startswith(_REASON):
            reason = picked.removeprefix(_REASON)
            if reason not in rules.reasons:
                raise InvalidInput(reason=call._(GONE).format(reason=reason))
        elif PICKED in call.inputs and (picked != _NO_REASON or rules.reason_required):
            return Ask(await self.form(call))
        comment = call.inputs.get("comment", "").strip()
        event = Closed(call.operator.id, call.now, reason, comment, call.rights.administer)
        if "on" in call.inputs and rules.reason_required:
            advance(call.dialog, event)  # raises what stands against it, before anything is asked
            return self._reasons(call)
        if rules.reason_required and not reason:
            raise InvalidInput(reason=call._("Choose a reason: this account requires one."))
        reason = next((one for one in rules.reasons if composed(one) == composed(reason)), reason)
        if reason and rules.reasons and reason not in rules.reasons:
            raise InvalidInput(reason=call._("This reason is not on the account's list. Choose one from the list."))
        if says_nothing(reason) and not comment:
            if not call.complete:
                return Ask(await self.form(replace(call, inputs={"reason": reason})))
            raise InvalidInput(comment=call._("“{reason}” alone says nothing: add a comment.").format(reason=reason))
        await apply_event(call.hub, call.unit, call.dialog, replace(event, reason=reason))
        if _ASKED in call.sealed:  # in a whisper, whose buttons have served
            return replace(whisper(call._("Closed: {reason}.").format(reason=reason)), replaces=True)
        return Silent()

    def _reasons(self, call: DialogCall) -> Answer:
        """Offers the reasons, many of them in a picker, to whoever closes where no form can open."""
        reasons = call.account.rules.reasons
        comment = Button(self.word, call._(WITH_COMMENT), call.token(self.word, extra={PICKED: _COMMENT}))
        buttons = [
            Button(self.word, one, call.token(self.word, extra={PICKED: _REASON + one, _ASKED: "yes"}))
            for one in reasons
        ]
        if len(reasons) > MOST_REASONS:
            seen = CardView(call.dialog, call.account.rules, (), call._)
            buttons = [call.hub.face(self.word, face, call.dialog, call.operator.id) for face in self.faces(seen)]
        text = call._("This account requires a reason for closing #{number}:").format(number=call.dialog.id)
        return whisper(text, *buttons, comment)
