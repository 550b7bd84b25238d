"""The widget's requests to the hub: taken once and in order, shown to nobody else, limited in time."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from io import BytesIO

import pytest

from bot.domain import (
    ChatId,
    Content,
    CustomerWrote,
    Location,
    Media,
    MediaKind,
    ProfileChanged,
    Receipt,
    ReceiptState,
    SharedContact,
)
from bot.domain.text import Span, Style, Text
from bot.ports import NotTaken, Outgoing
from bot.ports.requests import OpenCount
from bridges.webchat import KIND, stream
from bridges.webchat.bridge import MAX_FILE
from bridges.webchat.budget import Budget
from bridges.webchat.routes import MAX_BODY, WidgetEndpoints
from tests.bridges.serving import app_of
from tests.bridges.webchat.conftest import SHOP, Site, Visitor, ref
from tests.contracts.desks import eventually
from tests.serving import serving
from tests.tools import folder
from tests.waiting import FACT

ROUTES = sys.modules[WidgetEndpoints.__module__]


async def test_a_message_is_taken_and_comes_back_after_a_reload(site: Site) -> None:
    visitor = await site.visitor()
    about = {"name": "Ada", "email": "ada@example.com", "locale": "en"}
    status, answer = await visitor.writes(" <b>hi</b>\n👍🏽", about=about, reply_to="out-0")
    assert (status, answer) == (200, {"cursor": 1})
    [event] = site.updates.events
    assert isinstance(event, CustomerWrote)
    assert (event.chat, event.ref, event.content.text.characters) == (visitor.chat, "message-001", " <b>hi</b>\n👍🏽")
    assert (event.profile.name, event.profile.email, event.profile.locale) == ("Ada", "ada@example.com", "en")
    assert event.content.quote is not None
    assert event.content.quote.ref == "out-0"
    await site.answer(visitor.chat, "hello")
    session = await visitor.arrive()
    seen = [(one["from"], one["author"], one["spans"][0]["text"]) for one in session["events"]]
    assert seen == [("customer", "", " <b>hi</b>\n👍🏽"), ("operator", "Anna Petrova", "hello")]
    assert (session["cursor"], session["earlier"]) == (2, False)


async def test_nothing_is_refused_and_blanks_are_taken(site: Site) -> None:
    """The thread shows that something came; a widget could do nothing with a refusal."""
    visitor = await site.visitor()
    assert await visitor.writes("") == (422, {"error": "empty"})
    assert (await visitor.writes("\u200b \u3164"))[0] == 200
    assert len(site.updates.events) == 1


async def test_a_message_sent_again_is_one_message(site: Site) -> None:
    visitor = await site.visitor()
    site.updates.lose_answers = 1
    message = {"id": "message-1", "text": "hi"}
    assert (await visitor.ask("POST", "/messages", json=message))[0] == 503
    assert site.letters() == []
    answers = [await visitor.ask("POST", "/messages", json=message) for _ in range(2)]
    assert answers == [(200, {"cursor": 1})] * 2
    assert (len(site.updates.taken), len(site.letters())) == (1, 1)


async def test_both_sides_keep_the_order_in_which_messages_were_accepted(site: Site) -> None:
    visitor = await site.visitor()
    site.updates.hurry = False
    await asyncio.gather(
        *(visitor.ask("POST", "/messages", json={"id": f"message-{n}", "text": f"{n}"}) for n in range(15))
    )
    accepted = [event.ref for event in site.updates.events if isinstance(event, CustomerWrote)]
    assert [letter.body["message"] for letter in site.letters()] == accepted


async def test_a_stream_resumes_where_it_was_cut(site: Site) -> None:
    visitor = await site.visitor()
    seen: list[str] = []
    after, sent = 0, 0
    while len(seen) < 30:
        async with visitor.stream(after) as incoming:
            for _ in range(3):
                await site.answer(visitor.chat, f"{sent}")
                sent += 1
            taken = 0
            async for event in incoming:
                assert event.id > after
                after = event.id
                seen.append(event.data["spans"][0]["text"])
                taken += 1
                if taken == 2:
                    break  # the line is cut with one more on its way
    assert seen == [f"{n}" for n in range(len(seen))]


async def test_a_stream_is_live_and_private(site: Site) -> None:
    one, other = await site.visitor(), await site.visitor()
    async with one.stream() as incoming:
        await site.answer(other.chat, "not for you")
        await other.writes("nor this")
        await site.answer(one.chat, "for you")
        async with asyncio.timeout(FACT):
            event = await anext(incoming)
        assert event.data["spans"][0]["text"] == "for you"


async def test_a_stream_says_something_when_there_is_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT", 0.01)
    visitor = await site.visitor()
    headers = {"Authorization": f"Bearer {visitor.token}", "Accept": "text/event-stream"}
    async with site.http.get(f"{site.chat_url}/events", headers=headers) as response, asyncio.timeout(FACT):
        assert (await response.content.readuntil(b"still here\n\n")).startswith(b"retry: 2000\n: open\n\n")
        assert response.headers["X-Accel-Buffering"] == "no"


async def test_streams_are_closed_when_visitors_leave(site: Site) -> None:
    visitor = await site.visitor()
    listeners = site.tools.wake.listeners  # type: ignore[attr-defined]
    topic = f"mailbox:shop:{visitor.chat}"
    for _ in range(20):  # more than may be open at once
        async with visitor.stream():
            await eventually(lambda: listeners.get(topic))
        await site.answer(visitor.chat, "wakes it up")
    await eventually(lambda: not listeners[topic])


async def test_an_address_has_so_many_streams_and_goes_on_by_asking(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit holds however many visitors one address creates: 320 were let in."""
    monkeypatch.setattr(OpenCount, "is_full", lambda self, name: self._now[name] >= 5)
    async with AsyncExitStack() as stack:
        for _ in range(5):
            await stack.enter_async_context((await site.visitor()).stream())
        late = await site.visitor()
        headers = {"Authorization": f"Bearer {late.token}"}
        wants_stream = {**headers, "Accept": "text/event-stream"}
        async with site.http.get(f"{site.chat_url}/events", headers=wants_stream) as response:
            assert (response.status, await response.json()) == (429, {"error": "too_many_streams", "retry_after": 1})
        async with site.http.get(f"{site.chat_url}/events", headers=headers) as response:
            assert response.status == 200


