"""Ports that tell how far the hub had come before its database was restored from a backup."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from bot.domain import ThreadRef
from bot.domain.traces import Reached, Trace
from bot.domain.value import value

RESTORED = "restored"
"""Cursor that `hub restore` leaves in the database: when the backup was made."""


@value
class FoundCard:
    """A card of the hub's in a team chat, posted at `at`."""

    trace: Trace
    thread: ThreadRef
    at: datetime


@runtime_checkable
class Tracing(Protocol):
    """Desk whose posts outlive the hub's database."""

    async def traces(self, since: datetime | None) -> Sequence[FoundCard]:
        """Cards in the desk's channels: at least the newest ones, and all that were posted after `since`. Raises
        `DeliveryError`."""
        ...


class ReachedNotes(Protocol):
    """Note beside the database of the numbers given so far; a backup does not contain it."""

    def read(self) -> Reached:
        """Returns what was noted last; nothing if the note cannot be read."""
        ...

    def write(self, reached: Reached) -> None:
        """Replaces the note. A failure is logged, not raised."""
        ...
