"""Access rules: the rights to read, send and administer. Pure.

Rights are granted per account, to operators and to roles. A grant's subject is an operator's number or a role, never a
bare user name: names are chosen, changed and taken over. A subject that is only a name matches nobody and grants
nothing.

Without grants, everybody who can use the hub may read and send. With grants, only those named may, unless
`everyone_sends` also lets the others send; `everyone_reads` lets the others read. Whoever is named, in person or by
role, has the union of those grants: a grant without `send` takes sending away from one operator while all others keep
it. The hub's administrators may do everything everywhere, so an account's administrators can lock out everybody except
those who can repair it.

The above holds for the desk's audience. Guests, people of other teams and colleagues outside the desk's channels have
only what an account grants them, in person or by role. Bots, deactivated users and users nothing is known about have no
rights.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from bot.domain import Belonging, Operator, OperatorId, RoleName
from bot.domain.account_rules import AccountRules
from bot.domain.spelling import folded
from bot.domain.value import value

_OPERATOR, _ROLE = "operator:", "role:"


@value
class Rights:
    """Rights of one operator on one account's dialogs."""

    read: bool = False
    send: bool = False
    administer: bool = False


ALL = Rights(read=True, send=True, administer=True)
NO_PERSON = frozenset({Belonging.BOT, Belonging.GONE})
"""Users whose acts in a team chat never count as an operator's."""
NOBODY = NO_PERSON | {Belonging.UNKNOWN}
"""Users who are never operators, whatever is granted."""


def present(operators: Sequence[Operator]) -> Sequence[Operator]:
    """Operators without those who are no people any more, unless there are no others: user names are freed and taken
    over."""
    return [one for one in operators if one.belongs not in NO_PERSON] or operators


def person(operator: OperatorId) -> str:
    """Subject of a rule that means this operator."""
    return f"{_OPERATOR}{operator}"


def of_role(role: RoleName) -> str:
    """Subject of a rule that means this role."""
    return f"{_ROLE}{role}"


def operator_in(subject: str) -> OperatorId | None:
    """Operator that a subject means; None for a role or a bare name."""
    number = subject.removeprefix(_OPERATOR)
    whole = number != subject and number.isascii() and number.isdigit() and len(number) <= 15
    return OperatorId(int(number)) if whole else None


def role_in(subject: str) -> RoleName | None:
    """Role that a subject means; None for an operator or a bare name."""
    return RoleName(subject.removeprefix(_ROLE)) if subject.startswith(_ROLE) else None


def only_a_name(subject: str) -> bool:
    """Tells whether a subject is a bare name, not pinned to an operator because it fitted nobody or several."""
    return bool(subject) and operator_in(subject) is None and role_in(subject) is None


def same_name(one: str, other: str) -> bool:
    """Compares names of users or roles, ignoring `@` and case."""
    return folded(one.lstrip("@")) == folded(other.lstrip("@"))


def roles_of(operator: OperatorId, roles: Mapping[RoleName, Iterable[str]]) -> frozenset[RoleName]:
    """Roles that an operator belongs to."""
    return frozenset(role for role, members in roles.items() if person(operator) in members)


def rights(
    operator: Operator, roles: frozenset[RoleName], rules: AccountRules, admins: Collection[OperatorId]
) -> Rights:
    """Rights of the operator, who has `roles`, under `rules`."""
    belongs = operator.belongs
    inside = belongs is Belonging.MEMBER
    if belongs in NOBODY:
        return Rights()
    if belongs is not Belonging.FOREIGN and operator.id in admins:
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
    """Tells whether a bare name in a grant may mean this operator.

    A bare name grants nothing, but a grant that restricted its owner must not open up again either. An operator whose
    name the desk cannot tell now may be the one meant.
    """
    return only_a_name(subject) and (not operator.name or same_name(subject.rpartition(":")[2], operator.name))
