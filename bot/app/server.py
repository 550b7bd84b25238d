"""Uvicorn embedded in the hub's process: no signal handlers, a bounded shutdown, limits for unproved connections."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import structlog
import uvicorn

from bot.app.connections import TimedConnection
from bot.app.strangers import AT_ONCE, ConnectionLimits, Strangers
from bot.config.hub import host_and_port
from bot.ports.client_addresses import Proxies

log = structlog.get_logger(__name__)

LOOKS = 0.5
"""Seconds between two checks of the connections' deadlines."""
SHORT = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
NEWS = 0.3
"""Seconds after which long polls are ended when the server stops."""
BREATH = 0.1  # seconds without accepting, after the system ran out of descriptors or memory
_MOST_LOGGED = 8
"""Addresses logged for an ignored `X-Forwarded-For`; bounded, because a client can come from any number of them."""


class ForwardedHeaders:
    """Middleware that, for trusted proxies, takes the client's address and scheme from the forwarded headers."""

    def __init__(self, application: Any, proxies: Proxies) -> None:
        self._application, self._proxies = application, proxies
        self._logged: set[str] = set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope.get("client"):
            said = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
            peer, port = scope["client"]
            if self._proxies.trusts(peer):
                scope = {**scope, "client": (self._proxies.client(peer, said), port), "scheme": _scheme(scope)}
            elif said:
                self._tell(peer)
        await self._application(scope, receive, send)

    def _tell(self, peer: str) -> None:
        if peer in self._logged or len(self._logged) >= _MOST_LOGGED:
            return
        self._logged.add(peer)
        log.warning(
            "X-Forwarded-For is ignored: it came from none of hub.trusted_proxies. If it is your proxy, write the line",
            address=peer,
            line=f'trusted_proxies = ["{peer}"]',
        )


def _scheme(scope: Any) -> str:
    said = [value for name, value in scope["headers"] if name == b"x-forwarded-proto"]
    return "https" if said and said[-1].strip().lower() == b"https" else str(scope.get("scheme", "http"))


class Listener:
    """Accepts connections in place of `asyncio.Server`, which does not report running out of descriptors."""

    def __init__(self, sock: socket.socket, strangers: Strangers, make: Callable[[], TimedConnection]) -> None:
        self.sockets = (sock,)
        self._sock, self._strangers, self._make = sock, strangers, make
        self._loop = asyncio.get_running_loop()
        self._opening: set[asyncio.Task[object]] = set()
        self._pause: asyncio.TimerHandle | None = None
        sock.setblocking(False)
        self._resume()

    def close(self) -> None:
        if self._pause is not None:
            self._pause.cancel()
        self._loop.remove_reader(self._sock)
        self._sock.close()

    async def wait_closed(self) -> None:
        await asyncio.gather(*self._opening, return_exceptions=True)

    def _resume(self) -> None:
        self._pause = None
        self._loop.add_reader(self._sock, self._take)

    def _take(self) -> None:
        for _ in range(AT_ONCE - len(self._opening)):
            try:
                one, _address = self._sock.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                if error.errno not in SHORT:
                    raise
                self._strangers.exhausted(error)
                self._loop.remove_reader(self._sock)
                self._pause = self._loop.call_later(BREATH, self._resume)
                return
            if self._strangers.has_room(len(self._opening)):
                self._open(one)
            else:
                one.close()

    def _open(self, one: socket.socket) -> None:
        one.setblocking(False)
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        task = self._loop.create_task(self._loop.connect_accepted_socket(self._make, one))
        self._opening.add(task)
        task.add_done_callback(self._opened)

    def _opened(self, task: asyncio.Task[object]) -> None:
        self._opening.discard(task)
        if not task.cancelled():
            task.exception()  # a client that leaves at once is no fault


class _Quiet(uvicorn.Server):
    """Uvicorn server that leaves signals to the hub and accepts connections through `Listener`."""

    def __init__(self, config: uvicorn.Config, strangers: Strangers) -> None:
        super().__init__(config)
        self.servers: list[Any] = []
        self._strangers = strangers

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self.servers = [Listener(sock, self._strangers, self._connection) for sock in sockets or ()]
        self.started = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Finishes what is being answered; what waits for news is told at once, or after `NEWS`, that there is none."""
        hanging_up = asyncio.get_running_loop().call_later(NEWS, self._hang_up)
        try:
            await super().shutdown(sockets)
        finally:
            hanging_up.cancel()

    def _hang_up(self) -> None:
        for one in list(self.server_state.connections):
            if isinstance(one, TimedConnection):
                one.give_up_waiting()

    async def look(self) -> None:
        """Closes overdue connections, for ever."""
        while True:
            await asyncio.sleep(LOOKS)
            now = asyncio.get_running_loop().time()
            for one in list(self.server_state.connections):
                if isinstance(one, TimedConnection):
                    one.look(now)

    def _connection(self) -> TimedConnection:
        return TimedConnection(self._strangers, config=self.config, server_state=self.server_state, app_state={})


@contextlib.asynccontextmanager
async def http(
    application: Any, sock: socket.socket, proxies: Proxies, limits: ConnectionLimits | None = None
) -> AsyncIterator[Strangers]:
    """Serves `application` on a listening socket. On exit, live streams end at once, other responses within 3 s."""
    config = uvicorn.Config(
        ForwardedHeaders(application, proxies),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=3,
        server_header=False,
        proxy_headers=False,  # uvicorn's own trusts every process on this machine
    )
    strangers = Strangers(limits or ConnectionLimits(), proxies)
    server = _Quiet(config, strangers)
    task = asyncio.create_task(server.serve(sockets=[sock]), name="http")
    looking = asyncio.create_task(server.look(), name="http deadlines")
    try:
        while not server.started:
            if task.done():
                task.result()
                raise RuntimeError("the HTTP server ended while it was starting")
            await asyncio.sleep(0.005)
        yield strangers
    finally:
        looking.cancel()
        server.should_exit = True
        await task


def listening(where: str, key: str, stack: contextlib.AsyncExitStack) -> socket.socket:
    """Opens a listening socket; it is closed if anything fails before it is served. `key`: the key of hub.toml that
    `where` comes from, named by an `OSError` as its filename."""
    host, port = host_and_port(where)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        sock = socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        error.filename = key
        raise
    stack.callback(sock.close)
    return sock


def url(sock: socket.socket) -> str:
    host, port = sock.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
