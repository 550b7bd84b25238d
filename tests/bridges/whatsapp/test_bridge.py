"""Details of WhatsApp that the contract suite does not cover: exact requests, fallbacks, half-sent messages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain import ChatId, Content, FileRef, ForeignId, Key, Location, Media, MediaKind, SharedContact
from bot.domain.text import Span, Style, Text
from bot.ports import (
    ChatLinking,
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
    Templated,
    Transient,
    Unconfirmed,
    Windowed,
)
from tests.bridges.whatsapp.conftest import Shop
from tests.fakes.faults import Fault
from tests.samples import OPUS

WEBP = b"RIFF\x00\x00\x00\x00WEBP"
MOVING = WEBP + b"VP8X\x0a\x00\x00\x00\x02" + b"m" * 200_000
STILL = WEBP + b"VP8 " + b"s" * 200_000


def test_the_bridge_can_what_it_does(shop: Shop) -> None:
    for bridge in (shop.bridge, shop.without_account):
        assert isinstance(bridge, Hooked)
        assert isinstance(bridge, Reacting)
        assert isinstance(bridge, Windowed)
        assert bridge.window == timedelta(hours=24)
        assert not isinstance(bridge, Editing | Deleting | Polled | Registering)
    assert isinstance(shop.bridge, Templated)
    assert not isinstance(shop.without_account, Templated)
    assert shop.bridge.limits.others - shop.without_account.limits.others == {"template"}


# -------------------------------------------------------------------------- each kind, word for word

HEAD = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": "79990001122"}
SENT = {**HEAD, "biz_opaque_callback_data": "k"}


@pytest.mark.parametrize(
    ("content", "sent"),
    [
        (Content(Text.plain("hi")), {"type": "text", "text": {"body": "hi", "preview_url": False}}),
        (
            Content(Text.of([Span("see ", Style.BOLD), Span("https://a.b")])),
            {"type": "text", "text": {"body": "*see* https://a.b", "preview_url": True}},
        ),
        (
            Content(attachments=(Location(55.75, 37.5),)),
            {"type": "location", "location": {"latitude": 55.75, "longitude": 37.5}},
        ),
        (
            Content(attachments=(Location(1, 2, "Café", "Main street 1"),)),
            {
                "type": "location",
                "location": {"latitude": 1, "longitude": 2, "name": "Café", "address": "Main street 1"},
            },
        ),
        (
            Content(attachments=(SharedContact("Anna", ("+1", "+2"), ("a@b.c",)),)),
            {
                "type": "contacts",
                "contacts": [
                    {
                        "name": {"formatted_name": "Anna", "first_name": "Anna"},
                        "phones": [{"phone": "+1", "type": "CELL"}, {"phone": "+2", "type": "CELL"}],
                        "emails": [{"email": "a@b.c", "type": "WORK"}],
                    }
                ],
            },
        ),
        (
            Content(attachments=(SharedContact("", ("+1",)),)),
            {
                "type": "contacts",
                "contacts": [
                    {
                        "name": {"formatted_name": "+1", "first_name": "+1"},
                        "phones": [{"phone": "+1", "type": "CELL"}],
                    }
                ],
            },
        ),
    ],
)
async def test_what_is_asked(shop: Shop, content: Content, sent: dict[str, Any]) -> None:
    await shop.bridge.send(shop.chat, Outgoing(content), Key("k"))
    [request] = shop.whatsapp.requests
    assert (request.method, request.path) == ("POST", f"/v24.0/{shop.whatsapp.phone_id}/messages")
    assert request.body == {**SENT, **sent}


@pytest.mark.parametrize(
    ("kind", "name", "mime", "sent_as", "body"),
    [
        (MediaKind.PHOTO, "a.png", "image/png", "image", {"caption": "look"}),
        (MediaKind.VIDEO, "a.mp4", "", "video", {"caption": "look"}),
        (MediaKind.FILE, "счёт 1.pdf", "application/pdf", "document", {"caption": "look", "filename": "счёт 1.pdf"}),
        (MediaKind.VOICE, "a.ogg", "audio/ogg; codecs=opus", "audio", {"voice": True}),
        (MediaKind.AUDIO, "a.mp3", "audio/mp3", "audio", {}),
        (MediaKind.STICKER, "a.webp", "image/webp", "sticker", {}),
        # files that WhatsApp does not accept as that kind
        (MediaKind.PHOTO, "a.jpg", "", "image", {"caption": "look"}),
        (MediaKind.STICKER, "a.png", "image/png", "image", {"caption": "look"}),
        (MediaKind.VOICE, "a.m4a", "audio/mp4", "audio", {}),
        (MediaKind.PHOTO, "a.webp", "image/webp", "document", {"caption": "look", "filename": "a.webp"}),
    ],
)
async def test_what_is_asked_for_files(
    shop: Shop, kind: MediaKind, name: str, mime: str, sent_as: str, body: dict[str, Any]
) -> None:
    data = OPUS if name.endswith(".ogg") else b"bytes"
    await shop.send("look", shop.media(kind, data, name, mime))
    upload = next(one for one in shop.whatsapp.requests if one.file)
    message = shop.whatsapp.requests[-1]
    assert upload.path == f"/v24.0/{shop.whatsapp.phone_id}/media"
    assert upload.file is not None
    assert upload.file[2] == data
    assert upload.body == {"messaging_product": "whatsapp", "type": upload.file[1]}
    [media_id] = shop.whatsapp.media
    assert message.body == {**SENT, "type": sent_as, sent_as: {"id": media_id, **body}}
    assert "".join(shop.nick.reads) == "look"


async def test_a_reply_and_a_reaction(shop: Shop) -> None:
    ref = ForeignId(shop.nick.writes("how much?"))
    await shop.bridge.send(shop.chat, Outgoing(Content(Text.plain("ten")), reply_to=ref), Key("k"))
    await shop.bridge.react(shop.chat, ref, "👍🏽")
    await shop.bridge.react(shop.chat, ref, None)
    reply, reaction, back = (one.body for one in shop.whatsapp.requests)
    assert reply["context"] == {"message_id": ref}
    assert reaction == {**HEAD, "type": "reaction", "reaction": {"message_id": ref, "emoji": "👍🏽"}}
    assert back == {**HEAD, "type": "reaction", "reaction": {"message_id": ref, "emoji": ""}}


async def test_who_is_known_by_a_user_id_is_written_to_by_it(shop: Shop) -> None:
    kim = shop.whatsapp.customer("Kim", user_id="US.13491208655302741918")
    await shop.bridge.send(ChatId(kim.id), Outgoing(Content(Text.plain("hi"))), Key("k"))
    [request] = shop.whatsapp.requests
    assert request.body["recipient"] == "US.13491208655302741918"
    assert "to" not in request.body
    assert kim.reads == ["hi"]


async def test_looks_arrive_as_looks(shop: Shop) -> None:
    text = Text.of((Span("bold", Style.BOLD), Span(" *and* "), Span("x = 1\ny", Style.PRE)))
    await shop.bridge.send(shop.chat, Outgoing(Content(text)), Key("k"))
    [seen] = shop.nick.sees
    assert (seen.text, seen.looks) == ("bold *and* x = 1\ny", [("bold", "bold"), ("pre", "x = 1\ny")])


async def test_the_last_message_carries_the_key_and_its_statuses_give_it_back(shop: Shop) -> None:
    await shop.send("here", shop.media(MediaKind.VOICE, OPUS, "a.ogg"))
    first, second = (one.body for one in shop.whatsapp.requests if one.path.endswith("/messages"))
    assert ("biz_opaque_callback_data" in first, second["biz_opaque_callback_data"]) == (False, "k")
    assert [shop.whatsapp.callbacks[seen.ref] for seen in shop.nick.sees] == ["", "k"]


# ------------------------------------------------------------------------------- files and fallbacks


@pytest.mark.parametrize("kind", [MediaKind.VOICE, MediaKind.AUDIO, MediaKind.FILE])
async def test_ogg_with_opus_goes_up_as_what_whatsapp_takes(shop: Shop, kind: MediaKind) -> None:
    await shop.send("", shop.media(kind, OPUS + b"words", "a.ogg", "audio/ogg"))
    upload = next(one for one in shop.whatsapp.requests if one.file)
    assert upload.file == ("a.ogg", "audio/ogg; codecs=opus", OPUS + b"words")
    assert upload.body["type"] == "audio/ogg; codecs=opus"
    assert [seen.type for seen in shop.nick.sees] == ["document" if kind is MediaKind.FILE else "audio"]


async def test_ogg_with_another_codec_goes_as_a_document(shop: Shop) -> None:
    vorbis = OPUS.replace(b"OpusHead", b"\x01vorbis\x00")
    ref = await shop.send("", shop.media(MediaKind.VOICE, vorbis, "a.ogg"))
    [message] = [one.body for one in shop.whatsapp.requests if one.path.endswith("/messages")]
    assert (message["type"], message["document"]["filename"], len(ref.refs)) == ("document", "a.ogg", 1)
    assert message["document"]["link"].startswith("http")


async def test_a_sticker_that_moves_may_be_larger(shop: Shop) -> None:
    await shop.send("", shop.media(MediaKind.STICKER, MOVING, "a.webp"), shop.media(MediaKind.STICKER, STILL, "b.webp"))
    assert [(seen.type, seen.file) for seen in shop.nick.sees] == [("sticker", MOVING), ("document", STILL)]


async def test_what_the_media_endpoint_does_not_take_goes_by_its_link(shop: Shop) -> None:
    async def served(request: web.Request) -> web.Response:
        return web.Response(body=shop.files.read(request.match_info["id"]), content_type="application/zip")

    app = web.Application()
    app.router.add_get("/files/{id}", served)
    async with TestServer(app) as server:
        shop.files.base = str(server.make_url("")).rstrip("/")
        await shop.send("all of it", shop.media(MediaKind.FILE, b"PK zip", "a.zip", "application/zip"))
        shop.files.base = shop.files.base.replace("http", "unreachable", 1)
        with pytest.raises(Rejected) as refused:
            await shop.send("", shop.media(MediaKind.FILE, b"PK zip", "a.zip", "application/zip"))
    assert refused.value.reason is RejectReason.UNSUPPORTED
    [seen] = shop.nick.sees
    assert (seen.type, seen.text, seen.file) == ("document", "all of it", b"PK zip")
    assert (seen.body["filename"], seen.body["link"][:4]) == ("a.zip", "http")


async def test_strange_names_break_nothing(shop: Shop) -> None:
    name = 'счёт "№ 1"\r\nX-Evil: 1/..\\a.pdf'
    await shop.send("", shop.media(name=name, mime="application/pdf"))
    upload = next(one for one in shop.whatsapp.requests if one.file)
    assert upload.file is not None
    assert upload.file[0] == "счёт _№ 1___X-Evil: 1_.._a.pdf"
    assert shop.nick.sees[0].body["filename"] == 'счёт "№ 1"__X-Evil: 1_.._a.pdf'


class Torn:
    """A file whose source fails in the middle."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def download(self, file: FileRef) -> AbstractAsyncContextManager[Download]:
        return self._open()

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[Download]:
        yield Download(self._chunks(), None, "torn.bin", "text/plain")

    async def _chunks(self) -> AsyncIterator[bytes]:
        yield b"x" * 100_000
        raise self.error


