"""Buttons that send a form in."""

from __future__ import annotations

import pytest

from bot.actions import PRESSED
from bot.locale import translator

NOUNS = ("note", "task", "assign", "report", "contact", "forward", "redirect_on", "reply", "react", "task_due")


@pytest.mark.parametrize("word", NOUNS)
def test_a_form_whose_action_is_a_noun_is_sent_by_a_verb(word: str) -> None:
    verb = PRESSED[word].verb
    assert verb
    russian = translator("ru").gettext(verb)
    assert russian.split()[0].endswith(("ть", "ти")), russian
    assert len(verb) <= 24 >= len(russian)