async def test_an_address_has_so_many_uploads_under_way(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OpenCount, "is_full", lambda self, name: self._now[name] >= 1)
    monkeypatch.setattr(Budget, "take", lambda self, name, now, amount=1: 0)  # which refuses with a 429, too
    visitor, end, started = await site.visitor(), asyncio.Event(), asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield b"one"
        started.set()
        await end.wait()
        yield b"two"

    async def upload(data: object) -> int:
        headers = {"Authorization": f"Bearer {visitor.token}", "X-File-Name": "a.txt"}
        async with site.http.post(f"{site.chat_url}/files", data=data, headers=headers) as response:
            return response.status

    slow = asyncio.create_task(upload(slowly()))
    await started.wait()
    async with asyncio.timeout(FACT):
        while await upload(b"x") != 429:
            pass
    end.set()
    assert await slow == 200


async def test_asking_instead_of_a_stream(site: Site) -> None:
    visitor = await site.visitor()
    for n in range(3):
        await site.answer(visitor.chat, f"{n}")
    status, answer = await visitor.ask("GET", "/events?after=1")
    assert (status, answer["cursor"], [one["cursor"] for one in answer["events"]]) == (200, 3, [2, 3])
    assert (await visitor.ask("GET", "/events?after=3"))[1] == {"events": [], "cursor": 3}


async def test_a_long_conversation_comes_back_with_its_end(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "PAGE", 4)
    monkeypatch.setattr(stream, "REMEMBERED", 10)
    visitor = await site.visitor()
    for n in range(15):
        await site.answer(visitor.chat, f"{n}")
    session = await visitor.arrive()
    assert [one["spans"][0]["text"] for one in session["events"]] == [f"{n}" for n in range(5, 15)]
    assert (session["cursor"], session["earlier"]) == (15, True)


