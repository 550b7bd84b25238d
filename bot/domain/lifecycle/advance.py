"""One rule per event, and the table of them. Pure. Rules of dialogs for review are in `bot.domain.lifecycle.review`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from bot.domain import Addressee, Dialog, Line, OperatorId, Status
from bot.domain.lifecycle.coexecutors import added, removed
from bot.domain.lifecycle.effects import (
    Effect,
    Follow,
    Notify,
    RefreshCard,
    Refusal,
    Step,
    TellCrm,
    WriteLine,
    called,
    technical_line,
)
from bot.domain.lifecycle.events import (
    Accepted,
    Answered,
    AnsweredOutside,
    Assigned,
    BotAnswered,
    BotBegan,
    Closed,
    CoexecutorAdded,
    CoexecutorRemoved,
    CustomerSpoke,
    Event,
    HandedOver,
    Linked,
    PassedForReview,
    Redirected,
    RedirectUndone,
    Renamed,
    ReplyNotNeeded,
    Reviewed,
    RoleRemoved,
    RoleRenamed,
    TookOver,
)
from bot.domain.lifecycle.review import passed_for_review, passed_further, reviewed
from bot.domain.lifecycle.roles import role_removed, role_renamed
from bot.domain.lifecycle.team import in_team, only_team, team
from bot.domain.lifecycle.times import after_answer, came_late, with_words
from bot.domain.lifecycle.undo import BEFORE, redirect_undone, team_of
from bot.domain.thanks import only_thanks
from bot.domain.value import replace

_E = TypeVar("_E")
_Rule = Callable[[Dialog, Any], Step]
"""Returns the dialog after an event, and the effects; raises `Refusal`."""


def advance(dialog: Dialog, event: Event) -> Step:
    """Applies `event`: returns the dialog after it, and the effects. Raises `Refusal`; with "closed" for every event of
    a closed dialog: a customer who writes to one opens a new one."""
    if not dialog.open:
        raise Refusal("closed")
    return RULES[type(event)](dialog, event)


def _customer_spoke(dialog: Dialog, event: CustomerSpoke) -> Step:
    if dialog.status is Status.FOR_REVIEW:
        raise Refusal("for_review")  # the customer writes in the dialog that it comes from
    waited = dialog.waiting_since is not None or dialog.bot
    said = with_words(dialog, event.at, event.words)
    since = dialog.last_at if came_late(dialog, event.at) else event.at
    spoken = replace(
        said,
        waiting_since=dialog.waiting_since if dialog.bot else dialog.waiting_since or since,
        heard_at=max(event.at, dialog.heard_at) if dialog.heard_at else event.at,
    )
    offered_anew = only_thanks(dialog.last_words) != only_thanks(spoken.last_words)  # *No reply needed* in front
    return spoken, (RefreshCard(hurry=False),) if offered_anew or not waited else ()


def _assigned(dialog: Dialog, event: Assigned) -> Step:
    if dialog.status is not Status.NEW:
        return dialog, ()  # an operator has decided already
    to = event.to.operator
    assigned = replace(dialog, addressee=event.to) if to is None else _under(dialog, to)
    line = technical_line("assigned", to=event.to)
    return assigned, (WriteLine(line), RefreshCard(), Notify(event.to, line))


def _bot_began(dialog: Dialog, event: BotBegan) -> Step:
    if dialog.status is not Status.NEW:
        return dialog, ()
    return replace(dialog, bot=True, addressee=event.then, waiting_since=None), (RefreshCard(),)


def _bot_answered(dialog: Dialog, event: BotAnswered) -> Step:
    if not dialog.bot:
        return dialog, ()  # an operator was faster
    return with_words(dialog, event.at, event.words), ()


def _handed_over(dialog: Dialog, event: HandedOver) -> Step:
    """Starts the customer's wait for operators, and assigns the dialog to the addressee kept until now."""
    if not dialog.bot:
        return dialog, ()
    over = replace(dialog, bot=False, waiting_since=event.at)
    effects: tuple[Effect, ...] = (WriteLine(event.line), RefreshCard())
    if dialog.addressee is None:
        return over, effects
    assigned, more = _assigned(over, Assigned(dialog.addressee))
    return assigned, (*effects, *more)


