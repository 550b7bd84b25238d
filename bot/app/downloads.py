"""Downloads by signed links: files are streamed from their origin, as attachments that browsers never run.

Supports `Range`, without which some video and audio players play nothing. Bytes before the range are read and dropped,
because most platforms serve only whole files.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Protocol
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from bot.domain import FileRef
from bot.domain.labels import file_name, media_type
from bot.ports import DeliveryError, Download, Files, Forged, Rejected, RejectReason

AGAIN = {"Retry-After": "5"}
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


class SignedFile(Protocol):
    """A file named by a signed link."""

    @property
    def file(self) -> FileRef: ...
    @property
    def name(self) -> str: ...
    @property
    def mime(self) -> str: ...


class SignedFiles(Files, Protocol):
    def read_link(self, token: str) -> SignedFile:
        """Verifies and decodes a link. Raises `Forged` for one that this hub did not sign, or that has expired."""
        ...


def endpoint(files: SignedFiles) -> Callable[[str, Request], Awaitable[Response]]:
    async def file(signed: str, request: Request) -> Response:
        try:
            link = files.read_link(signed)
        except Forged:
            return Response(status_code=403)
        opened = AsyncExitStack()
        try:
            download = await opened.enter_async_context(files.open(link.file))
        except Rejected as refused:
            if refused.reason is RejectReason.FILE_EMPTY:
                return Response(headers=_headers(link))
            return Response(status_code=410)
        except DeliveryError:
            return Response(status_code=503, headers=AGAIN)
        return await _answer(opened, link, download, request)

    return file


async def _answer(opened: AsyncExitStack, link: SignedFile, download: Download, request: Request) -> Response:
    headers, size = _headers(link, download.name, download.mime), download.size
    try:
        part = _part(request.headers.get("range", ""), size)
    except ValueError:
        await opened.aclose()
        return Response(status_code=416, headers={"Content-Range": f"bytes */{size}"})
    start, end = part or (0, size)
    if size is not None and end is not None:
        headers |= {"Accept-Ranges": "bytes", "Content-Length": str(end - start)}
    if part is not None:
        headers["Content-Range"] = f"bytes {start}-{part[1] - 1}/{size}"
    status = 200 if part is None else 206
    if request.method == "HEAD":
        await opened.aclose()
        return Response(status_code=status, headers=headers)
    return StreamingResponse(_streamed(opened, download, start, end), status, headers)


def _part(asked: str, size: int | None) -> tuple[int, int] | None:
    """Returns the byte range asked for, the end excluded; None: the whole file. Raises `ValueError` for a range outside
    it."""
    found = _RANGE.fullmatch(asked.strip())
    if found is None or size is None or found.groups() == ("", ""):
        return None  # several ranges, other units, or a file of unknown size: the whole is a valid response
    first, last = found.groups()
    start = int(first) if first else max(0, size - int(last))
    end = min(size, int(last) + 1) if first and last else size
    if start >= end:
        raise ValueError(asked)
    return start, end


async def _streamed(opened: AsyncExitStack, download: Download, start: int, end: int | None) -> AsyncIterator[bytes]:
    place = 0
    async with opened:
        async for chunk in download.chunks:
            wanted = chunk[max(0, start - place) : None if end is None else max(0, end - place)]
            place += len(chunk)
            if wanted:
                yield wanted
            if end is not None and place >= end:
                return


def _headers(link: SignedFile, name: str = "", mime: str = "") -> dict[str, str]:
    """Builds an answer's headers. `name`, `mime`: the file's own, if the link has none."""
    name = file_name(link.name) or name or "file"
    return {
        "Content-Type": media_type(link.mime) or mime or "application/octet-stream",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, max-age=3600",
    }
