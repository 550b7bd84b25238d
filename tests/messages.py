"""Every word for people in the program, and which of them a language lacks: `make messages`."""

from __future__ import annotations

import inspect
import string
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.extract import extract, extract_from_dir
from pydantic import BaseModel

import bot.desks
import bridges
from bot.configuration.hub import HubSettings
from bot.locale import LOCALES
from bot.locale.catalogues import catalogue

ROOT = Path(__file__).parent.parent
SOURCES = [("bot/**.py", "python"), ("bridges/**.py", "python"), ("settings.py", "python")]
KEYWORDS: Mapping[str, tuple[int, ...] | None] = {"gettext": None, "ngettext": (1, 2), "_": None, "N_": None}


@dataclass(frozen=True, slots=True)
class Word:
    """A message id, its plural or "", and where it stands."""

    id: str
    plural: str
    place: str

    @property
    def key(self) -> str | tuple[str, str]:
        return (self.id, self.plural) if self.plural else self.id


def words() -> Iterator[Word]:
    """All that `gettext`, `ngettext` and `N_` are given, and what settings say of their keys and values."""
    for file, line, message, _, _ in extract_from_dir(ROOT, SOURCES, keywords=KEYWORDS):
        yield _word(message, f"{file}:{line}")
    models: tuple[type[BaseModel], ...] = (HubSettings, *_kinds())
    for model in models:
        for name, field in model.model_fields.items():
            if field.description:
                yield Word(field.description, "", f"{model.__module__}.{model.__name__}.{name}")
        for line, message in _refusals(model):
            yield _word(message, f"{model.__module__}:{line}")


def _refusals(model: type[BaseModel]) -> Iterator[tuple[int, str | tuple[str, ...]]]:
    """What the validators of a settings class say: it is shown as a fault of hub.toml."""
    with open(inspect.getfile(model), "rb") as file:
        for line, message, _, _ in extract("python", file, keywords={"ValueError": None}):
            yield line, message


def _word(message: str | tuple[str, ...], place: str) -> Word:
    return Word(message, "", place) if isinstance(message, str) else Word(message[0], message[1], place)


def _kinds() -> Iterator[type[BaseModel]]:
    for name in bridges.BRIDGES:
        yield bridges.kind(name).settings
    for name in bot.desks.DESKS:
        yield bot.desks.kind(name).settings


def missing(locale: str) -> Iterator[str]:
    """One line for each word that `locale` has not, or has wrongly."""
    known = catalogue(locale)
    seen = set()
    for word in words():
        if word.key in seen or not word.id:
            continue
        seen.add(word.key)
        found = known.get(word.id)
        if found is None or (bool(word.plural) and not found.pluralizable):
            yield f"{word.place}: not translated: {word.id!r}"
        else:
            yield from (f"{word.place}: {wrong}: {word.id!r}" for wrong in faults(found, known.num_plurals))


def faults(message: Message, plurals: int) -> Iterator[str]:
    """What is wrong with a translation."""
    forms = [message.string] if isinstance(message.string, str) else list(message.string)
    if message.pluralizable and len(forms) != plurals:
        yield f"{len(forms)} plural forms instead of {plurals}"
    if message.fuzzy:
        yield "fuzzy"
    ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
    wanted = _placeholders(ids[-1])
    for form in forms:
        if not form.strip():
            yield "empty"
        elif _placeholders(form) != wanted and not (message.pluralizable and _placeholders(form) <= wanted):
            yield f"placeholders {sorted(_placeholders(form))} instead of {sorted(wanted)}"


def _placeholders(text: str) -> set[str]:
    """The names in braces; braces that are no placeholder (an example of TOML, say) are left alone."""
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None and name.isidentifier()}
    except ValueError:
        return set()


def main() -> int:
    lines = [f"{locale}: {line}" for locale in LOCALES if locale != "en" for line in missing(locale)]
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
