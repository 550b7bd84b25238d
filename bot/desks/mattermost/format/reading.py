"""Mattermost's Markdown → neutral text.

The customer reads what the operator sees, and no word is lost. Text that only resembles markup (tags, entities, link
definitions) stays as written; if a construct would drop words all the same, the whole message is read as plain text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from markdown_it import MarkdownIt
from markdown_it.rules_block.table import escapedSplit
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from bot.desks.shared import emoji
from bot.domain.text import Span, Style, Text

_ESCAPABLE = frozenset("`*{}[]()#+-.!_>|~")
_UNSEEN = ("html_block", "html_inline", "entity", "reference", "lheading")
"""Rules of CommonMark that would drop words, or that Mattermost's own parsers lack."""

_SCHEME = re.compile(r"(?:https?|ftp)\Z", re.IGNORECASE)
_ADDRESS = re.compile(r"://(?:[^\s<>`()\[\]]|\([^\s<>`()]*\))+")

_STYLES = {"strong": Style.BOLD, "em": Style.ITALIC, "s": Style.STRIKE}
_VERBATIM = Style.CODE | Style.PRE


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
    scheme = _SCHEME.search(state.pending)
    if state.src[state.pos] != ":" or scheme is None or state.linkLevel:
        return False
    found = _ADDRESS.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    rest = found[0].rstrip("?!.,:*_~'\"")
    if not silent:
        state.pending = state.pending[: scheme.start()]
        state.push("text", "", 0).content = scheme[0] + rest
    state.pos += len(rest)
    return True


class _Parser(MarkdownIt):
    """CommonMark parser that leaves addresses of links as written, where markdown-it would percent-encode them."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - markdown-it's name
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 - markdown-it's name
        return link


def _parser(*, tables: bool) -> MarkdownIt:
    parser = _Parser("commonmark", {"html": False, "breaks": True}).enable("strikethrough").disable(list(_UNSEEN))
    if tables:
        parser.enable("table")
    parser.inline.ruler.at("escape", _escape)
    parser.inline.ruler.before("escape", "address", _address)
    return parser


_PARSER, _WITHOUT_TABLES = _parser(tables=True), _parser(tables=False)


def read(markdown: str) -> Text:
    """Returns the text of the operator's post. Emoji names become emoji."""
    source = markdown.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    lines = source.split("\n")
    tokens = _PARSER.parse(source)
    if _has_wide_rows(tokens, lines):
        tokens = _WITHOUT_TABLES.parse(source)
    spans = _MarkdownReader(lines).read(tokens)
    if Counter(_letters(source)) - Counter(_letters(_all_of(spans))):
        spans = [Span(source.strip("\n"))]
    return Text.of(map(_with_emoji, spans))


def _has_wide_rows(tokens: Sequence[Token], lines: Sequence[str]) -> bool:
    """Tells whether a row has more cells than the header: those would be dropped."""
    columns = 0
    for index, token in enumerate(tokens):
        if token.type == "thead_open":
            columns = sum(later.type == "th_open" for later in tokens[index:])
        elif token.type == "tr_open" and token.map:
            cells = escapedSplit(lines[token.map[0]].strip().strip("|"))
            if len(cells) > columns:
                return True
    return False


def _letters(words: str) -> str:
    return "".join(character for character in words if character.isalnum())


def _all_of(spans: Iterable[Span]) -> str:
    return " ".join(f"{span.text} {span.link} {span.language}" for span in spans)


def _with_emoji(span: Span) -> Span:
    return span if span.style & _VERBATIM else replace(span, text=emoji.to_unicode(span.text))


