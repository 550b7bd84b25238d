"""What a customer's message brings about by itself, in the transaction that takes it in.

Nothing here speaks into a conversation with people, nor again and again: a customer may be an answering machine, too.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.automatic import speaking
from bot.automatic.hours import business_time
from bot.automatic.keywords import answer_to
from bot.hub import Hub
from bot.locale import moment
from bot.model import Author, Dialog, Message
from bot.rules import AccountRules
from bot.store import Unit

STALE = timedelta(hours=1)
"""A message that took longer to reach us (the hub was away) is for people: a greeting now would be absurd."""
LULL = timedelta(hours=4)
"""A conversation with people is over when they have written nothing for so long."""
AGAIN = timedelta(hours=1)
"""After which time an answer to a keyword may be repeated in the same dialog."""
MOST = 10
"""Words of ours in one dialog within `AGAIN`, after which only people speak."""


async def customer_wrote(hub: Hub, unit: Unit, dialog: Dialog, message: Message, *, first: bool) -> None:
    """`dialog` is as it stands after the message; `first`: the message opened it."""
    if dialog.blocked or is_stale(message, hub.clock.now()):
        return
    rules = (await hub.account(unit, dialog.account)).rules
    closed = await _closed(hub, unit, dialog, rules)
    greeting = rules.greeting if first and not closed else ""
    keyword = answer_to(message.content, rules.keywords)
    if not (closed or greeting or keyword) or (not first and await _with_people(hub, unit, dialog)):
        return
    if greeting:
        contact = await unit.contacts.get(dialog.contact)
        await speaking.say_words(hub, unit, dialog, speaking.filled(greeting, name=contact.name))
    if closed:
        await speaking.say_words(hub, unit, dialog, closed)
    if keyword and not await _said(unit, dialog, keyword, hub.clock.now() - AGAIN):
        await speaking.say_words(hub, unit, dialog, keyword)


def is_stale(message: Message, now: datetime) -> bool:
    return now - message.at > STALE


async def say_closed(hub: Hub, unit: Unit, dialog: Dialog, rules: AccountRules) -> None:
    """The out-of-hours answer, when it is time for it."""
    if closed := await _closed(hub, unit, dialog, rules):
        await speaking.say_words(hub, unit, dialog, closed)


async def _closed(hub: Hub, unit: Unit, dialog: Dialog, rules: AccountRules) -> str:
    """The out-of-hours answer; "" when there is none, people answer now, or the customer has been told in the present
    closed time."""
    now, time = hub.clock.now(), business_time(rules.hours)
    if not rules.out_of_hours or time.is_open(now):
        return ""
    opens = time.opens(now)
    contact = await unit.contacts.get(dialog.contact)
    when = moment(opens, hub.locale, time.zone, now) if opens is not None else ""
    words = speaking.filled(rules.out_of_hours, name=contact.name, opens=when)
    since = time.closed_since(now) or datetime.min.replace(tzinfo=UTC)
    return "" if await _said(unit, dialog, words, since) else words


async def _said(unit: Unit, dialog: Dialog, words: str, since: datetime) -> bool:
    """Whether we have said so since then, or have said too much of late."""
    ours = await unit.messages.written_by(dialog.id, Author.BOT, MOST)
    return (len(ours) == MOST and ours[-1].at > since) or any(
        one.at >= since and one.content.text.characters == words for one in ours
    )


async def _with_people(hub: Hub, unit: Unit, dialog: Dialog) -> bool:
    """Whether people are talking with the customer."""
    answers = await unit.messages.written_by(dialog.id, Author.OPERATOR, 1)
    return any(hub.clock.now() - one.at < LULL for one in answers)
