"""The desk's addresses over real HTTP: who may come in, what is refused, what becomes a fact."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.desks.web.door import HEADER
from bot.model import (
    Commanded,
    Content,
    Delivery,
    FileRef,
    Media,
    MediaKind,
    OperatorDeleted,
    OperatorEdited,
    OperatorPosted,
    OperatorReacted,
    Place,
    PostId,
    Pressed,
    Status,
    Submitted,
)
from bot.text import Span, Style, Text
from tests.desks.web.serving import DESK, KEYS, Served, Session, served

ID = "0123456789abcdef"


@pytest.fixture
async def talk(hub: Served) -> int:
    """A new dialog with one message."""
    hub.board.add(7, "Maria")
    await hub.board.customer_writes(7, "Hello?")
    return 7


def stranger(hub: Served, **headers: str) -> Session:
    return Session(hub, aiohttp.CookieJar(unsafe=True), {HEADER: "1", **headers})


# ------------------------------------------------------------------------------------- coming in

READS = ["state", "emoji", "live", "dialogs", "dialogs/7"]
DEEDS = [
    ("POST", "dialogs/7/posts"),
    ("PATCH", "dialogs/7/posts/p1?message=1"),
    ("DELETE", "dialogs/7/posts/p1?message=1"),
    ("POST", "dialogs/7/posts/p1/reactions"),
    ("POST", "press"),
    ("POST", "submit"),
    ("POST", "command"),
]


@pytest.mark.parametrize("path", READS)
async def test_nobody_reads_without_signing_in(hub: Served, talk: int, path: str) -> None:
    status, told = await stranger(hub).ask("GET", path)
    assert (status, told["detail"]["code"]) == (401, "signed_out")
    assert hub.board.calls == []


@pytest.mark.parametrize(("method", "path"), DEEDS)
async def test_nobody_does_anything_without_signing_in(hub: Served, talk: int, method: str, path: str) -> None:
    status, _ = await stranger(hub).ask(method, path, json={"id": ID, "text": "x"})
    assert status == 401
    assert hub.office.events == []


async def test_a_key_opens_the_desk_of_its_owner(hub: Served) -> None:
    boris = await hub.sign_in("boris")
    status, told = await boris.ask("GET", "state")
    assert (status, told["user"], told["desk"]) == (200, "boris", "local")
    assert told["operators"] == ["anna", "boris", "clara"]
    assert "boris' own key" not in json.dumps(told)


async def test_a_wrong_key_opens_nothing_and_many_of_them_have_to_wait(hub: Served) -> None:
    guesser = stranger(hub)
    answers = [(await guesser.ask("POST", "session", json={"key": "wrong"}))[0] for _ in range(9)]
    assert answers == [403] * 8 + [429]
    assert (await guesser.ask("POST", "session", json={"key": KEYS["anna"]}))[0] == 429
    assert list(guesser.jar) == []


async def test_the_cookie_is_for_the_browser_alone(hub: Served) -> None:
    async with stranger(hub).request("POST", "session", json={"key": KEYS["anna"]}) as response:
        cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/desk" in cookie
    assert "Secure" not in cookie
    assert KEYS["anna"] not in cookie


async def test_over_https_the_cookie_stays_there(tmp_path: Path) -> None:
    async with (
        served(tmp_path, public_url="https://hub.example.com") as hub,
        stranger(hub).request("POST", "session", json={"key": KEYS["anna"]}) as response,
    ):
        assert "Secure" in response.headers["Set-Cookie"]


async def test_a_forged_cookie_is_nobody(hub: Served) -> None:
    anna = await hub.sign_in()
    genuine = next(iter(anna.jar)).value
    body, _, signature = genuine.partition(".")
    for forged in (f"{body}.", f"{body}.{signature[:-2]}AA", f".{signature}", "x", ""):
        status, _ = await stranger(hub, Cookie=f"hub_desk={forged}").ask("GET", "state")
        assert status == 401, forged
    assert (await stranger(hub, Cookie=f"hub_desk={genuine}").ask("GET", "state"))[0] == 200


async def test_signing_out_forgets(hub: Served) -> None:
    anna = await hub.sign_in()
    assert (await anna.ask("DELETE", "session"))[0] == 200
    assert (await anna.ask("GET", "state"))[0] == 401


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {HEADER: "1", "Origin": "https://evil.example"},
        {HEADER: "1", "Origin": "null"},
        {HEADER: "1", "Sec-Fetch-Site": "cross-site"},
        {HEADER: "1", "Sec-Fetch-Site": "same-site"},
    ],
)
async def test_other_sites_can_make_the_browser_ask_but_nothing_happens(
    hub: Served, talk: int, headers: dict[str, str]
) -> None:
    anna = await hub.sign_in()
    anna.headers = headers
    for method, path in [*DEEDS, ("POST", "session"), ("DELETE", "session")]:
        status, told = await anna.ask(method, path, json={"id": ID, "text": "x", "key": KEYS["boris"]})
        assert (status, told["detail"]["code"]) == (403, "foreign_page")
    assert hub.office.events == []


async def test_our_own_page_may_say_where_it_is_from(hub: Served, talk: int) -> None:
    anna = await hub.sign_in()
    anna.headers = {HEADER: "1", "Origin": hub.url, "Sec-Fetch-Site": "same-origin"}
    assert (await anna.ask("POST", "command", json={"id": ID, "words": "help"}))[0] == 200


# ------------------------------------------------------------------------------------- the page


async def test_the_page_allows_no_script_but_its_own(hub: Served) -> None:
    async with hub.http.get(f"{hub.url}/desk") as response:
        policy = response.headers["Content-Security-Policy"]
        page = await response.text()
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-cache"
    assert "main.js" in page


async def test_files_of_the_page_are_cached_until_they_change(hub: Served) -> None:
    page = await (await hub.http.get(f"{hub.url}/desk")).text()
    address = page.split('type="module" src="')[1].split('"')[0]
    async with hub.http.get(hub.url + address) as response:
        assert response.headers["Content-Type"].startswith("text/javascript")
        assert "immutable" in response.headers["Cache-Control"]
    async with hub.http.get(f"{hub.url}/desk/assets/another-version/main.js") as response:
        assert (response.status, response.headers["Cache-Control"]) == (200, "no-store")


@pytest.mark.parametrize(
    "name", ["nothing.js", "__init__.py", "..%2f__init__.py", "..%2f..%2fsettings.py", "index.html"]
)
async def test_nothing_else_is_served(hub: Served, name: str) -> None:
    async with hub.http.get(f"{hub.url}/desk/assets/x/{name}") as response:
        assert response.status == 404


async def test_the_page_speaks_the_hubs_language(tmp_path: Path) -> None:
    async with served(tmp_path, locale="ru") as hub, hub.http.get(f"{hub.url}/desk/api/words") as response:
        told = await response.json()
    assert told["locale"] == "ru"
    assert told["words"]["Mine"] == "Мои"


# --------------------------------------------------------------------------------------- reading


async def test_lists_go_on_below(hub: Served) -> None:
    for number in range(1, 26):
        hub.board.add(number, f"Customer {number}")
        await hub.board.customer_writes(number, "hi")
    anna = await hub.sign_in()
    first = (await anna.ask("GET", "dialogs?section=new"))[1]["rows"]
    last = first[-1]["dialog"]["id"]
    rest = (await anna.ask("GET", f"dialogs?section=new&before={last}"))[1]["rows"]
    assert len({row["dialog"]["id"] for row in (*first, *rest)}) == 25
    assert (await anna.ask("GET", "dialogs?section=new&text=customer 7"))[1]["rows"][0]["dialog"]["id"] == 7


@pytest.mark.parametrize("path", ["dialogs?section=nonsense", "dialogs/x", f"dialogs/{2**63}", "dialogs?before=-1"])
async def test_nonsense_is_refused(hub: Served, path: str) -> None:
    assert (await (await hub.sign_in()).ask("GET", path))[0] == 422


async def test_a_dialog_comes_with_all_that_a_page_shows(hub: Served, talk: int) -> None:
    status, told = await (await hub.sign_in()).ask("GET", "dialogs/7")
    assert status == 200
    assert told["messages"][0]["text"] == [{"text": "Hello?"}]
    assert [button["word"] for button in told["card"]["buttons"]] == ["accept", "redirect", "close"]
    assert (await (await hub.sign_in()).ask("GET", "dialogs/8"))[0] == 404


# ------------------------------------------------------------------------------------- messages


async def post(session: Session, **draft: Any) -> tuple[int, Any]:
    return await session.ask("POST", "dialogs/7/posts", json={"id": ID, **draft})


def posted(hub: Served) -> OperatorPosted:
    event = hub.office.events[-1]
    assert isinstance(event, OperatorPosted)
    return event


async def test_an_answer_is_a_fact(hub: Served, talk: int) -> None:
    status, told = await post(await hub.sign_in(), text="It **is** sent", reply_to="p1")
    event = posted(hub)
    assert (status, told["answer"]) == (200, {"kind": "silent"})
    assert [event.key, event.place.post, told["post"]] == [f"anna:{ID}"] * 3
    assert event.actor.user == "anna"
    assert event.place == Place(DESK, "web", hub.board.talks[7].dialog.thread, event.place.post)
    assert event.content.text == Text((Span("It "), Span("is", Style.BOLD), Span(" sent")))
    assert event.quoted == PostId("p1")
    assert (event.command, event.mentions) == (None, False)


async def test_asking_again_is_the_same_fact(hub: Served, talk: int) -> None:
    anna = await hub.sign_in()
    hub.office.fail = 1
    assert (await post(anna, text="once"))[0] == 500
    assert (await post(anna, text="once"))[0] == 200
    assert (await post(anna, text="once"))[0] == 200
    assert [event.key for event in hub.office.events] == [f"anna:{ID}"]


async def test_the_same_id_of_another_is_another_fact(hub: Served, talk: int) -> None:
    await post(await hub.sign_in("anna"), text="// mine")
    await post(await hub.sign_in("boris"), text="// mine")
    assert [event.key for event in hub.office.events] == [f"anna:{ID}", f"boris:{ID}"]


@pytest.mark.parametrize(
    ("draft", "words", "mentions", "command"),
    [
        ({"text": "internal", "note": True}, "// internal", False, None),
        ({"text": "// internal", "note": True}, "// internal", False, None),
        ({"text": "@boris look"}, "@boris look", True, None),
        ({"text": "mail me@boris or ask @nobody"}, "mail me@boris or ask @nobody", False, None),
        ({"text": "@hub close Spam & more"}, "@hub close Spam & more", False, "close Spam & more"),
        ({"text": "@Hub: help"}, "@Hub: help", False, "help"),
        ({"text": "@hubert hi"}, "@hubert hi", False, None),
        ({"text": "@hub close", "note": True}, "// @hub close", False, None),
    ],
)
async def test_notes_names_and_words_to_the_hub(
    hub: Served, talk: int, draft: dict[str, Any], words: str, mentions: bool, command: str | None
) -> None:
    assert (await post(await hub.sign_in(), **draft))[0] == 200
    event = posted(hub)
    assert event.content.text.characters == words
    assert (event.mentions, event.command) == (mentions, command)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"id": ID, "text": "  "}, 422),
        ({"id": "short", "text": "x"}, 422),
        ({"id": "with space and more", "text": "x"}, 422),
        ({"text": "x"}, 422),
        ({"id": ID, "text": "x" * 40_001}, 422),
        ({"id": ID, "text": "x", "author": "boris"}, 422),
        ({"id": ID, "text": "x" * 300_000}, 413),
        ([], 422),
    ],
)
async def test_drafts_that_cannot_be(hub: Served, talk: int, body: Any, status: int) -> None:
    assert (await (await hub.sign_in()).ask("POST", "dialogs/7/posts", json=body))[0] == status
    assert hub.office.events == []


async def test_nothing_is_written_where_it_would_be_lost(hub: Served, talk: int) -> None:
    """In a closed dialog, in one whose thread is only being opened, in one of another team chat."""
    anna, board = await hub.sign_in(), hub.board
    for changes, code in (
        ({"status": Status.CLOSED}, "read_only"),
        ({"status": Status.NEW, "thread": None}, "opening"),
        ({"desk": "slack"}, "elsewhere"),
    ):
        board.replace(7, **changes)
        status, told = await post(anna, text="x")
        assert told["detail"]["code"] == code
        assert status in (403, 409)
    assert (await anna.ask("POST", "dialogs/99/posts", json={"id": ID, "text": "x"}))[0] == 404
    assert hub.office.events == []


# ---------------------------------------------------------------------------------------- files


def form(*files: tuple[str, bytes, str], **fields: str) -> aiohttp.FormData:
    data = aiohttp.FormData(quote_fields=False)  # as browsers do
    for name, value in {"id": ID, **fields}.items():
        data.add_field(name, value)
    for name, content, mime in files:
        data.add_field("files", BytesIO(content), filename=name, content_type=mime)
    return data


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
    status, told = await (await hub.sign_in()).ask("POST", "dialogs/7/posts", data=data)
    assert (status, told["detail"]["code"]) == (413, "too_large")
    assert hub.office.events == []


async def test_a_body_without_an_end_is_cut_off(hub: Served, talk: int) -> None:
    """Whatever length it promises, no more is read than all files together may have."""
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
    assert hub.office.events == []


async def test_too_many_files_are_refused(hub: Served, talk: int) -> None:
    data = form(*[(f"{number}.txt", b"x", "text/plain") for number in range(11)])
    assert (await (await hub.sign_in()).ask("POST", "dialogs/7/posts", data=data))[0] == 422


# ------------------------------------------------------------------------------ changing messages


async def own(hub: Served) -> str:
    """Anna's message with a file; gives its path."""
    await (await hub.sign_in()).ask("POST", "dialogs/7/posts", data=form(("a.txt", b"x", "text/plain"), text="first"))
    kept = hub.board.talks[7].messages[-1]
    return f"dialogs/7/posts/{kept.post}?message={kept.message.id}"


