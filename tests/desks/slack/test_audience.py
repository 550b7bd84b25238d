"""Users of the hub in a workspace, as Slack's lists, events and responses report them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.desks.slack import audience
from bot.desks.slack.audience import FRESH, SOON
from bot.desks.slack.desk import SlackDesk
from bot.desks.slack.settings import SlackSettings
from bot.desks.slack.users import actor_of
from bot.desks.slack.workspace import Workspace
from bot.domain import Belonging, Commanded, DeskName, OperatorPosted
from bot.ports import Availability, StaffWatching
from tests.clock import ManualClock
from tests.contracts.desks import eventually
from tests.contracts.rigs.desk_slack import SlackRig, http_rig
from tests.desks.slack.test_desk import opened
from tests.fakes.faults import Fault
from tests.fakes.slack import APP_TOKEN, BOT_TOKEN, FakeSlack
from tests.fakes.slack.state import SLACKBOT, TEAM, User
from tests.tools import tools
from tests.waiting import ANSWER, FACT

OTHER = "T0OTHER"


class DeskSetup:
    """A desk without an event handler, on a clock that stands still."""

    def __init__(self, slack: FakeSlack, folder: Path, http: aiohttp.ClientSession) -> None:
        self.slack, self.clock = slack, ManualClock()
        self._tools = tools(folder, http, clock=self.clock)

    def desk(self, audience: str = "members", *channels: str) -> SlackDesk:
        values = {"kind": "slack", "bot_token": BOT_TOKEN, "app_token": APP_TOKEN, "channel": "support"}
        settings = SlackSettings.model_validate({**values, "api_url": self.slack.api_url, "audience": audience})
        return SlackDesk(DeskName("main"), settings, self._tools, channels)

    async def belongs(self, desk: SlackDesk, who: str, **more: Any) -> Belonging:
        user = self.slack.person(who).id
        actor = (await desk.workspace.actors([user]))[user]
        return (await desk.audience.placed(actor, **more)).belongs


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[DeskSetup]:
    async with FakeSlack() as slack, aiohttp.ClientSession() as http:
        for who in ("anna", "boris"):
            slack.person(who)
        yield DeskSetup(slack, tmp_path, http)


def quietly_leaves(office: DeskSetup, who: str, channel: str = "support") -> None:
    """Removes a member without an event: another process of the hub has received it."""
    office.slack.state.channel_named(channel).members.discard(office.slack.person(who).id)


# ------------------------------------------------------------------------------------ the channels


async def test_members_of_the_desks_and_its_accounts_channels_count(office: DeskSetup) -> None:
    desk = office.desk("members", "sales")
    quietly_leaves(office, "anna")
    quietly_leaves(office, "boris")
    quietly_leaves(office, "boris", "sales")
    assert await office.belongs(desk, "anna") is Belonging.MEMBER
    assert await office.belongs(desk, "boris") is Belonging.OUTSIDER, "they are in #general alone"


async def test_the_whole_team_counts_where_the_desk_says_so(office: DeskSetup) -> None:
    desk = office.desk("team")
    quietly_leaves(office, "anna")
    office.slack.person("boris").is_now(is_ultra_restricted=True)
    assert await office.belongs(desk, "anna") is Belonging.MEMBER
    assert await office.belongs(desk, "boris") is Belonging.GUEST
    belonging = {actor.name: actor.belongs for actor in await desk.staff()}
    assert belonging == {"anna": Belonging.MEMBER, "boris": Belonging.GUEST}


async def test_a_channel_that_is_not_there_locks_nobody_out(office: DeskSetup) -> None:
    assert await office.belongs(office.desk("members", "nowhere"), "anna") is Belonging.MEMBER


async def test_staff_are_the_people_of_all_channels_with_where_they_belong(office: DeskSetup) -> None:
    office.slack.state.add_user("helper", bot=True)
    office.slack.person("guest").is_now(is_restricted=True)
    office.slack.person("partner").is_now(is_stranger=True, team_id=OTHER)
    office.slack.person("former").is_now(deleted=True)
    quietly_leaves(office, "boris")
    belonging = {actor.name: actor.belongs for actor in await office.desk().staff()}
    assert belonging == {"anna": Belonging.MEMBER, "guest": Belonging.GUEST, "partner": Belonging.FOREIGN}


# -------------------------------------------------------------------------------------- as time goes


async def test_members_are_read_once_while_they_are_fresh(office: DeskSetup) -> None:
    desk = office.desk()
    for _ in range(5):
        assert await office.belongs(desk, "anna") is Belonging.MEMBER
    assert office.slack.api.calls["conversations.members"] == 1


async def test_whoever_left_unheard_counts_no_more_after_a_while(office: DeskSetup) -> None:
    desk = office.desk()
    assert await office.belongs(desk, "anna") is Belonging.MEMBER
    quietly_leaves(office, "anna")
    office.clock.advance(FRESH + 1)
    assert await office.belongs(desk, "anna") is Belonging.OUTSIDER


async def test_whoever_has_just_joined_is_looked_for_when_they_ask(office: DeskSetup) -> None:
    desk = office.desk()
    quietly_leaves(office, "anna")
    assert await office.belongs(desk, "anna") is Belonging.OUTSIDER
    office.slack.state.channel_named("support").members.add(office.slack.person("anna").id)
    office.clock.advance(SOON + 1)
    assert await office.belongs(desk, "anna") is Belonging.MEMBER


async def test_a_lookup_that_fails_locks_out_no_member_and_lets_in_nobody_else(office: DeskSetup) -> None:
    desk = office.desk()
    quietly_leaves(office, "boris")
    assert await office.belongs(desk, "anna") is Belonging.MEMBER
    assert await office.belongs(desk, "boris") is Belonging.OUTSIDER
    office.slack.faults.add("conversations.members", Fault.SERVER_ERROR, times=100)
    office.clock.advance(FRESH + 1)
    assert await office.belongs(desk, "anna") is Belonging.MEMBER
    assert await office.belongs(desk, "boris") is Belonging.OUTSIDER
    desk.audience.note_event(
        {"type": "member_left_channel", "user": office.slack.person("anna").id, "channel": office.slack.channel()}
    )
    assert await office.belongs(desk, "anna") is Belonging.OUTSIDER, "of which an event has told"


async def test_what_is_heard_while_the_list_is_read_counts_more(office: DeskSetup) -> None:
    desk, anna = office.desk(), office.slack.person("anna").id
    before = desk.workspace.members

    async def slowly(channel: str) -> set[str]:
        found = await before(channel)
        desk.audience.note_event({"type": "member_left_channel", "user": anna, "channel": channel})
        return found

    desk.workspace.members = slowly  # type: ignore[method-assign]
    assert await office.belongs(desk, "anna") is Belonging.OUTSIDER


async def test_the_hub_hears_of_who_joins_and_leaves(office: DeskSetup) -> None:
    """Not of everybody's new status: a large workspace has many."""
    desk, anna = office.desk(), office.slack.person("anna").id
    await desk.staff()
    assert isinstance(desk, StaffWatching)
    quiet = (
        {"type": "user_change", "user": {"id": anna}},
        {"type": "user_change", "user": {"id": "U0STRANGER", "deleted": True}},
        {"type": "member_left_channel", "user": anna, "channel": "C0ELSEWHERE"},
    )
    for event in quiet:
        desk.audience.note_event(event)
    assert not desk.audience.moved.is_set()
    for event in (
        {"type": "user_change", "user": {"id": anna, "deleted": True}},
        {"type": "member_left_channel", "user": anna, "channel": office.slack.channel()},
        {"type": "member_joined_channel", "user": anna, "channel": office.slack.channel()},
    ):
        desk.audience.note_event(event)
        async with asyncio.timeout(FACT):
            await desk.staff_changed()


