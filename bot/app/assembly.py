"""The composition root: settings → storage, bridges, desks, couriers → supervisor.

The only place that knows both the core and what is plugged into it.
"""

from __future__ import annotations

import asyncio
import gc
import os
import secrets
import signal
import socket
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import structlog

import bot.crm
import bot.desks
import bridges
import storage
from bot.actions import OFFERS
from bot.app import http as web
from bot.app import http_client as calling
from bot.app import probes
from bot.app import server as serving
from bot.app.background import BackgroundJobs
from bot.app.probes import Insight, Probes
from bot.automation.pinned_names import Pins
from bot.config.hub import host_and_port
from bot.config.plugins import AccountSettings, BridgeRoutes, DeskKind, DeskTools
from bot.delivery.outages import Outages
from bot.domain import Account, AccountName, DeskName
from bot.domain.account_rules import AccountRules, Grant
from bot.handlers.channel_updates import ChannelUpdateHandler
from bot.handlers.desk_events import DeskEventHandler
from bot.handlers.web_desk import WebDeskQueries
from bot.hub.context import Administrators, Hub
from bot.hub.parcels import account as account_destination
from bot.hub.parcels import desk as desk_destination
from bot.hub.tokens import Seal
from bot.locale import translator
from bot.ports import (
    Bridge,
    Checked,
    Clock,
    Desk,
    Desks,
    Finding,
    Route,
    Tools,
    private_files,
)
from bot.ports.storage import Unit
from bot.runtime import outbound
from bot.runtime.clock import SystemClock, local_zone
from bot.runtime.supervisor import Supervisor
from settings import Settings

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class App:
    """A hub that runs. `url`: where its HTTP server answers."""

    hub: Hub
    supervisor: Supervisor
    bridges: Mapping[AccountName, Bridge]
    desks: Mapping[DeskName, Desk]
    intakes: Mapping[AccountName, ChannelUpdateHandler]
    url: str


async def serve(settings: Settings, on_ready: Callable[[App], None] | None = None) -> None:
    """Runs the hub until SIGINT or SIGTERM. `on_ready` is called once everything has begun."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, stop.set)
    async with running(settings) as app:
        _relax_collector()
        log.info("ready", url=app.url)
        if on_ready is not None:
            on_ready(app)
        await stop.wait()
        log.info("stopping")


def _relax_collector() -> None:
    """What a hub consists of stays: the collector of cycles need not look at it again and again. And it may come less
    often: a message makes many small objects and hardly a cycle. Measured: a sixth of the CPU."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@asynccontextmanager
async def running(settings: Settings, *, clock: Clock | None = None) -> AsyncIterator[App]:
    """A hub from its first to its last task. Raises what the storage raises when it cannot be used."""
    async with AsyncExitStack() as stack:
        _shut_others_out(settings)
        parts = await _assembled(settings, clock or SystemClock(), stack, exclusive=True)
        stack.push_async_callback(_closed, parts)
        outages = Outages(parts.hub)
        supervisor = Supervisor(parts.tools.clock, on_unavailable=outages.began_once, on_available=outages.ended)
        hub = settings.hub
        token, elsewhere = hub.metrics_token.get_secret_value(), bool(hub.metrics_listen)
        sock = _listening(hub.listen, "hub.listen", stack)
        application = web.build(
            parts.bridges,
            {name: intake.accept for name, intake in parts.intakes.items()},
            parts.files,
            supervisor,
            parts.ready,
            parts.routes(),
            Insight(token, elsewhere),
        )
        stack.push_async_callback(supervisor.stop, 15)
        await parts.begin()  # nobody's rights are known before
        await stack.enter_async_context(serving.http(application, sock, hub.proxies))
        if elsewhere:
            inside = probes.listener(Probes(supervisor, parts.ready, Insight(token, own=True)))
            own = _listening(hub.metrics_listen, "hub.metrics_listen", stack)
            await stack.enter_async_context(serving.http(inside, own, hub.proxies))
        supervisor.add("wake", parts.wake.run)
        for task in parts.tasks(outages).all():
            supervisor.add(task.name, task.work, lease=task.lease)
        yield App(parts.hub, supervisor, parts.bridges, parts.desks, parts.intakes, _url(sock))


