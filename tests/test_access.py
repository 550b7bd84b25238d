"""Who may read, send and administer."""

from __future__ import annotations

import pytest

from bot.access import Rights, rights, roles_of
from bot.model import Belonging, RoleName
from bot.rules import AccountRules, Grant

SALES = RoleName("sales")
GRANTED = AccountRules(
    grants=(Grant("sales"), Grant("clara", send=False), Grant("dina", administer=True)), everyone_reads=False
)
OTHERS_SEND = AccountRules(grants=(Grant("clara", send=False),), everyone_reads=False, everyone_sends=True)
CLOSED = AccountRules(everyone_reads=True, everyone_sends=False)
READABLE = AccountRules(grants=GRANTED.grants, everyone_reads=True)


@pytest.mark.parametrize(
    ("name", "roles", "rules", "expected"),
    [
        ("anna", {SALES}, AccountRules(), Rights(read=True, send=True)),
        ("boss", set(), GRANTED, Rights(True, True, True)),
        ("@Boss", set(), GRANTED, Rights(True, True, True)),
        ("anna", {SALES}, GRANTED, Rights(read=True, send=True)),
        ("clara", set(), GRANTED, Rights(read=True)),
        ("Clara", {SALES}, GRANTED, Rights(read=True, send=True)),
        ("clara", {RoleName("Sales")}, GRANTED, Rights(read=True, send=True)),
        ("dina", set(), GRANTED, Rights(True, True, True)),
        ("stranger", set(), GRANTED, Rights()),
        ("stranger", set(), READABLE, Rights(read=True)),
        ("stranger", set(), OTHERS_SEND, Rights(read=True, send=True)),
        ("clara", set(), OTHERS_SEND, Rights(read=True)),
        ("anna", {SALES}, CLOSED, Rights(read=True)),
        ("", set(), OTHERS_SEND, Rights()),
        ("", set(), AccountRules(), Rights(read=True, send=True)),
        ("boss", set(), CLOSED, Rights(True, True, True)),
    ],
)
def test_rights(name: str, roles: set[RoleName], rules: AccountRules, expected: Rights) -> None:
    assert rights(name, frozenset(roles), rules, ["boss"], Belonging.MEMBER) == expected


def test_roles_by_user_name_in_any_case() -> None:
    table = {SALES: ("anna", "@Boris"), RoleName("support"): ("clara",)}
    assert roles_of("boris", table) == {SALES}
    assert roles_of("eve", table) == frozenset()
