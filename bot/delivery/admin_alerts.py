"""Alerts to the hub's administrators, by direct message in every desk that knows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain import DeskName, Operator
from bot.hub import parcels
from bot.hub.context import Hub
from bot.hub.tokens import Ticket
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


async def tell_within(hub: Hub, unit: Unit, words: str, offer: Ticket | None = None) -> bool:
    """Enqueues the messages, with a button each for `offer`. Returns False when no administrator is known."""
    known = await _known(hub, unit)
    for one in known:
        buttons = (hub.button(replace(offer, only=one.id), one.desk),) if offer is not None else ()
        await parcels.tell(unit, one.desk, one.user, says(words, *buttons), hub.clock.now())
    return bool(known)


async def addresses(hub: Hub, unit: Unit) -> Sequence[tuple[DeskName, str]]:
    """Returns the known administrators: desks, and their ids there."""
    return [(one.desk, one.user) for one in await _known(hub, unit)]


async def _known(hub: Hub, unit: Unit) -> Sequence[Operator]:
    found = [await unit.operators.get(number) for number in sorted(hub.admins.ids)]
    return [one for one in found if one is not None and one.desk in hub.desks.by_name]


async def forget(unit: Unit, once: str) -> bool:
    """Ends the occasion. Returns False when nobody had been notified, or another process was faster."""
    return await unit.cursors.forget(_told(once))


def _told(once: str) -> str:
    return f"told:{once}"
