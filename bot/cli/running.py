"""`hub run` and `hub migrate`."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog
import uvloop

from bot.app import commands
from bot.cli.configured import Configured, configured
from bot.cli.language import _
from bot.cli.screen import Screen
from bot.locale import N_, translator
from settings import Fault, Faults, Settings

if TYPE_CHECKING:
    from bot.app.assembly import App

log = structlog.get_logger(__name__)
IN_THE_WAY = (errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EACCES)


def run(config: Path | None) -> None:
    """Runs the hub until SIGINT or SIGTERM. Raises `Faults`."""
    given = configured(config)
    from bot.app import assembly  # takes a second: only after the configuration's faults were printed

    for warning in given.settings.warnings(given.file):
        log.warning("configuration warning", key=warning.key, why=warning.line(translator("en")))
    with usable(given.settings):
        uvloop.run(assembly.serve(given.settings, lambda running: say_where(given, running)))


def migrate(config: Path | None) -> None:
    """Migrates the database. Raises `Faults`."""
    given, screen = configured(config, level="WARNING"), Screen()

    def tell(line: str, values: Mapping[str, str]) -> None:
        screen.say(f"{_(line).format(**values)}.")

    with usable(given.settings):
        uvloop.run(commands.migrate(given.settings, tell))
    screen.say(_("The database is up to date."))


@contextmanager
def usable(settings: Settings) -> Iterator[None]:
    """Turns errors that prevent a start into `Faults` that name the key of hub.toml."""
    try:
        with commands.database_faults():
            yield
    except OSError as error:
        if error.errno not in IN_THE_WAY:
            raise
        own = error.filename == "hub.metrics_listen"
        listen = settings.hub.metrics_listen if own else settings.hub.listen
        values = {"listen": listen, "reason": error.strerror or ""}
        advice = N_("Stop the program that uses it, or choose another address, e.g. HUB__HUB__LISTEN=127.0.0.1:8081.")
        raise Faults(
            [
                Fault(
                    "hub.metrics_listen" if own else "hub.listen",
                    N_("cannot listen at {listen}: {reason}"),
                    advice,
                    values,
                )
            ]
        ) from None


def say_where(given: Configured, running: App) -> None:
    """Prints the addresses to open, and the sign-in keys where the hub made them itself."""
    screen, hub = Screen(), given.settings.hub
    base = hub.public_url or hub.local_url(urlsplit(running.url).port)
    screen.say()
    if any(desk.kind == "web" for desk in given.settings.desks.values()):
        screen.address(_("Web desk for operators"), f"{base}/desk")
    if given.file is None:
        for user, key in commands.web_desk_keys(given.settings).items():
            words = _("    {user} signs in with the key {key}")
            screen.say(words.format(user=user, key=key.get_secret_value()))
    for name, account in given.settings.accounts.items():
        if account.kind == "webchat":
            screen.address(_("Sample page with the website chat"), f"{base}/chat/{name}/sample")
    screen.say()
