"""What every bridge must do, whatever its platform. Rigs: see `bridges.py`.

A test that needs what a platform or a bridge has not is skipped for it, and says so.
"""

from __future__ import annotations

import traceback
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
import pytest

from bot.model import (
    Attachment,
    ChatId,
    Choice,
    Content,
    CustomerDeleted,
    CustomerEdited,
    CustomerLeft,
    CustomerReacted,
    CustomerReturned,
    CustomerWrote,
    FileRef,
    ForeignId,
    Key,
    Location,
    Media,
    MediaKind,
    Poll,
    SharedContact,
    Unreadable,
    Unshowable,
    Update,
)
from bot.ports import (
    Accept,
    Bridge,
    Checked,
    Deleting,
    Download,
    Editing,
    Forged,
    Hook,
    Hooked,
    Outgoing,
    Reacting,
    Rejected,
    RejectReason,
    Reply,
    Sent,
    Tools,
    Transient,
    Unavailable,
)
from bot.text import Span, Style, Text
from tests.contracts.bridges import (
    Accepts,
    BridgeRig,
    CanBabble,
    CanBlock,
    CanDelete,
    CanEdit,
    CanForge,
    CanForget,
    CanReact,
    CanRepeat,
    CanReply,
    CanRevoke,
    CanStop,
    Customer,
    ShowsReactions,
    discover,
)
from tests.fakes.faults import Fault
from tests.samples import PNG, SAMPLES
from tests.tools import folder, tools

RIGS = discover()

TEXTS = {
    "plain": "Hello!",
    "tags": "is <b>a</b> < b && c > d &amp; &lt;i&gt; </b><script>?",
    "markdown": "*bold* _it_ ~no~ `code` [a](http://b.c) # 1. - > || \\* ![x]",
    "emoji": "👍🏽 👨‍👩‍👧 🇺🇦 ❤️ ☃ 1️⃣ 10:30:45 :smile:",
    "rtl": "שלום, world! مرحبا ‏x‎",
    "lines": "\n".join(f"line {n}" for n in range(10)) + "\n\n\nlast",
    "mentions": "<!channel> @all @here @channel <@U123> /dialog close // note",
    "spaces": "two  spaces, e\u0301 and \u00a0 nbsp",
}

RICH = Text.of(
    (
        Span("bold", Style.BOLD),
        Span("italic & <i>", Style.ITALIC),
        Span(" both", Style.BOLD | Style.ITALIC),
        Span(" plain * _ ` ~ > "),
        Span("struck", Style.STRIKE),
        Span("under", Style.UNDERLINE | Style.BOLD),
        Span(" code <x> ` & ", Style.CODE),
        Span(" hidden 👍🏽", Style.SPOILER),
        Span("\n"),
        Span("Heading\n", Style.HEADING),
        Span("quoted one\nquoted ", Style.QUOTE),
        Span("two", Style.QUOTE | Style.STRIKE),
        Span("\n"),
        Span("if a < b:\n    `pass`  # &amp;", Style.PRE, language="python"),
        Span("\nsee "),
        Span("our site", link="https://example.com/?a=1&b=2"),
        Span(" or "),
        Span("strange", link="javascript:alert(1)"),
        Span(" or "),
        Span("bold link", Style.BOLD, link="https://example.com/(x)"),
        Span(" end"),
    )
)

KINDS = tuple(MediaKind)
OTHERS: dict[str, Attachment] = {
    "location": Location(55.75, 37.5),
    "contact": SharedContact("Anna & Boris", ("+79990001122",)),
    "poll": Poll("Which one?", ("this", "that")),
    "choice": Choice("Yes", "yes"),
    "unshowable": Unshowable("gift"),
}


@dataclass
class World:
    """A bridge at work between the hub (`accepts`) and its platform (`rig`)."""

    rig: BridgeRig
    tools: Tools
    bridge: Bridge
    accepts: Accepts
    sends: int = 0

    async def send(self, to: Customer, content: Content | str, reply_to: ForeignId | None = None) -> Sent:
        self.sends += 1
        what = Content(Text.plain(content)) if isinstance(content, str) else content
        return await self.bridge.send(to.chat, Outgoing(what, reply_to=reply_to), Key(f"k{self.sends}"))

    def media(self, kind: MediaKind) -> Media:
        data, name, mime = SAMPLES[kind]
        return Media(kind, folder(self.tools).add(data, name, mime), name, mime, len(data))


