"""Parts of an account's settings: together they contain every rule, and each parses its own form."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace

import pytest

from bot.account_settings.parts import PARTS, Answers, SettingsReader
from bot.domain.account_rules import AccountRules, Deadlines, FirstLine, Keyword, Threads
from bot.locale import translator

TR = translator("en")
READER = SettingsReader(TR, "en")
CHANGED = replace(
    AccountRules(),
    reasons=("Purchased", "Spam"),
    leads=False,
    greeting="Hello!",
    keywords=(Keyword(("price", "cost"), "From 100."),),
    bot=FirstLine("https://bot.example/answer", 5),
    deadlines=Deadlines(15, 60, 5),
    threads=Threads.CONTACT,
    paused=True,
)


def test_every_rule_belongs_to_one_part() -> None:
    kept = Counter(key for part in PARTS.values() for key in part.keys)
    assert kept == Counter(field.name for field in fields(AccountRules))


@pytest.mark.parametrize("rules", [AccountRules(), CHANGED], ids=["usual", "changed"])
@pytest.mark.parametrize("code", PARTS)
def test_a_form_sent_as_it_stands_changes_nothing(code: str, rules: AccountRules) -> None:
    part = PARTS[code]
    answers = Answers({field.name: field.value for field in part.fields(rules, READER)}, TR)
    assert part.lines(part.read(answers, rules), READER) == part.lines(rules, READER)
    assert not answers.errors
