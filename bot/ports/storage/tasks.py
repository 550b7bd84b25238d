"""Tasks of operators, and the messages that they have chosen for what they do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain import ContactId, DialogId, Message, MessageId, OperatorId, Task, TaskId


@dataclass(frozen=True, slots=True)
class Reminder:
    """Somebody's time to hear of a task. `watching`: as the author of an assignment, not as one who has it to do."""

    task: TaskId
    operator: OperatorId
    watching: bool = False


class Choices(Protocol):
    """Messages that an operator has marked with 🔖, for the next action that takes several."""

    async def add(self, operator: OperatorId, message: MessageId, at: datetime) -> None:
        """Choosing twice is choosing anew."""
        ...

    async def remove(self, operator: OperatorId, message: MessageId) -> None:
        """Takes the mark off a message; one that is not marked is no error."""
        ...

    async def of(self, operator: OperatorId, root: DialogId, since: datetime) -> Sequence[Message]:
        """Those of one thread (`Dialog.root`), oldest first, that were chosen no longer ago."""
        ...

    async def clear(self, operator: OperatorId, root: DialogId) -> None:
        """Takes the marks off all messages of a thread (`Dialog.root`)."""
        ...


class Tasks(Protocol):
    """Lists show what is still to be done: what is due first at the top, what has no due time at the end; with `done`
    what has been done, the latest first."""

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
        """Everybody who has it to do is reminded when it is due; so is its author, where that is somebody else."""
        ...

    async def get(self, task: TaskId) -> Task | None:
        """The task; None: there is none with that id."""
        ...

    async def lock(self, task: TaskId) -> Task | None:
        """The task, locked until the transaction ends; None: there is none with that id."""
        ...

    async def done(self, task: TaskId, operator: OperatorId, at: datetime) -> bool:
        """One has done their part. False: they had before, or it is not theirs to do."""
        ...

    async def change(self, task: Task, text: str, due: datetime | None, assignees: Sequence[OperatorId]) -> Task:
        """`task` as it is before, and locked. Who had it to do and still has, keeps what they have done; with another
        time all who have not done it are reminded anew."""
        ...

    async def reopen(self, task: TaskId, operator: OperatorId, remind_at: datetime | None) -> bool:
        """One's part is to be done after all. False: it was to be done already, or is not theirs."""
        ...

    async def of_dialog(self, dialog: DialogId, *, done: bool = False, limit: int = 50) -> Sequence[Task]:
        """Tasks that belong to a dialog; `done`: those that everyone has done."""
        ...

    async def of_contact(self, contact: ContactId, *, done: bool = False, limit: int = 50) -> Sequence[Task]:
        """Of all dialogs with them."""
        ...

    async def mine(self, operator: OperatorId, *, done: bool = False, skip: int = 0, limit: int = 50) -> Sequence[Task]:
        """What the operator has to do themselves, by whomever it was given; done when they have done their part."""
        ...

    async def given(
        self, operator: OperatorId, *, done: bool = False, skip: int = 0, limit: int = 50
    ) -> Sequence[Task]:
        """What the operator has given to others; done when all have done their part."""
        ...

    async def due(self, now: datetime, limit: int = 100) -> Sequence[Reminder]:
        """Reminders whose time has come and that were not given yet, earliest first."""
        ...

    async def remind(self, reminder: Reminder, at: datetime | None) -> None:
        """When they hear of it next; None: not again. Whoever has done their part is not reminded."""
        ...
