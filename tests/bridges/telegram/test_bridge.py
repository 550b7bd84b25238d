"""Details of Telegram that the contract suite does not cover: albums, fallbacks, half-sent messages, download
limits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain import AccountName, ChatId, Content, FileRef, ForeignId, Key, Location, Media, MediaKind, SharedContact
from bot.domain.text import Span, Style, Text
from bot.ports import (
    ChatLinking,
    Deleting,
    Download,
    Editing,
    Hooked,
    Moved,
    Outgoing,
    Polled,
    Reacting,
    Registering,
    Rejected,
    RejectReason,
    Transient,
    Unconfirmed,
)
from bridges.shared import vcards
from tests.bridges.telegram.conftest import Shop
from tests.fakes.faults import Fault

PNG, JPEG = b"\x89PNG picture", b"\xff\xd8\xff picture"


def test_each_way_of_receiving_can_only_what_it_does(shop: Shop) -> None:
    assert isinstance(shop.polled, Polled)
    assert not isinstance(shop.polled, Hooked | Registering)
    assert isinstance(shop.called, Hooked)
    assert isinstance(shop.called, Registering)
    assert not isinstance(shop.called, Polled)
    for bridge in (shop.polled, shop.called):
        assert isinstance(bridge, Editing)
        assert isinstance(bridge, Deleting)
        assert isinstance(bridge, Reacting)


async def test_looks_arrive_as_entities(shop: Shop) -> None:
    text = Text.of((Span("bold", Style.BOLD), Span(" and "), Span("x = 1", Style.PRE, language="python")))
    await shop.polled.send(shop.chat, Outgoing(Content(text)), Key("k"))
    assert shop.nick.sees[0].entities == [
        {"type": "bold", "offset": 0, "length": 4},
        {"type": "pre", "offset": 9, "length": 5, "language": "python"},
    ]


async def test_pictures_go_as_one_album_with_one_caption(shop: Shop) -> None:
    pictures = [shop.media(MediaKind.PHOTO, data, "p.jpg") for data in (PNG, JPEG)]
    video = shop.media(MediaKind.VIDEO, b"moving", "v.mp4")
    sent = await shop.send("look", *pictures, video)
    seen = shop.nick.sees
    assert [one.kind for one in seen] == ["photo", "photo", "video"]
    assert len({one.album for one in seen}) == 1
    assert [one.text for one in seen] == ["look", "", ""]
    assert sent.refs == tuple(str(one.message_id) for one in seen)
    assert shop.telegram.calls == {"sendMediaGroup": 1}


async def test_files_keep_their_names_and_strange_names_break_nothing(shop: Shop) -> None:
    name = 'счёт "№ 1"\r\nX-Evil: 1/..\\a.pdf'
    await shop.send("", shop.media(name=name))
    file = shop.nick.sees[0].file
    assert file is not None
    assert file.name == "счёт _№ 1___X-Evil: 1_.._a.pdf"


async def test_a_file_without_a_name_gets_one(shop: Shop) -> None:
    nameless = Media(MediaKind.FILE, shop.files.add(b"data", "", "application/pdf"), mime="application/pdf")
    await shop.send("", nameless)
    file = shop.nick.sees[0].file
    assert file is not None
    assert file.name == "file.pdf"


async def test_a_place_with_a_title_is_a_venue(shop: Shop) -> None:
    await shop.send("", Location(1, 2), Location(1, 2, "Café"), SharedContact("Anna", ("+1",)))
    assert [(one.kind, one.fields) for one in shop.nick.sees] == [
        ("location", {"latitude": 1, "longitude": 2}),
        ("venue", {"latitude": 1, "longitude": 2, "title": "Café", "address": "Café"}),
        ("contact", {"phone_number": "+1", "first_name": "Anna"}),
    ]


async def test_a_contact_goes_with_everything_on_its_card(shop: Shop) -> None:
    anna = SharedContact("Anna", ("+1", "+2"), ("a@b.c",), "Acme", "Cook", ("acme.example",), ("Main st. 1",))
    await shop.send("", anna, replace(anna, addresses=("street " * 400,)))
    whole, cut = (seen.fields for seen in shop.nick.sees)
    assert (whole["phone_number"], vcards.read(whole["vcard"])) == ("+1", anna)
    assert cut == {"phone_number": "+1", "first_name": "Anna"}, "more than Telegram takes"


async def test_a_picture_that_telegram_cannot_show_goes_as_a_file(shop: Shop) -> None:
    await shop.send("the plan", shop.media(MediaKind.PHOTO, b"%PDF no picture", "plan.pdf"))
    [seen] = shop.nick.sees
    assert (seen.kind, seen.text) == ("document", "the plan")
    assert seen.file is not None
    assert seen.file.data == b"%PDF no picture"


async def test_an_album_with_such_a_picture_goes_as_files(shop: Shop) -> None:
    await shop.send("", shop.media(MediaKind.PHOTO, PNG, "a.png"), shop.media(MediaKind.PHOTO, b"svg", "b.svg"))
    assert [one.kind for one in shop.nick.sees] == ["document", "document"]


async def test_a_reply_to_what_is_gone_still_goes_out(shop: Shop) -> None:
    for ref in ("999", "callback:5"):
        outgoing = Outgoing(Content(Text.plain("ten")), reply_to=ForeignId(ref))
        await shop.polled.send(shop.chat, outgoing, Key("k"))
    assert [(one.text, one.reply_to) for one in shop.nick.sees] == [("ten", None), ("ten", None)]


async def test_only_the_first_part_is_the_reply(shop: Shop) -> None:
    ref = shop.nick.writes("where?")
    content = Content(Text.plain("here"), (Location(1, 2),))
    await shop.polled.send(shop.chat, Outgoing(content, reply_to=ForeignId(str(ref))), Key("k"))
    assert [one.reply_to for one in shop.nick.sees] == [ref, None]


# ---------------------------------------------------------------------------------------- half sent


async def test_what_failed_after_a_part_arrived_is_in_doubt(shop: Shop) -> None:
    shop.telegram.faults.add("sendLocation", Fault.TOO_MANY)
    with pytest.raises(Unconfirmed, match="1 of the message's parts arrived"):
        await shop.send("here", Location(1, 2))
    assert shop.nick.reads == ["here"]


async def test_what_failed_before_anything_arrived_is_not(shop: Shop) -> None:
    shop.telegram.faults.add("sendMessage", Fault.TOO_MANY)
    with pytest.raises(Transient):
        await shop.send("here", Location(1, 2))
    assert not shop.nick.sees


async def test_a_refusal_stays_a_refusal_and_says_what_arrived(shop: Shop) -> None:
    with pytest.raises(Rejected) as refused:
        await shop.send("here", Location(100, 2))
    assert refused.value.reason is RejectReason.INVALID
    assert "1 of the message's parts arrived" in refused.value.detail


class Torn:
    """A file whose source fails in the middle."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def download(self, file: FileRef) -> AbstractAsyncContextManager[Download]:
        return self._open()

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[Download]:
        yield Download(self._chunks(), None, "torn.bin")

    async def _chunks(self) -> AsyncIterator[bytes]:
        yield b"x" * 100_000
        raise self.error


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
        await shop.send("the bill", shop.media(), torn)
    await shop.send("sorry")
    assert shop.nick.reads == ["sorry"]


