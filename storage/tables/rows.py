"""Conversion of rows to `bot.domain` values. Columns stand beside each reader, in the same order."""

from __future__ import annotations

from typing import Any

from bot.domain import (
    Addressee,
    Author,
    Belonging,
    Contact,
    Delivery,
    Dialog,
    Interest,
    Message,
    Operator,
    OperatorId,
    Status,
)
from bot.domain.account_rules import ContactKind
from storage.engine import codec
from storage.tables.tables import contacts, dialogs, interests, messages, operators

_STATUS = {status.value: status for status in Status}
_BELONGING = {one.value: one for one in Belonging}
_AUTHOR = {author.value: author for author in Author}
_KIND = {kind.value: kind for kind in ContactKind}
_DELIVERY = {delivery.value: delivery for delivery in Delivery}


def _columns(table: Any, names: str) -> tuple[Any, ...]:
    return tuple(table.c[name] for name in names.split())


CONTACT = _columns(contacts, "id name phone email picture kind")


def contact(row: Any) -> Contact:
    id_, name, phone, email, picture, kind = row
    return Contact(id_, name, phone, email, codec.file.load(picture) if picture else None, _KIND[kind])


INTEREST = _columns(interests, "id contact_id title created_at author open stage comment url ref version")


def interest(row: Any) -> Interest:
    return Interest(*row)


OPERATOR = _columns(operators, "id desk user name title zone belongs")


def operator(row: Any) -> Operator:
    id_, desk, user, name, title, zone, belongs = row
    return Operator(id_, desk, user, name, title, zone, _BELONGING[belongs])


DIALOG = _columns(
    dialogs,
    "id account chat contact_id desk channel opened_at status title ordinal responsible coexecutors "
    "addressee_operator addressee_role thread waiting_since last_at last_words closed_at reason comment blocked "
    "heard_at interest_id source_id answered_at continues_id lead bot passed_by barred",
)


def dialog(row: Any) -> Dialog:
    values = list(row)
    values[7] = _STATUS[row[7]]
    values[11] = coexecutors(row[11])
    to_operator, to_role = row[12], row[13]
    values[12:14] = [None if to_operator is None and to_role is None else Addressee(to_operator, to_role)]
    return Dialog(*values)


def coexecutors(text: str) -> frozenset[OperatorId]:
    return frozenset(OperatorId(int(number)) for number in text.split(",")) if text else frozenset()


def coexecutors_text(operators: frozenset[OperatorId]) -> str:
    return ",".join(str(number) for number in sorted(operators))


MESSAGE = _columns(
    messages,
    "id dialog_id author at content operator_id delivery failure detail important edited_at deleted_at "
    "reply_to line reactions late",
)


def message(row: Any) -> Message:
    values = list(row)
    values[2] = _AUTHOR[row[2]]
    values[4] = codec.content.load(row[4])
    values[6] = _DELIVERY[row[6]]
    values[13] = codec.line.load(row[13]) if row[13] else None
    values[14] = tuple(row[14].split(" ")) if row[14] else ()
    return Message(*values)
