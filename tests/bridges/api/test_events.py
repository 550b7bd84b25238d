"""Operators' actions as events, read by cursor or delivered to the callback: the same events either way."""

from __future__ import annotations

import asyncio
import json

import pytest

from bot.domain import ChatId, Content, FileRef, ForeignId, Key, Location, Media, MediaKind, Poll, SharedContact
from bot.domain.text import Span, Style, Text
from bot.ports import Outgoing, Rejected, RejectReason, Transient, Unavailable, Unconfirmed
from tests.bridges.api.conftest import QUIET, SHOP, Channel
from tests.fakes.faults import Fault
from tests.tools import folder
from tests.waiting import FACT

CHAT = ChatId("client-77")


def saying(words: str, author: str = "Anna", reply_to: str | None = None) -> Outgoing:
    return Outgoing(Content(Text.plain(words)), author, ForeignId(reply_to) if reply_to else None)


async def test_a_message_as_an_event(channel: Channel) -> None:
    media = Media(MediaKind.FILE, folder(channel.tools).add(b"bill"), "bill.pdf", "application/pdf", 4)
    text = Text.of([Span("<total> "), Span("10\n", Style.BOLD), Span("site", link="https://a.b/?x=1&y=2")])
    card = SharedContact("Boris", ("+7",), ("b@c.d",), "Acme", sites=("acme.example",), addresses=("Main st.",))
    no_card: dict[str, object] = {"company": "", "title": "", "sites": [], "addresses": []}
    attachments = (media, Location(1.5, 2.5, "Office", "Main st."), card)
    sent = await channel.bridges[SHOP].send(
        CHAT, Outgoing(Content(text, attachments), "Anna", ForeignId("m-1")), Key("out-7")
    )
    assert (sent.refs, sent.delivered) == (("out-7",), True)
    [event] = channel.callback.events
    assert event == {
        "id": "out-7",
        "conversation": "client-77",
        "type": "message",
        "message": "out-7",
        "text": "<total> 10\nsite",
        "formatted": '&lt;total&gt; <b>10<br></b><a href="https://a.b/?x=1&amp;y=2">site</a>',
        "attachments": [
            {"kind": "file", "url": "http://files.test/files/1", "name": "bill.pdf", "mime": "application/pdf"}
            | {"size": 4, "latitude": None, "longitude": None, "address": "", "phones": [], "emails": [], **no_card},
            {"kind": "location", "url": None, "name": "Office", "mime": "", "size": None, "latitude": 1.5}
            | {"longitude": 2.5, "address": "Main st.", "phones": [], "emails": [], **no_card},
            {"kind": "contact", "url": None, "name": "Boris", "mime": "", "size": None, "latitude": None}
            | {"longitude": None, "address": "", "phones": ["+7"], "emails": ["b@c.d"], "company": "Acme", "title": ""}
            | {"sites": ["acme.example"], "addresses": ["Main st."]},
        ],
        "author": "Anna",
        "reply_to": "m-1",
        "emoji": None,
        "sent_at": event["sent_at"],
    }
    assert await channel.events() == ([event], 1)


async def test_edits_deletions_and_reactions_name_their_message(channel: Channel) -> None:
    bridge = channel.bridges[SHOP]
    await bridge.send(CHAT, saying("helo"), Key("out-1"))
    await bridge.edit(CHAT, ForeignId("out-1"), saying("hello"))
    await bridge.react(CHAT, ForeignId("m-1"), "👍")
    await bridge.react(CHAT, ForeignId("m-1"), None)
    await bridge.delete(CHAT, [ForeignId("out-1")])
    seen = [(one["type"], one["message"], one["text"], one["emoji"]) for one in channel.callback.events]
    assert seen == [
        ("message", "out-1", "helo", None),
        ("edit", "out-1", "hello", None),
        ("reaction", "m-1", "", "👍"),
        ("reaction", "m-1", "", None),
        ("delete", "out-1", "", None),
    ]
    assert len({one["id"] for one in channel.callback.events}) == 5


async def test_reading_by_cursor_misses_and_doubles_nothing(channel: Channel) -> None:
    bridge = channel.bridges[QUIET]
    for n in range(7):
        await bridge.send(ChatId(f"c{n % 2}"), saying(f"{n}"), Key(f"k{n}"))
    await bridge.send(CHAT, saying("0"), Key("k0"))
    read: list[str] = []
    cursor = 0
    while True:
        events, after = await channel.events(QUIET, cursor, limit=3)
        if not events:
            assert after == cursor
            break
        read += [event["text"] for event in events]
        cursor = after
    assert read == list("0123456")
    assert channel.callback.requests == 0


