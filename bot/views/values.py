"""Neutral values for everything the core shows to people; each desk renders them in its own way.

All their texts are already in the reader's language. Tokens are sealed by the core (`bot.hub.tokens`); a desk carries
them to the platform and back without looking inside.
"""

from __future__ import annotations

from enum import StrEnum

from bot.domain import Content, DialogId, FileRef, Key, Media, MessageId
from bot.domain.text import Text
from bot.domain.traces import Trace
from bot.domain.value import value

MOST_BUTTONS = 5
"""Buttons beside each other on a card, its menu included."""


class Tone(StrEnum):
    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@value
class Option:
    """`user`: the desk's id of the person whom the option means, "" for anything else."""

    value: str
    label: str
    user: str = ""


@value
class Picker:
    """Choice that a button offers at once: choosing is pressing it. The value of the chosen option comes back with the
    token. `people`: the team chat's own list of its users, in the place of `options`."""

    options: tuple[Option, ...] = ()
    people: bool = False


@value
class Button:
    """Button. `word` names the action (stable, for styling and tests); `label` is its text. `url`: the address that it
    leads to; then it calls no action, and has no token. `picker`: where the desk cannot show it, the button is pressed
    without a choice, and the core asks for it. `group` heads the entries of a menu that belong together."""

    word: str
    label: str
    token: str
    tone: Tone = Tone.PLAIN
    url: str = ""
    picker: Picker | None = None
    group: str = ""


@value
class Fact:
    """Fact on a card. `folded`: it is shown on demand, where the desk can fold."""

    label: str
    value: Text
    folded: bool = False


@value
class Said:
    """One line of a customer's words on a card. `message`: the one that they are from."""

    message: MessageId
    words: str


@value
class Card:
    """First post of a dialog's thread; kept up to date.

    `heading`: number or title; `summary`: one plain line for notifications and for desks that show nothing else;
    `said`: the customer's first and last words, which the thread shows as well; `buttons` are few (`MOST_BUTTONS`, at
    most one of them primary) and always visible, `menu` holds the rest, group after group; `open` False: the dialog is
    closed and the card is drawn muted; `trace`: what the desk keeps with it, unseen; `chosen`: names the latest
    choice in one of its menus, which show what they show as long as it is the same.
    """

    dialog: DialogId
    heading: str
    summary: str
    facts: tuple[Fact, ...]
    status: str
    tone: Tone = Tone.PLAIN
    buttons: tuple[Button, ...] = ()
    menu: tuple[Button, ...] = ()
    picture: FileRef | None = None
    open: bool = True
    trace: Trace | None = None
    said: tuple[Said, ...] = ()
    chosen: str = ""


class PostKind(StrEnum):
    CUSTOMER = "customer"  # shown under the customer's own name and picture where the desk allows it
    OPERATOR = "operator"  # an operator's reply that was not written as a post of this thread
    LINE = "line"  # a technical line: who did what
    PROBLEM = "problem"  # a problem with a message, and buttons to solve it


@value
class PostAuthor:
    name: str
    picture: FileRef | None = None


@value
class Quoted:
    """Message that a post replies to. `link` leads to its post where that is known."""

    words: str
    author: str = ""
    link: str = ""


@value
class Post:
    """One post of a thread. `keys` name the parcels it carries; they are stored with the post so that a doubtful
    attempt can be looked up (`Desk.find`). When `kind` is CUSTOMER, all of `content` came from outsiders: it must
    neither mention anyone nor act as a command."""

    kind: PostKind
    content: Content
    keys: tuple[Key, ...]
    author: PostAuthor | None = None
    quoted: Quoted | None = None
    buttons: tuple[Button, ...] = ()


@value
class Row:
    """Line of a list or a reply; `strong` rows stand out (late tasks). `beside`: what can be done with the row, one
    button or a small menu; left out where a list has no room for it."""

    text: Text
    buttons: tuple[Button, ...] = ()
    strong: bool = False
    beside: tuple[Button, ...] = ()


