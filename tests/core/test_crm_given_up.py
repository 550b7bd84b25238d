"""Facts and questions that an external CRM does not take: each is named, with a reason and a way to send it again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain import Actor
from bot.domain.account_rules import Grant
from bot.ports import Forged, Rejected, RejectReason, Unexplained
from bot.ports.crm import ContactSaved, CrmRef, DialogLinked, ForeignContact, InterestSaved
from bot.views.values import Button
from storage import SqlStore
from tests.clock import ManualClock
from tests.core.helpers import open_dialog, register_operators, view_of
from tests.core.test_crm import MemoryCrm, crm, rules
from tests.core.test_interests import another
from tests.core.test_outages import BOSS
from tests.core.world import ANNA, BORIS, World, whisper_text
from tests.tools import FolderFiles

__all__ = ["crm"]

NO = "Не выбран канал привлечения"
DAY = 24 * 3600


@pytest.fixture
def hub(store: SqlStore, clock: ManualClock, tmp_path: Path, crm: MemoryCrm) -> World:
    return World(store, clock, FolderFiles(tmp_path), crm=crm)


def told(hub: World, whom: Actor = ANNA) -> list[tuple[str, Button]]:
    """Notices with a button, as words and button."""
    rows = [row for user, view in hub.desk.direct_messages if user == whom.user for row in view.rows]
    return [(row.text.characters, row.buttons[0]) for row in rows if row.buttons]


async def refused_interest(hub: World, crm: MemoryCrm) -> tuple[str, Button]:
    dialog = await open_dialog(hub)
    crm.fail = [Rejected(RejectReason.INVALID, NO)]
    await hub.commands(ANNA, "interest Oak desk", dialog)
    await hub.deliver()
    [notice] = told(hub)
    return notice


async def test_an_interest_that_was_refused_is_named_and_can_be_sent_again(hub: World, crm: MemoryCrm) -> None:
    words, button = await refused_interest(hub, crm)
    assert "⚠️ Not saved in the CRM: the deal “Oak desk” of “Vera”." in words
    assert f"Reason: {NO}. In the chat everything stays as it is." in words
    assert "#1" in words
    assert button.label == "Send again"
    assert crm.of(InterestSaved) == []
    again = view_of(await hub.presses(ANNA, button))
    assert again.rows[0].text.characters == "🔁 Sending to the CRM again: the deal “Oak desk” of “Vera”."
    assert not again.rows[0].buttons
    await hub.deliver()
    assert [one.interest.title for one in crm.of(InterestSaved)] == ["Oak desk"]
    async with hub.store.read() as unit:
        [interest] = await unit.interests.of_contact((await hub.dialog(1)).contact)
    assert interest.ref


async def test_the_button_works_once(hub: World, crm: MemoryCrm) -> None:
    _, button = await refused_interest(hub, crm)
    await hub.presses(ANNA, button)
    assert whisper_text(await hub.presses(ANNA, button)) == "This has already been handled."
    await hub.deliver()
    assert len(crm.of(InterestSaved)) == 1


async def test_it_is_told_once_more_when_it_is_refused_once_more(hub: World, crm: MemoryCrm) -> None:
    _, button = await refused_interest(hub, crm)
    crm.fail = [Rejected(RejectReason.INVALID, NO)]
    await hub.presses(ANNA, button)
    await hub.deliver()
    [_, (words, button)] = told(hub)
    assert "“Oak desk”" in words
    await hub.presses(ANNA, button)
    await hub.deliver()
    assert len(crm.of(InterestSaved)) == 1


async def test_the_button_survives_a_restart(
    hub: World, crm: MemoryCrm, store: SqlStore, clock: ManualClock, tmp_path: Path
) -> None:
    _, button = await refused_interest(hub, crm)
    after = World(store, clock, FolderFiles(tmp_path), crm=crm)
    await after.presses(ANNA, button)
    await after.deliver()
    assert len(crm.of(InterestSaved)) == 1


async def test_the_button_is_for_those_who_may(hub: World, crm: MemoryCrm) -> None:
    _, button = await refused_interest(hub, crm)
    await register_operators(hub, BORIS)
    with pytest.raises(Forged):
        await hub.presses(BORIS, button)
    await rules(hub, lambda known: replace(known, grants=(Grant("anna", send=False), Grant("boris"))))
    assert "no permission to reply" in whisper_text(await hub.presses(ANNA, button))
    await hub.deliver()
    assert crm.of(InterestSaved) == []
    await rules(hub, lambda known: replace(known, grants=()))
    await hub.presses(ANNA, button)
    await hub.deliver()
    assert len(crm.of(InterestSaved)) == 1


async def test_a_link_that_was_changed_since_is_not_sent_again(hub: World, crm: MemoryCrm) -> None:
    dialog = await open_dialog(hub)
    for title in ("Tea", "Cups"):
        await hub.commands(ANNA, f"interest {title}", dialog)
        await hub.deliver()
    crm.fail = [Rejected(RejectReason.INVALID, NO)]
    await hub.commands(ANNA, "link Tea", dialog)
    await hub.deliver()
    [(words, button)] = told(hub)
    assert "the link of dialog #1 with “Vera” to the deal “Tea”" in words
    await hub.commands(ANNA, "link Cups", dialog)
    await hub.deliver()
    before = len(crm.of(DialogLinked))
    await hub.presses(ANNA, button)
    await hub.deliver()
    assert len(crm.of(DialogLinked)) == before
    assert await hub.parcels_waiting() == 0


async def test_a_question_about_a_phone_is_tried_for_a_day_and_then_told(hub: World, crm: MemoryCrm) -> None:
    crm.unfound = Unexplained("Операция не выполнена")
    other = await another(hub, "Hi", "7", name="Oleg", phone="+79991234567")
    await hub.commands(ANNA, "accept", other)
    for _ in range(16):
        await hub.deliver_after(DAY / 12)
    [(words, button)] = told(hub)
    assert "⚠️ The CRM did not answer: the search for “Oleg” by phone and e-mail." in words
    assert "every attempt has failed for a long time (Операция не выполнена)" in words
    crm.unfound = None
    crm.people = [ForeignContact(CrmRef("client 7"), "Oleg")]
    await hub.presses(ANNA, button)
    await hub.deliver()
    async with hub.store.read() as unit:
        assert (await unit.crm.known(other.contact)).ref == "client 7"


async def test_what_nobody_here_caused_is_told_to_administrators(hub: World, crm: MemoryCrm) -> None:
    await register_operators(hub, BOSS)
    await hub.pin_names()
    crm.fail = [Rejected(RejectReason.INVALID, NO)]
    await open_dialog(hub)
    [(words, button)] = told(hub, BOSS)
    assert "Not saved in the CRM: the contact “Vera”." in words
    crm.fail = [Rejected(RejectReason.INVALID, NO)]
    await another(hub, "Hi", "8", name="Oleg")
    assert len(told(hub, BOSS)) == 1, "one an hour"
    assert whisper_text(await hub.commands(ANNA, "resend crm")) != "Sending again: 2."
    assert whisper_text(await hub.commands(BOSS, "resend crm")) == "Sending again: 2."
    await hub.deliver()
    assert {one.contact.name for one in crm.of(ContactSaved)} == {"Vera", "Oleg"}
    assert whisper_text(await hub.presses(BOSS, button)) == "This has already been handled."
