"""Fonts of a chart: the usual one, and behind it those of this machine that hold the letters it lacks."""

from __future__ import annotations

import logging
import unicodedata
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from bot.domain import graphemes

USUAL = "DejaVu Sans"
"""Latin, Cyrillic, Greek, Hebrew, Arabic; comes with matplotlib."""
FALLBACKS = (
    # one for each script, the first that is there
    ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "Hiragino Sans GB"),
    ("Noto Sans CJK JP", "Noto Sans JP", "Source Han Sans", "Yu Gothic", "Meiryo", "Hiragino Sans"),
    ("Noto Sans CJK KR", "Noto Sans KR", "Source Han Sans K", "Malgun Gothic", "Apple SD Gothic Neo", "NanumGothic"),
    ("WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Droid Sans Fallback", "Arial Unicode MS"),
    ("Noto Sans Devanagari", "Lohit Devanagari", "Nirmala UI", "Kohinoor Devanagari", "Mangal", "FreeSans"),
    ("Noto Sans Bengali", "Lohit Bengali"),
    ("Noto Sans Tamil", "Lohit Tamil"),
    ("Noto Sans Thai", "Loma", "Leelawadee UI", "Thonburi"),
    ("Noto Emoji", "Symbola", "Segoe UI Emoji", "Segoe UI Symbol"),  # with outlines: coloured ones cannot be drawn
    ("Unifont", "GNU Unifont"),
    ("Unifont Upper", "GNU Unifont Upper"),
)


def families() -> list[str]:
    """Families to draw with, in the order in which each letter is looked up."""
    from matplotlib import font_manager

    _add_newer()
    there = set(font_manager.fontManager.get_font_names())
    found = (next((name for name in names if name in there), "") for names in FALLBACKS)
    return [USUAL, *filter(None, found)]


def _add_newer() -> None:
    """Adds the fonts installed since matplotlib listed this machine's: it keeps the list between runs."""
    from matplotlib import font_manager

    known = {one.fname for one in font_manager.fontManager.ttflist}
    for path in font_manager.findSystemFonts():
        if path not in known:
            with suppress(OSError, RuntimeError, ValueError):  # coloured ones cannot be read
                font_manager.fontManager.addfont(path)


@contextmanager
def quiet() -> Iterator[None]:
    """Leaves out what matplotlib says of letters that no font holds: one line for each, of customers' names."""
    logger = logging.getLogger("matplotlib")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=r"(?s)Glyph .* missing from")
            yield
    finally:
        logger.setLevel(before)


def shortened(name: str, width: int) -> str:
    """Name cut to the width of so many narrow letters; Chinese, Korean and Japanese ones, and emoji, count as two."""
    if sum(map(_width, name)) <= width:
        return name
    kept, left = "", width - 1
    for one in graphemes.each(name):
        left -= sum(map(_width, one))
        if left < 0:
            break
        kept += one
    return kept + "…"


def _width(sign: str) -> int:
    if unicodedata.combining(sign) or sign in "\u200d\ufe0f":
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1
