"""Messages for one person: whispers, direct messages, and views to work with."""

from __future__ import annotations

import pytest

from bot.domain import Belonging, Commanded, Key, Pressed, ThreadRef
from bot.domain.text import Text
from bot.ports import Retelling
from bot.views.values import Button, Menu, Row, View, Whisper
from tests.contracts.desks import DeskRig, eventually
from tests.contracts.desks.samples import ACCEPT, CONTROLS, VIEW, needs, open_thread, page, root_of, whispered_once


@needs("keeps whispers")
async def test_a_whisper_is_seen_by_its_addressee_alone(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    await rig.desk.whisper(rig.actor("anna").user, thread, VIEW)
    shown = (await rig.whispers_to("anna"))[-1]
    for words in ("Held", "Dialog #7 open", "Not yours <!channel> *x*"):
        assert words in shown.words.replace("\u2060", "")
    assert shown.buttons == ("Take over",)
    assert not shown.notifies
    assert await rig.whispers_to("boris") == []
    assert len(await rig.thread(thread)) == 1
    await rig.presses_in_whisper("anna", thread, "Take over")
    event = await rig.core.next(Pressed)
    assert (event.token, event.actor) == ("token-take", rig.actor("anna"))


@needs("keeps whispers")
async def test_a_direct_message_reaches_its_addressee_alone(rig: DeskRig) -> None:
    await rig.desk.tell(rig.actor("boris").user, VIEW)
    shown = (await rig.direct_messages("boris"))[-1]
    assert "Dialog #7 open" in shown.words
    assert shown.buttons == ("Take over",)
    assert await rig.direct_messages("anna") == []


@needs("keeps whispers")
async def test_a_list_of_any_length_is_whispered_whole(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    rows = tuple(Row(Text.plain(f"dialog #{number} " + "x" * 150), (ACCEPT,)) for number in range(60))
    await rig.desk.whisper(rig.actor("anna").user, thread, View(rows, "All"))
    words = "\n".join(seen.words for seen in await rig.whispers_to("anna"))
    assert all(f"dialog #{number} " in words for number in range(60))


# --------------------------------------------------------------------------------- views to work with


@needs("controls", "keeps whispers")
async def test_a_views_tabs_menus_and_buttons_bring_their_tokens_back(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    await rig.desk.whisper(rig.actor("anna").user, thread, page())
    shown = (await rig.whispers_to("anna"))[-1]
    assert {*CONTROLS, "Shop bot"} == set(shown.buttons)
    assert shown.chosen == ("Shop bot",)
    for words in ("New · 1", "#7 Maria", "#8 <!here> *Ivan* _x_", "#9 Vera"):
        assert words in shown.words.replace("\u2060", "")
    assert not shown.notifies
    for number, (label, token) in enumerate(CONTROLS.items(), 1):
        await rig.presses_in_whisper("anna", thread, label)
        assert (await rig.core.next(Pressed, number)).token == token, label


@needs("controls")
async def test_a_commands_answer_can_be_worked_with(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    rig.core.answers[Commanded] = Whisper(page())
    await rig.commands("anna", "new")

    async def answered() -> bool:
        return any("Next page" in seen.buttons for seen in await rig.whispers_to("anna"))

    await eventually(answered)
    for number, (label, token) in enumerate(CONTROLS.items(), 1):
        await rig.presses_in_whisper("anna", thread, label)
        assert (await rig.core.next(Pressed, number)).token == token, label


@needs("controls", "keeps whispers")
async def test_a_menu_whose_tokens_are_long_can_be_used(rig: DeskRig) -> None:
    """The search text travels in the token."""
    thread = await open_thread(rig)
    options = tuple(Button("search", f"Choice {number}", f"{number}:" + "x" * 300) for number in range(4))
    await rig.desk.whisper(rig.actor("anna").user, thread, page(menus=(Menu("Account", options, options[1].token),)))
    assert {one.label for one in options} <= set((await rig.whispers_to("anna"))[-1].buttons)
    await rig.presses_in_whisper("anna", thread, "Choice 3")
    assert (await rig.core.next(Pressed)).token == options[3].token


@needs("controls", "keeps whispers")
async def test_a_long_view_loses_none_of_its_buttons(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    rows = tuple(
        Row(Text.plain(f"dialog {number} " + "слова " * 30), (Button("open", f"Open {number}", f"token-{number}"),))
        for number in range(70)
    )
    await rig.desk.whisper(rig.actor("anna").user, thread, page(rows=rows))
    labels = [label for seen in await rig.whispers_to("anna") for label in seen.buttons]
    assert labels.count("Next page") == labels.count("New (3)") == 1
    assert [label for label in labels if label.startswith("Open ")] == [f"Open {number}" for number in range(70)]
    for number, chosen in enumerate((0, 1, 69), 1):
        await rig.presses_in_whisper("anna", thread, f"Open {chosen}")
        assert (await rig.core.next(Pressed, number)).token == f"token-{chosen}"


@needs("replacing", "keeps whispers")
async def test_another_page_takes_the_place_of_the_one_before(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    await rig.desk.whisper(rig.actor("anna").user, thread, page(1))
    await assert_pages_replace_one_another(rig, thread)


@needs("replacing", "replacing answers")
async def test_another_page_takes_the_place_of_a_commands_answer(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    rig.core.answers[Commanded] = Whisper(page(1))
    await rig.commands("anna", "new")
    await assert_pages_replace_one_another(rig, thread)


async def assert_pages_replace_one_another(rig: DeskRig, thread: ThreadRef) -> None:
    """Pages replace one another: the second replaces the first, the third the second; other answers do not."""
    for number in (1, 2):
        await whispered_once(rig, f"New · {number}")
        rig.core.answers[Pressed] = Whisper(page(number + 1, "token-all"), replaces=True)
        await rig.presses_in_whisper("anna", thread, "Next page")
    shown = await whispered_once(rig, "New · 3")
    assert shown.chosen == ("All accounts",)
    assert not any(f"New · {number}" in seen.words for seen in await rig.whispers_to("anna") for number in (1, 2))
    rig.core.answers[Pressed] = Whisper(View((Row(Text.plain("Here it is")),)))
    await rig.presses_in_whisper("anna", thread, "Open 7")
    await whispered_once(rig, "Here it is")
    await whispered_once(rig, "New · 3")


@needs("replacing", "keeps posts")
async def test_what_answers_a_press_on_a_card_never_replaces_it(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    rig.core.answers[Pressed] = Whisper(page(), replaces=True)
    root = await root_of(rig, thread)
    await rig.presses("anna", thread, root.post, "Important ones")
    await whispered_once(rig, "New · 1")
    assert "#7 · Maria" in (await rig.thread(thread))[0].words


@needs("replacing", "keeps posts")
async def test_a_direct_message_can_be_replaced_too(rig: DeskRig) -> None:
    await rig.desk.tell(rig.actor("anna").user, page(1, keys=(Key("told"),)))
    rig.core.answers[Pressed] = Whisper(page(2), replaces=True)
    await rig.presses_in_direct_message("anna", "Next page")

    async def replaced() -> bool:
        return ["New · 2" in seen.words for seen in await rig.direct_messages("anna")] == [True]

    await eventually(replaced)


@needs("replacing", "keeps posts")
async def test_a_direct_message_can_be_replaced_later(rig: DeskRig) -> None:
    """Also when it took several posts; one that is not there is no error."""
    assert isinstance(rig.desk, Retelling)
    anna = rig.actor("anna").user
    long = View(tuple(Row(Text.plain(f"{number} " + "long words " * 300)) for number in range(6)), keys=(Key("asked"),))
    await rig.desk.tell(anna, page(1, keys=(Key("another"),)))
    await rig.desk.tell(anna, long)
    await rig.desk.retell(anna, Key("asked"), page(3, keys=(Key("later"),)))
    await rig.desk.retell(anna, Key("unknown"), page(4))
    assert [seen.words.split("\n")[0][:7] for seen in await rig.direct_messages("anna")] == ["New · 1", "New · 3"]


@needs("keeps posts")
async def test_a_whisper_that_becomes_a_direct_message_can_be_replaced_later(rig: DeskRig) -> None:
    """Its addressee is not in the channel, or the desk has no whispers."""
    assert isinstance(rig.desk, Retelling)
    thread, anna = await open_thread(rig), rig.actor("anna").user
    rig.becomes("anna", Belonging.OUTSIDER)
    await rig.desk.whisper(anna, thread, page(1, keys=(Key("asked"),)))
    if not await rig.direct_messages("anna"):
        pytest.skip("it can be whispered to anyone")
    await rig.desk.retell(anna, Key("asked"), page(2))
    [seen] = await rig.direct_messages("anna")
    assert "New · 2" in seen.words
