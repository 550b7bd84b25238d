"""Refusals for an unknown reason are an outage: what is refused waits, is told, is tried again, and is given up after a
day, with a line that offers it again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.app.load_watch import LoadWatch
from bot.delivery import circuit
from bot.delivery.lasting_faults import LastingFaults
from bot.delivery.outages import Outages
from bot.domain import Delivery
from bot.ports import DeliveryError, DeskLimits, Rate, Rejected, RejectReason, Transient, Unexplained
from bot.ports.storage import Store
from bot.senders.gathering import GATHERS_AFTER
from bot.views.values import Button, Post
from tests.core.helpers import open_dialog, posts_of, remedies_of
from tests.core.test_outages import BOSS, answered_dialogs, direct_messages, paused, state_of, time_passes
from tests.core.world import ANNA, DESK, World

NEW = Unexplained("chat.postMessage: something_new")
INVALID = Rejected(RejectReason.INVALID, "HTTP 400")
MINUTE, HOUR = 60, 3600
MISSING = "⚠️ A message is missing here: the team chat did not accept it (chat.postMessage: something_new)"


def refuse(world: World, words: str, error: DeliveryError, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the desk refuse posts that contain `words`."""
    take = world.desk.post

    async def post(thread: object, post: Post) -> object:
        if words in post.content.text.characters:
            world.desk.calls.append("refused")
            raise error
        return await take(thread, post)  # type: ignore[arg-type]

    monkeypatch.setattr(world.desk, "post", post)


async def dead(store: Store) -> int:
    async with store.read() as unit:
        return sum((await unit.loads.dead()).values())


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database: what is decided here does not depend on it."""
    return sqlite_url


@pytest.fixture
async def watch(world: World) -> LoadWatch:
    """The watch over what waits, on the world's clock; an administrator is known."""
    await world.store.transact(lambda unit: unit.operators.upsert_operator(DESK, BOSS))
    await world.pin_names()
    return LoadWatch(world.hub, LastingFaults(world.hub, lambda: world.clock.now().timestamp()))


async def hours_pass(world: World, watch: LoadWatch, hours: int) -> None:
    """Lets time pass, the last hour of it in steps of a few minutes."""
    await time_passes(world, (hours - 1) * HOUR, (hours - 1) * HOUR)
    for _ in range(15):
        await time_passes(world, 4 * MINUTE, 4 * MINUTE)
        await watch.count()


async def minutes_pass(world: World, watch: LoadWatch, minutes: float) -> None:
    for _ in range(int(minutes * 4)):
        await time_passes(world, MINUTE / 4, MINUTE / 4)
        await watch.count()


# ------------------------------------------------------------------------------------------ a team chat


async def test_two_seconds_of_an_unknown_code_lose_nothing_and_are_told_to_nobody(
    world: World, watch: LoadWatch
) -> None:
    dialog = await open_dialog(world)
    world.desk.broken = lambda method: NEW
    await world.customer_writes("Where is order 17?")
    await time_passes(world, 2, 0.5)
    world.desk.broken = lambda method: None
    await minutes_pass(world, watch, 3)
    assert world.thread_texts(dialog) == ["Hello", "Where is order 17?"]
    assert await dead(world.store) == 0
    assert direct_messages(world) == []


