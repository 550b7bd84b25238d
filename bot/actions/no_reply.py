"""`no_reply`: what the customer wrote last needs no reply, so they no longer wait."""

from __future__ import annotations

from bot.actions.base import CardSlot, DialogAction, DialogCall, Right
from bot.dialogs.apply import apply_event
from bot.domain import Author, Dialog, Status
from bot.domain.lifecycle import ReplyNotNeeded
from bot.domain.thanks import only_thanks
from bot.locale import N_
from bot.ports import Bridge
from bot.views.values import Answer, Silent

LOOKED_AT = 20
"""Latest messages of a customer among which the last one that was not deleted is looked for."""


class NoReply(DialogAction):
    word = "no_reply"
    label = N_("No reply needed")
    about = N_("end the customer's wait without a reply (or react with ✅ to their last message)")
    right = Right.SEND
    statuses = frozenset(Status) - {Status.CLOSED, Status.FOR_REVIEW}
    reactions = ("✅", "✔")
    reaction_is_common = True

    def place(self, dialog: Dialog) -> CardSlot | None:
        return CardSlot.BUTTON if only_thanks(dialog.last_words) else CardSlot.MENU

    def offered(self, bridge: Bridge | None, dialog: Dialog) -> bool:
        return dialog.waiting_since is not None

    async def run(self, call: DialogCall) -> Answer:
        if "on" in call.inputs and not (call.inputs["on"] == "yes" and await _on_last_words(call)):
            return Silent()
        administers = call.rights.administer
        await apply_event(call.hub, call.unit, call.dialog, ReplyNotNeeded(call.operator.id, administers))
        return Silent()


async def _on_last_words(call: DialogCall) -> bool:
    """Tells whether the reaction is on the last message of a customer who waits."""
    on = call.message
    if on is None or on.author is not Author.CUSTOMER or call.dialog.waiting_since is None:
        return False
    theirs = await call.unit.messages.written_by(call.dialog.id, Author.CUSTOMER, LOOKED_AT)
    last = next((one.id for one in theirs if one.deleted_at is None), None)
    return last is not None and on.id >= last
