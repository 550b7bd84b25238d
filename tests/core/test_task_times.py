"""Times that buttons give to tasks, and tasks that a card makes of what the customer said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.ports import Forged
from bot.views.values import Answer, Button, FieldKind, Invalid, Whisper
from tests.core.helpers import card_of, open_dialog
from tests.core.test_tasks import IN_MOSCOW
from tests.core.world import BORIS, World, form_of, whisper_text

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def pressed(answer: Answer, name: str) -> Button:
    assert isinstance(answer, Whisper)
    return next(one for row in answer.view.rows for one in row.buttons if one.label == name)


async def test_a_task_without_a_time_is_made_at_once_and_gets_it_by_one_press(world: World) -> None:
    dialog = await open_dialog(world)
    made = await world.commands(IN_MOSCOW, "task call Vera", dialog)
    assert "📝 call Vera" in whisper_text(made)
    chips = ["In 2 h", "Tomorrow", "Pick…", "Done", "Change…"]
    assert isinstance(made, Whisper)
    assert [one.label for one in made.view.rows[0].buttons] == chips
    dated = await world.presses(IN_MOSCOW, pressed(made, "Tomorrow"))
    assert "⏰ Tue 3 Mar, 09:00 (Europe/Moscow)" in whisper_text(dated)
    assert isinstance(dated, Whisper)
    assert dated.replaces
    assert [one.label for one in dated.view.rows[0].buttons] == ["Done", "Change…"]
    form = form_of(await world.presses(IN_MOSCOW, pressed(made, "Pick…")))
    assert (form.title, form.submit, form.fields[0].kind) == ("Due time", "Set due time", FieldKind.MOMENT)
    assert isinstance(await world.submits(IN_MOSCOW, form, due=""), Invalid)
    chosen = await world.submits(IN_MOSCOW, form, due="2026-03-04T07:30:00Z")
    assert "⏰ Wed 4 Mar, 10:30 (Europe/Moscow)" in whisper_text(chosen)
    await world.presses(IN_MOSCOW, pressed(made, "Done"))
    assert "Already done:" in whisper_text(await world.presses(IN_MOSCOW, pressed(made, "In 2 h")))
    with pytest.raises(Forged):
        await world.presses(BORIS, pressed(made, "Tomorrow"))


async def test_a_card_makes_a_task_of_what_the_customer_said_by_one_choice(world: World) -> None:
    dialog = await open_dialog(world, "Do you deliver on Sunday?")
    menu = {one.label: one for one in card_of(world, dialog).menu}
    made = await world.presses(IN_MOSCOW, menu["Task in 2 h"], dialog)
    assert whisper_text(made).startswith("📝 Vera: Do you deliver on Sunday?\n⏰ Mon 2 Mar, ")
    async with world.store.read() as unit:
        [task] = await unit.tasks.of_dialog(dialog.id)
    assert task.due is not None
    assert timedelta(hours=2) <= task.due - world.clock.now() < timedelta(hours=2, minutes=5)
    assert task.due.minute % 5 == 0, "one of those that a picker offers"
