"""Answers that a channel cannot carry as written: the author is asked before anything is sent, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.automation.messaging_window import WindowWatch
from bot.dialogs import approved_templates
from bot.domain import (
    Attachment,
    ChatId,
    Content,
    Delivery,
    Dialog,
    FileRef,
    ForeignId,
    Key,
    Location,
    Media,
    MediaKind,
    Receipt,
    ReceiptState,
    Status,
    Template,
)
from bot.domain.text import Text
from bot.ports import Capability, Limits, Mark, Outgoing, Rate, Rejected, RejectReason, Sent, Transient
from bot.ports.storage import Unit
from bot.views.values import Invalid, PostKind, Silent
from storage import SqlStore
from tests.clock import ManualClock
from tests.core.helpers import accepted_dialog, card_of, open_dialog, posts_of, register_operators, thread_of
from tests.core.world import (
    ANNA,
    BORIS,
    DESK,
    MemoryChannel,
    NoBudgets,
    WindowedChannel,
    World,
    button,
    form_of,
    is_decided,
    whisper_text,
)
from tests.tools import FolderFiles

BIG = Media(MediaKind.FILE, FileRef("hub", "1"), "film.avi", "video/avi", 5000)
SMALL = Media(MediaKind.PHOTO, FileRef("hub", "2"), "cat.png", "image/png", 500)
PLACE = Location(55.75, 37.61, "Office")


@pytest.fixture
def windowed(store: SqlStore, clock: ManualClock, tmp_path: Path) -> World:
    limits = replace(MemoryChannel().limits, others=frozenset({"template"}))
    return World(store, clock, FolderFiles(tmp_path), channel=WindowedChannel(limits))


def sent(world: World) -> list[Outgoing]:
    return world.channel.sent[ChatId("7")]


async def held(world: World, dialog: Dialog, *attachments: Attachment) -> list[str]:
    """The question to the author after these posts; nothing has been sent."""
    await world.posts(ANNA, dialog, "for you", attachments)
    await world.deliver()
    assert sent(world) == []
    return world.desk.whispers[-1][1].rows[0].text.characters.splitlines()


# ---------------------------------------------------------------------------------- files and kinds


async def test_a_file_over_the_limit_goes_as_a_link_when_its_author_says_so(world: World) -> None:
    dialog = await accepted_dialog(world)
    answer = await held(world, dialog, SMALL, BIG)
    assert answer[0] == "Some of it cannot be sent as is:"
    assert answer[1].startswith("• 📎 film.avi (4.9 kB, limit 1 kB)")
    assert answer[1].endswith("as a link")
    view = world.desk.whispers[-1][1]
    page = await world.web_desk.page(DESK, ANNA, dialog.id)
    assert page is not None
    assert page.shown[-1].problem.splitlines() == answer[:-1]
    assert [one.word for one in page.shown[-1].buttons] == ["send_so", "keep"]
    assert is_decided(await world.presses(ANNA, button(view, "send_so"), dialog))
    await world.deliver()
    assert sent(world)[0].content.attachments == (SMALL,)
    assert "📎 film.avi: http://files.test/files/1" in sent(world)[0].content.text.characters
    assert await world.delivery(dialog) == [Delivery.SENT]


async def test_nobody_is_asked_about_what_the_channel_carries(world: World) -> None:
    dialog = await accepted_dialog(world)
    await world.posts(ANNA, dialog, "for you", (SMALL,))
    await world.deliver()
    assert sent(world)[0].content.attachments == (SMALL,)
    assert world.desk.whispers == []


async def test_a_kind_that_the_channel_has_not_goes_in_words(world: World) -> None:
    dialog = await accepted_dialog(world)
    assert (await held(world, dialog, PLACE))[1].endswith("as text")
    await world.presses(ANNA, button(world.desk.whispers[-1][1], "send_so"), dialog)
    await world.deliver()
    assert sent(world)[0].content.text.characters.startswith("for you\n📍 Office: 55.750000, 37.610000")


async def test_without_a_public_address_there_are_no_links(store: SqlStore, clock: ManualClock, tmp_path: Path) -> None:
    world = World(store, clock, FolderFiles(tmp_path), public_url="")
    dialog = await accepted_dialog(world)
    assert "hub.public_url" in (await held(world, dialog, BIG))[1]
    assert [one.word for one in world.desk.whispers[-1][1].rows[0].buttons] == ["keep"]
    await world.posts(ANNA, dialog, "for you", (PLACE,))
    await world.deliver()
    assert [one.word for one in world.desk.whispers[-1][1].rows[0].buttons] == ["send_so", "keep"]


async def test_a_stranger_is_asked_one_thing_after_the_other(world: World) -> None:
    dialog = await accepted_dialog(world)
    await world.posts(BORIS, dialog, "for you", (BIG,))
    await world.deliver()
    first = world.desk.whispers[-1][1]
    assert [one.word for one in first.rows[0].buttons] == ["take_over", "join", "keep"]
    second = await world.presses(BORIS, button(first, "join"), dialog)
    assert "cannot be sent as is" in whisper_text(second)
    assert sent(world) == []
    assert len((await world.dialog(dialog.id)).coexecutors) == 1


async def test_a_file_that_proves_too_large_can_be_sent_as_a_link(world: World) -> None:
    dialog = await accepted_dialog(world)
    world.channel.fail.append(Rejected(RejectReason.TOO_LARGE, "413"))
    assert isinstance(world.hub.files, FolderFiles)
    unmeasured = replace(BIG, size=None, file=world.hub.files.add(b"long"))
    post, _ = await world.posts(ANNA, dialog, "here", (unmeasured,))
    await world.deliver()
    assert world.desk.marks[post] == {Mark.FAILED}
    problem = next(one for one in posts_of(world, dialog) if one.kind is PostKind.PROBLEM)
    [remedy] = problem.buttons
    assert remedy.label == "Send as a link"
    await world.presses(ANNA, remedy, dialog)
    await world.deliver()
    assert sent(world)[-1].content.text.characters == "here\n📎 film.avi: http://files.test/files/1"
    assert await world.delivery(dialog) == [Delivery.SENT]


async def test_what_is_answered_to_is_said_where_the_channel_cannot_point_at_it(
    store: SqlStore, clock: ManualClock, tmp_path: Path
) -> None:
    channel = MemoryChannel(Limits(text=200))
    world = World(store, clock, FolderFiles(tmp_path), channel=channel)
    dialog = await open_dialog(world, "Do you have green tea?")
    customer = next(post for post, shown in world.desk.posts[dialog.thread] if shown.kind is PostKind.CUSTOMER)  # type: ignore[index]
    await world.posts(ANNA, dialog, "Yes", quoted=customer)
    await world.deliver()
    assert world.customer_sees() == ["> Do you have green tea?\nYes"]


async def test_what_the_customer_never_saw_is_not_repeated_by_an_answer_to_it(
    store: SqlStore, clock: ManualClock, tmp_path: Path
) -> None:
    """A note, a technical line, held or failed words, a deleted answer, another dialog's words."""
    channel = MemoryChannel(Limits(text=200))
    world = World(store, clock, FolderFiles(tmp_path), channel=channel)
    dialog = await open_dialog(world, "Hello")
    answer, _ = await world.posts(ANNA, dialog, "Taken back")
    await world.deliver()
    await world.deletes(ANNA, dialog, answer)
    note, _ = await world.posts(BORIS, dialog, "// He never pays")
    held, _ = await world.posts(BORIS, dialog, "I would say no")
    channel.fail = [Rejected(RejectReason.FORBIDDEN, "muted")]
    failed, _ = await world.posts(ANNA, dialog, "Failed")
    await world.deliver()
    line = next(post for post, shown in world.desk.posts[dialog.thread] if shown.kind is PostKind.LINE)  # type: ignore[index]
    other = await world.dialog((await world.customer_writes("My secret", chat="c2")).dialog)
    await world.deliver()
    theirs = world.desk.posts[(await world.dialog(other.id)).thread][0][0]  # type: ignore[index]
    channel.sent.clear()
    for quoted in (note, held, failed, answer, line, theirs):
        await world.posts(ANNA, dialog, "Yes", quoted=quoted)
    await world.deliver()
    assert world.customer_sees() == ["Yes"] * 6


