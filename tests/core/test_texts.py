"""Answers, notes, commands, and texts with unknown names: posted, and turned into one another by edits."""

from __future__ import annotations

import pytest

from bot.domain import (
    Author,
    Content,
    Delivery,
    DeskNames,
    Dialog,
    Forwarded,
    Key,
    Media,
    MediaKind,
    OperatorEdited,
    OperatorPosted,
    PostId,
)
from bot.domain.account_rules import AccountRules, Grant
from bot.domain.text import Text
from bot.domain.value import replace
from bot.ports import DeskLimits, Mark, Notifies, Rejected, RejectReason, Transient
from bot.views.values import Ask, Silent, Whisper
from tests.core.helpers import accepted_dialog, register_operators, remedies_of
from tests.core.world import (
    ANNA,
    BORIS,
    CLARA,
    DESK,
    SHOP,
    UNCONFIRMED,
    World,
    button,
    form_of,
    is_decided,
    whisper_text,
)


async def accepted_among_colleagues(world: World) -> Dialog:
    """A dialog that Anna has accepted, where everyone is known."""
    await register_operators(world, ANNA, BORIS, CLARA)
    await world.store.transact(lambda unit: unit.operators.set_role("sales", ("boris", "clara")))  # type: ignore[arg-type]
    return await accepted_dialog(world)


async def deliveries(world: World, dialog: Dialog) -> list[tuple[Author, Delivery]]:
    ours = (Author.OPERATOR, Author.NOTE)
    return [(one.author, one.delivery) for one in await world.messages(dialog) if one.author in ours]


NOTE = (Author.NOTE, Delivery.INTERNAL)

# -------------------------------------------------------------------------------- words that name nobody


async def test_a_name_that_nobody_has_is_asked_about(world: World) -> None:
    dialog = await accepted_among_colleagues(world)
    await world.posts(ANNA, dialog, "@boriss never pays")
    await world.deliver()
    assert world.customer_sees() == []
    user, view = world.desk.whispers[-1]
    assert user == ANNA.user
    assert view.rows[0].text.characters == (
        "No operator or role is called @boriss. Did you mean @boris?\nNot sent yet."
    )
    assert [one.label for one in view.rows[0].buttons] == ["Send", "Internal note"]


async def test_what_was_let_go_is_not_asked_about_again(world: World) -> None:
    dialog = await accepted_among_colleagues(world)
    await world.posts(ANNA, dialog, "we are @Shop_Official")
    await world.deliver()
    assert is_decided(await world.presses(ANNA, button(world.desk.whispers[-1][1], "send_named"), dialog))
    await world.posts(ANNA, dialog, "again: @shop_official!")
    await world.deliver()
    assert world.customer_sees() == ["we are @Shop_Official", "again: @shop_official!"]
    await world.posts(ANNA, dialog, "@shop_official and @other")
    await world.deliver()
    assert "called @other." in world.desk.whispers[-1][1].rows[0].text.characters
    await world.commands(ANNA, "add @boris", dialog)
    await world.posts(BORIS, dialog, "@shop_official is us")
    await world.deliver()
    assert world.desk.whispers[-1][0] == BORIS.user
    assert world.customer_sees() == ["we are @Shop_Official", "again: @shop_official!"]


async def test_only_what_was_asked_about_is_let_go(world: World) -> None:
    """A question lists five words; the next ones are asked about afterwards."""
    dialog = await accepted_among_colleagues(world)
    await world.posts(ANNA, dialog, "@one1 @two2 @three3 @four4 @five5 and @boriss never pays")
    await world.deliver()
    asked = world.desk.whispers[-1][1]
    assert "@boriss" not in asked.rows[0].text.characters
    answer = whisper_text(await world.presses(ANNA, button(asked, "send_named"), dialog))
    assert "called @boriss. Did you mean @boris?" in answer
    await world.deliver()
    assert world.customer_sees() == []


