"""Contacts become partners: found by phone or e-mail, or created, once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest

from bot.crm.onec.crm import OneCCrm
from bot.domain import ContactId
from bot.domain.account_rules import ContactKind
from bot.ports import Tools
from bot.ports.crm import ContactsMerged, CrmContact, CrmRef, Stored
from tests.crm.facts import OLGA, TWIN, key
from tests.crm.onec.conftest import settings
from tests.crm.onec.helpers import INFO, PARTNERS, PEOPLE, PHONED, contact, reached_by, written
from tests.fakes.onec_odata import FakeOneC, Infobase


async def test_an_unknown_contact_becomes_a_partner_once(crm: OneCCrm, base: Infobase) -> None:
    first, second = await contact(crm), await contact(crm)
    [partner] = base.all(PARTNERS)
    assert first.ref == second.ref == partner["Ref_Key"]
    assert (partner["Description"], partner["НаименованиеПолное"], partner["Клиент"]) == (OLGA.name, OLGA.name, False)
    phone, email = partner[INFO]
    assert (phone["Тип"], phone["Представление"]) == ("Телефон", "+79161234567")
    assert (phone["НомерТелефона"], phone["НомерТелефонаБезКодов"]) == ("79161234567", "1234567")
    assert (email["Тип"], email["АдресЭП"]) == ("АдресЭлектроннойПочты", "olga@example.com")
    assert base.changed == 0


async def test_a_known_one_is_found_and_keeps_its_name(crm: OneCCrm, base: Infobase) -> None:
    known = base.put(PARTNERS, Description="Нил Ольга Петровна", Клиент=False, **{INFO: PHONED})
    stored = await contact(crm)
    assert stored.ref == str(known)
    partner = base.one(PARTNERS, known)
    assert partner["Description"] == "Нил Ольга Петровна"
    assert [row["Представление"] for row in partner[INFO]] == ["8 (916) 123-45-67", "olga@example.com"]


async def test_of_two_with_the_same_number_none_is_chosen(crm: OneCCrm, base: Infobase) -> None:
    others = {str(base.put(PARTNERS, Description=name, **{INFO: PHONED})) for name in ("A", "B")}
    assert (await contact(crm)).ref not in others


async def test_a_contact_person_leads_to_the_partner(crm: OneCCrm, base: Infobase) -> None:
    company = base.put(PARTNERS, Description="ООО Ромашка", Клиент=True)
    base.put(PEOPLE, Description="Ольга", Owner_Key=str(company), **{INFO: PHONED})
    [found] = await crm.find("+79161234567", "")
    assert (found.ref, found.name, found.kind) == (str(company), "Ольга", ContactKind.CLIENT)
    assert found.phones == ("8 (916) 123-45-67",)


async def test_two_chats_of_one_new_phone_at_once_are_one_partner(
    crm: OneCCrm, onec: FakeOneC, tools: Tools, base: Infobase
) -> None:
    hubs = [crm, OneCCrm(settings(onec), tools)]  # two processes
    stored = await asyncio.gather(
        *(contact(hub, replace(OLGA, id=ContactId(number))) for hub in hubs for number in (31, 32))
    )
    assert len({one.ref for one in stored}) == len(base.all(PARTNERS)) == 1


async def test_a_partner_who_gave_up_the_phone_is_not_taken_for_its_new_owner(crm: OneCCrm, base: Infobase) -> None:
    first = await contact(crm)
    base.edit(PARTNERS, UUID(first.ref), **{INFO: []})
    second = await contact(crm, replace(OLGA, id=ContactId(31)))
    assert second.ref != first.ref
    assert written(base.one(PARTNERS, UUID(second.ref))) == ["+79161234567", "olga@example.com"]


@pytest.mark.parametrize(
    ("phone", "email"),
    [
        ("8\u00a0916\u00a0123\u00a045\u00a067", " Olga@Example.com "),
        ("+7(916)123–45–67 моб.", "mailto:olga@example.com"),
        ("8-916-123-45-67, 8-495-111-22-33", "olga@example.com; info@example.com"),
        ("８９１６１２３４５６７", "Ольга <olga@example.com>"),
        ("+8 (916) 123-45-67", "olga@example.com."),
        ("916 1234567 доб. 3", "OLGA@EXAMPLE.COM"),
    ],
)
async def test_what_1c_spells_otherwise_is_not_added_again(
    crm: OneCCrm, base: Infobase, phone: str, email: str
) -> None:
    rows = reached_by(("Телефон", phone, ""), ("АдресЭлектроннойПочты", email, ""))
    known = base.put(PARTNERS, Description="Ольга", **{INFO: rows})
    for _ in range(3):
        await contact(crm, replace(OLGA, ref=CrmRef(str(known))))
    assert (written(base.one(PARTNERS, known)), base.changed) == ([phone, email], 0)


@pytest.mark.parametrize("entered", ["доб. 17", "12345", "no phone yet"])
async def test_what_is_no_phone_number_is_added_once(crm: OneCCrm, base: Infobase, entered: str) -> None:
    known = base.put(PARTNERS, Description="Ольга")
    for _ in range(3):
        await contact(crm, CrmContact(OLGA.id, OLGA.kind, ref=CrmRef(str(known)), entered=entered))
    assert written(base.one(PARTNERS, known)) == [entered]


async def test_two_phones_entered_as_one_are_two_rows(crm: OneCCrm, base: Infobase) -> None:
    for _ in range(2):
        await contact(crm, replace(OLGA, phone="", email="", entered="8-916-123-45-67, 8-495-111-22-33"))
    assert written(base.all(PARTNERS)[0]) == ["+79161234567", "+74951112233"]


async def test_a_client_becomes_one_there_too(crm: OneCCrm, base: Infobase) -> None:
    stored = await contact(crm)
    await contact(crm, replace(OLGA, kind=ContactKind.CLIENT, ref=stored.ref))
    assert base.one(PARTNERS, UUID(stored.ref))["Клиент"] is True
    await contact(crm, replace(OLGA, ref=stored.ref))
    assert base.one(PARTNERS, UUID(stored.ref))["Клиент"] is True


async def test_a_merged_one_is_reached_by_both(crm: OneCCrm, base: Infobase) -> None:
    other = replace(TWIN, phone="+79031112233")
    stored = await crm.tell(ContactsMerged(OLGA, other), key("merge"))
    await crm.tell(ContactsMerged(OLGA, other), key("merge"))
    partner = base.one(PARTNERS, UUID(stored.ref))
    assert [row["Представление"] for row in partner[INFO]] == ["+79161234567", "olga@example.com", "+79031112233"]


async def test_two_after_all_are_two_partners(crm: OneCCrm, base: Infobase) -> None:
    other = replace(TWIN, phone="+79031112233")
    kept = (await crm.tell(ContactsMerged(OLGA, other), key("merge"))).ref
    undone = ContactsMerged(replace(OLGA, ref=kept), other, undone=True)
    own = await crm.tell(undone, key("undone"))
    assert await crm.tell(undone, key("undone")) == own
    assert {own.ref, kept} == {one["Ref_Key"] for one in base.all(PARTNERS)}
    assert (await contact(crm, replace(other, ref=own.ref))).ref == own.ref
    known = replace(other, ref=CrmRef("another"))
    assert await crm.tell(ContactsMerged(replace(OLGA, ref=kept), known, undone=True), key("2")) == Stored(known.ref)


async def test_a_duplicate_that_was_marked_for_deletion_gives_way(crm: OneCCrm, base: Infobase) -> None:
    stored = await contact(crm)
    base.mark(PARTNERS, UUID(stored.ref))
    kept = base.put(PARTNERS, Description="Ольга", **{INFO: PHONED})
    assert (await contact(crm, replace(OLGA, ref=stored.ref))).ref == str(kept)
    base.mark(PARTNERS, kept)
    assert (await contact(crm, replace(OLGA, ref=stored.ref))).ref == stored.ref


async def test_a_partner_is_known_by_its_name_or_whatever_is_known(crm: OneCCrm, base: Infobase) -> None:
    for one in (
        CrmContact(ContactId(1), ContactKind.POTENTIAL),
        CrmContact(ContactId(2), ContactKind.CLIENT, "я" * 300),
    ):
        await contact(crm, one)
    assert [one["Description"] for one in base.all(PARTNERS)] == ["#1", "я" * 100]


async def test_two_hubs_of_one_infobase_do_not_meet(crm: OneCCrm, onec: FakeOneC, tools: Tools, base: Infobase) -> None:
    other = OneCCrm(settings(onec, origin="other"), tools)
    await contact(crm)
    await contact(other, CrmContact(OLGA.id, ContactKind.CLIENT, "Somebody else"))
    assert len(base.all(PARTNERS)) == 2


@pytest.mark.parametrize(
    ("phone", "email", "found"),
    [
        ("+79161234567", "", True),
        ("", "OLGA@example.com", True),
        ("+79161234568", "", False),
        ("+74951234567", "", False),
        ("", "o'brien@example.com", False),
        ("+79161234568", f"{'я' * 100}@пример.рф", False),
        ("+79161234568", f"{'я' * 90}@пример.рф", False),
        ("", "", False),
        ("+7", "", False),
    ],
)
async def test_finding(crm: OneCCrm, base: Infobase, phone: str, email: str, found: bool) -> None:
    rows = PHONED + reached_by(("АдресЭлектроннойПочты", "olga@example.com", ""))
    rows[1] |= {"LineNumber": "2", "АдресЭП": "olga@example.com"}
    base.put(PARTNERS, Description="Ольга", **{INFO: rows})
    gone = base.put(PARTNERS, Description="Ольга", **{INFO: rows})
    base.mark(PARTNERS, gone)
    result = await crm.find(phone, email)
    assert bool(result) is found
    if found:
        assert (result[0].name, result[0].phones, result[0].emails) == (
            "Ольга",
            ("8 (916) 123-45-67",),
            ("olga@example.com",),
        )


async def test_many_with_the_same_last_digits_are_read_page_by_page(crm: OneCCrm, base: Infobase) -> None:
    for number in range(450):
        digits = f"7916{number:03}4567"
        base.put(PARTNERS, Description=f"#{number}", **{INFO: reached_by(("Телефон", f"+{digits}", digits))})
    [found] = await crm.find("+79161234567", "")
    assert found.name == "#123"
