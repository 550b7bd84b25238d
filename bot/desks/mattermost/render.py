"""Cards, posts, views and forms as Mattermost's posts, attachments and dialogs. Pure.

https://developers.mattermost.com/integrate/reference/message-attachments/
https://developers.mattermost.com/integrate/plugins/interactive-dialogs/
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.desks.mattermost import hooks
from bot.desks.mattermost.format import literal, write
from bot.locale import N_, Translator
from bot.model import DeskName
from bot.text import Span, Style, Text, bold, line, shorten, split
from bot.views.values import Author, Button, Card, Field, FieldKind, Form, Post, PostKind, Quoted, Row, Tone, View

Json = dict[str, Any]

MESSAGE_HOLDS = 16383
PROPS_HOLD = 8000
TEXT = 12_000
"""Characters of Markdown that one of our posts holds: there is room left for words about its files."""
ATTACHMENTS = 7000
"""Characters of JSON for a post's attachments: the rest of the props is for keys, the author and the marker."""

_FACT = (400, 120, 40)
_FALLBACK = 200
_LINE = 3000
_MORE = N_("More…")
_COLOURS = {Tone.PLAIN: "#8d99ae", Tone.PRIMARY: "#1c58d9", Tone.DANGER: "#d24b4e"}
_CLOSED = "#c4c9d4"
_STYLES = {Tone.PLAIN: "default", Tone.PRIMARY: "primary", Tone.DANGER: "danger"}


@dataclass(frozen=True, slots=True)
class Body:
    """What one post shows. `message` is Markdown."""

    message: str = ""
    attachments: tuple[Json, ...] = ()

    @property
    def props(self) -> Json:
        return {"attachments": list(self.attachments)} if self.attachments else {}


@dataclass(frozen=True, slots=True)
class Buttons:
    """How buttons come back: `url` "" means that Mattermost has no way to call us, so there are none."""

    desk: DeskName
    url: str
    more: str

    @classmethod
    def of(cls, desk: DeskName, base: str, tr: Translator) -> Buttons:
        return cls(desk, f"{base}/mattermost/action" if base else "", tr.gettext(_MORE))

    def actions(self, buttons: Sequence[Button], where: str, menu: Sequence[Button] = ()) -> list[Json]:
        """`where`: see `hooks`. Ids may hold letters and digits only: with anything else pressing gives 404."""
        if not self.url:
            return []
        actions = [self._button(number, button, where) for number, button in enumerate(buttons)]
        return [*actions, self._menu(menu, where)] if menu else actions

    def _button(self, number: int, button: Button, where: str) -> Json:
        return {
            "id": re.sub(r"[^A-Za-z0-9]", "", button.word) + str(number),
            "type": "button",
            "name": button.label,
            "style": _STYLES[button.tone],
            "integration": {"url": self.url, "context": hooks.context(self.desk, where, button.token)},
        }

    def _menu(self, menu: Sequence[Button], where: str) -> Json:
        tokens = [button.token for button in menu]
        return {
            "id": "menu",
            "type": "select",
            "name": self.more,
            "options": [{"text": button.label, "value": str(number)} for number, button in enumerate(menu)],
            "integration": {"url": self.url, "context": hooks.menu_context(self.desk, where, tokens)},
        }


# ------------------------------------------------------------------------------------------------ cards


def card(given: Card, buttons: Buttons, picture: str = "") -> Body:
    """All of a card is an attachment: a message that changes would be shown as "edited" each time. What does
    not fit is left out by its weight: long values first, then the menu's last entries."""
    menu = given.menu if given.open else ()
    for limit in _FACT:
        attachment = _card(given, buttons, menu, picture, limit)
        if _size((attachment,)) <= ATTACHMENTS:
            return Body(attachments=(attachment,))
    while menu and _size((attachment,)) > ATTACHMENTS:
        menu = menu[:-1]
        attachment = _card(given, buttons, menu, picture, _FACT[-1])
    return Body(attachments=(attachment,))


