"""JSON that the page reads and writes: the only place that defines its shapes.

Text is sent as runs with the names of their styles, never as HTML. Times are ISO 8601 in UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

from bot.desks.web.auth import Member
from bot.desks.web.markdown import SCHEMES, write
from bot.domain import (
    Attachment,
    Author,
    Choice,
    Contact,
    ContactId,
    Content,
    Dialog,
    FileRef,
    Forwarded,
    Location,
    Media,
    Occurrence,
    Poll,
    Quote,
    Reference,
    SharedContact,
    Template,
    Unshowable,
)
from bot.domain.text import Span, Style, Text
from bot.locale import N_, Translator
from bot.ports import CommandHint, Listed, MessageView, Page
from bot.ports.client_addresses import split
from bot.views.values import Button, Card, Fact, Picker, Quoted
from bot.views.words import OUT_OF_REACH, describe, unsupported_kind

Json = dict[str, Any]

_STYLES = [(style, (style.name or "").lower()) for style in Style if style]
UNSHOWABLE = N_("Unsupported message")


class FileLinks(Protocol):
    """Signed addresses of files, as `bot.ports.Files` makes them."""

    def link(self, file: FileRef, name: str, mime: str) -> str: ...


Refer = Callable[[ContactId], str]
"""Builds the reference by which one operator may request a contact's card: see `bot.desks.web.references`."""


# ---------------------------------------------------------------------------------------- rich text


def text(value: Text) -> list[Json]:
    return [_span(span) for span in value.spans]


def _span(span: Span) -> Json:
    shape: Json = {"text": span.text}
    if span.style:
        shape["styles"] = [name for style, name in _STYLES if span.style & style]
    if safe_link(span.link):
        shape["link"] = span.link
    if span.language:
        shape["language"] = span.language
    return shape


def safe_link(url: str) -> bool:
    """Tells whether the page may make the address clickable: no scripts, and of relative addresses only the desk's
    own."""
    return split(url).scheme.lower() in SCHEMES or url.startswith("/desk#")


# ------------------------------------------------------------------------------------------- values