# ------------------------------------------------------------------------------------------ windows


async def test_the_card_says_how_long_free_text_may_be_written(windowed: World) -> None:
    dialog = await accepted_dialog(windowed)
    facts = {fact.label: fact.value.characters for fact in card_of(windowed, dialog).facts}
    assert facts["Free-form replies"].endswith("(under 24 hours left)")


async def test_free_text_after_the_window_is_refused_and_a_template_goes_out(windowed: World) -> None:
    dialog = await accepted_dialog(windowed)
    await approved_templates.renew(windowed.store, dialog.account, windowed.channel)  # type: ignore[arg-type]
    await windowed.deliver_after(timedelta(hours=24).total_seconds())
    answer = await held(windowed, dialog)
    assert "Send an approved template" in answer[0]
    view = windowed.desk.whispers[-1][1]
    assert [one.word for one in view.rows[0].buttons] == ["template", "keep"]
    form = form_of(await windowed.presses(ANNA, button(view, "template"), dialog))
    assert [option.value for option in form.fields[0].options] == ["hello en"]
    assert "Dear {{1}}, your order {{2}} is here." in form.intro
    few = await windowed.submits(ANNA, form, template="hello en", values="Vera")
    assert isinstance(few, Invalid)
    assert "2 values" in few.errors["values"]
    assert await windowed.submits(ANNA, form, template="hello en", values="Vera\n{{1}}") == Silent()
    await windowed.deliver()
    words = "Dear Vera, your order {{1}} is here."
    assert sent(windowed) == [
        Outgoing(Content(attachments=(Template("hello", "en", words, ("Vera", "{{1}}")),)), "Anna")
    ]
    at, shown = next((at, one) for at, one in windowed.desk.posts[thread_of(dialog)] if one.kind is PostKind.OPERATOR)
    assert windowed.desk.marks[at] == {Mark.DELIVERED}
    assert [one.words for one in shown.content.attachments if isinstance(one, Template)] == [words]


