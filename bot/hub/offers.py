"""Actions as they are shown: word, label, rights and the places that offer them, without the way to carry one out.

`bot.actions` derives its actions from `Offer`, and `bot.app` hands their table in with the hub. Cards, posts and the
web desk therefore stand beside the actions, not above them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import field
from enum import StrEnum
from typing import ClassVar

from bot.domain import Dialog, Interest, RoleName, Status
from bot.domain.access import Rights
from bot.domain.account_rules import AccountRules
from bot.domain.value import value
from bot.locale import N_
from bot.ports import Bridge
from bot.views.values import Picker, Tone


class CardSlot(StrEnum):
    """The part of a card that shows an action."""

    BUTTON = "button"
    MENU = "menu"


class MenuGroup(StrEnum):
    """Heading of a card's menu, in their order."""

    DIALOG = "dialog"
    MESSAGES = "messages"
    CONTACT = "contact"
    TASKS = "tasks"


GROUPS: Mapping[MenuGroup, str] = {
    MenuGroup.DIALOG: N_("Dialog"),
    MenuGroup.MESSAGES: N_("Messages"),
    MenuGroup.CONTACT: N_("Contact"),
    MenuGroup.TASKS: N_("Tasks"),
}


class Stock(StrEnum):
    """Things that an action lists. As long as there are none, no card offers it: it could only say so."""

    IMPORTANT = "important"
    FILES = "files"
    TASKS = "tasks"
    DEALS = "deals"
    ADDRESS = "address"
    COEXECUTORS = "coexecutors"


class Right(StrEnum):
    """The right in a dialog's account that an action needs."""

    NONE = "none"  # everyone who can use the hub
    READ = "read"
    SEND = "send"
    ADMINISTER = "administer"

    def within(self, rights: Rights) -> bool:
        """True when these rights suffice."""
        needed = {Right.READ: rights.read, Right.SEND: rights.send, Right.ADMINISTER: rights.administer}
        return needed.get(self, True)


@value
class CardView:
    """A card about to be drawn. `tr`: translates into the reader's language; `deals`: the contact's open ones, the
    newest first."""

    dialog: Dialog
    rules: AccountRules
    roles: Collection[RoleName]
    tr: Callable[[str], str]
    deals: Sequence[Interest] = ()


@value
class Face:
    """One button or menu entry by which a card offers an action. `label`: English, marked with N_; `inputs`: sealed
    into it; `picks`: the input that `picker` gives, "" for none; `title`: fills `{title}` in the label."""

    label: str
    spot: CardSlot
    inputs: Mapping[str, str] = field(default_factory=dict)
    picks: str = ""
    picker: Picker | None = None
    title: str = ""


PICKS = "picks"
"""Key in a ticket's inputs: the name of the input that a picker gives."""


class Offer:
    """One action as a card, a command list or a message menu shows it."""

    word: ClassVar[str]
    label: ClassVar[str]  # English, marked with N_
    about: ClassVar[str]  # one line for help
    right: ClassVar[Right] = Right.READ
    spot: ClassVar[CardSlot | None] = None
    statuses: ClassVar[frozenset[Status]] = frozenset(Status) - {Status.CLOSED}  # in which the card offers it
    tone: ClassVar[Tone] = Tone.PLAIN
    administrative: ClassVar[bool] = False  # only for those who administer some account
    shortcut: ClassVar[bool] = False  # offered on single messages where the desk has such menus
    group: ClassVar[MenuGroup] = MenuGroup.DIALOG
    lists: ClassVar[Stock | None] = None
    yields: ClassVar[bool] = False  # its button is the first to move into the menu of a card that has too many

    def place(self, dialog: Dialog) -> CardSlot | None:
        """The part of this dialog's card that it belongs to; None: the card does not show it."""
        return self.spot

    def faces(self, card: CardView) -> tuple[Face, ...]:
        """Buttons and menu entries by which the card offers it, in order."""
        spot = self.place(card.dialog)
        return (Face(self.label, spot),) if spot is not None else ()

    def offered(self, bridge: Bridge | None, dialog: Dialog) -> bool:
        """True when it makes sense in this dialog; asked once `statuses` allows it. `bridge`: the dialog's, if any."""
        return True


@value
class Offers:
    """The table of all actions, by word. `buttons` holds the commands, too."""

    commands: Mapping[str, Offer]
    buttons: Mapping[str, Offer]
