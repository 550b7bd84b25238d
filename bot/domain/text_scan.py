"""Scanner of the visible characters of a text and the names after `@` in it. Pure.

Addresses, e-mail addresses and code have an `@` of their own. Where one of them may also be a colleague's name glued to
other text, the result is doubtful: the author is asked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from enum import Enum, auto
from functools import lru_cache
from itertools import accumulate, pairwise

from bot.domain.text import Span, Style, Text
from bot.domain.value import value

ENDS = "._-"
_PLAIN = {0xFF20: "@", 0xFE6B: "@", 0xFF0F: "/"}
"""Look-alikes of signs, typed on other keyboards."""
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u2800\u3164\uffa0")
_VARIANTS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
"""Variation selectors."""
_UNUSUAL = re.compile(r"[^ -~\n\r\tЁА-яё–—«»…№]")
"""Signs to be looked at one by one: perhaps invisible, or a look-alike."""
_LONGEST = 80
"""Characters after `@` searched for a name of several words, and the most of a word that a question repeats."""
_CODE = Style.CODE | Style.PRE
_ADDRESS = re.compile(
    r"""(?P<scheme>(?:https?|ftp|tg|mailto)://|www\.)[^\s<>"'«»,;()]+"""
    r"""|(?<![\w@.-])(?P<host>(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24})/[^\s<>"'«»,;()]*"""  # t.me/@shop
    r"""|(?P<mail>(?<![\w.+%-])[\w+%-](?:[\w.+%-]*[\w+%-])?@)[\w-]+(?:\.[\w-]+)+""",
    re.IGNORECASE,
)
"""Every part starts at a word boundary or is bounded in length, so the time is linear in the text's length."""
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
"""Sites whose addresses have an `@` after the slash and are often written without a scheme."""
_IN_ADDRESS = frozenset("/=&#%~+_")
"""Signs that may precede an `@` in an address; any other sign has ended the address."""
_DOMAIN = re.compile(
    r"com|org|net|info|biz|edu|gov|int|name|pro|online|site|shop|store|tech|app|dev|cloud|agency|company|group|team"
    r"|email|work|world|space|center|рф|рус|бел|қаз|укр|срб|бг|москва|дети|xn--[a-z0-9-]+"
    r"|(?!(?:ai|am|an|as|at|be|by|do|go|he|hi|if|in|is|it|la|ma|me|my|no|of|on|or|pa|so|to|up|us|we)$)[a-z]{2}"
)
"""Ends of e-mail addresses, except countries that are also words: `him@boris.so he never pays`."""
_BEHIND = re.compile(r"""\s*["'`«“„‘(\[{<*~\\\u0300-\u036f]{0,3}""")
"""Characters allowed between `@` and a name: stray spaces, quotes, brackets."""
_WORD = re.compile(r"[\w.\-\u0300-\u036f]+")
_NOTE = re.compile(r"[\s•]*/[^\S\r\n]?/")
"""Sign of a note; may be the first item of a list, and may have a space between its slashes."""
_COMMAND = re.compile(r"[\s,:.!\-–—]*")
_SLASH = re.compile(r"/(?!/)(?:dialog\b)?\s*", re.IGNORECASE)
_DIALOG = re.compile(r"/dialog\b\s*", re.IGNORECASE)
_MISTYPED = re.compile(r"/[^\S\r\n]?([^\W\d_][\w-]+)(?![\w/.\\])")
"""Word after a slash that is not a path."""


class NameReading(Enum):
    """Meaning of a word after an `@`."""

    NAMED = auto()
    DOUBTFUL = auto()  # a name, or part of an address
    UNKNOWN = auto()


class _Place(Enum):
    """Position of an `@`."""

    TEXT = auto()
    MAIL = auto()
    LINK = auto()


@value
class NameSet:
    """Names to look for: single words, and names of several words."""

    single: frozenset[str]
    several: tuple[str, ...]

    @classmethod
    def of(cls, names: Iterable[str]) -> NameSet:
        every = {name for name in names if name}
        single = {name for name in every if _WORD.fullmatch(name)}
        return cls(frozenset(single), tuple(sorted(every - single, key=len, reverse=True)))


