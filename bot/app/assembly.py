"""The composition root: starts a hub from its settings, and stops it; runs `hub check`.

`bot.app.components` builds the parts. Only this package knows both the core and the plug-ins.
"""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from socket import socket
from typing import Any

import structlog

import storage
from bot.app import account_names, gauges, http, probes, server
from bot.app.components import Components, assemble
from bot.app.fault_watch import FaultWatch
from bot.app.load_watch import LoadWatch
from bot.app.long_waits import LongWaits
from bot.app.probes import ProbeAccess, Probes
from bot.app.readiness import Readiness, fullest
from bot.config.hub import HubSettings
from bot.delivery.lasting_faults import LastingFaults
from bot.delivery.outage_names import section, title
from bot.delivery.outages import Outages
from bot.delivery.roads import Road
from bot.domain import AccountName, DeskName
from bot.handlers.channel_updates import ChannelUpdateHandler
from bot.hub.context import Hub
from bot.locale import translator
from bot.ports import Bridge, Checked, Clock, Desk, Finding, private_files
from bot.runtime.clock import SystemClock
from bot.runtime.supervisor import Supervisor
from settings import Settings

log = structlog.get_logger(__name__)

Report = Callable[[], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True)
class App:
    """A running hub. `url`: address of its HTTP server."""

    hub: Hub
    supervisor: Supervisor
    bridges: Mapping[AccountName, Bridge]
    desks: Mapping[DeskName, Desk]
    update_handlers: Mapping[AccountName, ChannelUpdateHandler]
    url: str


async def serve(settings: Settings, on_ready: Callable[[App], None] | None = None) -> None:
    """Runs the hub until SIGINT or SIGTERM. `on_ready` is called once everything has started."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, stop.set)
    loop.add_signal_handler(signal.SIGHUP, stop.set if sys.stdin.isatty() else _ignore_hangup)
    async with running(settings) as app:
        _relax_collector()
        log.info("ready", url=app.url)
        if on_ready is not None:
            on_ready(app)
        await stop.wait()
        log.info("stopping")


def _ignore_hangup() -> None:
    """Programs that rotate logs or reload services send SIGHUP; a closed terminal does, too, and that ends the hub."""
    log.warning("SIGHUP is ignored: restart the hub to read hub.toml again")


def _relax_collector() -> None:
    """Spares the garbage collector: freezes the objects made at start, and makes it run less often, because a message
    creates many small objects and hardly a cycle. Saves a sixth of the CPU, measured."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@asynccontextmanager
async def running(settings: Settings, *, clock: Clock | None = None) -> AsyncIterator[App]:
    """Starts a hub, and stops all of it on exit. Raises the storage's error when the database cannot be used."""
    async with AsyncExitStack() as stack:
        _shut_others_out(settings)
        parts = await assemble(settings, clock or SystemClock(), stack, exclusive=True)
        stack.push_async_callback(parts.close)
        outages = Outages(parts.hub)
        supervisor = Supervisor(parts.tools.clock, on_unavailable=outages.job_began, on_available=outages.job_ended)
        hub = settings.hub
        sock = server.listening(hub.listen, "hub.listen", stack)
        readiness = Readiness(parts.hub, parts.owner, partial(fullest, hub.folders, storage.free))
        faults = LastingFaults(parts.hub)
        waits = LongWaits(parts.hub, parts.budgets, faults, supervisor.health)
        report = waits.beside(readiness.report)
        gauges.watch(parts.hub.store, parts.hub.intake)
        stack.push_async_callback(supervisor.stop, 15)
        await parts.begin()  # operators' rights are unknown before
        await _serve(hub, parts, sock, supervisor, report, stack)
        supervisor.add("wake", parts.wake.run)
        supervisor.add("readiness", readiness.run)
        if not parts.hub.store.embedded:
            supervisor.add("clock", parts.clock_sync.run)
        loads = LoadWatch(parts.hub, faults)
        watch = FaultWatch(parts.hub, readiness, supervisor, loads, faults, parts.owner)
        supervisor.add("faults", watch.run)
        supervisor.add("waits", waits.run)
        for task in parts.tasks(outages, loads).all():
            supervisor.add(task.name, task.work, lease=task.lease)
        yield App(parts.hub, supervisor, parts.bridges, parts.desks, parts.update_handlers, server.url(sock))


async def _serve(
    hub: HubSettings, parts: Components, sock: socket, supervisor: Supervisor, readiness: Report, stack: AsyncExitStack
) -> None:
    """Answers HTTP until `stack` ends; metrics, and `/readyz` in detail, on an address of their own where there is
    one."""
    token, elsewhere = hub.metrics_token.get_secret_value(), bool(hub.metrics_listen)
    application = http.build(
        parts.bridges,
        {name: handler.accept for name, handler in parts.update_handlers.items()},
        parts.files,
        supervisor,
        readiness,
        parts.routes(),
        ProbeAccess(token, elsewhere),
    )
    await stack.enter_async_context(server.http(application, sock, hub.proxies))
    if elsewhere:
        inside = probes.listener(Probes(supervisor, readiness, ProbeAccess(token, own=True)))
        own = server.listening(hub.metrics_listen, "hub.metrics_listen", stack)
        await stack.enter_async_context(server.http(inside, own, hub.proxies))


def _shut_others_out(settings: Settings) -> None:
    """Restricts files of earlier versions, which were as open as the umask allowed, to the hub's user."""
    database, ends = settings.hub.database_file, private_files.BESIDE_A_DATABASE
    ours = [database.with_name(database.name + end) for end in ends] if database else []
    for path in (*ours, settings.hub.files):
        if private_files.tighten(path):
            log.warning("file permissions tightened: other users could read it", path=str(path))


async def check(settings: Settings) -> Sequence[tuple[str, Finding]]:
    """Returns the findings of `hub check`, each with its section of hub.toml."""
    tr = translator(settings.hub.locale)
    async with AsyncExitStack() as stack:
        try:
            parts = await assemble(settings, SystemClock(), stack)
        except storage.Unusable as error:
            what = tr.gettext(error.what).format(**error.values)
            return [("hub.database_url", Finding(False, what, tr.gettext(error.advice)))]
        stack.push_async_callback(parts.close)
        named: list[tuple[str, Any]] = [(f"desks.{name}", desk) for name, desk in parts.desks.items()]
        named += [(f"accounts.{name}", bridge) for name, bridge in parts.bridges.items()]
        named += [("crm", parts.hub.crm)]
        found = [("hub.database_url", finding) for finding in parts.clock_sync.findings(tr)]
        for name, one in named:
            if isinstance(one, Checked):
                found += [(name, finding) for finding in await one.check()]
        await account_names.note_removed(parts.hub, settings)
        found += await account_names.findings(parts.hub)
        found += await parts.pins.findings()
        async with parts.hub.store.read() as unit:
            for name, why in (await unit.outbox.pauses()).items():
                road = Road.parse(name)
                found.append((section(road.destination), Finding(False, f"{title(parts.hub, road)}: {why}")))
        return found
