"""An account's settings, rights and roles, changed from the chat by its administrators: on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.account_settings.parts import PARTS
from bot.domain import Actor, Dialog, OperatorId, RoleName, Status
from bot.domain.access import person
from bot.domain.account_rules import AccountRules, ContactKind, Deadlines, Grant, Threads
from bot.hub.context import Administrators
from bot.ports.storage import Change, Unit
from bot.views.values import Answer, Button, Form, Invalid, View, Whisper
from tests.core.world import ANNA, BORIS, CLARA, DESK, SHOP, World, form_of, member, whisper_text
from tests.tools import called

OF_EVERY_CHANNEL = [code for code in PARTS if code != "intake"]  # for that one see test_refusing.py
BOSS = member("U9", "boss", "The Boss")
SALES = RoleName("sales")


def listed(answer: Answer) -> View:
    assert isinstance(answer, Whisper), answer
    return answer.view


def pressable(answer: Answer, word: str, about: str = "", label: str = "") -> Button:
    """The button of that word in the row about `about`."""
    for row in listed(answer).rows:
        for button in row.buttons:
            if button.word == word and about in row.text.characters and label in button.label:
                return button
    raise AssertionError((word, about, listed(answer)))


def filled(form: Form, **values: str) -> dict[str, str]:
    """A form's values: the current ones, except these."""
    return {field.name: field.value for field in form.fields} | values


async def settings_form(world: World, part: str, who: Actor = BOSS) -> Form:
    answer = await world.commands(who, "settings")
    about = world.hub.tr.gettext(PARTS[part].label)
    return form_of(await world.presses(who, pressable(answer, "change", about)))


async def sends(world: World, form: Form, who: Actor = BOSS, **values: str) -> Answer:
    return await world.submits(who, form, **filled(form, **values))


async def rules(world: World) -> AccountRules:
    async with world.store.read() as unit:
        return (await world.hub.account(unit, SHOP)).rules


async def set_rules(world: World, rules: AccountRules) -> None:
    await world.store.transact(lambda unit: unit.accounts.set_rules(SHOP, rules))


async def changes(world: World) -> list[Change]:
    async with world.store.read() as unit:
        return list(await unit.accounts.changes(SHOP))


async def introduce(world: World, *actors: Actor) -> None:
    for actor in actors:
        await world.commands(actor, "help")


async def subject(world: World, who: Actor) -> str:
    """The subject as grants name it."""
    async with world.store.read() as unit:
        found = await unit.operators.of_user(DESK, who.user)
    assert found is not None
    return person(found.id)


async def open_dialog(world: World) -> Dialog:
    accepted = await world.customer_writes("Hello")
    await world.deliver()
    return await world.dialog(accepted.dialog)


# --------------------------------------------------------------------------------------- settings


async def test_settings_are_for_administrators(world: World) -> None:
    assert "Only the account's administrators" in whisper_text(await world.commands(ANNA, "settings"))
    await set_rules(world, AccountRules(grants=(Grant("anna", administer=True),), everyone_sends=True))
    answer = whisper_text(await world.commands(ANNA, "settings"))
    assert "Settings of Shop bot" in listed(await world.commands(ANNA, "settings")).title
    for part in OF_EVERY_CHANNEL:
        assert PARTS[part].label in answer
    assert "Only the account's administrators" in whisper_text(await world.commands(BORIS, "settings shop"))


async def test_in_a_thread_the_account_is_the_dialogs(world: World) -> None:
    dialog = await open_dialog(world)
    assert "Shop bot" in listed(await world.commands(BOSS, "settings", dialog)).title
    assert "Only the account's administrators" in whisper_text(await world.commands(ANNA, "settings", dialog))
    assert "There is no account" in whisper_text(await world.commands(BOSS, "settings nowhere"))
    assert "@hub settings" in whisper_text(await world.commands(BOSS, "help workplace", dialog))
    assert "@hub settings" not in whisper_text(await world.commands(ANNA, "help workplace", dialog))


async def test_buttons_of_the_settings_are_nobody_elses(world: World) -> None:
    await set_rules(world, AccountRules(grants=(Grant("anna", administer=True),)))
    form = await settings_form(world, "closing", ANNA)
    await set_rules(world, AccountRules())  # Anna does not administer it any more, and her form is still open
    assert "Only the account's administrators" in whisper_text(await sends(world, form, ANNA, reasons="Mine"))
    assert (await rules(world)).reasons == ()