# ------------------------------------------------------------------------------- what Slack calls them


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, Belonging.OUTSIDER),
        ({"is_bot": True}, Belonging.BOT),
        ({"is_workflow_bot": True}, Belonging.BOT),
        ({"id": SLACKBOT}, Belonging.BOT),
        ({"deleted": True}, Belonging.GONE),
        ({"deleted": True, "is_bot": True}, Belonging.BOT),
        ({"is_stranger": True}, Belonging.FOREIGN),
        ({"team_id": OTHER}, Belonging.FOREIGN),
        ({"team_id": OTHER, "enterprise_user": {"teams": [OTHER]}}, Belonging.FOREIGN),
        ({"team_id": OTHER, "enterprise_user": {"teams": [OTHER, TEAM]}}, Belonging.OUTSIDER),
        ({"is_restricted": True}, Belonging.GUEST),
        ({"is_ultra_restricted": True}, Belonging.GUEST),
    ],
)
def test_what_slack_says_of_a_user(body: dict[str, Any], expected: Belonging) -> None:
    assert actor_of(User("U1", "anna", "Anna").raw() | body, TEAM).belongs is expected


# ------------------------------------------------------------------------------------- at work


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[SlackRig]:
    async with http_rig(tmp_path) as built:
        yield built


async def test_slackbots_words_are_no_operators(rig: SlackRig) -> None:
    """They sometimes come without `bot_id` and subtype."""
    thread = await opened(rig)
    event = {
        "type": "message",
        "user": SLACKBOT,
        "channel": thread.channel,
        "channel_type": "channel",
        "ts": rig.slack.state.stamps.next(),
        "thread_ts": thread.thread,
        "text": "Reminder: call Carl",
    }
    rig.slack.api.emit(event)
    assert (await rig.core.next(OperatorPosted)).actor.belongs is Belonging.BOT


