"""Alerts: what lasts longer than a minute is told to administrators once, and once when it is over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import storage
from bot.app import fault_watch
from bot.app.fault_watch import FaultWatch
from bot.app.load_watch import FLOOD, LoadWatch
from bot.app.long_waits import LongWaits
from bot.app.readiness import FreeSpace
from bot.delivery.lasting_faults import LastingFaults
from bot.delivery.outages import Outages
from bot.hub.parcels import CRM
from bot.locale import translator
from bot.ports import LONG_WAIT, Rejected, RejectReason, Transient, Unavailable
from bot.ports.storage import Settlement, Unit, Urgency
from bot.runtime import metrics
from bot.runtime.supervisor import Health, JobState
from tests.core.helpers import open_dialog
from tests.core.test_outages import BOSS, direct_messages
from tests.core.world import DESK, SHOP, NoBudgets, World

MINUTE = 60


@pytest.fixture
async def seconds(world: World) -> Callable[[], float]:
    """Seconds of the world's clock. Its administrator is known."""
    await world.store.transact(lambda unit: unit.operators.upsert_operator(DESK, BOSS))
    await world.pin_names()
    return lambda: world.clock.now().timestamp()


@pytest.fixture
def faults(world: World, seconds: Callable[[], float]) -> LastingFaults:
    return LastingFaults(world.hub, seconds)


async def _told(world: World) -> list[str]:
    """Direct messages since the last call."""
    await world.deliver()
    found = direct_messages(world)
    world.desk.direct_messages.clear()
    return found


# ---------------------------------------------------------------------------------------- what lasts


async def test_what_lasts_is_told_once_and_its_end(world: World, faults: LastingFaults) -> None:
    await faults.there("x", "broken")
    world.clock.advance(MINUTE - 1)
    await faults.there("x", "broken")
    assert await _told(world) == []
    for _ in range(3):
        world.clock.advance(MINUTE)
        await faults.there("x", "broken")
    assert await _told(world) == ["broken"]
    await faults.gone("x", "mended")
    world.clock.advance(MINUTE - 1)
    await faults.there("x", "broken")  # not over yet
    await faults.gone("x", "mended")
    assert await _told(world) == []
    for _ in range(3):
        world.clock.advance(MINUTE)
        await faults.gone("x", "mended")
    assert await _told(world) == ["mended"]


async def test_what_is_short_is_not_told(world: World, faults: LastingFaults) -> None:
    for _ in range(5):
        await faults.there("x", "broken")
        world.clock.advance(MINUTE - 1)
        await faults.gone("x", "mended")
        world.clock.advance(MINUTE + 1)
        await faults.gone("x", "mended")
    assert await _told(world) == []


async def test_the_next_process_tells_the_end(world: World, faults: LastingFaults, seconds: Any) -> None:
    for process in (faults, LastingFaults(world.hub, seconds)):
        await process.there("x", "broken")
        world.clock.advance(MINUTE)
        await process.there("x", "broken")
    next_one = LastingFaults(world.hub, seconds)
    await next_one.gone("x", "mended")
    world.clock.advance(MINUTE)
    await next_one.gone("x", "mended")
    assert await _told(world) == ["broken", "mended"]


# ---------------------------------------------------------------------------------- what waits, and is dead


async def _minutes(world: World, watch: LoadWatch, minutes: int) -> None:
    for _ in range(2 * minutes):
        await watch.count()
        world.clock.advance(MINUTE / 2)
    await watch.count()


async def test_a_destination_that_does_not_keep_up_is_told(world: World, faults: LastingFaults) -> None:
    watch = LoadWatch(world.hub, faults)
    await world.customer_writes("Hello")
    await _minutes(world, watch, 3)
    gauge = metrics.render()[0].decode()
    assert 'hub_oldest_waiting_seconds{destination="desk:main"} 180.0' in gauge
    assert 'hub_waiting_customers{account="shop"} 1.0' in gauge
    [told] = await _told(world)
    assert told == "⚠️ The team chat “main” is behind: messages have been waiting for over a minute. Nothing is lost."
    await _minutes(world, watch, 2)
    assert await _told(world) == ["✅ The team chat “main” has caught up."]


