"""A person's own page."""

from __future__ import annotations

import pytest

from bot.domain import HomeOpened, Pressed, Submitted
from bot.domain.text import Text
from bot.ports import Paged
from bot.views.values import Ask, Button, Entry, Invalid, Row, Whisper
from tests.contracts.desks import DeskRig, SeenPost, eventually
from tests.contracts.desks.samples import CONTROLS, FORM, needs, on_screen, open_thread, page, whispered_once


@needs("home")
async def test_the_home_shows_what_the_core_answers(rig: DeskRig) -> None:
    rig.core.answers[HomeOpened] = Whisper(page(), replaces=True)
    await rig.opens_home("anna")
    event = await rig.core.next(HomeOpened)
    assert event.actor == rig.actor("anna")
    assert (event.place.channel, event.place.thread) == ("", None)
    shown = await home_appears(rig, "New · 1")
    assert {*CONTROLS, "Shop bot"} == set(shown.buttons)
    assert shown.chosen == ("Shop bot",)
    assert "#8 <!here> *Ivan* _x_" in shown.words
    assert await rig.home("boris") is None
    await rig.opens_home("anna")
    assert (await rig.core.next(HomeOpened, 2)).key != event.key


@needs("home")
async def test_another_page_redraws_the_home(rig: DeskRig) -> None:
    rig.core.answers[HomeOpened] = Whisper(page(), replaces=True)
    await rig.opens_home("anna")
    await home_appears(rig, "New · 1")
    for number, (label, token) in enumerate(CONTROLS.items(), 1):
        rig.core.answers[Pressed] = Whisper(page(1, title=f"Redrawn {number}", again="token-home"), replaces=True)
        await rig.presses_home("anna", label)
        assert (await rig.core.next(Pressed, number)).token == token
        await home_appears(rig, f"Redrawn {number}")
    assert await rig.whispers_to("anna") == []


