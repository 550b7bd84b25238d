"""Interests, contacts that may be the same person, merging and separating contacts."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import AccountName, ChatId, Contact, ContactId, Dialog, InterestId, Profile, Status
from bot.domain.account_rules import AccountRules, ContactKind
from bot.ports.storage import CrmKnown, Keys, Merge, Unit
from storage import SqlStore
from tests.clock import ManualClock
from tests.storage.parts import ANN, BOB, SHOP, dialog_of, read, say

CARL = ChatId("carl")
KEYS = Keys("+79990000001", "ann@example.com", phone_proven=True)


async def interest(store: SqlStore, clock: ManualClock, contact: ContactId, title: str) -> InterestId:
    made = await store.transact(lambda unit: unit.interests.add(contact, title, clock.now()))
    return made.id


async def contact(store: SqlStore, who: ContactId) -> Contact:
    return await read(store, lambda unit: unit.contacts.get(who))


async def of_chat(store: SqlStore, chat: ChatId) -> ContactId:
    async def work(unit: Unit) -> ContactId:
        return (await unit.contacts.lock_identity(SHOP.name, chat, Profile()))[0].contact.id

    return await store.transact(work)


async def merge(store: SqlStore, clock: ManualClock, kept: ContactId, merged: ContactId, why: str = "") -> Merge | None:
    return await store.transact(lambda unit: unit.merges.merge(kept, merged, clock.now(), why=why))


async def undo(store: SqlStore, clock: ManualClock, which: Merge | None) -> Merge | None:
    assert which is not None
    number = which.id
    return await store.transact(lambda unit: unit.merges.undo(number, clock.now()))


async def hear(store: SqlStore, chat: ChatId, profile: Profile) -> bool:
    """Tells whether a chat's details are news."""
    _, changed = await store.transact(lambda unit: unit.contacts.lock_identity(SHOP.name, chat, profile))
    return changed


async def dialogs(store: SqlStore, who: ContactId) -> list[tuple[int, int]]:
    return [(one.id, one.ordinal) for one in await read(store, lambda unit: unit.dialogs.of_contact(who))]


async def close(store: SqlStore, dialog: Dialog) -> None:
    await store.transact(lambda unit: unit.dialogs.save(replace(dialog, status=Status.CLOSED)))


# --------------------------------------------------------------------------------------- interests


async def test_interests_of_a_contact_open_ones_first(store: SqlStore, clock: ManualClock) -> None:
    ann = (await dialog_of(store, ANN, clock.now())).contact
    tea = await store.transact(lambda unit: unit.interests.add(ann, "Tea", clock.now(), comment="green"))
    cups = await interest(store, clock, ann, "Cups")
    pots = await interest(store, clock, ann, "Pots")
    assert await read(store, lambda unit: unit.interests.get(tea.id)) == tea
    won = replace(tea, open=False, stage="Won", title="Green tea", url="https://crm.test/1", ref="r1", version="v2")
    await store.transact(lambda unit: unit.interests.save(won))
    assert await store.transact(lambda unit: unit.interests.lock(tea.id)) == won
    listed = await read(store, lambda unit: unit.interests.of_contact(ann))
    assert [one.id for one in listed] == [pots, cups, tea.id]
    listed = await read(store, lambda unit: unit.interests.of_contact(ann, open_only=True))
    assert [one.id for one in listed] == [pots, cups]
    assert len(await read(store, lambda unit: unit.interests.of_contact(ann, limit=1))) == 1


async def test_an_interest_is_known_by_the_id_of_a_crm(store: SqlStore, clock: ManualClock) -> None:
    ann = (await dialog_of(store, ANN, clock.now())).contact
    made = await store.transact(lambda unit: unit.interests.add(ann, "Tea", clock.now()))
    assert await store.transact(lambda unit: unit.interests.by_ref("")) is None
    await store.transact(lambda unit: unit.interests.save(replace(made, ref="r1")))
    assert await store.transact(lambda unit: unit.interests.by_ref("r1")) == replace(made, ref="r1")
    assert await store.transact(lambda unit: unit.interests.by_ref("r2")) is None


async def test_a_message_belongs_to_one_interest_at_most(store: SqlStore, clock: ManualClock) -> None:
    dialog = await dialog_of(store, ANN, clock.now())
    one, two = [await say(store, dialog, words, clock.now()) for words in ("one", "two")]
    tea = await store.transact(lambda unit: unit.interests.add(dialog.contact, "Tea", clock.now()))
    cups = await store.transact(lambda unit: unit.interests.add(dialog.contact, "Cups", clock.now()))
    for _ in range(2):  # repeating it is no error
        await store.transact(lambda unit: unit.interests.link_messages([one.id, two.id], tea.id))
    await store.transact(lambda unit: unit.interests.link_messages([two.id], cups.id))
    found = await read(store, lambda unit: unit.interests.of_messages([one.id, two.id]))
    assert found == {one.id: tea, two.id: cups}
    await store.transact(lambda unit: unit.interests.link_messages([one.id], None))
    assert await read(store, lambda unit: unit.interests.of_messages([one.id])) == {}
    assert await read(store, lambda unit: unit.interests.of_messages([])) == {}


