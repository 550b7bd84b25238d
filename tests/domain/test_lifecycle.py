"""The lifecycle: its rules by tables, its invariants by random stories."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import (
    AccountName,
    Addressee,
    ChatId,
    ContactId,
    DeskName,
    Dialog,
    DialogId,
    InterestId,
    OperatorId,
    RoleName,
    Status,
    lifecycle,
)
from bot.domain.lifecycle import Follow, Notify, RefreshCard, Refusal, WriteLine, advance, in_team
from bot.domain.lifecycle.advance import RULES

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANNA, BORIS, CLARA = OperatorId(1), OperatorId(2), OperatorId(3)
NEW = Dialog(DialogId(1042), AccountName("shop"), ChatId("7"), ContactId(5), DeskName("main"), "support", NOW)
TAKEN = replace(NEW, status=Status.IN_PROGRESS, responsible=ANNA, waiting_since=NOW)
SALES = Addressee(role=RoleName("sales"))
RETURNED = replace(NEW, status=Status.RETURNED, addressee=SALES)
REVIEW = replace(
    NEW, status=Status.FOR_REVIEW, addressee=Addressee(operator=BORIS), source=DialogId(1041), passed_by=ANNA
)
CLOSED = replace(NEW, status=Status.CLOSED, closed_at=NOW)


def test_every_event_has_its_rule() -> None:
    assert set(RULES) == set(get_args(lifecycle.Event))


def codes(effects: tuple[lifecycle.Effect, ...]) -> list[str]:
    return [effect.line.code for effect in effects if isinstance(effect, WriteLine)]


WAITS_FOR_BORIS = replace(RETURNED, addressee=Addressee(operator=BORIS))
WITH_BORIS = replace(TAKEN, coexecutors=frozenset({BORIS}))


@pytest.mark.parametrize(
    ("dialog", "event", "calls", "released"),
    [
        (NEW, lifecycle.Accepted(BORIS), {BORIS}, set()),
        (NEW, lifecycle.Accepted(BORIS, posted=True), set(), set()),
        (WAITS_FOR_BORIS, lifecycle.Accepted(BORIS), set(), set()),
        (NEW, lifecycle.Answered(BORIS, NOW, "hello"), set(), set()),
        (NEW, lifecycle.Answered(BORIS, NOW, "hello", posted=False), {BORIS}, set()),
        (TAKEN, lifecycle.TookOver(BORIS), {BORIS}, {ANNA}),
        (WITH_BORIS, lifecycle.TookOver(BORIS), set(), {ANNA}),
        (TAKEN, lifecycle.CoexecutorAdded(BORIS, BORIS), {BORIS}, set()),
        (TAKEN, lifecycle.CoexecutorAdded(BORIS, BORIS, posted=True), set(), set()),
        (TAKEN, lifecycle.CoexecutorAdded(ANNA, BORIS), set(), set()),
        (WITH_BORIS, lifecycle.CoexecutorRemoved(ANNA, BORIS), set(), {BORIS}),
        (TAKEN, lifecycle.Redirected(ANNA, Addressee(operator=BORIS)), set(), {ANNA}),
        (WITH_BORIS, lifecycle.Closed(ANNA, NOW), set(), {ANNA, BORIS}),
    ],
)
def test_lines_call_those_who_come_and_let_go_of_those_who_leave(
    dialog: Dialog, event: lifecycle.Event, calls: set[OperatorId], released: set[OperatorId]
) -> None:
    _, effects = advance(dialog, event)
    assert {who for one in effects if isinstance(one, WriteLine) for who in one.calls} == calls
    assert {who for one in effects if isinstance(one, Follow) and not one.on for who in one.operators} == released


@pytest.mark.parametrize("dialog", [NEW, RETURNED])
def test_accepting_makes_responsible(dialog: Dialog) -> None:
    after, effects = advance(dialog, lifecycle.Accepted(BORIS))
    assert (after.status, after.responsible, after.addressee) == (Status.IN_PROGRESS, BORIS, None)
    assert codes(effects) == ["accepted"]
    assert RefreshCard() in effects


@pytest.mark.parametrize("dialog", [NEW, TAKEN, RETURNED], ids=["new", "taken", "returned"])
def test_an_answer_outside_ends_the_wait_and_leaves_the_rest(dialog: Dialog) -> None:
    waiting = replace(dialog, waiting_since=NOW, heard_at=NOW)
    after, effects = advance(waiting, lifecycle.AnsweredOutside(NOW, "on the phone"))
    assert after == replace(waiting, waiting_since=None, answered_at=NOW, last_at=NOW, last_words="on the phone")
    assert effects == (RefreshCard(hurry=False),)


def test_an_answer_outside_stops_the_bot_and_gives_the_dialog_to_its_addressee() -> None:
    begun, _ = advance(replace(NEW, heard_at=NOW), lifecycle.BotBegan(Addressee(operator=ANNA)))
    after, effects = advance(begun, lifecycle.AnsweredOutside(NOW, "on the phone"))
    assert (after.bot, after.responsible, after.waiting_since) == (False, ANNA, None)
    assert codes(effects) == ["bot_outside", "assigned"]


def test_the_second_to_accept_is_told_who_was_first() -> None:
    with pytest.raises(Refusal) as refused:
        advance(TAKEN, lifecycle.Accepted(BORIS))
    assert (refused.value.code, refused.value.values) == ("taken", {"by": str(ANNA)})


def test_the_first_answer_accepts() -> None:
    after, effects = advance(replace(NEW, waiting_since=NOW), lifecycle.Answered(BORIS, NOW, "hello"))
    assert (after.status, after.responsible, after.waiting_since) == (Status.IN_PROGRESS, BORIS, None)
    assert codes(effects) == ["accepted"]


@pytest.mark.parametrize(
    ("dialog", "event", "code"),
    [
        (TAKEN, lifecycle.Accepted(ANNA), "yours"),
        (TAKEN, lifecycle.Answered(BORIS, NOW, "hi"), "not_in_team"),
        (TAKEN, lifecycle.Closed(BORIS, NOW), "not_in_team"),
        (TAKEN, lifecycle.Redirected(BORIS, SALES), "not_in_team"),
        (TAKEN, lifecycle.Renamed(BORIS, "x"), "not_in_team"),
        (TAKEN, lifecycle.Renamed(ANNA, "  "), "empty_title"),
        (TAKEN, lifecycle.CoexecutorAdded(BORIS, CLARA), "not_in_team"),
        (TAKEN, lifecycle.CoexecutorAdded(ANNA, ANNA), "is_responsible"),
        (replace(TAKEN, coexecutors=frozenset({BORIS})), lifecycle.CoexecutorAdded(ANNA, BORIS), "in_already"),
        (TAKEN, lifecycle.CoexecutorRemoved(ANNA, BORIS), "not_in"),
        (TAKEN, lifecycle.Redirected(ANNA, Addressee(operator=ANNA)), "is_responsible"),
        (TAKEN, lifecycle.Reviewed(BORIS, NOW), "nothing_to_review"),
        (REVIEW, lifecycle.Answered(BORIS, NOW, "hi"), "for_review"),
        (REVIEW, lifecycle.Accepted(BORIS), "for_review"),
        (REVIEW, lifecycle.TookOver(BORIS), "for_review"),
        (REVIEW, lifecycle.CoexecutorAdded(BORIS, BORIS), "for_review"),
        (REVIEW, lifecycle.Linked(BORIS, InterestId(1), "Tea"), "for_review"),
        (REVIEW, lifecycle.CustomerSpoke(NOW, "hi"), "for_review"),
        (REVIEW, lifecycle.Closed(BORIS, NOW), "for_reading"),
        (REVIEW, lifecycle.Reviewed(CLARA, NOW), "for_others"),
        (REVIEW, lifecycle.Redirected(CLARA, SALES), "for_others"),
        (REVIEW, lifecycle.Redirected(BORIS, Addressee(operator=BORIS)), "waits_already"),
        (replace(REVIEW, addressee=SALES), lifecycle.Reviewed(BORIS, NOW), "for_others"),
        (TAKEN, lifecycle.PassedForReview(ANNA, SALES, NOW, "hi"), "nothing_to_review"),
        (CLOSED, lifecycle.Accepted(BORIS), "closed"),
        (CLOSED, lifecycle.Closed(BORIS, NOW), "closed"),
        (CLOSED, lifecycle.Answered(BORIS, NOW, "hi"), "closed"),
        (CLOSED, lifecycle.CustomerSpoke(NOW, "again"), "closed"),
    ],
)
def test_what_a_rule_forbids_is_refused(dialog: Dialog, event: lifecycle.Event, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        advance(dialog, event)
    assert refused.value.code == code


def test_administrators_may_steer_what_others_work_on() -> None:
    after, _ = advance(TAKEN, lifecycle.Closed(BORIS, NOW, "Spam", administers=True))
    assert (after.status, after.reason) == (Status.CLOSED, "Spam")


def test_anyone_may_join_but_only_the_team_adds_others() -> None:
    after, effects = advance(TAKEN, lifecycle.CoexecutorAdded(BORIS, BORIS))
    assert in_team(after, BORIS)
    assert codes(effects) == ["joined"]
    advance(after, lifecycle.Answered(BORIS, NOW, "hello"))


def test_redirecting_tells_the_addressee_and_frees_the_dialog() -> None:
    after, effects = advance(TAKEN, lifecycle.Redirected(ANNA, Addressee(operator=BORIS), "please"))
    assert (after.status, after.responsible, after.addressee) == (Status.RETURNED, None, Addressee(operator=BORIS))
    assert [effect.whom for effect in effects if isinstance(effect, Notify)] == [Addressee(operator=BORIS)]


def test_taking_over_tells_the_one_before() -> None:
    after, effects = advance(TAKEN, lifecycle.TookOver(BORIS))
    assert after.responsible == BORIS
    assert [effect.whom for effect in effects if isinstance(effect, Notify)] == [Addressee(operator=ANNA)]


def test_the_account_s_role_gets_new_dialogs_in_its_queue() -> None:
    after, _ = advance(NEW, lifecycle.Assigned(SALES))
    assert (after.status, after.addressee) == (Status.NEW, SALES)
    after, _ = advance(NEW, lifecycle.Assigned(Addressee(operator=BORIS)))
    assert (after.status, after.responsible) == (Status.IN_PROGRESS, BORIS)


def test_waiting_counts_from_the_oldest_unanswered_message() -> None:
    first, effects = advance(NEW, lifecycle.CustomerSpoke(NOW, "one"))
    second, more = advance(first, lifecycle.CustomerSpoke(NOW + timedelta(minutes=5), "two"))
    assert second.waiting_since == NOW
    assert second.last_words == "two"
    assert effects == (RefreshCard(hurry=False),)
    assert more == ()


def test_what_comes_late_leaves_the_newest_words() -> None:
    first, _ = advance(NEW, lifecycle.CustomerSpoke(NOW, "one"))
    late, _ = advance(first, lifecycle.CustomerSpoke(NOW - timedelta(hours=5), "long ago"))
    assert (late.last_at, late.last_words, late.waiting_since, late.heard_at) == (NOW, "one", NOW, NOW)
    same_second, _ = advance(first, lifecycle.CustomerSpoke(NOW - timedelta(milliseconds=900), "and two"))
    assert (same_second.last_at, same_second.last_words) == (NOW, "and two")


def test_who_writes_late_waits_from_what_stands_above() -> None:
    answered = replace(TAKEN, waiting_since=None, last_at=NOW, last_words="hello")
    late, _ = advance(answered, lifecycle.CustomerSpoke(NOW - timedelta(days=2), "long ago"))
    assert (late.waiting_since, late.last_words) == (NOW, "hello")


def test_an_answer_read_late_does_not_end_a_later_wait() -> None:
    asked = replace(TAKEN, last_at=NOW, last_words="and now?", heard_at=NOW)
    after, _ = advance(asked, lifecycle.Answered(ANNA, NOW - timedelta(minutes=10), "before"))
    assert (after.waiting_since, after.last_at, after.last_words) == (NOW, NOW, "and now?")


def test_a_closed_dialog_waits_for_nobody() -> None:
    after, effects = advance(TAKEN, lifecycle.Closed(ANNA, NOW, "Purchased", "thanks"))
    assert (after.waiting_since, after.closed_at, after.reason, after.comment) == (None, NOW, "Purchased", "thanks")
    assert codes(effects) == ["closed"]


def test_reading_closes_and_tells_who_passed_it() -> None:
    after, effects = advance(REVIEW, lifecycle.Reviewed(BORIS, NOW))
    assert (after.status, after.closed_at, after.addressee) == (Status.CLOSED, NOW, None)
    assert [effect.whom for effect in effects if isinstance(effect, Notify)] == [Addressee(operator=ANNA)]
    _, effects = advance(REVIEW, lifecycle.Reviewed(ANNA, NOW))
    assert not [effect for effect in effects if isinstance(effect, Notify)], "she knows"


def test_a_role_s_members_and_administrators_may_read_for_it() -> None:
    queued = replace(REVIEW, addressee=SALES)
    for event in (
        lifecycle.Reviewed(CLARA, NOW, roles=frozenset({RoleName("sales")})),
        lifecycle.Reviewed(CLARA, NOW, administers=True),
    ):
        assert advance(queued, event)[0].status is Status.CLOSED
    nobodys = replace(REVIEW, addressee=None)  # its role was removed
    assert advance(nobodys, lifecycle.Reviewed(CLARA, NOW))[0].status is Status.CLOSED


def test_redirecting_messages_on_keeps_them_for_review() -> None:
    after, effects = advance(REVIEW, lifecycle.Redirected(BORIS, SALES, "you know her"))
    assert (after.status, after.addressee, after.responsible) == (Status.FOR_REVIEW, SALES, None)
    assert codes(effects) == ["redirected_on"]
    [notice] = [effect for effect in effects if isinstance(effect, Notify)]
    assert (notice.whom, notice.offers) == (SALES, ("read", "task", "redirect_on"))


OPERATORS = st.sampled_from([ANNA, BORIS, CLARA])
ADDRESSEES = st.one_of(st.builds(Addressee, operator=OPERATORS), st.just(SALES))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
EVENTS = st.one_of(
    st.builds(lifecycle.CustomerSpoke, MOMENTS, st.text(max_size=5)),
    st.builds(lifecycle.Assigned, ADDRESSEES),
    st.builds(lifecycle.BotBegan, st.one_of(st.none(), ADDRESSEES)),
    st.builds(lifecycle.BotAnswered, MOMENTS, st.text(max_size=5)),
    st.builds(lifecycle.HandedOver, MOMENTS),
    st.builds(lifecycle.Accepted, OPERATORS),
    st.builds(lifecycle.TookOver, OPERATORS),
    st.builds(lifecycle.Answered, OPERATORS, MOMENTS, st.text(max_size=5)),
    st.builds(lifecycle.Closed, OPERATORS, MOMENTS, administers=st.booleans()),
    st.builds(lifecycle.Redirected, OPERATORS, ADDRESSEES, administers=st.booleans()),
    st.builds(lifecycle.CoexecutorAdded, OPERATORS, OPERATORS, st.booleans()),
    st.builds(lifecycle.CoexecutorRemoved, OPERATORS, OPERATORS, st.booleans()),
    st.builds(lifecycle.Renamed, OPERATORS, st.text(max_size=5), st.booleans()),
    st.builds(lifecycle.PassedForReview, OPERATORS, ADDRESSEES, MOMENTS, st.text(max_size=5)),
    st.builds(lifecycle.Reviewed, OPERATORS, MOMENTS, st.booleans()),
)


@settings(max_examples=300)
@given(st.lists(EVENTS, max_size=25))
def test_no_story_breaks_the_invariants(story: list[lifecycle.Event]) -> None:
    dialog = NEW
    for event in story:
        before = dialog
        try:
            dialog, effects = advance(dialog, event)
        except Refusal:
            continue
        assert before.open, "a closed dialog is read-only"
        if dialog.open:
            assert (dialog.status is Status.IN_PROGRESS) == (dialog.responsible is not None)
        assert dialog.responsible not in dialog.coexecutors
        if dialog.status is Status.RETURNED:
            assert dialog.addressee is not None
        if dialog.status in (Status.IN_PROGRESS, Status.CLOSED):
            assert dialog.addressee is None
        if dialog.bot:
            assert (dialog.status, dialog.waiting_since) == (Status.NEW, None), "nobody has to answer"
        if dialog.status is Status.CLOSED:
            assert dialog.closed_at is not None
            assert dialog.waiting_since is None
        if dialog.status != before.status or dialog.responsible != before.responsible:
            assert codes(effects), "every change leaves a line"
            assert RefreshCard() in effects


@settings(max_examples=200)
@given(st.lists(EVENTS, max_size=15))
def test_what_is_for_review_is_never_answered(story: list[lifecycle.Event]) -> None:
    dialog = REVIEW
    for event in story:
        with suppress(Refusal):
            dialog, _ = advance(dialog, event)
        assert dialog.status in (Status.FOR_REVIEW, Status.CLOSED)
        assert (dialog.responsible, dialog.waiting_since, dialog.answered_at) == (None, None, None)
        assert not dialog.coexecutors
