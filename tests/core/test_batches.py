"""Messages that a customer wrote while the desk was slow share a post, as long as it reads in the order of writing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.domain import (
    Attachment,
    ChatId,
    Content,
    CustomerEdited,
    CustomerWrote,
    Dialog,
    FileRef,
    ForeignId,
    Forwarded,
    Location,
    Media,
    MediaKind,
    PostId,
)
from bot.domain.text import Span, Style, Text
from bot.locale import translator
from bot.ports import DeskLimits, Mark, Rate
from bot.senders import batch
from bot.views.values import Invalid, PostKind, Silent, Whisper
from tests.clock import ManualClock
from tests.core.helpers import accepted_dialog, card_of, register_operators, thread_of
from tests.core.world import ANNA, BORIS, World, button, form_of, whisper_text

EN = translator("en")
PHOTO, PDF = (
    Media(MediaKind.PHOTO, FileRef("hub", "1"), "order.jpg"),
    Media(MediaKind.FILE, FileRef("hub", "2"), "act.pdf"),
)
OFFICE = Location(55.75, 37.61, "Office")


def said(words: str = "", *attachments: Attachment, forwarded: Sequence[Forwarded] = ()) -> Content:
    return Content(Text.plain(words), attachments, forwarded=tuple(forwarded))


def by(speaker: str, words: str = "", *attachments: Attachment) -> Content:
    """A message in a group: bridges begin it with its author's name."""
    return Content(Text.of((Span(f"{speaker}:", Style.BOLD), Span(" "), Span(words))), attachments)


FORWARD = Forwarded("Petr", said("a price list", PDF))

ORDER: dict[str, tuple[list[Content], bool]] = {
    "words": ([said("one"), said("two")], True),
    "words, then a file with a caption": ([said("cancel this one"), said("sign this one", PDF)], False),
    "words, then a file": ([said("cancel this one"), said("", PDF)], False),
    "files one after another": ([said("", PHOTO), said("", PDF)], True),
    "words behind a file": ([said("", PHOTO), said("cancel this one")], False),
    "words behind a file with a caption": ([said("one", PHOTO), said("two")], False),
    "two captions": ([said("cancel this one", PHOTO), said("sign this one", PDF)], False),
    "a place, which is words, before words": ([said("", OFFICE), said("come here")], True),
    "a place behind a file": ([said("", PHOTO), said("", OFFICE)], False),
    "a forward with a file before words": ([said(forwarded=[FORWARD]), said("is it right?")], False),
    "a forward of words before words": ([said(forwarded=[Forwarded("Petr", said("hi"))]), said("he says")], True),
    "in a group: two people's files": ([by("Anna", "", PHOTO), by("Boris", "", PDF)], False),
}


@pytest.mark.parametrize("name", ORDER)
def test_what_reads_in_order_as_one_post(name: str) -> None:
    contents, reads = ORDER[name]
    assert batch.reads_in_order(contents, EN) is reads


@pytest.mark.parametrize(
    ("album", "one_post"),
    [
        ([said("", PHOTO), said("both sides", PHOTO)], True),
        ([said("cancel this one", PHOTO), said("sign this one", PHOTO)], False),
        ([by("Anna", "both sides", PHOTO), by("Anna", "", PHOTO)], True),
    ],
)
def test_an_album_has_one_caption(album: list[Content], one_post: bool) -> None:
    assert batch.reads_in_order(album, EN, album=True) is one_post


def test_words_stand_where_they_were_said() -> None:
    at = ManualClock().now()
    contents = [said("one", OFFICE), said(forwarded=[Forwarded("Petr", said("hi"))]), said("two", PDF)]
    post = batch.joined([batch.BatchItem(content, at, "10:00") for content in contents], EN)
    words = post.text.characters
    assert [words.index(one) for one in ("one", "Office", "Petr", "hi", "two")] == sorted(
        words.index(one) for one in ("one", "Office", "Petr", "hi", "two")
    )
    assert "10:00" not in words
    assert post.attachments == (PDF,)


def test_after_a_pause_the_time_is_said() -> None:
    at = ManualClock().now()
    parts = [batch.BatchItem(said("one"), at, "10:00"), batch.BatchItem(said("two"), at + batch.PAUSE, "10:05")]
    assert batch.joined(parts, EN).text.characters == "one\n10:05\ntwo"


# ------------------------------------------------------------------------------------- in the hub


