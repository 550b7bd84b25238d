"""Slack asks to wait for minutes in calls that are no deliveries: that is known, and obeyed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot.desks.slack.desk import SlackDesk
from bot.ports import Transient
from tests.contracts.desks import eventually
from tests.contracts.rigs.desk_slack import SlackRig, socket_rig
from tests.fakes.faults import Fault
from tests.waiting import FACT


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[SlackRig]:
    async with socket_rig(tmp_path) as built:
        await eventually(lambda: built.caught_up)
        yield built


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
async def test_a_wait_at_the_start_is_known(rig: SlackRig, method: str) -> None:
    other = rig.build()
    rig.faults.add(method, Fault.TOO_MANY, retry_after=600)
    with pytest.raises(Transient) as caught:
        await asyncio.wait_for(other.run(rig.core, rig.tools.clock.now()), FACT)
    assert caught.value.retry_after == 600
    assert [*other.long_waits()] == [method]
    assert other.long_waits()[method] == pytest.approx(600, abs=60)


async def test_a_wait_for_what_was_missed_is_known(rig: SlackRig) -> None:
    desk = rig.desk
    assert isinstance(desk, SlackDesk)
    rig.faults.add("conversations.history", Fault.TOO_MANY, retry_after=600)
    await rig.slack.delivery.disconnect()
    await eventually(lambda: [*desk.long_waits()] == ["conversations.history"])


async def test_the_next_connection_is_not_asked_for_before_its_time(rig: SlackRig) -> None:
    rig.faults.add("apps.connections.open", Fault.TOO_MANY, retry_after=600)
    asked = rig.slack.log.count("apps.connections.open")
    await rig.slack.delivery.announce("warning")
    await eventually(lambda: rig.slack.log.count("apps.connections.open") == asked + 1)
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.Event().wait(), 1.5)  # the pause without a word from Slack is one second
    assert rig.slack.log.count("apps.connections.open") == asked + 1
