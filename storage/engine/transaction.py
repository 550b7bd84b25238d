"""What the repositories of one transaction share beside its session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain import AccountName, RoleName
from bot.domain.account_rules import AccountRules
from bot.ports import Clock


@dataclass(slots=True)
class Work:
    """`topics` are woken after the commit. `lost`: claims (lane, fence) known to be another's; kept when the
    transaction runs again. `again`: it does, because something that was taken for granted is not so.
    `rules`, `roles`: as they came with a row that was locked here; who changes them here changes them here, too."""

    clock: Clock
    lost: set[tuple[int, str]]
    again: bool = False
    rules: dict[AccountName, AccountRules | None] = field(default_factory=dict)
    roles: Mapping[RoleName, tuple[str, ...]] | None = None
    topics: dict[str, None] = field(default_factory=dict)

    def wake(self, *topics: str) -> None:
        self.topics.update(dict.fromkeys(topics))
