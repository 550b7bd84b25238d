"""JSON of lookups across all dialogs: search results, a contact's card, message history and attachments."""

from __future__ import annotations

from bot.desks.web.wire import Json, Wire, dialog, safe_link, text, time
from bot.domain import Interest
from bot.ports.found import (
    ContactPage,
    Correspondence,
    FileFound,
    FilesPage,
    Findings,
    Found,
    Given,
    IdentityView,
    Numbered,
    TranscriptEntry,
)


def findings(value: Findings, wire: Wire) -> Json:
    return {
        "found": [_found(one, wire) for one in value.found],
        "contacts": [wire.contact(one) for one in value.contacts],
        "numbered": _numbered(value.numbered, wire) if value.numbered else None,
        "before": value.before,
    }


def _numbered(one: Numbered, wire: Wire) -> Json:
    return {"dialog": dialog(one.dialog), "contact": wire.contact(one.contact), "account": one.account}


def _found(one: Found, wire: Wire) -> Json:
    return {
        "message": one.message,
        "dialog": dialog(one.dialog),
        "contact": wire.contact(one.contact),
        "account": one.account,
        "author": one.author,
        "at": time(one.at),
        "excerpt": text(one.excerpt),
    }


def contact_page(value: ContactPage, wire: Wire) -> Json:
    return {
        "contact": wire.contact(value.contact),
        "identities": [_known(one) for one in value.identities],
        "dialogs": [dialog(one) for one in value.dialogs],
        "interests": [interest(one) for one in value.interests],
        "tasks": [_task(one) for one in value.tasks],
    }


def _known(one: IdentityView) -> Json:
    return {
        "account": one.account,
        "title": one.title,
        "username": one.username,
        "blocked": one.blocked,
        "address": one.address if safe_link(one.address) else "",
    }


def interest(one: Interest) -> Json:
    return {
        "id": one.id,
        "title": one.title,
        "open": one.open,
        "stage": one.stage,
        "comment": one.comment,
        "url": one.url if safe_link(one.url) else "",
        "created_at": time(one.created_at),
    }


def _task(one: Given) -> Json:
    task = one.task
    return {
        "id": task.id,
        "text": task.text,
        "due": time(task.due),
        "done": task.done,
        "dialog": task.dialog,
        "by": one.by,
        "to": [{"name": name, "done": done} for name, done in one.to],
    }


def correspondence(value: Correspondence) -> Json:
    return {"said": [_said(one) for one in value.said], "before": value.before}


def _said(one: TranscriptEntry) -> Json:
    return {
        "id": one.message.id,
        "kind": one.message.author,
        "dialog": dialog(one.dialog),
        "account": one.account,
        "author": one.author,
        "at": time(one.message.at),
        "important": one.message.important,
        "deleted": one.message.deleted_at is not None,
        "words": text(one.words),
    }


def files(value: FilesPage, wire: Wire) -> Json:
    return {"files": [_file(one, wire) for one in value.files], "before": value.before}


def _file(one: FileFound, wire: Wire) -> Json:
    """Builds a found file; a link has no `media`."""
    return {
        "message": one.message,
        "dialog": one.dialog.id,
        "account": one.account,
        "author": one.author,
        "at": time(one.at),
        "name": one.name,
        "url": one.url if safe_link(one.url) else "",
        "media": wire.attachment(one.media) if one.media else None,
    }
