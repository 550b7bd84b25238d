"""No secret in any log line, whoever wrote it; and Prometheus's metrics."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import time
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import structlog

from bot.runtime import logs, metrics, throttled_log
from bot.runtime.throttled_log import ThrottledLog
from tests.conftest import log_plainly

TOKEN = '123:AA"b/c&d'


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything that this process logs."""
    before, level = logging.root.handlers[:], logging.root.level
    logging.getLogger("uvicorn").propagate = True  # servers of other tests have configured it
    stream = io.StringIO()
    logs.set_up("INFO", [TOKEN, "short", ""], stream)
    yield stream
    logging.root.handlers[:], logging.root.level = before, level
    logging.captureWarnings(False)
    structlog.reset_defaults()
    log_plainly()


def raising() -> None:
    raise ConnectionError(f"cannot reach https://api.example/bot{TOKEN}/getMe")


def test_an_outage_is_not_logged_for_every_request(lines: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by the hub nor by its web server; what was left out is counted, and another cause is another line."""
    monkeypatch.setattr(throttled_log, "SELDOM", 60.0)
    throttled = ThrottledLog(structlog.get_logger("hub"))
    for error in (OSError("away"), OSError("away"), ValueError("a defect")):
        logging.getLogger("uvicorn.error").error("Exception in ASGI application", exc_info=error)
        throttled.exception("outbox unavailable", error)
    found = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [line["event"] for line in found] == 2 * ["Exception in ASGI application", "outbox unavailable"]
    monkeypatch.setattr(time, "monotonic", lambda: 2.0**40)
    throttled.exception("outbox unavailable", OSError("away"))
    assert json.loads(lines.getvalue().splitlines()[-1])["more"] == 1


@pytest.mark.parametrize("form", [TOKEN, quote(TOKEN), quote(TOKEN, safe=""), json.dumps(TOKEN)[1:-1]])
def test_secrets_are_hidden_in_every_form(lines: io.StringIO, form: str) -> None:
    structlog.get_logger("bot.core").info("asked", url=f"https://api.example/{form}", nested={"token": [form]})
    logging.getLogger("library").warning("lost connection to %s", form)
    text = lines.getvalue()
    assert form not in text
    assert text.count(logs.MASK) == 3


def test_secrets_are_hidden_in_tracebacks(lines: io.StringIO) -> None:
    try:
        raising()
    except ConnectionError:
        structlog.get_logger("bot.core").exception("failed", task="receive account:shop")
    text = lines.getvalue()
    assert TOKEN not in json.loads(text)["exception"]
    assert "cannot reach https://api.example/bot***/getMe" in json.loads(text)["exception"]
    assert json.loads(text)["task"] == "receive account:shop"


def test_lines_are_json_with_time_level_and_origin(lines: io.StringIO) -> None:
    structlog.get_logger("bot.delivery.courier").info("delivered", parcel=17)
    line = json.loads(lines.getvalue())
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "delivered", "parcel": 17, "level": "info", "logger": "bot.delivery.courier"}


def test_short_values_do_not_mask_words(lines: io.StringIO) -> None:
    structlog.get_logger("bot.core").info("a short one")
    assert "a short one" in lines.getvalue()


def test_requests_that_are_cut_off_at_the_end_are_no_news(lines: io.StringIO) -> None:
    for error in (asyncio.CancelledError(), ValueError("broken")):
        try:
            raise error
        except (asyncio.CancelledError, ValueError):
            logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    assert lines.getvalue().count("Exception in ASGI application") == 1
    assert "broken" in lines.getvalue()


def test_waiting_parcels_are_a_whole_reading() -> None:
    metrics.replace(metrics.WAITING, {"account:shop": 3, "desk:main": 1})
    metrics.replace(metrics.WAITING, {"desk:main": 2})
    text = metrics.render()[0].decode()
    assert 'hub_waiting_parcels{destination="desk:main"} 2.0' in text
    assert "account:shop" not in text.split("# HELP hub_waiting_parcels")[1].split("# HELP")[0]