async def test_a_template_by_command(windowed: World) -> None:
    dialog = await accepted_dialog(windowed)
    await approved_templates.renew(windowed.store, dialog.account, windowed.channel)  # type: ignore[arg-type]
    assert "Available: hello" in whisper_text(await windowed.commands(ANNA, "template bye", dialog))
    assert await windowed.commands(ANNA, "template hello Vera | 17", dialog) == Silent()
    await windowed.deliver()
    [attachment] = sent(windowed)[0].content.attachments
    assert isinstance(attachment, Template)
    assert attachment.words == "Dear Vera, your order 17 is here."


async def test_what_is_typed_into_a_template_passes_the_rule_of_all_texts(windowed: World) -> None:
    """A note or a command is refused; an unknown name is asked about, and sent when submitted again unchanged."""
    await register_operators(windowed, ANNA, BORIS)
    dialog = await accepted_dialog(windowed)
    await approved_templates.renew(windowed.store, dialog.account, windowed.channel)  # type: ignore[arg-type]
    form = form_of(await windowed.commands(ANNA, "template", dialog))
    for values in ("Vera\n17, @boris knows why", "// Vera\n17"):
        answer = await windowed.submits(ANNA, form, template="hello en", values=values)
        assert isinstance(answer, Invalid)
        assert "internal note or a command" in answer.errors["values"]
    answer = await windowed.submits(ANNA, form, template="hello en", values="Vera\n17 of @boriss")
    assert isinstance(answer, Invalid)
    assert answer.errors["values"].startswith(
        "No operator or role is called @boriss. Did you mean @boris? Not sent yet."
    )
    other = await windowed.submits(ANNA, form, template="hello en", values="Vera K.\n17 of @boriss")
    assert isinstance(other, Invalid), "other words are asked about anew"
    await windowed.deliver()
    assert windowed.customer_sees() == []
    assert await windowed.submits(ANNA, form, template="hello en", values="Vera\n17 of @boriss") == Silent()
    await windowed.deliver()
    assert windowed.channel.sent[ChatId("7")][0].content.attachments == (
        Template("hello", "en", "Dear Vera, your order 17 of @boriss is here.", ("Vera", "17 of @boriss")),
    )


async def test_a_template_is_marked_also_when_its_post_comes_after_its_delivery(windowed: World) -> None:
    dialog = await accepted_dialog(windowed)
    await approved_templates.renew(windowed.store, dialog.account, windowed.channel)  # type: ignore[arg-type]
    windowed.desk.fail["post"].append(Transient("busy", 5))
    await windowed.commands(ANNA, "template hello Vera | 17", dialog)
    await windowed.deliver()
    assert len(sent(windowed)) == 1
    await windowed.deliver_after(10)
    await windowed.deliver()
    at = next(at for at, one in windowed.desk.posts[thread_of(dialog)] if one.kind is PostKind.OPERATOR)
    assert windowed.desk.marks[at] == {Mark.DELIVERED}


