"""Components of a hub: storage, connections, bridges, desks and handlers, built from its settings."""

from __future__ import annotations

import os
import secrets
import socket
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import bot.crm
import bot.desks
import bridges
import storage
from bot.actions import OFFERS
from bot.app import account_names, http_client
from bot.app.background import BackgroundJobs
from bot.app.clock_sync import ClockSync
from bot.app.gauges import TransactionMetrics
from bot.app.load_watch import LoadWatch
from bot.automation.pinned_names import Pins
from bot.automation.recovery import Recovery
from bot.config.hub import HubSettings
from bot.config.plugins import AccountSettings, BridgeRoutes, DeskKind, DeskTools
from bot.delivery.outages import Outages
from bot.domain import Account, AccountName, DeskName
from bot.domain.account_rules import AccountRules, Grant
from bot.handlers.channel_updates import ChannelUpdateHandler
from bot.handlers.desk_events import DeskEventHandler
from bot.handlers.web_desk import WebDeskQueries
from bot.hub.context import Administrators, Hub
from bot.hub.parcels import CRM, account_destination, desk_destination
from bot.hub.tokens import Seal
from bot.locale import translator
from bot.ports import Bridge, Caller, Clock, Desk, Desks, Route, Tools
from bot.ports.storage import Unit
from bot.runtime.clock import local_zone
from bot.runtime.http_pools import HttpPools
from bot.runtime.outbound import Guard
from settings import Settings


@dataclass
class Components:
    """All parts of a hub, built but not yet running."""

    settings: Settings
    store: storage.SqlStore
    hub: Hub
    tools: Tools
    files: storage.LocalFiles
    wake: storage.Waker
    budgets: storage.SharedBudgets
    bridges: dict[AccountName, Bridge]
    desks: dict[DeskName, Desk]
    update_handlers: dict[AccountName, ChannelUpdateHandler]
    desk_handlers: dict[DeskName, DeskEventHandler]
    caller: Callable[[str], Caller]
    pins: Pins
    recovery: Recovery
    owner: str
    clock_sync: ClockSync

    async def begin(self) -> None:
        """Releases lanes left claimed by the previous run (SQLite only), moves renamed accounts, recognizes a restored
        database, and pins names to people; called before anything runs."""

        async def work(unit: Unit) -> None:
            if self.hub.store.embedded:
                await unit.outbox.release_all()

        await self.hub.store.transact(work)
        await account_names.move(self.store, self.settings)
        await account_names.note_removed(self.hub, self.settings)
        await self.recovery.begin()
        await self.pins.begin()

    def tasks(self, outages: Outages, loads: LoadWatch) -> BackgroundJobs:
        return BackgroundJobs(
            self.hub,
            self.budgets,
            self.wake,
            self.update_handlers,
            self.desk_handlers,
            outages,
            loads,
            self.owner,
            self.tools.public_url,
            self.caller,
            self.pins,
            self.recovery,
        )

    def routes(self) -> list[Route]:
        """Returns the routes of every kind in use, each with its own desks or accounts. Kinds of accounts with the very
        same `routes` share them, with the accounts of all."""
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
        return kind.routes(ours, {one: self.desk_handlers[one] for one in ours}) if kind.routes else ()

    def _bridge_routes(self, routes: BridgeRoutes, kinds: set[str]) -> Sequence[Route]:
        ours = {one: bridge for one, bridge in self.bridges.items() if self.settings.accounts[one].kind in kinds}
        return routes(ours, {one: self.update_handlers[one].accept for one in ours}, self.tools)

    async def close(self) -> None:
        for bridge in self.bridges.values():
            await bridge.close()
        for desk in self.desks.values():
            await desk.close()
        if self.hub.crm is not None:
            await self.hub.crm.close()


async def assemble(settings: Settings, clock: Clock, stack: AsyncExitStack, *, exclusive: bool = False) -> Components:
    """Builds all components; `stack` closes their connections. `exclusive`: to run the hub, not only to inspect it."""
    base = await _connected(settings.hub, clock, stack, exclusive)
    channels, desks = dict[AccountName, Bridge](), dict[DeskName, Desk]()
    hub = _hub(settings, base, channels, desks)
    _plug_in(settings, base, hub, channels, desks)
    return Components(
        settings=settings,
        store=base.store,
        hub=hub,
        tools=base.tools,
        files=base.files,
        wake=base.wake,
        budgets=base.budgets,
        bridges=channels,
        desks=desks,
        update_handlers={name: ChannelUpdateHandler(hub, name) for name in channels},
        desk_handlers={name: DeskEventHandler(hub, name) for name in desks},
        caller=lambda destination: http_client.caller(base.pools.of(destination).guarded_http),
        pins=Pins(hub, settings.roles),
        recovery=Recovery(hub, storage.NotesFile(_notes(settings.hub))),
        owner=f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}",
        clock_sync=base.clock_sync,
    )


