"""The core's values as Slack messages and windows (Block Kit). Pure.

Everything that comes from outsiders goes into rich text or `plain_text`, where nothing is markup. What is too
long for one message goes on in the next: `pages` holds each of them under Slack's limits.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    HeaderBlock,
    ImageElement,
    InteractiveElement,
    Option,
    OverflowMenuElement,
    PlainTextObject,
    StaticSelectElement,
)

from bot.desks.slack.format import escape, rich_text
from bot.text import Span, Style, Text, bold, line, link, shorten, split
from bot.views.values import Button, Card, Post, PostKind, Quoted, Row, Tone, View

POST_LIMIT = 3900  # characters of one post; Slack advises to stay under 4 000
NOTICE_LIMIT = 3000  # characters of the words that notifications show
BLOCKS_LIMIT = 50
SIZE_LIMIT = 12_000  # characters of all blocks as JSON; Slack refuses a message somewhere above 13 200
HEADER_LIMIT = 150
CONTEXT_LIMIT = 2000
LABEL_LIMIT = 75
OPTION_VALUE_LIMIT = 150
OVERFLOW_LIMIT = 5
ELEMENTS_LIMIT = 25
SELECT_LIMIT = 100
NAME_LIMIT = 80

_TONES = {Tone.PRIMARY: "primary", Tone.DANGER: "danger"}


@dataclass(frozen=True, slots=True)
class Drawn:
    """One Slack message. `text` is mrkdwn, for notifications."""

    text: str
    blocks: list[dict[str, Any]]


def card(card: Card, picture: str = "") -> Drawn:
    """`picture`: an address that Slack can load, or nothing. A closed dialog's card has no big heading."""
    facts = Text.of(
        span
        for number, fact in enumerate(card.facts)
        for span in line("\n" if number else "", bold(f"{fact.label}: "), fact.value).spans
    )
    blocks: list[Block] = []
    if card.open and len(card.heading) <= HEADER_LIMIT:
        blocks.append(HeaderBlock(text=plain(card.heading)))
    else:
        blocks.append(rich_text(line(bold(card.heading))))
    blocks += [rich_text(part) for part in _fitting(facts)]
    if picture:
        summary = plain(shorten(card.summary, CONTEXT_LIMIT))
        blocks.append(ContextBlock(elements=[ImageElement(image_url=picture, alt_text=card.heading[:200]), summary]))
    if card.open:
        blocks += _actions(card.buttons, card.menu)
    return Drawn(_notice(card.summary), [block.to_dict() for block in blocks])


def post(post: Post, name: str = "") -> list[Drawn]:
    """`post.content` is words alone by now. `name`: the author's, when Slack will not show it above the post."""
    if post.kind is PostKind.LINE and all(not (span.style or span.link) for span in post.content.text.spans):
        return _messages(_technical(post.content.text), post.buttons)
    head = _quotation(post.quoted) if post.quoted else Text()
    if name:
        head = line(bold(f"{name}:"), "\n", head)
    said = [rich_text(part) for part in _fitting(head + post.content.text)]
    return _messages(said, post.buttons, f"{post.author.name}: " if post.author else "")


def view(view: View) -> list[Drawn]:
    """Rows in their order; those without buttons share a block."""
    blocks: list[Block] = []
    waiting = line(bold(view.title)) if view.title else Text()
    for row in view.rows:
        waiting = waiting + (Text.plain("\n") if waiting else Text()) + _row(row)
        if row.buttons:
            blocks += [*_said(waiting), *_actions(row.buttons)]
            waiting = Text()
    return pages([*blocks, *_said(waiting)])


def pages(blocks: Iterable[Block], prefix: str = "") -> list[Drawn]:
    """Messages that together hold all blocks."""
    drawn: list[Drawn] = []
    page: list[dict[str, Any]] = []
    size = 0
    for block in blocks:
        one = block.to_dict()
        length = _size(one)
        if page and (len(page) == BLOCKS_LIMIT or size + length > SIZE_LIMIT):
            drawn.append(_drawn(page, prefix))
            page, size = [], 0
        page.append(one)
        size += length
    return [*drawn, _drawn(page, prefix)] if page or not drawn else drawn


def plain(text: str) -> PlainTextObject:
    return PlainTextObject(text=text, emoji=False)


# -------------------------------------------------------------------------------------------- pieces


