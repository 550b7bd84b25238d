"""Stories of the core, on both databases: a dialog from the customer's first message to its end, and the people on
it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.domain import (
    ChatId,
    Content,
    CustomerWrote,
    Delivery,
    ForeignId,
    Key,
    OperatorId,
    RoleName,
    Status,
    UnreadableUpdate,
    Unshowable,
    Update,
)
from bot.domain.account_rules import AccountRules, Grant
from bot.domain.text import Text
from bot.handlers.desk_events import DeskEventHandler
from bot.ports import Mark, UpdateOutcome
from bot.ports.storage import Unit
from bot.views.values import Invalid, Silent
from tests.core.helpers import accepted_dialog, card_of, open_dialog, view_of
from tests.core.world import ANNA, BORIS, CLARA, DESK, SHOP, World, button, form_of, member, whisper_text


async def test_a_conversation(world: World) -> None:
    dialog = await open_dialog(world)
    assert dialog.thread is not None
    assert world.thread_texts(dialog) == ["Hello"]
    card = card_of(world, dialog)
    assert card.status == "New"
    assert "Vera" in card.heading
    post, answer = await world.posts(ANNA, dialog, "Good morning")
    assert answer == Silent()
    await world.deliver()
    assert world.customer_sees() == ["Good morning"]
    assert world.desk.marks[post] == {Mark.DELIVERED}
    dialog = await world.dialog(dialog.id)
    assert (dialog.status, dialog.waiting_since) == (Status.IN_PROGRESS, None)
    assert world.thread_texts(dialog) == ["Hello", "✋ Anna accepted the dialog"]
    assert card_of(world, dialog).status == "In progress"
    await world.customer_writes("Thanks")
    await world.deliver()
    assert world.thread_texts(dialog)[-1] == "Thanks"
    assert await world.parcels_waiting() == 0


async def test_facts_are_taken_once(world: World) -> None:
    first = await world.channel_delivers((event := _wrote()), "u1")
    again = await world.channel_delivers(event, "u1")
    assert first == again
    await world.deliver()
    assert world.thread_texts(await world.dialog(first.dialog)) == ["Hi"]


def _wrote() -> CustomerWrote:
    return CustomerWrote(ChatId("7"), ForeignId("f1"), Content(Text.plain("Hi")))


async def test_two_accept_in_the_same_instant(world: World) -> None:
    dialog = await open_dialog(world)
    accept = button(card_of(world, dialog), "accept")
    answers = await asyncio.gather(world.presses(ANNA, accept, dialog), world.presses(BORIS, accept, dialog))
    assert sorted(type(one).__name__ for one in answers) == ["Silent", "Whisper"]
    answer = whisper_text(next(one for one in answers if one != Silent()))
    winner = (await world.dialog(dialog.id)).responsible
    async with world.store.read() as unit:
        operator = await unit.operators.get(OperatorId(winner or 0))
    assert operator is not None
    assert answer == f"{operator.title} has already accepted this dialog."
    await world.deliver()
    assert world.thread_texts(dialog).count(f"✋ {operator.title} accepted the dialog") == 1


async def test_closing_and_writing_again_opens_another_dialog(world: World) -> None:
    dialog = await accepted_dialog(world)
    form = form_of(await world.commands(ANNA, "close", dialog))
    assert await world.submits(ANNA, form, reason="", comment="done") == Silent()
    await world.deliver()
    assert world.thread_texts(dialog)[-1] == "🏁 Anna closed the dialog\nComment: done"
    assert not card_of(world, dialog).open
    again = await open_dialog(world, "Me again")
    assert again.id != dialog.id
    assert again.thread != dialog.thread
    assert again.ordinal == 2
    post, _ = await world.posts(ANNA, dialog, "too late")
    await world.deliver()
    assert world.customer_sees() == []
    assert "This dialog is closed" in world.desk.whispers[-1][1].rows[0].text.characters
    assert world.desk.marks[post] == {Mark.INTERNAL}


async def test_a_reason_where_the_account_wants_one(world: World) -> None:
    async def rule(unit: Unit) -> None:
        await unit.accounts.set_rules(SHOP, AccountRules(reason_required=True, reasons=("Purchased", "Spam")))

    await world.store.transact(rule)
    dialog = await accepted_dialog(world)
    form = form_of(await world.commands(ANNA, "close just because", dialog))
    assert [one.value for one in form.fields[0].options] == ["Purchased", "Spam"]
    assert isinstance(await world.submits(ANNA, form, comment="x"), Invalid)
    assert await world.commands(ANNA, "close spam, again", dialog) == Silent()
    closed = await world.dialog(dialog.id)
    assert (closed.reason, closed.comment) == ("Spam", "again")


async def test_redirecting_to_people_and_roles(world: World) -> None:
    async def rule(unit: Unit) -> None:
        await unit.operators.add_roles({RoleName("sales"): ["clara"]})

    await world.store.transact(rule)
    await world.commands(BORIS, "help")
    await world.commands(CLARA, "help")
    dialog = await accepted_dialog(world)
    assert "no operator or role" in whisper_text(await world.commands(ANNA, "redirect @nobody", dialog))
    assert await world.commands(ANNA, "redirect @boris please look", dialog) == Silent()
    await world.deliver()
    assert world.desk.direct_messages[-1][0] == BORIS.user
    assert "please look" in world.thread_texts(dialog)[-1]
    assert (await world.dialog(dialog.id)).status is Status.RETURNED
    await world.commands(BORIS, "accept", dialog)
    assert await world.commands(BORIS, "redirect sales", dialog) == Silent()
    await world.deliver()
    assert world.desk.direct_messages[-1][0] == CLARA.user
    assert "Done: #" in whisper_text(await world.commands(BORIS, f"accept #{dialog.id}"))


async def test_nobody_is_passed_a_dialog_that_they_could_not_take(world: World) -> None:
    await world.commands(BORIS, "help")
    dialog = await accepted_dialog(world)
    rules = AccountRules(grants=(Grant("boris", send=False),), everyone_sends=True)
    await world.store.transact(lambda unit: unit.accounts.set_rules(SHOP, rules))
    assert "Boris has no permission to reply" in whisper_text(await world.commands(ANNA, "redirect @boris", dialog))
    assert (await world.dialog(dialog.id)).status is Status.IN_PROGRESS


async def test_coexecutors_answer_too(world: World) -> None:
    await world.commands(BORIS, "help")
    dialog = await accepted_dialog(world)
    form = form_of(await world.commands(ANNA, "add", dialog))
    boris = next(one.value for one in form.fields[0].options if "boris" in one.label.casefold())
    assert await world.submits(ANNA, form, who=boris) == Silent()
    await world.deliver()
    assert world.desk.direct_messages[-1][0] == BORIS.user
    for actor, section, there in ((BORIS, "new", True), (BORIS, "mine", True), (CLARA, "new", False)):
        rows = view_of(await world.commands(actor, section)).rows
        assert ("👉" in rows[0].text.characters) is (there and section == "new")
        assert (f"#{dialog.id}" in rows[0].text.characters) is there
    await world.posts(BORIS, dialog, "hello from Boris")
    assert f"#{dialog.id}" not in view_of(await world.commands(BORIS, "new")).rows[0].text.characters
    await world.deliver()
    assert world.customer_sees() == ["hello from Boris"]
    assert await world.commands(ANNA, "remove @boris", dialog) == Silent()
    await world.posts(BORIS, dialog, "again")
    await world.deliver()
    assert world.customer_sees() == ["hello from Boris"]


async def test_unreadable_payloads_are_kept_and_shown(world: World) -> None:
    kind = Content(attachments=(Unshowable("photo"),))
    accepted = await world.channel_delivers(UnreadableUpdate('{"odd": 1}', "no file", ChatId("7"), content=kind))
    await world.channel_delivers(UnreadableUpdate("?", "not even a chat"))
    await world.deliver()
    dialog = await world.dialog(accepted.dialog)
    assert world.thread_texts(dialog)[0] == ""
    assert dialog.last_words == "❔ an unsupported message (photo)"
    async with world.store.read() as unit:
        assert {one.raw for one in await unit.inbox.unreadable()} == {'{"odd": 1}', "?"}


async def test_one_update_that_cannot_be_taken_does_not_hold_up_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrote = world.channel_updates._wrote

    async def fails_on_seven(unit: Unit, update: Update, event: CustomerWrote) -> UpdateOutcome:
        if event.content.text.characters == "seven":
            raise ValueError("a defect")
        return await wrote(unit, update, event)

    monkeypatch.setattr(world.channel_updates, "_wrote", fails_on_seven)
    batch = [
        Update(Key(words), CustomerWrote(ChatId("7"), ForeignId(words), Content(Text.plain(words))), world.clock.now())
        for words in ("six", "seven", "eight")
    ]
    for _ in range(4):
        with pytest.raises(ValueError, match="a defect"):
            await world.channel_updates.accept(batch)
    accepted = await world.channel_updates.accept(batch)
    await world.deliver()
    assert world.thread_texts(await world.dialog(accepted[0].dialog)) == ["six", "eight"]
    async with world.store.read() as unit:
        kept = await unit.inbox.unreadable()
    assert ["seven" in one.raw for one in kept] == [True]


async def test_who_may_not_send_only_reads(world: World) -> None:
    async def rule(unit: Unit) -> None:
        await unit.accounts.set_rules(SHOP, AccountRules(grants=(Grant("anna"), Grant("boris", send=False))))

    await world.store.transact(rule)
    dialog = await open_dialog(world)
    assert "no permission to reply" in whisper_text(await world.commands(BORIS, "accept", dialog))
    post, _ = await world.posts(BORIS, dialog, "hi")
    await world.deliver()
    assert world.customer_sees() == []
    assert world.desk.marks[post] == {Mark.INTERNAL}
    assert "Vera" in whisper_text(await world.commands(BORIS, "new"))
    boss = member("U9", "boss", "Boss")
    assert await world.commands(boss, "accept", dialog) == Silent()


async def test_the_board_shows_what_each_may_see(world: World) -> None:
    dialog = await accepted_dialog(world)
    await world.posts(BORIS, dialog, "held words")
    mine = await world.web_desk.page(DESK, BORIS, dialog.id)
    anna = await world.web_desk.page(DESK, ANNA, dialog.id)
    assert mine is not None
    assert anna is not None
    assert [one.word for one in mine.shown[-1].buttons] == ["take_over", "join", "keep"]
    assert len(mine.shown) == len(anna.shown) + 1
    changed = await world.web_desk.page(DESK, ANNA, dialog.id, since=anna.revision)
    assert changed is not None
    assert changed.shown == ()
    assert dict(await world.web_desk.counters(DESK, ANNA))["mine"] == 1
    assert [one.dialog.id for one in await world.web_desk.list(DESK, ANNA, "mine")] == [dialog.id]


async def test_an_account_that_is_configured_no_more_keeps_its_rules(world: World) -> None:
    dialog = await accepted_dialog(world)
    rules = AccountRules(grants=(Grant("anna"),), everyone_reads=False)
    await world.store.transact(lambda unit: unit.accounts.set_rules(SHOP, rules))
    world.hub = replace(world.hub, accounts={}, bridges={})
    world.desk_events = DeskEventHandler(world.hub, DESK)
    assert "no access" in whisper_text(await world.commands(BORIS, "important", dialog))
    await world.posts(ANNA, dialog, "anybody there?")
    await world.deliver()
    assert world.customer_sees() == []
    assert await world.delivery(dialog) == [Delivery.INTERNAL]


async def test_a_reason_is_a_whole_word(world: World) -> None:
    rules = AccountRules(reasons=("No", "Spam"))
    await world.store.transact(lambda unit: unit.accounts.set_rules(SHOP, rules))
    dialog = await accepted_dialog(world)
    await world.commands(ANNA, "close Nobody answers", dialog)
    closed = await world.dialog(dialog.id)
    assert (closed.reason, closed.comment) == ("", "Nobody answers")


async def test_nobody_to_remove(world: World) -> None:
    dialog = await accepted_dialog(world)
    assert "no co-executors" in whisper_text(await world.commands(ANNA, "remove", dialog))
