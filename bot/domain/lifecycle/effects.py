"""Effects: what has to be done after an event."""

from __future__ import annotations

from typing import Literal

from bot.domain import Addressee, Dialog, InterestId, Line, OperatorId
from bot.domain.value import value


@value
class WriteLine:
    """Writes a technical line in the thread. `calls`: those who work in the dialog from now on and have not written in
    the thread yet, so that their team chat would not tell them what is said there."""

    line: Line
    calls: tuple[OperatorId, ...] = ()


@value
class RefreshCard:
    """Redraws the card: something on it has changed. `hurry` False: only whether the customer waits, which changes with
    every question and answer."""

    hurry: bool = True


@value
class Notify:
    """Notifies somebody by direct message; `line` says about what. `offers`: words of the actions offered with it."""

    whom: Addressee
    line: Line
    offers: tuple[str, ...] = ()


@value
class Follow:
    """Makes operators follow the thread or, with `on` False, no longer follow it, where the team chat lets the hub
    decide that: they work in the dialog again, or no longer."""

    operators: frozenset[OperatorId]
    on: bool = False


@value
class TellCrm:
    """Tells an external CRM, which keeps it, too. `interest`: the one linked or unlinked; `made`: the CRM has just been
    told about it."""

    what: Literal["closed", "linked", "unlinked"]
    by: OperatorId | None
    interest: InterestId | None = None
    made: bool = False


Effect = WriteLine | RefreshCard | Notify | Follow | TellCrm
Step = tuple[Dialog, tuple[Effect, ...]]


class Refusal(Exception):
    """A rule forbids the event. `code`: taken, yours, not_in_team, closed, for_review, is_responsible, in_already,
    not_in, not_waiting, empty_title, linked_already, not_linked, nothing_to_review, for_reading, for_others,
    waits_already, undo_late, undo_changed, undone_already, undo_others; `values`: who is meant, as an operator's id."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def called(dialog: Dialog, operator: OperatorId, posted: bool) -> tuple[OperatorId, ...]:
    """Operators whom the line about this one's own act calls: nobody if they have just posted in the thread, or were
    called to the dialog before."""
    before = operator in dialog.coexecutors or dialog.addressee == Addressee(operator=operator)
    return () if posted or before else (operator,)


def technical_line(code: str, by: OperatorId | None = None, **values: OperatorId | Addressee | str) -> Line:
    """Line with its values as text: operators by id under `by`, `who` and `to`, a role's name under `to_role`."""
    kept: dict[str, str] = {} if by is None else {"by": str(by)}
    for name, given in values.items():
        if isinstance(given, Addressee):
            kept |= {"to_role": str(given.role)} if given.role is not None else {"to": str(given.operator)}
        elif given != "":
            kept[name] = str(given)
    return Line(code, kept)
