"""OData v3 as 1C speaks it: literals, filters, addresses. Pure.

Everything that comes from outside goes into an address through `text`, `guid` or `moment` alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from urllib.parse import quote
from uuid import UUID

JSON = "json;odata=nometadata"
NOBODY = UUID(int=0)
"""What 1C has in a reference that is empty."""
EMPTY_DATE = "0001-01-01T00:00:00"


def text(value: str) -> str:
    """'…' with apostrophes doubled."""
    return "'" + value.replace("'", "''") + "'"


def guid(key: UUID) -> str:
    return f"guid'{key}'"


def moment(at: datetime, zone: tzinfo) -> str:
    """For filters. 1C's times have no zone: they are those of its server, in whole seconds."""
    return f"datetime'{local(at, zone)}'"


def local(at: datetime, zone: tzinfo) -> str:
    """For bodies."""
    return at.astimezone(zone).replace(tzinfo=None).isoformat(timespec="seconds")


def parsed(value: object, zone: tzinfo) -> datetime | None:
    """A time of a body, in UTC; None for 1C's empty date and for what is no time."""
    if not isinstance(value, str) or value.startswith("0001-"):
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


def key_of(value: object) -> UUID | None:
    """A reference; None for an empty one and for what is none."""
    try:
        key = UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return None if key == NOBODY else key


def both(*conditions: str) -> str:
    """All of them; what is "" counts for nothing."""
    return " and ".join(filter(None, conditions))


def either(conditions: Iterable[str]) -> str:
    return "(" + " or ".join(conditions) + ")"


def equal(field: str, literal: str) -> str:
    return f"{field} eq {literal}"


def holds(part: str, field: str) -> str:
    """The field's text has this part: the arguments stand in v3's order."""
    return f"substringof({text(part)},{field})"


def entity(objects: str, key: UUID | None = None, action: str = "") -> str:
    """A path below the service: a set, one of it, or something to do with it."""
    path = quote(objects, safe="_")
    if key is not None:
        path += f"({guid(key)})"
    return f"{path}/{action}" if action else path


def query(**options: str | int) -> str:
    """`$format` and the options given (`top=5` is `$top=5`; "" is left out)."""
    asked: Mapping[str, str] = {name: str(value) for name, value in options.items() if value != ""}
    return "&".join([f"$format={JSON}", *(f"${name}={quote(value, safe='(),/*')}" for name, value in asked.items())])


def reference(key: UUID) -> str:
    """A reference as 1C's own links have it: the parts of the UUID from the last to the first."""
    a, b, c, d, e = str(key).split("-")
    return d + e + c + b + a


def link(application: str, objects: str, key: UUID) -> str:
    """Where an object is in the web client; "" for what has no form there."""
    kinds = {"Catalog": "Справочник", "Document": "Документ", "Task": "Задача"}
    kind, _, name = objects.partition("_")
    if kind not in kinds or not application:
        return ""
    return f"{application}/#e1cib/data/{quote(kinds[kind])}.{quote(name)}?ref={reference(key)}"
