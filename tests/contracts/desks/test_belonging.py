"""Membership: every fact says where its author belongs."""

from __future__ import annotations

import pytest

from bot.domain import Belonging, Commanded, OperatorPosted, OperatorReacted
from tests.contracts.desks import DeskRig, eventually
from tests.contracts.desks.samples import customer, needs, open_thread

PEOPLE = "people of a platform"
OTHERS = [Belonging.GUEST, Belonging.FOREIGN, Belonging.GONE]


async def belongs_now(rig: DeskRig, who: str) -> Belonging:
    """The actor of a command that this person types now."""
    known = len(rig.core.of(Commanded))
    await rig.commands(who, "help")
    return (await rig.core.next(Commanded, known + 1)).actor.belongs


@needs(PEOPLE)
async def test_whoever_leaves_the_channel_is_a_member_no_more(rig: DeskRig) -> None:
    assert await belongs_now(rig, "anna") is Belonging.MEMBER
    rig.becomes("anna", Belonging.OUTSIDER)

    async def left() -> bool:
        return await belongs_now(rig, "anna") is Belonging.OUTSIDER

    await eventually(left)
    rig.becomes("anna", Belonging.MEMBER)

    async def back() -> bool:
        return await belongs_now(rig, "anna") is Belonging.MEMBER

    await eventually(back)
    assert await belongs_now(rig, "boris") is Belonging.MEMBER


@needs(PEOPLE)
@pytest.mark.parametrize("belonging", OTHERS)
async def test_guests_strangers_and_the_deactivated_are_told_apart(rig: DeskRig, belonging: Belonging) -> None:
    """Also when they were known as members before."""
    thread = await open_thread(rig)
    await rig.writes("anna", thread, "as a member")
    assert (await rig.core.next(OperatorPosted)).actor.belongs is Belonging.MEMBER
    rig.becomes("anna", belonging)

    async def known() -> bool:
        return await belongs_now(rig, "anna") is belonging

    await eventually(known)
    await rig.writes("anna", thread, "as what I am now")
    assert (await rig.core.next(OperatorPosted, 2)).actor.belongs is belonging


@needs(PEOPLE, "keeps posts")
async def test_reactions_say_it_too(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    post = (await rig.desk.post(thread, customer("hello"))).post
    rig.becomes("anna", Belonging.FOREIGN)
    await rig.reacts("anna", thread, post, "👍")
    assert (await rig.core.next(OperatorReacted)).actor.belongs is Belonging.FOREIGN


@needs(PEOPLE, "reconnecting")
@pytest.mark.parametrize("belonging", [Belonging.GONE, Belonging.OUTSIDER])
async def test_words_of_a_gap_are_told_as_of_people_who_left_since(rig: DeskRig, belonging: Belonging) -> None:
    thread = await open_thread(rig)
    rig.core.open_threads = [thread]
    async with rig.offline():
        await rig.writes("anna", thread, "my last words")
        rig.becomes("anna", belonging)
        await rig.writes("boris", thread, "I stay")
    await rig.core.next(OperatorPosted, 2)
    by_words = {event.content.text.characters: event.actor.belongs for event in rig.core.of(OperatorPosted)}
    assert by_words == {"my last words": Belonging.LEFT, "I stay": Belonging.MEMBER}


@needs(PEOPLE)
async def test_while_the_platform_does_not_say_who_it_is_the_core_is_asked(rig: DeskRig) -> None:
    """A new process knows nobody; the command is still taken, in time."""
    await rig.forget()
    rig.people_unknown()
    assert await belongs_now(rig, "anna") is Belonging.UNKNOWN


@needs(PEOPLE)
async def test_who_was_known_stays_known_while_the_platform_does_not_answer(rig: DeskRig) -> None:
    assert await belongs_now(rig, "anna") is Belonging.MEMBER
    rig.people_unknown()
    assert await belongs_now(rig, "anna") is Belonging.MEMBER
    rig.becomes("boris", Belonging.OUTSIDER)

    async def left() -> bool:
        return await belongs_now(rig, "boris") in (Belonging.OUTSIDER, Belonging.UNKNOWN)

    await eventually(left)
