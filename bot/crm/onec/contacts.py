"""Contacts as partners of 1C: found by phone or e-mail address, or created once.

The hub adds phones and addresses but never changes an existing name, which users of 1C have entered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from bot.crm.onec import odata, phones, wire
from bot.crm.onec.edmx import Schema
from bot.crm.onec.errors import Conflict
from bot.crm.onec.service import Json, Service
from bot.crm.onec.settings import OneCCrmSettings
from bot.domain.account_rules import ContactKind
from bot.ports import Rejected, Transient
from bot.ports.crm import CrmContact, CrmRef, ForeignContact, Stored

TRIES = 3
LONGEST_EMAIL = 100
"""Characters: the length of 1C's search field; addresses of the service are limited too."""
TAIL = 4
"""Trailing digits of a number sent as the search condition: few enough to be adjacent in most notations."""


class OneCContacts:
    """Contacts of the infobase. `kinds`: keys of the contact information kinds for phones and e-mail addresses."""

    def __init__(self, settings: OneCCrmSettings, service: Service, schema: Schema, kinds: Mapping[str, UUID]) -> None:
        self._settings, self._service, self._schema, self._kinds = settings, service, schema, kinds
        self._set, self._fields = settings.objects.contact, settings.fields

    async def save(self, contact: CrmContact) -> Stored:
        """Creates or updates the partner with what is known of the contact."""
        for _ in range(TRIES):
            partner = await self.ensured(contact)
            changes = self._changes(partner, contact)
            if not changes:
                return Stored(wire.ref(partner))
            try:
                await self._service.change(self._set, UUID(wire.ref(partner)), changes, partner.get("DataVersion", ""))
            except Conflict:
                continue
            return Stored(wire.ref(partner))
        raise Transient("the partner is being changed in 1C at every try")

    async def merge(self, kept: CrmContact, merged: CrmContact) -> Stored:
        """Adds the merged contact's phone and address to the kept one's partner. The other partner stays: users of 1C
        merge duplicates themselves."""
        stored = await self.save(kept)
        return await self.save(_known_as(stored.ref, kept, merged.phone, merged.email)) if stored.ref else stored

    async def part(self, kept: CrmContact, merged: CrmContact) -> Stored:
        """Creates a partner for `merged`, unless it has one other than that of `kept`. The partner of `kept` keeps its
        phones and addresses, which users of 1C may have entered."""
        if merged.ref and merged.ref != kept.ref:
            return Stored(merged.ref)
        ours = wire.key_of_ours(self._settings.origin, "contact", merged.id)
        own = await self._service.get(self._set, ours)
        return Stored(wire.ref(own or await self._made(merged, ours)))

    async def ensured(self, contact: CrmContact) -> Json:
        """Finds or creates the contact's partner. One marked for deletion is used only if no other matches."""
        ours = wire.key_of_ours(self._settings.origin, "contact", contact.id)
        marked: Json | None = None
        for key in dict.fromkeys(filter(None, (odata.key_of(contact.ref), ours))):
            found = await self._service.get(self._set, key)
            if found is not None and not wire.is_gone(found):
                return found
            marked = marked or found
        matched = await self._matched(contact)
        return matched or marked or await self._made(contact, ours)

    async def find(self, phone: str, email: str) -> Sequence[ForeignContact]:
        """Finds partners with that phone or address, their own or a contact person's."""
        people = await self._reached(self._settings.objects.person, phone, email)
        partners = {wire.ref(one): one for one in await self._reached(self._set, phone, email)}
        owners = wire.owners(people, self._fields)
        missing = [key for key in owners if str(key) not in partners]
        more = {wire.ref(one): one for one in await self._service.named(self._set, missing)}
        found = [one for one in (partners | more).values() if not wire.is_gone(one)]
        return [wire.foreign_contact(one, owners.get(UUID(wire.ref(one)), []), self._fields) for one in found]

    async def _matched(self, contact: CrmContact) -> Json | None:
        """Returns the partner with that phone or address if there is exactly one."""
        if not contact.phone and not contact.email:
            return None
        found = await self.find(contact.phone, contact.email)
        return await self._service.get(self._set, UUID(found[0].ref)) if len(found) == 1 else None

    async def _made(self, contact: CrmContact, key: UUID) -> Json:
        body: dict[str, Any] = {"Ref_Key": str(key), self._fields.contact_name: wire.name_of(contact)}
        if self._fields.contact_full_name:
            body[self._fields.contact_full_name] = wire.name_of(contact)
        if self._fields.contact_client:
            body[self._fields.contact_client] = contact.kind is ContactKind.CLIENT
        if more := self._rows([], contact):
            body[self._fields.info] = wire.numbered([], more, {})
        try:
            return await self._service.create(self._set, body)
        except Rejected:
            made = await self._service.get(
                self._set, key
            )  # by someone else just now, or by an attempt whose answer was lost
            if made is None:
                raise
            return made

    def _changes(self, partner: Json, contact: CrmContact) -> Json:
        """Returns the changes to the partner: a name if it has none, the client mark, phones and addresses that it
        lacks."""
        fields, changes = self._fields, dict[str, Any]()
        if not wire.said(partner, fields.contact_name):
            changes[fields.contact_name] = wire.name_of(contact)
        if contact.kind is ContactKind.CLIENT and wire.contact_kind(partner, fields) is not ContactKind.CLIENT:
            changes[fields.contact_client] = True
        there = wire.rows(partner, fields)
        if more := self._rows(there, contact):
            changes[fields.info] = wire.numbered(there, more, self._schema.rows(self._set, fields.info))
        return changes

    def _rows(self, there: Sequence[Json], contact: CrmContact) -> list[Json]:
        """Returns the rows to add."""
        fields, region, more = self._fields, self._settings.region, list[Json]()
        if contact.phone and not any(wire.has_phone(row, fields, contact.phone, region) for row in there):
            more.append(wire.phone_row(fields, self._kinds["phone"], contact.phone, region))
        if contact.email and not any(wire.has_email(row, fields, contact.email) for row in there):
            more.append(wire.email_row(fields, self._kinds["email"], contact.email))
        return more

    async def _reached(self, objects: str, phone: str, email: str) -> Sequence[Json]:
        """Finds objects with that phone or address. The server compares plain text, so it is asked for approximate
        matches, which are then checked here."""
        asked = [self._asked_phone(phone), self._asked_email(email)]
        if not objects or not any(asked):
            return []
        fields, region = self._fields, self._settings.region
        condition = odata.either(filter(None, asked))
        rows = await self._service.find(f"{objects}_{fields.info}", condition, order="Ref_Key,LineNumber")
        keys = {
            odata.key_of(row.get("Ref_Key"))
            for row in rows
            if (phone and wire.has_phone(row, fields, phone, region)) or (email and wire.has_email(row, fields, email))
        }
        found = await self._service.named(objects, sorted(filter(None, keys)))
        return [one for one in found if not wire.is_gone(one)]

    def _asked_phone(self, phone: str) -> str:
        parts = phones.parsed(phone, self._settings.region) if phone else None
        if parts is None:
            return ""
        tail = parts.e164[-TAIL:]
        written = [odata.holds(f"{tail[:2]}{between}{tail[2:]}", self._fields.info_text) for between in ("", "-", " ")]
        if self._fields.info_phone:
            written.append(odata.holds(tail, self._fields.info_phone))
        return odata.both(odata.equal(self._fields.info_type, odata.text(wire.PHONE)), odata.either(written))

    def _asked_email(self, email: str) -> str:
        if not email or len(email) > LONGEST_EMAIL:
            return ""
        field = self._fields.info_email or self._fields.info_text
        is_address = odata.equal(self._fields.info_type, odata.text(wire.EMAIL))
        return odata.both(is_address, odata.equal(field, odata.text(email)))


def _known_as(ref: CrmRef, contact: CrmContact, phone: str, email: str) -> CrmContact:
    return CrmContact(contact.id, contact.kind, contact.name, phone, email, ref)
