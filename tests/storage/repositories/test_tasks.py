"""Tasks with their reminders, and selected messages."""

from __future__ import annotations

from datetime import timedelta

from bot.domain import Actor, Assignee, DeskName, Operator, OperatorId, Task, TaskId
from bot.ports.storage import Reminder, Store, Unit
from storage import SqlStore
from tests.clock import ManualClock
from tests.storage.parts import ANN, BOB, dialog_of, read, say

HOUR = timedelta(hours=1)


async def operator(store: Store, name: str) -> Operator:
    return await store.transact(lambda unit: unit.operators.upsert_operator(DeskName("main"), Actor(name, name)))


async def reminders(store: Store, clock: ManualClock) -> list[Reminder]:
    return list(await read(store, lambda unit: unit.tasks.due(clock.now())))


async def test_a_task_is_read_as_it_was_written(store: SqlStore, clock: ManualClock) -> None:
    anna, boris = await operator(store, "anna"), await operator(store, "boris")
    dialog = await dialog_of(store, ANN, clock.now())

    async def work(unit: Unit) -> Task:
        people = [boris.id, anna.id, boris.id]
        return await unit.tasks.add("call", anna.id, people, clock.now(), due=clock.now() + HOUR, dialog=dialog.id)

    made = await store.transact(work)
    assert made.assignees == (Assignee(anna.id), Assignee(boris.id))
    assert (made.due, made.dialog, made.done) == (clock.now() + HOUR, dialog.id, False)
    assert await read(store, lambda unit: unit.tasks.get(made.id)) == made
    assert await store.transact(lambda unit: unit.tasks.lock(made.id)) == made
    assert await read(store, lambda unit: unit.tasks.get(TaskId(made.id + 1))) is None


async def test_each_does_their_part_once(store: SqlStore, clock: ManualClock) -> None:
    anna, boris, clara = [await operator(store, name) for name in ("anna", "boris", "clara")]
    made = await store.transact(lambda unit: unit.tasks.add("call", anna.id, [boris.id, clara.id], clock.now()))

    async def done(who: OperatorId) -> bool:
        return await store.transact(lambda unit: unit.tasks.done(made.id, who, clock.now()))

    assert [await done(boris.id), await done(boris.id), await done(anna.id)] == [True, False, False]
    now = await read(store, lambda unit: unit.tasks.get(made.id))
    assert now is not None
    assert now.assignees == (Assignee(boris.id, clock.now()), Assignee(clara.id))
    assert not now.done
    assert await done(clara.id)
    now = await read(store, lambda unit: unit.tasks.get(made.id))
    assert now is not None
    assert now.done


async def test_lists_begin_with_what_is_due_first(store: SqlStore, clock: ManualClock) -> None:
    anna, boris = await operator(store, "anna"), await operator(store, "boris")
    here, there = await dialog_of(store, ANN, clock.now()), await dialog_of(store, BOB, clock.now())

    async def work(unit: Unit) -> None:
        await unit.tasks.add("whenever", anna.id, [anna.id], clock.now())
        await unit.tasks.add("late", anna.id, [anna.id], clock.now(), due=clock.now() + 2 * HOUR, dialog=here.id)
        await unit.tasks.add("soon", boris.id, [anna.id], clock.now(), due=clock.now() + HOUR, dialog=there.id)
        both = await unit.tasks.add("both", anna.id, [anna.id, boris.id], clock.now(), dialog=here.id)
        await unit.tasks.done(both.id, anna.id, clock.now())

    await store.transact(work)

    async def lists(unit: Unit) -> dict[str, list[str]]:
        tasks = unit.tasks
        found = {
            "mine": await tasks.mine(anna.id),
            "second page": await tasks.mine(anna.id, skip=1, limit=1),
            "mine done": await tasks.mine(anna.id, done=True),
            "given": await tasks.assigned_by(anna.id),
            "given done": await tasks.assigned_by(anna.id, done=True),
            "his": await tasks.mine(boris.id),
            "he gave": await tasks.assigned_by(boris.id),
            "here": await tasks.of_dialog(here.id),
            "here done": await tasks.of_dialog(here.id, done=True),
            "contact": await tasks.of_contact(here.contact),
            "other contact": await tasks.of_contact(there.contact),
        }
        return {name: [task.text for task in listed] for name, listed in found.items()}

    assert await read(store, lists) == {
        "mine": ["soon", "late", "whenever"],
        "second page": ["late"],
        "mine done": ["both"],
        "given": ["both"],
        "given done": [],
        "his": ["both"],
        "he gave": ["soon"],
        "here": ["late", "both"],
        "here done": [],
        "contact": ["late", "both"],
        "other contact": ["soon"],
    }
    await store.transact(lambda unit: unit.tasks.done(TaskId(4), boris.id, clock.now()))
    after = await read(store, lists)
    assert (after["given"], after["given done"], after["here done"]) == ([], ["both"], ["both"])


