"""User names become people before anything happens: a right is somebody's by the platform's id, never by a name.

Names of hub.toml are asked of the team chats at each start, and pinned to the id that bears them then; the pin counts
from then on, whoever takes the name later. A name that fits nobody or several is nobody's, and administrators are told.
Names that an older hub kept in roles and in accounts' rules are pinned once, at the first start that knows of this.
While a team chat does not answer, what was pinned before counts, and the rest is asked for again.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import structlog

from bot.delivery import admin_alerts
from bot.domain import Actor, Belonging, DeskName, Operator, OperatorId, RoleName
from bot.domain.access import of_role, only_a_name, person, same_name
from bot.domain.account_rules import AccountRules
from bot.hub.context import Hub
from bot.locale import N_
from bot.ports import DeliveryError, Finding, Naming
from bot.ports.storage import Unit

log = structlog.get_logger(__name__)

PATIENCE = 15.0
"""Seconds that a start waits for the team chats' answers."""
AGAIN, LATER = 15.0, 3600.0
"""Seconds until they are asked again: those that did not answer; all of them."""
SETTLED = "pins:settled"
"""The cursor that says: what an older hub kept by name has been pinned."""
NO_COLLEAGUES = (Belonging.BOT, Belonging.STRANGER)
"""Whoever is one of these is not meant by a name, whatever they call themselves."""
UNCLEAR = "?"
"""In an id's place: of a name that fitted several when it was looked up, and so is nobody's for good."""

NOBODY = N_("there is no user called “{name}”, so nobody has a right by this name")
SEVERAL = N_("“{name}” may mean several people, so nobody has a right by this name")
NO_DESK = N_("there are several team chats and “{name}” says none of them, so nobody has a right by this name")
KEPT_WITHOUT_DESK = N_("there are several team chats and “{name}” says none of them; it still means {person}")
OTHER = N_("“{name}” means {person}; somebody else has this user name now and has no right by it")
DEACTIVATED = N_("“{name}” means {person}, who is deactivated: nobody has a right by this name")
SILENT = N_("{desk} does not answer, so it is not known yet who “{name}” is")
KEPT = N_("“{name}” is only a name there, which fits nobody or several, so nobody has a right by it")
FOUND = N_("“{name}” is {person}")
CORRECT = N_("Correct the name.")
CHOOSE = N_("Choose the person there anew.")
WRITE = N_("Write instead: {lines}")
MEANT = N_("If they are meant, write instead: {lines}")


@dataclass(frozen=True, slots=True)
class Meant:
    """Who a name is: `operator` None nobody. `what` and `advice` are message ids with `values`; `fine`: nothing is to
    be done. `final` False: a team chat has not answered."""

    operator: OperatorId | None
    what: str
    advice: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    fine: bool = False
    final: bool = True


Answers = Mapping[DeskName, Sequence[Actor] | None]
"""What each team chat said of the names it was asked for; None: nothing."""

Places = Mapping[str, Sequence[str]]
"""Where names stand → the names."""


@dataclass(frozen=True)
class _Round:
    """What is looked at in one go. `named`: where hub.toml names people who count, by its key; `kept`: where names of
    an older hub stand, as people call it, and `staff`: whom the hub knows, as long as those are to be pinned."""

    named: Places
    kept: Places
    staff: Mapping[DeskName, Sequence[Operator]]
    first: bool

    @property
    def names(self) -> set[str]:
        return {name for names in (*self.named.values(), *self.kept.values()) for name in names}


