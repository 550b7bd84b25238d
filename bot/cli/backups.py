"""`hub backup` and `hub restore`."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import uvloop

from bot.app import commands
from bot.cli.configured import configured
from bot.cli.language import LOCALE, _
from bot.cli.screen import Screen
from bot.locale import size, translator
from bot.ports import Finding


def backup(config: Path | None, target: Path) -> None:
    """Writes a backup. Raises `Faults`."""
    given = configured(config, level="WARNING")
    done = uvloop.run(commands.backup(given.settings, target, version("dialog-hub")))
    words = translator(LOCALE).ngettext(
        "Backup written to {path}: {size}, {n} file.", "Backup written to {path}: {size}, {n} files.", done.files
    )
    Screen().say(words.format(path=target, size=size(done.size, LOCALE), n=done.files))


def restore(config: Path | None, source: Path, *, replace: bool) -> None:
    """Restores a backup. Raises `Faults`."""
    given = configured(config, level="WARNING")
    done = uvloop.run(commands.restore(given.settings, source, replace=replace))
    screen, made = Screen(), done.made_at.astimezone().strftime("%Y-%m-%d %H:%M")
    if done.other_secret:
        what = _("this is not the secret of the hub that was backed up: its buttons, sessions and links do not work")
        advice = _("Set hub.secret to that secret, or hub.secret_before while you change it.")
        screen.finding("hub.secret", Finding(True, what, advice, warning=True))
    screen.say(_("Restored the backup of {time}. Start the hub: hub run").format(time=made))
