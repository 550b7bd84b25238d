"""The JSON that a page gets, as people see it: drawn as `message.js` and `media.js` do, without a window."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain import PostId
from bot.domain.text import Span, Style, Text, line
from tests.contracts.desks import SeenPost

Json = Mapping[str, Any]
MARKS = {
    "pending": "⏳",
    "sent": "✅",
    "delivered": "✅",
    "read": "👀",
    "failed": "❌",
    "unconfirmed": "❔",
    "held": "⏸️",
}


def text(spans: Sequence[Json]) -> Text:
    return Text.of(Span(one["text"], _style(one.get("styles", ())), one.get("link", "")) for one in spans)


def _style(names: Sequence[str]) -> Style:
    found = Style.NONE
    for name in names:
        found |= Style[name.upper()]
    return found


def message(one: Json, files: Sequence[tuple[str, bytes]]) -> SeenPost:
    """A message as people see it. `files`: names and bytes of its media, as fetched."""
    parts = [text(one["words"])] if one["kind"] == "hub" else list(_bubble(one))
    drawn = Text()
    for part in parts:
        drawn = drawn + Text.plain("\n") + part if drawn else part
    return SeenPost(
        drawn,
        one["author"],
        tuple(button["label"] for button in one["buttons"]),
        tuple(files),
        frozenset({MARKS[one["delivery"]]} if one["delivery"] in MARKS and not one["deleted_at"] else ()),
        post=PostId(one["post"]),
    )


def media(one: Json) -> Iterator[Json]:
    """Everything in it that has an address."""
    yield from (attachment for attachment in one["attachments"] if attachment["type"] == "media")
    for forwarded in one.get("forwarded", ()):
        yield from media(forwarded)


def _bubble(one: Json) -> Iterator[Text]:
    if quoted := one["quoted"]:
        yield line(Span(f"{quoted['author']} {quoted['words']}".strip(), Style.QUOTE, quoted["link"]))
    yield from _said(one)
    if one["deleted_at"] or one["edited_at"]:
        yield Text.plain("deleted" if one["deleted_at"] else "edited")
    if one["reactions"]:
        yield Text.plain(" ".join(one["reactions"]))
    if one["delivery"] == "failed":
        yield Text.plain(f"Not delivered: {one['problem']}")
    if one["delivery"] == "unconfirmed":
        yield Text.plain("Delivery unknown.")


def _said(one: Json) -> Iterator[Text]:
    if one["text"]:
        yield text(one["text"])
    for attachment in one["attachments"]:
        if words := DRAWN[attachment["type"]](attachment):
            yield Text.plain(words)
    for forwarded in one.get("forwarded", ()):
        yield Text.plain(f"Forwarded from {forwarded['author'] or 'somebody'}")
        yield from _said(forwarded)


def _location(one: Json) -> str:
    named = ", ".join(filter(None, (one["title"], one["address"]))) or "Location"
    return f"{named} {one['latitude']:.5f}, {one['longitude']:.5f}"


# ------------------------------------------------------------------------------------------- views


@dataclass
class ShownView:
    """A view on someone's screen. `notice`: its number, 0 when it is the result of an action; `told`: it came unasked
    and belongs to no dialog."""

    view: Json
    notice: int = 0
    told: bool = False


def view(one: Json, files: Sequence[tuple[str, bytes]]) -> SeenPost:
    cells = (" | ".join(row) for row in (one.get("table") or {}).get("rows", ()))
    words = "\n".join([one["title"], *(text(row["text"]).characters for row in one["rows"]), *cells])
    options = [(menu, option) for menu in one["menus"] for option in menu["options"]]
    chosen = tuple(option["label"] for menu, option in options if option["token"] == menu["chosen"])
    return SeenPost(Text.plain(words), buttons=labels(one), files=tuple(files), chosen=chosen)


def buttons(one: Json) -> Sequence[Json]:
    """Everything that can be pressed in a view, menu entries included."""
    rows = [button for row in one["rows"] for button in row["buttons"]]
    options = [option for menu in one["menus"] for option in menu["options"]]
    return [*one["tabs"], *options, *one["above"], *rows, *one["buttons"]]


def unfolded(buttons: Sequence[Json]) -> Sequence[Json]:
    """A card's buttons, with the options of those that offer a choice in their place, each two clicks away."""
    return [
        shown
        for one in buttons
        for shown in (
            [{**one, "label": option["label"], "picked": option["value"], "clicks": 2} for option in one["options"]]
            if "options" in one
            else [one]
        )
    ]


def labels(one: Json) -> tuple[str, ...]:
    return tuple(button["label"] for button in buttons(one))


DRAWN: Mapping[str, Callable[[Json], str]] = {
    "media": lambda one: one["name"] or one["emoji"],
    "location": _location,
    "contact": lambda one: " ".join((one["name"], *one["phones"], *one["emails"], *one["sites"], *one["addresses"])),
    "poll": lambda one: "\n".join((f"📊 {one['question']}", *one["options"])),
    "choice": lambda one: f"👉 {one['title']}",
    "described": lambda one: text(one["words"]).characters,
    "template": lambda one: one["words"],
    "unshowable": lambda one: f"{one['words']} ({one['what']})" if one["what"] else one["words"],
}
