"""Log lines that an outage, or a stranger, would repeat without end: each at most once a minute."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

SELDOM = 60.0
"""Seconds between two lines about the same."""
MANY = 100
"""Keys that are told apart at the same time."""


class ThrottledLog:
    """Wrapper of a logger that writes a line about one cause at most once a minute; the next one says, as `more`, how
    many were left out. Share one instance among all that suffer from the same cause."""

    def __init__(self, log: Any) -> None:
        self._log = log
        self._told: dict[str, float] = {}
        self._untold: Counter[str] = Counter()

    def warning(self, event: str, key: str = "", **values: Any) -> None:
        """Logs `event`. `key`: the cause; limits each separately, as long as there are few."""
        if self._due(what := self._what(event, key)):
            self._log.warning(event, **values, more=self._untold.pop(what, 0))

    def exception(self, event: str, error: BaseException, **values: Any) -> None:
        """Logs an error with its traceback; the cause is its class."""
        if self._due(what := self._what(event, type(error).__name__)):
            self._log.error(event, **values, more=self._untold.pop(what, 0), exc_info=error)

    def _what(self, event: str, key: str) -> str:
        now = time.monotonic()
        if len(self._told) >= MANY:
            self._told = {what: until for what, until in self._told.items() if now < until}
        return f"{event} {key}" if len(self._told) < MANY else event

    def _due(self, what: str) -> bool:
        now = time.monotonic()
        if now < self._told.get(what, 0):
            self._untold[what] += 1
            return False
        self._told[what] = now + SELDOM
        return True
