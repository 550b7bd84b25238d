"""What every desk promises (`bot.ports.Desk`), held against each of them over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from bot.model import (
    Commanded,
    Content,
    DialogId,
    FileRef,
    HomeOpened,
    Key,
    Location,
    Media,
    MediaKind,
    OperatorDeleted,
    OperatorEdited,
    OperatorPosted,
    OperatorReacted,
    PostRef,
    Pressed,
    Submitted,
    ThreadRef,
)
from bot.ports import Checked, DeliveryError, Mark, Rejected, Transient, Unavailable, Unconfirmed
from bot.text import Span, Style, Text, bold, line, link
from bot.views.values import (
    Ask,
    Author,
    Button,
    Card,
    Fact,
    Field,
    FieldKind,
    Form,
    Invalid,
    Menu,
    Option,
    Post,
    PostKind,
    Quoted,
    Row,
    Silent,
    Tone,
    View,
    Whisper,
)
from tests.contracts.desks import DeskRig, Rig, Seen, eventually, rigs
from tests.fakes.faults import Fault

RIGS = rigs()
SOON = datetime(2020, 1, 1, tzinfo=UTC)

ACCEPT = Button("accept", "Accept", "token-accept", Tone.PRIMARY)
CLOSE = Button("close", "Close", "token-close", Tone.DANGER)
RENAME = Button("rename", "Rename", "token-rename")
STAR = Button("important", "Important ones", "token-important")

NASTY = (
    "<!channel> <!here> @all @channel @here @anna <@U1> *bold* _it_ ~no~ `code` &amp; <b>x</b> "
    "[a](http://b.c) :smile: /dialog close"
)


F = TypeVar("F", bound=Callable[..., object])


def needs(*words: str) -> Callable[[F], F]:
    """The promise means something only to desks whose `lacks` has none of these words."""

    def mark(test: F) -> F:
        test.__dict__["needs"] = words
        return test

    return mark


@pytest.fixture(params=sorted(RIGS))
async def rig(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[DeskRig]:
    build: Rig = RIGS[request.param]
    async with build(tmp_path) as built:
        missing = [word for word in getattr(request.function, "needs", ()) if word in built.lacks]
        if missing:
            pytest.skip(f"this desk has nothing of the kind: {', '.join(missing)}")
        yield built


def card(number: int = 7, **changes: object) -> Card:
    given: dict[str, object] = {
        "heading": f"#{number} · Maria",
        "summary": f"New dialog #{number} from Maria",
        "facts": (Fact("Account", Text.plain("Shop bot")), Fact("Responsible", line(bold("nobody")))),
        "status": "New",
        "tone": Tone.PRIMARY,
        "buttons": (ACCEPT, CLOSE),
        "menu": (RENAME, STAR),
    }
    return Card(dialog=DialogId(number), **{**given, **changes})  # type: ignore[arg-type]


def customer(text: Text | str, key: str = "k1", **changes: object) -> Post:
    words = Text.plain(text) if isinstance(text, str) else text
    return Post(PostKind.CUSTOMER, Content(words), (Key(key),), author=Author("Maria"), **changes)  # type: ignore[arg-type]


async def opened(rig: DeskRig, number: int = 7) -> ThreadRef:
    thread = await rig.desk.open("", card(number), Key(f"card-{number}"))
    rig.office.open_threads.append(thread)
    return thread


async def root_of(rig: DeskRig, thread: ThreadRef) -> PostRef:
    """The thread's card."""
    post = (await rig.thread(thread))[0].post
    assert post is not None
    return PostRef(thread.desk, thread.channel, post)


# ------------------------------------------------------------------------------------ threads and posts


async def test_a_thread_begins_with_its_card(rig: DeskRig) -> None:
    thread = await opened(rig)
    seen = (await rig.thread(thread))[0]
    for words in ("#7 · Maria", "Account", "Shop bot", "Responsible", "nobody"):
        assert words in seen.words
    assert seen.buttons[:2] == ("Accept", "Close")
    assert {"Rename", "Important ones"} <= set(seen.buttons)
    assert thread.desk == rig.name


@needs("keeps posts")
async def test_posts_of_every_kind_are_seen_in_their_order(rig: DeskRig) -> None:
    thread = await opened(rig)
    again = Button("retry", "Retry", "token-retry")
    sent = [
        customer("Where is my order?", "a"),
        Post(PostKind.OPERATOR, Content(Text.plain("On its way")), (Key("b"),), author=Author("Anna")),
        Post(PostKind.LINE, Content(Text.plain("Anna accepted the dialog")), (Key("c"),)),
        Post(PostKind.PROBLEM, Content(Text.plain("The customer blocked us")), (Key("d"),), buttons=(again,)),
    ]
    refs = [await rig.desk.post(thread, post) for post in sent]
    seen = (await rig.thread(thread))[1:]
    assert len({ref.post for ref in refs}) == 4
    assert [shown.post for shown in seen] == [ref.post for ref in refs]
    for post, shown in zip(sent, seen, strict=True):
        assert post.content.text.characters in shown.words
    assert "Maria" in seen[0].author + seen[0].words
    assert "Anna" in seen[1].author + seen[1].words
    assert seen[3].buttons == ("Retry",)


@needs("keeps posts")
async def test_a_customers_words_are_shown_literally_and_notify_nobody(rig: DeskRig) -> None:
    thread = await opened(rig)
    await rig.desk.post(thread, customer(NASTY))
    await rig.desk.post(
        thread, Post(PostKind.CUSTOMER, Content(Text.plain("hi")), (Key("n"),), author=Author("<!channel> *@all*"))
    )
    await rig.desk.post(thread, customer("ok", "q", quoted=Quoted("<!here> *x*", "@channel")))
    nasty, named, quoting = (await rig.thread(thread))[1:]
    assert NASTY in nasty.words.replace("\u2060", "")
    assert all(not span.style for span in nasty.text.spans if "*bold*" in span.text)
    assert not any(post.notifies for post in (nasty, named, quoting))
    assert "<!channel> *@all*" in (named.author + named.words).replace("\u2060", "")
    assert "<!here> *x*" in quoting.words.replace("\u2060", "")


