"""`Text` as a small, safe piece of HTML: the `formatted` of an event.

Only these tags are written: `b i s u code pre blockquote a span br`; the only attributes are `href` and
`class="spoiler"`. Everything a person wrote is escaped.
"""

from __future__ import annotations

from html import escape
from itertools import groupby

from bot.domain.text import Span, Style, Text

_INLINE = (
    (Style.CODE, "<code>", "</code>"),
    (Style.BOLD | Style.HEADING, "<b>", "</b>"),
    (Style.ITALIC, "<i>", "</i>"),
    (Style.UNDERLINE, "<u>", "</u>"),
    (Style.STRIKE, "<s>", "</s>"),
    (Style.SPOILER, '<span class="spoiler">', "</span>"),
)
_SAFE_LINKS = ("https://", "http://", "mailto:", "tel:")


def html(text: Text) -> str:
    return "".join(_block(block, list(spans)) for block, spans in groupby(text.spans, _kind_of_block))


def _kind_of_block(span: Span) -> Style:
    return span.style & (Style.PRE | Style.QUOTE)


def _block(kind: Style, spans: list[Span]) -> str:
    if Style.PRE in kind:
        inner = f"<pre>{''.join(escape(span.text) for span in spans)}</pre>"
    else:
        inner = "".join(_inline(span) for span in spans)
    return f"<blockquote>{inner}</blockquote>" if Style.QUOTE in kind else inner


def _inline(span: Span) -> str:
    words = escape(span.text).replace("\n", "<br>")
    for style, opening, closing in _INLINE:
        if span.style & style:
            words = f"{opening}{words}{closing}"
    if span.link.lower().startswith(_SAFE_LINKS):
        words = f'<a href="{escape(span.link)}">{words}</a>'
    return words