class Wire:
    """Shapes that depend on the operator: on addresses of files, their language, or who they are."""

    def __init__(self, links: FileLinks, public_url: str, tr: Translator, refer: Refer) -> None:
        self._links, self._tr, self._refer = links, tr, refer
        self._here = public_url.rstrip("/")

    def file(self, ref: FileRef, name: str = "", mime: str = "") -> str:
        """Builds a file's address; one below the hub's public address becomes relative, so that it works wherever the
        page was opened."""
        url = self._links.link(ref, name, mime)
        return url.removeprefix(self._here) if self._here and url.startswith(f"{self._here}/") else url

    def picture(self, ref: FileRef | None) -> str:
        return self.file(ref, "picture", "image/jpeg") if ref else ""

    def contact(self, contact: Contact) -> Json:
        return {
            "id": contact.id,
            "ref": self._refer(contact.id),
            "name": contact.name,
            "phone": contact.phone,
            "email": contact.email,
            "picture": self.picture(contact.picture),
            "kind": contact.kind,
        }

    def listed_contact(self, contact: Contact) -> Json:
        """A contact without what is sealed for one reader: rows of lists are the same for all."""
        return {"id": contact.id, "name": contact.name, "picture": self.picture(contact.picture)}

    def listed(self, row: Listed) -> Json:
        return {
            "dialog": dialog(row.dialog),
            "contact": self.listed_contact(row.contact),
            "account": row.account,
            "responsible": row.responsible,
            "to_me": row.addressed_to_me,
        }

    def page(self, page: Page) -> Json:
        return {
            "dialog": dialog(page.dialog),
            "contact": self.contact(page.contact),
            "account": page.account,
            "card": self.card(page.card),
            "messages": [self.shown(one) for one in page.shown],
            "revision": page.revision,
            "may_write": page.may_write,
            "earlier": page.earlier,
            "chosen": sorted(page.chosen),
        }

    def card(self, card: Card) -> Json:
        return {
            "heading": card.heading,
            "summary": card.summary,
            "facts": [_fact(fact) for fact in card.facts],
            "status": card.status,
            "tone": card.tone,
            "buttons": buttons(card.buttons),
            "menu": buttons(card.menu),
            "open": card.open,
        }

    def shown(self, one: MessageView) -> Json:
        message = one.message
        shape: Json = {
            "id": message.id,
            "post": one.post,
            "dialog": message.dialog,
            "kind": message.author,
            "line": message.line.code if message.line else "",
            "author": one.author,
            "mine": one.mine,
            "at": time(message.at),
            "delivery": message.delivery,
            "problem": one.problem or message.detail,
            "interest": one.interest,
            "important": message.important,
            "edited_at": time(message.edited_at),
            "deleted_at": time(message.deleted_at),
            "reactions": list(message.reactions),
            "words": text(one.words),
            "quoted": _quoted(one.quoted) or _quote(message.content.quote),
            "buttons": buttons(one.buttons),
            **self.content(message.content),
        }
        if one.mine and message.author in (Author.OPERATOR, Author.NOTE):
            shape["source"] = ("// " if message.author is Author.NOTE else "") + write(message.content.text)
        return shape

    def content(self, content: Content) -> Json:
        return {
            "text": text(content.text),
            "attachments": [self.attachment(one) for one in content.attachments],
            "forwarded": [self._forwarded(one) for one in content.forwarded],
        }

    def attachment(self, one: Attachment) -> Json:
        match one:
            case Media():
                return {
                    "type": "media",
                    "kind": one.kind,
                    "url": self.file(one.file, one.name, one.mime),
                    "name": one.name,
                    "mime": one.mime,
                    "size": one.size,
                    "seconds": one.seconds,
                    "emoji": one.emoji,
                }
            case Location():
                return {
                    "type": "location",
                    "latitude": one.latitude,
                    "longitude": one.longitude,
                    "title": one.title,
                    "address": one.address,
                }
            case SharedContact():
                return _contact(one)
            case Poll():
                return {"type": "poll", "question": one.question, "options": one.options}
            case Choice():
                return {"type": "choice", "title": one.title, "about": one.about}
            case Reference() | Occurrence():
                return {"type": "described", "words": text(describe(one, self._tr))}
            case Template():
                return {"type": "template", "words": one.words}
            case Unshowable():
                if one.what in OUT_OF_REACH:
                    return {"type": "unshowable", "words": describe(one, self._tr).characters, "what": ""}
                kind = ": ".join(filter(None, (unsupported_kind(one, self._tr), one.name)))
                return {"type": "unshowable", "words": self._tr.gettext(UNSHOWABLE), "what": kind}

    def _forwarded(self, one: Forwarded) -> Json:
        return {"author": one.author, "at": time(one.at), **self.content(one.content)}


def _contact(card: SharedContact) -> Json:
    return {
        "type": "contact",
        "name": card.name,
        "about": ", ".join(filter(None, (card.title, card.company))),
        "phones": card.phones,
        "emails": card.emails,
        "sites": card.sites,
        "addresses": card.addresses,
    }


Shapes = Callable[[Member], Wire]
"""Builds the shapes for one operator."""


def dialog(value: Dialog) -> Json:
    return {
        "id": value.id,
        "title": value.title,
        "account": value.account,
        "desk": value.desk,
        "status": value.status,
        "ordinal": value.ordinal,
        "waiting_since": time(value.waiting_since),
        "last_at": time(value.last_at or value.opened_at),
        "last_words": value.last_words,
        "closed_at": time(value.closed_at),
        "reason": value.reason,
        "blocked": value.blocked,
        "source": value.source,
    }


def time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _fact(fact: Fact) -> Json:
    return {"label": fact.label, "value": text(fact.value)}


def _quoted(quoted: Quoted | None) -> Json | None:
    if quoted is None:
        return None
    return {"words": quoted.words, "author": quoted.author, "link": quoted.link if safe_link(quoted.link) else ""}


def _quote(quote: Quote | None) -> Json | None:
    return {"words": quote.words, "author": quote.author, "link": ""} if quote and quote.words else None


def buttons(many: Sequence[Button]) -> list[Json]:
    return [
        {"word": one.word, "label": one.label, "token": one.token, "tone": one.tone}
        | ({"url": one.url} if one.url else {})
        | _picker(one.picker)
        for one in many
    ]


def _picker(picker: Picker | None) -> Json:
    """Options of a button that offers a choice at once. The page has no list of people: there, the core asks."""
    if picker is None or not picker.options:
        return {}
    return {"options": [{"value": one.value, "label": one.label} for one in picker.options]}


def command(one: CommandHint) -> Json:
    return {"word": one.word, "about": one.about, "label": one.label}