def _card(given: Card, buttons: Buttons, menu: Sequence[Button], picture: str, limit: int) -> Json:
    attachment: Json = {
        "fallback": literal(shorten(given.summary, _FALLBACK)),
        "color": _COLOURS[given.tone] if given.open else _CLOSED,
        "title": literal(shorten(given.heading, _FALLBACK)),
        "fields": [
            {"short": True, "title": fact.label, "value": write(_short(fact.value, limit))} for fact in given.facts
        ],
    }
    if given.open:
        attachment["actions"] = buttons.actions(given.buttons, hooks.CARD, menu)
    if picture:
        attachment["thumb_url"] = picture
    return attachment


def _short(text: Text, limit: int) -> Text:
    return text if len(text.characters) <= limit else text.cut(0, limit) + Text.plain("…")


def _size(attachments: Sequence[Json]) -> int:
    """As the server counts: characters of its own JSON, which writes three signs as six characters each."""
    written = json.dumps(attachments, ensure_ascii=False, separators=(",", ":"))
    return len(written) + 5 * sum(written.count(sign) for sign in "<>&")


# ------------------------------------------------------------------------------------------------ posts


def post(given: Post, text: Text, buttons: Buttons, thread: str, *, named: bool) -> list[Body]:
    """A post as one body or, when it is long, as several. `text`: all that it says in words. `named`: the
    author's name must stand in the text, because the server shows every post under the bot's own."""
    said = _quoted(given.quoted) + text if given.quoted else text
    actions = buttons.actions(given.buttons, thread)
    if given.kind in (PostKind.LINE, PostKind.PROBLEM) and len(said.characters) <= _LINE:
        aside = (_aside(given.kind, write(said), said, actions),)
        if _size(aside) <= ATTACHMENTS:
            return [Body(attachments=aside)]
    if named and given.author is not None:
        said = _name(given.author) + said
    bodies = [Body(message) for message in texts(said)]
    if actions:
        bodies[-1] = replace(bodies[-1], attachments=({"fallback": "", "actions": actions},))
    return bodies


def _aside(kind: PostKind, written: str, said: Text, actions: list[Json]) -> Json:
    """The hub's own words stand beside a coloured bar: nothing a customer writes looks so."""
    tone = Tone.DANGER if kind is PostKind.PROBLEM else Tone.PLAIN
    aside: Json = {"fallback": literal(shorten(said.characters, _FALLBACK)), "color": _COLOURS[tone], "text": written}
    return {**aside, "actions": actions} if actions else aside


def _name(author: Author) -> Text:
    return line(bold(f"{' '.join(author.name.split())}:"), "\n")


def _quoted(quoted: Quoted) -> Text:
    spans = [Span(f"{quoted.author}: ", Style.QUOTE | Style.BOLD)] if quoted.author else []
    spans.append(Span(quoted.words, Style.QUOTE))
    if quoted.link:
        spans += [Span(" ", Style.QUOTE), Span("↑", Style.QUOTE, quoted.link)]
    return Text.of([*spans, Span("\n")])


def texts(text: Text, limit: int = TEXT) -> list[str]:
    """Markdown of a text in parts that fit into one post each; at least one."""
    written = write(text)
    if len(written) <= limit:
        return [written]
    size = int(len(text.characters) * limit / len(written) * 0.95)
    return [part for piece in split(text, max(2, size)) for part in texts(piece, limit)]


# ------------------------------------------------------------------------------------------------ views


def view(given: View, buttons: Buttons, where: str) -> list[Body]:
    """A view as one body or, when it is long, as several. Rows without buttons that come first are text, all
    others attachments, so that the order stays."""
    rows = list(given.rows)
    head = Text.of([bold(given.title)]) if given.title else Text()
    while rows and not (rows[0].buttons and buttons.url):
        head = (head + Text.plain("\n") if head else head) + _row_text(rows.pop(0))
    pages = _Pages([Body(message) for message in texts(head)])
    for row in rows:
        for attachment in _row(row, buttons, where):
            pages.add(attachment)
    return [page for page in pages.bodies if page.message or page.attachments] or [Body("…")]


