"""*No reply needed*: a customer who only thanked no longer waits."""

from __future__ import annotations

import pytest

from bot.domain import (
    ChatId,
    Content,
    CustomerDeleted,
    CustomerEdited,
    CustomerWrote,
    Dialog,
    ForeignId,
    PostId,
    Status,
)
from bot.domain.account_rules import AccountRules, Deadlines, Grant
from bot.domain.text import Text
from bot.views.values import Silent
from tests.core.helpers import accepted_dialog, card_of, open_dialog, posts_of, thread_of
from tests.core.test_automatic import set_rules
from tests.core.test_deadlines import passes
from tests.core.world import ANNA, BORIS, World, whisper_text

LABEL = "No reply needed"
LINE = "✔️ Anna: no reply needed"


async def thanked(world: World, words: str = "Thank you!") -> Dialog:
    """A dialog of Anna's whose customer has got an answer and thanked for it."""
    dialog = await accepted_dialog(world)
    await world.posts(ANNA, dialog, "Two days")
    await world.deliver()
    await world.customer_writes(words)
    await world.deliver()
    return await world.dialog(dialog.id)


def last_post(world: World, dialog: Dialog) -> PostId:
    return world.desk.posts[thread_of(dialog)][-1][0]


async def test_the_customer_no_longer_waits(world: World) -> None:
    dialog = await thanked(world)
    assert dialog.waiting_since is not None
    assert await world.commands(ANNA, "no_reply", dialog) == Silent()
    await world.deliver()
    after = await world.dialog(dialog.id)
    assert (after.waiting_since, after.status) == (None, Status.IN_PROGRESS)
    assert world.thread_texts(dialog)[-1] == LINE
    assert world.customer_sees() == ["Two days"]
    assert "not waiting" in whisper_text(await world.commands(ANNA, "no_reply", dialog))


async def test_thanks_are_offered_on_the_card_and_anything_else_in_its_menu(world: World) -> None:
    dialog = await thanked(world)
    assert LABEL in [one.label for one in card_of(world, dialog).buttons]
    await world.presses(ANNA, next(one for one in card_of(world, dialog).buttons if one.label == LABEL), dialog)
    await world.deliver()
    card = card_of(world, dialog)
    assert LABEL not in [one.label for one in (*card.buttons, *card.menu)]
    await world.customer_writes("How much is it?")
    await world.deliver()
    card = card_of(world, dialog)
    assert LABEL in [one.label for one in card.menu]
    assert LABEL not in [one.label for one in card.buttons]


@pytest.mark.parametrize("emoji", ["✅", "✔️", "✔"])
async def test_a_reaction_to_the_last_words_says_so_and_never_reaches_the_customer(world: World, emoji: str) -> None:
    dialog = await thanked(world)
    post = last_post(world, dialog)
    assert await world.reacts(ANNA, dialog, post, emoji) == Silent()
    assert await world.reacts(ANNA, dialog, post, emoji, on=False) == Silent()
    await world.deliver()
    assert (await world.dialog(dialog.id)).waiting_since is None
    assert world.thread_texts(dialog).count(LINE) == 1
    assert world.channel.reacted == []


async def test_a_reaction_to_earlier_words_changes_nothing(world: World) -> None:
    dialog = await thanked(world)
    post = last_post(world, dialog)
    await world.customer_writes("And when will it be here?")
    await world.deliver()
    assert await world.reacts(ANNA, dialog, post, "✅") == Silent()
    assert (await world.dialog(dialog.id)).waiting_since is not None


async def test_a_reaction_to_what_colleagues_wrote_below_changes_nothing(world: World) -> None:
    dialog = await thanked(world, "How much is it?")
    note, _ = await world.posts(ANNA, dialog, "// ask the warehouse")
    await world.commands(ANNA, "rename Desk", dialog)
    await world.deliver()
    for post in (note, last_post(world, dialog)):
        for actor in (BORIS, ANNA):
            assert await world.reacts(actor, dialog, post, "✅") == Silent()
    assert (await world.dialog(dialog.id)).waiting_since is not None


async def test_many_notes_below_the_last_words_do_not_hide_them(world: World) -> None:
    dialog = await thanked(world)
    post = last_post(world, dialog)
    for number in range(51):
        await world.posts(ANNA, dialog, f"// {number}")
    await world.reacts(ANNA, dialog, post, "✅")
    assert (await world.dialog(dialog.id)).waiting_since is None


