"""Lookups in every desk: sections, search, files, history, message histories, the contact's card, the address in the
channel itself, fetching messages, the workplace as one page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain import ThreadRef
from tests.conftest import Database
from tests.contracts.desks import SeenPost
from tests.scenarios.hubs import TelegramHub, telegram_hub


@pytest.fixture(params=["slack", "mattermost", "web"])
async def hub(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> AsyncIterator[TelegramHub]:
    async with telegram_hub(request.param, database, tmp_path) as running:
        yield running


async def talked(hub: TelegramHub, number: int, name: str, *said: str) -> ThreadRef:
    """A dialog with these messages of the customer's, accepted by nobody."""
    customer = hub.customer(name)
    for words in said:
        customer.writes(words)
    thread = await hub.thread_of_dialog(number)
    await hub.post_appears(thread, said[-1])
    await hub.all_delivered()
    return thread


async def closed(hub: TelegramHub, number: int, thread: ThreadRef) -> None:
    await hub.operators.commands("anna", f"accept #{number}")
    await hub.post_appears(thread, "accepted the dialog")
    await hub.operators.commands("anna", f"close #{number} done")
    await hub.post_appears(thread, "closed the dialog")
    await hub.all_delivered()


async def said_in(hub: TelegramHub, who: str, words: str) -> SeenPost:
    return await hub.whisper_appears(who, words)


@pytest.mark.shows("sections", "home")
async def test_sections_with_counters_filters_and_pages(hub: TelegramHub) -> None:
    hub.customer("Vera").writes("Hello")
    first = await hub.thread_of_dialog(1)
    for number in range(2, 18):
        hub.customer(f"Customer {number}").writes(f"Question {number}")
    await hub.until(lambda: hub.find_dialog(17))  # their threads take time where posts are rationed
    await hub.operators.commands("anna", "accept #1")

    async def accepted() -> bool:
        return (await hub.dialog(1)).responsible is not None

    await hub.until(accepted)
    await hub.operators.commands("anna", "home")
    assert "Vera" in (await hub.whisper_appears("anna", "Mine ·")).words
    await hub.presses_when_whispered("anna", first, "New 16")
    home = await hub.whisper_appears("anna", "16 customers are waiting")
    assert "#17" not in home.words
    assert "Question 2\n" in home.words
    assert {"New 16", "In progress 1", "Mine 1", "All 17", "Closed"} <= set(home.buttons)
    assert {"Search…", "Help"} <= set(home.buttons)
    await hub.presses_when_whispered("anna", first, "Next")
    assert "#2 " not in (await hub.whisper_appears("anna", "#17")).words
    await hub.presses_when_whispered("anna", first, "Mine")
    assert "Vera" in (await hub.whisper_appears("anna", "Mine ·")).words
    await hub.presses_when_whispered("anna", first, "Filter")
    form = await hub.form_appears("anna")
    await hub.operators.submits("anna", dict.fromkeys(form.fields, "nobody"))
    await hub.whisper_appears("anna", "No dialogs here")
    await hub.operators.commands("anna", "all shop customer 5")
    assert "#5" in (await hub.whisper_appears("anna", "“customer 5”")).words


@pytest.mark.shows("search")
async def test_search_everywhere_and_with_one_contact(hub: TelegramHub) -> None:
    here = await talked(hub, 1, "Семён", "Где мой ПОЛЁТНЫЙ билет?")
    await talked(hub, 2, "Olga", "полет отменили")
    await hub.operators.commands("anna", "search ле")
    found = await hub.whisper_appears("anna", "Search: “ле”")
    assert "ПОЛЁТНЫЙ" in found.words
    assert "отменили" in found.words
    assert found.words.index("отменили") < found.words.index("ПОЛЁТНЫЙ"), "the newest first"
    await hub.operators.mentions_hub("boris", here, "search Полет")
    mine = await hub.whisper_appears("boris", "Search: “Полет”")
    assert "отменили" not in mine.words
    await hub.presses_when_whispered("boris", here, "Everywhere")
    await hub.whisper_appears("boris", "отменили")
    await hub.operators.commands("anna", "search семен")
    await hub.whisper_appears("anna", "👤 Семён")