async def test_words_that_were_edited_since_are_asked_about_again(world: World) -> None:
    dialog = await accepted_among_colleagues(world)
    post, _ = await world.posts(ANNA, dialog, "we are @shop_x")
    await world.deliver()
    asked = button(world.desk.whispers[-1][1], "send_named")
    await world.edits(ANNA, dialog, post, "we are @shop_x, @boriss never pays")
    answer = await world.presses(ANNA, asked, dialog)
    assert "called @shop_x, @boriss. Did you mean @boris?" in whisper_text(answer)
    await world.deliver()
    assert world.customer_sees() == []
    assert isinstance(answer, Whisper)
    assert is_decided(await world.presses(ANNA, button(answer.view, "send_named"), dialog))
    await world.deliver()
    assert world.customer_sees() == ["we are @shop_x, @boriss never pays"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("the rev.no/@boris", "This may mention a colleague: rev.no/@boris."),
        ("it is for him@boris.Never pays", "This may mention a colleague: him@boris.Never."),
        ("he never pays @\nboris", "This may mention a colleague: @boris."),
        ("/dialogs close", "Unknown command /dialogs. Commands begin with “/dialog” or “@hub”."),
    ],
)
async def test_what_may_be_a_name_or_a_command_is_asked_about_once(world: World, words: str, message: str) -> None:
    dialog = await accepted_among_colleagues(world)
    await world.posts(ANNA, dialog, words)
    await world.deliver()
    assert world.customer_sees() == []
    view = world.desk.whispers[-1][1]
    assert view.rows[0].text.characters == f"{message}\nNot sent yet."
    assert [one.label for one in view.rows[0].buttons] == ["Send", "Internal note"]
    assert is_decided(await world.presses(ANNA, button(view, "send_named"), dialog))
    await world.posts(ANNA, dialog, words)
    await world.deliver()
    assert world.customer_sees() == [words, words]


async def test_each_question_lets_go_its_own_words(world: World) -> None:
    dialog = await accepted_among_colleagues(world)
    words = "/dialogs of the rev.no/@boris, @boriss"
    await world.posts(ANNA, dialog, words)
    await world.deliver()
    view = world.desk.whispers[-1][1]
    for message in ("may mention a colleague: rev.no/@boris.", "called @boriss. Did you mean @boris?"):
        answer = await world.presses(ANNA, button(view, "send_named"), dialog)
        assert message in whisper_text(answer)
        assert isinstance(answer, Whisper)
        view = answer.view
    await world.deliver()
    assert world.customer_sees() == []
    await world.presses(ANNA, button(view, "send_named"), dialog)
    await world.deliver()
    assert world.customer_sees() == [words]


async def test_who_was_nobody_may_be_somebody_by_now(world: World) -> None:
    dialog = await accepted_among_colleagues(world)
    post, _ = await world.posts(ANNA, dialog, "@leads look")
    await world.deliver()
    asked = button(world.desk.whispers[-1][1], "send_named")
    await world.store.transact(lambda unit: unit.operators.set_role("leads", ()))  # type: ignore[arg-type]
    assert "now mentions a colleague or a role" in whisper_text(await world.presses(ANNA, asked, dialog))
    await world.deliver()
    assert (world.customer_sees(), world.desk.marks[post]) == ([], {Mark.INTERNAL})


async def test_it_can_become_a_note(world: World) -> None:
    dialog = await accepted_among_colleagues(world)
    post, _ = await world.posts(ANNA, dialog, "@boriss never pays")
    await world.deliver()
    asked = world.desk.whispers[-1][1]
    assert is_decided(await world.presses(ANNA, button(asked, "make_note"), dialog))
    await world.deliver()
    assert world.customer_sees() == []
    assert world.desk.marks[post] == {Mark.INTERNAL}
    assert "Kept as an internal note" in whisper_text(await world.presses(ANNA, button(asked, "send_named"), dialog))


async def test_one_question_after_the_other(world: World) -> None:
    """The author is not on the dialog, and an edit adds an unknown name to the held message."""
    dialog = await accepted_among_colleagues(world)
    post, _ = await world.posts(BORIS, dialog, "me too")
    await world.deliver()
    take_over = button(world.desk.whispers[-1][1], "take_over")
    await world.edits(BORIS, dialog, post, "me too, @nobody")
    await world.deliver()
    assert "called @nobody" in world.desk.whispers[-1][1].rows[0].text.characters
    asked = whisper_text(await world.presses(BORIS, take_over, dialog))
    assert "called @nobody" in asked
    await world.deliver()
    assert world.customer_sees() == []
    answer = await world.presses(BORIS, button(world.desk.whispers[-1][1], "send_named"), dialog)
    assert is_decided(answer)
    await world.deliver()
    assert world.customer_sees() == ["me too, @nobody"]


