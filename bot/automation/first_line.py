"""First-line bot: answers first, until it hands over to operators. `bot.senders.first_line` calls it over HTTP.

While it answers, the dialog is new and no operator has to answer. An operator who accepts, answers or redirects the
dialog ends the bot's part at once: see `bot.domain.lifecycle`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.automation import auto_answers
from bot.automation.bot_answers import BotAnswer
from bot.automation.out_of_hours import say_closed
from bot.dialogs.apply import apply_event, write_line
from bot.domain import Author, CustomerWrote, Dialog, DialogId, Line, Message, Update
from bot.domain.account_rules import AccountRules
from bot.domain.lifecycle import BotAnswered, HandedOver
from bot.hub import parcels
from bot.hub.context import Hub
from bot.ports.storage import Unit

HISTORY = 20
"""Earlier messages sent to the bot along with the current one."""
TURNS, TURNS_WITHIN = 20, timedelta(minutes=10)
"""Limit of the bot's replies per time: beyond it the bot is probably talking to another machine, and operators take
over."""


def begins(rules: AccountRules, update: Update, now: datetime) -> bool:
    """Tells whether the bot answers in a dialog that this update opens."""
    event = update.event
    written = isinstance(event, CustomerWrote) and not event.profile.automatic
    return bool(rules.bot.url) and written and not auto_answers.is_stale(update.at, now)


async def heard(hub: Hub, unit: Unit, dialog: Dialog, message: Message) -> None:
    """Passes a customer's message to the bot, or hands over when the bot cannot answer any more."""
    obstacle = await _obstacle(hub, unit, dialog, message)
    if obstacle is None:
        await parcels.ask_bot(unit, dialog, message.id, hub.clock.now())
    else:
        await hand_over(hub, unit, dialog, obstacle)


async def _obstacle(hub: Hub, unit: Unit, dialog: Dialog, message: Message) -> Line | None:
    """Reason why the bot can no longer be asked."""
    now = hub.clock.now()
    if not (await hub.account(unit, dialog.account)).rules.bot.url:
        return Line("bot_off")
    if auto_answers.is_stale(message.at, now):
        return Line("bot_late")
    ours = await unit.messages.written_by(dialog.id, Author.BOT, TURNS)
    return Line("bot_repeats") if len(ours) == TURNS and now - ours[-1].at < TURNS_WITHIN else None


async def asked_about(hub: Hub, unit: Unit, message: Message) -> Dialog | Line | None:
    """Dialog in which the bot is asked about a message. Otherwise a line to hand over with, or None when the bot's part
    is over."""
    dialog = await unit.dialogs.get(message.dialog)
    if dialog is None or not dialog.bot:
        return None
    return await _obstacle(hub, unit, dialog, message) or dialog


async def history(unit: Unit, message: Message) -> list[Message]:
    """Earlier messages of the customer and the bot, oldest first."""
    before = await unit.messages.latest(message.dialog, before=message.id, limit=HISTORY)
    return [one for one in before if one.author in (Author.CUSTOMER, Author.BOT) and one.deleted_at is None]


async def answered(hub: Hub, unit: Unit, number: DialogId, answer: BotAnswer) -> None:
    """Sends the bot's replies; drops them when they come too late."""
    dialog = await unit.dialogs.lock(number)
    if dialog is None or not dialog.bot:
        return
    for words in answer.replies:
        await auto_answers.say_words(hub, unit, dialog, words)
        dialog = await apply_event(hub, unit, dialog, BotAnswered(hub.clock.now(), words))
    if answer.hand_over:
        await hand_over(hub, unit, dialog, Line("handed_over", {"comment": answer.note} if answer.note else {}))


async def failed(hub: Hub, unit: Unit, number: DialogId, line: Line) -> None:
    """Hands over from a bot that is silent or broken."""
    dialog = await unit.dialogs.lock(number)
    if dialog is not None and dialog.bot:
        await hand_over(hub, unit, dialog, line)


async def hand_over(hub: Hub, unit: Unit, dialog: Dialog, line: Line) -> None:
    """Hands the (locked) dialog over to operators; outside business hours the customer gets the out-of-hours reply."""
    dialog = await _to_somebody_there(hub, unit, dialog)
    dialog = await apply_event(hub, unit, dialog, HandedOver(hub.clock.now(), line))
    await say_closed(hub, unit, dialog, (await hub.account(unit, dialog.account)).rules)


async def _to_somebody_there(hub: Hub, unit: Unit, dialog: Dialog) -> Dialog:
    """Same dialog, without an addressee who has left since the bot began."""
    to = dialog.addressee.operator if dialog.addressee is not None else None
    operator = await unit.operators.get(to) if to is not None else None
    if operator is None or (await hub.access(unit, operator, dialog.account)).rights.send:
        return dialog
    await write_line(hub, unit, dialog, Line("may_not_answer", {"name": operator.name or operator.title}))
    return replace(dialog, addressee=None)
