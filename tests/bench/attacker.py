"""Strangers at work, from many addresses of this machine: `python -m tests.bench.attacker PORT SECONDS ATTACK`."""

from __future__ import annotations

import asyncio
import itertools
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress

import uvloop

from tests.bench import marks

ADDRESSES = 50
REST = 5.0
"""Seconds until a connection that the hub has closed is made again."""
HALF = 64 * 1024  # bytes of a body that is never finished

Attack = Callable[[int], Awaitable[None]]
_numbers = itertools.count()


async def connected(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    address = f"127.0.0.{next(_numbers) % ADDRESSES + 2}"
    return await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))


async def _held(port: int, said: bytes) -> None:
    """Opens a connection, sends this much and waits, again and again, without end."""
    while True:
        with suppress(OSError):
            reader, writer = await connected(port)
            try:
                writer.write(said)
                while await reader.read(65536):
                    pass
            finally:
                writer.transport.abort()
        await asyncio.sleep(REST)


async def _many(port: int, said: bytes, count: int) -> None:
    async with asyncio.TaskGroup() as group:
        for _ in range(count):
            group.create_task(_held(port, said))


async def half(port: int) -> None:
    """Sends half bodies: to a hook authenticated by its body alone, and to one that checks a header first."""
    async with asyncio.TaskGroup() as group:
        for path, header in (
            ("/hooks/whatsapp", f"X-Hub-Signature-256: sha256={'0' * 64}"),
            ("/hooks/telegram", "X: y"),
        ):
            head = f"POST {path} HTTP/1.1\r\nHost: hub\r\nContent-Length: {100 * HALF}\r\n{header}\r\n\r\n"
            group.create_task(_many(port, head.encode() + b"x" * HALF, 500))


async def silent(port: int) -> None:
    await _many(port, b"", 2000)


async def sessions(port: int) -> None:
    """Opens 300 visitors' sessions a second."""
    asked = b"POST /chat/site/session HTTP/1.1\r\nHost: hub\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

    async def visit() -> None:
        with suppress(OSError):
            reader, writer = await connected(port)
            writer.write(asked)
            await reader.read()
            writer.close()

    async with asyncio.TaskGroup() as group:
        while True:
            for _ in range(30):
                group.create_task(visit())
            await asyncio.sleep(0.1)


async def marked(port: int) -> None:
    """Sends a message with 3000 marks to each channel, repeatedly."""
    for number in itertools.count(1):
        for request in marks.requests(number):
            reader, writer = await connected(port)
            writer.write(request)
            status = (await reader.readline()).split()[1]
            if status not in (b"200", b"202"):
                raise RuntimeError(f"{request[:40]!r} was answered with {status!r}")
            writer.close()
        await asyncio.sleep(0.5)


async def nothing(port: int) -> None:
    """Does nothing: the hub's own consumption meanwhile."""
    await asyncio.sleep(3600)


ATTACKS: dict[str, Attack] = {"nothing": nothing, "half": half, "silent": silent, "sessions": sessions, "marks": marked}


async def main() -> None:
    port, seconds, attack = sys.argv[1:]
    with suppress(TimeoutError):
        async with asyncio.timeout(float(seconds)):
            await ATTACKS[attack](int(port))


if __name__ == "__main__":
    uvloop.run(main())