async def test_all_that_an_operator_can_do(site: Site) -> None:
    visitor = await site.visitor()
    files = folder(site.tools)
    media = Media(MediaKind.PHOTO, files.add(b"png", "a.png", "image/png"), "a.png", "image/png", 3)
    text = Text.of([Span("see "), Span("this", Style.BOLD | Style.ITALIC, "https://a.b")])
    content = Content(text, (media, Location(1, 2, "Here"), SharedContact("Bob", ("+1",))))
    sent = await site.answer(visitor.chat, content, reply_to=ref("message-001"))
    assert not sent.delivered
    await site.bridge.edit(visitor.chat, sent.refs[0], Outgoing(Content(Text.plain("that"))))
    await site.bridge.react(visitor.chat, ref("message-001"), "👍")
    await site.bridge.delete(visitor.chat, sent.refs)
    wrote, edited, reacted, deleted = (await visitor.arrive())["events"]
    assert wrote["spans"] == [
        {"text": "see ", "looks": [], "link": ""},
        {"text": "this", "looks": ["bold", "italic"], "link": "https://a.b"},
    ]
    assert [one["kind"] for one in wrote["attachments"]] == ["photo", "location", "contact"]
    assert wrote["attachments"][0]["url"] == "/files/1"
    assert wrote["reply_to"] == "message-001"
    assert (edited["type"], edited["id"], edited["spans"][0]["text"]) == ("edit", "out-1", "that")
    assert (reacted["type"], reacted["id"], reacted["emoji"]) == ("reaction", "message-001", "👍")
    assert (deleted["type"], deleted["id"]) == ("delete", "out-1")


async def test_files_of_visitors(site: Site) -> None:
    visitor = await site.visitor()
    token = await visitor.uploads(b"%PDF-1.4", "..%2F%D1%81%D1%87%D1%91%D1%82.pdf", "application/pdf")
    assert (await visitor.writes(files=[token]))[0] == 200
    [event] = site.updates.events
    assert isinstance(event, CustomerWrote)
    [media] = event.content.attachments
    assert isinstance(media, Media)
    assert (media.kind, media.name, media.mime, media.size) == (MediaKind.FILE, "счёт.pdf", "application/pdf", 8)
    async with site.tools.files.open(media.file) as download:
        assert b"".join([chunk async for chunk in download.chunks]) == b"%PDF-1.4"
    [shown] = (await visitor.arrive())["events"]
    assert shown["attachments"][0]["url"] == f"/files/{media.file.id}"


async def test_a_file_of_somebody_else_is_not_passed_on(site: Site) -> None:
    one, other = await site.visitor(), await site.visitor()
    token = await other.uploads(b"secret", "a.txt", "text/plain")
    assert await one.writes(files=[token]) == (422, {"error": "unknown_file"})
    assert site.updates.calls == 0


async def test_a_file_too_large_is_not_kept(site: Site) -> None:
    visitor = await site.visitor()

    status, answer = await visitor.ask("POST", "/files", data=BytesIO(bytes(MAX_FILE + 1)))
    assert (status, answer["error"]) == (413, "too_large")

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(MAX_FILE // 1_000_000 + 2):
            yield bytes(1_000_000)

    status, answer = await visitor.ask("POST", "/files", data=chunks())  # chunked: its length is unknown
    assert (status, answer["error"]) == (413, "too_large")
    assert not list(folder(site.tools).folder.iterdir())


async def test_receipts(site: Site) -> None:
    visitor = await site.visitor()
    body = {"id": "receipt-1", "delivered": "out-2", "read": "out-1"}
    for _ in range(2):
        assert (await visitor.ask("POST", "/receipts", json=body))[0] == 200
    assert site.updates.events == [
        Receipt(visitor.chat, ref("out-2"), ReceiptState.DELIVERED, through=True),
        Receipt(visitor.chat, ref("out-1"), ReceiptState.READ, through=True),
    ]


async def test_a_visitor_tells_their_name(site: Site) -> None:
    visitor = await site.visitor()
    body = {"id": "profile-1", "about": {"name": "Ada", "email": ""}}
    assert (await visitor.ask("POST", "/profile", json=body))[0] == 200
    [event] = site.updates.events
    assert isinstance(event, ProfileChanged)
    assert (event.chat, event.profile.name, event.profile.email) == (visitor.chat, "Ada", "")


@pytest.mark.parametrize("token", ["", "x", "chat.signature", "ы.ы"])
@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/messages"), ("POST", "/profile"), ("POST", "/receipts"), ("POST", "/files"), ("GET", "/events")],
)
async def test_without_a_token_there_is_nothing(site: Site, method: str, path: str, token: str) -> None:
    visitor = await site.visitor()
    await site.answer(visitor.chat, "secret")
    visitor.token = token
    assert await visitor.ask(method, path, headers={"Accept": "*/*"}) == (401, {"error": "unauthorized"})
    assert site.updates.calls == 0


