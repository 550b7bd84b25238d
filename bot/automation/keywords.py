"""Keyword matching in a customer's message. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from bot.domain import Choice, Content
from bot.domain.account_rules import Keyword
from bot.domain.spelling import folded


def answer_to(content: Content, keywords: Sequence[Keyword]) -> str:
    """Reply of the first keyword found in the message, or on the button that the customer pressed; "" for none.
    Forwarded texts do not count."""
    pressed = [one.title for one in content.attachments if isinstance(one, Choice)]
    said = _folded("\n".join([content.text.characters, *pressed]))
    return next((one.answer for one in keywords if any(_stands(words, said) for words in one.words)), "")


def _folded(words: str) -> str:
    """Text with case ignored and every ё as е."""
    return folded(words).replace("ё", "е")


def _stands(words: str, said: str) -> bool:
    pattern = _pattern(words)
    return pattern is not None and pattern.search(said) is not None


@lru_cache(maxsize=4096)
def _pattern(words: str) -> re.Pattern[str] | None:
    """Pattern of whole words in the same order; None when there are no words."""
    each = [re.escape(word) for word in _folded(words).split()]
    return re.compile(r"(?<!\w)" + r"\s+".join(each) + r"(?!\w)") if each else None
