"""An infobase of 1C as an external CRM."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from bot.crm.http import Reach
from bot.crm.onec import errors, odata, schema, wire
from bot.crm.onec.contacts import OneCContacts
from bot.crm.onec.edmx import Schema
from bot.crm.onec.interests import Memory, OneCInterests
from bot.crm.onec.service import Service
from bot.crm.onec.settings import OneCCrmSettings
from bot.crm.onec.tasks import OneCTasks
from bot.domain import Key
from bot.domain.value import value
from bot.locale import N_, translator
from bot.ports import DeliveryError, Finding, Rejected, Tools, Unavailable
from bot.ports.crm import (
    ContactSaved,
    ContactsMerged,
    CrmFact,
    CrmRef,
    ForeignContact,
    ForeignInterest,
    InterestSaved,
    Stored,
    TaskSaved,
)

LOOK_AGAIN_AFTER = timedelta(minutes=10)
SHOWN = 5
"""Missing names listed at most."""
Kinds = Mapping[str, Mapping[str, UUID]]
KINDS = N_(
    "Set phone_kind, email_kind, person_phone_kind and person_email_kind in [crm] to the predefined names of the "
    "contact information kinds."
)


@value
class _Services:
    """Components that need the infobase to have everything hub.toml names."""

    contacts: OneCContacts
    interests: OneCInterests
    tasks: OneCTasks


class OneCCrm:
    """Writes contacts, Interests and tasks. 1C has no place for dialogs, only for their Interests."""

    def __init__(self, settings: OneCCrmSettings, tools: Tools) -> None:
        self.every, self.at_once = settings.every, settings.at_once
        self._settings, self._tools = settings, tools
        self._tr = translator(tools.locale)
        self._service = Service(settings, tools)
        self._reach = Reach(tools.clock, settings.alarm_after, self._tr)
        self._memory = Memory()
        self._parts: _Services | None = None
        self._looked_at = tools.clock.now()
        self._getting_ready = asyncio.Lock()

    async def tell(self, fact: CrmFact, key: Key) -> Stored:
        """Writes a fact. `key` is not needed: each object's own key is derived from the hub's id."""
        brings = BRINGING.get(type(fact))
        if brings is None:
            return Stored()
        with self._reach.watched():
            parts = await self._ready()
            try:
                return await brings(parts, fact)
            except Rejected:
                self._doubt()
                raise

    async def find(self, phone: str, email: str) -> Sequence[ForeignContact]:
        with self._reach.watched():
            return await (await self._ready()).contacts.find(phone, email)

    async def interests(self, contact: CrmRef) -> Sequence[ForeignInterest]:
        with self._reach.watched():
            return await (await self._ready()).interests.of(contact)

    async def changed(self, since: str) -> tuple[Sequence[ForeignInterest], str]:
        with self._reach.watched():
            return await (await self._ready()).interests.changed(since)

    async def check(self) -> Sequence[Finding]:
        tr = self._tr
        try:
            known = await self._service.metadata()
            lacking = list(schema.missing(self._settings, known))
            if not lacking:
                await self._kinds(whole=True)
        except DeliveryError as error:
            advice = error.advice if isinstance(error, Unavailable) and error.advice else errors.PLACE
            what = tr.gettext("Unexpected response from 1C: {why}.").format(why=error)
            return [Finding(False, what, tr.gettext(advice))]
        if lacking:
            return [Finding(False, f"{one.words(tr)}.", tr.gettext(errors.PUBLISH)) for one in lacking]
        return [Finding(True, tr.gettext("1C has all the objects and fields the hub needs."))]

    async def close(self) -> None:
        """Does nothing: there is nothing to close."""

    def _doubt(self) -> None:
        """Schedules a new look at the configuration after a refusal: it may have changed. Not after each of many
        refusals."""
        if self._tools.clock.now() - self._looked_at >= LOOK_AGAIN_AFTER:
            self._parts = None

    async def _ready(self) -> _Services:
        """Reads $metadata once, before the first request. Raises `Unavailable` when something is missing."""
        async with self._getting_ready:
            if self._parts is None:
                self._parts = await self._look()
            return self._parts

    async def _look(self) -> _Services:
        known = await self._service.metadata()
        if lacking := list(schema.missing(self._settings, known)):
            problems = [one.words(self._tr) for one in lacking[:SHOWN]]
            raise Unavailable("; ".join(problems), errors.PUBLISH)
        parts = self._put_together(known, await self._kinds())
        self._looked_at = self._tools.clock.now()
        return parts

    def _put_together(self, known: Schema, kinds: Kinds) -> _Services:
        settings, service = self._settings, self._service
        contacts = OneCContacts(settings, service, known, kinds)
        interests = OneCInterests(settings, service, contacts, self._tools.clock, self._tr, self._memory)
        return _Services(contacts, interests, OneCTasks(settings, service, contacts, known, self._tr))

    async def _kinds(self, *, whole: bool = False) -> Kinds:
        """Returns the keys of the kinds used for phones and e-mail addresses of partners and of contact persons. Where
        there are none of persons, those of partners are used; `whole`: that is an error. Raises `Unavailable`."""
        settings, objects = self._settings, self._settings.objects
        names = {
            objects.contact: {wire.PHONE: settings.phone_kind, wire.EMAIL: settings.email_kind},
            objects.person: {wire.PHONE: settings.person_phone_kind, wire.EMAIL: settings.person_email_kind},
        }
        if not objects.person:
            del names[objects.person]
        found = await self._predefined([name for each in names.values() for name in each.values()])
        needed = names if whole else {objects.contact: names[objects.contact]}
        lacking = [name for each in needed.values() for name in each.values() if name not in found]
        if lacking:
            raise Unavailable(f"{objects.info_kind}: {', '.join(lacking)}", KINDS)
        partners = names[objects.contact]
        return {
            of: {kind: found.get(name) or found[partners[kind]] for kind, name in each.items()}
            for of, each in names.items()
        }

    async def _predefined(self, names: Sequence[str]) -> Mapping[str, UUID]:
        """Returns the keys of the kinds with these predefined names that exist."""
        objects = self._settings.objects.info_kind
        if not objects:
            return dict.fromkeys(names, odata.NOBODY)
        named = odata.either(odata.equal("PredefinedDataName", odata.text(name)) for name in names)
        found = await self._service.find(objects, named, "Ref_Key,PredefinedDataName")
        keys = {str(one.get("PredefinedDataName")): odata.key_of(one.get("Ref_Key")) for one in found}
        return {name: key for name, key in keys.items() if key is not None}


async def _contact(parts: _Services, fact: ContactSaved) -> Stored:
    return await parts.contacts.save(fact.contact)


async def _merged(parts: _Services, fact: ContactsMerged) -> Stored:
    contacts = parts.contacts
    return await (contacts.part if fact.undone else contacts.merge)(fact.kept, fact.merged)


async def _interest(parts: _Services, fact: InterestSaved) -> Stored:
    return await parts.interests.save(fact.interest)


async def _task(parts: _Services, fact: TaskSaved) -> Stored:
    return await parts.tasks.save(fact.task)


BRINGING: Mapping[type, Callable[[_Services, Any], Awaitable[Stored]]] = {
    ContactSaved: _contact,
    ContactsMerged: _merged,
    InterestSaved: _interest,
    TaskSaved: _task,
}
