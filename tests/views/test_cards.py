"""A card with long and with missing data."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain import (
    Account,
    AccountName,
    Author,
    ChatId,
    Contact,
    ContactId,
    Content,
    DeskName,
    Dialog,
    DialogId,
    Message,
    MessageId,
)
from bot.domain.text import Text
from bot.locale import translator
from bot.views import cards
from bot.views.cards import CardNames, several
from bot.views.values import Card

AT = datetime(2026, 11, 30, 10, tzinfo=UTC)
LONG = "Konstantinopolskaya-" * 6
DIALOG = Dialog(DialogId(1), AccountName("shop"), ChatId("7"), ContactId(1), DeskName("main"), "support", AT)


def said(number: int, words: str) -> Message:
    return Message(MessageId(number), DIALOG.id, Author.CUSTOMER, AT, Content(Text.plain(words)))


def card(name: str = "Vera Orlova", ends: tuple[Message, ...] = (), title: str = "Shop bot", **names: object) -> Card:
    contact = Contact(ContactId(1), name, "+79120000001")
    account = Account(AccountName("shop"), "telegram", title, DeskName("main"), "support")
    shown = CardNames(username="@vera", **names)  # type: ignore[arg-type]
    return cards.card(DIALOG, contact, account, shown, (), (), translator("en"), str, ends=ends)


def test_the_first_and_the_last_words_are_quoted_each_on_a_line() -> None:
    drawn = card(ends=(said(1, "Hello!\nDo you deliver?"), said(5, "to Kazan " * 30)))
    assert [one.message for one in drawn.said] == [1, 5]
    assert drawn.said[0].words == "Hello! Do you deliver?"
    assert all(len(one.words) <= cards.QUOTED and "\n" not in one.words for one in drawn.said)
    assert drawn.said[1].words.endswith("…")


def test_a_card_does_not_quote_the_same_words_twice() -> None:
    assert [one.message for one in card(ends=(said(1, "Look! A photo"), said(5, "A photo"))).said] == [1]


def test_the_line_of_a_notification_is_the_customers_words() -> None:
    assert card(ends=(said(1, "Hello! Do you deliver?"),)).summary == "Vera Orlova: Hello! Do you deliver? · Shop bot"
    assert card().summary == "#1 · Vera Orlova · Shop bot · New"


def test_a_line_of_a_notification_is_short_however_long_names_are() -> None:
    drawn = card(LONG, (said(1, "word " * 100),), LONG)
    assert len(drawn.summary) <= 200
    assert drawn.summary.count("…") == 3


@pytest.mark.parametrize("name", ["Vera Orlova", "", LONG])
def test_the_name_stands_once(name: str) -> None:
    drawn = card(name)
    shown = (name or "@vera")[:20]
    everything = [drawn.heading, *(fact.value.characters for fact in drawn.facts)]
    assert sum(words.count(shown) for words in everything) == 1


def test_names_end_with_an_ellipsis() -> None:
    drawn = card(LONG, responsible=LONG, addressee=LONG, passed_by=LONG, title=LONG)
    people = {fact.label: fact.value.characters for fact in drawn.facts}
    for label in ("Owner", "Waiting for", "Forwarded by", "Account"):
        assert len(people[label]) <= cards.NAME, label
        assert people[label].endswith("…"), label


@pytest.mark.parametrize(
    ("names", "line"),
    [
        ((), ""),
        (("Anna",), "Anna"),
        (("Anna", "Boris", "Clara"), "Anna, Boris, Clara"),
        (("Anna", "Boris", "Clara", "Dina"), "Anna, Boris +2"),
        (("Anna", "Boris", *map(str, range(13))), "Anna, Boris +13"),
    ],
)
def test_co_executors_are_counted_where_they_are_many(names: tuple[str, ...], line: str) -> None:
    assert several(names) == line


def test_what_matters_now_is_not_folded() -> None:
    drawn = card(responsible="Anna", coexecutors=("Boris",), dialogs=3)
    assert {fact.label: fact.folded for fact in drawn.facts} == {
        **dict.fromkeys(("Status", "Account", "Owner"), False),
        **dict.fromkeys(("Contact", "Co-executors", "Dialogs with this contact"), True),
    }
