"""Account rules, and the log of their changes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from sqlalchemy import func, null, select

from bot.domain import AccountName, RoleName
from bot.domain.account_rules import AccountRules
from bot.ports.storage import Change, NewChange
from storage.engine import codec
from storage.engine.session import Session, one
from storage.engine.statements import Statement, insert_into, param
from storage.engine.transaction import Transaction
from storage.tables.dialogs import WITH_CUSTOMER
from storage.tables.tables import account_changes, accounts, dialogs, identities, roles

_rules = select(accounts.c.rules).where(accounts.c.name == param("name"))
_RULES = Statement(_rules)
_LOCK_RULES = Statement(_rules.with_for_update(key_share=True))
_NAMES = Statement(select(accounts.c.name).order_by(accounts.c.name))
_SET_RULES = Statement(
    insert_into(accounts, "name", "rules").on_conflict_do_update(
        index_elements=["name"], set_={"rules": param("rules")}
    )
)
_RULES_AND_ROLES = Statement(
    select(null().label("role"), accounts.c.rules)
    .where(accounts.c.name == param("name"))
    .union_all(select(roles.c.name, roles.c.members).where(~roles.c.gone))
)

_NEXT_WITH_CHATS = Statement(
    select(func.min(identities.c.account)).where(identities.c.account > param("after", identities.c.account))
)
_OPEN = Statement(
    select(func.count()).select_from(dialogs).where(dialogs.c.account == param("name"), WITH_CUSTOMER), heavy=True
)

HUB = ""
"""Account name under which changes of the whole hub's settings are logged."""
_CHANGED = ("account", "operator_id", "at", "what", "before", "after")
_ADD_CHANGE = Statement(insert_into(account_changes, *_CHANGED))
_newest = (
    select(*(account_changes.c[name] for name in _CHANGED), account_changes.c.id)
    .where(account_changes.c.account == param("account"))
    .order_by(account_changes.c.id.desc())
    .limit(param("limit"))
)
_CHANGES = Statement(_newest)
_EARLIER = Statement(_newest.where(account_changes.c.id < param("before_id", account_changes.c.id)))


class SqlAccounts:
    def __init__(self, session: Session, work: Transaction) -> None:
        self._session, self._work = session, work

    async def rules_and_roles(
        self, account: AccountName
    ) -> tuple[AccountRules | None, Mapping[RoleName, tuple[str, ...]]]:
        if account in self._work.rules and self._work.roles is not None:
            return self._work.rules[account], self._work.roles
        found = await self._session.rows(_RULES_AND_ROLES, name=account)
        rules = next((codec.load_rules(body) for role, body in found if role is None), None)
        return rules, {RoleName(role): tuple(json.loads(body)) for role, body in found if role is not None}

    async def rules(self, account: AccountName) -> AccountRules | None:
        if account in self._work.rules:
            return self._work.rules[account]
        found = await one(self._session, _RULES, name=account)
        return codec.load_rules(found[0]) if found else None

    async def lock_rules(self, account: AccountName) -> AccountRules | None:
        found = await one(self._session, _LOCK_RULES, name=account)
        rules = self._work.rules[account] = codec.load_rules(found[0]) if found else None
        return rules

    async def names(self) -> Sequence[AccountName]:
        return [AccountName(name) for (name,) in await self._session.rows(_NAMES)]

    async def with_chats(self) -> Sequence[AccountName]:
        """Steps from account to account along the key of chats, however many chats each has."""
        found: list[AccountName] = []
        while True:
            [(name,)] = await self._session.rows(_NEXT_WITH_CHATS, after=found[-1] if found else "")
            if name is None:
                return found
            found.append(AccountName(name))

    async def open_dialogs(self, account: AccountName) -> int:
        [(count,)] = await self._session.rows(_OPEN, name=account)
        return int(count)

    async def set_rules(self, account: AccountName, rules: AccountRules) -> None:
        self._session.later(_SET_RULES, name=account, rules=codec.rules.dump(rules))
        self._work.rules[account] = rules

    async def add_change(self, change: NewChange) -> None:
        values = asdict(change)
        values |= {"account": values["account"] or HUB, "operator_id": values.pop("operator")}
        self._session.later(_ADD_CHANGE, **values)

    async def changes(
        self, account: AccountName | None, *, before: int | None = None, limit: int = 10
    ) -> Sequence[Change]:
        statement = _CHANGES if before is None else _EARLIER
        found = await self._session.rows(statement, account=account or HUB, before_id=before, limit=limit)
        return [Change(AccountName(row[0]) if row[0] else None, *row[1:]) for row in found]