@pytest.mark.shows("files")
async def test_files_from_all_dialogs_with_a_contact(hub: TelegramHub) -> None:
    first = await talked(hub, 1, "Vera", "see https://shop.test/catalogue please")
    await closed(hub, 1, first)
    second = await talked(hub, 2, "Vera", "Hello again")
    hub.customer("Vera").sends_file("document", b"%PDF", "contract.pdf", "application/pdf")

    async def there() -> bool:
        return any(seen.files for seen in await hub.operators.thread(second))

    await hub.until(there)
    await hub.operators.mentions_hub("anna", second, "files files")
    await hub.whisper_appears("anna", "contract.pdf")
    await hub.presses_when_whispered("anna", second, "Links")
    await hub.whisper_appears("anna", "https://shop.test/catalogue")
    await hub.presses_when_whispered("anna", second, "Images")
    await hub.whisper_appears("anna", "There are no images")


@pytest.mark.shows("history", "open", "view")
async def test_earlier_dialogs_and_how_they_are_read(hub: TelegramHub) -> None:
    first = await talked(hub, 1, "Vera", "The first question")
    await closed(hub, 1, first)
    second = await talked(hub, 2, "Vera", "The second question")

    async def answered() -> bool:
        return "2 of 2" in (await hub.operators.thread(second))[0].words

    await hub.until(answered)
    card = (await hub.operators.thread(second))[0]
    assert card.post is not None
    assert "Earlier dialogs" in card.buttons
    await hub.operators.presses("anna", second, card.post, "Earlier dialogs")
    assert "#1" in (await hub.whisper_appears("anna", "Earlier dialogs")).words
    await hub.presses_when_whispered("anna", second, "Open")
    await hub.operators.commands("anna", "open #1")
    transcript = await hub.whisper_appears("anna", "The first question")
    assert "The second question" not in transcript.words
    await hub.operators.commands("anna", "open #2")
    await hub.whisper_appears("anna", "The second question")
    await hub.operators.commands("anna", "view single")
    await hub.whisper_appears("anna", "single window")
    await hub.operators.mentions_hub("anna", second, "history")

    async def whole() -> bool:
        seen = await hub.operators.whispers_to("anna")
        return any("The first question" in one.words and "The second question" in one.words for one in seen)

    await hub.until(whole)


@pytest.mark.shows("contact", "correspondence")
async def test_a_contacts_card_and_the_whole_correspondence(hub: TelegramHub) -> None:
    first = await talked(hub, 1, "Vera", "A secret of mine")
    await hub.operators.commands("anna", "contact vera")
    card = await hub.whisper_appears("anna", "Prospect")
    assert "Shop bot" in card.words
    assert "#1" in card.words
    await hub.presses_when_whispered("anna", first, "Message history")
    await hub.whisper_appears("anna", "A secret of mine")


@pytest.mark.shows("site", "fetch", "help")
async def test_the_channel_itself(hub: TelegramHub) -> None:
    hub.customer("Vera").user["username"] = "vera_pavlova"
    thread = await talked(hub, 1, "Vera", "Hello")
    await hub.operators.mentions_hub("anna", thread, "site")
    await hub.whisper_appears("anna", "t.me/vera_pavlova")
    await hub.operators.mentions_hub("anna", thread, "fetch")
    await hub.whisper_appears("anna", "Fetching from Shop bot")
    hub.customer("Vera").writes("Still there?")
    await hub.post_appears(thread, "Still there?")
    await hub.operators.commands("anna", "help")
    assert "/dialog search" in (await hub.whisper_appears("anna", "What you can do")).words
