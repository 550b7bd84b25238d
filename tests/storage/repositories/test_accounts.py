"""Authors of changes, and roles that come and go."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.domain import AccountName, Actor, DeskName, OperatorId, Profile, RoleName, ThreadId, ThreadRef
from bot.domain.account_rules import AccountRules
from bot.ports.storage import NewChange, Unit
from storage import SqlStore
from tests.clock import ManualClock
from tests.storage.parts import ANN, dialog_of, read

SHOP, DESK, SALES = AccountName("shop"), DeskName("main"), RoleName("sales")


async def operator(store: SqlStore) -> OperatorId:
    return (await store.transact(lambda unit: unit.operators.upsert_operator(DESK, Actor("U1", "anna", "Anna")))).id


async def test_changes_come_the_latest_first_and_in_pages(store: SqlStore, clock: ManualClock) -> None:
    anna = await operator(store)

    async def five(unit: Unit) -> None:
        for number in range(5):
            change = NewChange(SHOP, anna, clock.now(), "closing", f"before {number}", f"after {number}")
            await unit.accounts.add_change(change)

    await store.transact(five)
    hubs = NewChange(None, anna, clock.now(), "roles", "", "sales: @anna")
    await store.transact(lambda unit: unit.accounts.add_change(hubs))
    first = await read(store, lambda unit: unit.accounts.changes(SHOP, limit=3))
    assert [one.after for one in first] == ["after 4", "after 3", "after 2"]
    rest = await read(store, lambda unit: unit.accounts.changes(SHOP, before=first[-1].id, limit=3))
    assert [one.after for one in rest] == ["after 1", "after 0"]
    [of_the_hub] = await read(store, lambda unit: unit.accounts.changes(None))
    assert (of_the_hub.account, of_the_hub.operator, of_the_hub.at) == (None, anna, clock.now())
    assert await read(store, lambda unit: unit.accounts.changes(AccountName("other"))) == []


async def test_who_comes_second_changes_what_the_first_has_made(store: SqlStore) -> None:
    await store.transact(lambda unit: unit.accounts.set_rules(SHOP, AccountRules()))

    async def add(reason: str) -> None:
        async def work(unit: Unit) -> None:
            rules = await unit.accounts.lock_rules(SHOP)
            assert rules is not None
            await unit.accounts.set_rules(SHOP, replace(rules, reasons=(*rules.reasons, reason)))

        await store.transact(work)

    await asyncio.gather(*(add(f"reason {number}") for number in range(6)))
    rules = await read(store, lambda unit: unit.accounts.rules(SHOP))
    assert rules is not None
    assert sorted(rules.reasons) == [f"reason {number}" for number in range(6)]


async def test_a_role_that_is_gone_does_not_come_back_by_itself(store: SqlStore) -> None:
    await store.transact(lambda unit: unit.operators.add_roles({SALES: ("anna",)}))
    await store.transact(lambda unit: unit.operators.remove_role(SALES))
    await store.transact(lambda unit: unit.operators.add_roles({SALES: ("anna",)}))
    assert await read(store, lambda unit: unit.operators.roles()) == {}
    assert (await read(store, lambda unit: unit.accounts.rules_and_roles(SHOP)))[1] == {}
    await store.transact(lambda unit: unit.operators.set_role(SALES, ("boris",)))
    assert await store.transact(lambda unit: unit.operators.lock_roles()) == {SALES: ("boris",)}


async def test_a_transaction_sees_what_it_has_changed_itself(store: SqlStore, clock: ManualClock) -> None:
    dialog = await dialog_of(store, ANN, clock.now())
    thread = ThreadRef(dialog.desk, "C1", ThreadId("1"))
    await store.transact(lambda unit: unit.dialogs.set_thread(dialog.id, thread))
    await store.transact(lambda unit: unit.operators.add_roles({SALES: ("anna",)}))

    async def work(unit: Unit) -> None:
        await unit.dialogs.lock_by_thread(thread)
        assert await unit.accounts.rules_and_roles(SHOP) == (None, {SALES: ("anna",)})
        await unit.accounts.set_rules(SHOP, AccountRules(greeting="hi"))
        await unit.operators.set_role(SALES, ("boris",))
        assert await unit.accounts.rules_and_roles(SHOP) == (AccountRules(greeting="hi"), {SALES: ("boris",)})
        await unit.contacts.lock_identity(SHOP, ANN, Profile())
        await unit.operators.remove_role(SALES)
        assert await unit.accounts.rules_and_roles(SHOP) == (AccountRules(greeting="hi"), {})

    await store.transact(work)
