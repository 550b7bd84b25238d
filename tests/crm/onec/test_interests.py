"""Interests, both ways: each side's changes are kept."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from bot.crm.onec.crm import OneCCrm
from bot.ports import Rejected, RejectReason, Tools, Transient
from bot.ports.crm import CrmRef, Knowing
from tests.clock import ManualClock
from tests.crm.facts import DESK, FACTS, key
from tests.crm.onec.conftest import settings
from tests.crm.onec.helpers import INTERESTS, PARTNERS, STAGES, TASKS, contact, save
from tests.fakes.faults import Fault
from tests.fakes.onec_odata import FakeOneC, Infobase


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


async def test_what_people_wrote_into_one_whose_answer_got_lost_stays(
    crm: OneCCrm, onec: FakeOneC, base: Infobase
) -> None:
    await contact(crm)
    onec.faults.add("POST", Fault.RESET_AFTER)
    with pytest.raises(Transient):
        await save(crm, DESK)
    [made] = base.all(INTERESTS)
    base.edit(INTERESTS, UUID(made["Ref_Key"]), Тема="Стол из дуба")
    assert (await save(crm, DESK)).ref == made["Ref_Key"]
    assert base.all(INTERESTS)[0]["Тема"] == "Стол из дуба"


async def test_an_answer_that_does_not_come_is_not_waited_for(onec: FakeOneC, tools: Tools, base: Infobase) -> None:
    crm = OneCCrm(settings(onec), tools)
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
