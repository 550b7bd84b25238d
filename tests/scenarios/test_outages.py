"""A client of the HTTP channel that answers 500 for a while: nothing is given up, nothing comes twice, administrators
are told once and once again. The outage is that of 20 minutes, with pauses a hundred times shorter."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.delivery import circuit, courier, retry
from bot.domain import Delivery
from tests.conftest import Database
from tests.fakes.callback import FakeCallback
from tests.fakes.faults import Fault
from tests.scenarios.desks import DESKS
from tests.scenarios.hubs import RunningHub, running_hub

TOKEN = "the token of the clients"
CUSTOMERS = ("Vera", "Nick", "Olga")
FAR_MORE_THAN_THE_TRIES = 100


@dataclass
class Shop:
    hub: RunningHub
    client: FakeCallback

    async def writes(self, name: str) -> None:
        body = {"id": f"m {name}", "conversation": name, "sender": {"name": name}, "text": f"I am {name}"}
        address = f"{self.hub.url}/api/v1/accounts/shop/messages"
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with aiohttp.ClientSession() as http, http.post(address, json=body, headers=headers) as answer:
            assert answer.status == 202


@pytest.fixture(params=DESKS)
async def shop(
    request: pytest.FixtureRequest, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Shop]:
    for name, seconds in {"RETRY_FIRST": 0.02, "RETRY_LONGEST": 0.1, "TOLD_AFTER": 0.6}.items():
        monkeypatch.setattr(circuit, name, seconds)
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(retry, "LONGEST_PAUSE", 0.1)
    monkeypatch.setattr(courier, "LOOK_EVERY", timedelta(seconds=0.1))
    async with FakeCallback() as client:
        account = {"kind": "api", "token": TOKEN, "callback_url": client.url, "callback_secret": client.secret}
        opened = running_hub(request.param, database, tmp_path, {"shop": account}, hub={"admins": ["anna"]})
        async with opened as hub:
            yield Shop(hub, client)


@pytest.mark.shows("outage")
async def test_an_outage_of_the_channel_is_waited_out(shop: Shop) -> None:
    hub, people = shop.hub, shop.hub.operators
    shop.client.faults.add("callback", Fault.SERVER_ERROR, times=1_000_000)
    threads = []
    for number, name in enumerate(CUSTOMERS, 1):
        await shop.writes(name)
        threads.append(await hub.thread_of_dialog(number))
        await people.writes("anna", threads[-1], f"Good day, {name}")
    await hub.direct_message_appears("anna", "The account “shop” is down: the callback answered 500")
    refused = shop.client.requests
    await hub.until(lambda: shop.client.requests > refused + FAR_MORE_THAN_THE_TRIES)
    for number in range(1, 4):
        assert [one.delivery for one in await hub.messages(number) if one.operator] == [Delivery.PENDING]

    shop.client.faults.clear()
    await hub.direct_message_appears("anna", "The account “shop” works again")
    await hub.all_delivered()
    answers = [(one["conversation"], one["text"]) for one in shop.client.events]
    assert sorted(answers) == sorted((name, f"Good day, {name}") for name in CUSTOMERS)
    told = [seen.words for seen in await people.direct_messages("anna")]
    assert [sum(words in one for one in told) for words in ("is down", "works again")] == [1, 1]
    for thread in threads:
        assert not any("Not delivered" in words for words in await hub.thread_texts(thread))
