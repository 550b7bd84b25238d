"""An external CRM that is switched off and on in the middle of work, in every desk, without any effect on the chat."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from bot.delivery import circuit
from tests.conftest import Database
from tests.fakes.faults import Fault
from tests.fakes.onec_odata import FakeOneC
from tests.fakes.telegram import FakeCustomer
from tests.fakes.webhook import FakeReceiver
from tests.scenarios.hubs import TelegramHub, telegram_hub

DESKS = ["slack", "mattermost", "web"]
HANGING = 120.0
"""Seconds that the hub waits for the CRM's response: anything in the chat that waited for it would come too late."""
PARTNERS, INTERESTS, STAGES = "Catalog_Партнеры", "Document_CRM_Интерес", "Catalog_СтадииИнтересов"
TASKS = "Task_ЗадачаИсполнителя"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shortens the pause after which a courier tries a failed destination again."""
    monkeypatch.setattr(circuit, "PROBE_FIRST", 0.2)
    monkeypatch.setattr(circuit, "PROBE_LONGEST", 0.4)


@asynccontextmanager
async def hub_with_crm(desk: str, database: Database, folder: Path, crm: dict[str, Any]) -> AsyncIterator[TelegramHub]:
    """Makes Anna the administrator, known to the hub."""
    async with telegram_hub(desk, database, folder, hub={"admins": ["anna"]}, crm={"alarm_after": 0, **crm}) as hub:
        await hub.operators.commands("anna", "help")
        yield hub


@pytest.fixture(params=DESKS)
async def receiving(
    request: pytest.FixtureRequest, database: Database, tmp_path: Path, receiver: FakeReceiver
) -> AsyncIterator[TelegramHub]:
    async with hub_with_crm(request.param, database, tmp_path, webhook(receiver)) as hub:
        yield hub


@pytest.fixture(params=DESKS)
async def shared(
    request: pytest.FixtureRequest, database: Database, tmp_path: Path, infobase: FakeOneC
) -> AsyncIterator[TelegramHub]:
    async with hub_with_crm(request.param, database, tmp_path, onec(infobase)) as hub:
        yield hub


@pytest.fixture
async def receiver() -> AsyncIterator[FakeReceiver]:
    async with FakeReceiver() as fake:
        yield fake


@pytest.fixture
async def infobase() -> AsyncIterator[FakeOneC]:
    async with FakeOneC() as fake:
        yield fake


def webhook(fake: FakeReceiver) -> dict[str, Any]:
    return {"kind": "webhook", "url": fake.url, "secret": fake.secret, "timeout": HANGING}


def onec(fake: FakeOneC) -> dict[str, Any]:
    fields = {"interest_stage": "Стадия_Key"}
    return {
        "kind": "1c",
        "url": fake.url,
        "user": fake.user,
        "password": fake.password,
        "timeout": HANGING,
        "every": 1,
        "closed_stages": ["Выигран"],
        "fields": fields,
    }


async def converse(hub: TelegramHub, customer: FakeCustomer, number: int, *, command: str) -> None:
    """Has a customer write and Anna answer, do something, and close."""
    customer.writes(f"Question {number}")
    thread = await hub.thread_of_dialog(number)
    await hub.post_appears(thread, f"Question {number}")
    await hub.operators.writes("anna", thread, f"Answer {number}")
    await hub.until(lambda: f"Answer {number}" in customer.reads)
    if command:
        await hub.operators.mentions_hub("anna", thread, command)
        await hub.post_appears(thread, command.partition(" ")[2])
    await hub.operators.mentions_hub("anna", thread, "close done")
    await hub.post_appears(thread, "closed the dialog")


async def alerts_of(hub: TelegramHub, words: str) -> int:
    """Number of Anna's notifications about the CRM with these words."""
    return sum(words in seen.words for seen in await hub.operators.direct_messages("anna"))


