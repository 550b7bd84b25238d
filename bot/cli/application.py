"""Commands, with their options and help. The modules beside this one do the work."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, ParamSpec

import typer

from bot.cli.language import LOCALE, _
from bot.cli.screen import Screen
from bot.locale import translator

P = ParamSpec("P")

Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        metavar="FILE",
        help=_("Configuration file. Default: $HUB_CONFIG, then hub.toml, then a demo without one."),
    ),
]

app = typer.Typer(
    name="hub",
    help=_("Customers' dialogs from every messenger, in threads of your team chat."),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def reporting(command: Callable[P, None]) -> Callable[P, None]:
    """Prints faults that people can mend, one line each, and exits with 1."""

    @functools.wraps(command)
    def reported(*args: P.args, **kwargs: P.kwargs) -> None:
        from settings import Faults

        try:
            command(*args, **kwargs)
        except Faults as error:
            Screen(errors=True).faults(error.lines(LOCALE))
            raise typer.Exit(1) from None

    return reported


@app.callback()
def everywhere(
    context: typer.Context,
    config: Annotated[Path | None, typer.Option("--config", "-c", envvar="HUB_CONFIG", hidden=True)] = None,
) -> None:
    context.obj = config


@app.command(help=_("Run the hub until stopped."))
@reporting
def run(context: typer.Context, config: Config = None) -> None:
    from bot.cli import running

    running.run(config or context.obj)


@app.command(help=_("Run a demo with simulated customers; nothing is kept."))
@reporting
def demo() -> None:
    from bot.cli.demo import demo as show

    show()


@app.command(help=_("Check tokens, permissions and addresses, and advise what to fix."))
@reporting
def check(context: typer.Context, config: Config = None) -> None:
    from bot.cli import checking

    raise typer.Exit(checking.check(config or context.obj))


@app.command(help=_("Update the database to this version's schema."))
@reporting
def migrate(context: typer.Context, config: Config = None) -> None:
    from bot.cli import running

    running.migrate(config or context.obj)


@app.command(help=_("Back up the database, the files and the secret into one file, while the hub runs."))
@reporting
def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("File to write; an earlier one is replaced."))],
    config: Config = None,
) -> None:
    from bot.cli import backups

    backups.backup(config or context.obj, file)


@app.command(help=_("Restore a backup into an empty database; the hub must be stopped."))
@reporting
def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("File that hub backup wrote."))],
    replace: Annotated[bool, typer.Option("--replace", help=_("Replace everything in the database."))] = False,
    config: Config = None,
) -> None:
    from bot.cli import backups

    backups.restore(config or context.obj, file, replace=replace)


manifest = typer.Typer(help=_("Print a configuration to paste into a platform."), no_args_is_help=True)
app.add_typer(manifest, name="manifest")


@manifest.command(help=_("Slack app manifest: create an app from it at api.slack.com/apps."))
def slack(
    url: Annotated[
        str | None,
        typer.Option(
            "--http", metavar="URL", help=_("Receive events at this https:// address instead of over Socket Mode.")
        ),
    ] = None,
) -> None:
    from bot.actions import ACTIONS
    from bot.app import commands

    typer.echo(commands.slack_manifest(url, list(ACTIONS.values()), translator(LOCALE)))


setup = typer.Typer(help=_("Set up a team chat for the hub."), no_args_is_help=True)
app.add_typer(setup, name="setup")


@setup.command(
    help=_("Create the bot, add it to the channel, create the /dialog command; print the section for hub.toml.")
)
def mattermost(
    url: Annotated[str, typer.Option(prompt=True, help=_("Mattermost's address, e.g. https://chat.example.com."))],
    team: Annotated[str, typer.Option(prompt=True, help=_("The team's name, as in the addresses of its channels."))],
    channel: Annotated[str, typer.Option(prompt=True, help=_("The channel's name, as in its address."))],
    admin_token: Annotated[
        str,
        typer.Option(
            prompt=True,
            hide_input=True,
            envvar="MATTERMOST_ADMIN_TOKEN",
            help=_("A system administrator's personal access token; used once, not stored."),
        ),
    ],
    public_url: Annotated[
        str, typer.Option(help=_("The hub's address for Mattermost; without it there are no buttons and no /dialog."))
    ] = "",
) -> None:
    from bot.cli import checking

    raise typer.Exit(checking.set_up_mattermost(url, admin_token, team, channel, public_url))


@app.command(help=_("Print the version."))
def version() -> None:
    from importlib.metadata import version as version_of

    Screen().say(version_of("dialog-hub"))
