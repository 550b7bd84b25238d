"""Whole stories over real HTTP: Telegram's customers, Slack's and Mattermost's operators, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.domain import Delivery, PostId, Status, ThreadRef
from bot.ports import Retelling
from tests.conftest import Database
from tests.contracts.desks import SeenPost
from tests.fakes.faults import Fault
from tests.scenarios.hubs import TelegramHub, running_hub, telegram_hub


@pytest.fixture(params=["slack", "mattermost", "web"])
async def hub(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> AsyncIterator[TelegramHub]:
    async with telegram_hub(request.param, database, tmp_path) as running:
        yield running


@pytest.mark.shows("new", "lines", "marks", "forms")
async def test_a_conversation_from_the_first_word_to_the_next_dialog(hub: TelegramHub) -> None:
    vera = hub.customer("Vera")
    vera.writes("Hello, is the green tea in stock?")
    thread = await hub.thread_of_dialog(1)
    await hub.post_appears(thread, "Hello, is the green tea in stock?")
    card = (await hub.operators.thread(thread))[0]
    assert "Vera" in card.words
    assert {"Accept", "Close", "Redirect to…"} <= set(card.buttons)

    await hub.operators.presses("anna", thread, post_of(card), "Accept")
    await hub.post_appears(thread, "accepted the dialog")
    answer = await hub.operators.writes("anna", thread, "Yes, *plenty* & fresh <3")
    await hub.until(lambda: len(vera.reads) == 1)
    assert "fresh <3" in vera.reads[0]

    async def delivered() -> bool:
        return any(seen.post == answer and "✅" in seen.marks for seen in await hub.operators.thread(thread))

    await hub.until(delivered)
    await hub.operators.mentions_hub("anna", thread, "close")
    if "trigger" not in hub.operators.lacks:  # words in a thread open no form there: a button does
        await hub.presses_when_whispered("anna", thread, "Close")
    await hub.form_appears("anna")
    await hub.operators.submits("anna", {"comment": "sold 200 g"})
    await hub.post_appears(thread, "sold 200 g")
    assert (await hub.dialog(1)).status is Status.CLOSED

    vera.writes("One more thing")
    again = await hub.thread_of_dialog(2)
    assert again != thread
    await hub.post_appears(again, "One more thing")
    await hub.all_delivered()
    assert (await hub.thread_texts(thread))[-1].endswith("sold 200 g")


def post_of(seen: SeenPost) -> PostId:
    assert seen.post is not None
    return seen.post


@pytest.mark.shows("race", "accepting", "accept")
async def test_two_press_accept_in_the_same_instant(hub: TelegramHub) -> None:
    hub.customer("Vera").writes("Hello")
    thread = await hub.thread_of_dialog(1)
    card = (await hub.operators.thread(thread))[0]
    await hub.operators.press_at_once(("anna", "boris"), thread, post_of(card), "Accept")
    await hub.post_appears(thread, "accepted the dialog")
    await hub.all_delivered()
    whispers = {who: await hub.operators.whispers_to(who) for who in ("anna", "boris")}
    losers = [who for who, seen in whispers.items() if any("has already accepted" in one.words for one in seen)]
    assert len(losers) == 1
    assert sum("accepted the dialog" in words for words in await hub.thread_texts(thread)) == 1


@pytest.mark.shows("held")
async def test_a_stranger_s_words_are_held_and_nobody_else_sees_it(hub: TelegramHub) -> None:
    vera = hub.customer("Vera")
    vera.writes("Hello")
    thread = await hub.thread_of_dialog(1)
    await hub.operators.writes("anna", thread, "mine")
    await hub.until(lambda: vera.reads == ["mine"])
    post = await hub.operators.writes("boris", thread, "let me help")
    held = await hub.whisper_appears("boris", "Not sent yet")
    assert held.buttons == ("Send and take over", "Send as co-executor", "Keep as internal note")
    assert not [seen for seen in await hub.operators.whispers_to("anna") if "Nothing was sent" in seen.words]
    if isinstance(hub.operators.desk, Retelling):  # in the web desk only its author sees it
        await hub.until(lambda: is_marked(hub, thread, post, "⏸️"))
    await hub.until(lambda: was_told(hub, "anna", "wrote “let me help”. It is not sent yet"))
    await hub.operators.reacts("boris", thread, post, "⏸️")
    await hub.until(lambda: was_told(hub, "boris", "Not sent yet: “let me help”"))
    await hub.operators.presses_in_direct_message("boris", "Send as co-executor")
    await hub.until(lambda: vera.reads == ["mine", "let me help"])
    await hub.post_appears(thread, "joined as a co-executor")
    await hub.until(lambda: is_marked(hub, thread, post, "✅"))
    if isinstance(hub.operators.desk, Retelling):
        await hub.until(lambda: was_told(hub, "anna", "sent it to the customer: “let me help”"))
        await hub.until(lambda: was_told(hub, "boris", "Your reply is on its way: “let me help”"))


async def is_marked(hub: TelegramHub, thread: ThreadRef, post: PostId, mark: str) -> bool:
    [marks] = [seen.marks for seen in await hub.operators.thread(thread) if seen.post == post]
    return {one.rstrip("\ufe0f") for one in marks} >= {mark.rstrip("\ufe0f")}


async def was_told(hub: TelegramHub, who: str, words: str) -> bool:
    return any(words.casefold() in one.words.casefold() for one in await hub.operators.direct_messages(who))


@pytest.mark.shows("note")
async def test_notes_never_leave(hub: TelegramHub) -> None:
    vera = hub.customer("Vera")
    vera.writes("Hello")
    thread = await hub.thread_of_dialog(1)
    await hub.operators.writes("anna", thread, "first")
    await hub.operators.writes("anna", thread, "// she is difficult")
    await hub.operators.mentions("anna", thread, "boris", "what do you think")
    await hub.operators.mentions_hub("anna", thread, "note a secret")
    await hub.post_appears(thread, "a secret")
    await hub.operators.writes("anna", thread, "last")
    await hub.until(lambda: vera.reads == ["first", "last"])
    await hub.all_delivered()
    assert [one.delivery for one in await hub.messages(1)].count(Delivery.INTERNAL) == 3


async def test_a_customer_s_words_harm_nothing(hub: TelegramHub) -> None:
    vera = hub.customer("Vera")
    hostile = [
        "<!channel> <@U0001>",
        "@all @channel @here @anna",
        "*bold* _it_ `code` ~no~",
        "/dialog close",
        "@hub close",
    ]
    for words in hostile:
        vera.writes(words)
    thread = await hub.thread_of_dialog(1)
    for words in hostile:
        seen = await hub.post_appears(thread, words)
        assert not seen.notifies
        assert not any(span.style for span in seen.text.spans)
    await hub.all_delivered()
    assert (await hub.dialog(1)).status is Status.NEW
    assert vera.reads == []


@pytest.mark.shows("marks")
async def test_a_customer_who_blocked_us(hub: TelegramHub) -> None:
    vera = hub.customer("Vera")
    vera.writes("Hello")
    thread = await hub.thread_of_dialog(1)
    vera.blocks()
    await hub.post_appears(thread, "blocked us or left")
    post = await hub.operators.writes("anna", thread, "are you there?")
    problem = await hub.post_appears(thread, "Not delivered")
    assert "the customer has blocked us" in problem.words
    assert problem.buttons == ("Retry",)

    async def marked() -> bool:
        return any(seen.post == post and "❌" in seen.marks for seen in await hub.operators.thread(thread))

    await hub.until(marked)
    vera.unblocks()
    await hub.post_appears(thread, "The customer is back")
    await hub.operators.presses("anna", thread, post_of(problem), "Retry")
    await hub.until(lambda: vera.reads == ["are you there?"])


@pytest.mark.shows("marks")
async def test_a_doubtful_answer_is_asked_about(hub: TelegramHub) -> None:
    vera = hub.customer("Vera")
    vera.writes("Hello")
    thread = await hub.thread_of_dialog(1)
    hub.telegram.faults.add("sendMessage", Fault.RESET_AFTER)
    await hub.operators.writes("anna", thread, "once")
    problem = await hub.post_appears(thread, "Delivery unknown")  # a desk without such posts says so in the message
    assert set(problem.buttons) == {"Send again", "Mark as delivered"}
    await hub.operators.presses("anna", thread, post_of(problem), "Mark as delivered")
    await hub.post_appears(thread, "marked the message as delivered")
    await hub.all_delivered()
    assert vera.reads == ["once"]


async def test_long_words_go_in_parts_both_ways(hub: TelegramHub) -> None:
    vera = hub.customer("Vera")
    long = " ".join(f"word{number}" for number in range(500))
    vera.writes(long)
    thread = await hub.thread_of_dialog(1)
    await hub.post_appears(thread, "word499")
    assert " ".join("".join(await hub.thread_texts(thread)).split()) == long
    much = " ".join(f"answer{number}" for number in range(700))
    await hub.operators.writes("anna", thread, much[:3900])
    await hub.operators.writes("anna", thread, much[3900:])
    await hub.all_delivered()
    assert "".join(vera.reads).replace(" ", "") == much.replace(" ", "")


async def test_files_both_ways(hub: TelegramHub) -> None:
    vera = hub.customer("Vera")
    picture = b"\x89PNG" + bytes(range(256)) * 40
    vera.sends_photo(picture, "look at this")
    thread = await hub.thread_of_dialog(1)
    await hub.post_appears(thread, "look at this")

    async def arrived() -> bool:
        return [data for seen in await hub.operators.thread(thread) for _, data in seen.files] == [picture]

    await hub.until(arrived)
    await hub.operators.writes("anna", thread, "the invoice", files=[("invoice.pdf", b"%PDF-1.4 " + bytes(5000))])
    await hub.until(lambda: len(vera.sees) == 1)
    assert vera.sees[0].text == "the invoice"
    assert vera.sees[0].file is not None
    assert vera.sees[0].file.data == b"%PDF-1.4 " + bytes(5000)


async def test_edits_reach_the_other_side(hub: TelegramHub) -> None:
    vera = hub.customer("Vera")
    message = vera.writes("I want 5")
    thread = await hub.thread_of_dialog(1)
    await hub.post_appears(thread, "I want 5")
    vera.edits(message, "I want 6")
    await hub.post_appears(thread, "I want 6")
    await hub.post_appears(thread, "Before: “I want 5”")
    post = await hub.operators.writes("anna", thread, "helo")
    await hub.until(lambda: vera.reads == ["helo"])
    await hub.operators.edits("anna", thread, post, "hello")
    await hub.until(lambda: vera.reads == ["hello"])
    await hub.operators.deletes("anna", thread, post)
    await hub.until(lambda: vera.reads == [])


@pytest.mark.shows("two accounts")
@pytest.mark.parametrize("desk", ["slack", "mattermost", "web"])
async def test_writing_to_two_accounts_makes_two_dialogs(desk: str, database: Database, tmp_path: Path) -> None:
    accounts = {
        name: {"kind": "api", "title": name.title(), "token": f"token-of-{name}-long"} for name in ("shop", "club")
    }
    async with running_hub(desk, database, tmp_path, accounts) as hub, aiohttp.ClientSession() as http:
        for name in accounts:
            message = {"id": "1", "conversation": "vera", "sender": {"name": "Vera"}, "text": f"Hello, {name}"}
            headers = {"Authorization": f"Bearer token-of-{name}-long"}
            url = f"{hub.url}/api/v1/accounts/{name}/messages"
            async with http.post(url, json=message, headers=headers) as response:
                assert response.status == 202
        shop, club = await hub.thread_of_dialog(1), await hub.thread_of_dialog(2)
        await hub.post_appears(shop, "Hello, shop")
        await hub.post_appears(club, "Hello, club")
        await hub.operators.mentions_hub("anna", shop, "accept")
        await hub.post_appears(shop, "accepted the dialog")
        assert ((await hub.dialog(1)).status, (await hub.dialog(2)).status) == (Status.IN_PROGRESS, Status.NEW)
