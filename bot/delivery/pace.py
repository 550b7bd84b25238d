"""Pace of a destination: which of the claimed lanes may go now, within the platform's rate limits, so that the accounts
that share the destination take turns.

A subject (a chat, a channel) whose budget is used up is closed until it has room again. All lanes that wait for it then
come back at that same moment, so that the account served longest ago, not the quickest lane, gets the room. As long as
more wait than may go, a subject opens in small steps: a burst of one account would leave a long silence behind it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.delivery.carrier import Carrier
from bot.ports import Budgets
from bot.ports.storage import Claim, Queue, Settlement

STEP = 0.1
"""Seconds, at least, between two steps in which a crowded subject opens."""


@dataclass(slots=True)
class _Subject:
    """A subject that is closed, or in the first turn after it opened. `left`: lanes that may go in this step."""

    opens: datetime
    left: int


@dataclass
class Pace:
    """Paces one destination. `served`: queue → number of its last service, counted up."""

    destination: str
    carrier: Carrier
    budgets: Budgets
    served: dict[Queue, int] = field(default_factory=dict)
    _count: int = 0
    _crowded: dict[str, _Subject] = field(default_factory=dict)

    async def divide(self, found: Sequence[Claim], now: datetime) -> tuple[Sequence[Claim], Sequence[Settlement]]:
        """Divides claims, which come in the order of turns, into those that may go now and the settlements of those
        that rest. Of one subject and account, each rests a little longer than the one before, so that they come back
        one by one as the budget refills."""
        ready: list[Claim] = []
        resting: list[Settlement] = []
        places: Counter[tuple[str, str]] = Counter()
        for claim in found:
            scopes = self.carrier.scopes(claim)
            subject = "|".join(scopes.values())
            opens = await self._take(subject, scopes, now) if scopes else None
            if opens is None:
                self._count += 1
                self.served[claim.queue] = self._count
                ready.append(claim)
                continue
            queue = (subject, claim.queue.account)
            resting.append(Settlement(claim, again_at=opens + places[queue] * self._spacing(scopes)))
            places[queue] += 1
        self._crowded = {subject: one for subject, one in self._crowded.items() if one.opens > now}
        return ready, resting

    def seconds_to_next(self, now: datetime) -> float | None:
        """Returns the seconds until the next subject opens; None: all are open."""
        waits = [(one.opens - now).total_seconds() for one in self._crowded.values() if one.opens > now]
        return min(waits, default=None)

    async def _take(self, subject: str, scopes: Mapping[str, str], now: datetime) -> datetime | None:
        """Takes what one lane needs. Returns the time when the subject opens if it is closed."""
        crowded = self._crowded.get(subject)
        if crowded is not None:
            if crowded.opens > now:
                return crowded.opens
            if not crowded.left:
                return self._close(subject, scopes, max(self._spacing(scopes).total_seconds(), STEP), now)
            crowded.left -= 1
        wait = await self.budgets.take(self.destination, self.carrier.rates, scopes)
        return self._close(subject, scopes, wait, now) if wait > 0 else None

    def _close(self, subject: str, scopes: Mapping[str, str], seconds: float, now: datetime) -> datetime:
        opens, spacing = now + timedelta(seconds=seconds), self._spacing(scopes).total_seconds()
        self._crowded[subject] = _Subject(opens, 1 + int(STEP / spacing))
        return opens

    def _spacing(self, scopes: Mapping[str, str]) -> timedelta:
        rates = [rate.seconds / rate.amount for rate in self.carrier.rates if rate.scope in scopes]
        return timedelta(seconds=max(rates, default=STEP))
