"""Dialogs for review: found where people look for them, counted nowhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain import AccountName, Actor, ChatId, ContactId, DeskName, Dialog, Operator, Profile, Status
from bot.ports.storage import Section, Store, Viewer
from storage import SqlStore
from tests.clock import ManualClock
from tests.storage.parts import ANN, BOB, SHOP, dialog_of, read

MINUTE = timedelta(minutes=1)


async def operator(store: Store, name: str) -> Operator:
    return await store.transact(lambda unit: unit.operators.upsert_operator(DeskName("main"), Actor(name, name)))


async def passed(store: Store, clock: ManualClock, source: Dialog) -> Dialog:
    anna = await operator(store, "anna")
    return await store.transact(lambda unit: unit.dialogs.pass_on(source, anna.id, clock.now()))


async def close(store: Store, clock: ManualClock, dialog: Dialog) -> None:
    closed = replace(dialog, status=Status.CLOSED, closed_at=clock.now())
    await store.transact(lambda unit: unit.dialogs.save(closed))


async def count(store: Store, contact: ContactId) -> int:
    async with store.read() as unit:
        [identity] = [one for one in await unit.contacts.identities(contact) if one.chat == ANN]
        return identity.dialogs


async def test_one_is_read_as_it_was_written(store: SqlStore, clock: ManualClock) -> None:
    source = await dialog_of(store, ANN, clock.now())
    review = await passed(store, clock, source)
    assert await read(store, lambda unit: unit.dialogs.get(review.id)) == review
    assert (review.status, review.source, review.ordinal) == (Status.FOR_REVIEW, source.id, source.ordinal)
    assert review.passed_by == (await operator(store, "anna")).id
    assert (review.thread, review.waiting_since, review.heard_at, review.interest) == (None, None, None, None)


async def test_it_takes_no_part_in_the_customer_s_conversation(store: SqlStore, clock: ManualClock) -> None:
    source = await dialog_of(store, ANN, clock.now())
    first, second = await passed(store, clock, source), await passed(store, clock, source)
    assert (await dialog_of(store, ANN, clock.now())).id == source.id, "its customer's open dialog is another"
    await close(store, clock, source)
    found = await store.transact(lambda unit: unit.contacts.lock_identity(SHOP.name, ANN, Profile()))
    assert found[0].open is None
    following = await dialog_of(store, ANN, clock.now())
    assert (following.ordinal, await count(store, source.contact)) == (2, 2)
    assert following.id not in (first.id, second.id)
    latest = await read(store, lambda unit: unit.dialogs.latest_with(source.contact, SHOP.name))
    assert latest is not None
    assert latest.id == following.id


async def test_it_stands_among_the_new_ones_and_waits_for_no_answer(store: SqlStore, clock: ManualClock) -> None:
    source = await dialog_of(store, ANN, clock.now())
    review = await passed(store, clock, source)
    viewer = Viewer((await operator(store, "boris")).id, frozenset(), (AccountName("shop"),))
    async with store.read() as unit:
        new = [row.dialog.id for row in await unit.dialogs.section(Section.NEW, viewer)]
        assert sorted(new) == [source.id, review.id]
        assert not any((await unit.dialogs.counters(viewer)).values())
        assert await unit.dialogs.heard(SHOP.name, clock.now() - MINUTE, clock.now() + MINUTE) == []
        facts = await unit.reports.dialogs([SHOP.name], clock.now() - MINUTE, clock.now() + MINUTE)
        assert [one.id for one in facts] == [source.id]


async def test_joined_chats_and_merged_contacts_count_without_it(store: SqlStore, clock: ManualClock) -> None:
    older = await dialog_of(store, BOB, clock.now())
    source = await dialog_of(store, ANN, clock.now())
    review = await passed(store, clock, source)
    await store.transact(lambda unit: unit.merges.merge(source.contact, older.contact, clock.now()))
    async with store.read() as unit:
        numbers = {one.id: one.ordinal for one in await unit.dialogs.of_contact(source.contact)}
    assert numbers == {older.id: 1, source.id: 2, review.id: 2}
    assert await count(store, source.contact) == 2
    await store.transact(lambda unit: unit.contacts.move(SHOP.name, ANN, ChatId("moved"), same_ids=True))
    now = await read(store, lambda unit: unit.dialogs.get(review.id))
    assert now is not None
    assert (now.status, now.chat) == (Status.FOR_REVIEW, "moved")