async def test_a_stranger_s_template_is_not_sent(windowed: World) -> None:
    dialog = await accepted_dialog(windowed)
    await approved_templates.renew(windowed.store, dialog.account, windowed.channel)  # type: ignore[arg-type]
    assert "is handling this dialog" in whisper_text(await windowed.commands(BORIS, "template hello Vera | 17", dialog))
    await windowed.deliver()
    assert sent(windowed) == []


async def test_when_the_customer_writes_again_the_window_opens(windowed: World) -> None:
    dialog = await accepted_dialog(windowed)
    await windowed.deliver_after(timedelta(hours=30).total_seconds())
    await held(windowed, dialog)
    await windowed.customer_writes("Still there?")
    await windowed.posts(ANNA, dialog, "Yes")
    await windowed.deliver()
    assert windowed.customer_sees() == ["Yes"]


async def test_the_responsible_is_warned_once_before_it_closes(windowed: World) -> None:
    windows = WindowWatch(windowed.hub)
    dialog = await accepted_dialog(windowed)
    await windowed.store.transact(windows.tick)
    before = len(windowed.desk.direct_messages)
    for hours in (21.5, 1, 1, 1):
        await windowed.deliver_after(timedelta(hours=hours).total_seconds())
        await windowed.store.transact(windows.tick)
        await windowed.deliver()
    warned = windowed.desk.direct_messages[before:]
    assert [user for user, _ in warned] == [ANNA.user]
    assert "⏰ Free-form replies are possible until" in warned[0][1].rows[0].text.characters
    assert sum("⏰" in words for words in windowed.thread_texts(dialog)) == 1
    facts = {fact.label: fact.value.characters for fact in card_of(windowed, dialog).facts}
    assert facts["Free-form replies"].startswith("closed")


async def test_nobody_is_warned_about_a_customer_who_does_not_wait(windowed: World) -> None:
    windows = WindowWatch(windowed.hub)
    dialog = await accepted_dialog(windowed)
    await windowed.posts(ANNA, dialog, "done")
    await windowed.store.transact(windows.tick)
    await windowed.deliver_after(timedelta(hours=23).total_seconds())
    await windowed.store.transact(windows.tick)
    await windowed.deliver()
    assert not any("⏰" in words for words in windowed.thread_texts(dialog))


async def test_a_late_refusal_for_the_window_offers_templates(windowed: World) -> None:
    dialog = await accepted_dialog(windowed)
    windowed.channel.fail.append(Rejected(RejectReason.WINDOW_CLOSED, "131047"))
    await windowed.posts(ANNA, dialog, "hello?")
    await windowed.deliver()
    problem = next(one for one in posts_of(windowed, dialog) if one.kind is PostKind.PROBLEM)
    assert [one.word for one in problem.buttons] == ["template"]


# ----------------------------------------------------------------------------------- early receipts


class Hasty(MemoryChannel):
    """Reports a message's status before it confirms that it has taken the message."""

    world: World
    state = ReceiptState.FAILED

    async def send(self, chat: ChatId, message: Outgoing, key: Key) -> Sent:
        sent = await super().send(chat, message, key)
        await self.world.channel_delivers(Receipt(chat, sent.refs[0], self.state, reason="window_closed"))
        return sent


@pytest.mark.parametrize(
    ("state", "after"), [(ReceiptState.FAILED, Delivery.FAILED), (ReceiptState.READ, Delivery.READ)]
)
async def test_a_receipt_that_comes_before_the_answer_is_not_lost(
    store: SqlStore, clock: ManualClock, tmp_path: Path, state: ReceiptState, after: Delivery
) -> None:
    channel = Hasty(replace(MemoryChannel().limits, receives=frozenset({Capability.DELIVERED})))
    world = channel.world = World(store, clock, FolderFiles(tmp_path), channel=channel)
    channel.state = state
    dialog = await accepted_dialog(world)
    await world.posts(ANNA, dialog, "hello")
    await world.deliver()
    assert await world.delivery(dialog) == [after]


