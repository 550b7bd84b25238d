"""Contacts, Interests and tasks in an infobase that is strict, busy, changed by people, or away."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from bot.crm.onec.crm import OneCCrm
from bot.crm.onec.settings import Fields, Objects
from bot.crm.onec.wire import key_of_ours
from bot.crm.port import (
    ContactSaved,
    ContactsMerged,
    CrmContact,
    CrmInterest,
    CrmRef,
    CrmTask,
    InterestSaved,
    Knowing,
    Stored,
    TaskSaved,
)
from bot.model import ContactId, TaskId
from bot.ports import Rejected, RejectReason, Tools, Transient, Unavailable
from bot.rules import ContactKind
from tests.clock import ManualClock
from tests.crm.facts import CALL, DESK, FACTS, OLGA, TWIN, key
from tests.crm.onec.conftest import settings
from tests.fakes.faults import Fault
from tests.fakes.onec_odata import FakeOneC, Infobase

PARTNERS, PEOPLE, INTERESTS = "Catalog_Партнеры", "Catalog_КонтактныеЛицаПартнеров", "Document_CRM_Интерес"
TASKS, STAGES = "Task_ЗадачаИсполнителя", "Catalog_СтадииИнтересов"
INFO = "КонтактнаяИнформация"


def reached_by(*rows: tuple[str, str, str]) -> list[dict[str, Any]]:
    """Rows of type, text and digits, as somebody in 1C typed them."""
    kind = {"Вид_Key": "00000000-0000-0000-0000-00000000000a"}
    return [
        {"LineNumber": str(n), "Тип": what, "Представление": text, "НомерТелефона": digits, "АдресЭП": "", **kind}
        for n, (what, text, digits) in enumerate(rows, 1)
    ]


PHONED = reached_by(("Телефон", "8 (916) 123-45-67", "89161234567"))


async def save(crm: OneCCrm, interest: CrmInterest) -> Stored:
    return await crm.tell(InterestSaved(interest), key("interest"))


async def contact(crm: OneCCrm, one: CrmContact = OLGA) -> Stored:
    return await crm.tell(ContactSaved(one), key("contact"))


# ---------------------------------------------------------------------------------------- contacts


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
    assert await crm.tell(ContactsMerged(OLGA, other, undone=True), key("undone")) == Stored()


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


# --------------------------------------------------------------------------------------- Interests


async def test_an_interest_is_made_once_with_its_partner(crm: OneCCrm, base: Infobase) -> None:
    first = await save(crm, DESK)
    second = await save(crm, replace(DESK, ref=first.ref, version=first.version))
    [interest], [partner] = base.all(INTERESTS), base.all(PARTNERS)
    assert first == second
    assert first.ref == interest["Ref_Key"]
    assert first.version.startswith(interest["DataVersion"])
    assert (interest["Тема"], interest["Комментарий"], interest["Завершен"]) == ("Дубовый стол", "140 см", False)
    assert (interest["Партнер_Key"], interest["Date"]) == (partner["Ref_Key"], "2026-03-02T12:30:05")
    assert base.changed == 0


async def test_what_the_hub_changed_is_changed(crm: OneCCrm, base: Infobase) -> None:
    first = await save(crm, DESK)
    second = await save(crm, replace(DESK, title="Стол и стул", open=False, ref=first.ref, version=first.version))
    [interest] = base.all(INTERESTS)
    assert (interest["Тема"], interest["Завершен"], base.changed) == ("Стол и стул", True, 1)
    assert second.version != first.version


async def test_changes_of_both_sides_are_kept(crm: OneCCrm, base: Infobase) -> None:
    first = await save(crm, DESK)
    base.edit(INTERESTS, UUID(first.ref), Тема="Стол из дуба", Number="0001")
    await save(crm, replace(DESK, comment="160 см", ref=first.ref, version=first.version))
    [interest] = base.all(INTERESTS)
    assert (interest["Тема"], interest["Комментарий"], interest["Number"]) == ("Стол из дуба", "160 см", "0001")


async def test_a_clash_is_said_in_plain_words_and_theirs_stays(onec: FakeOneC, tools: Tools, base: Infobase) -> None:
    crm = OneCCrm(settings(onec), replace(tools, locale="ru"))
    first = await save(crm, DESK)
    base.edit(INTERESTS, UUID(first.ref), Тема="их")
    with pytest.raises(Rejected) as caught:
        await save(crm, replace(DESK, title="наше", ref=first.ref, version=first.version))
    assert "Тема" in caught.value.detail
    assert "в 1С" in caught.value.detail
    assert base.all(INTERESTS)[0]["Тема"] == "их"


async def test_somebody_saves_between_our_look_and_our_write(
    crm: OneCCrm, base: Infobase, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await save(crm, DESK)
    real, times = base.change, iter([True, False])

    def change(objects: str, one: UUID, body: dict[str, Any], version: str) -> dict[str, Any]:
        if next(times):
            base.edit(objects, one, Number="0007")
        return real(objects, one, body, version)

    monkeypatch.setattr(base, "change", change)
    await save(crm, replace(DESK, title="Новое", ref=first.ref, version=first.version))
    [interest] = base.all(INTERESTS)
    assert (interest["Тема"], interest["Number"]) == ("Новое", "0007")


async def test_one_that_never_rests_is_tried_later(
    crm: OneCCrm, base: Infobase, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await save(crm, DESK)
    real = base.change

    def change(objects: str, one: UUID, body: dict[str, Any], version: str) -> dict[str, Any]:
        base.edit(objects, one, Number=version)
        return real(objects, one, body, version)

    monkeypatch.setattr(base, "change", change)
    with pytest.raises(Transient):
        await save(crm, replace(DESK, title="Новое", ref=first.ref, version=first.version))


async def test_one_that_is_marked_for_deletion_stays_so(crm: OneCCrm, base: Infobase) -> None:
    first = await save(crm, DESK)
    base.mark(INTERESTS, UUID(first.ref))
    with pytest.raises(Rejected) as caught:
        await save(crm, replace(DESK, title="x", ref=first.ref, version=first.version))
    assert caught.value.reason is RejectReason.GONE


async def test_interests_are_posted_where_that_is_asked_for(onec: FakeOneC, tools: Tools, base: Infobase) -> None:
    crm = OneCCrm(settings(onec, post_interests=True), tools)
    first = await save(crm, DESK)
    assert base.all(INTERESTS)[0]["Posted"] is True
    again = await save(crm, replace(DESK, ref=first.ref, version=first.version))
    assert again == first
    assert [path for method, path in onec.asked if path.endswith("/Post")] != []


@pytest.mark.parametrize("fault", [Fault.RESET_AFTER, Fault.RESET_BEFORE])
@pytest.mark.parametrize("times", [1, 2])
async def test_an_answer_that_got_lost_makes_nothing_twice(
    crm: OneCCrm, onec: FakeOneC, base: Infobase, fault: Fault, times: int
) -> None:
    onec.faults.add("POST", fault, times=times)
    for fact in (FACTS["contact.saved"], FACTS["interest.saved"], FACTS["task.saved"]):
        for _ in range(times + 1):
            try:
                await crm.tell(fact, key("lost"))
            except Transient:
                continue
    assert [len(base.all(name)) for name in (PARTNERS, INTERESTS, TASKS)] == [1, 1, 1]


async def test_an_answer_that_does_not_come_is_not_waited_for(onec: FakeOneC, tools: Tools, base: Infobase) -> None:
    crm = OneCCrm(settings(onec, timeout=1), tools)
    await crm.find("", "nobody@example.com")
    onec.faults.add("POST", Fault.NOTHING_AFTER)
    with pytest.raises(Transient):
        await contact(crm)
    await contact(OneCCrm(settings(onec), tools))
    assert len(base.all(PARTNERS)) == 1


async def test_two_at_once_make_one(crm: OneCCrm, base: Infobase) -> None:
    stored = await asyncio.gather(*(save(crm, DESK) for _ in range(5)))
    assert len({one.ref for one in stored}) == 1
    assert (len(base.all(INTERESTS)), len(base.all(PARTNERS))) == (1, 1)


# ---------------------------------------------------------------------------------------- from 1C


async def test_interests_of_a_contact(crm: OneCCrm, onec: FakeOneC, base: Infobase) -> None:
    stored = await contact(crm)
    won = base.put(STAGES, Description="Выигран")
    old = base.put(INTERESTS, Тема="Стул", Партнер_Key=stored.ref, Стадия_Key=str(won), Date="2025-01-01T00:00:00")
    new = base.put(INTERESTS, Тема="Стол", Партнер_Key=stored.ref, Date="2026-01-01T00:00:00")
    base.mark(INTERESTS, base.put(INTERESTS, Тема="Шкаф", Партнер_Key=stored.ref))
    base.put(INTERESTS, Тема="Чужой", Партнер_Key=str(base.put(PARTNERS, Description="Другой")))
    found = await crm.interests(stored.ref)
    assert [(one.ref, one.title, one.open, one.stage) for one in found] == [
        (str(new), "Стол", True, ""),
        (str(old), "Стул", False, "Выигран"),
    ]
    assert found[0].contact == stored.ref
    assert found[0].url.startswith(f"{onec.url}/#e1cib/data/")
    assert await crm.interests(CrmRef("nonsense")) == []


async def test_what_changed_there_is_told(crm: OneCCrm, base: Infobase, clock: ManualClock) -> None:
    mine = await save(crm, DESK)
    nothing, cursor = await crm.changed("")
    assert (list(nothing), bool(cursor)) == ([], True)
    nothing, cursor = await crm.changed(cursor)
    assert list(nothing) == []
    base.edit(INTERESTS, UUID(mine.ref), Завершен=True)
    other = base.put(INTERESTS, Тема="Новый", Партнер_Key=base.all(PARTNERS)[0]["Ref_Key"], Date="2026-03-02T00:00:00")
    changed, cursor = await crm.changed(cursor)
    assert {(one.ref, one.open) for one in changed} == {(mine.ref, False), (str(other), True)}
    base.mark(INTERESTS, other)
    base.erase(INTERESTS, UUID(mine.ref))
    changed, cursor = await crm.changed(cursor)
    assert {one.ref for one in changed if one.gone} == {mine.ref, str(other)}


async def test_one_that_became_old_is_not_gone(crm: OneCCrm, clock: ManualClock) -> None:
    await save(crm, DESK)
    _, cursor = await crm.changed("")
    clock.advance(200 * 86400)
    assert (await crm.changed(cursor))[0] == []


async def test_after_a_restart_the_recent_ones_are_told_with_the_version_we_know(
    crm: OneCCrm, onec: FakeOneC, tools: Tools
) -> None:
    stored = await save(crm, DESK)
    _, cursor = await crm.changed("")
    [again] = (await OneCCrm(settings(onec), tools).changed(cursor))[0]
    assert (again.ref, again.version) == (stored.ref, stored.version)


async def test_what_could_not_be_read_is_told_the_next_time(crm: OneCCrm, onec: FakeOneC, base: Infobase) -> None:
    stored = await save(crm, DESK)
    _, cursor = await crm.changed("")
    base.edit(INTERESTS, UUID(stored.ref), Тема="x")
    onec.faults.add("GET", Fault.SERVER_ERROR)
    with pytest.raises(Transient):
        await crm.changed(cursor)
    changed, _ = await crm.changed(cursor)
    assert [one.title for one in changed] == ["x"]


async def test_an_answer_that_could_not_be_written_down_is_given_again(crm: OneCCrm, base: Infobase) -> None:
    stored = await save(crm, DESK)
    _, first = await crm.changed("")
    base.edit(INTERESTS, UUID(stored.ref), Тема="x")
    lost, _ = await crm.changed(first)
    again, second = await crm.changed(first)
    assert [one.title for one in lost] == [one.title for one in again] == ["x"]
    assert (await crm.changed(second))[0] == []


async def test_interests_of_nobody_concern_nobody(crm: OneCCrm, base: Infobase) -> None:
    _, cursor = await crm.changed("")
    base.put(INTERESTS, Тема="Ничей", Date="2026-03-02T00:00:00")
    assert (await crm.changed(cursor))[0] == []


async def test_it_can_be_asked(crm: OneCCrm) -> None:
    assert isinstance(crm, Knowing)
    assert crm.every == 60


# ------------------------------------------------------------------------------------------- tasks


async def test_a_task_is_made_once_changed_and_executed(crm: OneCCrm, base: Infobase) -> None:
    stored = await crm.tell(TaskSaved(CALL), key("task"))
    [task] = base.all(TASKS)
    assert (task["Description"], task["СрокИсполнения"], task["Executed"]) == (
        "Перезвонить",
        "2026-03-02T13:00:00",
        False,
    )
    assert task["Описание"] == "Перезвонить\n\nGiven by: Anna\nTo be done by: Boris, Vera ✓"
    assert (task["Предмет"], task["Предмет_Type"]) == (base.all(PARTNERS)[0]["Ref_Key"], f"StandardODATA.{PARTNERS}")
    done = replace(CALL, assignees=(("Boris", True), ("Vera", True)), due=None, ref=stored.ref)
    for _ in range(2):
        assert await crm.tell(TaskSaved(done), key("task")) == stored
    [task] = base.all(TASKS)
    assert (task["СрокИсполнения"], task["Executed"]) == ("0001-01-01T00:00:00", True)


async def test_a_configuration_without_tasks(onec: FakeOneC, tools: Tools, base: Infobase) -> None:
    crm = OneCCrm(settings(onec, objects=Objects(task="")), tools)
    assert await crm.tell(TaskSaved(CALL), key("task")) == Stored()
    assert base.all(TASKS) == []


async def test_a_task_without_a_contact(crm: OneCCrm, base: Infobase) -> None:
    await crm.tell(TaskSaved(CrmTask(TaskId(1), "x" * 200, "", ())), key("task"))
    [task] = base.all(TASKS)
    assert (task["Предмет"], len(task["Описание"]), task["Executed"]) == ("", 200, False)


async def test_what_has_no_place_there_is_no_error(crm: OneCCrm, onec: FakeOneC) -> None:
    for name in ("dialog.opened", "dialog.closed", "dialog.linked", "messages.linked"):
        assert await crm.tell(FACTS[name], key(name)) == Stored()
    assert onec.asked == []


# ------------------------------------------------------------------------------------------ trouble


async def test_names_that_are_not_there_are_said_before_anything_is_written(
    onec: FakeOneC, tools: Tools, base: Infobase
) -> None:
    crm = OneCCrm(settings(onec, fields=Fields(interest_title="ТемаИнтереса")), tools)
    with pytest.raises(Unavailable) as caught:
        await contact(crm)
    assert "crm.fields.interest_title" in caught.value.detail
    assert "the nearest is Тема" in caught.value.detail
    assert "hub.toml" in caught.value.advice
    assert base.all(PARTNERS) == []
    base.objects[INTERESTS].fields["ТемаИнтереса"] = "Edm.String"
    await contact(crm)
    assert len(base.all(PARTNERS)) == 1


async def test_metadata_is_read_once(crm: OneCCrm, onec: FakeOneC) -> None:
    await asyncio.gather(contact(crm), save(crm, DESK), crm.find("+79161234567", ""))
    assert [path for _method, path in onec.asked].count("$metadata") == 1


async def test_a_configuration_that_changed_is_looked_at_again(
    crm: OneCCrm, base: Infobase, clock: ManualClock
) -> None:
    await contact(crm)
    clock.advance(3600)
    del base.objects[INTERESTS].fields["Тема"]
    base.objects[INTERESTS].required = ()
    with pytest.raises(Rejected, match="Тема"):
        await save(crm, DESK)
    with pytest.raises(Unavailable, match=r"crm\.fields\.interest_title"):
        await save(crm, DESK)


async def test_kinds_that_are_not_there(onec: FakeOneC, tools: Tools) -> None:
    with pytest.raises(Unavailable, match="Мобильный") as caught:
        await contact(OneCCrm(settings(onec, phone_kind="Мобильный"), tools))
    assert "phone_kind" in caught.value.advice


@pytest.mark.parametrize("body", [b"<html/>", b"<!DOCTYPE x []><edmx/>", b"", b"{}"])
async def test_metadata_that_is_none(crm: OneCCrm, onec: FakeOneC, body: bytes) -> None:
    onec.metadata = body
    with pytest.raises(Unavailable, match=r"\$metadata"):
        await contact(crm)


async def test_a_wrong_password(onec: FakeOneC, tools: Tools) -> None:
    onec.password = "another"
    with pytest.raises(Unavailable) as caught:
        await contact(OneCCrm(settings(onec, password="wrong"), tools))
    assert (caught.value.detail, "password of [crm]" in caught.value.advice) == ("HTTP 401", True)


async def test_a_user_without_rights(crm: OneCCrm, onec: FakeOneC) -> None:
    onec.forbidden.add(INTERESTS)
    with pytest.raises(Unavailable) as caught:
        await save(crm, DESK)
    assert caught.value.detail == "Нарушение прав доступа!"
    assert "the right to read and write" in caught.value.advice


async def test_a_wrong_address(onec: FakeOneC, tools: Tools) -> None:
    with pytest.raises(Unavailable) as caught:
        await contact(OneCCrm(settings(onec, url=onec.url.replace("/crm", "/erp")), tools))
    assert "url of [crm]" in caught.value.advice


async def test_what_code_in_1c_says_no_to_is_passed_on(crm: OneCCrm, base: Infobase) -> None:
    base.objection = "Не выбран канал привлечения"
    with pytest.raises(Rejected) as caught:
        await contact(crm)
    assert (caught.value.reason, caught.value.detail) == (RejectReason.INVALID, "Не выбран канал привлечения")


@pytest.mark.parametrize(
    "said",
    [
        "Конфликт блокировок при выполнении транзакции",
        "Не обнаружено свободной лицензии!",
        "Произошла внутренняя ошибка OData сервиса.",
    ],
)
async def test_a_lock_or_a_license_passes(crm: OneCCrm, onec: FakeOneC, base: Infobase, said: str) -> None:
    onec.busy.append(said)
    with pytest.raises(Transient) as caught:
        await contact(crm)
    assert caught.value.detail == said
    await contact(crm)
    assert len(base.all(PARTNERS)) == 1


async def test_retry_after_is_obeyed(crm: OneCCrm, onec: FakeOneC) -> None:
    onec.faults.add("GET", Fault.TOO_MANY, retry_after=9)
    with pytest.raises(Transient) as caught:
        await contact(crm)
    assert caught.value.retry_after == 9


async def test_1c_that_is_away_for_a_moment_and_for_long(crm: OneCCrm, onec: FakeOneC, clock: ManualClock) -> None:
    await onec.switch_off()
    with pytest.raises(Transient):
        await contact(crm)
    clock.advance(31)
    with pytest.raises(Unavailable) as caught:
        await contact(crm)
    assert "See that the CRM runs" in caught.value.advice
    await onec.switch_on()
    await contact(crm)


# ------------------------------------------------------------------------------------------- check


async def test_check_is_content(crm: OneCCrm) -> None:
    [finding] = await crm.check()
    assert (finding.ok, finding.what) == (True, "1C has every object and field that is needed.")


async def test_check_names_all_that_is_missing(onec: FakeOneC, tools: Tools) -> None:
    wrong = settings(onec, objects=Objects(task="Task_Задача"), fields=Fields(contact_client="ЭтоКлиент"))
    found = await OneCCrm(wrong, replace(tools, locale="ru")).check()
    assert [one.ok for one in found] == [False, False]
    assert "crm.fields.contact_client" in found[0].what
    assert "Клиент" in found[0].what
    assert "Task_ЗадачаИсполнителя" in found[1].what
    assert all("hub.toml" in one.advice for one in found)


@pytest.mark.parametrize("given", [{"password": "wrong"}, {"email_kind": "Нет"}])
async def test_check_says_what_to_do(onec: FakeOneC, tools: Tools, given: dict[str, str]) -> None:
    [finding] = await OneCCrm(settings(onec, **given), tools).check()
    assert not finding.ok
    assert "[crm]" in finding.advice


async def test_check_of_one_that_is_away(crm: OneCCrm, onec: FakeOneC) -> None:
    await onec.switch_off()
    [finding] = await crm.check()
    assert not finding.ok
    assert "url of [crm]" in finding.advice


def test_objects_of_different_kinds_with_one_number_have_different_keys() -> None:
    assert len({key_of_ours("hub", what, 1) for what in ("contact", "interest", "task")}) == 3
