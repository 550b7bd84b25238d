"""People picked from the team chat's own list, which offers everybody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import Actor, Belonging, Status
from bot.views.values import Answer, FieldKind, Form, Invalid, Silent
from tests.core.helpers import accepted_dialog
from tests.core.world import ANNA, DESK, World, form_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DORA = Actor("U7", "dora", "Dora", belongs=Belonging.MEMBER)
"""A member of the audience who has never used the hub."""


async def redirecting(world: World) -> Form:
    return form_of(await world.commands(ANNA, "redirect", await accepted_dialog(world)))


async def test_a_colleague_who_has_never_used_the_hub_can_be_picked(world: World) -> None:
    form = await redirecting(world)
    assert form.fields[0].kind is FieldKind.PERSON
    assert await world.submits(ANNA, form, DORA, who="user:U7", comment="please") == Silent()
    async with world.store.read() as unit:
        dora = await unit.operators.of_user(DESK, "U7")
    assert dora is not None
    dialog = await world.dialog(1)
    assert (dialog.status, dialog.addressee and dialog.addressee.operator) == (Status.RETURNED, dora.id)


@pytest.mark.parametrize(
    ("picked", "who", "words"),
    [
        (replace(DORA, belongs=Belonging.BOT), "user:U7", "Dora is a bot. Choose someone else."),
        (replace(DORA, belongs=Belonging.GONE), "user:U7", "Dora is deactivated. Choose someone else."),
        (replace(DORA, belongs=Belonging.OUTSIDER), "user:U7", "Dora has no access to the hub. Choose someone else."),
        (replace(DORA, belongs=Belonging.FOREIGN), "user:U7", "Dora has no access to the hub. Choose someone else."),
        (Actor("U7", ""), "user:U7", "This user has no access to the hub. Choose someone else."),
        (DORA, "user:U7,role:sales", "Choose an operator or a role, not both."),
        (DORA, "", "Choose an operator or a role."),
    ],
)
async def test_whoever_cannot_be_meant_is_refused_in_words(world: World, picked: Actor, who: str, words: str) -> None:
    form = await redirecting(world)
    answer: Answer = await world.submits(ANNA, form, picked, who=who, comment="")
    assert answer == Invalid({"who": words})
    assert (await world.dialog(1)).status is Status.IN_PROGRESS


async def test_bots_and_unknown_users_become_no_operators(world: World) -> None:
    form = await redirecting(world)
    await world.submits(ANNA, form, replace(DORA, belongs=Belonging.BOT), who="user:U7", comment="")
    await world.submits(ANNA, form, Actor("U8", ""), who="user:U8", comment="")
    async with world.store.read() as unit:
        assert [await unit.operators.of_user(DESK, user) for user in ("U7", "U8")] == [None, None]
