"""Sentences of direct messages: long, right-to-left and missing names."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain import Account, AccountName, ChatId, Contact, ContactId, DeskName, Dialog, DialogId, Line
from bot.locale import translator
from bot.views import direct, isolation
from bot.views.values import Row, View

AT = datetime(2026, 11, 30, tzinfo=UTC)
SHOP = Account(AccountName("shop"), "memory", "Shop bot", DeskName("main"), "support")
DIALOG = Dialog(DialogId(1), SHOP.name, ChatId("7"), ContactId(1), SHOP.desk, "C1", AT)
REDIRECTED = Line("redirected", {"by": "1", "to": "2"})


@pytest.mark.parametrize(
    ("name", "by", "language", "said"),
    [
        ("Vera", "Anna", "en", "↪️ Anna redirected #1 · Vera · Shop bot to you"),
        ("", "Anna", "en", "↪️ Anna redirected #1 · Customer · Shop bot to you"),
        ("V" * 110, "Anna", "en", f"↪️ Anna redirected #1 · {'V' * 39}… · Shop bot to you"),
        ("Вера", "Анна", "ru", "↪️ Анна: вам перенаправлен диалог #1 · Вера · Shop bot"),
        ("ורה", "אנה", "en", "↪️ ⁨אנה⁩ redirected #1 · ⁨ורה⁩ · Shop bot to you"),
        ("{by}", "{dialog}", "en", "↪️ {dialog} redirected #1 · {by} · Shop bot to you"),
    ],
)
def test_a_sentence_names_who_and_what(name: str, by: str, language: str, said: str) -> None:
    tr = translator(language)
    about = direct.named(DIALOG, Contact(ContactId(1), name), SHOP, tr)
    text = direct.sentence(REDIRECTED, {"1": by}, about, "https://desk.test/1", tr)
    assert text is not None
    assert isolation.view(View((Row(text),))).rows[0].text.characters == said
    assert [span.link for span in text.spans if span.link] == ["https://desk.test/1"]


def test_a_comment_and_the_customers_words_are_one_line_each() -> None:
    tr = translator("en")
    line = Line("redirected", {"by": "1", "to_role": "sales", "comment": "please\nlook " + "x" * 300})
    text = direct.sentence(line, {"1": "Anna"}, "#1", "", tr)
    assert text is not None
    said = (text + direct.quoted("Hello!\n\nDo you deliver?" + " to Kazan" * 99, translator("en"))).characters
    first, second = said.split("\n")
    assert first.startswith("↪️ Anna redirected #1 to your role “sales”: please look xxx")
    assert first.endswith("x…")
    assert second.startswith("“Hello! Do you deliver? to")
    assert max(map(len, (first, second))) < 250
    assert not direct.quoted("  ", translator("en"))
    assert direct.quoted("Спасибо!", translator("ru")).characters == "\n«Спасибо!»"
