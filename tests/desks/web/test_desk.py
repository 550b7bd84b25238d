"""The desk as couriers use it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from bot.desks.web.desk import dialog_topic, notices_topic
from bot.domain import Content, DialogId, Key, PostRef, ThreadId, ThreadRef
from bot.domain.text import Text
from bot.ports import Desk, Mark, Rejected, Staffed
from bot.views.values import Card, Post, PostKind, Row, View
from tests.desks.web.serving import DESK, Served
from tests.waiting import FACT

CARD = Card(DialogId(7), "#7", "#7", (), "New")
THREAD = ThreadRef(DESK, "web", ThreadId("7"))
VIEW = View((Row(Text.plain("psst")),), keys=(Key("v"),))


def post(key: str) -> Post:
    return Post(PostKind.CUSTOMER, Content(Text.plain("hi")), (Key(key), Key(f"{key}-2")))


def test_it_is_a_desk(hub: Served) -> None:
    assert isinstance(hub.desk, Desk)
    assert isinstance(hub.desk, Staffed)


async def test_a_thread_is_named_after_its_dialog(hub: Served) -> None:
    assert await hub.desk.open("", CARD, Key("a")) == THREAD
    assert await hub.desk.open("", CARD, Key("b")) == THREAD
    assert (await hub.desk.open("sales", CARD, Key("a"))).channel == "sales"


async def test_a_post_is_named_after_its_key_and_so_found_again(hub: Served) -> None:
    ref = await hub.desk.post(THREAD, post("k"))
    assert ref == await hub.desk.post(THREAD, post("k")) == await hub.desk.find("web", THREAD, Key("k"))
    assert ref != await hub.desk.post(THREAD, post("other"))
    assert await hub.desk.find("web", None, Key("k")) is None


@pytest.mark.parametrize("what", ["open", "post", "update"])
async def test_whatever_comes_wakes_the_pages_that_show_it(hub: Served, what: str) -> None:
    listening = hub.tools.wake.listen(dialog_topic(DialogId(7)))
    ref = PostRef(DESK, "web", (await hub.desk.post(THREAD, post("k"))).post)
    await listening.wait(0)
    match what:
        case "open":
            await hub.desk.open("", CARD, Key("a"))
        case "post":
            await hub.desk.post(THREAD, post("k"))
        case "update":
            await hub.desk.update(ref, CARD)
    assert await listening.wait(0.01)
    listening.close()


async def test_marks_and_deletions_are_no_trouble(hub: Served) -> None:
    ref = await hub.desk.post(THREAD, post("k"))
    for on in (True, True, False, False):
        await hub.desk.mark(ref, Mark.DELIVERED, on)
    await hub.desk.delete(ref)
    await hub.desk.delete(ref)


async def test_whispers_and_messages_are_kept_for_their_addressee(hub: Served) -> None:
    listening = hub.tools.wake.listen(notices_topic(DESK, "anna"))
    await hub.desk.whisper("anna", THREAD, VIEW)
    assert await listening.wait(0.01)
    listening.close()
    await hub.desk.whisper("anna", THREAD, VIEW)
    await hub.desk.tell("boris", VIEW)
    assert [one.dialog for one in hub.backend.notices["anna"]] == [7]
    assert [one.dialog for one in hub.backend.notices["boris"]] == [None]


async def test_nobody_can_be_told_who_is_not_there(hub: Served) -> None:
    with pytest.raises(Rejected):
        await hub.desk.tell("nobody", VIEW)
    with pytest.raises(Rejected):
        await hub.desk.whisper("anna", ThreadRef(DESK, "web", ThreadId("x")), VIEW)


def test_links_lead_into_the_page(hub: Served) -> None:
    assert hub.desk.link(THREAD).endswith("/desk#/dialog/7")
    ref = PostRef(DESK, "web", Key("anna:a/b"))  # type: ignore[arg-type]
    assert hub.desk.link(THREAD, ref).endswith("/desk#/dialog/7/anna%3Aa%2Fb")


async def test_operators_are_known_before_they_come(hub: Served) -> None:
    assert [actor.name for actor in await hub.desk.staff()] == ["anna", "boris", "clara"]
    assert [finding.ok for finding in await hub.desk.check()] == [True]


async def test_operators_are_their_names(hub: Served) -> None:
    assert [actor.user for actor in await hub.desk.bearers(["Anna", "nobody"])] == ["anna"]


async def test_running_ends_with_the_desk(hub: Served) -> None:
    running = asyncio.create_task(hub.desk.run(hub.core, datetime.now(UTC)))
    await hub.desk.close()
    await asyncio.wait_for(running, FACT)
