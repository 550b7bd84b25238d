"""Redrawings of cards that were asked for before their threads were open."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from datetime import datetime

from bot.delivery.carrier import DeliveryResult
from bot.domain import Author, Dialog, DialogId, Message
from bot.hub import parcels
from bot.ports.storage import Claim, Unit
from bot.views.values import Card

MOST = 500
"""Cards remembered."""


class OpenedCards:
    """The cards that this process opened threads with. Whatever changed a card after that has a parcel of its own."""

    def __init__(self) -> None:
        self._cards: OrderedDict[DialogId, Card] = OrderedDict()
        self._chosen: OrderedDict[DialogId, str] = OrderedDict()

    def remember(self, dialog: DialogId, card: Card) -> None:
        self._cards[dialog] = replace(card, trace=None)  # which grows with every message
        while len(self._cards) > MOST:
            self._cards.popitem(last=False)

    def after_choices(self, claim: Claim, card: Card) -> Card:
        """Returns the card with the latest choice in its menus, from these parcels or those before them."""
        for parcel in claim.parcels:
            if chosen := str(parcel.payload.get("chosen", "")):
                self._chosen[card.dialog] = chosen
        while len(self._chosen) > MOST:
            self._chosen.popitem(last=False)
        return replace(card, chosen=self._chosen.get(card.dialog, ""))

    async def follow(self, unit: Unit, dialog: Dialog, posted: Message, now: datetime) -> None:
        """Redraws the card after a customer's message, which it quotes, unless the thread was opened with it."""
        card = self._cards.get(dialog.id)
        shown = card is not None and bool(card.said) and card.said[-1].message >= posted.id
        if posted.author is Author.CUSTOMER and not shown:
            await parcels.refresh_card(unit, dialog, now, hurry=False)

    def exchanged(self, claim: Claim, dialog: Dialog, card: Card, now: datetime) -> DeliveryResult:
        """Exchanges the parcels that waited for the thread, which is open now, for one that sends the card as it is
        drawn now; for none if the thread was opened with it."""
        waited = tuple(parcel for parcel in claim.parcels if parcel.payload.get("unopened"))
        follows = len(waited) < len(claim.parcels)

        async def after(unit: Unit) -> None:
            await parcels.refresh_card(unit, dialog, now)

        same = follows or self._cards.get(dialog.id) == replace(card, trace=None)
        return DeliveryResult(waited, () if same else (after,), called=False)
