"""Escaping: plain text as Markdown that shows exactly this text and has no other effect.

A backslash protects the characters that both of Mattermost's parsers allow to be escaped. Everything else that would
take effect (mentions, emoji names, channel links, tags, entities) is broken up by an invisible U+2060: the server
searches the raw text for `@name`, so a backslash does not keep it from notifying.

An address is written as a link with itself as its text. A bare one the server would fetch as soon as it is posted, and
clients would show its picture: whoever wrote it would learn that, when and by whom it was read.
"""

from __future__ import annotations

import re

JOINER = "\u2060"
"""WORD JOINER: invisible, not a space, no line break opportunity."""

# Repetitions over outsiders' text are bounded, so that no input can make the patterns slow.
_ADDRESS = r"(?:(?i:https?|ftp)://|(?<![A-Za-z0-9])(?i:www)\d{0,3}\.|\b(?:[\w-]{1,63}\.){1,6}[A-Za-z]{2,4}/)[^\s<>]+"
_TRAILING = ".,;:!?'\"*_~`)]}»”’|\\"
_HAS_SCHEME = re.compile(r"[A-Za-z]+://")
_NO_LINK = re.compile(r"[\[\]]|&#?\w{1,32};")
_MAKES_ADDRESS = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\d{0,3}\.)|(?=\.[A-Za-z]{2,4}/)", re.IGNORECASE)

_ALIVE = re.compile(
    rf"""
      (?P<address>{_ADDRESS})
    | (?P<begun>(?i:https?|ftp):(?=//)|(?<![A-Za-z0-9])(?i:www)(?=\d{{0,3}}\.))
    | (?P<backslash>\\)
    | (?P<bracket>\](?=\())
    | (?P<mark>[`*_\[\]|])
    | (?P<tilde>~)
    | (?P<at>(?<![A-Za-z0-9])@(?=\S))
    | (?P<emoji>:(?=[A-Za-z0-9_+-]{{1,64}}:)(?!\d{{1,64}}:))
    | (?P<face>(?<!\w)[:;](?=-?(?:[()\[\]@/|$]|[dDoOpPsSxX](?!\w))|['`’]-?\())
    | (?P<angle><)
    | (?P<entity>&(?=\#?\w{{1,32}};))
    """,
    re.VERBOSE,
)

_FAR = 2000
"""Characters of a word searched for a link."""

_LINE_START = re.compile(
    r"""
      (?P<space>\s)
    | (?P<sign>>|\#{1,6}(?=\s|$)|[-+](?=\s|$|[-=]+\s*$))
    | (?P<number>\d{1,9})(?=[.)](?:\s|$))
    | (?P<underline>=(?=[-=]*\s*$))
    """,
    re.VERBOSE,
)


def literal(words: str, *, line_start: bool = True) -> str:
    """Escapes one line. `line_start` False: something precedes it on its line."""
    start = _LINE_START.match(words) if line_start else None
    if start is None:
        return _tame(words)
    if start.lastgroup in ("space", "underline"):
        return JOINER + _tame(words)
    head, rest = (start["number"], words[start.end() :]) if start["number"] else ("", words)
    return f"{head}\\{rest[0]}" + _tame(rest[1:])


def target(url: str) -> str:
    """Escapes an address for the parentheses of a link, so that nothing in it is markup."""
    return re.sub(r"[\s()<>\[\]*~`\\|\"']", lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), url)


def unlinked(words: str) -> str:
    """Escapes the text of a link, so that an address in it does not become a link of its own."""
    return _ALIVE.sub(lambda match: _signs(match[0]) if match.lastgroup == "address" else _broken(match), words)


def _tame(words: str) -> str:
    def tamed(match: re.Match[str]) -> str:
        if match.lastgroup == "address":
            drawn = _address(match[0])
            return JOINER + drawn if drawn[0] == "[" and words[: match.start()].endswith(("!", "\\")) else drawn
        return _broken(match)

    return _ALIVE.sub(tamed, words)


def _broken(match: re.Match[str]) -> str:
    found, after = match[0], match.string[match.end() : match.end() + 1]
    match match.lastgroup:
        case "backslash":
            # Doubled only where a single one would escape the next character: before a letter the web app shows both.
            return found if after and (after.isalnum() or not after.isascii()) else "\\\\"
        case "bracket":
            return "\\" + found + JOINER
        case "mark":
            return "\\" + found
        case "tilde":
            return "\\~" + (JOINER if after.isalnum() else "")
        case "angle":
            return _angle(match, after)
        case _:
            return found + JOINER


def _angle(match: re.Match[str], after: str) -> str:
    """Escapes `<b>`, `<3` and `<!-- -->` by a joiner, and `<anna@example.com>` by an entity: the web app would make it
    a link in spite of a joiner, and drop its brackets."""
    if any(_may_have(match.string, match.end(), sign) for sign in ("@", ":/")):
        return "&lt;"
    return "<" + (JOINER if after.isascii() and (after.isalnum() or after in "/!?") and after else "")


def _may_have(text: str, start: int, sign: str) -> bool:
    """Tells whether the word that begins at `start` has `sign` further on, or may go on in the next run."""
    ends = [place for place in (text.find(one, start, start + _FAR) for one in (" ", ">")) if place >= 0]
    return start < len(text) and (not ends or start < text.find(sign, start, min(ends)))


def _address(found: str) -> str:
    """Writes a bare address as a link, which the server does not fetch and in which a name is no mention."""
    url = found.rstrip(_TRAILING)
    while found[len(url) :].startswith(")") and url.count("(") > url.count(")"):
        url += ")"
    rest = found[len(url) :]
    if _NO_LINK.search(url):  # an address that cannot be shown as a link is shown as plain characters
        return _MAKES_ADDRESS.sub(JOINER, _signs(found))
    where = url if _HAS_SCHEME.match(url) else f"http://{url}"
    return f"[{_signs(url)}]({target(where)}){_tame(rest)}"


def _signs(words: str) -> str:
    """Escapes all Markdown, mentions and entities, without looking for addresses."""
    words = re.sub(r"[`*_\[\]|~]|\\(?![^\W_]|[^\x00-\x7f])", r"\\\g<0>", words)
    alive = r"@|&(?=#?\w{1,32};)|(?<=\])(?=\()|:(?=[A-Za-z0-9_+-]{1,64}:)(?!\d{1,64}:)"
    return re.sub(alive, lambda sign: sign[0] + JOINER, words)
