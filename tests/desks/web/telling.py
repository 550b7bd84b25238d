"""A desk that stores its own cards in place of the core: for people who use it without a whole hub behind it."""

from __future__ import annotations

from typing import Any

from bot.config.plugins import DeskTools
from bot.desks.web import KIND
from bot.desks.web.desk import WebDesk
from bot.domain import Key, PostRef, ThreadRef
from bot.ports import Tools
from bot.views.values import Card, Post
from tests.desks.web.fakes import MemoryBackend, Talk
from tests.desks.web.serving import DESK, KEYS
from tests.tools import MemorySignIns


class CardBoard(MemoryBackend):
    """Shows the cards that the core has drawn; here, those given to the desk."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.cards: dict[int, Card] = {}

    def drawn(self, card: Card) -> None:
        if card.dialog not in self.talks:
            self.add(card.dialog, "Maria")
        self.cards[card.dialog] = card

    def card(self, talk: Talk) -> Card:
        return self.cards[talk.dialog.id]


class TellingDesk(WebDesk):
    """A desk that passes to the board the cards that the core would store."""

    backend: CardBoard

    async def open(self, channel: str, card: Card, key: Key) -> ThreadRef:
        self.backend.drawn(card)
        return await super().open(channel, card, key)

    async def update(self, ref: PostRef, what: Post | Card) -> None:
        if isinstance(what, Card):
            self.backend.drawn(what)
        await super().update(ref, what)


def idle_desk(given: Tools) -> TellingDesk:
    """A desk for people whose actions a whole hub handles."""
    settings = KIND.settings.model_validate({"kind": "web", "operators": KEYS})
    return TellingDesk(DESK, settings, DeskTools(given, CardBoard(given, DESK, list(KEYS)), MemorySignIns(given.wake)))  # type: ignore[arg-type]