def _messages(said: Sequence[Block], buttons: Sequence[Button], prefix: str = "") -> list[Drawn]:
    """One message per block of words: their sizes were made for that. Buttons stand under the last."""
    each = [[block] for block in said] or [[]]
    each[-1] += _actions(buttons)
    return [drawn for blocks in each for drawn in pages(blocks, prefix)]


def _technical(text: Text) -> list[Block]:
    """Small and grey, as no customer can write."""
    parts = split(text, CONTEXT_LIMIT) if text else []
    return [ContextBlock(elements=[plain(part.characters)]) for part in parts]


def _row(row: Row) -> Text:
    return row.text.restyled(Style.BOLD) if row.strong else row.text


def _said(text: Text) -> list[Block]:
    return [rich_text(part) for part in _fitting(text)] if text else []


def _quotation(quoted: Quoted) -> Text:
    said = f"{quoted.author}: {quoted.words}" if quoted.author else quoted.words
    if not quoted.link:
        return Text.of([Span(said + "\n", Style.QUOTE)])
    back = replace(link("↩", quoted.link), style=Style.QUOTE)
    return Text.of([back, Span(f" {said}\n", Style.QUOTE)])


def _fitting(text: Text) -> list[Text]:
    """Parts of a text that one message holds each, also when nearly every word has a look of its own."""
    fitting: list[Text] = []
    for part in split(text, POST_LIMIT) if text else []:
        if _size(rich_text(part).to_dict()) <= SIZE_LIMIT // 2:
            fitting.append(part)
        else:
            fitting += [
                half for quarter in split(part, max(2, len(part.characters) // 2)) for half in _fitting(quarter)
            ]
    return fitting


def _actions(buttons: Sequence[Button], menu: Sequence[Button] = ()) -> list[Block]:
    """Rows of buttons; the menu follows as one small element where Slack can hold it."""
    collapsed = _menu(menu)
    shown = list(buttons) if collapsed else [*buttons, *menu]
    elements: list[InteractiveElement] = [_button(button, number) for number, button in enumerate(shown)]
    elements += [collapsed] if collapsed else []
    return [ActionsBlock(elements=row) for row in _rows(elements)]


def _rows(elements: Sequence[InteractiveElement]) -> list[list[InteractiveElement]]:
    """As many as a block holds, and as their values leave room for."""
    rows: list[list[InteractiveElement]] = []
    size = 0
    for element in elements:
        length = _size(element.to_dict())
        if not rows or len(rows[-1]) == ELEMENTS_LIMIT or size + length > SIZE_LIMIT // 2:
            rows.append([])
            size = 0
        rows[-1].append(element)
        size += length
    return rows


def _button(button: Button, number: int) -> ButtonElement:
    return ButtonElement(
        text=plain(shorten(button.label, LABEL_LIMIT)),
        action_id=f"{button.word}:{number}",
        value=button.token,
        style=_TONES.get(button.tone),
    )


def _menu(menu: Sequence[Button]) -> InteractiveElement | None:
    """None: its entries have to be buttons."""
    if not 2 <= len(menu) <= SELECT_LIMIT or any(len(entry.token) > OPTION_VALUE_LIMIT for entry in menu):
        return None
    options = [option(entry.token, entry.label) for entry in menu]
    if len(menu) <= OVERFLOW_LIMIT:
        return OverflowMenuElement(action_id="menu", options=options)
    return StaticSelectElement(action_id="menu", options=options, placeholder=plain("…"))


def option(value: str, label: str) -> Option:
    return Option(value=value, text=plain(shorten(label, LABEL_LIMIT) or " "))


def _drawn(blocks: list[dict[str, Any]], prefix: str) -> Drawn:
    return Drawn(_notice(prefix + " ".join(_words(blocks))), blocks)


def _notice(words: str) -> str:
    return escape(shorten(words, NOTICE_LIMIT)) or "…"


def _words(value: object) -> Iterator[str]:
    """The words of rich and plain text inside blocks, labels of buttons left out."""
    if isinstance(value, list):
        for one in value:
            yield from _words(one)
    elif isinstance(value, dict) and value.get("type") != "actions":
        if isinstance(value.get("text"), str):
            yield value["text"]
        else:
            yield from _words([inner for inner in value.values() if isinstance(inner, list | dict)])


def _size(block: dict[str, Any]) -> int:
    return len(json.dumps(block, ensure_ascii=False))