async def test_what_an_app_posts_in_somebodys_name_is_no_operators(rig: SlackRig) -> None:
    thread = await opened(rig)
    common = {"type": "message", "user": rig.actor("anna").user, "channel": thread.channel, "thread_ts": thread.thread}
    for by in ({"bot_profile": {"id": "B1"}}, {"bot_id": "B1"}, {"subtype": "bot_message"}):
        rig.slack.api.emit({**common, **by, "ts": rig.slack.state.stamps.next(), "text": "from an app"})
    await rig.writes("anna", thread, "from myself")
    await rig.core.next(OperatorPosted)
    await rig.slack.delivery.settled()
    assert [event.content.text.characters for event in rig.core.of(OperatorPosted)] == ["from myself"]


@pytest.mark.parametrize(
    ("method", "belongs"), [("users.info", Belonging.MEMBER), ("conversations.members", Belonging.UNKNOWN)]
)
async def test_a_command_is_answered_in_time_while_slack_says_nothing(
    rig: SlackRig, monkeypatch: pytest.MonkeyPatch, method: str, belongs: Belonging
) -> None:
    """Slack waits three seconds for the response and then shows an error. Someone new is found in the list of all."""
    if belongs is Belonging.MEMBER:  # the lists come, on a busy machine too
        listed = Workspace._listed
        monkeypatch.setattr(audience, "PATIENCE", ANSWER)
        monkeypatch.setattr(Workspace, "_listed", lambda self, user, _, error: listed(self, user, ANSWER, error))
    rig.faults.add(method, Fault.NOTHING, times=100)
    await rig.commands("anna", "help")
    assert (await rig.core.next(Commanded)).actor.belongs is belongs
    assert rig.slack.failures == []


async def test_events_of_people_are_no_facts(rig: SlackRig) -> None:
    rig.slack.person("anna").leaves()
    rig.slack.person("anna").joins()
    rig.slack.person("anna").is_now(is_restricted=True)
    await rig.slack.delivery.settled()
    assert (rig.core.events, rig.slack.delivery.lost) == ([], [])

    async def guest() -> bool:
        await rig.commands("anna", "help")
        return rig.core.of(Commanded)[-1].actor.belongs is Belonging.GUEST

    await eventually(guest)


# --------------------------------------------------------------------------------------- hub check


@pytest.mark.parametrize(
    ("flag", "words"),
    [
        ("is_ext_shared", "shared with another company"),
        ("is_pending_ext_shared", "another company is invited"),
        ("is_org_shared", "shared with other workspaces"),
        ("is_shared", "is shared"),
    ],
)
async def test_check_warns_of_a_shared_channel(office: DeskSetup, flag: str, words: str) -> None:
    """Also of an account's channel."""
    office.slack.state.channel_named("sales").flags[flag] = True
    (found,) = [finding for finding in await office.desk("members", "sales").check() if finding.warning]
    assert (found.ok, words in found.what, "#sales" in found.what, bool(found.advice)) == (True, True, True, True)
    assert not any(finding.warning for finding in await office.desk().check())


async def test_check_says_who_can_read(office: DeskSetup) -> None:
    quietly_leaves(office, "boris")
    assert "1 channel member may use /dialog" in json.dumps([str(one) for one in await office.desk().check()])
    assert "everyone in the workspace except guests may use /dialog" in str(await office.desk("team").check())


async def test_who_is_away_and_who_is_not_to_be_disturbed(office: DeskSetup) -> None:
    desk, now = office.desk(), office.clock.now().timestamp()
    users = {who: office.slack.person(who).user for who in ("anna", "boris", "clara", "dora")}
    users["boris"].presence = users["dora"].presence = "away"
    users["clara"].dnd = {"dnd_enabled": True, "next_dnd_start_ts": now - 60, "next_dnd_end_ts": now + 60}
    users["dora"].dnd = {"dnd_enabled": True, "next_dnd_start_ts": now + 60, "next_dnd_end_ts": now + 120}
    asked = [one.id for one in users.values()]
    away, disturbed = Availability.AWAY, Availability.DISTURBED
    expected = {users["boris"].id: away, users["clara"].id: disturbed, users["dora"].id: away}
    assert await desk.availability(asked) == expected
    assert await desk.availability([users["boris"].id]) == {users["boris"].id: away}
    office.slack.api.scopes -= {"dnd:read"}  # an app of before: presence alone is known
    without = office.desk()
    assert await without.availability(asked) == {users["boris"].id: away, users["dora"].id: away}
