"""Checks that span several sections of a configuration."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr

from bot.config import sources
from bot.config.faults import Fault, dotted
from bot.config.hub import SECRET_BEFORE, SECRET_LENGTH, HubSettings
from bot.config.plugins import AccountSettings, DeskSettings
from bot.locale import N_
from bot.ports import private_files

NAME = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*")
TOKENS = ("token", "bot_token", "app_token")
"""Keys whose value may be used by one account or desk only."""

Desks = Mapping[str, DeskSettings]
Accounts = Mapping[str, AccountSettings]


def names(section: str, given: Mapping[str, Any]) -> Iterator[Fault]:
    for name in given:
        if not NAME.fullmatch(name) or len(name) > 40:
            advice = N_('Use up to 40 lowercase letters a-z, digits, and single "-" or "_" between them.')
            yield Fault(dotted(section, name), N_("is not a valid name"), advice)


def secret(hub: HubSettings) -> Iterator[Fault]:
    """Checks the secret; called after a missing one was generated where possible."""
    length = len(hub.secret.get_secret_value())
    advice = N_("Create one with: openssl rand -hex 32")
    if not length:
        yield Fault("hub.secret", N_("is missing: all processes on one database server must share it"), advice)
    elif length < SECRET_LENGTH:
        yield Fault("hub.secret", N_("is too short: at least {n} characters"), advice, {"n": str(SECRET_LENGTH)})
    if length and hub.secret_before == hub.secret:
        yield Fault("hub.secret_before", N_("is the same as {first}"), SECRET_BEFORE, {"first": "hub.secret"})


def desks_of_accounts(accounts: Accounts, desks: Mapping[str, Any]) -> Iterator[Fault]:
    """Checks that every account's desk exists. `desks`: all in the configuration, including those with faults of their
    own."""
    if not desks:
        advice = N_('Add a section, e.g. [desks.main] with kind = "slack", "mattermost" or "web".')
        yield Fault("desks", N_("no team chat is configured to show dialogs"), advice)
        return
    possible = {"desks": ", ".join(desks)}
    for name, account in accounts.items():
        key = dotted("accounts", name, "desk")
        if not account.desk and len(desks) > 1:
            yield Fault(key, N_("is missing: there are several team chats"), N_("Use one of: {desks}."), possible)
        elif account.desk and account.desk not in desks:
            yield Fault(key, N_("there is no such team chat"), N_("Use one of: {desks}."), possible)


def former_names(accounts: Accounts) -> Iterator[Fault]:
    """Finds former names of accounts that are in use, or that two accounts claim."""
    claimed: dict[str, str] = {}
    for name, account in accounts.items():
        key = dotted("accounts", name, "former")
        for one in account.former:
            if one in accounts:
                advice = N_("Remove it here, or remove the section [accounts.{name}].")
                yield Fault(key, N_("the account {name} is still in hub.toml"), advice, {"name": one})
            elif (first := claimed.setdefault(one, key)) != key:
                advice = N_("An account has one new name: remove it from one of the two.")
                yield Fault(key, N_("{name} is listed in {first}, too"), advice, {"name": one, "first": first})


def addresses(hub: HubSettings, desks: Desks, accounts: Accounts) -> Iterator[Fault]:
    """Checks addresses: a public one where platforms call us (`needs_public_url`), encryption where users send keys
    (the web desk)."""
    for section, given in (("desks", desks), ("accounts", accounts)):
        for name, settings in given.items():
            if getattr(settings, "needs_public_url", False) and not hub.public_url:
                advice = N_("Set it to the address where the platform can reach the hub; {who} needs it.")
                yield Fault("hub.public_url", N_("is missing"), advice, {"who": dotted(section, name)})
    for name, desk in desks.items():
        if desk.kind == "web" and not hub.encrypted:
            advice = N_("Set hub.public_url to the hub's https:// address, or listen on 127.0.0.1 only.")
            yield Fault(dotted("desks", name), N_("operators' keys would cross the network unencrypted"), advice)


def tokens(desks: Desks, accounts: Accounts) -> Iterator[Fault]:
    """Finds a token used in two places: each would take the other's messages."""
    seen: dict[tuple[str, str, str], str] = {}
    for section, given in (("desks", desks), ("accounts", accounts)):
        for name, settings in given.items():
            for field, value in _secrets(settings):
                where = dotted(section, name, field)
                if field in TOKENS and (first := seen.setdefault((settings.kind, field, value), where)) != where:
                    advice = N_("Use a different value, or remove one of the two.")
                    yield Fault(where, N_("is the same as {first}"), advice, {"first": first})


def roles(given: Mapping[str, tuple[str, ...]], accounts: Accounts) -> Iterator[Fault]:
    """Finds roles without members that new dialogs are assigned to: nobody would be notified."""
    responsible = {account.initial.responsible.removeprefix("role:") for account in accounts.values()}
    for name, members in given.items():
        if not members and name in responsible:
            advice = N_('List its members, e.g. ["anna", "boris"].')
            yield Fault(dotted("roles", name), N_("has no members"), advice)


def warnings(desks: Iterable[tuple[str, DeskSettings]]) -> Iterator[Fault]:
    """Risky settings that the hub can run with."""
    for name, desk in desks:
        yield from desk.warnings(dotted("desks", name))


def exposed(path: Path, secrets: Iterable[str]) -> Iterator[Fault]:
    """Finds secrets in a configuration file that others than its owner can read."""
    written = list(_texts(sources.of_file(path)))
    if private_files.is_open(path) and any(secret in text for secret in secrets for text in written):
        advice = N_("Run: chmod 600 {path}, or use env:NAME instead of the secrets.")
        yield Fault(
            str(path), N_("contains secrets, and other users of this machine can read it"), advice, {"path": str(path)}
        )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


def _secrets(settings: BaseModel) -> Iterator[tuple[str, str]]:
    for field in type(settings).model_fields:
        value = getattr(settings, field)
        if isinstance(value, SecretStr) and value.get_secret_value():
            yield field, value.get_secret_value()


def all_secrets(value: Any) -> Iterator[str]:
    """Every secret in a model, at any depth."""
    if isinstance(value, SecretStr):
        yield value.get_secret_value()
    elif isinstance(value, BaseModel):
        for field in type(value).model_fields:
            yield from all_secrets(getattr(value, field))
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from all_secrets(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from all_secrets(inner)
