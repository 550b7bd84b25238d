"""Technical lines: whom they call, and how they name them."""

from __future__ import annotations

import pytest

from bot.domain import DeskName, Line, Operator, OperatorId
from bot.domain.text import Mention, Span, Text
from bot.locale import translator
from bot.views.lines import called, calling, line_text

ANNA = Operator(OperatorId(1), DeskName("main"), "UANNA", "anna", "Anna Petrova")
BORIS = Operator(OperatorId(12), DeskName("main"), "UBORIS", "boris", "")
NAMES = {"1": "Anna Petrova", "12": "boris"}


def test_a_line_keeps_whom_it_calls() -> None:
    line = calling(Line("accepted", {"by": "1"}), [OperatorId(1), OperatorId(12)])
    assert called(line) == (1, 12)
    assert called(calling(line, [OperatorId(12)])) == (12,)
    assert calling(line, []) == Line("accepted", {"by": "1"})
    assert called(Line("accepted", {"by": "1"})) == (), "lines of older hubs call nobody"


@pytest.mark.parametrize(
    ("line", "calls", "expected"),
    [
        (
            Line("redirected", {"by": "1", "to": "12", "comment": "see {to} \x0012\x00"}),
            [BORIS],
            ("↪️ Anna Petrova redirected the dialog to ", BORIS, "\nComment: see {to} 12"),
        ),
        (
            Line("redirected", {"by": "1", "to_role": "sales", "comment": "please"}),
            [ANNA, BORIS],
            ("↪️ ", ANNA, " redirected the dialog to the role “sales” · ", BORIS, "\nComment: please"),
        ),
        (Line("deadline_nears", {"at": "15:00"}), [BORIS], ("⏰ The customer is waiting: reply by 15:00 · ", BORIS)),
        (Line("accepted", {"by": "1"}), [], ("✋ Anna Petrova accepted the dialog",)),
    ],
)
def test_those_called_are_mentioned_where_they_are_named(
    line: Line, calls: list[Operator], expected: tuple[str | Operator, ...]
) -> None:
    shown = line_text(line, NAMES, {str(one.id): one for one in calls}, translator("en"))
    spans = [Span(one) if isinstance(one, str) else Mention(one.title or one.name, user=one.user) for one in expected]
    assert shown == Text.of(spans)
