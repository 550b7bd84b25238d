"""Posts as Slack messages (Block Kit), and building blocks of views and forms. Pure.

Everything from outsiders goes into rich text or `plain_text`, where nothing is markup. Content too long for one message
continues in the next: `pages` keeps each message within Slack's limits.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    InteractiveElement,
    MarkdownTextObject,
    Option,
    OptionGroup,
    OverflowMenuElement,
    PlainTextObject,
    StaticSelectElement,
    TextObject,
    UserSelectElement,
)

from bot.desks.slack import limits
from bot.desks.slack.format import escape, mentions, mrkdwn, rich_text, size_at_most
from bot.desks.slack.payloads import PICKER
from bot.domain.text import Mention, Span, Style, Text, bold, line, link, shorten, split, web_address
from bot.domain.value import value
from bot.locale import isolated
from bot.views.values import Button, Post, PostKind, Quoted, Tone

_HIDDEN = re.compile(r"<[^<>|]*\|([^<>]*)>")  # an address, or a time, with its words
_WORDS_IN = {"image": "alt_text", "date": "fallback"}
_TONES = {Tone.PRIMARY: "primary", Tone.DANGER: "danger"}


@value
class Drawn:
    """One Slack message. `text`: mrkdwn, for notifications."""

    text: str
    blocks: list[dict[str, Any]]


def post(post: Post, name: str = "", pictures: Sequence[Block] = ()) -> list[Drawn]:
    """Builds a post; `post.content` is text only by now. `name`: the author's, if Slack will not show it above the
    post; `pictures`: blocks below the text."""
    if post.kind is PostKind.LINE and all(not (span.style or span.link) for span in post.content.text.spans):
        return _noticed(post.content.text, _messages(_technical(post.content.text), post.buttons))
    head = _quotation(post.quoted) if post.quoted else Text()
    if name:
        head = line(bold(f"{isolated(name)}:"), "\n", head)
    said = [rich_text(part) for part in _fitting(head + post.content.text)]
    return _messages(said, post.buttons, pictures)


def pages(blocks: Iterable[Block]) -> list[Drawn]:
    """Splits blocks into messages."""
    drawn: list[Drawn] = []
    page: list[dict[str, Any]] = []
    size = 0
    for block in blocks:
        one = block.to_dict()
        length = size_of(one)
        if page and (len(page) == limits.MESSAGE_BLOCKS or size + length > limits.MESSAGE_SIZE):
            drawn.append(_drawn(page))
            page, size = [], 0
        page.append(one)
        size += length
    return [*drawn, _drawn(page)] if page or not drawn else drawn


def plain(text: str) -> PlainTextObject:
    return PlainTextObject(text=text, emoji=False)


# -------------------------------------------------------------------------------------------- pieces


def _messages(said: Sequence[Block], buttons: Sequence[Button], pictures: Sequence[Block] = ()) -> list[Drawn]:
    """Builds one message per text block, since these are sized for that. Pictures and buttons go below the last."""
    each = [[block] for block in said] or [[]]
    each[-1] += [*pictures, *actions(buttons)]
    return [drawn for blocks in each for drawn in pages(blocks)]


def _technical(text: Text) -> list[Block]:
    """Builds small grey text, which customers cannot produce."""
    parts = split(text, limits.CONTEXT) if text else []
    return [ContextBlock(elements=_grey(part)) for part in parts]


def _grey(text: Text) -> list[TextObject]:
    """Writes words with their mentions; if the words would have a meaning beside these, the mentions stand behind."""
    called = mentions(text)
    if not called:
        return [plain(text.characters)]
    written = mrkdwn(text)
    if written is not None and len(written) <= limits.SECTION:
        return [MarkdownTextObject(text=written, verbatim=True)]
    return [plain(text.characters), MarkdownTextObject(text=mrkdwn(called) or "", verbatim=True)]


def _noticed(text: Text, messages: list[Drawn]) -> list[Drawn]:
    """Returns the messages of a technical line so that notifications show its mentions as such."""
    words = "".join(f"<@{one.user}>" if isinstance(one, Mention) else escape(one.text) for one in text.spans)
    if not mentions(text) or len(words) > limits.NOTICE:
        return messages
    return [replace(messages[0], text=words), *messages[1:]]


def said(text: Text) -> list[Block]:
    return [rich_text(part) for part in _fitting(text)] if text else []


def _quotation(quoted: Quoted) -> Text:
    said = f"{quoted.author}: {quoted.words}" if quoted.author else quoted.words
    if not quoted.link:
        return Text.of([Span(said + "\n", Style.QUOTE)])
    back = replace(link("↩", quoted.link), style=Style.QUOTE)
    return Text.of([back, Span(f" {said}\n", Style.QUOTE)])


def _fitting(text: Text) -> list[Text]:
    """Splits a text into parts that fit into one message each, even if nearly every word has its own style."""
    fitting: list[Text] = []
    for part in split(text, limits.POST) if text else []:
        if size_at_most(part) <= limits.MESSAGE_SIZE // 2:
            fitting.append(part)
        else:
            fitting += [
                half for quarter in split(part, max(2, len(part.characters) // 2)) for half in _fitting(quarter)
            ]
    return fitting


def actions(buttons: Sequence[Button], menu: Sequence[Button] = (), more: str = "…") -> list[Block]:
    """Builds rows of buttons, with the menu as one small element after them, called `more`, if Slack can hold it."""
    collapsed = menu_of(menu, more)
    shown = working(buttons if collapsed else [*buttons, *menu])
    elements: list[InteractiveElement] = [pressed(button, number) for number, button in enumerate(shown)]
    return in_rows([*elements, *([collapsed] if collapsed else [])])


def in_rows(elements: Sequence[InteractiveElement]) -> list[Block]:
    """Puts as many elements side by side as a block can hold, their values included."""
    rows: list[list[InteractiveElement]] = []
    size = 0
    for element in elements:
        length = size_of(element.to_dict())
        if not rows or len(rows[-1]) == limits.ELEMENTS or size + length > limits.MESSAGE_SIZE // 2:
            rows.append([])
            size = 0
        rows[-1].append(element)
        size += length
    return [ActionsBlock(elements=row) for row in rows]


def working(buttons: Sequence[Button]) -> list[Button]:
    """Returns the buttons without those whose address does not work outside the hub."""
    return [one for one in buttons if one.token or web_address(one.url)]


def pressed(button: Button, number: int) -> InteractiveElement:
    """Builds a button, or the picker in its place. `number`: unique in its block. One with an address opens it; its
    press, which Slack reports all the same, has no token and is nothing to the hub."""
    return (_picker(button, number) if button.picker else None) or ButtonElement(
        text=plain(shorten(button.label, limits.LABEL)),
        action_id=f"{button.word}:{number}",
        value=button.token or None,
        url=web_address(button.url) or None,
        style=_TONES.get(button.tone),
    )


def _picker(button: Button, number: int) -> InteractiveElement | None:
    """Builds a picker, which carries its token in the `action_id`; None if Slack cannot hold it."""
    assert button.picker is not None
    action_id = f"{button.word}:{number}{PICKER}{button.token}"
    placeholder = plain(shorten(button.label, limits.LABEL))
    options = [option(one.value, one.label) for one in button.picker.options]
    if len(action_id) > limits.ACTION_ID or any(len(one.value) > limits.OPTION_VALUE for one in button.picker.options):
        return None
    if button.picker.people:
        return UserSelectElement(action_id=action_id, placeholder=placeholder)
    if not options:
        return None
    drawn = StaticSelectElement(action_id=action_id, placeholder=placeholder, **grouped(options))
    return drawn if size_of(drawn.to_dict()) <= limits.PICKER else None


def menu_of(menu: Sequence[Button], more: str) -> InteractiveElement | None:
    """Builds a menu; None if its entries must be buttons."""
    if not 2 <= len(menu) <= limits.OPTIONS or any(len(entry.token) > limits.OPTION_VALUE for entry in menu):
        return None
    if len(menu) <= limits.OVERFLOW:
        return OverflowMenuElement(action_id="menu", options=[option(one.token, one.label) for one in menu])
    groups = [(name or more, list(entries)) for name, entries in groupby(menu, lambda entry: entry.group)]
    drawn = [
        OptionGroup(label=plain(shorten(name, limits.LABEL)), options=[option(one.token, one.label) for one in entries])
        for name, entries in groups
    ]
    return StaticSelectElement(action_id="menu", option_groups=drawn, placeholder=plain(more))


def option(value: str, label: str) -> Option:
    return Option(value=value, text=plain(shorten(label, limits.LABEL) or " "))


def grouped(options: Sequence[Option]) -> dict[str, Any]:
    """Groups a menu's options: a list holds a hundred, or a hundred groups of a hundred."""
    if len(options) <= limits.OPTIONS:
        return {"options": list(options)}
    starts = range(0, min(len(options), limits.OPTIONS**2), limits.OPTIONS)
    pieces = [list(options[start : start + limits.OPTIONS]) for start in starts]
    return {"option_groups": [OptionGroup(label=plain(_group(piece)), options=piece) for piece in pieces]}


def _group(options: Sequence[Option]) -> str:
    """Names a group after its first entry."""
    return shorten(f"{options[0].to_dict()['text']['text']} …", limits.LABEL)


def _drawn(blocks: list[dict[str, Any]]) -> Drawn:
    return Drawn(notice(" ".join(_words(blocks))), blocks)


def notice(words: str) -> str:
    return escape(shorten(words, limits.NOTICE)) or "…"


def _words(value: object) -> Iterator[str]:
    """Yields the words of rich and plain text in blocks, and of pictures, without labels of buttons."""
    if isinstance(value, list):
        for one in value:
            yield from _words(one)
    elif isinstance(value, dict) and value.get("type") not in ("actions", "table"):
        said = value.get(_WORDS_IN.get(str(value.get("type")), "text"))
        if isinstance(said, str):
            yield html.unescape(_HIDDEN.sub(r"\1", said)) if value.get("type") == "mrkdwn" else said
        else:
            inner = [one for name, one in value.items() if name != "accessory"]
            yield from _words([one for one in inner if isinstance(one, list | dict)])


def size_of(block: object) -> int:
    """Returns the number of characters of a block, or of several, as JSON."""
    return len(json.dumps(block, ensure_ascii=False))
