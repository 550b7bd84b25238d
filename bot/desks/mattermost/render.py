"""Cards and posts as Mattermost's posts and attachments, with their buttons and menus. Pure.

https://developers.mattermost.com/integrate/reference/message-attachments/
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from secrets import token_hex
from typing import Any

from bot.desks.mattermost import hooks
from bot.desks.mattermost.format import literal, write
from bot.desks.mattermost.hooks import ButtonSurface, Proofs
from bot.desks.shared.pickers import without_longest
from bot.domain import DeskName
from bot.domain.text import Span, Style, Text, bold, line, shorten, split
from bot.domain.value import value
from bot.locale import N_, Translator, isolated
from bot.views.values import Button, Card, Picker, Post, PostAuthor, PostKind, Quoted, Tone

Json = dict[str, Any]

TEXT = 12_000
"""Characters of Markdown per post: of the server's 16 383, the rest is for text about its files."""
ATTACHMENTS = 7000
"""Characters of JSON for a post's attachments: of the 8 000 for its props, the rest is for keys, author and marker."""

PICKER = 5500
"""Characters of JSON for one list to choose from, which has to share a post with words and other buttons."""

_FACT = (400, 120, 40)
FALLBACK = 200
LINE = 3000
_MORE = N_("More…")
_COLOURS = {Tone.PLAIN: "#8d99ae", Tone.PRIMARY: "#1c58d9", Tone.DANGER: "#d24b4e"}
_CLOSED = "#c4c9d4"
_STYLES = {Tone.PLAIN: "default", Tone.PRIMARY: "primary", Tone.DANGER: "danger"}


@value
class PostBody:
    """Content of one post. `message`: Markdown. `nonce`: of its buttons, "" if there are none. `urgent`: for a direct
    message."""

    message: str = ""
    attachments: tuple[Json, ...] = ()
    nonce: str = ""
    urgent: bool = False

    @property
    def props(self) -> Json:
        shown: Json = {"attachments": list(self.attachments)} if self.attachments else {}
        return {**shown, hooks.NONCE: self.nonce} if self.nonce else shown


@value
class Buttons:
    """Builds buttons. `url`: where they are sent; "" when Mattermost cannot call the hub, so there are none. `nonce`:
    of the post that they are on."""

    desk: DeskName
    url: str
    more: str
    proofs: Proofs
    nonce: str = ""

    @classmethod
    def of(cls, desk: DeskName, base: str, tr: Translator, proofs: Proofs) -> Buttons:
        return cls(desk, f"{base}/mattermost/action" if base else "", tr.gettext(_MORE), proofs)

    def of_post(self, post: str) -> Buttons:
        """Binds the buttons to a post, named by `post`; "" for a post that is drawn only once."""
        return replace(self, nonce=self.proofs.nonce(f"{self.desk}:{post or token_hex(8)}"))

    def actions(
        self,
        buttons: Sequence[Button],
        where: str,
        menu: Sequence[Button] = (),
        standing: ButtonSurface = ButtonSurface.NONE,
    ) -> list[Json]:
        """Builds buttons and a menu; `numbered` sets their ids once the whole post is built. `where`: see `hooks`."""
        if not self.url:
            return []
        actions = [self._button(button, where, standing) for button in buttons]
        return [*actions, self.menu(self.more, menu, where, standing)] if menu else actions

    def _button(self, button: Button, where: str, standing: ButtonSurface) -> Json:
        if button.picker is not None and (button.picker.people or button.picker.options):
            drawn = self._picker(button, button.picker, where, standing)
            if size_of((drawn,)) <= PICKER:
                return drawn
        return {
            "id": button.word,
            "type": "button",
            "name": button.label,
            "style": _STYLES[button.tone],
            "integration": self._integration(where, standing, button.token),
        }

    def _picker(self, button: Button, picker: Picker, where: str, standing: ButtonSurface) -> Json:
        """Builds a menu whose options are values, not tokens of their own: the core checks what comes back."""
        kind = hooks.PEOPLE if picker.people else hooks.OPTIONS
        offered = [{"text": one.label, "value": one.value} for one in picker.options]
        return {
            "id": button.word,
            "type": "select",
            "name": button.label,
            **({"data_source": "users"} if picker.people else {"options": offered}),
            "integration": self._integration(where, standing, button.token, picks=kind),
        }

    def menu(self, name: str, menu: Sequence[Button], where: str, standing: ButtonSurface, chosen: str = "") -> Json:
        """Builds a menu. `chosen`: token of the current option."""
        tokens = [button.token for button in menu]
        drawn: Json = {
            "id": "menu",
            "type": "select",
            "name": name,
            "options": [{"text": button.label, "value": str(number)} for number, button in enumerate(menu)],
            "integration": self._integration(where, standing, *tokens),
        }
        return {**drawn, "default_option": str(tokens.index(chosen))} if chosen in tokens else drawn

    def _integration(self, where: str, standing: ButtonSurface, *tokens: str, picks: str = "") -> Json:
        context = hooks.context(self.desk, where, standing, self.nonce, self.proofs, *tokens, picks=picks)
        return {"url": self.url, "context": context}


