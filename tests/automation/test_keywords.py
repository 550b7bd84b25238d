from __future__ import annotations

import pytest

from bot.automation.keywords import answer_to
from bot.domain import Choice, Content, Forwarded
from bot.domain.account_rules import Keyword
from bot.domain.text import Text

KEYWORDS = (
    Keyword(("price list", "price"), "On our site"),
    Keyword(("ёлка", "доставка"), "Завтра"),
    Keyword(("C++", "  "), "Yes"),
)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("What is the PRICE?", "On our site"),
        ("price", "On our site"),
        ("the price\n list, please", "On our site"),
        ("prices", ""),
        ("underpriced", ""),
        ("priceless price", "On our site"),
        ("Где Елка?", "Завтра"),
        ("где ЁЛКА", "Завтра"),
        ("где е\u0308лка", "Завтра"),
        ("доставка-то когда?", "Завтра"),
        ("доставкам", ""),
        ("is it c++?", "Yes"),
        ("c++11", ""),
        ("доставка и price", "On our site"),  # the first in the list
        ("", ""),
        ("   ", ""),
    ],
)
def test_whole_words_in_any_case(said: str, answer: str) -> None:
    assert answer_to(Content(Text.plain(said)), KEYWORDS) == answer


def test_a_button_is_the_customer_s_word_and_a_forward_is_not() -> None:
    assert answer_to(Content(attachments=(Choice("Price"),)), KEYWORDS) == "On our site"
    assert answer_to(Content(forwarded=(Forwarded("Grace", Content(Text.plain("price"))),)), KEYWORDS) == ""