@dataclass(slots=True)
class _Pages:
    bodies: list[Body] = field(default_factory=list)

    def add(self, attachment: Json) -> None:
        grown = (*self.bodies[-1].attachments, attachment)
        if _size(grown) <= ATTACHMENTS:
            self.bodies[-1] = replace(self.bodies[-1], attachments=grown)
        else:
            self.bodies.append(Body(attachments=(attachment,)))


def _row(row: Row, buttons: Buttons, where: str, limit: int = _LINE) -> list[Json]:
    """A row as attachments, mostly one; the buttons stand under the last."""
    fallback = literal(shorten(row.text.characters, _FALLBACK))
    drawn: list[Json] = [{"fallback": fallback, "text": part} for part in texts(_row_text(row), limit)]
    if row.buttons:
        drawn[-1]["actions"] = buttons.actions(row.buttons, where)
    if limit > _LINE // 4 and any(_size((one,)) > ATTACHMENTS for one in drawn):
        return _row(row, buttons, where, limit // 4)
    return drawn


def _row_text(row: Row) -> Text:
    return row.text.restyled(Style.BOLD) if row.strong else row.text


# ------------------------------------------------------------------------------------------------ forms

_TITLE, _LABEL, _HINT = 24, 24, 150
_TEXT_INPUT, _AREA_INPUT = 150, 3000


def dialog(form: Form, state: str) -> Json:
    """A form as an interactive dialog. What is too long for its place is said in full beside it."""
    title = _fitting(form.title, _TITLE)
    intro = [] if title == form.title else [f"**{literal(form.title)}**"]
    return {
        "callback_id": "hub",
        "title": title,
        "introduction_text": "\n\n".join([*intro, *([write(Text.plain(form.intro))] if form.intro else [])]),
        "elements": [_element(one) for one in form.fields],
        "submit_label": _fitting(form.submit, _LABEL),
        "notify_on_cancel": False,
        "state": state,
    }


def _element(given: Field) -> Json:
    label = _fitting(given.label, _LABEL)
    hint = given.hint if label == given.label else ". ".join(part for part in (given.label, given.hint) if part)
    element: Json = {
        "display_name": label,
        "name": given.name,
        "help_text": _fitting(hint, _HINT),
        "optional": not given.required,
        "default": given.value,
        **_input(given),
    }
    return element


def _input(given: Field) -> Json:
    if given.kind is FieldKind.CHOICE:
        options = [{"text": option.label, "value": option.value} for option in given.options]
        offered = {option.value for option in given.options}
        return {"type": "select", "options": options, "default": given.value if given.value in offered else ""}
    if given.kind is FieldKind.LINE and len(given.value) <= _TEXT_INPUT:
        return {"type": "text", "max_length": min(given.limit, _TEXT_INPUT)}
    return {"type": "textarea", "max_length": min(given.limit, _AREA_INPUT), "default": given.value[:_AREA_INPUT]}


def _fitting(words: str, limit: int) -> str:
    return words if len(words) <= limit else shorten(words, limit)


def offer(form: Form) -> View:
    """A form where nothing can be opened yet: a button that brings the form's own token back opens it."""
    words = Text.of([bold(form.title), Span(f"\n{form.intro}" if form.intro else "")])
    return View((Row(words, (Button("form", form.submit or form.title, form.token, Tone.PRIMARY),)),))


def plain(view: View) -> str:
    """A view as Markdown alone, for answers that hold no buttons."""
    rows: Iterable[Text] = (_row_text(row) for row in view.rows)
    said = [Text.of([bold(view.title)])] if view.title else []
    return "\n".join(write(text) for text in (*said, *rows))
