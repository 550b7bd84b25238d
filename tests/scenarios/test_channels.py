"""One long conversation for every channel at every desk: customers do everything their channel allows, and operators
see it; operators answer in every way, and customers get it, to the byte.

A channel takes part by having a rig in tests/contracts/rigs: what its rig can do, its customers do here. Everything
that a bridge claims its customers can do (`Limits.receives`) must have happened at the end.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, MutableMapping
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.conftest import Database
from tests.contracts.bridges import CanBlock, RigFactory, discover
from tests.scenarios import customer_steps, operator_steps
from tests.scenarios.desks import DESKS
from tests.scenarios.hubs import running_hub
from tests.scenarios.story import ACCOUNT, Story


def channels() -> dict[str, RigFactory]:
    """The first way of receiving of each channel: the contract suite tests them all."""
    found: dict[str, RigFactory] = {}
    for name, factory in discover().items():
        found.setdefault(name.partition("-")[0], factory)
    return found


CHANNELS = channels()


@pytest.fixture(params=DESKS)
async def story(
    request: pytest.FixtureRequest, channel: str, sqlite_url: str, tmp_path: Path, no_budgets: None
) -> AsyncIterator[Story]:
    with capture_logs() as logs:
        async with CHANNELS[channel]() as rig:
            accounts = {str(ACCOUNT): dict(rig.table())}
            async with running_hub(request.param, Database(sqlite_url), tmp_path, accounts, hub={"admins": []}) as hub:
                await hub.webhook_registered(ACCOUNT)
                await rig.called_at(f"{hub.url}/hooks/{ACCOUNT}")
                yield Story(hub, rig, await rig.customer("Nick"))
    assert [one for one in logs if _is_a_fault(one)] == []


def _is_a_fault(entry: MutableMapping[str, Any]) -> bool:
    """Tells whether the log entry is a warning or an error; what a channel refuses for good is not one."""
    if entry["event"] == "delivery failed":
        return bool(entry["destination"] == "desk:main")
    return entry["log_level"] not in ("debug", "info")


@pytest.mark.shows("emoji", "marks")
@pytest.mark.parametrize("channel", CHANNELS)
async def test_all_that_both_sides_can_do(story: Story) -> None:
    for step in customer_steps.FIRST:
        await step(story)
    await operator_steps.accepts(story)
    await operator_steps.formats(story)
    await operator_steps.sends_files(story)
    await operator_steps.replies(story)
    await operator_steps.changes_their_mind(story)
    await operator_steps.reacts(story)
    asked = await operator_steps.asks(story, "how many?")
    await customer_steps.replies(story, asked)
    await customer_steps.presses(story)
    await customer_steps.reacts(story, asked)
    await customer_steps.receives(story, asked)
    if isinstance(story.customer, CanBlock):
        await customer_steps.leaves(story)
        await operator_steps.writes_in_vain(story)
        await customer_steps.returns(story)
        await operator_steps.retries(story)
    await story.hub.all_delivered()
    assert story.limits.receives - story.kinds_shown - customer_steps.ASKED_ELSEWHERE == set()
