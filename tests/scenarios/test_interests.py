"""Interests, and contacts that are the same person, in every desk."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.dialogs.selection import chosen_by
from bot.domain import AccountName, Contact, Interest, Status, ThreadRef
from bot.domain.account_rules import AccountRules, ContactKind
from bot.ports.storage import Unit
from tests.conftest import Database
from tests.scenarios.hubs import TelegramHub, telegram_hub
from tests.tools import called

PHONE = "+7 999 123-45-67"


@pytest.fixture(params=["slack", "mattermost", "web"])
async def hub(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> AsyncIterator[TelegramHub]:
    async with telegram_hub(request.param, database, tmp_path) as running:
        yield running


async def rules(hub: TelegramHub, change: Callable[[AccountRules], AccountRules]) -> None:
    async def work(unit: Unit) -> None:
        known = await unit.accounts.rules(AccountName("shop")) or AccountRules()
        await unit.accounts.set_rules(AccountName("shop"), change(known))

    await hub.app.hub.store.transact(work)


async def contact(hub: TelegramHub, number: int) -> Contact:
    async with hub.app.hub.store.read() as unit:
        return await unit.contacts.get((await hub.dialog(number)).contact)


async def interests(hub: TelegramHub, number: int) -> list[Interest]:
    async with hub.app.hub.store.read() as unit:
        return list(await unit.interests.of_contact((await hub.dialog(number)).contact))


async def press_on_card(hub: TelegramHub, thread: ThreadRef, label: str) -> None:
    await hub.until(lambda: _offered(hub, thread, label))
    card = (await hub.operators.thread(thread))[0]
    assert card.post is not None
    await hub.operators.presses("anna", thread, card.post, label)


async def _offered(hub: TelegramHub, thread: ThreadRef, label: str) -> bool:
    return label in (await hub.operators.thread(thread))[0].buttons


async def press_on_line(hub: TelegramHub, thread: ThreadRef, words: str, label: str) -> None:
    await hub.post_appears(thread, words)
    await hub.all_delivered()
    line = await hub.post_appears(thread, words)
    assert line.post is not None
    await hub.operators.presses("anna", thread, line.post, label)


async def closed(hub: TelegramHub, number: int) -> None:
    await hub.operators.commands("anna", f"close #{number} bye")

    async def is_closed() -> bool:
        return (await hub.dialog(number)).status is Status.CLOSED

    await hub.until(is_closed)


@pytest.mark.shows("interest", "accepting")
async def test_an_interest_is_made_from_a_dialog_and_accepts_it(hub: TelegramHub) -> None:
    hub.customer("Vera").writes("How much is green tea?")
    thread = await hub.thread_of_dialog(1)
    await press_on_card(hub, thread, "Create deal")
    form = await hub.form_appears("anna")
    assert form.fields == ("title", "name", "phone", "email", "comment")
    assert form.values.get("name", "Vera") == "Vera"
    values = {
        "title": "Green tea",
        "name": "Vera Lee",
        "phone": PHONE,
        "email": "vera@example.com",
        "comment": "ten boxes",
    }
    await hub.operators.submits("anna", values)
    await hub.post_appears(thread, "accepted the dialog")
    await hub.post_appears(thread, "created the deal “Green tea”")
    await hub.card_says(thread, "Green tea")
    await hub.card_says(thread, "Vera Lee")
    [made] = await interests(hub, 1)
    dialog = await hub.dialog(1)
    assert (made.comment, dialog.interest, dialog.status) == ("ten boxes", made.id, Status.IN_PROGRESS)
    assert (await contact(hub, 1)).email == "vera@example.com"
    await hub.operators.mentions_hub("boris", thread, "interest Cups")
    await hub.whisper_appears("boris", "is handling this dialog")


@pytest.mark.shows("link", "choosing")
async def test_a_dialog_or_a_message_is_linked(hub: TelegramHub) -> None:
    hub.customer("Vera").writes("Ten cups, please")
    thread = await hub.thread_of_dialog(1)
    post = (await hub.post_appears(thread, "Ten cups")).post
    assert post is not None
    for title in ("Tea", "Cups"):
        await hub.operators.mentions_hub("anna", thread, f"interest {title}")
        await hub.post_appears(thread, f"created the deal “{title}”")
    tea = next(one for one in await interests(hub, 1) if one.title == "Tea")
    await press_on_card(hub, thread, "Link to deal")
    await hub.presses_when_whispered("anna", thread, "Other")
    form = await hub.form_appears("anna")
    assert form.fields == ("interest", "messages")
    assert set(form.options["interest"]) >= {"Tea", "Cups"}
    await hub.operators.submits("anna", {"interest": str(tea.id), "messages": ""})
    await hub.post_appears(thread, "linked the dialog to the deal “Tea”")
    await hub.card_says(thread, "Tea")

    await hub.operators.reacts("anna", thread, post, "🔖")
    message = (await hub.messages(1))[0].id

    async def marked() -> bool:
        async with hub.app.hub.store.read() as unit:
            operator = await called(unit, thread.desk, "anna")
            return operator is not None and bool(await chosen_by(hub.app.hub, unit, operator.id, await hub.dialog(1)))

    await hub.until(marked)
    await hub.operators.mentions_hub("anna", thread, "link Cups")
    said = await hub.post_appears(thread, "linked messages to the deal “Cups”:")
    assert "Ten cups, please" in said.words
    async with hub.app.hub.store.read() as unit:
        assert (await unit.interests.of_messages([message]))[message].title == "Cups"
    assert (await hub.dialog(1)).interest == tea.id


@pytest.mark.shows("unknown people", "leads")
async def test_people_and_dialogs_are_what_the_account_says(hub: TelegramHub) -> None:
    hub.customer("Vera").writes("Hello")
    thread = await hub.thread_of_dialog(1)
    await hub.card_says(thread, "prospect")
    assert (await hub.dialog(1)).lead
    await rules(hub, lambda known: replace(known, unknown_are=ContactKind.CLIENT, leads=False))
    hub.customer("Zoe").writes("Hello")
    other = await hub.thread_of_dialog(2)
    await hub.card_says(other, "not a lead source")
    assert "prospect" not in (await hub.operators.thread(other))[0].words
    assert "Contact customer" in (await hub.operators.thread(other))[0].words.replace(":", "")
    assert not (await hub.dialog(2)).lead


@pytest.mark.shows("known contact")
async def test_a_known_contact_s_new_dialog_is_linked(hub: TelegramHub) -> None:
    vera = hub.customer("Vera")
    vera.writes("Hello")
    await hub.operators.commands("anna", f"interest #{(await hub.dialog_at(await hub.thread_of_dialog(1))).id} Tea")
    await hub.until(lambda: _has_interest(hub, 1))
    await closed(hub, 1)
    vera.writes("Me again")
    thread = await hub.thread_of_dialog(2)
    await hub.post_appears(thread, "Linked automatically to the open deal “Tea”")
    await hub.card_says(thread, "Tea")
    await closed(hub, 2)
    await rules(hub, lambda known: replace(known, link_interest=False))
    vera.writes("And again")
    await hub.post_appears(await hub.thread_of_dialog(3), "And again")
    assert (await hub.dialog(3)).interest is None


async def _has_interest(hub: TelegramHub, number: int) -> bool:
    return (await hub.dialog(number)).interest is not None


@pytest.mark.shows("merging")
async def test_people_are_recognized_merged_and_parted(hub: TelegramHub) -> None:
    threads = []
    for number, name in enumerate(("Vera", "V"), start=1):
        hub.customer(name).writes(f"Hello from {name}")
        thread = await hub.thread_of_dialog(number)
        threads.append(thread)
        await hub.operators.commands("anna", f"interest #{number}")
        await hub.form_appears("anna")
        await hub.operators.submits(
            "anna", {"title": f"Tea {number}", "name": name, "phone": PHONE, "email": "", "comment": ""}
        )
        await hub.post_appears(thread, f"created the deal “Tea {number}”")
    first, second = threads
    await press_on_line(hub, second, "Possible duplicate of Vera", "Merge")
    await hub.post_appears(first, "are now shown together")
    assert (await hub.dialog(1)).contact == (await hub.dialog(2)).contact
    assert len(await interests(hub, 1)) == 2
    await hub.card_says(second, "2 of 2")
    await press_on_line(hub, first, "are now shown together", "Keep separate")
    await hub.post_appears(second, "separated")
    assert (await hub.dialog(1)).contact != (await hub.dialog(2)).contact
    assert [one.title for one in await interests(hub, 2)] == ["Tea 2"]
