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

FIELD = re.compile(
    r"\b(пол[еяю]|реквизит\w*|свойств\w*|колонк\w*)\s+(?:[\"«'“][^\"»'”]{1,100}[\"»'”]|\w+)\s+"
    r"(не\s+(заполнен|указан|выбран|задан|определен|уникальн)|обязательн|должн)"
    r"|не\s+(заполнен|указан|выбран|задан)\w*\s+(обязательн\w+\s+)?(пол[ея]|реквизит\w*|значени\w+)\b"
    r"|\b(field|attribute|property)\s+(?:[\"'“][^\"'”]{1,100}[\"'”]|\w+)\s+(is\s+)?"
    r"(not\s+(filled|specified|selected|set|unique)|required|empty|must)",
    re.IGNORECASE,
)
"""Words that name a field of the object, whatever else the text holds: a field may be called “Сервер”."""
PASSING = re.compile(
    r"блокиров|deadlock|\block\b|взаимоблок|лицензи|licen[sc]e|таймаут|timeout|время ожидания|сеанс|session|субд|dbms"
    r"|соединени|connection|подключени|совместного доступа|sharing|памят|memory|диск|disk|файл|file|сервер|server|odata"
    r"|хост|\bhost\b|сокет|socket|процесс|\bprocess\b|транзакц|transaction|монопольн|exclusive|информационн|infobase"
    r"|баз\w* данных|database|хранилищ|storage|компонент|component|регламентн|поток[аеу]?\b|stream",
    re.IGNORECASE,
)
"""Words of 1C's own failures: a lock, a license, a session, the database, the machine."""
OBJECT = re.compile(
    r"\bне\s+(выбран|указан|заполнен|задан)[аоы]?\b|обязательн\w+\s+(для\s+заполнения|пол[ея]|реквизит)"
    r"|не\s*уник(ален|альн)|\bnot\s+unique\b|\bnot\s+(filled|specified|selected)\b"
    r"|\b(объект|элемент|документ|задач[аи]|запись|партнер|контрагент|интерес|экземпляр|ссылк[аеи])\w*\b[^.!]{0,80}?"
    r"\b(не найден|не существует|помечен\w* на удаление|удален|уже (выполнен|существует|проведен)"
    r"|не может быть (провед|запис|измен))"
    r"|\b(object|item|document|task|record|reference)\b[^.!]{0,80}?\b(not found|does not exist|already"
    r"|marked for deletion|cannot be (posted|saved|written|changed))",
    re.IGNORECASE,
)
"""Words about the object itself, which no repetition changes."""
RIGHT = re.compile(
    r"нарушени\w+ прав|\bправ[оа]?\s+доступа|недостаточно прав|\bнет прав"
    r"|access (rights?|violation)|insufficient .{0,20}rights"
    r"|(проведени|запис|изменени|редактировани|добавлени|создани)\w*\b.{0,80}?\bзапрещен"
    r"|запрещен\w*\s+(проведени|запис|изменени|редактировани|добавлени|создани)"
    r"|\b(posting|writing|saving|changing|editing|adding|creating)\b.{0,80}?\b(prohibited|forbidden|not allowed)",
    re.IGNORECASE,
)
"""Words about a right that the hub's user lacks."""


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
    """Translates a 500, as which 1C answers both failures of its own and refusals by the configuration's code. Only
    what names the object or a right is final."""
    if said and FIELD.search(said):
        return Rejected(RejectReason.INVALID, said)
    if not said or PASSING.search(said):
        return Transient(detail)
    final = OBJECT.search(said) or RIGHT.search(said)
    return Rejected(RejectReason.INVALID, said) if final else Unexplained(said)


def spoken(answer: CrmResponse) -> tuple[str, str]:
    """Returns code and text of `odata.error`; "" for both if there is none."""
    body: Any = answer.json
    error = body.get("odata.error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return "", ""
    message = error.get("message")
    said = message.get("value") if isinstance(message, dict) else message
    return str(error.get("code", "")), words(said)