@dataclass(frozen=True)
class _Foundation:
    """Storage and connections that the other components are built on. `tools`: those of the hub itself."""

    store: storage.SqlStore
    files: storage.LocalFiles
    wake: storage.Waker
    budgets: storage.SharedBudgets
    sign_ins: storage.StoredSignIns
    pools: HttpPools
    tools: Tools
    clock_sync: ClockSync

    def tools_for(self, destination: str) -> Tools:
        """Returns the tools with HTTP connections of the destination's own."""
        pool = self.pools.of(destination)
        return replace(self.tools, http=pool.http, guarded_http=pool.guarded_http, lasting_http=pool.lasting_http)


async def _connected(config: HubSettings, clock: Clock, stack: AsyncExitStack, exclusive: bool) -> _Foundation:
    wake = storage.waker(config.redis_url)
    stack.push_async_callback(wake.close)
    store = await storage.connect(
        config.database_url,
        wake=wake,
        clock=clock,
        connections=config.database_connections * 2 // 3,
        exclusive=exclusive,
        observer=TransactionMetrics(),
    )
    stack.push_async_callback(store.close)
    clock_sync = ClockSync(store, clock)
    await clock_sync.compare()
    budgets = storage.SharedBudgets(config.redis_url)
    stack.push_async_callback(budgets.close)
    pools = HttpPools(Guard(config.private_addresses))
    stack.push_async_callback(pools.close)
    own = pools.of("hub")
    secret, before = config.secret.get_secret_value(), config.secret_before.get_secret_value()
    files = storage.LocalFiles(config.files, secret, config.public_url, clock, store, before=before)
    tools = Tools(
        http=own.http,
        guarded_http=own.guarded_http,
        lasting_http=own.lasting_http,
        files=files,
        mailbox=storage.StoredMailbox(store),
        wake=wake,
        clock=clock,
        secret=secret,
        public_url=config.public_url,
        locale=config.locale,
        secret_before=before,
    )
    return _Foundation(store, files, wake, budgets, storage.StoredSignIns(store), pools, tools, clock_sync)


def _notes(config: HubSettings) -> Path:
    """Place of the note of the numbers reached: beside an embedded database, otherwise among the files."""
    database = config.database_file
    return database.with_name(f"{database.name}.reached") if database else config.files / "reached"


def _hub(
    settings: Settings, base: _Foundation, channels: Mapping[AccountName, Bridge], desks: Mapping[DeskName, Desk]
) -> Hub:
    """Builds the core's context. `channels`, `desks`: still empty, filled by `_plug_in`."""
    config, tools = settings.hub, base.tools
    return Hub(
        store=base.store,
        clock=tools.clock,
        files=base.files,
        desks=Desks(desks),
        bridges=channels,
        accounts={name: _account(name, one) for name, one in settings.accounts.items()},
        seal=Seal(tools.secret, tools.secret_before),
        secret=tools.secret,
        tr=translator(config.locale),
        offers=OFFERS,
        locale=config.locale,
        admins=Administrators(config.admins),
        marks=config.marks,
        correspondence=config.correspondence,
        zone=local_zone(),
        public_url=config.public_url,
        country=config.home,
        crm=bot.crm.kind(settings.crm.kind).build(settings.crm, base.tools_for(CRM)) if settings.crm else None,
    )


def _plug_in(
    settings: Settings, base: _Foundation, hub: Hub, channels: dict[AccountName, Bridge], desks: dict[DeskName, Desk]
) -> None:
    """Builds every desk and bridge of hub.toml; each is a source of files, too."""
    queries = WebDeskQueries(hub)
    for desk, given in settings.desks.items():
        channels_of = tuple(one.channel for one in settings.accounts.values() if one.desk == desk and one.channel)
        desk_tools = DeskTools(base.tools_for(desk_destination(desk)), queries, base.sign_ins, channels_of)
        desks[desk] = bot.desks.kind(given.kind).build(desk, given, desk_tools)
        base.files.sources[desk_destination(desk)] = desks[desk]
    for account, wired in settings.accounts.items():
        destination = account_destination(account)
        channels[account] = bridges.kind(wired.kind).build(account, wired, base.tools_for(destination))
        for name in (account, *map(AccountName, wired.former)):  # what came before is known by the name of then
            base.files.sources[account_destination(name)] = channels[account]


def _account(name: AccountName, settings: AccountSettings) -> Account:
    """Returns the account as the core sees it, with its initial settings from hub.toml."""
    initial = settings.initial
    grants = tuple(
        Grant(subject, rights.read, rights.send, rights.administer) for subject, rights in initial.rights.items()
    )
    rules = AccountRules(initial.responsible, initial.reason_required, initial.reasons, grants, initial.everyone_reads)
    title = settings.title or str(name)
    return Account(name, settings.kind, title, DeskName(settings.desk), settings.channel, rules)