class Pins:
    """`roles`: as hub.toml has them."""

    def __init__(self, hub: Hub, roles: Mapping[RoleName, Sequence[str]]) -> None:
        self._hub, self._roles = hub, roles
        self._open: Collection[str] | None = None  # names still to be pinned; None: all of them, at a start

    async def begin(self) -> None:
        """To be done before any event is taken; again, for what a team chat did not answer."""
        looked, meant, unclear = await self._settle()
        self._open = {name for name, one in meant.items() if not one.final}
        chosen = (meant[name].operator for name in self._hub.admins.names)
        self._hub.admins.ids = frozenset(one for one in chosen if one is not None)
        for where, name in _every(looked.named):
            await self._tell(where, meant[name])
        for where, name in _every(unclear):
            if name not in self._open:
                await self._tell(where, Meant(None, KEPT, CHOOSE, {"name": name}))

    async def run(self) -> None:
        while True:
            await self._hub.clock.sleep(AGAIN if self._open else LATER)
            await self.begin()

    async def findings(self) -> list[tuple[str, Finding]]:
        """For `hub check`, by the key of hub.toml. What is found is pinned, too."""
        looked, meant, _ = await self._settle(named_only=True)
        return [(where, self._finding(meant[name])) for where, name in _every(looked.named)]

    async def _tell(self, where: str, meant: Meant) -> None:
        if meant.fine or not meant.final:
            return
        finding = self._finding(meant)
        words = f"⚠️ {where}: {finding.what}. {finding.advice}".strip()
        log.warning("a name fits nobody, several, or somebody else by now", where=where)
        await admin_alerts.tell(self._hub, words, once=f"name:{where}:{finding.what}")

    def _finding(self, meant: Meant) -> Finding:
        say, values = self._hub.tr.gettext, meant.values
        advice = say(meant.advice).format(**values) if meant.advice else ""
        return Finding(meant.fine, say(meant.what).format(**values), advice)

    # ------------------------------------------------------------------------------------ one round

    async def _settle(self, *, named_only: bool = False) -> tuple[_Round, dict[str, Meant], Places]:
        """What was looked at, who it is, and where names stand for nobody now."""
        async with self._hub.store.read() as unit:
            looked = await self._look(unit, named_only)
        answers = await self._ask(looked)

        async def work(unit: Unit) -> tuple[dict[str, Meant], Places]:
            meant = {name: await self._who(unit, looked, answers, name) for name in sorted(looked.names)}
            if not named_only:
                await self._put_in_place(unit, looked, meant)
                if looked.first and all(one.final for one in meant.values()):
                    await unit.cursors.set(SETTLED, self._hub.clock.now().isoformat())
            return meant, await self._by_name(unit)

        return looked, *await self._hub.store.transact(work)

    async def _look(self, unit: Unit, named_only: bool) -> _Round:
        first = not await unit.cursors.get(SETTLED)
        roles = await unit.operators.roles()
        named: dict[str, Sequence[str]] = {"hub.admins": self._hub.admins.names}
        for role, members in self._roles.items():
            named[f"roles.{role}"] = await self._counting(unit, members, roles.get(role))
        for name, account in self._hub.accounts.items():
            rules = await unit.accounts.rules(name)
            stands = _subjects(rules) if rules is not None else None
            people = [one for one in _subjects(account.rules) if self._role(one, {*roles, *self._roles}) is None]
            named[f"accounts.{name}.initial"] = await self._counting(unit, people, stands)
        kept = await self._by_name(unit) if first and not named_only else {}
        staff = {desk: await unit.operators.of_desk(desk) if first else () for desk in self._hub.desks.by_name}
        return _Round(named, kept, staff, first)

    async def _by_name(self, unit: Unit) -> Places:
        """Where names stand in roles and in accounts' rules."""
        found, tr, roles = dict[str, Sequence[str]](), self._hub.tr.gettext, await unit.operators.roles()
        for role, members in roles.items():
            found[tr("Role “{role}”").format(role=role)] = [*filter(only_a_name, members)]
        for name in await unit.accounts.names():
            title = self._hub.accounts[name].title if name in self._hub.accounts else str(name)
            stands = _subjects(await unit.accounts.rules(name) or AccountRules())
            names = [one for one in stands if only_a_name(one) and self._role(one, roles) is None]
            found[tr("Settings of {account}").format(account=title)] = names
        return found

    async def _counting(self, unit: Unit, names: Sequence[str], stands: Sequence[str] | None) -> list[str]:
        """Of hub.toml's names those that still matter: what they are for is new (None), they wait to be pinned there,
        or have been."""
        return [one for one in names if stands is None or _stands(one, stands) or await self._pin(unit, one)]

    async def _ask(self, looked: _Round) -> Answers:
        """Those whom the hub knows by a name are asked for by their ids: they may be called otherwise by now."""
        wanted = defaultdict[DeskName, set[str]](set)
        for name in looked.names:
            for desk in self._desks(name):
                bare = self._split(name)[1]
                wanted[desk] |= {bare, *(one.user for one in looked.staff[desk] if same_name(one.name, bare))}
        found = await asyncio.gather(*(self._bearers(desk, names) for desk, names in wanted.items()))
        return dict(zip(wanted, found, strict=True))

    async def _bearers(self, desk: DeskName, names: Collection[str]) -> Sequence[Actor] | None:
        asked = self._hub.desks.by_name[desk]
        if not isinstance(asked, Naming):
            return ()
        try:
            async with asyncio.timeout(PATIENCE):
                return [one for one in await asked.bearers(names) if one.belongs not in NO_COLLEAGUES]
        except (DeliveryError, TimeoutError) as error:
            log.warning("a desk does not say who bears which name", desk=desk, error=str(error))
            return None

    # ----------------------------------------------------------------------------------- who a name is

    async def _who(self, unit: Unit, looked: _Round, answers: Answers, name: str) -> Meant:
        desk, bare = self._split(name)
        pinned = await self._pin(unit, name)
        if pinned and pinned != UNCLEAR:
            return await self._still(unit, answers, name, pinned)
        if desk is None and not any(same_name(one.name, bare) for staff in looked.staff.values() for one in staff):
            lines = ", ".join(f'"{one}:{bare}"' for one in self._hub.desks.by_name)
            return Meant(None, NO_DESK, WRITE, {"name": name, "lines": lines})
        silent = [one for one in self._desks(name) if answers[one] is None]
        if silent:
            return Meant(None, SILENT, "", {"name": name, "desk": silent[0]}, final=False)
        found = {where: one for at in self._desks(name) for where, one in self._fitting(looked, answers, at, bare)}
        if len(found) == 1 and not pinned and (self._open is None or name in self._open):
            [((where, _), actor)] = found.items()
            known = await unit.operators.of_user(where, actor.user)
            await unit.operators.upsert_operator(
                where, replace(actor, belongs=known.belongs) if known is not None else actor
            )
            await unit.cursors.note(_cursor(where, bare), f"{where}:{actor.user}")
            kept = await unit.cursors.get(_cursor(where, bare))  # another process may have been faster
            return await self._still(unit, answers, name, kept or "")
        if len(found) > 1 and desk is not None:
            await unit.cursors.note(_cursor(desk, bare), UNCLEAR)
        lines = ", ".join(f'"{where}:{user}"' for where, user in found)
        return Meant(None, SEVERAL if found else NOBODY, MEANT if found else CORRECT, {"name": name, "lines": lines})

    def _fitting(
        self, looked: _Round, answers: Answers, desk: DeskName, name: str
    ) -> Iterator[tuple[tuple[DeskName, str], Actor]]:
        """Those of a desk whom a name may mean: who bears it now; and, as long as names of an older hub are pinned,
        whom the hub has known by it."""
        bearers, naming = answers[desk] or (), isinstance(self._hub.desks.by_name[desk], Naming)
        there = [one for one in bearers if one.belongs is not Belonging.GONE]
        exact = [one for one in there if one.user == name]
        for actor in exact or [one for one in there if same_name(one.name, name)]:
            yield (desk, actor.user), actor
        ours = {one.user: one for one in bearers}
        for one in looked.staff[desk] if not exact else ():
            if same_name(one.name, name) and (one.user in ours or not naming):
                yield (desk, one.user), ours.get(one.user) or Actor(one.user, one.name)

    async def _pin(self, unit: Unit, name: str) -> str:
        """ "office:U123", or `UNCLEAR`; "" the name is not pinned, or (without its desk) in several."""
        bare = self._split(name)[1]
        found = [await unit.cursors.get(_cursor(desk, bare)) for desk in self._desks(name)]
        known = [one for one in found if one]
        return known[0] if len(known) == 1 else ""

    async def _still(self, unit: Unit, answers: Answers, name: str, pinned: str) -> Meant:
        """Who was pinned stays it, whoever has the name now."""
        desk, _, user = pinned.partition(":")
        where, bare = DeskName(desk), self._split(name)[1]
        known = await unit.operators.of_user(where, user) or await unit.operators.upsert_operator(
            where, Actor(user, "")
        )
        values = {"name": name, "person": f"{known.title} ({pinned})"}
        told = answers.get(where) or ()
        others = [
            one.user
            for one in told
            if one.belongs is not Belonging.GONE and one.user != user and same_name(one.name, bare)
        ]
        if others:
            return Meant(known.id, OTHER, MEANT, values | {"lines": ", ".join(f'"{desk}:{one}"' for one in others)})
        if any(one.user == user and one.belongs is Belonging.GONE for one in told):
            return Meant(known.id, DEACTIVATED, CORRECT, values)
        if self._split(name)[0] is None:
            return Meant(known.id, KEPT_WITHOUT_DESK, WRITE, values | {"lines": f'"{pinned}"'})
        return Meant(known.id, FOUND, values=values, fine=True)

    # --------------------------------------------------------------------------------- putting in place

    async def _put_in_place(self, unit: Unit, looked: _Round, meant: Mapping[str, Meant]) -> None:
        """New roles and accounts of hub.toml; and people instead of names, in those and in what stands there."""
        named, roles = looked.named, await unit.operators.lock_roles()

        def here(where: str) -> Mapping[str, Meant]:
            """What a name may become there: beside hub.toml's own places, names are pinned once."""
            return meant if looked.first else {name: meant[name] for name in named.get(where, ())}

        for role, members in roles.items():
            after = tuple(dict.fromkeys(_person(one, here(f"roles.{role}")) for one in members))
            if after != members:
                await unit.operators.set_role(role, after)
        new = {role: members for role, members in self._roles.items() if role not in roles}
        await unit.operators.add_roles({role: [_person(one, meant) for one in new[role]] for role in new})
        for name in sorted({*await unit.accounts.names(), *self._hub.accounts}):
            before = await unit.accounts.lock_rules(name)
            rules = before or self._hub.accounts[name].rules
            pinned = self._pinned(rules, {*roles, *new}, here(f"accounts.{name}.initial"))
            if pinned != before:
                await unit.accounts.set_rules(name, pinned)

    def _pinned(self, rules: AccountRules, roles: Collection[RoleName], meant: Mapping[str, Meant]) -> AccountRules:
        def subject(said: str) -> str:
            role = self._role(said, roles)
            return of_role(role) if role is not None else _person(said, meant)

        grants = tuple(replace(one, subject=subject(one.subject)) for one in rules.grants)
        return replace(rules, grants=grants, responsible=subject(rules.responsible))

    # ------------------------------------------------------------------------------------------- names

    def _split(self, name: str) -> tuple[DeskName | None, str]:
        """ "office:anna" → the desk and the user name. A bare name's desk is the only one, or unknown."""
        desks = self._hub.desks.by_name
        desk, colon, bare = name.strip().partition(":")
        if colon and desk in desks:
            return DeskName(desk), bare.strip().lstrip("@")
        return (next(iter(desks)) if len(desks) == 1 else None), name.strip().lstrip("@")

    def _desks(self, name: str) -> Sequence[DeskName]:
        desk = self._split(name)[0]
        return [desk] if desk is not None else [*self._hub.desks.by_name]

    def _role(self, said: str, roles: Collection[RoleName]) -> RoleName | None:
        """The role that rules mean: one that is said to be one, or a bare name that is a role's."""
        desk, _, named = said.partition(":")
        if desk == "role":
            return next((one for one in roles if same_name(one, named)), RoleName(named))
        return next((one for one in roles if same_name(one, said)), None) if not said.startswith("@") else None


def _cursor(desk: DeskName, name: str) -> str:
    """What keeps who a name is."""
    return f"pin:{desk}:{name.casefold()}"


def _subjects(rules: AccountRules) -> list[str]:
    return [*(one.subject for one in rules.grants), *filter(None, [rules.responsible])]


def _stands(name: str, among: Iterable[str]) -> bool:
    return any(only_a_name(one) and same_name(one, name) for one in among)


def _person(said: str, meant: Mapping[str, Meant]) -> str:
    who = meant[said].operator if said in meant and only_a_name(said) else None
    return said if who is None else person(who)


def _every(places: Places) -> Iterator[tuple[str, str]]:
    return ((where, name) for where, names in places.items() for name in names)
