"""What the suite of CRMs needs of each: a CRM outside, and a fake to look at it from its own side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.ports import Checked
from bot.ports.crm import Crm
from tests.fakes.faults import Faults


class OutsideCrm(Crm, Checked, Protocol):
    """Every one of them can be checked."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a CRM has, as its own people see it: names and titles, each object once."""

    contacts: tuple[str, ...]
    interests: tuple[tuple[str, str], ...]  # title and comment
    tasks: tuple[str, ...]


class CrmRig(Protocol):
    """`writing`: what `faults` call the request with which something is told."""

    faults: Faults
    writing: str
    secrets: tuple[str, ...]

    @property
    def crm(self) -> OutsideCrm: ...

    def held(self) -> Held: ...

    def refuse(self, words: str) -> None:
        """From now on it takes nothing more, and says why; "" takes everything again."""
        ...

    def lock_out(self) -> None:
        """The hub's secret or password is right no more."""
        ...

    async def switch_off(self) -> None: ...

    async def switch_on(self) -> None: ...
