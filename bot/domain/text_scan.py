"""The characters of a text as people read them, and the names that stand in it behind an `@`. Pure.

Addresses, e-mail addresses and code have signs of their own. Where one of them may be a colleague's name glued to
something, or the other way round, that is said: its author knows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import accumulate, pairwise

from bot.domain.text import Span, Style, Text

ENDS = "._-"
_PLAIN = {0xFF20: "@", 0xFE6B: "@", 0xFF0F: "/"}
"""Signs as other keyboards write them."""
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u2800\u3164\uffa0")
_VARIANTS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
"""Selectors of a sign's look."""
_LONGEST = 80
"""Characters after `@` in which a name of several words is looked for, and of what a question repeats."""
_CODE = Style.CODE | Style.PRE
_ADDRESS = re.compile(
    r"""(?P<scheme>(?:https?|ftp|tg|mailto)://|www\.)[^\s<>"'«»,;()]+"""
    r"""|(?<![\w@.-])(?P<host>(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24})/[^\s<>"'«»,;()]*"""  # t.me/@shop
    r"""|(?P<mail>(?<![\w.+%-])[\w+%-](?:[\w.+%-]*[\w+%-])?@)[\w-]+(?:\.[\w-]+)+""",
    re.IGNORECASE,
)
"""Every part begins where a word does, or is bounded: a long text costs no more than its length."""
_PROFILES = frozenset(
    {
        "t.me",
        "medium.com",
        "youtube.com",
        "tiktok.com",
        "threads.net",
        "threads.com",
        "vk.com",
        "dzen.ru",
        "substack.com",
    }
)
"""Sites whose addresses have an `@` behind the slash, and are written without a scheme."""
_IN_ADDRESS = frozenset("/=&#%~+_")
"""What stands before an `@` in an address; any other sign there has ended it."""
_DOMAIN = re.compile(
    r"com|org|net|info|biz|edu|gov|int|name|pro|online|site|shop|store|tech|app|dev|cloud|agency|company|group|team"
    r"|email|work|world|space|center|рф|рус|бел|қаз|укр|срб|бг|москва|дети|xn--[a-z0-9-]+"
    r"|(?!(?:ai|am|an|as|at|be|by|do|go|he|hi|if|in|is|it|la|ma|me|my|no|of|on|or|pa|so|to|up|us|we)$)[a-z]{2}"
)
"""What an e-mail address ends with; not the countries that are words, too: `him@boris.so he never pays`."""
_BEHIND = re.compile(r"""\s*["'`«“„‘(\[{<*~\\\u0300-\u036f]{0,3}""")
"""What may stand between `@` and a name: spaces typed in haste, quotes, brackets."""
_WORD = re.compile(r"[\w.\-\u0300-\u036f]+")
_NOTE = re.compile(r"[\s•]*/[^\S\r\n]?/")
"""Also as the first item of a list, and with a slip of the space bar."""
_COMMAND = re.compile(r"[\s,:.!\-–—]*")
_SLASH = re.compile(r"/(?!/)(?:dialog\b)?\s*", re.IGNORECASE)
_DIALOG = re.compile(r"/dialog\b\s*", re.IGNORECASE)
_MISTYPED = re.compile(r"/[^\S\r\n]?([^\W\d_][\w-]+)(?![\w/.\\])")
"""A word behind a slash, and no path."""


class Reading(Enum):
    """How a word behind an `@` reads."""

    NAMED = auto()
    DOUBTFUL = auto()  # a name, or a part of an address
    UNKNOWN = auto()


class _Place(Enum):
    """Where an `@` stands."""

    TEXT = auto()
    MAIL = auto()
    LINK = auto()


@dataclass(frozen=True, slots=True)
class Known:
    """Names to look for: of one word, and of several."""

    single: frozenset[str]
    several: tuple[str, ...]

    @classmethod
    def of(cls, names: Iterable[str]) -> Known:
        every = {name for name in names if name}
        single = {name for name in every if _WORD.fullmatch(name)}
        return cls(frozenset(single), tuple(sorted(every - single, key=len, reverse=True)))


