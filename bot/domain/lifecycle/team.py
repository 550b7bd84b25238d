"""The operators a dialog belongs to: the team that works on it, and the addressee that it waits for."""

from __future__ import annotations

from bot.domain import Dialog, OperatorId, RoleName, Status
from bot.domain.lifecycle.effects import Refusal, technical_line


def in_team(dialog: Dialog, operator: OperatorId) -> bool:
    """True for the owner and the co-executors: they may reply in a dialog in progress."""
    return operator == dialog.responsible or operator in dialog.coexecutors


def team(dialog: Dialog) -> frozenset[OperatorId]:
    """The owner and the co-executors."""
    return dialog.coexecutors | ({dialog.responsible} if dialog.responsible is not None else set())


def addressed_to(dialog: Dialog, operator: OperatorId, roles: frozenset[RoleName]) -> bool:
    """True when the dialog waits for this operator, by name or by role."""
    whom = dialog.addressee
    return whom is not None and (whom.operator == operator or (whom.role is not None and whom.role in roles))


def only_team(dialog: Dialog, operator: OperatorId, administers: bool) -> None:
    """Raises `Refusal` for anyone outside the team of a dialog in progress. Dialogs in any other status are open to
    everyone."""
    if dialog.status is Status.IN_PROGRESS and not administers and not in_team(dialog, operator):
        raise Refusal("not_in_team", by=str(dialog.responsible))


def only_addressee(dialog: Dialog, operator: OperatorId, roles: frozenset[RoleName], administers: bool) -> None:
    """Raises `Refusal` for anyone but the addressee of a dialog for review and the operator who forwarded the
    messages."""
    whom = dialog.addressee
    free = administers or whom is None or operator == dialog.passed_by
    if whom is not None and not free and not addressed_to(dialog, operator, roles):
        raise Refusal("for_others", **technical_line("", to=whom).values)
