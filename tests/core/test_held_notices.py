"""Held messages: their mark, who is told, and that what was shown about them is replaced by what was decided."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.domain import Delivery, Dialog, PostId, Status
from bot.domain.value import replace
from bot.ports import Mark
from bot.views.values import Silent, View
from tests.core.helpers import accepted_dialog, open_dialog, register_operators
from tests.core.world import ANNA, BORIS, CLARA, World, button, is_decided, whisper_text

MINUTE = 60
WORDS = "We give you 20% off"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite only: nothing here is the database's."""
    return sqlite_url


async def held_in(world: World, words: str = WORDS) -> tuple[Dialog, PostId]:
    """A dialog of Anna's in which Boris has written."""
    dialog = await accepted_dialog(world)
    post, _ = await world.posts(BORIS, dialog, words)
    await world.deliver()
    return dialog, post


def told(world: World, user: str) -> list[View]:
    return [view for to, view in world.desk.direct_messages if to == user]


def words_of(view: View) -> str:
    return "\n".join(row.text.characters for row in view.rows)


def buttons_of(view: View) -> list[str]:
    return [one.word for row in view.rows for one in row.buttons if one.token]


@pytest.mark.parametrize("marks", ["all", "failures"])
@pytest.mark.parametrize(("choice", "then"), [("join", Mark.DELIVERED), ("keep", Mark.INTERNAL)])
async def test_the_mark_says_at_once_that_it_is_held_and_then_what_became_of_it(
    world: World, marks: str, choice: str, then: Mark
) -> None:
    world.hub = replace(world.hub, marks=marks)
    dialog, post = await held_in(world)
    assert world.desk.marks[post] == {Mark.HELD}
    await world.presses(BORIS, button(world.desk.whispers[-1][1], choice), dialog)
    await world.deliver_after(2)
    assert world.desk.marks[post] == ({then} if marks == "all" or then is Mark.INTERNAL else set())


async def test_the_owner_is_told_and_then_told_what_was_decided(world: World) -> None:
    dialog, _ = await held_in(world)
    [notice] = told(world, ANNA.user)
    assert words_of(notice) == f"⏸️ Boris wrote “{WORDS}”. It is not sent yet: Boris decides.\n#1 · Vera · Shop bot"
    assert notice.rows[0].text.spans[-1].link.startswith("https://desk.test/")
    await world.presses(BORIS, button(world.desk.whispers[-1][1], "join"), dialog)
    await world.deliver()
    [notice] = told(world, ANNA.user)
    assert words_of(notice) == f"✅ Boris sent it to the customer: “{WORDS}”\n#1 · Vera · Shop bot"


async def test_an_owner_who_wrote_it_is_not_told(world: World) -> None:
    dialog = await accepted_dialog(world)
    await world.posts(ANNA, dialog, "@nobodyknown hello")
    await world.deliver()
    assert told(world, ANNA.user) == []


async def test_the_author_is_asked_by_direct_message_after_a_minute(world: World) -> None:
    dialog, post = await held_in(world)
    await world.deliver_after(MINUTE - 1)
    assert told(world, BORIS.user) == []
    await world.deliver_after(1)
    [asked] = told(world, BORIS.user)
    assert buttons_of(asked) == ["take_over", "join", "keep"]
    assert words_of(asked).startswith(f"⏸️ Not sent yet: “{WORDS}”\nAnna is handling this dialog.")
    lost = button(world.desk.whispers[-1][1], "keep")
    assert is_decided(await world.presses(BORIS, button(asked, "join")))  # the answer replaces it there
    await world.deliver()
    assert (world.customer_sees(), world.desk.marks[post]) == ([WORDS], {Mark.DELIVERED})
    assert buttons_of(told(world, BORIS.user)[0]) == ["take_over", "join", "keep"]  # not replaced once more
    assert is_decided(await world.presses(BORIS, lost, dialog))


@pytest.mark.parametrize("after", [0, MINUTE])
async def test_what_was_decided_elsewhere_replaces_the_direct_message_or_comes_before_it(
    world: World, after: int
) -> None:
    dialog, _ = await held_in(world)
    await world.deliver_after(after)
    await world.presses(BORIS, button(world.desk.whispers[-1][1], "keep"), dialog)
    await world.deliver()
    await world.deliver_after(2 * MINUTE)
    assert [(words_of(one), buttons_of(one)) for one in told(world, BORIS.user)] == (
        [(f"🔒 Kept as an internal note: “{WORDS}”.\n#1 · Vera · Shop bot", [])] if after else []
    )


