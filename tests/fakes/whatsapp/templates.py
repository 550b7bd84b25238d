"""Templates of the fake, and the check that a template message fits an approved one. Raises `Refused`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from tests.fakes.whatsapp.refusals import Refused, invalid

JSON = dict[str, Any]


def template(name: str, body: str, language: str = "en_US", **more: Any) -> JSON:
    """A template as the API lists it; `more`: header (text), footer, components, named, status, category."""
    parts: list[JSON] = []
    if "header" in more:
        parts.append({"type": "HEADER", "format": "TEXT", "text": more["header"]})
    parts.append({"type": "BODY", "text": body})
    if "footer" in more:
        parts.append({"type": "FOOTER", "text": more["footer"]})
    return {
        "name": name,
        "language": language,
        "status": more.get("status", "APPROVED"),
        "category": more.get("category", "UTILITY"),
        "parameter_format": "NAMED" if more.get("named") else "POSITIONAL",
        "components": [*parts, *more.get("components", ())],
        "id": f"{abs(hash((name, language))) % 10**15}",
    }


def words(known: Sequence[JSON], sent: JSON) -> str:
    """The text that the customer reads."""
    code = sent["language"]["code"]
    found = next((one for one in known if (one["name"], one["language"]) == (sent["name"], code)), None)
    if found is None or found["status"] != "APPROVED":
        raise Refused(132001, f"template name ({sent['name']}) does not exist in {code}", 404)
    given = {part.get("type"): part.get("parameters", []) for part in sent.get("components", [])}
    lines = []
    for part in found["components"]:
        kind = part["type"].lower()
        if kind == "header" and part.get("format") != "TEXT":
            raise Refused(132012, f"header: Format mismatch, expected {part['format']}, received UNKNOWN")
        if kind in ("header", "body", "footer"):
            lines.append(_filled(part["text"], given.pop(kind, []), found["parameter_format"], kind))
    if given:
        raise Refused(132000, f"{', '.join(map(str, given))}: number of localizable_params does not match")
    return "\n".join(lines)


def _filled(text: str, parameters: Sequence[JSON], format_: str, kind: str) -> str:
    names = list(dict.fromkeys(re.findall(r"\{\{\s*(\w+)\s*\}\}", text)))
    if len(parameters) != len(names):
        words = f"number of localizable_params ({len(parameters)}) does not match the expected number ({len(names)})"
        raise Refused(132000, f"{kind}: {words}")
    named = format_ == "NAMED"
    values: dict[str, str] = {}
    for number, one in enumerate(parameters, 1):
        if one.get("type") != "text" or not isinstance(one.get("text"), str) or not one["text"]:
            raise Refused(131008, "Parameter of type text is missing text value")
        if re.search(r"[\n\t]| {5}", one["text"]):
            raise invalid("Param text cannot have new-line/tab characters or more than 4 consecutive spaces")
        if named != ("parameter_name" in one):
            raise invalid("Parameter name is missing or empty")
        values[one["parameter_name"] if named else str(number)] = one["text"]
    if set(values) != set(names):
        raise Refused(132000, f"{kind}: {sorted(values)} is not {sorted(names)}")
    return re.sub(r"\{\{\s*(\w+)\s*\}\}", lambda found: values[found[1]], text)
