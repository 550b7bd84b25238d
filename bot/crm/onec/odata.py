"""OData v3 as 1C implements it: literals, filters, addresses. Pure.

External values go into an address only through `text`, `guid` or `moment`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from urllib.parse import quote
from uuid import UUID

JSON = "json;odata=nometadata"
NOBODY = UUID(int=0)
"""1C's value of an empty reference."""
EMPTY_DATE = "0001-01-01T00:00:00"


def text(value: str) -> str:
    """Quotes a text, apostrophes doubled."""
    return "'" + value.replace("'", "''") + "'"


def guid(key: UUID) -> str:
    return f"guid'{key}'"


def moment(at: datetime, zone: tzinfo) -> str:
    """Writes a time for filters. 1C's times have no time zone: they are its server's local time, in whole seconds."""
    return f"datetime'{local(at, zone)}'"


def local(at: datetime, zone: tzinfo) -> str:
    """Writes a time for bodies."""
    return at.astimezone(zone).replace(tzinfo=None).isoformat(timespec="seconds")


def parsed(value: object, zone: tzinfo) -> datetime | None:
    """Parses a time of a body into UTC; None for 1C's empty date and for anything else."""
    if not isinstance(value, str) or value.startswith("0001-"):
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


def key_of(value: object) -> UUID | None:
    """Parses a reference; None for an empty or invalid one."""
    try:
        key = UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return None if key == NOBODY else key


def both(*conditions: str) -> str:
    """Joins conditions by `and`, skipping those that are ""."""
    return " and ".join(filter(None, conditions))


def either(conditions: Iterable[str]) -> str:
    return "(" + " or ".join(conditions) + ")"


def equal(field: str, literal: str) -> str:
    return f"{field} eq {literal}"


def holds(part: str, field: str) -> str:
    """Builds a condition: the field contains this part. The arguments are in v3's order."""
    return f"substringof({text(part)},{field})"


def entity(objects: str, key: UUID | None = None, action: str = "") -> str:
    """Builds a path below the service: a set, one object of it, or an action on that."""
    path = quote(objects, safe="_")
    if key is not None:
        path += f"({guid(key)})"
    return f"{path}/{action}" if action else path


def query(**options: str | int) -> str:
    """Builds the query string: `$format` and the options given (`top=5` is `$top=5`; "" is left out)."""
    asked: Mapping[str, str] = {name: str(value) for name, value in options.items() if value != ""}
    return "&".join([f"$format={JSON}", *(f"${name}={quote(value, safe='(),/*')}" for name, value in asked.items())])


def reference(key: UUID) -> str:
    """Writes a reference as in 1C's own links: the parts of the UUID from last to first."""
    a, b, c, d, e = str(key).split("-")
    return d + e + c + b + a


def link(application: str, objects: str, key: UUID) -> str:
    """Builds the object's address in the web client; "" for one without a form."""
    kinds = {"Catalog": "Справочник", "Document": "Документ", "Task": "Задача"}
    kind, _, name = objects.partition("_")
    if kind not in kinds or not application:
        return ""
    return f"{application}/#e1cib/data/{quote(kinds[kind])}.{quote(name)}?ref={reference(key)}"
