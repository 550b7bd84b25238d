"""HTTP/1.1 over persistent connections in as few instructions as Python allows, so that serving and loading the hub
cost little in a benchmark. Bodies have a Content-Length; nothing is pipelined."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

Answer = Callable[[str, bytes, Callable[[bytes], None]], None]
"""Gets the path and the body of a request; calls back with the body of the response, now or later."""


class _Framed(asyncio.Protocol):
    """Splits incoming bytes into messages."""

    def __init__(self) -> None:
        self._buffer = b""
        self.transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            stop = end + 4 + length
            if len(self._buffer) < stop:
                return
            body, first = self._buffer[end + 4 : stop], self._buffer[:end].split(b"\r\n", 1)[0]
            self._buffer = self._buffer[stop:]
            self.taken(first.decode(), body)

    def taken(self, first_line: str, body: bytes) -> None:
        raise NotImplementedError


class Server(_Framed):
    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self._answer = answer

    def taken(self, first_line: str, body: bytes) -> None:
        self._answer(first_line.split(" ", 2)[1], body, self._reply)

    def _reply(self, body: bytes) -> None:
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body)
        self.transport.write(head + body)


class Client(_Framed):
    """One connection, opened anew when the server has closed it: one request at a time."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._port = port
        self._waiting: asyncio.Future[str] | None = None

    async def post(self, path: str, body: bytes, headers: str = "") -> None:
        """Sends a POST; once more over a new connection if the server was closing the old one, which was idle. Raises
        `RuntimeError` for anything but a 2xx."""
        head = f"POST {path} HTTP/1.1\r\nhost: hub\r\n{headers}content-length: {len(body)}\r\n\r\n".encode()
        idle = self.transport is not None and not self.transport.is_closing()
        try:
            status = await self._ask(head + body)
        except ConnectionError:
            if not idle:
                raise
            status = await self._ask(head + body)
        if not status.startswith("2"):
            raise RuntimeError(f"{path} was answered with {status}")

    async def _ask(self, request: bytes) -> str:
        loop = asyncio.get_running_loop()
        if self.transport is None or self.transport.is_closing():
            await loop.create_connection(lambda: self, "127.0.0.1", self._port)
        self._waiting = loop.create_future()
        self.transport.write(request)
        return (await self._waiting).split(" ", 2)[1]

    def taken(self, first_line: str, body: bytes) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(first_line)

    def connection_lost(self, error: Exception | None) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(error or ConnectionError("the hub closed the connection"))

    def close(self) -> None:
        if self.transport is not None:
            self.transport.close()


async def serve(answer: Answer) -> tuple[asyncio.Server, str]:
    """Runs a server on a port of the system's choosing; returns its URL."""
    server = await asyncio.get_running_loop().create_server(lambda: Server(answer), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    return server, f"http://127.0.0.1:{port}"
