"""Tasks, assignments, selected messages and forwards for review, in every desk."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from bot.dialogs.selection import chosen_by
from bot.domain import Delivery, Status, Task, ThreadRef
from bot.ports.storage import Reminder, Unit
from bot.tasks.reminders import Reminders
from tests.conftest import Database
from tests.contracts.desks import SeenPost
from tests.fakes.telegram import FakeCustomer
from tests.scenarios.hubs import TelegramHub, telegram_hub
from tests.tools import called


@pytest.fixture(params=["slack", "mattermost", "web"])
async def hub(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> AsyncIterator[TelegramHub]:
    async with telegram_hub(request.param, database, tmp_path) as running:
        await running.operators.commands("boris", "help")
        yield running


async def accepted_dialog(hub: TelegramHub, *words: str) -> tuple[FakeCustomer, ThreadRef]:
    """A dialog of Vera's that Anna has accepted."""
    vera = hub.customer("Vera")
    vera.writes(words[0])
    thread = await hub.thread_of_dialog(1)
    for more in words[1:]:
        vera.writes(more)
    await hub.post_appears(thread, words[-1])
    await hub.operators.mentions_hub("anna", thread, "accept")
    await hub.post_appears(thread, "accepted the dialog")
    await hub.all_delivered()
    return vera, thread


async def press_on_card(hub: TelegramHub, who: str, thread: ThreadRef, label: str) -> None:
    async def offered() -> bool:
        return label in (await hub.operators.thread(thread))[0].buttons

    await hub.until(offered)
    card = (await hub.operators.thread(thread))[0]
    assert card.post is not None
    await hub.operators.presses(who, thread, card.post, label)


async def direct_message(hub: TelegramHub, who: str, words: str) -> SeenPost:
    await hub.direct_message_appears(who, words)
    return [seen for seen in await hub.operators.direct_messages(who) if words in seen.words][-1]


async def display_name(hub: TelegramHub, who: str) -> str:
    """The name as people read it in this desk."""
    async with hub.app.hub.store.read() as unit:
        operator = await called(unit, (await hub.dialog(1)).desk, who)
    assert operator is not None
    return operator.title


async def tasks(hub: TelegramHub) -> Sequence[Task]:
    async with hub.app.hub.store.read() as unit:
        return await unit.tasks.of_dialog((await hub.dialog(1)).id)


async def time_passes(hub: TelegramHub) -> None:
    """Makes all open tasks of the first dialog due now: no test waits for hours."""
    everything = await tasks(hub)
    earlier = hub.app.hub.clock.now() - timedelta(seconds=1)

    async def work(unit: Unit) -> None:
        for task in everything:
            for one in task.assignees:
                await unit.tasks.remind(Reminder(task.id, one.operator), earlier)
            if task.author not in {one.operator for one in task.assignees}:
                await unit.tasks.remind(Reminder(task.id, task.author, watching=True), earlier)

    await hub.app.hub.store.transact(work)
    await hub.app.hub.store.transact(Reminders(hub.app.hub).tick)


@pytest.mark.shows("task", "forms")
async def test_a_task_with_a_reminder(hub: TelegramHub) -> None:
    _, thread = await accepted_dialog(hub, "Please call me back")
    await hub.operators.mentions_hub("anna", thread, "task call Vera back завтра в 15:00")
    await hub.post_appears(thread, "set a task: “call Vera back”")
    understood = await hub.whisper_appears("anna", "call Vera back")
    assert ", 15:00 (" in understood.words
    await press_on_card(hub, "anna", thread, "Task…")
    form = await hub.form_appears("anna")
    assert form.fields == ("text", "due")
    await hub.operators.submits("anna", {"text": "send the price list", "due": "whenever"})

    async def refused() -> bool:
        shown = await hub.operators.form("anna")
        return shown is not None and "due" in shown.errors

    await hub.until(refused)
    await hub.operators.submits("anna", {"text": "send the price list", "due": "in 2 hours"})
    await hub.post_appears(thread, "set a task: “send the price list”")
    assert [task.text for task in await tasks(hub)] == ["send the price list", "call Vera back"]
    await time_passes(hub)
    reminder = await direct_message(hub, "anna", "🔔 call Vera back")
    assert set(reminder.buttons) >= {"Done", "In an hour", "Tomorrow", "Change…"}
    await hub.operators.presses_in_direct_message("anna", "Done")
    await hub.post_appears(thread, "completed:")
    [left] = await tasks(hub)
    await hub.operators.commands("anna", "tasks mine")
    assert left.text in (await hub.whisper_appears("anna", "Tasks")).words
    await hub.operators.presses_in_whisper("anna", thread, "Change…")
    form = await hub.form_appears("anna")
    assert form.fields == ("who", "text", "due")
    anna = await hub.option(form, "who", "anna")
    await hub.operators.submits("anna", {"who": anna, "text": "call her tomorrow", "due": "tomorrow 10:00"})
    await hub.post_appears(thread, "changed the task: “call her tomorrow”")
    await hub.operators.commands("anna", "tasks mine")
    await hub.whisper_appears("anna", "call her tomorrow")
    await hub.operators.presses_in_whisper("anna", thread, "Done")

    async def nothing_left() -> bool:
        return not await tasks(hub)

    await hub.until(nothing_left)


