"""Two processes of one hub: each holds a connection to Slack, so that what comes only once is not lost with one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain import Commanded
from tests.contracts.desks import eventually
from tests.contracts.rigs.desk_slack import SlackRig
from tests.fakes.slack import FakeSlack
from tests.tools import one_connection, tools


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[SlackRig]:
    """Nothing runs yet."""
    async with FakeSlack() as slack, one_connection() as (http, lasting_http):
        yield SlackRig(slack, tools(tmp_path, http, lasting_http=lasting_http), socket=True)


@asynccontextmanager
async def working(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def connections(rig: SlackRig, number: int) -> None:
    await eventually(lambda: len(rig.slack.delivery.sockets) == number)


async def test_a_second_process_takes_what_comes_when_the_first_ends(rig: SlackRig) -> None:
    first, second = rig.build(), rig.build()
    async with working(second.attend(rig.core)):
        async with working(first.run(rig.core, datetime.now(UTC))):
            await connections(rig, 2)
            for _ in range(4):
                await rig.commands("anna", "help")
        await connections(rig, 1)
        await rig.commands("boris", "help")
    assert len(rig.core.of(Commanded)) == 5
    assert rig.slack.failures == []


async def test_a_process_that_reads_the_desk_needs_no_second_connection(rig: SlackRig) -> None:
    desk = rig.build()
    async with working(desk.attend(rig.core)):
        await connections(rig, 1)
        [before] = rig.slack.delivery.sockets
        async with working(desk.run(rig.core, datetime.now(UTC))):
            await eventually(lambda: rig.slack.delivery.sockets and before not in rig.slack.delivery.sockets)
            await connections(rig, 1)
        await connections(rig, 1)
        await rig.commands("anna", "help")
    assert len(rig.core.of(Commanded)) == 1


async def test_by_http_every_process_is_called_anyway(rig: SlackRig) -> None:
    rig.socket = False
    await rig.build().attend(rig.core)
    assert not rig.slack.delivery.sockets
