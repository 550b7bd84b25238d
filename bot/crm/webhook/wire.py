"""Facts as JSON. Pure. This is a contract with other programs: fields are added, never changed.

Times are ISO 8601 in UTC with a Z; an unknown value is null (times, the contact of a task) or "" (text).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.domain import Key
from bot.domain.value import value
from bot.ports.crm import (
    ContactSaved,
    ContactsMerged,
    CrmContact,
    CrmDialog,
    CrmFact,
    CrmInterest,
    CrmRef,
    CrmTask,
    DialogClosed,
    DialogLinked,
    DialogOpened,
    InterestSaved,
    MessagesLinked,
    Stored,
    TaskSaved,
)

VERSION = 1
"""Version of the schema, raised when a field changes its meaning, which should not happen."""
LONGEST_REF = 200
PING = "ping"

Json = dict[str, Any]


@value
class SignedRequest:
    """A signed event, ready to be sent."""

    body: bytes
    headers: Mapping[str, str]


def letter(event: str, key: Key, data: Json, secret: str, now: datetime) -> SignedRequest:
    """Builds a signed event. `now` is signed too, so that a receiver can refuse a replay."""
    envelope = {"version": VERSION, "id": key, "event": event, "sent_at": moment(now), "data": data}
    body = json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Hub-Event": event,
        "X-Hub-Event-Id": str(key),
        "X-Hub-Timestamp": str(int(now.timestamp())),
        "X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest(),
    }
    return SignedRequest(body, headers)


def fact(fact: CrmFact) -> tuple[str, Json]:
    """Returns the event's name and its data."""
    return NAMES[type(fact)](fact)


def stored(answer: Any) -> Stored:
    """Parses the receiver's own id of the object; empty if the answer has none."""
    known = answer if isinstance(answer, dict) else {}
    return Stored(CrmRef(_id(known.get("ref"))), _id(known.get("version")))


def _id(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = str(value)
    return text if len(text) <= LONGEST_REF and text.isprintable() else ""


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _maybe(at: datetime | None) -> str | None:
    return None if at is None else moment(at)


# ----------------------------------------------------------------------------------------------- objects


def contact(one: CrmContact) -> Json:
    return {
        "id": int(one.id),
        "ref": one.ref,
        "kind": str(one.kind),
        "name": one.name,
        "phone": one.phone,
        "phone_as_entered": one.entered,
        "email": one.email,
    }


def interest(one: CrmInterest) -> Json:
    return {
        "id": int(one.id),
        "ref": one.ref,
        "version": one.version,
        "title": one.title,
        "contact": contact(one.contact),
        "open": one.open,
        "stage": one.stage,
        "comment": one.comment,
        "author": one.author,
        "created_at": _maybe(one.at),
    }


def dialog(one: CrmDialog) -> Json:
    return {
        "id": int(one.id),
        "account": one.account,
        "title": one.title,
        "contact": contact(one.contact),
        "opened_at": moment(one.opened_at),
        "lead": one.lead,
        "link": one.link,
        "responsible": one.responsible,
    }


def task(one: CrmTask) -> Json:
    return {
        "id": int(one.id),
        "ref": one.ref,
        "text": one.text,
        "author": one.author,
        "assignees": [{"name": name, "done": done} for name, done in one.assignees],
        "due": _maybe(one.due),
        "contact": None if one.contact is None else contact(one.contact),
    }


# ------------------------------------------------------------------------------------------------- facts


def _contact_saved(fact: ContactSaved) -> tuple[str, Json]:
    return "contact.saved", {"contact": contact(fact.contact)}


def _contacts_merged(fact: ContactsMerged) -> tuple[str, Json]:
    name = "contacts.separated" if fact.undone else "contacts.merged"
    return name, {"kept": contact(fact.kept), "merged": contact(fact.merged)}


def _interest_saved(fact: InterestSaved) -> tuple[str, Json]:
    return "interest.saved", {"interest": interest(fact.interest)}


def _dialog_opened(fact: DialogOpened) -> tuple[str, Json]:
    return "dialog.opened", {"dialog": dialog(fact.dialog)}


def _dialog_closed(fact: DialogClosed) -> tuple[str, Json]:
    how = {"closed_at": moment(fact.at), "closed_by": fact.by, "reason": fact.reason, "comment": fact.comment}
    return "dialog.closed", {"dialog": dialog(fact.dialog), **how}


def _dialog_linked(fact: DialogLinked) -> tuple[str, Json]:
    name = "dialog.unlinked" if fact.undone else "dialog.linked"
    return name, {"dialog": dialog(fact.dialog), "interest": interest(fact.interest)}


def _messages_linked(fact: MessagesLinked) -> tuple[str, Json]:
    said = [{"author": author, "at": moment(at), "text": text} for author, at, text in fact.words]
    name = "messages.unlinked" if fact.undone else "messages.linked"
    return name, {"dialog": dialog(fact.dialog), "interest": interest(fact.interest), "messages": said}


def _task_saved(fact: TaskSaved) -> tuple[str, Json]:
    return "task.saved", {"task": task(fact.task)}


NAMES: Mapping[type, Callable[[Any], tuple[str, Json]]] = {
    ContactSaved: _contact_saved,
    ContactsMerged: _contacts_merged,
    InterestSaved: _interest_saved,
    DialogOpened: _dialog_opened,
    DialogClosed: _dialog_closed,
    DialogLinked: _dialog_linked,
    MessagesLinked: _messages_linked,
    TaskSaved: _task_saved,
}
