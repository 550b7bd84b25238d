"""Inputs of forms: two inputs for one field, people picked, and what desks without pickers show."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.views import inputs
from bot.views.values import Field, FieldKind, Option

ROLE, ANNA, BORIS = (
    Option("role:sales", "👥 sales"),
    Option("operator:1", "Anna", "U1"),
    Option("operator:2", "B", "U2"),
)
WHO = Field("who", "Who", FieldKind.PERSON, options=(ROLE, ANNA, BORIS))


@pytest.mark.parametrize(
    ("entered", "expected"),
    [
        ({"who": "user:U1", "who__others": ""}, {"who": "user:U1"}),
        ({"who": "", "who__others": "role:sales"}, {"who": "role:sales"}),
        ({"who__others": "role:sales", "who": "user:U1,user:U2"}, {"who": "user:U1,user:U2,role:sales"}),
        ({"who__others": "role:sales"}, {"who": "role:sales"}),
        ({"dates": "2026-10-01", "dates__last": "2026-10-15"}, {"dates": "2026-10-01..2026-10-15"}),
        ({"dates": "2026-10-01", "dates__last": ""}, {"dates": "2026-10-01"}),
        ({"dates": "", "dates__last": "2026-10-15"}, {"dates": "..2026-10-15"}),
        ({"comment": "a,b..c"}, {"comment": "a,b..c"}),
    ],
)
def test_two_inputs_are_one_answer(entered: dict[str, str], expected: dict[str, str]) -> None:
    assert inputs.joined(entered) == expected


def test_people_are_picked_by_id_alone() -> None:
    values = {"who": "user:U1,role:user:U9,user:U2", "text": "user:U3", "other": "user:<!here>", "again": "user:U1"}
    assert inputs.picked_in(values) == ["U1", "U2", "U3"]
    assert (inputs.users(replace(WHO, value="operator:2,role:sales")), inputs.others(WHO)) == (["U2"], (ROLE,))


@pytest.mark.parametrize(
    ("asked", "kind", "value"),
    [
        (replace(WHO, value="operator:1"), FieldKind.CHOICE, "operator:1"),
        (replace(WHO, kind=FieldKind.PEOPLE), FieldKind.MANY, ""),
        (Field("due", "Due", FieldKind.MOMENT, value="2026-12-01T09:00+03:00"), FieldKind.LINE, "01.12.2026 09:00"),
        (Field("due", "Due", FieldKind.MOMENT, value="tomorrow at 9"), FieldKind.LINE, "tomorrow at 9"),
        (Field("dates", "Days", FieldKind.DAYS, value="2026-10"), FieldKind.LINE, "2026-10"),
        (Field("email", "E-mail", FieldKind.EMAIL, value="v@x"), FieldKind.LINE, "v@x"),
        (Field("text", "Text", FieldKind.AREA), FieldKind.AREA, ""),
    ],
)
def test_desks_without_pickers_show_lists_and_texts(asked: Field, kind: FieldKind, value: str) -> None:
    shown = inputs.simplified(asked)
    assert (shown.kind, shown.value, shown.options) == (kind, value, asked.options)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (FieldKind.EMAIL, "vera@example.com", FieldKind.EMAIL),
        (FieldKind.EMAIL, "none", FieldKind.LINE),
        (FieldKind.NUMBER, "2.5", FieldKind.NUMBER),
        (FieldKind.NUMBER, "soon", FieldKind.LINE),
        (FieldKind.URL, "", FieldKind.URL),
        (FieldKind.URL, "example.com", FieldKind.LINE),
    ],
)
def test_what_is_entered_already_can_be_sent_in(kind: FieldKind, value: str, expected: FieldKind) -> None:
    assert inputs.typed(Field("x", "X", kind, value=value)) is expected
