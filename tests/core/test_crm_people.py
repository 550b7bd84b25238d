"""One person or one company in an external CRM, and several contacts here."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bot.delivery.carrier import DeliveryResult
from bot.dialogs.crm.pulling import Pulling
from bot.domain import Dialog
from bot.ports import Unavailable
from bot.ports.crm import (
    ContactSaved,
    ContactsMerged,
    CrmFact,
    CrmRef,
    DialogOpened,
    ForeignContact,
    ForeignInterest,
    InterestSaved,
)
from bot.ports.storage import Claim, Keys
from bot.senders.crm import CrmCarrier
from storage import SqlStore
from tests.clock import ManualClock
from tests.core.helpers import open_dialog
from tests.core.test_crm import MemoryCrm, crm, interests_of
from tests.core.test_interests import another
from tests.core.world import ANNA, World, form_of
from tests.tools import FolderFiles

__all__ = ["crm"]

COMPANY = CrmRef("Ромашка")


@pytest.fixture
def hub(store: SqlStore, clock: ManualClock, tmp_path: Path, crm: MemoryCrm) -> World:
    return World(store, clock, FolderFiles(tmp_path), crm=crm)


async def test_a_phone_entered_with_an_interest_is_looked_for_before_the_interest_is_told(
    hub: World, crm: MemoryCrm
) -> None:
    dialog = await open_dialog(hub)
    form = form_of(await hub.commands(ANNA, "interest", dialog))
    crm.people = [ForeignContact(CrmRef("client 7"), "Vera Lee", ("8 999 123-45-67",))]
    await hub.submits(ANNA, form, title="Tea", phone="+7 (999) 123-45-67")
    await hub.deliver()
    [saved] = crm.of(InterestSaved)
    assert saved.interest.contact.ref == "client 7", "not the one made for a chat without a phone"
    told = [type(fact) for fact, _ in crm.told]
    assert told.index(ContactSaved) < told.index(InterestSaved)
    assert crm.of(ContactSaved)[-1].contact.ref == "client 7"


async def test_an_interest_of_a_contact_merged_by_its_form_is_of_the_one_that_was_kept(
    hub: World, crm: MemoryCrm
) -> None:
    first = await another(hub, "Hi", "1", name="Vera", phone="+79991234567", proven=True)
    second = await another(hub, "Hello", "2", name="V", email="vera@example.com", proven=True)
    same = Keys("", "vera@example.com", email_proven=True)  # as contact matching has found out since
    await hub.store.transact(lambda unit: unit.contacts.set_keys(first.contact, same))
    form = form_of(await hub.commands(ANNA, "interest", second))
    await hub.submits(ANNA, form, title="Tea", phone="+79991234567")
    await hub.deliver()
    second = await hub.dialog(second.id)
    assert second.contact == first.contact
    async with hub.store.read() as unit:
        [interest] = await unit.interests.of_contact(second.contact)
    assert interest.contact == second.contact
    [saved] = crm.of(InterestSaved)
    assert saved.interest.contact.id == first.contact


async def test_a_phone_is_told_as_e164_and_as_it_was_entered(hub: World, crm: MemoryCrm) -> None:
    for chat, phone in (("1", "+7 (999) 123-45-67"), ("2", "доб. 17")):
        await another(hub, "Hi", chat, phone=phone)
    assert [(one.contact.phone, one.contact.entered) for one in crm.of(ContactSaved)] == [
        ("+79991234567", "+7 (999) 123-45-67"),
        ("", "доб. 17"),
    ]


async def test_after_a_merge_in_an_outage_facts_of_one_contact_go_one_after_another(
    hub: World, crm: MemoryCrm, monkeypatch: pytest.MonkeyPatch
) -> None:
    lanes, carry = list[tuple[str, CrmFact]](), CrmCarrier.carry

    async def noted(self: CrmCarrier, claim: Claim, now: datetime) -> DeliveryResult:
        before = len(crm.told)
        done = await carry(self, claim, now)
        lanes.extend((claim.name, fact) for fact, _ in crm.told[before:])
        return done

    monkeypatch.setattr(CrmCarrier, "carry", noted)
    crm.fail = [Unavailable("no connection")]
    one = await another(hub, "Hi", "1", name="Vera", phone="+79991234567", proven=True)
    crm.fail = [Unavailable("no connection")]
    await another(hub, "Hello", "2", name="V", phone="+79991234567", proven=True)
    for _ in range(4):
        await hub.deliver_after(400)
    assert {lane for lane, fact in lanes if isinstance(fact, ContactSaved)} == {f"contact:{one.contact}"}
    assert len(crm.of(ContactsMerged)) == 1
    assert len(crm.of(DialogOpened)) == 2
    assert await hub.parcels_waiting() == 0


# --------------------------------------------------------------------------------------- a company


async def colleagues(hub: World, crm: MemoryCrm) -> tuple[Dialog, Dialog]:
    """Two people of one company, which has one Interest."""
    crm.people = [ForeignContact(COMPANY, "Ромашка")]
    crm.theirs = {COMPANY: [ForeignInterest(CrmRef("i1"), COMPANY, "Tables", open=True, stage="Offer")]}
    first = await another(hub, "Hi", "1", name="Olga", phone="+79991234567")
    second = await another(hub, "Hello", "2", name="Peter", phone="+79997654321")
    assert first.contact != second.contact
    return first, second


async def test_the_second_person_of_a_company_sees_its_interests(hub: World, crm: MemoryCrm) -> None:
    for dialog in await colleagues(hub, crm):
        assert await interests_of(hub, dialog) == [("Tables", "Offer", True)]
        assert (await hub.dialog(dialog.id)).interest is not None


async def test_an_interest_made_by_the_second_person_is_one(hub: World, crm: MemoryCrm) -> None:
    _, second = await colleagues(hub, crm)
    await hub.commands(ANNA, "interest Chairs", second)
    await hub.deliver()
    [saved] = crm.of(InterestSaved)
    async with hub.store.read() as unit:
        [chairs] = [one for one in await unit.interests.of_contact(second.contact) if one.title == "Chairs"]
    crm.news = [ForeignInterest(CrmRef(chairs.ref), COMPANY, "Chairs", open=True, stage="Won")]
    for _ in range(2):
        await Pulling(hub.hub, crm).once()
    async with hub.store.read() as unit:
        found = await unit.interests.of_contact(second.contact)
    assert [(one.title, one.stage, one.contact) for one in found if one.title == "Chairs"] == [
        ("Chairs", "Won", second.contact)
    ]
    assert saved.interest.contact.ref == COMPANY


# ------------------------------------------------------------------------------- what changes there


async def test_an_interest_moved_to_another_contact_there_is_theirs_here(hub: World, crm: MemoryCrm) -> None:
    crm.theirs = {CrmRef("r1"): [ForeignInterest(CrmRef("i1"), CrmRef("r1"), "Tea", open=True)]}
    first = await another(hub, "Hi", "1", name="Vera")
    second = await another(hub, "Hello", "2", name="Oleg")
    assert await interests_of(hub, first) == [("Tea", "", True)]
    async with hub.store.read() as unit:
        other = CrmRef((await unit.crm.known(second.contact)).ref)
    crm.news = [ForeignInterest(CrmRef("i1"), other, "Tea", open=True)]
    for _ in range(2):
        await Pulling(hub.hub, crm).once()
    assert (await interests_of(hub, first), await interests_of(hub, second)) == ([], [("Tea", "", True)])


async def test_an_interest_moved_to_somebody_unknown_is_no_longer_offered(hub: World, crm: MemoryCrm) -> None:
    crm.theirs = {CrmRef("r1"): [ForeignInterest(CrmRef("i1"), CrmRef("r1"), "Tea", open=True)]}
    dialog = await another(hub, "Hi", "1", name="Vera")
    crm.news = [ForeignInterest(CrmRef("i1"), CrmRef("a stranger"), "Tea", open=True, stage="Offer")]
    for _ in range(2):
        await Pulling(hub.hub, crm).once()
    assert await interests_of(hub, dialog) == [("Tea", "moved to another customer in the CRM", False)]
    crm.news = [replace(crm.news[0], contact=CrmRef("r1"))]
    await Pulling(hub.hub, crm).once()
    assert await interests_of(hub, dialog) == [("Tea", "Offer", True)]


async def test_an_interest_of_the_merged_contact_stays_when_it_changes_there(hub: World, crm: MemoryCrm) -> None:
    await another(hub, "Hi", "1", name="Vera", phone="+79991234567", proven=True)
    two = await another(hub, "Hello", "2", name="V", proven=True)
    async with hub.store.read() as unit:
        other = CrmRef((await unit.crm.known(two.contact)).ref)
    crm.theirs = {other: [ForeignInterest(CrmRef("i1"), other, "Tea", open=True)]}
    await hub.commands(ANNA, "link", two)
    await hub.deliver()
    await another(hub, "Me again", "2", name="V", phone="+79991234567", proven=True)
    two = await hub.dialog(two.id)
    crm.news = [ForeignInterest(CrmRef("i1"), other, "Tea", open=True, stage="Offer")]
    for _ in range(2):
        await Pulling(hub.hub, crm).once()
    assert await interests_of(hub, two) == [("Tea", "Offer", True)]


async def test_one_id_for_two_interests_is_refused_with_a_word(hub: World, crm: MemoryCrm) -> None:
    dialog = await open_dialog(hub)
    crm.called = "the same"
    for title in ("Tea", "Cups"):
        await hub.commands(ANNA, f"interest {title}", dialog)
        await hub.deliver()
    assert sorted(await interests_of(hub, dialog)) == [("Cups", "", True), ("Tea", "", True)]
    async with hub.store.read() as unit:
        found = {one.title: one.ref for one in await unit.interests.of_contact(dialog.contact)}
    assert found == {"Tea": "the same", "Cups": ""}
    [said] = [row.text.characters for _, view in hub.desk.direct_messages for row in view.rows]
    assert "The CRM gave the deal “Cups” the id of another deal, “Tea”" in said
