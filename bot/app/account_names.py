"""Accounts' names over time: those that hub.toml renames (`former`), and those that it no longer has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import structlog

import storage
from bot.domain import AccountName
from bot.hub.context import Hub
from bot.hub.parcels import account_destination, first_line_destination
from bot.locale import N_
from bot.ports import Finding
from settings import Settings

log = structlog.get_logger(__name__)

OPEN = N_("is not in hub.toml, but still has work: {dialogs} open dialog(s), {parcels} unsent message(s)")
ADVICE = N_(
    'If it was renamed, add former = ["{account}"] to its new section. '
    "Otherwise restore its section, or close its dialogs."
)


async def move(store: storage.SqlStore, settings: Settings) -> None:
    """Moves what is stored under accounts' former names to the present ones."""
    for old, new in _renamed(settings):
        names = {ends(old): ends(new) for ends in (account_destination, first_line_destination)}
        if await storage.AccountMove(store, old, new, names).run():
            log.info("account renamed", account=new, before=old)


def _renamed(settings: Settings) -> Iterator[tuple[AccountName, AccountName]]:
    for name, account in settings.accounts.items():
        for old in account.former:
            yield AccountName(old), name


async def note_removed(hub: Hub, settings: Settings) -> None:
    """Finds the accounts that have dialogs but no section, so that their dialogs stay readable."""
    renamed = {old for old, _ in _renamed(settings)}
    async with hub.store.read() as unit:
        found = await unit.accounts.with_chats()
        hub.removed[:] = [name for name in found if name not in hub.accounts and name not in renamed]
        for name in hub.removed:
            log.warning("account is not in hub.toml", account=name, open_dialogs=await unit.accounts.open_dialogs(name))


async def findings(hub: Hub) -> Sequence[tuple[str, Finding]]:
    """Returns a warning per account without a section that still has work."""
    found: list[tuple[str, Finding]] = []
    async with hub.store.read() as unit:
        waiting = await unit.outbox.waiting()
        for name in hub.removed:
            dialogs, parcels = await unit.accounts.open_dialogs(name), waiting.get(account_destination(name), 0)
            if dialogs or parcels:
                what = hub.tr.gettext(OPEN).format(dialogs=dialogs, parcels=parcels)
                advice = hub.tr.gettext(ADVICE).format(account=name)
                found.append((f"accounts.{name}", Finding(True, what, advice, warning=True)))
    return found
