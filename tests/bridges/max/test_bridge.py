"""Details of MAX that the contract suite does not cover: exact requests, uploads, files in processing, half-sent
messages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from bot.domain import (
    Attachment,
    ChatId,
    Content,
    FileRef,
    ForeignId,
    Forwarded,
    Key,
    Location,
    Media,
    MediaKind,
    SharedContact,
)
from bot.domain.text import Span, Style, Text
from bot.ports import (
    Deleting,
    Download,
    Editing,
    Hooked,
    Outgoing,
    Polled,
    Reacting,
    Registering,
    Rejected,
    RejectReason,
    Transient,
    Unconfirmed,
)
from bridges.max import bridge
from bridges.max.plan import LIMITS, upload_type
from tests.bridges.max.conftest import PNG, TWICE, Shop
from tests.fakes.faults import Fault
from tests.fakes.max import Request


def test_each_way_of_receiving_can_only_what_it_does(shop: Shop) -> None:
    assert isinstance(shop.polled, Polled)
    assert not isinstance(shop.polled, Hooked | Registering)
    assert isinstance(shop.called, Hooked)
    assert isinstance(shop.called, Registering)
    assert not isinstance(shop.called, Polled)
    for one in (shop.polled, shop.called):
        assert isinstance(one, Editing)
        assert isinstance(one, Deleting)
        assert not isinstance(one, Reacting)


# ----------------------------------------------------------------------------------- exact requests

CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Anna\r\nTEL;TYPE=CELL:+1\r\nTEL;TYPE=CELL:+2\r\nEND:VCARD\r\n"


@pytest.mark.parametrize(
    ("content", "bodies"),
    [
        (Content(Text.plain("<b> & *x*")), [{"text": "<b> & *x*"}]),
        (
            Content(Text.of((Span("a<", Style.BOLD), Span("b", link="https://c.d/")))),
            [{"text": '<b>a&lt;</b><a href="https://c.d/">b</a>', "format": "html"}],
        ),
        (
            Content(attachments=(Location(1.5, -2),)),
            [{"attachments": [{"type": "location", "latitude": 1.5, "longitude": -2}]}],
        ),
        (
            Content(Text.plain("here"), (Location(1, 2, "Café", "Main St. 1"),)),
            [
                {"text": "here"},
                {"text": "Café\nMain St. 1", "attachments": [{"type": "location", "latitude": 1, "longitude": 2}]},
            ],
        ),
        (
            Content(Text.plain("her"), (SharedContact("Anna", ("+1", "+2")),)),
            [
                {"text": "her"},
                {"attachments": [{"type": "contact", "payload": {"name": "Anna", "vcf_info": CARD}}]},
            ],
        ),
    ],
)
async def test_messages_without_files(shop: Shop, content: Content, bodies: list[dict[str, Any]]) -> None:
    sent = await shop.polled.send(shop.chat, Outgoing(content), Key("k"))
    assert shop.max.requests == [Request("POST /messages", {"chat_id": "7"}, body) for body in bodies]
    assert sent.refs == tuple(seen.mid for seen in shop.nick.sees)


@pytest.mark.parametrize(
    ("kind", "name", "data", "uploaded", "token"),
    [
        (MediaKind.PHOTO, "cat.png", PNG, "image", {"photos": {"3JJvlQgoPpDg==": {"token": "uploaded-image-0001"}}}),
        (MediaKind.VIDEO, "cat.mp4", b"moving", "video", {"token": "uploaded-video-0001"}),
        (MediaKind.VOICE, "voice.ogg", b"OggS", "audio", {"token": "uploaded-audio-0001"}),
        (MediaKind.AUDIO, "song.mp3", b"ID3", "audio", {"token": "uploaded-audio-0001"}),
        (MediaKind.FILE, "bill.pdf", b"%PDF", "file", {"token": "uploaded-file-0001"}),
        (MediaKind.PHOTO, "cat.webp", b"RIFF", "file", {"token": "uploaded-file-0001"}),  # not a picture MAX accepts
        (MediaKind.VIDEO, "cat.avi", b"RIFF", "file", {"token": "uploaded-file-0001"}),
    ],
)
async def test_messages_with_a_file(
    shop: Shop, kind: MediaKind, name: str, data: bytes, uploaded: str, token: dict[str, Any]
) -> None:
    await shop.send("look", shop.media(kind, data, name))
    assert shop.max.requests == [
        Request("POST /uploads", {"type": uploaded}, None),
        Request(
            "POST /messages",
            {"chat_id": "7"},
            {"text": "look", "attachments": [{"type": uploaded, "payload": token}]},
        ),
    ]
    [file] = shop.nick.sees[0].files
    assert (file.name, file.data) == (name, data)


async def test_a_reply(shop: Shop) -> None:
    mid = shop.nick.writes("how much?")
    await shop.send("ten", reply_to=mid)
    [request] = shop.max.asked("POST /messages")
    assert request.body == {"text": "ten", "link": {"type": "reply", "mid": mid}}
    assert shop.nick.sees[0].reply_to == mid


async def test_an_edit_and_a_deletion(shop: Shop) -> None:
    [ref] = (await shop.send("helo", shop.media(MediaKind.PHOTO, PNG, "a.png"))).refs
    await shop.polled.edit(shop.chat, ref, Outgoing(Content(Text.of((Span("hello", Style.BOLD),)))))
    [seen] = shop.nick.sees
    assert (seen.text, len(seen.files)) == ("hello", 1), "the picture stays"
    await shop.polled.delete(shop.chat, [ref])
    assert shop.max.requests[-2:] == [
        Request("PUT /messages", {"message_id": ref}, {"text": "<b>hello</b>", "format": "html"}),
        Request("DELETE /messages", {"message_id": ref}, None),
    ]
    assert not shop.nick.sees


async def test_looks_arrive_as_markup(shop: Shop) -> None:
    text = Text.of((Span("bold 👍", Style.BOLD), Span(" and "), Span("x = 1", Style.PRE)))
    await shop.send(text)
    assert shop.nick.sees[0].markup == [
        {"type": "strong", "from": 0, "length": 7},
        {"type": "monospaced", "from": 12, "length": 5},
    ]


# -------------------------------------------------------------------------------- how an answer is cut


async def test_pictures_and_videos_travel_together_and_others_alone(shop: Shop) -> None:
    picture, video = shop.media(MediaKind.PHOTO, PNG, "a.png"), shop.media(MediaKind.VIDEO, b"v", "v.mp4")
    files = [shop.media(name=f"{n}.txt") for n in range(2)]
    sent = await shop.send("look", picture, video, *files, shop.media(MediaKind.VOICE, b"o", "o.ogg"))
    seen = shop.nick.sees
    assert [[file.kind for file in one.files] for one in seen] == [["image", "video"], ["file"], ["file"], ["audio"]]
    assert [one.text for one in seen] == ["look", "", "", ""]
    assert sent.refs == tuple(one.mid for one in seen)


async def test_only_the_first_message_is_the_reply(shop: Shop) -> None:
    mid = shop.nick.writes("where?")
    await shop.send("here", Location(1, 2), reply_to=mid)
    assert [one.reply_to for one in shop.nick.sees] == [mid, None]


@pytest.mark.parametrize("ref", ["mid.gone", "callback:5:1", "started:1"])
async def test_a_reply_to_what_is_no_message_still_goes_out(shop: Shop, ref: str) -> None:
    await shop.send("ten", reply_to=ref)
    assert [(one.text, one.reply_to) for one in shop.nick.sees] == [("ten", None)]


async def test_a_reply_to_someone_who_left_is_not_tried_twice(shop: Shop) -> None:
    mid = shop.nick.writes("how much?")
    shop.nick.stops()
    with pytest.raises(Rejected) as refused:
        await shop.send("ten", reply_to=mid)
    assert refused.value.reason is RejectReason.BLOCKED
    assert len(shop.max.asked("POST /messages")) == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (Content(), RejectReason.INVALID),
        (Content(Text.plain("x" * 4001)), RejectReason.TOO_LONG),
        (Content(forwarded=(Forwarded("Kim", Content(Text.plain("x"))),)), RejectReason.UNSUPPORTED),
        (Content(attachments=(SharedContact("Anna"),)), RejectReason.UNSUPPORTED),
    ],
)
async def test_what_max_would_refuse_is_not_even_asked(shop: Shop, content: Content, reason: RejectReason) -> None:
    with pytest.raises(Rejected) as refused:
        await shop.polled.send(shop.chat, Outgoing(content), Key("k"))
    assert refused.value.reason is reason
    assert not shop.max.requests


async def test_an_edit_may_not_grow_too_long(shop: Shop) -> None:
    [ref] = (await shop.send("x")).refs
    with pytest.raises(Rejected) as refused:
        await shop.polled.edit(shop.chat, ref, Outgoing(Content(Text.plain("x" * 4001))))
    assert refused.value.reason is RejectReason.TOO_LONG


async def test_what_cannot_be_edited_is_refused(shop: Shop) -> None:
    theirs = shop.nick.writes("mine")
    for ref, reason in (
        (theirs, RejectReason.FORBIDDEN),
        ("mid.gone", RejectReason.GONE),
        ("callback:1:1", RejectReason.UNSUPPORTED),
    ):
        with pytest.raises(Rejected) as refused:
            await shop.polled.edit(shop.chat, ForeignId(ref), Outgoing(Content(Text.plain("yours"))))
        assert refused.value.reason is reason


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.RESET_AFTER, Fault.RESET_BEFORE])
async def test_edits_and_deletions_may_always_be_repeated(shop: Shop, fault: Fault) -> None:
    [ref] = (await shop.send("helo")).refs
    for method in ("PUT /messages", "DELETE /messages"):
        shop.max.faults.add(method, fault, times=TWICE)
    with pytest.raises(Transient):
        await shop.polled.edit(shop.chat, ref, Outgoing(Content(Text.plain("hello"))))
    with pytest.raises(Transient):
        await shop.polled.delete(shop.chat, [ref])


async def test_a_chat_that_is_none_of_maxs(shop: Shop) -> None:
    with pytest.raises(Rejected) as refused:
        await shop.polled.send(ChatId("+7 999"), Outgoing(Content(Text.plain("x"))), Key("k"))
    assert refused.value.reason is RejectReason.GONE


# -------------------------------------------------------------------------- files that are not ready yet


async def test_a_file_that_is_still_processed_is_waited_for(shop: Shop) -> None:
    shop.max.shelf.busy_next = 3
    await shop.send("look", shop.media(MediaKind.VIDEO, b"v", "v.mp4"))
    assert shop.clock.slept == list(bridge.READY_AFTER[:3])
    assert shop.nick.reads == ["look"]
    assert len(shop.max.asked("POST /uploads")) == 1
    assert len({str(request.body) for request in shop.max.asked("POST /messages")}) == 1, "the same message"


async def test_a_file_that_is_never_ready_is_tried_later(shop: Shop) -> None:
    shop.max.shelf.busy_next = 100
    with pytest.raises(Transient) as failed:
        await shop.send("look", shop.media(MediaKind.VIDEO, b"v", "v.mp4"))
    assert failed.value.retry_after == bridge.PROCESSING
    assert shop.clock.slept == list(bridge.READY_AFTER)
    assert not shop.nick.sees


# ------------------------------------------------------------------------------------------ uploads


async def test_names_arrive_as_they_are_and_strange_ones_break_nothing(shop: Shop) -> None:
    await shop.send("", shop.media(name='счёт "№ 1"\r\nX-Evil: 1/..\\a%20.pdf'))
    assert shop.nick.sees[0].files[0].name == "счёт _№ 1___X-Evil: 1_.._a%20.pdf"


async def test_a_file_without_a_name_gets_one(shop: Shop) -> None:
    nameless = Media(MediaKind.FILE, shop.files.add(b"data", "", "application/pdf"), mime="application/pdf")
    await shop.send("", nameless)
    assert shop.nick.sees[0].files[0].name == "file.pdf"


@pytest.mark.parametrize("step", ["POST /uploads", "POST /upload"])
@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.TOO_MANY, Fault.RESET_BEFORE, Fault.RESET_AFTER])
async def test_an_upload_that_fails_has_sent_nothing(shop: Shop, step: str, fault: Fault) -> None:
    shop.max.faults.add(step, fault)
    with pytest.raises(Transient):
        await shop.send("the bill", shop.media())
    assert not shop.max.asked("POST /messages")


async def test_a_picture_that_is_none_is_refused(shop: Shop) -> None:
    with pytest.raises(Rejected) as refused:
        await shop.send("", shop.media(MediaKind.PHOTO, b"%PDF", "a.png"))
    assert refused.value.reason is RejectReason.UNSUPPORTED
    assert not shop.max.asked("POST /messages")


class Torn:
    """A file whose source fails in the middle, or never ends."""

    def __init__(self, error: Exception | None, size: int | None = None) -> None:
        self.error, self.size = error, size

    def download(self, file: FileRef) -> AbstractAsyncContextManager[Download]:
        return self._open()

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[Download]:
        yield Download(self._chunks(), self.size, "torn.bin")

    async def _chunks(self) -> AsyncIterator[bytes]:
        yield b"x" * 100_000
        if self.error:
            raise self.error
        while True:
            yield bytes(1 << 16)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (Transient("the desk is away"), Transient),
        (Rejected(RejectReason.FILE_GONE), Rejected),
        (ConnectionResetError(), Transient),
        (TimeoutError(), Transient),
    ],
)
async def test_a_file_that_stops_coming_sends_nothing_and_is_no_doubt(
    shop: Shop, error: Exception, kind: type[Exception]
) -> None:
    shop.files.sources["desk:main"] = Torn(error)
    torn = Media(MediaKind.FILE, FileRef("desk:main", "1"), "torn.bin")
    with pytest.raises(kind):
        await shop.send("the bills", shop.media(), torn)
    assert not shop.max.asked("POST /messages"), "not even the first file goes out"


async def test_a_file_whose_source_says_that_it_is_too_large_is_not_even_begun(shop: Shop) -> None:
    shop.files.sources["desk:main"] = Torn(None, LIMITS.files[MediaKind.PHOTO] + 1)
    with pytest.raises(Rejected) as refused:
        await shop.send("", Media(MediaKind.PHOTO, FileRef("desk:main", "1"), "a.png"))
    assert refused.value.reason is RejectReason.TOO_LARGE
    assert not shop.max.requests


async def test_a_file_of_unknown_size_is_stopped_at_the_limit(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridges.max.plan.LIMITS", replace(LIMITS, files={MediaKind.FILE: 1 << 20}))
    shop.files.sources["desk:main"] = Torn(None)
    with pytest.raises(Rejected) as refused:
        await shop.send("", Media(MediaKind.FILE, FileRef("desk:main", "1")))
    assert (refused.value.reason, refused.value.detail) == (RejectReason.TOO_LARGE, "more than 1048576 bytes")


@pytest.mark.parametrize(
    ("kind", "name", "mime", "uploaded"),
    [
        (MediaKind.PHOTO, "", "", "image"),
        (MediaKind.PHOTO, "a.JPG", "", "image"),
        (MediaKind.PHOTO, "a.jpg", "image/svg+xml", "file"),
        (MediaKind.PHOTO, "", "image/png; charset=x", "image"),
        (MediaKind.VIDEO, "a.mov", "", "video"),
        (MediaKind.VIDEO, "a.mp4", "video/3gpp", "file"),
        (MediaKind.VOICE, "a.anything", "", "audio"),
        (MediaKind.FILE, "a.png", "image/png", "file"),
    ],
)
def test_what_a_file_is_for_max(kind: MediaKind, name: str, mime: str, uploaded: str) -> None:
    assert upload_type(Media(kind, FileRef("hub", "1"), name, mime)) == uploaded


# ---------------------------------------------------------------------------------------- half sent

HALVES: tuple[Attachment, ...] = (Location(1, 2),)


async def test_what_failed_after_a_part_arrived_is_in_doubt(shop: Shop) -> None:
    with pytest.raises(Unconfirmed, match="1 of the message's parts arrived"):
        await _second_fails(shop, Fault.TOO_MANY)
    assert shop.nick.reads == ["here"]


async def test_what_failed_before_anything_arrived_is_not(shop: Shop) -> None:
    shop.max.faults.add("POST /messages", Fault.TOO_MANY)
    with pytest.raises(Transient):
        await shop.send("here", *HALVES)
    assert not shop.nick.sees


async def test_a_refusal_stays_a_refusal_and_says_what_arrived(shop: Shop) -> None:
    with pytest.raises(Rejected) as refused:
        await shop.send("here", Location(100, 2))
    assert refused.value.reason is RejectReason.INVALID
    assert "1 of the message's parts arrived" in refused.value.detail


async def _second_fails(shop: Shop, fault: Fault) -> None:
    played = iter([None, (fault, 1.0)])
    shop.max.faults.next = lambda method: next(played)  # type: ignore[method-assign]
    await shop.send("here", *HALVES)


# ------------------------------------------------------------------------------------------ downloads


async def downloaded(shop: Shop, file: FileRef) -> bytes:
    async with shop.polled.download(file) as download:
        return b"".join([chunk async for chunk in download.chunks])


@pytest.mark.parametrize("kind", ["image", "video", "audio", "file", "sticker"])
async def test_files_come_from_where_max_says(shop: Shop, kind: str) -> None:
    from bridges.max.contents import READERS
    from bridges.shared.fields import Fields

    found = READERS[kind](Fields(shop.max.shelf.given_away(kind, b"cat" * 1000, "cat")), "account:shop")
    assert isinstance(found, Media)
    assert await downloaded(shop, found.file) == b"cat" * 1000
    asked = [request.method for request in shop.max.requests]
    assert asked == (["GET /videos"] if kind == "video" else [])


@pytest.mark.parametrize("file", ["video:gone", "video:../me", "ftp://a.b/c", "", "http://[bad"])
async def test_a_file_that_cannot_be_had(shop: Shop, file: str) -> None:
    with pytest.raises(Rejected) as refused:
        await downloaded(shop, FileRef("account:shop", file))
    assert refused.value.reason is RejectReason.FILE_GONE


async def test_a_file_that_was_removed(shop: Shop) -> None:
    with pytest.raises(Rejected) as refused:
        await downloaded(shop, FileRef("account:shop", f"{shop.max.url}/getfile/9999"))
    assert refused.value.reason is RejectReason.FILE_GONE


async def test_a_file_that_can_be_had_later(shop: Shop) -> None:
    shop.max.faults.add("GET /getfile", Fault.SERVER_ERROR)
    with pytest.raises(Transient):
        await downloaded(shop, FileRef("account:shop", f"{shop.max.url}/getfile/1"))


async def test_a_file_of_another_account_is_not_ours(shop: Shop) -> None:
    with pytest.raises(Rejected) as refused:
        await downloaded(shop, FileRef("account:other", f"{shop.max.url}/getfile/1"))
    assert refused.value.reason is RejectReason.FILE_GONE
