"""Contacts and dialogs: identities, one open dialog, locks, lists and their counters."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import (
    AccountName,
    Actor,
    Addressee,
    ChatId,
    DeskName,
    Dialog,
    DialogId,
    FileRef,
    Operator,
    Profile,
    RoleName,
    Status,
    ThreadId,
    ThreadRef,
)
from bot.ports.storage import Identity, Keys, Section, Unit, Viewer
from storage import SqlStore
from storage.repositories import sections
from tests.clock import ManualClock
from tests.storage.parts import ANN, BOB, SHOP, dialog_of, read

MINUTE = timedelta(minutes=1)
THREAD = ThreadRef(SHOP.desk, "C1", ThreadId("1.1"))


async def meet(store: SqlStore, chat: ChatId, profile: Profile) -> tuple[Identity, bool]:
    return await store.transact(lambda unit: unit.contacts.lock_identity(SHOP.name, chat, profile))


async def operator(store: SqlStore, name: str) -> Operator:
    return await store.transact(
        lambda unit: unit.operators.upsert_operator(SHOP.desk, Actor(f"U-{name}", name, name.title()))
    )


async def save(store: SqlStore, dialog: Dialog) -> None:
    await store.transact(lambda unit: unit.dialogs.save(dialog))


async def get(store: SqlStore, dialog: DialogId) -> Dialog:
    found = await read(store, lambda unit: unit.dialogs.get(dialog))
    assert found is not None
    return found


# ------------------------------------------------------------------------------------- identities


async def test_a_profile_never_erases_what_is_known(store: SqlStore) -> None:
    picture = FileRef("account:shop", "p1")
    first, changed = await meet(store, ANN, Profile("Ann", "ann_77", "+1", "", picture))
    assert changed
    second, changed = await meet(store, ANN, Profile(email="a@b.c"))
    assert changed
    assert (second.contact.name, second.contact.phone, second.contact.email) == ("Ann", "+1", "a@b.c")
    assert (second.contact.picture, second.username, second.contact.id) == (picture, "ann_77", first.contact.id)
    third, changed = await meet(store, ANN, Profile("Ann", username="ann_78"))
    assert (third.username, changed) == ("ann_78", False)
    assert await read(store, lambda unit: unit.contacts.get(first.contact.id)) == third.contact


async def test_first_messages_of_one_chat_at_once_make_one_contact_and_one_dialog(
    store: SqlStore, clock: ManualClock
) -> None:
    opened = await asyncio.gather(*(dialog_of(store, ANN, clock.now()) for _ in range(8)))
    assert len({dialog.id for dialog in opened}) == 1
    assert len(await read(store, lambda unit: unit.contacts.identities(opened[0].contact))) == 1


async def test_the_database_refuses_a_second_open_dialog(store: SqlStore, clock: ManualClock) -> None:
    dialog = await dialog_of(store, ANN, clock.now())
    with pytest.raises(Exception, match=r"(?i)unique"):
        await store.transact(lambda unit: unit.dialogs.add(SHOP, ANN, dialog.contact, clock.now()))
    await save(store, replace(dialog, status=Status.CLOSED, closed_at=clock.now()))
    again = await dialog_of(store, ANN, clock.now())
    assert (dialog.ordinal, again.ordinal) == (1, 2)
    assert again.id > dialog.id


async def test_two_accounts_two_dialogs_one_ordinal_per_contact(store: SqlStore, clock: ManualClock) -> None:
    other = replace(SHOP, name=AccountName("site"))
    first, second = await dialog_of(store, ANN, clock.now()), await dialog_of(store, ANN, clock.now(), other)
    assert first.id != second.id
    assert first.contact != second.contact
    [identity] = await read(store, lambda unit: unit.contacts.identities(second.contact))
    assert (identity.account, identity.open, identity.dialogs) == (AccountName("site"), second, 1)


async def test_blocking_is_seen_on_identity_and_dialog(store: SqlStore, clock: ManualClock) -> None:
    dialog = await dialog_of(store, ANN, clock.now())
    await store.transact(lambda unit: unit.contacts.set_blocked(SHOP.name, ANN, True))
    identity, _ = await meet(store, ANN, Profile())
    assert identity.blocked
    assert identity.open == replace(dialog, blocked=True)


async def test_a_chat_that_moves_takes_its_dialogs_with_it(store: SqlStore, clock: ManualClock) -> None:
    dialog = await dialog_of(store, ANN, clock.now())
    await store.transact(lambda unit: unit.contacts.move(SHOP.name, ANN, BOB, same_ids=False))
    identity, _ = await meet(store, BOB, Profile())
    assert identity.contact.id == dialog.contact
    assert identity.open == replace(dialog, chat=BOB)


@pytest.mark.parametrize("barred", [ANN, BOB])
@pytest.mark.parametrize("known", [True, False])
async def test_who_is_blocked_stays_so_when_their_chat_moves(
    store: SqlStore, clock: ManualClock, barred: ChatId, known: bool
) -> None:
    await dialog_of(store, ANN, clock.now())
    if known:
        await dialog_of(store, BOB, clock.now() + MINUTE)
    elif barred == BOB:
        pytest.skip("nobody is there")
    await store.transact(lambda unit: unit.contacts.set_barred(SHOP.name, barred, True))
    await store.transact(lambda unit: unit.contacts.move(SHOP.name, ANN, BOB, same_ids=False))
    identity, _ = await meet(store, BOB, Profile())
    assert identity.barred
    every = await read(store, lambda unit: unit.dialogs.of_contact(identity.contact.id))
    assert [one.barred for one in every] == [True] * len(every)


async def test_moving_onto_a_known_chat_joins_the_two(store: SqlStore, clock: ManualClock) -> None:
    older = await dialog_of(store, ANN, clock.now())
    younger = await dialog_of(store, BOB, clock.now() + MINUTE)
    await store.transact(lambda unit: unit.contacts.move(SHOP.name, ANN, BOB, same_ids=False))

    identity, _ = await meet(store, BOB, Profile())
    assert identity.contact.id == younger.contact
    assert identity.open == replace(older, chat=BOB, contact=younger.contact)
    assert (await get(store, younger.id)).status is Status.CLOSED
    assert identity.dialogs == 2
    assert [one.id for one in await read(store, lambda unit: unit.dialogs.of_contact(younger.contact))] == [
        older.id,
        younger.id,
    ]


# ---------------------------------------------------------------------------------------- dialogs


async def test_everything_that_can_change_is_saved(store: SqlStore, clock: ManualClock) -> None:
    anna, boris = await operator(store, "anna"), await operator(store, "boris")
    dialog = replace(
        await dialog_of(store, ANN, clock.now()),
        status=Status.RETURNED,
        title="Ёлка",
        responsible=anna.id,
        coexecutors=frozenset({anna.id, boris.id}),
        addressee=Addressee(role=RoleName("sales")),
        thread=THREAD.thread,
        channel=THREAD.channel,
        waiting_since=clock.now(),
        last_at=clock.now() + MINUTE,
        last_words="where is it?",
        reason="Purchased",
        comment="twice",
        blocked=True,
    )
    await save(store, dialog)
    assert await get(store, dialog.id) == dialog
    fewer = replace(dialog, coexecutors=frozenset({boris.id}), addressee=Addressee(operator=boris.id), responsible=None)
    await save(store, fewer)
    assert await get(store, dialog.id) == fewer
    assert await read(store, lambda unit: unit.dialogs.counters(viewer(boris))) == {
        Section.NEW: 1,
        Section.WORK: 0,
        Section.MINE: 1,
        Section.ALL: 1,
    }


async def test_touching_changes_what_it_says_and_nothing_else(store: SqlStore, clock: ManualClock) -> None:
    dialog = replace(await dialog_of(store, ANN, clock.now()), title="Ann's")
    await save(store, dialog)
    at = clock.now() + MINUTE
    touch = lambda unit: unit.dialogs.touch(dialog.id, waiting_since=at, last_at=at, last_words="hi")  # noqa: E731
    await store.transact(touch)
    assert await get(store, dialog.id) == replace(dialog, waiting_since=at, last_at=at, last_words="hi")


async def test_a_dialog_is_found_by_its_thread(store: SqlStore, clock: ManualClock) -> None:
    dialog = await dialog_of(store, ANN, clock.now())
    await store.transact(lambda unit: unit.dialogs.set_thread(dialog.id, THREAD))
    found = await store.transact(lambda unit: unit.dialogs.lock_by_thread(THREAD))
    assert found == replace(dialog, channel="C1", thread=THREAD.thread)
    other_channel = replace(THREAD, channel="C2")
    assert await store.transact(lambda unit: unit.dialogs.lock_by_thread(other_channel)) is None
    assert await read(store, lambda unit: unit.dialogs.open_threads(SHOP.desk)) == [THREAD]
    assert await read(store, lambda unit: unit.dialogs.open_threads(DeskName("other"))) == []


async def test_two_who_accept_at_once_see_each_other(store: SqlStore, clock: ManualClock) -> None:
    dialog = await dialog_of(store, ANN, clock.now())
    operators = [await operator(store, name) for name in ("anna", "boris", "clara")]

    async def accept(who: Operator) -> bool:
        async def work(unit: Unit) -> bool:
            found = await unit.dialogs.lock(dialog.id)
            assert found is not None
            await asyncio.sleep(0)
            if found.responsible is not None:
                return False
            await unit.dialogs.save(replace(found, responsible=who.id, status=Status.IN_PROGRESS))
            return True

        return await store.transact(work)

    accepted = await asyncio.gather(*(accept(who) for who in operators))
    assert sorted(accepted) == [False, False, True]
    assert (await get(store, dialog.id)).responsible == operators[accepted.index(True)].id


async def test_a_message_that_waits_for_a_closing_opens_the_next_dialog(store: SqlStore, clock: ManualClock) -> None:
    """The customer writes in the moment in which an operator closes: the message must not fall into a closed dialog."""
    dialog = await dialog_of(store, ANN, clock.now())
    locked = asyncio.Event()

    async def close(unit: Unit) -> None:
        found = await unit.dialogs.lock(dialog.id)
        assert found is not None
        locked.set()
        await asyncio.sleep(0.1)
        await unit.dialogs.save(replace(found, status=Status.CLOSED, closed_at=clock.now()))

    closing = asyncio.create_task(store.transact(close))
    await locked.wait()
    written = await dialog_of(store, ANN, clock.now())
    await closing
    assert written.id != dialog.id
    assert written.ordinal == 2


# ------------------------------------------------------------------------------------------ lists


def viewer(who: Operator, *roles: str, accounts: tuple[AccountName, ...] = (SHOP.name,)) -> Viewer:
    return Viewer(who.id, frozenset(RoleName(role) for role in roles), accounts)


async def listed(store: SqlStore, section: Section, who: Viewer, **wanted: object) -> list[ChatId]:
    async with store.read() as unit:
        return [row.dialog.chat for row in await unit.dialogs.section(section, who, **wanted)]  # type: ignore[arg-type]


async def test_the_longest_waiting_first_then_the_latest_page_by_page(store: SqlStore, clock: ManualClock) -> None:
    anna = await operator(store, "anna")
    for number in range(9):
        dialog = await dialog_of(store, ChatId(str(number)), clock.now())
        at = clock.now() + number * MINUTE
        await save(store, replace(dialog, last_at=at, waiting_since=at if number % 3 == 0 else None))
    expected = [ChatId(chat) for chat in "036875421"]
    assert await listed(store, Section.ALL, viewer(anna)) == expected

    seen: list[ChatId] = []
    before: DialogId | None = None
    while True:
        async with store.read() as unit:
            page = await unit.dialogs.section(Section.ALL, viewer(anna), before=before, limit=2)
        if not page:
            break
        seen += [row.dialog.chat for row in page]
        before = page[-1].dialog.id
    assert seen == expected


async def test_new_shows_first_what_is_for_me(store: SqlStore, clock: ManualClock) -> None:
    anna, boris = await operator(store, "anna"), await operator(store, "boris")
    for number, addressee in enumerate(
        [Addressee(boris.id), Addressee(role=RoleName("sales")), Addressee(anna.id), None, Addressee(boris.id)]
    ):
        dialog = await dialog_of(store, ChatId(str(number)), clock.now() + number * MINUTE)
        status = Status.RETURNED if addressee else Status.NEW
        waiting = clock.now() if number == 3 else None
        await save(store, replace(dialog, addressee=addressee, status=status, waiting_since=waiting))
    assert await listed(store, Section.NEW, viewer(anna, "sales")) == list("21340")
    assert await listed(store, Section.NEW, viewer(anna, "sales"), limit=2) == list("21")
    second = await dialog_of(store, ChatId("1"), clock.now())
    assert await listed(store, Section.NEW, viewer(anna, "sales"), before=second.id) == list("340")
    assert await listed(store, Section.NEW, viewer(anna)) == list("23410")


async def test_sections_hold_what_their_names_say(store: SqlStore, clock: ManualClock) -> None:
    anna, boris = await operator(store, "anna"), await operator(store, "boris")
    states = {
        "new": {},
        "review": {"status": Status.FOR_REVIEW},
        "mine": {"status": Status.IN_PROGRESS, "responsible": anna.id},
        "helped": {"status": Status.IN_PROGRESS, "responsible": boris.id, "coexecutors": frozenset({anna.id})},
        "his": {"status": Status.IN_PROGRESS, "responsible": boris.id},
        "closed": {"status": Status.CLOSED, "responsible": anna.id},
    }
    for chat, state in states.items():
        dialog = await dialog_of(store, ChatId(chat), clock.now())
        await save(store, replace(dialog, waiting_since=clock.now(), **state))  # type: ignore[arg-type]
    who = viewer(anna)
    assert await listed(store, Section.NEW, who) == ["helped", "new", "review"], "what is new to her comes first"
    assert set(await listed(store, Section.NEW, viewer(boris))) == {"new", "review"}
    assert (await read(store, lambda unit: unit.dialogs.counters(who)))[Section.NEW] == 3
    async with store.read() as unit:
        helped = next(row.dialog.id for row in await unit.dialogs.section(Section.NEW, who))
    await store.transact(lambda unit: unit.dialogs.seen(helped, anna.id))
    assert set(await listed(store, Section.NEW, who)) == {"new", "review"}
    assert set(await listed(store, Section.WORK, who)) == {"mine", "helped", "his"}
    assert set(await listed(store, Section.MINE, who)) == {"mine", "helped"}
    assert set(await listed(store, Section.ALL, who)) == {"new", "review", "mine", "helped", "his"}
    assert await listed(store, Section.CLOSED, who) == ["closed"]
    assert await read(store, lambda unit: unit.dialogs.counters(who)) == {
        Section.NEW: 2,
        Section.WORK: 3,
        Section.MINE: 2,
        Section.ALL: 5,
    }
    async with store.read() as unit:
        rows = {row.dialog.chat: row.responsible for row in await unit.dialogs.section(Section.WORK, who)}
    assert rows[ChatId("his")] == boris


async def test_an_account_or_words_that_no_database_can_hold_are_nobodys(store: SqlStore, clock: ManualClock) -> None:
    anna = await operator(store, "anna")
    await dialog_of(store, ANN, clock.now())
    assert await listed(store, Section.ALL, viewer(anna), account="\0") == []
    assert await listed(store, Section.ALL, viewer(anna), text="\0\ud800") == []


async def test_only_accounts_that_one_may_read_are_listed_and_counted(store: SqlStore, clock: ManualClock) -> None:
    anna = await operator(store, "anna")
    site = replace(SHOP, name=AccountName("site"))
    for account, chat in ((SHOP, ANN), (site, BOB)):
        dialog = await dialog_of(store, chat, clock.now(), account)
        await save(store, replace(dialog, waiting_since=clock.now()))
    both = viewer(anna, accounts=(SHOP.name, site.name))
    assert set(await listed(store, Section.ALL, both)) == {ANN, BOB}
    assert await listed(store, Section.ALL, both, account=site.name) == [BOB]
    assert await listed(store, Section.ALL, viewer(anna)) == [ANN]
    assert await listed(store, Section.ALL, viewer(anna, accounts=())) == []
    assert (await read(store, lambda unit: unit.dialogs.counters(viewer(anna))))[Section.ALL] == 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ёЛКА", ["ann"]),
        ("елка", ["ann"]),
        ("ЧЁРНЫЙ", ["bob"]),
        ("100%", ["ann"]),
        ("100_", []),
        ("нет", []),
        ("\\", []),
    ],
)
async def test_lists_are_searched_by_title_name_and_last_words(
    store: SqlStore, clock: ManualClock, text: str, found: list[str]
) -> None:
    anna = await operator(store, "anna")
    dialog = await dialog_of(store, ANN, clock.now(), name="Anna Green")
    await save(store, replace(dialog, title="Ёлка", last_words="100% sure"))
    dialog = await dialog_of(store, BOB, clock.now(), name="Боб Чёрный")
    await store.transact(
        lambda unit: unit.dialogs.touch(dialog.id, waiting_since=None, last_at=None, last_words="1000 roses")
    )
    assert await listed(store, Section.ALL, viewer(anna), text=text) == found


@pytest.mark.parametrize("section", [Section.NEW, Section.ALL, Section.CLOSED])
async def test_contacts_and_titles_are_found_however_far_down(
    store: SqlStore, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, section: Section
) -> None:
    """Last words only on the way from the beginning of the page."""
    monkeypatch.setattr(sections, "_WAY", 2)
    anna = await operator(store, "anna")
    names = ["Vera Old", "Titled", "Spoken", "Other", "Another", "Vera New"]
    for name in names:
        clock.advance(1)
        dialog = await dialog_of(store, ChatId(name), clock.now(), name=name)
        state = Status.CLOSED if section is Section.CLOSED else Status.NEW
        title, words = ("about vera", "") if name == "Titled" else ("", "vera said" if name == "Spoken" else "")
        await save(store, replace(dialog, status=state, title=title, last_words=words))
    who = viewer(anna)
    assert await listed(store, section, who, text="vera") == ["Vera New", "Titled", "Vera Old"]
    assert await listed(store, section, who, text="vera", limit=2) == ["Vera New", "Titled"]
    async with store.read() as unit:
        [_, second] = await unit.dialogs.section(section, who, text="vera", limit=2)
    assert await listed(store, section, who, text="vera", before=second.dialog.id) == ["Vera Old"]
    assert await listed(store, section, who, text="nobody") == []
    async with store.read() as unit:
        first = (await unit.dialogs.section(section, who))[-1].dialog
    assert await listed(store, section, who, text=f"#{first.id}") == ["Vera Old"]
    await store.transact(lambda unit: unit.contacts.set_keys(first.contact, Keys(phone="+79557405968")))
    assert await listed(store, section, who, text="8 955 740-59-68") == ["Vera Old"]
