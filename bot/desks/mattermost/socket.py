"""The websocket: every event once received is handed on in order, none left out.

The server numbers its events and keeps recent ones for a while. A lost connection is resumed with `connection_id` and
the next number wanted, and the server sends what was missed. If it cannot (it was restarted, or too much time has
passed), it greets with a new connection id, and the gap must be read another way.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

import aiohttp
import structlog

from bot.desks.mattermost.api import Api
from bot.desks.mattermost.intake import EventIntake
from bot.ports import Clock, Transient, Unavailable
from bot.runtime import network_faults

log = structlog.get_logger(__name__)

HEARTBEAT = 30.0
GREETING = 10.0
"""Seconds for the server to accept the connection, and to greet on a new one."""
_FIRST_WAIT, _LONGEST_WAIT = 0.2, 30.0
_LARGEST = 16 * 2**20

Event = Mapping[str, Any]


class _Broken(Exception):
    """The connection is unusable. `fresh`: resuming would not deliver what was missed."""

    def __init__(self, why: str, *, fresh: bool = False) -> None:
        super().__init__(why)
        self.fresh = fresh


class Socket:
    """Reads events. `handle(event)` adds an event to the intake and is awaited before the next event; `reread()` begins
    to read what no event will report any more. When the intake fails, the connection is resumed at the event that
    failed."""

    def __init__(
        self,
        api: Api,
        http: aiohttp.ClientSession,
        clock: Clock,
        intake: EventIntake,
        handle: Callable[[Event], Awaitable[None]],
        reread: Callable[[], None],
    ) -> None:
        self._api, self._http, self._clock, self._intake = api, http, clock, intake
        self._handle, self._reread = handle, reread
        self._connection = ""
        self._next = 0
        self.lost: datetime | None = None  # when the connection was; None while there is one

    async def run(self) -> None:
        """Runs for ever. Raises `Unavailable` when the token is refused."""
        wait = _FIRST_WAIT
        while True:
            self.lost = self.lost or self._clock.now()
            before, fresh = (self._connection, self._next), False
            try:
                await self._connected()
            except Unavailable:
                raise
            except _Broken as error:
                log.info("websocket lost", address=self._api.url, why=str(error))
                fresh = error.fresh
            except Exception as error:  # noqa: BLE001 - whatever failed, the event must be delivered again
                log.warning("failed to process a websocket event", error=type(error).__name__)
            await self._intake.settled()
            again = self._intake.restart(self._next)
            self._connection, self._next = ("", 0) if fresh else (self._connection, again)
            wait = _FIRST_WAIT if (self._connection, self._next) != before else min(wait * 2, _LONGEST_WAIT)
            await self._clock.sleep(wait * random.uniform(0.5, 1))

    async def _connected(self) -> None:
        url = self._api.url.replace("http", "ws", 1) + "/api/v4/websocket"
        params = {"connection_id": self._connection, "sequence_number": str(self._next)} if self._connection else {}
        try:
            async with asyncio.timeout(GREETING):
                socket = await self._http.ws_connect(
                    url, params=params, headers=self._api.headers, heartbeat=HEARTBEAT, max_msg_size=_LARGEST
                )
            stopping = asyncio.create_task(self._stop_on_failure(socket))
            try:
                await self._read(socket)
            finally:
                stopping.cancel()
                await socket.close()
        except aiohttp.WSServerHandshakeError as error:
            if error.status == 401:
                await self._api.me()  # raises an error that says what is wrong
            raise _Broken(f"HTTP {error.status}") from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _Broken(network_faults.describe(error)) from error

    async def _stop_on_failure(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        await self._intake.failed.wait()
        await socket.close()

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        silent = bool(self._connection)
        if silent:
            self.lost = None  # a resumed connection is not greeted
        else:
            await self._greeted(socket)
        async for message in socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                await self._take(_parsed(message.data))
                silent = False
        if silent:
            await self._api.me()  # raises an error if the token is no longer accepted
        raise _Broken(f"closed by the server ({socket.close_code})")

    async def _greeted(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Waits for the greeting. A server that does not accept the token stays silent, and closes the connection after
        a while: then an API call tells why."""
        message: aiohttp.WSMessage | None = None
        with suppress(TimeoutError):
            async with asyncio.timeout(GREETING):
                message = await socket.receive()
        if message is None or message.type is not aiohttp.WSMsgType.TEXT:
            await self._api.me()
            raise _Broken("no greeting")
        await self._take(_parsed(message.data))

    async def _take(self, event: Event) -> None:
        number = event.get("seq")
        if not isinstance(number, int) or "event" not in event:
            return  # an answer to a message of the hub's
        if event["event"] == "hello":
            self._hello(event, number)
        elif number == self._next:
            await self._handle({**event, "connection": self._connection})
        else:
            raise _Broken(f"event {number} instead of {self._next}", fresh=True)
        self._next = number + 1

    def _hello(self, event: Event, number: int) -> None:
        """Handles a greeting, which starts a new count: missed events from before it are read from now on."""
        connection = str((event.get("data") or {}).get("connection_id") or "")
        log.info("websocket connected", resumed=bool(self._connection) and connection == self._connection)
        self._next = number
        self._reread()
        self._connection, self.lost = connection, None


def _parsed(data: str) -> Event:
    try:
        event = json.loads(data)
    except ValueError:
        raise Transient("an event that is no JSON") from None
    return event if isinstance(event, dict) else {}