async def test_a_paused_destination_is_told_as_such_alone(world: World, faults: LastingFaults) -> None:
    await world.customer_writes("Hello")
    await Outages(world.hub).began(f"desk:{DESK}", Unavailable("token refused"))
    await _minutes(world, LoadWatch(world.hub, faults), 3)
    await world.store.transact(lambda unit: unit.outbox.resume(f"desk:{DESK}"))
    assert [words for words in await _told(world) if "behind" in words] == []


async def test_a_flood_of_an_account_is_told_once_and_its_end(world: World, faults: LastingFaults) -> None:
    watch = LoadWatch(world.hub, faults)

    async def customers(unit: Unit) -> None:
        for number in range(FLOOD):
            lane, due, account = f"dialog:{number}", world.clock.now() + timedelta(hours=1), "shop"
            await unit.outbox.enqueue("desk:main", lane, Urgency.MESSAGE, "post", {}, due=due, account=account)

    await world.store.transact(customers)
    await _minutes(world, watch, 3)
    flooded = [words for words in await _told(world) if "flooded" in words]
    assert flooded == [
        "⚠️ Shop bot is flooded: 100 dialogs are waiting to be shown in the team chat. Customers of other accounts do "
        "not wait behind them."
    ]
    later, now = world.clock.now() + timedelta(hours=2), world.clock.now()
    [one] = await world.store.transact(
        lambda unit: unit.outbox.claim("desk:main", "me", later, lanes=1, depth=1, lease=9)
    )
    done = Settlement(one, done=(one.parcels[0].id,))
    await world.store.transact(lambda unit: unit.outbox.settle(done, now))
    await _minutes(world, watch, 2)
    assert [words for words in await _told(world) if "flooded" in words] == ["✅ Shop bot is no longer flooded."]


async def test_what_the_crm_refuses_is_told(world: World, faults: LastingFaults) -> None:
    await open_dialog(world)
    world.desk.fail["post"] += 2 * [Rejected(RejectReason.INVALID, "no such channel")]  # told by itself
    await world.customer_writes("Is anybody there?")
    await world.deliver()
    await _told(world)
    now, hour = world.clock.now(), world.clock.now() + timedelta(hours=1)
    crm: dict[str, Any] = {"destination": CRM, "now": now, "lanes": 1, "depth": 1, "lease": 60}
    await world.store.transact(lambda unit: unit.outbox.enqueue(CRM, "x", Urgency.CARD, "crm", {}, due=now))
    [claim] = await world.store.transact(lambda unit: unit.outbox.claim(owner="me", **crm))
    dead = Settlement(claim, dead={claim.parcels[0].id: "no such field"}, again_at=hour)
    await world.store.transact(lambda unit: unit.outbox.settle(dead, now))
    await _minutes(world, LoadWatch(world.hub, faults), 2)
    text = metrics.render()[0].decode()
    assert 'hub_dead_parcels{destination="desk:main"} 1.0' in text
    assert 'hub_dead_parcels{destination="crm:main"} 1.0' in text
    assert await _told(world) == [
        "⚠️ The CRM has refused data, and the hub has given it up: 1. Whoever is concerned has been told. Send it all "
        "again: “/dialog resend crm”."
    ]


async def test_one_process_alone_shows_the_figures(world: World, faults: LastingFaults) -> None:
    """Whoever loses the lease shows none."""
    watch = LoadWatch(replace(world.hub, clock=_Stopping(world.hub.clock.now())), faults)
    await world.customer_writes("Hello")
    with pytest.raises(_Stop):
        await watch.run()
    assert watch.led > 0
    for name in ("hub_waiting_parcels", "hub_oldest_waiting_seconds", "hub_dead_parcels", "hub_waiting_customers"):
        assert f"\n{name}{{" not in metrics.render()[0].decode()


class _Stop(Exception):
    pass


@dataclass
class _Stopping:
    """A clock whose first pause ends everything."""

    time: datetime

    def now(self) -> datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        raise _Stop


# ------------------------------------------------------------------------------- database, disk and jobs


@dataclass
class _Found:
    """Findings of `Readiness`."""

    written_at: datetime
    written: float = 0.0
    error: str = ""
    space: FreeSpace | None = None

    def database_fault(self) -> str:
        return self.error


