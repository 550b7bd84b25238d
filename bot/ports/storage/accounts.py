"""The accounts' rules, and who has changed what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain import AccountName, OperatorId, RoleName
from bot.domain.account_rules import AccountRules


@dataclass(frozen=True, slots=True)
class NewChange:
    """Somebody changed how an account behaves, or (`account` None) what belongs to the whole hub: its roles. `what`: a
    code of `bot.account_settings.parts`, or "roles"; `before`, `after`: the lines that differ, in the words people
    read then."""

    account: AccountName | None
    operator: OperatorId
    at: datetime
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change(NewChange):
    id: int


class Accounts(Protocol):
    async def rules(self, account: AccountName) -> AccountRules | None:
        """The account's rules; None: none are stored yet."""
        ...

    async def lock_rules(self, account: AccountName) -> AccountRules | None:
        """For changing them: whoever comes second waits, and then reads what the first has made of them."""
        ...

    async def rules_and_roles(
        self, account: AccountName
    ) -> tuple[AccountRules | None, Mapping[RoleName, tuple[str, ...]]]:
        """Both in one statement, for whether somebody may do something is asked every time."""
        ...

    async def names(self) -> Sequence[AccountName]:
        """Of all accounts that have rules, also those that hub.toml no longer names."""
        ...

    async def set_rules(self, account: AccountName, rules: AccountRules) -> None:
        """Stores the rules, for an account that has some in their place."""
        ...

    async def add_change(self, change: NewChange) -> None:
        """Appends an entry to the history of changes."""
        ...

    async def changes(
        self, account: AccountName | None, *, before: int | None = None, limit: int = 10
    ) -> Sequence[Change]:
        """The latest first; `before`: those older than that one."""
        ...
