"""Configuration of a hub: `load` reads it, fills in defaults, and reports everything that is wrong with it.

docs/hub-toml.md describes every key. Keys of one kind of desk or account are checked by its own settings class; common
keys, and whatever must fit together, by `bot.config`.
"""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

import bot.crm
import bot.desks
import bridges
from bot.config import checks, sources
from bot.config.faults import Fault, Faults, dotted, of_validation
from bot.config.hub import SQLITE, HubSettings
from bot.config.plugins import AccountSettings, CrmSettings, DeskSettings, Secret
from bot.domain import AccountName, DeskName, RoleName
from bot.locale import N_, translator

__all__ = ["Fault", "Faults", "HubSettings", "Settings", "embedded", "load"]

S = TypeVar("S", bound=BaseModel)


class Settings(BaseModel):
    """Settings, complete and checked: only `load` and `embedded` make them. Every account names its desk. `crm` None:
    there is no external CRM, only the hub's own tables."""

    model_config = ConfigDict(frozen=True)

    hub: HubSettings
    desks: dict[DeskName, DeskSettings]
    accounts: dict[AccountName, AccountSettings]
    roles: dict[RoleName, tuple[str, ...]]
    crm: CrmSettings | None = None

    def secrets(self) -> list[str]:
        """Returns every value that must never appear in a log."""
        return [*self.hub.passwords(), *filter(None, checks.all_secrets(self))]

    def warnings(self, file: Path | None) -> list[Fault]:
        """Returns settings that work but should be changed. `file`: the file they were read from."""
        return [*(checks.exposed(file, self.secrets()) if file else ()), *checks.warnings(self.desks.items())]


