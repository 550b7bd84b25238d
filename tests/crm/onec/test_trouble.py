"""Unknown names, rights, locks, an infobase that is away; and the findings of `hub check`."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.crm.onec.crm import OneCCrm
from bot.crm.onec.settings import FieldNames, ObjectNames
from bot.crm.onec.wire import key_of_ours
from bot.ports import Rejected, RejectReason, Tools, Transient, Unavailable
from tests.clock import ManualClock
from tests.crm.facts import DESK
from tests.crm.onec.conftest import settings
from tests.crm.onec.helpers import INTERESTS, PARTNERS, contact, save
from tests.fakes.faults import Fault
from tests.fakes.onec_odata import FakeOneC, Infobase


async def test_names_that_are_not_there_are_said_before_anything_is_written(
    onec: FakeOneC, tools: Tools, base: Infobase
) -> None:
    crm = OneCCrm(settings(onec, fields=FieldNames(interest_title="ТемаИнтереса")), tools)
    with pytest.raises(Unavailable) as caught:
        await contact(crm)
    assert "crm.fields.interest_title" in caught.value.detail
    assert "the closest name is Тема" in caught.value.detail
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
    assert (caught.value.detail, "password in [crm]" in caught.value.advice) == ("HTTP 401", True)


async def test_a_user_without_rights(crm: OneCCrm, onec: FakeOneC) -> None:
    onec.forbidden.add(INTERESTS)
    with pytest.raises(Unavailable) as caught:
        await save(crm, DESK)
    assert caught.value.detail == "Нарушение прав доступа!"
    assert "to read and write the objects" in caught.value.advice


async def test_a_wrong_address(onec: FakeOneC, tools: Tools) -> None:
    with pytest.raises(Unavailable) as caught:
        await contact(OneCCrm(settings(onec, url=onec.url.replace("/crm", "/erp")), tools))
    assert "url in [crm]" in caught.value.advice


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
    assert "Check that the CRM is running" in caught.value.advice
    await onec.switch_on()
    await contact(crm)


# ------------------------------------------------------------------------------------------- check


async def test_check_is_content(crm: OneCCrm) -> None:
    [finding] = await crm.check()
    assert (finding.ok, finding.what) == (True, "1C has all the objects and fields the hub needs.")


async def test_check_names_all_that_is_missing(onec: FakeOneC, tools: Tools) -> None:
    wrong = settings(onec, objects=ObjectNames(task="Task_Задача"), fields=FieldNames(contact_client="ЭтоКлиент"))
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
    assert "url in [crm]" in finding.advice


def test_objects_of_different_kinds_with_one_number_have_different_keys() -> None:
    assert len({key_of_ours("hub", what, 1) for what in ("contact", "interest", "task")}) == 3