NEW_DIALOGS = {
    "leads": "no",
    "unknown_are": "client",
    "link_interest": "no",
    "responsible": "role:sales",
    "threads": "contact",
}
HOURS = {
    "days": "пн-пт 9-18; сб 10:00–15:00",
    "zone": "москва",
    "country": "RU",
    "holidays": "09.01.2027 – 10.01.2027",
    "workdays": "",
}


@pytest.mark.parametrize(
    ("part", "values", "shown"),
    [
        ("dialogs", NEW_DIALOGS, ("Lead source: no", "created as: customers", "👥 sales", "one continuous thread")),
        ("closing", {"reason_required": "yes", "reasons": "Purchased\nSpam"}, ("required: yes", "Purchased · Spam")),
        ("answers", {"greeting": "Hi!", "out_of_hours": "Later"}, ("Greeting: Hi!", "Out of hours: Later")),
        ("hours", HOURS, ("Mon–Fri 9:00–18:00; Sat 10:00–15:00", "Europe/Moscow", "Russia", "2027-01-09–2027-01-10")),
        ("keywords", {"keywords": "price, цена: 5 €\n a piece"}, ("price, цена: 5 € a piece",)),
        ("bot", {"url": "https://bot.example/ask", "seconds": "2,5", "key": "x"}, ("https://bot.example/ask", "2.5 s")),
        (
            "deadlines",
            {"first": "30", "following": "1 h", "warning": "5", "escalate": "role:sales"},
            ("First reply: 30 min", "Later replies: 1 h", "5 min before", "👥 sales"),
        ),
        ("rights", {"others": "read"}, ("Everyone: read only",)),
    ],
)
async def test_each_part_is_changed_by_its_form(
    world: World, part: str, values: dict[str, str], shown: tuple[str, ...]
) -> None:
    await world.store.transact(lambda unit: unit.operators.add_roles({SALES: ("anna",)}))
    if part == "rights":
        overview = await world.presses(BOSS, pressable(await world.commands(BOSS, "settings"), "rights"))
        form = form_of(await world.presses(BOSS, pressable(overview, "change")))
    else:
        form = await settings_form(world, part)
    assert {field.name for field in form.fields} == set(values)
    assert len(form.fields) <= 5
    answer = whisper_text(await sends(world, form, BOSS, **values))
    for words in shown:
        assert words in answer
    after = await rules(world)
    assert {
        key for key in AccountRules.__dataclass_fields__ if getattr(after, key) != getattr(AccountRules(), key)
    } <= {*PARTS[part].keys}
    assert after != AccountRules()
    [change] = await changes(world)
    assert (change.what, change.at) == (part, world.clock.now())
    assert all(words in change.after for words in shown)


async def test_a_form_that_is_sent_as_it_stands_changes_nothing(world: World) -> None:
    await world.store.transact(lambda unit: unit.operators.add_roles({SALES: ("anna",)}))
    every = AccountRules(
        responsible="role:sales",
        reason_required=True,
        reasons=("Purchased", "Spam"),
        retired=("Old",),
        leads=False,
        unknown_are=ContactKind.CLIENT,
        threads=Threads.CONTACT,
        greeting="Hi\nthere",
        deadlines=Deadlines(90, 30, 5, "sales"),
    )
    await set_rules(world, every)
    for part in OF_EVERY_CHANNEL:
        if part != "rights":
            await sends(world, await settings_form(world, part))
    assert await rules(world) == every
    assert await changes(world) == []


EVERY_OTHER_DAY = [str(date(2027, 1, 1) + timedelta(days=2 * number)) for number in range(270)]
"""They fit into the form, but no longer once shown again with commas."""


@pytest.mark.parametrize(
    ("part", "values", "wrong", "message"),
    [
        ("closing", {"reasons": "Purchased\npurchased"}, "reasons", "Line 2"),
        ("hours", {"days": "Mon 9-18; Foo 9-18"}, "days", "“Foo” in “Foo 9-18”"),
        ("hours", {"zone": "Mars"}, "zone", "“Mars”"),
        ("hours", {"country": "Narnia"}, "country", "“Narnia”"),
        ("hours", {"holidays": "2027-01-01\n01.05"}, "holidays", "Line 2: “01.05”"),
        ("hours", {"workdays": "\n".join(EVERY_OTHER_DAY)}, "workdays", "Too long"),
        ("keywords", {"keywords": "price: 5\nand so on"}, "keywords", "Line 2"),
        ("bot", {"url": "ftp://bot"}, "url", "http"),
        ("bot", {"url": "https://bot.example", "seconds": "nan"}, "seconds", "from 1 to 60"),
        ("deadlines", {"first": "soon"}, "first", "“soon”"),
        ("deadlines", {"first": "5", "warning": "5"}, "warning", "before the deadline"),
    ],
)
async def test_what_cannot_be_read_is_said_where_it_stands(
    world: World, part: str, values: dict[str, str], wrong: str, message: str
) -> None:
    answer = await sends(world, await settings_form(world, part), BOSS, **values)
    assert isinstance(answer, Invalid)
    assert set(answer.errors) == {wrong}
    assert message in answer.errors[wrong]
    assert await rules(world) == AccountRules()
    assert await changes(world) == []


