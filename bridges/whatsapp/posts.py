"""A part of a message → the JSON that sends it. Pure. Source: Meta's "Message API"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain import ChatId, ForeignId, Location, MediaKind, SharedContact
from bot.domain.text import Text
from bot.ports import Rejected, RejectReason
from bridges.whatsapp import format as formatting
from bridges.whatsapp.kinds import BSUID, MEDIA, PHONE
from bridges.whatsapp.plan import LIMITS, File

NAMES = {kind: name for name, kind in MEDIA.items()} | {MediaKind.VOICE: "audio"}
Body = dict[str, Any]


def addressed(chat: ChatId, body: Body, reply_to: ForeignId | None = None) -> Body:
    """Business-scoped ids go into `recipient`, phone numbers into `to`. Raises `Rejected` for what is neither."""
    if BSUID.fullmatch(chat):
        receiver = {"recipient": str(chat)}
    elif PHONE.fullmatch(chat):
        receiver = {"to": str(chat)}
    else:
        raise Rejected(RejectReason.GONE, "not a conversation of WhatsApp")
    context: Body = {"context": {"message_id": reply_to}} if reply_to else {}
    return {"messaging_product": "whatsapp", "recipient_type": "individual", **receiver, **context, **body}


def words(text: Text) -> Body:
    body = formatting.write(text, LIMITS.text)
    return _typed("text", {"body": body, "preview_url": "://" in body})


def file(part: File, name: str, source: Mapping[str, str]) -> Body:
    """`source`: `{"id": …}` of an upload or `{"link": …}`. `name`: what the customer saves a document as."""
    media, told = part.media, dict[str, Any](source)
    if part.caption:
        told["caption"] = formatting.write(part.caption, LIMITS.caption)
    if media.kind is MediaKind.FILE:
        told["filename"] = name
    if media.kind is MediaKind.VOICE:
        told["voice"] = True
    return _typed(NAMES[media.kind], told)


def place(location: Location) -> Body:
    told: Body = {"latitude": location.latitude, "longitude": location.longitude}
    told |= {key: value for key, value in (("name", location.title), ("address", location.address)) if value}
    return _typed("location", told)


def card(contact: SharedContact) -> Body:
    """A name is needed, with one of its parts: where there is none, the number stands for it."""
    name = contact.name or contact.phones[0]
    told: Body = {"name": {"formatted_name": name, "first_name": name}}
    if contact.phones:
        told["phones"] = [{"phone": phone, "type": "CELL"} for phone in contact.phones]
    if contact.emails:
        told["emails"] = [{"email": email, "type": "WORK"} for email in contact.emails]
    return _typed("contacts", [told])


def reaction(ref: ForeignId, emoji: str | None) -> Body:
    """An empty emoji takes the reaction back."""
    return _typed("reaction", {"message_id": ref, "emoji": emoji or ""})


def template(name: str, language: str, components: list[Body]) -> Body:
    told: Body = {"name": name, "language": {"code": language}}
    return _typed("template", told | ({"components": components} if components else {}))


def _typed(kind: str, told: object) -> Body:
    return {"type": kind, kind: told}
