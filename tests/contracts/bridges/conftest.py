"""The bridge under test: each variant of each bridge in turn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.contracts.bridges import Accepts, discover
from tests.contracts.bridges.world import World
from tests.tools import one_connection, tools
from tests.waiting import unhurried

RIGS = discover()


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    unhurried(monkeypatch)


@pytest.fixture(params=sorted(RIGS))
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        rig = await stack.enter_async_context(RIGS[request.param]())
        http, lasting_http = await stack.enter_async_context(one_connection())
        given = tools(tmp_path, http, lasting_http=lasting_http)
        bridge = rig.build(given)
        stack.push_async_callback(bridge.close)
        accepts = Accepts()
        await stack.enter_async_context(rig.receiving(bridge, accepts))
        yield World(rig, given, bridge, accepts, request.param)
