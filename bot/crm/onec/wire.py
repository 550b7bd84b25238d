"""1C's objects ⇄ the hub's values. Pure; names of fields are passed in.

Contact information is a tabular section of the partner: one row per phone or address, with its type (an enumeration),
its kind (a catalogue) and its text.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from bot.crm.onec import odata, phones
from bot.crm.onec.settings import FieldNames
from bot.domain import graphemes
from bot.domain.account_rules import ContactKind
from bot.domain.spelling import email_key, folded
from bot.ports.crm import CrmContact, CrmRef, ForeignContact

Json = dict[str, Any]
Detail = tuple[str, str]
"""Type of contact information, and its text."""

NAMESPACE = UUID("5f0e6f6a-2b43-5d0c-9a51-7c1c8e0d1b42")
PHONE, EMAIL = "Телефон", "АдресЭлектроннойПочты"
"""Values of the standard subsystems' enumeration of contact information types."""
ADDRESS = re.compile(r"[^\s@,;:<>()\"'«»]+@[^\s@,;:<>()\"'«»]+")
LONGEST_NUMBER = 20
"""Characters of 1C's search field for phones."""
LONGEST_NAME = 100
"""Characters of a catalogue item's description; 1C silently cuts off the rest."""


def key_of_ours(origin: str, what: str, number: int | str) -> UUID:
    """Computes the key of an object that the hub creates. It is the same at each attempt, so the object is created
    once. `origin`: which hub; `number`: the hub's own, or what else tells the object from others."""
    return uuid5(NAMESPACE, f"{origin}/{what}/{number}")


def ref(one: Json) -> CrmRef:
    return CrmRef(str(one.get("Ref_Key", "")))


def is_gone(one: Json) -> bool:
    return one.get("DeletionMark") is True


def said(one: Mapping[str, Any], field: str) -> str:
    """Returns a text; "" if there is none or the field is not used."""
    value = one.get(field) if field else None
    return value.replace("\0", "").strip() if isinstance(value, str) else ""


def name_of(contact: CrmContact) -> str:
    """Returns a name in any case, since a partner must have one."""
    known = contact.name or contact.phone or contact.entered or contact.email or f"#{contact.id}"
    return graphemes.first(" ".join(known.split()), LONGEST_NAME)


# ------------------------------------------------------------------------------------- reached by


def rows(one: Json, fields: FieldNames) -> list[Json]:
    given = one.get(fields.info)
    return [row for row in given if isinstance(row, dict)] if isinstance(given, list) else []


def phones_of(row: Mapping[str, Any], fields: FieldNames) -> Iterator[str]:
    """Yields phones as written: the text, and the digits of the search field."""
    if row.get(fields.info_type) == PHONE:
        yield from filter(None, (said(row, fields.info_text), said(row, fields.info_phone)))


def emails_of(row: Mapping[str, Any], fields: FieldNames) -> Iterator[str]:
    if row.get(fields.info_type) == EMAIL:
        yield from dict.fromkeys(filter(None, (said(row, fields.info_email), said(row, fields.info_text))))


def addresses(written: str) -> list[str]:
    """Returns the e-mail addresses in a text, in the form used for comparison: one row may hold several, or a name
    beside them."""
    found = [one.rstrip(".") for one in ADDRESS.findall(unicodedata.normalize("NFKC", written))]
    return [email_key(one) or folded(one) for one in found]


def has_phone(row: Mapping[str, Any], fields: FieldNames, phone: str, region: str) -> bool:
    return any(phones.same(written, phone, region) for written in phones_of(row, fields))


def has_email(row: Mapping[str, Any], fields: FieldNames, email: str) -> bool:
    wanted = _folded(email)
    return any(not wanted.isdisjoint(_folded(written)) for written in emails_of(row, fields))


def _folded(written: str) -> set[str]:
    return set(addresses(written)) or {folded(written.strip())}


def details_of(contact: CrmContact, region: str) -> list[Detail]:
    """Returns a contact's phones, as E.164 or as entered where there is no such number in them, and e-mail address."""
    written = contact.phone or contact.entered
    found = phones.numbers(written, region) or (" ".join(written.split()),)
    return [(kind, text) for kind, text in (*((PHONE, one) for one in found), (EMAIL, contact.email)) if text]


def has(one: Json, fields: FieldNames, detail: Detail, region: str) -> bool:
    """Tells whether an object's contact information has that phone or address, however it is spelled there."""
    kind, text = detail
    if kind == EMAIL:
        return any(has_email(row, fields, text) for row in rows(one, fields))
    return any(has_phone(row, fields, text, region) for row in rows(one, fields))


def detail_row(fields: FieldNames, kinds: Mapping[str, UUID], detail: Detail, region: str) -> Json:
    """Builds a row. `kinds`: the kinds of contact information by type."""
    kind, text = detail
    return email_row(fields, kinds[EMAIL], text) if kind == EMAIL else phone_row(fields, kinds[PHONE], text, region)


def phone_row(fields: FieldNames, kind: UUID, phone: str, region: str) -> Json:
    parts = phones.parsed(phone, region)
    value: Json = {"value": phone, "type": PHONE}
    digits = re.sub(r"\D", "", phone)
    if parts is not None:
        value |= {"countryCode": parts.country, "areaCode": parts.area, "number": parts.local}
    return _row(
        {
            fields.info_type: PHONE,
            fields.info_kind: str(kind),
            fields.info_text: phone,
            fields.info_value: json.dumps(value, ensure_ascii=False),
            fields.info_phone: digits[:LONGEST_NUMBER],
            fields.info_local_phone: parts.local if parts else "",
        }
    )


def email_row(fields: FieldNames, kind: UUID, email: str) -> Json:
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
    """Builds the whole tabular section, since sending one replaces it. `known`: the fields that rows have."""
    kept = [{name: value for name, value in row.items() if name in known} for row in there]
    return [{**row, "LineNumber": str(number)} for number, row in enumerate([*kept, *more], 1)]


def _row(values: Json) -> Json:
    """Drops fields that the configuration lacks: their names are ""."""
    return {name: value for name, value in values.items() if name}


# --------------------------------------------------------------------------------------- people


def contact_kind(one: Json, fields: FieldNames) -> ContactKind:
    """Returns "client", unless a field distinguishes clients from others."""
    client = bool(one.get(fields.contact_client)) if fields.contact_client else True
    return ContactKind.CLIENT if client else ContactKind.POTENTIAL


def foreign_contact(partner: Json, people: Sequence[Json], fields: FieldNames) -> ForeignContact:
    """Builds a contact. `people`: the partner's contact persons that matched; the first one gives the name."""
    given = [row for one in (*people, partner) for row in rows(one, fields)]
    return ForeignContact(
        ref(partner),
        said((people or [partner])[0], fields.contact_name),
        tuple(dict.fromkeys(phone for row in given for phone in list(phones_of(row, fields))[:1])),
        tuple(dict.fromkeys(email for row in given for email in list(emails_of(row, fields))[:1])),
        contact_kind(partner, fields),
    )


def owners(people: Sequence[Json], fields: FieldNames) -> Mapping[UUID, list[Json]]:
    """Groups contact persons by their partner."""
    found: dict[UUID, list[Json]] = {}
    for one in people:
        key = odata.key_of(one.get(fields.person_owner))
        if key is not None:
            found.setdefault(key, []).append(one)
    return found
