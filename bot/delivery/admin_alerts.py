"""Alerts to the hub's administrators, by direct message in every desk that knows them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain import DeskName
from bot.hub import parcels
from bot.hub.context import Hub
from bot.ports.storage import Unit
from bot.views.answers import says


async def tell(hub: Hub, words: str, *, once: str = "") -> bool:
    """Sends an alert to the administrators. `once`: name of the occasion; until `forget`, only its first alert is sent,
    whichever process asks. Returns False when no administrator is known yet (the desks have not listed their people):
    the caller has to repeat it later."""
    return await hub.store.transact(lambda unit: tell_once(hub, unit, words, once))


async def tell_once(hub: Hub, unit: Unit, words: str, once: str) -> bool:
    """`tell`, within a transaction."""
    if once and not await unit.cursors.note(_told(once), hub.clock.now().isoformat()):
        return True
    notified = await tell_within(hub, unit, words)
    if once and not notified:
        await unit.cursors.forget(_told(once))
    return notified or not hub.admins.names


async def tell_within(hub: Hub, unit: Unit, words: str) -> bool:
    """Enqueues the messages. Returns False when no administrator is known."""
    known = await addresses(hub, unit)
    for desk, user in known:
        await parcels.tell(unit, desk, user, says(words), hub.clock.now())
    return bool(known)


async def addresses(hub: Hub, unit: Unit) -> Sequence[tuple[DeskName, str]]:
    """Returns the known administrators: desks, and their ids there."""
    found = [await unit.operators.get(number) for number in sorted(hub.admins.ids)]
    return [(one.desk, one.user) for one in found if one is not None and one.desk in hub.desks.by_name]


async def forget(unit: Unit, once: str) -> bool:
    """Ends the occasion. Returns False when nobody had been notified, or another process was faster."""
    return await unit.cursors.forget(_told(once))


def _told(once: str) -> str:
    return f"told:{once}"