@dataclass(frozen=True, slots=True)
class Scan:
    """The characters of a text that people see; `source`: all of them; `places`: where in it each stands; `quiet`:
    which are code or a link's label; `seams`: before which of them something unseen or a link's edge stands, where no
    address goes on."""

    source: str
    visible: str
    places: tuple[int, ...]
    quiet: tuple[bool, ...]
    seams: tuple[int, ...]

    @classmethod
    def of(cls, text: Text) -> Scan:
        seen: list[str] = []
        places: list[int] = []
        quiet: list[bool] = []
        seams: list[int] = []
        starts = accumulate((len(span.text) for span in text.spans), initial=0)
        for start, span, before in zip(starts, text.spans, (Span(""), *text.spans), strict=False):
            aside = bool(span.link or span.style & _CODE)
            if span.link != before.link:
                seams.append(len(seen))
            for place, sign in enumerate(span.text, start):
                if is_invisible(sign):
                    seams.append(len(seen))
                    continue
                seen.append(_PLAIN.get(ord(sign), sign))
                places.append(place)
                quiet.append(aside)
        return cls(text.characters, "".join(seen), tuple(places), tuple(quiet), tuple(dict.fromkeys(seams)))

    @property
    def is_note(self) -> bool:
        return self.note_sign > 0

    @property
    def note_sign(self) -> int:
        """Characters of the source that the sign of a note takes, 0: there is none."""
        found = _NOTE.match(self.visible)
        return self.places[found.end() - 1] + 1 if found else 0

    @property
    def mistyped(self) -> str:
        """A word behind a slash that the text begins with: perhaps a command; "" none."""
        start = len(self.visible) - len(self.visible.lstrip())
        found = _MISTYPED.match(self.visible, start)
        return f"/{found[1][:_LONGEST]}" if found and not self.quiet[start] else ""

    def called(self, hub: frozenset[str], *, slash: bool) -> str | None:
        """What is said to the hub; None: it is not what the text begins with."""
        start = len(self.visible) - len(self.visible.lstrip())
        if sign := (_SLASH if slash else _DIALOG).match(self.visible, start):
            return self._from(sign.end())
        word = self.word(start) if self.visible.startswith("@", start) else ""
        name = next((one for one in variants(word) if one in hub), None)
        if name is None:
            return None
        said = word if fold(word) == name else word.rstrip(ENDS)
        behind = _COMMAND.match(self.visible, self.visible.index(said, start) + len(said))
        return self._from(behind.end()) if behind else ""

    def _from(self, index: int) -> str:
        """As it was written, with all that is not seen in it."""
        return self.source[self.places[index] :].strip() if index < len(self.places) else ""

    def candidates(self) -> Iterator[str]:
        """Every folded word after `@` that may be a name."""
        for at, place in self._marks():
            word = self.word(at)
            yield from variants(word)
            if self._is_glued(at, place) and not _ends_as_domain(word):
                yield from _heads(word)

    def names(self, known: Known) -> Iterator[tuple[Reading, str, str]]:
        """How each word behind an `@` reads; the name, folded, that was found; and how it was written."""
        for at, place in self._marks():
            word = self.word(at)
            name = next((one for one in variants(word) if one in known.single), "")
            if place is _Place.TEXT:
                name = self._several(at, known) or name
            if name and place is not _Place.LINK and not self._is_line_away(at):
                yield Reading.NAMED, name, ""
            elif name or (self._is_glued(at, place) and _may_begin_with_name(word, known)):
                yield Reading.DOUBTFUL, name, self._around(at, word)
            elif place is _Place.TEXT and self._asks(at, word):
                yield Reading.UNKNOWN, "", f"@{word.rstrip(ENDS)}"

    def _marks(self) -> Iterator[tuple[int, _Place]]:
        """Every `@` behind which a name may stand: not those that are an address's own."""
        inside: dict[int, _Place | None] = {}
        for begin, end in pairwise((0, *self.seams, len(self.visible))):
            for found in _ADDRESS.finditer(self.visible, begin, end):
                inside |= _in_address(found)
        for at, sign in enumerate(self.visible):
            place = inside.get(at, _Place.TEXT) if sign == "@" else None
            if place is not None:
                yield at, place

    def word(self, at: int) -> str:
        """What stands behind the `@`."""
        found = _WORD.match(self.visible, self._behind(at))
        return found[0] if found else ""

    def _behind(self, at: int) -> int:
        found = _BEHIND.match(self.visible, at + 1)
        return found.end() if found else at + 1

    def _is_line_away(self, at: int) -> bool:
        """The name stands in a line of its own."""
        return len(f"-{self.visible[at + 1 : self._behind(at)]}-".splitlines()) > 1

    def _is_glued(self, at: int, place: _Place) -> bool:
        return place is not _Place.TEXT or (at > 0 and (self.visible[at - 1].isalnum() or self.visible[at - 1] == "_"))

    def _around(self, at: int, word: str) -> str:
        """The word with what it is glued to, for the question about it."""
        begin = at
        while begin > 0 and at - begin < _LONGEST and not self.visible[begin - 1].isspace():
            begin -= 1
        return f"{self.visible[begin:at]}@{word[:_LONGEST].rstrip(ENDS)}"

    def _several(self, at: int, known: Known) -> str:
        start = self._behind(at)
        behind = self.visible[start : start + _LONGEST].partition("@")[0].strip()
        if not known.several or not behind[:1].isalnum():
            return ""
        behind = fold(behind)
        return next((name for name in known.several if _begins(behind, name)), "")

    def _asks(self, at: int, word: str) -> bool:
        """Looks like a name, and not like a price, code, a link or an address."""
        adjacent = bool(word) and word[0].isalpha() and self.visible[at + 1] == word[0]
        return adjacent and not self._is_glued(at, _Place.TEXT) and not self.quiet[at]