async def test_open_dialogs_of_an_interest(store: SqlStore, clock: ManualClock) -> None:
    dialog, other = await dialog_of(store, ANN, clock.now()), await dialog_of(store, BOB, clock.now())
    tea = await interest(store, clock, dialog.contact, "Tea")
    await store.transact(lambda unit: unit.dialogs.save(replace(dialog, interest=tea)))
    await store.transact(lambda unit: unit.dialogs.save(replace(other, interest=tea)))
    await close(store, replace(other, interest=tea))
    assert await read(store, lambda unit: unit.interests.open_dialogs(tea)) == [dialog.id]


async def test_what_a_crm_calls_a_contact(store: SqlStore, clock: ManualClock) -> None:
    ann, bob = [(await dialog_of(store, chat, clock.now())).contact for chat in (ANN, BOB)]
    assert await read(store, lambda unit: unit.crm.known(ann)) == CrmKnown()
    await store.transact(lambda unit: unit.crm.set_answered(ann, clock.now()))
    await store.transact(lambda unit: unit.crm.set_ref(ann, "c1"))
    await store.transact(lambda unit: unit.crm.set_ref(bob, "c1"))
    assert await read(store, lambda unit: unit.crm.known(ann)) == CrmKnown("c1", clock.now())
    assert await read(store, lambda unit: unit.crm.by_ref("c1")) == ann
    assert await read(store, lambda unit: unit.crm.by_ref("")) is None
    await merge(store, clock, bob, ann)
    assert await read(store, lambda unit: unit.crm.by_ref("c1")) == bob


async def test_an_account_that_is_no_source_of_leads(store: SqlStore, clock: ManualClock) -> None:
    lead = await dialog_of(store, ANN, clock.now())
    other = await dialog_of(store, BOB, clock.now(), replace(SHOP, rules=AccountRules(leads=False)))
    assert (lead.lead, other.lead) == (True, False)
    assert await read(store, lambda unit: unit.dialogs.get(other.id)) == other


# ---------------------------------------------------------------------------------- the same person


async def test_people_are_recognized_by_phone_or_e_mail(store: SqlStore, clock: ManualClock) -> None:
    ann, bob, carl = [(await dialog_of(store, chat, clock.now())).contact for chat in (ANN, BOB, CARL)]
    await store.transact(lambda unit: unit.contacts.set_keys(ann, KEYS))
    await store.transact(lambda unit: unit.contacts.set_keys(bob, Keys("+79990000002")))
    assert await read(store, lambda unit: unit.contacts.keys(ann)) == KEYS

    async def alike(keys: Keys) -> list[ContactId]:
        return [one.id for one, _ in await read(store, lambda unit: unit.contacts.alike(carl, keys))]

    assert await alike(Keys("+79990000001")) == [ann]
    assert await alike(Keys("+79990000002", "ann@example.com")) == [ann, bob]
    assert await alike(Keys()) == []
    assert await read(store, lambda unit: unit.contacts.alike(ann, KEYS)) == []
    await merge(store, clock, bob, ann)
    assert await alike(Keys("+79990000001", "ann@example.com")) == [bob], "whoever was merged is that other"
    assert await read(store, lambda unit: unit.contacts.alike(bob, KEYS)) == [], "who is no other than oneself"


async def test_a_contact_is_saved_with_its_kind(store: SqlStore, clock: ManualClock) -> None:
    ann = await contact(store, (await dialog_of(store, ANN, clock.now())).contact)
    assert ann.kind is ContactKind.POTENTIAL
    changed = replace(ann, name="Ann Lee", phone="1", email="a@b.c", kind=ContactKind.CLIENT)
    await store.transact(lambda unit: unit.contacts.save(changed))
    assert await contact(store, ann.id) == changed


