"""The test rig that each CRM provides for the contract suite: the CRM, and a fake that shows its side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.ports import Checked
from bot.ports.crm import Crm
from tests.fakes.faults import Faults


class OutsideCrm(Crm, Checked, Protocol):
    """A CRM that can be checked, as every one of them can."""


@dataclass(frozen=True, slots=True)
class Held:
    """A CRM's contents as its own people see them: names and titles, each object once."""

    contacts: tuple[str, ...]
    interests: tuple[tuple[str, str], ...]  # title and comment
    tasks: tuple[str, ...]


class CrmRig(Protocol):
    """One CRM, isolated for one test. `writing`: the `faults` name of the request that writes."""

    faults: Faults
    writing: str
    secrets: tuple[str, ...]

    @property
    def crm(self) -> OutsideCrm: ...

    def held(self) -> Held: ...

    def refuse(self, words: str) -> None:
        """Makes the CRM refuse everything with this message; "" ends it."""
        ...

    def lock_out(self) -> None:
        """Makes the hub's secret or password invalid."""
        ...

    async def switch_off(self) -> None: ...

    async def switch_on(self) -> None: ...
