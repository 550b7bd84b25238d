"""Commands that need a plug-in: a single desk, a channel or the database.

Only `bot.app` imports plug-ins; each is imported on use, so that `hub --help` does not wait for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot.domain import AccountName
from bot.locale import Translator
from bot.ports import Finding
from settings import Fault, Faults, Settings

if TYPE_CHECKING:
    from bot.hub.offers import Offer
    from storage.backups import Belongings, Done


async def migrate(settings: Settings, tell: Callable[[str, Mapping[str, str]], None]) -> None:
    """Migrates the database to the newest schema. `tell`: takes lines about the progress, each a message id and its
    values. Raises `Faults`."""
    import storage

    with database_faults():
        await storage.migrate(settings.hub.database_url, tell)


async def backup(settings: Settings, target: Path, version: str) -> Done:
    """Writes a backup of everything the hub keeps, while it runs. Raises `Faults`."""
    from storage import backups

    with _backup_faults(target), database_faults():
        return await backups.backup(_belongings(settings), target, datetime.now(UTC), version)


async def restore(settings: Settings, source: Path, *, replace: bool) -> Done:
    """Puts a backup in the place of what the hub keeps. Raises `Faults`."""
    from storage import backups

    with _backup_faults(source), database_faults():
        return await backups.restore(_belongings(settings), source, replace=replace)


def _belongings(settings: Settings) -> Belongings:
    from storage.backups import Belongings

    hub, database = settings.hub, settings.hub.database_file
    beside = (
        {name: database.with_name(f"{database.name}.{name}") for name in ("secret", "operators")} if database else {}
    )
    return Belongings(hub.database_url, hub.files, beside, hub.secret.get_secret_value())


@contextmanager
def _backup_faults(file: Path) -> Iterator[None]:
    """Turns a bad archive into `Faults` that name the file."""
    from storage.backups import BadBackup

    try:
        yield
    except BadBackup as error:
        raise Faults([Fault(str(file), error.what, error.advice, error.values)]) from None


@contextmanager
def database_faults() -> Iterator[None]:
    """Turns an unusable database into `Faults` that name the key of hub.toml."""
    import storage

    try:
        yield
    except storage.Unusable as error:
        raise Faults([Fault("hub.database_url", error.what, error.advice, error.values)]) from None


def web_desk_keys(settings: Settings) -> dict[str, SecretStr]:
    """Returns the operators' keys by user name, over all web desks."""
    from bot.desks.web.settings import WebSettings

    web = (desk for desk in settings.desks.values() if isinstance(desk, WebSettings))
    return {user: key for desk in web for user, key in desk.operators.items()}


def api_tokens(settings: Settings) -> dict[AccountName, SecretStr]:
    """Returns the tokens by account, over all accounts of the HTTP API."""
    from bridges.api import ApiSettings

    return {name: account.token for name, account in settings.accounts.items() if isinstance(account, ApiSettings)}


def slack_manifest(url: str | None, actions: Sequence[Offer], tr: Translator) -> str:
    """Returns a Slack app's manifest as JSON. `url`: public address for events, None: Socket Mode. `actions`: those
    with a shortcut are added to the menu of messages."""
    from bot.desks.slack import manifest

    shortcuts = [
        manifest.Shortcut(one.word, tr.gettext(one.label), tr.gettext(one.about)) for one in actions if one.shortcut
    ]
    return manifest.manifest(url or "", socket_mode=url is None, shortcuts=shortcuts, tr=tr)


async def set_up_mattermost(
    url: str, admin_token: str, team: str, channel: str, public_url: str, locale: str
) -> Sequence[Finding]:
    """Creates the bot, its membership and `/dialog`. Returns a finding per step; the last holds the section for
    hub.toml."""
    from bot.desks.mattermost import setup

    return await setup.setup(url, admin_token, team, channel, public_url, locale)