async def test_what_a_chat_only_says_again_is_no_news(store: SqlStore, clock: ManualClock) -> None:
    ann = (await dialog_of(store, ANN, clock.now(), name="Ann")).contact
    known = replace(await contact(store, ann), name="Ann Lee, Ltd", phone="8 999 000-00-01")
    await store.transact(lambda unit: unit.contacts.save(known))
    assert not await hear(store, ANN, Profile(name="Ann"))
    assert not await hear(store, ANN, Profile(name="Annie"))
    assert (await contact(store, ann)).name == "Ann Lee, Ltd", "an operator has said it better"
    assert await hear(store, ANN, Profile(phone="+79990000002"))
    assert (await contact(store, ann)).phone == "+79990000002"


async def test_a_chat_changes_what_it_has_told_itself(store: SqlStore, clock: ManualClock) -> None:
    bob = (await dialog_of(store, BOB, clock.now(), name="Bob")).contact
    assert await hear(store, BOB, Profile(name="Robert", email="b@example.com"))
    assert not await hear(store, BOB, Profile(name="Robert", email="b@example.com"))
    assert await hear(store, BOB, Profile(name="Rob"))
    assert ((await contact(store, bob)).name, (await contact(store, bob)).email) == ("Rob", "b@example.com")


async def test_what_is_known_and_now_proven_is_news_once(store: SqlStore, clock: ManualClock) -> None:
    ann = (await dialog_of(store, ANN, clock.now())).contact
    profile = Profile(phone="+79990000001", proven=True)
    assert await hear(store, ANN, Profile(phone="+79990000001"))
    assert not await hear(store, ANN, profile), "nobody is recognized by it"
    await store.transact(lambda unit: unit.contacts.set_keys(ann, Keys("+79990000001")))
    assert await hear(store, ANN, profile)
    await store.transact(lambda unit: unit.contacts.set_keys(ann, Keys("+79990000001", phone_proven=True)))
    assert not await hear(store, ANN, profile)


async def test_nobody_is_new_twice(store: SqlStore) -> None:
    async def new(unit: Unit) -> bool:
        return (await unit.contacts.lock_identity(SHOP.name, ANN, Profile(name="Ann")))[0].new

    assert [await store.transact(new), await store.transact(new)] == [True, False]


# ------------------------------------------------------------------------------------------ merging


async def test_two_contacts_become_one_and_two_again(store: SqlStore, clock: ManualClock) -> None:
    first = await dialog_of(store, ANN, clock.now())
    second = await dialog_of(store, BOB, clock.now())
    await close(store, first)
    third = await dialog_of(store, ANN, clock.now())
    ann, bob = await contact(store, first.contact), await contact(store, second.contact)
    await store.transact(lambda unit: unit.contacts.save(replace(bob, phone="+79990000001")))
    await store.transact(lambda unit: unit.contacts.set_keys(bob.id, Keys("+79990000001", phone_proven=True)))
    await store.transact(lambda unit: unit.crm.set_ref(bob.id, "c2"))
    tea, cups = await interest(store, clock, ann.id, "Tea"), await interest(store, clock, bob.id, "Cups")

    merged = await merge(store, clock, ann.id, bob.id, "+79990000001")
    assert merged == Merge(1, ann.id, bob.id, "+79990000001", None, clock.now())
    assert await merge(store, clock, ann.id, bob.id) is None
    assert await read(store, lambda unit: unit.merges.into(ann.id)) == [merged]
    assert await contact(store, bob.id) == await contact(store, ann.id) == replace(ann, phone="+79990000001")
    assert await read(store, lambda unit: unit.contacts.keys(ann.id)) == Keys("+79990000001", phone_proven=True)
    assert await dialogs(store, ann.id) == [(first.id, 1), (second.id, 2), (third.id, 3)]
    assert await dialogs(store, bob.id) == []
    assert await of_chat(store, BOB) == ann.id
    assert {one.id for one in await read(store, lambda unit: unit.interests.of_contact(ann.id))} == {tea, cups}
    assert (await read(store, lambda unit: unit.crm.known(ann.id))).ref == "c2"

    assert await undo(store, clock, merged) == merged
    assert await undo(store, clock, merged) is None
    assert await read(store, lambda unit: unit.merges.into(ann.id)) == []
    assert await contact(store, ann.id) == ann
    assert await contact(store, bob.id) == replace(bob, phone="+79990000001")
    assert await read(store, lambda unit: unit.contacts.keys(ann.id)) == Keys()
    assert await dialogs(store, ann.id) == [(first.id, 1), (third.id, 2)]
    assert await dialogs(store, bob.id) == [(second.id, 1)]
    assert (await of_chat(store, ANN), await of_chat(store, BOB)) == (ann.id, bob.id)
    assert [one.id for one in await read(store, lambda unit: unit.interests.of_contact(ann.id))] == [tea]
    assert [one.id for one in await read(store, lambda unit: unit.interests.of_contact(bob.id))] == [cups]
    assert (await read(store, lambda unit: unit.crm.known(ann.id))).ref == ""