@pytest.mark.parametrize("kind", [MediaKind.FILE, MediaKind.STICKER])
@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (Transient("the desk is away"), Transient),
        (Rejected(RejectReason.FILE_GONE), Rejected),
        (ConnectionResetError(), Transient),
        (TimeoutError(), Transient),
    ],
)
async def test_a_file_that_stops_coming_sends_nothing_and_is_no_doubt(
    shop: Shop, kind: MediaKind, error: Exception, raised: type[Exception]
) -> None:
    shop.files.sources["desk:main"] = Torn(error)
    with pytest.raises(raised):
        await shop.send(
            "", Media(kind, FileRef("desk:main", "1"), "torn.webp" if kind is MediaKind.STICKER else "t.txt")
        )
    await shop.send("sorry")
    assert shop.nick.reads == ["sorry"]


async def test_a_file_of_unknown_size_is_stopped_at_the_limit(shop: Shop) -> None:
    class Endless(Torn):
        async def _chunks(self) -> AsyncIterator[bytes]:
            while True:
                yield bytes(1 << 16)

    shop.files.sources["desk:main"] = Endless(ConnectionError())
    with pytest.raises(Rejected) as refused:
        await shop.send("", Media(MediaKind.STICKER, FileRef("desk:main", "1"), "a.webp"))
    assert (refused.value.reason, refused.value.detail) == (RejectReason.TOO_LARGE, "more than 102400 bytes")


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.RESET_AFTER, Fault.TOO_MANY])
async def test_an_upload_that_failed_may_be_repeated(shop: Shop, fault: Fault) -> None:
    shop.whatsapp.faults.add("media", fault)
    with pytest.raises(Transient):
        await shop.send("", shop.media())
    assert "messages" not in shop.whatsapp.calls


