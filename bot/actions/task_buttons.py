"""Buttons under a task: *Done*, *Not done yet*, *Change…*, and times for an undated one; under its reminder *In an
hour*, *Tomorrow* and *Remind later…*."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from bot.actions.base import Action, Call, InvalidInput
from bot.actions.choosing import whole_number
from bot.actions.due_time import due_field, moment, reminder_field, unchanged
from bot.actions.task import assignees, assignees_field, what, words_field
from bot.actions.task_list import listed
from bot.domain import OperatorId, Task, TaskId
from bot.domain.text import bold, line
from bot.locale import N_
from bot.ports.storage import Reminder
from bot.tasks import assign, buttons, views
from bot.tasks.buttons import has_to_do
from bot.tasks.due import zone_of
from bot.views.answers import says, whisper
from bot.views.values import Answer, Field, Form, Whisper

_KEPT = ("task", "tab", "skip")
"""Inputs of the button that a form passes on."""


class _OnTask(Action):
    """Base of a task's buttons. `task` in the token names the task; `tab` is the list in which the button was pressed,
    which is then shown again."""

    about = ""
    title = ""  # of its form

    async def run(self, call: Call) -> Answer:
        number = call.inputs.get("task", "")
        task = await assign.lock(call.unit, TaskId(int(number))) if whole_number(number) else None
        if task is None or call.operator.id not in self._whose(task):
            return whisper(call._("This task is not assigned to you."))
        return await self._do(call, task)

    def _whose(self, task: Task) -> Collection[OperatorId]:
        """Operators who may press it."""
        return [one.operator for one in task.assignees]

    @abstractmethod
    async def _do(self, call: Call, task: Task) -> Answer:
        """Performs it on the locked task."""

    async def form(self, call: Call) -> Form:
        kept = {name: call.inputs[name] for name in _KEPT if name in call.inputs}
        form, token = await super().form(call), call.token(self.word, form=True, extra=kept)
        return replace(form, title=call._(self.title) if self.title else form.title, token=token)


async def _shown(call: Call, task: Task, words: str) -> Answer:
    """List that contains the button; outside a list, the task with this text in place of the old post."""
    if "tab" in call.inputs:
        return await listed(call)
    under = buttons.of_task(call.hub, task, call.operator)
    return Whisper(says(line(words, " ", bold(task.text)), *under), replaces=True)


class TaskDone(_OnTask):
    word = buttons.DONE
    label = buttons.LABELS[buttons.DONE]

    async def _do(self, call: Call, task: Task) -> Answer:
        if not has_to_do(task, call.operator.id):
            return await _shown(call, task, f"✅ {call._('Already done:')}")
        after = await assign.finish(call.hub, call.unit, task, call.operator)
        return await _shown(call, after, f"✅ {call._('Done:')}")


class TaskReopen(_OnTask):
    """Reopens a task: pressed by whoever pressed Done too early, or by the author (`of` says whose part it is)."""

    word = buttons.REOPEN
    label = buttons.LABELS[buttons.REOPEN]

    def _whose(self, task: Task) -> Collection[OperatorId]:
        return {task.author, *super()._whose(task)}

    async def _do(self, call: Call, task: Task) -> Answer:
        said = call.inputs.get("of", "")
        of = OperatorId(int(said)) if whole_number(said) and call.operator.id == task.author else call.operator.id
        if buttons.has_done(task, of):
            task = await assign.reopen(call.hub, call.unit, task, of, call.operator)
        return await _shown(call, task, f"📝 {call._('To be done:')}")


class TaskLater(_OnTask):
    """Puts the operator's own reminder off until the time in the token's `for` or the form's "due"."""

    word = buttons.LATER
    label = buttons.LABELS[buttons.LATER]

    def _whose(self, task: Task) -> Collection[OperatorId]:
        return {task.author, *super()._whose(task)}

    async def fields(self, call: Call) -> tuple[Field, ...]:
        return (reminder_field(call),)

    def satisfied(self, call: Call) -> bool:
        return "for" in call.inputs

    async def _do(self, call: Call, task: Task) -> Answer:
        mine = has_to_do(task, call.operator.id)
        if task.done or not (mine or call.operator.id == task.author):
            return await _shown(call, task, f"✅ {call._('Already done:')}")
        at = await self._at(call, task)
        await call.unit.tasks.remind(Reminder(task.id, call.operator.id, watching=not mine), at)
        when = await views.when(call.hub, call.unit, at, call.operator, task)
        words = line("⏰ ", call._("Next reminder: {at}").format(at=when), "\n", bold(task.text))
        return Whisper(says(words, *buttons.of_task(call.hub, task, call.operator)), replaces=True)

    async def _at(self, call: Call, task: Task) -> datetime:
        """Time of the next reminder: in an hour, tomorrow morning in the operator's zone, or as the form says. Raises
        `InvalidInput`."""
        zone = await views.zone(call.hub, call.unit, call.operator, task)
        pressed = buttons.moment(call.inputs.get("for", ""), call.now, zone)
        if pressed is not None:
            return pressed
        at = moment(call, zone)
        if at is None:
            raise InvalidInput(due=call._("Say when."))
        return at


