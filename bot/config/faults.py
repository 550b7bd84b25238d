"""Errors in a configuration, one line each: the key, the fault, the remedy.

No line ever contains a value from the configuration: any of them may be a secret in the wrong place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.domain.value import value
from bot.locale import N_, Translator, translator

CHECK_VALUE = N_("Correct the value.")


@value
class Fault:
    """Error in the configuration. `what` and `advice` are message ids; `values` fills their placeholders."""

    key: str
    what: str
    advice: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    def line(self, tr: Translator) -> str:
        what, advice = self.words(tr)
        return " ".join(filter(None, (f"{self.key}: {what}.", advice))).replace("\n", " ")

    def words(self, tr: Translator) -> tuple[str, str]:
        """Error, without a full stop, and the advice."""
        what = self._filled(tr.gettext(self.what)).rstrip(".")
        advice = self._filled(tr.gettext(self.advice)) if self.advice else ""
        return what, advice[:1].upper() + advice[1:]

    def _filled(self, words: str) -> str:
        """Fills the placeholders. Not with `format`: another module's text may contain braces of its own."""
        for name, filling in self.values.items():
            words = words.replace(f"{{{name}}}", filling)
        return words


class Faults(Exception):
    """All errors of a configuration, found in one pass."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.lines()))

    def lines(self, locale: str = "en") -> list[str]:
        tr = translator(locale)
        return [fault.line(tr) for fault in self.faults]


def dotted(*parts: object) -> str:
    return ".".join(str(part) for part in parts)


def unknown(key: str, wrong: str, right: Sequence[str]) -> Fault:
    """Fault for an unknown name, with the nearest known one as advice. `key`: the place of the name."""
    near = get_close_matches(wrong.lower(), right, n=1, cutoff=0.6)
    if near:
        return Fault(key, N_("there is no such key"), N_('Did you mean "{near}"?'), {"near": near[0]})
    return Fault(key, N_("there is no such key"), N_("Allowed: {right}."), {"right": ", ".join(right)})


def of_validation(error: ValidationError, model: type[BaseModel], section: str) -> list[Fault]:
    """Translates pydantic's errors about one section into faults."""
    return [_of_detail(detail, model, section) for detail in error.errors(include_url=False, include_input=False)]


def _of_detail(detail: ErrorDetails, model: type[BaseModel], section: str) -> Fault:
    loc = [part for part in detail["loc"] if part != "[key]"]
    key = dotted(section, *loc)
    if detail["type"] == "extra_forbidden":
        owner = _model_at(model, loc[:-1]) or model
        return unknown(key, str(loc[-1]), sorted(owner.model_fields))
    what, values = _what(detail)
    return Fault(key, what, _description(model, loc) or _default_advice(detail["type"]), values)


WORDS = {
    "missing": N_("is missing"),
    "string_type": N_("must be text in quotes"),
    "literal_error": N_("must be one of: {expected}"),
    "enum": N_("must be one of: {expected}"),
    "string_too_short": N_("is too short: at least {min_length} characters"),
    "string_too_long": N_("is too long: at most {max_length} characters"),
    "string_pattern_mismatch": N_("has the wrong format"),
    "too_short": N_("is too short: at least {min_length}"),
    "greater_than_equal": N_("must be at least {ge}"),
    "less_than_equal": N_("must be at most {le}"),
    "greater_than": N_("must be more than {gt}"),
    "less_than": N_("must be less than {lt}"),
}
"""Messages by pydantic's type of error; a type missing here is looked up by family in `FAMILIES`."""

FAMILIES = {
    "bool": N_("must be true or false"),
    "int": N_("must be a whole number"),
    "float": N_("must be a number"),
    "url": N_("must be a web address, e.g. https://hub.example.com"),
    "tuple": N_('must be a list, e.g. ["anna", "boris"]'),
    "list": N_('must be a list, e.g. ["anna", "boris"]'),
    "set": N_('must be a list, e.g. ["anna", "boris"]'),
    "dict": N_("must be a table of names and values"),
    "model": N_("must be a table of names and values"),
}


def _what(detail: ErrorDetails) -> tuple[str, dict[str, str]]:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in WORDS:
        values = {name: str(value) for name, value in context.items()}
        if "expected" in values:
            values["expected"] = ", ".join(re.findall(r"'([^']*)'", values["expected"])) or values["expected"]
        return WORDS[kind], values
    if (family := kind.split("_")[0]) in FAMILIES:
        return FAMILIES[family], {}
    if kind == "value_error":
        return str(context.get("error", "")), {}
    return detail["msg"], {}


def _default_advice(kind: str) -> str:
    return N_("Add it.") if kind == "missing" else "" if kind == "value_error" else CHECK_VALUE


def _description(model: type[BaseModel], loc: Sequence[Any]) -> str:
    """Advice in the field's description."""
    for length in range(len(loc), 0, -1):
        owner = _model_at(model, loc[: length - 1])
        known = owner.model_fields.get(str(loc[length - 1])) if owner else None
        if known is not None and known.description:
            return known.description
    return ""


def _model_at(model: type[BaseModel], loc: Sequence[Any]) -> type[BaseModel] | None:
    """Model at a path of keys, through fields that are models and tables of models."""
    for part in loc:
        known = model.model_fields.get(str(part))
        if known is None:
            continue  # a name in a table of models, whose field has led to the model already
        found = next(iter(_models_in(known.annotation)), None)
        if found is None:
            return None
        model = found
    return model


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in get_args(annotation) for model in _models_in(inner)]
