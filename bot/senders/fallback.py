"""Calls of a desk that are repeated plainly when it refuses the form: a customer's words reach the thread."""

from __future__ import annotations

from bot.domain import Key, PostRef, ThreadRef
from bot.hub.context import Hub
from bot.ports import Desk, Rejected, RejectReason
from bot.senders import drawing
from bot.views import plain
from bot.views.values import Card, Post, View

_ABOUT_THE_PLACE = frozenset({RejectReason.GONE, RejectReason.FORBIDDEN, RejectReason.TOO_LATE})
"""Refusals that no other form would change."""


class PlainFallback:
    """A desk's calls that show something. All raise `DeliveryError`."""

    def __init__(self, hub: Hub, desk: Desk) -> None:
        self._hub, self._desk = hub, desk

    async def open(self, channel: str, card: Card, key: Key) -> ThreadRef:
        try:
            return await self._desk.open(channel, card, key)
        except Rejected as refused:
            _check(refused)
            return await self._desk.open(channel, plain.card(card), key)

    async def post(self, thread: ThreadRef, post: Post) -> PostRef:
        try:
            return await self._desk.post(thread, post)
        except Rejected as refused:
            _check(refused)
            return await self._desk.post(thread, drawing.plainly(self._hub, post))

    async def update(self, ref: PostRef, what: Post | Card) -> None:
        try:
            await self._desk.update(ref, what)
        except Rejected as refused:
            _check(refused)
            await self._desk.update(
                ref, plain.card(what) if isinstance(what, Card) else drawing.plainly(self._hub, what)
            )

    async def tell(self, user: str, view: View) -> None:
        try:
            await self._desk.tell(user, view)
        except Rejected as refused:
            _check(refused)
            await self._desk.tell(user, plain.view(view))


def _check(refused: Rejected) -> None:
    """Raises a refusal again that another form would meet as well."""
    if refused.reason in _ABOUT_THE_PLACE:
        raise refused
