"""Batching of a customer's messages into one post, as long as it reads in the order of writing. Pure.

A post shows its text first and its files below. So only texts are joined with texts, and bare files with files.
Otherwise "cancel this one", written after a file, would stand above the next file, which it does not refer to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.domain import Content
from bot.domain.text import Span, Style, Text, code_points
from bot.domain.value import value
from bot.locale import Translator
from bot.views.words import describe, spelled_out

PAUSE = timedelta(minutes=5)
"""Pause between two messages of a post from which the later one's time is shown."""


@value
class BatchItem:
    """One message of a batch. `clock`: `at` in words, shown after a pause."""

    content: Content
    at: datetime
    clock: str


def reads_in_order(contents: Sequence[Content], tr: Translator, *, album: bool = False) -> bool:
    """Tells whether readers of one joint post would see which text belongs to which file. An album is one message to
    its sender, so its single caption may belong to any of its files."""
    said = [spelled_out(content, tr) for content in contents]
    if album:
        return len(_captions(said)) <= 1
    return not (any(one.text for one in said) and any(one.attachments for one in said))


def size(contents: Sequence[Content], tr: Translator) -> tuple[int, int]:
    """Returns the characters and the files of the joined post."""
    said = [spelled_out(content, tr) for content in contents]
    return sum(code_points(one.text.characters) + 1 for one in said), sum(len(one.attachments) for one in said)


def joined(parts: Sequence[BatchItem], tr: Translator) -> Content:
    """Joins the messages into one content: the texts in order, then the files. Where a text follows a file (an album's
    caption, or an edit's), the file's name is listed among the texts."""
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
    """Returns the texts by the index of their message. Texts that only name the sender are left out, or all but the
    first when there are no others."""
    texts = {number: one.text for number, one in enumerate(said) if one.text}
    spoken = {number: text for number, text in texts.items() if not _only_names(text)}
    return spoken or dict(list(texts.items())[:1])


def _only_names(text: Text) -> bool:
    """Tells whether a text is only the sender's name, with which bridges begin messages from groups."""
    return text.characters.rstrip().endswith(":") and all(
        span.style & Style.BOLD or not span.text.strip() for span in text.spans
    )