def _accepted(dialog: Dialog, event: Accepted) -> Step:
    if dialog.status is Status.FOR_REVIEW:
        raise Refusal("for_review")
    if dialog.responsible == event.by:
        raise Refusal("yours")
    if dialog.responsible is not None:
        raise Refusal("taken", by=str(dialog.responsible))
    line = WriteLine(technical_line("accepted", event.by), called(dialog, event.by, event.posted))
    return _under(dialog, event.by), (line, RefreshCard())


def _took_over(dialog: Dialog, event: TookOver) -> Step:
    if dialog.status is Status.FOR_REVIEW:
        raise Refusal("for_review")
    if dialog.responsible == event.by:
        raise Refusal("yours")
    before = dialog.responsible
    line = technical_line("took_over", event.by) if before is not None else technical_line("accepted", event.by)
    more: tuple[Effect, ...] = ()
    if before is not None:
        more = (Notify(Addressee(operator=before), line), Follow(frozenset({before})))
    return _under(dialog, event.by), (WriteLine(line, called(dialog, event.by, event.posted)), RefreshCard(), *more)


def _answered(dialog: Dialog, event: Answered) -> Step:
    if dialog.status is Status.FOR_REVIEW:
        raise Refusal("for_review")
    effects: tuple[Effect, ...] = ()
    answered = dialog
    if dialog.status in (Status.NEW, Status.RETURNED):
        answered, effects = _accepted(dialog, Accepted(event.by, event.posted))
    elif not in_team(dialog, event.by):
        raise Refusal("not_in_team", by=str(dialog.responsible))
    elif dialog.waiting_since is not None:
        effects = (RefreshCard(hurry=False),)
    return after_answer(answered, event.at, event.words), effects


def _answered_outside(dialog: Dialog, event: AnsweredOutside) -> Step:
    """Ends the customer's wait. Nobody becomes responsible: who answered may be no operator. A first-line bot is done:
    somebody is talking with the customer."""
    if dialog.status is Status.FOR_REVIEW:
        raise Refusal("for_review")
    effects: tuple[Effect, ...] = ()
    answered = dialog
    if dialog.bot:
        answered, effects = _handed_over(dialog, HandedOver(event.at, Line("bot_outside")))
    elif dialog.waiting_since is not None:
        effects = (RefreshCard(hurry=False),)
    return after_answer(answered, event.at, event.words), effects


def _needs_no_reply(dialog: Dialog, event: ReplyNotNeeded) -> Step:
    if dialog.waiting_since is None:
        raise Refusal("not_waiting")
    only_team(dialog, event.by, event.administers)
    line = technical_line("needs_no_reply", event.by)
    return replace(dialog, waiting_since=None), (WriteLine(line), RefreshCard())


def _closed(dialog: Dialog, event: Closed) -> Step:
    if dialog.status is Status.FOR_REVIEW:
        raise Refusal("for_reading")
    only_team(dialog, event.by, event.administers)
    closed = replace(
        dialog,
        status=Status.CLOSED,
        addressee=None,
        waiting_since=None,
        bot=False,
        closed_at=event.at,
        reason=event.reason,
        comment=event.comment,
    )
    line = technical_line("closed", event.by, reason=event.reason, comment=event.comment)
    release = Follow(team(dialog))
    return closed, (WriteLine(line), RefreshCard(), release, TellCrm("closed", event.by))


