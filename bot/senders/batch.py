"""Several messages of a customer as one post: only while it reads in the order in which they were written. Pure.

A post shows its words first and its files below. So words join words and bare files join files: "cancel this one",
written behind a file, would else stand above the next one, which it is not about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import Content
from bot.domain.text import Span, Style, Text, code_points
from bot.locale import Translator
from bot.views.words import describe, spelled_out

PAUSE = timedelta(minutes=5)
"""Between two messages of one post; a longer one is said by the time of the second."""


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One message of a batch; `clock` is `at` in words, shown when it comes after a pause."""

    content: Content
    at: datetime
    clock: str


def reads_in_order(contents: Sequence[Content], tr: Translator, *, album: bool = False) -> bool:
    """Whether one post of all of these says which words belong to which file. An album is one message to those who sent
    it: its one caption may belong to any of its files."""
    said = [spelled_out(content, tr) for content in contents]
    if album:
        return len(_captions(said)) <= 1
    return not (any(one.text for one in said) and any(one.attachments for one in said))


def size(contents: Sequence[Content], tr: Translator) -> tuple[int, int]:
    """Characters and files of the post that these would be."""
    said = [spelled_out(content, tr) for content in contents]
    return sum(code_points(one.text.characters) + 1 for one in said), sum(len(one.attachments) for one in said)


def joined(parts: Sequence[BatchItem], tr: Translator) -> Content:
    """One content: each message's words in its place, then the files. Where words stand behind a file (an album's
    caption, or an edit's), its name stands among them."""
    said = [spelled_out(part.content, tr) for part in parts]
    text = Text()
    for line in _lines(parts, said, tr):
        text = text + Text.plain("\n") + line if text else line
    return Content(text, tuple(file for one in said for file in one.attachments), parts[0].content.quote)


def _lines(parts: Sequence[BatchItem], said: Sequence[Content], tr: Translator) -> Iterator[Text]:
    captions = _captions(said)
    last = max(captions, default=-1)
    for number, one in enumerate(said):
        if number and parts[number].at - parts[number - 1].at >= PAUSE:
            yield Text.of([Span(parts[number].clock, Style.ITALIC)])
        if number in captions:
            yield captions[number]
        if number < last:
            yield from (describe(file, tr) for file in one.attachments)


def _captions(said: Sequence[Content]) -> dict[int, Text]:
    """The words by their message's place; in groups a file says who sent it, and of an album one is enough."""
    texts = {number: one.text for number, one in enumerate(said) if one.text}
    spoken = {number: text for number, text in texts.items() if not _only_names(text)}
    return spoken or dict(list(texts.items())[:1])


def _only_names(text: Text) -> bool:
    """As bridges begin what somebody said in a group, with nothing said."""
    return text.characters.rstrip().endswith(":") and all(
        span.style & Style.BOLD or not span.text.strip() for span in text.spans
    )
