"""Updates that fail on their own, though the database works: after some tries they are set aside as unreadable."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from pydantic import TypeAdapter

from bot.domain import AccountName, Key, UnreadableUpdate, Update
from bot.hub.context import Hub
from bot.ports import NotTaken
from bot.ports.storage import Unit
from bot.runtime.throttled_log import ThrottledLog

SET_ASIDE_AFTER = 5
"""Failures on its own after which an update is kept as unreadable."""
MANY = 1000

throttled = ThrottledLog(structlog.get_logger(__name__))
_updates = TypeAdapter(Update)


class _Undo(Exception):
    """Rolls a trial transaction back."""


class LoneFailures:
    """Counts the failures of one account's updates. `take`: takes one in, in the given transaction."""

    def __init__(self, hub: Hub, account: AccountName, take: Callable[[Unit, Update], Awaitable[object]]) -> None:
        self._hub, self._account, self._take = hub, account, take
        self._failures: dict[Key, int] = {}

    async def fails_alone(self, update: Update) -> bool:
        """Tells whether this update has failed so often on its own that it, and not the database, is to blame."""

        async def alone(unit: Unit) -> None:
            await self._take(unit, update)
            raise _Undo

        try:
            await self._hub.store.transact(alone)
        except (_Undo, NotTaken):
            self._failures.pop(update.key, None)
            return False
        except Exception as error:  # noqa: BLE001 - logged
            throttled.exception(
                "failed to process an update", error, account=self._account, times=self._failures.get(update.key, 0) + 1
            )
        await self._prove_database()
        if len(self._failures) > MANY:
            self._failures.clear()
        self._failures[update.key] = self._failures.get(update.key, 0) + 1
        return self._failures[update.key] >= SET_ASIDE_AFTER

    async def _prove_database(self) -> None:
        """Writes, right after an update failed. Raises where only reading works, after a failover or with a full disk:
        failures in an outage count against no update, or the last of them would condemn it when the outage ends."""
        await self._hub.store.transact(lambda unit: unit.cursors.set("works", self._hub.clock.now().isoformat()))

    def or_set_aside(self, update: Update) -> Update:
        """Same update, or what keeps it as unreadable if it has failed often enough."""
        if self._failures.pop(update.key, 0) < SET_ASIDE_AFTER:
            return update
        raw = _updates.dump_json(update).decode()
        return Update(update.key, UnreadableUpdate(raw, "the hub failed to take it"), update.at)
