"""Tasks, and facts that 1C has no place for."""

from __future__ import annotations

from dataclasses import replace

from bot.crm.onec.crm import OneCCrm
from bot.crm.onec.settings import ObjectNames
from bot.domain import TaskId
from bot.ports import Tools
from bot.ports.crm import CrmTask, Stored, TaskSaved
from tests.crm.facts import CALL, FACTS, key
from tests.crm.onec.conftest import settings
from tests.crm.onec.helpers import PARTNERS, TASKS
from tests.fakes.onec_odata import FakeOneC, Infobase


async def test_a_task_is_made_once_changed_and_executed(crm: OneCCrm, base: Infobase) -> None:
    stored = await crm.tell(TaskSaved(CALL), key("task"))
    [task] = base.all(TASKS)
    assert (task["Description"], task["СрокИсполнения"], task["Executed"]) == (
        "Перезвонить",
        "2026-03-02T13:00:00",
        False,
    )
    assert task["Описание"] == "Перезвонить\n\nAssigned by: Anna\nAssignees: Boris, Vera ✓"
    assert (task["Предмет"], task["Предмет_Type"]) == (base.all(PARTNERS)[0]["Ref_Key"], f"StandardODATA.{PARTNERS}")
    done = replace(CALL, assignees=(("Boris", True), ("Vera", True)), due=None, ref=stored.ref)
    for _ in range(2):
        assert await crm.tell(TaskSaved(done), key("task")) == stored
    [task] = base.all(TASKS)
    assert (task["СрокИсполнения"], task["Executed"]) == ("0001-01-01T00:00:00", True)


async def test_a_configuration_without_tasks(onec: FakeOneC, tools: Tools, base: Infobase) -> None:
    crm = OneCCrm(settings(onec, objects=ObjectNames(task="")), tools)
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