async def test_captions_ask_the_same(world: World) -> None:
    dialog = await accepted_among_colleagues(world)
    file = Media(MediaKind.FILE, world.hub.files.add(b"x", "x.pdf", ""), "x.pdf", size=1)  # type: ignore[attr-defined]
    await world.posts(ANNA, dialog, "for @boris.", attachments=[file])
    await world.posts(ANNA, dialog, "for @boriss", attachments=[file])
    await world.deliver()
    assert world.customer_sees() == []
    assert await deliveries(world, dialog) == [NOTE, (Author.OPERATOR, Delivery.HELD)]


# ------------------------------------------------------------------------------------------------ edits


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("@boris this one never pays", "cannot become an internal note"),
        ("// this one never pays", "cannot become an internal note"),
        ("@hub close", "cannot become a command"),
        ("@boriss never pays", "No operator or role is called @boriss. Did you mean @boris? The edit was not sent"),
    ],
)
async def test_what_was_sent_cannot_become_something_else(world: World, words: str, message: str) -> None:
    dialog = await accepted_among_colleagues(world)
    post, _ = await world.posts(ANNA, dialog, "sent")
    await world.deliver()
    assert message in whisper_text(await world.edits(ANNA, dialog, post, words))
    await world.deliver()
    assert (world.customer_sees(), world.channel.edits) == (["sent"], [])
    assert [one.content.text.characters for one in await world.messages(dialog)][-1] == "sent"
    assert (await world.dialog(dialog.id)).open
    await world.edits(ANNA, dialog, post, "sent, corrected")
    await world.deliver()
    assert [one.content.text.characters for _, one in world.channel.edits] == ["sent, corrected"]


async def test_what_has_not_left_becomes_a_note(world: World) -> None:
    dialog = await accepted_among_colleagues(world)
    assert dialog.waiting_since is not None
    post, _ = await world.posts(ANNA, dialog, "the margin is 40%")
    assert (await world.dialog(dialog.id)).waiting_since is None
    assert await world.edits(ANNA, dialog, post, "@boris the margin is 40%") == Silent()
    await world.deliver()
    assert world.customer_sees() == []
    assert await deliveries(world, dialog) == [NOTE]
    assert world.desk.marks[post] == {Mark.INTERNAL}
    assert world.desk.direct_messages[-1][0] == BORIS.user
    assert (await world.dialog(dialog.id)).waiting_since == dialog.heard_at, "the customer got no answer"


async def test_what_has_not_left_becomes_a_command(world: World) -> None:
    dialog = await accepted_among_colleagues(world)
    post, _ = await world.posts(ANNA, dialog, "hub close")
    assert isinstance(await world.edits(ANNA, dialog, post, "@hub close"), Ask)
    await world.deliver()
    assert world.customer_sees() == []
    assert await deliveries(world, dialog) == [NOTE]


async def test_what_has_not_left_is_asked_about(world: World) -> None:
    dialog = await accepted_among_colleagues(world)
    post, _ = await world.posts(ANNA, dialog, "hello")
    await world.edits(ANNA, dialog, post, "hello @nobody")
    await world.deliver()
    assert world.customer_sees() == []
    await world.edits(ANNA, dialog, post, "hello")
    await world.deliver()
    assert world.customer_sees() == ["hello"]


@pytest.mark.parametrize("words", ["@boris look", "@hub close", "// look"])
async def test_held_words_become_what_they_say(world: World, words: str) -> None:
    dialog = await accepted_among_colleagues(world)
    await world.posts(BORIS, dialog, "never mind")
    post, _ = await world.posts(CLARA, dialog, "me too")
    await world.deliver()
    [asked] = [view for user, view in world.desk.whispers if user == CLARA.user]
    take_over = button(asked, "take_over")
    await world.edits(CLARA, dialog, post, words)
    assert "Kept as an internal note" in whisper_text(await world.presses(CLARA, take_over, dialog))
    await world.deliver()
    assert world.customer_sees() == []


