"""Channels of a team chat that the hub cannot read: it is told, and what was missed is read when that ends."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime

import structlog

from bot.delivery.outages import Outages, unread
from bot.delivery.roads import Road
from bot.domain import DeskName
from bot.hub.context import Hub
from bot.hub.parcels import desk_destination
from bot.ports import DeliveryError, Rereading
from bot.ports.storage import Unit

log = structlog.get_logger(__name__)

EVERY = 5.0
"""Seconds between two looks, and the longest that one waits for channels to be read."""


class LostChannels:
    """Looks after the channels of one desk, in the process that reads it."""

    def __init__(self, hub: Hub, outages: Outages, name: DeskName, desk: Rereading) -> None:
        self._hub, self._outages, self._desk = hub, outages, desk
        self._destination = desk_destination(name)
        self._reading: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        try:
            while True:
                await self._hub.clock.sleep(EVERY)
                await self.look()
        finally:
            for task in self._reading.values():
                task.cancel()
            await asyncio.gather(*self._reading.values(), return_exceptions=True)

    async def look(self) -> None:
        async with self._hub.store.read() as unit:
            pauses = await unit.outbox.pauses()
            returned = await unit.cursors.beginning(unread(self._destination))
        unreadable, start = self._desk.unreadable(), f"receive {self._destination} "
        for channel, error in unreadable.items():
            if start + channel not in pauses:
                await self._outages.began(start + channel, error)
        for pause in pauses:
            if pause.startswith(start) and Road.parse(pause).channel not in unreadable:
                await self._outages.ended(pause)
        lost = {road.channel for road in map(Road.parse, pauses) if road.destination == self._destination}
        wanted = {one: since for one, since in returned.items() if one not in lost and not one.startswith("@")}
        await self._read_again(wanted)

    async def _read_again(self, wanted: Mapping[str, str]) -> None:
        """Reads channels side by side, each since then, except those that are being read already: one that hangs holds
        up no other."""
        self._reading = {channel: task for channel, task in self._reading.items() if not task.done()}
        new = {
            one: asyncio.create_task(self._reread(one, at)) for one, at in wanted.items() if one not in self._reading
        }
        self._reading |= new
        if new:
            await asyncio.wait(new.values(), timeout=EVERY)

    async def _reread(self, channel: str, since: str) -> None:
        try:
            await self._desk.reread(channel, datetime.fromisoformat(since))
        except DeliveryError as error:
            log.warning("failed to read a channel again", channel=channel, error=str(error))
            return

        async def work(unit: Unit) -> None:
            if await unit.cursors.get(unread(self._destination) + channel) == since:
                await unit.cursors.forget(unread(self._destination) + channel)

        await self._hub.store.transact(work)
