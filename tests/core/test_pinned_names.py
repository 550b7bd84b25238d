"""Names in hub.toml, and those that an older hub kept, are bound to people before anything happens; on both
databases."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

import pytest

from bot.automation.pinned_names import AGAIN, Pins
from bot.domain import AccountName, Actor, Belonging, DeskName, OperatorId, RoleName
from bot.domain.access import Rights, of_role, person
from bot.domain.account_rules import AccountRules, Grant
from bot.hub.context import Administrators
from bot.ports import Desks, Unavailable
from tests.clock import ManualClock
from tests.core.world import DESK, SHOP, MemoryDesk, World, member
from tests.waiting import FACT

NONE = Rights()
SUPPORT = DeskName("support")
SALES, LEADS = RoleName("sales"), RoleName("leads")
HIDDEN = AccountRules(everyone_reads=False)
ANNA, OTHER = member("U1", "anna", "Anna"), member("U2", "anna", "Anna")
BORIS = member("U3", "boris", "Boris")


@dataclass
class RestartedHub:
    """A hub with this hub.toml, started again and again. `people`: of each desk."""

    world: World
    people: dict[DeskName, list[Actor]] = field(default_factory=dict)
    roles: dict[RoleName, Sequence[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.world.names_pinned = True
        self.people[DESK] = self.world.desk.people
        self.pins = Pins(self.world.hub, self.roles)

    def configured(
        self,
        *,
        admins: Sequence[str] = (),
        roles: dict[RoleName, Sequence[str]] | None = None,
        rules: AccountRules = HIDDEN,
        desks: Sequence[DeskName] = (DESK,),
    ) -> None:
        hub, world = self.world.hub, self.world
        more = {name: MemoryDesk(people=self.people.setdefault(name, [])) for name in desks if name != DESK}
        account = replace(hub.accounts[SHOP], rules=rules)
        self.roles = roles or {}
        world.hub = replace(
            hub,
            desks=Desks({DESK: world.desk, **more}),
            admins=Administrators(tuple(admins)),
            accounts={SHOP: account},
        )

    def there(self, *actors: Actor, desk: DeskName = DESK, left: bool = False) -> None:
        """Adds these people to the desk's workspace."""
        ids = {one.user for one in actors}
        kept = self.people.setdefault(desk, [])
        gone = {"belongs": Belonging.GONE} if left else {}
        kept[:] = [*(one for one in kept if one.user not in ids), *(replace(one, **gone) for one in actors)]

    async def start(self) -> None:
        self.pins = Pins(self.world.hub, self.roles)
        await self.pins.begin()

    async def knew(self, *actors: Actor, desk: DeskName = DESK) -> None:
        """Makes them known to an older hub."""
        for actor in actors:
            await self.world.store.transact(lambda unit, one=actor: unit.operators.upsert_operator(desk, one))  # type: ignore[misc]

    async def kept(self, rules: AccountRules, roles: dict[RoleName, Sequence[str]] | None = None) -> None:
        """Stores rules as an older hub did."""
        await self.world.store.transact(lambda unit: unit.accounts.set_rules(SHOP, rules))
        await self.world.store.transact(lambda unit: unit.operators.add_roles(roles or {}))

    async def rights(self, actor: Actor, desk: DeskName = DESK) -> Rights:
        hub = self.world.hub

        async def asked(unit):  # type: ignore[no-untyped-def]
            operator = await unit.operators.upsert_operator(desk, actor)
            return (await hub.access(unit, operator, SHOP)).rights

        found: Rights = await self.world.store.transact(asked)
        return found

    async def number(self, user: str, desk: DeskName = DESK) -> OperatorId:
        async with self.world.store.read() as unit:
            found = await unit.operators.of_user(desk, user)
        assert found is not None
        return found.id

    async def members(self, role: RoleName) -> tuple[str, ...]:
        async with self.world.store.read() as unit:
            return (await unit.operators.roles())[role]

    async def grants(self) -> tuple[Grant, ...]:
        async with self.world.store.read() as unit:
            rules = await unit.accounts.rules(SHOP)
        return rules.grants if rules is not None else ()

    async def told(self) -> list[str]:
        """Messages to administrators since the last call."""
        await self.world.deliver()
        words = [row.text.characters for _, view in self.world.desk.direct_messages for row in view.rows]
        self.world.desk.direct_messages.clear()
        return words

    async def found(self) -> list[tuple[str, bool, str, str]]:
        """Findings of `hub check`."""
        checked = await Pins(self.world.hub, self.roles).findings()
        return [(where, one.ok, one.what, one.advice) for where, one in checked]


