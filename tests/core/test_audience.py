"""Membership of a team chat and its consequences: the audience, guests, other companies, bots, people who have left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.domain import Actor, Author, Belonging, Delivery, HomeOpened, Key, OperatorDeleted, Place
from bot.hub.names import upsert_staff
from bot.views.values import Silent, Whisper
from tests.core.helpers import accepted_dialog
from tests.core.world import ANNA, BORIS, CLARA, DESK, World, whisper_text

ONLY_MEMBERS = "Only members of the channels"
BOSS = Actor("U9", "boss", "Boss")


def as_(belonging: Belonging, who: Actor = BORIS) -> Actor:
    return replace(who, belongs=belonging)


OUTSIDE = [Belonging.GUEST, Belonging.FOREIGN, Belonging.OUTSIDER]


@pytest.mark.parametrize("belonging", OUTSIDE)
async def test_what_outsiders_write_is_kept_as_an_internal_note(world: World, belonging: Belonging) -> None:
    dialog = await accepted_dialog(world)
    post, _ = await world.posts(as_(belonging), dialog, "Is this customer one of yours?")
    await world.deliver()
    message = next(
        one for one in await world.messages(dialog) if one.content.text.characters.startswith("Is this customer")
    )
    assert (message.author, message.delivery) == (Author.NOTE, Delivery.INTERNAL)
    assert world.desk.marks[post] == {"🔒"}
    assert world.customer_sees() == []
    await world.edits(as_(belonging), dialog, post, "Say hello to them")
    await world.deliver()
    assert (world.customer_sees(), world.channel.edits) == ([], [])


async def test_a_thread_says_once_that_another_company_reads_it(world: World) -> None:
    dialog = await accepted_dialog(world)
    for words in ("Hi", "Hi again"):
        await world.posts(as_(Belonging.FOREIGN), dialog, words)
        await world.posts(as_(Belonging.GUEST, CLARA), dialog, words)
    await world.deliver()
    said = [words for words in world.thread_texts(dialog) if "from another company" in words]
    assert said == [
        "⚠️ Boris is from another company. Everyone in this shared channel can read what customers write here. "
        "Posts by the other company are kept as internal notes"
    ]


@pytest.mark.parametrize("belonging", OUTSIDE)
async def test_only_the_audience_may_use_the_hub(world: World, belonging: Belonging) -> None:
    dialog = await accepted_dialog(world)
    for words in ("all", "help", "search Vera", "contact Vera", f"open {dialog.id}", "report", "settings", "files"):
        assert ONLY_MEMBERS in whisper_text(await world.commands(as_(belonging), words)), words
        _, answer = await world.posts(as_(belonging), dialog, f"@hub {words}")
        assert ONLY_MEMBERS in whisper_text(answer), words
    home = await world.desk_events.accept(HomeOpened(Key("home"), as_(belonging), Place(DESK)))
    assert isinstance(home, Whisper)
    assert home.replaces, "it takes the place of what an earlier look has left there"
    assert ONLY_MEMBERS in whisper_text(home)
    assert await world.reacts(as_(belonging), dialog, world.desk.posts[dialog.thread][0][0], "⭐") == Silent()  # type: ignore[index]


@pytest.mark.parametrize("belonging", [Belonging.BOT, Belonging.GONE])
async def test_bots_and_the_deactivated_are_nobody(world: World, belonging: Belonging) -> None:
    """They leave nothing in the dialog, and are not offered as colleagues."""
    dialog = await accepted_dialog(world)
    before = await world.messages(dialog)
    _, answer = await world.posts(as_(belonging), dialog, "Reminder: call Carl")
    assert answer == Silent()
    assert await world.commands(as_(belonging), "all") == Silent()
    await world.deliver()
    assert await world.messages(dialog) == before
    assert "boris" not in str(await world.commands(ANNA, "add", dialog))


async def test_a_deletion_by_a_bot_takes_nothing_from_the_customer(world: World) -> None:
    dialog = await accepted_dialog(world)
    post, _ = await world.posts(ANNA, dialog, "Mark as delivered")
    await world.deliver()
    await world.deletes(as_(Belonging.BOT), dialog, post)
    await world.deliver()
    assert world.channel.deleted == []


async def test_an_administrator_counts_always(world: World) -> None:
    await accepted_dialog(world)
    for belonging in (Belonging.OUTSIDER, Belonging.GUEST):
        assert "Vera" in whisper_text(await world.commands(as_(belonging, BOSS), "all"))
    assert ONLY_MEMBERS in whisper_text(await world.commands(as_(Belonging.FOREIGN, BOSS), "all"))
    assert await world.commands(as_(Belonging.GONE, BOSS), "all") == Silent()


async def test_what_the_desk_cannot_tell_is_as_it_was(world: World) -> None:
    """A failed lookup locks out nobody who was known, and lets in nobody else."""
    dialog = await accepted_dialog(world)
    assert "Vera" in whisper_text(await world.commands(Actor(ANNA.user, ""), "all"))
    assert ONLY_MEMBERS in whisper_text(await world.commands(Actor("U77", "anna"), "all"))
    await world.commands(as_(Belonging.GUEST), "all")
    assert ONLY_MEMBERS in whisper_text(await world.commands(Actor(BORIS.user, ""), "all"))
    await world.posts(Actor("U78", ""), dialog, "Hello")
    await world.deliver()
    assert world.customer_sees() == []


@pytest.mark.parametrize("now", [Belonging.OUTSIDER, Belonging.LEFT])
async def test_words_of_people_who_left_since_count_by_what_they_were(world: World, now: Belonging) -> None:
    """The post is read late, after the desk has said that its author is no longer a member."""
    dialog = await accepted_dialog(world)
    await staff(world, [ANNA])
    await world.posts(as_(Belonging.LEFT, ANNA), dialog, "Written in time")
    await staff(world, [])
    await world.posts(as_(Belonging.LEFT, ANNA), dialog, "Written in time, too")
    await world.posts(as_(now, CLARA), dialog, "Never was one of us")
    await world.deliver()
    assert world.customer_sees() == ["Written in time", "Written in time, too"]
    assert ONLY_MEMBERS in whisper_text(await world.commands(Actor(ANNA.user, ""), "all")), (
        "what one does now is another thing"
    )


async def test_a_deletion_that_nobody_is_named_for_is_judged_by_its_author(world: World) -> None:
    """The author's rights count: as the desk reports them, or else as the hub knows them."""
    dialog = await accepted_dialog(world)
    posts = [(await world.posts(ANNA, dialog, words))[0] for words in ("One", "Two", "Three")]
    await world.deliver()
    for number, author in enumerate((as_(Belonging.GONE, ANNA), None, ANNA)):
        await staff(world, [ANNA] if author else [])
        place = world.place(dialog, posts[number])
        await world.desk_events.accept(OperatorDeleted(Key(f"deleted{number}"), None, place, author))
        await world.deliver()
    assert len(world.channel.deleted) == 1


async def test_who_is_no_member_any_more_hears_of_customers_no_more(world: World) -> None:
    """Including direct messages that were on their way."""
    dialog = await accepted_dialog(world)
    await world.commands(BORIS, "help")
    await world.commands(ANNA, "redirect @boris please", dialog)
    await staff(world, [ANNA])
    await world.deliver()
    assert [user for user, _ in world.desk.direct_messages] == []
    await world.commands(BORIS, "help")  # he is back
    await world.commands(ANNA, "accept", dialog)
    await world.commands(ANNA, "redirect @boris please", dialog)
    await world.deliver()
    assert [user for user, _ in world.desk.direct_messages] == [BORIS.user]


async def test_colleagues_to_choose_from_are_those_who_may_use_the_hub(world: World) -> None:
    dialog = await accepted_dialog(world)
    await world.commands(BORIS, "help")
    await world.commands(as_(Belonging.GUEST, CLARA), "help")
    form = await world.commands(ANNA, "add", dialog)
    assert "boris" in str(form)
    assert "clara" not in str(form)


async def staff(world: World, people: Sequence[Actor]) -> None:
    """The desk's hourly list of its people."""
    await world.store.transact(lambda unit: upsert_staff(unit, DESK, people))