async def test_a_reader_that_waits_is_answered_at_once_when_something_comes(channel: Channel) -> None:
    waiting = asyncio.ensure_future(channel.events(QUIET, wait=30))
    listeners = channel.tools.wake.listeners  # type: ignore[attr-defined]
    while not listeners.get("mailbox:quiet"):  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    await channel.bridges[QUIET].send(CHAT, saying("hello"), Key("k"))
    events, _ = await asyncio.wait_for(waiting, FACT)
    assert [event["text"] for event in events] == ["hello"]
    assert not listeners["mailbox:quiet"]


async def test_accounts_do_not_read_each_other(channel: Channel) -> None:
    await channel.bridges[SHOP].send(CHAT, saying("secret"), Key("k"))
    assert await channel.events(QUIET) == ([], 0)


@pytest.mark.parametrize(
    "query", ["after=-1", "after=x", "limit=0", "limit=501", "wait=31", "before=1", f"after={2**63}"]
)
async def test_a_wrong_query_is_named(channel: Channel, query: str) -> None:
    status, answer = await channel.ask("GET", f"events?{query}")
    assert (status, answer["fields"][0]["field"]) == (422, query.partition("=")[0])


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.TOO_MANY, Transient),
        (Fault.SERVER_ERROR, Transient),
        (Fault.NOTHING, Unconfirmed),
        (Fault.RESET_BEFORE, Unconfirmed),
        (Fault.RESET_AFTER, Unconfirmed),
    ],
)
async def test_an_event_is_repeated_until_it_is_taken_and_counts_once(
    channel: Channel, fault: Fault, error: type[Exception]
) -> None:
    bridge = channel.bridges[SHOP]
    channel.callback.faults.add("callback", fault, retry_after=7)
    with pytest.raises(error) as failed:
        await bridge.send(CHAT, saying("hello"), Key("k"))
    if isinstance(failed.value, Transient) and fault is Fault.TOO_MANY:
        assert (failed.value.retry_after, failed.value.scope) == (7, "all")
    await bridge.send(CHAT, saying("hello"), Key("k"))
    assert [event["text"] for event in channel.callback.events] == ["hello"]
    assert channel.callback.requests == 2
    assert await channel.events() == (channel.callback.events, 1)


async def test_a_callback_that_is_not_there(channel: Channel) -> None:
    await channel.callback.__aexit__()
    with pytest.raises(Transient):
        await channel.bridges[SHOP].send(CHAT, saying("hello"), Key("k"))
    assert len((await channel.events())[0]) == 1


async def test_a_callback_that_refuses_our_signature_pauses_the_account(channel: Channel) -> None:
    channel.callback.secret = "another"
    with pytest.raises(Unavailable) as failed:
        await channel.bridges[SHOP].send(CHAT, saying("hello"), Key("k"))
    assert failed.value.advice


async def test_a_conversation_that_is_gone(channel: Channel) -> None:
    channel.callback.gone.add(CHAT)
    with pytest.raises(Rejected) as refused:
        await channel.bridges[SHOP].send(CHAT, saying("hello"), Key("k"))
    assert refused.value.reason is RejectReason.GONE


async def test_what_cannot_be_shown_is_refused_and_harms_no_reader(channel: Channel) -> None:
    bridge = channel.bridges[QUIET]
    for content in (Content(attachments=(Poll("?"),)), Content(Text.plain("x" * 100_001))):
        with pytest.raises(Rejected):
            await bridge.send(CHAT, Outgoing(content), Key("k"))
    gone = Media(MediaKind.FILE, FileRef("hub", "none"), "x")
    with pytest.raises(Rejected) as refused:
        await bridge.send(CHAT, Outgoing(Content(attachments=(gone,))), Key("k"))
    assert refused.value.reason is RejectReason.FILE_GONE
    assert await channel.events(QUIET) == ([], 0)


async def test_secrets_are_in_no_repr(channel: Channel) -> None:
    shown = repr(channel.bridges) + json.dumps([repr(finding) for finding in await channel.bridges[SHOP].check()])
    assert channel.callback.secret not in shown
    assert "the token" not in shown


async def test_check(channel: Channel) -> None:
    for bridge in channel.bridges.values():
        assert all(finding.ok for finding in await bridge.check())
    assert channel.callback.pings == 1
    channel.callback.secret = "another"
    [finding] = await channel.bridges[SHOP].check()
    assert not finding.ok
    assert finding.advice
