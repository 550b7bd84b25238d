"""Tasks of the hub as tasks of 1C. The assignee is named in the text: operators of the hub are not users of 1C."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from bot.crm.onec import merging, odata, wire
from bot.crm.onec.contacts import TRIES, OneCContacts
from bot.crm.onec.edmx import Schema
from bot.crm.onec.errors import Conflict
from bot.crm.onec.service import Json, Service
from bot.crm.onec.settings import OneCCrmSettings
from bot.domain.text import shorten
from bot.locale import Translator
from bot.ports import Transient
from bot.ports.crm import CrmTask, Stored

LONGEST_TITLE = 150


class OneCTasks:
    def __init__(
        self, settings: OneCCrmSettings, service: Service, contacts: OneCContacts, schema: Schema, tr: Translator
    ) -> None:
        self._settings, self._service, self._contacts, self._schema = settings, service, contacts, schema
        self._tr, self._zone = tr, ZoneInfo(settings.zone)
        self._set, self._fields = settings.objects.task, settings.fields

    async def save(self, task: CrmTask) -> Stored:
        """Creates or updates the task; does nothing if the configuration has no tasks."""
        if not self._set:
            return Stored()
        wanted = await self._wanted(task)
        for _ in range(TRIES):
            current = await self._current(task) or await self._made(task, wanted)
            key, differing = UUID(wire.ref(current)), merging.changes(wanted, current, "")
            if self._is_done(current):
                return Stored(wire.ref(current))  # 1C does not allow changes of a completed task
            try:
                if differing:
                    await self._service.change(self._set, key, differing, str(current.get("DataVersion", "")))
            except Conflict:
                continue
            await self._execute(task, key)
            return Stored(wire.ref(current))
        raise Transient("the task is being changed in 1C at every try")

    async def _execute(self, task: CrmTask, key: UUID) -> None:
        if self._fields.task_done and task.assignees and all(done for _name, done in task.assignees):
            await self._service.do(self._set, key, "ExecuteTask")

    def _is_done(self, current: Json) -> bool:
        return current.get(self._fields.task_done) is True

    async def _current(self, task: CrmTask) -> Json | None:
        ours = wire.key_of_ours(self._settings.origin, "task", task.id)
        for key in dict.fromkeys(filter(None, (odata.key_of(task.ref), ours))):
            if (found := await self._service.get(self._set, key)) is not None:
                return found
        return None

    async def _made(self, task: CrmTask, wanted: Json) -> Json:
        key = wire.key_of_ours(self._settings.origin, "task", task.id)
        return await self._service.made(self._set, key, {"Ref_Key": str(key), **wanted})

    async def _wanted(self, task: CrmTask) -> Json:
        fields = self._fields
        wanted: dict[str, Any] = {
            fields.task_title: shorten(task.text, LONGEST_TITLE),
            fields.task_text: self._words(task),
            fields.task_due: odata.local(task.due, self._zone) if task.due else odata.EMPTY_DATE,
        }
        if task.contact is not None and fields.task_contact:
            wanted |= self._subject(wire.ref(await self._contacts.ensured(task.contact)))
        return {name: value for name, value in wanted.items() if name}

    def _subject(self, partner: str) -> Json:
        """Names the type too: a field with several types states which one it holds."""
        field = self._fields.task_contact
        if f"{field}_Type" in self._schema.properties(self._set):
            return {field: partner, f"{field}_Type": f"StandardODATA.{self._settings.objects.contact}"}
        return {field: partner}

    def _words(self, task: CrmTask) -> str:
        assignees = ", ".join(f"{name} ✓" if done else name for name, done in task.assignees)
        lines = [task.text, ""]
        if task.author:
            lines.append(str.format(self._tr.gettext("Assigned by: {name}"), name=task.author))
        if assignees:
            lines.append(str.format(self._tr.gettext("Assignees: {names}"), names=assignees))
        return "\n".join(lines).strip()