async def test_an_edit_changes_words_and_keeps_files(hub: Served, talk: int) -> None:
    path = await own(hub)
    status, _ = await (await hub.sign_in()).ask("PATCH", path, json={"id": ID + "2", "text": "*second*"})
    event = hub.office.events[-1]
    assert status == 200
    assert isinstance(event, OperatorEdited)
    assert event.content == Content(Text((Span("second", Style.ITALIC),)), posted_media(hub))
    assert event.place.post == f"anna:{ID}"


def posted_media(hub: Served) -> Any:
    return next(event for event in hub.office.events if isinstance(event, OperatorPosted)).content.attachments


async def test_a_deletion_is_one_fact(hub: Served, talk: int) -> None:
    path, anna = await own(hub), await hub.sign_in()
    assert (await anna.ask("DELETE", path))[0] == 200
    assert (await anna.ask("DELETE", path))[0] == 403
    assert len([one for one in hub.office.events if isinstance(one, OperatorDeleted)]) == 1


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_nobody_changes_what_others_wrote(hub: Served, talk: int, method: str) -> None:
    path, boris = await own(hub), await hub.sign_in("boris")
    assert (await boris.ask(method, path, json={"id": ID, "text": "forged"}))[0] == 403
    assert (await boris.ask(method, "dialogs/7/posts/p1?message=1", json={"id": ID, "text": "x"}))[0] == 403
    assert (await boris.ask(method, "dialogs/7/posts/p9?message=99", json={"id": ID, "text": "x"}))[0] == 404
    assert [type(event) for event in hub.office.events] == [OperatorPosted]


