"""Contract between the courier and `bot.senders`: one carrier per kind of destination."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.delivery.roads import CallPlace
from bot.domain.value import value
from bot.ports import DeliveryError, Rate
from bot.ports.storage import Claim, Parcel, Unit

After = Callable[[Unit], Awaitable[None]]


@value
class DeliveryResult:
    """Result of carrying a claim. `done`: parcels that need nothing more; `after`: writes for the transaction that
    settles them; `rest`: seconds before the lane's remaining parcels are due; `called` False: the destination was not
    called, so this says nothing about it."""

    done: tuple[Parcel, ...]
    after: tuple[After, ...] = ()
    rest: float = 0.0
    called: bool = True


class Carrier(Protocol):
    """Delivers parcels to one kind of destination."""

    rates: Sequence[Rate]
    depth: int  # parcels of a lane that it wants to see at once
    tries: int | None  # failures before a parcel is given up, see `bot.delivery.retry`; None: unlimited
    first: Collection[str]  # kinds of parcels that go before an account's others, as far as the rate limit lets any go

    def scopes(self, claim: Claim) -> Mapping[str, str]:
        """Returns the budgets that this claim needs: scope → subject."""
        ...

    def place(self, claim: Claim) -> CallPlace:
        """Returns where the claim's first parcel goes, and by which kind of call: an outage may be of that alone."""
        ...

    async def carry(self, claim: Claim, now: datetime) -> DeliveryResult:
        """Sends the first parcel (or the first few) of a lane. Raises `DeliveryError` about the first one."""
        ...

    def give_up(self, parcel: Parcel, error: DeliveryError) -> After:
        """Returns the write that settles a parcel which will never arrive, or whose arrival nobody can confirm."""
        ...

    def asks_when_doubtful(self, parcel: Parcel) -> bool:
        """Tells whether an attempt in doubt ends with a question to people instead of another attempt."""
        ...
