"""Nothing empty reaches a customer, nothing written is silently dropped, and ✅ means all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.domain import (
    Attachment,
    ChatId,
    Content,
    CustomerEdited,
    CustomerWrote,
    Delivery,
    Dialog,
    FileRef,
    ForeignId,
    Forwarded,
    Media,
    MediaKind,
    Profile,
    Unshowable,
)
from bot.domain.text import Text
from bot.ports import Mark, Outgoing, Rejected, RejectReason
from bot.ports.storage import Unit
from bot.views.values import Button, PostKind, Silent
from bot.views.words import describe
from tests.core.helpers import accepted_dialog, posts_of, thread_of
from tests.core.world import ANNA, World, button, is_decided, whisper_text
from tests.tools import FolderFiles

PHOTO = Media(MediaKind.PHOTO, FileRef("desk:main", "F1"), "cat.png", "image/png", 500)
EMPTY = Media(MediaKind.FILE, FileRef("desk:main", "F2"), "notes.txt", "text/plain", 0)
CANVAS = Unshowable("canvas", "Plan for May")
NOTHING = ("", "  ", "\u200b", "\u3164\n\u2800")


def sent(world: World) -> list[Outgoing]:
    return world.channel.sent[ChatId("7")]


def asked(world: World) -> tuple[list[str], Sequence[Button]]:
    """The latest question to the author, with its choices."""
    row = world.desk.whispers[-1][1].rows[0]
    return row.text.characters.splitlines(), row.buttons


async def held(world: World, dialog: Dialog, *attachments: Attachment, words: str = "") -> list[str]:
    await world.posts(ANNA, dialog, words, attachments)
    await world.deliver()
    assert sent(world) == []
    assert await world.delivery(dialog) == [Delivery.HELD]
    return asked(world)[0]


# ---------------------------------------------------------------------------------------------- posts


@pytest.mark.parametrize("words", NOTHING)
async def test_a_post_that_says_nothing_is_not_sent_and_its_author_is_told(world: World, words: str) -> None:
    dialog = await accepted_dialog(world)
    post, _ = await world.posts(ANNA, dialog, words)
    await world.deliver()
    assert sent(world) == []
    assert world.desk.marks[post] == {Mark.INTERNAL}
    assert asked(world) == (["Nothing in this message can be sent. Not sent."], ())


async def test_an_empty_file_is_found_out_before_the_words_go(world: World) -> None:
    """The reply takes two messages, and the team chat did not tell the file's size."""
    dialog = await accepted_dialog(world)
    assert isinstance(world.hub.files, FolderFiles)
    file = world.hub.files.add(b"", "empty.txt", "text/plain")
    await world.posts(ANNA, dialog, "long " * 30, (replace(EMPTY, file=file, size=None),))
    await world.deliver()
    assert sent(world) == []
    problem = next(one for one in posts_of(world, dialog) if one.kind is PostKind.PROBLEM)
    assert "the file is empty" in problem.content.text.characters


@pytest.mark.parametrize(
    ("thing", "message"),
    [
        (CANVAS, "• 🚫 Plan for May (canvas): cannot be sent"),
        (Unshowable("deleted"), "• 🚫 deleted file: cannot be sent"),
        (Unshowable("hidden", "old.pdf"), "• 🚫 old.pdf (file hidden by the team chat's plan): cannot be sent"),
        (EMPTY, "• 📎 notes.txt: cannot be sent (empty)"),
    ],
)
async def test_what_cannot_go_is_said_by_its_name_and_the_rest_may_go(
    world: World, thing: Attachment, message: str
) -> None:
    dialog = await accepted_dialog(world)
    assert (await held(world, dialog, thing))[1] == message
    assert [one.word for one in asked(world)[1]] == ["keep"]
    post, _ = await world.posts(ANNA, dialog, "for you", (thing, PHOTO))
    await world.deliver()
    assert sent(world) == []
    lines, buttons = asked(world)
    assert lines[1] == message
    assert [one.word for one in buttons] == ["send_so", "keep"]
    assert world.desk.marks[post] == {Mark.HELD}
    assert is_decided(await world.presses(ANNA, buttons[0], dialog))
    await world.deliver()
    assert sent(world) == [Outgoing(Content(Text.plain("for you"), (PHOTO,)), "Anna")]
    assert world.desk.marks[post] == {Mark.DELIVERED}


async def test_a_forwarded_message_goes_as_words_and_files(world: World) -> None:
    dialog = await accepted_dialog(world)
    price = Forwarded("Boris", Content(Text.plain("the price is 500"), (PHOTO,)))
    post, _ = await world.posts(ANNA, dialog, "please see", forwarded=(price,))
    await world.deliver()
    [message] = sent(world)
    assert message.content == Content(Text.plain("please see\n↪ Boris:\nthe price is 500"), (PHOTO,))
    assert world.desk.marks[post] == {Mark.DELIVERED}


async def test_what_cannot_go_of_a_forwarded_message_is_asked_about(world: World) -> None:
    dialog = await accepted_dialog(world)
    both = Forwarded("Boris", Content(Text.plain("the price"), (CANVAS,)))
    lost = Forwarded("Boris", Content(attachments=(Unshowable("message"),)))
    await world.posts(ANNA, dialog, "", forwarded=(both, lost))
    await world.deliver()
    lines, buttons = asked(world)
    assert lines[1:3] == [
        "• 🚫 Plan for May (canvas): cannot be sent",
        "• 🚫 message the hub has no access to: cannot be sent",
    ]
    await world.presses(ANNA, buttons[0], dialog)
    await world.deliver()
    assert world.customer_sees() == ["↪ Boris:\nthe price"]


