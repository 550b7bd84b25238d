"""Out-of-hours reply: at most once per closed period of a dialog."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.automation import auto_answers
from bot.automation.hours import business_time
from bot.domain import Dialog
from bot.domain.account_rules import AccountRules
from bot.hub.context import Hub
from bot.locale import moment
from bot.ports.storage import Unit


async def say_closed(hub: Hub, unit: Unit, dialog: Dialog, rules: AccountRules) -> None:
    """Sends the reply if it is due."""
    if words := await closed_words(hub, unit, dialog, rules):
        await auto_answers.say_words(hub, unit, dialog, words)


async def closed_words(hub: Hub, unit: Unit, dialog: Dialog, rules: AccountRules) -> str:
    """Out-of-hours reply; "" when there is none, the account is open, or the customer has been told in this closed
    period."""
    now, time = hub.clock.now(), business_time(rules.hours)
    if not rules.out_of_hours or time.is_open(now):
        return ""
    opens = time.opens(now)
    contact = await unit.contacts.get(dialog.contact)
    when = moment(opens, hub.locale, time.zone, now) if opens is not None else ""
    words = auto_answers.filled(rules.out_of_hours, name=contact.name, opens=when)
    since = time.closed_since(now) or datetime.min.replace(tzinfo=UTC)
    return "" if await auto_answers.said(unit, dialog, words, since) else words
