"""`help`: what this operator can do here; the commonest first, the rest in five groups."""

from __future__ import annotations

from collections.abc import Sequence

from bot.actions.account import administered
from bot.actions.base import Action, AnyAction, Call, CardSlot, Needs
from bot.actions.paging import tab, turned
from bot.domain import Status
from bot.domain.text import Span, Style, line
from bot.hub.offers import Right
from bot.locale import N_
from bot.views.values import Answer, Row, View, Whisper

COMMONEST = ("new", "mine", "accept", "redirect", "add", "note", "close", "no_reply", "task", "search")
GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("dialog", N_("Dialog"), ()),
    (
        "messages",
        N_("Messages"),
        ("note", "reply", "held", "template", "star", "important", "choose", "chosen", "forward", "read"),
    ),
    ("contact", N_("Contact"), ("contact", "history", "files", "site", "merge", "unmerge", "block", "unblock")),
    ("tasks", N_("Tasks"), ("task", "assign", "tasks")),
    ("workplace", N_("Workplace"), ()),
)
"""Groups by name, with their words. Those named nowhere are in the first when they need a dialog, else in the last."""

HOW = N_(
    "Write in a dialog's thread to reply to the customer. A message that begins with // or mentions a colleague stays "
    "internal. In a thread use “@hub WORD”; elsewhere “/dialog WORD #1042”."
)
HOW_HERE = N_(
    "Write here to reply to the customer. A message that begins with // or mentions a colleague stays internal. "
    "Commands here begin with “@hub”."
)
HELD = N_("⏸️ on your message: it is not sent until you decide. React with ⏸️ to get the choices.")
HOW_INTERNAL = N_("Whatever you write here stays internal. Commands here begin with “@hub”.")
HOW_CLOSED = N_(
    "This dialog is closed: a new one opens when the customer writes again. Commands here begin with “@hub”."
)


class Help(Action):
    word = "help"
    label = N_("Help")
    about = N_("what you can do here: help [dialog | messages | contact | tasks | workplace]")
    spot = CardSlot.MENU

    def read(self, words: str, call: Call) -> dict[str, str]:
        return {"group": words.casefold().strip()}

    async def run(self, call: Call) -> Answer:
        from bot.actions import ACTIONS  # the table holds this action too

        administers = bool(await administered(call))
        possible = [one for one in ACTIONS.values() if _possible(call, one, administers)]
        chosen = _group(call.inputs.get("group", ""), possible)
        shown = [one for one in possible if not chosen or _group_of(one) == chosen]
        if not chosen:
            shown = sorted((one for one in shown if one.word in COMMONEST), key=lambda one: COMMONEST.index(one.word))
        names = (("", N_("Most used")), *((name, label) for name, label, _ in GROUPS))
        there = {"", *map(_group_of, possible)}
        tabs = [
            tab(call, self.word, call._(label), {"group": name}, chosen=name == chosen)
            for name, label in names
            if name in there
        ]
        title = call._("What you can do") if call.dialog is None else call._("What you can do in this dialog")
        how = _how(call)
        words = call._(how) + (f" {call._(HELD)}" if how in (HOW, HOW_HERE) else "")
        rows = (Row(line(words)), *(_row(call, one) for one in shown))
        return Whisper(View(rows, title, tabs=tuple(tabs)), turned(call))


def _possible(call: Call, action: AnyAction, administers: bool) -> bool:
    """Tells whether this operator can do it here, as far as the dialog itself and their rights show."""
    if not action.possible(call) or (action.administrative and not administers):
        return False
    dialog = call.dialog
    if dialog is None or action.needs not in (Needs.DIALOG, Needs.MESSAGE):
        return True
    reviewed = dialog.status is Status.FOR_REVIEW and action.right is Right.SEND
    return not reviewed and dialog.status in action.statuses and call.hub.offered(action.word, dialog)


def _group(said: str, possible: Sequence[AnyAction]) -> str:
    """Returns the group with this name, or with the command of this name; "" for the commonest."""
    of_command = next((_group_of(one) for one in possible if one.word == said), "")
    return said if any(said == name for name, _, _ in GROUPS) else of_command


def _group_of(action: AnyAction) -> str:
    named = next((name for name, _, words in GROUPS if action.word in words), None)
    about_dialogs = action.needs in (Needs.DIALOG, Needs.MESSAGE)
    return named or (GROUPS[0] if about_dialogs else GROUPS[-1])[0]


def _how(call: Call) -> str:
    if call.dialog is None:
        return HOW
    if call.dialog.status is Status.CLOSED:
        return HOW_CLOSED
    answers = call.rights.send and call.dialog.status is not Status.FOR_REVIEW
    return HOW_HERE if answers else HOW_INTERNAL


def _row(call: Call, action: AnyAction) -> Row:
    """Help line `/dialog WORD inputs — what it does`: an action's `about` ends with its inputs."""
    does, _, usage = call._(action.about).partition(f": {action.word} ")
    command = f"/dialog {action.word}" if call.dialog is None else f"@hub {action.word}"
    return Row(line(Span(command, Style.CODE), f" {usage}" if usage else "", f" — {does}"))
