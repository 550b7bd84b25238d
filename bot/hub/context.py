"""Context of the core, assembled once by `bot.app.assembly`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from bot.domain import Account, AccountName, DeskName, Dialog, Operator, OperatorId, RoleName
from bot.domain.access import Rights, rights, roles_of
from bot.domain.account_rules import AccountRules
from bot.domain.text import shorten
from bot.domain.value import replace, value
from bot.hub.intake import Intake
from bot.hub.offers import PICKS, Face, Offers
from bot.hub.past import Past
from bot.hub.tokens import Seal, Ticket
from bot.locale import Translator, moment
from bot.ports import Bridge, Clock, Desks, Files
from bot.ports.crm import Crm
from bot.ports.storage import Store, Unit
from bot.views.values import Button

LABEL = 70
"""Characters of a button's label that every team chat shows."""


@dataclass(slots=True)
class Administrators:
    """Administrators of the hub. `names`: as written in hub.toml; `ids`: the operators they mean, resolved at startup
    (`bot.automation.pinned_names`)."""

    names: tuple[str, ...] = ()
    ids: frozenset[OperatorId] = frozenset()


@value
class Hub:
    """Everything a use case needs of the hub. `marks` is "all" or "failures". `correspondence` ("everyone" or
    "readers"): who may read, from a contact's card, what was said on accounts they have no right to read. `public_url`
    "": the hub cannot be reached from outside. `crm` None: there is no external CRM. `secret`: hub.toml's; keys shared
    with others are derived from it. `country`: the one whose phone numbers are written without a country code, "" for
    none. `removed`: accounts that have dialogs but are no longer in hub.toml, as read at the start
    (`bot.app.account_names`)."""

    store: Store
    clock: Clock
    files: Files
    desks: Desks
    bridges: Mapping[AccountName, Bridge]
    accounts: Mapping[AccountName, Account]
    seal: Seal
    tr: Translator
    offers: Offers
    locale: str = "en"
    admins: Administrators = field(default_factory=Administrators)
    marks: str = "all"
    correspondence: str = "everyone"
    zone: tzinfo = UTC
    public_url: str = ""
    crm: Crm | None = None
    secret: str = field(default="", repr=False)
    removed: list[AccountName] = field(default_factory=list)
    country: str = ""
    intake: Intake = field(default_factory=Intake)
    past: Past = field(default_factory=Past)

    def when(self, at: datetime) -> str:
        """Formats a moment in the hub's language and time zone."""
        return moment(at, self.locale, self.zone, self.clock.now())

    def button(self, ticket: Ticket, desk: DeskName) -> Button:
        """The button that carries this ticket, sealed for the desk where it will be pressed."""
        offer = self.offers.buttons[ticket.word]
        return Button(offer.word, self.tr.gettext(offer.label), self.seal.seal(ticket, desk), offer.tone)

    def face(self, word: str, face: Face, dialog: Dialog, only: OperatorId | None) -> Button:
        """The button of one of an action's faces on a dialog's card. `only`: the one operator it is for."""
        picks = {PICKS: face.picks} if face.picks else {}
        ticket = Ticket(word, dialog.id, only=only, extra={**face.inputs, **picks})
        label = self.tr.gettext(face.label)
        if face.title:
            label = label.format(title=shorten(face.title, LABEL - len(label)))
        return replace(self.button(ticket, dialog.desk), label=label, picker=face.picker)

    def offered(self, word: str, dialog: Dialog) -> bool:
        """True when the action makes sense in this dialog."""
        return self.offers.buttons[word].offered(self.bridges.get(dialog.account), dialog)

    async def account(self, unit: Unit, name: AccountName) -> Account:
        """Account with its current rules. One that hub.toml no longer names keeps its dialogs and its rules."""
        account = self._wired(name)
        return _ruled(account, await unit.accounts.rules(name))

    async def account_and_roles(self, unit: Unit, name: AccountName) -> tuple[Account, Collection[RoleName]]:
        """Account with its current rules, and the names of all roles."""
        rules, roles = await unit.accounts.rules_and_roles(name)
        return _ruled(self._wired(name), rules), tuple(roles)

    async def access(self, unit: Unit, operator: Operator, account: AccountName) -> OperatorAccess:
        """Operator's roles and rights on this account."""
        rules, everybody = await unit.accounts.rules_and_roles(account)
        roles, ruled = roles_of(operator.id, everybody), _ruled(self._wired(account), rules)
        return OperatorAccess(operator, ruled, roles, self._rights(operator, roles, ruled.rules))

    def _wired(self, name: AccountName) -> Account:
        """Account as written in hub.toml, or what is known of one that it no longer names."""
        if name in self.accounts:
            return self.accounts[name]
        title = self.tr.gettext("{account} (no longer configured)").format(account=name)
        return Account(name, "", title, next(iter(self.desks.by_name)), "")

    def title(self, name: AccountName) -> str:
        """Account's name for people; it says so when the account is no longer configured."""
        return self._wired(name).title or str(name)

    async def readable(self, unit: Unit, operator: Operator) -> tuple[AccountName, ...]:
        """Accounts whose dialogs the operator may read."""
        roles = roles_of(operator.id, await unit.operators.roles())
        return self.readable_under(await self.rules(unit), operator, roles)

    def readable_under(
        self, rules: Mapping[AccountName, AccountRules], operator: Operator, roles: frozenset[RoleName]
    ) -> tuple[AccountName, ...]:
        """Accounts whose dialogs the operator, with these roles, may read under these rules."""
        return tuple([name for name, ruled in rules.items() if self._rights(operator, roles, ruled).read])

    def rights_under(
        self, rules: AccountRules, operator: Operator, everybody: Mapping[RoleName, Sequence[str]]
    ) -> Rights:
        """Rights of the operator on an account with these rules. `everybody`: members of all roles."""
        return self._rights(operator, roles_of(operator.id, everybody), rules)

    async def rules(self, unit: Unit) -> Mapping[AccountName, AccountRules]:
        """Current rules of all accounts, removed ones too."""
        return {name: (await self.account(unit, name)).rules for name in (*self.accounts, *self.removed)}

    def includes(self, operator: Operator) -> bool:
        """Tells whether the operator belongs to the desk's audience or administers the hub. Everybody else is confined
        to the dialogs of accounts that grant them access, and may not look up contacts as such."""
        return self._rights(operator, frozenset(), AccountRules()).read

    async def admits(self, unit: Unit, operator: Operator) -> bool:
        """Tells whether the operator may use the hub at all."""
        return self.includes(operator) or bool(await self.readable(unit, operator))

    async def admitted(self, unit: Unit, operators: Sequence[Operator]) -> list[Operator]:
        """Operators, of these, who may use the hub at all."""
        if all(map(self.includes, operators)):
            return list(operators)
        rules, roles = await self.rules(unit), await unit.operators.roles()
        return [
            one for one in operators if self.includes(one) or self.readable_under(rules, one, roles_of(one.id, roles))
        ]

    def _rights(self, operator: Operator, roles: frozenset[RoleName], rules: AccountRules) -> Rights:
        return rights(operator, roles, rules, self.admins.ids)


def _ruled(account: Account, rules: AccountRules | None) -> Account:
    return account if rules is None else replace(account, rules=rules)


@value
class OperatorAccess:
    """Operator with their roles and rights on one account, under its current rules."""

    operator: Operator
    account: Account
    roles: frozenset[RoleName]
    rights: Rights
