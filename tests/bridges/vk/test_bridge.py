"""Exact requests for everything that is sent, and details of VK that the contract suite does not cover."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from bot.domain import ChatId, Content, FileRef, ForeignId, Key, Location, Media, MediaKind
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
    Transient,
    Unavailable,
    Unconfirmed,
)
from bridges.vk.plan import number_of
from tests.bridges.vk.conftest import Shop
from tests.fakes.faults import Fault

PNG = b"\x89PNG picture"


def random_id(key: str = "k", part: int = 0) -> str:
    return str(number_of(Key(key), part))


def sent(shop: Shop) -> list[dict[str, str]]:
    return shop.vk.calls("messages.send")


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


# --------------------------------------------------------------------------------- the exact requests


async def test_a_text(shop: Shop) -> None:
    text = Text.of((Span("bold", Style.BOLD), Span(" and "), Span("site", link="https://a.b/")))
    result = await shop.polled.send(shop.chat, Outgoing(Content(text)), Key("k"))
    items = [
        {"type": "bold", "offset": 0, "length": 4},
        {"type": "url", "offset": 9, "length": 4, "url": "https://a.b/"},
    ]
    [request] = sent(shop)
    assert json.loads(request.pop("format_data")) == {"version": 1, "items": items}
    assert request == {
        "peer_ids": "7",
        "random_id": random_id(),
        "message": "bold and site",
        "disable_mentions": "1",
    }
    assert result.refs == (ForeignId(str(shop.nick.sees[0].number)),)


async def test_a_plain_text_has_no_format(shop: Shop) -> None:
    await shop.send("plain")
    assert "format_data" not in sent(shop)[0]


async def test_pictures_and_files_are_one_message(shop: Shop) -> None:
    photo, doc = shop.media(MediaKind.PHOTO, PNG, "a.png"), shop.media(MediaKind.FILE, b"%PDF", 'bill "№ 1".pdf')
    await shop.send("look", photo, doc)
    picture, document = shop.vk.uploading.uploaded
    assert (picture.field, picture.name, picture.data) == ("photo", "a.png", PNG)
    assert (document.field, document.name, document.data) == ("file", "bill _№ 1_.pdf", b"%PDF")
    assert document.title == 'bill "№ 1".pdf'
    assert [(name, given) for name, given in shop.vk.requests if not name.startswith("messages.")] == [
        ("photos.getMessagesUploadServer", {"peer_id": "7"}),
        ("photos.saveMessagesPhoto", {"photo": picture.proof, "server": "42", "hash": "hash"}),
        ("docs.getMessagesUploadServer", {"peer_id": "7", "type": "doc"}),
        ("docs.save", {"file": document.proof, "title": 'bill "№ 1".pdf'}),
    ]
    named = [f"{one.kind}-{shop.vk.group}_{one.number}_{one.key}" for one in (picture, document)]
    assert sent(shop)[0]["attachment"] == ",".join(named)
    assert [len(seen.files) for seen in shop.nick.sees] == [2]


async def test_a_voice_message_follows_its_words(shop: Shop) -> None:
    await shop.send("hear", shop.media(MediaKind.VOICE, b"OggS opus", "v.ogg"))
    assert shop.vk.calls("docs.getMessagesUploadServer") == [{"peer_id": "7", "type": "audio_message"}]
    assert "title" not in shop.vk.calls("docs.save")[0]
    words, voice = sent(shop)
    assert (words["message"], words["random_id"]) == ("hear", random_id(part=0))
    assert voice["attachment"].startswith("audio_message-")
    assert voice["random_id"] == random_id(part=1)
    assert "message" not in voice


async def test_a_place(shop: Shop) -> None:
    await shop.send("", Location(55.75, 37.5, "Café", "Street 1"))
    [request] = sent(shop)
    assert (request["lat"], request["long"], request["message"]) == ("55.75", "37.5", "Café\nStreet 1")


async def test_a_reply(shop: Shop) -> None:
    number = shop.nick.writes("how much?")
    await shop.send("ten", reply_to=str(number))
    assert json.loads(sent(shop)[0]["forward"]) == {
        "peer_id": 7,
        "conversation_message_ids": [number],
        "is_reply": True,
    }
    assert shop.nick.sees[0].reply_to == number


@pytest.mark.parametrize("ref", ["999", "event:0a"])
async def test_a_reply_to_what_is_gone_or_no_message_still_goes_out(shop: Shop, ref: str) -> None:
    await shop.send("ten", reply_to=ref)
    assert [(one.text, one.reply_to) for one in shop.nick.sees] == [("ten", None)]


async def test_only_the_first_part_is_the_reply(shop: Shop) -> None:
    number = shop.nick.writes("where?")
    await shop.send("here", Location(1, 2), reply_to=str(number))
    assert [one.reply_to for one in shop.nick.sees] == [number, None]


async def test_an_edit(shop: Shop) -> None:
    [ref] = (await shop.send("helo")).refs
    text = Text.of((Span("hello", Style.ITALIC),))
    await shop.polled.edit(shop.chat, ref, Outgoing(Content(text)))
    [request] = shop.vk.calls("messages.edit")
    assert json.loads(request.pop("format_data"))["items"] == [{"type": "italic", "offset": 0, "length": 5}]
    assert request == {
        "peer_id": "7",
        "cmid": str(ref),
        "message": "hello",
        "keep_forward_messages": "1",
        "keep_snippets": "1",
    }


async def test_an_edit_keeps_the_files(shop: Shop) -> None:
    photo = shop.media(MediaKind.PHOTO, PNG, "a.png")
    [ref] = (await shop.send("helo", photo)).refs
    await shop.polled.edit(shop.chat, ref, Outgoing(Content(Text.plain("hello"), (photo,))))
    assert [(one.text, one.files) for one in shop.nick.sees] == [("hello", [PNG])]
    assert len(shop.vk.uploading.uploaded) == 1


async def test_a_deletion(shop: Shop) -> None:
    refs = [*(await shop.send("one")).refs, *(await shop.send("two", key="l")).refs]
    await shop.polled.delete(shop.chat, refs)
    assert shop.vk.calls("messages.delete") == [{"peer_id": "7", "cmids": ",".join(refs), "delete_for_all": "1"}]
    assert not shop.nick.sees


async def test_what_is_too_old_to_be_deleted_or_edited_is_refused(shop: Shop) -> None:
    [ref] = (await shop.send("one")).refs
    shop.vk.too_old.add(int(ref))
    with pytest.raises(Rejected, match="924: Can't delete this message for everybody"):
        await shop.polled.delete(shop.chat, [ref])
    with pytest.raises(Rejected, match="909: Can't edit this message"):
        await shop.polled.edit(shop.chat, ref, Outgoing(Content(Text.plain("x"))))


@pytest.mark.parametrize("code", [7, 15])
async def test_a_message_that_may_not_be_changed_does_not_stop_the_account(
    shop: Shop, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ask(method: str, /, **parameters: object) -> Any:
        raise Unavailable(f"{code}: Access denied", "advice")

    monkeypatch.setattr(shop.polled._api, "ask", ask)
    for step in (
        shop.polled.edit(shop.chat, ForeignId("1"), Outgoing(Content(Text.plain("x")))),
        shop.polled.delete(shop.chat, [ForeignId("1")]),
        shop.polled.react(shop.chat, ForeignId("1"), "👍"),
    ):
        with pytest.raises(Rejected) as refused:
            await step
        assert refused.value.reason is RejectReason.FORBIDDEN


async def test_a_refused_token_stops_it_all_the_same(shop: Shop) -> None:
    shop.vk.revoke()
    with pytest.raises(Unavailable):
        await shop.polled.edit(shop.chat, ForeignId("1"), Outgoing(Content(Text.plain("x"))))


@pytest.mark.parametrize(("emoji", "number"), [("👍", "4"), ("👍🏽", "4"), ("❤️", "1"), ("⁉️", "6"), ("🎉", "16")])
async def test_reactions(shop: Shop, emoji: str, number: str) -> None:
    ref = ForeignId(str(shop.nick.writes("thanks")))
    await shop.polled.react(shop.chat, ref, emoji)
    assert shop.vk.calls("messages.sendReaction") == [{"peer_id": "7", "cmid": ref, "reaction_id": number}]
    await shop.polled.react(shop.chat, ref, None)
    assert shop.vk.calls("messages.deleteReaction") == [{"peer_id": "7", "cmid": ref}]


@pytest.mark.parametrize(("ref", "emoji"), [("1", "🧦"), ("event:0a", "👍")])
async def test_reactions_that_vk_has_not(shop: Shop, ref: str, emoji: str) -> None:
    with pytest.raises(Rejected) as refused:
        await shop.polled.react(shop.chat, ForeignId(ref), emoji)
    assert refused.value.reason is RejectReason.UNSUPPORTED
    assert not shop.vk.requests


async def test_every_call_names_the_version_and_keeps_the_token_out_of_the_address(shop: Shop) -> None:
    """The fake refuses calls without a version; the addresses it logs contain no token."""
    await shop.send("hello")
    assert shop.vk.token not in json.dumps(shop.vk.requests)


# ----------------------------------------------------------------------------------------- sent twice


async def test_several_parts_sent_again_after_a_doubt_arrive_once(shop: Shop) -> None:
    shop.vk.faults.add("messages.send", Fault.RESET_AFTER)
    with pytest.raises(Unconfirmed):
        await shop.send("here", Location(1, 2))
    await shop.send("here", Location(1, 2))
    assert [(one.text, one.geo) for one in shop.nick.sees] == [("here", None), ("", (1, 2))]


async def test_the_same_answer_to_two_people_reaches_both(shop: Shop) -> None:
    kim = shop.vk.customer(8, "Kim")
    outgoing = Outgoing(Content(Text.plain("news")))
    for chat in ("7", "8"):
        await shop.polled.send(ChatId(chat), outgoing, Key("k"))
    assert (shop.nick.reads, kim.reads) == (["news"], ["news"])


async def test_mentions_reach_the_customer_as_they_were_written(shop: Shop) -> None:
    words = "[id1|Anna] @id1 (Anna) *club2 (us) [https://vk.com/x|here] @all"
    await shop.send(words)
    assert shop.nick.reads[0].replace("\u2060", "") == words


# -------------------------------------------------------------------------------------------- refused


@pytest.mark.parametrize(("state", "reason"), [("allowed", RejectReason.BLOCKED), ("banned", RejectReason.FORBIDDEN)])
async def test_who_cannot_be_written_to(shop: Shop, state: str, reason: RejectReason) -> None:
    setattr(shop.nick, state, state == "banned")
    with pytest.raises(Rejected) as refused:
        await shop.send("x")
    assert refused.value.reason is reason


async def test_a_chat_that_is_none_of_vks(shop: Shop) -> None:
    with pytest.raises(Rejected) as refused:
        await shop.polled.send(ChatId("anna"), Outgoing(Content(Text.plain("x"))), Key("k"))
    assert refused.value.reason is RejectReason.GONE
    assert not shop.vk.requests


async def test_a_token_without_the_right_to_photos(shop: Shop) -> None:
    shop.vk.rights.discard("photos")
    with pytest.raises(Unavailable) as failed:
        await shop.send("", shop.media(MediaKind.PHOTO, PNG, "a.png"))
    assert "photos" in failed.value.advice


# -------------------------------------------------------------------------------------------- uploads


@pytest.mark.parametrize(
    ("kind", "data", "name"),
    [(MediaKind.PHOTO, b"<svg/>", "plan.svg"), (MediaKind.VOICE, b"webm", "voice.webm")],
)
async def test_what_vk_cannot_show_or_play_goes_as_a_file(shop: Shop, kind: MediaKind, data: bytes, name: str) -> None:
    await shop.send("", shop.media(kind, data, name))
    assert [one["type"] for one in shop.nick.sees[0].attachments] == ["doc"]
    assert shop.nick.sees[0].files == [data]


async def test_a_file_that_vk_takes_from_nobody(shop: Shop) -> None:
    with pytest.raises(Rejected) as refused:
        await shop.send("listen", shop.media(MediaKind.FILE, b"ID3", "song.mp3"))
    assert refused.value.reason is RejectReason.UNSUPPORTED
    assert "unknown file type" in refused.value.detail
    assert not shop.nick.sees


async def test_the_length_is_told_where_it_is_known(shop: Shop) -> None:
    class Unknown:
        """A file of unknown size."""

        def download(self, file: FileRef) -> AbstractAsyncContextManager[Download]:
            return self._open()

        @asynccontextmanager
        async def _open(self) -> AsyncIterator[Download]:
            yield Download(self._chunks(), None, "b.bin")

        async def _chunks(self) -> AsyncIterator[bytes]:
            for _ in range(3):
                yield b"x" * 70_000

    shop.files.sources["desk:main"] = Unknown()
    await shop.send("", shop.media(data=b"known"), Media(MediaKind.FILE, FileRef("desk:main", "1")))
    known, unknown = shop.vk.uploading.uploaded
    assert known.length is not None
    assert (unknown.length, unknown.name, len(unknown.data)) == (None, "b.bin", 210_000)


class Torn:
    """A file whose source fails in the middle."""

    def __init__(self, error: Exception, size: int | None) -> None:
        self.error, self.size = error, size

    def download(self, file: FileRef) -> AbstractAsyncContextManager[Download]:
        return self._open()

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[Download]:
        yield Download(self._chunks(), self.size, "torn.bin")

    async def _chunks(self) -> AsyncIterator[bytes]:
        yield b"x" * 100_000
        raise self.error


@pytest.mark.parametrize("size", [None, 200_000])
@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (Transient("the desk is away"), Transient),
        (Rejected(RejectReason.FILE_GONE), Rejected),
        (ConnectionResetError(), Transient),
    ],
)
async def test_a_file_that_stops_coming_sends_nothing_and_is_no_doubt(
    shop: Shop, error: Exception, kind: type[Exception], size: int | None
) -> None:
    shop.files.sources["desk:main"] = Torn(error, size)
    with pytest.raises(kind):
        await shop.send("the bill", shop.media(), Media(MediaKind.FILE, FileRef("desk:main", "1"), "torn.bin"))
    assert not sent(shop)


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.RESET_BEFORE, Fault.RESET_AFTER, Fault.TOO_MANY])
@pytest.mark.parametrize(
    "method",
    [
        "photos.getMessagesUploadServer",
        "upload",
        "photos.saveMessagesPhoto",
    ],
)
async def test_what_fails_before_the_message_is_no_doubt(shop: Shop, method: str, fault: Fault) -> None:
    shop.vk.faults.add(method, fault)
    with pytest.raises(Transient):
        await shop.send("look", shop.media(MediaKind.PHOTO, PNG, "a.png"))
    await shop.send("look", shop.media(MediaKind.PHOTO, PNG, "a.png"))
    assert [(one.text, one.files) for one in shop.nick.sees] == [("look", [PNG])]


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.RESET_AFTER, Fault.RESET_BEFORE])
async def test_edits_deletions_and_reactions_may_always_be_repeated(shop: Shop, fault: Fault) -> None:
    [ref] = (await shop.send("helo")).refs
    for method in ("messages.edit", "messages.delete", "messages.sendReaction"):
        shop.vk.faults.add(method, fault)
    with pytest.raises(Transient):
        await shop.polled.edit(shop.chat, ref, Outgoing(Content(Text.plain("hello"))))
    with pytest.raises(Transient):
        await shop.polled.react(shop.chat, ref, "👍")
    with pytest.raises(Transient):
        await shop.polled.delete(shop.chat, [ref])


# ------------------------------------------------------------------------------------------ downloads


async def test_a_download(shop: Shop) -> None:
    url = shop.vk.keep(b"cat" * 100_000, "cat.jpg")
    async with shop.polled.download(FileRef("account:shop", url)) as download:
        assert download.size == 300_000
        assert b"".join([chunk async for chunk in download.chunks]) == b"cat" * 100_000


@pytest.mark.parametrize("file", [FileRef("account:other", "http://127.0.0.1:1/"), FileRef("account:shop", "файл")])
async def test_what_is_no_file_of_ours_is_gone(shop: Shop, file: FileRef) -> None:
    with pytest.raises(Rejected) as refused:
        async with shop.polled.download(file):
            pass
    assert refused.value.reason is RejectReason.FILE_GONE


async def test_an_answer_of_an_unknown_shape_is_no_failure(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message was sent: an unexpected response from VK must not turn that into a failure."""
    for answer in (5, {"message_id": 5}, [5], [{"peer_id": 7, "message_id": 5}]):

        async def do(method: str, /, answer: Any = answer, **parameters: object) -> Any:
            return answer

        monkeypatch.setattr(shop.polled._api, "do", do)
        assert (await shop.send("x")).refs == ()


async def test_a_bridge_without_a_name_for_a_file_gives_it_one(shop: Shop) -> None:
    nameless = replace(shop.media(), name="", mime="application/pdf", file=shop.files.add(b"data", "", "x/y"))
    await shop.send("", nameless)
    assert shop.vk.uploading.uploaded[0].name == "file.pdf"


async def test_a_conversation_has_an_address_in_the_communitys_messages(shop: Shop) -> None:
    assert isinstance(shop.polled, ChatLinking)
    assert shop.polled.address(shop.chat, "", "") == f"https://vk.com/gim{shop.vk.group}?sel={shop.chat}"
