"""Logs: structured, for people on a terminal and as JSON lines elsewhere, and never with a secret in them.

The libraries' own logging goes the same way. Secrets reach log lines in other people's words (an address
with a token in it, an exception's text); so every finished line is searched for the values that settings
call secrets, whatever part of it they stand in.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import sys
from collections.abc import Iterable
from typing import Any, TextIO
from urllib.parse import quote

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

MASK = "***"
SHORTEST = 6
"""Shorter values are not searched for: they would mask innocent words."""

NOISY = ("alembic", "httpx", "httpcore", "uvicorn")
"""Libraries whose everyday news are not ours."""


def set_up(level: str = "INFO", secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Once per process, before the first line."""
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
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for name in NOISY:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.root.level))
    logging.captureWarnings(True)


def _not_cut_off(record: logging.LogRecord) -> bool:
    """A request that is still open when the hub stops is cut off: uvicorn takes that for an error."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, asyncio.CancelledError)


def _rendering(terminal: bool) -> list[Processor]:
    if terminal:
        return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False, default=str)]


class _Masking:
    """The last processor: the line is a finished string."""

    def __init__(self, secrets: Iterable[str]) -> None:
        shapes = {shape for secret in secrets if len(secret) >= SHORTEST for shape in _shapes(secret)}
        long_first = sorted(shapes, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, long_first))) if long_first else None

    def __call__(self, _logger: WrappedLogger, _method: str, line: Any) -> EventDict | str:
        return self._pattern.sub(MASK, line) if self._pattern else line


def _shapes(secret: str) -> set[str]:
    """The value as it is, in an address, in JSON, and in JSON inside of JSON."""
    once = json.dumps(secret, ensure_ascii=False)[1:-1]
    return {secret, quote(secret), quote(secret, safe=""), once, json.dumps(once, ensure_ascii=False)[1:-1]}
