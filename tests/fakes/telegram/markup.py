"""Telegram's reading of HTML and characters: strict where Telegram is strict.

After tdlib's `parse_html`, `clean_input_string` and `fix_formatted_text` (td/telegram/MessageEntity.cpp).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tests.fakes.telegram.refusals import Refused

Entity = dict[str, Any]
TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
}
CHARACTER = re.compile(r"&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot));?", re.IGNORECASE)
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
ATTRIBUTE = re.compile(r"""\s*([^\s=>]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9.-]+))""")
LINKS = re.compile(r"(?:https?|tg|ton|tonsite)://\S|tg:\S|mailto:\S", re.IGNORECASE)


@dataclass
class _Open:
    tag: str
    argument: str
    offset: int
    start: int


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Parses HTML into the text that a person reads and its entities. Raises `Refused` in Telegram's words."""
    text, units, position = "", 0, 0
    stack: list[_Open] = []
    entities: list[Entity] = []
    while position < len(source):
        char = source[position]
        if char == "&" and (found := CHARACTER.match(source, position)):
            char, position = _character(found), found.end()
        elif char != "<":
            position += 1
        else:
            begin, position = position, position + 1
            if source[position : position + 1] != "/":
                opened, position = _start_tag(source, begin)
                stack.append(_Open(opened[0], opened[1], units, len(text)))
            else:
                position = _end_tag(source, begin, stack)
                closed = stack.pop()
                if units > closed.offset and (entity := _entity(closed, units, text, entities)):
                    entities.append(entity)
            continue
        text += char
        units += 1 + (char > "\uffff")
    if stack:
        raise _refused(f'Can\'t find end tag corresponding to start tag "{stack[-1].tag}"')
    return text, entities


def _character(found: re.Match[str]) -> str:
    hexadecimal, decimal, name = found.groups()
    if name:
        return NAMED[name.lower()]
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return chr(code) if 0 < code < 0x10FFFF else found.group()


def _start_tag(source: str, begin: int) -> tuple[tuple[str, str], int]:
    named = re.compile(r"[^\s>]*").match(source, begin + 1)
    assert named
    tag, position = named.group().lower(), named.end()
    if position >= len(source):
        raise _refused(f"Unclosed start tag at byte offset {_byte(source, begin)}")
    if tag not in TAGS:
        raise _refused(f'Unsupported start tag "{tag}" at byte offset {_byte(source, begin)}')
    attributes: dict[str, str] = {}
    while not (end := re.compile(r"\s*>").match(source, position)):
        found = ATTRIBUTE.match(source, position)
        if not found:
            raise _refused(f'Malformed attribute in the tag "{tag}" at byte offset {_byte(source, begin)}')
        name, *values = found.groups()
        value = next((value for value in values if value is not None), "")
        attributes[name] = CHARACTER.sub(_character, value)
        position = found.end()
    return (tag, _argument(tag, attributes, _byte(source, begin))), end.end()


def _argument(tag: str, attributes: dict[str, str], offset: int) -> str:
    if tag == "a":
        return attributes.get("href", "")
    if tag == "code":
        language = attributes.get("class", "")
        return language.removeprefix("language-") if language.startswith("language-") else ""
    if tag == "span" and attributes.get("class") != "tg-spoiler":
        raise _refused(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
    return ""


def _end_tag(source: str, begin: int, stack: list[_Open]) -> int:
    offset = _byte(source, begin)
    if not stack:
        raise _refused(f"Unexpected end tag at byte offset {offset}")
    found = re.compile(r"</([^\s>]*)\s*>").match(source, begin)
    if not found:
        raise _refused(f"Unclosed end tag at byte offset {offset}")
    tag, expected = found.group(1).lower(), stack[-1].tag
    if tag and tag != expected:
        raise _refused(f'Unmatched end tag at byte offset {offset}, expected "</{expected}>", found "</{tag}>"')
    return found.end()


def _entity(closed: _Open, units: int, text: str, entities: list[Entity]) -> Entity | None:
    entity: Entity = {"type": TAGS[closed.tag], "offset": closed.offset, "length": units - closed.offset}
    if closed.tag == "a":
        url = closed.argument or text[closed.start :]
        if not LINKS.match(url):
            return None
        entity["url"] = url
    if closed.tag == "code" and closed.argument:
        entity["language"] = closed.argument
    if closed.tag == "pre" and entities:
        inner = entities[-1]
        if inner["type"] == "code" and all(inner[key] == entity[key] for key in ("offset", "length")):
            entities.pop()
            if language := inner.get("language"):
                entity["language"] = language
    return entity


def _byte(source: str, position: int) -> int:
    return len(source[:position].encode())


def _refused(words: str) -> Refused:
    return Refused(400, f"Bad Request: can't parse entities: {words}")


# ------------------------------------------------------------------------------------ characters

DROPPED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
BLANKED = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f]")


def settle(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Cleans a text: control characters become spaces, some vanish, the ends are trimmed, and styles that cannot be
    combined or cover nothing are dropped."""
    left_over, place, units = "", [], 0  # UTF-16 offset before → after
    for char in BLANKED.sub(" ", text):
        width = 1 + (char > "\uffff")
        if DROPPED.match(char):
            place += [units] * width
            continue
        place += range(units, units + width)
        left_over, units = left_over + char, units + width
    place.append(units)
    words = left_over.strip(" \n")
    start = len(left_over) - len(left_over.lstrip(" \n"))
    end = start + units_of(words)
    kept = []
    for entity in entities:
        left = max(place[entity["offset"]], start)
        right = min(place[entity["offset"] + entity["length"]], end)
        if left < right and not _inside_code(entity, entities):
            kept.append({**entity, "offset": left - start, "length": right - left})
    kept.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    for entity in kept:
        if entity["type"] == "code":
            entity.pop("language", None)
    return words, kept[:100]


def _inside_code(entity: Entity, entities: list[Entity]) -> bool:
    """Drops other styles inside code and blocks of code."""
    if entity["type"] in ("code", "pre", "blockquote"):
        return False
    return any(
        other["type"] in ("code", "pre")
        and other["offset"] < entity["offset"] + entity["length"]
        and entity["offset"] < other["offset"] + other["length"]
        for other in entities
    )


def units_of(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