async def test_a_decision_while_the_direct_message_is_on_its_way_replaces_it(world: World) -> None:
    dialog, _ = await held_in(world)
    tell = world.desk.tell

    async def decided_meanwhile(user: str, view: View) -> None:
        await world.presses(BORIS, button(world.desk.whispers[-1][1], "keep"), dialog)
        await tell(user, view)

    world.desk.tell = decided_meanwhile  # type: ignore[method-assign]
    world.clock.advance(MINUTE)
    await world.deliver()
    [asked] = told(world, BORIS.user)
    assert buttons_of(asked) == []


async def test_a_hub_that_dies_before_it_asks_asks_later(world: World) -> None:
    dialog = await accepted_dialog(world)
    post, _ = await world.posts(BORIS, dialog, WORDS)
    await world.crash_while_sending("desk:main")
    await world.deliver()
    assert world.desk.marks[post] == {Mark.HELD}
    assert world.desk.whispers
    assert buttons_of(told(world, BORIS.user)[-1]) == ["take_over", "join", "keep"]


async def test_a_reaction_brings_the_question_at_once_and_only_one_counts(world: World) -> None:
    dialog, post = await held_in(world)
    assert await world.reacts(BORIS, dialog, post, "⏸️") == Silent()
    await world.deliver()
    await world.deliver_after(2 * MINUTE)
    [asked] = told(world, BORIS.user)
    assert buttons_of(asked) == ["take_over", "join", "keep"]
    await world.reacts(BORIS, dialog, post, "⏸️", on=False)
    await world.reacts(BORIS, dialog, post, "⏸")
    await world.deliver()
    assert [bool(buttons_of(one)) for one in told(world, BORIS.user)] == [False, True]
    assert whisper_text(await world.reacts(CLARA, dialog, post, "⏸️")) == (
        "⏸️ Not sent yet: Boris decides what to do with it."
    )
    await world.presses(BORIS, button(told(world, BORIS.user)[1], "keep"))
    assert await world.reacts(BORIS, dialog, post, "⏸", on=False) == Silent()
    assert await world.reacts(BORIS, dialog, post, "⏸") == Silent()
    await world.deliver()
    assert (len(told(world, BORIS.user)), world.channel.reacted) == (2, [])


async def test_the_command_lists_what_of_mine_is_held(world: World) -> None:
    dialog, _ = await held_in(world)
    assert "Nothing of yours" in whisper_text(await world.commands(CLARA, "held", dialog))
    listed = await world.commands(BORIS, "held", dialog)
    assert whisper_text(listed) == f"⏸️ Not sent yet: “{WORDS}”"
    await world.presses(BORIS, button(listed.view, "join"), dialog)  # type: ignore[union-attr]
    await world.deliver()
    assert world.customer_sees() == [WORDS]


async def test_a_dialog_that_closes_says_what_was_not_sent(world: World) -> None:
    dialog, post = await held_in(world)
    await world.deliver_after(MINUTE)
    before = world.desk.whispers[-1][1]
    await world.commands(ANNA, "close done", dialog)
    await world.deliver()
    line = f"⏸️ Not sent when the dialog closed, kept as an internal note (Boris): “{WORDS}”"
    assert world.thread_texts(dialog)[-2:] == ["🏁 Anna closed the dialog\nComment: done", line]
    assert world.desk.marks[post] == {Mark.INTERNAL}
    for user in (ANNA, BORIS):
        assert [buttons_of(one) for one in told(world, user.user)] == [[]]
        assert "🏁 The dialog was closed." in words_of(told(world, user.user)[0])
    assert is_decided(await world.presses(BORIS, button(before, "take_over"), dialog))
    assert (await world.dialog(dialog.id)).status is Status.CLOSED
    assert world.customer_sees() == []