async def test_a_file_of_unknown_size_is_stopped_at_the_limit(shop: Shop) -> None:
    class Endless(Torn):
        async def _chunks(self) -> AsyncIterator[bytes]:
            while True:
                yield bytes(1 << 16)

    shop.files.sources["desk:main"] = Endless(ConnectionError())
    sticker = Media(MediaKind.STICKER, FileRef("desk:main", "1"))
    with pytest.raises(Rejected) as refused:
        await shop.send("", sticker)
    assert (refused.value.reason, refused.value.detail) == (RejectReason.TOO_LARGE, "more than 524288 bytes")


async def test_a_file_whose_source_says_that_it_is_too_large_is_not_even_begun(shop: Shop) -> None:
    class Big(Torn):
        @asynccontextmanager
        async def _open(self) -> AsyncIterator[Download]:
            yield Download(self._chunks(), (50 << 20) + 1, "big.bin")

    shop.files.sources["desk:main"] = Big(ConnectionError())
    with pytest.raises(Rejected) as refused:
        await shop.send("", Media(MediaKind.FILE, FileRef("desk:main", "1")))
    assert refused.value.reason is RejectReason.TOO_LARGE
    assert shop.telegram.calls == {}


# ------------------------------------------------------------------------------ chats, edits, reactions


async def test_a_group_that_moved_says_where_to(shop: Shop) -> None:
    group = shop.telegram.group(-100, "Team")
    group.moved_to = -1009
    with pytest.raises(Moved) as moved:
        await shop.polled.send(ChatId("-100"), Outgoing(Content(Text.plain("x"))), Key("k"))
    assert moved.value.to == "-1009"