@pytest.mark.parametrize("words", ["me too, please", "me too, @boriss"])
async def test_an_edit_of_held_words_in_a_dialog_closed_since_is_told(world: World, words: str) -> None:
    dialog = await accepted_among_colleagues(world)
    post, _ = await world.posts(BORIS, dialog, "me too")
    await world.deliver()
    await world.submits(ANNA, form_of(await world.commands(ANNA, "close", dialog)), reason="Purchased")
    assert not (await world.dialog(dialog.id)).open
    [held] = [one for one in await world.messages(dialog) if one.author is Author.NOTE]
    before = replace(held, author=Author.OPERATOR, delivery=Delivery.HELD)  # as hubs of before left it
    await world.store.transact(lambda unit: unit.messages.save(before))
    assert "This dialog is closed" in whisper_text(await world.edits(BORIS, dialog, post, words))
    await world.deliver()
    assert world.customer_sees() == []


async def test_what_failed_becomes_a_note(world: World) -> None:
    dialog = await accepted_among_colleagues(world)
    world.channel.fail = [Rejected(RejectReason.INVALID)]
    post, _ = await world.posts(ANNA, dialog, "hello")
    await world.deliver()
    again = remedies_of(world, dialog)["retry"]
    await world.edits(ANNA, dialog, post, "@boris hello")
    assert "already been handled" in whisper_text(await world.presses(ANNA, again, dialog))
    await world.deliver()
    assert (world.customer_sees(), world.desk.marks[post]) == ([], {Mark.INTERNAL})


async def test_what_waits_for_another_try_has_not_left(world: World) -> None:
    dialog = await accepted_among_colleagues(world)
    world.channel.fail = [Transient("busy")]
    post, _ = await world.posts(ANNA, dialog, "hello")
    await world.deliver()
    assert await world.edits(ANNA, dialog, post, "// hello") == Silent()
    await world.deliver_after(60)
    assert world.customer_sees() == []


async def test_what_may_have_left_stays_an_answer(world: World) -> None:
    """A courier has claimed it; its process died; nobody knows whether it arrived; half of it has."""
    dialog = await accepted_among_colleagues(world)
    post, _ = await world.posts(ANNA, dialog, "in hand")
    courier = next(one for one in world._couriers() if one.destination == "account:shop")
    [claim] = await courier._turn()
    assert "cannot become" in whisper_text(await world.edits(ANNA, dialog, post, "// in hand"))
    courier._flying[claim.lane] = claim
    await courier._fly(claim)
    await courier._turn(claiming=False)
    await world.deliver()
    assert world.customer_sees() == ["in hand"]
    post, _ = await world.posts(ANNA, dialog, "the process dies")
    await world.crash_while_sending()
    assert "cannot become" in whisper_text(await world.edits(ANNA, dialog, post, "@boris"))
    await world.deliver()
    world.channel.late = [UNCONFIRMED]
    post, _ = await world.posts(ANNA, dialog, "in doubt")
    await world.deliver()
    assert "cannot become" in whisper_text(await world.edits(ANNA, dialog, post, "@boris"))


async def test_what_has_half_left_stays_an_answer(world: World) -> None:
    dialog = await accepted_among_colleagues(world)
    world.channel.late = []
    post, _ = await world.posts(ANNA, dialog, "a " * 150)
    courier = next(one for one in world._couriers() if one.destination == "account:shop")
    for claim in await courier._turn():
        courier._flying[claim.lane] = claim
        await courier._fly(claim)
    await courier._turn(claiming=False)
    assert len(world.customer_sees()) == 1
    assert "cannot become" in whisper_text(await world.edits(ANNA, dialog, post, "// short"))
    await world.deliver()
    assert len(world.customer_sees()) == 2