def load(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """Reads `path`, or without one only environment variables. Raises `Faults`.

    If `hub.secret` is missing and the database is a file, a secret is generated once and stored beside it.
    """
    return _build(sources.of_file(path) if path else {}, environ)


def embedded(folder: Path, environ: Mapping[str, str], locale: str = "en") -> Settings:
    """Makes settings of a demo hub without a file: the web desk with two operators and a website chat. Environment
    variables override them as they do a file. Database, files and keys are in `folder`; keys are generated once."""
    database, tr = folder / "hub.db", translator(locale)
    return _build(
        {
            "hub": {
                "database_url": f"{SQLITE}:///{database}",
                "files": str(folder / "files"),
                "admins": ["anna"],
                "locale": locale,
            },
            "desks": {"local": {"kind": "web", "operators": _operators(database.with_name("hub.db.operators"))}},
            "accounts": {"site": {"kind": "webchat", "title": tr.gettext("Our site")}},
        },
        environ,
    )


def _build(raw: sources.Raw, environ: Mapping[str, str]) -> Settings:
    faults: list[Fault] = []
    raw = sources.merged(raw, sources.of_environment(environ))
    raw = sources.filled_in(raw, environ, faults)
    given_desks, given_accounts = raw.get("desks", {}), raw.get("accounts", {})

    hub = _hub(raw.get("hub", {}), faults)
    desks = _kinds("desks", given_desks, bot.desks.DESKS, lambda kind: bot.desks.kind(kind).settings, faults)
    accounts = _kinds("accounts", given_accounts, bridges.BRIDGES, lambda kind: bridges.kind(kind).settings, faults)
    roles = _roles(raw.get("roles", {}), faults)
    crm = _of_kind("crm", raw["crm"], bot.crm.CRMS, _crm_settings, faults) if "crm" in raw else None

    for section, given in (("desks", given_desks), ("accounts", given_accounts), ("roles", roles)):
        faults += checks.names(section, given)
    faults += checks.desks_of_accounts(accounts, given_desks)
    faults += checks.former_names(accounts)
    faults += checks.tokens(desks, accounts)
    faults += checks.roles(roles, accounts)
    if hub is not None:
        faults += checks.secret(hub)
        faults += checks.addresses(hub, desks, accounts)
    if faults or hub is None:
        raise Faults(_first_of_each_key(faults))
    only_desk = next(iter(desks))
    accounts = {name: one if one.desk else one.model_copy(update={"desk": only_desk}) for name, one in accounts.items()}
    return Settings(hub=hub, desks=desks, accounts=accounts, roles=roles, crm=crm)


def _first_of_each_key(faults: list[Fault]) -> list[Fault]:
    """Keeps the first fault per key; the others follow from it (a missing variable is also too short)."""
    return list({fault.key: fault for fault in reversed(faults)}.values())[::-1]


def _hub(given: Any, faults: list[Fault]) -> HubSettings | None:
    hub = _validated(HubSettings, given, "hub", faults)
    if hub is None or hub.secret.get_secret_value() or hub.database_file is None:
        return hub
    kept = hub.database_file.with_name(hub.database_file.name + ".secret")
    try:
        secret = _kept(kept, lambda: secrets.token_hex(32))
    except OSError as error:
        advice = N_("Set hub.secret, or allow the hub to write to its database's folder.")
        values = {"path": str(kept), "reason": error.strerror or type(error).__name__}
        faults.append(Fault("hub.secret", N_("cannot be saved in {path}: {reason}"), advice, values))
        return None
    return hub.model_copy(update={"secret": Secret(secret.strip())})


def _kinds(
    section: str, given: Any, known: Mapping[str, str], model_of: Callable[[str], type[S]], faults: list[Fault]
) -> dict[Any, S]:
    """Reads the tables of a section, each by the settings class of its kind."""
    read = {name: _of_kind(dotted(section, name), table, known, model_of, faults) for name, table in given.items()}
    return {name: one for name, one in read.items() if one is not None}


def _of_kind(
    where: str, table: Any, known: Mapping[str, str], model_of: Callable[[str], type[S]], faults: list[Fault]
) -> S | None:
    """Reads a table by the settings class of its kind; None, with a fault added, when it cannot."""
    kind = table.get("kind") if isinstance(table, dict) else None
    possible = {"kinds": ", ".join(known)}
    if not isinstance(table, dict):
        faults.append(
            Fault(where, N_("must be a table"), N_("Start the section with a line [{name}]."), {"name": where})
        )
    elif kind is None:
        faults.append(Fault(dotted(where, "kind"), N_("is missing"), N_("Use one of: {kinds}."), possible))
    elif kind not in known:
        text = N_("there is no such kind")
        faults.append(Fault(dotted(where, "kind"), text, N_("Use one of: {kinds}."), possible))
    elif (model := _model(dotted(where, "kind"), kind, model_of, faults)) is not None:
        return _validated(model, table, where, faults)
    return None


def _crm_settings(kind: str) -> type[CrmSettings]:
    return bot.crm.kind(kind).settings


def _model(key: str, kind: str, model_of: Callable[[str], type[S]], faults: list[Fault]) -> type[S] | None:
    try:
        return model_of(kind)
    except (ImportError, AttributeError) as error:
        values = {"kind": kind, "reason": type(error).__name__}
        advice = N_("Reinstall the hub with all its dependencies.")
        faults.append(Fault(key, N_("the kind {kind} is not installed ({reason})"), advice, values))
        return None


def _validated(model: type[S], given: Any, section: str, faults: list[Fault]) -> S | None:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        faults += of_validation(error, model, section)
        return None


def _roles(given: Any, faults: list[Fault]) -> dict[Any, tuple[str, ...]]:
    result: dict[Any, tuple[str, ...]] = {}
    for name, members in given.items():
        listed = members.split(",") if isinstance(members, str) else members
        if isinstance(listed, list) and all(isinstance(member, str) for member in listed):
            result[name] = tuple(member.strip() for member in listed)
        else:
            advice = N_('List its members, e.g. ["anna", "boris"].')
            faults.append(Fault(dotted("roles", name), N_("must be a list of user names"), advice))
    return result


def _operators(kept: Path) -> dict[str, str]:
    """Returns the keys of the built-in desk's operators."""
    text = _kept(kept, lambda: "".join(f'{name} = "{secrets.token_urlsafe(16)}"\n' for name in ("anna", "boris")))
    return TypeAdapter(dict[str, str]).validate_python(tomllib.loads(text))


def _kept(path: Path, make: Callable[[], str]) -> str:
    """Returns a file's text; the first time, generates and writes it in one step, readable only by its owner. Raises
    `OSError`."""
    if path.exists():
        return path.read_text(encoding="utf-8")
    path.parent.mkdir(parents=True, exist_ok=True)
    text = make()
    with NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:  # created with mode 0600
        file.write(text)
    os.replace(file.name, path)
    return text