def numbered(body: PostBody, chosen: str = "") -> PostBody:
    """Sets the ids of buttons and menus. They must be unique in the whole post, since a press goes to the first match,
    and contain only letters and digits, since anything else gives 404. `chosen`: see `Card`; a menu shows what was
    chosen as long as its id is the same."""
    number = count()
    drawn = tuple(
        {**one, "actions": [{**action, "id": _id(action, next(number), chosen)} for action in one["actions"]]}
        if "actions" in one
        else one
        for one in body.attachments
    )
    nonces = (one["integration"]["context"]["nonce"] for part in drawn for one in part.get("actions", ()))
    return replace(body, attachments=drawn, nonce=next(nonces, ""))


def _id(action: Json, number: int, chosen: str) -> str:
    word = re.sub(r"[^A-Za-z0-9]", "", action["id"])
    return f"{word}{number}x{chosen}" if chosen and action["type"] == "select" else f"{word}{number}"


# ------------------------------------------------------------------------------------------------ cards


def card(given: Card, buttons: Buttons, picture: str = "") -> PostBody:
    """Builds a card as one attachment: a changed message would be labelled "edited" each time. Content that does not
    fit is dropped by weight: first long values, then lists to choose from, then the menu's last entries."""
    menu, buttons = given.menu, buttons.of_post(f"card:{given.dialog}")
    for limit in _FACT:
        attachment = _card(given, buttons, menu, picture, limit)
        if size_of((attachment,)) <= ATTACHMENTS:
            return numbered(PostBody(attachments=(attachment,)), given.chosen)
    while size_of((attachment,)) > ATTACHMENTS and (fewer := without_longest(given.buttons)):
        given = replace(given, buttons=fewer)
        attachment = _card(given, buttons, menu, picture, _FACT[-1])
    while menu and size_of((attachment,)) > ATTACHMENTS:
        menu = menu[:-1]
        attachment = _card(given, buttons, menu, picture, _FACT[-1])
    return numbered(PostBody(attachments=(attachment,)), given.chosen)


def _card(given: Card, buttons: Buttons, menu: Sequence[Button], picture: str, limit: int) -> Json:
    attachment: Json = {
        "fallback": literal(shorten(given.summary, FALLBACK)),
        "color": _COLOURS[given.tone] if given.open else _CLOSED,
        "title": literal(shorten(given.heading, FALLBACK)),
        "fields": [
            {"short": True, "title": fact.label, "value": write(_short(fact.value, limit))} for fact in given.facts
        ],
    }
    if given.said:
        attachment["text"] = write(Text.of([Span("\n".join(one.words for one in given.said), Style.QUOTE)]))
    if given.buttons or menu:
        attachment["actions"] = buttons.actions(given.buttons, hooks.CARD, menu)
    if picture:
        attachment["thumb_url"] = picture
    return attachment


def _short(text: Text, limit: int) -> Text:
    return text if len(text.characters) <= limit else text.beginning(limit) + Text.plain("…")