class TaskDue(_OnTask):
    """Gives the task its due time: the one in the token's `for` or the form's "due"; for the author."""

    word = buttons.DUE
    label = buttons.LABELS[buttons.DUE]
    title = N_("Due time")
    verb = N_("Set due time")

    def _whose(self, task: Task) -> Collection[OperatorId]:
        return [task.author]

    async def fields(self, call: Call) -> tuple[Field, ...]:
        zone = zone_of(call.hub, call.operator, call.account)
        return (replace(due_field(call, zone), required=True, picking=""),)

    def satisfied(self, call: Call) -> bool:
        return "for" in call.inputs

    async def _do(self, call: Call, task: Task) -> Answer:
        if task.done:
            return await _shown(call, task, f"✅ {call._('Already done:')}")
        zone = await views.zone(call.hub, call.unit, call.operator, task)
        due = buttons.moment(call.inputs.get("for", ""), call.now, zone) or moment(call, zone)
        if due is None:
            raise InvalidInput(due=call._("Say when."))
        people = [one.operator for one in task.assignees]
        after = await assign.change(call.hub, call.unit, task, task.text, due, people)
        return Whisper(await views.made(call.hub, call.unit, after, call.operator), replaces=True)


class TaskChange(_OnTask):
    """Changes the text, due time and assignees; for the author."""

    word = buttons.CHANGE
    label = buttons.LABELS[buttons.CHANGE]
    title = N_("Change the task")

    def _whose(self, task: Task) -> Collection[OperatorId]:
        return [task.author]

    async def fields(self, call: Call) -> tuple[Field, ...]:
        number = call.inputs.get("task", "")
        task = await call.unit.tasks.get(TaskId(int(number))) if whole_number(number) else None
        if task is None or task.author != call.operator.id:
            return ()
        who = await assignees_field(call, [one.operator for one in task.assignees])
        zone = await views.zone(call.hub, call.unit, call.operator, task)
        return who, words_field(call, task.text), due_field(call, zone, await self._due(call, task))

    def satisfied(self, call: Call) -> bool:
        return False

    async def _do(self, call: Call, task: Task) -> Answer:
        """Changes the task. An unchanged due time is kept even if it has passed."""
        dialog = await call.unit.dialogs.get(task.dialog) if task.dialog is not None else None
        text, people, due = what(call), await assignees(replace(call, dialog=dialog)), task.due
        if not unchanged(call, await self._due(call, task)):
            due = moment(call, await views.zone(call.hub, call.unit, call.operator, task))
        after = await assign.change(call.hub, call.unit, task, text, due, people)
        if "tab" in call.inputs:
            return await listed(call)
        return Whisper(await views.made(call.hub, call.unit, after, call.operator), replaces=True)

    async def _due(self, call: Call, task: Task) -> str:
        """Due time as the form holds it: in ISO 8601, in the operator's zone."""
        if task.due is None:
            return ""
        zone = await views.zone(call.hub, call.unit, call.operator, task)
        return task.due.astimezone(zone).isoformat(timespec="minutes")
