"""The rules of a dialog's life: pure."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import Addressee, Dialog, Line, OperatorId, RoleName, Status
from bot.domain.lifecycle.effects import Effect, Notify, RefreshCard, Refusal, Step, TellCrm, WriteLine
from bot.domain.lifecycle.events import (
    Accepted,
    Answered,
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
    Renamed,
    Reviewed,
    RoleRemoved,
    RoleRenamed,
    TookOver,
)
from bot.domain.text import shorten

LAST_WORDS = 120
"""Characters of the latest message that lists show."""


def in_team(dialog: Dialog, operator: OperatorId) -> bool:
    """Whether they may answer in a dialog in progress."""
    return operator == dialog.responsible or operator in dialog.coexecutors


def advance(dialog: Dialog, event: Event) -> Step:
    """The dialog after `event`, and what has to be done about it. Raises `Refusal`."""
    if isinstance(event, CustomerSpoke):
        return _customer_spoke(dialog, event)
    if not dialog.open:
        raise Refusal("closed")
    match event:
        case Assigned():
            return _assigned(dialog, event)
        case BotBegan():
            return _bot_began(dialog, event)
        case BotAnswered():
            return _bot_answered(dialog, event)
        case HandedOver():
            return _handed_over(dialog, event)
        case Accepted():
            return _accepted(dialog, event)
        case TookOver():
            return _took_over(dialog, event)
        case Answered():
            return _answered(dialog, event)
        case Closed():
            return _closed(dialog, event)
        case Redirected():
            return _redirected(dialog, event)
        case CoexecutorAdded():
            return _added(dialog, event)
        case CoexecutorRemoved():
            return _removed(dialog, event)
        case Renamed():
            return _renamed(dialog, event)
        case Linked():
            return _linked(dialog, event)
        case PassedForReview():
            return _passed_for_review(dialog, event)
        case Reviewed():
            return _reviewed(dialog, event)
        case RoleRemoved():
            return _role_removed(dialog, event)
        case RoleRenamed():
            return _role_renamed(dialog, event)


def _customer_spoke(dialog: Dialog, event: CustomerSpoke) -> Step:
    if not dialog.open:
        raise Refusal("closed")  # intake opens a new dialog instead
    if dialog.status is Status.FOR_REVIEW:
        raise Refusal("for_review")  # the customer speaks in the dialog that it comes from
    waited = dialog.waiting_since is not None or dialog.bot
    spoken = replace(
        dialog,
        waiting_since=dialog.waiting_since if dialog.bot else dialog.waiting_since or event.at,
        last_at=event.at,
        last_words=shorten(event.words, LAST_WORDS),
        heard_at=max(event.at, dialog.heard_at) if dialog.heard_at else event.at,
    )
    return spoken, () if waited else (RefreshCard(),)


def _assigned(dialog: Dialog, event: Assigned) -> Step:
    if dialog.status is not Status.NEW:
        return dialog, ()  # people have decided already
    to = event.to.operator
    assigned = replace(dialog, addressee=event.to) if to is None else _under(dialog, to)
    line = _line("assigned", to=event.to)
    return assigned, (WriteLine(line), RefreshCard(), Notify(event.to, line))


def _bot_began(dialog: Dialog, event: BotBegan) -> Step:
    if dialog.status is not Status.NEW:
        return dialog, ()
    return replace(dialog, bot=True, addressee=event.then, waiting_since=None), (RefreshCard(),)


def _bot_answered(dialog: Dialog, event: BotAnswered) -> Step:
    if not dialog.bot:
        return dialog, ()  # people were faster
    return replace(dialog, last_at=event.at, last_words=shorten(event.words, LAST_WORDS)), ()


def _handed_over(dialog: Dialog, event: HandedOver) -> Step:
    """The customer waits for people from now on; whose the dialog is to be hears of it now."""
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
    return _under(dialog, event.by), (WriteLine(_line("accepted", event.by)), RefreshCard())


def _took_over(dialog: Dialog, event: TookOver) -> Step:
    if dialog.status is Status.FOR_REVIEW:
        raise Refusal("for_review")
    if dialog.responsible == event.by:
        raise Refusal("yours")
    before = dialog.responsible
    line = _line("took_over", event.by) if before is not None else _line("accepted", event.by)
    told = (Notify(Addressee(operator=before), line),) if before is not None else ()
    return _under(dialog, event.by), (WriteLine(line), RefreshCard(), *told)


def _answered(dialog: Dialog, event: Answered) -> Step:
    if dialog.status is Status.FOR_REVIEW:
        raise Refusal("for_review")
    effects: tuple[Effect, ...] = ()
    answered = dialog
    if dialog.status in (Status.NEW, Status.RETURNED):
        answered, effects = _accepted(dialog, Accepted(event.by))
    elif not in_team(dialog, event.by):
        raise Refusal("stranger", by=str(dialog.responsible))
    elif dialog.waiting_since is not None:
        effects = (RefreshCard(),)
    return (
        replace(
            answered,
            waiting_since=None,
            last_at=event.at,
            last_words=shorten(event.words, LAST_WORDS),
            answered_at=dialog.answered_at or event.at,
        ),
        effects,
    )


def _closed(dialog: Dialog, event: Closed) -> Step:
    if dialog.status is Status.FOR_REVIEW:
        raise Refusal("for_reading")
    _only_team(dialog, event.by, event.administers)
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
    line = _line("closed", event.by, reason=event.reason, comment=event.comment)
    return closed, (WriteLine(line), RefreshCard(), TellCrm("closed", event.by))


def _redirected(dialog: Dialog, event: Redirected) -> Step:
    if dialog.status is Status.FOR_REVIEW:
        return _passed_further(dialog, event)
    _only_team(dialog, event.by, event.administers)
    if event.to.operator is not None and event.to.operator == dialog.responsible:
        raise Refusal("is_responsible", by=str(dialog.responsible))
    keep = dialog.coexecutors - ({event.to.operator} if event.to.operator is not None else set())
    returned = replace(
        _without_bot(dialog), status=Status.RETURNED, responsible=None, addressee=event.to, coexecutors=frozenset(keep)
    )
    line = _line("redirected", event.by, to=event.to, comment=event.comment)
    return returned, (WriteLine(line), RefreshCard(), Notify(event.to, line))


def _added(dialog: Dialog, event: CoexecutorAdded) -> Step:
    if dialog.status is Status.FOR_REVIEW:
        raise Refusal("for_review")
    if event.by != event.who:  # joining is everyone's own business
        _only_team(dialog, event.by, event.administers)
    if event.who == dialog.responsible:
        raise Refusal("is_responsible", by=str(event.who))
    if event.who in dialog.coexecutors:
        raise Refusal("in_already", by=str(event.who))
    line = _line("joined" if event.by == event.who else "added", event.by, who=event.who)
    told = () if event.by == event.who else (Notify(Addressee(operator=event.who), line),)
    return replace(dialog, coexecutors=dialog.coexecutors | {event.who}), (WriteLine(line), RefreshCard(), *told)


def _removed(dialog: Dialog, event: CoexecutorRemoved) -> Step:
    if event.by != event.who:
        _only_team(dialog, event.by, event.administers)
    if event.who not in dialog.coexecutors:
        raise Refusal("not_in", by=str(event.who))
    line = _line("left" if event.by == event.who else "removed", event.by, who=event.who)
    told = () if event.by == event.who else (Notify(Addressee(operator=event.who), line),)
    return replace(dialog, coexecutors=dialog.coexecutors - {event.who}), (WriteLine(line), RefreshCard(), *told)


def _renamed(dialog: Dialog, event: Renamed) -> Step:
    _only_team(dialog, event.by, event.administers)
    title = " ".join(event.title.split())
    if not title:
        raise Refusal("empty_title")
    return replace(dialog, title=title), (WriteLine(_line("renamed", event.by, title=title)), RefreshCard())


def _linked(dialog: Dialog, event: Linked) -> Step:
    if dialog.status is Status.FOR_REVIEW:
        raise Refusal("for_review")
    if event.by is not None:
        _only_team(dialog, event.by, event.administers)
    if event.interest == dialog.interest:
        raise Refusal("linked_already" if event.interest is not None else "not_linked", title=event.title)
    if event.interest is None:
        code = "unlinked"
    elif event.by is None:
        code = "linked_by_rules"
    else:
        code = "interest_made" if event.made else "linked"
    if event.interest is None:
        told = TellCrm("unlinked", event.by, dialog.interest)
    else:
        told = TellCrm("linked", event.by, event.interest, event.made)
    linked = replace(dialog, interest=event.interest)
    return linked, (WriteLine(_line(code, event.by, title=event.title)), RefreshCard(), told)


FOR_READERS = ("read", "task", "redirect_on")
"""What is offered to whom messages were passed for review."""


def _passed_for_review(dialog: Dialog, event: PassedForReview) -> Step:
    if dialog.status is not Status.FOR_REVIEW:
        raise Refusal("nothing_to_review")
    line = _line("for_review", event.by, to=event.to, comment=event.comment)
    words = shorten(event.words, LAST_WORDS)
    passed = replace(dialog, addressee=event.to, last_at=event.at, last_words=words)
    return passed, (WriteLine(line), Notify(event.to, line, FOR_READERS))


def _passed_further(dialog: Dialog, event: Redirected) -> Step:
    """It stays for review, for somebody else."""
    _only_readers(dialog, event.by, event.roles, event.administers)
    if event.to == dialog.addressee:
        raise Refusal("waits_already", **_line("", to=event.to).values)
    line = _line("redirected_on", event.by, to=event.to, comment=event.comment)
    return replace(dialog, addressee=event.to), (WriteLine(line), RefreshCard(), Notify(event.to, line, FOR_READERS))


def _reviewed(dialog: Dialog, event: Reviewed) -> Step:
    """Who passed the messages on hears of it."""
    if dialog.status is not Status.FOR_REVIEW:
        raise Refusal("nothing_to_review")
    _only_readers(dialog, event.by, event.roles, event.administers)
    read = replace(dialog, status=Status.CLOSED, addressee=None, waiting_since=None, closed_at=event.at)
    line = _line("reviewed", event.by)
    concerned = dialog.passed_by is not None and dialog.passed_by != event.by
    told = (Notify(Addressee(operator=dialog.passed_by), line),) if concerned else ()
    return read, (WriteLine(line), RefreshCard(), *told)


def _only_readers(dialog: Dialog, operator: OperatorId, roles: frozenset[RoleName], administers: bool) -> None:
    """What was passed to somebody is theirs to read, or to be taken back by who passed it."""
    whom = dialog.addressee
    free = administers or whom is None or operator == dialog.passed_by
    if whom is not None and not free and not addressed_to(dialog, operator, roles):
        raise Refusal("for_others", **_line("", to=whom).values)


def _role_removed(dialog: Dialog, event: RoleRemoved) -> Step:
    if dialog.addressee != Addressee(role=event.role):
        return dialog, ()
    status = Status.NEW if dialog.status is Status.RETURNED else dialog.status
    line = _line("role_removed", event.by, role=event.role)
    return replace(dialog, status=status, addressee=None), (WriteLine(line), RefreshCard())


def _role_renamed(dialog: Dialog, event: RoleRenamed) -> Step:
    if dialog.addressee != Addressee(role=event.role):
        return dialog, ()
    return replace(dialog, addressee=Addressee(role=event.to)), (RefreshCard(),)


def _under(dialog: Dialog, operator: OperatorId) -> Dialog:
    """The same dialog with `operator` responsible for it."""
    return replace(
        _without_bot(dialog),
        status=Status.IN_PROGRESS,
        responsible=operator,
        addressee=None,
        coexecutors=dialog.coexecutors - {operator},
    )


def _without_bot(dialog: Dialog) -> Dialog:
    """With people in the bot's place: they owe the customer what the bot has not answered yet."""
    if not dialog.bot:
        return dialog
    answered = dialog.last_at is not None and dialog.heard_at is not None and dialog.last_at > dialog.heard_at
    return replace(dialog, bot=False, waiting_since=None if answered else dialog.heard_at)


def _only_team(dialog: Dialog, operator: OperatorId, administers: bool) -> None:
    """What somebody works on is theirs to steer; what nobody has taken is everybody's."""
    if dialog.status is Status.IN_PROGRESS and not administers and not in_team(dialog, operator):
        raise Refusal("stranger", by=str(dialog.responsible))


def _line(code: str, by: OperatorId | None = None, **values: OperatorId | Addressee | str) -> Line:
    """Values are kept as text: operators by id under `by`, `who` and `to`, a role's name under `to_role`."""
    kept: dict[str, str] = {} if by is None else {"by": str(by)}
    for name, value in values.items():
        if isinstance(value, Addressee):
            kept |= {"to_role": str(value.role)} if value.role is not None else {"to": str(value.operator)}
        elif value != "":
            kept[name] = str(value)
    return Line(code, kept)


def addressed_to(dialog: Dialog, operator: OperatorId, roles: frozenset[RoleName]) -> bool:
    """Whether the dialog waits for this operator, by name or by role."""
    whom = dialog.addressee
    return whom is not None and (whom.operator == operator or (whom.role is not None and whom.role in roles))
