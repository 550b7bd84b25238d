"""People at pickers: what they pick when they mean the words that others would type."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta

from bot.tasks.due import NotATime, Passed, read
from bot.views.inputs import PICKED

OTHERS, LAST = "__others", "__last"


def moment(words: str) -> datetime:
    """The time that the words mean; for words that are no time, one that has passed."""
    try:
        return read(words, datetime.now(UTC), UTC)
    except (NotATime, Passed):
        return datetime.now(UTC) - timedelta(days=1)


def spread(
    values: Mapping[str, str], names: Collection[str], times: Collection[str], written: Callable[[datetime], str]
) -> dict[str, str]:
    """Values by field as values by input. `names`: those of all inputs; `times`: those in which a time is picked."""
    found = dict[str, str]()
    for name, value in values.items():
        parts = [one for one in value.split(",") if one]
        if name in times:
            found[name] = written(moment(value)) if value else ""
        elif f"{name}{LAST}" in names:
            found[name], _, found[f"{name}{LAST}"] = value.partition("..")
        elif any(one.startswith(PICKED) for one in parts) or f"{name}{OTHERS}" in names:
            found[name] = ",".join(one.removeprefix(PICKED) for one in parts if one.startswith(PICKED))
            found[f"{name}{OTHERS}"] = ",".join(one for one in parts if not one.startswith(PICKED))
        else:
            found[name] = value
    return {name: value for name, value in found.items() if name in names}


def field_of(name: str) -> str:
    """The field that an input belongs to."""
    return name.removesuffix(OTHERS).removesuffix(LAST)