async def test_a_reason_taken_out_is_kept_and_can_come_back(world: World) -> None:
    for reasons in ("Purchased\nSpam\nNo answer", "No answer\nPurchased", "Spam\nPurchased"):
        await sends(world, await settings_form(world, "closing"), reasons=reasons)
    after = await rules(world)
    assert (after.reasons, after.retired) == (("Spam", "Purchased"), ("No answer",))
    dialog = await open_dialog(world)
    form = form_of(await world.commands(ANNA, "close", dialog))
    assert [option.value for option in form.fields[0].options] == ["Spam", "Purchased"]


async def test_two_administrators_at_once_lose_nothing(world: World) -> None:
    await set_rules(world, AccountRules(grants=(Grant("anna", administer=True),)))
    anna, boss = await settings_form(world, "closing", ANNA), await settings_form(world, "closing")
    elsewhere = await settings_form(world, "answers", ANNA)
    await sends(world, boss, reasons="Purchased")
    answer = await sends(world, anna, ANNA, reasons="Spam")
    assert isinstance(answer, Invalid)
    assert "The Boss changed these settings at" in "".join(answer.errors.values())
    assert (await rules(world)).reasons == ("Purchased",)
    await sends(world, elsewhere, ANNA, greeting="Hi")  # another part: no conflict
    assert ((await rules(world)).reasons, (await rules(world)).greeting) == (("Purchased",), "Hi")


async def test_changes_are_kept_and_told_to_the_other_administrators(world: World) -> None:
    await set_rules(world, AccountRules(grants=(Grant("anna", administer=True),), reasons=("Spam",)))
    await introduce(world, ANNA, BORIS, BOSS)
    await sends(world, await settings_form(world, "closing", ANNA), ANNA, reasons="Purchased")
    await world.deliver()
    [(user, view)] = world.desk.direct_messages
    text = "\n".join(row.text.characters for row in view.rows)
    assert user == BOSS.user
    assert "Anna changed the settings of Shop bot: Closing reasons" in text
    assert "Before: Reasons: Spam" in text
    assert "Reasons: Purchased" in text
    history = await world.presses(BOSS, pressable(await world.commands(BOSS, "settings"), "changes"))
    assert "Anna · Closing reasons" in whisper_text(history)
    assert "Reasons: Purchased" in whisper_text(history)


async def test_a_long_history_has_pages(world: World) -> None:
    for number in range(12):
        await sends(world, await settings_form(world, "answers"), greeting=f"Hello {number}.")
    first = await world.presses(BOSS, pressable(await world.commands(BOSS, "settings"), "changes"))
    assert "Hello 11." in whisper_text(first)
    assert "Greeting: not set" not in whisper_text(first)
    second = await world.presses(BOSS, pressable(first, "changes"))
    assert "Greeting: not set" in whisper_text(second)
    assert "Hello 11." not in whisper_text(second)


# ----------------------------------------------------------------------------------------- rights


async def rights_form(world: World, subject: str = "", who: Actor = BOSS) -> Form:
    overview = await world.presses(who, pressable(await world.commands(who, "settings"), "rights"))
    word_about = ("grant", subject) if subject else ("grant", "People listed here")
    return form_of(await world.presses(who, pressable(overview, *word_about)))


async def test_rights_are_given_changed_and_taken(world: World) -> None:
    await introduce(world, ANNA, BORIS)
    form = await rights_form(world)
    assert len(form.fields) <= 5
    answer = whisper_text(
        await world.submits(BOSS, form, **filled(form, who=await subject(world, BORIS), rights="read"))
    )
    assert "Boris (@boris): reads only" in answer
    assert "All others: read and reply" in answer  # as it was before anyone was named
    assert (await rules(world)).grants == (Grant(await subject(world, BORIS), send=False),)
    dialog = await open_dialog(world)
    await world.posts(BORIS, dialog, "Hi")
    await world.posts(ANNA, dialog, "Hello")
    await world.deliver()
    assert world.customer_sees() == ["Hello"]
    form = await rights_form(world, "Boris")
    assert {field.name: field.value for field in form.fields}["rights"] == "read"
    await world.submits(BOSS, form, **filled(form, rights="administer", others="nothing"))
    after = await rules(world)
    assert after.grants == (Grant(await subject(world, BORIS), administer=True),)
    assert (after.everyone_reads, after.everyone_sends) == (False, False)
    assert "no access to" in whisper_text(await world.commands(ANNA, "accept", dialog))
    overview = await world.presses(BORIS, pressable(await world.commands(BORIS, "settings"), "rights"))
    await world.presses(BORIS, pressable(overview, "ungrant", "Boris"))
    assert (await rules(world)).grants == ()
    assert "no access to" in whisper_text(await world.commands(ANNA, "accept", dialog))  # which gave nobody a right
    assert [change.what for change in await changes(world)] == ["rights"] * 3


