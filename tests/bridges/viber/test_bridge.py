"""Exact requests, fetched files, and failures on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from bot.domain import (
    ChatId,
    Content,
    CustomerWrote,
    FileRef,
    ForeignId,
    Key,
    Location,
    Media,
    MediaKind,
    Receipt,
    ReceiptState,
    SharedContact,
)
from bot.domain.text import Text
from bot.ports import Download, Outgoing, Rejected, RejectReason, Transient, Unavailable, Unconfirmed
from bridges.viber.bridge import ViberBridge
from bridges.viber.client import LONGEST_REQUEST
from bridges.viber.plan import LARGEST_FILE, LARGEST_PICTURE, LARGEST_VIDEO
from tests.bridges.viber.conftest import JPEG, MP4, PNG, SHOP, Shop, settings
from tests.contracts.bridges import Accepts, hooked
from tests.fakes.faults import Fault

PHOTO, VIDEO, FILE = MediaKind.PHOTO, MediaKind.VIDEO, MediaKind.FILE


def posted(shop: Shop) -> list[dict[str, Any]]:
    """Sent messages without the fields that all of them have."""
    common = {"receiver": shop.nick.id, "sender": {"name": "Our shop"}}
    posts = shop.viber.posts()
    assert all({key: post[key] for key in common} == common for post in posts)
    return [{key: value for key, value in post.items() if key not in common} for post in posts]


def link(shop: Shop, media: Media, last: str) -> str:
    return f"{shop.files.base}/files/{media.file.id}/{last}"


# -------------------------------------------------------------------------------------- each kind, exactly


async def test_text(shop: Shop) -> None:
    sent = await shop.send('*bold* "quoted" <b>\n👍🏽')
    assert posted(shop) == [{"type": "text", "text": '*bold* "quoted" <b>\n👍🏽'}]
    assert sent.refs == (ForeignId(str(shop.nick.shown[0].token)),)
    assert int(sent.refs[0]) > 1 << 53, "no double would hold it"


@pytest.mark.parametrize(("data", "last"), [(JPEG, "picture.jpeg"), (PNG, "picture.png")])
async def test_picture(shop: Shop, data: bytes, last: str) -> None:
    photo = shop.media(PHOTO, data, "screen shot.bmp")  # its bytes count, not its name
    await shop.send("look", photo)
    assert posted(shop) == [{"type": "picture", "text": "look", "media": link(shop, photo, last)}]
    await shop.viber.wait_for(lambda: len(shop.nick.sees) == 1)
    assert shop.nick.sees[0].data == data


async def test_picture_without_words(shop: Shop) -> None:
    photo = shop.media(PHOTO, JPEG, "a.jpg")
    await shop.send("", photo)
    assert posted(shop) == [{"type": "picture", "text": "", "media": link(shop, photo, "picture.jpeg")}]


async def test_video(shop: Shop) -> None:
    video = replace(shop.media(VIDEO, MP4, "a.mov"), seconds=12)
    await shop.send("look", video)
    assert posted(shop) == [
        {"type": "text", "text": "look"},
        {"type": "video", "media": link(shop, video, "video.mp4"), "size": len(MP4), "duration": 12},
    ]


@pytest.mark.parametrize("seconds", [None, 0, 181])
async def test_a_video_without_a_length_that_viber_takes(shop: Shop, seconds: int | None) -> None:
    await shop.send("", replace(shop.media(VIDEO, MP4, "a.mp4"), seconds=seconds))
    assert "duration" not in posted(shop)[0]


async def test_file(shop: Shop) -> None:
    bill = shop.media(FILE, b"%PDF-", 'счёт № 1 "final".pdf')
    await shop.send("", bill)
    url = link(shop, bill, "file.pdf")
    assert posted(shop) == [{"type": "file", "media": url, "size": 5, "file_name": "счёт № 1 _final_.pdf"}]


async def test_location(shop: Shop) -> None:
    await shop.send("", Location(55.75, -0.00001))
    assert posted(shop) == [{"type": "location", "location": {"lat": "55.7500000", "lon": "-0.0000100"}}]


async def test_contact(shop: Shop) -> None:
    await shop.send("", SharedContact("Anna", ("+79990001122",)))
    card = {"name": "Anna", "phone_number": "+79990001122"}
    assert posted(shop) == [{"type": "contact", "contact": card}]


async def test_who_writes(shop: Shop) -> None:
    for more, expected in (
        ({}, {"name": "shop"}),
        ({"title": "A title of more than twenty-eight characters"}, {"name": "A title of more than twenty-"}),
        ({"sender": "Acme", "avatar": "https://a.b/c.jpg"}, {"name": "Acme", "avatar": "https://a.b/c.jpg"}),
    ):
        bridge = ViberBridge(SHOP, settings(shop.viber, **more), shop.tools)
        await bridge.send(shop.chat, Outgoing(Content(Text.plain("hi")), author="Anna the operator"), Key("k"))
        assert shop.viber.posts()[-1]["sender"] == expected


# ------------------------------------------------------------------------------------ what goes as a file


@pytest.mark.parametrize(
    ("kind", "data", "name"),
    [
        (PHOTO, b"RIFF\x00\x00\x00\x00WEBPVP8 ", "a.webp"),
        (PHOTO, b"GIF89a", "moving.gif"),
        (PHOTO, JPEG + bytes(LARGEST_PICTURE), "large.jpg"),
        (VIDEO, b"\x1aE\xdf\xa3webm", "a.webm"),
        (VIDEO, b"\x00\x00\x00\x14ftypqt  ", "a.mov"),
        (VIDEO, MP4 + bytes(LARGEST_VIDEO), "large.mp4"),
    ],
)
async def test_what_viber_does_not_show_goes_as_a_file(shop: Shop, kind: MediaKind, data: bytes, name: str) -> None:
    media = shop.media(kind, data, name)
    sent = await shop.send("look", media)
    url = link(shop, media, f"file.{name.rpartition('.')[2]}")
    assert posted(shop) == [
        {"type": "text", "text": "look"},
        {"type": "file", "media": url, "size": len(data), "file_name": name},
    ]
    assert len(sent.refs) == 2


@pytest.mark.parametrize(
    ("name", "mime", "expected", "last"),
    [
        ("notes", "text/plain", "notes.txt", "file.txt"),
        ("", "application/pdf", "file.pdf", "file.pdf"),
        ("x" * 300 + ".pdf", "", "x" * 180 + ".pdf", "file.pdf"),
        (".profile", "", ".profile", "file"),
        ("a.tar.gz", "", "a.tar.gz", "file.gz"),
        ("версия 2.окончательная", "application/pdf", "версия 2.окончательная.pdf", "file.pdf"),
        ("no idea", "", "no idea", "file"),
    ],
)
async def test_names_keep_their_extension(shop: Shop, name: str, mime: str, expected: str, last: str) -> None:
    media = Media(FILE, shop.files.add(b"x", name), name, mime)
    await shop.send("", media)
    [post] = posted(shop)
    assert (post["file_name"], post["media"].rpartition("/")[2]) == (expected, last)


# ---------------------------------------------------------------------------------- files, looked at first


class Source:
    """A file with a known size or not, which may break off after some chunks. `read`: number of chunks given."""

    def __init__(self, size: int | None, chunks: int, *, breaks: bool = False) -> None:
        self.size, self.chunks, self.breaks, self.read = size, chunks, breaks, 0

    @asynccontextmanager
    async def download(self, file: FileRef) -> AsyncIterator[Download]:
        yield Download(self._give(), self.size, "a.bin")

    async def _give(self) -> AsyncIterator[bytes]:
        for _ in range(self.chunks):
            self.read += 1
            yield bytes(1000)
        if self.breaks:
            raise ConnectionResetError


def foreign(shop: Shop, source: Source, size: int | None = None) -> Media:
    shop.files.sources["desk:main"] = source
    return Media(FILE, FileRef("desk:main", "1"), "a.bin", size=size)


async def test_of_a_file_whose_size_is_known_only_the_beginning_is_read(shop: Shop) -> None:
    source = Source(50_000, 50)
    await shop.send("", foreign(shop, source))
    assert (posted(shop)[0]["size"], source.read) == (50_000, 1)


async def test_a_file_whose_size_nobody_tells_is_counted(shop: Shop) -> None:
    source = Source(None, 50)
    await shop.send("", foreign(shop, source))
    assert (posted(shop)[0]["size"], source.read) == (50_000, 50)


async def test_counting_ends_at_what_viber_takes(shop: Shop) -> None:
    source = Source(None, 1_000_000)
    with pytest.raises(Rejected) as refused:
        await shop.send("look", foreign(shop, source))
    assert refused.value.reason is RejectReason.TOO_LARGE
    assert source.read == LARGEST_FILE // 1000 + 1
    assert not shop.viber.posts()


async def test_a_file_that_breaks_off_sends_nothing(shop: Shop) -> None:
    with pytest.raises(Transient):
        await shop.send("look", foreign(shop, Source(None, 3, breaks=True)))
    assert not shop.viber.posts()


async def test_an_address_that_viber_cannot_call_is_the_accounts_fault(shop: Shop) -> None:
    shop.files.base = ""
    with pytest.raises(Unavailable) as failed:
        await shop.send("", shop.media())
    assert "public_url" in failed.value.advice
    assert not shop.viber.posts()


async def test_a_file_that_is_gone_when_viber_comes_is_told_late(shop: Shop) -> None:
    accepts = Accepts()
    async with hooked(shop.bridge, accepts) as url:
        await shop.bridge.register(url)
        media = shop.media()
        shop.files.base += "/elsewhere"
        sent = await shop.send("", media)
        [receipt] = await accepts.events(Receipt)
    assert (receipt.ref, receipt.state) == (sent.refs[0], ReceiptState.FAILED)
    assert "404" in receipt.detail


# ----------------------------------------------------------------------------------------------- failures


async def test_half_of_a_message_that_arrived_is_no_nothing(shop: Shop) -> None:
    accepted = shop.viber.faults
    for fault in (Fault.TOO_MANY, Fault.SERVER_ERROR):
        await _assert_first_part_arrived(shop, fault)
        accepted.clear()


async def _assert_first_part_arrived(shop: Shop, fault: Fault) -> None:
    class Second:
        """Fails the second call, not the first."""

        calls = 0

        async def __call__(self, method: str, body: Any, *, repeatable: bool = False) -> Any:
            self.calls += 1
            if self.calls == 2:
                shop.viber.faults.add("send_message", fault)
            return await real(method, body, repeatable=repeatable)

    real = shop.bridge._client.call
    shop.bridge._client.call = Second()  # type: ignore[method-assign]
    with pytest.raises(Unconfirmed) as failed:
        await shop.send("the bill", shop.media())
    shop.bridge._client.call = real  # type: ignore[method-assign]
    assert failed.value.detail.startswith("1 of the message's parts arrived")
    assert shop.nick.reads[-1] == "the bill"


async def test_a_request_that_is_larger_than_viber_takes_is_not_made(shop: Shop) -> None:
    with pytest.raises(Rejected) as refused:
        await shop.send("\x01" * 7000)
    assert refused.value.reason is RejectReason.TOO_LONG
    assert not shop.viber.requests
    await shop.send("€" * 7000)
    assert len(shop.nick.reads[0].encode()) > LONGEST_REQUEST * 2 / 3


async def test_halves_of_characters_harm_nobody(shop: Shop) -> None:
    await shop.send("a \ud83d b")
    assert shop.nick.reads == ["a ? b"]


async def test_a_stranger_and_one_who_left(shop: Shop) -> None:
    for chat, reason in ((ChatId("nobody"), RejectReason.GONE), (shop.chat, RejectReason.BLOCKED)):
        shop.nick.unsubscribes()
        with pytest.raises(Rejected) as refused:
            await shop.bridge.send(chat, Outgoing(Content(Text.plain("hi"))), Key("k"))
        assert refused.value.reason is reason


# ---------------------------------------------------------------------------------------------- downloads


async def test_a_customers_file_is_streamed_from_its_address(shop: Shop) -> None:
    data = bytes(range(256)) * 2000
    accepts = Accepts()
    async with hooked(shop.bridge, accepts) as url:
        await shop.bridge.register(url)
        shop.nick.sends_file("file", data, "отчёт.bin")
        [wrote] = await accepts.events(CustomerWrote)
    [media] = wrote.content.attachments
    assert isinstance(media, Media)
    assert (media.name, media.size) == ("отчёт.bin", len(data))
    async with shop.bridge.download(media.file) as download:
        chunks = [chunk async for chunk in download.chunks]
    assert b"".join(chunks) == data
    assert len(chunks) > 1
    assert download.size == len(data)


@pytest.mark.parametrize(
    "file",
    [
        FileRef("account:shop", "no address"),
        FileRef("account:shop", "ftp://127.0.0.1/x"),
        FileRef("account:shop", "http://127.0.0.1:x/"),
        FileRef("account:other", "https://example.com"),
    ],
)
async def test_what_is_no_file_of_this_account_is_gone(shop: Shop, file: FileRef) -> None:
    with pytest.raises(Rejected) as refused:
        async with shop.bridge.download(file):
            pass
    assert refused.value.reason is RejectReason.FILE_GONE


async def test_after_an_hour_the_address_is_dead(shop: Shop) -> None:
    with pytest.raises(Rejected) as refused:
        async with shop.bridge.download(FileRef("account:shop", shop.viber.keep(b"x", "a.txt").replace("/0/", "/9/"))):
            pass
    assert refused.value.reason is RejectReason.FILE_GONE
