"""`NewMessageBody`, as strict as the service: sizes of texts and lists, and the attachments that exclude each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.fakes.max.markup import parse_html, units_of
from tests.fakes.max.refusals import payload

Json = dict[str, Any]
LONGEST = 4000
MOST = 12
ALONE = frozenset({"audio", "contact", "sticker", "location"})
KINDS = frozenset({"image", "video", "file"}) | ALONE


@dataclass(frozen=True)
class Body:
    """A parsed body. `attachments` None: the key was absent."""

    text: str
    markup: list[Json]
    attachments: list[Json] | None
    reply_to: str | None


def read(raw: object) -> Body:
    if not isinstance(raw, dict):
        raise payload("Request body is not json")
    if unknown := set(raw) - {"text", "attachments", "link", "notify", "format"}:
        raise payload(f"Unknown fields: {', '.join(sorted(unknown))}")
    text, attachments = raw.get("text") or "", raw.get("attachments")
    if not isinstance(text, str):
        raise payload("Field 'text' must be a string")
    if units_of(text) > LONGEST:
        raise payload(f"Field 'text' size ({units_of(text)}) must be at most {LONGEST}")
    if raw.get("format") not in (None, "html", "markdown"):
        raise payload("Invalid format")
    text, markup = parse_html(text) if raw.get("format") == "html" else (text, [])
    if attachments is not None:
        _check(attachments)
    return Body(text, markup, attachments, _link(raw.get("link")))


def _link(link: object) -> str | None:
    if link is None:
        return None
    if not isinstance(link, dict) or set(link) != {"type", "mid"} or link["type"] != "reply":
        raise payload("Invalid link")
    return str(link["mid"])


def _check(attachments: object) -> None:
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        raise payload("Field 'attachments' must be an array")
    kinds = [one.get("type") for one in attachments]
    if set(kinds) - KINDS:
        raise payload("Unknown attachment type")
    if "file" in kinds and len(kinds) > 1:
        raise payload("Must be only one file attachment in message")
    if ALONE & set(kinds) and len(kinds) > 1:
        raise payload("Must be the only attachment in message")
    if len(kinds) > MOST:
        raise payload("errors.send-message.attachment.max-size-reached")
    for one in attachments:
        if one["type"] == "location":
            _check_place(one)
        elif one["type"] == "contact":
            _check_contact(one.get("payload"))


def _check_place(one: Json) -> None:
    if set(one) != {"type", "latitude", "longitude"}:
        raise payload("Invalid location")
    if not (-90 <= one["latitude"] <= 90 and -180 <= one["longitude"] <= 180):
        raise payload("Invalid location")


def _check_contact(contact: object) -> None:
    if (
        not isinstance(contact, dict)
        or set(contact) - {"name", "contact_id", "vcf_info", "vcf_phone"}
        or "name" not in contact
    ):
        raise payload("Invalid contact")
    card = contact.get("vcf_info", "")
    if not card.startswith("BEGIN:VCARD\r\nVERSION:3.0\r\n") or not card.endswith("END:VCARD\r\n"):
        raise payload("Invalid vcf_info")
