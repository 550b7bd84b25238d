"""Repository for accounts' rules and the history of their changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain import AccountName, OperatorId, RoleName
from bot.domain.account_rules import AccountRules
from bot.domain.value import value


@value
class NewChange:
    """Change of an account's settings or (`account` None) of the whole hub's roles. `what`: a code of
    `bot.account_settings.parts`, or "roles"; `before`, `after`: the lines that differ, as worded at the time."""

    account: AccountName | None
    operator: OperatorId
    at: datetime
    what: str
    before: str
    after: str


@value
class Change(NewChange):
    id: int


class Accounts(Protocol):
    async def rules(self, account: AccountName) -> AccountRules | None:
        """The account's rules; None: none are stored yet."""
        ...

    async def lock_rules(self, account: AccountName) -> AccountRules | None:
        """The account's rules, locked for a change: a second caller waits and then reads the first one's result."""
        ...

    async def rules_and_roles(
        self, account: AccountName
    ) -> tuple[AccountRules | None, Mapping[RoleName, tuple[str, ...]]]:
        """Rules and roles in one statement, because every check of rights needs both."""
        ...

    async def names(self) -> Sequence[AccountName]:
        """Names of all accounts with stored rules, including those that hub.toml no longer names."""
        ...

    async def with_chats(self) -> Sequence[AccountName]:
        """Names of all accounts that customers have ever written to."""
        ...

    async def open_dialogs(self, account: AccountName) -> int:
        """Number of the account's open dialogs with customers."""
        ...

    async def set_rules(self, account: AccountName, rules: AccountRules) -> None:
        """Stores the rules, replacing earlier ones."""
        ...

    async def add_change(self, change: NewChange) -> None:
        """Appends an entry to the history of changes."""
        ...

    async def changes(
        self, account: AccountName | None, *, before: int | None = None, limit: int = 10
    ) -> Sequence[Change]:
        """Changes, latest first; `before`: only those older than that one."""
        ...
