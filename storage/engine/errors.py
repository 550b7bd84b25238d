"""Errors that make a database or a backup unusable for the hub."""

from __future__ import annotations


class StorageFault(Exception):
    """A fault that people can mend. `what` says what is wrong and `advice` how to mend it, both as message ids of
    `bot.locale`; `values` fill the placeholders in `what`."""

    def __init__(self, what: str, advice: str, **values: str) -> None:
        super().__init__(what.format(**values))
        self.what, self.advice, self.values = what, advice, values


class Unusable(StorageFault):
    """A fault of the database."""


class BadBackup(StorageFault):
    """A fault of a backup's file, or of a place where it should write."""
