"""Structured logs: readable on a terminal, JSON lines elsewhere, never with a secret in them.

The libraries' logging goes the same way. Secrets get into log lines through other people's words (an address with a
token in it, an exception's text), so every finished line is searched for all values that the settings declare secret.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import sys
import time
from collections.abc import Iterable
from typing import Any, TextIO
from urllib.parse import quote

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.runtime import throttled_log

MASK = "***"
SHORTEST = 6
"""Shorter values are not masked: they would hit innocent words."""

LIBRARIES = ("uvicorn", "asyncio")
"""Libraries that log errors of the hub's own code."""
NOISY = ("alembic", "httpx", "httpcore", "uvicorn")
"""Libraries whose routine messages are dropped."""


def set_up(level: str = "INFO", secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Configures logging; called once per process, before the first line."""
    stream = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_rendering(stream.isatty()),
                _Masking(secrets),
            ],
        )
    )
    handler.addFilter(_not_cut_off)
    handler.addFilter(_Seldom())
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for name in NOISY:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.root.level))
    logging.captureWarnings(True)


def _not_cut_off(record: logging.LogRecord) -> bool:
    """Drops uvicorn's error about a request cut off by the hub's own stop."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, asyncio.CancelledError)


class _Seldom:
    """Filter that lets a library's error through once a minute: in an outage every request ends with it."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, str], float] = {}

    def __call__(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if error is None or not record.name.startswith(LIBRARIES):
            return True
        what, now = (record.getMessage(), type(error).__name__), time.monotonic()
        if len(self._told) > throttled_log.MANY:
            self._told.clear()
        if now < self._told.get(what, 0):
            return False
        self._told[what] = now + throttled_log.SELDOM
        return True


def _rendering(terminal: bool) -> list[Processor]:
    if terminal:
        return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False, default=str)]


class _Masking:
    """Masks secrets; the last processor, so that the line is a finished string."""

    def __init__(self, secrets: Iterable[str]) -> None:
        shapes = {shape for secret in secrets if len(secret) >= SHORTEST for shape in _shapes(secret)}
        long_first = sorted(shapes, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, long_first))) if long_first else None

    def __call__(self, _logger: WrappedLogger, _method: str, line: Any) -> EventDict | str:
        return self._pattern.sub(MASK, line) if self._pattern else line


def _shapes(secret: str) -> set[str]:
    """Forms a secret may take: as is, in an address, in JSON, and in JSON inside JSON."""
    once = json.dumps(secret, ensure_ascii=False)[1:-1]
    return {secret, quote(secret), quote(secret, safe=""), once, json.dumps(once, ensure_ascii=False)[1:-1]}
