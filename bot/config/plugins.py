"""How a channel, a desk or a CRM outside is plugged in: its settings, how it is built, its routes.

Each folder of `bridges/`, `bot/desks/` and `bot/crm/` exports one `KIND`; the tables in `bridges/__init__.py`,
`bot/desks/__init__.py` and `bot/crm/__init__.py` name them. `KIND`'s module must import fast: a platform's SDK is
imported inside `build`, so that only those who use a platform pay for it.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, get_origin

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator, model_validator

from bot.config.faults import Fault
from bot.domain import AccountName, DeskName
from bot.locale import N_
from bot.ports import Accept, Board, Bridge, Desk, Office, Route, SignIns, Tools
from bot.ports.crm import Crm

NO_CERTIFICATE = N_("ca_file holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)")
UNREADABLE_FILE = N_("ca_file cannot be read: see that it is there and that the hub may read it")
ALARM_AFTER = N_("Write seconds: how long the CRM may be out of reach before administrators are told.")

AUDIENCE = N_(
    "Write “members” (only members of the desk's channels may use the hub) or “team” (everyone of the team may)."
)

Secret = SecretStr
"""A token or key: shows as stars in logs and errors."""


class Section(BaseModel):
    """A table of hub.toml. Unknown keys are errors; a `description` is what to do when the key is wrong."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @field_validator("*", mode="before")
    @classmethod
    def _lists_with_commas(cls, value: Any, info: ValidationInfo) -> Any:
        """Lists may be written "anna, boris", which is how environment variables write them."""
        known = cls.model_fields.get(info.field_name or "")
        if isinstance(value, str) and known is not None and get_origin(known.annotation) in (tuple, list, frozenset):
            return [part for part in map(str.strip, value.split(",")) if part]
        return value


class Rights(Section):
    read: bool = True
    send: bool = True
    administer: bool = False


class Initial(Section):
    """An account's behaviour when it is first seen; afterwards the chat's settings count."""

    responsible: str = ""
    reason_required: bool = False
    reasons: tuple[str, ...] = ()
    rights: dict[str, Rights] = Field(default_factory=dict)
    everyone_reads: bool = True


class Trusting(Section):
    """Of a place whose certificates the system may not know. `ca_file`: those to believe beside the system's, in PEM
    form; "": none."""

    ca_file: str = ""

    def trusted(self) -> ssl.SSLContext | bool:
        """Whom to believe; True is the system alone. Raises `OSError` (of which `ssl.SSLError` is one) when the file
        cannot be used."""
        if not self.ca_file:
            return True
        context = ssl.create_default_context()
        context.load_verify_locations(cafile=self.ca_file)
        return context

    @model_validator(mode="after")
    def _certificates_can_be_read(self) -> Self:
        try:
            self.trusted()
        except ssl.SSLError:
            raise ValueError(NO_CERTIFICATE) from None
        except OSError:
            raise ValueError(UNREADABLE_FILE) from None
        return self


class AccountSettings(Section):
    kind: str
    title: str = ""
    desk: str = ""
    channel: str = ""
    initial: Initial = Initial()


class DeskSettings(Section):
    kind: str
    channel: str = ""

    def warnings(self, where: str) -> Iterator[Fault]:
        """What the hub can run with, and should not. `where`: the table's name in hub.toml."""
        yield from ()


class CrmSettings(Section):
    """`alarm_after`: how many seconds a CRM may be out of reach before it counts as broken and administrators are told;
    a restart is over before that. `at_once`: requests under way at the same time."""

    kind: str
    alarm_after: float = Field(60.0, ge=0, description=ALARM_AFTER)
    at_once: int = Field(8, ge=1, le=100, description="Write how many requests the CRM may be sent at the same time.")


BridgeRoutes = Callable[[Mapping[AccountName, Bridge], Mapping[AccountName, Accept], Tools], Sequence[Route]]


@dataclass(frozen=True, slots=True)
class BridgeKind:
    """`routes` are those beside `/hooks/{account}` (which every `Hooked` bridge has): one list for all
    accounts of the kind, given the bridges and, per account, where updates go. Kinds that give the same function
    share its addresses: it is called once, with the accounts of all of them."""

    settings: type[AccountSettings]
    build: Callable[[AccountName, Any, Tools], Bridge]
    routes: BridgeRoutes | None = None


@dataclass(frozen=True, slots=True)
class DeskTools:
    """What desks are given beside `Tools`: `board` reads what the hub's own desk shows, `sign_ins` keeps who
    is signed in there; `channels`: where accounts want their dialogs, when that is not the desk's own channel."""

    tools: Tools
    board: Board
    sign_ins: SignIns
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeskKind:
    settings: type[DeskSettings]
    build: Callable[[DeskName, Any, DeskTools], Desk]
    routes: Callable[[Mapping[DeskName, Desk], Mapping[DeskName, Office]], Sequence[Route]] | None = None


@dataclass(frozen=True, slots=True)
class CrmKind:
    settings: type[CrmSettings]
    build: Callable[[Any, Tools], Crm]
