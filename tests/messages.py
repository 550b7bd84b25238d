"""Every message for people in the program, and those that a language lacks: `make messages`."""

from __future__ import annotations

import ast
import inspect
import string
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Message
from pydantic import BaseModel

import bot.crm
import bot.desks
import bridges
from bot.config.hub import HubSettings
from bot.locale import LOCALES
from bot.locale.catalogues import catalogue

ROOT = Path(__file__).parent.parent
SOURCES = ("bot/**/*.py", "bridges/**/*.py", "storage/**/*.py", "settings.py")
KEYWORDS = {"gettext": 1, "ngettext": 2, "_": 1, "N_": 1}
"""Function → number of its message arguments."""


@dataclass(frozen=True, slots=True)
class Word:
    """A message id, its plural or "", and its place in the source."""

    id: str
    plural: str
    place: str

    @property
    def key(self) -> str | tuple[str, str]:
        return (self.id, self.plural) if self.plural else self.id


def words() -> Iterator[Word]:
    """All messages given to `gettext`, `ngettext` and `N_`, and those by which settings describe their keys and
    values."""
    for path in sorted(path for pattern in SOURCES for path in ROOT.glob(pattern)):
        yield from _given(path, KEYWORDS)
    models: tuple[type[BaseModel], ...] = (HubSettings, *_kinds())
    for model in models:
        for name, field in model.model_fields.items():
            if field.description:
                yield Word(field.description, "", f"{model.__module__}.{model.__name__}.{name}")
        yield from _given(Path(inspect.getfile(model)), {"ValueError": 1})  # messages of validators are shown as errors


def _given(path: Path, keywords: Mapping[str, int]) -> Iterator[Word]:
    """Literal messages given to calls of these names: singular, and plural where there is one. Unlike babel's own
    extraction, it finds calls inside f-strings."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        count = keywords.get(name, 0)
        given = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)][:count]
        if count and len(given) == count:
            yield Word(given[0], given[1] if count == 2 else "", f"{path.relative_to(ROOT)}:{node.lineno}")


def _kinds() -> Iterator[type[BaseModel]]:
    for name in bridges.BRIDGES:
        yield bridges.kind(name).settings
    for name in bot.desks.DESKS:
        yield bot.desks.kind(name).settings
    for name in bot.crm.CRMS:
        yield bot.crm.kind(name).settings


def missing(locale: str) -> Iterator[str]:
    """One line for each message that `locale` lacks or has wrong."""
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
    """Errors of a translation."""
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
    """The names in braces; braces that are not a placeholder (such as an example of TOML) are ignored."""
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
