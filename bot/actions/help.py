"""`help`: what can be done here, by this operator."""

from __future__ import annotations

from bot.actions.action import Action, Call, Needs, Spot
from bot.locale import N_
from bot.text import Span, Style, bold, line
from bot.views.values import Answer, Row, View, Whisper


class Help(Action):
    word = "help"
    label = N_("Help")
    about = N_("what can be done here")
    needs = Needs.NOTHING
    spot = Spot.MENU

    async def run(self, call: Call) -> Answer:
        from bot.actions import ACTIONS  # the table holds this action too

        here = call.dialog is not None
        rows = [
            Row(line(Span(f"/dialog {action.word}", Style.CODE), f" — {call._(action.about)}"))
            for action in ACTIONS.values()
            if action.possible(call)
        ]
        how = call._(
            "In a dialog's thread write to answer the customer. A post beginning with // or naming a colleague "
            "stays inside. “@hub WORD” does the same as “/dialog WORD”; elsewhere name the dialog: "
            "“/dialog close #1042”."
        )
        title = call._("What you can do in this dialog") if here else call._("What you can do")
        return Whisper(View((Row(line(bold(how))), *rows), title))