class _MarkdownReader:
    """Walks the tokens once. `_end`: the source line up to which everything is written; blank lines between blocks are
    kept."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._spans: list[Span] = []
        self._end = 0
        self._quotes: list[bool] = []  # per open quote: does it contain anything?
        self._items: list[str] = []  # per open list item: its marker while unwritten, else ""
        self._after_quote = False

    def read(self, tokens: Sequence[Token]) -> list[Span]:
        for index, token in enumerate(tokens):
            match token.type:
                case "blockquote_open":
                    self._quotes.append(False)
                case "blockquote_close":
                    self._close_quote()
                case "list_item_open":
                    self._items.append(f"{token.info}{token.markup} " if token.info else "• ")
                case "list_item_close":
                    self._close_item()
                case "inline":
                    self._inline(token, tokens[index - 1])
                case "fence" | "code_block" if token.content.strip():
                    code = Span(token.content.rstrip("\n"), Style.PRE, language=token.info.strip())
                    self._block(token, [code])
                case "hr" | "fence" | "code_block":
                    self._verbatim(token)
        return self._spans

    # ------------------------------------------------------------------------------------------ blocks

    def _inline(self, token: Token, parent: Token) -> None:
        if parent.type in ("th_open", "td_open"):
            self._cell(token, header=parent.type == "th_open")
        elif not token.content:
            self._verbatim(token)  # "##" alone is not a heading in Mattermost
        else:
            look = Style.HEADING if parent.type == "heading_open" else Style.NONE
            self._block(token, _runs(token.children or (), look))

    def _cell(self, token: Token, *, header: bool) -> None:
        """Writes a cell. Cells of one row share a line; the row under the header is syntax."""
        runs = _runs(token.children or (), Style.BOLD if header else Style.NONE)
        assert token.map is not None
        if token.map[0] < self._end:
            self._spans += [Span(" | "), *runs]
            return
        if not header and self._end == token.map[0] - 1:
            self._end += 1
        self._block(token, runs)

    def _verbatim(self, token: Token) -> None:
        assert token.map is not None
        self._block(token, [Span("\n".join(self._lines[slice(*token.map)]).strip())])

    def _block(self, token: Token, runs: Sequence[Span]) -> None:
        """Writes one block of text on lines of its own."""
        assert token.map is not None
        self._break(token.map[0])
        self._end = max(self._end, token.map[1])
        style = Style.QUOTE if self._quotes else Style.NONE
        self._quotes = [True] * len(self._quotes)
        lead = self._indent()
        self._spans += [replace(run, style=run.style | style) for run in (*([Span(lead)] if lead else []), *runs)]

    def _break(self, start: int) -> None:
        if self._spans:
            blank = max(0, start - self._end - int(self._after_quote))
            style = Style.QUOTE if self._quotes and self._quotes[-1] else Style.NONE
            self._spans.append(Span("\n" * (1 + blank), style))
        self._after_quote = False

    def _close_quote(self) -> None:
        """Closes a quote and skips the blank line that only ends it."""
        filled = self._quotes.pop()
        if not filled:
            self._spans.append(Span("\n>" if self._spans else ">"))
            self._end += 1
        self._after_quote = True

    def _close_item(self) -> None:
        if sign := self._items.pop():
            self._spans.append(Span(("\n" if self._spans else "") + "  " * len(self._items) + _alone(sign)))
            self._end += 1

    def _indent(self) -> str:
        """Returns the indentation: an item's marker before its first block, spaces before the others."""
        if not self._items:
            return ""
        sign, self._items[-1] = self._items[-1], ""
        depth = len(self._items) - 1
        return "  " * depth + (sign or "  ")


def _alone(sign: str) -> str:
    return "-" if sign == "• " else sign.strip()


def _runs(children: Sequence[Token], look: Style) -> list[Span]:
    spans: list[Span] = []
    style, link, title = look, "", ""
    for child in children:
        kind, _, side = child.type.rpartition("_")
        if side == "open" and kind in _STYLES:
            style |= _STYLES[kind]
        elif side == "close" and kind in _STYLES:
            style &= ~_STYLES[kind]
        elif child.type == "link_open":
            link, title = str(child.attrs.get("href", "")), str(child.attrs.get("title", ""))
        elif child.type == "link_close":
            spans += [Span(f" ({title})", style)] if title else []
            link, title = "", ""
        else:
            spans += _leaf(child, style, link)
    return spans


def _leaf(child: Token, style: Style, link: str) -> list[Span]:
    match child.type:
        case "softbreak" | "hardbreak":
            return [Span("\n", style)]
        case "code_inline":
            return [Span(child.content, style | Style.CODE, link)]
        case "image":
            return _image(child, style)
        case _:
            return [Span(child.content, style, link)]


def _image(token: Token, style: Style) -> list[Span]:
    """Turns a picture by address into a link with its alternative text."""
    source, title = str(token.attrs.get("src", "")), str(token.attrs.get("title", ""))
    return [Span(token.content or source, style, source), *([Span(f" ({title})", style)] if title else [])]
