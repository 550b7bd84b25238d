"""WhatsApp at every desk: after its 24 hours only a template goes out, and an oversized file is sent as a link."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.dialogs import approved_templates
from bot.domain import AccountName
from tests.conftest import Database
from tests.contracts.rigs.bridge_whatsapp import RIGS, WhatsAppCustomer, WhatsAppRig
from tests.scenarios.desks import DESKS
from tests.scenarios.hubs import RunningHub, running_hub

SHOP = AccountName("shop")
BIG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 24 * 1024


@dataclass
class Shop:
    hub: RunningHub
    rig: WhatsAppRig
    nick: WhatsAppCustomer

    async def silent_for_a_day(self) -> None:
        """Makes the last message 25 hours old, on both sides."""
        self.nick.person.falls_silent(25)
        dialog = await self.hub.dialog(1)
        heard_at = self.hub.app.hub.clock.now() - timedelta(hours=25)
        await self.hub.app.hub.store.transact(lambda unit: unit.dialogs.save(replace(dialog, heard_at=heard_at)))


@pytest.fixture(params=DESKS)
async def shop(request: pytest.FixtureRequest, sqlite_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    async with RIGS["whatsapp"]() as rig:
        assert isinstance(rig, WhatsAppRig)
        rig.whatsapp.add_template("order_ready", "Dear {{1}}, your order {{2}} is ready.")
        async with running_hub(request.param, Database(sqlite_url), tmp_path, {"shop": dict(rig.table())}) as hub:
            await rig.called_at(f"{hub.url}/hooks/shop")
            yield Shop(hub, rig, await rig.customer("Nick"))


async def test_a_template_after_the_window(shop: Shop) -> None:
    people = shop.hub.operators
    await shop.nick.writes("Hello")
    thread = await shop.hub.thread_of_dialog(1)
    await shop.hub.card_says(thread, "Free-form replies")
    await shop.hub.until(lambda: _templates_known(shop.hub))
    await shop.silent_for_a_day()

    await people.writes("anna", thread, "Still interested?")
    await shop.hub.whisper_appears("anna", "Send an approved template")
    await shop.hub.presses_when_whispered("anna", thread, "Template")
    form = await shop.hub.form_appears("anna")
    assert any("Dear {{1}}" in label for label in form.options["template"])
    await people.submits("anna", {"template": "order_ready en_US", "values": "Nick\n17"})
    await shop.hub.post_appears(thread, "Dear Nick, your order 17 is ready.")
    await shop.hub.all_delivered()
    assert [seen.text for seen in await shop.nick.sees(1)] == ["Dear Nick, your order 17 is ready."]

    await shop.nick.writes("Yes!")
    await shop.hub.post_appears(thread, "Yes!")
    await people.writes("anna", thread, "Come and get it")
    assert [seen.text for seen in await shop.nick.sees(2)][-1] == "Come and get it"


async def _templates_known(hub: RunningHub) -> bool:
    async with hub.app.hub.store.read() as unit:
        return bool(await approved_templates.known(unit, SHOP))


async def test_a_file_over_the_limit_goes_as_a_link(shop: Shop) -> None:
    people = shop.hub.operators
    await shop.nick.writes("Hello")
    thread = await shop.hub.thread_of_dialog(1)
    await people.writes("anna", thread, "the plan", files=[("plan.png", BIG)])
    question = await shop.hub.whisper_appears("anna", "cannot be sent as is")
    assert "as a link" in question.words
    assert list(await shop.nick.sees(0)) == []
    await shop.hub.presses_when_whispered("anna", thread, "Send anyway")
    [seen] = await shop.nick.sees(1)
    assert seen.text.startswith("the plan\n")
    [link] = re.findall(r"https?://\S+", seen.text)
    async with aiohttp.ClientSession() as http, http.get(link) as answer:
        assert await answer.read() == BIG


async def test_a_late_refusal_reaches_the_operator(shop: Shop) -> None:
    """WhatsApp accepts the message and later reports that it will not deliver it."""
    people = shop.hub.operators
    await shop.nick.writes("Hello")
    thread = await shop.hub.thread_of_dialog(1)
    shop.nick.person.falls_silent(25)  # only WhatsApp knows
    await people.writes("anna", thread, "Still interested?")
    problem = await shop.hub.post_appears(thread, "Not delivered")
    assert "the customer wrote too long ago: only an approved template can be sent" in problem.words
    assert any(label.startswith("Template") for label in problem.buttons)
