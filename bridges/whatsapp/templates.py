"""Approved templates: those that operators can fill in, and how to send one. Pure.

Source: Meta's "Template fundamentals" and "Template components". A text template has a BODY, and optionally a HEADER of
text, a FOOTER and buttons. Variables are numbered (`{{1}}`) or named (`{{order}}`), separately in header and body. The
header has at most one, which is renamed `header` here if the body has one of the same name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.ports import VARIABLE, Approved
from bridges.shared.fields import Fields
from bridges.whatsapp.posts import Body

WORDS = frozenset({"HEADER", "BODY", "FOOTER"})
PLAIN_BUTTONS = frozenset({"QUICK_REPLY", "PHONE_NUMBER", "URL", "VOICE_CALL", "REQUEST_CONTACT_INFO"})
"""Buttons that need no values when the template is sent, unless an address has a variable."""


def approved(template: Fields) -> Approved | None:
    """Parses a template; None if it is not approved or needs more than text (a picture, a code, a product)."""
    name, language = template.text("name"), template.text("language")
    parts = {part.text("type").upper(): part for part in template.objects("components")}
    status = template.text("status").upper()
    if not name or not language or status != "APPROVED" or not _words_alone(parts, template):
        return None
    texts = {kind: part.text("text") for kind, part in parts.items() if kind in WORDS}
    header, body = texts.get("HEADER", ""), texts.get("BODY", "")
    header = _renamed(header, body)
    words = "\n".join(filter(None, (header, body, texts.get("FOOTER", ""))))
    return Approved(name, language, words, _variables(f"{header}\n{body}"))


def components(template: Fields, values: Sequence[str]) -> list[Body]:
    """Places the values of `approved(template).variables` where the API expects them. Raises `ValueError` for a wrong
    number of values."""
    found = approved(template)
    filled = dict(zip(found.variables if found else (), values, strict=True))
    parts = {part.text("type").upper(): part.text("text") for part in template.objects("components")}
    header, body = parts.get("HEADER", ""), parts.get("BODY", "")
    named = template.text("parameter_format").upper() == "NAMED"
    components = []
    for kind, original, shown in (("header", header, _renamed(header, body)), ("body", body, body)):
        names = dict(zip(_variables(original), _variables(shown), strict=True))
        order = names if named else sorted(names, key=lambda name: (len(name), name))
        if names:
            parameters = [_parameter(name, filled[names[name]], named) for name in order]
            components.append({"type": kind, "parameters": parameters})
    return components


def _parameter(name: str, value: str, named: bool) -> Body:
    """Builds a parameter. White space becomes one space: the API refuses new lines, tabs and repeated spaces in a
    value."""
    parameter: Body = {"type": "text", "text": " ".join(value.split())}
    return {**parameter, "parameter_name": name} if named else parameter


def _words_alone(parts: dict[str, Fields], template: Fields) -> bool:
    if "BODY" not in parts or template.text("category").upper() == "AUTHENTICATION":
        return False
    if set(parts) - WORDS - {"BUTTONS"}:
        return False
    header = parts.get("HEADER")
    if header is not None and header.text("format").upper() not in ("TEXT", ""):
        return False
    buttons = parts["BUTTONS"].objects("buttons") if "BUTTONS" in parts else []
    return all(_is_plain(button) for button in buttons)


def _is_plain(button: Fields) -> bool:
    return button.text("type").upper() in PLAIN_BUTTONS and not VARIABLE.search(button.text("url"))


def _renamed(header: str, body: str) -> str:
    """Renames the header's variable if the body has one of the same name."""
    taken = set(_variables(body))
    names = {name: _free(name, taken) for name in _variables(header)}
    return VARIABLE.sub(lambda found: f"{{{{{names[found[1]]}}}}}", header)


def _free(name: str, taken: Iterable[str]) -> str:
    if name not in taken:
        return name
    return "header" if "header" not in taken else f"header_{name}"


def _variables(words: str) -> tuple[str, ...]:
    """Returns the variables in order of appearance, each once."""
    return tuple(dict.fromkeys(found[1] for found in re.finditer(VARIABLE, words)))
