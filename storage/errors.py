"""Why the hub cannot work with a database."""

from __future__ import annotations


class Unusable(Exception):
    """The text says what is wrong, `advice` what to do."""

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(what)
        self.advice = advice
