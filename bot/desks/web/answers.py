"""JSON of what one operator is shown: views, forms, notices, and answers to their actions.

Addresses of files in views come from the same `Wire` as those in messages.
"""

from __future__ import annotations

from bot.desks.web.wire import Json, Wire, buttons, text, time
from bot.ports import Notification
from bot.views import inputs
from bot.views.values import Answer, Ask, Field, FieldKind, Form, Invalid, Menu, Row, Silent, Table, View, Whisper


def answer(value: Answer, wire: Wire) -> Json:
    match value:
        case Silent():
            return {"kind": "silent"}
        case Whisper():
            return {"kind": "whisper", "view": view(value.view, wire), "replaces": value.replaces}
        case Ask():
            return {"kind": "ask", "form": form(value.form)}
        case Invalid():
            return {"kind": "invalid", "errors": value.errors}


def notification(notice: Notification, wire: Wire) -> Json:
    return {"id": notice.id, "view": view(notice.view, wire), "dialog": notice.dialog, "at": time(notice.at)}


def view(value: View, wire: Wire) -> Json:
    return {
        "title": value.title,
        "tabs": buttons(value.tabs),
        "menus": [_menu(menu) for menu in value.menus],
        "above": buttons(value.begun),
        "rows": [_row(row) for row in value.rows],
        "buttons": buttons(value.buttons),
        "files": [wire.attachment(file) for file in value.files],
        "named": value.named,
        "table": _table(value.table) if value.table is not None else None,
    }


def _table(value: Table) -> Json:
    return {"header": value.header, "rows": value.rows, "sections": sorted(value.sections)}


def _menu(menu: Menu) -> Json:
    return {"label": menu.label, "options": buttons(menu.options), "chosen": menu.chosen}


def _row(row: Row) -> Json:
    return {"text": text(row.text), "buttons": buttons(row.buttons), "strong": row.strong}


_KEYBOARDS = {FieldKind.EMAIL: "email", FieldKind.PHONE: "tel", FieldKind.NUMBER: "decimal", FieldKind.URL: "url"}
"""Values of the attribute `inputmode`."""


def form(value: Form) -> Json:
    return {
        "title": value.title,
        "intro": value.intro,
        "token": value.token,
        "submit": value.submit,
        "fields": [_field(field) for field in value.fields],
    }


def _field(asked: Field) -> Json:
    """A field; the page has lists and texts, and a keyboard for each kind of text."""
    field = inputs.simplified(asked)
    return {
        "name": field.name,
        "label": field.label,
        "kind": field.kind,
        "keyboard": _KEYBOARDS.get(asked.kind, "text"),
        "required": field.required,
        "options": [{"value": option.value, "label": option.label} for option in field.options],
        "value": field.value,
        "hint": field.hint,
        "limit": field.limit,
    }