def fold(name: str) -> str:
    """A name as it is compared."""
    visible = "".join(one for one in unicodedata.normalize("NFKC", name) if not is_invisible(one))
    return " ".join(visible.casefold().replace("ё", "е").split()).removeprefix("@")


def variants(word: str) -> tuple[str, ...]:
    """A word as the name that it may be: as it is, and without what ends a sentence or begins emphasis."""
    whole = fold(word)
    return tuple(dict.fromkeys(one for one in (whole, whole.rstrip(ENDS), whole.strip(ENDS)) if one))


def is_invisible(sign: str) -> bool:
    if sign.isascii():
        return not sign.isprintable() and not sign.isspace()
    kind = unicodedata.category(sign)
    return kind in ("Cf", "Cc") or sign in _INVISIBLE or any(ord(sign) in one for one in _VARIANTS)


def _in_address(found: re.Match[str]) -> dict[int, _Place | None]:
    """Where each `@` of an address stands; None: it is the address's own."""
    if found["mail"]:
        return {found.end("mail") - 1: _Place.MAIL}
    begin = found.end("scheme") if found["scheme"] else found.end("host")
    host = (found["host"] or "").casefold()
    certain = bool(found["scheme"]) or any(f".{host}".endswith(f".{one}") for one in _PROFILES)
    return {
        at: _place_behind(found.string[at - 1], certain=certain and at > begin)
        for at in range(begin, found.end())
        if found.string[at] == "@"
    }


def _place_behind(before: str, *, certain: bool) -> _Place | None:
    if before == "/" and certain:
        return None
    return _Place.LINK if before.isalnum() or before in _IN_ADDRESS else _Place.TEXT


def _may_begin_with_name(word: str, known: Known) -> bool:
    return any(one in known.single for one in _heads(word)) and not _ends_as_domain(word)


def _heads(word: str) -> Iterator[str]:
    """What stands before each of a word's dots and dashes: `boris.Never`."""
    short = fold(word[:_LONGEST])
    return (short[:at] for at, sign in enumerate(short) if at and sign in ENDS)


def _ends_as_domain(word: str) -> bool:
    """An e-mail address may end so, and no sentence goes on behind it."""
    head, _, last = word.rstrip(ENDS).rpartition(".")
    last = last.lower() if word.isupper() else last
    return bool(head) and _DOMAIN.fullmatch(last) is not None


def _begins(words: str, name: str) -> bool:
    return words.startswith(name) and not words[len(name) : len(name) + 1].isalnum()