@needs("keeps posts")
async def test_formatting_that_is_meant_is_seen(rig: DeskRig) -> None:
    thread = await opened(rig)
    text = Text.of(
        [
            Span("Hello "),
            Span("dear", Style.BOLD),
            Span(" "),
            Span("world", Style.ITALIC),
            Span(", see "),
            Span("this page", link="https://example.com/?a=1&b=2"),
            Span(" and "),
            Span("x = 1 < 2", Style.CODE),
            Span(" 👋🏼"),
        ]
    )
    await rig.desk.post(thread, customer(text))
    shown = (await rig.thread(thread))[1].text
    assert text.characters in shown.characters
    looks = {span.text: (span.style & ~Style.HEADING, span.link) for span in shown.spans}
    assert looks["dear"] == (Style.BOLD, "")
    assert looks["world"] == (Style.ITALIC, "")
    assert looks["x = 1 < 2"] == (Style.CODE, "")
    assert looks["this page"] == (Style.NONE, "https://example.com/?a=1&b=2")


@needs("keeps posts")
async def test_what_no_desk_can_draw_is_said_in_words(rig: DeskRig) -> None:
    thread = await opened(rig)
    place = Location(55.75, 37.61, "Office", "Red Square 1")
    await rig.desk.post(thread, Post(PostKind.CUSTOMER, Content(attachments=(place,)), (Key("p"),), Author("Maria")))
    shown = (await rig.thread(thread))[1]
    assert "Red Square 1" in shown.words
    assert "55.75" in shown.words


