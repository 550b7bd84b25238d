"""A task begins, a part of it is done: kept, said in the dialog's thread, told to whom it concerns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot import parcels, people
from bot.changes import write_line
from bot.crm import telling
from bot.hub import Hub
from bot.model import Dialog, Line, Operator, OperatorId, Task
from bot.store import Unit
from bot.text import shorten
from bot.todo import views
from bot.views.values import View

WORDS = 80
"""Characters of a task that a technical line shows."""


async def give(
    hub: Hub,
    unit: Unit,
    author: Operator,
    assignees: Sequence[OperatorId],
    text: str,
    due: datetime | None,
    dialog: Dialog | None,
) -> Task:
    """`dialog` is locked. Everybody but the author is told."""
    number = dialog.id if dialog is not None else None
    task = await unit.tasks.add(text, author.id, assignees, hub.clock.now(), due=due, dialog=number)
    if dialog is not None:
        await write_line(hub, unit, dialog, await _given(hub, unit, task))
    await telling.task_saved(hub, unit, task, author.id)
    for operator in await others(unit, task):
        await _tell(hub, unit, operator, await views.given(hub, unit, task, operator), task)
    return task


async def finish(hub: Hub, unit: Unit, task: Task, operator: Operator) -> Task | None:
    """The operator has done their part; the author hears of it, also when it was the last one. None: they had done it
    before, or it is not theirs to do."""
    dialog = await unit.dialogs.lock(task.dialog) if task.dialog is not None else None
    if await unit.tasks.lock(task.id) is None or not await unit.tasks.done(task.id, operator.id, hub.clock.now()):
        return None
    after = await unit.tasks.get(task.id)
    assert after is not None
    if dialog is not None:
        words = {"by": str(operator.id), "words": shorten(task.text, WORDS)}
        await write_line(hub, unit, dialog, Line("task_done", words))
    await telling.task_saved(hub, unit, after, operator.id)
    author = await unit.operators.get(task.author)
    if author is not None and author.id != operator.id:
        await _tell(hub, unit, author, await views.done_by(hub, unit, after, operator), after)
    return after


async def others(unit: Unit, task: Task) -> list[Operator]:
    """Those who have it to do and did not give it themselves."""
    found = [await unit.operators.get(one.operator) for one in task.assignees if one.operator != task.author]
    return [operator for operator in found if operator is not None]


async def _given(hub: Hub, unit: Unit, task: Task) -> Line:
    to = [one.operator for one in task.assignees]
    values = {"by": str(task.author), "words": shorten(task.text, WORDS)}
    if task.due is not None:
        values["due"] = hub.when(task.due)
    if to == [task.author]:
        return Line("task", values)
    names = await people.names(unit, to)
    return Line("assignment", values | {"people": ", ".join(sorted(names.values()))})


async def _tell(hub: Hub, unit: Unit, operator: Operator, view: View, task: Task) -> None:
    await parcels.tell(unit, operator.desk, operator.user, view, hub.clock.now(), task.dialog)
