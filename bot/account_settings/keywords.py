"""Keyword replies as text. Pure.

    price, цена: Our prices are on example.com
    delivery: We deliver
      every day but Sunday

The words come before the first colon of a line, comma-separated; the reply follows it. A line that begins with a space
continues the reply.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.account_settings.errors import InvalidSetting
from bot.domain.account_rules import Keyword
from bot.locale import N_

NO_COLON = N_("Line {line}: no colon. Use “keywords: reply”; start a line with a space to continue the reply above.")
NO_WORDS = N_("Line {line}: no keywords before the colon.")
NO_ANSWER = N_("Line {line}: no reply after the colon.")
NOTHING_ABOVE = N_("Line {line} starts with a space, but there is no reply above to continue.")


def parse_keywords(text: str) -> tuple[Keyword, ...]:
    """Parses keyword replies. Raises `InvalidSetting`, which names the wrong line."""
    found: list[tuple[int, tuple[str, ...], list[str]]] = []  # line, words, lines of the reply
    blank = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            blank += 1
        elif line[0].isspace():
            if not found:
                raise InvalidSetting(NOTHING_ABOVE, line=number)
            found[-1][2].extend([""] * blank + [line.strip()])
            blank = 0
        else:
            found.append(_begun(line, number))
            blank = 0
    return tuple(Keyword(words, _answer(lines, number)) for number, words, lines in found)


def print_keywords(keywords: Sequence[Keyword]) -> str:
    """Text that `parse_keywords` can read."""
    return "\n".join(f"{', '.join(one.words)}: {_indented(one.answer)}" for one in keywords)


def _begun(line: str, number: int) -> tuple[int, tuple[str, ...], list[str]]:
    before, colon, answer = line.partition(":")
    if not colon:
        raise InvalidSetting(NO_COLON, line=number)
    words = tuple(dict.fromkeys(word.strip() for word in before.split(",") if word.strip()))
    if not words:
        raise InvalidSetting(NO_WORDS, line=number)
    return number, words, [answer.strip()]


def _answer(lines: Sequence[str], number: int) -> str:
    answer = "\n".join(lines).strip()
    if not answer:
        raise InvalidSetting(NO_ANSWER, line=number)
    return answer


def _indented(answer: str) -> str:
    first, *rest = answer.splitlines()
    return "\n".join([first, *(f"  {line}" if line else "" for line in rest)])
