"""Contact persons of companies: their phones and addresses are theirs, and not the company's own."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from bot.crm.onec.crm import OneCCrm
from bot.domain import ContactId
from bot.domain.account_rules import ContactKind
from bot.ports import Tools
from bot.ports.crm import ContactsMerged, CrmContact, CrmRef
from tests.crm.facts import OLGA, key
from tests.crm.onec.conftest import settings
from tests.crm.onec.helpers import INFO, PARTNERS, PEOPLE, PHONED, contact, reached_by, written
from tests.fakes.onec_odata import FakeOneC, Infobase

PETER = CrmContact(ContactId(20), ContactKind.CLIENT, "Пётр", "+79035556677", "peter@example.com")
KINDS = "Catalog_ВидыКонтактнойИнформации"


@pytest.fixture
def company(base: Infobase) -> UUID:
    """A company with a contact person who has Olga's phone."""
    key = base.put(PARTNERS, Description="ООО Ромашка", Клиент=True, ЮрФизЛицо="Компания")
    base.put(PEOPLE, Description="Ольга", Owner_Key=str(key), **{INFO: PHONED})
    return key


async def test_what_a_contact_person_lacks_is_added_to_the_person(crm: OneCCrm, base: Infobase, company: UUID) -> None:
    for _ in range(2):
        assert (await contact(crm)).ref == str(company)
    assert written(base.one(PARTNERS, company)) == []
    [person] = base.all(PEOPLE)
    assert written(person) == ["8 (916) 123-45-67", "olga@example.com"]
    [kind] = [one for one in base.all(KINDS) if one["Description"] == "EmailКонтактногоЛица"]
    assert person[INFO][1]["Вид_Key"] == kind["Ref_Key"]
    assert base.changed == 1


async def test_the_second_person_of_a_company_becomes_a_contact_person(
    crm: OneCCrm, base: Infobase, company: UUID
) -> None:
    for _ in range(2):
        await contact(crm, replace(PETER, ref=CrmRef(str(company))))
    assert written(base.one(PARTNERS, company)) == []
    people = {one["Description"]: one for one in base.all(PEOPLE)}
    assert set(people) == {"Ольга", "Пётр"}
    assert people["Пётр"]["Owner_Key"] == str(company)
    assert written(people["Пётр"]) == ["+79035556677", "peter@example.com"]
    await contact(crm, replace(PETER, ref=CrmRef(str(company)), phone="+79030000000", email="new@example.com"))
    peter = next(one for one in base.all(PEOPLE) if one["Description"] == "Пётр")
    assert written(peter)[-2:] == ["+79030000000", "new@example.com"]
    assert len(base.all(PEOPLE)) == 2


async def test_a_person_whom_people_in_1c_removed_stays_removed(crm: OneCCrm, base: Infobase, company: UUID) -> None:
    known = replace(PETER, ref=CrmRef(str(company)))
    await contact(crm, known)
    made = next(one for one in base.all(PEOPLE) if one["Description"] == "Пётр")
    base.mark(PEOPLE, UUID(made["Ref_Key"]))
    for phone in (known.phone, "+79030000000"):
        await contact(crm, replace(known, phone=phone))
    assert written(base.one(PEOPLE, UUID(made["Ref_Key"]))) == [known.phone, known.email]
    assert len(base.all(PEOPLE)) == 2
    assert written(base.one(PARTNERS, company)) == []


async def test_of_two_merged_people_no_number_is_written_twice(crm: OneCCrm, base: Infobase, company: UUID) -> None:
    base.put(
        PEOPLE, Description="Пётр", Owner_Key=str(company), **{INFO: reached_by(("Телефон", "8 903 555-66-77", ""))}
    )
    kept, other = replace(OLGA, ref=CrmRef(str(company))), replace(PETER, email="")
    await crm.tell(ContactsMerged(kept, other), key("merge"))
    people = {one["Description"]: written(one) for one in base.all(PEOPLE)}
    assert people == {"Ольга": ["8 (916) 123-45-67", "olga@example.com"], "Пётр": ["8 903 555-66-77"]}


@pytest.mark.parametrize("form", ["ЧастноеЛицо", ""])
async def test_what_a_private_person_lacks_is_their_own(crm: OneCCrm, base: Infobase, form: str) -> None:
    partner = base.put(PARTNERS, Description="Ольга", ЮрФизЛицо=form, **{INFO: PHONED})
    await contact(crm)
    assert written(base.one(PARTNERS, partner)) == ["8 (916) 123-45-67", "olga@example.com"]
    assert base.all(PEOPLE) == []


async def test_a_company_is_known_by_its_legal_form(crm: OneCCrm, base: Infobase) -> None:
    partner = base.put(PARTNERS, Description="ООО Ромашка", ЮрФизЛицо="Компания", **{INFO: PHONED})
    await contact(crm)
    assert written(base.one(PARTNERS, partner)) == ["8 (916) 123-45-67"]
    assert [written(one) for one in base.all(PEOPLE)] == [["olga@example.com"]]


async def test_a_private_person_with_a_contact_person_stays_one(crm: OneCCrm, base: Infobase) -> None:
    partner = base.put(PARTNERS, Description="Ольга", ЮрФизЛицо="ЧастноеЛицо", **{INFO: PHONED})
    base.put(PEOPLE, Description="Муж", Owner_Key=str(partner))
    await contact(crm)
    assert written(base.one(PARTNERS, partner)) == ["8 (916) 123-45-67", "olga@example.com"]


async def test_a_partner_that_the_hub_made_is_the_customer(crm: OneCCrm, base: Infobase) -> None:
    stored = await contact(crm)
    base.put(PEOPLE, Description="Муж", Owner_Key=stored.ref)
    await contact(crm, replace(OLGA, ref=stored.ref, email="new@example.com"))
    assert written(base.one(PARTNERS, UUID(stored.ref)))[-1] == "new@example.com"


async def test_without_contact_persons_all_is_the_partners(onec: FakeOneC, tools: Tools, base: Infobase) -> None:
    from bot.crm.onec.settings import ObjectNames

    crm = OneCCrm(settings(onec, objects=ObjectNames(person="")), tools)
    partner = base.put(PARTNERS, Description="ООО Ромашка", ЮрФизЛицо="Компания", **{INFO: PHONED})
    await contact(crm)
    assert written(base.one(PARTNERS, partner)) == ["8 (916) 123-45-67", "olga@example.com"]


async def test_a_configuration_without_kinds_for_persons_has_those_of_partners(
    crm: OneCCrm, base: Infobase, company: UUID
) -> None:
    for one in [one for one in base.all(KINDS) if "Контактного" in one["Description"]]:
        base.erase(KINDS, UUID(one["Ref_Key"]))
    [finding] = await crm.check()
    assert (finding.ok, "person_phone_kind" in finding.advice) == (False, True)
    await contact(crm)
    [kind] = [one for one in base.all(KINDS) if one["Description"] == "EmailПартнера"]
    assert base.all(PEOPLE)[0][INFO][1]["Вид_Key"] == kind["Ref_Key"]
