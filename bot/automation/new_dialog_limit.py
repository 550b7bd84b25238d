"""Limit of new dialogs: beyond it customers are asked to wait, and administrators are notified.

Applies only where the channel can tell customers to wait (`Limits.refuses`): a channel open to anybody needs a limit,
and there the customers' texts stay in their browsers.
"""

from __future__ import annotations

from datetime import datetime

from bot.delivery import admin_alerts
from bot.domain import AccountName
from bot.hub.context import Hub
from bot.locale import N_

AT_ONCE = 60
"""New dialogs of an account accepted at once, and again per minute; in each process."""
OVER = 60.0
FLOODED = N_(
    "⚠️ {account}: more than {n} new dialogs a minute. The rest are waiting in customers' browsers; nothing is "
    "lost. To pause new dialogs: “/dialog settings {name} intake”."
)


class Flood:
    """Counter of one account's new dialogs in this process."""

    def __init__(self, hub: Hub, account: AccountName) -> None:
        self._hub, self._account = hub, account
        self._left, self._at = float(AT_ONCE), hub.clock.now()
        self._notified = True  # assumed: a process before this one may have notified

    def admit(self) -> float:
        """Admits one more dialog: 0, or the seconds until one can be admitted."""
        self._refill(self._hub.clock.now())
        if self._left < 1:
            return (1 - self._left) * OVER / AT_ONCE
        self._left -= 1
        return 0.0

    async def tell(self) -> None:
        """Notifies the administrators, once per flood."""
        account = self._hub.accounts[self._account]
        words = self._hub.tr.gettext(FLOODED).format(account=account.title, n=AT_ONCE, name=self._account)
        self._notified = await admin_alerts.tell(self._hub, words, once=self._occasion)

    async def look_whether_over(self) -> None:
        """Ends the flood when it is over, so that the next one is reported again."""
        self._refill(self._hub.clock.now())
        if self._notified and self._left >= AT_ONCE - 1:
            self._notified = False
            await self._hub.store.transact(lambda unit: admin_alerts.forget(unit, self._occasion))

    @property
    def _occasion(self) -> str:
        return f"flood:{self._account}"

    def _refill(self, now: datetime) -> None:
        passed = max(0.0, (now - self._at).total_seconds())
        self._left, self._at = min(AT_ONCE, self._left + passed * AT_ONCE / OVER), now
