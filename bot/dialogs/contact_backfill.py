"""Renewal of matching keys after an upgrade: of contacts that have none yet, or keys spelled by an earlier rule.

Runs in small portions, after messages; each saves how far it came, so that a restart continues from there. Newer
contacts have their keys already. Nothing is merged or proposed here: that happens when a contact writes.
"""

from __future__ import annotations

from bot.dialogs import contact_matching
from bot.domain import ContactId
from bot.hub.context import Hub
from bot.ports.storage import Unit

CURSOR = "recognized 2"
"""Cursor: the last contact looked at. A new rule of `bot.domain.spelling` takes a new one, to begin anew."""
PORTION = 200
"""Contacts per portion: some 15 ms of parsing phone numbers."""
EVERY, PAUSE = 60.0, 0.05
"""Seconds between checks for work, and between two portions: customers and operators come first."""


class ContactBackfill:
    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def run(self) -> None:
        while True:
            while await self.portion():
                await self._hub.clock.sleep(PAUSE)
            await self._hub.clock.sleep(EVERY)

    async def portion(self) -> bool:
        """Processes one portion. False: none is left."""
        async with self._hub.store.read() as unit:
            since = ContactId(int(await unit.cursors.get(CURSOR) or 0))
            found = await unit.contacts.after(since, PORTION)
            reached = [one for one in found if one.contact.phone or one.contact.email]
            names = {one.account for one in reached if one.account is not None}
            accounts = {name: await self._hub.account(unit, name) for name in names}
        if not found:
            return False

        async def work(unit: Unit) -> None:
            for one in reached:
                account = accounts[one.account] if one.account is not None else None
                keys = contact_matching.renewed(self._hub, one.contact, account, one.keys)
                if keys != one.keys:
                    await unit.contacts.renew_keys(one, keys)
            await unit.cursors.set(CURSOR, str(found[-1].contact.id))

        await self._hub.store.transact(work)
        return True
