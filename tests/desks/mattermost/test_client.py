"""Requests: how many there are, and what each carries."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from pydantic import SecretStr

from bot.desks.mattermost.api import Api
from bot.desks.mattermost.settings import MattermostSettings
from bot.domain import OperatorPosted, PostRef
from bot.ports import Mark, Rejected, RejectReason
from tests.contracts.desks.samples import card, customer, open_thread, root_of
from tests.contracts.rigs.desk_mattermost import MattermostRig
from tests.fakes.mattermost import BOT_TOKEN, FakeMattermost
from tests.waiting import ANSWER


@asynccontextmanager
async def api(mm: FakeMattermost, jar: aiohttp.CookieJar | None = None) -> AsyncIterator[Api]:
    token = SecretStr(BOT_TOKEN)
    settings = MattermostSettings(url=mm.url, token=token, team="acme", channel="support", timeout=ANSWER)
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        yield Api(settings, http, http)


async def test_a_message_is_one_request_each_way(rig: MattermostRig) -> None:
    thread, log = await open_thread(rig), rig.mm.rest.log
    await rig.desk.post(thread, customer("one"))
    await rig.writes("anna", thread, "hello")
    await rig.core.next(OperatorPosted)

    log.clear()
    await rig.desk.post(thread, customer("two", "k2"))
    assert log == [("POST", "/api/v4/posts")]

    log.clear()
    answer = await rig.writes("anna", thread, "hello again")
    await rig.core.next(OperatorPosted, 2)
    assert log == [], "the websocket has said it all"
    await rig.desk.mark(PostRef(thread.desk, thread.channel, answer), Mark.DELIVERED, True)
    assert log == [("POST", "/api/v4/reactions")]

    log.clear()
    await rig.desk.update(await root_of(rig, thread), card())
    assert log == [("PUT", f"/api/v4/posts/{thread.thread}/patch")]


async def test_a_session_that_the_server_offers_is_not_used() -> None:
    """The cookie would count before the token, and whatever is not read would be refused."""
    jar = aiohttp.CookieJar(unsafe=True)  # takes cookies of addresses, too
    async with FakeMattermost() as mm, api(mm, jar) as client:
        mm.state.extends_sessions = True
        first = await client.create({"channel_id": mm.channel, "message": "one"})
        await client.change(mm.channel, str(first["id"]), {}, "changed")
        assert {cookie.key for cookie in jar} == {"SERVERID"}


async def test_a_refusal_is_the_servers_own() -> None:
    async with FakeMattermost() as mm, api(mm) as client:
        with pytest.raises(Rejected, match="Unable to get the post") as refused:
            await client.post("x" * 26)
    assert refused.value.reason is RejectReason.GONE


async def test_arguments_are_written_as_the_server_reads_them() -> None:
    async with FakeMattermost() as mm, api(mm) as client:
        await client.create({"channel_id": mm.channel, "message": "one & two", "root_id": None, "props": {"a?": "ü"}})
        assert [post["message"] for post in await client.latest(mm.channel)] == ["one & two"]
        assert len(await client.members(channel=mm.channel)) == 3


@pytest.mark.parametrize("name", ["no such/team?", "Support team", "поддержка", ""])
async def test_nothing_has_a_name_that_fits_into_no_address(name: str) -> None:
    async with FakeMattermost() as mm, api(mm) as client:
        team = str((await client.team("acme"))["id"])
        for looked_up in (client.team(name), client.channel_called(team, name)):
            with pytest.raises(Rejected) as refused:
                await looked_up
            assert refused.value.reason is RejectReason.GONE
