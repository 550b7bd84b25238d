"""Closing reasons that say nothing without a comment."""

from __future__ import annotations

import pytest

from bot.actions.close import says_nothing
from bot.domain import FormChanged, Key, Place, Status
from bot.domain.account_rules import AccountRules
from bot.views.values import Ask, Field, Form, Invalid, Silent
from tests.core.helpers import accepted_dialog, card_of
from tests.core.world import ANNA, DESK, SHOP, World, form_of

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def changed(world: World, form: Form, **values: str) -> Form:
    event = FormChanged(Key(f"change-{values}"), ANNA, Place(DESK, "C1"), form.token, values)
    return form_of(await world.desk_events.accept(event))


def comment(form: Form) -> Field:
    return next(one for one in form.fields if one.name == "comment")


@SQLITE
async def test_another_reason_needs_words_however_it_is_chosen(world: World) -> None:
    rules = AccountRules(reasons=("Bought", "Other"))
    await world.store.transact(lambda unit: unit.accounts.set_rules(SHOP, rules))
    dialog = await accepted_dialog(world)
    form = form_of(await world.commands(ANNA, "close", dialog))
    assert (form.fields[0].refreshes, comment(form).required) == (True, False)
    vague = await changed(world, form, reason="Other", comment="it")
    assert (comment(vague).required, comment(vague).value, vague.fields[0].value) == (True, "it", "Other")
    assert not comment(await changed(world, form, reason="Bought", comment="")).required
    assert form_of(await world.commands(ANNA, "close other", dialog)).fields[0].value == "Other"
    button = next(one for one in card_of(world, dialog).buttons if one.word == "close")
    asked = await world.picks(ANNA, button, dialog, "=Other")
    assert isinstance(asked, Ask)
    assert (asked.form.fields[0].value, comment(asked.form).required) == ("Other", True)
    refused = await world.submits(ANNA, form, reason="Other", comment=" ")
    assert refused == Invalid({"comment": "“Other” alone says nothing: add a comment."})
    assert (await world.dialog(dialog.id)).status is Status.IN_PROGRESS
    assert await world.submits(ANNA, form, reason="Other", comment="moved away") == Silent()
    assert (await world.dialog(dialog.id)).status is Status.CLOSED


@SQLITE
async def test_with_words_it_closes_at_once(world: World) -> None:
    rules = AccountRules(reasons=("Bought", "Другое"))
    await world.store.transact(lambda unit: unit.accounts.set_rules(SHOP, rules))
    dialog = await accepted_dialog(world)
    assert await world.commands(ANNA, "close другое: переехал", dialog) == Silent()
    assert (await world.dialog(dialog.id)).reason == "Другое"


@pytest.mark.parametrize(
    ("reason", "vague"), [("Other…", True), ("ДРУГОЕ", True), ("Иное", True), ("Other shop", False), ("", False)]
)
def test_what_says_nothing(reason: str, vague: bool) -> None:
    assert says_nothing(reason) is vague
