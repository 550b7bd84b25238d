"""More new dialogs than people could ever read: further ones are asked to wait, and administrators are told.

Only where a channel's customers see that they wait (`Limits.refuses`): what anybody may write to from anywhere needs a
bound, and what they wrote stays in their browser.
"""

from __future__ import annotations

from datetime import datetime

from bot.delivery import admin_alerts as admins
from bot.domain import AccountName
from bot.hub.context import Hub
from bot.locale import N_

AT_ONCE = 60
"""New dialogs of an account that are taken at once, and again over each minute; in each process."""
OVER = 60.0
FLOODED = N_(
    "⚠️ {account} gets more new dialogs than {n} a minute. The rest wait in their writers' browsers; nothing is lost. "
    "“/dialog settings {name} intake” pauses new dialogs."
)


class Flood:
    """Counts one account's new dialogs in this process."""

    def __init__(self, hub: Hub, account: AccountName) -> None:
        self._hub, self._account = hub, account
        self._left, self._at = float(AT_ONCE), hub.clock.now()
        self._told = True  # perhaps: by a process before this one

    def admit(self) -> float:
        """0: one more is taken; else the seconds until one will be."""
        self._refill(self._hub.clock.now())
        if self._left < 1:
            return (1 - self._left) * OVER / AT_ONCE
        self._left -= 1
        return 0.0

    async def tell(self) -> None:
        """Once, until it is over."""
        account = self._hub.accounts[self._account]
        words = self._hub.tr.gettext(FLOODED).format(account=account.title, n=AT_ONCE, name=self._account)
        self._told = await admins.tell(self._hub, words, once=self._occasion)

    async def look_whether_over(self) -> None:
        """Whoever is told next is told of another one."""
        self._refill(self._hub.clock.now())
        if self._told and self._left >= AT_ONCE - 1:
            self._told = False
            await self._hub.store.transact(lambda unit: admins.forget(unit, self._occasion))

    @property
    def _occasion(self) -> str:
        return f"flood:{self._account}"

    def _refill(self, now: datetime) -> None:
        passed = max(0.0, (now - self._at).total_seconds())
        self._left, self._at = min(AT_ONCE, self._left + passed * AT_ONCE / OVER), now
