"""A Mattermost desk at work against the fake server, with its routes served."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from fastapi import FastAPI

from tests.contracts.desks import eventually
from tests.contracts.rigs.desk_mattermost import MattermostRig
from tests.fakes.mattermost import FakeMattermost
from tests.serving import serving
from tests.tools import tools

Working = Callable[..., AbstractAsyncContextManager[MattermostRig]]


@pytest.fixture
def working(tmp_path: Path) -> Working:
    """A desk at work with a server of these abilities: `async with working(overrides=False) as rig`."""

    @asynccontextmanager
    async def built(*, public: bool = True, **abilities: object) -> AsyncIterator[MattermostRig]:
        app = FastAPI()
        mm = FakeMattermost(**abilities)  # type: ignore[arg-type]
        async with mm, serving(app) as server, aiohttp.ClientSession() as http:
            mm.serve_commands(f"{server.url}/mattermost/command")
            given = tools(tmp_path, http, public_url=server.url if public else "")
            rig = MattermostRig(mm, app, given, frozenset())
            rig.hub_url = server.url
            await rig.start()
            await eventually(lambda: rig.caught_up)
            try:
                yield rig
            finally:
                await rig.stop()

    return built


@pytest.fixture
async def rig(working: Working) -> AsyncIterator[MattermostRig]:
    async with working() as built:
        yield built
