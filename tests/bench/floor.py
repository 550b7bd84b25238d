"""The floor: the least work that any such program must do for a message. On the same server, through the same database
engine and with the same HTTP client it checks a signature, commits one row, and sends one request (or two, as an
operator's answer needs: to the customer, and the mark on the answer).

`python -m tests.bench.floor DATABASE_URL PLATFORM_URL PORT REQUESTS`
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import aiohttp
import uvicorn
import uvloop
from fastapi import FastAPI, Request, Response

import storage
from bot.domain import Key
from bot.ports.storage import Store, Unit
from bot.runtime.clock import SystemClock
from tests.bench import wire
from tests.bench.calls import Calls


def application(store: Store, calls: Calls, requests: int) -> FastAPI:
    app = FastAPI()

    async def hook(request: Request) -> Response:
        body = await request.body()
        if not wire.proven(body, request.headers.get(wire.SIGNATURE, "")):
            return Response(status_code=401)
        raw = wire.read(body)
        await store.transact(_one_row(Key(str(raw["id"]))))
        for _ in range(requests):
            await calls.call("/post", {"thread": raw["chat"], "text": raw["text"], "keys": []})
        return Response()

    app.add_api_route("/hooks/{account}", hook, methods=["POST"])
    return app


def _one_row(key: Key) -> Callable[[Unit], Awaitable[bool]]:
    async def work(unit: Unit) -> bool:
        return await unit.inbox.mark_seen("floor", key, datetime.now(UTC))

    return work


async def main() -> None:
    database, platform, port, requests = sys.argv[1:]
    await storage.migrate(database)
    store = await storage.connect(database, wake=storage.waker(""), clock=SystemClock())
    async with aiohttp.ClientSession() as http:
        app = application(store, Calls(http, platform), int(requests))
        config = uvicorn.Config(app, port=int(port), lifespan="off", log_config=None, access_log=False)
        await uvicorn.Server(config).serve()
    await store.close()


if __name__ == "__main__":
    uvloop.run(main())
