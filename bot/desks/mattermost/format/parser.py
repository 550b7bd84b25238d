"""Parser of Mattermost's Markdown: markdown-it with the rules of Mattermost's web app where they differ.

Compared with what that app's own parser makes of some four hundred texts: `tests/desks/mattermost/test_as_marked.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.fence import fence
from markdown_it.rules_block.table import escapedSplit, table
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from bot.desks.mattermost.format import emphasis

_ESCAPABLE = frozenset("`*{}[]()#+-.!_>|~")
_OFF = ("html_block", "html_inline", "lheading", "reference")
"""Rules that would drop words (tags and the definitions of links stay as typed), or that have a better one here."""
_SCHEME = re.compile(r"(?:https?|ftp)\Z", re.IGNORECASE)
_ADDRESS = re.compile(r"://(?:[^\s<>`()\[\]]|\([^\s<>`()]*\))+")
_WWW = re.compile(r"(?<![A-Za-z0-9])www\d{0,3}\.[^\s<>`()\[\]]*\Z", re.IGNORECASE)
_REST = re.compile(r"[^\s<>`()\[\]]+")
_ENDS_NO_ADDRESS = "?!.,:*_~'\""
_LONGEST_HOST = 300
_HEADING = re.compile(r"#{1,6} ")
_RULER = re.compile(r"(?:[-*_] *){3,}")
_UNDERLINE = re.compile(r" *[=-]{2,} *")
_FENCE = re.compile(r" {0,3}(?P<mark>`{3,}|~{3,})(?P<info>[^`~]*)")
_END_OF_FENCE = re.compile(r" {0,3}(?:`{3,}|~{3,})[~`]* *")
_WIDEST, _LARGEST = 50, 5000
"""Columns of a table, and cells of a post if all its lines had as many; a table with more is shown as typed."""


def parse(source: str) -> list[Token]:
    """Parses a post. Rows of a table that are wider than its head are complete, and a quote lasts to the next empty
    line."""
    tokens, lines = _PARSER.parse(source), source.split("\n")
    quoted = _quoted(tokens, lines)
    if quoted != lines:
        tokens = _PARSER.parse("\n".join(quoted))
    widened = _widened(tokens, quoted)
    if widened is None:
        return _WITHOUT_TABLES.parse("\n".join(quoted))
    return tokens if widened == quoted else _PARSER.parse("\n".join(widened))


class _Parser(MarkdownIt):
    """CommonMark parser that leaves addresses of links as written, where markdown-it would percent-encode them."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - markdown-it's name
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 - markdown-it's name
        return link


