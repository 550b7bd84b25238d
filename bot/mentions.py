"""The one rule of what a text is: an answer, a note, a command, or one to ask about first. Pure.

Posts and edits of every desk, captions and forwarded words come by here. A text is a command when it begins with the
hub's name, a note when it begins with `//` or names a colleague, a role, a group, everyone or the hub; a word after `@`
that is nobody's name is asked about. Names are compared as people read them: in any case and width, with whatever
invisible stands between, and with what ends a sentence taken off.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import accumulate

from bot.model import Content, DeskNames
from bot.text import Style, Text

HUB = "hub"
EVERYONE = frozenset({"all", "channel", "everyone", "here"})
NOTE_SIGN = "//"
_PLAIN = {0xFF20: "@", 0xFE6B: "@", 0xFF0F: "/"}
"""Signs as other keyboards write them."""
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u2800\u3164\uffa0")
_VARIANTS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
"""Selectors of a sign's look."""
_ENDS = "._-"
_LONGEST = 80
"""Characters after `@` in which a name of several words is looked for."""
_CODE = Style.CODE | Style.PRE
_ADDRESS = re.compile(
    r"""(?:https?|ftp|tg|mailto)://[^\s<>"'«»,;()]+|www\.[^\s<>"'«»,;()]+"""
    r"""|(?<![\w@.-])(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}/[^\s<>"'«»,;()]*"""  # t.me/@shop
    r"""|(?P<mail>(?<![\w.+%-])[\w+%-](?:[\w.+%-]*[\w+%-])?@)[\w-]+(?:\.[\w-]+)+""",
    re.IGNORECASE,
)
"""Every part begins where a word does, or is bounded: a long text costs no more than its length."""
_BEHIND = re.compile(r"""[^\S\r\n]{0,3}["'`«“„‘(\[{<*~\\\u0300-\u036f]{0,3}""")
"""What may stand between `@` and a name: spaces typed in haste, quotes, brackets."""
_WORD = re.compile(r"[\w.\-\u0300-\u036f]+")
_NOTE = re.compile(r"[\s•]*//")
"""Also as the first item of a list."""
_COMMAND = re.compile(r"[\s,:.!\-–—]*")
_SLASH = re.compile(r"/(?!/)(?:dialog\b)?\s*", re.IGNORECASE)
_DIALOG = re.compile(r"/dialog\b\s*", re.IGNORECASE)


class TextKind(StrEnum):
    ANSWER = "answer"
    NOTE = "note"
    COMMAND = "command"
    QUESTION = "question"  # names nobody: its author is asked before it goes


@dataclass(frozen=True, slots=True)
class Directory:
    """Names that the hub itself knows, folded (`fold`). `near`: further words that people may mean by them, folded →
    the name to offer."""

    people: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    near: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a text is. `command`: what follows the hub's name; `named`: folded names in it; `unknown`: words after `@`
    that are nobody's, as written."""

    kind: TextKind
    command: str = ""
    named: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()


def fold(name: str) -> str:
    """A name as it is compared."""
    visible = "".join(one for one in unicodedata.normalize("NFKC", name) if not _is_invisible(one))
    return " ".join(visible.casefold().replace("ё", "е").split()).removeprefix("@")


def judge(content: Content, names: DeskNames, directory: Directory) -> Verdict:
    """Decides what a text is. `names`: what its desk knows; `directory`: what the hub does."""
    text, inside = _Scan.of(content.text), [_Scan.of(one) for one in _forwarded(content)]
    hub = frozenset({HUB, fold(names.hub)}) - {""}
    known = _Known.of({*map(fold, names.others), *directory.people, *directory.roles, *EVERYONE, *hub})
    called = text.called(hub, slash=names.slash)
    hits = [one for scan in (text, *inside) for one in scan.names(known)]
    named = frozenset(one for one, _ in hits if one)
    unknown = tuple(dict.fromkeys(word for one, word in hits if not one))
    if names.internal or text.is_note:
        return Verdict(TextKind.NOTE, named=named)
    if called is not None:
        return Verdict(TextKind.COMMAND, command=called)
    if named or names.marked or any(scan.is_note for scan in inside):
        return Verdict(TextKind.NOTE, named=named)
    return Verdict(TextKind.QUESTION if unknown else TextKind.ANSWER, unknown=unknown)


def calls(text: Text, names: DeskNames) -> bool:
    """Begins with the hub's name."""
    return _Scan.of(text).called(frozenset({HUB, fold(names.hub)}) - {""}, slash=False) is not None


def words(content: Content) -> frozenset[str]:
    """Every folded word after `@` that may be a name, for a desk that has to look names up."""
    scans = [_Scan.of(one) for one in (content.text, *_forwarded(content))]
    return frozenset(name for scan in scans for at, _ in scan.marks() for name in _variants(scan.word(at)))


def has_names(content: Content) -> bool:
    """Some word may stand after `@`: only then a directory is needed."""
    return any(sign in one.characters for one in (content.text, *_forwarded(content)) for sign in "@＠﹫")


def without_sign(text: Text) -> Text:
    """The words of a note without the sign in front."""
    scan = _Scan.of(text)
    return text.cut(scan.places[scan.visible.index(NOTE_SIGN) + 1] + 1).strip() if scan.is_note else text


