"""`Tools` for tests: files in a folder, a mailbox and wake-ups in memory, the real clock unless another is given.

    async with aiohttp.ClientSession() as http:
        bridge = KIND.build(AccountName("shop"), settings, tools(tmp_path, http))

Parts are reached through `folder(given).add(b"…", "cat.jpg", "image/jpeg")` and the like.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from bot.domain import AccountName, ChatId, DeskName, FileRef, Key, Operator, OperatorEdited, OperatorPosted
from bot.domain.mentions import Directory, TextKind, judge
from bot.ports import (
    UNSENT,
    Clock,
    Download,
    Listening,
    MailboxEntry,
    NoSpace,
    Rejected,
    RejectReason,
    Source,
    Tools,
    Wake,
    filled,
    sign_ins_topic,
)
from bot.ports.storage import Unit
from bot.runtime import claims
from bot.runtime.claims import ClaimedRequest, ClaimLost
from bot.runtime.clock import SystemClock

CHUNK = 64 * 1024


async def called(unit: Unit, desk: DeskName, name: str) -> Operator | None:
    """The only operator of a name."""
    found = await unit.operators.called(desk, name)
    return found[0] if len(found) == 1 else None


@dataclass
class FolderFiles:
    """Files in a folder, with origin `hub`; `sources` serve other origins.

    `base`: the prefix of `/files/ID` in links; a test that needs links to work serves `read(id)` there. `opened` counts
    requests for a file, by ref.
    """

    folder: Path
    base: str = "http://files.test"
    sources: dict[str, Source] = field(default_factory=dict)
    gone: set[FileRef] = field(default_factory=set)
    opened: list[FileRef] = field(default_factory=list)
    full: bool = False  # the disk
    _count: int = 0

    def add(self, data: bytes, name: str = "file.bin", mime: str = "application/octet-stream") -> FileRef:
        self._count += 1
        ref = FileRef("hub", str(self._count))
        (self.folder / ref.id).write_bytes(data)
        (self.folder / f"{ref.id}.json").write_text(json.dumps({"name": name, "mime": mime}))
        return ref

    def read(self, file_id: str) -> bytes:
        return (self.folder / file_id).read_bytes()

    def open(self, file: FileRef) -> AbstractAsyncContextManager[Download]:
        self.opened.append(file)
        if file.origin in self.sources:
            return filled(self.sources[file.origin].download(file))
        return filled(self._open_own(file))

    @asynccontextmanager
    async def _open_own(self, file: FileRef) -> AsyncIterator[Download]:
        path = self.folder / file.id
        if file.origin != "hub" or file in self.gone or not path.exists():
            raise Rejected(RejectReason.FILE_GONE, "no such file")
        about = json.loads((self.folder / f"{file.id}.json").read_text())
        yield Download(_chunks(path), path.stat().st_size, about["name"], about["mime"])

    async def save(
        self, chunks: AsyncIterator[bytes], name: str, mime: str, limit: int, *, keep: timedelta = UNSENT
    ) -> tuple[FileRef, int]:
        if self.full:
            raise NoSpace
        data = bytearray()
        async for chunk in chunks:
            data += chunk
            if len(data) > limit:
                raise Rejected(RejectReason.TOO_LARGE, f"over {limit} bytes")
        return self.add(bytes(data), name, mime), len(data)

    async def clean(self) -> bool:
        return False

    def link(self, file: FileRef, name: str, mime: str) -> str:
        return f"{self.base}/files/{file.id}"


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


class MemoryListening:
    def __init__(self, wake: MemoryWake, topic: str, heard: Callable[[], None] | None = None) -> None:
        self._wake, self._topic, self._heard, self._called = wake, topic, heard, asyncio.Event()

    def call(self) -> None:
        self._called.set()
        if self._heard is not None:
            self._heard()

    async def wait(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._called.wait()
        except TimeoutError:
            return False
        self._called.clear()
        return True

    def close(self) -> None:
        self._wake.listeners[self._topic].remove(self)


@dataclass
class MemoryWake:
    listeners: dict[str, list[MemoryListening]] = field(default_factory=dict)

    async def notify(self, topics: Sequence[str]) -> None:
        for topic in topics:
            for listener in self.listeners.get(topic, ()):
                listener.call()

    def listen(self, topic: str, heard: Callable[[], None] | None = None) -> Listening:
        listener = MemoryListening(self, topic, heard)
        self.listeners.setdefault(topic, []).append(listener)
        return listener


@dataclass
class MemoryMailbox:
    wake: MemoryWake
    clock: Clock
    letters: dict[AccountName, list[MailboxEntry]] = field(default_factory=dict)

    async def put(self, account: AccountName, chat: ChatId, key: Key, body: dict[str, Any]) -> int:
        letters = self.letters.setdefault(account, [])
        for letter in letters:
            if letter.key == key:
                return letter.sequence
        stored = json.loads(json.dumps(body))
        letters.append(MailboxEntry(len(letters) + 1, chat, key, stored, self.clock.now()))
        await self.wake.notify([f"mailbox:{account}", f"mailbox:{account}:{chat}"])
        return len(letters)

    async def read(
        self, account: AccountName, after: int, limit: int = 100, chat: ChatId | None = None
    ) -> Sequence[MailboxEntry]:
        letters = self.letters.get(account, ())
        return [one for one in letters if one.sequence > after and chat in (None, one.chat)][:limit]


@dataclass
class MemorySignIns:
    wake: Wake
    known: dict[str, tuple[DeskName, str, datetime]] = field(default_factory=dict)

    async def begin(self, desk: DeskName, user: str, until: datetime) -> str:
        id_ = secrets.token_urlsafe(16)
        self.known[id_] = (desk, user, until)
        return id_

    async def until(self, id_: str) -> datetime | None:
        return self.known[id_][2] if id_ in self.known else None

    async def end(self, id_: str) -> None:
        if id_ in self.known:
            desk, user, _ = self.known.pop(id_)
            await self.wake.notify([sign_ins_topic(desk, user)])

    async def end_all(self, desk: DeskName, user: str) -> None:
        self.known = {id_: one for id_, one in self.known.items() if one[:2] != (desk, user)}
        await self.wake.notify([sign_ins_topic(desk, user)])


@asynccontextmanager
async def one_connection() -> AsyncIterator[tuple[aiohttp.ClientSession, aiohttp.ClientSession]]:
    """Yields `http` and `lasting_http` for tools, with one connection for requests: a poll, a websocket or a file that
    took it, or a request within a request, would wait for ever."""
    connector = aiohttp.TCPConnector(limit=1)
    async with (
        aiohttp.ClientSession(connector=connector, request_class=ClaimedRequest) as http,
        aiohttp.ClientSession() as lasting_http,
    ):
        yield http, lasting_http


class EndedClaim:
    """Claim of a delivery that may send nothing more."""

    async def confirm(self) -> None:
        raise ClaimLost


@contextmanager
def ended_claim() -> Iterator[None]:
    """Makes requests within belong to a delivery whose claim has ended."""
    token = claims.CURRENT.set(EndedClaim())
    try:
        yield
    finally:
        claims.CURRENT.reset(token)


def tools(
    tmp_path: Path,
    http: aiohttp.ClientSession,
    *,
    public_url: str = "",
    locale: str = "en",
    clock: Clock | None = None,
    secret: str = "a secret of the tests",
    secret_before: str = "",
    lasting_http: aiohttp.ClientSession | None = None,
) -> Tools:
    """Everything a bridge or a desk is given: working, and isolated for this test. `lasting_http`: `http` by
    default."""
    clock = clock or SystemClock()
    wake = MemoryWake()
    files = FolderFiles(tmp_path / "files")
    files.folder.mkdir(exist_ok=True)
    return Tools(
        http=http,
        guarded_http=http,
        lasting_http=lasting_http or http,
        files=files,
        mailbox=MemoryMailbox(wake, clock),
        wake=wake,
        clock=clock,
        secret=secret,
        public_url=public_url,
        locale=locale,
        secret_before=secret_before,
    )


def folder(given: Tools) -> FolderFiles:
    """The files of these tools, with the methods for tests."""
    assert isinstance(given.files, FolderFiles)
    return given.files


def kind_of(event: OperatorPosted | OperatorEdited) -> str:
    """The kind of a text, judged by its desk's data alone."""
    return judge(event.content, event.names, Directory()).kind


def command_of(event: OperatorPosted | OperatorEdited) -> str | None:
    found = judge(event.content, event.names, Directory())
    return found.command if found.kind is TextKind.COMMAND else None
