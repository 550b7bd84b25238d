"""Translation of 1C's answers into delivery errors. 1C explains in `odata.error`, in its server's language."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from bot.crm.http import CrmResponse, words
from bot.locale import N_
from bot.ports import DeliveryError, Rejected, RejectReason, Transient, Unavailable, Unexplained

ACCESS = N_("Check user and password in [crm], and that the user may sign in.")
RIGHTS = N_("In 1C, allow the hub's user to read and write the objects named in [crm].")
PLACE = N_(
    "Check that url in [crm] is the address of the published infobase and that the standard OData interface is "
    "published."
)
PUBLISH = N_(
    "Publish the object in 1C (composition of the standard OData interface), or correct its name in hub.toml; "
    '"" turns off an optional object.'
)
NO_SUCH_OBJECT = "8"
"""Code of a 404 about a set; any other is about one object."""
NO_RIGHT = "20"
"""Code of a 401 for a user who is signed in but lacks the right."""

LISTED = frozenset(map(str, range(31)))
"""Codes of `odata.error` that 1C's description of the interface lists: an object or a field, named in the text."""

BUSY = re.compile(
    r"блокиров|deadlock|взаимоблок|лицензи|licen[sc]e|таймаут|timeout|сеанс|session|субд|dbms|соединени|connection"
    r"|совместного доступа|sharing|памят|memory|диск|disk|файл|file|сервер|server|odata",
    re.IGNORECASE,
)
"""Words in temporary failures: a lock, a license, a session, the database, the machine."""
REFUSED = re.compile(
    r"не (выбран|указан|заполнен|задан|опред|найден|уникал)|обязательн|\bуже\b|запрещ|прав.? доступа|недостаточно прав"
    r"|неверн|некорректн|недопустим|нельзя|долж(ен|на|но|ны)\b"
    r"|not (filled|specified|selected|set|found|unique|allowed)|required|already|forbidden|access right|invalid"
    r"|incorrect|must be",
    re.IGNORECASE,
)
"""Words of a configuration's own code that refuses one object ("a required field is empty")."""


class Conflict(Exception):
    """The object was changed by someone else since it was read."""


def of(answer: CrmResponse, now: datetime) -> DeliveryError:
    status = answer.status
    code, said = spoken(answer)
    detail = said or f"HTTP {status}"
    if status in (401, 403):
        return Unavailable(detail, RIGHTS if status == 403 or code == NO_RIGHT else ACCESS)
    if status == 404 and code == NO_SUCH_OBJECT:
        return Unavailable(detail, PUBLISH)
    if status in (408, 425, 429, 502, 503, 504):
        return Transient(detail, answer.retry_after(now), scope="all" if status == 429 else "")
    if status >= 500:
        return _internal(said, detail)
    if status in (413, 414, 431):
        return Rejected(RejectReason.TOO_LONG, detail)
    if not said:
        return Unavailable(detail, PLACE)
    return Rejected(RejectReason.INVALID, said) if code in LISTED and status in (400, 404, 409) else Unexplained(said)


def _internal(said: str, detail: str) -> DeliveryError:
    """Translates a 500, which is either a failure of 1C's own or a refusal by the configuration's code."""
    if not said or BUSY.search(said):
        return Transient(detail)
    return Rejected(RejectReason.INVALID, said) if REFUSED.search(said) else Unexplained(said)


def spoken(answer: CrmResponse) -> tuple[str, str]:
    """Returns code and text of `odata.error`; "" for both if there is none."""
    body: Any = answer.json
    error = body.get("odata.error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return "", ""
    message = error.get("message")
    said = message.get("value") if isinstance(message, dict) else message
    return str(error.get("code", "")), words(said)
