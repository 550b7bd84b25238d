"""Files by signed links: whole, in parts, and refusals."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from bot.app import downloads
from bot.domain import FileRef
from bot.ports import Download, Forged, Route, Transient
from tests.bridges.serving import app_of
from tests.serving import serving
from tests.tools import FolderFiles

DATA = bytes(range(256)) * 1000


@dataclass(frozen=True)
class Named:
    file: FileRef
    name: str = "счёт.pdf"
    mime: str = "text/html"


@dataclass
class Shelf(FolderFiles):
    closed: list[str] = field(default_factory=list)
    mime: str = "text/html"

    def read_link(self, token: str) -> Named:
        if token == "forged":
            raise Forged
        return Named(FileRef("hub", token), mime=self.mime)

    @asynccontextmanager
    async def open(self, file: FileRef) -> AsyncIterator[Download]:
        if file.id == "away":
            raise Transient("away")
        async with super().open(file) as download:
            size = None if file.id == "2" else download.size
            yield Download(download.chunks, size, download.name, download.mime)
        self.closed.append(file.id)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    shelf = Shelf(tmp_path)
    shelf.add(DATA)
    shelf.add(DATA)
    return shelf


@dataclass
class Answer:
    status: int
    content: bytes
    headers: Mapping[str, str]


Ask = Callable[..., Awaitable[Answer]]


@pytest.fixture
async def ask(shelf: Shelf) -> AsyncIterator[Ask]:
    route = Route(("GET", "HEAD"), "/files/{signed}", downloads.endpoint(shelf))
    async with serving(app_of([route])) as server, aiohttp.ClientSession() as http:

        async def ask(signed: str, asked: str = "", method: str = "GET") -> Answer:
            headers = {"Range": asked} if asked else {}
            async with http.request(method, f"{server.url}/files/{signed}", headers=headers) as answer:
                return Answer(answer.status, await answer.read(), answer.headers)

        yield ask


async def test_a_file_comes_whole_and_as_an_attachment(ask: Ask, shelf: Shelf) -> None:
    answer = await ask("1")
    assert (answer.status, answer.content) == (200, DATA)
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%D1%81")
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["accept-ranges"] == "bytes"
    assert shelf.closed == ["1"]


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=100-199", 100, 200),
        ("bytes=65530-65545", 65530, 65546),
        ("bytes=255990-", 255990, 256000),
        ("bytes=-10", 255990, 256000),
        ("bytes=-999999", 0, 256000),
        ("bytes=255000-999999", 255000, 256000),
    ],
)
async def test_a_part_of_it(ask: Ask, asked: str, start: int, end: int) -> None:
    answer = await ask("1", asked)
    assert answer.status == 206
    assert answer.content == DATA[start:end]
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/256000"
    assert answer.headers["content-length"] == str(end - start)


@pytest.mark.parametrize("asked", ["bytes=256000-", "bytes=5-4", "bytes=-0"])
async def test_a_part_that_is_not_there(ask: Ask, shelf: Shelf, asked: str) -> None:
    answer = await ask("1", asked)
    assert (answer.status, answer.headers["content-range"]) == (416, "bytes */256000")
    assert shelf.closed == ["1"]


@pytest.mark.parametrize("asked", ["bytes=-", "lines=1-2", "bytes=0-1,5-6", "bytes=a-b"])
async def test_what_is_not_understood_gives_the_whole(ask: Ask, asked: str) -> None:
    assert (await ask("1", asked)).content == DATA


async def test_a_file_of_unknown_size_has_no_parts(ask: Ask) -> None:
    answer = await ask("2", "bytes=0-5")
    assert (answer.status, answer.content) == (200, DATA)
    assert "accept-ranges" not in answer.headers


async def test_asking_about_a_file_reads_nothing_and_leaves_nothing_open(ask: Ask, shelf: Shelf) -> None:
    answer = await ask("1", method="HEAD")
    assert (answer.status, answer.content, answer.headers["content-length"]) == (200, b"", "256000")
    assert shelf.closed == ["1"]


@pytest.mark.parametrize(("signed", "status"), [("forged", 403), ("7", 410), ("away", 503)])
async def test_what_cannot_be_had(ask: Ask, signed: str, status: int) -> None:
    assert (await ask(signed)).status == status


@pytest.mark.parametrize("mime", ["image/png\r\nX-Evil: 1", "имя/тип", "nonsense"])
async def test_a_type_that_breaks_the_answers_header_is_not_told(ask: Ask, shelf: Shelf, mime: str) -> None:
    """Links signed before types were cleaned lead to their files as well."""
    shelf.mime = mime
    answer = await ask("1")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/octet-stream")
    assert "X-Evil" not in answer.headers


async def test_an_empty_file_is_empty(ask: Ask, shelf: Shelf) -> None:
    shelf.add(b"")
    answer = await ask("3")
    assert (answer.status, answer.content) == (200, b"")
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%D1%81")