async def test_what_was_deleted_does_not_come_back_by_an_edit(world: World) -> None:
    """An edit may be reported after the deletion: the customer does not count as answered."""
    dialog = await accepted_among_colleagues(world)
    post, _ = await world.posts(ANNA, dialog, "we are @shop_x")
    await world.deliver()
    await world.deletes(ANNA, dialog, post)
    waiting = (await world.dialog(dialog.id)).waiting_since
    assert waiting is not None
    assert await world.edits(ANNA, dialog, post, "we are a shop") == Silent()
    await world.deliver()
    assert world.customer_sees() == []
    assert (await world.dialog(dialog.id)).waiting_since == waiting


async def test_a_command_stays_one(world: World) -> None:
    dialog = await accepted_among_colleagues(world)
    post, _ = await world.posts(ANNA, dialog, "@hub help")
    assert "This is a command" in whisper_text(await world.edits(ANNA, dialog, post, "the price is 5"))
    assert await world.edits(ANNA, dialog, post, "@hub mine") == Silent()
    await world.deliver()
    assert world.customer_sees() == []


async def test_an_edit_may_come_before_its_post(world: World) -> None:
    """The hub could not store the post, the edit came, and the team chat repeats the post as it was."""
    dialog = await accepted_among_colleagues(world)
    place = world.place(dialog, "late")
    edit = OperatorEdited(Key("edit"), ANNA, place, Content(Text.plain("@boris the margin is 40%")))
    assert await world.desk_events.accept(edit) == Silent()
    post = OperatorPosted(Key("post"), ANNA, place, Content(Text.plain("the margin is 40%")), world.clock.now())
    assert "edited this before it reached" in whisper_text(await world.desk_events.accept(post))
    await world.deliver()
    assert world.customer_sees() == []
    assert await deliveries(world, dialog) == [NOTE]


async def test_a_note_stays_a_note(world: World) -> None:
    dialog = await accepted_among_colleagues(world)
    post, _ = await world.posts(ANNA, dialog, "// secret")
    assert await world.edits(ANNA, dialog, post, "// more secret") == Silent()
    for words in ("not secret", "@hub close", "@boriss"):
        assert "stays an internal note" in whisper_text(await world.edits(ANNA, dialog, post, words))
    await world.deliver()
    assert world.customer_sees() == []
    assert await deliveries(world, dialog) == [NOTE]
    assert (await world.dialog(dialog.id)).open


# ---------------------------------------------------------------------------------- who is named is told


async def told_of(world: World, words: str, names: DeskNames | None = None) -> set[str]:
    dialog = await accepted_among_colleagues(world)
    world.desk.direct_messages.clear()
    await world.posts(ANNA, dialog, words, names=names or DeskNames())
    await world.deliver()
    assert world.customer_sees() == []
    for _, view in world.desk.direct_messages:
        assert view.named == dialog.id
        assert "Anna mentioned you in a note" in view.rows[0].text.characters
    return {user for user, _ in world.desk.direct_messages}


@pytest.mark.parametrize(
    ("words", "users"),
    [
        ("look, @boris.", {"U2"}),
        ("// @Boris and @clara", {"U2", "U3"}),
        ("@sales look", {"U2", "U3"}),
        ("@here look", {"U2", "U3"}),
        ("as @anna said", set()),
        ("// nobody", set()),
    ],
)
async def test_whoever_is_named_in_a_note_is_told(world: World, words: str, users: set[str]) -> None:
    assert await told_of(world, words) == users


async def test_a_team_chat_that_tells_by_itself_is_not_repeated(world: World) -> None:
    world.desk.limits = DeskLimits(4000, notifies=Notifies.MARKS)
    picked = DeskNames(frozenset({"boris"}), marked=True)
    assert await told_of(world, "@boris and @clara", names=picked) == {"U3"}


async def test_roles_are_the_hub_s_own_everywhere(world: World) -> None:
    world.desk.limits = DeskLimits(4000, notifies=Notifies.NAMES)
    assert await told_of(world, "@boris and @here") == set()
    world.desk.direct_messages.clear()
    await world.posts(ANNA, await world.dialog(1), "@sales look")
    await world.deliver()
    assert {user for user, _ in world.desk.direct_messages} == {"U2", "U3"}


