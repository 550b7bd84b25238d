"""Contacts as partners of 1C: known ones are found by phone or address, others are made, once.

The name that a partner has in 1C stays: people there have written it. What the hub adds are phones and addresses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from bot.crm.onec import odata, phones, wire
from bot.crm.onec.edmx import Schema
from bot.crm.onec.errors import Conflict
from bot.crm.onec.service import Json, Service
from bot.crm.onec.settings import OneCSettings
from bot.domain.account_rules import ContactKind
from bot.ports import Rejected, Transient
from bot.ports.crm import CrmContact, CrmRef, ForeignContact, Stored

TRIES = 3
LONGEST_EMAIL = 100
"""Characters: 1C's field for search holds no more, and what stands in an address of the service has its limits, too."""
TAIL = 4
"""Digits of a number's end by which the server is asked: few enough to be written together in most ways."""


class Contacts:
    """`kinds`: the keys of the kinds of phones and of e-mail addresses."""

    def __init__(self, settings: OneCSettings, service: Service, schema: Schema, kinds: Mapping[str, UUID]) -> None:
        self._settings, self._service, self._schema, self._kinds = settings, service, schema, kinds
        self._set, self._fields = settings.objects.contact, settings.fields

    async def save(self, contact: CrmContact) -> Stored:
        """The partner, with what is known of the contact."""
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
        """Who stays is reached by what the other was; the other partner stays in 1C: people there join duplicates."""
        stored = await self.save(kept)
        return await self.save(_known_as(stored.ref, kept, merged.phone, merged.email)) if stored.ref else stored

    async def part(self, kept: CrmContact, merged: CrmContact) -> Stored:
        """They are two: where 1C has no other partner for `merged` than that of `kept`, they get one of their own. What
        the partner of `kept` is reached by stays: people there may know it from elsewhere."""
        if merged.ref and merged.ref != kept.ref:
            return Stored(merged.ref)
        ours = wire.key_of_ours(self._settings.origin, "contact", merged.id)
        own = await self._service.get(self._set, ours)
        return Stored(wire.ref(own or await self._made(merged, ours)))

    async def ensured(self, contact: CrmContact) -> Json:
        """The partner whom this contact is, made when there is none. One that is marked for deletion is the last
        choice: mostly there is another by now."""
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
        """Partners, and partners whose contact persons are reached by that."""
        people = await self._reached(self._settings.objects.person, phone, email)
        partners = {wire.ref(one): one for one in await self._reached(self._set, phone, email)}
        owners = wire.owners(people, self._fields)
        missing = [key for key in owners if str(key) not in partners]
        more = {wire.ref(one): one for one in await self._service.named(self._set, missing)}
        found = [one for one in (partners | more).values() if not wire.is_gone(one)]
        return [wire.foreign_contact(one, owners.get(UUID(wire.ref(one)), []), self._fields) for one in found]

    async def _matched(self, contact: CrmContact) -> Json | None:
        """The only partner who is reached by that phone or address; of several none can be chosen."""
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
            )  # by somebody a moment ago, or by a try whose answer was lost
            if made is None:
                raise
            return made

    def _changes(self, partner: Json, contact: CrmContact) -> Json:
        """What the partner lacks."""
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
        """Those that are to be added."""
        fields, region, more = self._fields, self._settings.region, list[Json]()
        if contact.phone and not any(wire.has_phone(row, fields, contact.phone, region) for row in there):
            more.append(wire.phone_row(fields, self._kinds["phone"], contact.phone, region))
        if contact.email and not any(wire.has_email(row, fields, contact.email) for row in there):
            more.append(wire.email_row(fields, self._kinds["email"], contact.email))
        return more

    async def _reached(self, objects: str, phone: str, email: str) -> Sequence[Json]:
        """Objects with a row of that phone or address. The server is asked roughly, for it compares text with text; who
        it is really is decided here."""
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
