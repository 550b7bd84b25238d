"""Accounts under a new name: everything moves, once, however often and from however many processes it is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import literal_column, select

from bot.domain import AccountName, ChatId, DeskName, ForeignId, Key, OperatorId
from bot.domain.account_rules import AccountRules
from bot.domain.operators import Actor
from bot.ports.storage import NewChange, Section, Unit, Urgency, Viewer
from storage import AccountMove, SqlStore
from storage.engine.statements import Statement
from storage.repositories import renames
from storage.tables.tables import metadata
from tests.clock import ManualClock
from tests.storage.parts import SHOP, claim, dialog_of, read, say

NEW = AccountName("store")
DESTINATIONS = {"account:shop": "account:store", "bot:shop": "bot:store"}
STORE = replace(SHOP, name=NEW)
ASKED = AccountRules(reason_required=True)


def moving(store: SqlStore) -> AccountMove:
    return AccountMove(store, SHOP.name, NEW, DESTINATIONS)


async def fill(store: SqlStore, clock: ManualClock, chats: Sequence[str] = ("masha", "petr")) -> None:
    for chat in chats:
        dialog = await dialog_of(store, ChatId(chat), clock.now())
        message = await say(store, dialog, f"hello from {chat}", clock.now())

        async def work(unit: Unit, chat: str = chat, message: Any = message) -> None:
            operator = await unit.operators.upsert_operator(DeskName("main"), Actor("U1", "anna"))
            await unit.messages.link_foreign(message.id, SHOP.name, ChatId(chat), [ForeignId(f"ref {chat}")])
            await unit.outbox.enqueue(
                "account:shop", f"chat:{chat}", Urgency.ANSWER, "send", {"message": 1}, due=clock.now(), account="shop"
            )
            await unit.inbox.mark_seen("account:shop", Key(chat), clock.now())
            await unit.accounts.set_rules(SHOP.name, ASKED)
            change = NewChange(SHOP.name, OperatorId(operator.id), clock.now(), "closing", "", "x")
            await unit.accounts.add_change(change)

        await store.transact(work)


async def named(store: SqlStore, name: str) -> list[str]:
    """Columns of all tables that hold the name of the account."""
    found = []
    for table in metadata.tables.values():
        for column in table.columns:
            if column.name in ("account", "destination", "source") or (table.name, column.name) == ("accounts", "name"):
                value = f"account:{name}" if column.name in ("destination", "source") else name
                statement = Statement(select(column).where(column == literal_column(f"'{value}'")).limit(1))
                if await store.reading().rows(statement):
                    found.append(f"{table.name}.{column.name}")
    return found


async def test_everything_moves(store: SqlStore, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renames, "PORTION", 1)
    await fill(store, clock)
    before = await named(store, "shop")
    assert {"dialogs.account", "identities.account", "foreign_refs.account", "lanes.destination"} < set(before)
    assert await moving(store).run()
    assert not await named(store, "shop")
    assert await named(store, "store") == before
    assert not await moving(store).run()
    assert await read(store, lambda unit: unit.accounts.with_chats()) == [NEW]
    assert await read(store, lambda unit: unit.accounts.rules(NEW)) == ASKED
    assert (await dialog_of(store, ChatId("masha"), clock.now(), STORE)).id == 1
    viewer = Viewer(OperatorId(1), frozenset(), (NEW,))
    assert len(await read(store, lambda unit: unit.dialogs.section(Section.ALL, viewer))) == 2
    found = await read(store, lambda unit: unit.archive.search("hello", viewer=OperatorId(1), accounts=[NEW], limit=10))
    assert len(found) == 2


async def test_what_was_waiting_is_sent_under_the_new_name(store: SqlStore, clock: ManualClock) -> None:
    await fill(store, clock)
    await moving(store).run()
    now = clock.now() + timedelta(seconds=2)
    claims = await store.transact(lambda unit: unit.outbox.claim("account:store", "me", now, lanes=9, depth=9, lease=9))
    assert {(one.name, one.queue.account) for one in claims} == {("chat:masha", "store"), ("chat:petr", "store")}


async def test_a_customer_who_wrote_under_both_names_is_one_contact(store: SqlStore, clock: ManualClock) -> None:
    """The hub ran under the new name before anyone thought of `former`."""
    await fill(store, clock)
    fresh = await dialog_of(store, ChatId("masha"), clock.now(), STORE)
    await moving(store).run()
    dialogs = [await read(store, lambda unit, number=number: unit.dialogs.get(number)) for number in (1, fresh.id)]  # type: ignore[misc]
    assert [one.contact for one in dialogs] == [1, 1]
    assert [one.account for one in dialogs] == [SHOP.name, NEW], "both are open, and an account has one open dialog"
    assert await read(store, lambda unit: unit.accounts.with_chats()) == [SHOP.name, NEW], "it stays to be seen"


async def test_settings_changed_under_the_new_name_stay(store: SqlStore, clock: ManualClock) -> None:
    await fill(store, clock)
    rules = AccountRules(reasons=("Bought",))

    async def work(unit: Unit) -> None:
        await unit.accounts.set_rules(NEW, rules)
        await unit.accounts.add_change(NewChange(NEW, OperatorId(1), clock.now(), "closing", "", "y"))

    await store.transact(work)
    await moving(store).run()
    assert await read(store, lambda unit: unit.accounts.rules(NEW)) == rules


async def test_several_processes_move_it_together(store: SqlStore, clock: ManualClock) -> None:
    await fill(store, clock, [f"c{number}" for number in range(20)])
    await asyncio.gather(*(moving(store).run() for _ in range(3)))
    assert not await named(store, "shop")
    assert len(await claim(store, clock.now() + timedelta(seconds=2), lanes=99)) == 0, "no lane of another destination"
