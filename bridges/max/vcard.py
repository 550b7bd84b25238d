"""Contact cards: the part of vCard 3.0 (RFC 2426) that MAX writes and accepts."""

from __future__ import annotations

import re

from bot.domain import SharedContact

_FOLDED = re.compile(r"\r?\n[ \t]")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def read(card: str, name: str = "") -> SharedContact:
    """Parses a card. `name`: used when the card has none."""
    found: dict[str, list[str]] = {}
    for line in re.split(r"\r?\n", _FOLDED.sub("", card)):
        property_, colon, value = line.partition(":")
        word = _ESCAPED.sub(_plain, value).strip()
        if colon and word:
            found.setdefault(property_.partition(";")[0].rpartition(".")[2].strip().upper(), []).append(word)
    names = found.get("FN", [])
    return SharedContact(
        name=names[0] if names else name, phones=tuple(found.get("TEL", ())), emails=tuple(found.get("EMAIL", ()))
    )


def write(contact: SharedContact) -> str:
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"FN:{_safe(contact.name)}"]
    lines += [f"TEL;TYPE=CELL:{_safe(phone)}" for phone in contact.phones]
    lines += [f"EMAIL:{_safe(email)}" for email in contact.emails]
    return "".join(f"{line}\r\n" for line in (*lines, "END:VCARD"))


def _safe(value: str) -> str:
    return re.sub(r"([\\;,])", r"\\\1", value).replace("\r", "").replace("\n", "\\n")


def _plain(escaped: re.Match[str]) -> str:
    return "\n" if escaped[1] in "nN" else escaped[1]
