"""Messages selected, forwarded for review, read, redirected; nobody can reach the customer from there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import (
    AccountName,
    Author,
    ChatId,
    ChatMoved,
    Content,
    CustomerWrote,
    Delivery,
    Dialog,
    DialogId,
    FileRef,
    ForeignId,
    Media,
    MediaKind,
    PostId,
    Profile,
    RoleName,
    Status,
    ThreadId,
)
from bot.domain.account_rules import AccountRules, Grant, Threads
from bot.domain.text import Text
from bot.ports import Forged
from bot.ports.storage import Section, Viewer
from bot.views.values import Card, Invalid, Post, Silent, View, Whisper
from tests.core.world import ANNA, BORIS, CLARA, SHOP, World, button, form_of, whisper_text
from tests.tools import called

PHOTO = Media(MediaKind.PHOTO, FileRef("account:shop", "f1"), "scan.jpg", "image/jpeg", 10)


def thread_of(dialog: Dialog) -> ThreadId:
    assert dialog.thread is not None
    return dialog.thread


def card_of(world: World, dialog: Dialog) -> Card:
    return world.desk.cards[thread_of(dialog)]


def facts(card: Card) -> dict[str, str]:
    return {fact.label: fact.value.characters for fact in card.facts}


def text_of(view: View) -> str:
    return "\n".join(row.text.characters for row in view.rows)


def direct_messages(world: World, user: str) -> list[View]:
    return [view for who, view in world.desk.direct_messages if who == user]


async def conversation(world: World) -> tuple[Dialog, list[PostId]]:
    """A dialog with three messages of Vera's, the last with a picture, and Anna's answer; and the posts of all four."""
    for actor in (ANNA, BORIS, CLARA):
        await world.commands(actor, "help")
    accepted = await world.customer_writes("Is it green?")
    await world.customer_writes("And is it tea?")
    picture = CustomerWrote(ChatId("7"), ForeignId("p1"), Content(Text.plain("Like this"), (PHOTO,)), Profile("Vera"))
    await world.channel_delivers(picture)
    await world.deliver()
    dialog = await world.dialog(accepted.dialog)
    answer, _ = await world.posts(ANNA, dialog, "It is")
    await world.deliver()
    posts = [post for post, shown in world.desk.posts[thread_of(dialog)] if shown.author is not None]
    return await world.dialog(dialog.id), [*posts, answer]


async def passed(world: World, *, to: str = "@boris please look") -> tuple[Dialog, Dialog]:
    """Forwards two messages and the answer; returns their dialog, and the one for review."""
    dialog, posts = await conversation(world)
    for post in (posts[0], posts[2], posts[3]):
        assert await world.reacts(ANNA, dialog, post, "🔖") == Silent()
    assert await world.commands(ANNA, f"forward {to}", dialog) == Silent()
    await world.deliver()
    await world.deliver_after(1)  # the addressee is notified with its link, once the thread exists
    return dialog, await world.dialog(dialog.id + 1)


async def test_chosen_messages_are_passed_with_who_said_them_and_when(world: World) -> None:
    dialog, review = await passed(world)
    assert (review.status, review.source, review.contact) == (Status.FOR_REVIEW, dialog.id, dialog.contact)
    assert review.thread != dialog.thread
    assert world.thread_texts(dialog)[-1] == "👁 Anna forwarded messages to Boris for review: #2\nComment: please look"
    posts = [post for _, post in world.desk.posts[thread_of(review)]]
    assert posts[0].content.text.characters == "👁 Anna forwarded messages to Boris for review\nComment: please look"
    copies = [one for post in posts[1:] for one in post.content.forwarded]
    assert [(one.author, one.content.text.characters) for one in copies] == [
        ("Vera · 2 Mar, 09:00", "Is it green?"),
        ("Vera · 2 Mar, 09:00", "Like this"),
        ("Anna · 2 Mar, 09:00", "It is"),
    ]
    assert copies[1].content.attachments == (PHOTO,)
    assert world.customer_sees() == ["It is"], "nothing more was sent"
    await world.commands(BORIS, "view single")
    opened = await world.commands(BORIS, f"open #{review.id}")
    read = whisper_text(await world.presses(BORIS, button(opened.view, "open")))  # type: ignore[union-attr]
    assert "forwarded messages to Boris" in read, "it is read by itself, for it is no part of the correspondence"
    card = card_of(world, review)
    assert (card.status, card.heading) == ("For review", "👁 #2 · Vera")
    assert {name: facts(card)[name] for name in ("Forwarded by", "Original dialog", "Waiting for")} == {
        "Forwarded by": "Anna",
        "Original dialog": "#1",
        "Waiting for": "Boris",
    }
    assert {one.label for one in card.buttons} == {"Mark as read", "Task…", "Forward to someone else"}
    assert not {"accept", "close", "redirect", "forward", "add", "template", "rename"} & {one.word for one in card.menu}


async def test_the_addressee_is_told_with_buttons_and_a_link(world: World) -> None:
    _, review = await passed(world)
    [view] = direct_messages(world, BORIS.user)
    about = "👁 Anna forwarded messages to you for review: #2 · Vera · Shop bot: please look"
    assert text_of(view) == f"{about}\n“Is it green?”"
    assert [one.label for one in view.rows[0].buttons] == ["Mark as read", "Task…", "Forward to someone else", "Open"]
    links = {span.link for span in view.rows[0].text.spans if span.link}
    assert links == {f"https://desk.test/{review.thread}"}
    with pytest.raises(Forged):
        await world.presses(CLARA, button(view, "read"))


async def test_reading_closes_it_and_tells_who_passed_it(world: World) -> None:
    dialog, review = await passed(world)
    answer = await world.presses(BORIS, button(direct_messages(world, BORIS.user)[-1], "read"))
    assert isinstance(answer, Whisper)
    assert answer.replaces
    await world.deliver()
    assert (await world.dialog(review.id)).status is Status.CLOSED
    assert world.thread_texts(review)[-1] == "👁 Boris has read the messages"
    said = "👁 Boris has read the messages that you forwarded: #2 · Vera · Shop bot"
    assert text_of(direct_messages(world, ANNA.user)[-1]) == said
    assert card_of(world, review).heading == "👁 #2 · Vera"
    assert (await world.dialog(dialog.id)).status is Status.IN_PROGRESS, "the conversation itself goes on"
    assert "is closed" in whisper_text(
        await world.presses(BORIS, button(direct_messages(world, BORIS.user)[-1], "read"))
    )


async def test_redirecting_on_tells_the_next_one(world: World) -> None:
    _, review = await passed(world)
    form = form_of(await world.presses(BORIS, button(direct_messages(world, BORIS.user)[-1], "redirect_on")))
    clara = next(one.value for one in form.fields[0].options if "Clara" in one.label)
    assert "Done: #2" in whisper_text(await world.submits(BORIS, form, who=clara, comment="you know her"))
    await world.deliver()
    now = await world.dialog(review.id)
    assert (now.status, facts(card_of(world, review))["Waiting for"]) == (Status.FOR_REVIEW, "Clara")
    assert (
        world.thread_texts(review)[-1] == "↪️ Boris forwarded the messages on to Clara for review\nComment: you know her"
    )
    assert [one.word for one in direct_messages(world, CLARA.user)[-1].rows[0].buttons] == [
        "read",
        "task",
        "redirect_on",
        "open",
    ]
    assert "waiting for review by Clara" in whisper_text(await world.commands(BORIS, "read", review))
    await world.commands(CLARA, "read", review)
    await world.deliver()
    assert text_of(direct_messages(world, ANNA.user)[-1]).startswith("👁 Clara has read the messages")


async def test_a_task_is_made_of_what_was_passed(world: World) -> None:
    _, review = await passed(world)
    form = form_of(await world.presses(BORIS, button(direct_messages(world, BORIS.user)[-1], "task")))
    assert form.fields[0].value == "Is it green?"
    await world.submits(BORIS, form, text="Look whether it is green", due="tomorrow 15:00")
    async with world.store.read() as unit:
        assert [task.text for task in await unit.tasks.of_dialog(review.id)] == ["Look whether it is green"]


async def test_a_role_is_passed_to_as_a_queue(world: World) -> None:
    await world.store.transact(lambda unit: unit.operators.add_roles({RoleName("sales"): ["boris", "clara"]}))
    _, review = await passed(world, to="sales")
    assert len(direct_messages(world, BORIS.user)) == len(direct_messages(world, CLARA.user)) == 1
    assert await world.commands(CLARA, "read", review) == Silent()
    assert (await world.dialog(review.id)).status is Status.CLOSED


# ---------------------------------------------------------------------------------------- choosing


async def test_choosing_is_taken_back_and_used_up(world: World) -> None:
    dialog, posts = await conversation(world)
    for post in posts:
        await world.reacts(ANNA, dialog, post, "🔖")
    for post in posts[1:]:
        await world.reacts(ANNA, dialog, post, "🔖", on=False)
    await world.reacts(BORIS, dialog, posts[1], "🔖")
    await world.commands(ANNA, "forward @boris", dialog)
    await world.deliver()
    review = await world.dialog(dialog.id + 1)
    assert [post.content.forwarded[0].content.text.characters for post in _copies(world, review)] == ["Is it green?"]
    form = form_of(await world.commands(ANNA, "forward @boris", dialog))
    assert {field.name: field.value for field in form.fields}["messages"] == "", "they are chosen no more"
    assert "1 message of this dialog is selected" in whisper_text(
        await world.commands_on(ANNA, "choose", dialog, posts[0])
    )
    assert "2 messages of this dialog" in whisper_text(await world.commands_on(ANNA, "choose", dialog, posts[1]))
    form = form_of(await world.commands(ANNA, "task", dialog))
    assert form.fields[0].value == "Vera: Is it green?\nVera: And is it tea?"
    await world.submits(ANNA, form, text=form.fields[0].value, due="")
    assert "No messages selected" in whisper_text(await world.commands(ANNA, "chosen", dialog))
    await world.commands_on(ANNA, "choose", dialog, posts[0])
    await world.commands_on(ANNA, "choose", dialog, posts[1])
    assert "1 message of this dialog is selected" in whisper_text(
        await world.commands_on(ANNA, "choose", dialog, posts[0])
    )


async def test_what_is_chosen_now_is_shown_and_forgotten(world: World) -> None:
    dialog, posts = await conversation(world)
    assert "No messages selected" in whisper_text(await world.commands(ANNA, "chosen", dialog))
    for post in posts[:2]:
        await world.reacts(ANNA, dialog, post, "🔖")
    shown = await world.commands(ANNA, "chosen", dialog)
    assert isinstance(shown, Whisper)
    assert [row.text.characters for row in shown.view.rows] == ["• Vera: Is it green?", "• Vera: And is it tea?"]
    assert [one.label for one in shown.view.buttons] == ["Forward for review…", "Link to deal", "Clear selection"]
    world.clock.advance(23 * 3600)
    for on in (False, True):  # a reaction that stands cannot be put a second time
        await world.reacts(ANNA, dialog, posts[0], "🔖", on=on)
    world.clock.advance(2 * 3600)
    assert "1 message of this dialog" in whisper_text(await world.commands(ANNA, "chosen", dialog)), "a day has passed"
    assert "No messages selected" in whisper_text(await world.presses(ANNA, shown.view.buttons[-1], dialog))
    assert "No messages selected" in whisper_text(await world.commands(ANNA, "chosen", dialog))


async def test_what_was_deleted_meanwhile_is_passed_to_nobody(world: World) -> None:
    dialog, posts = await conversation(world)
    for post in (posts[0], posts[3]):
        await world.reacts(ANNA, dialog, post, "🔖")
    await world.deletes(ANNA, dialog, posts[3])
    await world.commands(ANNA, "forward @boris", dialog)
    await world.deliver()
    [copy] = _copies(world, await world.dialog(2))
    assert copy.content.forwarded[0].content.text.characters == "Is it green?"


def _copies(world: World, review: Dialog) -> list[Post]:
    return [post for _, post in world.desk.posts[thread_of(review)] if post.content.forwarded]


async def test_messages_are_picked_in_the_form(world: World) -> None:
    dialog, posts = await conversation(world)
    form = form_of(await world.commands(ANNA, "forward", dialog))
    who, messages, _ = form.fields
    assert [one.label for one in messages.options] == [
        "Anna: It is",
        "Vera: Like this 🖼 scan.jpg",
        "Vera: And is it tea?",
        "Vera: Is it green?",
    ]
    boris = next(one.value for one in who.options if "Boris" in one.label)
    assert isinstance(await world.submits(ANNA, form, who=boris, messages="", comment=""), Invalid)
    assert isinstance(await world.submits(ANNA, form, who=boris, messages="999,x,1e3", comment=""), Invalid)
    picked = ",".join((messages.options[2].value, messages.options[3].value))
    assert await world.submits(ANNA, form, who=boris, messages=picked, comment="") == Silent()
    await world.deliver()
    assert len(_copies(world, await world.dialog(dialog.id + 1))) == 2
    shortcut = form_of(await world.commands_on(ANNA, "forward", dialog, posts[1]))
    assert shortcut.fields[1].value == messages.options[2].value


async def test_messages_of_other_dialogs_and_held_ones_of_others_are_not_to_be_had(world: World) -> None:
    dialog, _ = await conversation(world)
    other = await world.customer_writes("secret", chat="8", name="Zoe")
    await world.deliver()
    await world.posts(BORIS, dialog, "held words")
    await world.deliver()
    async with world.store.read() as unit:
        secret = await unit.messages.latest(DialogId(other.dialog or 0))
        words = [one for one in await unit.messages.latest(dialog.id) if one.delivery is Delivery.HELD]
    form = form_of(await world.commands(ANNA, "forward", dialog))
    assert "held words" not in str(form)
    boris = next(one.value for one in form.fields[0].options if "Boris" in one.label)
    for message in (secret[0], words[0]):
        assert isinstance(await world.submits(ANNA, form, who=boris, messages=str(message.id), comment=""), Invalid)


# ------------------------------------------------------------------------- nobody reaches the customer


async def test_whatever_is_written_there_is_a_note(world: World) -> None:
    _, review = await passed(world)
    before = world.customer_sees()
    for actor in (ANNA, BORIS, replace(CLARA, name="boss")):
        post, answer = await world.posts(actor, review, "Tell her it is")
        assert answer == Silent()
        await world.deliver()
        assert [mark.name for mark in world.desk.marks[post]] == ["INTERNAL"]
        await world.edits(actor, review, post, "Tell her it is green")
    await world.commands(BORIS, "read", review)
    await world.posts(BORIS, review, "and afterwards")
    await world.deliver()
    assert world.customer_sees() == before
    assert world.channel.edits == []
    notes = [one for one in await world.messages(review) if one.author is Author.NOTE]
    assert {one.delivery for one in notes} == {Delivery.INTERNAL}
    assert await world.parcels_waiting() == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("accept", "you cannot write to the customer"),
        ("close", "“Mark as read” when done"),
        ("close spam", "“Mark as read” when done"),
        ("add @clara", "you cannot write to the customer"),
        ("forward @clara", "have already been forwarded"),
        ("redirect @boris", "Boris already has them"),
        ("interest Green tea", "you cannot write to the customer"),
    ],
)
async def test_what_makes_no_sense_there_is_refused_in_words(world: World, words: str, message: str) -> None:
    _, review = await passed(world)
    assert message in whisper_text(await world.commands(BORIS, words, review))
    assert (await world.dialog(review.id)).status is Status.FOR_REVIEW


async def test_nothing_there_is_linked_to_an_interest(world: World) -> None:
    dialog, review = await passed(world)
    await world.commands(ANNA, "interest Green tea", dialog)
    await world.deliver()
    copy = next(post for post, shown in world.desk.posts[thread_of(review)] if shown.content.forwarded)
    await world.reacts(ANNA, review, copy, "🔖")
    assert "you cannot write to the customer" in whisper_text(await world.commands(ANNA, "link Green tea", review))
    async with world.store.read() as unit:
        assert await unit.interests.of_messages([one.id for one in await unit.messages.latest(review.id)]) == {}


async def test_reading_and_redirecting_on_are_refused_elsewhere(world: World) -> None:
    dialog, _ = await conversation(world)
    assert "nothing to mark as read" in whisper_text(await world.commands(ANNA, "read", dialog))


async def test_the_customer_speaks_in_the_conversation_itself(world: World) -> None:
    dialog, review = await passed(world)
    await world.customer_writes("Thanks")
    await world.deliver()
    assert world.thread_texts(dialog)[-1] == "Thanks"
    await world.submits(ANNA, form_of(await world.commands(ANNA, "close", dialog)), reason="", comment="done")
    again = await world.customer_writes("One more thing")
    await world.deliver()
    opened = await world.dialog(again.dialog)
    assert opened.id not in (dialog.id, review.id)
    assert opened.ordinal == 2, "what is for review is not counted"
    assert (await world.dialog(review.id)).waiting_since is None


async def test_a_continuing_thread_goes_on_in_the_conversation_s_own(world: World) -> None:
    rules = AccountRules(threads=Threads.CONTACT)
    await world.store.transact(lambda unit: unit.accounts.set_rules(SHOP, rules))
    dialog, review = await passed(world)
    await world.submits(ANNA, form_of(await world.commands(ANNA, "close", dialog)), reason="", comment="done")
    again = await world.customer_writes("One more thing")
    await world.deliver()
    assert (await world.dialog(again.dialog)).thread == dialog.thread != review.thread


async def test_joining_chats_closes_no_review(world: World) -> None:
    _, review = await passed(world)
    await world.customer_writes("Hello", chat="8")
    await world.channel_delivers(ChatMoved(ChatId("8"), ChatId("7")))
    assert (await world.dialog(review.id)).status is Status.FOR_REVIEW
    again = await world.customer_writes("Hello again")
    assert again.dialog == 1


async def test_lists_show_it_among_the_new_ones_and_count_it_nowhere(world: World) -> None:
    dialog, review = await passed(world)
    async with world.store.read() as unit:
        boris = await called(unit, review.desk, "boris")
        assert boris is not None
        viewer = Viewer(boris.id, frozenset(), (AccountName("shop"),))
        listed = {
            section: [row.dialog.id for row in await unit.dialogs.section(section, viewer)] for section in Section
        }
        assert listed[Section.NEW] == [review.id]
        assert review.id not in listed[Section.WORK] + listed[Section.MINE]
        assert set((await unit.dialogs.counters(viewer)).values()) == {0}
    assert "👉 👁 #2 · Vera" in whisper_text(await world.commands(BORIS, "new"))
    assert dialog.ordinal == review.ordinal == 1


async def test_nobody_is_passed_what_the_rules_hide_from_them(world: World) -> None:
    dialog, posts = await conversation(world)
    rules = AccountRules(grants=(Grant("anna"), Grant("clara", send=False)), everyone_reads=False)
    await world.store.transact(lambda unit: unit.accounts.set_rules(SHOP, rules))
    await world.reacts(ANNA, dialog, posts[0], "🔖")
    assert "Boris has no access to" in whisper_text(await world.commands(ANNA, "forward @boris", dialog))
    assert await world.commands(ANNA, "forward @clara", dialog) == Silent()
    await world.deliver()
    assert await world.commands(CLARA, "read", await world.dialog(2)) == Silent(), "reading needs no right to send"


async def test_the_page_of_the_hub_s_own_desk_shows_it(world: World) -> None:
    _, review = await passed(world)
    page = await world.web_desk.page(review.desk, BORIS, review.id)
    assert page is not None
    assert [len(one.message.content.forwarded) for one in page.shown] == [0, 1, 1, 1]
    assert page.card.status == "For review"
