"""Tasks and their assignees. A task is read as one row per assignee."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, literal_column, select, update

from bot.domain import Assignee, ContactId, DialogId, OperatorId, Task, TaskId
from bot.ports.storage import Reminder
from storage.engine.session import Session
from storage.engine.statements import Statement, insert_into, param
from storage.engine.transaction import Transaction
from storage.tables.tables import assignees, dialogs, tasks

_TASK = (
    *(tasks.c.id, tasks.c.text, tasks.c.author, tasks.c.created_at, tasks.c.due, tasks.c.dialog_id),
    *(assignees.c.operator_id, assignees.c.done_at),
)
_ADD = Statement(
    insert_into(tasks, "text", "author", "created_at", "due", "remind_at", "dialog_id").returning(tasks.c.id)
)
_ASSIGN = Statement(insert_into(assignees, "operator_id", "task_id", "remind_at"))
_select = select(*_TASK).join_from(tasks, assignees, assignees.c.task_id == tasks.c.id)
_this = tasks.c.id == param("task")
_GET = Statement(_select.where(_this).order_by(assignees.c.operator_id))
_LOCK = Statement(select(tasks.c.id).where(_this).with_for_update())
_theirs = (assignees.c.task_id == param("task"), assignees.c.operator_id == param("operator"))
_not_done = assignees.c.done_at.is_(None)
_DONE = Statement(
    update(assignees)
    .where(*_theirs, _not_done)
    .values(done_at=param("at", assignees.c.done_at), remind_at=None)
    .returning(assignees.c.task_id)
)
_REOPEN = Statement(
    update(assignees)
    .where(*_theirs, assignees.c.done_at.is_not(None))
    .values(done_at=None, remind_at=param("at", assignees.c.remind_at))
    .returning(assignees.c.task_id)
)
_CHANGE = Statement(update(tasks).where(_this).values(text=param("text"), due=param("due", tasks.c.due)))
_WATCH = Statement(update(tasks).where(_this).values(remind_at=param("at", tasks.c.remind_at)))
_TAKE_OFF = Statement(delete(assignees).where(*_theirs))

# ------------------------------------------------------------------------------------------- lists

_part = assignees.alias("part")
_by_anybody = exists().where(_part.c.task_id == tasks.c.id)
_unfinished = exists().where(_part.c.task_id == tasks.c.id, _part.c.done_at.is_(None))
_mine = select(tasks.c.id).join_from(assignees, tasks, tasks.c.id == assignees.c.task_id)


def _lists(found: Select[Any], undone: ColumnElement[bool], done: ColumnElement[bool]) -> dict[bool, Statement]:
    """Statements for a page of the tasks in `found`, by whether they are done."""
    soonest = (tasks.c.due.is_(None), tasks.c.due, tasks.c.id)
    latest = (tasks.c.id.desc(),)
    return {False: _page(found.where(undone), soonest), True: _page(found.where(done), latest)}


def _page(found: Select[Any], order: tuple[Any, ...]) -> Statement:
    page = found.order_by(*order).limit(param("limit")).offset(param("skip"))
    return Statement(_select.where(tasks.c.id.in_(page)).order_by(*order, assignees.c.operator_id), heavy=True)


_of_all = select(tasks.c.id)
_OF_DIALOG = _lists(_of_all.where(tasks.c.dialog_id == param("dialog")), _unfinished, ~_unfinished)
_OF_CONTACT = _lists(
    _of_all.join_from(tasks, dialogs, dialogs.c.id == tasks.c.dialog_id).where(
        dialogs.c.contact_id == param("contact")
    ),
    _unfinished,
    ~_unfinished,
)
_MINE = _lists(_mine.where(assignees.c.operator_id == param("operator")), _not_done, assignees.c.done_at.is_not(None))
_GIVEN = _lists(
    _of_all.where(tasks.c.author == param("operator"), _by_anybody.where(_part.c.operator_id != tasks.c.author)),
    _unfinished,
    ~_unfinished,
)

# --------------------------------------------------------------------------------------- reminders

_DUE = Statement(
    select(assignees.c.task_id, assignees.c.operator_id, literal_column("0").label("watching"), assignees.c.remind_at)
    .where(assignees.c.remind_at <= param("now", assignees.c.remind_at))
    .union_all(
        select(tasks.c.id, tasks.c.author, literal_column("1"), tasks.c.remind_at).where(
            tasks.c.remind_at <= param("now", tasks.c.remind_at)
        )
    )
    .order_by("remind_at", "task_id", "operator_id")
    .limit(param("limit"))
)
_REMIND = Statement(update(assignees).where(*_theirs, _not_done).values(remind_at=param("at", assignees.c.remind_at)))
_REMIND_AUTHOR = Statement(
    update(tasks).where(_this, tasks.c.author == param("operator")).values(remind_at=param("at", tasks.c.remind_at))
)


class SqlTasks:
    def __init__(self, session: Session, _: Transaction) -> None:
        self._session = session

    async def add(
        self,
        text: str,
        author: OperatorId,
        assignees: Sequence[OperatorId],
        at: datetime,
        *,
        due: datetime | None = None,
        dialog: DialogId | None = None,
    ) -> Task:
        people = sorted(set(assignees))
        watched = due if author not in people else None
        [(id_,)] = await self._session.rows(
            _ADD, text=text, author=author, created_at=at, due=due, remind_at=watched, dialog_id=dialog
        )
        for operator in people:
            self._session.later(_ASSIGN, operator_id=operator, task_id=id_, remind_at=due)
        return Task(id_, text, author, at, tuple(Assignee(operator) for operator in people), due, dialog)

    async def get(self, task: TaskId) -> Task | None:
        found = _tasks(await self._session.rows(_GET, task=task))
        return found[0] if found else None

    async def lock(self, task: TaskId) -> Task | None:
        await self._session.rows(_LOCK, task=task)
        return await self.get(task)

    async def done(self, task: TaskId, operator: OperatorId, at: datetime) -> bool:
        return bool(await self._session.rows(_DONE, task=task, operator=operator, at=at))

    async def change(self, task: Task, text: str, due: datetime | None, assignees: Sequence[OperatorId]) -> Task:
        had, people = {one.operator for one in task.assignees}, set(assignees)
        self._session.later(_CHANGE, task=task.id, text=text, due=due)
        if due != task.due or (task.author in had) != (task.author in people):
            self._session.later(_WATCH, task=task.id, at=due if task.author not in people else None)
        for operator in sorted(had | people):
            if operator not in had:
                self._session.later(_ASSIGN, operator_id=operator, task_id=task.id, remind_at=due)
            elif operator not in people:
                self._session.later(_TAKE_OFF, task=task.id, operator=operator)
            elif due != task.due:
                self._session.later(_REMIND, task=task.id, operator=operator, at=due)
        after = await self.get(task.id)
        assert after is not None, "it is locked"
        return after

    async def reopen(self, task: TaskId, operator: OperatorId, remind_at: datetime | None) -> bool:
        return bool(await self._session.rows(_REOPEN, task=task, operator=operator, at=remind_at))

    async def of_dialog(self, dialog: DialogId, *, done: bool = False, limit: int = 50) -> Sequence[Task]:
        return await self._list(_OF_DIALOG[done], dialog=dialog, skip=0, limit=limit)

    async def of_contact(self, contact: ContactId, *, done: bool = False, limit: int = 50) -> Sequence[Task]:
        return await self._list(_OF_CONTACT[done], contact=contact, skip=0, limit=limit)

    async def mine(self, operator: OperatorId, *, done: bool = False, skip: int = 0, limit: int = 50) -> Sequence[Task]:
        return await self._list(_MINE[done], operator=operator, skip=skip, limit=limit)

    async def assigned_by(
        self, operator: OperatorId, *, done: bool = False, skip: int = 0, limit: int = 50
    ) -> Sequence[Task]:
        return await self._list(_GIVEN[done], operator=operator, skip=skip, limit=limit)

    async def _list(self, statement: Statement, **values: Any) -> Sequence[Task]:
        return _tasks(await self._session.rows(statement, **values))

    async def due(self, now: datetime, limit: int = 100) -> Sequence[Reminder]:
        found = await self._session.rows(_DUE, now=now, limit=limit)
        return [Reminder(task, operator, bool(watching)) for task, operator, watching, _ in found]

    async def remind(self, reminder: Reminder, at: datetime | None) -> None:
        statement = _REMIND_AUTHOR if reminder.watching else _REMIND
        self._session.later(statement, task=reminder.task, operator=reminder.operator, at=at)


def _tasks(found: Sequence[Any]) -> list[Task]:
    """Groups rows into tasks; the rows of one task must be adjacent."""
    grouped = []
    for _, group in groupby(found, key=lambda row: row[0]):
        parts = list(group)
        id_, text, author, at, due, dialog = parts[0][:6]
        people = tuple(Assignee(operator, done_at) for *_, operator, done_at in parts)
        grouped.append(Task(id_, text, author, at, people, due, dialog))
    return grouped
