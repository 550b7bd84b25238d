"""Bodies of messages: part → JSON. Pure. Source: Meta's "Message API"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain import ChatId, ForeignId, Key, Location, MediaKind, SharedContact
from bot.domain.text import Text
from bot.ports import Rejected, RejectReason
from bridges.whatsapp import format as formatting
from bridges.whatsapp.kinds import BSUID, CALLBACK, MEDIA, PHONE
from bridges.whatsapp.plan import LIMITS, FilePart

NAMES = {kind: name for name, kind in MEDIA.items()} | {MediaKind.VOICE: "audio"}
Body = dict[str, Any]


def addressed(chat: ChatId, body: Body, reply_to: ForeignId | None = None, key: Key | None = None) -> Body:
    """Adds the recipient: a business-scoped id as `recipient`, a phone number as `to`. Raises `Rejected` for anything
    else. `key`: comes back in the message's statuses."""
    if BSUID.fullmatch(chat):
        receiver = {"recipient": str(chat)}
    elif PHONE.fullmatch(chat):
        receiver = {"to": str(chat)}
    else:
        raise Rejected(RejectReason.GONE, "not a conversation of WhatsApp")
    context: Body = {"context": {"message_id": reply_to}} if reply_to else {}
    known: Body = {CALLBACK: key} if key else {}
    return {"messaging_product": "whatsapp", "recipient_type": "individual", **receiver, **context, **known, **body}


def words(text: Text) -> Body:
    body = formatting.write(text, LIMITS.text)
    return _typed("text", {"body": body, "preview_url": "://" in body})


def file(part: FilePart, name: str, source: Mapping[str, str]) -> Body:
    """Builds a file. `source`: `{"id": …}` of an upload or `{"link": …}`. `name`: the file name of a document."""
    media, body = part.media, dict[str, Any](source)
    if part.caption:
        body["caption"] = formatting.write(part.caption, LIMITS.caption)
    if media.kind is MediaKind.FILE:
        body["filename"] = name
    if media.kind is MediaKind.VOICE:
        body["voice"] = True
    return _typed(NAMES[media.kind], body)


def place(location: Location) -> Body:
    body: Body = {"latitude": location.latitude, "longitude": location.longitude}
    body |= {key: value for key, value in (("name", location.title), ("address", location.address)) if value}
    return _typed("location", body)


def card(contact: SharedContact) -> Body:
    """Builds a contact. The API requires a name with one of its parts; the phone number stands in for a missing one."""
    name = contact.name or contact.phones[0]
    org = {key: words for key, words in (("company", contact.company), ("title", contact.title)) if words}
    body: Body = {"name": {"formatted_name": name, "first_name": name}} | ({"org": org} if org else {})
    many: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
        ("phones", "phone", "CELL", contact.phones),
        ("emails", "email", "WORK", contact.emails),
        ("urls", "url", "WORK", contact.sites),
        ("addresses", "street", "WORK", contact.addresses),
    )
    body |= {name: [{key: one, "type": kind} for one in given] for name, key, kind, given in many if given}
    return _typed("contacts", [body])


def reaction(ref: ForeignId, emoji: str | None) -> Body:
    """Builds a reaction; an empty emoji removes it."""
    return _typed("reaction", {"message_id": ref, "emoji": emoji or ""})


def template(name: str, language: str, components: list[Body]) -> Body:
    body: Body = {"name": name, "language": {"code": language}}
    return _typed("template", body | ({"components": components} if components else {}))


def _typed(kind: str, body: object) -> Body:
    return {"type": kind, kind: body}