@pytest.fixture
def office(world: World) -> RestartedHub:
    return RestartedHub(world)


# ------------------------------------------------------------------------------------- administrators


async def test_an_administrator_is_whoever_bears_the_name_at_the_start(office: RestartedHub) -> None:
    office.configured(admins=["@Anna"])
    office.there(ANNA, BORIS)
    await office.start()
    assert (await office.rights(ANNA)).administer
    assert not (await office.rights(BORIS)).administer
    assert await office.told() == []


async def test_a_renamed_administrator_stays_one_and_the_next_of_that_name_is_none(office: RestartedHub) -> None:
    office.configured(admins=["anna"])
    office.there(ANNA)
    await office.start()
    renamed = replace(ANNA, name="anna.k")
    office.there(renamed, OTHER)
    for _ in range(2):
        assert (await office.rights(renamed)).administer
        assert await office.rights(OTHER) == Rights(read=True, send=True)  # open to everyone while nobody is named
        await office.start()
    [words] = await office.told()  # once
    assert words.startswith("⚠️ hub.admins: “anna” means Anna (main:U1); someone else now has this user name")
    assert 'replace it with: "main:U2"' in words
    [(where, ok, _, advice)] = await office.found()
    assert (where, ok, "main:U2" in advice) == ("hub.admins", False, True)


async def test_whose_name_was_freed_keeps_it_from_others(office: RestartedHub) -> None:
    office.configured(admins=["anna"])
    office.there(ANNA)
    await office.start()
    office.there(ANNA, left=True)
    office.there(OTHER)
    await office.start()
    assert not (await office.rights(OTHER)).administer


async def test_an_id_is_a_name_that_nobody_chooses(office: RestartedHub) -> None:
    office.configured(admins=["main:U2"])
    office.there(member("U9", "U2", "Liar"), OTHER)
    await office.start()
    assert (await office.rights(OTHER)).administer
    assert not (await office.rights(member("U9", "U2", "Liar"))).administer


async def test_who_is_not_there_has_no_right_until_the_next_start(office: RestartedHub) -> None:
    office.configured(admins=["anna", "boris"])
    office.there(BORIS)
    await office.start()
    [words] = await office.told()
    assert "there is no user “anna”, so this name gives no one any rights" in words
    office.there(ANNA)
    await office.pins.begin()  # in the background: someone who takes the name meanwhile gains nothing
    assert not (await office.rights(ANNA)).administer
    await office.start()
    assert (await office.rights(ANNA)).administer


async def test_a_hub_at_work_asks_a_team_chat_again_that_was_away(office: RestartedHub, clock: ManualClock) -> None:
    office.configured(admins=["anna"])
    office.there(ANNA)
    office.world.desk.fail["bearers"] = [Unavailable("away")]
    await office.start()
    assert not (await office.rights(ANNA)).administer
    running = asyncio.create_task(office.pins.run())
    async with asyncio.timeout(FACT):
        while not (await office.rights(ANNA)).administer:
            clock.advance(AGAIN)
            await asyncio.sleep(0.01)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_while_a_team_chat_is_away_pins_count_and_nothing_else(office: RestartedHub) -> None:
    office.configured(admins=["anna"])
    office.there(ANNA, BORIS)
    await office.start()
    office.configured(admins=["anna", "boris"], roles={SALES: ["boris"]})
    office.world.desk.fail["bearers"] = [Unavailable("away"), Unavailable("away")]
    await office.start()
    assert (await office.rights(ANNA)).administer
    assert not (await office.rights(BORIS)).administer
    assert await office.told() == []
    await office.pins.begin()  # still away
    assert not (await office.rights(BORIS)).administer
    await office.pins.begin()
    assert (await office.rights(BORIS)).administer
    assert await office.members(SALES) == (person(await office.number("U3")),)


