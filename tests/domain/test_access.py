"""Rights to read, send and administer."""

from __future__ import annotations

import pytest

from bot.domain import Belonging, DeskName, Operator, OperatorId, RoleName
from bot.domain.access import Rights, of_role, only_a_name, operator_in, person, rights, role_in, roles_of
from bot.domain.account_rules import AccountRules, Grant

BOSS, ANNA, CLARA, DINA, STRANGER = map(OperatorId, range(1, 6))
NAMES = {BOSS: "boss", ANNA: "anna", CLARA: "clara", DINA: "dina", STRANGER: "stranger"}
SALES = RoleName("sales")
GRANTED = AccountRules(
    grants=(Grant("role:sales"), Grant(person(CLARA), send=False), Grant(person(DINA), administer=True)),
    everyone_reads=False,
)
OTHERS_SEND = AccountRules(grants=(Grant(person(CLARA), send=False),), everyone_reads=False, everyone_sends=True)
CLOSED = AccountRules(everyone_reads=True, everyone_sends=False)
READABLE = AccountRules(grants=GRANTED.grants, everyone_reads=True)
BY_NAME = AccountRules(grants=(Grant("office:clara", administer=True), Grant("sales")), everyone_sends=True)


def somebody(number: OperatorId, name: str | None = None) -> Operator:
    return Operator(
        number, DeskName("office"), f"U{number}", NAMES[number] if name is None else name, "", "", Belonging.MEMBER
    )


@pytest.mark.parametrize(
    ("who", "roles", "rules", "expected"),
    [
        (somebody(ANNA), {SALES}, AccountRules(), Rights(read=True, send=True)),
        (somebody(BOSS), set(), GRANTED, Rights(True, True, True)),
        (somebody(BOSS, "renamed"), set(), GRANTED, Rights(True, True, True)),
        (somebody(STRANGER, "boss"), set(), GRANTED, Rights()),
        (somebody(ANNA), {SALES}, GRANTED, Rights(read=True, send=True)),
        (somebody(CLARA), set(), GRANTED, Rights(read=True)),
        (somebody(CLARA, "renamed"), set(), GRANTED, Rights(read=True)),
        (somebody(CLARA), {SALES}, GRANTED, Rights(read=True, send=True)),
        (somebody(DINA, ""), set(), GRANTED, Rights(True, True, True)),
        (somebody(STRANGER, "dina"), set(), GRANTED, Rights()),
        (somebody(STRANGER, "sales"), set(), GRANTED, Rights()),
        (somebody(STRANGER, "role:sales"), set(), GRANTED, Rights()),
        (somebody(STRANGER, person(DINA)), set(), GRANTED, Rights()),
        (somebody(STRANGER), set(), GRANTED, Rights()),
        (somebody(STRANGER), set(), READABLE, Rights(read=True)),
        (somebody(STRANGER), set(), OTHERS_SEND, Rights(read=True, send=True)),
        (somebody(CLARA, ""), set(), OTHERS_SEND, Rights(read=True)),
        (somebody(ANNA), {SALES}, CLOSED, Rights(read=True)),
        (somebody(STRANGER, ""), set(), OTHERS_SEND, Rights(read=True, send=True)),
        (somebody(BOSS), set(), CLOSED, Rights(True, True, True)),
        # A mere name gives nobody a right, and no possible bearer gains another's.
        (somebody(CLARA), set(), BY_NAME, Rights(read=True)),
        (somebody(STRANGER, "@Clara"), set(), BY_NAME, Rights(read=True)),
        (somebody(STRANGER, "sales"), set(), BY_NAME, Rights(read=True)),
        (somebody(ANNA), {SALES}, BY_NAME, Rights(read=True, send=True)),
        (somebody(ANNA, ""), set(), BY_NAME, Rights(read=True)),
        (somebody(STRANGER), set(), BY_NAME, Rights(read=True, send=True)),
    ],
)
def test_rights(who: Operator, roles: set[RoleName], rules: AccountRules, expected: Rights) -> None:
    assert rights(who, frozenset(roles), rules, {BOSS}) == expected


def test_members_of_roles_are_people_not_names() -> None:
    table = {SALES: (person(ANNA), "clara"), RoleName("support"): (person(CLARA),)}
    assert roles_of(ANNA, table) == {SALES}
    assert roles_of(CLARA, table) == {RoleName("support")}
    assert roles_of(DINA, table) == frozenset()


def test_a_subject_says_what_it_is() -> None:
    assert (operator_in(person(ANNA)), role_in(person(ANNA)), only_a_name(person(ANNA))) == (ANNA, None, False)
    assert (operator_in(of_role(SALES)), role_in(of_role(SALES)), only_a_name(of_role(SALES))) == (None, SALES, False)
    for name in ("anna", "office:anna", "operator:", "operator:x", "operator:²", "operator:" + "9" * 20, "12"):
        assert (operator_in(name), role_in(name), only_a_name(name)) == (None, None, True), name
    assert not only_a_name("")
