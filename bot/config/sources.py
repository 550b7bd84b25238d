"""Sources of values: the file, then `HUB__SECTION__KEY` over it, and `"env:NAME"` inside either.

Names in variables ignore case, and `_` also stands for `-`, which variables cannot contain:
`HUB__ACCOUNTS__WEB_SHOP__TOKEN` is the token of `[accounts.web-shop]`. A value beginning with `[` or `{` is read as
JSON; a list may also be comma-separated.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict

from bot.config.faults import Fault, Faults, dotted, unknown
from bot.locale import N_

SECTIONS = ("hub", "desks", "accounts", "roles", "crm")
PREFIX = "HUB__"

Raw = dict[str, Any]


class _Sections(BaseSettings):
    """Sections that variables may override, declared for pydantic-settings."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__")

    hub: dict[str, Any] = {}
    desks: dict[str, dict[str, Any]] = {}
    accounts: dict[str, dict[str, Any]] = {}
    roles: dict[str, Any] = {}
    crm: dict[str, Any] = {}


class _Environment(EnvSettingsSource):
    """Reads the given variables instead of the process's, and leaves their values as text."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = {name.lower(): value for name, value in environ.items()}
        super().__init__(_Sections)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return self._environ

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:
        return value


def of_file(path: Path) -> Raw:
    """Reads a file's tables. Raises `Faults`."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        advice = N_("Give the file's path with --config or HUB_CONFIG; start from hub.example.toml.")
        raise Faults([Fault(str(path), N_("there is no such file"), advice)]) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Faults(
            [Fault(str(path), N_("cannot be read: {reason}"), N_("Check the file's permissions."), {"reason": reason})]
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        reason = "UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        raise Faults(
            [Fault(str(path), N_("is not valid TOML: {reason}"), N_("Correct that line."), {"reason": reason})]
        ) from None
    wrong = [unknown(name, name, SECTIONS) for name in raw if name not in SECTIONS]
    wrong += [
        Fault(name, N_("must be a table"), N_("Start the section with a line [{name}]."), {"name": name})
        for name, value in raw.items()
        if name in SECTIONS and not isinstance(value, dict)
    ]
    if wrong:
        raise Faults(wrong)
    return raw


def of_environment(environ: Mapping[str, str]) -> Raw:
    """Values of `HUB__…` variables, by section. Raises `Faults`."""
    ours = {name: value for name, value in environ.items() if name.upper().startswith(PREFIX)}
    wrong = []
    for name in ours:
        section = name[len(PREFIX) :].split("__")[0].lower()
        if section not in SECTIONS:
            wrong.append(unknown(name, section, SECTIONS))
    if wrong:
        raise Faults(wrong)
    raw: Raw = _of_json(_Environment(ours)())
    if not all(isinstance(section, dict) for section in raw.values()):
        text = N_("must be HUB__SECTION__KEY or a whole section as JSON")
        raise Faults([Fault(PREFIX + "…", text, N_("Correct the environment variable."))])
    return raw


def _of_json(value: Any) -> Any:
    """Reads as JSON whatever looks like a list or a table; a token made of digits stays text."""
    if isinstance(value, dict):
        return {name: _of_json(inner) for name, inner in value.items()}
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        with suppress(ValueError):
            return json.loads(value)
    return value


def merged(below: Raw, above: Raw) -> Raw:
    """Merges two layers; `above` wins. Keys of `above` are in lower case."""
    known = {_flat(key): key for key in below}
    result = dict(below)
    for key, value in above.items():
        name = known.get(_flat(key), key)
        old = result.get(name)
        result[name] = merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return result


def _flat(name: str) -> str:
    return name.lower().replace("-", "_")


def filled_in(value: Any, environ: Mapping[str, str], faults: list[Fault], key: str = "") -> Any:
    """Replaces "env:NAME" by the variable's value; a missing variable becomes a fault and the text stays."""
    if isinstance(value, dict):
        return {
            name: filled_in(inner, environ, faults, dotted(key, name) if key else name) for name, inner in value.items()
        }
    if isinstance(value, list):
        return [filled_in(inner, environ, faults, key) for inner in value]
    if not isinstance(value, str) or not value.startswith("env:"):
        return value
    name = value.removeprefix("env:").strip()
    if environ.get(name):
        return environ[name]
    faults.append(
        Fault(
            key,
            N_("the variable {name} is not set"),
            N_("Set it in the hub's environment."),
            {"name": name},
        )
    )
    return value