async def test_people_are_reminded_until_they_have_done_it(store: SqlStore, clock: ManualClock) -> None:
    anna, boris, clara = [await operator(store, name) for name in ("anna", "boris", "clara")]
    due = clock.now() + HOUR

    async def work(unit: Unit) -> Task:
        await unit.tasks.add("at any time", anna.id, [anna.id], clock.now())
        return await unit.tasks.add("call", anna.id, [boris.id, clara.id], clock.now(), due=due)

    made = await store.transact(work)
    assert await reminders(store, clock) == []
    await store.transact(lambda unit: unit.tasks.done(made.id, clara.id, clock.now()))
    clock.advance(3600)
    to_boris, to_anna = Reminder(made.id, boris.id), Reminder(made.id, anna.id, watching=True)
    assert set(await reminders(store, clock)) == {to_boris, to_anna}
    await store.transact(lambda unit: unit.tasks.remind(to_anna, None))
    await store.transact(lambda unit: unit.tasks.remind(to_boris, clock.now() + HOUR))
    assert await reminders(store, clock) == []
    clock.advance(3600)
    assert await reminders(store, clock) == [to_boris]
    await store.transact(lambda unit: unit.tasks.done(made.id, boris.id, clock.now()))
    assert await reminders(store, clock) == []
    await store.transact(lambda unit: unit.tasks.remind(to_boris, clock.now()))
    assert await reminders(store, clock) == []


async def test_one_s_own_task_reminds_once(store: SqlStore, clock: ManualClock) -> None:
    anna = await operator(store, "anna")
    made = await store.transact(
        lambda unit: unit.tasks.add("call", anna.id, [anna.id], clock.now(), due=clock.now() + HOUR)
    )
    clock.advance(3600)
    assert await reminders(store, clock) == [Reminder(made.id, anna.id)]


async def test_messages_are_chosen_by_each_for_themselves(store: SqlStore, clock: ManualClock) -> None:
    anna, boris = await operator(store, "anna"), await operator(store, "boris")
    here, there = await dialog_of(store, ANN, clock.now()), await dialog_of(store, BOB, clock.now())
    first, second = await say(store, here, "one", clock.now()), await say(store, here, "two", clock.now())
    other = await say(store, there, "three", clock.now())

    async def choose(unit: Unit) -> None:
        for message in (second, first, second, other):
            await unit.choices.add(anna.id, message.id, clock.now())
        await unit.choices.add(boris.id, first.id, clock.now())

    await store.transact(choose)
    assert await read(store, lambda unit: unit.choices.of(anna.id, here.root, clock.now())) == [first, second]
    await store.transact(lambda unit: unit.choices.remove(anna.id, first.id))
    assert await read(store, lambda unit: unit.choices.of(anna.id, here.root, clock.now())) == [second]
    await store.transact(lambda unit: unit.choices.clear(anna.id, here.root))
    assert await read(store, lambda unit: unit.choices.of(anna.id, here.root, clock.now())) == []
    assert await read(store, lambda unit: unit.choices.of(anna.id, there.root, clock.now())) == [other]
    assert await read(store, lambda unit: unit.choices.of(boris.id, here.root, clock.now())) == [first]


async def test_a_task_is_changed_and_whoever_still_has_it_keeps_what_they_did(
    store: SqlStore, clock: ManualClock
) -> None:
    anna, boris, clara = [await operator(store, name) for name in ("anna", "boris", "clara")]
    due = clock.now() + HOUR

    async def given(unit: Unit) -> Task:
        made = await unit.tasks.add("call", anna.id, [boris.id, clara.id], clock.now(), due=due)
        await unit.tasks.done(made.id, boris.id, clock.now())
        locked = await unit.tasks.lock(made.id)
        assert locked is not None
        return locked

    before = await store.transact(given)
    after = await store.transact(lambda unit: unit.tasks.change(before, "write", due + HOUR, [anna.id, boris.id]))
    assert (after.text, after.due) == ("write", due + HOUR)
    assert after.assignees == (Assignee(anna.id), Assignee(boris.id, clock.now()))
    assert await read(store, lambda unit: unit.tasks.get(before.id)) == after
    clock.advance(2 * 3600)
    assert await reminders(store, clock) == [Reminder(before.id, anna.id)], "she has it to do herself now"
    await store.transact(lambda unit: unit.tasks.change(after, "write", None, [boris.id]))
    assert await reminders(store, clock) == []


async def test_what_was_done_is_to_be_done_after_all(store: SqlStore, clock: ManualClock) -> None:
    anna, boris = await operator(store, "anna"), await operator(store, "boris")
    made = await store.transact(lambda unit: unit.tasks.add("call", anna.id, [anna.id], clock.now()))

    async def reopened(who: OperatorId) -> bool:
        return await store.transact(lambda unit: unit.tasks.reopen(made.id, who, clock.now()))

    assert not await reopened(anna.id), "it was never done"
    await store.transact(lambda unit: unit.tasks.done(made.id, anna.id, clock.now()))
    assert [await reopened(anna.id), await reopened(anna.id), await reopened(boris.id)] == [True, False, False]
    assert await read(store, lambda unit: unit.tasks.get(made.id)) == made
    assert await reminders(store, clock) == [Reminder(made.id, anna.id)]