async def test_a_user_called_as_a_role_is_no_member_of_it(office: RestartedHub) -> None:
    leader = member("U5", "leads", "leads")
    rules = replace(HIDDEN, grants=(Grant("leads", administer=True),))
    office.configured(admins=["leads"], roles={LEADS: ["anna"]}, rules=rules)
    office.there(ANNA, BORIS)
    await office.start()
    office.there(leader)
    await office.pins.begin()
    assert await office.rights(leader) == NONE
    assert (await office.rights(ANNA)).administer
    assert await office.grants() == (Grant("role:leads", administer=True),)
    await office.start()  # hub.toml means a person there, and this is who has the name now
    assert (await office.rights(leader)).administer
    assert await office.members(LEADS) == (person(await office.number("U1")),)


async def test_who_is_said_to_be_a_role_is_no_person(office: RestartedHub) -> None:
    rules = replace(HIDDEN, grants=(Grant("role:leeds"),), responsible="role:leads")
    office.configured(roles={LEADS: ["anna"]}, rules=rules)
    office.there(ANNA, member("U5", "leeds", ""), member("U6", "role:leeds", ""))
    await office.start()
    assert await office.rights(member("U5", "leeds", "")) == NONE
    assert await office.rights(member("U6", "role:leeds", "")) == NONE
    async with office.world.store.read() as unit:
        kept = await unit.accounts.rules(SHOP)
    assert kept is not None
    assert kept.responsible == of_role(LEADS)


# -------------------------------------------------------------------------------------- several desks


async def test_a_name_says_its_desk_where_there_are_several(office: RestartedHub) -> None:
    elsewhere = member("S1", "anna", "Anna too")
    office.configured(
        admins=["main:anna", "boris"], rules=replace(HIDDEN, grants=(Grant("support:anna"),)), desks=(DESK, SUPPORT)
    )
    office.there(ANNA, BORIS)
    office.there(elsewhere, desk=SUPPORT)
    await office.start()
    assert (await office.rights(ANNA)).administer
    assert await office.rights(elsewhere, SUPPORT) == Rights(read=True, send=True)
    assert await office.rights(BORIS) == NONE
    [words] = await office.told()
    assert "“boris” does not name one" in words
    assert 'Replace it with: "main:boris", "support:boris"' in words
    wrong = [(where, advice) for where, ok, _, advice in await office.found() if not ok]
    assert wrong == [("hub.admins", 'Replace it with: "main:boris", "support:boris"')]


async def test_a_bare_name_goes_on_to_mean_who_it_meant_before_there_was_a_second_desk(office: RestartedHub) -> None:
    office.configured(admins=["anna"])
    office.there(ANNA)
    await office.start()
    office.configured(admins=["anna"], desks=(DESK, SUPPORT))
    office.there(member("S1", "anna", "Anna"), desk=SUPPORT)
    await office.start()
    assert (await office.rights(ANNA)).administer
    assert not (await office.rights(member("S1", "anna", "Anna"), SUPPORT)).administer
    [words] = await office.told()
    assert "it still means Anna (main:U1)" in words
    assert 'Replace it with: "main:U1"' in words


# -------------------------------------------------------------------------------------- an older hub's


async def test_what_an_older_hub_kept_by_name_is_pinned_once(office: RestartedHub) -> None:
    office.configured(admins=["boris"])
    office.there(ANNA, BORIS)
    await office.knew(ANNA, BORIS)
    grants = (Grant("@Anna", administer=True), Grant("Sales"), Grant("gone", send=False))
    await office.kept(replace(HIDDEN, grants=grants, responsible="anna"), {SALES: ("boris", "@boris", "dina")})
    await office.start()
    anna, boris = person(await office.number("U1")), person(await office.number("U3"))
    assert await office.grants() == (Grant(anna, administer=True), Grant("role:sales"), Grant("gone", send=False))
    assert await office.members(SALES) == (boris, "dina")
    messages = await office.told()
    assert sorted(one.split(":")[0] for one in messages) == ["⚠️ Role “sales”", "⚠️ Settings of Shop bot"]
    assert all("Choose the person there again." in one for one in messages)
    office.there(member("U7", "dina", ""), member("U8", "gone", ""))
    await office.start()
    assert await office.members(SALES) == (boris, "dina")
    assert await office.rights(member("U8", "gone", "")) == NONE
    assert await office.told() == []


async def test_whoever_renamed_themselves_before_the_upgrade_keeps_their_rights(office: RestartedHub) -> None:
    office.configured()
    renamed = replace(ANNA, name="anna.k")
    office.there(renamed)
    await office.knew(ANNA)
    await office.kept(replace(HIDDEN, grants=(Grant("anna"),)))
    await office.start()
    assert (await office.rights(renamed)).send


