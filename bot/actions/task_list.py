"""`tasks`: the operator's tasks, those they gave to others, and those of a dialog."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from bot.actions.base import Action, Call, CardSlot, MenuGroup, Needs, Stock
from bot.actions.choosing import whole_number
from bot.domain import Status, Task
from bot.hub.tokens import Ticket
from bot.locale import N_
from bot.tasks import buttons, views
from bot.views.answers import says
from bot.views.values import Answer, Button, Row, Tone, View, Whisper

PAGE = 10
"""Tasks per page."""


class Tab(StrEnum):
    MINE = "mine"
    GIVEN = "given"
    HERE = "here"
    DONE = "done"


LABELS = {
    Tab.MINE: N_("Mine"),
    Tab.GIVEN: N_("Assigned by me"),
    Tab.HERE: N_("This dialog"),
    Tab.DONE: N_("Completed"),
}
NOTHING = {
    Tab.MINE: N_("No tasks. Create one: “/dialog task TEXT WHEN”."),
    Tab.GIVEN: N_("No open assignments. Create one: “/dialog assign @operator TEXT WHEN”."),
    Tab.HERE: N_("This dialog has no tasks."),
    Tab.DONE: N_("No completed tasks yet."),
}


class TaskList(Action):
    word = "tasks"
    label = N_("Tasks")
    about = N_("lists of tasks: tasks [mine|given|here|done]")
    needs = Needs.DIALOG_IF_ANY
    spot = CardSlot.MENU
    group = MenuGroup.TASKS
    lists = Stock.TASKS
    statuses = frozenset(Status)

    def read(self, words: str, call: Call) -> dict[str, str]:
        return {"tab": words.casefold()} if words.casefold() in list(Tab) else {}

    async def run(self, call: Call) -> Answer:
        return await listed(call)


async def listed(call: Call) -> Whisper:
    """Tab named in the inputs; on a dialog's card, at first the dialog's own."""
    said = call.inputs.get("tab", "")
    tab = Tab(said) if said in list(Tab) else _first(call)
    if tab is Tab.HERE and call.dialog is None:
        tab = Tab.MINE
    number = call.inputs.get("skip", "")
    skip = int(number) if whole_number(number) else 0
    found = await _found(call, tab, skip)
    rows = [await _row(call, task, tab, skip) for task in found[:PAGE]]
    view = View(
        tuple(rows) or says(call._(NOTHING[tab])).rows,
        call._("Tasks"),
        tabs=tuple(_tab(call, one, tab) for one in Tab if one is not Tab.HERE or call.dialog is not None),
        buttons=_pages(call, tab, skip, more=len(found) > PAGE),
    )
    return Whisper(view, replaces=True)


def _first(call: Call) -> Tab:
    return Tab.MINE if call.dialog is None else Tab.HERE


async def _found(call: Call, tab: Tab, skip: int) -> Sequence[Task]:
    """Tasks of a page, and one more to know whether there is a next one."""
    tasks, me, limit = call.unit.tasks, call.operator.id, PAGE + 1
    match tab:
        case Tab.GIVEN:
            return await tasks.assigned_by(me, skip=skip, limit=limit)
        case Tab.HERE if call.dialog is not None:
            return (await tasks.of_dialog(call.dialog.id, limit=skip + limit))[skip:]
        case Tab.DONE:
            return await tasks.mine(me, done=True, skip=skip, limit=limit)
        case _:
            return await tasks.mine(me, skip=skip, limit=limit)


async def _row(call: Call, task: Task, tab: Tab, skip: int) -> Row:
    """Row of a task; its buttons bring this page back."""
    here = {"tab": str(tab), "skip": str(skip)}
    dialog = call.dialog.id if call.dialog is not None else None
    pressed = buttons.of_task(call.hub, task, call.operator, dialog, here)
    return await views.row(call.hub, call.unit, task, call.operator, call.now, pressed)


def _tab(call: Call, one: Tab, chosen: Tab) -> Button:
    return _button(call, call._(LABELS[one]), Tone.PRIMARY if one is chosen else Tone.PLAIN, tab=str(one))


def _pages(call: Call, tab: Tab, skip: int, *, more: bool) -> tuple[Button, ...]:
    pages = []
    if skip:
        before = str(max(skip - PAGE, 0))
        pages.append(_button(call, call._("← Back"), Tone.PLAIN, tab=str(tab), skip=before))
    if more:
        pages.append(_button(call, call._("Next →"), Tone.PLAIN, tab=str(tab), skip=str(skip + PAGE)))
    return tuple(pages)


def _button(call: Call, label: str, tone: Tone, **extra: str) -> Button:
    dialog = call.dialog.id if call.dialog is not None else None
    ticket = Ticket(TaskList.word, dialog, only=call.operator.id, extra=extra)
    return Button(TaskList.word, label, call.hub.seal.seal(ticket, call.place.desk), tone)