async def test_reactions_may_always_be_repeated(shop: Shop) -> None:
    ref = ForeignId(shop.nick.writes("thanks"))
    for fault in (Fault.SERVER_ERROR, Fault.RESET_BEFORE):
        shop.whatsapp.faults.add("messages", fault)
        with pytest.raises(Transient):
            await shop.bridge.react(shop.chat, ref, "👍")


# ---------------------------------------------------------------------------------------- half sent


async def test_what_failed_after_a_part_arrived_is_in_doubt(shop: Shop) -> None:
    shop.whatsapp.faults.add("media", Fault.TOO_MANY)
    with pytest.raises(Unconfirmed, match="1 of the message's parts arrived"):
        await shop.send("here", shop.media(MediaKind.VOICE, OPUS, "a.ogg"))
    assert shop.nick.reads == ["here"]


async def test_a_refusal_stays_a_refusal_and_says_what_arrived(shop: Shop) -> None:
    with pytest.raises(Rejected) as refused:
        await shop.send("here", Location(100, 2))
    assert refused.value.reason is RejectReason.INVALID
    assert "1 of the message's parts arrived" in refused.value.detail


async def test_only_the_first_part_is_the_reply(shop: Shop) -> None:
    ref = ForeignId(shop.nick.writes("where?"))
    content = Content(Text.plain("here"), (Location(1, 2),))
    await shop.bridge.send(shop.chat, Outgoing(content, reply_to=ref), Key("k"))
    assert [seen.reply_to for seen in shop.nick.sees] == [ref, None]


