"""The fake is as strict as VK: it refuses requests that the bridge never makes."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest

from tests.bridges.vk.conftest import Shop
from tests.fakes.vk import TOKEN

GOOD = {"access_token": TOKEN, "v": "5.199"}
SEND = {**GOOD, "peer_ids": "7", "random_id": "5", "message": "hello"}


async def call(shop: Shop, method: str, **given: str) -> Any:
    async with shop.tools.http.post(f"{shop.vk.api_url}{method}", data=given) as response:
        return await response.json()


def formatted(*items: dict[str, Any], version: object = 1) -> str:
    return json.dumps({"version": version, "items": list(items)})


@pytest.mark.parametrize(
    ("method", "given", "code"),
    [
        ("messages.send", {**SEND, "access_token": "x"}, 5),
        ("messages.send", {key: value for key, value in SEND.items() if key != "v"}, 8),
        ("messages.teleport", GOOD, 3),
        ("messages.send", {**SEND, "parse_mode": "HTML"}, 100),
        ("messages.send", {**SEND, "random_id": "0"}, 100),
        ("messages.send", {**SEND, "random_id": str(2**31)}, 100),
        ("messages.send", {key: value for key, value in SEND.items() if key != "random_id"}, 100),
        ("messages.send", {key: value for key, value in SEND.items() if key != "message"}, 100),
        ("messages.send", {**SEND, "message": "x" * 4097}, 914),
        ("messages.send", {**SEND, "attachment": "doc-1_2"}, 100),
        ("messages.send", {**SEND, "lat": "91", "long": "0"}, 100),
        ("messages.send", {**SEND, "forward": "5"}, 100),
        ("messages.send", {**SEND, "format_data": formatted({"type": "bold", "offset": 0, "length": 9})}, 100),
        ("messages.send", {**SEND, "format_data": formatted({"type": "strike", "offset": 0, "length": 1})}, 100),
        ("messages.send", {**SEND, "format_data": formatted(version="2")}, 100),
        ("messages.sendReaction", {**GOOD, "peer_id": "7", "cmid": "1", "reaction_id": "99"}, 1009),
        ("messages.sendReaction", {**GOOD, "peer_id": "7", "cmid": "1", "reaction_id": "4"}, 100),
        ("photos.saveMessagesPhoto", {**GOOD, "photo": "[{photo:1}]", "server": "42", "hash": "hash"}, 121),
        ("groups.getLongPollServer", {**GOOD, "group_id": "5"}, 15),
        ("groups.addCallbackServer", {**GOOD, "group_id": "123456", "url": "u", "title": "x" * 15}, 100),
    ],
)
async def test_what_is_refused(shop: Shop, method: str, given: dict[str, str], code: int) -> None:
    assert (await call(shop, method, **given))["error"]["error_code"] == code
    assert not shop.nick.sees


async def test_an_upload_needs_its_address_and_its_field(shop: Shop) -> None:
    url = shop.vk.uploading.place("photo")
    for field in ("file", "photo", "photo"):
        form = aiohttp.FormData()
        form.add_field(field, b"\x89PNG", filename="a.png")
        async with shop.tools.http.post(url, data=form) as response:
            answer = await response.json()
        assert answer["error"] == "no_file", "a wrong field, and then an address that is used up"
    assert not shop.vk.uploading.uploaded
