"""Buttons and menu of a card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain import Dialog, Interest, Status
from bot.hub.context import Hub, OperatorAccess
from bot.hub.offers import GROUPS, CardSlot, CardView, Right, Stock
from bot.ports.storage import Identity, Outline, Unit
from bot.queries.contacts import address_of
from bot.views.values import MOST_BUTTONS, Button, Tone

MOST_DEALS = 3
"""Deals that a card's menu offers to link."""


def stock(hub: Hub, dialog: Dialog, outline: Outline, identities: Sequence[Identity]) -> frozenset[Stock]:
    """Returns the things that there are to list. An external CRM may know deals that the hub does not."""
    here = [one for one in identities if (one.account, one.chat) == (dialog.account, dialog.chat)]
    found = {
        Stock.IMPORTANT: outline.important,
        Stock.FILES: outline.files,
        Stock.TASKS: outline.tasks,
        Stock.DEALS: outline.deals or dialog.interest is not None or hub.crm is not None,
        Stock.ADDRESS: any(address_of(hub, one) for one in here),
        Stock.COEXECUTORS: bool(dialog.coexecutors),
    }
    return frozenset(one for one, there in found.items() if there)


async def deals(unit: Unit, dialog: Dialog, outline: Outline) -> Sequence[Interest]:
    """Returns the contact's latest open deals, to which a dialog without one may be linked."""
    if not outline.deals or dialog.interest is not None or not dialog.open:
        return ()
    return await unit.interests.of_contact(dialog.contact, open_only=True, limit=MOST_DEALS)


def offered(
    hub: Hub, seen: CardView, there: frozenset[Stock], viewer: OperatorAccess | None
) -> tuple[tuple[Button, ...], tuple[Button, ...]]:
    """Returns the buttons of the card for the dialog's present status, and its menu, which takes those that would be
    too many. A review dialog offers nothing that needs permission to reply. `there`: what can be listed; `viewer`: the
    operator for whom the web desk draws the card."""
    dialog, only = seen.dialog, viewer.operator.id if viewer is not None else None
    found = [
        (offer, face.spot, hub.face(word, face, dialog, only))
        for word, offer in hub.offers.buttons.items()
        if dialog.status in offer.statuses
        and (dialog.status is not Status.FOR_REVIEW or offer.right is not Right.SEND)
        and (viewer is None or offer.right.within(viewer.rights))
        and (offer.lists is None or offer.lists in there)
        and hub.offered(word, dialog)
        for face in offer.faces(seen)
    ]
    wanted = sorted((one for one in found if one[1] is CardSlot.BUTTON), key=lambda one: one[0].yields)
    rest = [one for one in found if one not in wanted[: MOST_BUTTONS - 1]]
    menu = [
        replace(button, group=hub.tr.gettext(words))
        for group, words in GROUPS.items()
        for offer, _, button in rest
        if offer.group is group
    ]
    return _one_primary([one[2] for one in found if one not in rest]), tuple(menu)


def _one_primary(buttons: Sequence[Button]) -> tuple[Button, ...]:
    """Returns the buttons, the first of the primary ones alone as such."""
    primary = next((one for one in buttons if one.tone is Tone.PRIMARY), None)
    return tuple(
        replace(one, tone=Tone.PLAIN) if one.tone is Tone.PRIMARY and one is not primary else one for one in buttons
    )
