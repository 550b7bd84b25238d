"""Workspaces of thousands of channels and people, within Slack's rate limits: all of them exist for the hub."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.domain import Belonging
from bot.ports import Transient, Unavailable
from tests.desks.slack.test_audience import DeskSetup
from tests.fakes.faults import Fault
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.state import BOT_USER, Channel, User

MANY, PAGES = 5000, 6


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[DeskSetup]:
    async with FakeSlack() as slack, aiohttp.ClientSession() as http:
        slack.limits.enforce()
        state = slack.state
        slack.person("anna")
        state.channels.clear()
        for number in range(MANY):
            state.channels[f"C{number:08}"] = Channel(f"C{number:08}", f"room-{number}", set())
            state.users[f"U{number:08}"] = User(f"U{number:08}", f"user-{number}", f"User {number}")
        slack.person("last")
        state.channels["CSUPPORT01"] = Channel("CSUPPORT01", "support", {BOT_USER, slack.person("anna").id})
        yield DeskSetup(slack, tmp_path, http)


async def test_the_last_channel_of_thousands_is_found_once_for_all_who_ask(office: DeskSetup) -> None:
    desk, calls = office.desk(), office.slack.api.calls
    found = await asyncio.gather(*(desk.workspace.channel("#support") for _ in range(20)), desk.audience.channels())
    assert found == ["CSUPPORT01"] * 20 + [["CSUPPORT01"]]
    assert calls["conversations.list"] == PAGES
    with pytest.raises(Unavailable):
        await desk.workspace.channel("nowhere")
    with pytest.raises(Unavailable):
        await desk.workspace.channel("nowhere else")
    assert calls["conversations.list"] == PAGES, "the list has just been read"


async def test_what_was_read_of_a_list_stays_when_a_page_is_refused(office: DeskSetup) -> None:
    desk, slack = office.desk(), office.slack
    slack.faults.add("conversations.list", Fault.TOO_MANY, retry_after=30)
    slack.api.page_limit = 400
    for _ in range(3):
        with pytest.raises(Transient) as refused:
            await desk.workspace.channel("support")
        assert refused.value.retry_after == 30
    assert slack.log.count("conversations.list") == 1, "Slack asked to wait"
    office.clock.advance(30)
    slack.faults.add("conversations.list", Fault.TOO_MANY, retry_after=30, after=7)
    with pytest.raises(Transient):
        await desk.workspace.channel("support")
    assert await desk.workspace.channel("room-2799") == "C00002799", "read before the refusal"
    office.clock.advance(30)
    assert await desk.workspace.channel("support") == "CSUPPORT01"
    assert slack.api.calls["conversations.list"] == 13, "no page twice"


async def test_people_are_the_channels_members_not_the_workspace_s(office: DeskSetup) -> None:
    desk = office.desk()
    assert [actor.name for actor in await desk.staff()] == ["anna"]
    assert "users.list" not in office.slack.api.calls
    assert await office.belongs(desk, "anna") is Belonging.MEMBER
    assert await office.belongs(desk, "last") is Belonging.OUTSIDER


async def test_thousands_of_members_are_listed_not_looked_up(office: DeskSetup) -> None:
    office.slack.state.channel_named("support").members |= office.slack.state.users.keys()
    desk = office.desk()
    assert len(await desk.staff()) == MANY + 2
    assert office.slack.api.calls["users.list"] == PAGES
    assert "users.info" not in office.slack.api.calls


async def test_everyone_of_the_team_is_found(office: DeskSetup) -> None:
    desk = office.desk("team")
    assert len(await desk.staff()) == MANY + 2
    [last] = await desk.bearers(["last"])
    assert last.user == office.slack.person("last").id
    assert not office.slack.faults.log
