"""Requirements of every bridge for messages to customers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace

import pytest

from bot.domain import Content, CustomerWrote, FileRef, Key, Media, MediaKind
from bot.domain.text import Span, Style, Text
from bot.ports import Deleting, Download, Editing, Outgoing, Reacting, Rejected, RejectReason
from tests.contracts.bridges import ShowsReactions
from tests.contracts.bridges.world import KINDS, OTHERS, RICH, TEXTS, World
from tests.samples import PNG, SAMPLES
from tests.tools import folder


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_what_an_operator_writes_arrives_exactly(world: World, text: str) -> None:
    customer = await world.rig.customer("Nick")
    sent = await world.send(customer, text)
    [seen] = await customer.sees(1)
    assert seen.text == text
    assert sent.refs == (seen.ref,)


async def test_formatting_loses_no_characters(world: World) -> None:
    customer = await world.rig.customer("Nick")
    await world.send(customer, Content(RICH))
    [seen] = await customer.sees(1)
    assert seen.text == RICH.characters


@pytest.mark.parametrize("flag", [style for style in Style if style], ids=lambda style: str(style.name))
async def test_each_look_alone_loses_no_characters(world: World, flag: Style) -> None:
    customer = await world.rig.customer("Nick")
    text = Text.of((Span("before "), Span("<in & out>\nnext", flag), Span(" after")))
    await world.send(customer, Content(text))
    [seen] = await customer.sees(1)
    assert seen.text == text.characters


async def test_many_messages_keep_their_order(world: World) -> None:
    customer = await world.rig.customer("Nick")
    for n in range(10):
        await world.send(customer, f"{n}")
    assert [seen.text for seen in await customer.sees(10)] == list("0123456789")


async def test_a_text_may_be_as_long_as_the_limits_say_and_no_longer(world: World) -> None:
    customer, limits = await world.rig.customer("Nick"), world.bridge.limits
    longest = "👍" * (limits.text // limits.measure("👍"))
    await world.send(customer, longest)
    assert [seen.text for seen in await customer.sees(1)] == [longest]
    with pytest.raises(Rejected) as refused:
        await world.send(customer, longest + "👍")
    assert refused.value.reason is RejectReason.TOO_LONG


@pytest.mark.parametrize("kind", KINDS)
async def test_files_arrive_byte_for_byte(world: World, kind: MediaKind) -> None:
    if kind not in world.bridge.limits.files:
        pytest.skip("not claimed")
    customer = await world.rig.customer("Nick")
    sent = await world.send(customer, Content(attachments=(world.media(kind),)))
    [seen] = await customer.sees(1)
    assert seen.files == (SAMPLES[kind][0],)
    assert seen.ref in sent.refs


async def test_a_file_and_its_caption_arrive(world: World) -> None:
    if MediaKind.PHOTO not in world.bridge.limits.files or not world.bridge.limits.caption:
        pytest.skip("not claimed")
    customer = await world.rig.customer("Nick")
    text = Text.of((Span("look: "), Span("<a> & b", Style.BOLD)))
    await world.send(customer, Content(text, (world.media(MediaKind.PHOTO),)))
    seen = await customer.sees(1)
    assert "".join(one.text for one in seen) == text.characters
    assert [data for one in seen for data in one.files] == [PNG]


async def test_an_album_arrives_whole_and_in_order(world: World) -> None:
    limits = world.bridge.limits
    if limits.album < 2 or MediaKind.FILE not in limits.files:
        pytest.skip("not claimed")
    customer, files = await world.rig.customer("Nick"), folder(world.tools)
    datas = [f"file {n}".encode() for n in range(limits.album)]
    media = [Media(MediaKind.FILE, files.add(data, f"{n}.txt"), f"{n}.txt") for n, data in enumerate(datas)]
    sent = await world.send(customer, Content(Text.plain("all of them"), tuple(media)))
    seen = await customer.sees(len(sent.refs))
    assert [data for one in seen for data in one.files] == datas
    assert "".join(one.text for one in seen) == "all of them"


@pytest.mark.parametrize("name", OTHERS)
async def test_other_attachments_arrive_or_are_refused(world: World, name: str) -> None:
    customer = await world.rig.customer("Nick")
    content = Content(attachments=(OTHERS[name],))
    if name in world.bridge.limits.others:
        await world.send(customer, content)
        [seen] = await customer.sees(1)
        assert seen.others == (name,)
    else:
        with pytest.raises(Rejected) as refused:
            await world.send(customer, content)
        assert refused.value.reason is RejectReason.UNSUPPORTED


@pytest.mark.parametrize("kind", KINDS)
async def test_a_kind_that_is_not_claimed_is_refused(world: World, kind: MediaKind) -> None:
    if kind in world.bridge.limits.files:
        pytest.skip("claimed")
    customer = await world.rig.customer("Nick")
    with pytest.raises(Rejected) as refused:
        await world.send(customer, Content(attachments=(world.media(kind),)))
    assert refused.value.reason is RejectReason.UNSUPPORTED


async def test_a_file_that_is_gone_sends_nothing(world: World) -> None:
    if MediaKind.FILE not in world.bridge.limits.files:
        pytest.skip("no files here")
    customer, media = await world.rig.customer("Nick"), world.media(MediaKind.FILE)
    folder(world.tools).gone.add(media.file)
    with pytest.raises(Rejected) as refused:
        await world.send(customer, Content(Text.plain("the bill"), (media,)))
    assert refused.value.reason is RejectReason.FILE_GONE
    await world.send(customer, "sorry")
    assert [seen.text for seen in await customer.sees(1)] == ["sorry"]


async def test_an_empty_file_sends_nothing(world: World) -> None:
    """Its size is not known before it is opened."""
    if MediaKind.FILE not in world.bridge.limits.files:
        pytest.skip("no files here")
    customer, media = await world.rig.customer("Nick"), world.media(MediaKind.FILE)
    empty = replace(media, file=folder(world.tools).add(b"", "empty.txt", "text/plain"), size=None)
    with pytest.raises(Rejected) as refused:
        await world.send(customer, Content(Text.plain("the bill"), (empty,)))
    assert refused.value.reason is RejectReason.FILE_EMPTY
    await world.send(customer, "sorry")
    assert [seen.text for seen in await customer.sees(1)] == ["sorry"]


class Endless:
    """A file of an announced size whose data never ends."""

    def __init__(self, size: int) -> None:
        self.size = size

    def download(self, file: FileRef) -> AbstractAsyncContextManager[Download]:
        return self._open()

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[Download]:
        yield Download(self._chunks(), self.size, "big.bin", "application/octet-stream")

    async def _chunks(self) -> AsyncIterator[bytes]:
        while True:
            yield bytes(1 << 16)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_file_over_the_limit_is_refused(world: World, kind: MediaKind) -> None:
    limit = world.bridge.limits.files.get(kind)
    if limit is None:
        pytest.skip("not claimed")
    customer = await world.rig.customer("Nick")
    folder(world.tools).sources["account:big"] = Endless(limit + 1)
    _, name, mime = SAMPLES[kind]
    media = Media(kind, FileRef("account:big", "1"), name, mime, limit + 1)
    with pytest.raises(Rejected) as refused:
        await world.send(customer, Content(attachments=(media,)))
    assert refused.value.reason is RejectReason.TOO_LARGE


async def test_a_reply_shows_what_it_answers_to(world: World) -> None:
    if not world.bridge.limits.replies:
        pytest.skip("not claimed")
    customer = await world.rig.customer("Nick")
    ref = await customer.writes("how much?")
    await world.accepts.events(CustomerWrote)
    await world.send(customer, "ten", reply_to=ref)
    [seen] = await customer.sees(1)
    assert seen.reply_to == ref


async def test_the_same_key_twice_reaches_the_customer_once(world: World) -> None:
    if not world.bridge.limits.idempotent:
        pytest.skip("not claimed")
    customer = await world.rig.customer("Nick")
    outgoing = Outgoing(Content(Text.plain("once")))
    first = await world.bridge.send(customer.chat, outgoing, Key("same"))
    again = await world.bridge.send(customer.chat, outgoing, Key("same"))
    assert first.refs == again.refs
    await world.bridge.send(customer.chat, replace(outgoing, content=Content(Text.plain("then"))), Key("other"))
    assert [seen.text for seen in await customer.sees(2)] == ["once", "then"]


async def test_editing(world: World) -> None:
    if not isinstance(world.bridge, Editing):
        pytest.skip("not claimed")
    customer = await world.rig.customer("Nick")
    sent = await world.send(customer, "helo")
    corrected = Outgoing(Content(Text.plain("hello & <b>bye</b>")))
    await world.bridge.edit(customer.chat, sent.refs[0], corrected)
    await world.bridge.edit(customer.chat, sent.refs[0], corrected)  # nothing changes: no error
    [seen] = await customer.sees(1)
    assert (seen.ref, seen.text) == (sent.refs[0], "hello & <b>bye</b>")


async def test_deleting(world: World) -> None:
    if not isinstance(world.bridge, Deleting):
        pytest.skip("not claimed")
    customer = await world.rig.customer("Nick")
    sent = await world.send(customer, "to the wrong one")
    await world.send(customer, "right")
    await world.bridge.delete(customer.chat, sent.refs)
    await world.bridge.delete(customer.chat, sent.refs)  # it is gone already: no error
    assert [seen.text for seen in await customer.sees(1)] == ["right"]


async def test_reacting(world: World) -> None:
    customer = await world.rig.customer("Nick")
    if not isinstance(world.bridge, Reacting) or not isinstance(customer, ShowsReactions):
        pytest.skip("not claimed")
    ref = await customer.writes("thank you")
    await world.accepts.events(CustomerWrote)
    await world.bridge.react(customer.chat, ref, "👍")
    assert list(await customer.reactions(ref)) == ["👍"]
    await world.bridge.react(customer.chat, ref, None)
    assert list(await customer.reactions(ref)) == []
