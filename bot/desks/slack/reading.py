"""Parser of people's texts: Slack's rich text blocks if there are any, else mrkdwn → `Text`.

Tolerant: an element of unknown type is read by the words it contains.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.desks.shared import emoji
from bot.desks.slack.payloads import as_objects
from bot.domain import DeskNames
from bot.domain.text import Span, Style, Text
from bot.domain.value import value

_STYLES = {"bold": Style.BOLD, "italic": Style.ITALIC, "strike": Style.STRIKE, "code": Style.CODE}
_BROADCASTS = {"here": "@here", "channel": "@channel", "everyone": "@everyone"}
_ENTITY = re.compile(r"<([^<>\n]+)>")
_MRKDWN = (
    (re.compile(r"```\n?(.+?)\n?```", re.DOTALL), Style.PRE),
    (re.compile(r"`([^`\n]+)`"), Style.CODE),
    (re.compile(r"(?<![\w*])\*(?!\s)([^*\n]+?)(?<!\s)\*(?![\w*])"), Style.BOLD),
    (re.compile(r"(?<![\w_])_(?!\s)([^_\n]+?)(?<!\s)_(?![\w_])"), Style.ITALIC),
    (re.compile(r"(?<![\w~])~(?!\s)([^~\n]+?)(?<!\s)~(?![\w~])"), Style.STRIKE),
)


@value
class Written:
    """A parsed text; a mention of the hub reads `@hub`. `names`: others picked from Slack's list."""

    text: Text
    names: DeskNames = DeskNames()


@dataclass
class MessageReader:
    """Reads one message. `hub`: the app's user id; `bot`: its user name; `names`: user id → user name."""

    hub: str
    names: Mapping[str, str] = field(default_factory=dict)
    bot: str = ""
    _picked: set[str] = field(default_factory=set)

    def read(self, message: Mapping[str, Any]) -> Written:
        spans = self._blocks(message.get("blocks"))
        if spans is None:
            spans = self._mrkdwn(str(message.get("text") or ""))
        text = Text.of(spans).strip()
        return Written(text, DeskNames(frozenset(self._picked), marked=bool(self._picked), hub=self.bot))

    # ------------------------------------------------------------------------------- rich text

    def _blocks(self, blocks: object) -> list[Span] | None:
        """Parses rich text; None for other blocks, which come from apps: then `text` is better."""
        if not isinstance(blocks, list):
            return None
        rich = [block for block in blocks if isinstance(block, dict) and block.get("type") == "rich_text"]
        spans: list[Span] = []
        for block in rich:
            for element in as_objects(block.get("elements")):
                self._line(spans, self._element(element))
        return spans or None

    def _line(self, spans: list[Span], more: Iterable[Span]) -> None:
        """Starts lists, quotes and code on a line of their own."""
        added = list(more)
        if spans and added and not spans[-1].text.endswith("\n"):
            spans.append(Span("\n"))
        spans.extend(added)

    def _element(self, element: Mapping[str, Any]) -> list[Span]:
        match element.get("type"):
            case "rich_text_list":
                return self._list(element)
            case "rich_text_quote":
                return self._run(element, Style.QUOTE)
            case "rich_text_preformatted":
                return self._run(element, Style.PRE)
            case _:
                return self._run(element, Style.NONE)

    def _list(self, element: Mapping[str, Any]) -> list[Span]:
        spans: list[Span] = []
        indent = "    " * _number(element.get("indent"))
        for number, item in enumerate(as_objects(element.get("elements")), 1 + _number(element.get("offset"))):
            sign = f"{number}. " if element.get("style") == "ordered" else "• "
            self._line(spans, [Span(indent + sign), *self._element(item)])
        return spans

    def _run(self, element: Mapping[str, Any], style: Style) -> list[Span]:
        return [span for part in as_objects(element.get("elements")) for span in self._part(part, style)]

    def _part(self, part: Mapping[str, Any], outer: Style) -> Iterator[Span]:
        style = outer
        for name, flag in _STYLES.items():
            if isinstance(part.get("style"), dict) and part["style"].get(name):
                style |= flag
        match part.get("type"):
            case "user":
                yield self._user(str(part.get("user_id", "")), style)
            case "link":
                url = str(part.get("url", ""))
                yield Span(str(part.get("text") or url), style, url)
            case "emoji":
                yield Span(_picture(part), style)
            case "broadcast":
                yield self._named(_BROADCASTS.get(str(part.get("range")), "@here"), style)
            case "usergroup":
                yield self._named("@group", style)
            case "channel":
                yield Span("#channel", style)
            case _:
                yield Span(str(part.get("text") or part.get("fallback") or part.get("value") or ""), style)

    def _named(self, words: str, style: Style = Style.NONE) -> Span:
        """Builds a mention of a person, a group or everyone, picked from Slack's list."""
        self._picked.add(words.removeprefix("@"))
        return Span(words, style)

    def _user(self, user: str, style: Style) -> Span:
        return Span("@hub", style) if user == self.hub else self._named(f"@{self.names.get(user, user)}", style)

    # --------------------------------------------------------------------------------- mrkdwn

    def _mrkdwn(self, text: str) -> list[Span]:
        spans: list[Span] = []
        position = 0
        for found in _ENTITY.finditer(text):
            spans += self._plain(text[position : found.start()])
            spans += self._entity(found[1])
            position = found.end()
        spans += self._plain(text[position:])
        return spans

    def _plain(self, text: str) -> list[Span]:
        unescaped = Span(html.unescape(text))
        spans = [Span(emoji.to_unicode(span.text), span.style) for span in _styled([unescaped])]
        return [span for span in spans if span.text]

    def _entity(self, entity: str) -> Iterable[Span]:
        target, _, label = entity.partition("|")
        label = html.unescape(label)
        if target.startswith("@"):
            return [self._user(target[1:], Style.NONE)]
        if target.startswith("#"):
            return [Span(f"#{label or 'channel'}")]
        if target.startswith("!"):
            return [self._special(target[1:], label)]
        url = html.unescape(target)
        return [Span(label or url, link=url)]

    def _special(self, target: str, label: str) -> Span:
        name, _, _ = target.partition("^")
        words = _BROADCASTS.get(name) or label or f"@{name}"
        return Span(words) if name == "date" else self._named(words)


