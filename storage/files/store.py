"""File store: the hub's own files on disk, others streamed from their origin, and signed links that expire."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import os
import re
import secrets
import unicodedata
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import structlog

from bot.domain import FileRef
from bot.domain.labels import file_name
from bot.domain.value import value
from bot.ports import (
    UNSENT,
    Clock,
    Download,
    Forged,
    NoSpace,
    Rejected,
    RejectReason,
    Source,
    SourceUnavailable,
    Transient,
    filled,
    private_files,
)
from storage.engine.store import SqlStore
from storage.engine.unit import SqlUnit
from storage.files import space, unreferenced
from storage.files.unreferenced import HUB

log = structlog.get_logger(__name__)
VALID = timedelta(days=7)
FLOOR = 256 * 1024 * 1024
"""Bytes of the disk that saved files leave free, for the database."""
_CHUNK = 256 * 1024  # bytes
_PORTION = 100
"""Files removed per call of `clean`."""
_ID = re.compile(r"[0-9a-f]{32}")


@contextmanager
def _reading() -> Iterator[None]:
    """Keeps a source's failures apart from those of whoever gets the bytes."""
    try:
        yield
    except Transient as error:
        raise SourceUnavailable(error.detail, error.retry_after) from error


@asynccontextmanager
async def _opened(source: Source, file: FileRef) -> AsyncIterator[Download]:
    async with AsyncExitStack() as stack:
        with _reading():
            download = await stack.enter_async_context(source.download(file))
        yield replace(download, chunks=_read(download.chunks))