async def test_a_star_is_a_reaction(hub: Served, talk: int) -> None:
    anna = await hub.sign_in()
    assert (await anna.ask("POST", "dialogs/7/posts/p1/reactions", json={"id": ID, "emoji": "⭐", "on": True}))[
        0
    ] == 200
    event = hub.office.events[-1]
    assert isinstance(event, OperatorReacted)
    assert (event.emoji, event.on, event.place.post) == ("⭐", True, "p1")
    assert hub.board.talks[7].messages[0].message.important


# --------------------------------------------------------------------- buttons, forms, commands


async def test_a_button_is_pressed_in_its_dialog(hub: Served, talk: int) -> None:
    status, told = await (await hub.sign_in()).ask("POST", "press", json={"id": ID, "token": "close.7", "dialog": 7})
    event = hub.office.events[-1]
    assert isinstance(event, Pressed)
    assert (event.token, event.place.thread, event.actor.user) == ("close.7", "7", "anna")
    assert status == 200
    assert told["answer"]["form"]["fields"][0]["options"][0] == {"value": "Bought", "label": "Bought"}


async def test_a_button_that_the_hub_did_not_make_does_nothing(hub: Served, talk: int) -> None:
    status, told = await (await hub.sign_in()).ask("POST", "press", json={"id": ID, "token": "forged", "dialog": 7})
    assert (status, told["detail"]["code"]) == (403, "forged")


