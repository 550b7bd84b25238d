"""A `Table` as Slack's block. A message takes one, of at most 100 rows, 20 columns and 10 000 characters. Pure.

https://docs.slack.dev/reference/block-kit/blocks/table-block
"""

from __future__ import annotations

from slack_sdk.models.blocks import RichTextBlock, TableBlock
from slack_sdk.models.blocks.basic_components import RawTextObject, TableBlockColumnSettings

from bot.desks.slack import limits
from bot.desks.slack.format import rich_text
from bot.domain.text import bold, line
from bot.views.values import Table

_EMPTY = "\u2007"
"""A cell needs a character: a space as wide as a digit."""


def table(given: Table) -> TableBlock:
    width = min(len(given.header), limits.TABLE_COLUMNS)
    cells: list[list[RichTextBlock | RawTextObject]] = [[_bold(cell) for cell in given.header[:width]]]
    for number, row in enumerate(given.rows[: limits.TABLE_ROWS - 1]):
        heads = number in given.sections
        cells.append([_bold(cell) if heads and cell else RawTextObject(text=cell or _EMPTY) for cell in row[:width]])
    columns = [TableBlockColumnSettings(align="right" if column else "left") for column in range(width)]
    return TableBlock(rows=cells, column_settings=columns)


def _bold(cell: str) -> RichTextBlock:
    return rich_text(line(bold(cell or _EMPTY)))
