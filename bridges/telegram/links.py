"""Links that a message holds beside its words: buttons that lead to a page or copy a text, and the page that it
previews. Forwarded messages of other bots and channels have them.

Source: core.telegram.org/bots/api, "InlineKeyboardButton", "LinkPreviewOptions". Other buttons mean nothing outside of
their chat.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.text import Span, Text
from bridges.shared.fields import Fields


def beside(message: Fields, words: Text) -> Iterator[Text]:
    """Yields a line for each link. `words`: those of the message, which name most pages themselves."""
    preview = message.object("link_preview_options")
    page = _web(preview.text("url"))
    if page and preview.raw.get("is_disabled") is not True and not _names(words, page):
        yield Text.of((Span("🔗 "), Span(page, link=page)))
    rows = message.object("reply_markup").raw.get("inline_keyboard")
    for row in rows if isinstance(rows, list) else []:
        for button in Fields({"row": row}).objects("row"):
            yield from _button(button)


def _button(button: Fields) -> Iterator[Text]:
    label, url, copied = button.text("text"), _web(button.text("url")), button.object("copy_text").text("text")
    if url:
        yield Text.of((Span("🔗 "), Span(label or url, link=url)))
    if copied:
        yield Text.plain("📋 " + (f"{label}: {copied}" if label and label != copied else copied))


def _names(words: Text, page: str) -> bool:
    bare = _bare(page)
    return bare in words.characters.casefold() or any(bare == _bare(span.link) for span in words.spans if span.link)


def _bare(url: str) -> str:
    return url.partition("://")[2].rstrip("/").casefold()


def _web(url: str) -> str:
    return url if url.startswith(("https://", "http://")) else ""
