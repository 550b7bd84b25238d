"""Lists of many pages in one look: what each page is sent is what its operator alone would read, whoever else looks."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from bot.domain import Account, AccountName, Actor
from bot.domain.access import person
from bot.domain.account_rules import AccountRules, Grant
from bot.handlers.web_desk import WebDeskQueries
from bot.ports import ListState, ListView
from tests.core.helpers import open_dialog, register_operators
from tests.core.world import ANNA, BORIS, CLARA, DESK, SHOP, World, member

DIANA, EVA = member("U4", "diana", "Diana"), member("U5", "eva", "Eva")
ALL = (ANNA, BORIS, CLARA, DIANA, EVA)
SECTIONS = ("new", "work", "mine", "all", "closed")


async def looked_at(world: World, *views: ListView) -> list[ListState]:
    return list(await world.web_desk.lists(DESK, views))


async def busy(world: World) -> None:
    """Dialogs in every state, each in the hands of someone else."""
    await register_operators(world, *ALL)
    for number, words in enumerate(
        ("", "accept", "redirect @boris", "accept", "accept", "close Spam", "redirect @sales", "accept")
    ):
        await world.customer_writes(f"Hello {number}", chat=str(number), name=f"Vera {number}")
        await world.deliver()
        if words:
            await world.commands(ALL[number % 3], words, await world.dialog(number + 1))
    await world.commands(ANNA, "add @clara", await world.dialog(4))
    await world.commands(BORIS, "add @diana", await world.dialog(5))
    await world.deliver()


async def test_each_page_is_sent_what_its_operator_alone_would_read(world: World) -> None:
    await busy(world)
    views = [
        ListView(actor, section, account, text)
        for actor, section, account, text in product(ALL, SECTIONS, (None, SHOP), ("", "Vera 3"))
    ]
    told = await looked_at(world, *views)
    seen = 0
    for view, state in zip(views, told, strict=True):
        alone = await world.web_desk.list(DESK, view.actor, view.section, account=view.account, text=view.text)
        assert list(state.rows) == list(alone), view
        assert state.counters == await world.web_desk.counters(DESK, view.actor), view
        seen += len(alone)
    assert seen > 100, "the world is not empty"


async def test_those_who_see_the_same_get_the_same_object(world: World) -> None:
    await busy(world)
    [diana, eva] = [ListView(one, "all") for one in (DIANA, EVA)]
    [one, other] = await looked_at(world, replace(eva, section="new"), replace(ANNA_VIEW, section="new"))
    assert one.rows is other.rows
    [one, other] = await looked_at(world, diana, eva)
    assert one.rows == other.rows
    assert one.rows is not other.rows, "a dialog is new to Diana, so she is looked for by herself"


ANNA_VIEW = ListView(ANNA, "new")


async def test_nothing_of_an_account_reaches_the_pages_of_those_who_may_not_read_it(world: World) -> None:
    """Rights count from the next look on, whatever an earlier look has found."""
    site = Account(AccountName("site"), "memory", "Site", DESK, "support", AccountRules())
    world.hub = replace(world.hub, accounts={**world.hub.accounts, site.name: site})
    world.web_desk = WebDeskQueries(world.hub)
    await open_dialog(world, "the secret of the shop")
    await register_operators(world, *ALL)
    views = [ListView(one, section) for one, section in product(ALL, SECTIONS)]
    states = await looked_at(world, *views)
    assert all(state.rows for view, state in zip(views, states, strict=True) if view.section == "all")

    async with world.store.read() as unit:
        anna = await unit.operators.of_user(DESK, ANNA.user)
    assert anna is not None
    only_anna = AccountRules(grants=(Grant(person(anna.id)),), everyone_reads=False)
    await world.store.transact(lambda unit: unit.accounts.set_rules(SHOP, only_anna))
    for view, state in zip(views, await looked_at(world, *views), strict=True):
        mine = view.actor == ANNA and view.section in ("new", "all")
        assert bool(state.rows) == mine, view
        assert bool(state.counters["all"]) == (view.actor == ANNA)


async def test_a_look_for_twenty_pages_costs_what_one_costs(world: World) -> None:
    await busy(world)
    people = [Actor(f"P{number}", f"p{number}", f"P {number}", belongs=EVA.belongs) for number in range(20)]
    await looked_at(world, *[ListView(one, "new") for one in people])
    [first, *others] = await looked_at(world, *[ListView(one, "new") for one in people])
    assert all(one.rows is first.rows and one.counters is first.counters for one in others)
