"""What the core shows to people, as neutral values; each desk draws them in its own way.

Every word in them is already in the reader's language. Tokens are sealed by the core (`bot.hub.tokens`): a
desk carries them to the platform and back without looking inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain import Content, DialogId, FileRef, Key, Media
from bot.domain.text import Text


class Tone(StrEnum):
    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press. `word` names the action (stable, for styling and tests); `label` is read."""

    word: str
    label: str
    token: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: Text


@dataclass(frozen=True, slots=True)
class Card:
    """The first post of a dialog's thread; kept current.

    `heading`: number or title; `summary`: one line of plain words for notifications and for desks
    that draw nothing else; `buttons` are few and always seen, `menu` holds the rest; `open` False: the
    dialog is over and the card is drawn muted.
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


class PostKind(StrEnum):
    CUSTOMER = "customer"  # shown under the customer's own name and picture where the desk allows it
    OPERATOR = "operator"  # an operator's words that did not begin as a post of this thread
    LINE = "line"  # a technical line: who did what
    PROBLEM = "problem"  # something went wrong with a message; says what and offers buttons


@dataclass(frozen=True, slots=True)
class Author:
    name: str
    picture: FileRef | None = None


@dataclass(frozen=True, slots=True)
class Quoted:
    """What a post answers to. `link` leads to that post where it is known."""

    words: str
    author: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """One post of a thread. `keys` name the parcels it carries: stored with the post, so that a
    doubtful attempt can be looked up (`Desk.find`). Everything in `content` came from outsiders when
    `kind` is CUSTOMER: it must neither mention anyone nor act as a command."""

    kind: PostKind
    content: Content
    keys: tuple[Key, ...]
    author: Author | None = None
    quoted: Quoted | None = None
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list or an answer; `strong` ones stand out (unanswered dialogs)."""

    text: Text
    buttons: tuple[Button, ...] = ()
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Menu:
    """One choice of several, that acts as soon as it is made: each option is a button. `chosen`: the token of the
    option that holds now, "" none."""

    label: str
    options: tuple[Button, ...]
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """An answer, a list or a notice for one person. `menus` and `tabs` stand above the rows (filters, sections: the one
    that holds now is PRIMARY), `buttons` below them (the next page). `files` are shown by `Desk.tell`, never by a
    whisper, which not every desk can give a file. `named`: the dialog in which a colleague has
    named whoever is told."""

    rows: tuple[Row, ...]
    title: str = ""
    keys: tuple[Key, ...] = ()
    tabs: tuple[Button, ...] = ()
    menus: tuple[Menu, ...] = ()
    buttons: tuple[Button, ...] = ()
    files: tuple[Media, ...] = ()
    named: DialogId | None = None


class FieldKind(StrEnum):
    LINE = "line"
    AREA = "area"
    CHOICE = "choice"
    MANY = "many"  # any number of the options; the answer has their values, comma-separated


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One input of a form. `limit`: characters that are taken. `options` belong to CHOICE and MANY; the `value` of MANY
    is comma-separated, and so no option's value holds a comma."""

    name: str
    label: str
    kind: FieldKind = FieldKind.LINE
    required: bool = False
    options: tuple[Option, ...] = ()
    value: str = ""
    hint: str = ""
    limit: int = 1000


@dataclass(frozen=True, slots=True)
class Form:
    """Inputs asked for in a window. `token` comes back with the answers, `submit` labels the button."""

    title: str
    token: str
    fields: tuple[Field, ...]
    submit: str
    intro: str = ""


# What the core answers to a desk's event, for the desk to deliver at once.


@dataclass(frozen=True, slots=True)
class Silent:
    """Nothing to say: what happened is seen in the thread."""


@dataclass(frozen=True, slots=True)
class Whisper:
    """Only the one who acted sees it. `replaces`: when a button of a view was pressed, the new view takes the place of
    that one (another page, another section); elsewhere, and for commands, it is shown as any other."""

    view: View
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """Open this form (the desk's trigger lives 3 seconds)."""

    form: Form


@dataclass(frozen=True, slots=True)
class Invalid:
    """A form's answers are refused: field name → what is wrong."""

    errors: dict[str, str]


Answer = Silent | Whisper | Ask | Invalid
