"""Buttons under a task, and times that a press sets. Tokens name the task and the operator they are for; in a list,
also the page to show again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo

from bot.domain import DialogId, Operator, OperatorId, Task
from bot.hub.context import Hub
from bot.hub.tokens import Ticket
from bot.locale import N_
from bot.tasks.due import MORNING
from bot.views.values import Button, Tone

DONE, LATER, CHANGE, REOPEN, DUE = "task_done", "task_later", "task_change", "task_reopen", "task_due"
HOUR, HOURS, TOMORROW = "hour", "hours", "tomorrow"
"""Times that a press sets."""
_SPANS = {HOUR: timedelta(hours=1), HOURS: timedelta(hours=2)}
_STEP = timedelta(minutes=5)
LABELS = {
    DONE: N_("Done"),
    HOUR: N_("In an hour"),
    HOURS: N_("In 2 h"),
    TOMORROW: N_("Tomorrow"),
    DUE: N_("Pick…"),
    LATER: N_("Remind later…"),
    CHANGE: N_("Change…"),
    REOPEN: N_("Not done yet"),
}


def has_to_do(task: Task, operator: OperatorId) -> bool:
    return any(one.operator == operator and one.done_at is None for one in task.assignees)


def has_done(task: Task, operator: OperatorId) -> bool:
    return any(one.operator == operator and one.done_at is not None for one in task.assignees)


def of_task(
    hub: Hub, task: Task, who: Operator, dialog: DialogId | None = None, here: Mapping[str, str] | None = None
) -> tuple[Button, ...]:
    """Buttons shown under a task everywhere. `dialog`, `here`: those of the list that contains it."""
    words = []
    if has_to_do(task, who.id):
        words.append(DONE)
    if has_done(task, who.id):
        words.append(REOPEN)
    if task.author == who.id and not task.done:
        words.append(CHANGE)
    return tuple(_button(hub, word, task, who, here, dialog=dialog) for word in words)


def of_reminder(hub: Hub, task: Task, who: Operator) -> tuple[Button, ...]:
    """Buttons under a reminder. The author gets *Change*, which sets a new time for everybody; others only put it off
    for themselves."""
    done = (_button(hub, DONE, task, who),) if has_to_do(task, who.id) else ()
    spans = tuple(_button(hub, LATER, task, who, {"for": span}, label=LABELS[span]) for span in (HOUR, TOMORROW))
    return *done, *spans, _button(hub, CHANGE if task.author == who.id else LATER, task, who)


def chips(hub: Hub, task: Task, who: Operator) -> tuple[Button, ...]:
    """Buttons that give an undated task its due time; for its author."""
    if task.author != who.id or task.due is not None or task.done:
        return ()
    spans = tuple(_button(hub, DUE, task, who, {"for": span}, label=LABELS[span]) for span in (HOURS, TOMORROW))
    return *spans, _button(hub, DUE, task, who)


def moment(span: str, now: datetime, zone: tzinfo) -> datetime | None:
    """Time that a press sets: after a span, in whole steps, or tomorrow morning in that zone; None: the press sets
    none."""
    if span == TOMORROW:
        return datetime.combine(now.astimezone(zone).date() + timedelta(days=1), MORNING, zone)
    if span not in _SPANS:
        return None
    at = now + _SPANS[span]
    return at if span == HOUR else at + (datetime.min.replace(tzinfo=at.tzinfo) - at) % _STEP


def reopen(hub: Hub, task: Task, who: Operator, of: OperatorId) -> Button:
    """Button for the author: the part of `of` is not done yet."""
    return _button(hub, REOPEN, task, who, {"of": str(of)})


def _button(
    hub: Hub,
    word: str,
    task: Task,
    who: Operator,
    extra: Mapping[str, str] | None = None,
    *,
    label: str = "",
    dialog: DialogId | None = None,
) -> Button:
    ticket = Ticket(word, dialog, only=who.id, extra={"task": str(task.id), **(extra or {})})
    tone = Tone.PRIMARY if word == DONE else Tone.PLAIN
    return Button(word, hub.tr.gettext(label or LABELS[word]), hub.seal.seal(ticket, who.desk), tone)
