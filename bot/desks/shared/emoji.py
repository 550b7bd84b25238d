"""Emoji by the names that team chats use.

Platforms write the same emoji as `:wave::skin-tone-3:` (Slack), `:wave_medium_light_skin_tone:` (Mattermost) or 👋🏼
(all others). The core uses Unicode only; desks translate at their edge. Names that are not in the table (a workspace's
custom emoji) stay as written.
"""

from __future__ import annotations

import json
import re
from enum import Enum
from functools import cache
from pathlib import Path

from bot.domain.value import value

_DATA = Path(__file__).with_name("emoji.json")
_COLOURED = "\ufe0f"
_TONES = "🏻🏼🏽🏾🏿"
_TONE_WORDS = ("light", "medium_light", "medium", "medium_dark", "dark")
_SLACK_TONE = re.compile(r"::?skin-tone-([2-6])(?:-([2-6]))?$")
_WORD_TONE = re.compile(r"(?<=_)(medium_light|medium_dark|light|medium|dark)_skin_tone")
# Not after a letter or digit, so that 10:30:45 and host:100:1 stay as they are.
_NAMED = re.compile(r"(?<![^\W_]):([a-z0-9_+'-]+(?:::skin-tone-[2-6](?:-[2-6])?)?):")


class Dialect(Enum):
    """Notation of skin tones; the names themselves are the same."""

    SLACK = "slack"
    MATTERMOST = "mattermost"


@value
class _Table:
    """The emoji table. `by_name`: every known name → emoji; `names`: emoji without `_COLOURED` → its first name;
    `pairs`: emoji of two people → template for their two skin tones."""

    by_name: dict[str, str]
    names: dict[str, str]
    pairs: dict[str, str]


@cache
def _table() -> _Table:
    data = json.loads(_DATA.read_text("utf-8"))
    by_name: dict[str, str] = {}
    for part in (data["emoji"], data["more"]):
        by_name.update({name: emoji for emoji, names in part.items() for name in names.split()})
    names = {emoji.replace(_COLOURED, ""): words.split()[0] for emoji, words in data["emoji"].items()}
    for emoji, template in data["pairs"].items():
        for first, one in enumerate(_TONES, 2):
            for second, other in enumerate(_TONES, 2):
                toned = template.format(one, other).replace(_COLOURED, "")
                names.setdefault(toned, f"{names[emoji.replace(_COLOURED, '')]}::skin-tone-{first}-{second}")
    return _Table(by_name, names, data["pairs"])


def known() -> dict[str, str]:
    """Returns every emoji with its names, in the order of pickers."""
    emoji: dict[str, str] = json.loads(_DATA.read_text("utf-8"))["emoji"]
    return emoji


def of_name(name: str) -> str | None:
    """Returns the emoji of a name without colons, in any dialect; None if unknown."""
    table, name = _table(), name.strip(":")
    if found := table.by_name.get(name):
        return found
    if match := _SLACK_TONE.search(name):
        base, tones = name[: match.start()], [int(digit) - 2 for digit in match.groups() if digit]
    elif words := list(_WORD_TONE.finditer(name)):
        base, tones = name[: words[0].start() - 1], [_TONE_WORDS.index(word[1]) for word in words]
    else:
        return None
    return _toned(table.by_name[base], tones) if base in table.by_name else None


def _toned(emoji: str, tones: list[int]) -> str:
    """Adds a skin tone after the first character, in place of the variation selector."""
    if len(tones) == 2 and (template := _table().pairs.get(emoji)):
        return template.format(*(_TONES[tone] for tone in tones))
    first, rest = emoji[0], emoji[1:].removeprefix(_COLOURED)
    return first + _TONES[tones[0]] + rest


def to_unicode(text: str) -> str:
    """Replaces known names: `:smile:` → 😄."""
    return _NAMED.sub(lambda match: of_name(match[1]) or match[0], text) if ":" in text else text


def name_of(emoji: str, dialect: Dialect) -> str | None:
    """Returns the platform's name of an emoji, without colons; None if it has none."""
    names, plain = _table().names, emoji.replace(_COLOURED, "")
    if found := names.get(plain):
        return found if "::" not in found or dialect is Dialect.SLACK else _word_tones(found)
    tones = [character for character in plain if character in _TONES]
    base = names.get("".join(character for character in plain if character not in _TONES))
    if base is None or len(set(tones)) != 1:
        return None
    named = f"{base}::skin-tone-{_TONES.index(tones[0]) + 2}"
    return named if dialect is Dialect.SLACK else _word_tones(named)


def _word_tones(slack_name: str) -> str:
    base, _, tones = slack_name.partition("::skin-tone-")
    return "_".join((base, *(f"{_TONE_WORDS[int(digit) - 2]}_skin_tone" for digit in tones.split("-"))))
