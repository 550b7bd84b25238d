"""Calls of a desk that are repeated plainly when it refuses the form: a customer's words reach the thread."""

from __future__ import annotations

from bot.domain import Key, PostRef, ThreadRef
from bot.hub.context import Hub
from bot.ports import Desk, Rejected, RejectReason, Unexplained
from bot.senders import drawing
from bot.views import plain
from bot.views.values import Card, Post, View

_ABOUT_THE_PLACE = frozenset({RejectReason.GONE, RejectReason.FORBIDDEN, RejectReason.TOO_LATE})
"""Refusals that no other form would change."""
PATIENT = 4
"""Attempts, a few seconds of them, during which a refusal for an unknown reason is taken for an outage. Afterwards the
form may be what is refused."""


class PlainFallback:
    """A desk's calls that show something. `attempts`: those before this one. All raise `DeliveryError`."""

    def __init__(self, hub: Hub, desk: Desk) -> None:
        self._hub, self._desk = hub, desk

    async def open(self, channel: str, card: Card, key: Key, attempts: int = 0) -> ThreadRef:
        try:
            return await self._desk.open(channel, card, key)
        except (Rejected, Unexplained) as refused:
            _check(refused, attempts)
            return await self._desk.open(channel, plain.card(card), key)

    async def post(self, thread: ThreadRef, post: Post, attempts: int = 0) -> PostRef:
        return (await self.posted(thread, post, attempts))[1]

    async def posted(self, thread: ThreadRef, post: Post, attempts: int = 0) -> tuple[Post, PostRef]:
        """Posts, and returns the post in the form that the desk took."""
        try:
            return post, await self._desk.post(thread, post)
        except (Rejected, Unexplained) as refused:
            _check(refused, attempts)
            plainly = drawing.plainly(self._hub, post)
            return plainly, await self._desk.post(thread, plainly)

    async def update(self, ref: PostRef, what: Post | Card, attempts: int = 0) -> None:
        try:
            await self._desk.update(ref, what)
        except (Rejected, Unexplained) as refused:
            _check(refused, attempts)
            await self._desk.update(
                ref, plain.card(what) if isinstance(what, Card) else drawing.plainly(self._hub, what)
            )

    async def tell(self, user: str, view: View, attempts: int = 0) -> None:
        try:
            await self._desk.tell(user, view)
        except (Rejected, Unexplained) as refused:
            _check(refused, attempts)
            await self._desk.tell(user, plain.view(view))


def _check(refused: Rejected | Unexplained, attempts: int) -> None:
    """Raises a refusal again that another form would meet as well."""
    about_the_place = isinstance(refused, Rejected) and refused.reason in _ABOUT_THE_PLACE
    if about_the_place or (isinstance(refused, Unexplained) and attempts < PATIENT):
        raise refused
