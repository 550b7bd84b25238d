"""Contacts as partners of 1C: found by phone or e-mail address, or created once.

The hub adds phones and addresses but never changes an existing name, which users of 1C have entered. Those of somebody
in a company go to their contact person (`bot.crm.onec.people`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from bot.crm.onec import odata, phones, wire
from bot.crm.onec.edmx import Schema
from bot.crm.onec.errors import Conflict
from bot.crm.onec.people import OneCPeople
from bot.crm.onec.service import Json, Service
from bot.crm.onec.settings import OneCCrmSettings
from bot.domain.account_rules import ContactKind
from bot.ports import Transient
from bot.ports.crm import CrmContact, ForeignContact, Stored

TRIES = 3
LONGEST_EMAIL = 100
"""Characters: the length of 1C's search field; addresses of the service are limited too."""
TAIL = 4
"""Trailing digits of a number sent as the search condition: few enough to be adjacent in most notations."""


DASHES = ("", "-", " ", "\u00a0", "–", ".")
"""Characters that people write in the middle of those digits."""


class OneCContacts:
    """Contacts of the infobase. `kinds`: keys of the contact information kinds, by set and by type."""

    def __init__(
        self,
        settings: OneCCrmSettings,
        service: Service,
        schema: Schema,
        kinds: Mapping[str, Mapping[str, UUID]],
    ) -> None:
        self._settings, self._service, self._schema, self._kinds = settings, service, schema, kinds
        self._set, self._fields = settings.objects.contact, settings.fields
        self._people = OneCPeople(settings, service, schema, kinds.get(settings.objects.person, {}))

    async def save(self, contact: CrmContact, *, also: CrmContact | None = None) -> Stored:
        """Creates or updates the partner with what is known of the contact. `also`: another contact that is the same
        person."""
        for _ in range(TRIES):
            partner = await self.ensured(contact)
            try:
                await self._write(partner, contact, also)
            except Conflict:
                continue
            return Stored(wire.ref(partner))
        raise Transient("the partner is being changed in 1C at every try")

    async def merge(self, kept: CrmContact, merged: CrmContact) -> Stored:
        """Adds the merged contact's phone and address to the kept one's partner. The other partner stays: users of 1C
        merge duplicates themselves."""
        return await self.save(kept, also=merged)

    async def part(self, kept: CrmContact, merged: CrmContact) -> Stored:
        """Creates a partner for `merged`, unless it has one other than that of `kept`. The partner of `kept` keeps its
        phones and addresses, which users of 1C may have entered."""
        if merged.ref and merged.ref != kept.ref:
            return Stored(merged.ref)
        ours = wire.key_of_ours(self._settings.origin, "contact", merged.id)
        own = await self._service.get(self._set, ours)
        return Stored(wire.ref(own or await self._created(merged, ours)))

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
        phone = next(iter(phones.numbers(contact.phone or contact.entered, self._settings.region)), "")
        if not phone and not contact.email:
            return None
        found = await self.find(phone, contact.email)
        return await self._service.get(self._set, UUID(found[0].ref)) if len(found) == 1 else None

    async def _made(self, contact: CrmContact, ours: UUID) -> Json:
        """Creates the partner. Its key comes from the phone, or the address: of several contacts with the same, at one
        time, one creates it. A partner with this key who has another phone by now is not theirs."""
        for detail in wire.details_of(contact, self._settings.region)[:1]:
            shared = wire.key_of_ours(self._settings.origin, "contact", _joined(detail))
            partner = await self._created(contact, shared)
            if not wire.is_gone(partner) and wire.has(partner, self._fields, detail, self._settings.region):
                return partner
        return await self._created(contact, ours)

    async def _created(self, contact: CrmContact, key: UUID) -> Json:
        """Creates the partner with this key, or returns the one that has it."""
        body: dict[str, Any] = {"Ref_Key": str(key), self._fields.contact_name: wire.name_of(contact)}
        if self._fields.contact_full_name:
            body[self._fields.contact_full_name] = wire.name_of(contact)
        if self._fields.contact_client:
            body[self._fields.contact_client] = contact.kind is ContactKind.CLIENT
        if more := [self._row(detail) for detail in wire.details_of(contact, self._settings.region)]:
            body[self._fields.info] = wire.numbered([], more, {})
        return await self._service.made(self._set, key, body)

    def _row(self, detail: wire.Detail) -> Json:
        return wire.detail_row(self._fields, self._kinds[self._set], detail, self._settings.region)

    async def _write(self, partner: Json, contact: CrmContact, also: CrmContact | None) -> None:
        """Writes what the partner lacks: a name if it has none, the client mark, phones and addresses. Raises
        `Conflict`."""
        fields, region, changes = self._fields, self._settings.region, dict[str, Any]()
        if not wire.said(partner, fields.contact_name):
            changes[fields.contact_name] = wire.name_of(contact)
        if contact.kind is ContactKind.CLIENT and wire.contact_kind(partner, fields) is not ContactKind.CLIENT:
            changes[fields.contact_client] = True
        known = wire.details_of(contact, region)
        wanted = [*known, *(wire.details_of(also, region) if also is not None else ())]
        lacking = [one for one in dict.fromkeys(wanted) if not wire.has(partner, fields, one, region)]
        if lacking and not await self._people.took(
            partner, contact, known, lacking, own=self._is_own(partner, contact)
        ):
            there, rows = wire.rows(partner, fields), self._schema.rows(self._set, fields.info)
            changes[fields.info] = wire.numbered(there, [self._row(one) for one in lacking], rows)
        if changes:
            await self._service.change(self._set, UUID(wire.ref(partner)), changes, partner.get("DataVersion", ""))

    def _is_own(self, partner: Json, contact: CrmContact) -> bool:
        """Tells whether the hub has created the partner for this contact."""
        origin, details = self._settings.origin, wire.details_of(contact, self._settings.region)
        keys = [wire.key_of_ours(origin, "contact", one) for one in (str(contact.id), *map(_joined, details))]
        return odata.key_of(partner.get("Ref_Key")) in keys

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
        written = [odata.holds(f"{tail[:2]}{dash}{tail[2:]}", self._fields.info_text) for dash in DASHES]
        if self._fields.info_phone:
            written.append(odata.holds(tail, self._fields.info_phone))
        return odata.both(odata.equal(self._fields.info_type, odata.text(wire.PHONE)), odata.either(written))

    def _asked_email(self, email: str) -> str:
        if not email or len(email) > LONGEST_EMAIL:
            return ""
        is_address = odata.equal(self._fields.info_type, odata.text(wire.EMAIL))
        return odata.both(is_address, odata.holds(email, self._fields.info_text))


def _joined(detail: wire.Detail) -> str:
    return ":".join(detail).casefold()
