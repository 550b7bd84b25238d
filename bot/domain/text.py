"""Neutral rich text, which every platform's formatting is converted to and from.

A `Text` is a flat sequence of runs. It is not a tree because every platform nests its styles differently (Telegram by
ranges, Slack by elements, Markdown by marks), and because a flat sequence can be split at any character without losing
anything, as long messages require. The characters of a `Text` are exactly what a person reads; none of them is markup.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from enum import IntFlag

from bot.domain import graphemes
from bot.domain.value import value


class Style(IntFlag):
    """Look of a run. Flags combine; `QUOTE`, `PRE` and `HEADING` apply to whole lines."""

    NONE = 0
    BOLD = 1
    ITALIC = 2
    STRIKE = 4
    UNDERLINE = 8
    CODE = 16
    PRE = 32
    QUOTE = 64
    SPOILER = 128
    HEADING = 256


@value
class Span:
    """Run of characters of one look. `link` is an absolute URL; `language` belongs to `PRE`. `since`: the words say how
    long ago that was, as of now; a client that can say so by itself keeps them current."""

    text: str
    style: Style = Style.NONE
    link: str = ""
    language: str = ""
    since: datetime | None = None

    def same_look(self, other: Span) -> bool:
        here, there = (self.style, self.link, self.language), (other.style, other.link, other.language)
        return here == there and self.since == other.since and type(self) is type(other) is Span


@value
class Mention(Span):
    """Run that mentions a colleague: `text` is their name, `user` the desk's id of them. Only the hub's own technical
    lines hold any. They are drawn when they are sent: what is stored never mentions anybody."""

    user: str = ""


@value
class Text:
    """Rich text as a person reads it."""

    spans: tuple[Span, ...] = ()

    @classmethod
    def plain(cls, text: str) -> Text:
        return cls((Span(text),)) if text else cls()

    @classmethod
    def of(cls, spans: Iterable[Span]) -> Text:
        """Joins neighbours of the same look and drops empty runs, so that equal texts become equal values."""
        joined: list[Span] = []
        for span in spans:
            if not span.text:
                continue
            if joined and joined[-1].same_look(span):
                joined[-1] = replace(joined[-1], text=joined[-1].text + span.text)
            else:
                joined.append(span)
        return cls(tuple(joined))

    @property
    def characters(self) -> str:
        """Plain characters, without looks."""
        return "".join(span.text for span in self.spans)

    def __bool__(self) -> bool:
        return any(span.text for span in self.spans)

    def __add__(self, other: Text) -> Text:
        return Text.of((*self.spans, *other.spans))

    def cut(self, start: int, end: int | None = None) -> Text:
        """Characters from `start` to `end` (code points), with their looks."""
        return Text.of(_cut(self.spans, start, len(self.characters) if end is None else end))

    def beginning(self, most: int) -> Text:
        """At most `most` code points from the start; a character that people see as one is not cut."""
        return self.cut(0, graphemes.border(self.characters, most))

    def strip(self) -> Text:
        words = self.characters
        left = len(words) - len(words.lstrip())
        return self.cut(left, len(words.rstrip())) if words.strip() else Text()

    def restyled(self, style: Style) -> Text:
        """Same text with `style` added to every run."""
        return Text.of(replace(span, style=span.style | style) for span in self.spans)


def code_points(text: str) -> int:
    return len(text)


def utf16_units(text: str) -> int:
    """Length as Telegram and VK count it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


Measure = Callable[[str], int]
_BREAKS = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"(?<=[.!?…])\s"), re.compile(r"\s"))


def split(text: Text, limit: int, measure: Measure = code_points) -> list[Text]:
    """Splits into parts no longer than `limit` that together hold every character of `text`.

    Breaks between paragraphs, lines, sentences or words, in order of preference; inside a word only when it is longer
    than a whole part, and then between characters as people see them: no flag, family or accented letter is cut. White
    space at a break stays with the part before it, so joining the parts restores the text.
    """
    if limit < 2:
        raise ValueError("a part must have room for one character: limit ≥ 2")
    words, parts, start = text.characters, [], 0
    if measure(words) <= limit:  # nearly every text
        return [text]
    while measure(words[start:]) > limit:
        end = _farthest(words, start, limit, measure)
        end = graphemes.border(words, _nice_break(words, start, end), start)
        parts.append(text.cut(start, end))
        start = end
    if start < len(words):
        parts.append(text.cut(start))
    return parts


def _farthest(words: str, start: int, limit: int, measure: Measure) -> int:
    """Last position up to which `words`, from `start`, fit."""
    low, high = start + 1, min(len(words), start + limit)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(words[start:middle]) <= limit:
            low = middle
        else:
            high = middle - 1
    return low


def _nice_break(words: str, start: int, end: int) -> int:
    at_least = start + (end - start) // 2
    for pattern in _BREAKS:
        found = [m.end() for m in pattern.finditer(words, at_least, end)]
        if found:
            return found[-1]
    return end


def _cut(spans: Iterable[Span], start: int, end: int) -> Iterator[Span]:
    position = 0
    for span in spans:
        left, right = max(start - position, 0), min(end - position, len(span.text))
        if left < right:
            yield replace(span, text=span.text[left:right])
        position += len(span.text)


def line(*parts: str | Span | Text) -> Text:
    """Builds a text from plain strings, runs and texts: `line("see ", bold("this"))`."""
    spans: list[Span] = []
    for part in parts:
        if isinstance(part, Text):
            spans.extend(part.spans)
        else:
            spans.append(part if isinstance(part, Span) else Span(part))
    return Text.of(spans)


def with_addresses(text: Text) -> Text:
    """Text with its links spelled out, for channels that cannot hide an address behind words."""
    spans: list[Span] = []
    for span in text.spans:
        spans.append(replace(span, link=""))
        if span.link and span.link.removeprefix("mailto:") != span.text:
            spans.append(Span(f" ({span.link})"))
    return Text.of(spans)


def bold(text: str) -> Span:
    return Span(text, Style.BOLD)


def web_address(url: str) -> str:
    """Returns an address that works outside the hub; "" for one without a host, such as the hub's own are while it has
    no `public_url`."""
    return url if url.startswith(("https://", "http://")) else ""


def link(text: str, url: str | None) -> Span:
    return Span(text, link=url or "")


def headline(title: str, limit: int) -> str:
    """Title of at most `limit` characters. Parts after a " · " are dropped, last first, before words are cut."""
    while len(title) > limit and " · " in title:
        title = title.rpartition(" · ")[0]
    return shorten(title, limit)


def shorten(text: str, limit: int) -> str:
    """One line of at most `limit` characters, for lists and quotes; never for what is delivered."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else graphemes.first(flat, limit - 1).rstrip() + "…"