@pytest.mark.parametrize(("state", "reason"), [("blocked", RejectReason.BLOCKED), ("deactivated", RejectReason.GONE)])
async def test_who_cannot_be_written_to(shop: Shop, state: str, reason: RejectReason) -> None:
    setattr(shop.nick, state, True)
    with pytest.raises(Rejected) as refused:
        await shop.send("x")
    assert refused.value.reason is reason


async def test_a_chat_that_is_none_of_telegrams(shop: Shop) -> None:
    with pytest.raises(Rejected) as refused:
        await shop.polled.send(ChatId("+79990001122"), Outgoing(Content(Text.plain("x"))), Key("k"))
    assert refused.value.reason is RejectReason.GONE


async def test_the_caption_of_a_file_can_be_edited(shop: Shop) -> None:
    file = shop.media()
    [ref] = (await shop.send("helo", file)).refs
    await shop.polled.edit(shop.chat, ref, Outgoing(Content(Text.plain("hello"))))
    assert shop.nick.reads == ["hello"]
    await shop.polled.edit(shop.chat, ref, Outgoing(Content(Text.plain("hello!"), (file,))))
    await shop.polled.edit(shop.chat, ref, Outgoing(Content(Text.plain("hello!"), (file,))))
    assert shop.nick.reads == ["hello!"]


async def test_what_cannot_be_edited_is_refused(shop: Shop) -> None:
    theirs = shop.nick.writes("mine")
    for ref in (str(theirs), "999", "callback:1"):
        with pytest.raises(Rejected):
            await shop.polled.edit(shop.chat, ForeignId(ref), Outgoing(Content(Text.plain("yours"))))


@pytest.mark.parametrize(
    ("emoji", "shown"), [("👍", "👍"), ("👍🏽", "👍"), ("❤️", "❤"), ("❤️‍🔥", "❤‍🔥"), ("🤷🏽‍♂️", "🤷‍♂")]
)
async def test_reactions_lose_their_colour_only(shop: Shop, emoji: str, shown: str) -> None:
    ref = shop.nick.writes("thanks")
    await shop.polled.react(shop.chat, ForeignId(str(ref)), emoji)
    assert shop.nick.reactions[ref] == [shown]


async def test_a_reaction_that_telegram_has_not(shop: Shop) -> None:
    ref = ForeignId(str(shop.nick.writes("thanks")))
    with pytest.raises(Rejected) as refused:
        await shop.polled.react(shop.chat, ref, "🧦")
    assert refused.value.reason is RejectReason.UNSUPPORTED
    assert shop.telegram.calls == {}


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.RESET_AFTER, Fault.RESET_BEFORE])
async def test_edits_and_reactions_may_always_be_repeated(shop: Shop, fault: Fault) -> None:
    [ref] = (await shop.send("helo")).refs
    for method in ("editMessageText", "deleteMessage", "setMessageReaction"):
        shop.telegram.faults.add(method, fault)
    with pytest.raises(Transient):
        await shop.polled.edit(shop.chat, ref, Outgoing(Content(Text.plain("hello"))))
    with pytest.raises(Transient):
        await shop.polled.react(shop.chat, ref, "👍")
    with pytest.raises(Transient):
        await shop.polled.delete(shop.chat, [ref])


