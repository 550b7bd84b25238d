"""Approved templates of channels, kept as last fetched: forms must not wait for a platform."""

from __future__ import annotations

from pydantic import TypeAdapter

from bot.domain import AccountName
from bot.ports import Approved, Templated
from bot.ports.storage import Store, Unit

EVERY = 3600.0
"""Seconds between two fetches."""

_lists = TypeAdapter(tuple[Approved, ...])


async def known(unit: Unit, account: AccountName) -> tuple[Approved, ...]:
    kept = await unit.cursors.get(_cursor(account))
    return _lists.validate_json(kept) if kept else ()


async def renew(store: Store, account: AccountName, bridge: Templated) -> None:
    """Fetches them from the platform. Raises `DeliveryError`; the kept ones then stay."""
    dumped = _lists.dump_json(tuple(await bridge.templates())).decode()
    await store.transact(lambda unit: unit.cursors.set(_cursor(account), dumped))


def _cursor(account: AccountName) -> str:
    return f"templates:{account}"
