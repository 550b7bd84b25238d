"""What a customer's message brings about by itself, in the transaction that takes it in."""

from __future__ import annotations

from datetime import timedelta

from bot.automatic import speaking
from bot.hub import Hub
from bot.model import Dialog, Message
from bot.store import Unit

STALE = timedelta(hours=1)
"""A message that took longer to reach us (the hub was away) is for people: a greeting now would be absurd."""


async def customer_wrote(hub: Hub, unit: Unit, dialog: Dialog, message: Message, *, first: bool) -> None:
    """`dialog` is as it stands after the message; `first`: the message opened it."""
    if dialog.blocked or hub.clock.now() - message.at > STALE:
        return
    rules = (await hub.account(unit, dialog.account)).rules
    if first and rules.greeting:
        contact = await unit.contacts.get(dialog.contact)
        await speaking.say_words(hub, unit, dialog, speaking.filled(rules.greeting, name=contact.name))