@pytest.mark.shows("assign")
async def test_an_assignment(hub: TelegramHub) -> None:
    _, thread = await accepted_dialog(hub, "Where is my invoice?")
    await hub.operators.mentions_hub("anna", thread, "assign @boris send the invoice tomorrow 10:00")
    await hub.post_appears(thread, f"→ {await display_name(hub, 'boris')}: “send the invoice”")
    given = await direct_message(hub, "boris", "send the invoice")
    assert "Done" in given.buttons
    await time_passes(hub)
    await direct_message(hub, "anna", f"Overdue for {await display_name(hub, 'boris')}")
    await direct_message(hub, "boris", "🔔 send the invoice")
    await hub.operators.presses_in_direct_message("boris", "Done")
    await hub.post_appears(thread, "completed: “send the invoice”")
    await direct_message(hub, "anna", "completed:")
    await press_on_card(hub, "anna", thread, "Assign…")
    form = await hub.form_appears("anna")
    assert form.fields == ("who", "text", "due")
    both = [await hub.option(form, "who", name) for name in ("anna", "boris")]
    await hub.operators.submits("anna", {"who": ",".join(both), "text": "call Vera", "due": ""})
    await hub.post_appears(thread, "“call Vera”")
    [task] = await tasks(hub)
    assert len(task.assignees) == 2
    await direct_message(hub, "boris", "call Vera")


async def choose(hub: TelegramHub, who: str, thread: ThreadRef, *words: str) -> None:
    for said in words:
        post = (await hub.post_appears(thread, said)).post
        assert post is not None
        await hub.operators.reacts(who, thread, post, "🔖")

    async def chosen() -> bool:
        dialog = await hub.dialog(1)
        async with hub.app.hub.store.read() as unit:
            operator = await called(unit, dialog.desk, who)
            assert operator is not None
            return len(await chosen_by(hub.app.hub, unit, operator.id, dialog)) == len(words)

    await hub.until(chosen)


async def forwarded_to_boris(hub: TelegramHub, thread: ThreadRef) -> ThreadRef:
    """Forwards two of three messages from Anna to Boris; returns the thread in which he reads them."""
    await choose(hub, "anna", thread, "green tea", "black tea")
    await hub.operators.mentions_hub("anna", thread, "forward @boris you know these")
    await hub.post_appears(thread, "for review: #2")
    review = await hub.thread_of_dialog(2)
    await hub.post_appears(review, "black tea")
    await hub.all_delivered()
    return review


WORDS = ("Have you got green tea?", "And cups?", "And black tea?")


@pytest.mark.shows("forward", "choosing")
async def test_chosen_messages_are_passed_to_a_colleague(hub: TelegramHub) -> None:
    vera, thread = await accepted_dialog(hub, *WORDS)
    review = await forwarded_to_boris(hub, thread)
    shown = "\n".join(await hub.thread_texts(review))
    assert "you know these" in shown
    assert "Vera · " in shown
    assert "cups" not in shown, "it was not chosen"
    card = (await hub.operators.thread(review))[0]
    assert {"Mark as read", "Task…", "Forward to someone else"} <= set(card.buttons)
    assert not {"Accept", "Close", "Redirect to…"} & set(card.buttons)
    await hub.notified("boris", review, "you know these")
    await press_on_card(hub, "boris", review, "Forward to someone else")
    form = await hub.form_appears("boris")
    await hub.operators.submits("boris", {"who": await hub.option(form, "who", "anna"), "comment": "you, rather"})
    await hub.post_appears(review, "forwarded the messages on to")
    await hub.notified("anna", review, "you, rather")
    await press_on_card(hub, "anna", review, "Task…")
    await hub.form_appears("anna")
    await hub.operators.submits("anna", {"text": "answer about tea", "due": "tomorrow 10:00"})
    await hub.post_appears(review, "set a task: “answer about tea”")
    assert vera.reads == []


@pytest.mark.shows("choosing")
async def test_messages_are_picked_in_a_form(hub: TelegramHub) -> None:
    _, thread = await accepted_dialog(hub, *WORDS)
    await press_on_card(hub, "anna", thread, "Forward for review…")
    form = await hub.form_appears("anna")
    assert form.fields == ("who", "messages", "comment")
    assert [label.partition(": ")[2] for label in form.options["messages"]] == [*reversed(WORDS)]
    first = next(one for one in await hub.messages(1) if WORDS[0] in one.content.text.characters)
    boris = await hub.option(form, "who", "boris")
    await hub.operators.submits("anna", {"who": boris, "messages": str(first.id), "comment": ""})
    review = await hub.thread_of_dialog(2)
    await hub.post_appears(review, "green tea")


@pytest.mark.shows("review")
async def test_nobody_can_write_to_the_customer_in_a_dialog_for_review(hub: TelegramHub) -> None:
    vera, thread = await accepted_dialog(hub, *WORDS)
    review = await forwarded_to_boris(hub, thread)
    for who in ("boris", "anna"):
        await hub.operators.writes(who, review, f"{who} thinks so")
        await stays_inside(hub, 2, f"{who} thinks so")
    await hub.operators.mentions_hub("boris", review, "accept")
    await hub.whisper_appears("boris", "you cannot write to the customer")
    await hub.all_delivered()
    assert vera.reads == []
    vera.writes("Are you there?")
    await hub.post_appears(thread, "Are you there?")
    await hub.operators.commands("boris", "new")
    assert "#2" in (await hub.whisper_appears("boris", "#2")).words
    await press_on_card(hub, "boris", review, "Mark as read")
    await hub.post_appears(review, "has read the messages")
    await direct_message(hub, "anna", "has read the messages")
    assert (await hub.dialog(2)).status is Status.CLOSED
    assert vera.reads == []


async def stays_inside(hub: TelegramHub, number: int, words: str) -> None:
    async def kept() -> bool:
        said = [one for one in await hub.messages(number) if one.content.text.characters == words]
        return bool(said) and said[0].delivery is Delivery.INTERNAL

    await hub.until(kept)
