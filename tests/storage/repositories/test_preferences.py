"""Operators' choices of what they are notified of."""

from __future__ import annotations

from datetime import date, time

from bot.domain import DeskName
from bot.domain.notifications import NotificationChoices, Occasion
from storage import SqlStore
from tests.core.world import member

MAIN = DeskName("main")
FIRST, SECOND = date(2026, 11, 30), date(2026, 12, 1)


async def test_choices_are_kept_and_a_morning_is_told_once(store: SqlStore) -> None:
    anna = await store.transact(lambda unit: unit.operators.upsert_operator(MAIN, member("U1", "anna", "Anna")))
    boris = await store.transact(lambda unit: unit.operators.upsert_operator(MAIN, member("U2", "boris", "Boris")))
    off = frozenset({Occasion.ROLES, Occasion.TASKS})
    chosen = NotificationChoices(off, direct=True, morning=time(8, 30))
    await store.transact(lambda unit: unit.preferences.save(anna.id, chosen, None))
    await store.transact(lambda unit: unit.preferences.save(boris.id, NotificationChoices(), None))
    async with store.read() as unit:
        assert await unit.preferences.of([anna.id, boris.id, 99]) == {  # type: ignore[list-item]
            anna.id: chosen,
            boris.id: NotificationChoices(),
        }
        [reader] = await unit.preferences.morning_readers()
    assert (reader.operator, reader.choices, reader.told) == (anna, chosen, None)
    told = [await store.transact(lambda unit: unit.preferences.tell_morning(anna.id, FIRST)) for _ in range(2)]
    assert told == [True, False]
    await store.transact(lambda unit: unit.preferences.save(anna.id, chosen, None))  # saving again: no second list
    assert not await store.transact(lambda unit: unit.preferences.tell_morning(anna.id, FIRST))
    await store.transact(lambda unit: unit.preferences.save(anna.id, chosen, SECOND))
    assert not await store.transact(lambda unit: unit.preferences.tell_morning(anna.id, SECOND))
