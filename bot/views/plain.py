"""Plain forms of posts, cards and views, for a desk that refused the full ones: text without formatting, names and
addresses in place of files, and nothing that is not a character."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace

from bot.domain import Content, FileRef, Media
from bot.domain.text import Text, shorten
from bot.locale import Translator
from bot.views.values import Card, Fact, Row, View
from bot.views.words import spelled_out

Address = Callable[[FileRef, str, str], str]
"""Signature of `Files.link`."""
LONGEST_FACT = 200
"""Characters of a fact on a plain card."""
_NO_CHARACTERS = frozenset({"Cc", "Cs", "Co", "Cn"})
"""Unicode categories: controls, surrogates, private use, unassigned."""


def content(given: Content, tr: Translator, address: Address) -> Content:
    """Returns the content as text alone. Addresses that begin at the hub's root are left out."""
    said = spelled_out(given, tr)
    lines = (said.text.characters, *_files(said, address))
    return Content(Text.plain(_characters("\n".join(filter(None, lines)))))


def card(given: Card) -> Card:
    facts = tuple(Fact(_characters(one.label), _plain(one.value, LONGEST_FACT)) for one in given.facts)
    heading, summary = _characters(given.heading), _characters(given.summary)
    return replace(given, heading=heading, summary=summary, facts=facts, picture=None)


def view(given: View) -> View:
    rows = tuple(replace(row, text=_plain(row.text)) for row in given.rows)
    figures = given.table
    listed = (figures.header, *figures.rows) if figures is not None else ()
    rows += tuple(Row(Text.plain(_characters(" · ".join(filter(None, cells))))) for cells in listed)
    return replace(given, rows=rows, title=_characters(given.title), files=(), table=None)


def _files(said: Content, address: Address) -> Iterator[str]:
    for one in said.attachments:
        if isinstance(one, Media):
            where = address(one.file, one.name, one.mime)
            yield f"📎 {one.name or one.kind}" + (f": {where}" if where.startswith("http") else "")


def _plain(text: Text, most: int = 0) -> Text:
    words = _characters(text.characters)
    return Text.plain(shorten(words, most) if most else words)


def _characters(words: str) -> str:
    return "".join(one if one in "\n\t" or unicodedata.category(one) not in _NO_CHARACTERS else "�" for one in words)
