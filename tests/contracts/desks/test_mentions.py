"""Mentions on technical lines: the team chat notifies those whom a line calls, and tells them from then on what is
written in the thread."""

from __future__ import annotations

import pytest

from bot.domain import Belonging, Content, Key
from bot.domain.text import Mention, line
from bot.ports import Following, Mentioning
from bot.views.values import Button, Post, PostKind
from tests.contracts.desks import DeskRig, Unread, eventually
from tests.contracts.desks.samples import customer, needs, open_thread

BEFORE, AFTER = "➕ @clara_ added _me_ and *you*, ", ": as a co-executor\nComment: see <!channel>, :tea: and @all"
"""Words before and after a mention, some of which would have a meaning of their own."""


def calling(rig: DeskRig, before: str, after: str, who: str = "anna", key: str = "line") -> Post:
    called = Mention("Anna_ *Petrova* @all", user=rig.actor(who).user)
    return Post(PostKind.LINE, Content(line(before, called, after)), (Key(key),))


@needs("mentions")
async def test_who_is_called_on_a_line_is_told_what_the_thread_says(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    assert not rig.follows("anna", thread)
    await rig.desk.post(thread, calling(rig, BEFORE, AFTER))
    assert [one.mention for one in rig.unread("anna", thread)] == [True]
    await rig.desk.post(thread, customer("@anna, @boris, <@U1>: where is my order?"))
    assert rig.unread("anna", thread)[1:] == [Unread(rig.unread("anna", thread)[1].words, mention=False)]
    assert "where is my order?" in rig.unread("anna", thread)[1].words
    assert not rig.follows("boris", thread)
    assert not rig.unread("boris", thread), "the customer's words notify nobody"
    assert not (await rig.thread(thread))[2].notifies


@needs("mentions")
async def test_a_line_that_is_redrawn_calls_nobody_again(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    given = calling(rig, "↪️ ", " has it now")
    buttons = (Button("accept", "Accept", "token-a"),)
    ref = await rig.desk.post(thread, Post(given.kind, given.content, given.keys, buttons=buttons))
    rig.reads("anna", thread)
    await rig.desk.update(ref, given)
    assert not rig.unread("anna", thread)
    assert not (await rig.thread(thread))[1].buttons
    assert (await rig.thread(thread))[1].notifies, "she is named as before"


@needs("mentions")
async def test_only_members_of_the_channel_are_reached(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    anna, boris = rig.actor("anna").user, rig.actor("boris").user
    rig.becomes("boris", Belonging.OUTSIDER)
    assert isinstance(rig.desk, Mentioning)

    async def reached() -> bool:
        assert isinstance(rig.desk, Mentioning)
        return set(await rig.desk.reached(thread.channel, {anna, boris, "nobody"})) == {anna}

    await eventually(reached)
    rig.becomes("boris", Belonging.MEMBER)
    await rig.desk.post(thread, calling(rig, "x ", " y", "boris"))
    assert rig.follows("boris", thread)


@needs("mentions")
async def test_a_person_follows_a_thread_where_the_hub_may_decide_it(rig: DeskRig) -> None:
    if not isinstance(rig.desk, Following):
        pytest.skip("no app decides who follows a thread here")
    thread, anna = await open_thread(rig), rig.actor("anna").user
    await rig.desk.follow(thread, anna, True)
    may = rig.follows("anna", thread)
    await rig.desk.post(thread, customer("Hello?"))
    assert len(rig.unread("anna", thread)) == may
    await rig.desk.follow(thread, anna, False)
    await rig.desk.post(thread, customer("Hello again?", "k2"))
    assert not rig.follows("anna", thread)
    assert len(rig.unread("anna", thread)) == may
    rig.becomes("boris", Belonging.OUTSIDER)
    await rig.desk.post(thread, calling(rig, "x ", " y", key="k3"))
    assert rig.follows("anna", thread), "a mention brings her back"