@pytest.fixture(params=sorted(RIGS))
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        rig = await stack.enter_async_context(RIGS[request.param]())
        http = await stack.enter_async_context(aiohttp.ClientSession())
        given = tools(tmp_path, http)
        bridge = rig.build(given)
        stack.push_async_callback(bridge.close)
        accepts = Accepts()
        await stack.enter_async_context(rig.receiving(bridge, accepts))
        yield World(rig, given, bridge, accepts)


def words(content: Content) -> str:
    return content.text.characters


def words_of(update: Update) -> str:
    return words(update.event.content) if isinstance(update.event, CustomerWrote) else type(update.event).__name__


# ------------------------------------------------------------------------------------- from customers


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_what_a_customer_writes_is_taken_exactly(world: World, text: str) -> None:
    customer = await world.rig.customer("Nick")
    ref = await customer.writes(text)
    [wrote] = await world.accepts.events(CustomerWrote)
    assert words(wrote.content) == text
    assert (wrote.chat, wrote.ref, wrote.profile.name) == (customer.chat, ref, "Nick")


async def test_customers_are_told_apart_and_each_keeps_the_order(world: World) -> None:
    customers = [await world.rig.customer(f"customer {n}") for n in range(3)]
    for n in range(5):
        for customer in customers:
            await customer.writes(f"{n}")
    wrote = await world.accepts.events(CustomerWrote, 15)
    for customer in customers:
        assert [words(one.content) for one in wrote if one.chat == customer.chat] == list("01234")
    assert len({update.key for update in world.accepts.taken}) == len(world.accepts.taken)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_customers_file_can_be_downloaded(world: World, kind: MediaKind) -> None:
    if kind not in world.rig.customer_sends:
        pytest.skip("customers cannot send that here")
    customer = await world.rig.customer("Nick")
    data, name, mime = SAMPLES[kind]
    await customer.sends(kind, data, name, mime)
    [wrote] = await world.accepts.events(CustomerWrote)
    [media] = wrote.content.attachments
    assert isinstance(media, Media)
    assert media.kind is kind
    assert media.size in (None, len(data))
    if media.file.origin == "hub":
        opened = world.tools.files.open(media.file)
    else:
        assert media.file.origin == f"account:{world.rig.account}"
        opened = world.bridge.download(media.file)
    async with opened as download:
        assert b"".join([chunk async for chunk in download.chunks]) == data


async def test_a_file_that_never_was_is_gone(world: World) -> None:
    with pytest.raises(Rejected) as refused:
        async with world.bridge.download(FileRef(f"account:{world.rig.account}", "no-such-file")):
            pass
    assert refused.value.reason is RejectReason.FILE_GONE


async def test_what_could_not_be_committed_comes_again(world: World) -> None:
    customer = await world.rig.customer("Nick")
    world.accepts.fail_next(2)
    await customer.writes("first")
    await customer.writes("second")
    wrote = await world.accepts.events(CustomerWrote, 2)
    assert [words(one.content) for one in wrote] == ["first", "second"]
    first = [update.key for update in world.accepts.tried if update.event == wrote[0]]
    assert len(first) >= 3
    assert len(set(first)) == 1


async def test_a_repeated_update_has_the_same_key(world: World) -> None:
    customer = await world.rig.customer("Nick")
    if not isinstance(customer, CanRepeat):
        pytest.skip("nothing is delivered twice here")
    await customer.writes_twice("once")
    await customer.writes("then")
    taken = await world.accepts.wait(
        lambda updates: any(
            isinstance(one.event, CustomerWrote) and words(one.event.content) == "then" for one in updates
        )
    )
    assert [one.event == taken[0].event for one in taken] == [True, True, False]
    assert taken[0].key == taken[1].key != taken[2].key


