"""Words as search compares them. SQLite's own lower() knows ASCII alone, so Python folds for both databases."""

from __future__ import annotations

LONGEST = 2000  # characters of one message that can be found


def fold(*texts: str) -> str:
    return " ".join(" ".join(texts).split()).casefold().replace("ё", "е")


def part(text: str) -> str:
    """A LIKE pattern (escape character: backslash) for a part of folded words."""
    folded = fold(text)
    for special in ("\\", "%", "_"):
        folded = folded.replace(special, "\\" + special)
    return f"%{folded}%"
