"""The messages that the endpoint accepts: Meta's "Message API", each type with its keys and sizes. Raises `Refused`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from tests.fakes.whatsapp.refusals import Refused, invalid

JSON = dict[str, Any]
CALLBACK = "biz_opaque_callback_data"
TOP = frozenset({"messaging_product", "recipient_type", "to", "recipient", "type", "context", CALLBACK})
KB, MB = 1024, 1024 * 1024
IMAGES, VIDEOS = frozenset({"image/jpeg", "image/png"}), frozenset({"video/mp4", "video/3gpp"})
OPUS = "audio/ogg; codecs=opus"
AUDIO = frozenset({"audio/aac", "audio/mp4", "audio/mpeg", "audio/amr", "audio/ogg", "audio/opus", OPUS})
OFFICE = "application/vnd.openxmlformats-officedocument."
DOCUMENTS = frozenset(
    {"text/plain", "application/pdf", "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"}
    | {f"{OFFICE}{one}" for one in ("presentationml.presentation", "spreadsheetml.sheet", "wordprocessingml.document")}
)
UPLOADED = IMAGES | VIDEOS | AUDIO | DOCUMENTS | {"image/webp"}
SHOWN_AS: Mapping[str, tuple[frozenset[str] | None, int]] = {
    "image": (IMAGES, 5 * MB),
    "video": (VIDEOS, 16 * MB),
    "audio": (AUDIO, 16 * MB),
    "document": (None, 100 * MB),
    "sticker": (frozenset({"image/webp"}), 500 * KB),
}
"""MIME types that each kind of message allows (None: any), and its largest size."""


def check_message(body: Any) -> tuple[str, Any]:
    """Checks a message; returns its type and its object."""
    if not isinstance(body, dict) or body.get("messaging_product") != "whatsapp":
        raise Refused(100, "The parameter messaging_product is required.")
    kind = body.get("type", "text")
    if kind not in CHECKS:
        raise invalid(f'Param type must be one of {{{", ".join(CHECKS)}}} - got "{kind}".')
    _only(body, TOP | {kind}, "the request")
    if body.get("recipient_type", "individual") != "individual":
        raise invalid("Param recipient_type must be one of {INDIVIDUAL}")
    if CALLBACK in body:
        _string(body, CALLBACK, 1, 512)
    if kind not in body:
        raise Refused(131008, f"Parameter '{kind}' is mandatory for type '{kind}'")
    CHECKS[kind](body[kind])
    if "context" in body:
        _only(body["context"], {"message_id"}, "context")
        _string(body["context"], "message_id", 1, 500)
    return kind, body[kind]


def receiver(body: JSON) -> tuple[str, str]:
    """(phone, "") or ("", user id): `to` wins over `recipient`."""
    to, recipient = body.get("to"), body.get("recipient")
    if isinstance(to, str) and re.fullmatch(r"\+?[0-9 ()-]{5,25}", to):
        return re.sub(r"\D", "", to), ""
    if to is None and isinstance(recipient, str) and re.fullmatch(r"[A-Z]{2}\.[A-Za-z0-9.]{1,132}", recipient):
        return "", recipient
    raise (
        Refused(131009, "Parameter 'to' is not a phone number")
        if to
        else Refused(131008, "The parameter to is required.")
    )


def check_file(kind: str, data: bytes, mime: str) -> None:
    """Checks that a file can be shown as that kind; WhatsApp finds out after it has accepted the message."""
    types, limit = SHOWN_AS[kind]
    moves = data[12:16] == b"VP8X" and bool(data[20] & 2)
    limit = 100 * KB if kind == "sticker" and not moves else limit
    if types is not None and mime not in types:
        raise Refused(131053, f"Unsupported {kind} mime type {mime}")
    if kind == "audio" and mime.startswith("audio/ogg") and (mime != OPUS or data[28:36] != b"OpusHead"):
        words = f"Audio file uploaded with mimetype as {mime}, however on processing it is of another type"
        raise Refused(131053, words)
    if len(data) > limit:
        raise Refused(131053, f"{kind} file is too big: {len(data)} bytes, max {limit}")


def _text(text: Any) -> None:
    _only(text, {"body", "preview_url"}, "text")
    _string(text, "body", 1, 4096)
    if not text["body"].strip():
        raise Refused(131008, "Parameter 'body' is empty")


def _file(*keys: str) -> Callable[[Any], None]:
    def check(file: Any) -> None:
        _only(file, {"id", "link", *keys}, "the media object")
        if ("id" in file) == ("link" in file):
            raise invalid("Exactly one of id and link is needed")
        for key, longest in (("id", 100), ("link", 2048), ("caption", 1024), ("filename", 240)):
            if key in file:
                _string(file, key, 1, longest)
        if not isinstance(file.get("voice", False), bool):
            raise invalid("Param voice must be a boolean")

    return check


def _location(place: Any) -> None:
    _only(place, {"latitude", "longitude", "name", "address"}, "location")
    for key, largest in (("latitude", 90), ("longitude", 180)):
        value = place.get(key)
        if not isinstance(value, int | float) or abs(value) > largest:
            raise Refused(131009, f"{key} is not valid")


def _contacts(contacts: Any) -> None:
    if not isinstance(contacts, list) or not contacts:
        raise invalid("Param contacts must be a non-empty array")
    for contact in contacts:
        _only(contact, {"name", "phones", "emails", "org", "addresses", "urls", "birthday"}, "contacts[]")
        name = contact.get("name", {})
        _only(name, {"formatted_name", "first_name", "last_name", "middle_name", "prefix", "suffix"}, "name")
        _string(name, "formatted_name", 1, 500)
        if len(name) < 2:
            raise Refused(131009, "name needs formatted_name and one more of its parts")
        for phone in contact.get("phones", []):
            _only(phone, {"phone", "type", "wa_id"}, "phones[]")
            _string(phone, "phone", 1, 50)
        for email in contact.get("emails", []):
            _only(email, {"email", "type"}, "emails[]")
        _only(contact.get("org", {}), {"company", "department", "title"}, "org")
        for site in contact.get("urls", []):
            _only(site, {"url", "type"}, "urls[]")
        for address in contact.get("addresses", []):
            known = {"street", "city", "state", "zip", "country", "country_code", "type"}
            _only(address, known, "addresses[]")


def _reaction(reaction: Any) -> None:
    _only(reaction, {"message_id", "emoji"}, "reaction")
    _string(reaction, "message_id", 1, 500)
    _string(reaction, "emoji", 0, 20)


def _template(template: Any) -> None:
    _only(template, {"name", "language", "components"}, "template")
    _string(template, "name", 1, 512)
    _only(template.get("language"), {"code", "policy"}, "language")
    _string(template["language"], "code", 2, 10)


CHECKS: Mapping[str, Callable[[Any], None]] = {
    "text": _text,
    "image": _file("caption"),
    "video": _file("caption"),
    "audio": _file("voice"),
    "document": _file("caption", "filename"),
    "sticker": _file(),
    "location": _location,
    "contacts": _contacts,
    "reaction": _reaction,
    "template": _template,
}


def _only(value: Any, known: frozenset[str] | set[str], where: str) -> None:
    if not isinstance(value, dict):
        raise invalid(f"Param {where} must be a JSON object.")
    if unknown := set(value) - known:
        raise invalid(f'Unexpected key "{min(unknown)}" on {where}')


def _string(value: JSON, key: str, shortest: int, longest: int) -> None:
    found = value.get(key)
    if not isinstance(found, str):
        raise invalid(f"The parameter {key} is required.")
    if not shortest <= len(found) <= longest:
        raise invalid(f"Param {key} must be at most {longest} characters long.")