async def test_webhooks_that_are_replayed_in_any_order_tell_the_same_facts(world: World) -> None:
    """By their keys the hub knows them: whatever comes again, and however late, adds nothing."""
    bridge = world.bridge
    if not isinstance(bridge, Hooked):
        pytest.skip("no platform calls us here")
    hooks, receive = list[Hook](), bridge.receive

    async def recording(hook: Hook, accept: Accept) -> Reply:
        hooks.append(hook)
        return await receive(hook, accept)

    bridge.receive = recording  # type: ignore[method-assign]
    customer = await world.rig.customer("Nick")
    for n in range(3):
        await customer.writes(f"{n}")
    await world.accepts.events(CustomerWrote, 3)
    again = Accepts()
    for hook in [*reversed(hooks), *hooks]:
        await receive(hook, again)
    facts = {update.key: words_of(update) for update in world.accepts.taken}
    assert {update.key: words_of(update) for update in again.taken} == facts
    assert len(again.taken) >= 2 * len(facts)


async def test_an_unreadable_payload_is_kept_and_the_next_is_read(world: World) -> None:
    customer = await world.rig.customer("Nick")
    if not isinstance(customer, CanBabble):
        pytest.skip("nothing unexpected can come here")
    await customer.babbles()
    await customer.writes("and now?")
    await world.accepts.events(CustomerWrote)
    [unreadable] = await world.accepts.events(Unreadable)
    assert unreadable.raw
    assert unreadable.chat == customer.chat


async def test_forgeries_are_refused_before_anything_is_stored(world: World) -> None:
    if not isinstance(world.rig, CanForge) or not isinstance(world.bridge, Hooked):
        pytest.skip("no platform calls us here")
    forgeries = world.rig.forgeries()
    assert forgeries
    for hook in forgeries:
        with pytest.raises(Forged):
            await world.bridge.receive(hook, world.accepts)
    assert not world.accepts.tried


async def test_a_customer_edits(world: World) -> None:
    customer = await world.rig.customer("Nick")
    if not isinstance(customer, CanEdit):
        pytest.skip("customers do not edit here")
    ref = await customer.writes("helo")
    await customer.edits(ref, "hello <b>")
    [edited] = await world.accepts.events(CustomerEdited)
    assert (edited.chat, edited.ref, words(edited.content)) == (customer.chat, ref, "hello <b>")


async def test_a_customer_deletes(world: World) -> None:
    customer = await world.rig.customer("Nick")
    if not isinstance(customer, CanDelete):
        pytest.skip("we are not told of deletions here")
    ref = await customer.writes("oops")
    await customer.deletes(ref)
    [deleted] = await world.accepts.events(CustomerDeleted)
    assert deleted == CustomerDeleted(customer.chat, ref)


async def test_a_customer_reacts_and_takes_it_back(world: World) -> None:
    customer = await world.rig.customer("Nick")
    if not isinstance(customer, CanReact):
        pytest.skip("customers do not react here")
    ref = (await world.send(customer, "done")).refs[0]
    await customer.reacts(ref, "👍")
    await customer.reacts(ref, None)
    assert await world.accepts.events(CustomerReacted, 2) == [
        CustomerReacted(customer.chat, ref, ("👍",)),
        CustomerReacted(customer.chat, ref, ()),
    ]


async def test_a_customer_replies(world: World) -> None:
    customer = await world.rig.customer("Nick")
    if not isinstance(customer, CanReply):
        pytest.skip("customers do not reply here")
    ref = (await world.send(customer, "which one?")).refs[0]
    await customer.replies(ref, "that one")
    [wrote] = await world.accepts.events(CustomerWrote)
    assert words(wrote.content) == "that one"
    assert wrote.content.quote is not None
    assert wrote.content.quote.ref == ref


async def test_a_customer_leaves_and_returns(world: World) -> None:
    customer = await world.rig.customer("Nick")
    if not isinstance(customer, CanBlock):
        pytest.skip("customers cannot block us here")
    await customer.blocks()
    assert (await world.accepts.events(CustomerLeft))[0].chat == customer.chat
    with pytest.raises(Rejected) as refused:
        await world.send(customer, "hello?")
    assert refused.value.reason is RejectReason.BLOCKED
    await customer.unblocks()
    assert (await world.accepts.events(CustomerReturned))[0].chat == customer.chat
    await world.send(customer, "welcome back")
    assert [seen.text for seen in await customer.sees(1)] == ["welcome back"]