async def test_words_that_were_taken_back_are_not_the_last_ones(world: World) -> None:
    dialog = await thanked(world)
    post, ref = last_post(world, dialog), ForeignId("taken back")
    await world.channel_delivers(CustomerWrote(ChatId("7"), ref, Content(Text.plain("And?"))))
    await world.deliver()
    await world.channel_delivers(CustomerDeleted(ChatId("7"), ref))
    await world.deliver()
    await world.reacts(ANNA, dialog, post, "✅")
    assert (await world.dialog(dialog.id)).waiting_since is None


async def test_a_reaction_set_again_means_only_the_words_that_are_last_by_then(world: World) -> None:
    dialog = await thanked(world)
    post = last_post(world, dialog)
    await world.reacts(ANNA, dialog, post, "✅")
    await world.customer_writes("And when will it be here?")
    await world.deliver()
    for on in (False, True, False):
        assert await world.reacts(ANNA, dialog, post, "✅", on=on) == Silent()
    assert (await world.dialog(dialog.id)).waiting_since is not None
    assert world.thread_texts(dialog).count(LINE) == 1


async def test_only_the_team_decides(world: World) -> None:
    dialog = await thanked(world)
    refused = whisper_text(await world.reacts(BORIS, dialog, last_post(world, dialog), "✅"))
    assert refused == "Anna is handling this dialog: only its owner and co-executors can do this."
    await set_rules(world, AccountRules(grants=(Grant("anna"), Grant("boris", send=False))))
    assert "no permission" in whisper_text(await world.commands(BORIS, "no_reply", dialog))
    for emoji in ("✅", "✔️"):  # colleagues without the right may mean anything by it
        for on in (True, False):
            assert await world.reacts(BORIS, dialog, last_post(world, dialog), emoji, on=on) == Silent()
    assert (await world.dialog(dialog.id)).waiting_since is not None


async def test_an_edit_of_the_last_words_moves_the_button(world: World) -> None:
    dialog = await thanked(world)
    ref = ForeignId("last")
    for words, place in (("And?", "menu"), ("Thank you!", "buttons"), ("Thank you, how much?", "menu")):
        content = Content(Text.plain(words))
        event = CustomerWrote if words == "And?" else CustomerEdited
        await world.channel_delivers(event(ChatId("7"), ref, content))
        await world.deliver()
        assert (await world.dialog(dialog.id)).last_words == words
        assert LABEL in [one.label for one in getattr(card_of(world, dialog), place)]
    await world.channel_delivers(CustomerDeleted(ChatId("7"), ref))
    await world.deliver()
    assert (await world.dialog(dialog.id)).last_words == "Thank you!"
    assert LABEL in [one.label for one in card_of(world, dialog).buttons]


async def test_an_edit_of_earlier_words_leaves_the_last_ones(world: World) -> None:
    dialog, ref = await thanked(world), ForeignId("earlier")
    await world.channel_delivers(CustomerWrote(ChatId("7"), ref, Content(Text.plain("And?"))))
    await world.customer_writes("And?")
    await world.channel_delivers(CustomerEdited(ChatId("7"), ref, Content(Text.plain("Thanks"))))
    assert (await world.dialog(dialog.id)).last_words == "And?"
    post, _ = await world.posts(ANNA, dialog, "And?")
    await world.channel_delivers(CustomerEdited(ChatId("7"), ref, Content(Text.plain("Bye"))))
    await world.edits(ANNA, dialog, post, "Soon")
    assert (await world.dialog(dialog.id)).last_words == "Soon"


async def test_a_new_dialog_may_need_no_reply_either(world: World) -> None:
    dialog = await open_dialog(world)
    await world.commands(ANNA, "no_reply", dialog)
    after = await world.dialog(dialog.id)
    assert (after.status, after.waiting_since) == (Status.NEW, None)


async def test_the_line_of_a_deadline_offers_it_and_no_deadline_follows(world: World) -> None:
    await set_rules(world, AccountRules(deadlines=Deadlines(first=30, following=30, warning=5)))
    dialog = await thanked(world, "Hm")
    await passes(world, 26)
    [offered] = [one for one in posts_of(world, dialog)[-1].buttons if one.label == LABEL]
    await world.presses(ANNA, offered, dialog)
    await passes(world, 60)
    assert world.thread_texts(dialog)[-1] == LINE
    assert "not waiting" in whisper_text(await world.presses(ANNA, offered, dialog))
    await world.customer_writes("Hello?")
    await world.deliver()
    await passes(world, 26)
    assert world.thread_texts(dialog)[-1].startswith("⏰")