async def slow(world: World, *contents: Content) -> tuple[Dialog, dict[PostId, str]]:
    """A dialog with these messages, which came while the desk was over its budget, and the posts made of them since."""
    dialog = await accepted_dialog(world)
    world.desk.limits = DeskLimits(post=4000, rates=(Rate("all", 1),))
    before = len(world.desk.posts[thread_of(dialog)])
    for number, content in enumerate(contents):
        await world.channel_delivers(CustomerWrote(ChatId("7"), ForeignId(f"b{number}"), content), f"b{number}")
    await world.deliver_after(5)
    since = world.desk.posts[thread_of(dialog)][before:]
    return dialog, {post: one.content.text.characters for post, one in since if one.kind is PostKind.CUSTOMER}


async def test_files_keep_what_is_said_about_them(world: World) -> None:
    _, posts = await slow(world, said("", PHOTO), said("cancel this one"), said("", PDF), said("sign this one"))
    assert list(posts.values()) == ["", "cancel this one", "", "sign this one"]


async def test_stars_and_bookmarks_mean_all_of_a_post_and_answers_the_last(world: World) -> None:
    dialog, posts = await slow(world, said("first"), said("second"), said("third"))
    [(post, words)] = posts.items()
    assert words == "first\nsecond\nthird"
    await world.reacts(ANNA, dialog, post, "⭐")
    messages = [
        one for one in await world.messages(dialog) if one.content.text.characters in ("first", "second", "third")
    ]
    assert [one.important for one in messages] == [True] * 3
    await world.deliver()
    assert [line for line in world.thread_texts(dialog) if "⭐" in line] == [
        "⭐ Anna marked as important: “first · second · third”"
    ]
    await world.reacts(ANNA, dialog, post, "⭐", on=False)
    again = [one for one in await world.messages(dialog) if one.id in {message.id for message in messages}]
    assert [one.important for one in again] == [False] * 3
    await world.reacts(ANNA, dialog, post, "👍")
    await world.deliver()
    assert world.channel.reacted == [(ForeignId("b2"), "👍")]


async def test_words_that_an_edit_puts_behind_a_file_say_which_file(world: World) -> None:
    dialog, posts = await slow(world, said("", PHOTO), said("", PDF))
    [(edited, words)] = posts.items()
    assert words == ""
    await world.channel_delivers(CustomerEdited(ChatId("7"), ForeignId("b1"), said("sign this one", PDF)))
    await world.deliver()
    [words] = [one.content.text.characters for post, one in world.desk.posts[thread_of(dialog)] if post == edited]
    assert words == "🖼 order.jpg\nsign this one\n✏️ edited"


async def test_a_pause_is_said_in_the_thread(world: World) -> None:
    dialog = await accepted_dialog(world)
    world.desk.limits = DeskLimits(post=4000, rates=(Rate("all", 1),))
    await world.customer_writes("are you there?")
    world.clock.advance(timedelta(minutes=7).total_seconds())
    await world.customer_writes("hello?")
    await world.deliver_after(5)
    [words] = [
        one.content.text.characters
        for _, one in world.desk.posts[thread_of(dialog)]
        if "are you there?" in one.content.text.characters
    ]
    first, _, rest = words.partition("\n")
    assert first == "are you there?"
    assert rest.endswith("\nhello?")


# ----------------------------------------------------------------------------- one of them is meant


async def test_a_reaction_is_moved_to_another_of_the_messages(world: World) -> None:
    dialog, posts = await slow(world, said("first"), said("second"), said("third"))
    [post] = posts
    answer = await world.reacts(ANNA, dialog, post, "👍")
    assert whisper_text(answer) == "👍 is on the last of 3 messages: “third”."
    assert isinstance(answer, Whisper)
    form = form_of(await world.presses(ANNA, button(answer.view, "react"), dialog))
    [picked] = form.fields
    assert [option.label for option in picked.options] == ["Vera: third", "Vera: second", "Vera: first"]
    assert picked.value == picked.options[0].value
    await world.deliver()
    assert await world.submits(ANNA, form, message=picked.options[2].value) == Silent()
    await world.deliver()
    assert world.channel.reacted == [(ForeignId("b2"), "👍"), (ForeignId("b2"), None), (ForeignId("b0"), "👍")]
    again = form_of(await world.presses(ANNA, button(answer.view, "react"), dialog))
    assert again.fields[0].value == picked.options[2].value
    assert await world.submits(ANNA, again, message=picked.options[2].value) == Silent()
    await world.reacts(ANNA, dialog, post, "👍", on=False)
    await world.deliver()
    assert world.channel.reacted[3:] == [(ForeignId("b0"), None)]
    assert "has been removed" in whisper_text(await world.submits(ANNA, form, message=picked.options[1].value))
    await world.deliver()
    assert len(world.channel.reacted) == 4


