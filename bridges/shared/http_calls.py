"""Requests to platforms over the account's HTTP client, and the meaning of their failures.

One request per call and no retries: the courier owns those. A failure is `Transient` if the request was certainly not
carried out, `Unconfirmed` if it may have been. Error texts contain at most the host and the port of an address, since
the rest may hold tokens.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, NoReturn

from aiohttp import (
    ClientConnectionResetError,
    ClientConnectorCertificateError,
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ConnectionTimeoutError,
    InvalidURL,
)

from bot.domain import graphemes
from bot.domain.value import value
from bot.ports import DeliveryError, Download, Rejected, RejectReason, SourceUnavailable, Transient, Unconfirmed
from bot.runtime import claims, http_limits, http_waits, network_faults
from bridges.shared.fields import Fields

CHUNK = 64 * 1024
_JOINERS = frozenset(map(chr, (0x200C, 0x200D, *range(0xE0020, 0xE0080))))
"""Invisible characters within emoji and words."""
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses of a file download after which a retry may succeed."""


class StrangeCertificate(Transient):
    """Nothing was sent: this machine does not know who certifies the platform's server."""


@value
class HttpResponse:
    """A platform's answer. `headers`: names in lower case. `body`: whole, since answers to API calls are small."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def fields(self) -> Fields:
        """Returns the JSON object of the answer; empty if it is not one."""
        try:
            return Fields(json.loads(self.body))
        except (ValueError, RecursionError):
            return Fields(None)

    @property
    def retry_after(self) -> float | None:
        """Returns the seconds that the answer asks to wait."""
        return http_waits.seconds(self.headers.get("retry-after"))


async def call(
    http: ClientSession, method: str, url: str, *, patience: float, repeatable: bool = False, **options: Any
) -> HttpResponse:
    """Returns the answer, whatever its status. `patience`: seconds in total. `repeatable`: the call may safely be made
    twice, so an uncertain outcome is only `Transient`. `options`: those of `ClientSession.request`. Raises `Transient`
    or `Unconfirmed`; a failing `StreamedUpload` among the data raises its own error."""
    limits = http_limits.request(patience)
    try:
        async with http.request(method, url, timeout=limits, allow_redirects=False, **options) as response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            return HttpResponse(response.status, headers, await response.read())
    except InvalidURL:
        raise Transient("the platform's address is none") from None
    except (ClientError, TimeoutError, OSError) as error:
        failed(error, repeatable=repeatable)


def failed(error: Exception, *, repeatable: bool) -> NoReturn:
    """Raises the error that a failed connection means, without its cause, which may contain the address."""
    raise failure(error, f"no connection: {network_faults.describe(error)}", repeatable=repeatable) from None


def failure(error: Exception, words: str, *, repeatable: bool) -> DeliveryError:
    """Decides between `Transient` and `Unconfirmed`: could the platform have received the whole request?"""
    if isinstance(error, ClientConnectorCertificateError):
        return StrangeCertificate(words)
    never_sent = isinstance(error, ClientConnectorError | ConnectionTimeoutError) or _was_closed_before(error)
    return Transient(words) if repeatable or never_sent else Unconfirmed(words)


def partly(arrived: int, error: DeliveryError) -> DeliveryError:
    """Returns the error for a message sent in several parts of which `arrived` got through before `error`: `Rejected`
    stays `Rejected`, any other becomes `Unconfirmed`, since something was sent."""
    words = f"{arrived} of the message's parts arrived, then: {error}"
    return Rejected(error.reason, words) if isinstance(error, Rejected) else Unconfirmed(words)


def _was_closed_before(error: BaseException | None) -> bool:
    """Recognizes a connection closed by the other side before the request was completely written, as happens to
    kept-alive ones: the platform did not receive a whole request."""
    while error is not None:
        if isinstance(error, ClientConnectionResetError) and "closing transport" in str(error):
            return True
        error = error.__cause__
    return False


class StreamedUpload:
    """A file streamed from its source while it is sent, never whole in memory.

    Pass `chunks()` to `call` as `data`, or to a form field. `failure` is set if the file could not be read to its end,
    or the delivery's claim ended meanwhile.
    The platform has then received no complete request and done nothing, whatever the HTTP client reports: raise
    `failure` instead of `call`'s error, as `raise_failure` does.
    """

    def __init__(self, download: Download, limit: int) -> None:
        """`limit`: bytes. Raises `Rejected(TOO_LARGE)` if the known size exceeds it."""
        if download.size is not None and download.size > limit:
            raise _too_large(limit)
        self.failure: DeliveryError | None = None
        self._download, self._limit = download, limit

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        size = 0
        try:
            async for chunk in self._download.chunks:
                size += len(chunk)
                if size > self._limit:
                    raise _too_large(self._limit)
                await claims.confirm()
                yield chunk
        except DeliveryError as error:
            self.failure = error
            raise
        except (ClientError, OSError, TimeoutError) as error:
            self.failure = SourceUnavailable(f"the file stopped coming ({type(error).__name__})")
            raise

    def raise_failure(self) -> None:
        """Raises `failure`, if there is one. Call it when sending failed."""
        if self.failure is not None:
            raise self.failure


def _too_large(limit: int) -> Rejected:
    return Rejected(RejectReason.TOO_LARGE, f"more than {limit} bytes")


def file_name(name: str) -> str:
    """Removes what would break the header that the name goes into; what joins emoji and letters stays."""
    kept = ((char.isprintable() or char in _JOINERS) and char not in '"\\/' for char in name)
    return graphemes.first("".join(char if keeps else "_" for char, keeps in zip(name, kept, strict=True)), 200)


@asynccontextmanager
async def opened(
    http: ClientSession,
    url: str,
    *,
    patience: float,
    headers: Mapping[str, str] | None = None,
    name: str = "",
    **options: Any,
) -> AsyncIterator[Download]:
    """Streams a file from an address that the platform gave. `patience`: seconds without a byte. `name`: used if the
    answer gives none. `options`: those of `ClientSession.get`. Raises `Rejected(FILE_GONE)` or `Transient`, also while
    the chunks are read."""
    limits = http_limits.transfer(patience)
    try:
        response = await http.get(url, timeout=limits, headers=dict(headers or {}), **options)
    except (InvalidURL, ValueError):
        raise Rejected(RejectReason.FILE_GONE, "the file's address is none") from None
    except (ClientError, TimeoutError, OSError) as error:
        failed(error, repeatable=True)
    async with response:
        if response.status in PASSING:
            raise Transient(f"HTTP {response.status} for a file")
        if response.status != 200:
            raise Rejected(RejectReason.FILE_GONE, f"HTTP {response.status} for a file")
        found = response.content_disposition
        filename = (found.filename if found else None) or name or response.url.path.rpartition("/")[2]
        yield Download(_chunks(response), response.content_length, filename, response.content_type)


async def _chunks(response: ClientResponse) -> AsyncIterator[bytes]:
    try:
        async for chunk in response.content.iter_chunked(CHUNK):
            yield chunk
    except (ClientError, TimeoutError, OSError) as error:
        failed(error, repeatable=True)
