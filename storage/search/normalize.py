"""Text folding for search. Done in Python for both databases, because SQLite's lower() handles ASCII only."""

from __future__ import annotations

import re

from bot.domain import (
    Choice,
    Content,
    Location,
    Media,
    MediaKind,
    Occurrence,
    Poll,
    Reference,
    SharedContact,
    Template,
)
from bot.domain.spelling import folded, phone_key
from bot.ports.storage import Holds

LONGEST = 2000  # searchable characters of a message
SHORTEST = 2  # letters of the shortest word that is searched for
_ADDRESS = re.compile(r"https?://\S", re.IGNORECASE)
_PHONE = re.compile(r"\+?[\d\s().-]{5,}")
_NATIONAL = 10
"""Last digits of a phone number, the same with or without a country prefix."""
_NOBODYS = "-"
_NUMBER = re.compile(r"#?([0-9]{1,15})")


def fold(*texts: str) -> str:
    return " ".join(folded(" ".join(texts)).split()).replace("ё", "е")


def part(text: str) -> str:
    """Returns a LIKE pattern that finds `text` inside folded text (escape character: backslash)."""
    words = fold(text)
    for special in ("\\", "%", "_"):
        words = words.replace(special, "\\" + special)
    return f"%{words}%"


def phone_part(text: str) -> str:
    """Returns a LIKE pattern for E.164 phone keys that `text` may be part of, in any notation: +7 999 123-45-67 or 8
    (999) 123 45 67. Text that is no phone number gives a pattern that matches nothing."""
    if not _PHONE.fullmatch(text.strip()):
        return _NOBODYS
    if whole := phone_key(text, ""):
        return whole
    digits = re.sub(r"\D", "", text).lstrip("0")[-_NATIONAL:]
    return f"%{digits}%" if len(digits) >= 5 else _NOBODYS


def number(text: str) -> int:
    """Returns the dialog number in `#1042` or `1042`; 0 for any other text."""
    named = _NUMBER.fullmatch(text.strip())
    return int(named[1]) if named else 0


def asked(text: str) -> tuple[str, ...]:
    """Returns the words of a query, the longest first; empty when all are too short to search for."""
    words = sorted(set(fold(text).split()), key=lambda word: (-len(word), word))
    return tuple(words) if words and len(words[0]) >= SHORTEST else ()


def words_of(content: Content) -> str:
    """Returns the folded text that a message is found by."""
    return fold(_said(content)[:LONGEST])


def _said(content: Content) -> str:
    parts = [content.text.characters, *map(_named, content.attachments)]
    parts += [f"{one.author} {_said(one.content)}" for one in content.forwarded]
    return " ".join(part for part in parts if part)


def _named(attachment: object) -> str:
    match attachment:
        case Media(name=name):
            return name
        case Location(title=title, address=address):
            return f"{title} {address}"
        case SharedContact():
            named = (attachment.name, attachment.title, attachment.company)
            return " ".join((*named, *attachment.phones, *attachment.emails, *attachment.sites, *attachment.addresses))
        case Occurrence(detail=detail):
            return detail
        case Poll(question=question):
            return question
        case Choice(title=title, about=about):
            return f"{title} {about}"
        case Reference(title=title, words=words):
            return f"{title} {words}"
        case Template(words=words):
            return words
    return ""


def holds_of(content: Content) -> int:
    """Returns the `Holds` flags of a message, including its forwarded messages."""
    held = Holds.NOTHING
    for one in content.attachments:
        if isinstance(one, Media):
            held |= Holds.IMAGE if one.kind is MediaKind.PHOTO else Holds.FILE
    if any(span.link for span in content.text.spans) or _ADDRESS.search(content.text.characters):
        held |= Holds.LINK
    for forwarded in content.forwarded:
        held |= holds_of(forwarded.content)
    return int(held)