async def test_an_answer_that_lost_its_words_on_the_way_fails_aloud(world: World) -> None:
    """An older version of the hub, for example, may have stored it so."""
    dialog = await accepted_dialog(world)
    post, _ = await world.posts(ANNA, dialog, "hello")
    message = (await world.messages(dialog))[-1]

    async def empty(unit: Unit) -> None:
        await unit.messages.save(replace(message, content=Content()))

    await world.store.transact(empty)
    await world.deliver()
    assert sent(world) == []
    assert world.desk.marks[post] == {Mark.FAILED}
    [problem] = [one for one in posts_of(world, dialog) if one.kind is PostKind.PROBLEM]
    assert "it is empty" in problem.content.text.characters
    [retry] = problem.buttons
    assert await world.presses(ANNA, retry, dialog) == Silent()
    await world.deliver()
    assert sent(world) == []
    assert await world.delivery(dialog) == [Delivery.FAILED]


# ---------------------------------------------------------------------------------------------- edits


@pytest.mark.parametrize("words", NOTHING)
async def test_an_edit_that_leaves_nothing_of_what_was_sent_is_no_deletion(world: World, words: str) -> None:
    dialog = await accepted_dialog(world)
    post, _ = await world.posts(ANNA, dialog, "hello")
    await world.deliver()
    answer = whisper_text(await world.edits(ANNA, dialog, post, words, (Unshowable("deleted"),)))
    assert answer.startswith("The message is empty now, but the customer still has")
    await world.deliver()
    assert world.customer_sees() == ["hello"]
    assert world.channel.edits == []
    assert world.channel.deleted == []


@pytest.mark.parametrize("words", NOTHING)
@pytest.mark.parametrize("failed", [True, False])
async def test_an_edit_that_leaves_nothing_of_what_has_not_left_sends_nothing(
    world: World, words: str, failed: bool
) -> None:
    dialog = await accepted_dialog(world)
    if failed:
        world.channel.fail = [Rejected(RejectReason.INVALID, "no")]
    post, _ = await world.posts(ANNA, dialog, "hello")
    if failed:
        await world.deliver()
    await world.edits(ANNA, dialog, post, words, (Unshowable("deleted"),))
    await world.deliver()
    assert asked(world)[0] == ["Nothing in this message can be sent. Not sent."]
    assert world.customer_sees() == []
    assert await world.delivery(dialog) == [Delivery.INTERNAL]
    assert world.desk.marks[post] == {Mark.INTERNAL}


async def test_an_edit_changes_words_and_no_files(world: World) -> None:
    dialog = await accepted_dialog(world)
    post, _ = await world.posts(ANNA, dialog, "look", (PHOTO,))
    await world.deliver()
    gone = (Unshowable("deleted"),)
    assert "keeps the files" in whisper_text(await world.edits(ANNA, dialog, post, "look", gone))
    await world.deliver()
    assert world.channel.edits == []
    assert "keeps the files" in whisper_text(await world.edits(ANNA, dialog, post, "look here", gone))
    assert await world.edits(ANNA, dialog, post, "look there", (PHOTO,)) == Silent()
    await world.deliver()
    [*_, (_, last)] = world.channel.edits
    assert last.content == Content(Text.plain("look there"), (PHOTO,))


async def test_a_file_that_was_deleted_before_it_left_does_not_go(world: World) -> None:
    dialog = await accepted_dialog(world)
    post, _ = await world.posts(ANNA, dialog, "look", (PHOTO,))
    assert await world.edits(ANNA, dialog, post, "look", (Unshowable("deleted"),)) == Silent()
    await world.deliver()
    assert [one.content for one in sent(world)] == [Content(Text.plain("look"))]
    assert world.desk.marks[post] == {Mark.DELIVERED}


async def test_an_answer_sent_without_what_cannot_go_can_still_be_edited(world: World) -> None:
    dialog = await accepted_dialog(world)
    post, _ = await world.posts(ANNA, dialog, "look", (CANVAS,))
    await world.deliver()
    await world.presses(ANNA, button(world.desk.whispers[-1][1], "send_so"), dialog)
    await world.deliver()
    assert await world.edits(ANNA, dialog, post, "look here", (CANVAS,)) == Silent()
    await world.deliver()
    assert [one.content for _, one in world.channel.edits] == [Content(Text.plain("look here"))]


# ------------------------------------------------------------------------------------ the other way


@pytest.mark.parametrize("words", NOTHING)
async def test_a_customers_message_that_reads_as_nothing_is_shown_as_something(world: World, words: str) -> None:
    blank = Content(Text.plain(words), forwarded=(Forwarded("Ada", Content(Text.plain(words))),))
    for number, content in enumerate((Content(Text.plain(words)), blank)):
        event = CustomerWrote(ChatId("7"), ForeignId(f"m{number}"), content, Profile(name="Vera"))
        dialog = await world.dialog((await world.channel_delivers(event)).dialog)
    await world.channel_delivers(CustomerEdited(ChatId("7"), ForeignId("m0"), Content(Text.plain(words))))
    await world.deliver()
    shown = [one for _, one in world.desk.posts[thread_of(await world.dialog(dialog.id))]]
    texts = [describe(one, world.hub.tr).characters for post in shown for one in post.content.attachments]
    assert texts == ["❔ an unsupported message"] * 2
