"""Changes of posts that are gone, or too old for the desk to change: what the thread still needs to know is posted
anew. The rest stays as it is; of posts that are too old, administrators are told once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import structlog

from bot.delivery import admin_alerts
from bot.delivery.carrier import After, DeliveryResult
from bot.domain import DeskName, Dialog, Message, PostRef
from bot.hub.context import Hub
from bot.ports import Desk, Rejected, RejectReason
from bot.ports.storage import Parcel, Unit
from bot.senders.fallback import PlainFallback
from bot.views.values import Card, Post
from bot.views.words import holds_all

log = structlog.get_logger(__name__)


class LateChanges:
    def __init__(self, hub: Hub, name: DeskName, desk: Desk, shows: PlainFallback) -> None:
        self._hub, self._name, self._desk, self._shows = hub, name, desk, shows

    async def updates(self, ref: PostRef, what: Post | Card, attempts: int = 0) -> bool:
        """Updates a post; returns False if it is too old for that. Raises `DeliveryError` about anything else."""
        try:
            await self._shows.update(ref, what, attempts)
        except Rejected as refused:
            if refused.reason is not RejectReason.TOO_LATE:
                raise
            return False
        return True

    async def post(self, parcel: Parcel, dialog: Dialog, messages: Sequence[Message], post: Post) -> DeliveryResult:
        """Posts an edited message below. Everything else that redraws a post is in a technical line as well."""
        if not _shows_edit(dialog, messages):
            return self.stays((parcel,))
        posted = await self.anew(parcel, dialog, messages, post)
        return replace(posted, after=(*posted.after, *self.stays((parcel,)).after))

    def says_more(self, dialog: Dialog, messages: Sequence[Message]) -> bool:
        """Tells whether a post that is gone would show more of an edit than the technical line about it."""
        return _shows_edit(dialog, messages) and not all(holds_all(one.content, self._hub.tr) for one in messages)

    async def anew(self, parcel: Parcel, dialog: Dialog, messages: Sequence[Message], post: Post) -> DeliveryResult:
        """Posts messages once more. Raises `Rejected(GONE)` if their thread is gone."""
        assert dialog.ref is not None
        found = await self._desk.find(dialog.channel, dialog.ref, parcel.key) if parcel.doubtful else None
        ref = found or await self._shows.post(dialog.ref, replace(post, keys=(parcel.key,)), parcel.attempts)

        async def after(unit: Unit) -> None:
            await unit.messages.link_post([one.id for one in messages], ref)

        return DeliveryResult((parcel,), (after,))

    def stays(self, parcels: Sequence[Parcel]) -> DeliveryResult:
        """Settles changes that nobody will see."""
        log.warning("a post is too old to be changed", desk=self._name)
        return DeliveryResult(tuple(parcels), (self._tell,))

    async def _tell(self, unit: Unit) -> None:
        words = self._hub.tr.gettext(
            "⚠️ The team chat “{desk}” does not let the hub change its older posts: cards of older dialogs stay as they "
            "are, and edited messages appear again below. Remove the time limit for editing posts."
        )
        await admin_alerts.tell_once(self._hub, unit, words.format(desk=self._name), f"late:{self._name}")


def reloaded(messages: Sequence[Message]) -> After:
    """Makes open pages load messages again: a button that stands for a time goes without a change of its message."""

    async def after(unit: Unit) -> None:
        await unit.messages.touch([one.id for one in messages])

    return after


def _shows_edit(dialog: Dialog, messages: Sequence[Message]) -> bool:
    edited, deleted = (any(at) for at in ([one.edited_at for one in messages], [one.deleted_at for one in messages]))
    return dialog.ref is not None and edited and not deleted
