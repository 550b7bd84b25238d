"""Files on disk, files from other origins, and links."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain import Author, Content, Delivery, FileRef, Forwarded, Media, MediaKind
from bot.ports import UNSENT, Download, Files, Forged, NoSpace, Rejected, RejectReason, SourceUnavailable, Transient
from bot.ports.storage import NewMessage
from storage import LocalFiles, SqlStore
from storage.files import store as files_module
from storage.files.store import clean_name
from tests.clock import ManualClock
from tests.storage.parts import ANN, dialog_of

LIMIT = 1000
WEEK = 7 * 24 * 3600


@pytest.fixture
def files(tmp_path: Path, clock: ManualClock) -> LocalFiles:
    return LocalFiles(tmp_path / "files", "secret", "https://hub.example.com/", clock)


async def stream(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def whole(files: Files, file: FileRef) -> bytes:
    async with files.open(file) as download:
        return b"".join([chunk async for chunk in download.chunks])


def left(files: LocalFiles, tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


def test_the_former_secret_opens_links_and_never_signs_any(tmp_path: Path, clock: ManualClock) -> None:
    file = FileRef("hub", "0" * 32)
    old = LocalFiles(tmp_path, "old", "", clock)
    new = LocalFiles(tmp_path, "new", "", clock, before="old")
    assert new.read_link(old.link(file, "a.txt", "text/plain").rsplit("/", 1)[1]).file == file
    with pytest.raises(Forged):
        old.read_link(new.link(file, "a.txt", "text/plain").rsplit("/", 1)[1])


async def test_a_file_is_kept_with_its_name(files: LocalFiles) -> None:
    file, size = await files.save(stream(b"ab", b"", b"cd"), "фото 1.jpg", "image/jpeg", LIMIT)
    assert (file.origin, size) == ("hub", 4)
    async with files.open(file) as download:
        assert (download.size, download.name, download.mime) == (4, "фото 1.jpg", "image/jpeg")
        assert [chunk async for chunk in download.chunks] == [b"abcd"]


async def test_nobody_else_may_look_into_it(files: LocalFiles, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        await files.save(stream(b"ab"), "a.jpg", "image/jpeg", LIMIT)
    finally:
        os.umask(before)
    made = [tmp_path / "files", *(tmp_path / "files").rglob("*")]
    assert {path.stat().st_mode & 0o777 for path in made if path.is_dir()} == {0o700}
    assert {path.stat().st_mode & 0o777 for path in made if path.is_file()} == {0o600}


async def test_a_file_over_the_limit_leaves_nothing(files: LocalFiles, tmp_path: Path) -> None:
    asked = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal asked
        while True:
            asked += 1
            yield b"x" * 400

    with pytest.raises(Rejected) as caught:
        await files.save(endless(), "a.bin", "", LIMIT)
    assert caught.value.reason is RejectReason.TOO_LARGE
    assert asked == 3, "it is not read to its end"
    assert left(files, tmp_path) == []


async def test_a_file_that_breaks_off_leaves_nothing(files: LocalFiles, tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"x"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await files.save(broken(), "a.bin", "", LIMIT)
    assert left(files, tmp_path) == []


@pytest.mark.parametrize("id_", ["0" * 32, "../../../etc/passwd", "", "a/b", "0" * 31 + "/"])
async def test_what_is_not_there_is_gone(files: LocalFiles, id_: str) -> None:
    with pytest.raises(Rejected) as caught:
        await whole(files, FileRef("hub", id_))
    assert caught.value.reason is RejectReason.FILE_GONE


async def test_files_of_others_come_from_them(files: LocalFiles) -> None:
    class Platform:
        @asynccontextmanager
        async def download(self, file: FileRef) -> AsyncIterator[Download]:
            yield Download(stream(file.id.encode()))

    files.sources["account:shop"] = Platform()
    assert await whole(files, FileRef("account:shop", "f1")) == b"f1"
    with pytest.raises(Rejected):
        await whole(files, FileRef("account:gone", "f1"))


@pytest.mark.parametrize("size", [0, None])
async def test_an_empty_file_is_found_out_before_it_is_read(files: LocalFiles, size: int | None) -> None:
    class Platform:
        @asynccontextmanager
        async def download(self, file: FileRef) -> AsyncIterator[Download]:
            data = file.id.encode()
            yield Download(stream(b"", data, b"") if data else stream(b""), size or (len(data) or size))

    files.sources["account:shop"] = Platform()
    own, _ = await files.save(stream(), "empty.txt", "text/plain", LIMIT)
    for file in (own, FileRef("account:shop", "")):
        with pytest.raises(Rejected) as caught:
            await whole(files, file)
        assert caught.value.reason is RejectReason.FILE_EMPTY
    assert await whole(files, FileRef("account:shop", "some bytes")) == b"some bytes"


async def test_a_source_s_failure_is_told_from_that_of_whoever_gets_the_bytes(files: LocalFiles) -> None:
    class Platform:
        @asynccontextmanager
        async def download(self, file: FileRef) -> AsyncIterator[Download]:
            if file.id == "closed":
                raise Transient("HTTP 503 for a file", 7)
            yield Download(self._chunks())

        async def _chunks(self) -> AsyncIterator[bytes]:
            yield b"half"
            raise Transient("no connection")

    files.sources["account:shop"] = Platform()
    for name, wait in [("closed", 7), ("breaks off", None)]:
        with pytest.raises(SourceUnavailable) as caught:
            await whole(files, FileRef("account:shop", name))
        assert caught.value.retry_after == wait
    with pytest.raises(Transient) as mine:
        async with files.open(FileRef("account:shop", "f1")):
            raise Transient("the messenger is down")
    assert not isinstance(mine.value, SourceUnavailable)


async def test_a_link_leads_to_its_file_until_it_ends(files: LocalFiles, clock: ManualClock) -> None:
    file = FileRef("account:shop", "a/b?c=ё")
    link = files.link(file, "счёт №1.pdf", "application/pdf")
    assert link.startswith("https://hub.example.com/files/")
    token = link.rsplit("/", 1)[1]
    assert token.replace("-", "").replace("_", "").replace(".", "").isalnum()

    linked = files.read_link(token)
    assert (linked.file, linked.name, linked.mime) == (file, "счёт №1.pdf", "application/pdf")
    clock.advance(WEEK - 1)
    assert files.read_link(token).file == file
    clock.advance(2)
    with pytest.raises(Forged):
        files.read_link(token)


def test_a_hub_without_public_address_links_from_its_root(tmp_path: Path, clock: ManualClock) -> None:
    files = LocalFiles(tmp_path, "secret", "", clock)
    assert files.link(FileRef("hub", "0" * 32), "a", "").startswith("/files/")


def test_nobody_else_can_make_a_link(files: LocalFiles, tmp_path: Path, clock: ManualClock) -> None:
    file = FileRef("hub", "0" * 32)
    token = files.link(file, "a.txt", "text/plain").rsplit("/", 1)[1]
    signature, _, body = token.partition(".")
    content = json.loads(base64.urlsafe_b64decode(body + "=="))
    content[2] = "1" * 32
    changed = base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
    another_hub = LocalFiles(tmp_path, "another", "", clock).link(file, "a.txt", "text/plain").rsplit("/", 1)[1]
    for forged in (f"{signature}.{changed}", f".{body}", another_hub, token[1:], token + "A", "", "..", "é.é", "a.b"):
        with pytest.raises(Forged):
            files.read_link(forged)


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.txt", "a.txt"),
        ('a"b\r\nSet-Cookie: x.txt', "a b Set-Cookie x.txt"),
        ("\u202egpj.exe", "gpj.exe"),
        ("...", "file"),
        ("", "file"),
        (".htaccess", "htaccess"),
        ("й" * 300 + ".jpeg", "й" * 115 + ".jpeg"),
        ("a." + "b" * 300, "a." + "b" * 118),
        ("счёт.pdf", "счёт.pdf"),
    ],
)
def test_names_are_cleaned(given: str, clean: str) -> None:
    assert clean_name(given) == clean


# ---------------------------------------------------------------------------------------- cleaning


@pytest.fixture
def kept(tmp_path: Path, clock: ManualClock, store: SqlStore) -> LocalFiles:
    return LocalFiles(tmp_path / "files", "secret", "", clock, store)


async def upload(files: LocalFiles, keep: timedelta = UNSENT) -> FileRef:
    return (await files.save(stream(b"ab"), "a.txt", "text/plain", LIMIT, keep=keep))[0]


async def test_what_no_message_refers_to_goes_when_its_time_is_over(
    kept: LocalFiles, store: SqlStore, clock: ManualClock, tmp_path: Path
) -> None:
    sent, passed, unsent, report = [await upload(kept) for _ in range(3)] + [await upload(kept, timedelta(days=30))]
    dialog = await dialog_of(store, ANN, clock.now())
    photo, film = (Content(attachments=(Media(MediaKind.FILE, file, "a.txt"),)) for file in (sent, passed))
    for content in (photo, Content(forwarded=(Forwarded("Vera", film),))):
        new = NewMessage(dialog.id, Author.NOTE, clock.now(), content, None, Delivery.INTERNAL)
        await store.transact(lambda unit, new=new: unit.messages.add(new))  # type: ignore[misc]
    clock.advance(WEEK - 1)
    assert not await kept.clean()
    assert len(left(kept, tmp_path)) == 8
    clock.advance(2)
    await kept.clean()
    clock.advance(100 * WEEK)
    assert await whole(kept, report) == b"ab"
    await kept.clean()
    for gone in (unsent, report):
        with pytest.raises(Rejected):
            await whole(kept, gone)
    assert await whole(kept, sent) == await whole(kept, passed) == b"ab"
    assert len(left(kept, tmp_path)) == 4


async def test_what_a_crash_leaves_behind_is_cleaned_away(
    kept: LocalFiles, clock: ManualClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash during an upload, before a file's name, during cleaning."""
    monkeypatch.setattr(files_module, "_complete", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        await upload(kept)
    monkeypatch.undo()
    file = await upload(kept)
    path = tmp_path / "files" / file.id[:2] / file.id[2:4] / file.id
    path.rename(path.with_suffix(".part"))
    half = await upload(kept)
    (tmp_path / "files" / half.id[:2] / half.id[2:4] / half.id).unlink()
    clock.advance(WEEK + 1)
    assert not await kept.clean()
    assert left(kept, tmp_path) == []


async def test_cleaning_goes_portion_by_portion_and_touches_nothing_else(
    kept: LocalFiles, clock: ManualClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files that another hub, or one from before this list, keeps in the same folder are not ours to remove."""
    others = LocalFiles(tmp_path / "files", "another", "", clock)
    theirs = await upload(others)
    monkeypatch.setattr(files_module, "_PORTION", 2)
    for _ in range(3):
        await upload(kept)
    clock.advance(100 * WEEK)
    assert [await kept.clean(), await kept.clean(), await kept.clean()] == [True, False, False]
    assert await whole(others, theirs) == b"ab"
    assert len(left(kept, tmp_path)) == 2


async def test_no_file_takes_what_the_database_needs_of_the_disk(
    files: LocalFiles, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(files_module, "FLOOR", 2**62)
    with pytest.raises(NoSpace):
        await files.save(stream(b"x"), "a.txt", "text/plain", LIMIT)
    assert not (tmp_path / "files").exists()


async def test_files_that_come_at_the_same_time_do_not_take_it_together(
    files: LocalFiles, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def filling() -> AsyncIterator[bytes]:
        yield b"x"
        monkeypatch.setattr(files_module, "FLOOR", 2**62)  # others have started meanwhile
        yield b"x"

    with pytest.raises(NoSpace):
        await files.save(filling(), "a.txt", "text/plain", LIMIT)
    assert not [one for one in (tmp_path / "files").rglob("*") if one.is_file()]
