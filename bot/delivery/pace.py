"""Pace of a destination: which of the claimed lanes may go now, within the platform's rate limits, so that the accounts
that share the destination take turns.

A subject (a chat, a channel) whose budget is used up is closed until it has room again. All lanes that wait for it then
come back at that same moment, so that the account served longest ago, not the quickest lane, gets the room. As long as
more wait than may go, a subject opens in small steps: a burst of one account would leave a long silence behind it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
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
        found = self._first_ones_first(found)
        waits = await self._waits(found, now)
        for claim in found:
            scopes = self.carrier.scopes(claim)
            subject = _subject(scopes)
            opens = self._opens(subject, scopes, waits.get(claim.lane), now) if scopes else None
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

    def _first_ones_first(self, found: Sequence[Claim]) -> Sequence[Claim]:
        """Puts an account's claims of `Carrier.first` before its others, without changing the turns of accounts."""
        if not self.carrier.first:
            return found
        queues: defaultdict[Queue, list[Claim]] = defaultdict(list)
        for claim in found:
            queues[claim.queue].append(claim)
        for claims in queues.values():
            claims.sort(key=lambda claim: claim.parcels[0].kind not in self.carrier.first)
        ordered = {queue: iter(claims) for queue, claims in queues.items()}
        return [next(ordered[claim.queue]) for claim in found]

    async def give_back(self, claim: Claim) -> None:
        """Gives back what the claim took: it is settled without a request to the platform."""
        if scopes := self.carrier.scopes(claim):
            await self.budgets.give_back(self.destination, self.carrier.rates, [scopes])

    def seconds_to_next(self, now: datetime) -> float | None:
        """Returns the seconds until the next subject opens; None: all are open."""
        waits = [(one.opens - now).total_seconds() for one in self._crowded.values() if one.opens > now]
        return min(waits, default=None)

    async def _waits(self, found: Sequence[Claim], now: datetime) -> Mapping[int, float]:
        """Takes what each lane needs whose subject is open, of all lanes in one request. Returns, by lane, the seconds
        until there is room for it; 0: it was taken."""
        asking: dict[int, Mapping[str, str]] = {}
        count: Counter[str] = Counter()
        for claim in found:
            scopes = self.carrier.scopes(claim)
            crowded = self._crowded.get(_subject(scopes))
            if scopes and (crowded is None or (crowded.opens <= now and count[_subject(scopes)] < crowded.left)):
                asking[claim.lane] = scopes
                count[_subject(scopes)] += 1
        if not asking:
            return {}
        waits = await self.budgets.take(self.destination, self.carrier.rates, [*asking.values()])
        return dict(zip(asking, waits, strict=True))

    def _opens(self, subject: str, scopes: Mapping[str, str], wait: float | None, now: datetime) -> datetime | None:
        """Returns the time when the subject opens if it is closed. `wait` None: no room was asked for."""
        crowded = self._crowded.get(subject)
        if crowded is not None and crowded.opens > now:  # closed before, or by one before it
            return crowded.opens if wait != 0 else None
        if wait is None:
            wait = max(self._spacing(scopes).total_seconds(), STEP)
        elif crowded is not None:
            crowded.left -= 1
        return self._close(subject, scopes, wait, now) if wait > 0 else None

    def _close(self, subject: str, scopes: Mapping[str, str], seconds: float, now: datetime) -> datetime:
        opens, spacing = now + timedelta(seconds=seconds), self._spacing(scopes).total_seconds()
        self._crowded[subject] = _Subject(opens, 1 + int(STEP / spacing))
        return opens

    def _spacing(self, scopes: Mapping[str, str]) -> timedelta:
        rates = [rate.seconds / rate.amount for rate in self.carrier.rates if rate.scope in scopes]
        return timedelta(seconds=max(rates, default=STEP))


def _subject(scopes: Mapping[str, str]) -> str:
    return "|".join(scopes.values())
