"""The hub's own HTTP API for customers' messages: `/api/v1/accounts/{account}/…`.

Used by several kinds of accounts: the HTTP channel itself, and platforms that cannot call a webhook but can be
programmed. A kind takes part by setting `routes` as its `BridgeKind.routes`; the hub builds the routes once, with the
accounts of all kinds that share them. The contract that clients rely on is in `docs/channels/api.md` and,
machine-readable, at `/api/docs`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from bot.config.plugins import Secret
from bot.domain import AccountName
from bot.ports import Accept, Bridge, Capability, Route, Tools

TOLD = frozenset(
    {
        Capability.TEXT,
        Capability.PHOTO,
        Capability.ALBUM,
        Capability.VIDEO,
        Capability.AUDIO,
        Capability.FILE,
        Capability.REPLY,
        Capability.EDIT,
        Capability.DELETION,
    }
    | {Capability.DELIVERED, Capability.READ, Capability.NAME, Capability.PHONE}
)
"""Receipts and other events that clients can report here (`Limits.receives`)."""


@runtime_checkable
class Guarded(Protocol):
    """A bridge whose clients use this API; each request must carry this token."""

    token: Secret


def routes(
    bridges: Mapping[AccountName, Bridge], accepts: Mapping[AccountName, Accept], tools: Tools
) -> Sequence[Route]:
    from bridges.shared.http_channel.endpoints import ApiEndpoints

    ours = {name: bridge.token for name, bridge in bridges.items() if isinstance(bridge, Guarded)}
    return ApiEndpoints(ours, accepts, tools).routes()
