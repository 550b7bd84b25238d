"""Automatic reactions to a customer's message, in the transaction that stores it.

They never interrupt a conversation with an operator, and never repeat endlessly: the customer may be an answering
machine, too.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.automation import auto_answers, first_line
from bot.automation.keywords import answer_to
from bot.automation.out_of_hours import closed_words
from bot.domain import Author, Dialog, Message
from bot.hub.context import Hub
from bot.ports.storage import Unit

LULL = timedelta(hours=4)
"""Silence after which a conversation with operators counts as over."""
AGAIN = timedelta(hours=1)
"""Time after which a keyword reply may be repeated in the same dialog."""


async def customer_wrote(hub: Hub, unit: Unit, dialog: Dialog, message: Message, *, first: bool) -> None:
    """Reacts to a customer's message. `dialog`: its state after the message; `first`: the message opened it."""
    now = hub.clock.now()
    if dialog.bot:
        await first_line.heard(hub, unit, dialog, message)
        return
    if dialog.blocked or auto_answers.is_stale(message.at, now):
        return
    rules = (await hub.account(unit, dialog.account)).rules
    closed = await closed_words(hub, unit, dialog, rules)
    greeting = rules.greeting if first and not closed else ""
    keyword = answer_to(message.content, rules.keywords)
    if not (closed or greeting or keyword) or await _with_people(unit, dialog, now, first=first):
        return
    if greeting:
        contact = await unit.contacts.get(dialog.contact)
        await auto_answers.say_words(hub, unit, dialog, auto_answers.filled(greeting, name=contact.name))
    if closed:
        await auto_answers.say_words(hub, unit, dialog, closed)
    if keyword and not await auto_answers.said(unit, dialog, keyword, now - AGAIN):
        await auto_answers.say_words(hub, unit, dialog, keyword)


async def _with_people(unit: Unit, dialog: Dialog, now: datetime, *, first: bool) -> bool:
    """Tells whether operators are talking with the customer. A first message may continue a dialog closed a moment
    ago."""
    talk: Dialog | None = dialog
    if first:
        talk = await unit.dialogs.latest_with(dialog.contact, dialog.account, before=dialog.id)
    if talk is None or talk.chat != dialog.chat:
        return False
    return any(now - one.at < LULL for one in await unit.messages.written_by(talk.id, Author.OPERATOR, 1))
