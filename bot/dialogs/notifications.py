"""Notifications of operators about a dialog: a call on its technical line, or a direct message that says who did what
and offers what comes next."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from bot.dialogs import line_calls
from bot.domain import Addressee, Author, DeskName, Dialog, Line, MessageId, Operator
from bot.domain.access import Rights, person
from bot.domain.notifications import DEFAULT_CHOICES, Occasion
from bot.domain.text import Text, line, link
from bot.hub import parcels
from bot.hub.context import Hub, OperatorAccess
from bot.hub.names import operator_names
from bot.hub.tokens import Ticket
from bot.ports.storage import Unit
from bot.views import direct
from bot.views.cards import heading
from bot.views.lines import mentioned, word_line
from bot.views.values import Button, Row, View
from bot.views.words import summary

NEXT: dict[str, tuple[str, ...]] = {
    "assigned": ("accept",),
    "redirected": ("accept",),
    "deadline_nears": ("accept", "no_reply"),
    "deadline_over": ("accept", "no_reply"),
}
"""Words of the actions offered with a notification by the code of its line, each where the dialog allows it."""
OCCASIONS = {
    "assigned": Occasion.DIALOGS,
    "redirected": Occasion.DIALOGS,
    "redirect_undone": Occasion.DIALOGS,
    "took_over": Occasion.DIALOGS,
    "added": Occasion.ADDED,
    "removed": Occasion.ADDED,
    "for_review": Occasion.REVIEW,
    "redirected_on": Occasion.REVIEW,
    "reviewed": Occasion.REVIEW,
    "deadline_nears": Occasion.DEADLINES,
    "deadline_over": Occasion.DEADLINES,
    "window_closes": Occasion.DEADLINES,
}
"""Occasions on which an operator named by a line is notified, by its code; for a role it is `Occasion.ROLES`."""
PAST = frozenset({"removed", "took_over", "reviewed", "redirect_undone"})
"""Codes of lines after which the reader has nothing to do; the customer's words are left out."""
MOST_OF_ROLE = 10
"""Members of a role who are told of one event."""
LOOKED_AT = 5
"""Latest messages of a customer among which one that was not deleted is looked for."""


async def notify(
    hub: Hub,
    unit: Unit,
    dialog: Dialog,
    whom: Addressee,
    words: Line,
    offers: tuple[str, ...] = (),
    written: MessageId | None = None,
) -> None:
    """Notifies an operator, or members of a role, who may read the dialog and want to be notified. Of a role those are
    told who are there, chosen when the message goes out; one of at most `MOST_OF_ROLE` is called as a whole. `offers`:
    words of the actions offered as buttons, besides those of `NEXT`; `written`: the line as it is in the thread, where
    it may call them."""
    occasion = Occasion.ROLES if whom.role is not None else OCCASIONS.get(words.code)
    everybody = await wanting(unit, await members(unit, dialog.desk, whom), occasion)
    access = [await hub.access(unit, one, dialog.account) for one in everybody]
    readers = [one for one in access if one.rights.read]
    if not readers:
        return
    text, now = await _worded(hub, unit, dialog, words), hub.clock.now()
    views = {
        one.operator.user: _view(hub, dialog, text, one, (*offers, *_next(hub, dialog, words.code, one.rights)))
        for one in readers
    }
    calls: Collection[Operator] = ()
    if written is not None and len(readers) <= MOST_OF_ROLE:
        calls = await line_calls.by_line(hub, unit, dialog, words, [one.operator for one in readers])
        await line_calls.call(hub, unit, dialog, written, calls)
    on = written if calls else None
    if whom.role is not None:
        await parcels.tell_role(unit, dialog.desk, _in_turn(views, dialog), now, dialog.id, on)
        return
    for one in (one.operator for one in readers):
        await parcels.tell(unit, one.desk, one.user, views[one.user], now, dialog.id, on)


def _view(hub: Hub, dialog: Dialog, text: Text, to: OperatorAccess, offered: Sequence[str]) -> View:
    one = to.operator
    buttons = [hub.button(Ticket(word, dialog.id, only=one.id), one.desk) for word in offered]
    return View((Row(text, (*buttons, open_button(hub, dialog))),))


def _in_turn(views: Mapping[str, View], dialog: Dialog) -> dict[str, View]:
    """Begins with another member for each dialog, so that of a large role not always the same are told."""
    users = list(views)
    start = dialog.id % len(users)
    return {user: views[user] for user in (*users[start:], *users[:start])}


async def wanting(unit: Unit, operators: Sequence[Operator], occasion: Occasion | None) -> list[Operator]:
    """Returns those of the operators who want to be notified of such events. None: nobody can turn it off."""
    if occasion is None:
        return list(operators)
    chosen = await unit.preferences.of([one.id for one in operators])
    return [one for one in operators if occasion not in chosen.get(one.id, DEFAULT_CHOICES).off]


def open_button(hub: Hub, dialog: Dialog, where: str = "") -> Button:
    """Button that leads to the dialog's thread, or to `where` in it."""
    return Button("open", hub.tr.gettext("Open"), "", url=where or address(hub, dialog))


def address(hub: Hub, dialog: Dialog) -> str:
    """Address of the dialog's thread, or a placeholder for it until the thread is open."""
    return hub.desks.link(dialog.ref) or parcels.link_later(dialog.id)


async def named(hub: Hub, unit: Unit, dialog: Dialog) -> str:
    """Names the dialog by its number or title, its customer and its account."""
    contact, account = await unit.contacts.get(dialog.contact), await hub.account(unit, dialog.account)
    return direct.named(dialog, contact, account, hub.tr)


async def members(unit: Unit, desk: DeskName, whom: Addressee) -> list[Operator]:
    """Reachable operators behind an addressee; for a role, those of the desk."""
    if whom.operator is not None:
        operator = await unit.operators.get(whom.operator)
        return [operator] if operator is not None else []
    members = (await unit.operators.roles()).get(whom.role, ()) if whom.role is not None else ()
    everyone = await unit.operators.of_desk(desk)
    return [one for one in everyone if person(one.id) in members]


def _next(hub: Hub, dialog: Dialog, code: str, rights: Rights) -> list[str]:
    """Words of the actions that the reader can take next."""
    offers = [hub.offers.buttons[word] for word in NEXT.get(code, ())]
    allowed = [one for one in offers if dialog.status in one.statuses and one.right.within(rights)]
    return [one.word for one in allowed if hub.offered(one.word, dialog)]


async def _worded(hub: Hub, unit: Unit, dialog: Dialog, words: Line) -> Text:
    names, where = await operator_names(unit, mentioned(words)), address(hub, dialog)
    said = direct.sentence(words, names, await named(hub, unit, dialog), where, hub.tr)
    if said is None:
        said = line(link(heading(dialog), where), Text.plain(": " + word_line(words, names, hub.tr)))
    return said if words.code in PAST else said + direct.quoted(await _customers_words(hub, unit, dialog), hub.tr)


async def _customers_words(hub: Hub, unit: Unit, dialog: Dialog) -> str:
    """The customer's last words; in a dialog for review, the first of those forwarded."""
    if dialog.source is not None:
        return dialog.last_words
    theirs = await unit.messages.written_by(dialog.id, Author.CUSTOMER, LOOKED_AT)
    return next((summary(one.content, hub.tr) for one in theirs if one.deleted_at is None), "")
