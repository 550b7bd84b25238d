"""The first-line bot: its questions, its answers, and the handover to people."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.automation import bot_answers
from bot.automation.signing import key_of
from bot.domain import (
    ChatId,
    Content,
    CustomerWrote,
    Delivery,
    Dialog,
    ForeignId,
    Media,
    MediaKind,
    Profile,
    RoleName,
    Status,
    UnreadableUpdate,
)
from bot.domain.account_rules import AccountRules, DaySpan, FirstLine, Hours
from bot.domain.text import Text
from bot.ports import Transient
from bot.ports.storage import Section, Store, Viewer
from tests.clock import ManualClock
from tests.core.helpers import card_of, open_dialog
from tests.core.test_automatic import set_rules
from tests.core.world import ANNA, BORIS, SHOP, WindowedChannel, World
from tests.tools import FolderFiles, called

BOT = AccountRules(bot=FirstLine("http://bot.test/", 5), greeting="Hello!")
HANDED_OVER = "🤖 The bot handed the dialog over to operators"


async def with_bot(world: World, *answers: dict[str, object] | int | Exception, rules: AccountRules = BOT) -> Dialog:
    await set_rules(world, rules)
    world.bot.answers += answers
    return await open_dialog(world)


async def waiting(world: World) -> int:
    async with world.store.read() as unit:
        operator = await called(unit, world.hub.accounts[SHOP].desk, ANNA.user)
        viewer = Viewer(operator.id if operator else 0, frozenset(), (SHOP,))  # type: ignore[arg-type]
        return (await unit.dialogs.counters(viewer))[Section.ALL]


async def test_the_bot_answers_and_nobody_has_to(world: World) -> None:
    dialog = await with_bot(world, {"reply": "What is your order's number?"})
    assert world.customer_sees() == ["What is your order's number?"]
    assert world.thread_texts(dialog) == ["Hello", "What is your order's number?"]
    assert (dialog.status, dialog.waiting_since, dialog.bot) == (Status.NEW, None, True)
    assert dialog.last_words == "What is your order's number?"
    facts = {fact.label: fact.value.characters for fact in card_of(world, dialog).facts}
    assert facts["Status"] == "New · 🤖 the bot is replying"
    assert "Waiting since" not in facts
    assert await waiting(world) == 0


async def test_a_program_goes_to_people_at_once(world: World) -> None:
    """Two bots would talk to each other."""
    await set_rules(world, BOT)
    event = CustomerWrote(ChatId("9"), ForeignId("r1"), Content(Text.plain("Hi")), Profile(automatic=True))
    outcome = await world.channel_delivers(event)
    await world.deliver()
    dialog = await world.dialog(outcome.dialog)
    assert (world.bot.questions, world.customer_sees("9"), dialog.bot) == ([], [], False)
    assert dialog.waiting_since is not None


async def test_a_program_in_a_group_does_not_make_the_bot_speak(world: World) -> None:
    dialog = await with_bot(world, {"reply": "Which one?"})
    event = CustomerWrote(dialog.chat, ForeignId("r1"), Content(Text.plain("Hi")), Profile(automatic=True))
    await world.channel_delivers(event)
    await world.deliver()
    assert (len(world.bot.questions), world.customer_sees()) == (1, ["Which one?"])


async def test_what_the_bot_is_asked(world: World) -> None:
    file = world.hub.files.add(b"x", "cat.jpg", "image/jpeg")  # type: ignore[attr-defined]
    await with_bot(world, {"reply": "Which one?"}, {"reply": "Thank you"})
    picture = Content(Text.plain("This one"), (Media(MediaKind.PHOTO, file, "cat.jpg", "image/jpeg", 1),))
    await world.channel_delivers(CustomerWrote(ChatId("7"), ForeignId("x"), picture, Profile(name="Vera", phone="+7")))
    await world.deliver()
    first, second = world.bot.questions
    assert (first["account"], first["dialog"], first["contact"]) == ("shop", 1, {"id": 1, "name": "Vera"})
    assert (first["message"]["text"], first["history"]) == ("Hello", [])
    assert [(one["from"], one["text"]) for one in second["history"]] == [("customer", "Hello"), ("bot", "Which one?")]
    assert second["message"]["attachments"] == [
        {
            "type": "photo",
            "text": "🖼 cat.jpg",
            "name": "cat.jpg",
            "mime": "image/jpeg",
            "size": 1,
            "url": f"http://files.test/files/{file.id}",
        }
    ]
    headers, body = world.bot.headers[0], world.bot.bodies[0]
    key = key_of("secret", SHOP)
    assert headers["X-Hub-Signature-256"] == "sha256=" + hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
    assert headers["X-Hub-Id"] == first["id"] != second["id"]
    assert int(headers["X-Hub-Timestamp"]) == world.clock.now().timestamp()


async def test_an_address_that_works_only_inside_the_hub_is_left_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(world.hub.files), "link", lambda *_: "/files/1")
    file = world.hub.files.add(b"x", "cat.jpg", "image/jpeg")  # type: ignore[attr-defined]
    await with_bot(world, {"reply": "Which one?"}, {"reply": "Thank you"})
    picture = Content(attachments=(Media(MediaKind.PHOTO, file, "cat.jpg", "image/jpeg", 1),))
    await world.channel_delivers(CustomerWrote(ChatId("7"), ForeignId("x"), picture))
    await world.deliver()
    assert [one["url"] for one in world.bot.questions[-1]["message"]["attachments"]] == [""]


def test_each_account_has_a_key_of_its_own() -> None:
    assert len({key_of("secret", SHOP), key_of("secret", SHOP + "2"), key_of("other", SHOP), "secret"}) == 4  # type: ignore[arg-type]


async def test_it_hands_over_with_its_last_words(world: World) -> None:
    dialog = await with_bot(world, {"reply": "One moment", "hand_over": True, "note": "wants a refund"})
    assert world.customer_sees() == ["One moment"]
    assert world.thread_texts(dialog) == ["Hello", "One moment", f"{HANDED_OVER}\nComment: wants a refund"]
    assert (dialog.waiting_since, dialog.bot) == (world.clock.now(), False)
    assert "Waiting since" in [fact.label for fact in card_of(world, dialog).facts]
    await open_dialog(world, "Thanks")
    assert len(world.bot.questions) == 1


async def test_several_replies_and_choices(world: World) -> None:
    await with_bot(world, {"reply": ["Hello", "What is it about?"], "buttons": ["Order", "Return"]})
    assert world.customer_sees() == ["Hello", "What is it about?\n• Order\n• Return"]


def test_an_answer_behind_a_byte_order_mark_is_read() -> None:
    assert bot_answers.read('\ufeff{"reply": "Привет"}'.encode()) == bot_answers.BotAnswer(("Привет",))


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (TimeoutError(), "🤖 The bot did not reply within 5 s: over to operators"),
        (500, "🤖 The bot failed (HTTP 500: an error of its own): over to operators"),
        (302, "🤖 The bot failed (HTTP 302: it redirects elsewhere, which is not followed): over to operators"),
        (Transient("ServerDisconnectedError"), "🤖 The bot failed (ServerDisconnectedError): over to operators"),
        ({"reply": 7}, "🤖 The bot failed (“reply” must be a text or a list of texts, not a number): over to"),
        (200, "🤖 The bot failed (the response is empty): over to operators"),
        (RuntimeError("a defect of ours"), "🤖 The bot failed (internal error): over to operators"),
    ],
)
async def test_a_bot_that_does_not_answer_has_handed_over(
    world: World, answer: dict[str, object] | int | Exception, line: str
) -> None:
    await set_rules(world, BOT)
    world.bot.answers.append(answer)
    await world.customer_writes("One")
    await world.customer_writes("Two")
    await world.deliver()
    dialog = await world.dialog(1)
    assert world.customer_sees() == []
    assert world.thread_texts(dialog)[:2] == ["One", "Two"]
    assert [one.startswith(line) for one in world.thread_texts(dialog)[2:]] == [True]
    assert dialog.waiting_since == world.clock.now()
    assert len(world.bot.questions) == 1
    assert await world.parcels_waiting() == 0


async def test_messages_are_asked_about_in_order(world: World) -> None:
    await set_rules(world, BOT)
    world.bot.answers += [{"reply": "1"}, {"reply": "2"}, {"reply": "3"}]
    for words in ("one", "two", "three"):
        await world.customer_writes(words)
    await world.deliver()
    assert [one["message"]["text"] for one in world.bot.questions] == ["one", "two", "three"]
    assert world.customer_sees() == ["1", "2", "3"]


async def test_whoever_accepts_ends_the_bots_part(world: World) -> None:
    dialog = await with_bot(world, {"reply": "Yes?"})
    await world.commands(ANNA, "accept", dialog)
    dialog = await world.dialog(dialog.id)
    assert (dialog.bot, dialog.status) == (False, Status.IN_PROGRESS)
    await open_dialog(world, "Are you there?")
    assert len(world.bot.questions) == 1
    assert (await world.dialog(dialog.id)).waiting_since == world.clock.now()


@pytest.mark.parametrize("meanwhile", ["accept", "answer", "redirect @boris", "close"])
async def test_a_late_answer_of_the_bot_is_dropped(world: World, meanwhile: str) -> None:
    dialog = await with_bot(world, {"reply": "Yes?"}, {"reply": "too late", "hand_over": True})
    await world.commands(BORIS, "help")

    async def people() -> None:
        world.clock.advance(1)
        if meanwhile == "answer":
            await world.posts(ANNA, dialog, "Good morning")
        elif meanwhile == "close":
            await world.commands(ANNA, "close #1 done")
        else:
            await world.commands(ANNA, meanwhile, dialog)

    world.bot.meanwhile = people
    await open_dialog(world, "Hello?")
    assert "too late" not in world.customer_sees()
    assert HANDED_OVER not in world.thread_texts(dialog)
    after = await world.dialog(dialog.id)
    assert not after.bot
    assert (after.waiting_since is None) == (meanwhile in ("answer", "close"))


async def test_what_the_bot_has_answered_nobody_owes(world: World) -> None:
    await set_rules(world, BOT)
    world.bot.answers.append({"reply": "Nine to six."})
    await world.customer_writes("When are you open?")
    world.clock.advance(1)
    await world.deliver()
    dialog = await world.dialog(1)
    await world.commands(ANNA, "accept", dialog)
    assert (await world.dialog(1)).waiting_since is None


@pytest.mark.parametrize(("responsible", "status"), [("sales", Status.NEW), ("boris", Status.IN_PROGRESS)])
async def test_the_default_responsible_is_told_when_the_bot_hands_over(
    world: World, responsible: str, status: Status
) -> None:
    await world.store.transact(lambda unit: unit.operators.add_roles({RoleName("sales"): ["boris"]}))
    await world.commands(BORIS, "help")
    dialog = await with_bot(world, {"reply": "Yes?"}, {"hand_over": True}, rules=replace(BOT, responsible=responsible))
    assert (world.desk.direct_messages, dialog.status) == ([], Status.NEW)
    dialog = await open_dialog(world, "A person, please")
    assert dialog.status is status
    assert [user for user, _ in world.desk.direct_messages] == [BORIS.user]
    assert "Assigned to" in world.thread_texts(dialog)[-1]


async def test_out_of_hours_the_customer_hears_so_when_the_bot_hands_over(world: World) -> None:
    rules = replace(BOT, hours=Hours(days=((DaySpan(time(9), time(18)),),) * 7), out_of_hours="Back {opens}.")
    await set_rules(world, rules)
    world.bot.answers += [{"reply": "Yes?"}, {"hand_over": True}]
    await world.deliver_after(10 * 3600)
    await open_dialog(world)
    assert world.customer_sees() == ["Yes?"]
    await open_dialog(world, "A person!")
    assert world.customer_sees() == ["Yes?", "Back 3 Mar, 09:00."]


async def test_two_machines_do_not_talk_for_ever(world: World) -> None:
    await set_rules(world, BOT)
    world.bot.answers += [{"reply": str(number)} for number in range(60)]
    for number in range(40):
        dialog = await open_dialog(world, f"beep {number}")
        if not dialog.bot:
            break
    assert len(world.customer_sees()) == 20
    assert world.thread_texts(dialog)[-1] == "🤖 The bot sent too many messages in a row: over to operators"


async def test_a_bot_taken_out_of_the_settings_hands_over(world: World) -> None:
    await with_bot(world, {"reply": "Yes?"})
    await set_rules(world, AccountRules())
    dialog = await open_dialog(world, "Hello?")
    assert world.thread_texts(dialog)[-1] == "🤖 This account no longer has a bot: over to operators"
    assert dialog.waiting_since == world.clock.now()


async def test_a_question_that_waited_too_long_is_for_people(world: World) -> None:
    await set_rules(world, BOT)
    await world.customer_writes("Hello")
    world.clock.advance(2 * 3600)  # nothing ran in between
    await world.deliver()
    assert world.bot.questions == []
    assert world.thread_texts(await world.dialog(1))[-1].startswith("🤖 The message arrived too late")


async def test_after_a_crash_the_same_question_is_asked_again(world: World) -> None:
    await set_rules(world, BOT)
    world.bot.answers += [{"reply": "lost"}, {"reply": "Yes?"}]
    await world.customer_writes("Hello")
    await world.crash_while_sending("bot:shop")
    await world.deliver()
    first, second = world.bot.questions
    assert first["id"] == second["id"]
    assert world.customer_sees() == ["Yes?"]


async def test_what_cannot_be_read_is_for_people(world: World) -> None:
    await set_rules(world, BOT)
    await world.channel_delivers(UnreadableUpdate("?", "unknown", ChatId("7")))
    await world.deliver()
    assert not (await world.dialog(1)).bot
    assert world.bot.questions == []


async def test_a_slow_bot_holds_up_only_its_own_dialog(world: World) -> None:
    """Two dialogs are two lanes of the same courier, and lanes run concurrently."""
    await set_rules(world, BOT)
    world.bot.answers += [{"reply": "a"}, {"reply": "b"}]
    await asyncio.gather(world.customer_writes("one", "7"), world.customer_writes("two", "8"))
    async with world.store.read() as unit:
        assert (await unit.outbox.waiting())["bot:shop"] == 2
    [courier] = [one for one in world._couriers() if one.destination == "bot:shop"]
    assert len({claim.name for claim in await courier._turn()}) == 2


async def test_after_the_channels_window_the_bot_s_words_are_shown_as_not_delivered(
    store: Store, clock: ManualClock, tmp_path: Path
) -> None:
    world = World(store, clock, FolderFiles(tmp_path), channel=WindowedChannel(window=timedelta(seconds=30)))
    await set_rules(world, BOT)
    world.bot.answers.append({"reply": "Yes?"})

    async def thinks() -> None:
        world.clock.advance(31)

    world.bot.meanwhile = thinks
    dialog = await open_dialog(world)
    assert world.customer_sees() == []
    assert "❌ Not delivered: “Yes?”" in world.thread_texts(dialog)[-1]
    assert await world.delivery(dialog) == [Delivery.FAILED]
