"""Repositories for tasks and for selected messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain import ContactId, DialogId, Message, MessageId, OperatorId, Task, TaskId
from bot.domain.value import value


@value
class Reminder:
    """Reminder about a task. `watching`: for the author of an assignment, not for an assignee."""

    task: TaskId
    operator: OperatorId
    watching: bool = False


class Choices(Protocol):
    """Messages that an operator selected with 🔖 for their next action."""

    async def add(self, operator: OperatorId, message: MessageId, at: datetime) -> None:
        """Selects a message; selecting it again renews its time."""
        ...

    async def remove(self, operator: OperatorId, message: MessageId) -> None:
        """Deselects a message; one that is not selected is no error."""
        ...

    async def of(self, operator: OperatorId, root: DialogId, since: datetime) -> Sequence[Message]:
        """Selected messages of a thread (`Dialog.root`), oldest first, selected no earlier than `since`."""
        ...

    async def clear(self, operator: OperatorId, root: DialogId) -> None:
        """Deselects all messages of a thread (`Dialog.root`)."""
        ...


class Tasks(Protocol):
    """Tasks. Lists show open tasks by due time, those without one last; with `done`, finished ones, latest first."""

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
        """Creates a task. Each assignee gets a reminder when it is due, and so does the author of an assignment."""
        ...

    async def get(self, task: TaskId) -> Task | None:
        """The task; None: there is none with that id."""
        ...

    async def lock(self, task: TaskId) -> Task | None:
        """The task, locked until the transaction ends; None: there is none with that id."""
        ...

    async def done(self, task: TaskId, operator: OperatorId, at: datetime) -> bool:
        """Marks the operator's part done. False: it was done already, or is not theirs."""
        ...

    async def change(self, task: Task, text: str, due: datetime | None, assignees: Sequence[OperatorId]) -> Task:
        """Changes a task. `task`: its state before, locked. Remaining assignees keep their progress; a new due time
        sets new reminders for all who are not done."""
        ...

    async def reopen(self, task: TaskId, operator: OperatorId, remind_at: datetime | None) -> bool:
        """Reopens the operator's part. False: it was open already, or is not theirs."""
        ...

    async def of_dialog(self, dialog: DialogId, *, done: bool = False, limit: int = 50) -> Sequence[Task]:
        """Tasks of a dialog; `done`: those that everyone has done."""
        ...

    async def of_contact(self, contact: ContactId, *, done: bool = False, limit: int = 50) -> Sequence[Task]:
        """Tasks of all dialogs with the contact."""
        ...

    async def mine(self, operator: OperatorId, *, done: bool = False, skip: int = 0, limit: int = 50) -> Sequence[Task]:
        """Tasks assigned to the operator, by anybody; `done` refers to their own part."""
        ...

    async def assigned_by(
        self, operator: OperatorId, *, done: bool = False, skip: int = 0, limit: int = 50
    ) -> Sequence[Task]:
        """Tasks that the operator gave to others; `done`: everybody has done theirs."""
        ...

    async def due(self, now: datetime, limit: int = 100) -> Sequence[Reminder]:
        """Due reminders not sent yet, earliest first."""
        ...

    async def remind(self, reminder: Reminder, at: datetime | None) -> None:
        """Schedules the next reminder; None: no further one. Assignees who are done get none."""
        ...
