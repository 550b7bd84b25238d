"""Tasks changed by their author, postponed, or reopened."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from bot.domain import Actor, Task
from bot.domain.account_rules import AccountRules, Grant
from bot.views.inputs import simplified
from bot.views.values import Form, Invalid, View, Whisper
from tests.core.test_tasks import (
    IN_BERLIN,
    IN_MOSCOW,
    all_known,
    direct_messages,
    label,
    last_view,
    open_dialog,
    remind,
    replaced,
    text_of,
)
from tests.core.world import ANNA, BORIS, CLARA, SHOP, World, button, form_of, whisper_text


async def only_task(world: World) -> Task:
    async with world.store.read() as unit:
        [task] = await unit.tasks.of_dialog((await world.dialog(1)).id)
    return task


async def assigned(world: World) -> View:
    """Anna's assignment to Boris, due in two hours, and the response to her."""
    await all_known(world)
    answer = await world.commands(IN_MOSCOW, "assign @boris send the invoice in 2 hours", await open_dialog(world))
    await world.deliver()
    assert isinstance(answer, Whisper)
    return answer.view


async def changing(world: World, view: View, who: Actor = IN_MOSCOW) -> Form:
    return form_of(await world.presses(who, button(view, "task_change")))


def values(form: Form) -> dict[str, str]:
    return {field.name: field.value for field in form.fields}


def labels(view: View) -> list[str]:
    return [one.label for row in view.rows for one in row.buttons]


# ---------------------------------------------------------------------------------------- changing


async def test_a_task_is_changed_by_a_form_that_knows_it(world: World) -> None:
    await all_known(world)
    dialog = await open_dialog(world)
    made = await world.commands(IN_MOSCOW, "task call back tomorrow 15:00", dialog)
    assert isinstance(made, Whisper)
    assert labels(made.view) == ["Done", "Change…"]
    form = await changing(world, made.view)
    anna = (await only_task(world)).author
    assert values(form) == {"who": f"operator:{anna}", "text": "call back", "due": "2026-03-03T15:00+03:00"}
    answer = await world.submits(IN_MOSCOW, form, who=f"operator:{anna}", text="write back", due="завтра в 16:00")
    assert text_of(replaced(answer)) == "📝 write back\n⏰ Tue 3 Mar, 16:00 (Europe/Moscow)\n💬 #1 · Vera · Shop bot"
    await world.deliver()
    line = "✏️ Anna changed the task: “write back”\nDue: Tue 3 Mar, 16:00 (Europe/Moscow)"
    assert world.thread_texts(dialog)[-1] == line
    refused = await world.submits(IN_MOSCOW, form, who=f"operator:{anna}", text="write", due="whenever")
    assert isinstance(refused, Invalid)
    assert "whenever" in refused.errors["due"]
    assert (await only_task(world)).text == "write back"


async def test_what_stays_as_it_was_is_said_to_nobody(world: World) -> None:
    view = await assigned(world)
    form = await changing(world, view)
    before = await only_task(world)
    await remind(world, 3 * 3600)  # the unchanged time is in the form, and is past
    said = len(world.desk.direct_messages)
    shown = values(form)
    written = simplified(form.fields[2]).value  # by a team chat without pickers
    picked = datetime.fromisoformat(shown["due"]).astimezone(UTC).isoformat()
    for due in (shown["due"], written, picked):
        assert isinstance(await world.submits(IN_MOSCOW, form, **shown | {"due": due}), Whisper)
    await world.deliver()
    assert (await only_task(world), len(world.desk.direct_messages)) == (before, said)


async def test_everybody_hears_what_a_change_means_for_them(world: World) -> None:
    await all_known(world)
    dialog = await open_dialog(world)
    made = await world.commands(IN_MOSCOW, "assign @boris, @clara send the invoice in 2 hours", dialog)
    assert isinstance(made, Whisper)
    await world.deliver()
    form = await changing(world, made.view)
    shown = {option.label: option.value for option in form.fields[0].options}
    who = f"{shown['Anna (@anna)']},{shown['Boris (@boris)']}"
    await world.submits(IN_MOSCOW, form, who=who, text="send the invoice", due="in 3 hours")
    await world.deliver()
    changed = "✏️ Anna changed your assignment: send the invoice\n⏰ Mon 2 Mar, 13:00 (Europe/Berlin)"
    assert direct_messages(world, BORIS)[-1].startswith(changed)
    assert direct_messages(world, CLARA)[-1] == "✖️ Anna unassigned you: send the invoice\n💬 #1 · Vera · Shop bot"
    assert direct_messages(world, ANNA) == [], "she did it herself"
    assert world.thread_texts(dialog)[-1].startswith("✏️ Anna → Anna, Boris: assignment changed: “send the invoice”")
    await remind(world, 2 * 3600 + 1)
    assert not any(words.startswith("🔔") for who in (ANNA, BORIS, CLARA) for words in direct_messages(world, who))
    await remind(world, 3600)
    assert [direct_messages(world, who)[-1][0] for who in (ANNA, BORIS, CLARA)] == ["🔔", "🔔", "✖"]


async def test_only_its_author_changes_a_task(world: World) -> None:
    await assigned(world)
    assert labels(last_view(world, BORIS)) == ["Done", "Open"]
    tasks = await world.commands(IN_BERLIN, "tasks here", await world.dialog(1))
    assert isinstance(tasks, Whisper)
    assert labels(tasks.view) == ["Done"]


