"""Slack gets its acknowledgement as soon as an event is committed, whatever Slack itself is slow with or refuses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.desks.slack.desk import SlackDesk
from bot.domain import Belonging, Commanded, HomeOpened, OperatorPosted, Pressed
from bot.domain.text import Text
from bot.views.values import Row, View, Whisper
from tests.contracts.desks import eventually
from tests.contracts.rigs.desk_slack import SlackRig, socket_rig
from tests.desks.slack.test_desk import opened
from tests.fakes.faults import Fault
from tests.waiting import FACT

SAID = Whisper(View((Row(Text.plain("Only you see this")),)))
MINE = Whisper(View((Row(Text.plain("Mine")),)), replaces=True)


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[SlackRig]:
    async with socket_rig(tmp_path) as built:
        assert isinstance(built.desk, SlackDesk)
        built.desk.workspace.patience = FACT  # what is held here is held for as long as the machine takes
        yield built


async def test_an_answer_is_shown_after_the_acknowledgement(rig: SlackRig) -> None:
    thread = await opened(rig)
    rig.core.answers |= {OperatorPosted: SAID, Pressed: SAID}
    rig.faults.hold("chat.postEphemeral")
    await rig.writes("anna", thread, "hello")
    card = rig.root(thread)
    await rig.person("boris").presses(card.buttons[0].label, card)
    await rig.slack.delivery.settled()
    await eventually(lambda: rig.faults.held)  # over its only connection
    assert (rig.slack.ephemerals("anna"), rig.slack.ephemerals("boris")) == ([], [])
    rig.faults.release("chat.postEphemeral")
    await eventually(lambda: rig.slack.ephemerals("anna") and rig.slack.ephemerals("boris"))
    assert (rig.slack.failures, rig.slack.delivery.lost) == ([], [])


async def test_a_home_is_drawn_after_the_acknowledgement(rig: SlackRig) -> None:
    rig.core.answers[HomeOpened] = MINE
    rig.faults.hold("views.publish")
    await rig.opens_home("anna")
    await rig.slack.delivery.settled()
    await eventually(lambda: rig.faults.held)
    rig.faults.release("views.publish")
    await eventually(lambda: rig.slack.home("anna"))
    assert rig.core.repeats == [], "Slack repeats what it got no acknowledgement for"


async def test_answers_that_slack_refuses_for_now_are_shown_when_it_allows(rig: SlackRig) -> None:
    rig.core.answers |= {HomeOpened: MINE, OperatorPosted: SAID}
    for method in ("views.publish", "chat.postEphemeral"):
        rig.faults.add(method, Fault.TOO_MANY, times=2, retry_after=0.05)
    thread = await opened(rig)
    await rig.opens_home("anna")
    await rig.writes("anna", thread, "hello")
    await eventually(lambda: rig.slack.home("anna") and rig.slack.ephemerals("anna"))
    assert len(rig.slack.ephemerals("anna")) == 1


@pytest.mark.parametrize("belongs", [Belonging.MEMBER, Belonging.GUEST])
async def test_someone_new_acts_while_slack_refuses_to_describe_them(rig: SlackRig, belongs: Belonging) -> None:
    thread = await opened(rig)
    rig.faults.add("users.info", Fault.TOO_MANY, times=100, retry_after=600)
    rig.becomes("anna", belongs)
    card = rig.root(thread)
    await rig.person("anna").presses(card.buttons[0].label, card)
    await rig.writes("anna", thread, "hello")
    await rig.commands("anna", "help")
    actors = [(await rig.core.next(Pressed)).actor, (await rig.core.next(Commanded)).actor]
    assert {one.belongs for one in (*actors, (await rig.core.next(OperatorPosted)).actor)} == {belongs}
    await rig.commands("boris", "help")
    await rig.core.next(Commanded, 2)
    assert rig.slack.failures == []
    assert rig.slack.log.count("users.info") == 1, "Slack asked to wait"
