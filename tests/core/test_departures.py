"""A colleague who left is given nothing by name; what was theirs is shown to their role, or to administrators."""

from __future__ import annotations

import pytest

from bot.account_settings.changing import reader
from bot.account_settings.parts import PARTS
from bot.automation.deadlines import DeadlineWatch
from bot.automation.departures import DepartureWatch
from bot.domain import Actor, Belonging, Dialog, RoleName, Status
from bot.domain.access import person
from bot.domain.account_rules import AccountRules, Deadlines, FirstLine, Grant
from bot.views.values import Form, Invalid, Silent, View
from tests.core.helpers import accepted_dialog, open_dialog, posts_of, register_operators
from tests.core.test_audience import as_, staff
from tests.core.test_automatic import set_rules
from tests.core.world import ANNA, BORIS, CLARA, DESK, SHOP, World, form_of, member, whisper_text
from tests.tools import called

BOSS = member("U9", "boss", "The Boss")
NO_ACCESS = "Boris has no access to the hub. Choose someone else."


async def number_of(world: World, who: Actor) -> str:
    async with world.store.read() as unit:
        known = await called(unit, DESK, who.user)
    assert known is not None
    return person(known.id)


async def boris_leaves(world: World, how: Belonging = Belonging.OUTSIDER, *remain: Actor) -> None:
    """The desk's next list says so."""
    people = [ANNA, *remain]
    await staff(world, people if how is Belonging.OUTSIDER else [*people, as_(how)])


async def watched(world: World) -> list[tuple[str, View]]:
    """The direct messages of one look at who has left."""
    before = len(world.desk.direct_messages)
    await DepartureWatch(world.hub).tick()
    await world.deliver()
    return world.desk.direct_messages[before:]


def words(view: View) -> list[str]:
    return [row.text.characters for row in view.rows]


@pytest.fixture
async def dialog(world: World) -> Dialog:
    await register_operators(world, BORIS, CLARA, BOSS)
    return await accepted_dialog(world)


# --------------------------------------------------------------------------------- nothing by name


@pytest.mark.parametrize("how", [Belonging.GONE, Belonging.OUTSIDER])
async def test_commands_give_nothing_to_who_has_left(world: World, dialog: Dialog, how: Belonging) -> None:
    await boris_leaves(world, how)
    for said in ("redirect {who}", "add {who}", "assign {who} call Vera tomorrow 15:00"):
        for who in ("@boris", "Boris", "U2"):
            assert NO_ACCESS in str(await world.commands(ANNA, said.format(who=who), dialog)), (said, who)
    async with world.store.read() as unit:
        assert await unit.tasks.of_dialog(dialog.id) == []
    now = await world.dialog(dialog.id)
    assert (now.status, now.coexecutors) == (Status.IN_PROGRESS, frozenset())


async def test_forms_opened_before_give_nothing_either(world: World, dialog: Dialog) -> None:
    words, boris = ("redirect", "add", "assign", "forward"), await number_of(world, BORIS)
    forms = [form_of(await world.commands(ANNA, word, dialog)) for word in words]
    assert all(boris in options(form) for form in forms)
    await boris_leaves(world)
    for word, form in zip(words, forms, strict=True):
        answer = await world.submits(ANNA, form, who=boris, text="Call Vera", due="tomorrow 15:00")
        assert isinstance(answer, Invalid), word
        assert answer.errors == {"who": NO_ACCESS}
        assert boris not in options(form_of(await world.commands(ANNA, word, dialog)))


def options(form: Form) -> list[str]:
    [who] = [field for field in form.fields if field.name == "who"]
    return [option.value for option in who.options]


async def test_a_taken_over_name_means_who_has_it_now(world: World, dialog: Dialog) -> None:
    await boris_leaves(world, Belonging.GONE)
    await register_operators(world, member("U5", "boris", "Boris the Second"))
    assert await world.commands(ANNA, "redirect @boris", dialog) == Silent()
    to = (await world.dialog(dialog.id)).addressee
    assert to is not None
    assert to.operator is not None
    assert person(to.operator) == await number_of(world, member("U5", "boris"))