def _styled(spans: list[Span]) -> list[Span]:
    """Applies the marks of mrkdwn, code first: nothing inside it is formatted."""
    for pattern, style in _MRKDWN:
        spans = [piece for span in spans for piece in _marked(span, pattern, style)]
    return spans


def _marked(span: Span, pattern: re.Pattern[str], style: Style) -> Iterator[Span]:
    position = 0
    if not span.style & (Style.CODE | Style.PRE):
        for found in pattern.finditer(span.text):
            yield Span(span.text[position : found.start()], span.style)
            yield Span(found[1], span.style | style)
            position = found.end()
    yield Span(span.text[position:], span.style)


def _picture(part: Mapping[str, Any]) -> str:
    name, tone = str(part.get("name", "")), part.get("skin_tone")
    known = emoji.of_name(f"{name}::skin-tone-{tone}" if tone else name) or emoji.of_name(name)
    if known:
        return known
    try:
        return "".join(chr(int(code, 16)) for code in str(part.get("unicode", "")).split("-"))
    except (ValueError, OverflowError):
        return f":{name}:"


def people(message: Mapping[str, Any]) -> set[str]:
    """Returns the ids of users whose names are needed to read a message."""
    found: set[str] = set()

    def visit(part: Mapping[str, Any]) -> None:
        found.update(re.findall(r"<@([A-Z0-9]+)[|>]", str(part.get("text") or "")))
        if part.get("user_id"):
            found.add(str(part["user_id"]))

    visit({"text": message.get("text")})
    _walk([message.get("blocks"), message.get("attachments")], visit)
    return found


def _walk(value: object, visit: Callable[[Mapping[str, Any]], None]) -> None:
    if isinstance(value, dict):
        visit(value)
        _walk(list(value.values()), visit)
    elif isinstance(value, list):
        for one in value:
            _walk(one, visit)


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
