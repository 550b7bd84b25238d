"""The body of an event as docs/crm/webhook.md describes it: its keys and their values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any


class Wrong(Exception):
    """A body that differs from its documentation; the message says where."""


Check = Callable[[Any, str], None]


def text(value: Any, where: str) -> None:
    _holds(isinstance(value, str), where, value)


def yes_or_no(value: Any, where: str) -> None:
    _holds(isinstance(value, bool), where, value)


def number(value: Any, where: str) -> None:
    _holds(isinstance(value, int) and not isinstance(value, bool), where, value)


def time(value: Any, where: str) -> None:
    _holds(isinstance(value, str) and value.endswith("Z"), where, value)
    _holds(datetime.fromisoformat(value).utcoffset() == timedelta(0), where, value)


def one_of(*values: str) -> Check:
    return lambda value, where: _holds(value in values, where, value)


def maybe(check: Check) -> Check:
    return lambda value, where: None if value is None else check(value, where)


def each(check: Check) -> Check:
    def listed(value: Any, where: str) -> None:
        _holds(isinstance(value, list), where, value)
        for place, item in enumerate(value):
            check(item, f"{where}[{place}]")

    return listed


def table(**fields: Check) -> Check:
    def checked(value: Any, where: str) -> None:
        _holds(isinstance(value, dict), where, value)
        _holds(set(value) == set(fields), where, sorted(set(value) ^ set(fields)))
        for name, check in fields.items():
            check(value[name], f"{where}.{name}")

    return checked


def _holds(good: bool, where: str, value: Any) -> None:
    if not good:
        raise Wrong(f"{where}: {value!r}")


def e164(value: Any, where: str) -> None:
    text(value, where)
    _holds(value == "" or re.fullmatch(r"\+[1-9]\d{6,14}", value) is not None, where, value)


def address(value: Any, where: str) -> None:
    text(value, where)
    _holds(value == "" or value.startswith(("https://", "http://")), where, value)


CONTACT = table(
    id=number,
    ref=text,
    kind=one_of("client", "potential"),
    name=text,
    phone=e164,
    phone_as_entered=text,
    email=text,
)
INTEREST = table(
    id=number,
    ref=text,
    version=text,
    title=text,
    contact=CONTACT,
    open=yes_or_no,
    stage=text,
    comment=text,
    author=text,
    created_at=maybe(time),
)
DIALOG = table(
    id=number,
    account=text,
    title=text,
    contact=CONTACT,
    opened_at=time,
    lead=yes_or_no,
    link=address,
    responsible=text,
)
TASK = table(
    id=number,
    ref=text,
    text=text,
    author=text,
    assignees=each(table(name=text, done=yes_or_no)),
    due=maybe(time),
    contact=maybe(CONTACT),
)
LINK = table(dialog=DIALOG, interest=INTEREST)
LINK_OF_MESSAGES = table(dialog=DIALOG, interest=INTEREST, messages=each(table(author=text, at=time, text=text)))
EVENTS: Mapping[str, Check] = {
    "contact.saved": table(contact=CONTACT),
    "contacts.merged": table(kept=CONTACT, merged=CONTACT),
    "contacts.separated": table(kept=CONTACT, merged=CONTACT),
    "interest.saved": table(interest=INTEREST),
    "dialog.opened": table(dialog=DIALOG),
    "dialog.closed": table(dialog=DIALOG, closed_at=time, closed_by=text, reason=text, comment=text),
    "dialog.linked": LINK,
    "dialog.unlinked": LINK,
    "messages.linked": LINK_OF_MESSAGES,
    "messages.unlinked": LINK_OF_MESSAGES,
    "task.saved": table(task=TASK),
    "ping": table(),
}


def event(body: Any) -> None:
    """Checks an event. Raises `Wrong`."""
    table(version=one_of_numbers, id=text, event=one_of(*EVENTS), sent_at=time, data=lambda value, where: None)(
        body, "event"
    )
    EVENTS[body["event"]](body["data"], "data")


def one_of_numbers(value: Any, where: str) -> None:
    _holds(value == 1, where, value)