# ------------------------------------------------------------------------------------------ downloads


def kept(shop: Shop, data: bytes) -> FileRef:
    return FileRef("account:shop", shop.telegram.keep(data, "cat.jpg")[0])


async def test_a_download_tells_name_size_and_kind(shop: Shop) -> None:
    async with shop.polled.download(kept(shop, b"cat" * 100_000)) as download:
        assert (download.size, download.mime) == (300_000, "image/jpeg")
        assert download.name.endswith(".jpg")
        assert b"".join([chunk async for chunk in download.chunks]) == b"cat" * 100_000


async def test_a_file_over_twenty_megabytes_is_too_large(shop: Shop) -> None:
    with pytest.raises(Rejected) as refused:
        async with shop.polled.download(kept(shop, bytes((20 << 20) + 1))):
            pass
    assert refused.value.reason is RejectReason.TOO_LARGE


async def test_a_file_that_vanishes_between_the_question_and_the_download(shop: Shop) -> None:
    file = kept(shop, b"cat")
    shop.telegram.files[file.id] = ("no/../../way.jpg", b"cat")
    with pytest.raises(Rejected) as refused:
        async with shop.polled.download(file):
            pass
    assert refused.value.reason is RejectReason.FILE_GONE


async def test_a_file_of_another_account_is_not_ours(shop: Shop) -> None:
    with pytest.raises(Rejected) as refused:
        async with shop.polled.download(FileRef("account:other", kept(shop, b"cat").id)):
            pass
    assert refused.value.reason is RejectReason.FILE_GONE


async def test_what_goes_wrong_at_the_reader_of_a_download_stays_theirs(shop: Shop) -> None:
    with pytest.raises(OSError, match="disk full"):
        async with shop.polled.download(kept(shop, b"cat")):
            raise OSError("disk full")


async def test_a_redirection_is_not_followed(shop: Shop) -> None:
    """A server that redirects is not Telegram: nobody else gets the token and the text."""
    visited: list[str] = []

    async def handle(request: web.Request) -> web.Response:
        visited.append(request.path)
        raise web.HTTPTemporaryRedirect("/elsewhere")

    async with TestServer(_app(handle)) as server:
        elsewhere = shop.polled._settings.model_copy(update={"api_url": str(server.make_url("")).rstrip("/")})
        with pytest.raises(Unconfirmed):
            await type(shop.polled)(AccountName("shop"), elsewhere, shop.tools).send(
                shop.chat, Outgoing(Content(Text.plain("x"))), Key("k")
            )
    assert len(visited) == 1


def _app(handle: Callable[[web.Request], Awaitable[web.Response]]) -> web.Application:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    return app


async def test_many_chats_at_once(shop: Shop) -> None:
    people = [shop.telegram.customer(100 + n) for n in range(50)]
    outgoing = [Outgoing(Content(Text.plain(f"{n}"))) for n in range(50)]
    await asyncio.gather(
        *(shop.polled.send(ChatId(f"{100 + n}"), message, Key(f"{n}")) for n, message in enumerate(outgoing))
    )
    assert [person.reads for person in people] == [[f"{n}"] for n in range(50)]


async def test_a_conversation_has_an_address_by_user_name_or_phone(shop: Shop) -> None:
    assert isinstance(shop.polled, ChatLinking)
    assert shop.polled.address(shop.chat, "nick", "+7 912") == "https://t.me/nick"
    assert shop.polled.address(shop.chat, "", "+7 (912) 00") == "https://t.me/+791200"
    assert shop.polled.address(shop.chat, "", "") == ""
