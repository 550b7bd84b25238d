"""Failed connections in a few words for logs and findings: where to, and why. Never a whole address, which may contain
a token."""

from __future__ import annotations

import os

import aiohttp

_CLOSED = (aiohttp.ServerDisconnectedError, aiohttp.ClientConnectionResetError, ConnectionResetError, BrokenPipeError)


def describe(error: BaseException) -> str:
    """Returns one line, such as “chat.example.com:443: connection refused”."""
    where = f"{error.host}:{error.port}: " if isinstance(error, aiohttp.ClientConnectorError) else ""
    return where + reason(error)


def reason(error: BaseException) -> str:
    """Returns the reason alone, such as “connection refused”, for people who need not know addresses."""
    match error:
        case aiohttp.ClientConnectorDNSError():
            return "there is no such host"
        case aiohttp.ClientConnectorCertificateError():
            return "its certificate is not accepted"
        case aiohttp.ClientConnectorSSLError():
            return "no encrypted connection is possible"
        case aiohttp.ClientConnectorError():
            return _of_system(error.os_error)
        case TimeoutError():
            return "no answer in time"
        case _ if isinstance(error, _CLOSED):
            return "the connection was closed"
        case OSError():
            return _of_system(error)
    return type(error).__name__


def _of_system(error: OSError) -> str:
    """Returns the system's words for the number: Python's own may repeat the host."""
    return os.strerror(error.errno).lower() if error.errno is not None and error.errno > 0 else type(error).__name__
