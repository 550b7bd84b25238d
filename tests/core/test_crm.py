"""An external CRM: its notifications, its responses, and the chat while it is down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import pytest

from bot.dialogs.crm import learning
from bot.dialogs.crm.pulling import Pulling
from bot.domain import Dialog, Key, PostId
from bot.domain.account_rules import AccountRules, ContactKind
from bot.ports import DeliveryError, Rejected, RejectReason, Transient, Unavailable
from bot.ports.crm import (
    ContactSaved,
    ContactsMerged,
    CrmFact,
    CrmRef,
    DialogClosed,
    DialogLinked,
    DialogOpened,
    ForeignContact,
    ForeignInterest,
    InterestSaved,
    MessagesLinked,
    Stored,
)
from storage import SqlStore
from tests.clock import ManualClock
from tests.core.helpers import open_dialog
from tests.core.test_interests import another
from tests.core.world import ANNA, World, form_of, whisper_text
from tests.tools import FolderFiles

F = TypeVar("F", bound=CrmFact)


@dataclass
class MemoryCrm:
    """Remembers what it was sent; calls the first object `r1`, the second `r2`. `fail` holds errors to raise next;
    `unfound`: the error that each search meets; `called`: the id that every Interest gets."""

    told: list[tuple[CrmFact, Key]] = field(default_factory=list)
    people: list[ForeignContact] = field(default_factory=list)
    theirs: dict[CrmRef, list[ForeignInterest]] = field(default_factory=dict)
    news: list[ForeignInterest] = field(default_factory=list)
    asked: list[tuple[str, ...]] = field(default_factory=list)
    fail: list[DeliveryError] = field(default_factory=list)
    unfound: DeliveryError | None = None
    called: str = ""
    every: float = 60
    at_once: int = 8
    _refs: dict[Key, CrmRef] = field(default_factory=dict)

    async def tell(self, fact: CrmFact, key: Key) -> Stored:
        if self.fail:
            raise self.fail.pop(0)
        if key not in self._refs:
            known = fact.contact.ref if isinstance(fact, ContactSaved) else CrmRef("")
            self._refs[key] = known or CrmRef(f"r{len(self._refs) + 1}")
            self.told.append((fact, key))
        if self.called and isinstance(fact, InterestSaved):
            return Stored(CrmRef(self.called), "v1")
        return Stored(self._refs[key], "v1")

    async def find(self, phone: str, email: str) -> Sequence[ForeignContact]:
        if self.unfound is not None:
            raise self.unfound
        self.asked.append(("find", phone, email))
        return self.people

    async def interests(self, contact: CrmRef) -> Sequence[ForeignInterest]:
        self.asked.append(("interests", contact))
        return self.theirs.get(contact, ())

    async def changed(self, since: str) -> tuple[Sequence[ForeignInterest], str]:
        if self.fail:
            raise self.fail.pop(0)
        self.asked.append(("changed", since))
        return (self.news if since else ()), str(int(since or 0) + 1)

    async def close(self) -> None: ...

    def of(self, kind: type[F]) -> list[F]:
        return [fact for fact, _ in self.told if isinstance(fact, kind)]


@pytest.fixture
def crm() -> MemoryCrm:
    return MemoryCrm()


@pytest.fixture
def hub(store: SqlStore, clock: ManualClock, tmp_path: Path, crm: MemoryCrm) -> World:
    return World(store, clock, FolderFiles(tmp_path), crm=crm)


async def rules(world: World, change: Callable[[AccountRules], AccountRules]) -> None:
    account = next(iter(world.hub.accounts.values()))
    await world.store.transact(lambda unit: unit.accounts.set_rules(account.name, change(account.rules)))


async def test_it_is_told_of_people_and_dialogs(hub: World, crm: MemoryCrm) -> None:
    dialog = await open_dialog(hub)
    [contact] = crm.of(ContactSaved)
    assert (contact.contact.name, contact.contact.ref) == ("Vera", "")
    [started] = crm.of(DialogOpened)
    assert started.dialog.contact.ref == "r1", "it is called what the CRM called it a moment ago"
    assert (started.dialog.account, started.dialog.lead) == ("Shop bot", True)
    assert started.dialog.link
    await hub.commands(ANNA, "accept", dialog)
    await hub.commands(ANNA, "close no need", dialog)
    await hub.deliver()
    [closed] = crm.of(DialogClosed)
    assert (closed.by, closed.comment, closed.at) == ("Anna", "no need", hub.clock.now())
    assert closed.dialog.responsible == "Anna"


async def test_a_link_that_works_only_inside_the_hub_is_left_out(
    hub: World, crm: MemoryCrm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(hub.desk), "link", lambda *_: "/desk#/dialog/1")
    await open_dialog(hub)
    assert [one.dialog.link for one in crm.of(DialogOpened)] == [""]


async def test_a_dialog_of_an_account_that_is_no_source_of_leads_is_none(hub: World, crm: MemoryCrm) -> None:
    await rules(hub, lambda known: replace(known, leads=False))
    await open_dialog(hub)
    assert [one.dialog.lead for one in crm.of(DialogOpened)] == [False]


async def test_without_a_crm_nothing_is_kept_for_one(world: World) -> None:
    await world.customer_writes("Hello")
    async with world.store.read() as unit:
        assert set(await unit.outbox.waiting()) == {"desk:main"}


async def test_while_it_is_down_the_chat_goes_on_and_nothing_is_lost(hub: World, crm: MemoryCrm) -> None:
    crm.fail = [Unavailable("no connection", "Look at it.")]
    dialog = await open_dialog(hub)
    assert await pauses(hub) == {"crm:main"}
    await hub.posts(ANNA, dialog, "Good morning")
    crm.fail = [Unavailable("no connection"), Transient("busy")]
    await hub.deliver()
    assert hub.customer_sees() == ["Good morning"]
    assert crm.told == []
    for _ in range(4):
        await hub.deliver_after(400)
    assert await pauses(hub) == set()
    assert [type(fact).__name__ for fact, _ in crm.told] == ["ContactSaved", "DialogOpened"]
    assert await hub.parcels_waiting() == 0


async def test_a_pause_that_it_asks_for_it_gets_from_all_lanes(hub: World, crm: MemoryCrm) -> None:
    crm.fail = [Transient("slower", 30, scope="all")]
    await open_dialog(hub)
    assert hub.budgets.blocked == [("crm:main", "all", 30)]


async def pauses(world: World) -> set[str]:
    async with world.store.read() as unit:
        return set(await unit.outbox.pauses())


async def test_what_it_refuses_is_told_to_the_responsible_and_holds_up_nothing(hub: World, crm: MemoryCrm) -> None:
    dialog = await open_dialog(hub)
    await hub.commands(ANNA, "accept", dialog)
    crm.fail = [Rejected(RejectReason.INVALID, "somebody else has closed it")]
    await hub.commands(ANNA, "close done", dialog)
    await hub.deliver()
    [(user, view)] = hub.desk.direct_messages
    assert user == ANNA.user
    assert "somebody else has closed it" in view.rows[0].text.characters
    assert crm.of(DialogClosed) == []
    assert await hub.parcels_waiting() == 0


async def test_it_says_which_interests_were_changed(hub: World, crm: MemoryCrm) -> None:
    dialog = await open_dialog(hub)
    crm.news = [
        ForeignInterest(CrmRef("i1"), CrmRef("r1"), "Tea", open=True, stage="Offer", url="https://crm.test/i1"),
        ForeignInterest(CrmRef("i2"), CrmRef("nobody"), "Coffee", open=True),
    ]
    pulling = Pulling(hub.hub, crm)
    await pulling.once()
    assert await interests_of(hub, dialog) == [], "the first time it only says from where on to ask"
    await pulling.once()
    assert await interests_of(hub, dialog) == [("Tea", "Offer", True)]
    crm.news = [replace(crm.news[0], stage="Won", open=False)]
    await pulling.once()
    assert await interests_of(hub, dialog) == [("Tea", "Won", False)]
    assert [one for one in crm.asked if one[0] == "changed"] == [("changed", ""), ("changed", "1"), ("changed", "2")]
    crm.news, crm.fail = [replace(crm.news[0], gone=True)], [Transient("busy")]
    with pytest.raises(Transient):
        await pulling.once()
    await pulling.once()
    assert await interests_of(hub, dialog) == [("Tea", "deleted in the CRM", False)]


async def interests_of(hub: World, dialog: Dialog) -> list[tuple[str, str, bool]]:
    async with hub.store.read() as unit:
        return [(one.title, one.stage, one.open) for one in await unit.interests.of_contact(dialog.contact)]


async def test_a_new_dialog_is_linked_to_what_the_crm_answers(hub: World, crm: MemoryCrm) -> None:
    crm.theirs = {CrmRef("r1"): [ForeignInterest(CrmRef("i1"), CrmRef("r1"), "Tea", open=True, stage="Offer")]}
    dialog = await open_dialog(hub)
    assert hub.thread_texts(dialog)[-1] == "🔗 Linked automatically to the open deal “Tea”"
    dialog = await hub.dialog(dialog.id)
    assert dialog.interest is not None
    async with hub.store.read() as unit:
        assert (await unit.crm.known(dialog.contact)).answered_at == hub.clock.now()


async def test_it_is_told_of_interests_and_links(hub: World, crm: MemoryCrm) -> None:
    dialog = await open_dialog(hub)
    form = form_of(await hub.commands(ANNA, "interest", dialog))
    await hub.submits(ANNA, form, title="Tea", name="Vera Lee", comment="ten boxes")
    await hub.deliver()
    [saved] = crm.of(InterestSaved)
    assert (saved.interest.title, saved.interest.author, saved.interest.comment) == ("Tea", "Anna", "ten boxes")
    [linked] = crm.of(DialogLinked)
    assert linked.interest.ref, "it is called what the CRM called it a moment ago"
    assert linked.dialog.id == dialog.id
    assert crm.of(ContactSaved)[-1].contact.name == "Vera Lee"
    assert dialog.thread is not None
    [post] = [at for at, one in hub.desk.posts[dialog.thread] if one.content.text.characters == "Hello"]
    await hub.reacts(ANNA, dialog, post, "🔖")
    await hub.commands(ANNA, "link Tea", dialog)
    await hub.deliver()
    [single] = crm.of(MessagesLinked)
    assert [(author, words) for author, _, words in single.words] == [("Vera Lee", "Hello")]
    async with hub.store.read() as unit:
        [interest] = await unit.interests.of_contact(dialog.contact)
    assert (interest.ref, interest.version) == (saved_ref(crm, InterestSaved), "v1")


def saved_ref(crm: MemoryCrm, kind: type[CrmFact]) -> str:
    return next(crm._refs[key] for fact, key in crm.told if isinstance(fact, kind))


async def test_whoever_tells_their_phone_is_looked_for(hub: World, crm: MemoryCrm) -> None:
    crm.people = [ForeignContact(CrmRef("client 7"), "Vera Lee", ("8 999 123-45-67",))]
    crm.theirs = {CrmRef("client 7"): [ForeignInterest(CrmRef("i1"), CrmRef("client 7"), "Tea", open=True)]}
    dialog = await another(hub, "Hi", "1", phone="+79991234567")
    assert ("find", "+79991234567", "") in crm.asked
    async with hub.store.read() as unit:
        contact = await unit.contacts.get(dialog.contact)
    assert (contact.name, contact.kind) == ("Vera Lee", ContactKind.CLIENT)
    assert crm.of(ContactSaved)[0].contact.ref == "client 7", "no second one is made there"
    assert await interests_of(hub, dialog) == [("Tea", "", True)]
    assert (await hub.dialog(dialog.id)).interest is not None


async def test_of_several_with_the_same_phone_nobody_is_chosen(hub: World, crm: MemoryCrm) -> None:
    crm.people = [ForeignContact(CrmRef(ref), "Vera") for ref in ("a", "b")]
    await another(hub, "Hi", "1", phone="+79991234567")
    assert crm.of(ContactSaved)[0].contact.ref == ""


async def test_it_is_told_who_is_the_same_person(hub: World, crm: MemoryCrm) -> None:
    await another(hub, "Hi", "1", name="Vera", phone="+79991234567", proven=True)
    two = await another(hub, "Hello", "2", name="V", phone="+79991234567", proven=True)
    [merged] = crm.of(ContactsMerged)
    assert (merged.kept.name, merged.merged.name, merged.undone) == ("Vera", "V", False)
    assert merged.kept.ref != merged.merged.ref
    await hub.submits(ANNA, form_of(await hub.commands(ANNA, "unmerge", two)), merge="1")
    await hub.deliver()
    assert crm.of(ContactsMerged)[-1].undone


async def test_a_merge_that_was_undone_while_it_was_down_is_not_told(hub: World, crm: MemoryCrm) -> None:
    await another(hub, "Hi", "1", name="Vera", phone="+79991234567", proven=True)
    crm.fail = [Unavailable("no connection")]
    two = await another(hub, "Hello", "2", name="V", phone="+79991234567", proven=True)
    await hub.submits(ANNA, form_of(await hub.commands(ANNA, "unmerge", two)), merge="1")
    for _ in range(4):
        await hub.deliver_after(400)
    assert [one.undone for one in crm.of(ContactsMerged)] == [True]


async def test_the_form_of_link_says_when_the_crm_last_answered(hub: World, crm: MemoryCrm) -> None:
    dialog = await open_dialog(hub)
    assert "Loading deals from the CRM" in whisper_text(await hub.commands(ANNA, "link", dialog))
    crm.theirs = {CrmRef("r1"): [ForeignInterest(CrmRef("i1"), CrmRef("r1"), "Tea", open=True, stage="Offer")]}
    await hub.commands(ANNA, "link", dialog)
    await hub.deliver()
    form = form_of(await hub.commands(ANNA, "link", dialog))
    assert "Last response from the CRM" in form.intro
    assert form.fields[0].options[0].label == "Tea · Offer"


async def test_an_interest_that_was_met_before_its_id_was_written_down_is_no_second_one(
    hub: World, crm: MemoryCrm
) -> None:
    dialog = await open_dialog(hub)
    await hub.commands(ANNA, "interest Tea", dialog)
    there = ForeignInterest(CrmRef("r3"), CrmRef("r1"), "Tea", open=True, version="v0")
    await hub.store.transact(lambda unit: learning.changed(hub.hub, unit, [there]))
    await hub.deliver()
    assert await interests_of(hub, dialog) == [("Tea", "", True)]


async def test_it_is_told_that_a_link_was_taken_back(hub: World, crm: MemoryCrm) -> None:
    dialog = await open_dialog(hub)
    for title in ("Tea", "Cups"):
        await hub.commands(ANNA, f"interest {title}", dialog)
    await hub.commands(ANNA, "link none", dialog)
    assert dialog.thread is not None
    for words, title in (("Hello", "Tea"), ("And cups?", "Cups")):
        if words != "Hello":
            await hub.customer_writes(words)
            await hub.deliver()
        await hub.reacts(ANNA, dialog, post_of(hub, dialog, words), "🔖")
        await hub.commands(ANNA, f"link {title}", dialog)
        await hub.deliver()
    for words in ("Hello", "And cups?"):
        for on in (False, True):  # a reaction that stands cannot be put a second time
            await hub.reacts(ANNA, dialog, post_of(hub, dialog, words), "🔖", on=on)
    await hub.commands(ANNA, "link none", dialog)
    await hub.deliver()
    assert [(one.interest.title, one.undone) for one in crm.of(DialogLinked)] == [
        ("Tea", False),
        ("Cups", False),
        ("Cups", True),
    ]
    assert [(one.interest.title, one.words[0][2], one.undone) for one in crm.of(MessagesLinked)] == [
        ("Tea", "Hello", False),
        ("Cups", "And cups?", False),
        ("Tea", "Hello", True),
        ("Cups", "And cups?", True),
    ]


def post_of(hub: World, dialog: Dialog, words: str) -> PostId:
    assert dialog.thread is not None
    return next(at for at, one in hub.desk.posts[dialog.thread] if one.content.text.characters == words)


async def test_an_interest_from_before_there_was_a_crm_is_told_when_it_is_used(
    store: SqlStore, clock: ManualClock, tmp_path: Path, crm: MemoryCrm
) -> None:
    before = World(store, clock, FolderFiles(tmp_path))
    dialog = await open_dialog(before)
    for title in ("Tea", "Cups"):
        await before.commands(ANNA, f"interest {title}", dialog)
    hub = World(store, clock, FolderFiles(tmp_path), crm=crm)
    await hub.commands(ANNA, "link Tea", dialog)
    await hub.deliver()
    assert [type(fact) for fact, _ in crm.told] == [ContactSaved, InterestSaved, DialogLinked]
    assert [one.interest.ref for one in crm.of(DialogLinked)] == ["r2"]
