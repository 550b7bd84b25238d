"""The fake's websocket: numbered events, resuming, and gaps on demand."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes.mattermost.state import Json, State
from tests.waiting import BUSY

KEPT = 128
"""Events that a connection keeps for a client that resumes."""


@dataclass
class Connection:
    """One client's position in the stream; it outlives the TCP connection."""

    id: str
    user: str
    sent: int = 0
    kept: deque[Json] = field(default_factory=lambda: deque(maxlen=KEPT))
    waiting: asyncio.Queue[Json] = field(default_factory=asyncio.Queue)
    socket: web.WebSocketResponse | None = None

    def tell(self, event: str, data: Json, channel: str = "", user: str = "") -> None:
        broadcast = {"omit_users": None, "user_id": user, "channel_id": channel, "team_id": ""}
        numbered = {"event": event, "data": data, "broadcast": broadcast, "seq": self.sent}
        self.sent += 1
        self.kept.append(numbered)
        self.waiting.put_nowait(numbered)


class Sockets:
    """All connections. While `away`, nobody can connect, and known clients lose what happens."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._connections: dict[str, Connection] = {}
        self.away = False
        self.connected = asyncio.Event()
        self.hellos = 0

    def publish(self, event: str, data: Json, *, channel: str = "", users: Iterable[str] | None = None) -> None:
        """Publishes an event to the members of the channel, or to these users; to a single one, it is addressed."""
        recipients = self._state.members[channel] if users is None else set(users)
        one = next(iter(recipients)) if users is not None and len(recipients) == 1 else ""
        for connection in self.connections:
            if connection.user in recipients:
                connection.tell(event, data, channel, one)

    async def drop(self, *, lose: bool = False) -> None:
        """Closes every connection; `lose`: missed events cannot be recovered by resuming."""
        self.connected.clear()
        gone = self.connections
        if lose:
            self._connections.clear()
        for connection in gone:
            if connection.socket is not None:
                await connection.socket.close(code=1012)
                connection.socket = None

    @property
    def connections(self) -> list[Connection]:
        return list(self._connections.values())

    def skip(self, numbers: int) -> None:
        """Numbers the next events without sending them."""
        for connection in self.connections:
            connection.sent += numbers

    def repeat(self) -> None:
        """Repeats the latest event of every connection under a new number."""
        for connection in self.connections:
            latest = connection.kept[-1]
            connection.tell(latest["event"], latest["data"], latest["broadcast"]["channel_id"])

    async def serve(self, request: web.Request, user: str | None) -> web.StreamResponse:
        if self.away:
            return web.Response(status=503)
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        if user is None:
            user = await self._challenged(socket)
        if user is None:
            await socket.close()
            return socket
        connection = self._resumed(request, user) or self._fresh(user)
        connection.socket = socket
        self.connected.set()
        try:
            await self._pump(connection, socket)
        finally:
            if connection.socket is socket:
                connection.socket = None
        return socket

    async def _challenged(self, socket: web.WebSocketResponse) -> str | None:
        """Authenticates a client without a header: it must send its token first, within 5 seconds."""
        try:
            async with asyncio.timeout(5 * BUSY):
                message = await socket.receive()
        except TimeoutError:
            return None
        if message.type is not WSMsgType.TEXT:
            return None
        asked = json.loads(message.data)
        user = self._state.tokens.get(str((asked.get("data") or {}).get("token")))
        if asked.get("action") != "authentication_challenge" or user is None:
            return None
        await socket.send_json({"status": "OK", "seq_reply": asked.get("seq")})
        return user

    def _resumed(self, request: web.Request, user: str) -> Connection | None:
        connection = self._connections.get(request.query.get("connection_id", ""))
        if connection is None or connection.user != user:
            return None
        wanted = int(request.query["sequence_number"])
        numbers = [event["seq"] for event in connection.kept]
        if wanted not in (*numbers, connection.sent):
            del self._connections[connection.id]
            return None
        connection.waiting = asyncio.Queue()
        for event in connection.kept:
            if event["seq"] >= wanted:
                connection.waiting.put_nowait(event)
        return connection

    def _fresh(self, user: str) -> Connection:
        connection = Connection(self._state.new_id("connection"), user)
        self._connections[connection.id] = connection
        connection.tell("hello", {"connection_id": connection.id, "server_version": "9.11.0.fake"})
        self.hellos += 1
        return connection

    async def _pump(self, connection: Connection, socket: web.WebSocketResponse) -> None:
        """Sends until the client is gone."""
        reader = asyncio.create_task(_drain(socket))
        try:
            while not reader.done():
                next_event = asyncio.ensure_future(connection.waiting.get())
                await asyncio.wait({reader, next_event}, return_when=asyncio.FIRST_COMPLETED)
                if not next_event.done():
                    next_event.cancel()
                    break
                if socket.closed or connection.socket is not socket:
                    break
                await socket.send_json(next_event.result())
        except (ConnectionError, RuntimeError):
            pass
        finally:
            reader.cancel()


async def _drain(socket: web.WebSocketResponse) -> None:
    async for _ in socket:
        pass


def as_json(value: Any) -> str:
    """JSON inside JSON, as events contain posts and reactions."""
    return json.dumps(value)
