"""What every part of the core works with, put together once by `bot.app.assembly`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo

from bot.domain import Account, AccountName, Operator, OperatorId, RoleName
from bot.domain.access import Rights, rights, roles_of
from bot.domain.account_rules import AccountRules
from bot.hub.tokens import Seal
from bot.locale import Translator, moment
from bot.ports import Bridge, Clock, Desks, Files
from bot.ports.crm import Crm
from bot.ports.storage import Store, Unit


@dataclass(slots=True)
class Administrators:
    """`names`: as hub.toml has them; `ids`: who they are, resolved at the start (`bot.automation.pinned_names`)."""

    names: tuple[str, ...] = ()
    ids: frozenset[OperatorId] = frozenset()


@dataclass(frozen=True, slots=True)
class Hub:
    """`marks` is "all" or "failures"; `correspondence`, "everyone" or "readers", is who reads
    what was said on accounts that they may not read, from a contact's card; `public_url` "" means that nobody outside
    reaches us; `crm` None: there is none outside. `secret` is hub.toml's; keys that others share with us are made
    of it. `country`: whose phone numbers are written without its code, "" nobody's."""

    store: Store
    clock: Clock
    files: Files
    desks: Desks
    bridges: Mapping[AccountName, Bridge]
    accounts: Mapping[AccountName, Account]
    seal: Seal
    tr: Translator
    locale: str = "en"
    admins: Administrators = field(default_factory=Administrators)
    marks: str = "all"
    correspondence: str = "everyone"
    zone: tzinfo = UTC
    public_url: str = ""
    crm: Crm | None = None
    secret: str = field(default="", repr=False)
    country: str = ""

    def when(self, at: datetime) -> str:
        """A moment as the people of this hub read it."""
        return moment(at, self.locale, self.zone, self.clock.now())

    async def account(self, unit: Unit, name: AccountName) -> Account:
        """The account with its behaviour of today. An account that hub.toml no longer names keeps its dialogs
        and its rules."""
        account = self._wired(name)
        return _ruled(account, await unit.accounts.rules(name))

    async def standing(self, unit: Unit, operator: Operator, account: AccountName) -> Standing:
        """Who the operator is on this account."""
        rules, everybody = await unit.accounts.rules_and_roles(account)
        roles, ruled = roles_of(operator.id, everybody), _ruled(self._wired(account), rules)
        return Standing(operator, ruled, roles, self._rights(operator, roles, ruled.rules))

    def _wired(self, name: AccountName) -> Account:
        """As hub.toml has it, or as much as is known of one that it no longer names."""
        return self.accounts.get(name) or Account(name, "", str(name), next(iter(self.desks.by_name)), "")

    async def readable(self, unit: Unit, operator: Operator) -> tuple[AccountName, ...]:
        """Accounts whose dialogs the operator may see."""
        roles = roles_of(operator.id, await unit.operators.roles())
        return tuple(
            [
                name
                for name in self.accounts
                if self._rights(operator, roles, (await self.account(unit, name)).rules).read
            ]
        )

    def includes(self, operator: Operator) -> bool:
        """Whether the operator is one of the desk's audience or an administrator of the hub. All others are confined to
        the dialogs of accounts that let them in by a grant: contacts as such are not theirs to look up."""
        return self._rights(operator, frozenset(), AccountRules()).read

    async def admits(self, unit: Unit, operator: Operator) -> bool:
        """Whether the operator may use the hub at all."""
        return self.includes(operator) or bool(await self.readable(unit, operator))

    def _rights(self, operator: Operator, roles: frozenset[RoleName], rules: AccountRules) -> Rights:
        return rights(operator, roles, rules, self.admins.ids)


def _ruled(account: Account, rules: AccountRules | None) -> Account:
    return account if rules is None else replace(account, rules=rules)


@dataclass(frozen=True, slots=True)
class Standing:
    """An operator with their roles and their rights on one account, as it behaves today."""

    operator: Operator
    account: Account
    roles: frozenset[RoleName]
    rights: Rights