def _parser(*, tables: bool) -> MarkdownIt:
    parser = _Parser("commonmark", {"html": False, "breaks": True}).disable(list(_OFF))
    if tables:
        parser.enable("table")
    parser.block.ruler.at("table", _table, {"alt": []})
    parser.block.ruler.at("fence", _fence, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    parser.block.ruler.at("hr", _ruler, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    parser.block.ruler.before("blockquote", "underlined", _underlined, {"alt": ["paragraph"]})
    parser.inline.ruler.at("escape", _escape)
    parser.inline.ruler.before("escape", "address", _address)
    emphasis.install(parser)
    return parser


# ---------------------------------------------------------------------------------------------- blocks


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Reads a table. A line without a `|` is not a row of it; a line of words before it, or the end of the post right
    behind its head, makes it plain text."""
    if start + 1 >= end or state.eMarks[start + 1] >= len(state.src):
        return False
    rows = next((number for number in range(start, end) if "|" not in _line(state, number)), end)
    return table(state, start, rows, silent)


def _fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Reads a fenced code block, which has an end: without one, the fence is plain text."""
    opening = _FENCE.fullmatch(_line(state, start))
    if opening is None:
        return False
    open_to_the_end: set[object] = state.env.setdefault("open fences", set())
    search = (state.src, state.level, end, opening["mark"])
    if search in open_to_the_end:
        return False
    for number in range(start + 1, end):
        line = _line(state, number)
        if line.lstrip().startswith(opening["mark"]) and _END_OF_FENCE.fullmatch(line):
            return fence(state, start, end, silent)
    open_to_the_end.add(search)
    return False


def _ruler(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """Reads a line across the page: three signs, of which CommonMark wants the same."""
    if state.is_code_block(start) or not _RULER.fullmatch(_line(state, start)):
        return False
    if not silent:
        state.line = start + 1
        state.push("hr", "hr", 0).map = [start, start + 1]
    return True


def _underlined(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Reads a heading: one line of words, and one of `---` or `===` under it."""
    if start + 1 >= end or state.is_code_block(start) or state.sCount[start + 1] < state.blkIndent:
        return False
    words = _line(state, start).strip()
    if not words or _HEADING.match(words) or not _UNDERLINE.fullmatch(_line(state, start + 1)):
        return False
    if not silent:
        state.line = start + 2
        for kind, nesting in (("heading_open", 1), ("inline", 0), ("heading_close", -1)):
            token = state.push(kind, "" if kind == "inline" else "h2", 1 if nesting > 0 else -1 if nesting else 0)
            token.map = [start, start + 2]
            token.content = "" if nesting else words
            token.children = None if nesting else []
    return True


def _line(state: StateBlock, number: int) -> str:
    """Returns a line without the signs of the quotes and lists that it stands in."""
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _quoted(tokens: Sequence[Token], lines: Sequence[str]) -> list[str]:
    """Returns the lines with the sign of a quote before all that belong to one."""
    found = list(lines)
    for token in tokens:
        if token.type == "blockquote_open" and token.level == 0 and token.map is not None:
            number = token.map[1]
            while number < len(found) and found[number].strip():
                found[number] = f"> {found[number]}"
                number += 1
    return found


def _widened(tokens: Sequence[Token], lines: Sequence[str]) -> list[str] | None:
    """Returns the lines with so many columns in each table's head that no cell is left out; None for too many."""
    found, head, columns = list(lines), 0, 0
    for index, token in enumerate(tokens):
        if token.map is None:
            continue
        if token.type == "thead_open":
            head = token.map[0]
            columns = sum(later.type == "th_open" for later in tokens[index:][: 2 + 3 * _WIDEST])
        elif token.type == "tr_open":
            wide = len(escapedSplit(lines[token.map[0]].strip().strip("|")))
            if wide > _WIDEST or wide * len(lines) > _LARGEST:
                return None
            if wide > columns:
                found[head] = _with_columns(found[head], " ", wide - columns)
                found[head + 1] = _with_columns(found[head + 1], "-", wide - columns)
                columns = wide
    return found


def _with_columns(line: str, cell: str, more: int) -> str:
    return line.rstrip().removesuffix("|") + f"|{cell}" * more + "|"


# ---------------------------------------------------------------------------------------------- inline


def _escape(state: StateInline, silent: bool) -> bool:
    r"""Reads `\*` as Mattermost's web app does: fewer escapable characters than CommonMark, and `\\` not before a
    letter."""
    at = state.pos
    if state.src[at] != "\\" or at + 1 >= state.posMax:
        return False
    following = state.src[at + 1]
    after = state.src[at + 2 : at + 3]
    if following not in _ESCAPABLE and not (following == "\\" and not re.match(r"[A-Za-z0-9_]", after)):
        return False
    if not silent:
        token = state.push("text_special", "", 0)
        token.content, token.markup, token.info = following, "\\" + following, "escape"
    state.pos += 2
    return True


def _address(state: StateInline, silent: bool) -> bool:
    """Reads a bare address as a whole, including underscores and asterisks."""
    sign = state.src[state.pos]
    if state.linkLevel or sign not in ":_*~":
        return False
    if sign == ":":
        scheme = _SCHEME.search(state.pending[-5:])
        found = _ADDRESS.match(state.src, state.pos, state.posMax) if scheme else None
    else:
        found = _REST.match(state.src, state.pos, state.posMax) if _WWW.search(state.pending[-_LONGEST_HOST:]) else None
    rest = found[0].rstrip(_ENDS_NO_ADDRESS) if found else ""
    if not rest:
        return False
    if not silent:
        state.push("text", "", 0).content = rest
    state.pos += len(rest)
    return True


_PARSER, _WITHOUT_TABLES = _parser(tables=True), _parser(tables=False)
