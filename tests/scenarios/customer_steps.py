"""Customers' actions, each with its appearance in the thread; those that the channel's rig can do are run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from bot.domain import MediaKind
from bot.domain.text import Style
from bot.ports import Capability
from tests.contracts.bridges import (
    CanBlock,
    CanDelete,
    CanEdit,
    CanFormat,
    CanForward,
    CanPointAt,
    CanPoll,
    CanPress,
    CanReact,
    CanRead,
    CanReply,
    CanSendAlbum,
    CanSendOthers,
)
from tests.contracts.desks import SeenPost
from tests.samples import PNG, SAMPLES
from tests.scenarios.story import Story

Step = Callable[[Story], Awaitable[None]]

HELLO = "Hello <!channel> @all & </b>, is there green tea?"
ASKED_ELSEWHERE = frozenset({Capability.TEMPLATE, Capability.PICTURE, Capability.PHONE})
"""Kinds that no story covers: customers' pictures and phones are on cards alone, templates are ours."""
MEDIA = {
    MediaKind.PHOTO: Capability.PHOTO,
    MediaKind.VIDEO: Capability.VIDEO,
    MediaKind.VOICE: Capability.VOICE,
    MediaKind.AUDIO: Capability.AUDIO,
    MediaKind.FILE: Capability.FILE,
    MediaKind.STICKER: Capability.STICKER,
}


async def writes(story: Story) -> None:
    """The first message opens a thread, and does nothing else to it."""
    ref = await story.customer.writes(HELLO)
    await story.thread_opens()
    seen = await story.post_appears(HELLO)
    assert not seen.notifies
    assert not any(span.style & ~Style.BOLD for span in seen.text.spans)  # some desks set the name in bold
    assert "Nick" in (await story.card()).words
    story.first = ref, seen
    story.kinds_shown |= {Capability.TEXT, Capability.NAME}


async def formats(story: Story) -> None:
    if isinstance(story.customer, CanFormat):
        await story.customer.writes_formatted()
        seen = await story.post_appears("bold and plain")
        looks = {span.text: span.style for span in seen.text.spans}
        assert any("bold" in text and style & Style.BOLD for text, style in looks.items()), looks
        assert not any("plain" in text and style & Style.BOLD for text, style in looks.items()), looks
        story.kinds_shown.add(Capability.FORMATTING)


async def sends_files(story: Story) -> None:
    """Sends every kind of file, byte for byte; a picture with its words; files without bytes for us appear as text."""
    for kind in sorted(story.rig.customer_sends):
        data, name, mime = SAMPLES[kind]
        caption = "look at this" if kind is MediaKind.PHOTO else ""
        await story.customer.sends(kind, data, name, mime, caption)
        await story.post_appears(files=[data])
        if caption:
            await story.post_appears(caption)
        story.kinds_shown.add(MEDIA[kind])
    if isinstance(story.customer, CanPointAt):
        for kind, words in story.customer.elsewhere.items():
            await story.customer.points_at(kind)
            await story.post_appears(words)
            story.kinds_shown.add(MEDIA[kind])


async def sends_an_album(story: Story) -> None:
    if isinstance(story.customer, CanSendAlbum):
        pictures = [PNG + bytes([number]) for number in range(3)]
        await story.customer.sends_album(pictures, "all of them")
        await story.post_appears("all of them")
        if "keeps posts" in story.hub.operators.lacks:  # a page shows message by message
            for picture in pictures:
                await story.post_appears(files=[picture])
        else:
            together = await story.post_appears(files=pictures)
            assert [data for _, data in together.files] == pictures
        story.kinds_shown.add(Capability.ALBUM)


async def sends_others(story: Story) -> None:
    if isinstance(story.customer, CanSendOthers):
        await story.customer.sends_location(55.75, 37.5, "Red Square")
        await story.post_appears("55.75", "37.5")
        await story.customer.sends_contact("Ada Byron", "+442079460000")
        await story.post_appears("Ada Byron", "442079460000")
        story.kinds_shown |= {Capability.LOCATION, Capability.CONTACT}


