"""`help`: what this operator can do here."""

from __future__ import annotations

from bot.actions.base import Action, AnyAction, Call, CardSlot, Needs
from bot.domain.text import Span, Style, bold, line
from bot.locale import N_
from bot.views.values import Answer, Row, View, Whisper


class Help(Action):
    word = "help"
    label = N_("Help")
    about = N_("what you can do here")
    spot = CardSlot.MENU

    async def run(self, call: Call) -> Answer:
        from bot.actions import ACTIONS  # the table holds this action too

        here = call.dialog is not None
        possible = [action for action in ACTIONS.values() if action.possible(call)]
        about = [action for action in possible if action.needs in (Needs.DIALOG, Needs.MESSAGE)]
        others = [action for action in possible if action not in about]
        rows = [
            *([Row(line(bold(call._("Dialog actions")))), *(_row(call, action) for action in about)] if about else ()),
            *([Row(line(bold(call._("Everywhere")))), *(_row(call, action) for action in others)] if others else ()),
        ]
        how = call._(
            "Write in a dialog's thread to reply to the customer. A message that starts with // or mentions a "
            "colleague stays internal. In a thread use “@hub WORD”; elsewhere “/dialog WORD #1042”."
        )
        title = call._("What you can do in this dialog") if here else call._("What you can do")
        return Whisper(View((Row(line(how)), *rows), title))


def _row(call: Call, action: AnyAction) -> Row:
    """Help line `/dialog WORD inputs — what it does`: an action's `about` ends with its inputs."""
    does, _, usage = call._(action.about).partition(f": {action.word} ")
    return Row(line(Span(f"/dialog {action.word}", Style.CODE), f" {usage}" if usage else "", f" — {does}"))
