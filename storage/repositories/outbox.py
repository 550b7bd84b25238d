"""Outbox: parcels in lanes, appended at the end, claimed lane by lane and settled by fence.

Claiming writes nothing into parcels: the lane records in `begun` how many of its first ones were handed out. If a claim
ends without settlement (its process died, the lease ran out), whoever takes the lane over marks them as doubtful.

Locks: a lane is locked before its parcels, so that enqueues and settlements of a lane follow each other, and neither an
empty lane nor a parcel without a lane is left behind. Lanes are locked after everything else: enqueues and settlements
wait in memory until just before the commit. Otherwise a courier (lane, then the message it marks) and an operator's
action (message, then the lane it enqueues into) would deadlock.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.domain import Key
from bot.ports.storage import LOOK_EVERY, NEVER, PLANNED, Claim, Parcel, Queue, Settlement, Urgency
from storage.engine import codec
from storage.engine.session import Retry, Session
from storage.engine.transaction import Transaction
from storage.repositories import outbox_statements as sql
from storage.repositories import outbox_turns as turns


def new_key() -> Key:
    return Key(secrets.token_hex(12))


class SqlOutbox:
    def __init__(self, session: Session, work: Transaction) -> None:
        self._session, self._work = session, work
        self._enqueued: list[dict[str, Any]] = []
        self._settled: list[tuple[Settlement, datetime]] = []

    async def enqueue(
        self,
        destination: str,
        lane: str,
        urgency: Urgency,
        kind: str,
        payload: Mapping[str, Any],
        *,
        due: datetime,
        key: Key | None = None,
        account: str = "",
    ) -> Key:
        key, now = key or new_key(), self._work.clock.now()
        planned = due > now + PLANNED
        self._enqueued.append(
            {
                "destination": destination,
                "name": lane,
                "account": account,
                "urgency": int(urgency),
                "due_at": due,
                "key": key,
                "kind": kind,
                "payload": codec.dump_plain(payload),
                "created_at": due if planned else now,
            }
        )
        if due < now + LOOK_EVERY:
            self._work.wake(f"outbox:{destination}")
        return key

    async def flush(self) -> None:
        """Writes the postponed settlements and enqueues. Called before the commit."""
        settled, self._settled = self._settled, []
        enqueued, self._enqueued = self._enqueued, []
        if settled and not self._session.alone:
            await self._lock(settled, enqueued)
        if settled:
            self._settle_parcels(settled)
            await self._settle_lanes(settled)
        if enqueued:
            self._enqueue(enqueued)

    async def _lock(self, settled: Sequence[tuple[Settlement, datetime]], enqueued: Sequence[dict[str, Any]]) -> None:
        """Locks every lane about to be touched, in the order that all transactions use, and verifies the assumed
        fences. Raises `Retry` when a fence was lost."""
        found = await self._session.rows(
            sql.LOCK,
            ids=[each.claim.lane for each, _ in settled],
            destinations=[parcel["destination"] for parcel in enqueued],
            names=[parcel["name"] for parcel in enqueued],
        )
        lost = {(each.claim.lane, each.claim.fence) for each, _ in settled} - {tuple(row) for row in found}
        if lost:
            self._work.lost |= lost
            raise Retry("a fence was lost")

    def _enqueue(self, enqueued: list[dict[str, Any]]) -> None:
        if len(enqueued) == 1 or self._session.alone:
            for parcel in enqueued:
                self._session.later(sql.ENQUEUE, **parcel)
        else:
            self._session.later(
                sql.ENQUEUE_MANY, **{name: [parcel[name] for parcel in enqueued] for name in enqueued[0]}
            )

    # ------------------------------------------------------------------------------------- claim

    async def claim(
        self,
        destination: str,
        owner: str,
        now: datetime,
        *,
        lanes: int,
        depth: int,
        lease: float,
        probe: bool = False,
        served: Mapping[Queue, int] = NEVER,
    ) -> Sequence[Claim]:
        await self.flush()
        due = await self._due(destination, now, lanes, probe, served)
        if not due:
            return ()
        for lane, _, begun, _, _ in due:
            if begun:
                self._session.later(sql.DOUBT, lane=lane, begun=begun)
        ids, fence = [row[0] for row in due], secrets.token_hex(8)
        until = now + timedelta(seconds=lease)
        self._session.later(sql.TAKE, ids=ids, fence=fence, owner=owner, until=until, depth=depth)
        parcels: dict[int, list[Parcel]] = defaultdict(list)
        for lane, id_, key, kind, payload, created_at, attempts, doubtful in await self._session.rows(
            sql.FIRST, ids=ids, depth=depth
        ):
            content = codec.load_plain(payload)
            parcels[lane].append(Parcel(id_, key, kind, content, created_at, attempts, doubtful))
        return [
            Claim(lane, name, destination, fence, tuple(parcels[lane]), Queue(Urgency(urgency), account))
            for lane, name, _, urgency, account in due
        ]

    async def _due(
        self, destination: str, now: datetime, lanes: int, probe: bool, served: Mapping[Queue, int]
    ) -> Sequence[turns.Row]:
        statement = turns.DUE_PAUSED if probe else turns.DUE
        if self._session.alone:
            found = await self._session.rows(statement, destination=destination, now=now, most=lanes)
        else:
            since = self._work.looks.since(destination, now)
            found = await self._session.rows(
                statement,
                destination=destination,
                now=now,
                since=since,
                lanes=lanes,
                most=lanes + turns.SPARE,
                served=[turns.name(queue) for queue in sorted(served, key=served.__getitem__)],
            )
            self._work.looks.saw(destination, since, now, all_of_it=len(found) < lanes)
        return turns.in_turn(found, served, lanes)

    # ------------------------------------------------------------------------------------ settle

    async def settle(self, settlement: Settlement, now: datetime) -> bool:
        return (await self.settle_many([settlement], now))[0]

    async def settle_many(self, settlements: Sequence[Settlement], now: datetime) -> Sequence[bool]:
        """On SQLite, checks the fences at once. On PostgreSQL, assumes that they hold and checks them under lock before
        the commit; if one was lost, the transaction runs again knowing it."""
        if not settlements:
            return []
        if self._session.alone:
            held = await self._held(settlements)
        else:
            held = {(each.claim.lane, each.claim.fence) for each in settlements} - self._work.lost
        kept = [(each.claim.lane, each.claim.fence) in held for each in settlements]
        self._settled += [(each, now) for each, keep in zip(settlements, kept, strict=True) if keep]
        return kept

    async def _held(self, settlements: Sequence[Settlement]) -> set[tuple[int, str]]:
        ids = [each.claim.lane for each in settlements]
        fences = list({each.claim.fence for each in settlements})
        return {(lane, fence) for lane, fence in await self._session.rows(sql.HELD, ids=ids, fences=fences)}

    def _settle_parcels(self, settled: Sequence[tuple[Settlement, datetime]]) -> None:
        for each, now in settled:
            for parcel, error in each.dead.items():
                self._session.later(sql.BURY, id=parcel, error=error, now=now)
            for parcel, doubtful in each.again.items():
                self._session.later(sql.AGAIN, id=parcel, again=doubtful, counts=int(each.counts))
        if gone := [parcel for each, _ in settled for parcel in (*each.done, *each.dead)]:
            self._session.later(sql.REMOVE, ids=gone)

    async def _settle_lanes(self, settled: Sequence[tuple[Settlement, datetime]]) -> None:
        ids = {each.claim.lane for each, _ in settled}
        if self._session.alone:
            self._session.later(sql.CLOSE, ids=list(ids))
        else:
            ids -= {lane for (lane,) in await self._session.rows(sql.CLOSED, ids=list(ids))}
        due: dict[datetime, list[int]] = defaultdict(list)
        for each, now in settled:
            if each.claim.lane in ids:
                due[each.again_at or now].append(each.claim.lane)
        for due_at, lanes in due.items():
            self._session.later(sql.FREE, ids=lanes, due_at=due_at)

    async def perhaps_sent(self, destination: str, lane: str) -> Sequence[Mapping[str, Any]]:
        await self.flush()
        payloads: list[Mapping[str, Any]] = []
        for id_, begun in await self._session.rows(sql.LANE, destination=destination, name=lane):
            found = await self._session.rows(sql.PERHAPS_SENT, lane=id_, begun=begun)
            payloads += [codec.load_plain(payload) for (payload,) in found]
        return payloads

    async def renew(self, claims: Sequence[Claim], until: datetime) -> Sequence[bool]:
        await self.flush()
        ids, fences = [claim.lane for claim in claims], list({claim.fence for claim in claims})
        held = {tuple(row) for row in await self._session.rows(sql.RENEW, ids=ids, fences=fences, until=until)}
        return [(claim.lane, claim.fence) in held for claim in claims]

    async def hasten(self, lanes: Sequence[int], now: datetime) -> None:
        await self.flush()
        self._session.later(sql.HASTEN, ids=list(lanes), now=now)

    async def release_all(self) -> None:
        await self.flush()
        claimed = await self._session.rows(sql.CLAIMED)
        for lane, begun in claimed:
            self._session.later(sql.DOUBT, lane=lane, begun=begun)
        if claimed:
            self._session.later(sql.FREE, ids=[lane for lane, _ in claimed], due_at=self._work.clock.now())

    # ------------------------------------------------------------------------- waiting and pauses

    async def waiting(self) -> Mapping[str, int]:
        await self.flush()
        return dict([tuple(row) for row in await self._session.rows(sql.WAITING, now=self._work.clock.now())])

    async def pause(self, destination: str, why: str, advice: str, now: datetime) -> bool:
        return bool(await self._session.rows(sql.PAUSE, destination=destination, why=why, advice=advice, since=now))

    async def resume(self, destination: str) -> bool:
        self._work.wake(f"outbox:{destination}")
        return bool(await self._session.rows(sql.RESUME, destination=destination))

    async def pauses(self) -> Mapping[str, str]:
        return dict([tuple(row) for row in await self._session.rows(sql.PAUSES)])
