"""Applies what the lifecycle decides: saves the dialog and turns its effects into lines and parcels, all in the
caller's transaction."""

from __future__ import annotations

from bot.dialogs import held, line_calls
from bot.dialogs.crm import telling
from bot.dialogs.notifications import notify
from bot.domain import Author, Dialog, Line, MessageId, OperatorId, Status
from bot.domain.lifecycle import (
    UNDO_FOR,
    Effect,
    Event,
    Follow,
    Notify,
    RefreshCard,
    Step,
    TellCrm,
    WriteLine,
    advance,
)
from bot.domain.value import replace
from bot.hub import parcels
from bot.hub.context import Hub
from bot.ports.storage import NewMessage, Unit

_OFFERS_FOR = {"redirected": UNDO_FOR}
"""Time for which a line's button stands, by the line's code."""


async def apply_event(hub: Hub, unit: Unit, dialog: Dialog, event: Event) -> Dialog:
    """Advances the (locked) dialog by `event` and returns it as changed. Raises `Refusal`."""
    return await apply_step(hub, unit, dialog, advance(dialog, event))


async def apply_step(hub: Hub, unit: Unit, dialog: Dialog, step: Step) -> Dialog:
    """Applies a step computed beforehand."""
    changed, effects = step
    if changed != dialog:
        await _save(unit, dialog, changed)
    line: MessageId | None = None
    for effect in effects:
        line = await _carry_out(hub, unit, changed, effect, line)
    await _heed_held(hub, unit, dialog, changed)
    return changed


async def _heed_held(hub: Hub, unit: Unit, before: Dialog, after: Dialog) -> None:
    """Says what was held in a dialog that closes, and tells a new owner what is held. A new dialog's first owner sees
    it in the thread."""
    if before.open and not after.open:
        for words in await held.closed(hub, unit, after):
            await write_line(hub, unit, after, words)
    elif after.responsible not in (None, before.responsible) and before.status is not Status.NEW:
        await held.changed_hands(hub, unit, after)


async def _save(unit: Unit, before: Dialog, after: Dialog) -> None:
    """Saves a dialog. Most changes only say that somebody wrote: those take a cheaper statement."""
    since, at, words = after.waiting_since, after.last_at, after.last_words
    if replace(before, waiting_since=since, last_at=at, last_words=words) == after:
        await unit.dialogs.touch(after.id, waiting_since=since, last_at=at, last_words=words)
    else:
        await unit.dialogs.save(after)


async def write_line(
    hub: Hub, unit: Unit, dialog: Dialog, words: Line, calls: tuple[OperatorId, ...] = ()
) -> MessageId:
    """Writes a technical line in the thread. `calls`: operators whose own act the line is about, to be called on it."""
    now, line = hub.clock.now(), await line_calls.own(hub, unit, dialog, words, calls) if calls else words
    message = await unit.messages.add(NewMessage(dialog.id, Author.HUB, now, line=line))
    await parcels.post(unit, dialog, message.id, now)
    return message.id


async def _carry_out(hub: Hub, unit: Unit, dialog: Dialog, effect: Effect, line: MessageId | None) -> MessageId | None:
    """Carries out an effect. `line`: the last technical line written; returns it, or the one written now."""
    match effect:
        case WriteLine(words, calls):
            line = await write_line(hub, unit, dialog, words, calls)
            if words.code in _OFFERS_FOR:
                await parcels.fade(unit, dialog, line, hub.clock.now() + _OFFERS_FOR[words.code])
        case RefreshCard(hurry):
            await parcels.refresh_card(unit, dialog, hub.clock.now(), hurry=hurry)
        case Notify(whom, words, offers):
            await notify(hub, unit, dialog, whom, words, offers, line)
        case Follow(operators, on):
            await line_calls.follow(hub, unit, dialog, operators, on=on)
        case TellCrm("closed", by):
            await telling.dialog_closed(hub, unit, dialog, by)
        case TellCrm("linked", by, interest, made) if interest is not None:
            await telling.dialog_linked(hub, unit, dialog, interest, by, introduced=made)
        case TellCrm("unlinked", by, interest) if interest is not None:
            await telling.dialog_unlinked(hub, unit, dialog, interest, by)
    return line
