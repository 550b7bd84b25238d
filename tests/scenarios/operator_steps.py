"""Operators' actions in the thread, each with its effect on the customer's side."""

from __future__ import annotations

from bot.domain import PostId
from bot.ports import Deleting, Editing, Reacting
from tests.contracts.bridges import ShowsReactions
from tests.contracts.desks import Formats, Quotes, SeenPost
from tests.samples import PNG
from tests.scenarios import customer_steps
from tests.scenarios.story import Story, until

WHO = "anna"
INVOICE = b"%PDF-1.4 " + bytes(range(256)) * 40


async def accepts(story: Story) -> None:
    card = await story.card()
    assert card.post is not None
    await story.hub.operators.presses(WHO, story.thread, card.post, "Accept")
    await story.post_appears("accepted the dialog")


async def formats(story: Story) -> None:
    people, after = story.hub.operators, len(await story.customer_chat())
    assert isinstance(people, Formats)
    post = await people.writes_formatted(WHO, story.thread)
    await story.customer_receives("bold and plain", after=after)
    await marked(story, post, "✅")


async def sends_files(story: Story) -> None:
    """Sends a picture and a document, each with words."""
    for text, name, data in (("here it is", "tea.png", PNG), ("the invoice", "invoice.pdf", INVOICE)):
        after = len(await story.customer_chat())
        post = await story.hub.operators.writes(WHO, story.thread, text, files=[(name, data)])
        await story.customer_receives(text, [data], after=after)
        await marked(story, post, "✅")


async def replies(story: Story) -> None:
    """Replies to the customer's first message."""
    people, after = story.hub.operators, len(await story.customer_chat())
    if not isinstance(people, Quotes):
        return
    assert story.first is not None
    ref, seen = story.first
    assert seen.post is not None
    await people.replies(WHO, story.thread, seen.post, "yes, there is")
    if story.limits.replies:
        [arrived, *_] = await story.customer_receives("yes, there is", after=after)
        assert arrived.reply_to == ref
    else:  # the channel has no replies: the quoted words are added as text
        await story.customer_receives(f"> {customer_steps.HELLO}\nyes, there is", after=after)


async def changes_their_mind(story: Story) -> None:
    """Edits and deletes an answer; where the channel cannot, the operator is told so."""
    people, after = story.hub.operators, len(await story.customer_chat())
    post = await people.writes(WHO, story.thread, "it costs 5")
    await story.customer_receives("it costs 5", after=after)
    await marked(story, post, "✅")
    await people.edits(WHO, story.thread, post, "it costs 6")
    if isinstance(story.bridge, Editing):
        await story.customer_receives("it costs 6", after=after)
    else:
        await story.whisper_appears(WHO, "cannot be edited")
    await people.deletes(WHO, story.thread, post)
    if isinstance(story.bridge, Deleting):
        await story.until_customer_sees("it no more", lambda seen: len(seen) == after)
    else:
        await story.whisper_appears(WHO, "cannot be deleted")
        assert len(await story.customer_chat()) == after + 1


async def reacts(story: Story) -> None:
    """Reacts to the customer's first message, and takes it back."""
    assert story.first is not None
    ref, seen = story.first
    assert seen.post is not None
    if not isinstance(story.bridge, Reacting):
        await story.hub.operators.reacts(WHO, story.thread, seen.post, "👍")
        await story.whisper_appears(WHO, "has no reactions")
        return
    customer = story.customer
    assert isinstance(customer, ShowsReactions), "the rig does not show what the bridge can do"

    async def shown(emoji: list[str]) -> bool:
        return list(await customer.reactions(ref)) == emoji

    await story.hub.operators.reacts(WHO, story.thread, seen.post, "👍")
    await until(lambda: shown(["👍"]), "the customer sees the reaction")
    await story.hub.operators.reacts(WHO, story.thread, seen.post, "👍", on=False)
    await until(lambda: shown([]), "the reaction is taken back")


async def asks(story: Story, text: str) -> SeenPost:
    """Writes an answer; returns the post once it has arrived."""
    after = len(await story.customer_chat())
    post = await story.hub.operators.writes(WHO, story.thread, text)
    await story.customer_receives(text, after=after)
    return await marked(story, post, "✅")


async def writes_in_vain(story: Story) -> None:
    """Writes to a customer who has blocked us: ❌ with the reason, and *Retry* once they are back."""
    await story.hub.operators.writes(WHO, story.thread, "are you there?")
    await story.post_appears("are you there?", mark="❌")
    await story.post_appears("Not delivered", "the customer has blocked us")


async def retries(story: Story) -> None:
    after, problem = len(await story.customer_chat()), await story.post_appears("Not delivered")
    assert problem.post is not None
    await story.hub.operators.presses(WHO, story.thread, problem.post, "Retry")
    await story.customer_receives("are you there?", after=after)


async def marked(story: Story, post: PostId, mark: str) -> SeenPost:
    found: list[SeenPost] = []

    async def there() -> bool:
        found[:] = [one for one in await story.posts() if one.post == post]
        return bool(found) and mark in found[0].marks

    async def instead() -> str:
        return str([(one.words, set(one.marks)) for one in found])

    await until(there, f"{mark} stands on the post", instead)
    return found[0]