@pytest.mark.parametrize("left", [False, True])
async def test_a_name_that_was_taken_over_before_the_upgrade_is_nobodys(office: RestartedHub, left: bool) -> None:
    """Nobody can say whom it meant."""
    office.configured(admins=["anna"], roles={SALES: ["anna"]})
    office.there(ANNA if left else replace(ANNA, name="anna.k"), left=left)
    office.there(OTHER)
    await office.knew(ANNA)
    await office.kept(replace(HIDDEN, grants=(Grant("anna"),)), {SALES: ("anna",)})
    await office.start()
    assert await office.rights(OTHER) == NONE
    assert await office.members(SALES) == ("anna",)
    assert not office.world.hub.admins.ids
    [(_, ok, _, advice), *_] = await office.found()
    assert (ok, "main:U2" in advice) == (False, True)
    await office.start()
    assert not office.world.hub.admins.ids
    office.configured(admins=["main:U2"])
    await office.start()
    assert (await office.rights(OTHER)).administer
    messages = await office.told()  # as soon as there is someone to notify
    assert sorted(one.split(":")[0] for one in messages) == ["⚠️ Role “sales”", "⚠️ Settings of Shop bot"]


async def test_a_stranger_of_that_name_takes_nothing_from_who_had_it(office: RestartedHub) -> None:
    """Someone in another company's team: the platform does not count them among ours."""
    office.configured(admins=["anna"])
    office.there(ANNA)
    await office.knew(ANNA, member("UEXT", "anna", "Somebody else"))
    await office.start()
    assert (await office.rights(ANNA)).administer
    assert not (await office.rights(member("UEXT", "anna", "Somebody else"))).administer


async def test_what_an_older_hub_kept_waits_for_a_team_chat_that_is_away(office: RestartedHub) -> None:
    office.configured()
    office.there(ANNA)
    await office.knew(ANNA)
    await office.kept(replace(HIDDEN, grants=(Grant("anna"),)))
    office.world.desk.fail["bearers"] = [Unavailable("away")]
    await office.start()
    assert await office.rights(ANNA) == NONE
    await office.pins.begin()
    assert (await office.rights(ANNA)).send


async def test_a_bare_name_of_several_desks_is_pinned_at_the_upgrade_if_one_bears_it(office: RestartedHub) -> None:
    office.configured(admins=["anna", "boris"], desks=(DESK, SUPPORT))
    office.there(ANNA, BORIS)
    office.there(member("S3", "boris", ""), desk=SUPPORT)
    await office.knew(ANNA, BORIS)
    await office.knew(member("S3", "boris", ""), desk=SUPPORT)
    await office.start()
    assert (await office.rights(ANNA)).administer
    assert not (await office.rights(BORIS)).administer
    assert not (await office.rights(member("S3", "boris", ""), SUPPORT)).administer


async def test_accounts_that_hub_toml_no_longer_names_are_pinned_too(office: RestartedHub) -> None:
    office.configured()
    office.there(ANNA)
    await office.knew(ANNA)
    old = AccountName("old")
    await office.world.store.transact(lambda unit: unit.accounts.set_rules(old, AccountRules(grants=(Grant("anna"),))))
    await office.start()
    async with office.world.store.read() as unit:
        rules = await unit.accounts.rules(old)
    assert rules is not None
    assert rules.grants == (Grant(person(await office.number("U1"))),)


async def test_a_role_that_was_taken_away_does_not_come_back(office: RestartedHub) -> None:
    office.configured(roles={SALES: ["anna"]})
    office.there(ANNA)
    await office.start()
    await office.world.store.transact(lambda unit: unit.operators.remove_role(SALES))
    await office.start()
    async with office.world.store.read() as unit:
        assert await unit.operators.roles() == {}


async def test_an_administrator_who_was_deactivated_is_named(office: RestartedHub) -> None:
    """Nobody else is notified that the hub has no administrator left."""
    office.configured(admins=["anna"])
    office.there(ANNA)
    await office.start()
    office.there(ANNA, left=True)
    [(where, ok, what, _)] = await office.found()
    assert (where, ok) == ("hub.admins", False)
    assert "“anna” means Anna (main:U1), who is deactivated" in what
