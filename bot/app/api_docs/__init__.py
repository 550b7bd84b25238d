"""API documentation at `/api/docs`: the OpenAPI description as plain HTML, without scripts or external files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Response

from bot.ports import Route

ADDRESS, SCHEMA = "/api/docs", "/api/openapi.json"
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
HEADERS = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_DEEPEST = 4
"""Levels of nested fields that are shown."""

Json = dict[str, Any]


def routes(app: FastAPI) -> Sequence[Route]:
    async def page() -> Response:
        return Response(html(app.openapi()), media_type="text/html", headers=HEADERS)

    async def style() -> Response:
        return Response(_style(), media_type="text/css", headers=HEADERS)

    return Route(("GET",), ADDRESS, page), Route(("GET",), f"{ADDRESS}/style.css", style)


@cache
def _style() -> bytes:
    return Path(__file__).with_name("style.css").read_bytes()


def html(document: Json) -> str:
    """Renders the page."""
    components = document.get("components", {}).get("schemas", {})
    title = escape(document["info"]["title"])
    parts = [
        _operation(method, path, about, components)
        for path, methods in document["paths"].items()
        for method, about in methods.items()
    ]
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}: HTTP API</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="stylesheet" href="{ADDRESS}/style.css"></head><body><h1>{title}: HTTP API</h1>'
        f'<p>For programs: <a href="{SCHEMA}">{SCHEMA}</a> (OpenAPI).</p>{"".join(parts)}</body></html>'
    )


def _operation(method: str, path: str, about: Json, components: Json) -> str:
    parts = [
        f'<h2><span class="method">{escape(method.upper())}</span> <code>{escape(path)}</code></h2>',
        f"<p><b>{_prose(about.get('summary', ''))}.</b> {_prose(about.get('description', ''))}</p>",
    ]
    if parameters := about.get("parameters"):
        rows = [
            (_code(one["name"]), _kind(one.get("schema", {})), _needed(one.get("required")), _about(one))
            for one in parameters
        ]
        parts.append("<h3>Parameters</h3>" + _table(rows))
    for content in about.get("requestBody", {}).get("content", {}).values():
        parts.append("<h3>Request</h3>" + _fields_table(content.get("schema", {}), components))
        examples = [one["value"] for one in content.get("examples", {}).values()]
        parts += [f"<pre>{escape(json.dumps(one, indent=2, ensure_ascii=False))}</pre>" for one in examples]
    parts.append("<h3>Answers</h3>")
    for code, response in sorted(about.get("responses", {}).items()):
        schemas = [content.get("schema", {}) for content in response.get("content", {}).values()]
        inside = "".join(_fields_table(one, components) for one in schemas)
        said = f"<code>{escape(code)}</code> {_prose(response.get('description', ''))}"
        parts.append(f"<details><summary>{said}</summary>{inside}</details>" if inside else f"<p>{said}</p>")
    return "".join(parts)


def _fields_table(schema: Json, components: Json) -> str:
    return _table(list(_fields(schema, components, "", 0)))


def _fields(schema: Json, components: Json, before: str, depth: int) -> Iterator[tuple[str, ...]]:
    """Yields a row per field, including nested fields."""
    schema = _object_in(schema, components)
    for name, about in schema.get("properties", {}).items():
        needed = _needed(name in schema.get("required", ()))
        yield _code(before + name), _kind(about), needed, _about(about)
        if depth < _DEEPEST:
            items = next((one["items"] for one in (about, *about.get("anyOf", ())) if "items" in one), None)
            more = "." if items is None else "[]."
            yield from _fields(items or about, components, before + name + more, depth + 1)


def _object_in(schema: Json, components: Json) -> Json:
    """Returns the schema that holds the fields: this one, the one it refers to, or one of its alternatives."""
    if "$ref" in schema:
        return _object_in(components.get(schema["$ref"].rpartition("/")[2], {}), components)
    if "properties" in schema:
        return schema
    choices = [_object_in(one, components) for key in ("anyOf", "oneOf", "allOf") for one in schema.get(key, ())]
    return next((one for one in choices if "properties" in one), schema)


def _kind(schema: Json) -> str:
    if "$ref" in schema:
        return "object"
    if choices := [one for key in ("anyOf", "oneOf", "allOf") for one in schema.get(key, ())]:
        return " or ".join(dict.fromkeys(_kind(one) for one in choices if one.get("type") != "null"))
    if "enum" in schema:
        return ", ".join(_code(str(one)) for one in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return escape(" ".join(filter(None, (str(schema.get("type", "any")), schema.get("format", "")))))


_LIMITS = ("minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "pattern")


def _about(field: Json) -> str:
    schema = field.get("schema", field)
    limits = [f"{escape(name)} {_code(str(schema[name]))}" for name in _LIMITS if name in schema]
    return " ".join(
        filter(None, (_prose(field.get("description", "")), f'<span class="soft">{", ".join(limits)}</span>'))
    )


def _needed(required: bool | None) -> str:
    return "required" if required else '<span class="soft">optional</span>'


def _table(rows: Sequence[Sequence[str]]) -> str:
    cells: Callable[[Sequence[str]], str] = lambda row: "".join(f"<td>{cell}</td>" for cell in row)  # noqa: E731
    return f"<table>{''.join(f'<tr>{cells(row)}</tr>' for row in rows)}</table>" if rows else ""


def _prose(words: str) -> str:
    """Escapes a text and turns its backticks into `<code>`."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(words))


def _code(words: str) -> str:
    return f"<code>{escape(words)}</code>"
