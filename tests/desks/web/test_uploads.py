"""Files that operators upload: stored, named, limited."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from bot.domain import FileRef, Media, MediaKind
from bot.domain.text import Span, Style, Text
from tests.desks.web.asking import form, posted
from tests.desks.web.serving import Served


async def test_files_are_kept_and_named_in_the_fact(hub: Served, talk: int) -> None:
    photo = bytes(range(256)) * 4000
    data = form(
        ("Фото 1.png", photo, "image/png"), ("x.svg", b"<svg/>", "image/svg+xml"), text="**look**", note="false"
    )
    status, _ = await (await hub.sign_in()).ask("POST", "dialogs/7/posts", data=data)
    assert status == 200
    content = posted(hub).content
    assert content.text == Text((Span("look", Style.BOLD),))
    assert content.attachments == (
        Media(MediaKind.PHOTO, FileRef("hub", "1"), "Фото 1.png", "image/png", len(photo)),
        Media(MediaKind.FILE, FileRef("hub", "2"), "x.svg", "image/svg+xml", 6),
    )
    assert hub.files.read("1") == photo
    async with hub.desk.download(FileRef("hub", "1")) as download:
        assert b"".join([chunk async for chunk in download.chunks]) == photo


@pytest.mark.parametrize(
    ("name", "kept"),
    [("../../etc/passwd", "passwd"), ("C:\\x\\y.txt", "y.txt"), ("..", "file"), ("a\tb.txt", "a_b.txt")],
)
async def test_names_of_files_are_cleaned(hub: Served, talk: int, name: str, kept: str) -> None:
    await (await hub.sign_in()).ask("POST", "dialogs/7/posts", data=form((name, b"x", "text/html; charset=x")))
    media = posted(hub).content.attachments[0]
    assert isinstance(media, Media)
    assert (media.name, media.mime, media.kind) == (kept, "text/html", MediaKind.FILE)


async def test_a_file_over_the_limit_is_refused(hub: Served, talk: int) -> None:
    data = form(("big.bin", b"x" * (2 * 1024 * 1024 + 1), "application/x-any"))
    status, answer = await (await hub.sign_in()).ask("POST", "dialogs/7/posts", data=data)
    assert (status, answer["detail"]["code"]) == (413, "too_large")
    assert hub.core.events == []


async def test_a_body_without_an_end_is_cut_off(hub: Served, talk: int) -> None:
    """No more is read than all files together may have, whatever length the body announces."""
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        head = '--b\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'
        yield head.encode()
        while sent < 100 * 1024 * 1024:
            sent += 64 * 1024
            yield b"x" * (64 * 1024)

    anna = await hub.sign_in()
    try:
        status, _ = await anna.ask(
            "POST", "dialogs/7/posts", data=endless(), headers={"Content-Type": "multipart/form-data; boundary=b"}
        )
        assert status == 413
    except aiohttp.ClientError:
        pass  # the server hung up on us
    assert sent < 40 * 1024 * 1024
    assert hub.core.events == []


async def test_too_many_files_are_refused(hub: Served, talk: int) -> None:
    data = form(*[(f"{number}.txt", b"x", "text/plain") for number in range(11)])
    assert (await (await hub.sign_in()).ask("POST", "dialogs/7/posts", data=data))[0] == 422