async def polls(story: Story) -> None:
    if isinstance(story.customer, CanPoll):
        await story.customer.polls("Which tea?", ("the green one", "the black one"))
        await story.post_appears("Which tea?", "the green one", "the black one")
        story.kinds_shown.add(Capability.POLL)


async def forwards(story: Story) -> None:
    if isinstance(story.customer, CanForward):
        await story.customer.forwards("Grace", "I like it green")
        await story.post_appears("I like it green")
        story.kinds_shown.add(Capability.FORWARD)


async def edits(story: Story) -> None:
    if isinstance(story.customer, CanEdit):
        ref = await story.customer.writes("I want 5 of it")
        await story.post_appears("I want 5 of it")
        await story.customer.edits(ref, "I want 6 of it")
        await story.post_appears("I want 6 of it")
        await story.post_appears("Before: “I want 5 of it”")
        story.kinds_shown.add(Capability.EDIT)


async def deletes(story: Story) -> None:
    """Deletes a message: operators can still read it."""
    if isinstance(story.customer, CanDelete):
        ref = await story.customer.writes("wrong chat")
        await story.post_appears("wrong chat")
        await story.customer.deletes(ref)
        await story.post_appears("deleted a message: “wrong chat”")
        assert any("wrong chat" in one.words and "deleted" in one.words for one in await story.posts())
        story.kinds_shown.add(Capability.DELETION)


async def replies(story: Story, answer: SeenPost) -> None:
    """Replies to an operator's message: it is quoted, with a link to it."""
    if isinstance(story.customer, CanReply):
        ref = (
            await story.until_customer_sees("an answer", lambda seen: any(one.text == answer.words for one in seen))
        )[-1].ref
        await story.customer.replies(ref, "two of that one")
        seen = await story.post_appears("two of that one")
        assert answer.words in seen.words
        assert story.links_to(seen, answer), [span.link for span in seen.text.spans]
        story.kinds_shown.add(Capability.REPLY)


async def presses(story: Story) -> None:
    if isinstance(story.customer, CanPress):
        await story.customer.presses("Yes, please", "yes")
        await story.post_appears("Yes, please")
        story.kinds_shown.add(Capability.BUTTON)


async def reacts(story: Story, answer: SeenPost) -> None:
    if isinstance(story.customer, CanReact):
        ref = (await story.customer_chat())[-1].ref
        await story.customer.reacts(ref, "👍")
        await story.post_appears("👍 Customer reacted to", answer.words)
        await story.customer.reacts(ref, None)
        await story.post_appears("removed the reaction", answer.words)
        story.kinds_shown.add(Capability.REACTION)


async def receives(story: Story, answer: SeenPost) -> None:
    """Receives a message: ✅ when it has arrived, 👀 when it was read."""
    if isinstance(story.customer, CanRead):
        ref = (await story.customer_chat())[-1].ref
        await story.customer.gets(ref)
        await story.post_appears(answer.words, mark="✅")
        await story.customer.reads(ref)
        await story.post_appears(answer.words, mark="👀")
        story.kinds_shown |= {Capability.DELIVERED, Capability.READ}


async def leaves(story: Story) -> None:
    if isinstance(story.customer, CanBlock):
        await story.customer.blocks()
        await story.post_appears("blocked us or left")
        story.kinds_shown.add(Capability.BLOCKED)


async def returns(story: Story) -> None:
    if isinstance(story.customer, CanBlock):
        await story.customer.unblocks()
        await story.post_appears("The customer is back")


FIRST: Sequence[Step] = (
    writes,
    formats,
    sends_files,
    sends_an_album,
    sends_others,
    polls,
    forwards,
    edits,
    deletes,
)
"""Actions before any answer."""
