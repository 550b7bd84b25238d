"""Creating, changing, completing and reopening tasks: saved, reported in the dialog's thread, and notified to those
concerned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.dialogs.apply import write_line
from bot.dialogs.crm import telling
from bot.dialogs.notifications import wanting
from bot.domain import Dialog, Line, Operator, OperatorId, Task, TaskId
from bot.domain.notifications import Occasion
from bot.domain.text import shorten
from bot.hub import parcels
from bot.hub.context import Hub
from bot.hub.names import operator_names
from bot.ports.storage import Unit
from bot.tasks import views
from bot.tasks.buttons import has_to_do
from bot.views.values import View

WORDS = 80
"""Characters of a task shown in a technical line."""


async def give(
    hub: Hub,
    unit: Unit,
    author: Operator,
    assignees: Sequence[OperatorId],
    text: str,
    due: datetime | None,
    dialog: Dialog | None,
) -> Task:
    """Creates a task and notifies everybody but the author. `dialog` is locked."""
    number = dialog.id if dialog is not None else None
    task = await unit.tasks.add(text, author.id, assignees, hub.clock.now(), due=due, dialog=number)
    await _write(hub, unit, task, await _given(hub, unit, task))
    if dialog is not None:
        await parcels.refresh_card(unit, dialog, hub.clock.now(), hurry=False)  # its menu offers the list now
    await telling.task_saved(hub, unit, task, author.id)
    for operator in await others(unit, task):
        await _tell(hub, unit, operator, await views.assigned(hub, unit, task, operator), task)
    return task


async def lock(unit: Unit, number: TaskId) -> Task | None:
    """Locks a task after its dialog, which whoever writes into a thread locks first. None: there is no such task."""
    known = await unit.tasks.get(number)
    if known is not None and known.dialog is not None:
        await unit.dialogs.lock(known.dialog)
    return await unit.tasks.lock(number) if known is not None else None


async def change(
    hub: Hub, unit: Unit, task: Task, text: str, due: datetime | None, assignees: Sequence[OperatorId]
) -> Task:
    """Changes a (locked) task for its author, and notifies new, remaining and former assignees."""
    had = {one.operator for one in task.assignees}
    if (text, due, set(assignees)) == (task.text, task.due, had):
        return task
    after = await unit.tasks.change(task, text, due, assignees)
    await _write(hub, unit, after, await _given(hub, unit, after, "changed"))
    await telling.task_saved(hub, unit, after, after.author)
    for operator in await others(unit, after):
        if operator.id not in had:
            await _tell(hub, unit, operator, await views.assigned(hub, unit, after, operator), after)
        elif (text, due) != (task.text, task.due) and has_to_do(after, operator.id):
            await _tell(hub, unit, operator, await views.changed(hub, unit, after, operator), after)
    for operator in await others(unit, task):
        if operator.id not in assignees and has_to_do(task, operator.id):
            await _tell(hub, unit, operator, await views.taken_off(hub, unit, after), after)
    return after


async def finish(hub: Hub, unit: Unit, task: Task, operator: Operator) -> Task:
    """Marks the operator's part of the (locked) task done and notifies the author, also when it was the last part."""
    await unit.tasks.done(task.id, operator.id, hub.clock.now())
    after = await _said(hub, unit, task, operator, "task_done")
    author = await unit.operators.get(task.author)
    if author is not None and author.id != operator.id:
        await _tell(hub, unit, author, await views.done_by(hub, unit, after, author, operator), after)
    return after


async def reopen(hub: Hub, unit: Unit, task: Task, of: OperatorId, by: Operator) -> Task:
    """Reopens the part of `of` in the (locked) task, at the request of its assignee or the author; notifies the other
    one. The reminder is set again if the task is not due yet."""
    remind_at = task.due if task.due is not None and task.due > hub.clock.now() else None
    await unit.tasks.reopen(task.id, of, remind_at)
    after = await _said(hub, unit, task, by, "task_reopened")
    for other in {of, task.author} - {by.id}:
        operator = await unit.operators.get(other)
        if operator is not None:
            await _tell(hub, unit, operator, await views.reopened(hub, unit, after, operator, by), after)
    return after


async def others(unit: Unit, task: Task) -> list[Operator]:
    """Assignees other than the author."""
    found = [await unit.operators.get(one.operator) for one in task.assignees if one.operator != task.author]
    return [operator for operator in found if operator is not None]


async def _said(hub: Hub, unit: Unit, task: Task, by: Operator, code: str) -> Task:
    """Writes a line about the task in its thread, tells the CRM, and returns the task as it is now."""
    after = await unit.tasks.get(task.id)
    assert after is not None, "it is locked"
    await _write(hub, unit, after, Line(code, {"by": str(by.id), "words": shorten(task.text, WORDS)}))
    await telling.task_saved(hub, unit, after, by.id)
    return after


async def _write(hub: Hub, unit: Unit, task: Task, words: Line) -> None:
    """Writes a line in the thread of the task's dialog, which is locked."""
    dialog = await unit.dialogs.get(task.dialog) if task.dialog is not None else None
    if dialog is not None:
        await write_line(hub, unit, dialog, words)


async def _given(hub: Hub, unit: Unit, task: Task, how: str = "") -> Line:
    """Line about a task being given; `how`: "changed", or "" for a new one."""
    to = [one.operator for one in task.assignees]
    values = {"by": str(task.author), "words": shorten(task.text, WORDS)}
    if task.due is not None:
        author = await unit.operators.get(task.author)
        values["due"] = await views.when(hub, unit, task.due, author, task) if author else hub.when(task.due)
    if to == [task.author]:
        return Line(f"task_{how}" if how else "task", values)
    names = await operator_names(unit, to)
    return Line(f"assignment_{how}" if how else "assignment", values | {"people": ", ".join(sorted(names.values()))})


async def _tell(hub: Hub, unit: Unit, operator: Operator, view: View, task: Task) -> None:
    for one in await wanting(unit, [operator], Occasion.TASKS):
        await parcels.tell(unit, one.desk, one.user, view, hub.clock.now(), task.dialog)