async def test_a_reaction_that_is_removed_twice_is_removed_all_the_same(world: World) -> None:
    dialog, [post] = await slow(world, said("first"), said("second"))
    await world.reacts(ANNA, dialog, post, "👍")
    for _ in range(2):
        assert await world.reacts(ANNA, dialog, post, "👍", on=False) == Silent()
    await world.deliver()
    assert world.channel.reacted == [(ForeignId("b1"), "👍"), (ForeignId("b1"), None), (ForeignId("b1"), None)]


async def test_a_reaction_moves_to_no_other_post(world: World) -> None:
    dialog, posts = await slow(world, said("first"), said("second"))
    [post] = posts
    answer = await world.reacts(ANNA, dialog, post, "👍")
    assert isinstance(answer, Whisper)
    form = form_of(await world.presses(ANNA, button(answer.view, "react"), dialog))
    elsewhere = next(
        one
        for one in await world.messages(dialog)
        if str(one.id) not in dict.fromkeys(option.value for option in form.fields[0].options)
    )
    await world.submits(ANNA, form, message=str(elsewhere.id))
    await world.deliver()
    assert world.channel.reacted == [(ForeignId("b1"), "👍")]


async def test_a_reaction_to_one_message_is_told_nothing_about(world: World) -> None:
    dialog, posts = await slow(world, said("first"))
    [post] = posts
    assert await world.reacts(ANNA, dialog, post, "👍") == Silent()


async def test_a_reply_is_to_the_last_of_the_messages_or_to_the_one_that_is_picked(world: World) -> None:
    dialog, posts = await slow(world, said("first"), said("second"), said("third"))
    [post] = posts
    await world.posts(ANNA, dialog, "to the last", quoted=post)
    form = form_of(await world.commands(ANNA, "reply Yes", dialog))
    picked, text = form.fields
    assert [option.label for option in picked.options][:3] == ["Vera: third", "Vera: second", "Vera: first"]
    assert (picked.value, text.value) == (picked.options[0].value, "Yes")
    assert await world.submits(ANNA, form, message=picked.options[2].value, text="to the first") == Silent()
    await world.deliver()
    sent = world.channel.sent[ChatId("7")]
    assert [(one.content.text.characters, one.reply_to) for one in sent] == [
        ("to the last", ForeignId("b2")),
        ("to the first", ForeignId("b0")),
    ]
    at, shown = world.desk.posts[thread_of(dialog)][-1]
    assert (shown.content.text.characters, shown.quoted.words if shown.quoted else "") == ("to the first", "first")
    assert world.desk.marks[at] == {Mark.DELIVERED}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("", "Enter the reply"),
        ("@boris he never pays", "internal note or a command"),
        ("// he never pays", "internal note or a command"),
        ("@hub close", "internal note or a command"),
        ("@boriss he never pays", "No operator or role is called @boriss"),
    ],
)
async def test_a_reply_in_a_form_passes_the_rule_of_all_texts(world: World, words: str, message: str) -> None:
    await register_operators(world, ANNA, BORIS)
    dialog = await accepted_dialog(world)
    await world.customer_writes("Where is it?")
    form = form_of(
        await world.presses(ANNA, next(one for one in card_of(world, dialog).menu if one.word == "reply"), dialog)
    )
    refused = await world.submits(ANNA, form, message=form.fields[0].value, text=words)
    assert isinstance(refused, Invalid)
    assert message in refused.errors["text"]
    await world.deliver()
    assert world.customer_sees() == []


async def test_only_who_works_on_the_dialog_replies(world: World) -> None:
    await register_operators(world, BORIS)
    dialog = await accepted_dialog(world)
    form = form_of(await world.commands(BORIS, "reply", dialog))
    refused = await world.submits(BORIS, form, message=form.fields[0].value, text="me too")
    assert "is handling this dialog" in whisper_text(refused)
    await world.deliver()
    assert world.customer_sees() == []
