"""Controls of the workplace besides its lists: a search, beginnings, and the buttons beside a row."""

from __future__ import annotations

from bot.actions.account import administered
from bot.actions.base import Call
from bot.actions.paging import token, turn
from bot.actions.search import LONGEST
from bot.domain import Dialog, Status
from bot.domain.access import Rights
from bot.hub.offers import Right
from bot.hub.tokens import Ticket
from bot.locale import N_
from bot.queries.sections import Standing
from bot.views.values import Button, Entry, Tone

MOST = 5
"""Entries of a row's menu: as many as the smallest menu of a team chat holds."""
ACCEPT, SEARCH, NEXT, TASK = "accept", "search", "next", "task"
MENU = ("read", "close", "redirect", "no_reply", "add", "task", "contact", "open")
"""Actions of a row's menu, in the order in which operators need them."""
BELOW = ("tasks", "important", "contact", "report", "settings", "help")
_BEGUN_WITH = {"important": {"all": "yes"}, "tasks": {"tab": "mine"}}
NEW_TASK = N_("New task…")
PLACEHOLDER = N_("Words, a name, a phone, #1042")


def entry(call: Call) -> Entry:
    """Line to search everything with."""
    word = call.hub.offers.commands[SEARCH]
    asked = turn(call, SEARCH, call._("Search…"), {})
    return Entry(call._(word.label), call._(PLACEHOLDER), token(call, SEARCH, {}, form=True), LONGEST, asked)


def begun_above(call: Call) -> tuple[Button, ...]:
    accepts = turn(call, NEXT, call._(call.hub.offers.commands[NEXT].label), {"home": "y"}, Tone.PRIMARY)
    return accepts, turn(call, TASK, call._(NEW_TASK), {})


async def begun_below(call: Call) -> tuple[Button, ...]:
    """Actions that this operator can start without a dialog."""
    administers = bool(await administered(call))
    commands = [call.hub.offers.commands[word] for word in BELOW]
    offered = [one for one in commands if administers or not one.administrative]
    return tuple(turn(call, one.word, call._(one.label), _BEGUN_WITH.get(one.word, {})) for one in offered)


def beside(call: Call, dialog: Dialog, at: Standing) -> tuple[Button, ...]:
    """Buttons beside a dialog's row: *Accept*, or a menu. A dialog of another desk has none: its thread is there."""
    if dialog.desk != call.place.desk or dialog.account not in at.rules:
        return ()
    rights = call.hub.rights_under(at.rules[dialog.account], call.operator, at.roles)
    words = (ACCEPT,) if _offered(call, ACCEPT, dialog, rights) else MENU
    offered = [word for word in words if _offered(call, word, dialog, rights)]
    return tuple(_plainly(call, word, dialog) for word in offered[:MOST])


def _offered(call: Call, word: str, dialog: Dialog, rights: Rights) -> bool:
    offer = call.hub.offers.buttons[word]
    replies = dialog.status is Status.FOR_REVIEW and offer.right is Right.SEND
    shown = dialog.status in offer.statuses and not replies and offer.right.within(rights)
    return shown and call.hub.offered(word, dialog)


def _plainly(call: Call, word: str, dialog: Dialog) -> Button:
    """Button of one row. Of many on a page, none stands out."""
    offer = call.hub.offers.buttons[word]
    ticket = Ticket(word, dialog.id, only=call.operator.id)
    return Button(word, call._(offer.label), call.hub.seal.seal(ticket, call.place.desk))
