"""The one rule that classifies a text: reply, note, command, or a question to its author. Pure.

Posts and edits of every desk, captions and forwarded texts are classified here. A text is a command when it begins with
the hub's name. It is a note when it begins with `//` or names a colleague, a role, a group, everyone or the hub. A word
after `@` that is nobody's name makes it a question. Names are compared as people read them: case, width, invisible
characters and closing punctuation do not matter.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import field
from enum import StrEnum

from bot.domain import Content, DeskNames, Template
from bot.domain.text import Text
from bot.domain.text_scan import ENDS, NameReading, NameSet, Scan, fold
from bot.domain.value import value

HUB = "hub"
EVERYONE = frozenset({"all", "channel", "everyone", "here"})


class TextKind(StrEnum):
    ANSWER = "answer"
    NOTE = "note"
    COMMAND = "command"
    QUESTION = "question"  # the author is asked before it is sent


@value
class Directory:
    """Names that the hub itself knows, folded (`fold`). `near`: other words people may use for them, folded → the name
    to offer."""

    people: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    near: Mapping[str, str] = field(default_factory=dict)


@value
class Verdict:
    """Classification of a text. `command`: the text after the hub's name; `named`: the folded names in it. Words to ask
    about, as written: `unknown`, after `@` but nobody's name; `doubtful`, either a colleague's name or part of an
    address; `mistyped`, perhaps a command."""

    kind: TextKind
    command: str = ""
    named: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    mistyped: tuple[str, ...] = ()


def judge(content: Content, names: DeskNames, directory: Directory) -> Verdict:
    """Classifies a text. `names`: names known to its desk; `directory`: names known to the hub."""
    text, inside = Scan.of(content.text), [Scan.of(one) for one in _inside(content)]
    hub = frozenset({HUB, fold(names.hub)}) - {""}
    known = NameSet.of({*map(fold, names.others), *directory.people, *directory.roles, *EVERYONE, *hub})
    called = text.called(hub, slash=names.slash)
    hits = [one for scan in (text, *inside) for one in scan.names(known)]
    named = frozenset(name for reading, name, _ in hits if reading is NameReading.NAMED)
    if names.internal or text.is_note:
        return Verdict(TextKind.NOTE, named=named)
    if called is not None:
        return Verdict(TextKind.COMMAND, command=called)
    if named or names.marked or any(scan.is_note for scan in inside):
        return Verdict(TextKind.NOTE, named=named)
    unknown, doubtful = _written(hits, NameReading.UNKNOWN), _written(hits, NameReading.DOUBTFUL)
    mistyped = (text.mistyped,) if text.mistyped else ()
    kind = TextKind.QUESTION if unknown or doubtful or mistyped else TextKind.ANSWER
    return Verdict(kind, unknown=unknown, doubtful=doubtful, mistyped=mistyped)


def _written(hits: list[tuple[NameReading, str, str]], wanted: NameReading) -> tuple[str, ...]:
    return tuple(dict.fromkeys(written for reading, _, written in hits if reading is wanted))


def calls(text: Text, names: DeskNames) -> bool:
    """Tells whether a text begins with the hub's name."""
    return Scan.of(text).called(frozenset({HUB, fold(names.hub)}) - {""}, slash=False) is not None


def words(content: Content) -> frozenset[str]:
    """Every folded word after `@` that may be a name, for desks that have to look names up."""
    return frozenset(name for one in (content.text, *_inside(content)) for name in Scan.of(one).candidates())


def has_names(content: Content) -> bool:
    """Tells whether anything may follow an `@`: only then a directory is needed."""
    return any(sign in one.characters for one in (content.text, *_inside(content)) for sign in "@＠﹫")


def without_sign(text: Text) -> Text:
    """Text of a note without its leading sign."""
    sign = Scan.of(text).note_sign
    return text.cut(sign).strip() if sign else text


def nearest(word: str, directory: Directory) -> str:
    """Name that `word` was perhaps meant to be; "" for none."""
    known = {name: name for name in (*directory.people, *directory.roles, HUB)} | dict(directory.near)
    asked = fold(word).strip(ENDS)
    begun = sorted((name for name in known if len(name) > 2 and asked.startswith(name)), key=len)
    found = begun[-1:] or difflib.get_close_matches(asked, sorted(known), n=1, cutoff=0.7)
    return known[found[0]] if found else ""


def _inside(content: Content) -> Iterator[Text]:
    """Other texts written by the operator: forwarded words and the values of a template."""
    for attachment in content.attachments:
        if isinstance(attachment, Template):
            yield from map(Text.plain, attachment.values)
    for one in content.forwarded:
        yield one.content.text
        yield from _inside(one.content)
