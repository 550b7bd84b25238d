"""Tasks and assignments: created by commands and forms, done, listed, with reminders."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import Actor, Author, Dialog, RoleName, ThreadId
from bot.domain.account_rules import AccountRules, Grant, Hours
from bot.ports import Forged
from bot.tasks.reminders import Reminders
from bot.views.values import Answer, Button, FieldKind, Invalid, View, Whisper
from tests.core.world import ANNA, BORIS, CLARA, SHOP, World, button, form_of, whisper_text

IN_MOSCOW = replace(ANNA, zone="Europe/Moscow")
IN_BERLIN = replace(BORIS, zone="Europe/Berlin")


async def open_dialog(world: World, words: str = "Hello", **more: str) -> Dialog:
    accepted = await world.customer_writes(words, **more)
    await world.deliver()
    return await world.dialog(accepted.dialog)


def thread_of(dialog: Dialog) -> ThreadId:
    assert dialog.thread is not None
    return dialog.thread


async def all_known(world: World) -> None:
    for actor in (IN_MOSCOW, IN_BERLIN, CLARA):
        await world.commands(actor, "help")


async def remind(world: World, seconds: float) -> None:
    world.clock.advance(seconds)
    await world.store.transact(Reminders(world.hub).tick)
    await world.deliver()


def direct_messages(world: World, who: Actor) -> list[str]:
    return [text_of(view) for user, view in world.desk.direct_messages if user == who.user]


def text_of(view: View) -> str:
    return "\n".join(row.text.characters for row in view.rows)


def last_view(world: World, who: Actor) -> View:
    return [view for user, view in world.desk.direct_messages if user == who.user][-1]


def replaced(answer: Answer) -> View:
    assert isinstance(answer, Whisper)
    assert answer.replaces
    return answer.view


# ------------------------------------------------------------------------------------------ making


async def test_a_task_is_what_was_said_by_one_s_own_clock(world: World) -> None:
    dialog = await open_dialog(world)
    said = whisper_text(await world.commands(IN_MOSCOW, "task call back tomorrow 15:00", dialog))
    assert said == "📝 call back\n⏰ Tue 3 Mar, 15:00 (Europe/Moscow)\n💬 #1 · Vera · Shop bot"
    await world.deliver()
    assert world.thread_texts(dialog)[-1] == "📝 Anna set a task: “call back”\nDue: Tue 3 Mar, 15:00 (Europe/Moscow)"
    assert (await world.messages(dialog))[-1].author is Author.HUB
    assert world.desk.direct_messages == [], "nobody tells one what one has just said"
    async with world.store.read() as unit:
        [task] = await unit.tasks.of_dialog(dialog.id)
    assert task.text == "call back"
    assert task.dialog == dialog.id


async def test_elsewhere_a_task_belongs_to_the_dialog_that_is_named_or_to_none(world: World) -> None:
    dialog = await open_dialog(world)
    assert "💬 #1" in whisper_text(await world.commands(ANNA, f"task #{dialog.id} call back in 2 hours"))
    assert "💬" not in whisper_text(await world.commands(ANNA, "task 5 roses in 2 hours"))
    assert "There is no such dialog" in whisper_text(await world.commands(ANNA, "task #77 call back in 2 hours"))
    async with world.store.read() as unit:
        assert [task.text for task in await unit.tasks.of_dialog(dialog.id)] == ["call back"]


@pytest.mark.parametrize(
    ("words", "text", "due"),
    [
        ("task", "", ""),
        ("task meet the flight at 10", "meet the flight", "2026-03-02T10:00+00:00"),
    ],
)
async def test_what_is_not_sure_is_asked(world: World, words: str, text: str, due: str) -> None:
    form = form_of(await world.commands(ANNA, words))
    assert {field.name: field.value for field in form.fields} == {"text": text, "due": due}
    assert "📝 call Vera" in whisper_text(await world.submits(ANNA, form, text="call Vera", due=""))
    assert isinstance(await world.submits(ANNA, form, text=" ", due=""), Invalid)
    assert isinstance(await world.submits(ANNA, form, text="x" * 501, due=""), Invalid)


async def test_times_that_are_over_or_none_are_refused_in_words(world: World) -> None:
    form = form_of(await world.commands(IN_MOSCOW, "task"))
    over = await world.submits(IN_MOSCOW, form, text="call", due="yesterday at 10:00")
    assert over == Invalid({"due": "This time has passed: Sun 1 Mar, 10:00 (Europe/Moscow)."})
    unclear = await world.submits(IN_MOSCOW, form, text="call", due="whenever")
    assert isinstance(unclear, Invalid)
    assert "whenever" in unclear.errors["due"]
    again = form_of(await world.commands(IN_MOSCOW, "task call yesterday at 10:00"))
    assert again.intro == over.errors["due"], "and nothing that was written is lost"
    assert [field.value for field in again.fields] == ["call", "yesterday at 10:00"]
    async with world.store.read() as unit:
        assert (
            await unit.tasks.mine(
                (await unit.operators.upsert_operator(world.place(await open_dialog(world)).desk, ANNA)).id
            )
            == []
        )


async def test_without_a_zone_of_one_s_own_it_is_the_account_s_then_the_hub_s(world: World) -> None:
    dialog = await open_dialog(world)
    assert "15:00 (UTC)" in whisper_text(await world.commands(CLARA, "task call tomorrow 15:00", dialog))
    rules = AccountRules(hours=Hours(zone="Asia/Tokyo"))
    await world.store.transact(lambda unit: unit.accounts.set_rules(SHOP, rules))
    assert "15:00 (Asia/Tokyo)" in whisper_text(await world.commands(CLARA, "task call tomorrow 15:00", dialog))
    assert "15:00 (Europe/Moscow)" in whisper_text(await world.commands(IN_MOSCOW, "task call tomorrow 15:00", dialog))


async def test_a_message_becomes_a_task(world: World) -> None:
    dialog = await open_dialog(world, "Please call me on Monday")
    [message] = world.desk.posts[thread_of(dialog)]
    form = form_of(await world.commands_on(ANNA, "task", dialog, message[0]))
    assert form.fields[0].value == "Vera: Please call me on Monday"
    await world.submits(ANNA, form, text="Vera: Please call me on Monday", due="in 1 hour")
    async with world.store.read() as unit:
        [task] = await unit.tasks.of_dialog(dialog.id)
    assert task.text == "Vera: Please call me on Monday"


# ----------------------------------------------------------------------------------------- assigning


async def test_an_assignment_is_told_done_by_each_and_reported(world: World) -> None:
    await all_known(world)
    dialog = await open_dialog(world)
    said = whisper_text(
        await world.commands(IN_MOSCOW, "assign @boris, @clara send the invoice tomorrow 15:00", dialog)
    )
    assert said.startswith("📝 Assigned to Boris, Clara: send the invoice\n⏰ Tue 3 Mar, 15:00 (Europe/Moscow)")
    await world.deliver()
    assert (
        world.thread_texts(dialog)[-1]
        == "📝 Anna → Boris, Clara: “send the invoice”\nDue: Tue 3 Mar, 15:00 (Europe/Moscow)"
    )
    assert direct_messages(world, BORIS) == [
        "📝 Anna assigned you: send the invoice\n⏰ Tue 3 Mar, 13:00 (Europe/Berlin)\n💬 #1 · Vera · Shop bot"
    ]
    done = button(last_view(world, BORIS), "task_done")
    assert text_of(replaced(await world.presses(IN_BERLIN, done))) == "✅ Done: send the invoice"
    await world.deliver()
    assert world.thread_texts(dialog)[-1] == "✅ Boris completed: “send the invoice”"
    assert (
        direct_messages(world, ANNA)[-1]
        == "✅ Boris completed: send the invoice\nPending: Clara\n💬 #1 · Vera · Shop bot"
    )
    await world.presses(CLARA, button(last_view(world, CLARA), "task_done"))
    await world.deliver()
    assert (
        direct_messages(world, ANNA)[-1]
        == "✅ Clara completed: send the invoice\nDone by everyone.\n💬 #1 · Vera · Shop bot"
    )
    assert "Already done" in text_of(replaced(await world.presses(IN_BERLIN, done)))
    await world.deliver()
    assert len(direct_messages(world, ANNA)) == 2, "nothing happens twice"


async def test_an_assignment_by_the_form_and_to_a_role(world: World) -> None:
    await all_known(world)
    await world.store.transact(lambda unit: unit.operators.add_roles({RoleName("sales"): ["boris", "anna"]}))
    form = form_of(await world.commands(ANNA, "assign @boris @clara send the invoice"))
    who, text, due = form.fields
    assert (who.kind, text.value, due.value) == (FieldKind.PEOPLE, "send the invoice", "")
    shown = {option.value: option.label for option in who.options}
    assert [shown[one] for one in who.value.split(",")] == ["Boris (@boris)", "Clara (@clara)"]
    await world.submits(ANNA, form, who="role:sales", text="send the invoice", due="in 2 hours")
    await world.deliver()
    assert len(direct_messages(world, BORIS)) == 1
    assert direct_messages(world, CLARA) == []
    assert isinstance(await world.submits(ANNA, form, who="", text="send", due=""), Invalid)
    assert "no operator or role “nobody”" in whisper_text(await world.commands(ANNA, "assign nobody send it tomorrow"))


# ----------------------------------------------------------------------------------------- reminding


async def test_a_reminder_comes_once_when_it_is_due(world: World) -> None:
    dialog = await open_dialog(world)
    await world.commands(IN_MOSCOW, "task call back in 20 minutes", dialog)
    await remind(world, 19 * 60)
    assert direct_messages(world, ANNA) == []
    await remind(world, 61)
    await remind(world, 60)
    assert len(direct_messages(world, ANNA)) == 1
    assert direct_messages(world, ANNA)[0].startswith("🔔 call back\n⏰ Mon 2 Mar, 12:20")
    assert [one.label for one in last_view(world, ANNA).rows[0].buttons] == [
        *("Done", "In an hour", "Tomorrow", "Change…", "Open")
    ]


async def test_a_reminder_is_put_off_for_an_hour_and_until_the_morning(world: World) -> None:
    await world.commands(IN_MOSCOW, "task call back in 20 minutes")
    await remind(world, 21 * 60)
    hour, tomorrow = (label(last_view(world, ANNA), words) for words in ("In an hour", "Tomorrow"))
    await world.presses(IN_MOSCOW, hour)
    await remind(world, 59 * 60)
    assert len(direct_messages(world, ANNA)) == 1
    await remind(world, 61)
    assert len(direct_messages(world, ANNA)) == 2
    assert "Tue 3 Mar, 09:00 (Europe/Moscow)" in text_of(replaced(await world.presses(IN_MOSCOW, tomorrow)))
    await remind(world, 3600)
    assert len(direct_messages(world, ANNA)) == 2
    await remind(world, 24 * 3600)
    assert len(direct_messages(world, ANNA)) == 3


async def test_an_assignment_that_is_overdue_is_told_to_its_author(world: World) -> None:
    await all_known(world)
    await world.commands(IN_MOSCOW, "assign @boris @clara send the invoice in 2 hours")
    await world.deliver()
    await world.presses(CLARA, button(last_view(world, CLARA), "task_done"))
    await remind(world, 7201)
    assert direct_messages(world, ANNA)[-1].startswith("❗ Overdue for Boris: send the invoice")
    assert direct_messages(world, BORIS)[-1].startswith("🔔 send the invoice")
    assert "Assigned by Anna" in direct_messages(world, BORIS)[-1]
    assert len(direct_messages(world, CLARA)) == 1, "she has done it"


async def test_what_is_done_reminds_nobody(world: World) -> None:
    await all_known(world)
    await world.commands(IN_MOSCOW, "assign @boris send the invoice in 2 hours")
    await world.deliver()
    await world.presses(BORIS, button(last_view(world, BORIS), "task_done"))
    await world.deliver()
    before = len(world.desk.direct_messages)
    await remind(world, 7201)
    assert len(world.desk.direct_messages) == before


async def test_nobody_else_can_do_it(world: World) -> None:
    await all_known(world)
    await world.commands(IN_MOSCOW, "assign @boris send the invoice in 2 hours")
    await world.deliver()
    with pytest.raises(Forged):
        await world.presses(CLARA, button(last_view(world, BORIS), "task_done"))


async def test_who_may_not_read_an_account_makes_no_tasks_in_its_dialogs(world: World) -> None:
    dialog = await open_dialog(world)
    rules = AccountRules(grants=(Grant("anna"),), everyone_reads=False)
    await world.store.transact(lambda unit: unit.accounts.set_rules(SHOP, rules))
    assert "no access to" in whisper_text(await world.commands(BORIS, "task call in 2 hours", dialog))


# -------------------------------------------------------------------------------------------- lists


def label(view: View, words: str) -> Button:
    every = [*(one for row in view.rows for one in row.buttons), *view.tabs, *view.buttons]
    return next(one for one in every if one.label == words)


async def test_the_list_has_tabs_pages_and_what_is_overdue_in_bold(world: World) -> None:
    await all_known(world)
    dialog = await open_dialog(world)
    await world.commands(ANNA, "task call back in 1 hour", dialog)
    await world.commands(ANNA, "assign @boris send the invoice in 3 hours", dialog)
    for number in range(11):
        await world.commands(ANNA, f"task water flower {number} in {number + 2} hours")
    world.clock.advance(3601)
    view = (await _tasks(world)).view
    assert [one.label for one in view.tabs] == ["Mine", "Assigned by me", "Completed"]
    assert view.rows[0].strong
    assert view.rows[0].text.characters.startswith("❗ call back")
    assert (len(view.rows), view.rows[1].strong) == (10, False)
    further = replaced(await world.presses(ANNA, label(view, "Next →")))
    assert [row.text.characters.splitlines()[0] for row in further.rows] == ["📝 water flower 9", "📝 water flower 10"]
    done = replaced(await world.presses(ANNA, label(further, "Completed")))
    assert len(done.rows) == 1, "the same page, without what is done"
    given = replaced(await world.presses(ANNA, label(done, "Assigned by me")))
    assert given.rows[0].text.characters.endswith("💬 #1 · Vera · Shop bot\nBoris")
    assert [one.label for one in given.rows[0].buttons] == ["Change…"], "it is not hers to do"
    assert len(replaced(await world.presses(ANNA, label(given, "Completed"))).rows) == 1
    here = (await _tasks(world, dialog)).view
    assert [one.label for one in here.tabs] == ["Mine", "Assigned by me", "This dialog", "Completed"]
    assert [row.text.characters.splitlines()[0] for row in here.rows] == ["❗ call back", "📝 send the invoice"]


async def _tasks(world: World, dialog: Dialog | None = None) -> Whisper:
    answer = await world.commands(ANNA, "tasks", dialog)
    assert isinstance(answer, Whisper)
    return answer


async def test_empty_lists_say_so(world: World) -> None:
    dialog = await open_dialog(world)
    for words in ("mine", "given", "here", "done"):
        assert whisper_text(await world.commands(ANNA, f"tasks {words}", dialog)).count("\n") == 1, words
