"""Files, wherever they lie."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeVar

from bot.domain import FileRef
from bot.domain.labels import file_label, media_type
from bot.ports.errors import Transient

T = TypeVar("T")

UNSENT = timedelta(days=7)
"""How long an operator's file waits for the message that it is meant for."""


class NoSpace(Transient):
    """The disk is nearly full: the database needs what is left of it."""

    def __init__(self) -> None:
        super().__init__("the hub's disk is nearly full", retry_after=60)


@dataclass(frozen=True, slots=True)
class Download:
    """An open file. `chunks` may be read once; `size` None: not known beforehand."""

    chunks: AsyncIterator[bytes]
    size: int | None = None
    name: str = ""
    mime: str = ""

    def __post_init__(self) -> None:
        """Whoever names a file, a platform or an outsider's server, names nothing that breaks a header."""
        object.__setattr__(self, "name", file_label(self.name))
        object.__setattr__(self, "mime", media_type(self.mime))


class Source(Protocol):
    """Who can give the bytes behind a `FileRef` of its own origin."""

    def download(self, file: FileRef) -> AbstractAsyncContextManager[Download]:
        """Opens the file. Entering raises `Rejected(FILE_GONE)` when it is gone for good, `Transient` when it may come
        later."""
        ...


class Files(Protocol):
    """All files, wherever they lie."""

    def open(self, file: FileRef) -> AbstractAsyncContextManager[Download]:
        """Raises `Rejected(FILE_GONE)` or `Transient`."""
        ...

    async def save(
        self, chunks: AsyncIterator[bytes], name: str, mime: str, limit: int, *, keep: timedelta = UNSENT
    ) -> tuple[FileRef, int]:
        """Keeps a file with the hub; gives its ref and size. `keep`: how long, when no message refers to it; with one
        it is kept for good. Raises `Rejected(TOO_LARGE)` over `limit` bytes, and `NoSpace`."""
        ...

    async def clean(self) -> bool:
        """Removes some of the files that no message refers to and whose time is over. True: there may be more."""
        ...

    def link(self, file: FileRef, name: str, mime: str) -> str:
        """A signed, expiring address of the file: absolute where the hub has a public URL, else from `/`. One more
        segment may follow (`…/photo.jpeg`), for platforms that go by an address's extension."""
        ...