@needs("home")
async def test_other_answers_to_a_press_in_the_home_open_a_window(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    rig.core.answers[HomeOpened] = Whisper(page(), replaces=True)
    await rig.opens_home("anna")
    await home_appears(rig, "New · 1")
    rig.core.answers[Pressed] = Whisper(page(5, title="Contact card"))
    await rig.presses_home("anna", "Open 7")
    await whispered_once(rig, "page 5")
    await home_appears(rig, "New · 1")
    rig.core.answers[Pressed] = Whisper(page(6, title="More of it"), replaces=True)
    await rig.presses_in_whisper("anna", thread, "Next page")
    await whispered_once(rig, "page 6")
    assert not any("page 5" in seen.words for seen in await rig.whispers_to("anna"))


@needs("home")
async def test_what_is_done_in_the_home_is_seen_there(rig: DeskRig) -> None:
    """After accepting a dialog in the list, the person sees the list without it."""
    rig.core.answers[HomeOpened] = Whisper(page(), replaces=True)
    await rig.opens_home("anna")
    await home_appears(rig, "New · 1")
    rig.core.answers[HomeOpened] = Whisper(page(3), replaces=True)
    rig.core.answers[Pressed] = Whisper(page(9), confirms=True)
    await rig.presses_home("anna", "Open 7")
    await home_appears(rig, "New · 3")
    assert await rig.whispers_to("anna") == [], "the page itself shows that it is done"


@needs("home")
async def test_a_form_opened_in_the_home_is_answered_there(rig: DeskRig) -> None:
    rig.core.answers[HomeOpened] = Whisper(page(), replaces=True)
    await rig.opens_home("anna")
    await home_appears(rig, "New · 1")
    rig.core.answers[Pressed] = Ask(FORM)
    await rig.presses_home("anna", "Open 7")
    await on_screen(rig, "anna")
    rig.core.answers[Submitted] = Whisper(page(4, again="token-home"), replaces=True)
    await rig.submits("anna", {"reason": "Spam"})
    await home_appears(rig, "New · 4")
    assert await rig.form("anna") is None


@needs("home")
async def test_another_list_opens_over_the_home_and_turns_there(rig: DeskRig) -> None:
    """The tasks, say, which would leave no way back."""
    thread = await open_thread(rig)
    rig.core.answers[HomeOpened] = Whisper(page(), replaces=True)
    await rig.opens_home("anna")
    await home_appears(rig, "New · 1")
    rig.core.answers[Pressed] = Whisper(page(2, title="Tasks"), replaces=True)
    await rig.presses_home("anna", "Open 7")
    await whispered_once(rig, "page 2")
    rig.core.answers[Pressed] = Whisper(page(3, title="Tasks"), replaces=True)
    await rig.presses_in_whisper("anna", thread, "Next page")
    await whispered_once(rig, "page 3")
    await home_appears(rig, "New · 1")


@needs("home")
async def test_what_can_be_done_beside_a_row(rig: DeskRig) -> None:
    accept = (Button("accept", "Accept", "token-accept"),)
    several = (Button("close", "Close…", "token-close"), Button("task", "Task…", "token-task"))
    words = ("#7 Maria", "#8 <!here> *Ivan* :tea: _x_")
    rows = tuple(Row(Text.plain(one), beside=each) for one in words for each in (accept, several))
    rig.core.answers[HomeOpened] = Whisper(page(rows=rows, again="token-home"), replaces=True)
    await rig.opens_home("anna")
    shown = await home_appears(rig, "#8 <!here> *Ivan* :tea: _x_")
    assert [one for one in shown.buttons if one in ("Accept", "Close…", "Task…")] == ["Accept", "Close…", "Task…"] * 2
    rig.core.answers[Pressed] = Ask(FORM)
    for number, (label, token) in enumerate((("Task…", "token-task"), ("Accept", "token-accept")), 1):
        await rig.presses_home("anna", label)
        assert (await rig.core.next(Pressed, number)).token == token


@needs("home")
@pytest.mark.parametrize("words", ['order 12 "teapot" & <@U1> *x* <!here>', "x" * 40, ""])
async def test_a_line_on_the_home_is_a_form_of_one_field(rig: DeskRig, words: str) -> None:
    entry = Entry("Search", "Words", "token-search", 40, Button("search", "Search…", "token-form"))
    rig.core.answers[HomeOpened] = Whisper(page(entry=entry, again="token-home"), replaces=True)
    await rig.opens_home("anna")
    await home_appears(rig, "New · 1")
    rig.core.answers[Submitted] = Whisper(page(5, title="Found"))
    await rig.enters_at_home("anna", words)
    event = await rig.core.next(Submitted)
    assert (event.token, event.values, event.actor) == ("token-search", {"text": words}, rig.actor("anna"))
    await whispered_once(rig, "page 5")
    rig.core.answers[Submitted] = Invalid({"text": "Enter at least two letters."})
    await rig.enters_at_home("anna", words)
    await whispered_once(rig, "at least two letters")
    assert "New · 1" in (await home_appears(rig, "New · 1")).words


@needs("home")
async def test_the_hub_redraws_the_home_unasked(rig: DeskRig) -> None:
    assert isinstance(rig.desk, Paged)
    rig.core.answers[HomeOpened] = Whisper(page(again="token-home"), replaces=True)
    await rig.opens_home("anna")
    await home_appears(rig, "New · 1")
    user = rig.actor("anna").user
    for number in (2, 3):
        assert await rig.desk.show_home(user, page(number, again="token-home"))
        assert f"New · {number}" in (await home_appears(rig, f"New · {number}")).words
    rig.core.answers[Pressed] = Whisper(page(4, again="token-home"), replaces=True)
    await rig.presses_home("anna", "Open 7")
    await home_appears(rig, "New · 4")


async def home_appears(rig: DeskRig, words: str) -> SeenPost:
    async def there() -> bool:
        seen = await rig.home("anna")
        return seen is not None and words in seen.words

    await eventually(there)
    shown = await rig.home("anna")
    assert shown is not None
    return shown