async def test_what_came_through_their_chats_since_goes_back_with_them(store: SqlStore, clock: ManualClock) -> None:
    ann, bob = [(await dialog_of(store, chat, clock.now())) for chat in (ANN, BOB)]
    merged = await merge(store, clock, ann.contact, bob.contact)
    await close(store, bob)
    since = await dialog_of(store, BOB, clock.now())
    assert (since.contact, since.ordinal) == (ann.contact, 3)
    theirs, ours = [await interest(store, clock, ann.contact, title) for title in ("Theirs", "Ours")]
    await store.transact(lambda unit: unit.dialogs.save(replace(since, interest=theirs)))
    await store.transact(lambda unit: unit.dialogs.save(replace(ann, interest=ours)))
    written = replace(await contact(store, ann.contact), email="new@example.com")
    await store.transact(lambda unit: unit.contacts.save(written))

    await undo(store, clock, merged)
    assert await dialogs(store, bob.contact) == [(bob.id, 1), (since.id, 2)]
    assert await dialogs(store, ann.contact) == [(ann.id, 1)]
    assert [one.id for one in await read(store, lambda unit: unit.interests.of_contact(bob.contact))] == [theirs]
    assert [one.id for one in await read(store, lambda unit: unit.interests.of_contact(ann.contact))] == [ours]
    assert (await contact(store, ann.contact)).email == "new@example.com", "what was written since stays"
    clock.advance(1)
    await close(store, since)
    again = await dialog_of(store, BOB, clock.now())
    assert (again.contact, again.ordinal) == (bob.contact, 3)


async def test_what_their_chats_have_told_since_goes_back_too(store: SqlStore, clock: ManualClock) -> None:
    ann, bob = [(await dialog_of(store, chat, clock.now())).contact for chat in (ANN, BOB)]
    merged = await merge(store, clock, ann, bob)
    await hear(store, BOB, Profile(name="Robert", phone="+79990000002", proven=True))
    assert (await contact(store, ann)).name == "Ann", "that chat never said who Ann is"
    assert (await contact(store, ann)).phone == "+79990000002"
    await store.transact(lambda unit: unit.contacts.set_keys(ann, Keys("+79990000002", phone_proven=True)))
    await undo(store, clock, merged)
    known = [await contact(store, who) for who in (ann, bob)]
    assert [(one.name, one.phone) for one in known] == [("Ann", ""), ("Robert", "+79990000002")]
    keys = [await read(store, lambda unit, who=who: unit.contacts.keys(who)) for who in (ann, bob)]  # type: ignore[misc]
    assert keys == [Keys(), Keys("+79990000002", phone_proven=True)]


async def test_a_chain_of_merges_is_undone_in_any_order(store: SqlStore, clock: ManualClock) -> None:
    ann, bob, carl = [(await dialog_of(store, chat, clock.now())) for chat in (ANN, BOB, CARL)]
    one = await merge(store, clock, bob.contact, carl.contact)
    two = await merge(store, clock, ann.contact, bob.contact)
    assert (await contact(store, carl.contact)).id == ann.contact
    assert await read(store, lambda unit: unit.merges.into(ann.contact)) == [two, one]
    await undo(store, clock, one)  # the older one first
    assert [await of_chat(store, chat) for chat in (ANN, BOB, CARL)] == [ann.contact, ann.contact, carl.contact]
    assert await merge(store, clock, ann.contact, carl.contact) is not None
    await undo(store, clock, two)
    assert [await of_chat(store, chat) for chat in (ANN, BOB, CARL)] == [ann.contact, bob.contact, ann.contact]


async def test_a_chat_that_moved_since_goes_back_too(store: SqlStore, clock: ManualClock) -> None:
    ann, bob = [(await dialog_of(store, chat, clock.now())) for chat in (ANN, BOB)]
    merged = await merge(store, clock, ann.contact, bob.contact)
    await store.transact(lambda unit: unit.contacts.move(AccountName("shop"), BOB, CARL, same_ids=True))
    await undo(store, clock, merged)
    assert await of_chat(store, CARL) == bob.contact
    assert await dialogs(store, bob.contact) == [(bob.id, 1)]


async def test_nobody_is_merged_with_themselves_or_into_the_merged(store: SqlStore, clock: ManualClock) -> None:
    ann, bob, carl = [(await dialog_of(store, chat, clock.now())) for chat in (ANN, BOB, CARL)]
    assert await merge(store, clock, ann.contact, ann.contact) is None
    await merge(store, clock, ann.contact, bob.contact)
    assert await merge(store, clock, bob.contact, carl.contact) is None