async def test_somebody_may_be_named_by_user_name_and_is_who_bears_it(world: World) -> None:
    await introduce(world, Actor("U7", "dina", "Dina"), Actor("U8", "eve", "Dina"))
    form = await rights_form(world)
    for name in ("", "a b", "nobody", "Dina2"):
        assert isinstance(await world.submits(BOSS, form, **filled(form, name=name, rights="send")), Invalid)
    await world.submits(BOSS, form, **filled(form, name="@Dina", rights="send"))
    assert (await rules(world)).grants == (Grant(await subject(world, Actor("U7", "dina"))),)
    await introduce(world, Actor("U6", "dina", "Other"))  # who takes her name
    form = await rights_form(world)
    answer = "".join(_errors(await world.submits(BOSS, form, **filled(form, name="dina", rights="read"))))
    assert "Several people are called “dina”" in answer


@pytest.mark.parametrize("who", ["role:nobody", "operator:99", "anna", "operator:x", "nobody"])
async def test_a_grant_is_for_somebody_of_the_list(world: World, who: str) -> None:
    form = await rights_form(world)
    assert isinstance(await world.submits(BOSS, form, **filled(form, who=who, rights="send")), Invalid)
    form = await settings_form(world, "dialogs")
    if not who.startswith(("role:", "operator:9")):
        assert isinstance(await sends(world, form, responsible=who), Invalid)


async def test_somebody_can_always_change_the_settings(world: World) -> None:
    world.hub = replace(world.hub, admins=Administrators())
    world.desk_events._hub = world.hub
    await set_rules(world, AccountRules(grants=(Grant("anna", administer=True),)))
    overview = await world.presses(ANNA, pressable(await world.commands(ANNA, "settings"), "rights"))
    answer = whisper_text(await world.presses(ANNA, pressable(overview, "ungrant")))
    assert "These settings would have no administrator left" in answer
    form = await rights_form(world, "anna", ANNA)
    assert isinstance(await world.submits(ANNA, form, **filled(form, rights="send")), Invalid)
    assert (await rules(world)).grants == (Grant(await subject(world, ANNA), administer=True),)


# ------------------------------------------------------------------------------------------ roles


async def roles(world: World) -> dict[str, tuple[str, ...]]:
    """Members of roles, by user names."""
    async with world.store.read() as unit:
        names = {person(one.id): one.name for one in await unit.operators.of_desk(DESK)}
        table = await unit.operators.roles()
        return {str(name): tuple(names.get(one, one) for one in members) for name, members in table.items()}


async def test_roles_by_commands(world: World) -> None:
    await introduce(world, ANNA, BORIS, CLARA)
    for words in ("sales create @anna", "sales add @boris clara", "sales remove @anna", "night shift создать"):
        answer = await world.commands(BOSS, f"role {words}")
    assert await roles(world) == {"sales": ("boris", "clara"), "night shift": ()}
    assert "sales: Boris (@boris), Clara (@clara)" in whisper_text(await world.commands(ANNA, "role"))
    assert [button for row in listed(await world.commands(ANNA, "role")).rows for button in row.buttons] == []
    assert "night shift: nobody" in whisper_text(answer)
    assert "These people have not used the hub yet: dina" in whisper_text(
        await world.commands(BOSS, "role sales add dina")
    )
    for who, words, refused in (
        (ANNA, "sales add @anna", "Only the hub's administrators"),
        (BOSS, "support add @anna", "There is no role “support”"),
        (BOSS, "Sales create", "The role “Sales” already exists"),
        (BOSS, "boris create", "is an operator's user name"),
        (BOSS, "a,b create", "no commas"),
        (BOSS, "sales add", "Say who"),
        (BOSS, "sales remove @anna", "is not in the role"),
        (BOSS, "sales rename", "Enter the role's name"),
    ):
        assert refused in whisper_text(await world.commands(who, f"role {words}")), words


