"""Operators signed in to the web desk, as every process knows them."""

from __future__ import annotations

from datetime import timedelta

from bot.domain import DeskName
from bot.ports import sign_ins_topic
from storage import SqlStore, StoredSignIns, connect
from storage.signals.local import Waker
from tests.clock import ManualClock
from tests.waiting import FACT

DESK = DeskName("local")


async def test_what_one_process_ends_has_ended_in_all(
    store: SqlStore, database_url: str, wake: Waker, clock: ManualClock
) -> None:
    second = await connect(database_url, wake=Waker(), clock=clock)
    here, there = StoredSignIns(store), StoredSignIns(second)
    until = clock.now() + timedelta(days=30)
    one, two, other = [await here.begin(DESK, user, until) for user in ("anna", "anna", "boris")]
    assert len({one, two, other}) == 3
    assert [await there.until(id_) for id_ in (one, two, other)] == [until] * 3

    heard = wake.listen(sign_ins_topic(DESK, "anna"))
    await here.end(one)
    assert await heard.wait(FACT)
    heard.close()
    assert [await there.until(id_) for id_ in (one, two, other)] == [None, until, until]

    await there.end_all(DESK, "anna")
    assert [await here.until(id_) for id_ in (one, two, other)] == [None, None, until]
    await here.end("nobody's")
    await second.close()


async def test_what_is_over_does_not_stay(store: SqlStore, clock: ManualClock) -> None:
    sign_ins = StoredSignIns(store)
    old = await sign_ins.begin(DESK, "anna", clock.now() + timedelta(days=1))
    clock.advance(2 * 86400)
    await sign_ins.begin(DESK, "boris", clock.now() + timedelta(days=1))
    assert await sign_ins.until(old) is None
