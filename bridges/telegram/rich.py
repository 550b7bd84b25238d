"""Rich messages (`RichMessage` of the Bot API): blocks of text, lists, tables and files, read as text and attachments.

Blocks and styles of later versions are read by the fields that these have in common.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from bot.domain import Attachment, Unshowable
from bot.domain.text import Span, Style, Text
from bridges.shared.fields import Fields, clean
from bridges.telegram import media
from bridges.telegram.spots import point

DEPTH = 32
"""Levels of nesting that are read."""

STYLES = {
    "bold": Style.BOLD,
    "italic": Style.ITALIC,
    "underline": Style.UNDERLINE,
    "strikethrough": Style.STRIKE,
    "spoiler": Style.SPOILER,
    "code": Style.CODE,
    "mathematical_expression": Style.CODE,
}
BLOCKS = {
    "heading": Style.HEADING,
    "pre": Style.PRE,
    "blockquote": Style.QUOTE,
    "expandable_blockquote": Style.QUOTE,
    "pullquote": Style.QUOTE,
    "mathematical_expression": Style.CODE,
}
SILENT = frozenset({"anchor", "thinking"})
"""Blocks that show nothing to a reader, or nothing yet."""
DIVIDER = "———"


def read(message: Fields, origin: str) -> tuple[Text, tuple[Attachment, ...]]:
    """Reads a `RichMessage`. `origin`: of the files in it."""
    reader = _Reader(origin)
    text = reader.blocks(message, DEPTH)
    return text, tuple(reader.attachments)


class _Reader:
    """Reads blocks into text, and collects what is no text."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self.attachments: list[Attachment] = []
        self._special: Mapping[str, Callable[[Fields, int], Text]] = {
            "divider": lambda *_: Text.plain(DIVIDER),
            "list": self._list,
            "table": self._table,
            "buttons": self._buttons,
        }

    def blocks(self, holder: Fields, depth: int) -> Text:
        return _lines(self._block(block, depth - 1) for block in holder.objects("blocks")) if depth > 0 else Text()

    def _block(self, block: Fields, depth: int) -> Text:
        kind = block.text("type")
        if kind in SILENT:
            return Text()
        if kind in self._special:
            return self._special[kind](block, depth)
        before = len(self.attachments)
        self._collect(block)
        text = _lines(
            (
                words(block.raw.get("summary"), depth).restyled(Style.BOLD),
                _language(words(block.raw.get("text") or block.raw.get("expression"), depth), block),
                self.blocks(block, depth),
                _caption(block, depth),
            )
        )
        if not text and len(self.attachments) == before and kind != "paragraph":
            self.attachments.append(Unshowable(kind))
        return text.restyled(BLOCKS.get(kind, Style.NONE))

    def _collect(self, block: Fields) -> None:
        self.attachments.extend(media.found(block, self._origin))
        if place := point(block.object("location")):
            self.attachments.append(place)

    def _list(self, block: Fields, depth: int) -> Text:
        return _lines(
            Text.plain(f"{_label(item)} ") + self.blocks(item, depth).strip() for item in block.objects("items")
        )

    def _table(self, block: Fields, depth: int) -> Text:
        rows = block.raw.get("cells")
        lines = [Fields({"row": row}).objects("row") for row in (rows if isinstance(rows, list) else [])]
        table = _lines(_joined((_cell(cell, depth) for cell in row), " | ") for row in lines)
        return _lines((table, words(block.raw.get("caption"), depth)))

    def _buttons(self, block: Fields, depth: int) -> Text:
        return _joined((_button(button, depth) for button in block.objects("buttons")), "  ")


def words(rich: object, depth: int = DEPTH) -> Text:
    """Reads a `RichText`: a string, a list of them, or an object that styles another one."""
    if isinstance(rich, str):
        return Text.plain(clean(rich))
    if depth <= 0 or not rich:
        return Text()
    if isinstance(rich, list):
        return Text.of(span for one in rich for span in words(one, depth - 1).spans)
    node = Fields(rich)
    kind = node.text("type")
    if kind == "button":
        return _button(node.object("button"), depth)
    inner = node.raw.get("text") or node.raw.get("alternative_text") or node.raw.get("expression")
    text = words(inner, depth - 1).restyled(STYLES.get(kind, Style.NONE))
    link = _link(node, kind)
    return Text.of(Span(span.text, span.style, span.link or link, span.language) for span in text.spans)


def _link(node: Fields, kind: str) -> str:
    if kind == "email_address":
        return f"mailto:{node.text('email_address')}"
    if kind == "text_mention" and (user := node.object("user").number("id")) is not None:
        return f"tg://user?id={user}"
    return node.text("url")


def _language(text: Text, block: Fields) -> Text:
    language = block.text("language")
    return Text.of(Span(span.text, span.style, span.link, language) for span in text.spans) if language else text


def _caption(block: Fields, depth: int) -> Text:
    """Reads the caption of a block and its source; a quotation has the source alone."""
    caption = Fields({"caption": block.raw.get("caption")}).object("caption")
    credit = words(block.raw.get("credit") or caption.raw.get("credit"), depth)
    return _lines((words(caption.raw.get("text"), depth), Text.plain("— ") + credit if credit else Text()))


def _cell(cell: Fields, depth: int) -> Text:
    text = words(cell.raw.get("text"), depth)
    return text.restyled(Style.BOLD) if cell.raw.get("is_header") is True else text


def _button(button: Fields, depth: int) -> Text:
    link = button.text("url")
    label = words(button.raw.get("text"), depth - 1)
    return Text.of((Span("["), *(Span(span.text, span.style, link) for span in label.spans), Span("]")))


def _label(item: Fields) -> str:
    if item.raw.get("has_checkbox") is True:
        return "☑" if item.raw.get("is_checked") is True else "☐"
    return item.text("label") or "•"


def _lines(texts: Iterable[Text]) -> Text:
    return _joined(filter(None, texts), "\n")


def _joined(texts: Iterable[Text], between: str) -> Text:
    joined = Text()
    for number, text in enumerate(texts):
        joined = joined + Text.plain(between) + text if number else text
    return joined
