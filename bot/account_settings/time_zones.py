"""Time zones and countries by name, in either language.

A zone is recognized by its name in the tz database ("Europe/Moscow"), by the city in it ("Moscow", «Москва»), or as
UTC; a country by its code ("RU") or its name («Россия»).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import cache
from zoneinfo import available_timezones

from babel import Locale
from babel.dates import get_timezone_location

from bot.account_settings.errors import InvalidSetting
from bot.domain.spelling import folded
from bot.locale import LOCALES, N_, locale_of

UTC, MOSCOW = "UTC", "Europe/Moscow"
_AREAS = frozenset(
    {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)
"""Areas of the tz database; names outside them are older names of the same zones."""
NO_ZONE = N_("“{said}” is not a time zone. Example: Europe/Moscow.")
MEANT_ZONE = N_("“{said}” is not a time zone. Did you mean {near}?")
NO_COUNTRY = N_("Unknown country “{said}”. Enter a country code, e.g. RU or DE, or leave the field empty.")
MEANT_COUNTRY = N_("Unknown country “{said}”. Did you mean {near}?")


def zone_named(said: str) -> str:
    """Name in the tz database; UTC for an empty text. Raises `InvalidSetting`."""
    if not said.strip():
        return UTC
    found = _zones().get(_key(said))
    if found is not None:
        return found
    offset = any(sign.isdigit() for sign in said)  # UTC+3 is not a misspelt UTC
    near = "" if offset else _near(_key(said), _zones())
    raise InvalidSetting(MEANT_ZONE, said=said, near=_zones()[near]) if near else InvalidSetting(NO_ZONE, said=said)


def country_named(said: str) -> str:
    """ISO 3166 code; "" for an empty text. Raises `InvalidSetting`, also for a country whose holidays are not known."""
    if not said.strip():
        return ""
    found = _countries().get(_key(said))
    if found is not None:
        return found
    near = _near(_key(said), _countries())
    raise (
        InvalidSetting(MEANT_COUNTRY, said=said, near=_countries()[near])
        if near
        else InvalidSetting(NO_COUNTRY, said=said)
    )


def country_title(code: str, locale: str) -> str:
    """ "Russia", «Россия»; the code itself when it is unknown."""
    return str(Locale.parse(locale_of(locale)).territories.get(code, code))


def _key(said: str) -> str:
    return folded(said.strip()).replace("ё", "е").replace("_", " ")


def _near(key: str, known: Iterable[str]) -> str:
    return next(iter(difflib.get_close_matches(key, known, n=1, cutoff=0.75)), "")


@cache
def _zones() -> dict[str, str]:
    """Zones by name in the form used for comparison. A zone's own name wins over a city."""
    names = sorted((name for name in available_timezones() if name.partition("/")[0] in _AREAS), reverse=True)
    found = {_key(city): name for name in names for city in _cities(name)}
    return found | {_key(name): name for name in names} | {"utc": UTC, "gmt": UTC, "msk": MOSCOW, "мск": MOSCOW}


def _cities(zone: str) -> Iterable[str]:
    yield zone.rpartition("/")[2]
    for locale in LOCALES:
        yield get_timezone_location(zone, locale=locale, return_city=True)


@cache
def _countries() -> dict[str, str]:
    """Codes of the countries whose holidays are known, by name in the form used for comparison."""
    import holidays  # slow to import, and few settings need it

    codes = [code for code in holidays.list_supported_countries(include_aliases=False) if len(code) == 2]
    names = {_key(Locale.parse(locale).territories.get(code, code)): code for locale in LOCALES for code in codes}
    return names | {_key(code): code for code in codes}
