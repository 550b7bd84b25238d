"""State that the repositories of one transaction share beside its session."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field

from bot.domain import AccountName, RoleName
from bot.domain.account_rules import AccountRules
from bot.ports import Clock
from storage.engine.looks import Looks

within: ContextVar[bool] = ContextVar("a transaction runs", default=False)


def outside(what: str) -> None:
    """Raises `RuntimeError` inside a transaction, which must wait for nothing but its own database."""
    if within.get():
        raise RuntimeError(f"{what} within a transaction")


@dataclass(slots=True)
class Transaction:
    """`topics`: woken after the commit. `lost`: claims (lane, fence) found to be another process's; kept when the
    transaction runs again. `again`: the transaction is being rerun because an optimistic assumption failed. `looks`:
    the whole process's. `rules`, `roles`: read together with a row locked here; repositories that change them update
    these copies, too."""

    clock: Clock
    lost: set[tuple[int, str]]
    again: bool = False
    looks: Looks = field(default_factory=Looks)
    rules: dict[AccountName, AccountRules | None] = field(default_factory=dict)
    roles: Mapping[RoleName, tuple[str, ...]] | None = None
    topics: dict[str, None] = field(default_factory=dict)

    def wake(self, *topics: str) -> None:
        self.topics.update(dict.fromkeys(topics))
