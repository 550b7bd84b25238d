"""The command line. Commands import what they need when they run, so that `hub version` is instant."""

from __future__ import annotations


def main() -> None:
    from bot.cli.application import app

    app()
