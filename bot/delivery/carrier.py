"""The contract between the courier and `bot.senders`: one carrier for each kind of destination."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.ports import DeliveryError, Rate
from bot.ports.storage import Claim, Parcel, Unit

After = Callable[[Unit], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """Result of carrying a claim. `done`: parcels that need nothing more; `after`: written in the transaction that
    settles them; `rest`: seconds that the lane rests before the parcels that are left."""

    done: tuple[Parcel, ...]
    after: tuple[After, ...] = ()
    rest: float = 0.0


class Carrier(Protocol):
    """Brings parcels of one kind of destination to where they belong."""

    rates: Sequence[Rate]
    depth: int  # parcels of a lane that it wants to see at once
    tries: int | None  # attempts after which a parcel is given up; None: never

    def scopes(self, claim: Claim) -> Mapping[str, str]:
        """The budgets that this claim needs: scope → subject."""
        ...

    async def carry(self, claim: Claim, now: datetime) -> DeliveryResult:
        """Sends the first parcel (or the first few) of a lane. Raises `DeliveryError` about the first one."""
        ...

    def give_up(self, parcel: Parcel, error: DeliveryError) -> After:
        """Makes the write that settles a parcel which will never arrive, or of which nobody can say whether it did."""
        ...

    def asks_when_doubtful(self, parcel: Parcel) -> bool:
        """True: an attempt in doubt ends with a question to people instead of another attempt."""
        ...
