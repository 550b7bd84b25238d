"""Rate budgets that a desk's parcels use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.hub.parcels import ParcelKind
from bot.ports.storage import Parcel


class DeskBudgets:
    """A parcel names its channel as its dialog did when it was enqueued: as in hub.toml, or, once the thread was open,
    as the desk does. Both are one budget, as soon as one thread there is known."""

    def __init__(self) -> None:
        self._channels: dict[str, str] = {}

    def learn(self, parcel: Parcel, channel: str) -> None:
        """Notes what the desk calls the channel that a parcel names."""
        self._channels[str(parcel.payload.get("channel", ""))] = channel

    def scopes(self, parcels: Sequence[Parcel]) -> Mapping[str, str]:
        """Returns the budgets that the first parcels of a lane need to be sent: scope → subject. A card that waits for
        its thread is not sent."""
        head = parcels[0]
        match head.kind:
            case ParcelKind.CARD if head.payload.get("unopened"):
                return {}
            case ParcelKind.CARD if all(parcel.payload.get("unhurried") for parcel in parcels):
                return {"all": "all", "update": "update", "redraw": "redraw"}
            case ParcelKind.CARD | ParcelKind.REPOST:
                return {"all": "all", "update": "update"}
            case ParcelKind.MARK if any(parcel.payload.get("replaces") for parcel in parcels):
                return {"all": "all", "mark": "mark", "unmark": "unmark"}
            case ParcelKind.MARK:
                return {"all": "all", "mark": "mark"}
            case ParcelKind.OPEN | ParcelKind.POST | ParcelKind.PROBLEM:
                named = str(head.payload.get("channel", ""))
                return {"all": "all", "channel": f"channel:{self._channels.get(named, named)}"}
        return {"all": "all"}