def nearest(word: str, directory: Directory) -> str:
    """The name that was perhaps meant by `word`, "" none."""
    known = {name: name for name in (*directory.people, *directory.roles, HUB)} | dict(directory.near)
    asked = fold(word).strip(_ENDS)
    begun = sorted((name for name in known if len(name) > 2 and asked.startswith(name)), key=len)
    found = begun[-1:] or difflib.get_close_matches(asked, sorted(known), n=1, cutoff=0.7)
    return known[found[0]] if found else ""


# ------------------------------------------------------------------------------------- how it is read


@dataclass(frozen=True, slots=True)
class _Known:
    """Names to look for: of one word, and of several."""

    single: frozenset[str]
    several: tuple[str, ...]

    @classmethod
    def of(cls, names: Iterable[str]) -> _Known:
        every = {name for name in names if name}
        single = {name for name in every if _WORD.fullmatch(name)}
        return cls(frozenset(single), tuple(sorted(every - single, key=len, reverse=True)))


@dataclass(frozen=True, slots=True)
class _Scan:
    """The characters of a text that people see; `source`: all of them; `places`: where in it each stands; `quiet`:
    which are code or a link's label."""

    source: str
    visible: str
    places: tuple[int, ...]
    quiet: tuple[bool, ...]

    @classmethod
    def of(cls, text: Text) -> _Scan:
        seen: list[str] = []
        places: list[int] = []
        quiet: list[bool] = []
        starts = accumulate((len(span.text) for span in text.spans), initial=0)
        for start, span in zip(starts, text.spans, strict=False):
            aside = bool(span.link or span.style & _CODE)
            for place, sign in enumerate(span.text, start):
                if not _is_invisible(sign):
                    seen.append(_seen(sign))
                    places.append(place)
                    quiet.append(aside)
        return cls(text.characters, "".join(seen), tuple(places), tuple(quiet))

    @property
    def is_note(self) -> bool:
        return _NOTE.match(self.visible) is not None

    def called(self, hub: frozenset[str], *, slash: bool) -> str | None:
        """What is said to the hub; None: it is not what the text begins with."""
        start = len(self.visible) - len(self.visible.lstrip())
        if sign := (_SLASH if slash else _DIALOG).match(self.visible, start):
            return self._from(sign.end())
        word = self.word(start) if self.visible.startswith("@", start) else ""
        name = next((one for one in _variants(word) if one in hub), None)
        if name is None:
            return None
        said = word if fold(word) == name else word.rstrip(_ENDS)
        behind = _COMMAND.match(self.visible, self.visible.index(said, start) + len(said))
        return self._from(behind.end()) if behind else ""

    def _from(self, index: int) -> str:
        """As it was written, with all that is not seen in it."""
        return self.source[self.places[index] :].strip() if index < len(self.places) else ""

    def marks(self) -> Iterator[tuple[int, bool]]:
        """Every `@` that is no part of an address, and those of e-mail addresses (True): a user name may look like
        a domain."""
        inside = bytearray(len(self.visible))
        for found in _ADDRESS.finditer(self.visible):
            inside[found.start() : found.end()] = b"\1" * (found.end() - found.start())
            if found["mail"]:
                inside[found.end("mail") - 1] = 2
        return (
            (place, inside[place] == 2) for place, sign in enumerate(self.visible) if sign == "@" and inside[place] != 1
        )

    def word(self, at: int) -> str:
        """What stands behind the `@`."""
        found = _WORD.match(self.visible, self._behind(at))
        return found[0] if found else ""

    def _behind(self, at: int) -> int:
        found = _BEHIND.match(self.visible, at + 1)
        return found.end() if found else at + 1

    def names(self, known: _Known) -> Iterator[tuple[str, str]]:
        """Each name that stands behind `@`, folded, as written; "" for what is nobody's."""
        for at, is_mail in self.marks():
            word = self.word(at)
            name = next((one for one in _variants(word) if one in known.single), "")
            if not is_mail:
                name = self._several(at, known) or name
            if name or (not is_mail and self._asks(at, word)):
                yield name, f"@{word.rstrip(_ENDS)}"

    def _several(self, at: int, known: _Known) -> str:
        start = self._behind(at)
        behind = self.visible[start : start + _LONGEST].partition("@")[0].strip()
        if not known.several or not behind[:1].isalnum():
            return ""
        behind = fold(behind)
        return next((name for name in known.several if _begins(behind, name)), "")

    def _asks(self, at: int, word: str) -> bool:
        """Looks like a name, and not like a price, code, a link or an address."""
        joined = at > 0 and (self.visible[at - 1].isalnum() or self.visible[at - 1] == "_")
        return (
            bool(word) and word[0].isalpha() and self.visible[at + 1] == word[0] and not joined and not self.quiet[at]
        )


def _begins(words: str, name: str) -> bool:
    return words.startswith(name) and not words[len(name) : len(name) + 1].isalnum()


def _variants(word: str) -> tuple[str, ...]:
    """A word as the name that it may be: as it is, and without what ends a sentence or begins emphasis."""
    whole = fold(word)
    return tuple(dict.fromkeys(one for one in (whole, whole.rstrip(_ENDS), whole.strip(_ENDS)) if one))


def _forwarded(content: Content) -> Iterator[Text]:
    for one in content.forwarded:
        yield one.content.text
        yield from _forwarded(one.content)


def _seen(sign: str) -> str:
    return _PLAIN.get(ord(sign), sign)


def _is_invisible(sign: str) -> bool:
    if sign.isascii():
        return not sign.isprintable() and not sign.isspace()
    kind = unicodedata.category(sign)
    return kind in ("Cf", "Cc") or sign in _INVISIBLE or any(ord(sign) in one for one in _VARIANTS)
