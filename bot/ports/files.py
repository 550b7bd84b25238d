"""Port to files, wherever they are stored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Protocol, TypeVar

from bot.domain import FileRef
from bot.domain.failures import RejectReason
from bot.domain.labels import file_label, media_type
from bot.domain.value import value
from bot.ports.errors import Rejected, Transient

T = TypeVar("T")

UNSENT = timedelta(days=7)
"""Time that an operator's upload is kept without a message."""


class NoSpace(Transient):
    """The disk is nearly full; the rest is reserved for the database."""

    def __init__(self) -> None:
        super().__init__("the hub's disk is nearly full", retry_after=60)


@value
class Download:
    """Open file. `chunks` may be read once; `size` None: not known beforehand."""

    chunks: AsyncIterator[bytes]
    size: int | None = None
    name: str = ""
    mime: str = ""

    def __post_init__(self) -> None:
        """Cleans name and type, which come from outside: neither may break a header."""
        object.__setattr__(self, "name", file_label(self.name))
        object.__setattr__(self, "mime", media_type(self.mime))


@asynccontextmanager
async def filled(opened: AbstractAsyncContextManager[Download]) -> AsyncIterator[Download]:
    """Opens a file that has at least one byte; `Files.open` opens all files so. Entering raises `Rejected(FILE_EMPTY)`
    for another: no platform accepts it."""
    async with opened as download:
        if download.size is None:
            download = await _begun(download)
        elif download.size == 0:
            raise Rejected(RejectReason.FILE_EMPTY)
        yield download


async def _begun(download: Download) -> Download:
    """Reads up to the first byte and returns the file from its start."""
    async for first in download.chunks:
        if first:
            return replace(download, chunks=_from(first, download.chunks))
    raise Rejected(RejectReason.FILE_EMPTY)


async def _from(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for chunk in rest:
        yield chunk


class Source(Protocol):
    """Source of the bytes behind a `FileRef` of its own origin."""

    def download(self, file: FileRef) -> AbstractAsyncContextManager[Download]:
        """Opens the file. Entering raises `Rejected(FILE_GONE)` when it is gone for good, `Transient` when it may
        become available."""
        ...


class Files(Protocol):
    """All files, wherever they are stored."""

    def open(self, file: FileRef) -> AbstractAsyncContextManager[Download]:
        """Opens a file. Entering raises `Rejected(FILE_GONE)`, `Rejected(FILE_EMPTY)` or `SourceUnavailable`; so does
        reading its chunks, except for an empty one."""
        ...

    async def save(
        self, chunks: AsyncIterator[bytes], name: str, mime: str, limit: int, *, keep: timedelta = UNSENT
    ) -> tuple[FileRef, int]:
        """Stores a file in the hub; returns its ref and size. `keep`: how long, while no message refers to it; with one
        it is kept for good. Raises `Rejected(TOO_LARGE)` over `limit` bytes, and `NoSpace`."""
        ...

    async def clean(self) -> bool:
        """Removes some expired files that no message refers to. True: there may be more."""
        ...

    def link(self, file: FileRef, name: str, mime: str) -> str:
        """Signed, expiring address of the file: absolute if the hub has a public URL, otherwise from `/`. One more
        segment may be appended (`…/photo.jpeg`), for platforms that need an extension."""
        ...