# --------------------------------------------------------------------------------------- to customers


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


class Endless:
    """A source whose file is as large as it says and cannot be read to its end."""

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


# ------------------------------------------------------------------------------------------ bad days


@pytest.mark.parametrize("fault", list(Fault))
async def test_each_fault_becomes_the_right_error(world: World, fault: Fault) -> None:
    if world.rig.faults is None:
        pytest.skip("there is no platform between us and the customer")
    customer = await world.rig.customer("Nick")
    world.rig.faults.add(world.rig.sending, fault, retry_after=7)
    with pytest.raises(world.rig.outcomes[fault]) as failed:
        await world.send(customer, "hello")
    if fault is Fault.TOO_MANY:
        assert isinstance(failed.value, Transient)
        assert failed.value.retry_after == 7
    assert [played for _, played in world.rig.faults.log] == [fault], "the bridge must not retry by itself"
    await world.send(customer, "again")
    arrived = 2 if fault in (Fault.RESET_AFTER, Fault.NOTHING_AFTER) else 1
    assert [seen.text for seen in await customer.sees(arrived)] == ["hello", "again"][-arrived:]


async def test_an_unreachable_platform_is_transient(world: World) -> None:
    if not isinstance(world.rig, CanStop):
        pytest.skip("there is no platform between us and the customer")
    customer = await world.rig.customer("Nick")
    await world.rig.stop()
    with pytest.raises(Transient) as failed:
        await world.send(customer, "hello")
    shown = "".join(traceback.format_exception(failed.value))
    for secret in world.rig.secrets:
        assert secret not in shown


async def test_a_refused_token_makes_the_account_unavailable(world: World) -> None:
    if not isinstance(world.rig, CanRevoke):
        pytest.skip("there is no token here")
    customer = await world.rig.customer("Nick")
    await world.rig.revoke()
    with pytest.raises(Unavailable) as failed:
        await world.send(customer, "hello")
    assert failed.value.advice
    shown = "".join(traceback.format_exception(failed.value)) + failed.value.advice
    for secret in world.rig.secrets:
        assert secret not in shown


async def test_a_conversation_that_does_not_exist_is_gone(world: World) -> None:
    if not isinstance(world.rig, CanForget):
        pytest.skip("every conversation may exist here")
    chat: ChatId = world.rig.stranger()
    with pytest.raises(Rejected) as refused:
        await world.bridge.send(chat, Outgoing(Content(Text.plain("hello"))), Key("k"))
    assert refused.value.reason is RejectReason.GONE


async def test_check_finds_a_good_account_good(world: World) -> None:
    if not isinstance(world.bridge, Checked):
        pytest.skip("nothing to check")
    findings = await world.bridge.check()
    assert findings
    assert [finding for finding in findings if not finding.ok] == []


async def test_check_says_what_is_wrong_and_never_raises(world: World) -> None:
    if not isinstance(world.bridge, Checked) or not isinstance(world.rig, CanRevoke):
        pytest.skip("nothing to check")
    await world.rig.revoke()
    faults = [finding for finding in await world.bridge.check() if not finding.ok]
    assert faults
    assert all(finding.advice for finding in faults)
    if isinstance(world.rig, CanStop):
        await world.rig.stop()
        assert [finding for finding in await world.bridge.check() if not finding.ok]


async def test_secrets_are_shown_nowhere(world: World, caplog: pytest.LogCaptureFixture) -> None:
    customer = await world.rig.customer("Nick")
    shown = f"{world.bridge!r} {vars(world.rig).get('settings')!r}"
    if world.rig.faults is not None:
        for fault in (Fault.SERVER_ERROR, Fault.RESET_BEFORE):
            world.rig.faults.add(world.rig.sending, fault)
            with pytest.raises(world.rig.outcomes[fault]) as failed:
                await world.send(customer, "hello")
            shown += "".join(traceback.format_exception(failed.value))
    assert world.rig.secrets or world.rig.faults is None
    for secret in world.rig.secrets:
        assert secret not in shown + caplog.text


async def test_closing_twice_is_no_error(world: World) -> None:
    await world.bridge.close()
    await world.bridge.close()
