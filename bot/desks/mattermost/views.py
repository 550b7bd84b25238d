"""A `View` as Mattermost's posts. Pure.

The title and the first rows are text; buttons must be in attachments, and so is every row after the first with buttons.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from bot.desks.mattermost.format import literal, write
from bot.desks.mattermost.hooks import ButtonSurface
from bot.desks.mattermost.render import (
    ATTACHMENTS,
    FALLBACK,
    LINE,
    TEXT,
    Buttons,
    Json,
    PostBody,
    numbered,
    size_of,
    texts,
)
from bot.domain.text import Span, Style, Text, bold, line, link, shorten, web_address
from bot.views.values import Button, Form, Row, Table, Tone, View

BUTTONS = 6
"""Buttons below a list; of more, half of so many stay, and the others fold into a menu, which takes less room."""


def messages(given: View, buttons: Buttons, where: str, standing: ButtonSurface) -> list[PostBody]:
    """Builds a view as one body, or several if it is long. `where`: see `hooks`."""
    given, buttons = _with_links(given), buttons.of_post("")
    controls = _controls(given, buttons, where, standing)
    rows = list(given.rows)
    head = Text.of([bold(given.title)]) if given.title else Text()
    gap = _gap(rows)
    while rows and not controls and not (rows[0].buttons and buttons.url):
        head = (head + Text.plain(gap) if head else head) + _words(rows.pop(0))
    said = texts(head)
    for piece in _table(given.table):
        together = f"{said[-1]}\n\n{piece}".strip()
        said = [*said[:-1], together] if len(together) <= TEXT else [*said, piece]
    pages = _Pages([PostBody(message) for message in said])
    below = [*controls, *_rows(rows, buttons, where, standing)]
    if given.buttons and buttons.url:
        shown = len(given.buttons) if len(given.buttons) <= BUTTONS else BUTTONS // 2
        further = buttons.actions(given.buttons[:shown], where, given.buttons[shown:], standing)
        below = _led_on(below, further)
    for attachment in below:
        pages.add(attachment)
    return [numbered(page) for page in pages.bodies if page.message or page.attachments] or [PostBody("…")]


def _table(given: Table | None) -> list[str]:
    """Writes a table in Markdown, in as many pieces as needed, each with the header."""
    if given is None:
        return []
    names = [f"**{literal(cell)}**" for cell in given.header]
    header = [_line(names), _line([":---", *["---:" for _ in names[1:]]])]
    pieces = [[*header]]
    for number, row in enumerate(given.rows):
        drawn = _line([f"**{literal(cell)}**" if cell and number in given.sections else literal(cell) for cell in row])
        if sum(map(len, pieces[-1])) + len(drawn) > TEXT // 2:
            pieces.append([*header])
        pieces[-1].append(drawn)
    return ["\n".join(piece) for piece in pieces]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


@dataclass(slots=True)
class _Pages:
    bodies: list[PostBody] = field(default_factory=list)

    def add(self, attachment: Json) -> None:
        grown = (*self.bodies[-1].attachments, attachment)
        if size_of(grown) <= ATTACHMENTS:
            self.bodies[-1] = replace(self.bodies[-1], attachments=grown)
        else:
            self.bodies.append(PostBody(attachments=(attachment,)))


def _controls(given: View, buttons: Buttons, where: str, standing: ButtonSurface) -> list[Json]:
    if not buttons.url:
        return []
    menus = [
        buttons.menu(menu.label, menu.options, where, standing, menu.chosen) for menu in given.menus if menu.options
    ]
    both = [*buttons.actions(given.tabs, where, standing=standing), *menus]
    begun = buttons.actions(given.begun, where, standing=standing)
    if size_of(both) <= ATTACHMENTS // 2:
        return [{"fallback": "", "actions": row} for row in (both, begun) if row]
    return [{"fallback": "", "actions": [one]} for one in (*both, *begun)]


def _rows(rows: Sequence[Row], buttons: Buttons, where: str, standing: ButtonSurface) -> Iterator[Json]:
    """Builds attachments from rows; adjacent rows without buttons share one."""
    for pressable, stretch in groupby(rows, lambda row: bool(row.buttons)):
        if pressable:
            for row in stretch:
                yield from _row(_words(row), row.buttons, buttons, where, standing)
            continue
        together, gap = Text(), _gap(rows)
        for row in stretch:
            together = (together + Text.plain(gap) if together else together) + _words(row)
        yield from _row(together, (), buttons, where, standing)


def _led_on(below: Sequence[Json], further: list[Json]) -> list[Json]:
    """Puts the buttons that lead further into the last attachment, if it has no buttons of its own."""
    led = {**below[-1], "actions": further} if below and "actions" not in below[-1] else None
    if led is not None and size_of((led,)) <= ATTACHMENTS:
        return [*below[:-1], led]
    return [*below, {"fallback": "", "actions": further}]


def _gap(rows: Sequence[Row]) -> str:
    """Returns the gap between rows; rows of several lines are set apart."""
    return "\n\n" if any("\n" in row.text.characters for row in rows) else "\n"


def _row(
    words: Text, pressed: Sequence[Button], buttons: Buttons, where: str, standing: ButtonSurface, limit: int = LINE
) -> list[Json]:
    """Builds a row's attachments, usually one; the buttons go into the last."""
    fallback = literal(shorten(words.characters, FALLBACK))
    drawn: list[Json] = [{"fallback": fallback, "text": part} for part in texts(words, limit)]
    if pressed:
        drawn[-1]["actions"] = buttons.actions(pressed, where, standing=standing)
    if limit > LINE // 4 and any(size_of((one,)) > ATTACHMENTS for one in drawn):
        return _row(words, pressed, buttons, where, standing, limit // 4)
    return drawn


def _words(row: Row) -> Text:
    return row.text.restyled(Style.BOLD) if row.strong else row.text


def _with_links(view: View) -> View:
    """Returns the view with links in the place of buttons that lead to an address: Mattermost has no such buttons."""
    return replace(view, rows=tuple(_with_link(row) for row in view.rows)) if any(map(_leads, view.rows)) else view


def _leads(row: Row) -> bool:
    return any(not one.token for one in row.buttons)


def _with_link(row: Row) -> Row:
    links = [link(one.label, one.url) for one in row.buttons if web_address(one.url)]
    below = line("\n", *[part for one in links for part in (" · ", one)][1:]) if links else Text()
    return Row(row.text + below, tuple(one for one in row.buttons if one.token), row.strong)


def offer(form: Form) -> View:
    """Builds a view for a form that cannot be opened yet: a button with the form's own token opens it."""
    words = Text.of([bold(form.title), Span(f"\n{form.intro}" if form.intro else "")])
    return View((Row(words, (Button("form", form.submit or form.title, form.token, Tone.PRIMARY),)),))


def pressable(view: View) -> bool:
    pressed = (one.token for row in view.rows for one in row.buttons)
    return bool(view.tabs or view.menus or view.begun or view.buttons or any(pressed))


def plain(view: View) -> str:
    """Writes a view as Markdown only, for answers without buttons."""
    rows: Iterable[Text] = (_words(row) for row in _with_links(view).rows)
    said = [Text.of([bold(view.title)])] if view.title else []
    return "\n".join(write(text) for text in (*said, *rows))
