"""Tokens: what was sealed comes back; anything else is forged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import DialogId, MessageId, OperatorId
from bot.ports import Forged
from bot.seal import Seal, Ticket

SEAL = Seal("a secret of the hub")
TICKET = Ticket("close", DialogId(1042), MessageId(7), OperatorId(3), form=True, extra={"reason": "Куплено"})


def test_a_ticket_comes_back() -> None:
    assert SEAL.open(SEAL.seal(TICKET)) == TICKET
    assert SEAL.open(SEAL.seal(Ticket("help"))) == Ticket("help")


def test_another_hub_s_token_is_forged() -> None:
    with pytest.raises(Forged):
        SEAL.open(Seal("another secret").seal(TICKET))


@given(st.integers(0, 200), st.characters())
def test_a_changed_token_is_forged(position: int, character: str) -> None:
    token = SEAL.seal(TICKET)
    position %= len(token)
    if token[position] != character:
        with pytest.raises(Forged):
            SEAL.open(token[:position] + character + token[position + 1 :])


@given(st.text())
def test_anything_else_is_forged(token: str) -> None:
    with pytest.raises(Forged):
        SEAL.open(token)


def test_the_secret_is_not_shown() -> None:
    assert "secret" not in repr(SEAL)
