"""Settings for a command, from `--config`, hub.toml or the built-in demo."""

from __future__ import annotations

import os
from pathlib import Path

from bot.cli.language import LOCALE
from bot.domain.value import value
from bot.runtime import logs
from settings import Settings, embedded, load

DEFAULT = Path("hub.toml")


@value
class Configured:
    """Settings of a command. `file` None: there is no configuration, and the hub runs on its defaults."""

    settings: Settings
    file: Path | None


def configured(given: Path | None, *, level: str | None = None) -> Configured:
    """Loads `given`, otherwise hub.toml in this folder, otherwise a demo hub in the terminal's language with its data
    in this folder. Sets up logs that hide the secrets. Raises `Faults`."""
    file = given or (DEFAULT if DEFAULT.exists() else None)
    settings = load(file, os.environ) if file else embedded(Path(), os.environ, LOCALE)
    logs.set_up(level or os.environ.get("HUB_LOG_LEVEL", "INFO"), settings.secrets())
    return Configured(settings, file)
