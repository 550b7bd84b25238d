"""WhatsApp's formatting of a text, as its app shows it. It recognizes more marks than are known for certain, so that
texts for it have to be written carefully. After faq.whatsapp.com/539178204879377.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

LOOKS = {"*": "bold", "_": "italic", "~": "strike", "`": "code"}
LINK = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\S+", re.IGNORECASE)
INVISIBLE = "\u200b"


@dataclass
class Shown:
    """A formatted text. `text`: as a person reads it; `looks`: each style with its words, in the order in which they
    end."""

    text: str = ""
    looks: list[tuple[str, str]] = field(default_factory=list)


def show(source: str) -> Shown:
    shown, position = Shown(), 0
    for block in re.finditer(r"```(.+?)```", source, re.DOTALL):
        if block[1].strip():
            shown.text += _lines(source[position : block.start()], shown)
            shown.looks.append(("pre", _visible(block[1])))
            shown.text += _visible(block[1])
            position = block.end()
    shown.text += _lines(source[position:], shown)
    return shown


def _lines(source: str, shown: Shown) -> str:
    """Formats lines outside blocks of code; the first one may have begun before."""
    lines = []
    for number, line in enumerate(source.split("\n")):
        begins = number > 0 or shown.text[-1:] in ("", "\n")
        quote = re.fullmatch(r"> (.*\S.*)", line) if begins else None
        words = _inline(quote[1] if quote else line, shown)
        if quote:
            shown.looks.append(("quote", words))
        lines.append(words)
    return "\n".join(lines)


def _inline(line: str, shown: Shown, within: str = "") -> str:
    text, index = "", 0
    links = {place for found in LINK.finditer(line) for place in range(*found.span())}
    while index < len(line):
        mark = line[index]
        close = _close(line, index) if mark in LOOKS and mark not in within and index not in links else 0
        if not close:
            text += _visible(mark)
            index += 1
            continue
        inside = line[index + 1 : close]
        words = _visible(inside) if mark == "`" else _inline(inside, shown, within + mark)
        shown.looks.append((LOOKS[mark], words))
        text += words
        index = close + 1
    return text


def _close(line: str, index: int) -> int:
    """The position where the mark at `index` is closed; 0: it opens nothing."""
    mark, before, after = line[index], line[index - 1 : index] if index else "", line[index + 1 : index + 2]
    if not _is_edge(before) or not after or after.isspace():
        return 0
    for close in range(index + 2, len(line)):
        if line[close] == mark and not line[close - 1].isspace() and _is_edge(line[close + 1 : close + 2]):
            return close
    return 0


def _is_edge(character: str) -> bool:
    return not character or character.isspace() or unicodedata.category(character)[0] in "PS"


def _visible(text: str) -> str:
    """Drops zero-width spaces: they are invisible."""
    return text.replace(INVISIBLE, "")
