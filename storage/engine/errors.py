"""Errors that make a database unusable for the hub."""

from __future__ import annotations


class Unusable(Exception):
    """A fault of the database. `what` says what is wrong and `advice` how to mend it, both as message ids of
    `bot.locale`; `values` fill the placeholders in `what`."""

    def __init__(self, what: str, advice: str, **values: str) -> None:
        super().__init__(what.format(**values))
        self.what, self.advice, self.values = what, advice, values
