"""Cleaning of names that come from outside (people, files, places): one line each, without deceptive characters."""

from __future__ import annotations

import re

from bot.domain import graphemes

_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
"""Control characters and line breaks."""

_MARKS = (
    "\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069"  # direction marks: the text after them reads backwards
    "\u00ad\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb"  # invisible
    "\ud800-\udfff"  # surrogates
)
_INVISIBLE = re.compile(f"[{_MARKS}]+")
"""Joiners (U+200C, U+200D) stay: Persian and Indic names and many emoji need them."""

_ALONE = "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200c\u200d\u2800\u3164\ufe00-\ufe0f\uffa0"
_SEEN = re.compile(rf"[^\s\x00-\x1f\x7f-\x9f{_MARKS}{_ALONE}]")
"""Visible character. Those in `_ALONE` show nothing on their own."""

_LEADING = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029/\\]")
_RESERVED = re.compile(r'[<>:"|?*]')
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)", re.IGNORECASE)
_MIME = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")
_LONGEST_EXTENSION = 10


def is_blank(text: str) -> bool:
    """Tells whether a reader would see nothing."""
    return _SEEN.search(text) is None


def label(text: str) -> str:
    """Name as one line; "" when none of it is visible."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    shown = " ".join(_BREAKS.sub(" ", _INVISIBLE.sub("", text)).split())
    return "" if is_blank(shown) else shown


def file_label(text: str) -> str:
    """File name as one piece, otherwise as given: it cannot lead to another folder or break a header."""
    return label(_LEADING.sub("_", text))


def file_name(text: str, longest: int = 150) -> str:
    """Last part of a path given by an outsider, safe to store on any disk; the extension stays. "" when nothing is
    left."""
    name = _BREAKS.sub("", re.split(r"[/\\]", text)[-1])
    name = _RESERVED.sub("_", label(name)).strip(" .")
    if _DEVICE.match(name):
        name = f"_{name}"
    stem, dot, extension = name.rpartition(".")
    if len(name) > longest and stem and len(extension) <= _LONGEST_EXTENSION:
        return f"{graphemes.first(stem, longest - len(extension) - 1).rstrip(' .')}{dot}{extension}"
    return graphemes.first(name, longest).rstrip(" .")


def media_type(text: str) -> str:
    """Bare MIME type in lower case, safe in headers; "" for anything else."""
    plain = text.partition(";")[0].strip().lower()
    return plain if _MIME.fullmatch(plain) else ""