async def test_who_has_left_can_still_be_removed(world: World, dialog: Dialog) -> None:
    await world.commands(ANNA, "add @boris", dialog)
    await boris_leaves(world)
    assert await world.commands(ANNA, "remove @boris", dialog) == Silent()
    assert (await world.dialog(dialog.id)).coexecutors == frozenset()


async def test_who_may_not_reply_is_no_co_executor(world: World, dialog: Dialog) -> None:
    boris = await number_of(world, BORIS)
    await set_rules(world, AccountRules(grants=(Grant(boris, send=False),), everyone_sends=True))
    assert "no permission to reply" in str(await world.commands(ANNA, "add @boris", dialog))


async def test_a_role_means_those_of_it_who_are_there(world: World, dialog: Dialog) -> None:
    boris, clara = await number_of(world, BORIS), await number_of(world, CLARA)
    await world.store.transact(lambda unit: unit.operators.set_role(RoleName("sales"), [boris, clara]))
    await boris_leaves(world, Belonging.OUTSIDER, CLARA)
    await world.commands(ANNA, "assign sales call Vera tomorrow 15:00", dialog)
    async with world.store.read() as unit:
        [task] = await unit.tasks.of_dialog(dialog.id)
    assert [person(one.operator) for one in task.assignees] == [clara]
    await staff(world, [ANNA])
    answer = await world.commands(ANNA, "assign sales call again tomorrow 15:00", dialog)
    assert "The role “sales” has no members who could do it." in str(answer)


async def test_a_default_owner_who_has_left_is_told_to_administrators_once(world: World, dialog: Dialog) -> None:
    rules = AccountRules(responsible=await number_of(world, BORIS))
    await set_rules(world, rules)
    await boris_leaves(world, Belonging.OUTSIDER, BOSS)
    for chat in ("8", "9"):
        await world.customer_writes("Hello", chat=chat)
        await world.deliver()
    second = await world.dialog(2)
    assert (second.status, second.responsible) == (Status.NEW, None)
    [(user, view)] = [one for one in world.desk.direct_messages if "New dialogs of Shop bot" in str(one[1])]
    assert user == BOSS.user
    assert "go to Boris, who is no longer in the team chat" in words(view)[0]
    async with world.store.read() as unit:
        settings = await reader(world.hub, unit, world.hub.accounts[SHOP])
    offered = next(one for one in PARTS["dialogs"].fields(AccountRules(), settings) if one.name == "responsible")
    assert rules.responsible not in [option.value for option in offered.options]
    known = next(one for one in PARTS["dialogs"].fields(rules, settings) if one.name == "responsible")
    assert [one.label for one in known.options if one.value == rules.responsible] == ["Boris (@boris)"]


async def test_a_bot_hands_over_to_nobody_who_left_meanwhile(world: World) -> None:
    await register_operators(world, BORIS)
    rules = AccountRules(bot=FirstLine("http://bot.test/", 5), responsible=await number_of(world, BORIS))
    await set_rules(world, rules)
    world.bot.answers += [{"reply": "Yes?"}, {"hand_over": True}]
    dialog = await open_dialog(world)
    await boris_leaves(world)
    await world.customer_writes("A person, please")
    await world.deliver()
    dialog = await world.dialog(dialog.id)
    assert (dialog.status, dialog.responsible, dialog.addressee, dialog.bot) == (Status.NEW, None, None, False)
    assert "no permission to reply" in "\n".join(world.thread_texts(dialog))


# -------------------------------------------------------------------------------- what was theirs


async def boris_has_things(world: World, dialog: Dialog) -> None:
    """A dialog in progress, one that waits for him, and a task; one that is another's."""
    await world.customer_writes("Hi", chat="8", name="Carl")
    await world.deliver()
    await world.commands(ANNA, "assign @boris call Vera tomorrow 15:00", dialog)
    await world.commands(ANNA, "redirect @boris", await world.dialog(2))
    await world.commands(BORIS, "accept", await world.dialog(2))
    await world.commands(ANNA, "redirect @boris", dialog)
    await world.customer_writes("Hi", chat="9", name="Dora")
    await world.deliver()
    await world.commands(CLARA, "accept", await world.dialog(3))
    await world.deliver()