def _shut_others_out(settings: Settings) -> None:
    """What earlier versions made was as open as the umask allowed."""
    database, ends = settings.hub.database_file, private_files.BESIDE_A_DATABASE
    ours = [database.with_name(database.name + end) for end in ends] if database else []
    for path in (*ours, settings.hub.files):
        if private_files.tighten(path):
            log.warning("others could read this: now only the hub's user can", path=str(path))


async def check(settings: Settings) -> Sequence[tuple[str, Finding]]:
    """What `hub check` finds, by the section of hub.toml that it is about."""
    async with AsyncExitStack() as stack:
        try:
            parts = await _assembled(settings, SystemClock(), stack)
        except storage.Unusable as error:
            tr = translator(settings.hub.locale)
            what = tr.gettext(error.what).format(**error.values)
            return [("hub.database_url", Finding(False, what, tr.gettext(error.advice)))]
        stack.push_async_callback(_closed, parts)
        named: list[tuple[str, Any]] = [(f"desks.{name}", desk) for name, desk in parts.desks.items()]
        named += [(f"accounts.{name}", bridge) for name, bridge in parts.bridges.items()]
        named += [("crm", parts.hub.crm)]
        found: list[tuple[str, Finding]] = []
        for name, one in named:
            if isinstance(one, Checked):
                found += [(name, finding) for finding in await one.check()]
        found += await parts.pins.findings()
        async with parts.hub.store.read() as unit:
            for destination, why in (await unit.outbox.pauses()).items():
                found.append((destination, Finding(False, why)))
        return found


# ---------------------------------------------------------------------------------------- assembling


@dataclass
class _Assembly:
    """Everything that a hub is made of, before it runs."""

    settings: Settings
    hub: Hub
    tools: Tools
    files: storage.LocalFiles
    wake: storage.Waker
    budgets: storage.SharedBudgets
    bridges: dict[AccountName, Bridge]
    desks: dict[DeskName, Desk]
    intakes: dict[AccountName, ChannelUpdateHandler]
    offices: dict[DeskName, DeskEventHandler]
    pins: Pins
    owner: str

    async def begin(self) -> None:
        """What has to be so before anything runs."""

        async def work(unit: Unit) -> None:
            if self.hub.store.embedded:
                await unit.outbox.release_all()

        await self.hub.store.transact(work)
        await self.pins.begin()

    def tasks(self, outages: Outages) -> BackgroundJobs:
        return BackgroundJobs(
            self.hub,
            self.budgets,
            self.wake,
            self.intakes,
            self.offices,
            outages,
            self.owner,
            self.tools.public_url,
            calling.caller(self.tools.guarded_http),
            self.pins,
        )

    async def ready(self) -> Mapping[str, Any]:
        async with self.hub.store.read() as unit:
            return {"paused": dict(await unit.outbox.pauses())}

    def routes(self) -> list[Route]:
        """The routes of every kind in use, each given its own desks or accounts. Kinds of accounts that have the very
        same `routes` share them: they are asked for once, with the accounts of all."""
        found: list[Route] = []
        for kind in {one.kind: bot.desks.kind(one.kind) for one in self.settings.desks.values()}.items():
            found += self._desk_routes(*kind)
        sharing: defaultdict[BridgeRoutes, set[str]] = defaultdict(set)
        for one in self.settings.accounts.values():
            if routes := bridges.kind(one.kind).routes:
                sharing[routes].add(one.kind)
        for routes, kinds in sharing.items():
            found += self._bridge_routes(routes, kinds)
        return found

    def _desk_routes(self, name: str, kind: DeskKind) -> Sequence[Route]:
        ours = {one: desk for one, desk in self.desks.items() if self.settings.desks[one].kind == name}
        return kind.routes(ours, {one: self.offices[one] for one in ours}) if kind.routes else ()

    def _bridge_routes(self, routes: BridgeRoutes, kinds: set[str]) -> Sequence[Route]:
        ours = {one: bridge for one, bridge in self.bridges.items() if self.settings.accounts[one].kind in kinds}
        return routes(ours, {one: self.intakes[one].accept for one in ours}, self.tools)


