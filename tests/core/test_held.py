"""Held messages and notes: the first reach the customer only once someone decides so, the others never."""

from __future__ import annotations

import pytest

from bot.ports import Forged, Mark
from bot.views.values import View
from tests.core.helpers import accepted_dialog, register_operators
from tests.core.world import ANNA, BORIS, CLARA, World, button, is_decided, whisper_text


async def test_a_stranger_s_words_are_held(world: World) -> None:
    dialog = await accepted_dialog(world)
    post, _ = await world.posts(BORIS, dialog, "me too")
    await world.deliver()
    assert world.customer_sees() == []
    user, view = world.desk.whispers[-1]
    assert user == BORIS.user
    assert [one.word for one in view.rows[0].buttons] == ["take_over", "join", "keep"]
    with pytest.raises(Forged):
        await world.presses(CLARA, button(view, "join"), dialog)
    assert is_decided(await world.presses(BORIS, button(view, "join"), dialog))
    await world.deliver()
    assert world.customer_sees() == ["me too"]
    assert world.desk.marks[post] == {Mark.DELIVERED}
    assert len((await world.dialog(dialog.id)).coexecutors) == 1
    assert is_decided(await world.presses(BORIS, button(view, "keep"), dialog))


async def test_taking_over_sends_what_was_held(world: World) -> None:
    dialog = await accepted_dialog(world)
    await world.posts(BORIS, dialog, "I know this one")
    await world.deliver()
    await world.presses(BORIS, button(world.desk.whispers[-1][1], "take_over"), dialog)
    await world.deliver()
    assert world.customer_sees() == ["I know this one"]
    assert "✋ Boris took over the dialog" in world.thread_texts(dialog)
    assert world.desk.direct_messages[-1][0] == ANNA.user


async def test_keeping_it_internal_sends_nothing(world: World) -> None:
    dialog = await accepted_dialog(world)
    post, _ = await world.posts(BORIS, dialog, "careful with her")
    await world.deliver()
    await world.presses(BORIS, button(world.desk.whispers[-1][1], "keep"), dialog)
    await world.deliver()
    assert world.customer_sees() == []
    assert world.desk.marks[post] == {Mark.INTERNAL}


@pytest.mark.parametrize("words", ["// do not tell", "@boris look", "  //x"])
async def test_notes_never_leave(world: World, words: str) -> None:
    dialog = await accepted_dialog(world)
    await register_operators(world, BORIS)
    post, _ = await world.posts(ANNA, dialog, words)
    await world.posts(BORIS, dialog, words)
    await world.deliver()
    assert world.customer_sees() == []
    assert world.desk.marks[post] == {Mark.INTERNAL}
    await world.commands(ANNA, "note secret", dialog)
    await world.deliver()
    assert world.customer_sees() == []
    assert world.thread_texts(dialog)[-1] == "🔒 Anna: secret"


async def test_held_words_that_were_deleted_are_never_sent(world: World) -> None:
    dialog = await accepted_dialog(world)
    post, _ = await world.posts(BORIS, dialog, "cheaper!")
    await world.deliver()
    take_over = button(world.desk.whispers[-1][1], "take_over")
    await world.deletes(BORIS, dialog, post)
    assert "deleted this before it was sent" in whisper_text(await world.presses(BORIS, take_over, dialog))
    await world.deliver()
    assert world.customer_sees() == []
    assert (await world.dialog(dialog.id)).responsible == dialog.responsible


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        ("// careful", "🔒 Kept as an internal note: “careful”."),
        (None, "🗑 You deleted this before it was sent: “me too”."),
    ],
)
async def test_a_question_that_is_decided_elsewhere_is_replaced_at_once(
    world: World, edit: str | None, said: str
) -> None:
    """Its author edited or deleted the message instead of pressing a button."""
    dialog = await accepted_dialog(world)
    post, _ = await world.posts(BORIS, dialog, "me too")
    await world.deliver()
    assert [one.word for one in asked(world).rows[0].buttons] == ["take_over", "join", "keep"]
    if edit is None:
        await world.deletes(BORIS, dialog, post)
    else:
        await world.edits(BORIS, dialog, post, edit)
    await world.deliver()
    assert not asked(world).rows[0].buttons
    assert said in asked(world).rows[0].text.characters
    assert world.customer_sees() == []


async def test_a_question_that_another_one_follows_is_replaced(world: World) -> None:
    dialog = await accepted_dialog(world)
    post, _ = await world.posts(ANNA, dialog, "@nobodyknown hello")
    await world.deliver()
    before = len(world.desk.whispers)
    await world.edits(ANNA, dialog, post, "@nobodyelse hello")
    await world.deliver()
    assert len(world.desk.whispers) == before + 1
    assert "asked again below" in world.desk.whispers[before - 1][1].rows[0].text.characters
    assert world.desk.whispers[-1][1].rows[0].buttons
    await world.edits(ANNA, dialog, post, "hello")
    await world.deliver()
    assert "✅ Your reply is on its way: “hello”." in world.desk.whispers[-1][1].rows[0].text.characters
    assert world.customer_sees() == ["hello"]


async def test_a_question_answered_by_a_button_is_not_asked_about_again(world: World) -> None:
    dialog = await accepted_dialog(world)
    post, _ = await world.posts(BORIS, dialog, "me too")
    await world.deliver()
    await world.presses(BORIS, button(world.desk.whispers[-1][1], "keep"), dialog)
    await world.edits(BORIS, dialog, post, "me three")
    await world.deletes(BORIS, dialog, post)
    await world.deliver()
    assert asked(world).rows[0].buttons  # the answer to the press replaces it
    assert world.desk.calls.count("retell") == 1  # the owner's notice


def asked(world: World) -> View:
    return world.desk.whispers[0][1]
