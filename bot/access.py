"""Who may read, send and administer: pure.

Rights are given per account, to user names and to roles. Without grants everybody who can use the hub may
read and answer. With grants only those named may, unless `everyone_sends` says that the others may as well;
`everyone_reads` lets the others look on. Whoever is named, by name or by role, has what these grants give together:
a grant without the right to send is how to take it from one while all others keep it. The hub's administrators may
everything everywhere, so that an account's administrators can lock out everybody but those who can mend it.

All that is for those who belong to the desk's audience. Guests, people of other teams and colleagues who are not in the
desk's channels have what an account grants them by name or by role, and nothing else; bots, the deactivated and those
of whom nothing is known have nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.model import Belonging, RoleName
from bot.rules import AccountRules


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


def same_name(one: str, other: str) -> bool:
    """User names, and those of roles, are compared without `@` and case."""
    return one.lstrip("@").casefold() == other.lstrip("@").casefold()


def roles_of(name: str, roles: Mapping[RoleName, Iterable[str]]) -> frozenset[RoleName]:
    """The roles that a user name belongs to."""
    return frozenset(role for role, members in roles.items() if any(same_name(name, member) for member in members))


def rights(
    name: str, roles: frozenset[RoleName], rules: AccountRules, admins: Iterable[str], belongs: Belonging
) -> Rights:
    """What the operator called `name`, who has `roles`, may do under `rules`."""
    inside = belongs is Belonging.MEMBER
    if belongs in NOBODY:
        return Rights()
    if belongs is not Belonging.STRANGER and any(same_name(name, admin) for admin in admins):
        return ALL
    if not name and rules.grants:
        return Rights()  # the desk does not say who it is: what was taken from them must not come back
    mine = [grant for grant in rules.grants if any(same_name(grant.subject, one) for one in (name, *roles))]
    if not mine:
        sends = rules.everyone_sends if rules.everyone_sends is not None else not rules.grants
        return Rights(read=inside and (sends or rules.everyone_reads), send=inside and sends)
    administer = any(grant.administer for grant in mine)
    send = administer or any(grant.send for grant in mine)
    read = send or (inside and rules.everyone_reads) or any(grant.read for grant in mine)
    return Rights(read, send, administer)
