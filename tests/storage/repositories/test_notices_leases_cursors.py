"""Inbox, operators, roles, rules, notices, leases, cursors, mailbox."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from bot.domain import AccountName, Actor, ChatId, DeskName, DialogId, Key, Operator, RoleName
from bot.domain.account_rules import AccountRules, Grant
from bot.domain.text import Text
from bot.ports.storage import Kept, Unit
from bot.views.values import Button, Row, View
from storage import SqlStore, StoredMailbox
from storage.signals.local import Waker
from tests.clock import ManualClock
from tests.storage.parts import ANN, BOB, read
from tests.tools import called

SHOP, DESK = AccountName("shop"), DeskName("main")
SECOND = timedelta(seconds=1)


# ------------------------------------------------------------------------------------------ inbox


async def test_a_fact_is_admitted_once(store: SqlStore, clock: ManualClock) -> None:
    async def admit(source: str = "account:shop", key: str = "1") -> bool:
        return await store.transact(lambda unit: unit.inbox.mark_seen(source, Key(key), clock.now()))

    assert Counter(await asyncio.gather(*(admit() for _ in range(8)))) == {True: 1, False: 7}
    assert await admit(source="desk:main")
    assert await admit(key="2")


async def test_a_fact_that_comes_twice_in_one_transaction_is_admitted_once(store: SqlStore, clock: ManualClock) -> None:
    async def work(unit: Unit) -> list[bool]:
        return [await unit.inbox.mark_seen("account:shop", Key(key), clock.now()) for key in ("1", "1", "2")]

    assert await store.transact(work) == [True, False, True]
    assert await store.transact(work) == [False, False, False]


async def test_a_transaction_that_fails_admits_nothing(store: SqlStore, clock: ManualClock) -> None:
    async def work(unit: Unit) -> None:
        assert await unit.inbox.mark_seen("account:shop", Key("1"), clock.now())
        raise ValueError("on purpose")

    with pytest.raises(ValueError, match="on purpose"):
        await store.transact(work)
    assert await store.transact(lambda unit: unit.inbox.mark_seen("account:shop", Key("1"), clock.now()))


async def test_the_unreadable_is_kept_whole_until_it_is_forgotten(store: SqlStore, clock: ManualClock) -> None:
    async def work(unit: Unit) -> None:
        await unit.inbox.mark_seen("account:shop", Key("1"), clock.now())
        await unit.inbox.keep_unreadable("account:shop", Key("1"), '{"what": "?"}', "no such kind")

    await store.transact(work)
    kept = Kept("account:shop", Key("1"), '{"what": "?"}', "no such kind", clock.now())
    assert await read(store, lambda unit: unit.inbox.unreadable()) == [kept]
    await store.transact(lambda unit: unit.inbox.forget("account:shop", Key("1")))
    assert await read(store, lambda unit: unit.inbox.unreadable()) == []
    assert await store.transact(lambda unit: unit.inbox.mark_seen("account:shop", Key("1"), clock.now()))


# ------------------------------------------------------------------------------ operators and rules


async def find(store: SqlStore, desk: DeskName, name: str) -> Operator | None:
    return await read(store, lambda unit: called(unit, desk, name))


async def test_operators_are_known_by_id_and_found_by_name(store: SqlStore) -> None:
    know = lambda unit: unit.operators.upsert_operator(DESK, Actor("U1", "Anna", "Анна Ёлкина"))  # noqa: E731
    anna, again = await asyncio.gather(store.transact(know), store.transact(know))
    assert anna == again
    renamed = await store.transact(
        lambda unit: unit.operators.upsert_operator(DESK, Actor("U1", "anna.e", "Анна Ёлкина"))
    )
    assert (renamed.id, renamed.name) == (anna.id, "anna.e")
    for name in ("@anna.e", "ANNA.E", "U1", "анна елкина", " anna.e "):
        assert await find(store, DESK, name) == renamed
    assert await find(store, DeskName("other"), "anna.e") is None
    assert await find(store, DESK, "anna") is None
    assert await read(store, lambda unit: unit.operators.of_desk(DESK)) == [renamed]
    assert await read(store, lambda unit: unit.operators.get(anna.id)) == renamed


async def test_a_platform_that_tells_no_names_erases_none(store: SqlStore) -> None:
    anna = await store.transact(lambda unit: unit.operators.upsert_operator(DESK, Actor("U1", "anna", "Anna")))
    assert await store.transact(lambda unit: unit.operators.upsert_operator(DESK, Actor("U1", "", ""))) == anna


async def test_a_user_name_wins_over_a_shown_name(store: SqlStore) -> None:
    await store.transact(lambda unit: unit.operators.upsert_operator(DESK, Actor("U1", "boss", "Anna")))
    anna = await store.transact(lambda unit: unit.operators.upsert_operator(DESK, Actor("U2", "anna", "The Boss")))
    assert await find(store, DESK, "anna") == anna
    evil = await store.transact(lambda unit: unit.operators.upsert_operator(DESK, Actor("U3", "u2", "Anna")))
    assert await find(store, DESK, "@U2") == anna  # nobody chooses their id
    assert await find(store, DESK, "u2") == evil
    await store.transact(
        lambda unit: unit.operators.upsert_operator(DESK, Actor("U4", "Anna", ""))
    )  # freed, and taken over
    assert await find(store, DESK, "anna") is None
    assert await read(store, lambda unit: unit.operators.of_user(DESK, "U2")) == anna
    assert await read(store, lambda unit: unit.operators.of_user(DESK, "anna")) is None


async def test_roles_that_exist_stay_as_they_are(store: SqlStore) -> None:
    await store.transact(lambda unit: unit.operators.add_roles({RoleName("sales"): ("anna", "boris")}))
    more = {RoleName("sales"): ("clara",), RoleName("ночь"): ("юра",)}
    await store.transact(lambda unit: unit.operators.add_roles(more))
    assert await read(store, lambda unit: unit.operators.roles()) == {"sales": ("anna", "boris"), "ночь": ("юра",)}


async def test_rules_of_an_account(store: SqlStore) -> None:
    rules = AccountRules("sales", True, ("Purchased", "Спам"), (Grant("anna", send=False),), everyone_reads=False)
    assert await read(store, lambda unit: unit.accounts.rules(SHOP)) is None
    await store.transact(lambda unit: unit.accounts.set_rules(SHOP, AccountRules()))
    await store.transact(lambda unit: unit.accounts.set_rules(SHOP, rules))
    assert await read(store, lambda unit: unit.accounts.rules(SHOP)) == rules


# ----------------------------------------------------------------------------------- small things


def view(words: str) -> View:
    return View((Row(Text.plain(words), (Button("accept", "Accept", "token"),)),), "Title", (Key("k"),))


async def test_notices_come_once_each_and_in_order(store: SqlStore, wake: Waker, clock: ManualClock) -> None:
    called = wake.listen(f"notices:{DESK}:anna")

    async def put(user: str, words: str, key: str) -> None:
        await store.transact(lambda unit: unit.notices.put(DESK, user, view(words), DialogId(1), Key(key)))

    await put("anna", "one", "k1")
    await put("anna", "one again", "k1")
    await put("boris", "his", "k2")
    await put("anna", "two", "k3")
    assert await called.wait(0)
    found = await read(store, lambda unit: unit.notices.after(DESK, "anna", 0))
    assert [one.view for one in found] == [view("one"), view("two")]
    assert (found[0].user, found[0].dialog, found[0].at) == ("anna", 1, clock.now())
    assert await read(store, lambda unit: unit.notices.after(DESK, "anna", found[0].id)) == found[1:]
    assert await read(store, lambda unit: unit.notices.after(DESK, "anna", None, 1)) == found[1:]
    assert await read(store, lambda unit: unit.notices.after(DESK, "anna", None)) == found


async def test_a_lease_has_one_holder_and_passes_on_when_it_ends(store: SqlStore, clock: ManualClock) -> None:
    async def take(owner: str) -> bool:
        now = clock.now()
        return await store.transact(lambda unit: unit.leases.take("poll", owner, now, now + 8 * SECOND))

    taken = await asyncio.gather(*(take(f"p{number}") for number in range(6)))
    assert Counter(taken) == {True: 1, False: 5}
    holder = f"p{taken.index(True)}"
    clock.advance(7)
    assert await take(holder), "renewed"
    clock.advance(7)
    assert not await take("other")
    clock.advance(1)
    assert await take("other"), "its time was over"
    assert not await take(holder)
    await store.transact(lambda unit: unit.leases.drop("poll", holder))
    assert not await take(holder), "only the holder can drop it"
    await store.transact(lambda unit: unit.leases.drop("poll", "other"))
    assert await take(holder)


async def test_cursors(store: SqlStore) -> None:
    assert await read(store, lambda unit: unit.cursors.get("a")) is None
    await store.transact(lambda unit: unit.cursors.set("a", "1"))
    await store.transact(lambda unit: unit.cursors.set("a", "2"))
    assert await read(store, lambda unit: unit.cursors.get("a")) == "2"


# ---------------------------------------------------------------------------------------- mailbox


async def test_letters_are_kept_once_per_key_and_numbered_within_the_account(
    store: SqlStore, wake: Waker, clock: ManualClock
) -> None:
    mailbox = StoredMailbox(store)
    of_account, of_chat = wake.listen("mailbox:shop"), wake.listen("mailbox:shop:ann")
    assert await mailbox.put(SHOP, ANN, Key("a"), {"text": "Привет"}) == 1
    assert await of_account.wait(0)
    assert await of_chat.wait(0)
    assert await mailbox.put(SHOP, BOB, Key("b"), {}) > 1
    assert await mailbox.put(SHOP, ANN, Key("a"), {"text": "again"}) == 1
    assert not await of_chat.wait(0), "nothing new"
    assert await mailbox.put(AccountName("other"), ANN, Key("a"), {}) == 1

    letters = await mailbox.read(SHOP, 0)
    assert [(one.chat, one.key, one.body) for one in letters] == [(ANN, "a", {"text": "Привет"}), (BOB, "b", {})]
    assert letters[0].at == clock.now()
    assert await mailbox.read(SHOP, letters[0].sequence) == letters[1:]
    assert await mailbox.read(SHOP, 0, chat=BOB) == letters[1:]
    assert await mailbox.read(SHOP, 0, limit=1) == letters[:1]


async def test_who_reads_a_mailbox_on_misses_no_letter(store: SqlStore) -> None:
    """Many write letters concurrently; a reader goes on from the last number it saw."""
    mailbox = StoredMailbox(store)
    seen: list[str] = []
    writing = True

    async def reader() -> None:
        after = 0
        while True:
            over = not writing
            for letter in await mailbox.read(SHOP, after):
                seen.append(letter.key)
                after = letter.sequence
            if over:
                return

    reading = asyncio.create_task(reader())
    keys = [str(number) for number in range(60)]
    await asyncio.gather(*(mailbox.put(SHOP, ChatId("c"), Key(key), {}) for key in [*keys, *keys]))
    writing = False
    await reading
    assert Counter(seen) == Counter(keys)
