"""Every text of `tests.texts` in each desk, posted and as an edit of a sent answer, and the customer's view of it.

One hub takes all of them in turn: a question or an internal text holds up nothing that follows.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain import Author, Delivery, DeskName, PostId, PostRef, ThreadRef
from tests.conftest import Database
from tests.contracts.rigs.desk_mattermost import MattermostRig
from tests.contracts.rigs.desk_slack import SlackRig
from tests.contracts.rigs.desk_web import WebRig
from tests.scenarios.hubs import TelegramHub, telegram_hub
from tests.texts import TEXTS
from tests.tools import called

REFUSED = {
    "note": "cannot become an internal note",
    "command": "cannot become a command",
    "question": "The edit was not sent",
}


@pytest.fixture(params=["slack", "mattermost", "web"])
async def hub(
    request: pytest.FixtureRequest, database: Database, tmp_path: Path, no_budgets: None
) -> AsyncIterator[TelegramHub]:
    async with telegram_hub(request.param, database, tmp_path, roles={"sales": ["boris"]}) as hub:
        await hub.until(lambda: _is_known(hub, "boris"))
        yield hub


async def _is_known(hub: TelegramHub, who: str) -> bool:
    async with hub.app.hub.store.read() as unit:
        return await called(unit, DeskName("main"), who) is not None


async def _begun(hub: TelegramHub) -> ThreadRef:
    hub.customer("Vera").writes("Hello")
    thread = await hub.thread_of_dialog(1)
    await hub.operators.writes("anna", thread, "first")
    await hub.until(lambda: hub.customer("Vera").reads == ["first"])
    return thread


async def _kind(hub: TelegramHub, thread: ThreadRef, post: PostId) -> str:
    """The kind that the hub has made of a post; a command leaves nothing behind."""
    async with hub.app.hub.store.read() as unit:
        found = await unit.messages.by_post(PostRef(thread.desk, thread.channel, post))
    if not found:
        return "command"
    if found[-1].author is Author.NOTE:
        return "note"
    return "question" if found[-1].delivery is Delivery.HELD else "answer"


def _texts(hub: TelegramHub) -> dict[str, str]:
    """The texts of this desk: in the web desk everything with a leading slash is for the hub."""
    slash = isinstance(hub.operators, WebRig)
    return {text: "command" if slash and text.startswith("/") and kind == "question" else kind for text, kind in TEXTS}


async def test_what_posts_are_and_what_the_customer_got(hub: TelegramHub) -> None:
    thread, vera = await _begun(hub), hub.customer("Vera")
    posts = {text: await hub.operators.writes("anna", thread, text) for text in _texts(hub)}
    await hub.operators.writes("anna", thread, "the end")
    await hub.until(lambda: "the end" in vera.reads)
    await hub.all_delivered()
    assert {text: await _kind(hub, thread, post) for text, post in posts.items()} == _texts(hub)
    assert vera.reads == ["first", *(text for text, kind in _texts(hub).items() if kind == "answer"), "the end"]


async def test_what_edits_are_and_what_the_customer_got(hub: TelegramHub) -> None:
    """Edits of a sent answer: one that makes it no answer is refused, and its author is told."""
    thread, vera = await _begun(hub), hub.customer("Vera")
    post = await hub.operators.writes("anna", thread, "answer")
    await hub.until(lambda: vera.reads == ["first", "answer"])
    await hub.all_delivered()
    got, wrong = "answer", {}
    for text, kind in _texts(hub).items():
        before = len(await hub.operators.whispers_to("anna"))
        await hub.operators.edits("anna", thread, post, text)
        if kind == "answer":
            got = text
            await hub.until(lambda text=text: vera.reads[-1] == text)  # type: ignore[misc]
            continue
        await hub.until(lambda before=before: _whispers(hub, before))  # type: ignore[misc]
        answer = (await hub.operators.whispers_to("anna"))[-1].words
        if REFUSED[kind] not in answer or vera.reads != ["first", got]:
            wrong[text] = (answer, vera.reads)
    await hub.all_delivered()
    assert (wrong, vera.reads) == ({}, ["first", got])


async def _whispers(hub: TelegramHub, before: int) -> bool:
    return len(await hub.operators.whispers_to("anna")) > before


async def test_a_colleague_who_is_picked_or_written_is_named_in_captions_too(hub: TelegramHub) -> None:
    thread, vera = await _begun(hub), hub.customer("Vera")
    await hub.operators.mentions("anna", thread, "boris", "look")
    await hub.operators.writes("anna", thread, "see, @Boris.", files=[("margin.txt", b"40%")])
    await hub.operators.writes("anna", thread, "the end")
    await hub.until(lambda: vera.reads[-1] == "the end")
    await hub.all_delivered()
    assert vera.reads == ["first", "the end"]
    if not isinstance(hub.operators, MattermostRig):  # which says itself who is meant by an `@`
        await hub.direct_message_appears("boris", "mentioned you in a note: “see, @Boris.")
    assert not [one for one in vera.sees if one.file]


async def test_what_customers_do_not_see_is_not_passed_on_to_them(hub: TelegramHub) -> None:
    """A post kept internal by a button, a note by a command, the card: shared into the thread, with a word."""
    rig, thread = hub.operators, await _begun(hub)
    if not isinstance(rig, SlackRig | MattermostRig):
        pytest.skip("the web desk passes no posts on")
    kept = await rig.writes("boris", thread, "he never pays")
    await hub.presses_when_whispered("boris", thread, "Keep as internal note")
    await rig.mentions_hub("anna", thread, "note he never pays at all")
    note = await hub.post_appears(thread, "never pays at all")
    for post in (kept, note.post, (await rig.thread(thread))[0].post):
        assert post is not None
        if isinstance(rig, SlackRig):
            await rig.person("anna").shares(rig.slack.message(post), rig.root(thread), "see")
        else:
            await rig.writes("anna", thread, f"see\n{rig.mm.url}/acme/pl/{post}")
    await rig.writes("anna", thread, "the end")
    await hub.until(lambda: hub.customer("Vera").reads[-1] == "the end")
    await hub.all_delivered()
    assert hub.customer("Vera").reads == ["first", "the end"]