async def test_what_was_theirs_is_shown_to_their_role_once(world: World, dialog: Dialog) -> None:
    boris, clara = await number_of(world, BORIS), await number_of(world, CLARA)
    await world.store.transact(lambda unit: unit.operators.set_role(RoleName("sales"), [boris, clara]))
    await boris_has_things(world, dialog)
    assert await watched(world) == []
    await boris_leaves(world, Belonging.OUTSIDER, CLARA, BOSS)
    [(user, view)] = await watched(world)
    assert user == CLARA.user
    title, first, second, task = words(view)
    assert title == "👋 Boris is no longer in the team chat or its channels. Still theirs:"
    assert (first, second) == ("#1 · Vera", "#2 · Carl")
    assert task.startswith("📝 call Vera · ⏰ ")
    assert await watched(world) == []
    for row, number in zip(view.rows[1:3], (1, 2), strict=True):
        [accept] = row.buttons
        assert "Done" in whisper_text(await world.presses(CLARA, accept))
        now = await world.dialog(number)
        assert now.responsible is not None
        assert person(now.responsible) == clara
    await world.deliver()
    assert "✋ Clara took over the dialog" in world.thread_texts(await world.dialog(2))


@pytest.mark.parametrize("how", [Belonging.GONE, Belonging.OUTSIDER])
async def test_without_a_role_administrators_see_it(world: World, dialog: Dialog, how: Belonging) -> None:
    await boris_has_things(world, dialog)
    await boris_leaves(world, how, BOSS, CLARA)
    assert [user for user, _ in await watched(world)] == [BOSS.user]
    await register_operators(world, BORIS)
    assert await watched(world) == []
    await boris_leaves(world, how, BOSS, CLARA)
    assert [user for user, _ in await watched(world)] == [BOSS.user], "he came back, and left again"


async def test_a_colleague_sees_only_what_they_may_read(world: World, dialog: Dialog) -> None:
    boris, clara = await number_of(world, BORIS), await number_of(world, CLARA)
    await world.store.transact(lambda unit: unit.operators.set_role(RoleName("sales"), [boris, clara]))
    await boris_has_things(world, dialog)
    closed = AccountRules(grants=(Grant(clara, read=False, send=False),), everyone_sends=True, everyone_reads=False)
    await set_rules(world, closed)
    await boris_leaves(world, Belonging.OUTSIDER, CLARA, BOSS)
    assert [user for user, _ in await watched(world)] == [BOSS.user]


async def test_many_things_are_counted(world: World, dialog: Dialog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.automation.departures.MOST", 2)
    await boris_has_things(world, dialog)
    await boris_leaves(world, Belonging.GONE, BOSS)
    [(_, view)] = await watched(world)
    assert words(view)[3:] == ["and 2 more"], "Clara left, too"


async def test_nobody_accepts_what_its_owner_works_on(world: World, dialog: Dialog) -> None:
    assert "Anna" in whisper_text(await world.commands(CLARA, "accept", dialog))
    assert (await world.dialog(dialog.id)).responsible == dialog.responsible


async def test_the_warning_before_the_deadline_reaches_somebody(world: World, dialog: Dialog) -> None:
    await set_rules(world, AccountRules(deadlines=Deadlines(following=30, first=30, warning=5)))
    await world.commands(ANNA, "redirect @boris", dialog)
    await world.commands(BORIS, "accept", dialog)
    await boris_leaves(world, Belonging.OUTSIDER, BOSS)
    await world.deliver()
    world.desk.direct_messages.clear()
    world.clock.advance(26 * 60)
    await DeadlineWatch(world.hub).tick()
    await world.deliver()
    assert [user for user, _ in world.desk.direct_messages] == [BOSS.user]
    assert any("The customer is waiting" in post.content.text.characters for post in posts_of(world, dialog))
