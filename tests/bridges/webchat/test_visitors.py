"""Tokens and budgets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import AccountName, ChatId
from bot.ports import Forged
from bridges.webchat.budget import Budget
from bridges.webchat.visitors import VisitorFile, Visitors

SHOP = Visitors(AccountName("shop"), "a secret")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_token_opens_its_own_conversation() -> None:
    chat, token = SHOP.arrive()
    assert SHOP.open(token) == chat
    assert SHOP.token(chat) == token
    assert SHOP.arrive()[0] != chat


@given(st.text(), st.text())
def test_nobody_makes_a_token(chat: str, signature: str) -> None:
    for token in (chat, f"{chat}.", f"{chat}.{signature}"):
        with pytest.raises(Forged):
            SHOP.open(token)


def test_a_token_survives_a_new_name_of_the_account() -> None:
    chat, token = SHOP.arrive()
    assert Visitors(AccountName("store"), "a secret", former=("shop",)).open(token) == chat


def test_a_token_is_good_for_one_account_and_one_secret() -> None:
    _, token = SHOP.arrive()
    for other in (Visitors(AccountName("office"), "a secret"), Visitors(AccountName("shop"), "another")):
        with pytest.raises(Forged):
            other.open(token)


def test_a_file_belongs_to_the_conversation_it_was_sent_in() -> None:
    upload = VisitorFile("hub", "7", "счёт.pdf", "application/pdf", 4)
    token = SHOP.seal(ChatId("one"), upload)
    assert SHOP.unseal(ChatId("one"), token) == upload
    with pytest.raises(Forged):
        SHOP.unseal(ChatId("two"), token)
    with pytest.raises(Forged):
        SHOP.open(token)
    with pytest.raises(Forged):
        SHOP.unseal(ChatId("one"), SHOP.token(ChatId("one")))


def test_no_secret_in_a_repr() -> None:
    assert "secret" not in repr(SHOP)


def test_a_budget_refills() -> None:
    budget = Budget(3, 30)
    assert [budget.take("a", NOW) for _ in range(3)] == [0, 0, 0]
    assert budget.take("a", NOW) == 10
    assert budget.take("b", NOW) == 0
    assert budget.take("a", NOW + timedelta(seconds=9)) == pytest.approx(1)
    assert budget.take("a", NOW + timedelta(seconds=10)) == 0
    assert budget.take("a", NOW + timedelta(seconds=11)) > 0


def test_a_budget_forgets_those_who_have_not_asked_for_long() -> None:
    budget = Budget(1, 1)
    for n in range(25_000):
        budget.take(f"{n}", NOW + timedelta(seconds=n))
    assert len(budget._left) <= 10_000


def test_the_former_secret_opens_and_never_signs() -> None:
    chat, token = SHOP.arrive()
    changed = Visitors(AccountName("shop"), "a new secret", "a secret")
    assert changed.open(token) == chat
    with pytest.raises(Forged):
        SHOP.open(changed.token(chat))
