"""What the hub's administrators have to know, by direct message in every desk that knows them."""

from __future__ import annotations

from bot import parcels
from bot.access import same_name
from bot.hub import Hub
from bot.store import Unit
from bot.views.answers import says


async def tell(hub: Hub, words: str, *, once: str = "") -> bool:
    """`once` names the occasion: told again only after `forget`. False: there is nobody yet who could be told (the
    desks have not said who works there), so the occasion is still to be told."""

    async def work(unit: Unit) -> bool:
        if once and await unit.cursors.get(_told(once)):
            return True
        now, told = hub.clock.now(), False
        for desk in hub.desks.by_name:
            for operator in await unit.operators.of_desk(desk):
                if any(same_name(operator.name, admin) for admin in hub.admins):
                    await parcels.tell(unit, desk, operator.user, says(words), now)
                    told = True
        if once and told:
            await unit.cursors.set(_told(once), now.isoformat())
        return told or not hub.admins

    return await hub.store.transact(work)


async def forget(hub: Hub, once: str) -> bool:
    """The occasion is over. False: nobody had been told of it."""

    async def work(unit: Unit) -> bool:
        if not await unit.cursors.get(_told(once)):
            return False
        await unit.cursors.set(_told(once), "")
        return True

    return await hub.store.transact(work)


def _told(once: str) -> str:
    return f"told:{once}"
