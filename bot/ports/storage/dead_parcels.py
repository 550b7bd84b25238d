"""Repository for parcels that were given up and not sent again since."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from bot.domain import Key
from bot.domain.value import value


@value
class DeadParcel:
    """Parcel that was given up. `destination`, `lane`, `kind`, `payload`: as it was enqueued; `error`: why."""

    id: int
    destination: str
    lane: str
    key: Key
    kind: str
    payload: Mapping[str, Any]
    error: str


class DeadParcels(Protocol):
    """Parcels that were given up. A couriers' settlement puts them here; whoever repeats one takes it out."""

    async def get(self, key: Key) -> DeadParcel | None:
        """Parcel with this key, if it is still dead."""
        ...

    async def take(self, key: Key) -> DeadParcel | None:
        """Removes the parcel and returns it; None for all but one of those who take it at once."""
        ...

    async def at(self, destination: str, lane: str = "") -> Sequence[DeadParcel]:
        """Parcels of a destination, or of one of its lanes, oldest first."""
        ...

    async def forget(self, ids: Collection[int]) -> None:
        """Removes parcels whose message was sent in another way."""
        ...