async def test_whoever_may_not_see_the_dialog_is_not_told(world: World) -> None:
    dialog = await accepted_among_colleagues(world)
    rules = AccountRules(everyone_reads=False, grants=(Grant("anna", send=True),))
    await world.store.transact(lambda unit: unit.accounts.set_rules(SHOP, rules))
    _, answer = await world.posts(ANNA, dialog, "@boris look")
    assert whisper_text(answer) == "Not notified (no access to this account's dialogs): Boris"
    await world.deliver()
    assert (world.customer_sees(), world.desk.direct_messages) == ([], [])


async def test_an_edit_of_a_note_tells_those_who_are_new_in_it(world: World) -> None:
    dialog = await accepted_among_colleagues(world)
    post, _ = await world.posts(ANNA, dialog, "@boris look")
    await world.deliver()
    world.desk.direct_messages.clear()
    await world.edits(ANNA, dialog, post, "@boris, @clara look")
    await world.deliver()
    assert [user for user, _ in world.desk.direct_messages] == [CLARA.user]


async def test_the_action_note_tells_too(world: World) -> None:
    dialog = await accepted_among_colleagues(world)
    world.desk.direct_messages.clear()
    await world.commands(ANNA, "note @boris, be careful", dialog)
    await world.deliver()
    assert [user for user, _ in world.desk.direct_messages] == [BORIS.user]


# ------------------------------------------------------------------------------------- before it is sent


async def test_the_board_says_what_a_draft_would_be(world: World) -> None:
    dialog = await accepted_among_colleagues(world)
    for words, kind in (("look @boris", "note"), ("@boriss", "question"), ("@hub close", "command"), ("hi", "answer")):
        answer = await world.web_desk.kind(DESK, ANNA, dialog.id, Content(Text.plain(words)), DeskNames())
        assert answer is not None
        assert answer.kind == kind
        assert bool(answer.asked) == (kind == "question")


async def test_forwarded_words_of_colleagues_stay_inside(world: World) -> None:
    dialog = await accepted_among_colleagues(world)
    inner = Forwarded("Boris", Content(Text.plain("@clara he never pays")))
    post = PostId("shared")
    content = Content(Text.plain("see"), forwarded=(inner,))
    event = OperatorPosted(Key("shared"), ANNA, world.place(dialog, post), content, world.clock.now())
    await world.desk_events.accept(event)
    await world.deliver()
    assert world.customer_sees() == []
    assert await deliveries(world, dialog) == [NOTE]


@pytest.mark.parametrize("what", ["note", "held", "line", "card"])
async def test_what_customers_do_not_see_is_not_passed_on_to_them(world: World, what: str) -> None:
    dialog = await accepted_among_colleagues(world)
    note, _ = await world.posts(ANNA, dialog, "// he never pays")
    held, _ = await world.posts(BORIS, dialog, "he never pays")
    await world.deliver()
    assert dialog.thread is not None
    said = next(id_ for id_, post in world.desk.posts[dialog.thread] if "accepted" in post.content.text.characters)
    post = {"note": note, "held": held, "line": said, "card": PostId(dialog.thread)}[what]
    content = Content(Text.plain("see"), forwarded=(Forwarded("Boris", Content(Text.plain("he never pays"))),))
    names = DeskNames(shared=((dialog.channel, post),))
    place = world.place(dialog, "shared")
    await world.desk_events.accept(OperatorPosted(Key("k"), ANNA, place, content, world.clock.now(), names=names))
    await world.deliver()
    assert world.customer_sees() == []
    assert (await deliveries(world, dialog))[-1] == NOTE


async def test_what_customers_have_seen_is_passed_on(world: World) -> None:
    dialog = await accepted_among_colleagues(world)
    sent, _ = await world.posts(ANNA, dialog, "fine")
    await world.deliver()
    content = Content(forwarded=(Forwarded("Anna", Content(Text.plain("fine"))),))
    names = DeskNames(shared=((dialog.channel, sent), (dialog.channel, PostId("elsewhere"))))
    place = world.place(dialog, "shared")
    await world.desk_events.accept(OperatorPosted(Key("k"), ANNA, place, content, world.clock.now(), names=names))
    await world.deliver()
    assert len(world.customer_sees()) == 2
