"""Emphasis in operators' Markdown, closed as Mattermost's web app closes it: at the first mark that fits, whatever
stands beside it.

CommonMark asks for a border of a word there: in `**Цена:**1500` it sees four asterisks, Mattermost sees a bold word.
What operators see is what customers get.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from bot.domain.value import value

_WIDE = "[\U00010000-\U0010ffff]"
_BLANK = r"\s\ufeff"
_ENDS_WORD = rf"(?=\Z|[{_BLANK}!\"#$%&'()*+,\-./:;<=>?@\[^{{|}}~])"
"""Required behind a closing `_`: the end of the text, white space, or punctuation except `]`, a backtick, a
backslash."""
_WORD = re.compile(r"[A-Za-z0-9_]")
"""Characters after which a `_` stands within a word; letters of other alphabets do not count."""


@value
class _Pair:
    """Pair of marks. `after`: follows the opening mark; `close`: the closing mark with its surroundings; `shortest`:
    characters between the two, at least."""

    mark: str
    name: str
    after: re.Pattern[str]
    close: re.Pattern[str]
    shortest: int = 1


def _pair(mark: str, name: str, after: str, close: str, shortest: int = 1) -> _Pair:
    return _Pair(mark, name, re.compile(after), re.compile(close), shortest)


_PAIRS = (
    _pair("**", "strong", "", r"\*\*(?!\*)"),
    _pair("__", "strong", "", r"__(?!_)"),
    _pair("~~", "s", rf"[^{_BLANK}]", rf"~~(?<=[^{_BLANK}]~~)"),
    _pair("_", "em", rf"(?!{_WIDE})[^{_BLANK}_](?=_(?!_))", "_"),
    _pair("*", "em", rf"(?!{_WIDE})[^{_BLANK}*\"<](?=\*(?!\*))", r"\*"),
    _pair("_", "em", rf"[^{_BLANK}]", rf"_(?<=[^{_BLANK}_]_){_ENDS_WORD}", 2),
    _pair("_", "em", rf"[^{_BLANK}_]", rf"_(?<=[^{_BLANK}]_){_ENDS_WORD}", 2),
    _pair("*", "em", rf"[^{_BLANK}\"<]", rf"\*(?<=[^{_BLANK}*]\*)(?!\*)", 2),
    _pair("*", "em", rf"[^{_BLANK}*\"<]", rf"\*(?<=[^{_BLANK}]\*)(?!\*)", 2),
)
"""Pairs in order of preference. The closing mark is searched in the characters as typed: code, links and escapes
between the two do not hide it."""
_SIGNS = frozenset(pair.mark[0] for pair in _PAIRS)
_UNCLOSED = "unclosed emphasis"


def install(parser: MarkdownIt) -> None:
    """Replaces the parser's rules of emphasis and strikethrough."""
    parser.disable(["emphasis", "strikethrough"])
    parser.inline.ruler.before("emphasis", "closed_emphasis", _emphasis)


def _emphasis(state: StateInline, silent: bool) -> bool:
    """Reads a pair of marks and what is between them. Searching the end of a link's label (`silent`), it reads none:
    a link within its brackets comes first."""
    sign = state.src[state.pos]
    if silent or sign not in _SIGNS or (sign == "_" and _WORD.fullmatch(state.pending[-1:])):
        return False
    for pair in _PAIRS:
        end = _closing(state, pair)
        if end >= 0:
            _read(state, pair, end)
            return True
    return False


def _closing(state: StateInline, pair: _Pair) -> int:
    """Returns the position of the closing mark; -1 without a pair. A search that found nothing is not repeated from
    further on: a text of nothing but marks would take minutes."""
    start = state.pos + len(pair.mark)
    if not state.src.startswith(pair.mark, state.pos) or not pair.after.match(state.src, start, state.posMax):
        return -1
    unclosed: set[object] = state.env.setdefault(_UNCLOSED, set())
    search = (state.src, state.posMax, pair.close)
    if search in unclosed:
        return -1
    wide = state.src[start : start + 1] > "\uffff"  # JavaScript takes an emoji for two characters
    found = pair.close.search(state.src, start + (1 if wide else pair.shortest), state.posMax)
    if found is None:
        unclosed.add(search)
    return found.start() if found else -1


def _read(state: StateInline, pair: _Pair, end: int) -> None:
    """Adds the tokens of a pair and parses the characters between. What the parser has noted about links further on
    does not hold for them."""
    whole, cache = state.posMax, state.cache
    state.push(f"{pair.name}_open", pair.name, 1).markup = pair.mark
    state.pos, state.posMax = state.pos + len(pair.mark), end
    state.cache = {}
    state.md.inline.tokenize(state)
    state.posMax, state.cache = whole, cache
    state.push(f"{pair.name}_close", pair.name, -1).markup = pair.mark
    state.pos = end + len(pair.mark)
