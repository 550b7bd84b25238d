"""Approved templates of channels, kept as last fetched: a form waits only briefly for the platform's newest."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from bot.domain import AccountName
from bot.hub.context import Hub
from bot.ports import Approved, DeliveryError, Templated
from bot.ports.storage import Store, Unit

EVERY = 3600.0
"""Seconds between two fetches."""
PATIENCE = 1.5
"""Seconds that a form about to open waits for the platform: team chats give it three."""
FRESH = timedelta(seconds=10)
"""Age at which a fetched list is still the newest."""

_lists = TypeAdapter(tuple[Approved, ...])


async def known(unit: Unit, account: AccountName) -> tuple[Approved, ...]:
    kept = await unit.cursors.get(_cursor(account))
    return _lists.validate_json(kept) if kept else ()


async def renew(store: Store, account: AccountName, bridge: Templated) -> None:
    """Fetches them from the platform. Raises `DeliveryError`; the kept ones then stay."""
    await _keep(store, account, await bridge.templates())


async def renew_now(hub: Hub, account: AccountName) -> None:
    """Fetches them for a form about to open, unless they were fetched a moment ago. If the platform does not answer in
    time, the form shows the kept ones."""
    bridge = hub.bridges.get(account)
    if not isinstance(bridge, Templated):
        return
    now, cursor = hub.clock.now(), f"templates_asked:{account}"
    async with hub.store.read() as unit:
        asked = await unit.cursors.get(cursor)
    if asked and now - datetime.fromisoformat(asked) < FRESH:
        return
    try:
        async with asyncio.timeout(PATIENCE):
            found = await bridge.templates()
    except (TimeoutError, DeliveryError):
        return
    await _keep(hub.store, account, found)
    await hub.store.transact(lambda unit: unit.cursors.set(cursor, now.isoformat()))


async def _keep(store: Store, account: AccountName, templates: Sequence[Approved]) -> None:
    dumped = _lists.dump_json(tuple(templates)).decode()
    await store.transact(lambda unit: unit.cursors.set(_cursor(account), dumped))


def _cursor(account: AccountName) -> str:
    return f"templates:{account}"