async def test_a_foreign_token_makes_a_new_visitor(site: Site) -> None:
    visitor = Visitor(site, token="chat.signature")
    session = await visitor.arrive()
    assert visitor.token != "chat.signature"
    assert session["events"] == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example.com"},
        {"Origin": "null"},
        {"Origin": "http://[x"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_pages_of_others_may_not_ask(site: Site, headers: dict[str, str]) -> None:
    visitor = await site.visitor()
    visitor.headers = headers
    assert await visitor.writes("hi") == (403, {"error": "foreign_origin"})
    assert await visitor.ask("POST", "/session") == (403, {"error": "foreign_origin"})
    visitor.headers = {"Origin": site.url, "Sec-Fetch-Site": "same-origin"}
    assert (await visitor.writes("hi"))[0] == 200


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"id": "message-1"},
        {"id": "message-1", "text": ""},
        {"id": "message-1", "text": "\0"},
        {"id": "short", "text": "x"},
        {"id": "with space", "text": "x"},
        {"id": "message-1\n", "text": "x"},
        {"id": "message-1", "text": "x" * 10_001},
        {"id": "message-1", "text": 1},
        {"id": "message-1", "text": "x", "files": ["x"] * 11},
        {"id": "message-1", "text": "x", "files": ["x"]},
        {"id": "message-1", "text": "x", "chat": "another"},
        [],
    ],
)
async def test_what_no_widget_sends_is_refused(site: Site, message: object) -> None:
    visitor = await site.visitor()
    status, answer = await visitor.ask("POST", "/messages", json=message)
    assert status == 422
    assert answer["error"]
    assert site.updates.calls == 0


async def test_bodies_are_bounded(site: Site) -> None:
    visitor = await site.visitor()
    status, answer = await visitor.ask("POST", "/messages", data=b"x" * (MAX_BODY + 1))
    assert (status, answer["error"]) == (413, "too_large")


async def test_too_many_messages_are_told_when_to_come_again(site: Site) -> None:
    one, other = await site.visitor(), await site.visitor()
    statuses = [(await one.writes("hi"))[0] for _ in range(22)]
    assert statuses[:20] == [200] * 20
    assert 429 in statuses[20:]
    async with site.http.post(
        f"{site.chat_url}/messages", headers={"Authorization": f"Bearer {one.token}"}, json={}
    ) as response:
        assert response.status == 429
        assert int(response.headers["Retry-After"]) >= 1
    assert (await other.writes("hi"))[0] == 200


async def test_the_database_is_away(site: Site) -> None:
    visitor = await site.visitor()
    site.updates.broken = True
    assert (await visitor.writes("hi"))[0] == 503
    assert site.letters() == []


async def test_an_unknown_account(site: Site) -> None:
    for path in ("", "/widget.js", "/sample", "/assets/x/chat.js", "/events"):
        async with site.http.get(f"{site.url}/chat/nobody{path}") as response:
            assert response.status == 404
    async with site.http.post(f"{site.url}/chat/nobody/session") as response:
        assert response.status == 404


async def test_a_chat_that_never_was_gets_its_messages(site: Site) -> None:
    """An answer reaches a visitor even when the hub has forgotten all but the chat's name."""
    await site.answer(ChatId("chat"), "hello")
    assert site.letters()[0].chat == "chat"