async def test_roles_by_forms(world: World) -> None:
    await introduce(world, ANNA, BORIS, CLARA)
    anna, boris = await subject(world, ANNA), await subject(world, BORIS)
    form = form_of(await world.presses(BOSS, pressable(await world.commands(BOSS, "role"), "role_form", "A role is")))
    assert isinstance(await world.submits(BOSS, form, name="sales", members="anna"), Invalid)
    await world.submits(BOSS, form, name="sales", members=f"{anna},{boris}")
    assert await roles(world) == {"sales": ("anna", "boris")}
    listing = await world.commands(BOSS, "role")
    form = form_of(await world.presses(BOSS, pressable(listing, "role_form", "sales")))
    late = form_of(await world.presses(BOSS, pressable(listing, "role_form", "sales")))
    await world.submits(BOSS, form, **filled(form, name="shop", members=anna))
    assert await roles(world) == {"shop": ("anna",)}
    assert "no role “sales”" in "".join(_errors(await world.submits(BOSS, late, **filled(late))))
    form = form_of(await world.presses(BOSS, pressable(await world.commands(BOSS, "role"), "role_form", "shop")))
    await world.commands(BOSS, "role shop add clara")
    assert "has just changed this role" in "".join(
        _errors(await world.submits(BOSS, form, **filled(form, members=boris)))
    )
    assert await roles(world) == {"shop": ("anna", "clara")}
    history = await world.presses(BOSS, pressable(await world.commands(BOSS, "role"), "role_changes"))
    assert "shop: Anna (@anna), Clara (@clara)" in whisper_text(history)


def _errors(answer: Answer) -> list[str]:
    assert isinstance(answer, Invalid)
    return list(answer.errors.values())


NAMES_SALES = AccountRules(
    responsible="sales",
    deadlines=Deadlines(10, escalate="sales"),
    grants=(Grant("sales"), Grant("boris", send=False)),
    everyone_reads=True,
)


async def test_a_deleted_role_leaves_nothing_behind(world: World) -> None:
    await world.store.transact(lambda unit: unit.operators.add_roles({SALES: ("anna",)}))
    await set_rules(world, NAMES_SALES)
    await introduce(world, ANNA, BORIS)
    boris = await subject(world, BORIS)
    assigned = await open_dialog(world)
    accepted = await world.customer_writes("Hi", chat="8")
    await world.deliver()
    returned = await world.dialog(accepted.dialog)
    await world.commands(ANNA, "accept", returned)
    await world.commands(ANNA, "redirect sales", returned)
    asks = await world.commands(BOSS, "role sales delete")
    answer = whisper_text(asks)
    assert "2 dialogs are in its queue" in answer
    for label in ("New dialogs", "Reply deadlines", "Rights"):
        assert f"the settings of Shop bot ({label})" in answer
    assert "sales" in await roles(world)  # it was only asked
    await world.presses(BOSS, pressable(asks, "role_delete"))
    await world.deliver()
    assert await roles(world) == {}
    for dialog in (assigned, returned):
        now = await world.dialog(dialog.id)
        assert (now.status, now.addressee) == (Status.NEW, None)
        assert "👥 The Boss deleted the role “sales”: the dialog is back in the common queue" in world.thread_texts(now)
    after = await rules(world)
    assert (after.responsible, after.deadlines.escalate, after.grants) == ("", "", (Grant(boris, send=False),))
    assert "no permission to reply" in whisper_text(await world.commands(ANNA, "accept", assigned))
    await world.store.transact(lambda unit: unit.operators.add_roles({SALES: ("anna",)}))  # hub.toml still names it
    assert await roles(world) == {}


async def test_a_renamed_role_is_renamed_everywhere(world: World) -> None:
    await world.store.transact(lambda unit: unit.operators.add_roles({SALES: ("anna",)}))
    await set_rules(world, NAMES_SALES)
    await introduce(world, ANNA)
    dialog = await open_dialog(world)
    await world.commands(BOSS, "role sales rename Shop floor")
    await world.deliver()
    assert await roles(world) == {"Shop floor": ("anna",)}
    now = await world.dialog(dialog.id)
    assert now.addressee is not None
    assert now.addressee.role == "Shop floor"
    after = await rules(world)
    assert (after.responsible, after.deadlines.escalate) == ("role:Shop floor", "Shop floor")
    assert after.grants[0].subject == "role:Shop floor"
    await world.commands(ANNA, "accept", dialog)
    responsible = (await world.dialog(dialog.id)).responsible

    async def anna(unit: Unit) -> OperatorId | None:
        found = await called(unit, dialog.desk, "anna")
        return found.id if found else None

    assert responsible == await world.store.transact(anna)