def _redirected(dialog: Dialog, event: Redirected) -> Step:
    if dialog.status is Status.FOR_REVIEW:
        return passed_further(dialog, event)
    only_team(dialog, event.by, event.administers)
    if event.to.operator is not None and event.to.operator == dialog.responsible:
        raise Refusal("is_responsible", by=str(dialog.responsible))
    keep = dialog.coexecutors - ({event.to.operator} if event.to.operator is not None else set())
    returned = replace(
        _without_bot(dialog), status=Status.RETURNED, responsible=None, addressee=event.to, coexecutors=frozenset(keep)
    )
    line = technical_line("redirected", event.by, to=event.to, comment=event.comment)
    kept = Line(line.code, {**line.values, BEFORE: team_of(dialog)})
    before = frozenset({dialog.responsible} if dialog.responsible is not None else ())
    return returned, (WriteLine(kept), RefreshCard(), Notify(event.to, line), Follow(before))


def _renamed(dialog: Dialog, event: Renamed) -> Step:
    only_team(dialog, event.by, event.administers)
    title = " ".join(event.title.split())
    if not title:
        raise Refusal("empty_title")
    return replace(dialog, title=title), (WriteLine(technical_line("renamed", event.by, title=title)), RefreshCard())


def _linked(dialog: Dialog, event: Linked) -> Step:
    if dialog.status is Status.FOR_REVIEW:
        raise Refusal("for_review")
    if event.by is not None:
        only_team(dialog, event.by, event.administers)
    if event.interest == dialog.interest:
        raise Refusal("linked_already" if event.interest is not None else "not_linked", title=event.title)
    if event.interest is None:
        code = "unlinked"
    elif event.by is None:
        code = "linked_by_rules"
    else:
        code = "interest_made" if event.made else "linked"
    if event.interest is None:
        crm_effect = TellCrm("unlinked", event.by, dialog.interest)
    else:
        crm_effect = TellCrm("linked", event.by, event.interest, event.made)
    linked = replace(dialog, interest=event.interest)
    return linked, (WriteLine(technical_line(code, event.by, title=event.title)), RefreshCard(), crm_effect)


def _under(dialog: Dialog, operator: OperatorId) -> Dialog:
    """Same dialog, with `operator` as its owner."""
    return replace(
        _without_bot(dialog),
        status=Status.IN_PROGRESS,
        responsible=operator,
        addressee=None,
        coexecutors=dialog.coexecutors - {operator},
    )


def _without_bot(dialog: Dialog) -> Dialog:
    """Same dialog with operators in the bot's place: the customer waits for them, unless the bot has answered the last
    message."""
    if not dialog.bot:
        return dialog
    answered = dialog.last_at is not None and dialog.heard_at is not None and dialog.last_at > dialog.heard_at
    return replace(dialog, bot=False, waiting_since=None if answered else dialog.heard_at)


def _on(event: type[_E], rule: Callable[[Dialog, _E], Step]) -> tuple[type, _Rule]:
    """Row of the table; lets the type checker match the rule to its event."""
    return event, rule


RULES: Mapping[type, _Rule] = dict(
    (
        _on(CustomerSpoke, _customer_spoke),
        _on(Assigned, _assigned),
        _on(BotBegan, _bot_began),
        _on(BotAnswered, _bot_answered),
        _on(HandedOver, _handed_over),
        _on(Accepted, _accepted),
        _on(TookOver, _took_over),
        _on(Answered, _answered),
        _on(AnsweredOutside, _answered_outside),
        _on(ReplyNotNeeded, _needs_no_reply),
        _on(Closed, _closed),
        _on(Redirected, _redirected),
        _on(RedirectUndone, redirect_undone),
        _on(CoexecutorAdded, added),
        _on(CoexecutorRemoved, removed),
        _on(Renamed, _renamed),
        _on(Linked, _linked),
        _on(PassedForReview, passed_for_review),
        _on(Reviewed, reviewed),
        _on(RoleRemoved, role_removed),
        _on(RoleRenamed, role_renamed),
    )
)