async def test_a_form_comes_back_with_what_is_wrong(hub: Served, talk: int) -> None:
    anna = await hub.sign_in()
    body = {"id": ID, "token": "close.7", "values": {"reason": ""}, "dialog": 7}
    assert (await anna.ask("POST", "submit", json=body))[1]["answer"]["errors"].keys() == {"reason"}
    right = {**body, "id": ID + "2", "values": {"reason": "Spam", "comment": "two\nlines"}}
    assert (await anna.ask("POST", "submit", json=right))[1]["answer"] == {"kind": "silent"}
    event = hub.office.events[-1]
    assert isinstance(event, Submitted)
    assert event.values == {"reason": "Spam", "comment": "two\nlines"}
    assert hub.board.talks[7].dialog.status is Status.CLOSED


async def test_a_command_is_answered_to_its_author(hub: Served, talk: int) -> None:
    anna = await hub.sign_in()
    status, told = await anna.ask("POST", "command", json={"id": ID, "words": " help me "})
    event = hub.office.events[-1]
    assert isinstance(event, Commanded)
    assert (event.words, event.place) == ("help me", Place(DESK, "web"))
    assert (status, told["answer"]["kind"], told["answer"]["view"]["title"]) == (200, "whisper", "What you can do")
    await anna.ask("POST", "command", json={"id": ID + "2", "words": "accept", "dialog": 7})
    assert hub.board.talks[7].people == ["anna"]


async def test_a_stranger_to_the_dialog_may_choose(hub: Served, talk: int) -> None:
    await post(await hub.sign_in("anna"), text="mine")
    boris = await hub.sign_in("boris")
    assert (await post(boris, text="me too"))[1]["answer"]["kind"] == "whisper"
    assert hub.board.talks[7].messages[-1].message.delivery is Delivery.HELD
    held = (await boris.ask("GET", "dialogs/7"))[1]["messages"][-1]
    assert [button["word"] for button in held["buttons"]] == ["take", "join", "internal"]
    seen_by_anna = (await (await hub.sign_in("anna")).ask("GET", "dialogs/7"))[1]["messages"][-1]
    assert seen_by_anna["buttons"] == []