async def test_an_edit_shows_in_everything_that_was_shown(world: World) -> None:
    dialog, post = await held_in(world)
    await world.edits(BORIS, dialog, post, "We give you 2% off")
    await world.deliver()
    assert told(world, BORIS.user) == []  # the minute is not over
    await world.deliver_after(MINUTE)
    await world.edits(BORIS, dialog, post, "We give nothing")
    await world.deliver()
    assert "“We give nothing”" in words_of(told(world, BORIS.user)[0])
    assert "“We give nothing”" in words_of(told(world, ANNA.user)[0])
    assert (len(told(world, ANNA.user)), len(world.desk.whispers)) == (1, 1)
    await world.deletes(BORIS, dialog, post)
    await world.deliver()
    assert words_of(told(world, ANNA.user)[0]).startswith("🗑 Boris deleted it unsent: “We give nothing”")
    assert buttons_of(told(world, BORIS.user)[0]) == []


async def test_a_new_owner_is_told_and_named_in_the_question(world: World) -> None:
    await register_operators(world, CLARA)
    dialog, _ = await held_in(world)
    await world.deliver_after(MINUTE)
    take_over = button(told(world, BORIS.user)[0], "take_over")
    await world.commands(ANNA, "redirect @clara", dialog)
    await world.commands(CLARA, "accept", dialog)
    await world.deliver()
    assert "Clara is handling this dialog." in words_of(told(world, BORIS.user)[0])
    assert f"Boris wrote “{WORDS}”. It is not sent yet" in words_of(told(world, CLARA.user)[-1])
    again = await world.presses(BORIS, take_over)  # it was about Anna's dialog
    assert "Clara is handling this dialog." in whisper_text(again)
    assert (await world.dialog(dialog.id)).status is Status.IN_PROGRESS
    await world.presses(BORIS, button(again.view, "take_over"))  # type: ignore[union-attr]
    await world.deliver()
    assert world.customer_sees() == [WORDS]
    assert not [one for one in told(world, CLARA.user) if "not sent yet" in words_of(one)]


async def test_an_author_who_becomes_the_owner_sends_it_plainly(world: World) -> None:
    dialog, _ = await held_in(world)
    await world.deliver_after(MINUTE)
    await world.commands(ANNA, "redirect @boris", dialog)
    await world.commands(BORIS, "accept", dialog)
    await world.deliver()
    asked = next(one for one in told(world, BORIS.user) if buttons_of(one))
    assert [one.label for row in asked.rows for one in row.buttons if one.token] == ["Send", "Keep as internal note"]
    await world.presses(BORIS, button(asked, "send_so"))
    await world.deliver()
    assert world.customer_sees() == [WORDS]


async def test_of_two_decisions_at_once_one_counts(world: World) -> None:
    dialog, post = await held_in(world)
    await world.deliver_after(MINUTE)
    pressed: list[Callable[[], Awaitable[object]]] = [
        lambda: world.presses(BORIS, button(told(world, BORIS.user)[0], "keep")),
        lambda: world.presses(BORIS, button(world.desk.whispers[0][1], "join"), dialog),
        lambda: world.commands(ANNA, "close done", dialog),
    ]
    await asyncio.gather(*(press() for press in pressed))
    await world.deliver()
    [message] = [one for one in await world.messages(dialog) if one.operator is not None and one.line is None]
    assert message.delivery in (Delivery.INTERNAL, Delivery.SENT)
    assert world.customer_sees() == ([WORDS] if message.delivery is Delivery.SENT else [])
    assert world.desk.marks[post] == {Mark.DELIVERED if message.delivery is Delivery.SENT else Mark.INTERNAL}


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("@nobodyknown hello", ["send_named", "make_note"]),
        ("him@anna.Never", ["send_named", "make_note"]),
        ("/closee it", ["send_named", "make_note"]),
    ],
)
async def test_every_question_about_words_is_marked_and_asked_again(
    world: World, words: str, offered: list[str]
) -> None:
    dialog = await open_dialog(world)
    await register_operators(world, ANNA)
    post, _ = await world.posts(BORIS, dialog, words)
    await world.deliver()
    assert world.desk.marks[post] == {Mark.HELD}
    await world.deliver_after(MINUTE)
    assert buttons_of(told(world, BORIS.user)[0]) == offered
    await world.presses(BORIS, button(told(world, BORIS.user)[0], "send_named"))
    await world.deliver()
    assert world.customer_sees() == [words]
