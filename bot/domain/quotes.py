"""Quotation marks around words that people search for. Pure."""

from __future__ import annotations

QUOTES = "\"'`´“”„‟«»‹›‘’‚‛″′＂＇「」『』"


def unquoted(text: str) -> str:
    """Returns the words of a text without quotation marks around them; apostrophes inside of words stay."""
    return " ".join(filter(None, (word.strip(QUOTES) for word in text.split())))
