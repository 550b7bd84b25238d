"""Customers' text beside what operators see in Mattermost: its web app's own parser against ours.

`marked.json` keeps what that parser makes of some four hundred texts, with its version. To renew it, run the parser on
the same texts, outside the project.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.desks.mattermost.format import read
from bot.desks.shared import emoji
from bot.domain.text import Span, Style

KEPT = json.loads(Path(__file__).with_name("marked.json").read_text())
TEXTS = {source: html for texts in KEPT["texts"].values() for source, html in texts}
LOOKS = {
    "strong": Style.BOLD,
    "th": Style.BOLD,
    "em": Style.ITALIC,
    "del": Style.STRIKE,
    "code": Style.CODE,
    "pre": Style.PRE,
    "blockquote": Style.QUOTE,
    **{f"h{level}": Style.HEADING for level in range(1, 7)},
}
KEPT_AS_TYPED = {
    "```\n\n```": "nothing would be left",
    "* *": "an empty list in a list",
    "[](https://a.b)": "the operator sees nothing, and the address is a word",
    "[a](https://a.b/c d)": "an address with a space leads nowhere",
    "[a](javascript:alert)": "the word that looks like an address would be lost",
    "[id]: http://a.b": "the operator sees nothing, and the address is a word",
    "[тут][id]\n\n[id]: http://a.b": "the name of the link would be lost",
}
"""Texts of which Mattermost shows less than was typed: customers get them as typed. And why."""


class Page(HTMLParser):
    """Reads what the parser made: runs of characters with their looks. Marks of list items and borders of cells, which
    are drawn beside the words, become characters, as they are for customers."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.spans: list[Span] = []
        self._looks = [Style.NONE]
        self._links = [("", "")]
        self._numbers: list[int | None] = []
        self._cells = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ("br", "hr", "img"):
            self._single(tag, given)
            return
        self._looks.append(self._looks[-1] | LOOKS.get(tag, Style.NONE))
        match tag:
            case "a":
                self._links.append((given["href"], given.get("title", "")))
            case "ol":
                self._numbers.append(int(given["start"]))
            case "ul":
                self._numbers.append(None)
            case "tr":
                self._cells = 0
            case "td" | "th":
                self._add(" | " if self._cells else " ", Style.NONE)
                self._cells += 1
            case "li":
                number = self._numbers[-1]
                self._add("\n", Style.NONE)
                self._add("• " if number is None else f"{number}. ", self._looks[-1] & Style.QUOTE)
                self._numbers[-1] = None if number is None else number + 1
            case "p" | "blockquote" | "pre" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                self._add("\n", Style.NONE)

    def handle_endtag(self, tag: str) -> None:
        self._looks.pop()
        if tag == "a":
            _, title = self._links.pop()
            self._add(f" ({title})" if title else "", self._looks[-1])
        elif tag in ("ol", "ul"):
            self._numbers.pop()
        if tag in ("p", "li", "tr", "blockquote", "pre", "ol", "ul", *LOOKS):
            self._add("\n" if tag not in ("strong", "em", "del", "code", "td", "th") else "", Style.NONE)

    def handle_data(self, data: str) -> None:
        self._add(data, self._looks[-1], self._links[-1][0])

    def _single(self, tag: str, given: dict[str, str]) -> None:
        if tag == "img":
            self._add(given["alt"] or given["src"], self._looks[-1], given["src"])
            self._add(f" ({given['title']})" if given.get("title") else "", self._looks[-1])
        else:
            self._add("\n" if tag == "br" else "\n---\n", self._looks[-1])

    def _add(self, words: str, look: Style, link: str = "") -> None:
        self.spans.append(Span(words, look, link))


def seen(spans: Iterable[Span]) -> list[tuple[str, Style, str]]:
    """Characters with their looks and links; white space of any kind is one space, and has no look. A link to the
    words themselves is a bare address."""
    found: list[tuple[str, Style, str]] = []
    for span in spans:
        words = span.text if span.style & (Style.CODE | Style.PRE) else emoji.to_unicode(span.text)
        link = "" if span.link.removeprefix("mailto:") == span.text else span.link
        for sign in words:
            if not sign.isspace():
                found.append((sign, span.style, link))
            elif found and found[-1][0] != " ":
                found.append((" ", Style.NONE, ""))
    return found[:-1] if found and found[-1][0] == " " else found


def runs(found: list[tuple[str, Style, str]]) -> list[tuple[str, Style, str]]:
    """Joins characters of one look, so that a failure can be read."""
    joined: list[tuple[str, Style, str]] = []
    for sign, style, link in found:
        if joined and joined[-1][1:] == (style, link):
            joined[-1] = (joined[-1][0] + sign, style, link)
        else:
            joined.append((sign, style, link))
    return joined


@pytest.mark.parametrize("source", TEXTS, ids=[source[:40] for source in TEXTS])
def test_a_customer_reads_what_the_operator_sees(source: str) -> None:
    ours = runs(seen(read(source).spans))
    if source in KEPT_AS_TYPED:
        assert ours == runs(seen([Span(source)]))
    else:
        assert ours == runs(seen(Page(TEXTS[source]).spans))


def test_the_texts_are_many() -> None:
    assert len(TEXTS) >= 150
    assert set(KEPT_AS_TYPED) <= set(TEXTS)
