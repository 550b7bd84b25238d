"""A bot that answers first, until it hands over to people. What is asked of it over HTTP: `bot.senders.first_line`.

While it answers, the dialog is new and nobody has to answer. Whoever of the people accepts, answers or redirects the
dialog ends its part at once: see `bot.domain.lifecycle`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.automation import auto_answers as speaking
from bot.automation.out_of_hours import say_closed
from bot.automation.protocol import BotAnswer
from bot.dialogs.apply import happen
from bot.domain import Author, CustomerWrote, Dialog, DialogId, Line, Message, Update
from bot.domain.account_rules import AccountRules
from bot.domain.lifecycle import BotAnswered, HandedOver
from bot.hub import parcels
from bot.hub.context import Hub
from bot.ports.storage import Unit

HISTORY = 20
"""Messages before the present one that the bot is told."""
TURNS, TURNS_WITHIN = 20, timedelta(minutes=10)
"""A bot that says so much in so short a time talks to another machine: people take over."""


def begins(rules: AccountRules, update: Update, now: datetime) -> bool:
    """Whether the bot answers in a dialog that this update opens."""
    return bool(rules.bot.url) and isinstance(update.event, CustomerWrote) and not speaking.is_stale(update.at, now)


async def heard(hub: Hub, unit: Unit, dialog: Dialog, message: Message) -> None:
    """The customer wrote while the bot answers: it is asked."""
    obstacle = await _obstacle(hub, unit, dialog, message)
    if obstacle is None:
        await parcels.ask_bot(unit, dialog, message.id, hub.clock.now())
    else:
        await hand_over(hub, unit, dialog, obstacle)


async def _obstacle(hub: Hub, unit: Unit, dialog: Dialog, message: Message) -> Line | None:
    """Why the bot is not asked any more."""
    now = hub.clock.now()
    if not (await hub.account(unit, dialog.account)).rules.bot.url:
        return Line("bot_off")
    if speaking.is_stale(message.at, now):
        return Line("bot_late")
    ours = await unit.messages.written_by(dialog.id, Author.BOT, TURNS)
    return Line("bot_repeats") if len(ours) == TURNS and now - ours[-1].at < TURNS_WITHIN else None


async def asked_about(hub: Hub, unit: Unit, message: Message) -> Dialog | Line | None:
    """The dialog in which the bot is asked about a message; or why not: a line to hand over with, None when its part is
    over."""
    dialog = await unit.dialogs.get(message.dialog)
    if dialog is None or not dialog.bot:
        return None
    return await _obstacle(hub, unit, dialog, message) or dialog


async def history(unit: Unit, message: Message) -> list[Message]:
    """What the customer and the bot said before it, oldest first."""
    before = await unit.messages.latest(message.dialog, before=message.id, limit=HISTORY)
    return [one for one in before if one.author in (Author.CUSTOMER, Author.BOT) and one.deleted_at is None]


async def answered(hub: Hub, unit: Unit, number: DialogId, answer: BotAnswer) -> None:
    """What the bot says goes out; too late an answer is dropped."""
    dialog = await unit.dialogs.lock(number)
    if dialog is None or not dialog.bot:
        return
    for words in answer.replies:
        await speaking.say_words(hub, unit, dialog, words)
        dialog = await happen(hub, unit, dialog, BotAnswered(hub.clock.now(), words))
    if answer.hand_over:
        await hand_over(hub, unit, dialog, Line("handed_over", {"comment": answer.note} if answer.note else {}))


async def failed(hub: Hub, unit: Unit, number: DialogId, line: Line) -> None:
    """The bot is silent or broken: it has handed over."""
    dialog = await unit.dialogs.lock(number)
    if dialog is not None and dialog.bot:
        await hand_over(hub, unit, dialog, line)


async def hand_over(hub: Hub, unit: Unit, dialog: Dialog, line: Line) -> None:
    """People go on in the (locked) dialog; out of hours the customer hears when."""
    dialog = await happen(hub, unit, dialog, HandedOver(hub.clock.now(), line))
    await say_closed(hub, unit, dialog, (await hub.account(unit, dialog.account)).rules)