@value
class Scan:
    """Visible characters of a text. `source`: all characters; `places`: the position in `source` of each visible one;
    `quiet`: True for those in code or in a link's label; `seams`: positions after something invisible or at a link's
    edge, across which no address continues."""

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
                seams.append(len(places))
            if not _UNUSUAL.search(span.text):
                seen.append(span.text)
                places.extend(range(start, start + len(span.text)))
                quiet.extend([aside] * len(span.text))
                continue
            for place, sign in enumerate(span.text, start):
                if is_invisible(sign):
                    seams.append(len(places))
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
        """Length of the note's sign in the source; 0 without one."""
        found = _NOTE.match(self.visible)
        return self.places[found.end() - 1] + 1 if found else 0

    @property
    def mistyped(self) -> str:
        """Word after a slash at the beginning of the text, perhaps a mistyped command; "" for none."""
        start = len(self.visible) - len(self.visible.lstrip())
        found = _MISTYPED.match(self.visible, start)
        return f"/{found[1][:_LONGEST]}" if found and not self.quiet[start] else ""

    def called(self, hub: frozenset[str], *, slash: bool) -> str | None:
        """Text after the hub's name; None when the text does not begin with that name."""
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
        """Rest of the source from a visible character on, invisible characters included."""
        return self.source[self.places[index] :].strip() if index < len(self.places) else ""

    def candidates(self) -> Iterator[str]:
        """Every folded word after `@` that may be a name."""
        for at, place in self._marks():
            word = self.word(at)
            yield from variants(word)
            if self._is_glued(at, place) and not _ends_as_domain(word):
                yield from _heads(word)

    def names(self, known: NameSet) -> Iterator[tuple[NameReading, str, str]]:
        """Reading of each word after an `@`, the folded name that was found, and the word as written."""
        for at, place in self._marks():
            word = self.word(at)
            name = next((one for one in variants(word) if one in known.single), "")
            if place is _Place.TEXT:
                name = self._several(at, known) or name
            if name and place is not _Place.LINK and not self._is_line_away(at):
                yield NameReading.NAMED, name, ""
            elif name or (self._is_glued(at, place) and _may_begin_with_name(word, known)):
                yield NameReading.DOUBTFUL, name, self._around(at, word)
            elif place is _Place.TEXT and self._asks(at, word):
                yield NameReading.UNKNOWN, "", f"@{word.rstrip(ENDS)}"

    def _marks(self) -> Iterator[tuple[int, _Place]]:
        """Every `@` that may precede a name, without those that belong to an address."""
        inside: dict[int, _Place | None] = {}
        for begin, end in pairwise((0, *self.seams, len(self.visible))) if "@" in self.visible else ():
            for found in _ADDRESS.finditer(self.visible, begin, end):
                inside |= _in_address(found)
        for found in re.finditer("@", self.visible):
            if (place := inside.get(found.start(), _Place.TEXT)) is not None:
                yield found.start(), place

    def word(self, at: int) -> str:
        """Word after the `@`."""
        found = _WORD.match(self.visible, self._behind(at))
        return found[0] if found else ""

    def _behind(self, at: int) -> int:
        found = _BEHIND.match(self.visible, at + 1)
        return found.end() if found else at + 1

    def _is_line_away(self, at: int) -> bool:
        """Tells whether the name stands on another line than its `@`."""
        return len(f"-{self.visible[at + 1 : self._behind(at)]}-".splitlines()) > 1

    def _is_glued(self, at: int, place: _Place) -> bool:
        return place is not _Place.TEXT or (at > 0 and (self.visible[at - 1].isalnum() or self.visible[at - 1] == "_"))

    def _around(self, at: int, word: str) -> str:
        """Word together with what it is glued to, for the question about it."""
        begin = at
        while begin > 0 and at - begin < _LONGEST and not self.visible[begin - 1].isspace():
            begin -= 1
        return f"{self.visible[begin:at]}@{word[:_LONGEST].rstrip(ENDS)}"

    def _several(self, at: int, known: NameSet) -> str:
        start = self._behind(at)
        behind = self.visible[start : start + _LONGEST].partition("@")[0].strip()
        if not known.several or not behind[:1].isalnum():
            return ""
        behind = fold(behind)
        return next((name for name in known.several if _begins(behind, name)), "")

    def _asks(self, at: int, word: str) -> bool:
        """Tells whether a word looks like a name rather than a price, code, a link or an address."""
        adjacent = bool(word) and word[0].isalpha() and self.visible[at + 1] == word[0]
        return adjacent and not self._is_glued(at, _Place.TEXT) and not self.quiet[at]


@lru_cache(maxsize=4096)
def fold(name: str) -> str:
    """Name in the form used for comparison."""
    visible = "".join(one for one in unicodedata.normalize("NFKC", name) if not is_invisible(one))
    return " ".join(visible.casefold().replace("ё", "е").split()).removeprefix("@")


def variants(word: str) -> tuple[str, ...]:
    """Possible names in a word: as it is, and without closing punctuation or leading emphasis."""
    whole = fold(word)
    return tuple(dict.fromkeys(one for one in (whole, whole.rstrip(ENDS), whole.strip(ENDS)) if one))


def is_invisible(sign: str) -> bool:
    if sign.isascii():
        return not sign.isprintable() and not sign.isspace()
    kind = unicodedata.category(sign)
    return kind in ("Cf", "Cc") or sign in _INVISIBLE or any(ord(sign) in one for one in _VARIANTS)


def _in_address(found: re.Match[str]) -> dict[int, _Place | None]:
    """Position of each `@` in an address; None: it belongs to the address itself."""
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


def _may_begin_with_name(word: str, known: NameSet) -> bool:
    return any(one in known.single for one in _heads(word)) and not _ends_as_domain(word)


def _heads(word: str) -> Iterator[str]:
    """Parts of a word before each of its dots and dashes, as in `boris.Never`."""
    short = fold(word[:_LONGEST])
    return (short[:at] for at, sign in enumerate(short) if at and sign in ENDS)


def _ends_as_domain(word: str) -> bool:
    """Tells whether an e-mail address may end so and no sentence continues after it."""
    head, _, last = word.rstrip(ENDS).rpartition(".")
    last = last.lower() if word.isupper() else last
    return bool(head) and _DOMAIN.fullmatch(last) is not None


def _begins(words: str, name: str) -> bool:
    return words.startswith(name) and not words[len(name) : len(name) + 1].isalnum()
