"""Cards in the course of a dialog: the customer's words, the buttons, the menu."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from bot.domain import (
    Attachment,
    ChatId,
    Content,
    CustomerDeleted,
    CustomerEdited,
    CustomerWrote,
    Dialog,
    FileRef,
    ForeignId,
    Key,
    Media,
    MediaKind,
    Pressed,
    Profile,
    Status,
)
from bot.domain.text import Text
from bot.hub.offers import GROUPS
from bot.ports import DeskLimits, Rate
from bot.views.values import MOST_BUTTONS, Tone
from tests.core.helpers import accepted_dialog, card_of, open_dialog, thread_of
from tests.core.world import ANNA, BORIS, NoBudgets, World

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CHAT = ChatId("7")


def words_of(world: World, dialog: Dialog) -> list[str]:
    return [one.words for one in card_of(world, dialog).said]


def menu_of(world: World, dialog: Dialog) -> list[str]:
    return [one.word for one in card_of(world, dialog).menu]


async def says(world: World, ref: str, words: str, *attachments: Attachment) -> None:
    content = Content(Text.plain(words), attachments)
    await world.channel_delivers(CustomerWrote(CHAT, ForeignId(ref), content, Profile(name="Vera")))
    await world.deliver()


async def test_a_card_follows_what_the_customer_says(world: World) -> None:
    dialog = await open_dialog(world, "Hello")
    assert words_of(world, dialog) == ["Hello"]
    assert world.desk.calls.count("update") == 0, "the thread was opened with these words"
    await says(world, "second", "Do you deliver to Kazan?")
    assert words_of(world, dialog) == ["Hello", "Do you deliver to Kazan?"]
    await world.posts(ANNA, dialog, "Yes, in two days")
    await world.deliver()
    assert words_of(world, dialog) == ["Hello", "Do you deliver to Kazan?"], "nobody else is quoted"


@SQLITE
async def test_words_that_were_edited_or_withdrawn_leave_the_card(world: World) -> None:
    dialog = await open_dialog(world, "Hello")
    await says(world, "secret", "my card is 4111 1111")
    await world.channel_delivers(CustomerEdited(CHAT, ForeignId("secret"), Content(Text.plain("my card is new"))))
    await world.deliver()
    assert words_of(world, dialog) == ["Hello", "my card is new"]
    await world.channel_delivers(CustomerDeleted(CHAT, ForeignId("secret")))
    await world.deliver()
    assert words_of(world, dialog) == ["Hello"]
    await world.channel_delivers(CustomerDeleted(CHAT, ForeignId("f1")))
    await world.deliver()
    assert words_of(world, dialog) == []
    assert "Hello" not in card_of(world, dialog).summary


@SQLITE
async def test_a_card_for_review_quotes_only_what_its_own_thread_shows(world: World) -> None:
    """Its readers may be others than the readers of the dialog that it comes from."""
    dialog = await accepted_dialog(world)
    await says(world, "other", "a secret of mine")
    await world.posts(BORIS, dialog, "// hm")
    first = (await world.messages(dialog))[0]
    await world.commands(ANNA, f"forward @boris {first.id}", dialog)
    await world.deliver()
    for thread, card in world.desk.cards.items():
        if thread != dialog.thread:
            assert "secret" not in str(card)


@SQLITE
@pytest.mark.parametrize("words", ["Hello", "Thank you!"])
async def test_one_button_is_the_next_step_and_closing_is_not_red(world: World, words: str) -> None:
    dialog = await open_dialog(world, words)
    for status in (Status.NEW, Status.IN_PROGRESS):
        card = card_of(world, dialog)
        assert [one.tone for one in card.buttons].count(Tone.PRIMARY) == (1 if status is Status.NEW else 0)
        assert Tone.DANGER not in {one.tone for one in card.buttons}
        assert len(card.buttons) < MOST_BUTTONS
        assert "close" in {one.word for one in card.buttons}
        await world.commands(ANNA, "accept", dialog)
        await world.deliver()


@SQLITE
async def test_the_menu_is_in_groups(world: World) -> None:
    groups = [one.group for one in card_of(world, await accepted_dialog(world)).menu]
    assert list(dict.fromkeys(groups)) == list(GROUPS.values())
    assert groups == sorted(groups, key=list(GROUPS.values()).index), "each group in one piece"


@SQLITE
async def test_the_menu_offers_no_empty_lists(world: World) -> None:
    dialog = await accepted_dialog(world)
    empty = {"important", "files", "tasks", "link", "remove", "history"}
    assert not empty & set(menu_of(world, dialog))
    await says(world, "photo", "", Media(MediaKind.PHOTO, FileRef("memory", "1"), "tea.jpg"))
    await world.commands(ANNA, "add @anna", dialog)
    await world.commands(ANNA, "task call back tomorrow 15:00", dialog)
    await world.commands(ANNA, "interest Green tea", dialog)
    posts = [post for post, shown in world.desk.posts[thread_of(dialog)] if shown.content.text.characters == "Hello"]
    await world.reacts(ANNA, dialog, posts[0], "⭐")
    await world.deliver()
    assert {"important", "files", "tasks", "link"} <= set(menu_of(world, dialog))


class Trickle(NoBudgets):
    """A budget that has room for `room` posts more."""

    room = 0

    async def take(self, owner: str, rates: Sequence[Rate], wanted: Sequence[object]) -> Sequence[float]:
        return [self._take(scopes) for scopes in wanted if isinstance(scopes, Mapping)]

    def _take(self, scopes: Mapping[str, str]) -> float:
        self.room -= 1
        return 0.0 if self.room >= 0 else 1.0


@SQLITE
async def test_cards_of_new_dialogs_go_out_before_what_else_was_written(world: World) -> None:
    """All can be read after as many posts as there are dialogs."""
    world.desk.limits = replace(DeskLimits(post=4000), rates=(Rate("channel", 1, 1),))
    count, budget = 6, Trickle()
    world.budgets = budget
    for number in range(count):
        for words in ("Hello", "Do you deliver?"):
            await world.customer_writes(words, chat=f"{number}")
    while len(world.desk.cards) < count:
        budget.room = 1
        world.clock.advance(1)
        await world.deliver()
        assert not [post for posts in world.desk.posts.values() for post in posts] or len(world.desk.cards) == count
    assert {[one.words for one in card.said][-1] for card in world.desk.cards.values()} == {"Do you deliver?"}


@SQLITE
async def test_a_menu_can_be_used_again_after_each_choice(world: World) -> None:
    """Team chats go on showing what was chosen, until the menu has another id."""
    dialog = await accepted_dialog(world)
    seen = [card_of(world, dialog).chosen]
    for number in range(2):
        entry = next(one for one in card_of(world, dialog).menu if one.word == "help")
        place = world.place(dialog, thread_of(dialog))
        await world.desk_events.accept(Pressed(Key(f"chosen {number}"), ANNA, place, entry.token, sticks=True))
        await world.deliver()
        seen.append(card_of(world, dialog).chosen)
    assert len(set(seen)) == 3
    await world.customer_writes("One more thing")
    await world.deliver()
    assert card_of(world, dialog).chosen == seen[-1], "a menu that somebody has open stays as it is"
