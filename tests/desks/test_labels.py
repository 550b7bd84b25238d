"""Labels of buttons, menus and forms are never cut, in either language."""

from __future__ import annotations

import pytest

from bot.account_settings.parts import PARTS, SettingsReader
from bot.actions import ACTIONS, PRESSED
from bot.actions.base import ActionOn
from bot.domain import RoleName
from bot.domain.account_rules import AccountRules
from bot.locale import translator

BUTTON, MENU, FORM = 30, 75, 24
"""Characters: Slack draws about thirty of a button's label and accepts 75 of a menu's; both platforms show 24 of a
form's submit label."""


@pytest.mark.parametrize("locale", ["en", "ru"])
def test_labels_fit(locale: str) -> None:
    tr = translator(locale)
    labels = {word: tr.gettext(action.label) for word, action in PRESSED.items()}
    assert {word: label for word, label in labels.items() if len(label) > MENU} == {}
    drawn = {word: labels[word] for word, action in PRESSED.items() if action.spot is not None or word not in ACTIONS}
    assert {word: label for word, label in drawn.items() if len(label) > BUTTON} == {}
    asking = {word for word, action in ACTIONS.items() if type(action).fields is not ActionOn.fields}
    assert {word: label for word, label in labels.items() if word in asking and len(label.rstrip("…")) > FORM} == {}


LABEL, HINT = 24, 150
"""Characters that Mattermost draws of an input's name and of its help text."""


@pytest.mark.parametrize("locale", ["en", "ru"])
def test_forms_of_settings_fit(locale: str) -> None:
    reader = SettingsReader(translator(locale), locale, (RoleName("sales"),))
    fields = [field for part in PARTS.values() for field in part.fields(AccountRules(), reader)]
    assert [field.label for field in fields if len(field.label) > LABEL] == []
    assert [field.hint for field in fields if len(field.hint) > HINT] == []
    assert [one.label for field in fields for one in field.options if len(one.label) > MENU] == []
    assert max(len(part.fields(AccountRules(), reader)) for part in PARTS.values()) <= 5
