"""What is pressed under a task: *Done*, and under its reminder *In an hour*, *Tomorrow*."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime, timedelta

from bot.actions.action import Action, Call, Needs
from bot.actions.choosing import whole_number
from bot.actions.task_list import listed
from bot.due import MORNING
from bot.locale import N_
from bot.model import Task, TaskId
from bot.store import Reminder
from bot.text import bold, line
from bot.todo import giving, views
from bot.views.answers import says, whisper
from bot.views.values import Answer, Whisper


class _OnTask(Action):
    """`task` in the token says which."""

    needs = Needs.NOTHING
    about = ""

    async def run(self, call: Call) -> Answer:
        number = call.inputs.get("task", "")
        task = await call.unit.tasks.get(TaskId(int(number))) if whole_number(number) else None
        if task is None or not any(one.operator == call.operator.id for one in task.assignees):
            return whisper(call._("This task is not yours to do."))
        if not views.mine_to_do(task, call.operator.id):
            return Whisper(says(line("✅ ", call._("You have done it already:"), " ", bold(task.text))), replaces=True)
        return await self._do(call, task)

    @abstractmethod
    async def _do(self, call: Call, task: Task) -> Answer: ...


class TaskDone(_OnTask):
    word = views.DONE
    label = views.LABELS[views.DONE]

    async def _do(self, call: Call, task: Task) -> Answer:
        """Pressed in a list, the list is shown as it is then."""
        after = await giving.finish(call.hub, call.unit, task, call.operator)
        if "tab" in call.inputs:
            return await listed(call)
        assert after is not None, "whether it is to be done was looked up just now"
        return Whisper(says(line("✅ ", call._("Done:"), " ", bold(after.text))), replaces=True)


class TaskLater(_OnTask):
    word = views.LATER
    label = N_("Remind later")

    async def _do(self, call: Call, task: Task) -> Answer:
        at = await self._at(call, task)
        await call.unit.tasks.remind(Reminder(task.id, call.operator.id), at)
        told = await views.when(call.hub, call.unit, at, call.operator, task)
        words = line("⏰ ", call._("You are reminded again: {at}").format(at=told), "\n", bold(task.text))
        return Whisper(says(words, views.done_button(call.hub, task, call.operator)), replaces=True)

    async def _at(self, call: Call, task: Task) -> datetime:
        """In an hour, or tomorrow morning by the operator's clock."""
        if call.inputs.get("for") == views.HOUR:
            return call.now + timedelta(hours=1)
        zone = await views.zone(call.hub, call.unit, call.operator, task)
        tomorrow = call.now.astimezone(zone).date() + timedelta(days=1)
        return datetime.combine(tomorrow, MORNING, zone)
