"""1C's objects ⇄ our values. Pure; what the fields are called is given.

What a person is reached by stands in a tabular part of the partner: one row for each phone or address, with its type
(an enumeration), its kind (a catalogue) and its text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from bot.crm.onec import odata, phones
from bot.crm.onec.settings import Fields
from bot.domain.account_rules import ContactKind
from bot.ports.crm import CrmContact, CrmRef, ForeignContact

Json = dict[str, Any]

NAMESPACE = UUID("5f0e6f6a-2b43-5d0c-9a51-7c1c8e0d1b42")
PHONE, EMAIL = "Телефон", "АдресЭлектроннойПочты"
"""Values of the standard subsystems' enumeration of types of contact information."""
LONGEST_NAME = 100
"""Characters of a catalogue's description; 1C cuts off what is longer without a word."""


def key_of_ours(origin: str, what: str, number: int) -> UUID:
    """The key that an object gets which the hub makes: the same at each try, so it is made once. `origin`: which
    hub."""
    return uuid5(NAMESPACE, f"{origin}/{what}/{number}")


def ref(one: Json) -> CrmRef:
    return CrmRef(str(one.get("Ref_Key", "")))


def is_gone(one: Json) -> bool:
    return one.get("DeletionMark") is True


def said(one: Mapping[str, Any], field: str) -> str:
    """A text; "" where there is none, or the field is not used."""
    value = one.get(field) if field else None
    return value.replace("\0", "").strip() if isinstance(value, str) else ""


def name_of(contact: CrmContact) -> str:
    """A partner needs a name, whatever is known."""
    known = contact.name or contact.phone or contact.email or f"#{contact.id}"
    return " ".join(known.split())[:LONGEST_NAME]


# ------------------------------------------------------------------------------------- reached by


def rows(one: Json, fields: Fields) -> list[Json]:
    given = one.get(fields.info)
    return [row for row in given if isinstance(row, dict)] if isinstance(given, list) else []


def phones_of(row: Mapping[str, Any], fields: Fields) -> Iterator[str]:
    """As they are written: the text, and the digits for search."""
    if row.get(fields.info_type) == PHONE:
        yield from filter(None, (said(row, fields.info_text), said(row, fields.info_phone)))


def emails_of(row: Mapping[str, Any], fields: Fields) -> Iterator[str]:
    if row.get(fields.info_type) == EMAIL:
        yield from dict.fromkeys(filter(None, (said(row, fields.info_email), said(row, fields.info_text))))


def has_phone(row: Mapping[str, Any], fields: Fields, phone: str, region: str) -> bool:
    return any(phones.same(written, phone, region) for written in phones_of(row, fields))


def has_email(row: Mapping[str, Any], fields: Fields, email: str) -> bool:
    return any(written.casefold() == email.casefold() for written in emails_of(row, fields))


def phone_row(fields: Fields, kind: UUID, phone: str, region: str) -> Json:
    parts = phones.parsed(phone, region)
    value: Json = {"value": phone, "type": PHONE}
    if parts is not None:
        value |= {"countryCode": parts.country, "areaCode": parts.area, "number": parts.local}
    return _row(
        {
            fields.info_type: PHONE,
            fields.info_kind: str(kind),
            fields.info_text: phone,
            fields.info_value: json.dumps(value, ensure_ascii=False),
            fields.info_phone: phone.lstrip("+"),
            fields.info_local_phone: parts.local if parts else "",
        }
    )


def email_row(fields: Fields, kind: UUID, email: str) -> Json:
    return _row(
        {
            fields.info_type: EMAIL,
            fields.info_kind: str(kind),
            fields.info_text: email,
            fields.info_value: json.dumps({"value": email, "type": EMAIL}, ensure_ascii=False),
            fields.info_email: email,
        }
    )


def numbered(there: Sequence[Json], more: Sequence[Json], known: Mapping[str, str]) -> list[Json]:
    """The whole part as it is sent: a tabular part is replaced, not added to. `known`: the fields that rows have."""
    kept = [{name: value for name, value in row.items() if name in known} for row in there]
    return [{**row, "LineNumber": str(number)} for number, row in enumerate([*kept, *more], 1)]


def _row(values: Json) -> Json:
    """Without fields that the configuration has not: their names are ""."""
    return {name: value for name, value in values.items() if name}


# --------------------------------------------------------------------------------------- people


def contact_kind(one: Json, fields: Fields) -> ContactKind:
    """Whoever is in the CRM is a client, unless a field tells clients from others."""
    client = bool(one.get(fields.contact_client)) if fields.contact_client else True
    return ContactKind.CLIENT if client else ContactKind.POTENTIAL


def foreign_contact(partner: Json, people: Sequence[Json], fields: Fields) -> ForeignContact:
    """`people`: those of the partner's contact persons who were looked for; the first one names the contact."""
    given = [row for one in (*people, partner) for row in rows(one, fields)]
    return ForeignContact(
        ref(partner),
        said((people or [partner])[0], fields.contact_name),
        tuple(dict.fromkeys(phone for row in given for phone in list(phones_of(row, fields))[:1])),
        tuple(dict.fromkeys(email for row in given for email in list(emails_of(row, fields))[:1])),
        contact_kind(partner, fields),
    )


def owners(people: Sequence[Json], fields: Fields) -> Mapping[UUID, list[Json]]:
    """Contact persons by the partner they belong to."""
    found: dict[UUID, list[Json]] = {}
    for one in people:
        key = odata.key_of(one.get(fields.person_owner))
        if key is not None:
            found.setdefault(key, []).append(one)
    return found