@needs("keeps posts")
async def test_a_long_text_is_never_cut(rig: DeskRig) -> None:
    thread = await opened(rig)
    words = [f"word{number:05}" for number in range(rig.desk.limits.post * 3 // 10)]
    ref = await rig.desk.post(thread, customer(" ".join(words)))
    await rig.desk.post(thread, customer("the end", "k2"))
    shown = (await rig.thread(thread))[1:]
    assert " ".join(post.words for post in shown[:-1]).split() == [
        *(word for word in " ".join(post.words for post in shown[:-1]).split() if word == "Maria:"),
        *words,
    ]
    assert shown[0].post == ref.post
    assert "the end" in shown[-1].words
    assert await rig.desk.find(thread.channel, thread, Key("k1")) is not None


@needs("keeps posts")
async def test_a_post_can_be_changed_and_deleted(rig: DeskRig) -> None:
    thread = await opened(rig)
    first, second = [await rig.desk.post(thread, customer(text, text)) for text in ("one", "two")]
    await rig.desk.update(first, customer("one, corrected", "one"))
    await rig.desk.delete(second)
    await rig.desk.delete(second)
    seen = [post for post in (await rig.thread(thread))[1:] if post.words]
    assert len(seen) == 1
    assert "one, corrected" in seen[0].words
    assert await rig.desk.find(thread.channel, thread, Key("one")) == first


async def test_a_card_is_kept_current(rig: DeskRig) -> None:
    thread = await opened(rig)
    root = await root_of(rig, thread)
    facts = (Fact("Responsible", Text.plain("Anna")),)
    await rig.desk.update(root, card(facts=facts, status="In progress", buttons=(CLOSE,)))
    seen = (await rig.thread(thread))[0]
    assert "Anna" in seen.words
    assert "Accept" not in seen.buttons
    await rig.desk.update(root, card(status="Closed", open=False))
    assert (await rig.thread(thread))[0].buttons == ()


@needs("keeps posts")
async def test_links_lead_to_the_thread_and_to_a_post(rig: DeskRig) -> None:
    thread = await opened(rig)
    ref = await rig.desk.post(thread, customer("one"))
    assert rig.desk.link(thread).startswith("http")
    assert rig.desk.link(thread, ref) != rig.desk.link(thread)


# ----------------------------------------------------------------------------------------- looking up


@needs("keeps posts")
async def test_posts_are_found_by_any_of_their_keys(rig: DeskRig) -> None:
    thread, other = await opened(rig, 1), await opened(rig, 2)
    for number in range(12):
        await rig.desk.post(thread, customer("same words", f"k{number}"))
    both = await rig.desk.post(
        thread, Post(PostKind.CUSTOMER, Content(Text.plain("two at once")), (Key("x"), Key("y")), Author("Maria"))
    )
    await rig.forget()
    assert await rig.desk.find(thread.channel, thread, Key("x")) == both
    assert await rig.desk.find(thread.channel, thread, Key("y")) == both
    assert await rig.desk.find(thread.channel, thread, Key("k")) is None
    assert await rig.desk.find(other.channel, other, Key("x")) is None
    first = await rig.desk.find(thread.channel, thread, Key("k0"))
    assert first is not None
    assert first.post == (await rig.thread(thread))[1].post


@needs("keeps posts")
async def test_a_card_is_found_by_its_key(rig: DeskRig) -> None:
    first, second = await opened(rig, 1), await opened(rig, 2)
    await rig.forget()
    for thread, number in ((first, 1), (second, 2)):
        found = await rig.desk.find("", None, Key(f"card-{number}"))
        assert found is not None
        assert found.post == (await rig.thread(thread))[0].post
    assert await rig.desk.find("", None, Key("card-3")) is None


@needs("keeps posts")
async def test_what_got_through_in_a_doubtful_attempt_is_found(rig: DeskRig) -> None:
    thread = await opened(rig)
    rig.faults.add(rig.methods["post"], Fault.RESET_AFTER)
    with pytest.raises(Unconfirmed):
        await rig.desk.post(thread, customer("once"))
    await rig.forget()
    found = await rig.desk.find(thread.channel, thread, Key("k1"))
    assert found is not None
    assert [post.post for post in (await rig.thread(thread))[1:]] == [found.post]


@needs("keeps posts")
async def test_a_card_that_got_through_in_a_doubtful_attempt_is_found(rig: DeskRig) -> None:
    rig.faults.add(rig.methods["open"], Fault.RESET_AFTER)
    with pytest.raises(Unconfirmed):
        await rig.desk.open("", card(), Key("card-7"))
    await rig.forget()
    found = await rig.desk.find("", None, Key("card-7"))
    assert found is not None


@needs("keeps posts")
@pytest.mark.parametrize("fault", [Fault.RESET_BEFORE, Fault.RESET_AFTER, Fault.TOO_MANY])
async def test_a_long_post_interrupted_anywhere_arrives_once(rig: DeskRig, fault: Fault) -> None:
    thread = await opened(rig)
    words = [f"word{number:05}" for number in range(rig.desk.limits.post * 3 // 10)]
    post = customer(" ".join(words))
    for _ in range(2):
        await interrupted(rig, thread, post, fault)
    assert await rig.desk.find(thread.channel, thread, Key("k1")) or await rig.desk.post(thread, post)
    shown = " ".join(post.words for post in (await rig.thread(thread))[1:]).split()
    assert [word for word in shown if word.startswith("word")] == words


async def interrupted(rig: DeskRig, thread: ThreadRef, post: Post, fault: Fault) -> None:
    """One attempt as a courier makes it, by a process that knows nothing, going wrong on its way."""
    await rig.forget()
    if await rig.desk.find(thread.channel, thread, post.keys[0]) is not None:
        return
    rig.faults.add(rig.methods["post"], fault, times=1, retry_after=0.01)
    try:
        await rig.desk.post(thread, post)
    except DeliveryError:
        return


# ----------------------------------------------------------------------------------------------- files


@needs("keeps posts")
async def test_a_customers_files_arrive_byte_for_byte(rig: DeskRig) -> None:
    thread = await opened(rig)
    photo, table = bytes(range(256)) * 3000, b"a;b\n1;2\n"
    media = (
        Media(MediaKind.PHOTO, rig.file(photo, "cat.jpg", "image/jpeg"), "cat.jpg", "image/jpeg", len(photo)),
        Media(MediaKind.FILE, rig.file(table, "Отчёт № 1.csv", "text/csv"), "Отчёт № 1.csv", "text/csv"),
    )
    await rig.desk.post(
        thread, Post(PostKind.CUSTOMER, Content(Text.plain("look"), media), (Key("f"),), author=Author("Maria"))
    )
    seen = (await rig.thread(thread))[1:]
    assert "look" in "".join(post.words for post in seen)
    assert sorted(data for post in seen for _, data in post.files) == sorted([photo, table])
    assert "Отчёт № 1.csv" in {name for post in seen for name, _ in post.files}
    assert await rig.desk.find(thread.channel, thread, Key("f")) is not None


@needs("keeps posts")
async def test_a_file_that_cannot_be_had_is_said_in_words(rig: DeskRig) -> None:
    thread = await opened(rig)
    gone = Media(MediaKind.FILE, FileRef("hub", "nowhere"), "contract.pdf", "application/pdf")
    await rig.desk.post(
        thread, Post(PostKind.CUSTOMER, Content(Text.plain("here"), (gone,)), (Key("f"),), author=Author("Maria"))
    )
    seen = (await rig.thread(thread))[1:]
    assert "contract.pdf" in "".join(post.words for post in seen)
    assert not any(post.files for post in seen)


@needs("keeps posts")
@pytest.mark.parametrize("fault", [Fault.RESET_BEFORE, Fault.RESET_AFTER, Fault.TOO_MANY])
@pytest.mark.parametrize("step", ["post", "file"])
async def test_a_post_with_files_interrupted_anywhere_arrives_once(rig: DeskRig, step: str, fault: Fault) -> None:
    thread = await opened(rig)
    media = (Media(MediaKind.FILE, rig.file(b"abc", "a.txt", "text/plain"), "a.txt", "text/plain", 3),)
    post = Post(PostKind.CUSTOMER, Content(Text.plain("look"), media), (Key("f"),), author=Author("Maria"))
    rig.faults.add(rig.methods[step], fault, retry_after=0.01)
    with pytest.raises((Transient, Unconfirmed)):
        await rig.desk.post(thread, post)
    await rig.forget()
    assert await rig.desk.find(thread.channel, thread, Key("f")) or await rig.desk.post(thread, post)
    seen = (await rig.thread(thread))[1:]
    assert [data for post in seen for _, data in post.files] == [b"abc"]
    assert "".join(post.words for post in seen).count("look") == 1


@needs("keeps posts")
async def test_an_operators_files_can_be_had_byte_for_byte(rig: DeskRig) -> None:
    thread, data = await opened(rig), bytes(range(256)) * 1000
    await rig.writes("anna", thread, "the bill", files=[("bill.pdf", data), ("photo.png", b"\x89PNG")])
    event = await rig.office.next(OperatorPosted)
    first, second = event.content.attachments
    assert isinstance(first, Media)
    assert isinstance(second, Media)
    assert (first.name, first.size, first.file.origin) == ("bill.pdf", len(data), f"desk:{rig.name}")
    assert second.kind is MediaKind.PHOTO
    async with rig.desk.download(first.file) as download:
        assert b"".join([chunk async for chunk in download.chunks]) == data


async def test_a_file_that_is_gone_is_a_rejection(rig: DeskRig) -> None:
    with pytest.raises(Rejected):
        async with rig.desk.download(FileRef(f"desk:{rig.name}", "F0NONE")) as download:
            assert [chunk async for chunk in download.chunks]


# ------------------------------------------------------------------------------------------------ marks


@needs("keeps posts")
@pytest.mark.parametrize("mark", Mark)
async def test_marks_come_and_go(rig: DeskRig, mark: Mark) -> None:
    thread = await opened(rig)
    post = await rig.writes("anna", thread, "hello")
    ref = PostRef(thread.desk, thread.channel, post)
    for _ in range(2):
        await rig.desk.mark(ref, mark, True)
        assert (await rig.thread(thread))[1].marks == {mark.value}
    for _ in range(2):
        await rig.desk.mark(ref, mark, False)
        assert (await rig.thread(thread))[1].marks == frozenset()


@needs("keeps posts")
async def test_our_own_posts_and_marks_are_no_facts(rig: DeskRig) -> None:
    thread = await opened(rig)
    ref = await rig.desk.post(thread, customer("from the customer"))
    await rig.desk.update(ref, customer("corrected"))
    await rig.desk.mark(ref, Mark.DELIVERED, True)
    await rig.desk.mark(ref, Mark.DELIVERED, False)
    await rig.desk.delete(ref)
    await rig.writes("anna", thread, "mine")
    event = await rig.office.next(OperatorPosted)
    assert event.content.text.characters == "mine"
    assert rig.office.events == [event]


# ----------------------------------------------------------------------------- whispers, direct messages


VIEW = View(
    (
        Row(line("Dialog ", bold("#7"), " ", link("open", "https://example.com/7"))),
        Row(Text.plain("Not yours <!channel> *x*"), (Button("take", "Take over", "token-take"),), strong=True),
    ),
    title="Held",
    keys=(Key("v"),),
)


@needs("keeps whispers")
async def test_a_whisper_is_seen_by_its_addressee_alone(rig: DeskRig) -> None:
    thread = await opened(rig)
    await rig.desk.whisper(rig.actor("anna").user, thread, VIEW)
    shown = (await rig.whispered("anna"))[-1]
    for words in ("Held", "Dialog #7 open", "Not yours <!channel> *x*"):
        assert words in shown.words.replace("\u2060", "")
    assert shown.buttons == ("Take over",)
    assert not shown.notifies
    assert await rig.whispered("boris") == []
    assert len(await rig.thread(thread)) == 1
    await rig.presses_whispered("anna", thread, "Take over")
    event = await rig.office.next(Pressed)
    assert (event.token, event.actor) == ("token-take", rig.actor("anna"))


@needs("keeps whispers")
async def test_a_direct_message_reaches_its_addressee_alone(rig: DeskRig) -> None:
    await rig.desk.tell(rig.actor("boris").user, VIEW)
    shown = (await rig.told("boris"))[-1]
    assert "Dialog #7 open" in shown.words
    assert shown.buttons == ("Take over",)
    assert await rig.told("anna") == []


@needs("keeps whispers")
async def test_a_list_of_any_length_is_whispered_whole(rig: DeskRig) -> None:
    thread = await opened(rig)
    rows = tuple(Row(Text.plain(f"dialog #{number} " + "x" * 150), (ACCEPT,)) for number in range(60))
    await rig.desk.whisper(rig.actor("anna").user, thread, View(rows, "All"))
    words = "\n".join(seen.words for seen in await rig.whispered("anna"))
    assert all(f"dialog #{number} " in words for number in range(60))


# -------------------------------------------------------------------------------- views to work with


def page(number: int = 1, chosen: str = "token-shop", **changes: object) -> View:
    """A list as an operator works with it."""
    accounts = (Button("new", "All accounts", "token-all"), Button("new", "Shop bot", "token-shop"))
    given: dict[str, object] = {
        "rows": (
            Row(Text.plain(f"#7 Maria, page {number}"), (Button("open", "Open 7", f"token-7-{number}"),), strong=True),
            Row(Text.plain("#8 <!here> *Ivan* _x_"), (Button("open", "Open 8", f"token-8-{number}"),)),
            Row(Text.plain("#9 Vera")),
        ),
        "title": f"New · {number}",
        "tabs": (Button("new", "New (3)", "token-new", Tone.PRIMARY), Button("mine", "Mine (1)", "token-mine")),
        "menus": (Menu("Account", accounts, chosen),),
        "buttons": (Button("new", "Next page", f"token-next-{number}"),),
    }
    return View(**{**given, **changes})  # type: ignore[arg-type]


CONTROLS = {
    "New (3)": "token-new",
    "Mine (1)": "token-mine",
    "All accounts": "token-all",
    "Open 7": "token-7-1",
    "Open 8": "token-8-1",
    "Next page": "token-next-1",
}


@needs("controls", "keeps whispers")
async def test_a_views_tabs_menus_and_buttons_bring_their_tokens_back(rig: DeskRig) -> None:
    thread = await opened(rig)
    await rig.desk.whisper(rig.actor("anna").user, thread, page())
    shown = (await rig.whispered("anna"))[-1]
    assert {*CONTROLS, "Shop bot"} == set(shown.buttons)
    assert shown.chosen == ("Shop bot",)
    for words in ("New · 1", "#7 Maria", "#8 <!here> *Ivan* _x_", "#9 Vera"):
        assert words in shown.words.replace("\u2060", "")
    assert not shown.notifies
    for number, (label, token) in enumerate(CONTROLS.items(), 1):
        await rig.presses_whispered("anna", thread, label)
        assert (await rig.office.next(Pressed, number)).token == token, label


@needs("controls")
async def test_a_commands_answer_can_be_worked_with(rig: DeskRig) -> None:
    thread = await opened(rig)
    rig.office.answers[Commanded] = Whisper(page())
    await rig.commands("anna", "new")

    async def answered() -> bool:
        return any("Next page" in seen.buttons for seen in await rig.whispered("anna"))

    await eventually(answered)
    for number, (label, token) in enumerate(CONTROLS.items(), 1):
        await rig.presses_whispered("anna", thread, label)
        assert (await rig.office.next(Pressed, number)).token == token, label


@needs("controls", "keeps whispers")
async def test_a_menu_whose_tokens_are_long_can_be_used(rig: DeskRig) -> None:
    """What people search for travels in the token."""
    thread = await opened(rig)
    options = tuple(Button("search", f"Choice {number}", f"{number}:" + "x" * 300) for number in range(4))
    await rig.desk.whisper(rig.actor("anna").user, thread, page(menus=(Menu("Account", options, options[1].token),)))
    assert {one.label for one in options} <= set((await rig.whispered("anna"))[-1].buttons)
    await rig.presses_whispered("anna", thread, "Choice 3")
    assert (await rig.office.next(Pressed)).token == options[3].token


@needs("controls", "keeps whispers")
async def test_a_long_view_loses_none_of_its_buttons(rig: DeskRig) -> None:
    thread = await opened(rig)
    rows = tuple(
        Row(Text.plain(f"dialog {number} " + "слова " * 30), (Button("open", f"Open {number}", f"token-{number}"),))
        for number in range(70)
    )
    await rig.desk.whisper(rig.actor("anna").user, thread, page(rows=rows))
    labels = [label for seen in await rig.whispered("anna") for label in seen.buttons]
    assert labels.count("Next page") == labels.count("New (3)") == 1
    assert [label for label in labels if label.startswith("Open ")] == [f"Open {number}" for number in range(70)]
    for number, chosen in enumerate((0, 1, 69), 1):
        await rig.presses_whispered("anna", thread, f"Open {chosen}")
        assert (await rig.office.next(Pressed, number)).token == f"token-{chosen}"


@needs("replacing", "keeps whispers")
async def test_another_page_takes_the_place_of_the_one_before(rig: DeskRig) -> None:
    thread = await opened(rig)
    await rig.desk.whisper(rig.actor("anna").user, thread, page(1))
    await turns_pages(rig, thread)


@needs("replacing", "replacing answers")
async def test_another_page_takes_the_place_of_a_commands_answer(rig: DeskRig) -> None:
    thread = await opened(rig)
    rig.office.answers[Commanded] = Whisper(page(1))
    await rig.commands("anna", "new")
    await turns_pages(rig, thread)


async def turns_pages(rig: DeskRig, thread: ThreadRef) -> None:
    """The first page is there: the second one replaces it, and so does the third; other answers do not."""
    for number in (1, 2):
        await whispered_once(rig, f"New · {number}")
        rig.office.answers[Pressed] = Whisper(page(number + 1, "token-all"), replaces=True)
        await rig.presses_whispered("anna", thread, "Next page")
    shown = await whispered_once(rig, "New · 3")
    assert shown.chosen == ("All accounts",)
    assert not any(f"New · {number}" in seen.words for seen in await rig.whispered("anna") for number in (1, 2))
    rig.office.answers[Pressed] = Whisper(View((Row(Text.plain("Here it is")),)))
    await rig.presses_whispered("anna", thread, "Open 7")
    await whispered_once(rig, "Here it is")
    await whispered_once(rig, "New · 3")


async def whispered_once(rig: DeskRig, words: str) -> Seen:
    found: list[Seen] = []

    async def there() -> bool:
        found[:] = [seen for seen in await rig.whispered("anna") if words in seen.words]
        return bool(found)

    await eventually(there)
    assert len(found) == 1
    return found[0]


@needs("replacing", "keeps posts")
async def test_what_answers_a_press_on_a_card_never_replaces_it(rig: DeskRig) -> None:
    thread = await opened(rig)
    rig.office.answers[Pressed] = Whisper(page(), replaces=True)
    root = await root_of(rig, thread)
    await rig.presses("anna", thread, root.post, "Important ones")
    await whispered_once(rig, "New · 1")
    assert "#7 · Maria" in (await rig.thread(thread))[0].words


@needs("replacing", "keeps posts")
async def test_a_direct_message_can_be_replaced_too(rig: DeskRig) -> None:
    await rig.desk.tell(rig.actor("anna").user, page(1, keys=(Key("told"),)))
    rig.office.answers[Pressed] = Whisper(page(2), replaces=True)
    await rig.presses_told("anna", "Next page")

    async def replaced() -> bool:
        return ["New · 2" in seen.words for seen in await rig.told("anna")] == [True]

    await eventually(replaced)


# --------------------------------------------------------------------------------- a page of one's own


@needs("home")
async def test_the_home_shows_what_the_core_answers(rig: DeskRig) -> None:
    rig.office.answers[HomeOpened] = Whisper(page(), replaces=True)
    await rig.opens_home("anna")
    event = await rig.office.next(HomeOpened)
    assert event.actor == rig.actor("anna")
    assert (event.place.channel, event.place.thread) == ("", None)
    shown = await at_home(rig, "New · 1")
    assert {*CONTROLS, "Shop bot"} == set(shown.buttons)
    assert shown.chosen == ("Shop bot",)
    assert "#8 <!here> *Ivan* _x_" in shown.words
    assert await rig.home("boris") is None
    await rig.opens_home("anna")
    assert (await rig.office.next(HomeOpened, 2)).key != event.key


@needs("home")
async def test_another_page_redraws_the_home(rig: DeskRig) -> None:
    rig.office.answers[HomeOpened] = Whisper(page(), replaces=True)
    await rig.opens_home("anna")
    await at_home(rig, "New · 1")
    for number, (label, token) in enumerate(CONTROLS.items(), 1):
        rig.office.answers[Pressed] = Whisper(page(1, title=f"Redrawn {number}"), replaces=True)
        await rig.presses_home("anna", label)
        assert (await rig.office.next(Pressed, number)).token == token
        await at_home(rig, f"Redrawn {number}")
    assert await rig.whispered("anna") == []


@needs("home")
async def test_other_answers_to_a_press_in_the_home_open_a_window(rig: DeskRig) -> None:
    thread = await opened(rig)
    rig.office.answers[HomeOpened] = Whisper(page(), replaces=True)
    await rig.opens_home("anna")
    await at_home(rig, "New · 1")
    rig.office.answers[Pressed] = Whisper(page(5, title="The contact's card"))
    await rig.presses_home("anna", "Open 7")
    await whispered_once(rig, "page 5")
    await at_home(rig, "New · 1")
    rig.office.answers[Pressed] = Whisper(page(6, title="More of it"), replaces=True)
    await rig.presses_whispered("anna", thread, "Next page")
    await whispered_once(rig, "page 6")
    assert not any("page 5" in seen.words for seen in await rig.whispered("anna"))


@needs("home")
async def test_what_is_done_in_the_home_is_seen_there(rig: DeskRig) -> None:
    """Whoever accepts a dialog in the list sees the list without it."""
    rig.office.answers[HomeOpened] = Whisper(page(), replaces=True)
    await rig.opens_home("anna")
    await at_home(rig, "New · 1")
    rig.office.answers[HomeOpened] = Whisper(page(3), replaces=True)
    rig.office.answers[Pressed] = Silent()
    await rig.presses_home("anna", "Open 7")
    await at_home(rig, "New · 3")


@needs("home")
async def test_a_form_opened_in_the_home_is_answered_there(rig: DeskRig) -> None:
    rig.office.answers[HomeOpened] = Whisper(page(), replaces=True)
    await rig.opens_home("anna")
    await at_home(rig, "New · 1")
    rig.office.answers[Pressed] = Ask(FORM)
    await rig.presses_home("anna", "Open 7")
    await on_screen(rig, "anna")
    rig.office.answers[Submitted] = Whisper(page(4), replaces=True)
    await rig.submits("anna", {"reason": "Spam"})
    await at_home(rig, "New · 4")
    assert await rig.form("anna") is None


async def at_home(rig: DeskRig, words: str) -> Seen:
    async def there() -> bool:
        seen = await rig.home("anna")
        return seen is not None and words in seen.words

    await eventually(there)
    shown = await rig.home("anna")
    assert shown is not None
    return shown


# ------------------------------------------------------------------------------------- files for one


def told_picture(rig: DeskRig) -> tuple[View, bytes, bytes]:
    picture, table = b"\x89PNG" + bytes(range(256)) * 400, "причина;сколько\nСпам;2\n".encode()
    media = (
        Media(MediaKind.PHOTO, rig.file(picture, "report.png", "image/png"), "report.png", "image/png", len(picture)),
        Media(MediaKind.FILE, rig.file(table, "report.csv", "text/csv"), "report.csv", "text/csv", len(table)),
    )
    return View((Row(Text.plain("Nine dialogs were closed")),), "Report", (Key("report"),), files=media), picture, table


@needs("files told")
async def test_a_direct_message_brings_files(rig: DeskRig) -> None:
    view, picture, table = told_picture(rig)
    await rig.desk.tell(rig.actor("anna").user, view)
    shown = await rig.told("anna")
    assert "Nine dialogs were closed" in "".join(seen.words for seen in shown)
    assert sorted(file for seen in shown for file in seen.files) == [("report.csv", table), ("report.png", picture)]
    assert await rig.told("boris") == []


@needs("files told", "keeps posts")
@pytest.mark.parametrize("fault", [Fault.RESET_BEFORE, Fault.RESET_AFTER, Fault.TOO_MANY])
@pytest.mark.parametrize("step", ["tell", "file"])
async def test_a_direct_message_with_files_interrupted_anywhere_arrives_once(
    rig: DeskRig, step: str, fault: Fault
) -> None:
    view, picture, table = told_picture(rig)
    rig.faults.add(rig.methods[step], fault, retry_after=0.01)
    with pytest.raises((Transient, Unconfirmed)):
        await rig.desk.tell(rig.actor("anna").user, view)
    await rig.forget()
    await rig.desk.tell(rig.actor("anna").user, view)
    shown = await rig.told("anna")
    assert "".join(seen.words for seen in shown).count("Nine dialogs were closed") == 1
    assert sorted(file for seen in shown for file in seen.files) == [("report.csv", table), ("report.png", picture)]


# -------------------------------------------------------------------------------- what operators do


async def test_an_operators_post_is_a_fact(rig: DeskRig) -> None:
    thread = await opened(rig)
    post = await rig.writes("anna", thread, "Good morning! 2 < 3 & 5 😄")
    event = await rig.office.next(OperatorPosted)
    assert event.actor == rig.actor("anna")
    assert event.content.text.characters == "Good morning! 2 < 3 & 5 😄"
    assert (event.place.desk, event.place.thread, event.place.post) == (rig.name, thread.thread, post)
    assert event.command is None
    assert not event.mentions
    assert event.at.tzinfo is not None


@needs("zones")
async def test_where_an_operator_lives_is_known(rig: DeskRig) -> None:
    thread = await opened(rig)
    assert {rig.actor(who).zone for who in ("anna", "boris")} == {"Europe/Moscow", "Asia/Yekaterinburg"}
    await rig.writes("anna", thread, "hello")
    await rig.writes("boris", thread, "hello")
    await rig.office.next(OperatorPosted, 2)
    zones = {event.actor.name: event.actor.zone for event in rig.office.of(OperatorPosted)}
    assert zones == {who: rig.actor(who).zone for who in ("anna", "boris")}


async def test_a_colleague_that_is_named_is_told(rig: DeskRig) -> None:
    thread = await opened(rig)
    await rig.mentions("anna", thread, "boris", "look at this")
    event = await rig.office.next(OperatorPosted)
    assert event.mentions
    assert event.command is None
    assert "@boris" in event.content.text.characters


async def test_words_to_the_hub_are_a_command(rig: DeskRig) -> None:
    thread = await opened(rig)
    await rig.asks_hub("anna", thread, "close Spam & more")
    event = await rig.office.next(OperatorPosted)
    assert event.command == "close Spam & more"
    assert not event.mentions
    assert event.place.thread == thread.thread


@needs("keeps posts")
async def test_edits_and_deletions_are_facts(rig: DeskRig) -> None:
    thread = await opened(rig)
    post = await rig.writes("anna", thread, "first")
    await rig.office.next(OperatorPosted)
    await rig.edits("anna", thread, post, "second")
    edited = await rig.office.next(OperatorEdited)
    await rig.edits("anna", thread, post, "third")
    again = await rig.office.next(OperatorEdited, 2)
    await rig.deletes("anna", thread, post)
    deleted = await rig.office.next(OperatorDeleted)
    assert [edited.content.text.characters, again.content.text.characters] == ["second", "third"]
    assert edited.place.post == again.place.post == deleted.place.post == post
    assert len({edited.key, again.key, deleted.key}) == 3


@needs("keeps posts")
async def test_reactions_are_facts(rig: DeskRig) -> None:
    thread = await opened(rig)
    ref = await rig.desk.post(thread, customer("one"))
    await rig.reacts("anna", thread, ref.post, "⭐")
    await rig.reacts("boris", thread, ref.post, "👍🏼")
    await rig.office.next(OperatorReacted, 2)
    await rig.reacts("anna", thread, ref.post, "⭐", on=False)
    await rig.office.next(OperatorReacted, 3)
    await rig.reacts("anna", thread, ref.post, "⭐")
    facts = [await rig.office.next(OperatorReacted, number) for number in (1, 2, 3, 4)]
    assert {(one.actor.name, one.emoji, one.on) for one in facts} == {
        ("anna", "⭐", True),
        ("boris", "👍🏼", True),
        ("anna", "⭐", False),
    }
    assert all(one.place.post == ref.post for one in facts)
    assert len({one.key for one in facts}) == 4


@pytest.mark.parametrize("label", ["Accept", "Rename"])
async def test_a_button_brings_its_token_back(rig: DeskRig, label: str) -> None:
    thread = await opened(rig)
    root = await root_of(rig, thread)
    await rig.presses("anna", thread, root.post, label)
    event = await rig.office.next(Pressed)
    assert event.token == f"token-{label.lower()}"
    assert event.actor == rig.actor("anna")
    assert event.place.thread == thread.thread


async def test_a_command_is_a_fact_and_its_answer_is_whispered(rig: DeskRig) -> None:
    rig.office.answers[Commanded] = Whisper(View((Row(Text.plain("Nobody waits")),), "Mine"))
    await rig.commands("anna", "mine <all> & more")
    event = await rig.office.next(Commanded)
    assert event.words == "mine <all> & more"
    assert event.actor == rig.actor("anna")

    async def answered() -> bool:
        return any("Nobody waits" in seen.words for seen in await rig.whispered("anna"))

    await eventually(answered)
    assert await rig.whispered("boris") == []


@needs("slash in threads")
async def test_a_command_in_a_thread_says_which(rig: DeskRig) -> None:
    thread = await opened(rig)
    await rig.commands("anna", "accept", thread)
    assert (await rig.office.next(Commanded)).place.thread == thread.thread


@needs("shortcuts")
async def test_a_shortcut_is_a_command_about_its_message(rig: DeskRig) -> None:
    thread = await opened(rig)
    ref = await rig.desk.post(thread, customer("one"))
    await rig.uses_shortcut("anna", thread, ref.post, "star")
    event = await rig.office.next(Commanded)
    assert (event.words, event.place.post, event.place.thread) == ("star", ref.post, thread.thread)


# ------------------------------------------------------------------------------------------------ forms

FORM = Form(
    "Close the dialog",
    "token-form " + "x" * 300,
    (
        Field("reason", "Reason", FieldKind.CHOICE, True, (Option("Spam", "Spam"), Option("Bought", "Bought ✓"))),
        Field("comment", "Comment", FieldKind.AREA, hint="for colleagues", value="so far"),
        Field("title", "Title", limit=50),
    ),
    "Close it",
)


async def test_a_button_opens_a_form_whose_answers_come_back(rig: DeskRig) -> None:
    thread = await opened(rig)
    rig.office.answers[Pressed] = Ask(FORM)
    root = await root_of(rig, thread)
    await rig.presses("anna", thread, root.post, "Close")
    form = await on_screen(rig, "anna")
    assert form == "Close the dialog"
    await rig.submits("anna", {"reason": "Bought", "comment": "two\nlines", "title": "A & B <c>"})
    event = await rig.office.next(Submitted)
    assert event.token == FORM.token
    assert event.values == {"reason": "Bought", "comment": "two\nlines", "title": "A & B <c>"}
    assert event.actor == rig.actor("anna")
    assert await rig.form("boris") is None


async def test_a_form_says_what_it_asks(rig: DeskRig) -> None:
    rig.office.answers[Commanded] = Ask(FORM)
    await rig.commands("anna", "close #7")
    await on_screen(rig, "anna")
    form = await rig.form("anna")
    assert form is not None
    assert form.fields == ("reason", "comment", "title")
    assert form.options["reason"] == ("Spam", "Bought ✓")
    assert form.values.get("comment") == "so far"
    assert form.submit == "Close it"


async def test_refused_answers_are_said_beside_their_fields(rig: DeskRig) -> None:
    rig.office.answers[Commanded] = Ask(FORM)
    rig.office.answers[Submitted] = Invalid({"comment": "Say why"})
    await rig.commands("anna", "close #7")
    await on_screen(rig, "anna")
    await rig.submits("anna", {"reason": "Spam"})

    async def refused() -> bool:
        form = await rig.form("anna")
        return form is not None and form.errors == {"comment": "Say why"}

    await eventually(refused)
    rig.office.answers[Submitted] = Silent()
    await rig.submits("anna", {"reason": "Spam", "comment": "because"})
    await rig.office.next(Submitted, 2)

    async def gone() -> bool:
        return await rig.form("anna") is None

    await eventually(gone)


@needs("trigger")
async def test_a_form_asked_for_without_a_trigger_is_offered_by_a_button(rig: DeskRig) -> None:
    thread = await opened(rig)
    rig.office.answers[OperatorPosted] = Ask(FORM)
    rig.office.answers[Pressed] = Ask(FORM)
    await rig.asks_hub("anna", thread, "close")

    async def offered() -> bool:
        return any(seen.buttons for seen in await rig.whispered("anna"))

    await eventually(offered)
    label = (await rig.whispered("anna"))[-1].buttons[0]
    await rig.presses_whispered("anna", thread, label)
    assert (await rig.office.next(Pressed)).token == FORM.token
    assert await on_screen(rig, "anna") == "Close the dialog"


MANY = Form(
    "Forward",
    "token-many",
    (
        Field(
            "messages",
            "Messages",
            FieldKind.MANY,
            required=True,
            options=tuple(Option(str(number), f"Message no. {number}") for number in range(1, 26)),
            value="2,4",
        ),
        Field("comment", "Comment", FieldKind.AREA),
    ),
    "Forward",
)


@needs("many")
async def test_several_options_can_be_chosen_in_a_form(rig: DeskRig) -> None:
    rig.office.answers[Commanded] = Ask(MANY)
    await rig.commands("anna", "forward #7")
    await on_screen(rig, "anna")
    form = await rig.form("anna")
    assert form is not None
    assert form.fields == ("messages", "comment")
    assert form.options["messages"] == tuple(f"Message no. {number}" for number in range(1, 26))
    assert form.values["messages"] == "2,4"
    await rig.submits("anna", {"messages": "3,25,7", "comment": "look"})
    event = await rig.office.next(Submitted)
    assert sorted(event.values["messages"].split(",")) == ["25", "3", "7"]
    assert event.values["comment"] == "look"
    assert set(event.values) == {"messages", "comment"}


@needs("many")
async def test_none_of_several_options_is_an_answer_too(rig: DeskRig) -> None:
    many = Field("messages", "Messages", FieldKind.MANY, options=(Option("1", "One"), Option("2", "Two")), value="1")
    rig.office.answers[Commanded] = Ask(Form("Link", "token-none", (many,), "Link"))
    await rig.commands("anna", "link #7")
    await on_screen(rig, "anna")
    await rig.submits("anna", {"messages": ""})
    assert (await rig.office.next(Submitted)).values == {"messages": ""}


async def on_screen(rig: DeskRig, who: str) -> str:
    async def there() -> bool:
        return await rig.form(who) is not None

    await eventually(there)
    form = await rig.form(who)
    assert form is not None
    return form.title


# ----------------------------------------------------------------------------------------- repetitions


async def test_a_repeated_event_is_the_same_fact(rig: DeskRig) -> None:
    thread = await opened(rig)
    await rig.writes("anna", thread, "once")
    event = await rig.office.next(OperatorPosted)
    await rig.repeat()
    await rig.office.until(lambda: bool(rig.office.repeats))
    assert rig.office.repeats[0].key == event.key
    assert rig.office.events == [event]


async def test_what_could_not_be_stored_comes_again(rig: DeskRig) -> None:
    thread = await opened(rig)
    rig.office.fail(1)
    await rig.writes("anna", thread, "hold on")
    event = await rig.office.next(OperatorPosted)
    assert event.key == rig.office.failed[0].key


@needs("reconnecting")
async def test_what_was_posted_while_the_desk_was_away_is_read_later(rig: DeskRig) -> None:
    thread, other = await opened(rig, 1), await opened(rig, 2)
    first = await rig.writes("anna", thread, "before")
    await rig.office.next(OperatorPosted)
    async with rig.offline():
        missed = await rig.writes("anna", thread, "meanwhile", files=[("a.txt", b"abc")])
        also = await rig.writes("boris", other, "also")
    after = await rig.writes("anna", thread, "after")
    await rig.office.next(OperatorPosted, 4)
    facts = {event.place.post: event for event in rig.office.of(OperatorPosted)}
    assert set(facts) == {first, missed, also, after}
    assert facts[missed].actor == rig.actor("anna")
    assert facts[missed].content.text.characters == "meanwhile"
    assert len(facts[missed].content.attachments) == 1
    assert facts[also].place.thread == other.thread


@needs("reconnecting")
async def test_a_fact_read_later_has_the_key_it_would_have_had(rig: DeskRig) -> None:
    thread = await opened(rig)
    await rig.writes("anna", thread, "told live")
    event = await rig.office.next(OperatorPosted)
    async with rig.offline():
        await rig.asks_hub("anna", thread, "mine")
    await rig.office.next(OperatorPosted, 2)
    assert all(repeat.key == event.key for repeat in rig.office.repeats)
    assert [one.command for one in rig.office.of(OperatorPosted)] == [None, "mine"]


# ------------------------------------------------------------------------------------------- bad days

Call = Callable[[DeskRig, ThreadRef], Awaitable[object]]


async def _post(rig: DeskRig, thread: ThreadRef) -> object:
    return await rig.desk.post(thread, customer("x"))


async def _update(rig: DeskRig, thread: ThreadRef) -> None:
    await rig.desk.update(await root_of(rig, thread), card())


async def _mark(rig: DeskRig, thread: ThreadRef) -> None:
    await rig.desk.mark(await root_of(rig, thread), Mark.READ, True)


CALLS: dict[str, Call] = {
    "open": lambda rig, thread: rig.desk.open("", card(8), Key("card-8")),
    "post": _post,
    "update": _update,
    "mark": _mark,
    "whisper": lambda rig, thread: rig.desk.whisper(rig.actor("anna").user, thread, VIEW),
    "tell": lambda rig, thread: rig.desk.tell(rig.actor("anna").user, VIEW),
    "find": lambda rig, thread: rig.desk.find(thread.channel, thread, Key("none")),
}


REPEATABLE = ("update", "mark", "find")
"""Done twice they are seen once, so nobody need be asked, and an HTTP client may repeat them by itself."""


@pytest.mark.parametrize("what", CALLS)
async def test_too_many_requests_mean_wait_as_long_as_told(rig: DeskRig, what: str) -> None:
    thread = await opened(rig)
    must_reach_the_platform(rig, what)
    rig.faults.add(rig.methods[what], Fault.TOO_MANY, retry_after=7)
    with pytest.raises(Transient) as caught:
        await CALLS[what](rig, thread)
    assert caught.value.retry_after == 7
    await CALLS[what](rig, thread)


@pytest.mark.parametrize("what", CALLS)
@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.RESET_BEFORE, Fault.RESET_AFTER, Fault.NOTHING])
async def test_a_doubtful_attempt_is_never_called_a_failure(rig: DeskRig, what: str, fault: Fault) -> None:
    thread = await opened(rig)
    must_reach_the_platform(rig, what)
    rig.faults.add(rig.methods[what], fault)
    try:
        async with asyncio.timeout(5):
            await CALLS[what](rig, thread)
    except Unconfirmed:
        pass
    except Transient:
        assert what in REPEATABLE or fault is Fault.SERVER_ERROR
    else:
        assert what in REPEATABLE, "nobody knows whether it arrived"
        assert rig.faults.log
    rig.faults.clear()
    await CALLS[what](rig, thread)


def must_reach_the_platform(rig: DeskRig, what: str) -> None:
    if what not in rig.methods:
        pytest.skip(f"nothing is asked of a platform for: {what}")


@pytest.mark.parametrize("what", CALLS)
async def test_a_refused_token_pauses_the_desk(rig: DeskRig, what: str) -> None:
    thread = await opened(rig)
    must_reach_the_platform(rig, what)
    async with rig.broken() as desk:
        working, rig.desk = rig.desk, desk
        try:
            with pytest.raises(Unavailable) as caught:
                await CALLS[what](rig, thread)
        finally:
            rig.desk = working
    assert caught.value.advice


async def test_a_refused_token_stops_receiving(rig: DeskRig) -> None:
    must_reach_the_platform(rig, "post")
    async with rig.broken() as desk:
        with pytest.raises(Unavailable):
            async with asyncio.timeout(5):
                await desk.run(rig.office, SOON)


async def test_check_says_what_is_wrong(rig: DeskRig) -> None:
    must_reach_the_platform(rig, "post")
    assert isinstance(rig.desk, Checked)
    assert all(finding.ok for finding in await rig.desk.check())
    async with rig.broken() as desk:
        assert isinstance(desk, Checked)
        findings = await desk.check()
    assert any(not finding.ok and finding.advice for finding in findings)


@needs("keeps posts")
async def test_a_vanished_post_is_a_rejection(rig: DeskRig) -> None:
    thread = await opened(rig)
    ref = await rig.desk.post(thread, customer("one"))
    await rig.desk.delete(ref)
    with pytest.raises(Rejected):
        await rig.desk.update(ref, customer("two"))


@needs("keeps posts")
async def test_a_channel_that_does_not_exist_is_said_with_advice(rig: DeskRig) -> None:
    with pytest.raises((Unavailable, Rejected)) as caught:
        await rig.desk.open("no-such-channel", card(), Key("card-7"))
    assert "no-such-channel" in str(caught.value)


@needs("http")
async def test_a_forged_request_is_refused_and_nothing_of_it_stored(rig: DeskRig) -> None:
    thread = await opened(rig)
    assert await rig.forge() in (401, 403)
    await rig.writes("anna", thread, "real")
    event = await rig.office.next(OperatorPosted)
    assert rig.office.events == [event]
