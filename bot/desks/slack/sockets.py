"""Socket Mode: events come over a websocket that we open, so no public address is needed.

The SDK's client would reconnect by itself, for ever and silently. Here each connection is used once: when it
is over, `SlackDesk.run` reads what was missed and opens the next.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import WSMessage
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.desks.slack.errors import translated
from bot.desks.slack.receiving import Receiver
from bot.desks.slack.workspace import QUIET, Workspace

PING_EVERY = 5.0
GRACE = 1.0
"""Seconds that what is being taken in gets to finish, when its connection is over."""


class Connection(SocketModeClient):
    """`over` is set when the connection is lost, or Slack asks to replace it."""

    def __init__(self, token: str, workspace: Workspace, receiver: Receiver) -> None:
        super().__init__(token, QUIET, workspace.web, ping_interval=PING_EVERY, on_error_listeners=[self._broken])
        self._receiver = receiver
        self._taking: set[asyncio.Task[None]] = set()
        self.over = asyncio.Event()
        self.socket_mode_request_listeners.append(self._take)

    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        """What the SDK calls when this connection is at its end."""
        self.over.set()

    async def process_message(self) -> None:
        """Each message has a task, as with the SDK, but one that `finish` waits for."""
        raw = await self.message_queue.get()
        if raw.startswith("{"):
            task = asyncio.create_task(self.run_message_listeners(json.loads(raw), raw))
            self._taking.add(task)
            task.add_done_callback(self._taking.discard)

    async def _take(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Acknowledged only when it was taken in; Slack repeats the rest."""
        started = time.time()
        asked = AsyncBoltRequest(mode="socket_mode", body=request.payload, headers=build_headers(request))
        await send_async_response(client, request, await self._receiver.dispatch(asked), started)

    async def _broken(self, message: WSMessage) -> None:
        self.over.set()

    async def finish(self) -> None:
        if self._taking:
            await asyncio.wait(self._taking, timeout=GRACE)
        await self.close()  # type: ignore[no-untyped-call]
        own = (self.message_processor, self.message_receiver, self.current_session_monitor)
        running = [*self._taking, *(task for task in own if task is not None)]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


@asynccontextmanager
async def connected(workspace: Workspace, receiver: Receiver) -> AsyncIterator[Connection]:
    """An open connection. Raises `DeliveryError` when there is none to be had."""
    assert workspace.settings.app_token is not None
    token = workspace.settings.app_token.get_secret_value()
    address = (await workspace.call("apps.connections.open", app_token=token))["url"]
    connection = Connection(token, workspace, receiver)
    connection.wss_uri = address
    try:
        async with translated("websocket", workspace.patience):
            await connection.connect()  # type: ignore[no-untyped-call]
        yield connection
    finally:
        await connection.finish()
