"""Operators' actions become facts: live, once, and after an absence."""

from __future__ import annotations

import pytest

from bot.domain import Commanded, OperatorDeleted, OperatorEdited, OperatorPosted, OperatorReacted, Pressed
from bot.domain.text import Text
from bot.ports import Mark
from bot.views.values import Row, View, Whisper
from tests.contracts.desks import DeskRig, eventually
from tests.contracts.desks.samples import customer, needs, open_thread, root_of
from tests.tools import command_of, kind_of


@needs("keeps posts")
async def test_our_own_posts_and_marks_are_no_facts(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    ref = await rig.desk.post(thread, customer("from the customer"))
    await rig.desk.update(ref, customer("corrected"))
    await rig.desk.mark(ref, Mark.DELIVERED, True)
    await rig.desk.mark(ref, Mark.DELIVERED, False)
    await rig.desk.delete(ref)
    await rig.writes("anna", thread, "mine")
    event = await rig.core.next(OperatorPosted)
    assert event.content.text.characters == "mine"
    assert rig.core.events == [event]


async def test_an_operators_post_is_a_fact(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    post = await rig.writes("anna", thread, "Good morning! 2 < 3 & 5 😄")
    event = await rig.core.next(OperatorPosted)
    assert event.actor == rig.actor("anna")
    assert event.content.text.characters == "Good morning! 2 < 3 & 5 😄"
    assert (event.place.desk, event.place.thread, event.place.post) == (rig.name, thread.thread, post)
    assert kind_of(event) == "answer"
    assert event.at.tzinfo is not None


@needs("zones")
async def test_where_an_operator_lives_is_known(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    assert {rig.actor(who).zone for who in ("anna", "boris")} == {"Europe/Moscow", "Asia/Yekaterinburg"}
    await rig.writes("anna", thread, "hello")
    await rig.writes("boris", thread, "hello")
    await rig.core.next(OperatorPosted, 2)
    zones = {event.actor.name: event.actor.zone for event in rig.core.of(OperatorPosted)}
    assert zones == {who: rig.actor(who).zone for who in ("anna", "boris")}


async def test_a_colleague_that_is_named_is_told(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    await rig.mentions("anna", thread, "boris", "look at this")
    event = await rig.core.next(OperatorPosted)
    assert kind_of(event) == "note"
    assert "@boris" in event.content.text.characters


async def test_words_to_the_hub_are_a_command(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    await rig.mentions_hub("anna", thread, "close Spam & more")
    event = await rig.core.next(OperatorPosted)
    assert command_of(event) == "close Spam & more"
    assert kind_of(event) == "command"
    assert event.place.thread == thread.thread


@needs("keeps posts")
async def test_edits_and_deletions_are_facts(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    post = await rig.writes("anna", thread, "first")
    await rig.core.next(OperatorPosted)
    await rig.edits("anna", thread, post, "second")
    edited = await rig.core.next(OperatorEdited)
    await rig.edits("anna", thread, post, "third")
    again = await rig.core.next(OperatorEdited, 2)
    await rig.deletes("anna", thread, post)
    deleted = await rig.core.next(OperatorDeleted)
    assert [edited.content.text.characters, again.content.text.characters] == ["second", "third"]
    assert edited.place.post == again.place.post == deleted.place.post == post
    assert len({edited.key, again.key, deleted.key}) == 3


@needs("keeps posts")
async def test_reactions_are_facts(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    ref = await rig.desk.post(thread, customer("one"))
    await rig.reacts("anna", thread, ref.post, "⭐")
    await rig.reacts("boris", thread, ref.post, "👍🏼")
    await rig.core.next(OperatorReacted, 2)
    await rig.reacts("anna", thread, ref.post, "⭐", on=False)
    await rig.core.next(OperatorReacted, 3)
    await rig.reacts("anna", thread, ref.post, "⭐")
    facts = [await rig.core.next(OperatorReacted, number) for number in (1, 2, 3, 4)]
    assert {(one.actor.name, one.emoji, one.on) for one in facts} == {
        ("anna", "⭐", True),
        ("boris", "👍🏼", True),
        ("anna", "⭐", False),
    }
    assert all(one.place.post == ref.post for one in facts)
    assert len({one.key for one in facts}) == 4


@pytest.mark.parametrize("label", ["Accept", "Rename"])
async def test_a_button_brings_its_token_back(rig: DeskRig, label: str) -> None:
    thread = await open_thread(rig)
    root = await root_of(rig, thread)
    await rig.presses("anna", thread, root.post, label)
    event = await rig.core.next(Pressed)
    assert event.token == f"token-{label.lower()}"
    assert event.actor == rig.actor("anna")
    assert event.place.thread == thread.thread


async def test_a_command_is_a_fact_and_its_answer_is_whispered(rig: DeskRig) -> None:
    rig.core.answers[Commanded] = Whisper(View((Row(Text.plain("Nobody waits")),), "Mine"))
    await rig.commands("anna", "mine <all> & more")
    event = await rig.core.next(Commanded)
    assert event.words == "mine <all> & more"
    assert event.actor == rig.actor("anna")

    async def answered() -> bool:
        return any("Nobody waits" in seen.words for seen in await rig.whispers_to("anna"))

    await eventually(answered)
    assert await rig.whispers_to("boris") == []


@needs("slash in threads")
async def test_a_command_in_a_thread_says_which(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    await rig.commands("anna", "accept", thread)
    assert (await rig.core.next(Commanded)).place.thread == thread.thread


@needs("shortcuts")
async def test_a_shortcut_is_a_command_about_its_message(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    ref = await rig.desk.post(thread, customer("one"))
    await rig.uses_shortcut("anna", thread, ref.post, "star")
    event = await rig.core.next(Commanded)
    assert (event.words, event.place.post, event.place.thread) == ("star", ref.post, thread.thread)


# ----------------------------------------------------------------------------- twice, late, after a gap


async def test_a_repeated_event_is_the_same_fact(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    await rig.writes("anna", thread, "once")
    event = await rig.core.next(OperatorPosted)
    await rig.repeat()
    await rig.core.until(lambda: bool(rig.core.repeats))
    assert rig.core.repeats[0].key == event.key
    assert rig.core.events == [event]


async def test_what_could_not_be_stored_comes_again(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    rig.core.fail(1)
    await rig.writes("anna", thread, "hold on")
    event = await rig.core.next(OperatorPosted)
    assert event.key == rig.core.failed[0].key


@needs("reconnecting")
async def test_what_was_posted_while_the_desk_was_away_is_read_later(rig: DeskRig) -> None:
    thread, other = await open_thread(rig, 1), await open_thread(rig, 2)
    first = await rig.writes("anna", thread, "before")
    await rig.core.next(OperatorPosted)
    async with rig.offline():
        missed = await rig.writes("anna", thread, "meanwhile", files=[("a.txt", b"abc")])
        also = await rig.writes("boris", other, "also")
    after = await rig.writes("anna", thread, "after")
    await rig.core.next(OperatorPosted, 4)
    facts = {event.place.post: event for event in rig.core.of(OperatorPosted)}
    assert set(facts) == {first, missed, also, after}
    assert facts[missed].actor == rig.actor("anna")
    assert facts[missed].content.text.characters == "meanwhile"
    assert len(facts[missed].content.attachments) == 1
    assert facts[also].place.thread == other.thread


@needs("reconnecting")
async def test_a_fact_read_later_has_the_key_it_would_have_had(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    await rig.writes("anna", thread, "told live")
    event = await rig.core.next(OperatorPosted)
    async with rig.offline():
        await rig.mentions_hub("anna", thread, "mine")
    await rig.core.next(OperatorPosted, 2)
    assert all(repeat.key == event.key for repeat in rig.core.repeats)
    assert [command_of(one) for one in rig.core.of(OperatorPosted)] == [None, "mine"]
