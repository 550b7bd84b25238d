"""Users of the hub on a Mattermost server, as its lists, events and responses report them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.desks.mattermost.audience import FRESH, SOON
from bot.desks.mattermost.desk import MattermostDesk
from bot.desks.mattermost.people import actor_of
from bot.desks.mattermost.settings import MattermostSettings
from bot.domain import Belonging, DeskName, OperatorPosted
from bot.ports import Availability, StaffWatching
from tests.clock import ManualClock
from tests.contracts.desks.samples import open_thread
from tests.contracts.rigs.desk_mattermost import MattermostRig
from tests.fakes.faults import Fault
from tests.fakes.mattermost import BOT_TOKEN, FakeMattermost
from tests.tools import tools
from tests.waiting import FACT


class DeskSetup:
    """A desk that reads no websocket, on a clock that stands still."""

    def __init__(self, mm: FakeMattermost, folder: Path, http: aiohttp.ClientSession) -> None:
        self.mm, self.clock = mm, ManualClock()
        self._tools = tools(folder, http, clock=self.clock, public_url="https://hub.example.com")

    def desk(self, audience: str = "members", *channels: str) -> MattermostDesk:
        values: dict[str, Any] = {
            "url": self.mm.url,
            "token": SecretStr(BOT_TOKEN),
            "team": "acme",
            "channel": "support",
        }
        settings = MattermostSettings(**values, audience=audience, command_token=SecretStr("c"))
        return MattermostDesk(DeskName("office"), settings, self._tools, channels)

    async def belongs(self, desk: MattermostDesk, who: str) -> Belonging:
        return (await desk.actor(self.mm.state.id_of(who))).belongs

    def quietly_leaves(self, who: str, place: str = "") -> None:
        """Removes a member without an event: another process of the hub has received it."""
        self.mm.state.members[place or self.mm.channel].discard(self.mm.state.id_of(who))


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[DeskSetup]:
    async with FakeMattermost() as mm, aiohttp.ClientSession() as http:
        yield DeskSetup(mm, tmp_path, http)


async def test_members_of_the_desks_and_its_accounts_channels_count(office: DeskSetup) -> None:
    sales = office.mm.add_channel("sales")
    desk = office.desk("members", "sales")
    for place in (office.mm.channel, sales):
        office.quietly_leaves("boris", place)
    office.quietly_leaves("anna")
    assert await office.belongs(desk, "anna") is Belonging.MEMBER
    assert await office.belongs(desk, "boris") is Belonging.OUTSIDER
    assert {actor.name for actor in await desk.staff()} == {"anna"}


async def test_the_whole_team_counts_where_the_desk_says_so(office: DeskSetup) -> None:
    desk = office.desk("team")
    office.quietly_leaves("anna")
    assert await office.belongs(desk, "anna") is Belonging.MEMBER
    assert {actor.name for actor in await desk.staff()} == {"anna", "boris"}
    office.quietly_leaves("anna", office.mm.team)
    office.clock.advance(FRESH.total_seconds() + 1)
    assert await office.belongs(desk, "anna") is Belonging.OUTSIDER


async def test_as_time_goes(office: DeskSetup) -> None:
    desk = office.desk()
    assert await office.belongs(desk, "anna") is Belonging.MEMBER
    office.quietly_leaves("anna")
    assert await office.belongs(desk, "anna") is Belonging.MEMBER, "nobody has told"
    office.clock.advance(FRESH.total_seconds() + 1)
    assert await office.belongs(desk, "anna") is Belonging.OUTSIDER
    office.mm.state.members[office.mm.channel].add(office.mm.state.id_of("anna"))
    office.clock.advance(SOON.total_seconds() + 1)
    assert await office.belongs(desk, "anna") is Belonging.MEMBER


async def test_a_lookup_that_fails_locks_out_no_member_and_lets_in_nobody_else(office: DeskSetup) -> None:
    desk = office.desk()
    office.quietly_leaves("boris")
    assert await office.belongs(desk, "anna") is Belonging.MEMBER
    assert await office.belongs(desk, "boris") is Belonging.OUTSIDER
    office.mm.faults.add("rest", Fault.SERVER_ERROR, times=100)
    office.clock.advance(FRESH.total_seconds() + 1)
    assert await office.belongs(desk, "anna") is Belonging.MEMBER
    assert await office.belongs(desk, "boris") is Belonging.OUTSIDER
    data = {"user_id": office.mm.state.id_of("anna"), "remover_id": office.mm.state.id_of("anna")}
    desk.audience.note_event({"event": "user_removed", "data": data, "broadcast": {"channel_id": office.mm.channel}})
    assert await office.belongs(desk, "anna") is Belonging.OUTSIDER, "of which an event has told"
    assert await office.belongs(office.desk(), "anna") is Belonging.UNKNOWN, "another process knows nothing"


async def test_the_hub_hears_of_who_joins_and_leaves(office: DeskSetup) -> None:
    desk, anna = office.desk(), office.mm.state.id_of("anna")
    assert isinstance(desk, StaffWatching)
    place = {"channel_id": office.mm.channel}
    desk.audience.note_event({"event": "user_updated", "data": {"user": {"id": anna, "delete_at": 0}}})
    assert not desk.audience.moved.is_set()
    for event in (
        {"event": "user_activation_status_change", "data": {}},
        {"event": "user_removed", "data": {"user_id": anna}, "broadcast": place},
        {"event": "user_added", "data": {"user_id": anna}, "broadcast": place},
    ):
        desk.audience.note_event(event)
        async with asyncio.timeout(FACT):
            await desk.staff_changed()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, Belonging.OUTSIDER),
        ({"roles": "system_user system_admin", "remote_id": ""}, Belonging.OUTSIDER),
        ({"is_bot": True}, Belonging.BOT),
        ({"delete_at": 5}, Belonging.GONE),
        ({"remote_id": "remote"}, Belonging.FOREIGN),
        ({"roles": "system_guest"}, Belonging.GUEST),
    ],
)
def test_what_the_server_says_of_a_user(body: dict[str, Any], expected: Belonging) -> None:
    user = {"id": "u", "username": "anna", "roles": "system_user", "delete_at": 0, **body}
    assert actor_of(user).belongs is expected


@pytest.mark.parametrize("sign", ["from_bot", "from_webhook", "from_plugin"])
@pytest.mark.parametrize("value", ["true", True])
async def test_a_post_that_says_that_no_person_wrote_it_is_believed(
    rig: MattermostRig, sign: str, value: object
) -> None:
    """Anyone may write these props, at their own loss."""
    thread = await open_thread(rig)
    anna = rig.actor("anna").user
    asked = {"channel_id": thread.channel, "root_id": thread.thread, "message": "no person", "props": {sign: value}}
    await rig.mm.person("anna")._operations.create_post(anna, asked)
    await rig.writes("anna", thread, "a person")
    await rig.core.next(OperatorPosted)
    assert [event.content.text.characters for event in rig.core.of(OperatorPosted)] == ["a person"]


async def test_check_warns_of_a_shared_channel_and_says_who_can_read(office: DeskSetup) -> None:
    office.mm.serve_commands("https://hub.example.com/mattermost/command")
    assert not any(finding.warning for finding in await office.desk().check())
    office.mm.state.channels[office.mm.channel]["shared"] = True
    found = await office.desk().check()
    (warning,) = [finding for finding in found if finding.warning]
    assert (warning.ok, "~support is shared with another server" in warning.what) == (True, True)
    assert warning.advice
    assert "2 channel members may use /dialog" in str(found)
    assert "everyone in the team except guests may use /dialog" in str(await office.desk("team").check())


async def test_who_is_away_and_who_is_not_to_be_disturbed(office: DeskSetup) -> None:
    states = {"anna": "online", "boris": "away", "clara": "dnd", "dora": "offline", "egor": "ooo"}
    ids = {who: office.mm.state.add_user(f"{who}2", status=status)["id"] for who, status in states.items()}
    found = await office.desk().availability([*ids.values(), "nobodynobodynobodynobody12"])
    away, disturbed = Availability.AWAY, Availability.DISTURBED
    expected = {"boris": away, "clara": disturbed, "dora": away, "egor": away}
    assert found == {ids[who]: state for who, state in expected.items()}
