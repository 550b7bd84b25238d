"""Reasons for which a destination's parcels wait, kept for the alert about what waits (`bot.app.load_watch`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from bot.delivery.carrier import After
from bot.domain.value import value
from bot.ports import DeliveryError, Transient, Unconfirmed, Unexplained
from bot.ports.storage import Parcel, Unit

LONG = timedelta(minutes=1)
"""Age from which the failures of a parcel are worth telling."""
KEPT = timedelta(seconds=30)
"""Time for which a reason is kept after the next attempt is due, so that it does not end between two of them."""


@value
class Delay:
    """Delay of a destination. `why`: its own words, and the dialog that waits; `unexplained`: it refuses for a reason
    that the hub does not know."""

    why: str
    unexplained: bool = False


def of(
    destination: str, parcel: Parcel, error: DeliveryError, waited: timedelta, again_at: datetime
) -> tuple[After, ...]:
    """Returns the write that keeps the reason why a parcel waits until `again_at`; none while the delay is short."""
    if not isinstance(error, Transient | Unconfirmed) or waited < LONG:
        return ()
    number = parcel.payload.get("dialog")
    why = f"#{number}: {error.detail}" if number else error.detail
    kept = [(again_at + KEPT).isoformat(), why, isinstance(error, Unexplained)]

    async def after(unit: Unit) -> None:
        await unit.cursors.set(_name(destination), json.dumps(kept, ensure_ascii=False))

    return (after,)


async def latest(unit: Unit, destinations: Iterable[str], now: datetime) -> Mapping[str, Delay]:
    """Returns the destinations' delays that are not over."""
    found: dict[str, Delay] = {}
    for name in destinations:
        kept = await unit.cursors.get(_name(name))
        until, why, unexplained = json.loads(kept) if kept else ("", "", False)
        if until and datetime.fromisoformat(until) >= now:
            found[name] = Delay(why, unexplained)
    return found


def _name(destination: str) -> str:
    return f"delay:{destination}"