def about(events: Sequence[dict[str, Any]], name: str) -> list[str]:
    """Names of the events about one contact, in order; those about a contact alone count once."""
    found = []
    for one in events:
        contact = one["data"].get("contact") or one["data"].get("dialog", one["data"].get("interest", {})).get(
            "contact"
        )
        if contact and contact["name"] == name and one["event"] not in found:
            found.append(one["event"])
    return found


@pytest.mark.shows("crm down")
async def test_a_receiver_of_events_is_off_and_on_again(receiving: TelegramHub, receiver: FakeReceiver) -> None:
    vera, oleg = receiving.customer("Vera"), receiving.customer("Oleg")
    await converse(receiving, vera, 1, command="")
    await receiver.until(lambda events: [one["event"] for one in events][-1:] == ["dialog.closed"])

    receiver.faults.add("event", Fault.NOTHING, times=1000)
    await converse(receiving, oleg, 2, command="interest Oak desk")
    await receiver.switch_off()
    receiver.faults.clear()
    await converse(receiving, vera, 3, command="")
    await receiving.direct_message_appears("anna", "The CRM is down")
    taken = len(receiver.events)

    await receiver.switch_on()
    await receiving.all_delivered()
    assert about(receiver.events[taken:], "Oleg") == [
        "contact.saved",
        "dialog.opened",
        "interest.saved",
        "dialog.linked",
        "dialog.closed",
    ]
    assert about(receiver.events[taken:], "Vera") == ["dialog.opened", "dialog.closed"]
    assert {one["dialog"]["id"] for one in receiver.told("dialog.closed")} == {1, 2, 3}
    await receiving.direct_message_appears("anna", "The CRM works again")
    assert (await alerts_of(receiving, "is down"), await alerts_of(receiving, "works again")) == (1, 1)
    assert receiver.wrong == []


@pytest.mark.shows("crm down")
async def test_1c_is_off_and_on_again(shared: TelegramHub, infobase: FakeOneC) -> None:
    base = infobase.infobase
    await infobase.switch_off()
    await converse(shared, shared.customer("Vera"), 1, command="interest Oak desk")
    shared.customer("Oleg").writes("Come and measure the room")
    await shared.operators.mentions_hub("anna", await shared.thread_of_dialog(2), "task Measure the room in 2 hours")
    await shared.direct_message_appears("anna", "The CRM is down")
    assert base.all(PARTNERS) == []

    await infobase.switch_on()
    await shared.until(lambda: base.all(INTERESTS))
    await shared.until(lambda: base.all(TASKS))
    partners = {one["Description"]: one["Ref_Key"] for one in base.all(PARTNERS)}
    [interest], [task] = base.all(INTERESTS), base.all(TASKS)
    assert (len(base.all(PARTNERS)), set(partners)) == (2, {"Vera", "Oleg"})
    assert (interest["Тема"], interest["Партнер_Key"]) == ("Oak desk", partners["Vera"])
    assert (task["Description"], task["Предмет"]) == ("Measure the room", partners["Oleg"])
    await shared.direct_message_appears("anna", "The CRM works again")
    assert (await alerts_of(shared, "is down"), await alerts_of(shared, "works again")) == (1, 1)


@pytest.mark.shows("crm down")
async def test_what_people_in_1c_change_shows_on_the_card(shared: TelegramHub, infobase: FakeOneC) -> None:
    base, vera = infobase.infobase, shared.customer("Vera")
    vera.writes("Do you have oak desks?")
    thread = await shared.thread_of_dialog(1)
    await shared.operators.mentions_hub("anna", thread, "interest Oak desk")
    await shared.until(lambda: base.all(INTERESTS))
    key, offer = UUID(base.all(INTERESTS)[0]["Ref_Key"]), base.put(STAGES, Description="Предложение")
    base.edit(INTERESTS, key, Тема="Oak desk, 140 cm", Стадия_Key=str(offer))

    async def shown() -> bool:
        card = (await shared.operators.thread(thread))[0].words
        return "Oak desk, 140 cm" in card and "Предложение" in card

    await shared.until(shown)