async def _read(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    with _reading():
        async for chunk in chunks:
            yield chunk


@value
class LinkTarget:
    """The file that a signed link names, with the name and type to serve it under."""

    file: FileRef
    name: str
    mime: str


class LocalFiles:
    """`bot.ports.Files`. `sources`: where files of each origin other than the hub's own are downloaded from. `store`:
    lists the unreferenced files; without one, every file is kept for good. `before`: the previous secret, whose links
    still open; "" for none.

    A file is stored as two: its bytes, and a `.json` with name and type. Both lie in folders named after the first
    letters of their random id, so that no directory grows without end.
    """

    def __init__(
        self,
        directory: str | Path,
        secret: str,
        public_url: str,
        clock: Clock,
        store: SqlStore | None = None,
        *,
        before: str = "",
    ) -> None:
        self._directory = Path(directory)
        self._secrets = [hashlib.sha256(b"files:" + one.encode()).digest() for one in (secret, before) if one]
        self._public_url, self._clock, self._store = public_url.rstrip("/"), clock, store
        self.sources: dict[str, Source] = {}

    # ------------------------------------------------------------------------------------- bytes

    def open(self, file: FileRef) -> AbstractAsyncContextManager[Download]:
        if file.origin == HUB:
            return filled(self._open_own(file))
        source = self.sources.get(file.origin)
        if source is None:
            raise Rejected(RejectReason.FILE_GONE, f"nobody knows {file.origin} any more")
        return filled(_opened(source, file))

    @asynccontextmanager
    async def _open_own(self, file: FileRef) -> AsyncIterator[Download]:
        path = self._path(file.id)
        try:
            about = json.loads(await asyncio.to_thread(path.with_suffix(".json").read_text))
            opened = await asyncio.to_thread(path.open, "rb")
        except FileNotFoundError as error:
            raise Rejected(RejectReason.FILE_GONE, "the hub has this file no longer") from error
        with opened:
            size = os.fstat(opened.fileno()).st_size

            async def chunks() -> AsyncIterator[bytes]:
                while chunk := await asyncio.to_thread(opened.read, _CHUNK):
                    yield chunk

            yield Download(chunks(), size, about["name"], about["mime"])

    async def save(
        self, chunks: AsyncIterator[bytes], name: str, mime: str, limit: int, *, keep: timedelta = UNSENT
    ) -> tuple[FileRef, int]:
        try:
            await asyncio.to_thread(_look_for_space, self._directory)
            return await self._save(chunks, name, mime, limit, keep)
        except NoSpace:
            log.error("file rejected: the disk is almost full", folder=str(self._directory))
            raise

    async def _save(
        self, chunks: AsyncIterator[bytes], name: str, mime: str, limit: int, keep: timedelta
    ) -> tuple[FileRef, int]:
        file = FileRef(HUB, secrets.token_hex(16))
        await self._write_down(file, keep)
        path = self._path(file.id)
        await asyncio.to_thread(private_files.make_folder, path.parent, self._directory)
        arriving = path.with_suffix(".part")
        try:
            size = await _receive(chunks, arriving, limit)
            about = json.dumps({"name": clean_name(name), "mime": mime, "at": self._clock.now().isoformat()})
            await asyncio.to_thread(_complete, arriving, path, about)
        finally:
            with suppress(FileNotFoundError):
                arriving.unlink()
        return file, size

    async def clean(self) -> bool:
        """Removes one batch of expired files. A file is deleted before its row: after a crash in between it is deleted
        again."""
        if self._store is None:
            return False
        found = await self._store.reading().rows(unreferenced.OVER, now=self._clock.now(), limit=_PORTION)
        ids = [id_ for (id_,) in found]
        if not ids:
            return False
        await asyncio.to_thread(_remove, [self._path(id_) for id_ in ids])

        async def work(unit: SqlUnit) -> None:
            unit.session.later(unreferenced.CROSS_OUT, ids=ids)

        await self._store.transact_sql(work)
        return len(ids) == _PORTION

    async def _write_down(self, file: FileRef, keep: timedelta) -> None:
        """Registers the file before its first byte is written, so that whatever a crash leaves behind is removed in
        time."""
        if self._store is None:
            return
        until = self._clock.now() + keep

        async def work(unit: SqlUnit) -> None:
            unit.session.later(unreferenced.KEEP, id=file.id, until=until)

        await self._store.transact_sql(work)

    def _path(self, id_: str) -> Path:
        if not _ID.fullmatch(id_):
            raise Rejected(RejectReason.FILE_GONE, "there is no such file")
        return self._directory / id_[:2] / id_[2:4] / id_

    # ------------------------------------------------------------------------------------- links

    def link(self, file: FileRef, name: str, mime: str) -> str:
        ends = int((self._clock.now() + VALID).timestamp())
        body = json.dumps([ends, file.origin, file.id, clean_name(name), mime], separators=(",", ":")).encode()
        return f"{self._public_url}/files/{_text(_sign(self._secrets[0], body))}.{_text(body)}"

    def read_link(self, token: str) -> LinkTarget:
        """Verifies and decodes a link. Raises `Forged`, also for an expired link."""
        try:
            signature, _, body = token.partition(".")
            content = _bytes(body)
            given = _bytes(signature)
            if not any(hmac.compare_digest(given, _sign(one, content)) for one in self._secrets):
                raise Forged("a file link with a wrong signature")
            ends, origin, id_, name, mime = json.loads(content)
        except ValueError as error:
            raise Forged("no file link") from error
        if ends < self._clock.now().timestamp():
            raise Forged("a file link whose time is over")
        return LinkTarget(FileRef(origin, id_), name, mime)


def _look_for_space(folder: Path) -> None:
    """Raises `NoSpace` when the disk is nearly full. The folder need not exist yet."""
    if space.free(folder) < FLOOR:
        raise NoSpace


def _sign(secret: bytes, body: bytes) -> bytes:
    return hmac.digest(secret, body, "sha256")


async def _receive(chunks: AsyncIterator[bytes], path: Path, limit: int) -> int:
    size = 0
    with await asyncio.to_thread(_made, path) as file:
        async for chunk in chunks:
            size += len(chunk)
            if size > limit:
                raise Rejected(RejectReason.TOO_LARGE, f"over {limit} bytes")
            await asyncio.to_thread(_write, file, chunk, path.parent)
        await asyncio.to_thread(_flush, file.fileno(), file.flush)
    return size


def _write(file: BinaryIO, chunk: bytes, folder: Path) -> None:
    """Writes a chunk, checking free space each time: several uploads may have started when there was room for one."""
    _look_for_space(folder)
    file.write(chunk)


def _made(path: Path) -> BinaryIO:
    return open(path, "wb", opener=private_files.opener)


def _flush(descriptor: int, flush: object) -> None:
    assert callable(flush)
    flush()
    os.fsync(descriptor)


def _complete(arriving: Path, path: Path, about: str) -> None:
    """Renames the bytes last: a file with its final name is complete, even after a power failure."""
    with open(path.with_suffix(".json"), "w", opener=private_files.opener) as file:
        file.write(about)
        file.flush()
        os.fsync(file.fileno())
    arriving.rename(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _remove(paths: list[Path]) -> None:
    """Deletes the bytes first: without them the file counts as gone."""
    for path in paths:
        for each in (path, path.with_suffix(".json"), path.with_suffix(".part")):
            each.unlink(missing_ok=True)


def clean_name(name: str, longest: int = 120) -> str:
    """Makes a name safe for headers, paths and display; keeps its extension."""
    spaced = re.sub(r'[\x00-\x1f\x7f<>:"|?*]+', " ", unicodedata.normalize("NFC", name))
    return file_name(spaced, longest) or "file"


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
