"""Applies what the lifecycle decides: saves the dialog and turns its effects into lines and parcels, all in the
caller's transaction."""

from __future__ import annotations

from bot.dialogs.crm import telling
from bot.domain import Addressee, Author, DeskName, Dialog, Line, MessageId, Operator
from bot.domain.access import person
from bot.domain.lifecycle import Effect, Event, Notify, RefreshCard, Step, TellCrm, WriteLine, advance
from bot.domain.text import Text, line, link
from bot.domain.value import replace
from bot.hub import parcels
from bot.hub.context import Hub
from bot.hub.names import operator_names
from bot.hub.tokens import Ticket
from bot.locale import N_
from bot.ports.storage import NewMessage, Unit
from bot.views.cards import heading
from bot.views.lines import mentioned, word_line
from bot.views.values import Button, Row, Tone, View

OFFERED = {"read": N_("Mark as read"), "task": N_("Task…"), "redirect_on": N_("Forward to someone else")}
"""Labels of the actions offered in direct messages."""


async def apply_event(hub: Hub, unit: Unit, dialog: Dialog, event: Event) -> Dialog:
    """Advances the (locked) dialog by `event` and returns it as changed. Raises `Refusal`."""
    return await apply_step(hub, unit, dialog, advance(dialog, event))


async def apply_step(hub: Hub, unit: Unit, dialog: Dialog, step: Step) -> Dialog:
    """Applies a step computed beforehand."""
    changed, effects = step
    if changed != dialog:
        await _save(unit, dialog, changed)
    for effect in effects:
        await _carry_out(hub, unit, changed, effect)
    return changed


async def _save(unit: Unit, before: Dialog, after: Dialog) -> None:
    """Saves a dialog. Most changes only say that somebody wrote: those take a cheaper statement."""
    since, at, words = after.waiting_since, after.last_at, after.last_words
    if replace(before, waiting_since=since, last_at=at, last_words=words) == after:
        await unit.dialogs.touch(after.id, waiting_since=since, last_at=at, last_words=words)
    else:
        await unit.dialogs.save(after)


async def write_line(hub: Hub, unit: Unit, dialog: Dialog, words: Line) -> MessageId:
    """Writes a technical line in the thread."""
    now = hub.clock.now()
    message = await unit.messages.add(NewMessage(dialog.id, Author.HUB, now, line=words))
    await parcels.post(unit, dialog, message.id, now)
    return message.id


async def _carry_out(hub: Hub, unit: Unit, dialog: Dialog, effect: Effect) -> None:
    match effect:
        case WriteLine(words):
            await write_line(hub, unit, dialog, words)
        case RefreshCard(hurry):
            await parcels.refresh_card(unit, dialog, hub.clock.now(), hurry=hurry)
        case Notify(whom, words, offers):
            await notify(hub, unit, dialog, whom, words, offers)
        case TellCrm("closed", by):
            await telling.dialog_closed(hub, unit, dialog, by)
        case TellCrm("linked", by, interest, made) if interest is not None:
            await telling.dialog_linked(hub, unit, dialog, interest, by, introduced=made)
        case TellCrm("unlinked", by, interest) if interest is not None:
            await telling.dialog_unlinked(hub, unit, dialog, interest, by)


async def notify(
    hub: Hub, unit: Unit, dialog: Dialog, whom: Addressee, words: Line, offers: tuple[str, ...] = ()
) -> None:
    """Notifies an operator, or everybody in a role, by direct message. `offers`: words of the actions offered as
    buttons; then the message also quotes the dialog's last words."""
    sentence = word_line(words, await operator_names(unit, mentioned(words)), hub.tr)
    where = hub.desks.link(dialog.ref) or parcels.link_later(dialog.id)
    title = line(link(heading(dialog), where), Text.plain(": " + sentence))
    if offers and dialog.last_words:
        title += Text.plain(f"\n“{dialog.last_words}”")
    for operator in await members(unit, dialog.desk, whom):
        buttons = tuple(_offered(hub, dialog, operator, word) for word in offers)
        view = View((Row(title, buttons),))
        await parcels.tell(unit, operator.desk, operator.user, view, hub.clock.now(), dialog.id)


def _offered(hub: Hub, dialog: Dialog, operator: Operator, word: str) -> Button:
    tone = Tone.PRIMARY if word == "read" else Tone.PLAIN
    token = hub.seal.seal(Ticket(word, dialog.id, only=operator.id), operator.desk)
    return Button(word, hub.tr.gettext(OFFERED[word]), token, tone)


async def members(unit: Unit, desk: DeskName, whom: Addressee) -> list[Operator]:
    """Reachable operators behind an addressee; for a role, those of the desk."""
    if whom.operator is not None:
        operator = await unit.operators.get(whom.operator)
        return [operator] if operator is not None else []
    members = (await unit.operators.roles()).get(whom.role, ()) if whom.role is not None else ()
    everyone = await unit.operators.of_desk(desk)
    return [one for one in everyone if person(one.id) in members]