@dataclass
class _Jobs:
    jobs: list[Health] = field(default_factory=list)

    def health(self) -> list[Health]:
        return self.jobs


@dataclass
class _Process:
    """One process of the hub: its findings and its watch."""

    world: World
    found: _Found
    jobs: _Jobs
    loads: LoadWatch
    watch: FaultWatch

    async def minutes(self, count: int) -> None:
        for _ in range(2 * count):
            await self.watch.look()
            self.world.clock.advance(MINUTE / 2)
        await self.watch.look()

    def away(self) -> None:
        self.found.error, self.found.written_at = "no answer in time", self.world.clock.now()

    def back(self) -> None:
        self.found.error = ""


@pytest.fixture
def process(world: World, faults: LastingFaults, monkeypatch: pytest.MonkeyPatch) -> Callable[[], _Process]:
    monkeypatch.setattr(fault_watch, "SETTLING", 0.0)

    def start() -> _Process:
        found, jobs, loads = _Found(world.clock.now()), _Jobs(), LoadWatch(world.hub, faults)
        readiness: Any = found
        supervisor: Any = jobs
        watch = FaultWatch(world.hub, readiness, supervisor, loads, faults, f"p{id(found)}")
        return _Process(world, found, jobs, loads, watch)

    return start


async def test_a_database_that_is_away_is_told_past_it(world: World, process: Callable[[], _Process]) -> None:
    """By one of several processes at once, and by the first that finds it working."""
    one, other = process(), process()
    one.loads.led = 1.0
    for each in (one, other):
        await each.minutes(1)
        each.found.written = 0.5
        each.away()
    for each in (one, other):
        await each.minutes(2)
    told = direct_messages(world)  # nothing went through the outbox
    embedded = world.store.embedded
    assert len(told) == (2 if embedded else 1)
    assert told[0].startswith("⚠️ The hub’s database has not accepted anything since")
    assert told[0].endswith("no answer in time. New messages wait in the messengers; nothing is lost.")
    world.desk.direct_messages.clear()
    for each in (one, other):
        each.back()
        await each.minutes(1)
    [over] = await _told(world)
    assert over.startswith("✅ The hub’s database works again. It accepted nothing from")


async def test_what_could_not_be_told_meanwhile_is_told_when_it_is_over(
    world: World, process: Callable[[], _Process]
) -> None:
    one = process()
    await one.minutes(1)
    world.desk.broken = lambda method: Transient("connection refused") if method == "tell" else None
    one.away()
    await one.minutes(3)
    assert direct_messages(world) == []
    world.desk.broken = lambda method: None
    one.back()
    await one.minutes(1)
    [over] = await _told(world)
    assert over.startswith("✅ The hub’s database works again.")


async def test_a_short_outage_of_the_database_is_not_told(world: World, process: Callable[[], _Process]) -> None:
    one = process()
    one.away()
    await one.watch.look()
    world.clock.advance(MINUTE - 1)
    await one.watch.look()
    one.back()
    await one.minutes(2)
    assert await _told(world) == []


async def test_a_full_disk_is_told(world: World, process: Callable[[], _Process]) -> None:
    one = process()
    one.found.space = FreeSpace(Path("/data"), storage.FLOOR - 1)
    await one.minutes(2)
    [told] = await _told(world)
    assert told.startswith("⚠️ The disk of /data on")
    assert "255 MB left" in told
    one.found.space = FreeSpace(Path("/data"), storage.FLOOR)
    await one.minutes(2)
    [over] = await _told(world)
    assert over.endswith("has enough free space again.")


async def test_a_job_that_keeps_failing_is_told(world: World, process: Callable[[], _Process]) -> None:
    """One that failed once and works, or is paused (which is told as such), is not."""
    one, now = process(), world.clock.now
    name = f"receive account:{SHOP}"
    one.jobs.jobs = [Health(name, JobState.RUNNING, now(), "Transient", 1), Health("x", JobState.PAUSED, now(), "", 9)]
    await one.minutes(3)
    assert await _told(world) == []
    one.jobs.jobs = [Health(name, JobState.BACKING_OFF, now(), "Transient", 5, "connection refused")]
    await one.minutes(2)
    [told] = await _told(world)
    called = "The account “Shop bot” (receiving)"
    assert told.startswith(f"⚠️ {called} has been failing for over a minute: connection refused.")
    one.jobs.jobs = [Health(name, JobState.RUNNING, now())]
    await one.minutes(2)
    assert await _told(world) == [f"✅ {called} works again."]


