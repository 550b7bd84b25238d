"""Words of blocks that no message of a person's had when Block Kit began: tables, and whatever came after them. Pure.

https://docs.slack.dev/reference/block-kit/blocks/table-block, …/data-table-block
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain

from bot.desks.slack.payloads import Payload, as_object, as_objects
from bot.domain.text import Span, Text, line

Said = Callable[[Payload], Text]
"""Reads a rich text, or an object with `text` in mrkdwn."""

_BORDER = Span(" | ")


def words(block: Payload, said: Said) -> Text:
    """Returns a block's words; none if it has none."""
    if isinstance(block.get("rows"), list):
        return lines([line(_plain(block.get("caption"))), *_rows(block, said)])
    return lines(_texts(block, said))


def _rows(table: Payload, said: Said) -> Iterator[Text]:
    """Yields a line for each row, without the empty cells at its end."""
    for row in table["rows"]:
        cells = [_cell(cell, said) for cell in as_objects(row)]
        while cells and not cells[-1]:
            cells.pop()
        between = chain.from_iterable((_BORDER, *cell.spans) for cell in cells)
        yield Text.of(list(between)[1:])


def _cell(cell: Payload, said: Said) -> Text:
    """Reads a cell: rich text, or a text or number as it is. It has one line."""
    found = said({"blocks": [cell]}) if cell.get("type") == "rich_text" else Text.plain(_plain(cell))
    return Text.of(replace(span, text=" ".join(span.text.split("\n"))) for span in found.spans).strip()


def _texts(value: object, said: Said) -> Iterator[Text]:
    """Yields the texts in a block of an unknown kind, in their order."""
    if isinstance(value, list):
        for one in value:
            yield from _texts(one, said)
        return
    about = as_object(value)
    if about.get("type") == "rich_text":
        yield said({"blocks": [about]})
    elif isinstance(about.get("text"), str):
        yield said(about) if about.get("type") == "mrkdwn" else Text.plain(str(about["text"]))
    else:
        for name, one in about.items():
            if name == "title" and isinstance(one, str):
                yield Text.plain(one)
            yield from _texts(one, said)


def _plain(value: object) -> str:
    """Returns a text that stands there by itself, or in a text object."""
    if isinstance(value, str):
        return value
    about = as_object(value)
    return str(about.get("text") or about.get("value") or "")


def lines(many: Iterable[Text]) -> Text:
    """Puts each text on lines of its own."""
    text = Text()
    for one in many:
        text = text + Text.plain("\n" if text and one else "") + one
    return text
