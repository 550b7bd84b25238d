"""A `View` in Slack: in messages to one person, as their Home, in a window. Pure.

Order: title, entry, tabs, menus and what to begin, rows with buttons beside them, further buttons.
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
    InputBlock,
    InteractiveElement,
    MarkdownTextObject,
    PlainTextInputElement,
    SectionBlock,
    StaticSelectElement,
    TextObject,
)
from slack_sdk.models.blocks.basic_components import DispatchActionConfig

from bot.desks.slack import limits
from bot.desks.slack.format import mrkdwn
from bot.desks.slack.render import (
    Drawn,
    actions,
    grouped,
    in_rows,
    menu_of,
    option,
    pages,
    plain,
    pressed,
    said,
    working,
)
from bot.desks.slack.tables import table
from bot.desks.slack.view_state import ViewState
from bot.domain.text import Style, Text, bold, headline, line, shorten
from bot.views.values import Button, Entry, Menu, Tone, View

CALLBACK = "view"
ENTRY = "text"
"""Id of the block with the page's line of text, and the name of what is typed there."""
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
    entry = [_entry(view.entry)] if view.entry is not None else []
    page = _page(replace(view, entry=None) if entry else view, carried)
    at = 1 if page and page[0].type == "header" else 0
    blocks: list[Block] = [*page[:at], *entry, *page[at:]]
    drawn = {"type": "home", "callback_id": CALLBACK, "blocks": _fitting(blocks)}
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
    controls = [*actions(view.tabs), *_menus(view.menus, view_state, view.begun)]
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
        beside = row.beside if view_state is not None else ()
        if not row.buttons and not beside:
            waiting = waiting + (Text.plain("\n") if waiting else Text()) + words
            continue
        yield from said(waiting)
        waiting = Text()
        yield from _with_buttons(words, working(row.buttons), beside)
    yield from said(waiting)
    if view.buttons:
        if view_state is not None and view.rows:
            yield DividerBlock()
        yield from actions(view.buttons)


def _with_buttons(words: Text, buttons: Sequence[Button], beside: Sequence[Button]) -> Iterable[Block]:
    """Puts a single button, or what stands beside the row, at the right of its text, provided that the text can be
    written literally there, else below it."""
    accessory = _accessory(buttons, beside)
    written = _section_text(words) if accessory is not None else None
    if accessory is not None and written is not None:
        return [SectionBlock(text=written, accessory=accessory)]
    several = beside if len(beside) > 1 else ()
    return [*said(words), *actions((*buttons, *beside) if not several else buttons, several)]


def _accessory(buttons: Sequence[Button], beside: Sequence[Button]) -> InteractiveElement | None:
    if len(buttons) + len(beside) == 1:
        return pressed((*buttons, *beside)[0], 0)
    return menu_of(beside, "…") if not buttons else None


def _entry(entry: Entry) -> Block:
    """Builds the line of text. Its ids never change: so a redrawn page keeps what has been typed."""
    return InputBlock(
        block_id=ENTRY,
        dispatch_action=True,
        label=plain(shorten(entry.label, limits.HINT)),
        element=PlainTextInputElement(
            action_id=f"{entry.button.word}:{entry.token}",
            placeholder=plain(shorten(entry.hint, limits.PLACEHOLDER)),
            max_length=entry.limit,
            dispatch_action_config=DispatchActionConfig(trigger_actions_on=["on_enter_pressed"]),
        ),
    )


def _section_text(words: Text) -> TextObject | None:
    if not words or len(words.characters) > limits.SECTION // 2:
        return None
    written = mrkdwn(words)
    if written is not None and len(written) <= limits.SECTION:
        return MarkdownTextObject(text=written, verbatim=True)
    looks = any(span.style or span.link for span in words.spans)
    return None if looks else plain(words.characters)


def _menus(menus: Sequence[Menu], view_state: ViewState | None, begun: Sequence[Button]) -> list[Block]:
    """Puts what to begin and menus side by side; a menu whose tokens are too long becomes buttons below its name."""
    drawn: list[InteractiveElement] = [pressed(button, number) for number, button in enumerate(begun)]
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