async def test_one_address_begins_only_so_many_conversations(site: Site) -> None:
    """A visitor who has written already can go on; sending a profile counts as a beginning, too."""
    first = await site.visitor()
    assert (await first.writes("hi"))[0] == 200
    body = {"id": "profile-01", "about": {"name": "Ada"}}
    for _ in range(29):
        visitor = await site.visitor()
        status, answer = await visitor.ask("POST", "/profile", json=body)
        assert status == 200, answer
    status, answer = await (await site.visitor()).writes("hi")
    assert (status, answer["error"]) == (429, "too_many")
    assert answer["retry_after"] > 0
    assert (await (await site.visitor()).ask("POST", "/profile", json=body))[0] == 429
    assert (await first.writes("still here"))[0] == 200


async def test_files_are_bounded_by_their_bytes(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ROUTES, "MAX_FILE", 60 * 1024**2)
    visitor, megabyte = await site.visitor(), b"x" * 1024**2
    headers = {"X-File-Name": "film.avi", "Content-Type": "video/avi"}
    for _ in range(3):
        assert (await visitor.ask("POST", "/files", data=BytesIO(megabyte * 50), headers=headers))[0] == 200
    status, answer = await visitor.ask("POST", "/files", data=BytesIO(megabyte * 50), headers=headers)
    assert (status, answer["error"]) == (429, "too_many")
    assert answer["retry_after"] > 60
    await (await site.visitor()).uploads(megabyte, "other.avi", "video/avi")


async def test_a_file_that_waited_too_long_has_to_be_sent_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = await site.visitor()
    monkeypatch.setattr(ROUTES, "IN_TIME", timedelta(0))
    file = await visitor.uploads(b"x", "a.txt", "text/plain")
    assert await visitor.writes("look", files=[file]) == (422, {"error": "unknown_file"})
    monkeypatch.setattr(ROUTES, "IN_TIME", timedelta(minutes=50))
    assert (await visitor.writes("look", files=[file]))[0] == 200


@pytest.mark.parametrize(
    ("refusal", "status", "answer"),
    [
        (NotTaken("blocked"), 403, {"error": "blocked"}),
        (NotTaken("paused", 60), 503, {"error": "paused", "retry_after": 60}),
        (NotTaken("busy", 3), 429, {"error": "busy", "retry_after": 3}),
    ],
)
async def test_what_the_hub_does_not_take_is_said(
    site: Site, refusal: NotTaken, status: int, answer: dict[str, object]
) -> None:
    visitor = await site.visitor()
    site.updates.refusal = refusal
    assert await visitor.writes("hi") == (status, answer)
    assert site.letters() == []
    site.updates.refusal = None
    assert (await visitor.writes("hi"))[0] == 200


async def test_a_disk_that_is_nearly_full_takes_no_files(site: Site) -> None:
    visitor = await site.visitor()
    folder(site.tools).full = True
    headers = {"X-File-Name": "a.txt", "Content-Type": "text/plain"}
    assert await visitor.ask("POST", "/files", data=b"x", headers=headers) == (
        503,
        {"error": "no_space", "retry_after": 60},
    )
    assert (await visitor.writes("words go on"))[0] == 200


async def test_all_addresses_together_have_so_many_live_streams(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Descriptors are kept for newcomers: a visitor without a stream asks every few seconds."""
    monkeypatch.setattr(ROUTES, "_streams_of_all", lambda: 2)
    assert KIND.routes is not None
    routes = KIND.routes({SHOP: site.bridge}, {SHOP: site.updates.accept}, site.tools)
    async with serving(app_of(routes)) as server, AsyncExitStack() as stack:
        site.url = server.url
        for _ in range(2):
            await stack.enter_async_context((await site.visitor()).stream())
        headers = {"Accept": "text/event-stream"}
        late = await site.visitor()
        assert await late.ask("GET", "/events", headers=headers) == (
            429,
            {"error": "too_many_streams", "retry_after": 1},
        )
        assert (await late.ask("GET", "/events"))[0] == 200
