"""Occasions of notifications, and an operator's choices among them."""

from __future__ import annotations

from datetime import time
from enum import StrEnum

from bot.domain.value import value


class Occasion(StrEnum):
    """Kinds of events that operators are notified of. The values are words of the command `notifications`."""

    DIALOGS = "dialogs"  # a dialog was redirected or assigned to the operator, or taken over from them
    ROLES = "roles"  # a dialog or messages for one of the operator's roles
    ADDED = "added"  # they were added as a co-executor, or removed
    REVIEW = "review"  # messages were forwarded to them; those that they forwarded were read
    HELD = "held"  # what a colleague wrote in a dialog of theirs is held
    DEADLINES = "deadlines"  # a reply is due, or overdue
    TASKS = "tasks"  # an assignment is new, changed, done or reopened
    REMINDERS = "reminders"  # a task is due, or overdue for those it was assigned to


@value
class NotificationChoices:
    """An operator's choices. `off`: what they are not notified of; `direct`: always by direct message, even where a
    mention in the thread would do; `morning`: local time of their morning list, None for none."""

    off: frozenset[Occasion] = frozenset()
    direct: bool = False
    morning: time | None = None


DEFAULT_CHOICES = NotificationChoices()
