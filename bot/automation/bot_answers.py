"""A first-line bot's answers, and words for what is wrong with one. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from bot.domain.text import shorten
from bot.domain.value import value
from bot.locale import N_, Translator
from bot.ports.requests import unmarked

NOTE = 1000
"""Characters of a bot's note that the thread shows."""
LONGEST, LONGEST_CHOICE = 20_000, 200
"""Characters of a reply or a note, and of a choice."""
MOST_REPLIES, MOST_CHOICES = 10, 20
QUOTED = 60
"""Characters of a wrong answer that are quoted."""
KEYS = ("reply", "buttons", "hand_over", "note")

_KINDS: tuple[tuple[type, str], ...] = (
    (bool, N_("true or false")),
    (str, N_("a text")),
    (int, N_("a number")),
    (float, N_("a number")),
    (list, N_("a list")),
    (dict, N_("an object")),
    (type(None), N_("null")),
)
_STATUSES: Mapping[int, str] = {
    401: N_("HTTP {status}: it does not accept the signature"),
    403: N_("HTTP {status}: it does not accept the signature"),
    404: N_("HTTP {status}: there is nothing at its address"),
    405: N_("HTTP {status}: its address takes no POST requests"),
    410: N_("HTTP {status}: there is nothing at its address"),
    413: N_("HTTP {status}: it does not accept such a long request"),
    429: N_("HTTP {status}: it gets too many requests"),
}


@value
class Garbage(Exception):
    """The bot's answer is not valid. `words`: why, to be translated; `values`: for its placeholders, those whose name
    begins with `kind` to be translated too."""

    words: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def said(self, tr: Translator) -> str:
        known = {name: tr.gettext(one) if name.startswith("kind") else one for name, one in self.values.items()}
        return tr.gettext(self.words).format(**known)


@value
class BotAnswer:
    """Reply of a bot. `replies`: messages for the customer, in order. `note`: for the operators it hands over to."""

    replies: tuple[str, ...] = ()
    hand_over: bool = False
    note: str = ""


def check_status(status: int) -> None:
    """Checks the status of a response. Raises `Garbage`."""
    if 200 <= status < 300:
        return
    words = _STATUSES.get(status, N_("HTTP {status}"))
    if 300 <= status < 400:
        words = N_("HTTP {status}: it redirects elsewhere, which is not followed")
    elif status >= 500:
        words = N_("HTTP {status}: an error of its own")
    raise Garbage(words, {"status": status})


def read(body: bytes) -> BotAnswer:
    """Parses a bot's answer. Raises `Garbage`. Choices become lines of text: not every channel has buttons."""
    answer = _parsed(unmarked(body))
    reply, buttons = _texts(answer, "reply", MOST_REPLIES, LONGEST), _choices(answer)
    hand_over, note = answer.get("hand_over", False), _text(answer, "note")
    if not isinstance(hand_over, bool):
        raise _mistyped("hand_over", N_("true or false"), hand_over)
    replies = [one.strip() for one in reply if one.strip()]
    if buttons:
        choices = "\n".join(f"• {one}" for one in buttons)
        replies[-1:] = [f"{replies[-1]}\n{choices}" if replies else choices]
    if not replies and not hand_over:
        raise _nothing(answer)
    return BotAnswer(tuple(replies), hand_over, shorten(note.strip(), NOTE))


def _parsed(body: bytes) -> dict[str, Any]:
    if not body.strip():
        raise Garbage(N_("the response is empty"))
    try:
        text = bytes(body).decode()
    except UnicodeDecodeError:
        raise Garbage(N_("the response is not in UTF-8")) from None
    if text.lstrip().startswith("<"):
        raise Garbage(N_("the response is a web page or XML, not JSON"))
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        start = shorten(" ".join(text.split()), QUOTED)
        raise Garbage(N_("the response is not JSON: {start}"), {"start": start}) from None
    if not isinstance(found, dict):
        raise Garbage(N_("the response is {kind}, not a JSON object"), {"kind": _kind(found)})
    return found


def _nothing(answer: Mapping[str, Any]) -> Garbage:
    """Returns the fault of an answer with nothing in it that is known, or with nothing said."""
    unknown = [name for name in answer if name not in KEYS]
    if any(answer.get(name) is not None for name in ("reply", "buttons")):
        return Garbage(N_("“reply” is empty and “hand_over” is not true"))
    if unknown:
        names = shorten(", ".join(unknown), QUOTED)
        return Garbage(N_("the response has neither “reply” nor “hand_over”, but: {names}"), {"names": names})
    return Garbage(N_("the response has neither “reply” nor “hand_over”"))


def _texts(answer: Mapping[str, Any], name: str, most: int, longest: int) -> list[str]:
    """Returns a text, or a list of texts, as a list."""
    given = answer.get(name)
    if given is None:
        return []
    texts = given if isinstance(given, list) else [given]
    for one in texts:
        if not isinstance(one, str):
            raise _mistyped(name, N_("a text or a list of texts"), one)
        _check_text(name, one, longest)
    _check_count(name, texts, most)
    return texts


def _choices(answer: Mapping[str, Any]) -> list[str]:
    given = answer.get("buttons")
    if given is not None and not isinstance(given, list):
        raise _mistyped("buttons", N_("a list of texts"), given)
    return _texts(answer, "buttons", MOST_CHOICES, LONGEST_CHOICE)


def _text(answer: Mapping[str, Any], name: str) -> str:
    given = answer.get(name)
    if given is None:
        return ""
    if not isinstance(given, str):
        raise _mistyped(name, N_("a text"), given)
    _check_text(name, given, LONGEST)
    return given


def _check_text(name: str, text: str, longest: int) -> None:
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise Garbage(N_("“{name}” holds halves of characters (surrogates)"), {"name": name})
    if len(text) > longest:
        words = N_("“{name}” is too long: {n} characters, at most {most}")
        raise Garbage(words, {"name": name, "n": len(text), "most": longest})


def _check_count(name: str, texts: list[str], most: int) -> None:
    if len(texts) > most:
        words = N_("“{name}” has too many items: {n}, at most {most}")
        raise Garbage(words, {"name": name, "n": len(texts), "most": most})


def _mistyped(name: str, wanted: str, given: Any) -> Garbage:
    words = N_("“{name}” must be {kind_wanted}, not {kind_given}")
    return Garbage(words, {"name": name, "kind_wanted": wanted, "kind_given": _kind(given)})


def _kind(given: Any) -> str:
    return next(words for kind, words in _KINDS if isinstance(given, kind))
