"""The workplace: Slack's Home tab, and the same by a command and its buttons in Mattermost and the web desk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import Database
from tests.contracts.desks import SeenPost
from tests.scenarios.hubs import TelegramHub, telegram_hub

pytestmark = pytest.mark.shows("home")
PAGE = 15


@pytest.fixture(params=["slack", "mattermost", "web"])
async def hub(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> AsyncIterator[TelegramHub]:
    async with telegram_hub(request.param, database, tmp_path) as running:
        yield running


async def opens_workplace(hub: TelegramHub) -> None:
    """Opens Anna's workplace."""
    if "home" in hub.operators.lacks:
        await hub.operators.commands("anna", "home")
    else:
        await hub.operators.opens_home("anna")


async def presses_in_workplace(hub: TelegramHub, label: str) -> None:
    """Presses a button whose label starts so: sections have counters after their names."""
    shown = await workplace(hub)
    assert shown is not None
    found = next(one for one in shown.buttons if one.startswith(label))
    if "home" in hub.operators.lacks:
        await hub.operators.presses_in_whisper("anna", await hub.thread_of_dialog(1), found)
    else:
        await hub.operators.presses_home("anna", found)


async def workplace(hub: TelegramHub) -> SeenPost | None:
    """The workplace as Anna sees it: the latest page that can be worked with."""
    if "home" not in hub.operators.lacks:
        return await hub.operators.home("anna")
    pages = [
        seen for seen in await hub.operators.whispers_to("anna") if any(one.startswith("Mine") for one in seen.buttons)
    ]
    return pages[-1] if pages else None


async def workplace_shows(hub: TelegramHub, *words: str) -> SeenPost:
    """The workplace, once it contains all of these words."""
    found: list[SeenPost] = []

    async def there() -> bool:
        shown = await workplace(hub)
        found[:] = [shown] if shown and all(one in shown.words + "\n".join(shown.buttons) for one in words) else []
        return bool(found)

    await hub.until(there)
    return found[0]


async def test_sections_counters_and_pages(hub: TelegramHub) -> None:
    for number in range(1, PAGE + 3):
        hub.customer(f"Customer {number}").writes(f"Question no. {number}")
        await hub.thread_of_dialog(number)
    await opens_workplace(hub)
    first = await workplace_shows(hub, "New", f"{PAGE + 2} customers are waiting", "Question no. 1")
    assert f"New {PAGE + 2}" in first.buttons
    assert f"Question no. {PAGE + 1}" not in first.words, "the longest waiting come first"
    await presses_in_workplace(hub, "Next")
    await workplace_shows(hub, f"Question no. {PAGE + 1}", f"Question no. {PAGE + 2}")
    await hub.operators.commands("anna", "accept #2")
    await hub.post_appears(await hub.thread_of_dialog(2), "accepted the dialog")
    await presses_in_workplace(hub, "Mine")
    mine = await workplace_shows(hub, "Mine 1", "Question no. 2")
    assert "Question no. 1" not in mine.words.replace("no. 2", "")


async def test_another_section_takes_the_place_of_the_one_before(hub: TelegramHub) -> None:
    hub.customer("Vera").writes("Hello there")
    await hub.thread_of_dialog(1)
    await opens_workplace(hub)
    await workplace_shows(hub, "New", "Hello there")
    for label, words in (("Closed", "No dialogs here"), ("All", "Hello there"), ("Mine", "No dialogs here")):
        await presses_in_workplace(hub, label)
        await workplace_shows(hub, words)
    pages = [
        seen for seen in await hub.operators.whispers_to("anna") if any(one.startswith("Mine") for one in seen.buttons)
    ]
    assert len(pages) == (1 if "home" in hub.operators.lacks else 0)


async def test_filtering_and_searching_from_the_workplace(hub: TelegramHub) -> None:
    for name, words in (("Vera", "About the oolong"), ("Ivan", "About the puer")):
        hub.customer(name).writes(words)
    await hub.thread_of_dialog(2)
    await opens_workplace(hub)
    await workplace_shows(hub, "oolong", "puer")
    await presses_in_workplace(hub, "Filter")
    await hub.form_appears("anna")
    await hub.operators.submits("anna", {"text": "Vera"})
    await hub.until(lambda: _says(hub, "“Vera”", "oolong"))
    if "home" in hub.operators.lacks:
        await presses_in_workplace(hub, "Search")
        await hub.form_appears("anna")
        await hub.operators.submits("anna", {"text": "puer"})
    else:
        await hub.operators.enters_at_home("anna", "puer")
    await hub.whisper_appears("anna", "puer")
    await presses_in_workplace(hub, "Accept next")
    await workplace_shows(hub, "Mine 1", "You have accepted #1")


async def _says(hub: TelegramHub, *words: str) -> bool:
    shown = await workplace(hub)
    return shown is not None and all(one in shown.words for one in words)