def size_of(attachments: Sequence[Json]) -> int:
    """Measures attachments as the server does: characters of its own JSON, which writes `<`, `>` and `&` as six
    each."""
    written = json.dumps(attachments, ensure_ascii=False, separators=(",", ":"))
    return len(written) + 5 * sum(written.count(sign) for sign in "<>&")


# ------------------------------------------------------------------------------------------------ posts


def post(given: Post, text: Text, buttons: Buttons, thread: str, *, named: bool) -> list[PostBody]:
    """Builds a post as one body, or several if it is long. `text`: all its words. `named`: put the author's name into
    the text, because the server shows every post under the bot's name."""
    said = _quoted(given.quoted) + text if given.quoted else text
    buttons = buttons.of_post(given.keys[0] if given.keys else "")
    actions = buttons.actions(given.buttons, thread)
    if given.kind is PostKind.LINE and "*" not in said.characters:  # which would end the italics
        said = said.restyled(Style.ITALIC)
    elif given.kind in (PostKind.LINE, PostKind.PROBLEM) and len(said.characters) <= LINE:
        aside = (_aside(given.kind, write(said), said, actions),)
        if size_of(aside) <= ATTACHMENTS:
            return [numbered(PostBody(attachments=aside))]
    elif given.kind is not PostKind.PROBLEM:
        said = _upright(said)
    if named and given.author is not None:
        said = _name(given.author) + said
    bodies = [PostBody(message) for message in texts(said)]
    if actions:
        bodies[-1] = numbered(replace(bodies[-1], attachments=({"fallback": "", "actions": actions},)))
    return bodies


def _upright(said: Text) -> Text:
    """Drops the italics of a text that would have a post in italics alone, as only technical lines are."""
    slanted = [bool(span.style & Style.ITALIC) for span in said.spans if span.text.strip()]
    if not any(slanted) or not (all(slanted) or len(write(said)) > TEXT):
        return said
    return Text.of(replace(span, style=span.style & ~Style.ITALIC) for span in said.spans)


def _aside(kind: PostKind, written: str, said: Text, actions: list[Json]) -> Json:
    """Builds a message of the hub's own beside a coloured bar, which nobody else's message has."""
    tone = Tone.DANGER if kind is PostKind.PROBLEM else Tone.PLAIN
    aside: Json = {"fallback": literal(shorten(said.characters, FALLBACK)), "color": _COLOURS[tone], "text": written}
    return {**aside, "actions": actions} if actions else aside


def boxed(body: PostBody) -> PostBody:
    """Puts a body's words above its buttons, into the attachment: for a post that has no message of its own."""
    if not body.message:
        return body
    actions = [action for one in body.attachments for action in one.get("actions", ())]
    box: Json = {"fallback": body.message[:FALLBACK], "color": _COLOURS[Tone.PLAIN], "text": body.message}
    return replace(body, message="", attachments=({**box, "actions": actions} if actions else box,))


def _name(author: PostAuthor) -> Text:
    return line(bold(f"{isolated(' '.join(author.name.split()))}:"), "\n")


def under_name(author: PostAuthor, message: str = "") -> str:
    """Puts the author's name above the Markdown of a message."""
    return "\n".join(filter(None, (write(_name(author)), message)))


def _quoted(quoted: Quoted) -> Text:
    spans = [Span(f"{quoted.author}: ", Style.QUOTE | Style.BOLD)] if quoted.author else []
    spans.append(Span(quoted.words, Style.QUOTE))
    if quoted.link:
        spans += [Span(" ", Style.QUOTE), Span("↑", Style.QUOTE, quoted.link)]
    return Text.of([*spans, Span("\n")])


def texts(text: Text, limit: int = TEXT) -> list[str]:
    """Splits a text into Markdown parts that fit into one post each; returns at least one."""
    written = write(text)
    if len(written) <= limit:
        return [written]
    size = int(len(text.characters) * limit / len(written) * 0.95)
    return [part for piece in split(text, max(2, size)) for part in texts(piece, limit)]
