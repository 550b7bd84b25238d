"""Contact persons of partners. A customer who works for a company is one of its contact persons: their phones and
addresses are that person's and not the company's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from bot.crm.onec import odata, wire
from bot.crm.onec.edmx import Schema
from bot.crm.onec.service import Json, Service
from bot.crm.onec.settings import OneCCrmSettings
from bot.ports.crm import CrmContact

LEGAL_FORM = "ЮрФизЛицо"
"""Field of partners in many configurations: an enumeration of companies and persons."""
PRIVATE = frozenset({"ЧастноеЛицо", "ФизЛицо", "ФизическоеЛицо"})
COMPANIES = frozenset({"Компания", "ЮрЛицо", "ЮридическоеЛицо", "ЮрЛицоНеРезидент", "ОбособленноеПодразделение"})


class OneCPeople:
    """Contact persons of the infobase. `kinds`: keys of their contact information kinds, by type."""

    def __init__(self, settings: OneCCrmSettings, service: Service, schema: Schema, kinds: Mapping[str, UUID]) -> None:
        self._settings, self._service, self._schema, self._kinds = settings, service, schema, kinds
        self._set, self._fields = settings.objects.person, settings.fields

    async def took(
        self,
        partner: Json,
        contact: CrmContact,
        known: Sequence[wire.Detail],
        lacking: Sequence[wire.Detail],
        *,
        own: bool,
    ) -> bool:
        """Writes the details that the partner lacks to the contact's person at the partner. Returns False if they are
        to be written to the partner itself, who is the customer. `known`: details by which the person is recognized;
        `own`: the hub has created the partner for this contact. Raises `Conflict`."""
        if not self._set:
            return False
        people = await self._of(partner)
        more = [one for one in lacking if not any(self._has(person, one) for person in people)]
        likeness = [(self._likeness(person, contact, known), person) for person in people]
        nearest, person = max(likeness, key=lambda one: one[0], default=((0, False), None))
        if person is not None and nearest[0]:
            await self._add(person, more)
            return True
        if not _is_company(partner, people, own=own):
            return False
        if more:
            await self._make(partner, contact, more)
        return True

    async def _of(self, partner: Json) -> Sequence[Json]:
        owner = odata.key_of(partner.get("Ref_Key"))
        if owner is None:
            return []
        condition = odata.both(odata.equal(self._fields.person_owner, odata.guid(owner)), "DeletionMark eq false")
        return await self._service.find(self._set, condition)

    def _has(self, person: Json, detail: wire.Detail) -> bool:
        return wire.has(person, self._fields, detail, self._settings.region)

    def _likeness(self, person: Json, contact: CrmContact, known: Sequence[wire.Detail]) -> tuple[int, bool]:
        """Returns how many details say that this person is the contact, and whether the name does."""
        ours = odata.key_of(person.get("Ref_Key")) == self._key(contact, str(person.get(self._fields.person_owner)))
        named = wire.said(person, self._fields.contact_name).casefold() == wire.name_of(contact).casefold()
        return ours * (len(known) + 1) + sum(self._has(person, detail) for detail in known), named

    def _key(self, contact: CrmContact, partner: str) -> UUID:
        """Computes the key of the person that the hub creates for a contact at a partner."""
        return wire.key_of_ours(self._settings.origin, "person", f"{contact.id}/{partner}")

    async def _add(self, person: Json, more: Sequence[wire.Detail]) -> None:
        if not more:
            return
        rows = self._schema.rows(self._set, self._fields.info)
        changes = {self._fields.info: wire.numbered(wire.rows(person, self._fields), self._rows(more), rows)}
        await self._service.change(self._set, UUID(wire.ref(person)), changes, str(person.get("DataVersion", "")))

    async def _make(self, partner: Json, contact: CrmContact, more: Sequence[wire.Detail]) -> None:
        """Creates the person. One that users of 1C have marked for deletion since stays so."""
        key, fields = self._key(contact, wire.ref(partner)), self._fields
        body: dict[str, Any] = {
            "Ref_Key": str(key),
            fields.person_owner: wire.ref(partner),
            fields.contact_name: wire.name_of(contact),
            fields.info: wire.numbered([], self._rows(more), {}),
        }
        await self._service.made(self._set, key, body)

    def _rows(self, details: Sequence[wire.Detail]) -> list[Json]:
        return [wire.detail_row(self._fields, self._kinds, one, self._settings.region) for one in details]


def _is_company(partner: Json, people: Sequence[Json], *, own: bool) -> bool:
    """Tells whether a partner is a company: by its legal form, or because people in 1C gave it contact persons."""
    form = partner.get(LEGAL_FORM)
    if form in COMPANIES or form in PRIVATE:
        return form in COMPANIES
    return bool(people) and not own
