"""Texts about tasks, with times in the reader's zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from bot.dialogs.notifications import named, open_button
from bot.domain import Operator, OperatorId, Task
from bot.domain.text import Text, bold, line, link, shorten
from bot.hub.context import Hub
from bot.hub.names import operator_name, operator_names
from bot.locale import appointment
from bot.ports.storage import Unit
from bot.tasks import buttons
from bot.tasks.due import zone_of
from bot.views.values import Button, Row, View

SHOWN = 200
"""Characters of a task shown in a list."""


async def assigned(hub: Hub, unit: Unit, task: Task, to: Operator) -> View:
    """Notice to a new assignee."""
    by = await operator_name(unit, task.author)
    first = line("📝 ", hub.tr.gettext("{by} assigned you:").format(by=by), " ", bold(task.text))
    return await _notice(hub, unit, task, to, first)


async def changed(hub: Hub, unit: Unit, task: Task, to: Operator) -> View:
    """Notice to a remaining assignee."""
    by = await operator_name(unit, task.author)
    first = line("✏️ ", hub.tr.gettext("{by} changed your assignment:").format(by=by), " ", bold(task.text))
    return await _notice(hub, unit, task, to, first)


async def reopened(hub: Hub, unit: Unit, task: Task, to: Operator, by: Operator) -> View:
    """Notice to an assignee whose part was reopened."""
    said = hub.tr.gettext("{by} reopened:").format(by=by.title or by.name)
    return await _notice(hub, unit, task, to, line("↩️ ", said, " ", bold(task.text)))


async def taken_off(hub: Hub, unit: Unit, task: Task) -> View:
    """Notice to a former assignee."""
    by = await operator_name(unit, task.author)
    said = hub.tr.gettext("{by} unassigned you:").format(by=by)
    return View((Row(line("✖️ ", said, " ", bold(task.text)) + await _place(hub, unit, task)),))


async def made(hub: Hub, unit: Unit, task: Task, author: Operator) -> View:
    """Confirmation to the author: the task as it was understood."""
    to = [one.operator for one in task.assignees]
    about = await _about(hub, unit, task, author)
    if to == [author.id]:
        words = line("📝 ", bold(task.text))
    else:
        names = ", ".join(sorted((await operator_names(unit, to)).values()))
        words = line("📝 ", hub.tr.gettext("Assigned to {people}:").format(people=names), " ", bold(task.text))
    pressed = (*buttons.chips(hub, task, author), *buttons.of_task(hub, task, author))
    return View((Row(words + about, pressed),))


async def time_has_come(hub: Hub, unit: Unit, task: Task, to: Operator) -> View:
    """Reminder to an assignee."""
    words = line("🔔 ", bold(task.text)) + await _about(hub, unit, task, to)
    if task.author != to.id:
        words += line("\n", hub.tr.gettext("Assigned by {by}").format(by=await operator_name(unit, task.author)))
    return View((Row(words, (*buttons.of_reminder(hub, task, to), *await _open(hub, unit, task))),))


async def overdue(hub: Hub, unit: Unit, task: Task, to: Operator) -> View:
    """Notice to the author of an assignment that is overdue."""
    names = await _missing(unit, task)
    label = hub.tr.gettext("Overdue for {people}:").format(people=names)
    words = line("❗ ", label, " ", bold(task.text)) + await _about(hub, unit, task, to)
    return View((Row(words, (*buttons.of_reminder(hub, task, to), *await _open(hub, unit, task))),))


async def done_by(hub: Hub, unit: Unit, task: Task, to: Operator, by: Operator) -> View:
    """Notice to the author `to`: who has done their part, and who has not yet."""
    name = by.title or by.name
    first = line("✅ ", hub.tr.gettext("{by} completed:").format(by=name), " ", bold(task.text))
    if len(task.assignees) > 1:
        left = await _missing(unit, task)
        note = hub.tr.gettext("Pending: {people}").format(people=left) if left else hub.tr.gettext("Done by everyone.")
        first += line("\n", note)
    return View((Row(first + await _place(hub, unit, task), (buttons.reopen(hub, task, to, by.id),)),))


async def row(hub: Hub, unit: Unit, task: Task, viewer: Operator, now: datetime, pressed: Sequence[Button] = ()) -> Row:
    """Line of a list, with these buttons; overdue tasks stand out."""
    late = task.due is not None and task.due <= now and not task.done
    words = shorten(task.text, SHOWN)
    text = line("✅ " if task.done else "❗ " if late else "📝 ", bold(words) if late else words)
    text += await _about(hub, unit, task, viewer)
    text += line("\n", people) if (people := await _people(hub, unit, task, viewer.id)) else Text()
    return Row(text, tuple(pressed), strong=late)


async def when(hub: Hub, unit: Unit, at: datetime, who: Operator, task: Task) -> str:
    """Moment in that operator's zone: "Tue 24 Nov, 15:00 (Europe/Moscow)"."""
    return appointment(at, hub.locale, await zone(hub, unit, who, task), hub.clock.now())


async def zone(hub: Hub, unit: Unit, who: Operator, task: Task) -> tzinfo:
    """Time zone in which the operator reads this task's times."""
    dialog = await unit.dialogs.get(task.dialog) if task.dialog is not None else None
    account = await hub.account(unit, dialog.account) if dialog is not None else None
    return zone_of(hub, who, account)


async def _notice(hub: Hub, unit: Unit, task: Task, to: Operator, words: Text) -> View:
    pressed = (*buttons.of_task(hub, task, to), *await _open(hub, unit, task))
    return View((Row(words + await _about(hub, unit, task, to), pressed),))


async def _open(hub: Hub, unit: Unit, task: Task) -> tuple[Button, ...]:
    """Button that leads to the task's dialog."""
    dialog = await unit.dialogs.get(task.dialog) if task.dialog is not None else None
    return (open_button(hub, dialog),) if dialog is not None else ()


async def _about(hub: Hub, unit: Unit, task: Task, who: Operator) -> Text:
    """Due time and dialog, each on its own line."""
    due = f"\n⏰ {await when(hub, unit, task.due, who, task)}" if task.due is not None else ""
    return line(due) + await _place(hub, unit, task)


async def _place(hub: Hub, unit: Unit, task: Task) -> Text:
    dialog = await unit.dialogs.get(task.dialog) if task.dialog is not None else None
    if dialog is None:
        return Text()
    return line("\n💬 ", link(await named(hub, unit, dialog), hub.desks.link(dialog.ref)))


async def _people(hub: Hub, unit: Unit, task: Task, viewer: OperatorId) -> str:
    """Author, for the viewer's assignments; otherwise the assignees. Empty for one's own tasks."""
    to = [one.operator for one in task.assignees]
    if to == [task.author]:
        return "" if task.author == viewer else await operator_name(unit, task.author)
    if viewer in to and task.author != viewer:
        return hub.tr.gettext("Assigned by {by}").format(by=await operator_name(unit, task.author))
    names = await operator_names(unit, [task.author, *to])
    done = {one.operator for one in task.assignees if one.done_at is not None}
    assignees = ", ".join(f"{'✅ ' if one in done else ''}{names.get(str(one), '?')}" for one in to)
    return assignees if task.author == viewer else f"{names.get(str(task.author), '?')} → {assignees}"


async def _missing(unit: Unit, task: Task) -> str:
    """Names of those who have not done it yet."""
    left = [one.operator for one in task.assignees if one.done_at is None]
    return ", ".join(sorted((await operator_names(unit, left)).values()))