@pytest.mark.parametrize("chat", ["", "nobody", "+79990001122", "US.", "79990001122/media", "../me"])
async def test_a_conversation_that_is_none_of_whatsapps(shop: Shop, chat: str) -> None:
    with pytest.raises(Rejected) as refused:
        await shop.bridge.send(ChatId(chat), Outgoing(Content(attachments=(shop.media(),))), Key("k"))
    assert refused.value.reason is RejectReason.GONE
    assert shop.whatsapp.calls == {}


@pytest.mark.parametrize("text", ["", " \n "])
async def test_nothing_is_not_sent(shop: Shop, text: str) -> None:
    with pytest.raises(Rejected):
        await shop.send(text)
    assert shop.whatsapp.calls == {}


# ------------------------------------------------------------------------------------------ downloads


async def test_a_download_tells_name_size_and_kind(shop: Shop) -> None:
    file = FileRef("account:shop", shop.whatsapp.keep(b"cat" * 100_000, "image/jpeg"))
    async with shop.bridge.download(file) as download:
        assert (download.size, download.mime, download.name) == (300_000, "image/jpeg", f"{file.id}.jpg")
        assert b"".join([chunk async for chunk in download.chunks]) == b"cat" * 100_000


@pytest.mark.parametrize("file_id", ["", "1", "../me", "1?fields=x", "106540352242922"])
async def test_what_is_no_file_is_gone(shop: Shop, file_id: str) -> None:
    with pytest.raises(Rejected) as refused:
        async with shop.bridge.download(FileRef("account:shop", file_id)):
            pass
    assert refused.value.reason is RejectReason.FILE_GONE


async def test_a_file_of_another_account_is_not_ours(shop: Shop) -> None:
    with pytest.raises(Rejected):
        async with shop.bridge.download(FileRef("account:other", shop.whatsapp.keep(b"cat", "image/jpeg"))):
            pass
    assert shop.whatsapp.calls == {}


@pytest.mark.parametrize("asked", ["media_url", "download"])
async def test_a_download_that_fails_for_now_may_be_repeated(shop: Shop, asked: str) -> None:
    file = FileRef("account:shop", shop.whatsapp.keep(b"cat", "image/jpeg"))
    shop.whatsapp.faults.add(asked, Fault.SERVER_ERROR)
    with pytest.raises(Transient):
        async with shop.bridge.download(file):
            pass
    async with shop.bridge.download(file) as download:
        assert b"".join([chunk async for chunk in download.chunks]) == b"cat"


async def test_a_conversation_has_an_address_by_the_phone(shop: Shop) -> None:
    assert isinstance(shop.bridge, ChatLinking)
    assert shop.bridge.address(shop.chat, "nick", "+7 912 00") == "https://wa.me/791200"
    assert shop.bridge.address(shop.chat, "nick", "") == ""