async def test_from_a_list_the_list_is_shown_as_it_is_then(world: World) -> None:
    await assigned(world)
    given = await world.commands(IN_MOSCOW, "tasks given", await world.dialog(1))
    assert isinstance(given, Whisper)
    form = await changing(world, given.view)
    after = replaced(await world.submits(IN_MOSCOW, form, **(values(form) | {"text": "send it"})))
    assert after.rows[0].text.characters.startswith("📝 send it")


async def test_nobody_is_given_what_they_may_not_see(world: World) -> None:
    view = await assigned(world)
    form = await changing(world, view)
    rules = AccountRules(grants=(Grant("anna"),), everyone_reads=False)
    await world.store.transact(lambda unit: unit.accounts.set_rules(SHOP, rules))
    assert "Boris has no access to" in whisper_text(
        await world.commands(IN_MOSCOW, "assign @boris call in 2 hours", await world.dialog(1))
    )
    refused = await world.submits(IN_MOSCOW, form, **values(form))
    assert isinstance(refused, Invalid)
    assert "who" in refused.errors


# -------------------------------------------------------------------------- reminded another time


async def test_a_reminder_is_put_off_until_any_time(world: World) -> None:
    await assigned(world)
    await remind(world, 7201)
    assert labels(last_view(world, BORIS)) == ["Done", "In an hour", "Tomorrow", "Remind later…", "Open"]
    form = form_of(await world.presses(IN_BERLIN, label(last_view(world, BORIS), "Remind later…")))
    assert isinstance(await world.submits(IN_BERLIN, form, due=" "), Invalid)
    assert isinstance(await world.submits(IN_BERLIN, form, due="whenever"), Invalid)
    assert "17:30 (Europe/Berlin)" in text_of(replaced(await world.submits(IN_BERLIN, form, due="в 17:30")))
    before = len(direct_messages(world, BORIS))
    await remind(world, 3600)
    assert len(direct_messages(world, BORIS)) == before
    await remind(world, 2 * 3600)
    assert direct_messages(world, BORIS)[-1].startswith("🔔 send the invoice")


async def test_the_author_of_what_is_overdue_is_reminded_of_it_again(world: World) -> None:
    await assigned(world)
    await remind(world, 7201)
    overdue = last_view(world, ANNA)
    assert labels(overdue) == ["In an hour", "Tomorrow", "Change…", "Open"]
    await world.presses(IN_MOSCOW, label(overdue, "In an hour"))
    await remind(world, 3601)
    assert [words[0] for words in direct_messages(world, ANNA)] == ["❗", "❗"]


# ------------------------------------------------------------------------------------- not done yet


async def test_done_by_mistake_is_taken_back(world: World) -> None:
    await assigned(world)
    done = replaced(await world.presses(IN_BERLIN, button(last_view(world, BORIS), "task_done")))
    back = replaced(await world.presses(IN_BERLIN, label(done, "Not done yet")))
    assert (back.rows[0].text.characters, labels(back)) == ("📝 To be done: send the invoice", ["Done"])
    await world.deliver()
    assert direct_messages(world, ANNA)[-1].startswith("↩️ Boris reopened: send the invoice")
    assert world.thread_texts(await world.dialog(1))[-1] == "↩️ Boris reopened: “send the invoice”"
    assert not (await only_task(world)).done
    await world.presses(IN_BERLIN, label(done, "Not done yet"))
    await world.deliver()
    assert len(direct_messages(world, ANNA)) == 2, "nothing happens twice"
    await remind(world, 7201)
    assert direct_messages(world, BORIS)[-1].startswith("🔔")


async def test_the_author_does_not_take_it_for_done(world: World) -> None:
    await assigned(world)
    await world.presses(IN_BERLIN, button(last_view(world, BORIS), "task_done"))
    await world.deliver()
    await world.presses(IN_MOSCOW, label(last_view(world, ANNA), "Not done yet"))
    await world.deliver()
    assert direct_messages(world, BORIS)[-1].startswith("↩️ Anna reopened: send the invoice")
    assert labels(last_view(world, BORIS)) == ["Done", "Open"]


async def test_what_is_done_stands_in_its_list_and_comes_back_from_there(world: World) -> None:
    await all_known(world)
    await world.commands(IN_MOSCOW, "task call back in 2 hours")
    mine = await world.commands(IN_MOSCOW, "tasks")
    assert isinstance(mine, Whisper)
    assert labels(mine.view) == ["Done", "Change…"]
    empty = replaced(await world.presses(IN_MOSCOW, label(mine.view, "Done")))
    done = replaced(await world.presses(IN_MOSCOW, label(empty, "Completed")))
    assert labels(done) == ["Not done yet"]
    assert labels(replaced(await world.presses(IN_MOSCOW, label(done, "Not done yet")))) == []


async def test_done_pressed_twice_at_once_is_done_once(world: World) -> None:
    await assigned(world)
    done = button(last_view(world, BORIS), "task_done")
    answers = await asyncio.gather(*(world.presses(IN_BERLIN, done) for _ in range(2)))
    assert sorted(text_of(replaced(one)) for one in answers) == [
        *("✅ Already done: send the invoice", "✅ Done: send the invoice")
    ]
    await world.deliver()
    assert len([words for words in direct_messages(world, ANNA) if "Boris completed" in words]) == 1
