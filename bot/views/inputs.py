"""Inputs of a form as desks can have them: pickers, two inputs for one field, or plain text and lists. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime

from bot.views.values import Field, FieldKind, Option

PICKED = "user:"
"""Prefix of a user chosen in a team chat's own list, before the desk's id of them."""
_OTHERS, _LAST = "__others", "__last"
_SECOND = {FieldKind.PERSON: _OTHERS, FieldKind.PEOPLE: _OTHERS, FieldKind.DAYS: _LAST}
"""Ends of the name of the second of the two inputs that a field may be drawn as."""
_BETWEEN = {_OTHERS: ",", _LAST: ".."}
_PLAINLY = {FieldKind.PERSON: FieldKind.CHOICE, FieldKind.PEOPLE: FieldKind.MANY}
_TEXTS = (FieldKind.MOMENT, FieldKind.DAYS, FieldKind.EMAIL, FieldKind.PHONE, FieldKind.NUMBER, FieldKind.URL)


def picked(user: str) -> str:
    """Value of a user chosen in the team chat's own list."""
    return f"{PICKED}{user}"


def picked_in(values: Mapping[str, str]) -> list[str]:
    """Ids of all users chosen so."""
    found = [part.removeprefix(PICKED) for value in values.values() for part in value.split(",") if _is_user(part)]
    return list(dict.fromkeys(found))


def _is_user(part: str) -> bool:
    return part.startswith(PICKED) and part.removeprefix(PICKED).isalnum()


def second(asked: Field) -> str:
    """Name of the second input of a field."""
    return f"{asked.name}{_SECOND[asked.kind]}"


def joined(values: Mapping[str, str]) -> dict[str, str]:
    """Values by field, of fields that may have been drawn as two inputs. The end of a period may be missing."""
    found = {name: value for name, value in values.items() if not name.endswith((_OTHERS, _LAST))}
    for end, sign in _BETWEEN.items():
        for name, value in values.items():
            base = name.removesuffix(end)
            if base != name and value:
                first = found.get(base, "")
                found[base] = f"{first}{sign}{value}" if first or end == _LAST else value
    return found


def users(asked: Field) -> list[str]:
    """Ids of the users who are chosen already."""
    chosen = asked.value.split(",")
    return [option.user for option in asked.options if option.user and option.value in chosen]


def others(asked: Field) -> tuple[Option, ...]:
    """Options that are no person."""
    return tuple(option for option in asked.options if not option.user)


def moment(asked: Field) -> datetime | None:
    """Time that is entered already; None for none, and for words."""
    try:
        found = datetime.fromisoformat(asked.value)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def days(asked: Field) -> tuple[str, str]:
    """First and last day that are entered already, each in ISO 8601 or ""."""
    first, _, last = asked.value.partition("..")
    return _day(first), _day(last)


def _day(written: str) -> str:
    try:
        return date.fromisoformat(written).isoformat()
    except ValueError:
        return ""


_ALIKE: Mapping[FieldKind, Callable[[str], bool]] = {
    FieldKind.EMAIL: lambda value: "@" in value,
    FieldKind.NUMBER: lambda value: value.replace(".", "", 1).isdecimal(),
    FieldKind.URL: lambda value: value.startswith(("http://", "https://")),
}


def typed(asked: Field) -> FieldKind:
    """Kind of a text. It is a line where an input of its kind would not let what is entered already be sent in."""
    alike = _ALIKE.get(asked.kind)
    return asked.kind if alike is None or not asked.value or alike(asked.value) else FieldKind.LINE


def simplified(asked: Field) -> Field:
    """Field for a desk without pickers: a list, or a text."""
    if asked.kind in _PLAINLY:
        return replace(asked, kind=_PLAINLY[asked.kind])
    if asked.kind not in _TEXTS:
        return asked
    at = moment(asked) if asked.kind is FieldKind.MOMENT else None
    return replace(asked, kind=FieldKind.LINE, value=f"{at:%d.%m.%Y %H:%M}" if at is not None else asked.value)
