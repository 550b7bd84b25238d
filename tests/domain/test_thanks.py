"""Customers' words that only thank, and words that ask for more."""

from __future__ import annotations

import pytest

from bot.domain.thanks import only_thanks


@pytest.mark.parametrize(
    "words",
    [
        "Thanks",
        "thank you!!!",
        "Thank you so much, that's all 🙏",
        "THX",
        "ok, thanks, have a nice day",
        "Спасибо",
        "спасибо большое!",
        "Ок, поняла, спасибо вам за помощь)",
        "Благодарю 🌹",
        "Всё понятно, спасибо. До свидания!",
        "👍🏽",
        "❤️",
        "🙏🙏🙏",
    ],
)
def test_only_thanks(words: str) -> None:
    assert only_thanks(words)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "ok",
        "Да",
        "Thanks, and when does it arrive",
        "Thank you?",
        "Спасибо, а доставка?",
        "спасибо не надо",
        "No thanks",
        "thanks for nothing",
        "нет, спасибо",
        "Thanks! https://shop.example/order/5",
        "Спасибо, мой номер 5",
        "5",
        "👎",
        "ok " * 40 + "thanks",
    ],
)
def test_more_than_thanks(words: str) -> None:
    assert not only_thanks(words)
