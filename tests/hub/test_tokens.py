"""Tokens: a sealed one opens unchanged; anything else is a forgery."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import DeskName, DialogId, MessageId, OperatorId
from bot.hub.tokens import Seal, Ticket
from bot.ports import Forged

SEAL = Seal("a secret of the hub")
OFFICE, OTHER = DeskName("office"), DeskName("other")
TICKET = Ticket("close", DialogId(1042), MessageId(7), OperatorId(3), form=True, extra={"reason": "Куплено"})


def test_a_ticket_comes_back() -> None:
    assert SEAL.open(SEAL.seal(TICKET, OFFICE), OFFICE) == TICKET
    assert SEAL.open(SEAL.seal(Ticket("help"), OFFICE), OFFICE) == Ticket("help")


def test_a_token_of_one_desk_is_forged_in_another() -> None:
    with pytest.raises(Forged):
        SEAL.open(SEAL.seal(TICKET, OFFICE), OTHER)


def test_the_former_secret_opens_and_never_seals() -> None:
    changed = Seal("a new secret of the hub", before="a secret of the hub")
    assert changed.open(SEAL.seal(TICKET, OFFICE), OFFICE) == TICKET
    with pytest.raises(Forged):
        SEAL.open(changed.seal(TICKET, OFFICE), OFFICE)
    with pytest.raises(Forged):
        Seal("a new secret of the hub").open(SEAL.seal(TICKET, OFFICE), OFFICE)


OLD = "eyJ3b3JkIjoiY2xvc2UiLCJkaWFsb2ciOjEwNDJ9.4SylbDAwASMFD72MpjPnzw"
"""Sealed by 4ee444d with the secret above, for no desk."""


def test_a_token_of_before_desks_were_sealed_is_known_as_old() -> None:
    assert SEAL.open(OLD, OFFICE) == Ticket("close", DialogId(1042), old=True)
    assert Seal("new", before="a secret of the hub").open(OLD, OFFICE).old


def test_a_fingerprint_changes_with_the_secret_and_tells_nothing_of_it() -> None:
    assert SEAL.fingerprint == Seal("a secret of the hub", before="other").fingerprint
    assert SEAL.fingerprint != Seal("another secret").fingerprint


def test_another_hub_s_token_is_forged() -> None:
    with pytest.raises(Forged):
        SEAL.open(Seal("another secret").seal(TICKET, OFFICE), OFFICE)


@given(st.integers(0, 200), st.characters())
def test_a_changed_token_is_forged(position: int, character: str) -> None:
    token = SEAL.seal(TICKET, OFFICE)
    position %= len(token)
    if token[position] != character:
        with pytest.raises(Forged):
            SEAL.open(token[:position] + character + token[position + 1 :], OFFICE)


@given(st.text())
def test_anything_else_is_forged(token: str) -> None:
    with pytest.raises(Forged):
        SEAL.open(token, OFFICE)


def test_the_secret_is_not_shown() -> None:
    assert "secret" not in repr(SEAL)
