"""Parser of what customers answer to interactive messages: buttons, lists, Flows, requests to be called.

Source: Meta's "Interactive messages webhook reference", "Receiving Flow response", "Address messages", "Call permission
requests". The keys of a Flow's answer are its author's; those of Meta's builder are `screen_0_Your_name_1`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.domain import Attachment, Choice, FileRef, Media, MediaKind, Occurrence
from bot.domain.text import Text
from bridges.shared.fields import Fields, Unexpected, clean

Said = tuple[Text, tuple[Attachment, ...]]
"""Text and attachments."""

BUILT = re.compile(r"screen_\d+_(.+?)(?:_\d+)?")
"""Key of a field made with Meta's builder; the numbers count screens and fields."""
NUMBERED = re.compile(r"\d+_(?=\S)")
"""Beginning of an option made with Meta's builder."""
INNER = frozenset({"flow_token", "wa_flow_response_params"})
"""Keys that are not the customer's answers."""
SENT = "Sent"
"""Text that WhatsApp itself writes in place of a Flow's words."""
DEEPEST = 4
KINDS = {"image": MediaKind.PHOTO, "video": MediaKind.VIDEO, "audio": MediaKind.AUDIO}


def read(answer: Fields, origin: str) -> Said:
    """Parses the field `interactive` of a message; `(empty, ())` for kinds not known. `origin`: of the files in it."""
    for key in ("button_reply", "list_reply"):
        if key in answer:
            chosen = answer.object(key)
            return Text(), choice(chosen.text("title"), chosen.text("id"), chosen.text("description"))
    if "call_permission_reply" in answer:
        return Text(), (_permission(answer.object("call_permission_reply")),)
    return _form(answer.object("nfm_reply"), origin)


def choice(title: str, payload: str, about: str = "") -> tuple[Attachment, ...]:
    return (Choice(title or about or payload, payload, about=about if title else ""),) if title or payload else ()


def _permission(reply: Fields) -> Occurrence:
    response = reply.text("response").lower()
    if response == "reject":
        return Occurrence("calls_refused")
    if response != "accept":
        raise Unexpected("the answer about calls says neither yes nor no")
    until = reply.moment("expiration_timestamp")
    return Occurrence("calls_allowed_until", _day(until)) if until else Occurrence("calls_allowed")


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()


# -------------------------------------------------------------------------------------------- Flows


def _form(reply: Fields, origin: str) -> Said:
    """Parses a completed form: what WhatsApp shows of it, then every answer in a line of its own, and files."""
    files: list[Attachment] = []
    words, answers = reply.text("body").strip(), _answers(reply)
    lines = [words] if words and words != SENT else []
    lines += _lines(answers, origin, files)
    if not lines and not files:
        return Text(), choice(words or reply.text("name"), reply.text("response_json"))
    return Text.plain("\n".join(["📝 " + lines[0], *lines[1:]] if lines else ["📝"])), tuple(files)


def _answers(reply: Fields) -> Mapping[str, Any]:
    """Returns the answers: JSON in a text as documented, or an object; words that are neither count as one answer."""
    raw = reply.raw.get("response_json")
    if isinstance(raw, str):
        try:
            raw = json.loads(raw)
        except (ValueError, RecursionError):
            return {"": raw} if raw.strip() else {}
    return raw if isinstance(raw, dict) else {"": raw}


def _lines(answers: Mapping[str, Any], origin: str, files: list[Attachment]) -> Iterator[str]:
    for key, value in answers.items():
        if key in INNER:
            continue
        built = BUILT.fullmatch(key)
        said = _said(value, origin, files, built is not None, DEEPEST)
        if said:
            name = clean(built[1] if built else key).replace("_", " ").strip()
            yield f"{name}: {said}" if name else said


def _said(value: Any, origin: str, files: list[Attachment], built: bool, depth: int) -> str:
    """Returns an answer in words; files in it are added to `files` and leave their names."""
    if isinstance(value, str):
        return clean(NUMBERED.sub("", value, count=1).replace("_", " ") if built else value).strip()
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, int | float):
        return f"{value:g}" if isinstance(value, float) else str(value)[:40]
    if not depth:
        return ""
    if isinstance(value, list):
        return ", ".join(filter(None, (_said(one, origin, files, built, depth - 1) for one in value)))
    if not isinstance(value, dict):
        return ""
    if (file := _file(Fields(value), origin)) is not None:
        files.append(file)
        return file.name
    inner = ((key, _said(one, origin, files, built, depth - 1)) for key, one in value.items())
    return ", ".join(f"{clean(str(key)).replace('_', ' ')}: {said}" for key, said in inner if said)


def _file(part: Fields, origin: str) -> Media | None:
    """Parses a file of a photo or document picker; its id is a number or a text."""
    number, mime = part.number("id"), part.text("mime_type").partition(";")[0].strip()
    id_ = part.text("id") or ("" if number is None else str(number))
    if not id_ or not mime:
        return None
    kind = KINDS.get(mime.partition("/")[0], MediaKind.FILE)
    return Media(kind, FileRef(origin, id_), part.file_name("file_name"), mime, part.size("file_size"))
