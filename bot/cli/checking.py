"""`hub check` and `hub setup`: they query the platforms and print the findings."""

from __future__ import annotations

from pathlib import Path

import uvloop

from bot.app import commands
from bot.cli.configured import configured
from bot.cli.language import LOCALE, _
from bot.cli.screen import Screen
from bot.locale import translator
from bot.ports import Finding
from bot.runtime import logs


def check(config: Path | None) -> int:
    """Checks everything that is configured and prints a line per finding. Returns the exit code."""
    given = configured(config, level="ERROR")
    from bot.app import assembly  # takes a second: only after the configuration's faults were printed

    screen = Screen()
    screen.finding(str(given.file or "hub.toml"), Finding(True, _read(given.file)))
    for warning in given.settings.warnings(given.file):
        screen.finding(warning.key, Finding(True, *warning.words(translator(LOCALE)), warning=True))
    found = uvloop.run(assembly.check(given.settings))
    for section, finding in found:
        screen.finding(section, finding)
    return 0 if all(finding.ok for _section, finding in found) else 1


def set_up_mattermost(url: str, admin_token: str, team: str, channel: str, public_url: str) -> int:
    """Prints a line per step; the last is the section for hub.toml. Returns the exit code."""
    logs.set_up("ERROR", [admin_token])
    screen = Screen()
    found = uvloop.run(commands.set_up_mattermost(url, admin_token, team, channel, public_url, LOCALE))
    for finding in found:
        screen.finding("mattermost", finding)
    return 0 if all(finding.ok for finding in found) else 1


def _read(file: Path | None) -> str:
    if file is None:
        return _("no configuration file: running a demo on SQLite with the web desk and a website chat")
    return _("is valid")
