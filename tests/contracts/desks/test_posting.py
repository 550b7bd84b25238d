"""Threads, their cards, posts and marks."""

from __future__ import annotations

import pytest

from bot.domain import Content, Key, Location, PostRef
from bot.domain.text import Span, Style, Text
from bot.ports import Mark
from bot.views.values import Button, Fact, Post, PostAuthor, PostKind, Quoted
from tests.contracts.desks import DeskRig
from tests.contracts.desks.samples import CLOSE, RENAME, STAR, card, customer, needs, open_thread, root_of

NASTY = (
    "<!channel> <!here> @all @channel @here @anna <@U1> *bold* _it_ ~no~ `code` &amp; <b>x</b> "
    "[a](http://b.c) :smile: /dialog close"
)


async def test_a_thread_begins_with_its_card(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    seen = (await rig.thread(thread))[0]
    for words in ("#7 · Maria", "Account", "Shop bot", "Owner", "nobody"):
        assert words in seen.words
    assert seen.buttons[:2] == ("Accept", "Close")
    assert {"Rename", "Important ones"} <= set(seen.buttons)
    assert thread.desk == rig.name


@needs("keeps posts")
async def test_posts_of_every_kind_are_seen_in_their_order(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    again = Button("retry", "Retry", "token-retry")
    sent = [
        customer("Where is my order?", "a"),
        Post(PostKind.OPERATOR, Content(Text.plain("Sending")), (Key("b"),), author=PostAuthor("Anna")),
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
    thread = await open_thread(rig)
    await rig.desk.post(thread, customer(NASTY))
    await rig.desk.post(
        thread, Post(PostKind.CUSTOMER, Content(Text.plain("hi")), (Key("n"),), author=PostAuthor("<!channel> *@all*"))
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
    thread = await open_thread(rig)
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
    thread = await open_thread(rig)
    place = Location(55.75, 37.61, "Office", "Red Square 1")
    await rig.desk.post(
        thread, Post(PostKind.CUSTOMER, Content(attachments=(place,)), (Key("p"),), PostAuthor("Maria"))
    )
    shown = (await rig.thread(thread))[1]
    assert "Red Square 1" in shown.words
    assert "55.75" in shown.words


@needs("keeps posts")
async def test_a_long_text_is_never_cut(rig: DeskRig) -> None:
    thread = await open_thread(rig)
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
    thread = await open_thread(rig)
    first, second = [await rig.desk.post(thread, customer(text, text)) for text in ("one", "two")]
    await rig.desk.update(first, customer("one, corrected", "one"))
    await rig.desk.delete(second)
    await rig.desk.delete(second)
    seen = [post for post in (await rig.thread(thread))[1:] if post.words]
    assert len(seen) == 1
    assert "one, corrected" in seen[0].words
    assert await rig.desk.find(thread.channel, thread, Key("one")) == first


async def test_a_card_is_kept_current(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    root = await root_of(rig, thread)
    facts = (Fact("Owner", Text.plain("Anna")),)
    await rig.desk.update(root, card(facts=facts, status="In progress", buttons=(CLOSE,)))
    seen = (await rig.thread(thread))[0]
    assert "Anna" in seen.words
    assert "Accept" not in seen.buttons
    await rig.desk.update(root, card(status="Closed", open=False, buttons=()))
    assert (await rig.thread(thread))[0].buttons == (RENAME.label, STAR.label)


@needs("keeps posts")
async def test_links_lead_to_the_thread_and_to_a_post(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    ref = await rig.desk.post(thread, customer("one"))
    assert rig.desk.link(thread).startswith("http")
    assert rig.desk.link(thread, ref) != rig.desk.link(thread)


@needs("keeps posts")
@pytest.mark.parametrize("mark", Mark)
async def test_marks_come_and_go(rig: DeskRig, mark: Mark) -> None:
    thread = await open_thread(rig)
    post = await rig.writes("anna", thread, "hello")
    ref = PostRef(thread.desk, thread.channel, post)
    for _ in range(2):
        await rig.desk.mark(ref, mark, True)
        assert (await rig.thread(thread))[1].marks == {mark.value}
    for _ in range(2):
        await rig.desk.mark(ref, mark, False)
        assert (await rig.thread(thread))[1].marks == frozenset()
