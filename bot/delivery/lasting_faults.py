"""Faults that last: administrators are told once a fault has been there for a minute, and again once it has been gone
for a minute."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import Enum, auto

from bot.delivery import admin_alerts
from bot.hub.context import Hub
from bot.ports.storage import Unit

LONG = 60.0
"""Seconds after which administrators are told of a fault, and of its end."""


class _Told(Enum):
    """Knowledge of administrators about a fault."""

    PERHAPS = auto()  # a process before this one may have told them
    NOTHING = auto()
    FAULT = auto()


class LastingFaults:
    """Faults as one process sees them. A fault's name is its occasion in `admin_alerts`: whichever process tells of it,
    it is told once. `monotonic`: seconds of a clock that never goes back."""

    def __init__(self, hub: Hub, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._hub, self._monotonic = hub, monotonic
        self._known: dict[str, _Told] = {}
        self._there: dict[str, float] = {}
        self._gone: dict[str, float] = {}

    async def there(self, name: str, words: str) -> None:
        """Notes that a fault is there; called again and again while it is. `words`: the alert."""
        self._gone.pop(name, None)
        since = self._there.setdefault(name, self._monotonic())
        if self._known.get(name) is _Told.FAULT or self._monotonic() - since < LONG:
            return
        if await admin_alerts.tell(self._hub, words, once=name):
            self._known[name] = _Told.FAULT

    async def gone(self, name: str, words: str) -> None:
        """Notes that a fault is not there; called again and again while it is not. `words`: tell of its end."""
        self._there.pop(name, None)
        if self._known.get(name, _Told.PERHAPS) is _Told.NOTHING:
            return
        if self._monotonic() - self._gone.setdefault(name, self._monotonic()) < LONG:
            return

        async def work(unit: Unit) -> None:
            if await admin_alerts.forget(unit, name):
                await admin_alerts.tell_within(self._hub, unit, words)

        await self._hub.store.transact(work)
        self._known[name] = _Told.NOTHING

    async def note(self, name: str, fault: bool, words: str, over: str) -> None:
        """Notes whether a fault is there."""
        await (self.there(name, words) if fault else self.gone(name, over))