async def test_a_message_refused_alone_is_told_waits_for_a_day_and_is_offered_again(
    world: World, watch: LoadWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = await open_dialog(world)
    refuse(world, "order 17", NEW, monkeypatch)
    await world.customer_writes("Where is order 17?")
    other = await world.customer_writes("Good day", chat="8", name="Olga")
    await minutes_pass(world, watch, 3)
    assert world.thread_texts(await world.dialog(other.dialog)) == ["Good day"]
    [told] = direct_messages(world)
    assert told.startswith("⚠️ The team chat “main” keeps refusing something")
    assert f": #{dialog.id}: " in told
    assert "something_new" in told

    await hours_pass(world, watch, 23)
    assert world.thread_texts(dialog) == ["Hello"]
    assert await dead(world.store) == 0
    await hours_pass(world, watch, 2)
    assert world.thread_texts(dialog) == ["Hello", MISSING]
    assert await dead(world.store) == 1
    monkeypatch.undo()
    buttons: dict[str, Button] = {one.word: one for one in posts_of(world, dialog)[-1].buttons}
    await world.presses(ANNA, buttons["show_again"], dialog)
    await world.deliver()
    assert world.thread_texts(dialog)[-1] == "Where is order 17?"
    assert await dead(world.store) == 0


async def test_a_form_that_is_refused_for_seconds_goes_plainly(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    dialog = await open_dialog(world)
    refuse(world, "\u0000", NEW, monkeypatch)
    await world.customer_writes("Where is\u0000 order 17?")
    await time_passes(world, 2, 0.5)
    assert world.thread_texts(dialog) == ["Hello"]
    await time_passes(world, MINUTE)
    assert world.thread_texts(dialog) == ["Hello", "Where is� order 17?"]


async def test_a_team_chat_that_refuses_everything_is_paused_and_told_once(world: World, watch: LoadWatch) -> None:
    outages = Outages(world.hub)
    world.on_pause, world.on_resume = outages.began, outages.ended
    dialogs = [await world.dialog((await world.customer_writes("Hello", chat=str(n))).dialog) for n in range(3)]
    await world.deliver()
    world.desk.broken = lambda method: NEW
    for number in range(3):
        await world.customer_writes("Hello?", chat=str(number))
    await minutes_pass(world, watch, 5)
    assert await paused(world) == ["desk:main"]
    await hours_pass(world, watch, 23)
    assert await dead(world.store) == 0
    world.desk.broken = lambda method: None
    await minutes_pass(world, watch, 5)
    for dialog in dialogs:
        assert world.thread_texts(await world.dialog(dialog.id)) == ["Hello", "Hello?"]
    assert [words for words in direct_messages(world) if "is down" in words and "something_new" in words]
    assert not [words for words in direct_messages(world) if "keeps refusing" in words]


async def test_neither_a_thread_nor_the_line_about_what_is_missing_is_ever_given_up(
    world: World, watch: LoadWatch
) -> None:
    world.desk.broken = lambda method: NEW if method in ("open", "post") else None
    opened = await world.customer_writes("Hello")
    await hours_pass(world, watch, 26)
    assert await dead(world.store) == 0
    world.desk.broken = lambda method: NEW if method == "post" else None
    await hours_pass(world, watch, 26)
    world.desk.broken = lambda method: None
    await minutes_pass(world, watch, 3)
    assert world.thread_texts(await world.dialog(opened.dialog)) == [MISSING]


# ------------------------------------------------------------------------------------- joined messages


@pytest.mark.parametrize("error", [INVALID, NEW], ids=["refused", "unexplained"])
async def test_of_five_joined_messages_the_third_alone_is_missing(
    world: World, watch: LoadWatch, error: DeliveryError, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.desk.limits = DeskLimits(post=4000, rates=(Rate("all", 1000, 1),))
    dialog = await open_dialog(world)
    refuse(world, "third", error, monkeypatch)
    for words in ("first", "second", "third", "fourth", "fifth"):
        await world.customer_writes(words)
    world.clock.advance(GATHERS_AFTER.total_seconds() + 1)
    await world.deliver()
    assert world.thread_texts(dialog)[:3] == ["Hello", "first", "second"]
    if error is NEW:
        assert world.thread_texts(dialog)[3:] == []  # they wait behind it, in order
        monkeypatch.undo()
        await minutes_pass(world, watch, 2)
        assert "".join(world.thread_texts(dialog)) == "Hellofirstsecondthird\nfourth\nfifth"
        return
    assert "".join(world.thread_texts(dialog)).startswith("Hellofirstsecondfourth\nfifth⚠️ A message is missing")
    assert await dead(world.store) == 1
    assert len(direct_messages(world)) == 1


# --------------------------------------------------------------------------------------------- a channel


async def test_an_answer_refused_for_an_unknown_reason_is_given_up_after_a_day(world: World, watch: LoadWatch) -> None:
    dialogs = await answered_dialogs(world, 2)
    world.channel.broken = lambda chat: Unexplained("418") if chat == "0" else None
    for _ in range(45):
        await world.posts(ANNA, dialogs[1], "and more")
        await minutes_pass(world, watch, 0.5)
        await time_passes(world, HOUR / 2, HOUR / 2)
    assert await state_of(world, dialogs[:1]) == [Delivery.PENDING]
    told = [words for words in direct_messages(world) if "keeps refusing" in words]
    assert len(told) == 1
    assert "“Shop bot”" in told[0]
    await hours_pass(world, watch, 2)
    assert await state_of(world, dialogs[:1]) == [Delivery.FAILED]
    assert [one.label for one in remedies_of(world, dialogs[0]).values()] == ["Send again"]
    world.channel.broken = lambda chat: None
    await world.presses(ANNA, remedies_of(world, dialogs[0])["retry"], dialogs[0])
    await world.deliver()
    assert world.customer_sees("0") == ["answer 0"]


async def test_a_channel_that_refuses_everything_is_paused(world: World) -> None:
    dialogs = await answered_dialogs(world, 3, Unexplained("418"))
    await time_passes(world, 2 * MINUTE)
    assert await paused(world) == ["account:shop"]
    assert [words for words in direct_messages(world) if "418" in words and "keeps refusing" not in words]
    assert await state_of(world, dialogs) == [Delivery.PENDING] * 3
    world.channel.broken = lambda chat: None
    await time_passes(world, 2 * circuit.RETRY_LONGEST)
    assert await state_of(world, dialogs) == [Delivery.SENT] * 3


# ------------------------------------------------------------------------------------------ Retry-After


@pytest.mark.parametrize("asked", [2.3e9, float("inf")])
@pytest.mark.parametrize("scope", ["", "all"])
async def test_an_absurd_wait_lasts_an_hour(world: World, asked: float, scope: str) -> None:
    """`tests/core/test_alerts.py` shows that it is told."""
    world.channel.limits = replace(world.channel.limits, rates=(Rate("all", 1000, 1),))
    [dialog] = await answered_dialogs(world, 1, Transient("slow down", asked, scope))
    await world.deliver()
    assert [seconds for _, _, seconds in world.budgets.blocked] == [HOUR]
    world.channel.broken = lambda chat: None
    await time_passes(world, 59 * MINUTE, MINUTE)
    assert await state_of(world, [dialog]) == [Delivery.PENDING]
    await time_passes(world, 2 * MINUTE, MINUTE)
    assert await state_of(world, [dialog]) == [Delivery.SENT]


def test_a_wait_that_is_no_number_is_none() -> None:
    assert Transient("x", float("nan")).retry_after is None
    assert Transient("x", -5).retry_after == 0