async def test_a_team_chat_without_a_connection_is_told(
    world: World, process: Callable[[], _Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, lost = process(), list[datetime]()
    one.jobs.jobs = [Health(f"desk:{DESK}", JobState.RUNNING, world.clock.now())]
    unheard = lambda _: lost[0] if lost else None  # noqa: E731
    monkeypatch.setattr(type(world.desk), "unheard_since", unheard, raising=False)
    await one.minutes(2)
    lost.append(world.clock.now())
    await one.minutes(2)
    lost.clear()
    await one.minutes(2)
    assert await _told(world) == [
        "⚠️ The team chat “main” has not been connected for over a minute: what operators write there waits.",
        "✅ The team chat “main” is connected again.",
    ]


async def test_alerts_are_in_russian_too(world: World, seconds: Any) -> None:
    hub = replace(world.hub, tr=translator("ru"), locale="ru")
    await world.customer_writes("Hello")
    await _minutes(world, LoadWatch(hub, LastingFaults(hub, seconds)), 3)
    assert await _told(world) == ["⚠️ Чат команды «main» не успевает: сообщения ждут больше минуты. Ничего не потеряно."]


@dataclass
class _Asked(NoBudgets):
    """Budgets that remember what platforms asked for."""

    def long_waits(self) -> Mapping[tuple[str, str], float]:
        return {(owner, subject): seconds for owner, subject, seconds in self.blocked}


@pytest.mark.parametrize("scope", ["channel", ""])
async def test_a_platform_that_asks_to_wait_for_minutes_is_told_and_shown(
    world: World, faults: LastingFaults, scope: str
) -> None:
    world.budgets = budgets = _Asked()
    waits = LongWaits(world.hub, budgets, faults)
    await world.customer_writes("Hello")
    world.desk.fail["open"] = [Transient("chat.postMessage: ratelimited", 600, scope)]
    await world.deliver()
    await waits.look()
    world.clock.advance(LONG_WAIT + 1)
    await waits.look()
    assert await _told(world) == [
        "⚠️ The team chat “main” has asked the hub to wait for 10 more minutes, because it sent too much. "
        "Nothing is lost."
    ]

    async def report() -> Mapping[str, Any]:
        return {"paused": {"account:shop": "token refused"}}

    shown = (await waits.beside(report)())["paused"]
    assert shown.pop("account:shop") == "token refused"
    assert [*shown.values()] == ["asked to wait, 600 s left"]
    budgets.blocked.clear()
    for _ in range(2):
        await waits.look()
        world.clock.advance(LONG_WAIT + 1)
    assert await _told(world) == ["✅ The team chat “main” takes everything again."]


async def test_a_job_and_a_call_that_are_asked_to_wait_for_minutes_are_told_and_shown(
    world: World, process: Callable[[], _Process], faults: LastingFaults, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told as a wait, not as a fault as well."""
    one, until = process(), world.clock.now() + timedelta(seconds=600)
    busy = Health(f"receive account:{SHOP}", JobState.BACKING_OFF, world.clock.now(), "Transient", 1, "429", until)
    one.jobs.jobs = [busy, replace(busy, name=f"desk:{DESK}")]
    calls = {"apps.connections.open": 600.0}
    monkeypatch.setattr(type(world.desk), "long_waits", lambda _: calls, raising=False)
    waits = LongWaits(world.hub, NoBudgets(), faults, one.jobs.health)
    shown = (await waits.beside(nothing_paused)())["paused"]
    assert shown == {
        f"account:{SHOP} receive": "asked to wait, 600 s left",
        f"desk:{DESK} apps.connections.open": "asked to wait, 600 s left",
    }
    await waits.look()
    await one.minutes(2)
    await waits.look()
    told = await _told(world)
    assert len(told) == 2
    assert all("has asked the hub to wait" in words for words in told)


async def nothing_paused() -> Mapping[str, Any]:
    return {"paused": {}}
