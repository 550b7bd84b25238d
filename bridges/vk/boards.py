"""Parser of what a community's bot puts under its messages, which people forward: cards of a carousel, and buttons that
lead to a page. Other buttons mean nothing outside of their conversation.

Source: dev.vk.com/api/bots/development/keyboard, "Шаблоны сообщений".
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.text import Span, Text
from bridges.shared.fields import Fields


def lines(message: Fields) -> Iterator[Text]:
    for card in message.object("template").objects("elements"):
        words = "\n".join(filter(None, (card.text("title"), card.text("description"))))
        if words:
            yield Text.plain(words)
        yield from _links(card.objects("buttons"))
    rows = message.object("keyboard").raw.get("buttons")
    for row in rows if isinstance(rows, list) else []:
        yield from _links(Fields({"row": row}).objects("row"))


def _links(buttons: list[Fields]) -> Iterator[Text]:
    for button in buttons:
        action = button.object("action")
        label, url = action.text("label"), action.text("link")
        if action.text("type") == "open_link" and url.startswith(("https://", "http://")):
            yield Text.of((Span("🔗 "), Span(label or url, link=url)))
