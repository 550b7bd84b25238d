"""Requests to an external CRM over its HTTP client, and the meaning of their failures.

One request per call and no retries: the courier owns those. Everything sent to a CRM may be repeated, so an uncertain
outcome is only `Transient`. Error texts never contain the address, which is no matter of those who read them; the log
names host and port, and never more, since some addresses hold keys.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import structlog
from aiohttp import ClientError, ClientResponse, ClientSession, ClientSSLError, InvalidURL

from bot.domain.text import shorten
from bot.domain.value import value
from bot.locale import N_, Translator
from bot.ports import Clock, DeliveryError, Transient, Unavailable, Unexplained
from bot.runtime import http_limits, http_waits, network_faults
from bot.runtime.claims import ClaimLost
from bot.runtime.throttled_log import ThrottledLog

throttled = ThrottledLog(structlog.get_logger(__name__))

MOST = 4 * 1024 * 1024
"""Bytes read of an answer."""
WORDS = 300
"""Characters of a CRM's own text that are shown to operators."""
LAPSE = timedelta(minutes=3)
"""Longest pause between failures of one outage; failures further apart belong to different outages."""

ADDRESS = N_("Check the CRM's address in [crm] and that this machine trusts its certificate.")
REACH = N_("Check that the CRM is running and that the hub's machine can reach its address.")


@value
class CrmResponse:
    """A CRM's answer. `headers`: names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def good(self) -> bool:
        return 200 <= self.status < 300

    @property
    def json(self) -> Any:
        """Returns the parsed body; None if it is not JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def retry_after(self, now: datetime) -> float | None:
        """Returns the seconds that the answer asks to wait, given there as seconds or as a date."""
        return http_waits.seconds(self.headers.get("retry-after"), now)


async def ask(
    http: ClientSession, method: str, url: Any, *, patience: float, most: int = MOST, **options: Any
) -> CrmResponse:
    """Returns the answer, whatever its status. `patience`: seconds in total; `most`: bytes of the answer; `options`:
    those of `ClientSession.request`. Raises `Transient` or `Unavailable`."""
    limits = http_limits.request(patience)
    try:
        async with http.request(method, url, timeout=limits, allow_redirects=False, **options) as response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            return CrmResponse(response.status, headers, await _bounded(response, most))
    except (InvalidURL, ClientSSLError) as error:  # an untrusted certificate stays untrusted
        raise Unavailable(_unreached(error), ADDRESS) from None
    except (ClientError, TimeoutError, OSError) as error:
        raise Transient(_unreached(error)) from None


def _unreached(error: Exception) -> str:
    """Logs where the connection failed; returns only why."""
    described = network_faults.describe(error)
    throttled.warning("the CRM cannot be reached", described, error=described)
    return f"no connection: {network_faults.reason(error)}"


async def _bounded(response: ClientResponse, most: int) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > most:
            raise Transient(f"the answer is longer than {most} bytes")
    return bytes(body)


def words(text: object) -> str:
    """Shortens a CRM's text to one line; "" if it is not a text or is a page for browsers."""
    if not isinstance(text, str) or text.lstrip()[:1] == "<":
        return ""
    return shorten(" ".join("".join(char if char.isprintable() else " " for char in text).split()), WORDS)


class Reach:
    """Distinguishes a restarting CRM from a broken one: failures within `alarm_after` seconds of the first are
    `Transient`, later ones `Unavailable`, which notifies the administrators."""

    def __init__(self, clock: Clock, alarm_after: float, tr: Translator) -> None:
        self._clock, self._tr = clock, tr
        self._alarm_after = timedelta(seconds=alarm_after)
        self._began: datetime | None = None
        self._last: datetime | None = None

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Wraps every request to the CRM. Translates advice into the hub's language."""
        try:
            yield
        except ClaimLost:  # the CRM was not asked
            raise
        except Unexplained:  # an answer about one object
            self._began = None
            raise
        except Transient as error:
            if error.retry_after is None and self._lasts():
                raise Unavailable(error.detail, self._tr.gettext(REACH)) from error
            raise
        except Unavailable as error:
            raise Unavailable(error.detail, self._tr.gettext(error.advice) if error.advice else "") from error
        except DeliveryError:
            self._began = None
            raise
        self._began = None

    def _lasts(self) -> bool:
        now = self._clock.now()
        if self._began is None or (self._last is not None and now - self._last > LAPSE):
            self._began = now
        self._last = now
        return now - self._began >= self._alarm_after
