"""What the repositories of one transaction share beside its session."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.ports import Clock


@dataclass(slots=True)
class Work:
    """`topics` are woken after the commit. `lost`: claims (lane, fence) known to be another's; kept when the
    transaction runs again. `again`: it does, because something that was taken for granted is not so."""

    clock: Clock
    lost: set[tuple[int, str]]
    again: bool = False
    topics: dict[str, None] = field(default_factory=dict)

    def wake(self, *topics: str) -> None:
        self.topics.update(dict.fromkeys(topics))
