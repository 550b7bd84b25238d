"""Stories of the core, on both databases: conversations, actions, and what goes wrong."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot import drawing
from bot.model import (
    Actor,
    ChatId,
    Commanded,
    Content,
    CustomerDeleted,
    CustomerEdited,
    CustomerReacted,
    CustomerWrote,
    Delivery,
    DeskName,
    Dialog,
    ForeignId,
    Key,
    OperatorId,
    OperatorReacted,
    Place,
    Receipt,
    ReceiptState,
    RoleName,
    Status,
    ThreadId,
    Unreadable,
    Update,
)
from bot.office import FrontOffice
from bot.ports import Accepted, Forged, Mark, Rejected, RejectReason, Transient, Unavailable, Unconfirmed
from bot.rules import AccountRules, Grant
from bot.store import Unit
from bot.text import Text
from bot.views.values import Answer, Ask, Button, Card, Invalid, Post, PostKind, Silent, View, Whisper
from tests.core.world import ANNA, BORIS, CLARA, DESK, SHOP, World, asked, button, whispered


def card_of(world: World, dialog: Dialog) -> Card:
    return world.desk.cards[_thread(dialog)]


def posts_of(world: World, dialog: Dialog) -> list[Post]:
    return [post for _, post in world.desk.posts[_thread(dialog)]]


def _thread(dialog: Dialog) -> ThreadId:
    assert dialog.thread is not None
    return dialog.thread


def listed(answer: Answer) -> View:
    assert isinstance(answer, Whisper)
    return answer.view


async def opened(world: World, words: str = "Hello") -> Dialog:
    """A new dialog with its thread."""
    accepted = await world.writes(words)
    await world.deliver()
    return await world.dialog(accepted.dialog)


async def taken(world: World) -> Dialog:
    """A dialog that Anna has accepted."""
    dialog = await opened(world)
    await world.commands(ANNA, "accept", dialog)
    await world.deliver()
    return await world.dialog(dialog.id)


async def test_a_conversation(world: World) -> None:
    dialog = await opened(world)
    assert dialog.thread is not None
    assert world.thread(dialog) == ["Hello"]
    card = card_of(world, dialog)
    assert card.status == "New"
    assert "Vera" in card.heading
    post, answer = await world.posts(ANNA, dialog, "Good morning")
    assert answer == Silent()
    await world.deliver()
    assert world.seen() == ["Good morning"]
    assert world.desk.marks[post] == {Mark.DELIVERED}
    dialog = await world.dialog(dialog.id)
    assert (dialog.status, dialog.waiting_since) == (Status.IN_PROGRESS, None)
    assert world.thread(dialog) == ["Hello", "✋ Anna accepted the dialog"]
    assert card_of(world, dialog).status == "In progress"
    await world.writes("Thanks")
    await world.deliver()
    assert world.thread(dialog)[-1] == "Thanks"
    assert await world.waiting() == 0


async def test_facts_are_taken_once(world: World) -> None:
    first = await world.tells((event := _wrote()), "u1")
    again = await world.tells(event, "u1")
    assert first == again
    await world.deliver()
    assert world.thread(await world.dialog(first.dialog)) == ["Hi"]


def _wrote() -> CustomerWrote:

    return CustomerWrote(ChatId("7"), ForeignId("f1"), Content(Text.plain("Hi")))


async def test_two_accept_in_the_same_instant(world: World) -> None:
    dialog = await opened(world)
    accept = button(card_of(world, dialog), "accept")
    answers = await asyncio.gather(world.presses(ANNA, accept, dialog), world.presses(BORIS, accept, dialog))
    assert sorted(type(one).__name__ for one in answers) == ["Silent", "Whisper"]
    told = whispered(next(one for one in answers if one != Silent()))
    winner = (await world.dialog(dialog.id)).responsible
    async with world.store.read() as unit:
        operator = await unit.operators.get(OperatorId(winner or 0))
    assert operator is not None
    assert told == f"{operator.title} has already taken this dialog."
    await world.deliver()
    assert world.thread(dialog).count(f"✋ {operator.title} accepted the dialog") == 1


async def test_a_stranger_s_words_are_held(world: World) -> None:
    dialog = await taken(world)
    post, _ = await world.posts(BORIS, dialog, "me too")
    await world.deliver()
    assert world.seen() == []
    user, view = world.desk.whispers[-1]
    assert user == BORIS.user
    assert [one.word for one in view.rows[0].buttons] == ["take_over", "join", "keep"]
    with pytest.raises(Forged):
        await world.presses(CLARA, button(view, "join"), dialog)
    assert await world.presses(BORIS, button(view, "join"), dialog) == Silent()
    await world.deliver()
    assert world.seen() == ["me too"]
    assert world.desk.marks[post] == {Mark.DELIVERED}
    assert len((await world.dialog(dialog.id)).coexecutors) == 1
    assert whispered(await world.presses(BORIS, button(view, "keep"), dialog)) == "This has been decided already."


async def test_taking_over_sends_what_was_held(world: World) -> None:
    dialog = await taken(world)
    await world.posts(BORIS, dialog, "I know this one")
    await world.deliver()
    await world.presses(BORIS, button(world.desk.whispers[-1][1], "take_over"), dialog)
    await world.deliver()
    assert world.seen() == ["I know this one"]
    assert "✋ Boris took the dialog over" in world.thread(dialog)
    assert world.desk.told[-1][0] == ANNA.user


async def test_keeping_it_internal_sends_nothing(world: World) -> None:
    dialog = await taken(world)
    post, _ = await world.posts(BORIS, dialog, "careful with her")
    await world.deliver()
    await world.presses(BORIS, button(world.desk.whispers[-1][1], "keep"), dialog)
    await world.deliver()
    assert world.seen() == []
    assert world.desk.marks[post] == {Mark.INTERNAL}


@pytest.mark.parametrize(("words", "mentions"), [("// do not tell", False), ("@boris look", True), ("  //x", False)])
async def test_notes_never_leave(world: World, words: str, mentions: bool) -> None:
    dialog = await taken(world)
    post, _ = await world.posts(ANNA, dialog, words, mentions=mentions)
    await world.posts(BORIS, dialog, words, mentions=mentions)
    await world.deliver()
    assert world.seen() == []
    assert world.desk.marks[post] == {Mark.INTERNAL}
    await world.commands(ANNA, "note secret", dialog)
    await world.deliver()
    assert world.seen() == []
    assert world.thread(dialog)[-1] == "🔒 Anna: secret"


async def test_closing_and_writing_again_opens_another_dialog(world: World) -> None:
    dialog = await taken(world)
    form = asked(await world.commands(ANNA, "close", dialog))
    assert await world.submits(ANNA, form, reason="", comment="done") == Silent()
    await world.deliver()
    assert world.thread(dialog)[-1] == "🏁 Anna closed the dialog\nComment: done"
    assert not card_of(world, dialog).open
    again = await opened(world, "Me again")
    assert again.id != dialog.id
    assert again.thread != dialog.thread
    assert again.ordinal == 2
    post, _ = await world.posts(ANNA, dialog, "too late")
    await world.deliver()
    assert world.seen() == []
    assert "This dialog is closed" in world.desk.whispers[-1][1].rows[0].text.characters
    assert world.desk.marks[post] == {Mark.INTERNAL}


async def test_a_reason_where_the_account_wants_one(world: World) -> None:

    async def rule(unit: Unit) -> None:
        await unit.accounts.set_rules(SHOP, AccountRules(reason_required=True, reasons=("Bought", "Spam")))

    await world.store.transact(rule)
    dialog = await taken(world)
    form = asked(await world.commands(ANNA, "close just because", dialog))
    assert [one.value for one in form.fields[0].options] == ["Bought", "Spam"]
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
    dialog = await taken(world)
    assert "no operator or role" in whispered(await world.commands(ANNA, "redirect @nobody", dialog))
    assert await world.commands(ANNA, "redirect @boris please look", dialog) == Silent()
    await world.deliver()
    assert world.desk.told[-1][0] == BORIS.user
    assert "please look" in world.thread(dialog)[-1]
    assert (await world.dialog(dialog.id)).status is Status.RETURNED
    await world.commands(BORIS, "accept", dialog)
    assert await world.commands(BORIS, "redirect sales", dialog) == Silent()
    await world.deliver()
    assert world.desk.told[-1][0] == CLARA.user
    assert await world.commands(BORIS, f"accept #{dialog.id}") == Silent()


async def test_coexecutors_answer_too(world: World) -> None:
    await world.commands(BORIS, "help")
    dialog = await taken(world)
    form = asked(await world.commands(ANNA, "add", dialog))
    boris = next(one.value for one in form.fields[0].options if "boris" in one.label.casefold())
    assert await world.submits(ANNA, form, who=boris) == Silent()
    await world.deliver()
    assert world.desk.told[-1][0] == BORIS.user
    for actor, section, there in ((BORIS, "new", True), (BORIS, "mine", True), (CLARA, "new", False)):
        rows = listed(await world.commands(actor, section)).rows
        assert ("👉" in rows[0].text.characters) is (there and section == "new")
        assert (f"#{dialog.id}" in rows[0].text.characters) is there
    await world.posts(BORIS, dialog, "hello from Boris")
    assert f"#{dialog.id}" not in listed(await world.commands(BORIS, "new")).rows[0].text.characters
    await world.deliver()
    assert world.seen() == ["hello from Boris"]
    assert await world.commands(ANNA, "remove @boris", dialog) == Silent()
    await world.posts(BORIS, dialog, "again")
    await world.deliver()
    assert world.seen() == ["hello from Boris"]


async def test_stars_by_reaction_command_and_list(world: World) -> None:
    dialog = await taken(world)
    post = world.desk.posts[_thread(dialog)][0][0]
    await world.reacts(BORIS, dialog, post, "⭐")
    assert "Hello" in whispered(await world.commands(BORIS, "important all"))
    await world.deliver()
    assert world.thread(dialog)[-1] == "⭐ Boris marked as important: “Hello”"
    await world.reacts(BORIS, dialog, post, "⭐", on=False)
    assert "No message is marked" in whispered(await world.commands(BORIS, "important", dialog))
    form = asked(await world.commands(BORIS, "star", dialog))
    await world.submits(BORIS, form, message=form.fields[0].options[0].value)
    assert "Important messages" in whispered(await world.commands(BORIS, "important", dialog))


async def test_sections_count_and_link(world: World) -> None:
    dialog = await opened(world)
    told = whispered(await world.commands(ANNA, "new"))
    assert f"#{dialog.id} · Vera" in told
    assert "1 customer waits for an answer" in told
    await world.commands(ANNA, "accept", dialog)
    assert whispered(await world.commands(ANNA, "new")).endswith("Nothing here.")
    for word in ("work", "mine", "all", "all shop", "mine ver"):
        assert "Vera" in whispered(await world.commands(ANNA, word)), word
    assert "Nothing here" in whispered(await world.commands(BORIS, "mine"))
    await world.commands(ANNA, "close done", dialog)
    assert "Vera" in whispered(await world.commands(ANNA, "closed"))


async def test_words_that_are_not_known(world: World) -> None:
    told = whispered(await world.commands(ANNA, "acept"))
    assert "“accept”" in told
    assert "There is no such dialog" in whispered(await world.commands(ANNA, "accept #999"))
    assert "become responsible" in whispered(await world.commands(ANNA, ""))


async def test_a_dialog_to_choose_where_none_is_named(world: World) -> None:
    dialog = await opened(world)
    answer = await world.commands(ANNA, "accept")
    assert "Which dialog?" in whispered(answer)
    assert await world.presses(ANNA, button(listed(answer), "accept")) == Silent()
    assert (await world.dialog(dialog.id)).responsible is not None


async def test_a_button_works_in_its_own_thread_alone(world: World) -> None:
    dialog = await opened(world)
    other = await world.writes("other", chat="8", name="Gleb")
    await world.deliver()
    elsewhere = await world.dialog(other.dialog)
    with pytest.raises(Forged):
        await world.presses(ANNA, button(card_of(world, dialog), "accept"), elsewhere)
    assert (await world.dialog(dialog.id)).status is Status.NEW


async def test_hub_words_in_a_thread(world: World) -> None:
    dialog = await opened(world)
    _, answer = await world.posts(ANNA, dialog, "@hub accept", command="accept")
    assert answer == Silent()
    _, answer = await world.posts(ANNA, dialog, "@hub close", command="close")
    assert isinstance(answer, Ask)
    await world.deliver()
    assert world.seen() == []


async def test_long_answers_go_in_parts(world: World) -> None:
    dialog = await taken(world)
    words = "word " * 100
    post, _ = await world.posts(ANNA, dialog, words)
    await world.deliver()
    assert len(world.seen()) == 3
    assert "".join(world.seen()) == words
    assert world.desk.marks[post] == {Mark.DELIVERED}


async def test_edits_and_deletions_reach_the_customer(world: World) -> None:
    dialog = await taken(world)
    post, _ = await world.posts(ANNA, dialog, "helo")
    await world.deliver()
    await world.edits(ANNA, dialog, post, "hello")
    await world.deliver()
    assert [one.content.text.characters for _, one in world.channel.edits] == ["hello"]
    await world.deletes(ANNA, dialog, post)
    await world.deliver()
    assert len(world.channel.deleted) == 1


async def test_an_edit_neither_sends_a_note_nor_hides_an_answer(world: World) -> None:
    dialog = await taken(world)
    note, _ = await world.posts(ANNA, dialog, "// secret")
    await world.edits(ANNA, dialog, note, "// more secret")
    answer, _ = await world.posts(ANNA, dialog, "sent")
    await world.deliver()
    assert "cannot become a note" in whispered(await world.edits(ANNA, dialog, answer, "// hide it"))
    await world.deliver()
    assert world.seen() == ["sent"]
    assert world.channel.edits == []
    assert "more secret" in [one.content.text.characters for one in await world.messages(dialog)]


async def test_a_reaction_on_a_customer_s_words_reaches_them(world: World) -> None:
    dialog = await taken(world)
    await world.reacts(ANNA, dialog, world.desk.posts[_thread(dialog)][0][0], "👍")
    await world.deliver()
    assert [emoji for _, emoji in world.channel.reacted] == ["👍"]


async def test_what_cannot_be_delivered_says_why_and_can_be_sent_again(world: World) -> None:
    dialog = await taken(world)
    world.channel.fail = [Rejected(RejectReason.BLOCKED, "bot was blocked by the user")]
    post, _ = await world.posts(ANNA, dialog, "are you there?")
    await world.deliver()
    assert world.desk.marks[post] == {Mark.FAILED}
    assert (await world.dialog(dialog.id)).blocked
    kind, problem = next((one.kind, one) for one in posts_of(world, dialog) if one.buttons)
    assert kind is PostKind.PROBLEM
    assert "the customer has blocked us" in problem.content.text.characters
    assert [one.word for one in problem.buttons] == ["retry"]
    await world.writes("I am back")
    assert not (await world.dialog(dialog.id)).blocked
    await world.presses(ANNA, problem.buttons[0], dialog)
    await world.deliver()
    assert world.seen() == ["are you there?"]
    assert world.desk.marks[post] == {Mark.DELIVERED}


async def test_a_passing_fault_is_waited_out_and_marked(world: World) -> None:
    dialog = await taken(world)
    world.channel.fail = [Transient("try later", 5)]
    post, _ = await world.posts(ANNA, dialog, "one")
    await world.posts(ANNA, dialog, "two")
    await world.deliver()
    assert world.seen() == []
    await world.later(3)
    assert world.desk.marks[post] == {Mark.WAITING}
    await world.later(3)
    assert world.seen() == ["one", "two"]
    assert world.desk.marks[post] == {Mark.DELIVERED}


async def test_in_doubt_the_operator_is_asked(world: World) -> None:
    dialog = await taken(world)
    world.channel.late = [Unconfirmed("reset")]
    post, _ = await world.posts(ANNA, dialog, "one")
    await world.posts(ANNA, dialog, "two")
    await world.deliver()
    assert world.seen() == ["one", "two"]
    assert world.desk.marks[post] == {Mark.DOUBTFUL}
    problem = next(one for one in posts_of(world, dialog) if one.buttons)
    assert [one.word for one in problem.buttons] == ["retry", "arrived"]
    assert await world.presses(BORIS, problem.buttons[1], dialog) == Silent()
    await world.deliver()
    assert world.desk.marks[post] == {Mark.DELIVERED}
    assert world.seen() == ["one", "two"]


async def test_a_crash_while_sending_leaves_a_doubt_not_a_double(world: World) -> None:
    dialog = await taken(world)
    await world.posts(ANNA, dialog, "once")
    await world.crash_while_sending()
    await world.deliver()
    assert world.seen() == ["once"]
    assert await world.delivery(dialog) == [Delivery.UNCONFIRMED]


async def test_a_crash_is_no_doubt_where_the_channel_knows_the_key(world: World) -> None:

    world.channel.limits = replace(world.channel.limits, idempotent=True)
    dialog = await taken(world)
    await world.posts(ANNA, dialog, "once")
    await world.crash_while_sending()
    await world.deliver()
    assert world.seen() == ["once"]
    assert await world.delivery(dialog) == [Delivery.SENT]


@pytest.mark.parametrize("method", ["open", "post"])
async def test_a_post_in_doubt_is_looked_up(world: World, method: str) -> None:
    world.desk.late[method] = [Unconfirmed("reset")]
    accepted = await world.writes("Hello")
    await world.deliver()
    await world.later(60)
    assert world.thread(await world.dialog(accepted.dialog)) == ["Hello"]
    assert len(world.desk.cards) == 1
    assert "find" in world.desk.calls


async def test_crashes_of_the_desk_s_courier_double_nothing(world: World) -> None:
    accepted = await world.writes("Hello")
    await world.crash_while_sending("desk:main")
    await world.writes("more")
    await world.deliver()
    await world.crash_while_sending("desk:main")
    await world.deliver()
    assert len(world.desk.cards) == 1
    assert world.thread(await world.dialog(accepted.dialog)) == ["Hello", "more"]


async def test_what_a_desk_refuses_goes_plainly(world: World) -> None:
    world.desk.fail["post"] = [Rejected(RejectReason.INVALID, "invalid_blocks")]
    dialog = await opened(world)
    assert world.thread(dialog) == ["Hello"]


@pytest.mark.parametrize("method", ["open", "post"])
async def test_a_channel_that_may_not_be_written_in_is_waited_for(world: World, method: str) -> None:
    world.desk.fail[method] = [Rejected(RejectReason.FORBIDDEN, "not a member")]
    accepted = await world.writes("Hello")
    await world.deliver()
    await world.later(60)
    assert world.thread(await world.dialog(accepted.dialog)) == ["Hello"]


async def test_a_deleted_thread_goes_on_in_another(world: World) -> None:
    dialog = await opened(world)
    world.desk.fail["post"] = [Rejected(RejectReason.GONE, "thread_not_found")]
    await world.writes("still there?")
    await world.deliver()
    moved = await world.dialog(dialog.id)
    assert moved.thread != dialog.thread
    assert world.thread(moved) == ["still there?"]


async def test_a_broken_account_is_paused_and_goes_on(world: World) -> None:
    dialog = await taken(world)
    world.channel.fail = [Unavailable("token refused", "Get a new one.")]
    await world.posts(ANNA, dialog, "hello")
    await world.deliver()
    assert world.paused == ["account:shop"]
    assert world.seen() == []
    await world.later(60)
    assert world.seen() == ["hello"]


async def test_customers_change_what_they_said(world: World) -> None:

    dialog = await opened(world, "I want 5")
    ref = ForeignId("f1")
    await world.tells(CustomerEdited(ChatId("7"), ref, Content(Text.plain("I want 6"))))
    await world.deliver()
    assert world.thread(dialog) == [
        "I want 6\n✏️ edited",
        "✏️ The customer edited a message. Before: “I want 5”",
    ]
    await world.tells(CustomerReacted(ChatId("7"), ref, ("👍",)))
    await world.tells(CustomerDeleted(ChatId("7"), ref))
    await world.deliver()
    assert world.thread(dialog)[-2:] == [
        "👍 from the customer on: “I want 6”",
        "🗑 The customer deleted a message: “I want 6”",
    ]
    assert world.thread(dialog)[0] == "I want 6\n✏️ edited · 🗑 deleted by the customer"


async def test_receipts_only_go_forward(world: World) -> None:

    dialog = await taken(world)
    post, _ = await world.posts(ANNA, dialog, "one")
    await world.posts(ANNA, dialog, "two")
    await world.deliver()
    await world.tells(Receipt(ChatId("7"), ForeignId("m2"), ReceiptState.READ, through=True))
    await world.tells(Receipt(ChatId("7"), ForeignId("m1"), ReceiptState.DELIVERED))
    await world.deliver()
    assert await world.delivery(dialog) == [Delivery.READ, Delivery.READ]
    assert world.desk.marks[post] == {Mark.READ}
    await world.tells(Receipt(ChatId("7"), ForeignId("m1"), ReceiptState.FAILED, reason="window_closed"))
    await world.deliver()
    assert (await world.delivery(dialog))[0] is Delivery.FAILED


async def test_unreadable_payloads_are_kept_and_shown(world: World) -> None:

    accepted = await world.tells(Unreadable('{"odd": 1}', "no such kind", ChatId("7")))
    await world.tells(Unreadable("?", "not even a chat"))
    await world.deliver()
    assert world.thread(await world.dialog(accepted.dialog))[0] == ""
    async with world.store.read() as unit:
        assert {one.raw for one in await unit.inbox.unreadable()} == {'{"odd": 1}', "?"}


async def test_one_update_that_cannot_be_taken_does_not_hold_up_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrote = world.intake._wrote

    async def fails_on_seven(unit: Unit, update: Update, event: CustomerWrote) -> Accepted:
        if event.content.text.characters == "seven":
            raise ValueError("a defect")
        return await wrote(unit, update, event)

    monkeypatch.setattr(world.intake, "_wrote", fails_on_seven)
    batch = [
        Update(Key(words), CustomerWrote(ChatId("7"), ForeignId(words), Content(Text.plain(words))), world.clock.now())
        for words in ("six", "seven", "eight")
    ]
    for _ in range(4):
        with pytest.raises(ValueError, match="a defect"):
            await world.intake.accept(batch)
    accepted = await world.intake.accept(batch)
    await world.deliver()
    assert world.thread(await world.dialog(accepted[0].dialog)) == ["six", "eight"]
    async with world.store.read() as unit:
        kept = await unit.inbox.unreadable()
    assert ["seven" in one.raw for one in kept] == [True]


async def test_who_may_not_send_only_reads(world: World) -> None:

    async def rule(unit: Unit) -> None:
        await unit.accounts.set_rules(SHOP, AccountRules(grants=(Grant("anna"), Grant("boris", send=False))))

    await world.store.transact(rule)
    dialog = await opened(world)
    assert "no right to answer" in whispered(await world.commands(BORIS, "accept", dialog))
    post, _ = await world.posts(BORIS, dialog, "hi")
    await world.deliver()
    assert world.seen() == []
    assert world.desk.marks[post] == {Mark.INTERNAL}
    assert "Vera" in whispered(await world.commands(BORIS, "new"))
    boss = Actor("U9", "boss", "Boss")
    assert await world.commands(boss, "accept", dialog) == Silent()


async def test_the_board_shows_what_each_may_see(world: World) -> None:

    dialog = await taken(world)
    await world.posts(BORIS, dialog, "held words")
    mine = await world.board.page(DESK, BORIS, dialog.id)
    anna = await world.board.page(DESK, ANNA, dialog.id)
    assert mine is not None
    assert anna is not None
    assert [one.word for one in mine.shown[-1].buttons] == ["take_over", "join", "keep"]
    assert len(mine.shown) == len(anna.shown) + 1
    changed = await world.board.page(DESK, ANNA, dialog.id, since=anna.revision)
    assert changed is not None
    assert changed.shown == ()
    assert dict(await world.board.counters(DESK, ANNA))["mine"] == 1
    assert [one.dialog.id for one in await world.board.list(DESK, ANNA, "mine")] == [dialog.id]


async def two_parts(world: World, first: str = "a", second: str = "b") -> Dialog:
    """A dialog in which an answer of two messages waits to be sent."""
    dialog = await taken(world)
    await world.posts(ANNA, dialog, first * 150 + " " + second * 150)
    return dialog


def remedies_of(world: World, dialog: Dialog) -> dict[str, Button]:
    return {one.word: one for post in posts_of(world, dialog) for one in post.buttons}


async def test_what_stands_behind_a_part_that_arrived_is_sent(world: World) -> None:
    world.channel.late = [Unconfirmed("reset")]
    dialog = await two_parts(world)
    await world.deliver()
    assert [words[0] for words in world.seen()] == ["a"]
    await world.presses(ANNA, remedies_of(world, dialog)["arrived"], dialog)
    await world.deliver()
    assert [words[0] for words in world.seen()] == ["a", "b"]
    assert await world.delivery(dialog) == [Delivery.SENT]


async def test_sending_again_while_the_first_attempt_is_still_in_the_lane(world: World) -> None:
    dialog = await two_parts(world)
    world.channel.fail = [Rejected(RejectReason.FORBIDDEN, "muted")]
    courier = next(one for one in world._couriers() if one.destination == "account:shop")
    await world._turn(courier)  # the first part fails; the second one is not looked at yet
    message = next(one for one in await world.messages(dialog) if one.delivery is Delivery.FAILED)
    retry = drawing.remedies(world.hub, dialog, message)[0]
    await world.presses(ANNA, retry, dialog)
    await world.deliver()
    assert [words[0] for words in world.seen()] == ["a", "b"]
    assert await world.delivery(dialog) == [Delivery.SENT]


async def test_what_the_channel_lost_after_taking_it_can_be_sent_again(world: World) -> None:
    dialog = await taken(world)
    await world.posts(ANNA, dialog, "hello")
    await world.deliver()
    await world.tells(Receipt(ChatId("7"), ForeignId("m1"), ReceiptState.FAILED, reason=RejectReason.TRIES))
    await world.deliver()
    await world.presses(ANNA, remedies_of(world, dialog)["retry"], dialog)
    await world.deliver()
    assert world.seen() == ["hello", "hello"]
    assert await world.delivery(dialog) == [Delivery.SENT]


async def test_an_answer_of_others_is_not_a_stranger_s_to_repeat(world: World) -> None:
    dialog = await taken(world)
    world.channel.late = [Unconfirmed("reset")]
    await world.posts(ANNA, dialog, "one")
    await world.deliver()
    assert "works on this dialog" in whispered(await world.presses(BORIS, remedies_of(world, dialog)["retry"], dialog))
    await world.deliver()
    assert world.seen() == ["one"]


async def test_an_edit_during_the_sending_follows_it(world: World) -> None:
    dialog = await taken(world)
    post, _ = await world.posts(ANNA, dialog, "five")
    courier = next(one for one in world._couriers() if one.destination == "account:shop")
    [claim] = await courier._turn()
    await courier._fly(claim)
    await world.edits(ANNA, dialog, post, "six")
    await courier._turn(claiming=False)
    await world.deliver()
    assert world.seen() == ["five"]
    assert [one.content.text.characters for _, one in world.channel.edits] == ["six"]


async def test_an_edit_of_half_an_answer_changes_nothing(world: World) -> None:
    dialog = await taken(world)
    post, _ = await world.posts(ANNA, dialog, "a" * 150 + " " + "b" * 150)
    courier = next(one for one in world._couriers() if one.destination == "account:shop")
    await world._turn(courier)
    assert "several messages" in whispered(await world.edits(ANNA, dialog, post, "c"))
    await world.deliver()
    assert [words[0] for words in world.seen()] == ["a", "b"]
    assert await world.delivery(dialog) == [Delivery.SENT]


async def test_who_may_send_no_more_cannot_edit_either(world: World) -> None:
    dialog = await taken(world)
    post, _ = await world.posts(ANNA, dialog, "five")
    await world.deliver()
    rules = AccountRules(grants=(Grant("boris"),))
    await world.store.transact(lambda unit: unit.accounts.set_rules(SHOP, rules))
    assert "no right" in whispered(await world.edits(ANNA, dialog, post, "six"))
    await world.deliver()
    assert world.channel.edits == []


async def test_held_words_that_were_deleted_are_never_sent(world: World) -> None:
    dialog = await taken(world)
    post, _ = await world.posts(BORIS, dialog, "cheaper!")
    await world.deliver()
    take_over = button(world.desk.whispers[-1][1], "take_over")
    await world.deletes(BORIS, dialog, post)
    assert "decided already" in whispered(await world.presses(BORIS, take_over, dialog))
    await world.deliver()
    assert world.seen() == []
    assert (await world.dialog(dialog.id)).responsible == dialog.responsible


async def test_a_failure_that_passed_is_unmarked_where_only_failures_are_shown(world: World) -> None:
    dialog = await taken(world)
    world.hub = replace(world.hub, marks="failures")
    world.office = FrontOffice(world.hub, DESK)
    world.channel.fail = [Rejected(RejectReason.FORBIDDEN, "muted")]
    post, _ = await world.posts(ANNA, dialog, "one")
    await world.deliver()
    assert world.desk.marks[post] == {Mark.FAILED}
    await world.presses(ANNA, remedies_of(world, dialog)["retry"], dialog)
    await world.deliver()
    assert world.seen() == ["one"]
    assert world.desk.marks[post] == set()


async def test_stars_on_what_is_no_dialog_s_mean_nothing(world: World) -> None:
    dialog = await opened(world)
    place = replace(world.place(dialog, "p999"), thread=None)
    assert await world.office.accept(OperatorReacted(Key("r1"), ANNA, place, "⭐", True)) == Silent()


async def test_a_bare_number_in_a_thread_is_a_word(world: World) -> None:
    other = await opened(world)
    await world.writes("Good day", chat="8")
    await world.deliver()
    dialog = await world.dialog(other.id + 1)
    assert await world.commands(ANNA, f"rename {other.id} chairs", dialog) == Silent()
    assert (await world.dialog(other.id)).title == ""
    assert (await world.dialog(dialog.id)).title == f"{other.id} chairs"
    assert await world.commands(ANNA, f"rename #{other.id} chairs", dialog) == Silent()
    assert (await world.dialog(other.id)).title == "chairs"


@pytest.mark.parametrize(
    "words", ["#", "close #", "close #99999999999999999999999", "close ²", "/", "redirect operator:²"]
)
async def test_odd_words_harm_nothing(world: World, words: str) -> None:
    dialog = await opened(world)
    assert isinstance(await world.commands(ANNA, words), Whisper)
    assert (await world.dialog(dialog.id)).open


async def test_a_role_s_queue_is_pointed_at_outside_of_threads_too(world: World) -> None:
    await world.store.transact(lambda unit: unit.operators.add_roles({RoleName("sales"): ["boris"]}))
    dialog = await taken(world)
    await world.commands(ANNA, "redirect sales", dialog)
    assert "👉" in whispered(await world.commands(BORIS, "new"))
    assert "👉" not in whispered(await world.commands(CLARA, "new"))


async def test_an_account_that_is_configured_no_more_keeps_its_rules(world: World) -> None:
    dialog = await taken(world)
    rules = AccountRules(grants=(Grant("anna"),), everyone_reads=False)
    await world.store.transact(lambda unit: unit.accounts.set_rules(SHOP, rules))
    world.hub = replace(world.hub, accounts={}, bridges={})
    world.office = FrontOffice(world.hub, DESK)
    assert "no right" in whispered(await world.commands(BORIS, "important", dialog))
    await world.posts(ANNA, dialog, "anybody there?")
    await world.deliver()
    assert world.seen() == []
    assert await world.delivery(dialog) == [Delivery.INTERNAL]


async def test_a_reason_is_a_whole_word(world: World) -> None:
    rules = AccountRules(reasons=("No", "Spam"))
    await world.store.transact(lambda unit: unit.accounts.set_rules(SHOP, rules))
    dialog = await taken(world)
    await world.commands(ANNA, "close Nobody answers", dialog)
    closed = await world.dialog(dialog.id)
    assert (closed.reason, closed.comment) == ("", "Nobody answers")


async def test_nobody_to_remove(world: World) -> None:
    dialog = await taken(world)
    assert "no co-executors" in whispered(await world.commands(ANNA, "remove", dialog))


async def test_dialogs_to_choose_from_are_those_of_the_desk(world: World) -> None:
    await opened(world)
    elsewhere = FrontOffice(world.hub, DeskName("elsewhere"))
    place = Place(DeskName("elsewhere"), "C9")
    answer = await elsewhere.accept(Commanded(Key("c1"), ANNA, place, "close"))
    assert "Name the dialog" in whispered(answer)


async def test_a_pause_that_cannot_be_told_leaves_nothing_in_doubt(world: World) -> None:
    dialog = await taken(world)
    await world.writes("Good day", chat="8")
    await world.deliver()
    other = await world.dialog(dialog.id + 1)
    courier = next(one for one in world._couriers() if one.destination == "account:shop")

    async def fails(name: str, error: object) -> None:
        raise ConnectionError("the database is away")

    courier.on_pause = fails
    world.channel.fail = [Unavailable("token refused", "Get a new one.")]
    await world.posts(ANNA, dialog, "one")
    for claim in await courier._turn():
        await courier._fly(claim)
    await world.posts(ANNA, other, "two")
    claims = await courier._turn()  # settles the first, claims the second
    assert len(claims) == 1
