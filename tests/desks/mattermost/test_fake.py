"""The fake behaves as measured on real servers; otherwise the desk's tests would prove nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.fakes.mattermost import BOT_TOKEN, FakeMattermost, rules

Json = dict[str, Any]
ACTION = {"id": "a1", "type": "button", "name": "Go", "integration": {"url": "http://127.0.0.1:9/x"}}


class Bot:
    def __init__(self, mm: FakeMattermost, http: aiohttp.ClientSession) -> None:
        self.mm, self._http = mm, http

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Json]:
        headers = {"Authorization": f"Bearer {BOT_TOKEN}"}
        async with self._http.request(method, f"{self.mm.url}/api/v4{path}", json=body, headers=headers) as answer:
            return answer.status, await answer.json()

    async def post(self, message: str, **more: Any) -> tuple[int, Json]:
        return await self.ask("POST", "/posts", {"channel_id": self.mm.channel, "message": message, **more})


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    async with FakeMattermost() as mm, aiohttp.ClientSession() as http:
        yield Bot(mm, http)


async def test_patching_what_was_read_breaks_the_buttons(bot: Bot) -> None:
    _, post = await bot.post("x", props={"attachments": [{"actions": [ACTION]}]})
    assert "integration" not in post["props"]["attachments"][0]["actions"][0]
    await bot.ask("PUT", f"/posts/{post['id']}/patch", {"props": {"attachments": post["props"]["attachments"]}})
    with pytest.raises(rules.Refusal) as caught:
        await bot.mm.person("anna").presses("Go", post["id"])
    assert caught.value.status == 404


async def test_an_action_id_with_other_signs_cannot_be_pressed(bot: Bot) -> None:
    _, post = await bot.post("x", props={"attachments": [{"actions": [{**ACTION, "id": "go_on"}]}]})
    with pytest.raises(rules.Refusal) as caught:
        await bot.mm.person("anna").presses("Go", post["id"])
    assert caught.value.status == 404


async def test_first_replies_side_by_side_fail(bot: Bot) -> None:
    _, root = await bot.post("root")
    answers = await asyncio.gather(*(bot.post(str(number), root_id=root["id"]) for number in range(3)))
    assert sorted(status for status, _ in answers) == [201, 500, 500]
    assert (await bot.post("later", root_id=root["id"]))[0] == 201


async def test_pending_ids_dedupe(bot: Bot) -> None:
    first, again = [await bot.post("x", pending_post_id="b:k") for _ in range(2)]
    assert first[1]["id"] == again[1]["id"]


@pytest.mark.parametrize(
    ("message", "names"),
    [
        ("@anna", {"anna"}),
        ("**@anna**, look", {"anna"}),
        (r"\@anna", {"anna"}),
        ("(@all)", {"anna", "boris"}),
        ("@here.", {"anna", "boris"}),
        ("`@all`", set()),
        ("@\u2060all @\u2060anna", set()),
        ("mail anna@anna.com", set()),
        ("[x](http://a.b/@anna)", set()),
        ("[http://a.b/@anna](http://a.b)", {"anna"}),
    ],
)
async def test_whom_a_message_notifies(bot: Bot, message: str, names: set[str]) -> None:
    await bot.post(message)
    assert {bot.mm.state.users[one.user]["username"] for one in bot.mm.notified} == names


async def test_attachments_notify_too(bot: Bot) -> None:
    await bot.post("", props={"attachments": [{"text": "@anna", "fields": [{"title": "x", "value": "@boris"}]}]})
    assert {one.word for one in bot.mm.notified} == {"@anna", "@boris"}


async def test_since_gives_a_thousand_rows_in_no_order(bot: Bot) -> None:
    anna = bot.mm.person("anna")
    for number in range(1100):
        await anna.posts("", str(number))
    _, listed = await bot.ask("GET", f"/channels/{bot.mm.channel}/posts?since=1")
    assert len(listed["order"]) == 1000
    assert listed["order"] != sorted(listed["order"])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"message": "x" * 16384}, 400),
        ({"message": "x", "props": {"a": "x" * 8000}}, 400),
        ({"message": "x", "root_id": "nowhere"}, 400),
        ({"message": "x", "file_ids": ["nowhere"]}, 400),
        ({"message": "x", "channel_id": "nowhere"}, 403),
        ({"message": "x", "props": {"attachments": [{"actions": [{**ACTION, "name": ""}]}]}}, 400),
    ],
)
async def test_what_is_refused(bot: Bot, body: Json, status: int) -> None:
    answered, answer = await bot.post(**body)
    assert answered == status
    assert answer["status_code"] == status
    assert answer["id"]


async def test_a_client_may_name_its_token_over_the_websocket(bot: Bot) -> None:
    async with aiohttp.ClientSession() as http, http.ws_connect(f"{bot.mm.url}/api/v4/websocket") as socket:
        await socket.send_json({"seq": 1, "action": "authentication_challenge", "data": {"token": BOT_TOKEN}})
        assert (await socket.receive_json())["status"] == "OK"
        hello = await socket.receive_json()
        assert (hello["event"], hello["seq"]) == ("hello", 0)
        await bot.mm.person("anna").posts("", "hi")
        event = await socket.receive_json()
        assert (event["event"], event["seq"]) == ("posted", 1)