async def test_receipts_of_others_messages_are_forgotten(windowed: World) -> None:
    await open_dialog(windowed)
    await windowed.channel_delivers(Receipt(ChatId("7"), ForeignId("sent by another program"), ReceiptState.READ))
    await windowed.channel_delivers(Receipt(ChatId("nobody"), ForeignId("x"), ReceiptState.READ))
    await windowed.deliver_after(timedelta(days=2).total_seconds())
    await windowed.store.transact(WindowWatch(windowed.hub).tick)

    async def left(unit: Unit) -> list[Receipt]:
        refs = [ForeignId("sent by another program"), ForeignId("x")]
        here = await unit.messages.take_receipts(windowed.channel_updates._account, ChatId("7"), refs)
        return [*here, *await unit.messages.take_receipts(windowed.channel_updates._account, ChatId("nobody"), refs)]

    assert await windowed.store.transact(left) == []
    assert (await windowed.dialog(1)).status is Status.NEW


def test_values_stand_where_their_variables_were() -> None:
    one = WindowedChannel().approved[0]
    assert one.filled(("{{2}}", "x")).words == "Dear {{2}}, your order x is here."
    assert Content(Text.plain("x"), (one.filled(("a", "b")),))


# ------------------------------------------------------------------------------------------ budgets


class OneEach(NoBudgets):
    """A budget of one message a minute to each chat."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__()
        self.clock, self.asked, self.last = clock, list[tuple[str, Sequence[Rate], object]](), dict[str, datetime]()

    async def take(self, owner: str, rates: Sequence[Rate], wanted: Sequence[object]) -> Sequence[float]:
        return [self._take(owner, rates, scopes) for scopes in wanted]

    def _take(self, owner: str, rates: Sequence[Rate], scopes: object) -> float:
        self.asked.append((owner, rates, scopes))
        since = (self.clock.now() - self.last[owner]).total_seconds() if owner in self.last else 60
        if since >= 60:
            self.last[owner] = self.clock.now()
        return max(0.0, 60 - since)


async def test_the_channel_s_budget_is_asked_before_each_message(
    store: SqlStore, clock: ManualClock, tmp_path: Path
) -> None:
    rates = (Rate("all", 30), Rate("chat", 1, 60))
    world = World(store, clock, FolderFiles(tmp_path), channel=MemoryChannel(Limits(text=200, rates=rates)))
    dialog = await accepted_dialog(world)
    world.budgets = budgets = OneEach(clock)
    await world.posts(ANNA, dialog, "one")
    await world.posts(ANNA, dialog, "two")
    await world.deliver()
    assert world.customer_sees() == ["one"]
    await world.deliver_after(61)
    await world.deliver()
    assert world.customer_sees() == ["one", "two"]
    [first, *_] = [asked for asked in budgets.asked if asked[0] == "account:shop"]
    assert first == ("account:shop", rates, {"all": "all", "chat": "chat:7"})


# --------------------------------------------------------------------------------- reactions, closing


async def test_a_reaction_that_the_channel_refuses_is_said_to_whoever_reacted(world: World) -> None:
    dialog = await accepted_dialog(world)
    [customer] = [post for post, shown in world.desk.posts[dialog.thread] if shown.kind is PostKind.CUSTOMER]  # type: ignore[index]
    world.channel.unreacted.append(Rejected(RejectReason.UNSUPPORTED, "no such emoji"))
    await world.reacts(ANNA, dialog, customer, "🦆")
    await world.deliver()
    user, view = world.desk.whispers[-1]
    assert user == ANNA.user
    assert "reaction was not delivered" in view.rows[0].text.characters


async def test_nothing_is_sent_again_in_a_closed_dialog(world: World) -> None:
    dialog = await accepted_dialog(world)
    world.channel.fail.append(Rejected(RejectReason.INVALID, "no"))
    await world.posts(ANNA, dialog, "hello")
    await world.deliver()
    remedy = next(one for one in posts_of(world, dialog) if one.kind is PostKind.PROBLEM).buttons[0]
    await world.submits(ANNA, form_of(await world.commands(ANNA, "close", dialog)), comment="done")
    assert "is closed" in whisper_text(await world.presses(ANNA, remedy, dialog))
    await world.deliver()
    assert sent(world) == []
