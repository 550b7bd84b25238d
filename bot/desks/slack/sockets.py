"""Socket Mode: events arrive over a websocket opened by the hub, so no public address is needed.

The SDK's client would reconnect by itself, for ever and silently. Here each connection is used once; when it ends,
`SlackDesk.run` opens the next and reads what was missed.
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
"""Seconds for events being handled to finish after their connection has ended."""


class SocketModeConnection(SocketModeClient):
    """A websocket connection. `over`: set when it is lost or Slack asks to replace it."""

    def __init__(self, token: str, workspace: Workspace, receiver: Receiver) -> None:
        super().__init__(token, QUIET, workspace.web, ping_interval=PING_EVERY, on_error_listeners=[self._broken])
        self._receiver = receiver
        self._taking: set[asyncio.Task[None]] = set()
        self.over = asyncio.Event()
        self.socket_mode_request_listeners.append(self._take)

    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        """Called by the SDK when this connection ends."""
        self.over.set()

    async def process_message(self) -> None:
        """Starts a task for each message, as the SDK does, but one that `finish` waits for."""
        raw = await self.message_queue.get()
        if raw.startswith("{"):
            task = asyncio.create_task(self.run_message_listeners(json.loads(raw), raw))
            self._taking.add(task)
            task.add_done_callback(self._taking.discard)

    async def _take(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Handles an event and acknowledges it only if it was committed; Slack retries otherwise."""
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
async def connected(workspace: Workspace, receiver: Receiver) -> AsyncIterator[SocketModeConnection]:
    """Yields an open connection. Raises `DeliveryError` if none can be opened."""
    assert workspace.settings.app_token is not None
    token = workspace.settings.app_token.get_secret_value()
    address = (await workspace.call("apps.connections.open", app_token=token))["url"]
    connection = SocketModeConnection(token, workspace, receiver)
    connection.wss_uri = address
    try:
        async with translated("websocket", workspace.patience):
            await connection.connect()  # type: ignore[no-untyped-call]
        yield connection
    finally:
        await connection.finish()
