"""A `View` in Slack: in messages to one person, as their Home, in a window. Pure.

Order: title, tabs and menus, rows with a button beside each, further buttons.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    DividerBlock,
    HeaderBlock,
    InteractiveElement,
    MarkdownTextObject,
    SectionBlock,
    StaticSelectElement,
    TextObject,
)

from bot.desks.slack import limits
from bot.desks.slack.format import mrkdwn
from bot.desks.slack.render import Drawn, actions, grouped, in_rows, option, pages, plain, pressed, said, working
from bot.desks.slack.tables import table
from bot.desks.slack.view_state import ViewState
from bot.domain.text import Style, Text, bold, headline, line, shorten
from bot.views.values import Menu, Row, Tone, View

CALLBACK = "view"
APART = 30
"""Largest number of rows that are kept apart if some have several lines, on pages with a divider between them. In
longer lists, rows without buttons share a block."""


def messages(view: View) -> list[Drawn]:
    """Builds as many messages as needed."""
    title = line(bold(view.title)) if view.title else Text()
    return pages([*_blocks(view, title, None), *([table(view.table)] if view.table else [])])


def home(view: View, view_state: ViewState) -> dict[str, Any]:
    """Builds the view for `views.publish`. `view_state`: data of the Home, to which tokens too long for an option are
    added."""
    carried = replace(view_state, long={})
    drawn = {"type": "home", "callback_id": CALLBACK, "blocks": _fitting(_page(view, carried))}
    return {**drawn, "private_metadata": carried.pack()}


def window(view: View, view_state: ViewState, name: str, close: str) -> dict[str, Any]:
    """Builds the view for `views.open`, `push` and `update`. `name`: used if the view has no title; `close`: label of
    the button."""
    carried = replace(view_state, token="", long={})
    title = view.title or name
    below = view if len(title) > limits.TITLE else replace(view, title="")
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": plain(headline(title, limits.TITLE) or name).to_dict(),
        "close": plain(shorten(close, limits.TITLE)).to_dict(),
        "blocks": _fitting(_page(below, carried)) or [block.to_dict() for block in said(Text.plain("…"))],
        "private_metadata": carried.pack(),
    }


# -------------------------------------------------------------------------------------------- pieces


def _page(view: View, view_state: ViewState) -> list[Block]:
    """Builds the blocks of a page: a large title, and dividers between controls and rows."""
    fits = 0 < len(view.title) <= limits.HEADER
    title = Text() if fits or not view.title else line(bold(view.title))
    heading = [HeaderBlock(text=plain(view.title))] if fits else []
    return [*heading, *_blocks(view, title, view_state)]


def _blocks(view: View, waiting: Text, view_state: ViewState | None) -> Iterator[Block]:
    """Builds blocks. `waiting`: text that comes first. `view_state` None: for messages, which carry no data."""
    controls = [*actions(view.tabs), *_menus(view.menus, view_state)]
    if controls:
        yield from (*said(waiting), *controls)
        waiting = Text()
        if view_state is not None and view.rows:
            yield DividerBlock()
    apart = len(view.rows) <= APART and any("\n" in row.text.characters for row in view.rows)
    for number, row in enumerate(view.rows):
        words = row.text.restyled(Style.BOLD) if row.strong else row.text
        if apart and (number or not controls):
            yield from said(waiting)
            waiting = Text()
            if number and view_state is not None:
                yield DividerBlock()
        if not row.buttons:
            waiting = waiting + (Text.plain("\n") if waiting else Text()) + words
            continue
        yield from said(waiting)
        waiting = Text()
        yield from _with_buttons(words, row)
    yield from said(waiting)
    if view.buttons:
        if view_state is not None and view.rows:
            yield DividerBlock()
        yield from actions(view.buttons)


def _with_buttons(words: Text, row: Row) -> Iterable[Block]:
    """Puts a single button beside its text, provided that the text can be written literally there, else below it."""
    working_ones = working(row.buttons)
    beside = _section_text(words) if len(working_ones) == 1 else None
    if beside is not None:
        return [SectionBlock(text=beside, accessory=pressed(working_ones[0], 0))]
    return [*said(words), *actions(row.buttons)]


def _section_text(words: Text) -> TextObject | None:
    if not words or len(words.characters) > limits.SECTION // 2:
        return None
    written = mrkdwn(words)
    if written is not None and len(written) <= limits.SECTION:
        return MarkdownTextObject(text=written, verbatim=True)
    looks = any(span.style or span.link for span in words.spans)
    return None if looks else plain(words.characters)


def _menus(menus: Sequence[Menu], view_state: ViewState | None) -> list[Block]:
    """Puts menus side by side; one whose tokens are too long becomes buttons below its name."""
    drawn: list[InteractiveElement] = []
    instead: list[Block] = []
    for number, menu in enumerate(menus):
        select = _select(menu, number, view_state)
        if select is not None:
            drawn.append(select)
        else:
            held = [replace(one, tone=Tone.PRIMARY) if one.token == menu.chosen else one for one in menu.options]
            instead += [*said(Text.plain(menu.label)), *actions(held)]
    return [*in_rows(drawn), *instead]


def _select(menu: Menu, number: int, view_state: ViewState | None) -> InteractiveElement | None:
    """Builds a menu; None if its options must be buttons, whose values may be longer."""
    if view_state is not None:
        values = [view_state.stand_in(one.token, f"{number}#{place}") for place, one in enumerate(menu.options)]
    else:
        values = [one.token if len(one.token) <= limits.OPTION_VALUE else None for one in menu.options]
    if not values or None in values:
        return None
    options = [option(value or "", one.label) for value, one in zip(values, menu.options, strict=True)]
    chosen = (drawn for drawn, one in zip(options, menu.options, strict=True) if one.token == menu.chosen)
    return StaticSelectElement(
        action_id=f"{menu.options[0].word}:menu{number}",
        placeholder=plain(shorten(menu.label, limits.LABEL) or "…"),
        initial_option=next(chosen, None),
        **grouped(options),
    )


def _fitting(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    """Drops rows until a view fits; the further buttons at the end stay."""
    drawn = [block.to_dict() for block in blocks]
    while len(drawn) > limits.VIEW_BLOCKS or len(json.dumps(drawn).encode()) > limits.VIEW_SIZE:
        del drawn[-3 if len(drawn) > 3 else -1]
    return drawn