@value
class Menu:
    """Menu whose options act as soon as they are chosen, like buttons. `chosen`: the token of the current option, ""
    for none."""

    label: str
    options: tuple[Button, ...]
    chosen: str = ""


@value
class Table:
    """Table of words, all rows as long as `header`; the columns after the first hold numbers. A row in `sections` is
    the heading of those below it: only its first cell has words."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sections: frozenset[int] = frozenset()


@value
class Entry:
    """Line of text that acts on Enter, as a form with the one field `text` does: `token` is that form's. `button` opens
    the form instead, where a desk has no such lines."""

    label: str
    hint: str
    token: str
    limit: int
    button: Button


@value
class View:
    """Reply, list or notice for one person. `entry`, `tabs` (sections; the current one is PRIMARY), `menus` (filters)
    and `above` (what to begin here) are shown above the rows, `buttons` (such as the next page) below them. `files` are
    shown by `Desk.tell`, never by a whisper: not every desk can attach a file there. `named`: the dialog in which a
    colleague mentioned the reader. `table`: below the rows, in direct messages. `again`: token of a button that would
    draw this view anew; "" for most. `urgent`: the reader is asked to acknowledge it, where the team chat has that."""

    rows: tuple[Row, ...]
    title: str = ""
    keys: tuple[Key, ...] = ()
    tabs: tuple[Button, ...] = ()
    menus: tuple[Menu, ...] = ()
    buttons: tuple[Button, ...] = ()
    files: tuple[Media, ...] = ()
    named: DialogId | None = None
    table: Table | None = None
    entry: Entry | None = None
    above: tuple[Button, ...] = ()
    again: str = ""
    urgent: bool = False

    @property
    def begun(self) -> tuple[Button, ...]:
        """Buttons above the rows, for desks without an entry."""
        return (self.entry.button, *self.above) if self.entry is not None else self.above


class FieldKind(StrEnum):
    LINE = "line"
    AREA = "area"
    CHOICE = "choice"
    MANY = "many"  # any number of the options; the value is their values, comma-separated
    PERSON = "person"  # one of the options, or any user of the team chat, as `bot.views.inputs.picked` writes them
    PEOPLE = "people"  # any number of those, comma-separated
    MOMENT = "moment"  # a time: in ISO 8601, or in words
    DAYS = "days"  # a period: "2026-10-01..2026-10-15", or in words
    EMAIL = "email"
    PHONE = "phone"
    NUMBER = "number"
    URL = "url"


@value
class Field:
    """One input of a form. `limit`: the most characters accepted. `options` belong to CHOICE, MANY, PERSON and PEOPLE;
    the `value` of several is comma-separated, so no option's value contains a comma. `parts`: labels of the two inputs
    that pickers need, people and the other options, or the first and the last day. `picking`: hint of a picker, whose
    value is not written as `hint` says. `refreshes`: other fields depend on this choice; where the desk can, it asks
    the core for the form again when it changes."""

    name: str
    label: str
    kind: FieldKind = FieldKind.LINE
    required: bool = False
    options: tuple[Option, ...] = ()
    value: str = ""
    hint: str = ""
    limit: int = 1000
    parts: tuple[str, str] = ("", "")
    picking: str = ""
    refreshes: bool = False


@value
class Form:
    """Inputs to fill in, in a window. `token` comes back with the answers, `submit` labels the button."""

    title: str
    token: str
    fields: tuple[Field, ...]
    submit: str
    intro: str = ""


# The core's answers to a desk's event, which the desk delivers at once.


@value
class Silent:
    """No answer: the thread shows what happened."""


@value
class Whisper:
    """Answer that only the acting user sees. `replaces`: takes the place of the view whose button was pressed (another
    page, another section); in other places, and for commands, it is shown as a new one. `confirms`: it says only that
    the action is done, and is left out where the page that is redrawn shows that."""

    view: View
    replaces: bool = False
    confirms: bool = False


@value
class Ask:
    """Opens this form (the desk's trigger lives 3 seconds)."""

    form: Form


@value
class Invalid:
    """Refuses a form's answers: field name → error."""

    errors: dict[str, str]


Answer = Silent | Whisper | Ask | Invalid
