"""Plug-ins: the settings, constructor and routes of a channel, a desk or an external CRM.

Each folder of `bridges/`, `bot/desks/` and `bot/crm/` exports one `KIND`; the tables in `bridges/__init__.py`,
`bot/desks/__init__.py` and `bot/crm/__init__.py` list them. `KIND`'s module must import fast: a platform's SDK is
imported inside `build`, so that only those who use a platform pay for it.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Self, get_origin

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator, model_validator

from bot.config.faults import Fault
from bot.domain import AccountName, DeskName
from bot.domain.value import value
from bot.locale import N_
from bot.ports import Accept, Bridge, Desk, EventHandler, Route, SignIns, Tools, WebDeskBackend
from bot.ports.crm import Crm

NO_CERTIFICATE = N_("ca_file contains no certificate in PEM format (-----BEGIN CERTIFICATE-----)")
UNREADABLE_FILE = N_("ca_file cannot be read: check that it exists and that the hub may read it")
ALARM_AFTER = N_("Enter, in seconds, how long the CRM may be unreachable before administrators are notified.")

FORMER = N_('List the names that this account had in hub.toml before, e.g. ["shop"].')
AUDIENCE = N_(
    "Enter “members” (only members of the channels with dialogs may use the hub) or “team” (everyone in the team may)."
)

Secret = SecretStr
"""Token or key, shown as stars in logs and errors."""


class ConfigSection(BaseModel):
    """Table of hub.toml. Unknown keys are errors; a field's `description` is the advice when its value is wrong."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @field_validator("*", mode="before")
    @classmethod
    def _lists_with_commas(cls, value: Any, info: ValidationInfo) -> Any:
        """Accepts lists written "anna, boris", as environment variables write them."""
        known = cls.model_fields.get(info.field_name or "")
        if isinstance(value, str) and known is not None and get_origin(known.annotation) in (tuple, list, frozenset):
            return [part for part in map(str.strip, value.split(",")) if part]
        return value


class RightsSection(ConfigSection):
    read: bool = True
    send: bool = True
    administer: bool = False


class Initial(ConfigSection):
    """Behaviour of an account when it is first seen; afterwards the settings made in the chat apply."""

    responsible: str = ""
    reason_required: bool = False
    reasons: tuple[str, ...] = ()
    rights: dict[str, RightsSection] = Field(default_factory=dict)
    everyone_reads: bool = True


class Trusting(ConfigSection):
    """Server whose certificate the system may not trust. `ca_file`: further certificates to trust, in PEM form; "" for
    none."""

    ca_file: str = ""

    def trusted(self) -> ssl.SSLContext | bool:
        """Certificates to trust; True for the system's alone. Raises `OSError` (`ssl.SSLError` included) when the file
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


class AccountSettings(ConfigSection):
    """Settings common to all channels. `former`: names that the account had before."""

    kind: str
    title: str = ""
    former: tuple[str, ...] = Field((), description=FORMER)
    desk: str = ""
    channel: str = ""
    initial: Initial = Initial()


class DeskSettings(ConfigSection):
    kind: str
    channel: str = ""

    def warnings(self, where: str) -> Iterator[Fault]:
        """Risky settings that the hub can run with. `where`: the table's name in hub.toml."""
        yield from ()


class CrmSettings(ConfigSection):
    """Settings common to all CRMs. `alarm_after`: seconds of outage after which the CRM counts as broken and
    administrators are notified, long enough for a restart. `at_once`: the most concurrent requests."""

    kind: str
    alarm_after: float = Field(60.0, ge=0, description=ALARM_AFTER)
    at_once: int = Field(
        8, ge=1, le=100, description="Enter how many requests may be sent to the CRM at the same time."
    )


BridgeRoutes = Callable[[Mapping[AccountName, Bridge], Mapping[AccountName, Accept], Tools], Sequence[Route]]


@value
class BridgeKind:
    """Kind of channel. `routes`: those in addition to `/hooks/{account}` (which every `Hooked` bridge has), as one list
    for all accounts of the kind, given the bridges and the receiver of each account's updates. Kinds sharing one
    function share its routes: it is called once, with the accounts of all of them."""

    settings: type[AccountSettings]
    build: Callable[[AccountName, Any, Tools], Bridge]
    routes: BridgeRoutes | None = None


@value
class DeskTools:
    """Services given to desks in addition to `Tools`. `backend`: reads for the web desk; `sign_ins`: the sessions
    there; `channels`: other channels of the desk that accounts want their dialogs in."""

    tools: Tools
    backend: WebDeskBackend
    sign_ins: SignIns
    channels: tuple[str, ...] = ()


@value
class DeskKind:
    settings: type[DeskSettings]
    build: Callable[[DeskName, Any, DeskTools], Desk]
    routes: Callable[[Mapping[DeskName, Desk], Mapping[DeskName, EventHandler]], Sequence[Route]] | None = None


@value
class CrmKind:
    settings: type[CrmSettings]
    build: Callable[[Any, Tools], Crm]