async def _assembled(settings: Settings, clock: Clock, stack: AsyncExitStack, *, exclusive: bool = False) -> _Assembly:
    """`exclusive`: to run, not only to look."""
    config = settings.hub
    owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    wake = storage.waker(config.redis_url)
    stack.push_async_callback(wake.close)
    store = await storage.connect(config.database_url, wake=wake, clock=clock, exclusive=exclusive)
    stack.push_async_callback(store.close)
    budgets = storage.SharedBudgets(config.redis_url)
    stack.push_async_callback(budgets.close)
    http = await stack.enter_async_context(aiohttp.ClientSession(auto_decompress=True))
    guarded_http = await stack.enter_async_context(outbound.session(outbound.Guard(config.private_addresses)))
    secret, before = config.secret.get_secret_value(), config.secret_before.get_secret_value()
    files = storage.LocalFiles(config.files, secret, config.public_url, clock, store, before=before)
    mailbox = storage.StoredMailbox(store)
    tools = Tools(http, guarded_http, files, mailbox, wake, clock, secret, config.public_url, config.locale, before)
    desks: dict[DeskName, Desk] = {}
    channels: dict[AccountName, Bridge] = {}
    hub = Hub(
        store=store,
        clock=clock,
        files=files,
        desks=Desks(desks),
        bridges=channels,
        accounts={name: _account(name, one) for name, one in settings.accounts.items()},
        seal=Seal(secret, before),
        secret=secret,
        tr=translator(config.locale),
        offers=OFFERS,
        locale=config.locale,
        admins=Administrators(config.admins),
        marks=config.marks,
        correspondence=config.correspondence,
        zone=local_zone(),
        public_url=config.public_url,
        country=config.home,
        crm=bot.crm.kind(settings.crm.kind).build(settings.crm, tools) if settings.crm else None,
    )
    board, sign_ins = WebDeskQueries(hub), storage.StoredSignIns(store)
    for desk, given in settings.desks.items():
        channels_of = tuple(one.channel for one in settings.accounts.values() if one.desk == desk and one.channel)
        desk_tools = DeskTools(tools, board, sign_ins, channels_of)
        desks[desk] = bot.desks.kind(given.kind).build(desk, given, desk_tools)
        files.sources[desk_destination(desk)] = desks[desk]
    for account, wired in settings.accounts.items():
        channels[account] = bridges.kind(wired.kind).build(account, wired, tools)
        files.sources[account_destination(account)] = channels[account]
    intakes = {name: ChannelUpdateHandler(hub, name) for name in channels}
    offices = {name: DeskEventHandler(hub, name) for name in desks}
    pins = Pins(hub, settings.roles)
    return _Assembly(settings, hub, tools, files, wake, budgets, channels, desks, intakes, offices, pins, owner)


def _account(name: AccountName, settings: AccountSettings) -> Account:
    """The account as the core sees it, with the behaviour that hub.toml gives it to begin with."""
    initial = settings.initial
    grants = tuple(
        Grant(subject, rights.read, rights.send, rights.administer) for subject, rights in initial.rights.items()
    )
    rules = AccountRules(initial.responsible, initial.reason_required, initial.reasons, grants, initial.everyone_reads)
    title = settings.title or str(name)
    return Account(name, settings.kind, title, DeskName(settings.desk), settings.channel, rules)


def _listening(where: str, key: str, stack: AsyncExitStack) -> socket.socket:
    """A socket that is closed should anything fail before it is served on. `key`: whose value `where` is; an `OSError`
    names it."""
    host, port = host_and_port(where)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        sock = socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        error.filename = key
        raise
    stack.callback(sock.close)
    return sock


def _url(sock: socket.socket) -> str:
    host, port = sock.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def _closed(parts: _Assembly) -> None:
    for bridge in parts.bridges.values():
        await bridge.close()
    for desk in parts.desks.values():
        await desk.close()
    if parts.hub.crm is not None:
        await parts.hub.crm.close()
