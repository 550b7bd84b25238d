"""Who may read, send and administer: pure.

Rights are given per account, to people and to roles. A grant's subject says which of the two it is, and a person is an
operator's number, never a name: names are chosen, changed and taken over. A subject that is only a name is nobody yet,
and gives nothing.

Without grants everybody who can use the hub may read and answer. With grants only those named may, unless
`everyone_sends` says that the others may as well; `everyone_reads` lets the others look on. Whoever is named, in person
or by role, has what these grants give together: a grant without the right to send is how to take it from one while all
others keep it. The hub's administrators may everything everywhere, so that an account's administrators can lock out
everybody but those who can mend it.

All that is for those who belong to the desk's audience. Guests, people of other teams and colleagues who are not in the
desk's channels have what an account grants them in person or by role, and nothing else; bots, the deactivated and those
of whom nothing is known have nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from bot.domain import Belonging, Operator, OperatorId, RoleName
from bot.domain.account_rules import AccountRules

_OPERATOR, _ROLE = "operator:", "role:"


@dataclass(frozen=True, slots=True)
class Rights:
    """What one operator may do with one account's dialogs."""

    read: bool = False
    send: bool = False
    administer: bool = False


ALL = Rights(read=True, send=True, administer=True)
NO_PERSON = frozenset({Belonging.BOT, Belonging.GONE})
"""What one of these does in a team chat is no act of an operator."""
NOBODY = NO_PERSON | {Belonging.UNKNOWN}
"""Whoever is one of these is no operator, whatever is granted."""


def person(operator: OperatorId) -> str:
    """The subject of rules that is this operator."""
    return f"{_OPERATOR}{operator}"


def of_role(role: RoleName) -> str:
    """The subject of rules that is this role."""
    return f"{_ROLE}{role}"


def operator_in(subject: str) -> OperatorId | None:
    """The operator that a subject is; None: it is a role, or only a name."""
    number = subject.removeprefix(_OPERATOR)
    whole = number != subject and number.isascii() and number.isdigit() and len(number) <= 15
    return OperatorId(int(number)) if whole else None


def role_in(subject: str) -> RoleName | None:
    """The role that a subject is; None: it is a person, or only a name."""
    return RoleName(subject.removeprefix(_ROLE)) if subject.startswith(_ROLE) else None


def only_a_name(subject: str) -> bool:
    """It stands there as a name that fits nobody, or several."""
    return bool(subject) and operator_in(subject) is None and role_in(subject) is None


def same_name(one: str, other: str) -> bool:
    """User names, and those of roles, are compared without `@` and case."""
    return one.lstrip("@").casefold() == other.lstrip("@").casefold()


def roles_of(operator: OperatorId, roles: Mapping[RoleName, Iterable[str]]) -> frozenset[RoleName]:
    """The roles that an operator belongs to."""
    return frozenset(role for role, members in roles.items() if person(operator) in members)


def rights(
    operator: Operator, roles: frozenset[RoleName], rules: AccountRules, admins: Collection[OperatorId]
) -> Rights:
    """What the operator, who has `roles`, may do under `rules`."""
    belongs = operator.belongs
    inside = belongs is Belonging.MEMBER
    if belongs in NOBODY:
        return Rights()
    if belongs is not Belonging.STRANGER and operator.id in admins:
        return ALL
    subjects = {person(operator.id), *map(of_role, roles)}
    mine = [grant for grant in rules.grants if grant.subject in subjects]
    if not mine and not any(_may_mean(grant.subject, operator) for grant in rules.grants):
        sends = rules.everyone_sends if rules.everyone_sends is not None else not rules.grants
        return Rights(read=inside and (sends or rules.everyone_reads), send=inside and sends)
    administer = any(grant.administer for grant in mine)
    send = administer or any(grant.send for grant in mine)
    read = send or (inside and rules.everyone_reads) or any(grant.read for grant in mine)
    return Rights(read, send, administer)


def _may_mean(subject: str, operator: Operator) -> bool:
    """A name gives nothing. But what it was to take from whom it means must not come back either; and the desk may not
    say now what somebody is called."""
    return only_a_name(subject) and (not operator.name or same_name(subject.rpartition(":")[2], operator.name))
