"""Pins user names to people at startup: a right belongs to a platform's id, never to a name.

Names in hub.toml are looked up in the team chats at each start and pinned to the id that has them then; from then on
the pin counts, whoever takes the name later. A name that fits nobody, or several people, means nobody, and
administrators are told. Names that an older hub stored in roles and accounts' rules are pinned once, at the first start
after the upgrade. While a team chat does not respond, existing pins count and the other names are looked up again
later.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from bot.automation.name_resolution import CHOOSE, KEPT, Bearers, DeskAnswers, NameMeaning, NameResolver
from bot.delivery import admin_alerts
from bot.domain import AccountName, Actor, Belonging, DeskName, Operator, RoleName
from bot.domain.access import of_role, only_a_name, person, same_name
from bot.domain.account_rules import FIRST_DEADLINES, AccountRules
from bot.hub.context import Hub
from bot.ports import DeliveryError, Finding, Naming
from bot.ports.storage import Unit

log = structlog.get_logger(__name__)

PATIENCE = 15.0
"""Seconds that startup waits for the team chats' responses."""
AGAIN, LATER = 15.0, 3600.0
"""Seconds until the next lookup: in the desks that did not respond; in all of them."""
SETTLED = "pins:settled"
"""Cursor that is set once names stored by an older hub have been pinned."""
NO_COLLEAGUES = (Belonging.BOT, Belonging.FOREIGN)
"""Users whom a name never means, whatever they call themselves."""

Places = Mapping[str, Sequence[str]]
"""Names by place: a key of hub.toml, or the title of a role or of an account's settings."""


@dataclass(frozen=True)
class _Round:
    """Input of one round. `named`: names in hub.toml that matter. Only the `first` round pins the names of an older
    hub: `kept`, by place, and `staff`, the operators that the hub knows."""

    named: Places
    kept: Places
    staff: Mapping[DeskName, Sequence[Operator]]
    first: bool

    @property
    def names(self) -> set[str]:
        return {name for names in (*self.named.values(), *self.kept.values()) for name in names}


