"""A channel that is lost and comes back: what Slack tells of it, and what the desk makes of that."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.desks.slack import catching_up
from bot.desks.slack.desk import SlackDesk
from bot.domain import Key, OperatorPosted, ThreadRef
from bot.ports import Unavailable, returned_topic
from tests.contracts.desks import eventually
from tests.contracts.desks.samples import card, customer
from tests.contracts.rigs.desk_slack import SlackRig, http_rig, socket_rig
from tests.desks.slack.test_listening import heard
from tests.fakes.faults import Fault
from tests.fakes.slack import FakeSlack, channels

Deed = Callable[[FakeSlack], None]


def unarchives(slack: FakeSlack) -> None:
    channels.archive(slack, "sales", on=False)


def invites(slack: FakeSlack) -> None:
    channels.invite(slack, "sales")


@pytest.fixture(params=["socket", "http"])
async def rig(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SlackRig]:
    async with (socket_rig if request.param == "socket" else http_rig)(tmp_path) as built:
        await eventually(lambda: built.caught_up)
        yield built


async def sales(rig: SlackRig) -> ThreadRef:
    thread = await rig.desk.open("sales", card(9), Key("sales"))
    rig.core.open_threads.append(thread)
    return thread


def unreadable(rig: SlackRig) -> dict[str, Unavailable]:
    assert isinstance(rig.desk, SlackDesk)
    return dict(rig.desk.unreadable())


async def test_an_app_that_is_put_out_of_a_channel_tells_it_and_reads_what_it_missed(rig: SlackRig) -> None:
    thread = await sales(rig)
    channels.put_out(rig.slack, "sales")
    await eventually(lambda: thread.channel in unreadable(rig))
    rig.slack.delivery.deaf = True
    await rig.writes("anna", thread, "meanwhile")
    rig.slack.delivery.deaf = False
    channels.invite(rig.slack, "sales")
    await rig.core.until(heard(rig, "meanwhile"))
    await eventually(lambda: not unreadable(rig))


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("deed", [unarchives, invites])
async def test_what_waits_for_a_channel_is_tried_when_slack_tells_of_its_return(
    rig: SlackRig, deed: Deed, private: bool
) -> None:
    rig.slack.state.channel_named("sales").flags["is_private"] = private
    listening = rig.tools.wake.listen(returned_topic(f"desk:{rig.name}"))
    deed(rig.slack)
    assert await listening.wait(10)


async def test_a_public_channel_that_was_archived_needs_the_app_again(rig: SlackRig) -> None:
    thread = await sales(rig)
    channels.archive(rig.slack, "sales")
    with pytest.raises(Unavailable, match="is_archived") as caught:
        await rig.desk.post(thread, customer("hello"))
    assert "invite" in caught.value.advice
    unarchives(rig.slack)
    await eventually(lambda: thread.channel in unreadable(rig))
    invites(rig.slack)
    await eventually(lambda: not unreadable(rig))
    await rig.desk.post(thread, customer("hello"))


async def test_other_channels_of_the_workspace_are_none_of_the_hubs_business(rig: SlackRig) -> None:
    thread = await sales(rig)
    channels.put_out(rig.slack, "general")
    channels.put_out(rig.slack, "sales")
    await eventually(lambda: thread.channel in unreadable(rig))
    assert list(unreadable(rig)) == [thread.channel]
    assert not rig.core.of(OperatorPosted)


@pytest.mark.parametrize("why", ["internal_error", "missing_scope"])
async def test_a_channel_that_slack_does_not_show_for_long_is_told(
    rig: SlackRig, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    monkeypatch.setattr(catching_up, "PATIENCE", 0.3)
    thread = await sales(rig)
    if why == "missing_scope":
        rig.slack.api.scopes.discard("channels:history")
    else:
        rig.faults.add("conversations.history", Fault.SERVER_ERROR, times=1000)
    channels.put_out(rig.slack, "sales")
    channels.invite(rig.slack, "sales")
    await eventually(lambda: thread.channel in unreadable(rig))
    assert unreadable(rig)[thread.channel].channel == thread.channel
    rig.faults.clear()
    rig.slack.api.scopes.add("channels:history")
    await eventually(lambda: not unreadable(rig))
