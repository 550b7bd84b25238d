"""Offers to add colleagues who were named in a note: whoever is asked for help soon needs to be in the dialog."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import Dialog, Operator, Status
from bot.domain.access import person
from bot.domain.lifecycle import in_team
from bot.domain.text import Text
from bot.domain.text_scan import fold
from bot.hub import parcels
from bot.hub.context import Hub
from bot.hub.tokens import Ticket
from bot.locale import N_
from bot.ports.storage import Unit
from bot.views.values import Row, View

ADD = N_("Add {name}")
AGAIN_AFTER = timedelta(hours=1)
"""Time in which the same colleague is offered once in a dialog, however often they are named."""
MOST = 4
"""Colleagues offered after one note."""
_IN = frozenset({Status.NEW, Status.IN_PROGRESS, Status.RETURNED})


async def offer(hub: Hub, unit: Unit, dialog: Dialog, by: Operator, named: frozenset[str]) -> None:
    """Offers a note's author and the dialog's owner to add the colleagues named in it who could reply there, but are
    not of its team. Each is offered by a button that only its reader can use."""
    if not named or dialog.status not in _IN:
        return
    strangers = [
        one
        for one in await unit.operators.of_desk(dialog.desk)
        if _is_meant(one, named) and _is_outside(dialog, by, one)
    ]
    missing = [one for one in strangers if await _could_reply(hub, unit, dialog, one)]
    fresh = [one for one in missing if await _first_time(unit, dialog, one, hub.clock.now())][:MOST]
    if not fresh:
        return
    for reader in await _readers(unit, dialog, by):
        if await _may_add(hub, unit, dialog, reader):
            await parcels.whisper(unit, dialog, reader.user, _view(hub, dialog, reader, fresh), hub.clock.now())


def _is_meant(one: Operator, named: frozenset[str]) -> bool:
    return bool(({fold(one.name), fold(one.title)} - {""}) & named)


def _is_outside(dialog: Dialog, by: Operator, one: Operator) -> bool:
    """Tells whether somebody is neither of the team, nor waited for, nor the note's author."""
    awaited = dialog.addressee.operator if dialog.addressee is not None else None
    return one.id not in (by.id, awaited) and not in_team(dialog, one.id)


async def _could_reply(hub: Hub, unit: Unit, dialog: Dialog, one: Operator) -> bool:
    return (await hub.access(unit, one, dialog.account)).rights.send


async def _first_time(unit: Unit, dialog: Dialog, one: Operator, now: datetime) -> bool:
    key = f"offered:{dialog.id}:{one.id}"
    before = await unit.cursors.get(key)
    if before and datetime.fromisoformat(before) > now - AGAIN_AFTER:
        return False
    await unit.cursors.set(key, now.isoformat())
    return True


async def _readers(unit: Unit, dialog: Dialog, by: Operator) -> Sequence[Operator]:
    owner = await unit.operators.get(dialog.responsible) if dialog.responsible is not None else None
    return [by, owner] if owner is not None and owner.id != by.id else [by]


async def _may_add(hub: Hub, unit: Unit, dialog: Dialog, reader: Operator) -> bool:
    rights = (await hub.access(unit, reader, dialog.account)).rights
    free = dialog.status is not Status.IN_PROGRESS or rights.administer or in_team(dialog, reader.id)
    return rights.send and free and reader.desk == dialog.desk


def _view(hub: Hub, dialog: Dialog, reader: Operator, missing: Sequence[Operator]) -> View:
    titles = [one.title or one.name for one in missing]
    called = [title if titles.count(title) == 1 else f"@{one.name}" for title, one in zip(titles, missing, strict=True)]
    text = hub.tr.ngettext("{names} is not in this dialog.", "{names} are not in this dialog.", len(missing))
    buttons = []
    for one, name in zip(missing, called, strict=True):
        ticket = Ticket("add_named", dialog.id, only=reader.id, extra={"who": person(one.id)})
        buttons.append(replace(hub.button(ticket, reader.desk), label=hub.tr.gettext(ADD).format(name=name)))
    return View((Row(Text.plain(text.format(names=", ".join(called))), tuple(buttons)),))
