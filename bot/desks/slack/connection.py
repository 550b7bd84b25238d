"""One websocket of Socket Mode: events arrive over connections opened by the hub, so no public address is needed.

Slack says that a connection is about to end (`disconnect`), usually ten seconds before, and goes on delivering until
then. https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from typing import Any, cast

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.proxy_env_variable_loader import load_http_proxy_from_env
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.desks.slack.errors import SOCKET_MODE, translated
from bot.desks.slack.payloads import as_object
from bot.desks.slack.receiving import Receiver
from bot.desks.slack.workspace import QUIET, Workspace
from bot.ports import DeliveryError, Transient, Unavailable
from bot.runtime.throttled_log import ThrottledLog

throttled = ThrottledLog(structlog.get_logger(__name__))

PING_EVERY = 5.0
UNANSWERED = 4
"""Pings in a row without an answer after which a connection counts as silent."""
GREETING = 10.0
"""Seconds for Slack to greet on a new connection."""
GRACE = 1.0
"""Seconds for events being handled to finish after their connection has ended."""
LARGEST = 16 << 20
DISABLED, TOO_MANY = "link_disabled", "too_many_websockets"


class Connection:
    """A websocket connection. `leaving`: set when Slack has said that it will end, for `reason`; `over`: set when it
    has ended. `silent`: it ended because nothing came any more. `lasts`: seconds for which Slack means to keep it; 0:
    it did not say."""

    logger: logging.Logger = QUIET

    def __init__(self, workspace: Workspace, receiver: Receiver) -> None:
        self._workspace, self._receiver = workspace, receiver
        self._greeted, self.leaving, self.over = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.reason, self.silent, self.lasts = "", False, 0.0
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._proved, self._unanswered = time.time(), 0
        self._own: list[asyncio.Task[None]] = []
        self._taking: set[asyncio.Task[None]] = set()

    @property
    def quiet_for(self) -> float:
        """Seconds since the connection was last known to work: since the latest ping that was answered."""
        return max(0.0, time.time() - self._proved)

    async def open(self) -> None:
        """Connects and waits for Slack's greeting. Raises `DeliveryError`."""
        assert self._workspace.settings.app_token is not None
        token = self._workspace.settings.app_token.get_secret_value()
        address = (await self._workspace.call("apps.connections.open", app_token=token))["url"]
        async with translated("websocket", self._workspace.patience):
            self._socket = await self._workspace.lasting_http.ws_connect(
                address,
                autoping=False,
                proxy=load_http_proxy_from_env(QUIET),
                timeout=aiohttp.ClientWSTimeout(ws_close=GRACE),
                max_msg_size=LARGEST,
            )
        self._own = [asyncio.create_task(self._read(self._socket)), asyncio.create_task(self._ping(self._socket))]
        await first_of(self._greeted, self.over, self.leaving, within=GREETING)
        if self.reason == DISABLED:
            raise Unavailable(DISABLED, SOCKET_MODE)
        if not self._greeted.is_set() or self.over.is_set():
            raise Transient(f"websocket: not greeted ({self.reason or 'closed'})")

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        try:
            while True:
                message = await socket.receive()
                match message.type:
                    case aiohttp.WSMsgType.TEXT:
                        self._received(message.data)
                    case aiohttp.WSMsgType.PING:
                        await socket.pong(message.data)
                    case aiohttp.WSMsgType.PONG:
                        self._answered(message.data)
                    case aiohttp.WSMsgType.BINARY:
                        pass
                    case _:
                        return
        except (aiohttp.ClientError, ConnectionError):
            return
        finally:
            self.over.set()

    def _answered(self, asked: bytes) -> None:
        try:
            self._proved = max(self._proved, float(asked))
        except ValueError:
            return
        self._unanswered = 0

    async def _ping(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Counts pings, not seconds: a process that stood still asks once more before it gives the connection up."""
        try:
            while self._unanswered < UNANSWERED:
                self._unanswered += 1
                await socket.ping(repr(time.time()).encode())
                await first_of(self.over, within=PING_EVERY)
                if self.over.is_set():
                    return
            self.silent = True
        except (aiohttp.ClientError, ConnectionError):
            pass
        finally:
            self.over.set()

    def _received(self, raw: str) -> None:
        try:
            message = as_object(json.loads(raw))
        except ValueError:
            return
        match message.get("type"):
            case "hello":
                lasts = as_object(message.get("debug_info")).get("approximate_connection_time")
                self.lasts = float(lasts) if isinstance(lasts, int | float) else 0.0
                self._greeted.set()
            case "disconnect":
                self.reason = str(message.get("reason") or "")
                self.leaving.set()
            case _:
                task = asyncio.create_task(self._take(dict(message)))
                self._taking.add(task)
                task.add_done_callback(self._taking.discard)

    async def _take(self, message: dict[str, Any]) -> None:
        """Handles an event and acknowledges it only if it was committed; Slack repeats it otherwise."""
        try:
            request = SocketModeRequest.from_dict(message)
            if request is None:
                return
            asked = AsyncBoltRequest(mode="socket_mode", body=request.payload, headers=build_headers(request))
            response = await self._receiver.dispatch(asked)
        except Exception as error:  # noqa: BLE001 - whatever failed, Slack repeats the event
            throttled.exception("failed to process a Slack event", error, desk=self._workspace.desk)
            return
        try:
            await send_async_response(cast(AsyncBaseSocketModeClient, self), request, response, time.time())
        except (aiohttp.ClientError, ConnectionError):
            return  # the connection is gone: Slack repeats the event

    async def send_socket_mode_response(self, response: SocketModeResponse) -> None:
        """Sends an acknowledgement; called by Bolt."""
        assert self._socket is not None
        await self._socket.send_str(json.dumps(response.to_dict()))

    async def close(self) -> None:
        if self._taking:
            await asyncio.wait(self._taking, timeout=GRACE)
        if self._socket is not None:
            await self._socket.close()
            await asyncio.wait(self._own, timeout=GRACE)  # aiohttp may be closing the socket in the reader's task
        running = [*self._taking, *self._own]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        self.over.set()


async def opened(workspace: Workspace, receiver: Receiver) -> Connection:
    """Returns an open connection. Raises `DeliveryError` if none can be opened."""
    connection = Connection(workspace, receiver)
    try:
        await connection.open()
    except (DeliveryError, asyncio.CancelledError):
        await connection.close()
        raise
    return connection


async def first_of(*events: asyncio.Event, within: float | None = None) -> None:
    """Waits until one of the events is set, at most `within` seconds."""
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, timeout=within, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
