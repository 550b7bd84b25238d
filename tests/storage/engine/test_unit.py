"""A transaction's repositories."""

from __future__ import annotations

from bot.ports.storage import Unit
from storage import SqlStore
from storage.engine.unit import SqlUnit


async def test_repositories_are_made_on_first_use_and_kept(store: SqlStore) -> None:
    async def work(unit: SqlUnit) -> None:
        made = set(vars(unit))
        assert unit.cursors is unit.cursors
        assert set(vars(unit)) - made == {"cursors"}

    await store.transact_sql(work)


async def test_each_port_has_its_repository(store: SqlStore) -> None:
    async def work(unit: SqlUnit) -> None:
        for name in Unit.__annotations__:
            assert type(getattr(unit, name)).__name__.startswith("Sql")

    await store.transact_sql(work)