class Pins:
    """Pins names at startup, and again until every team chat has responded. `roles`: those in hub.toml."""

    def __init__(self, hub: Hub, roles: Mapping[RoleName, Sequence[str]]) -> None:
        self._hub, self._roles, self._names = hub, roles, NameResolver(hub)
        self._open: Collection[str] | None = None  # names still to be pinned; None: all of them, at startup

    async def begin(self) -> None:
        """Pins names and tells administrators about those that mean nobody. Runs before any event is accepted."""
        looked, meant, unclear = await self._settle()
        self._open = {name for name, one in meant.items() if not one.final}
        chosen = (meant[name].operator for name in self._hub.admins.names)
        self._hub.admins.ids = frozenset(one for one in chosen if one is not None)
        for where, name in _every(looked.named):
            await self._tell(where, meant[name])
        for where, name in _every(unclear):
            if name not in self._open:
                await self._tell(where, NameMeaning(None, KEPT, CHOOSE, {"name": name}))

    async def run(self) -> None:
        while True:
            await self._hub.clock.sleep(AGAIN if self._open else LATER)
            await self.begin()

    async def findings(self) -> list[tuple[str, Finding]]:
        """Findings for `hub check`, by key of hub.toml; pins the names, too."""
        looked, meant, _ = await self._settle(named_only=True)
        return [(where, self._finding(meant[name])) for where, name in _every(looked.named)]

    async def _tell(self, where: str, meant: NameMeaning) -> None:
        if meant.fine or not meant.final:
            return
        finding = self._finding(meant)
        words = f"⚠️ {where}: {finding.what}. {finding.advice}".strip()
        log.warning("a name matches no one, several people or someone else", where=where)
        await admin_alerts.tell(self._hub, words, once=f"name:{where}:{finding.what}")

    def _finding(self, meant: NameMeaning) -> Finding:
        say, values = self._hub.tr.gettext, meant.values
        advice = say(meant.advice).format(**values) if meant.advice else ""
        return Finding(meant.fine, say(meant.what).format(**values), advice)

    # ------------------------------------------------------------------------------------ one round

    async def _settle(self, *, named_only: bool = False) -> tuple[_Round, dict[str, NameMeaning], Places]:
        """One round: its input, the people that names mean, and the places of names that mean nobody."""
        async with self._hub.store.read() as unit:
            looked = await self._look(unit, named_only)
        asked = DeskAnswers(looked.staff, await self._ask(looked))

        async def work(unit: Unit) -> tuple[dict[str, NameMeaning], Places]:
            meant = {name: await self._resolved(unit, name, asked) for name in sorted(looked.names)}
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
        """Bare names in roles and in accounts' rules."""
        found, tr, roles = dict[str, Sequence[str]](), self._hub.tr.gettext, await unit.operators.roles()
        for role, members in roles.items():
            found[tr("Role “{role}”").format(role=role)] = [*filter(only_a_name, members)]
        for name in await unit.accounts.names():
            title = self._hub.title(name)
            stands = _subjects(await unit.accounts.rules(name) or AccountRules())
            names = [one for one in stands if only_a_name(one) and self._role(one, roles) is None]
            found[tr("Settings of {account}").format(account=title)] = names
        return found

    async def _counting(self, unit: Unit, names: Sequence[str], stands: Sequence[str] | None) -> list[str]:
        """Names in hub.toml that still matter: their role or account is new (None), they wait there to be pinned, or
        are pinned."""
        return [one for one in names if stands is None or _stands(one, stands) or await self._names.pinned(unit, one)]

    async def _resolved(self, unit: Unit, name: str, asked: DeskAnswers) -> NameMeaning:
        return await self._names.resolve(unit, name, asked, pins=self._open is None or name in self._open)

    async def _ask(self, looked: _Round) -> Bearers:
        """Asks the team chats who has the names; operators known by one are looked up by id, too, in case they were
        renamed."""
        wanted = defaultdict[DeskName, set[str]](set)
        for name in looked.names:
            for desk in self._names.desks(name):
                bare = self._names.split(name)[1]
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
            log.warning("failed to look up user names in a team chat", desk=desk, error=str(error))
            return None

    # --------------------------------------------------------------------------------- applying

    async def _put_in_place(self, unit: Unit, looked: _Round, meant: Mapping[str, NameMeaning]) -> None:
        """Creates roles and accounts new in hub.toml, and replaces names by people in them and in the stored ones."""
        named, roles = looked.named, await unit.operators.lock_roles()

        def here(where: str) -> Mapping[str, NameMeaning]:
            """Names that may be replaced there: outside hub.toml's own places, names are pinned only once."""
            return meant if looked.first else {name: meant[name] for name in named.get(where, ())}

        for role, members in roles.items():
            after = tuple(dict.fromkeys(_person(one, here(f"roles.{role}")) for one in members))
            if after != members:
                await unit.operators.set_role(role, after)
        new = {role: members for role, members in self._roles.items() if role not in roles}
        await unit.operators.add_roles({role: [_person(one, meant) for one in new[role]] for role in new})
        for name in sorted({*await unit.accounts.names(), *self._hub.accounts}):
            before = await unit.accounts.lock_rules(name)
            rules = before or await self._first(unit, name)
            pinned = self._pinned(rules, {*roles, *new}, here(f"accounts.{name}.initial"))
            if pinned != before:
                await unit.accounts.set_rules(name, pinned)

    async def _first(self, unit: Unit, name: AccountName) -> AccountRules:
        """Returns the rules of an account without stored ones: those of hub.toml and, when no customer has ever written
        to it, the deadlines of a new account."""
        rules = self._hub.accounts[name].rules
        return rules if name in await unit.accounts.with_chats() else replace(rules, deadlines=FIRST_DEADLINES)

    def _pinned(
        self, rules: AccountRules, roles: Collection[RoleName], meant: Mapping[str, NameMeaning]
    ) -> AccountRules:
        def subject(said: str) -> str:
            role = self._role(said, roles)
            return of_role(role) if role is not None else _person(said, meant)

        grants = tuple(replace(one, subject=subject(one.subject)) for one in rules.grants)
        return replace(rules, grants=grants, responsible=subject(rules.responsible))

    # ------------------------------------------------------------------------------------------- names

    def _role(self, said: str, roles: Collection[RoleName]) -> RoleName | None:
        """Role that rules mean: marked as a role, or a bare name that is a role's."""
        desk, _, named = said.partition(":")
        if desk == "role":
            return next((one for one in roles if same_name(one, named)), RoleName(named))
        return next((one for one in roles if same_name(one, said)), None) if not said.startswith("@") else None


def _subjects(rules: AccountRules) -> list[str]:
    return [*(one.subject for one in rules.grants), *filter(None, [rules.responsible])]


def _stands(name: str, among: Iterable[str]) -> bool:
    return any(only_a_name(one) and same_name(one, name) for one in among)


def _person(said: str, meant: Mapping[str, NameMeaning]) -> str:
    who = meant[said].operator if said in meant and only_a_name(said) else None
    return said if who is None else person(who)


def _every(places: Places) -> Iterator[tuple[str, str]]:
    return ((where, name) for where, names in places.items() for name in names)
