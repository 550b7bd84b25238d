"""The life of a dialog as a pure function: `advance(dialog, event) → dialog, effects`.

    new ──────────► in_progress ──► closed
     │  accept,       │      ▲
     │  first answer  ▼      │ accept, first answer
     └────────────► returned ┘         for_review ──► closed
                                          │   ▲  read
                                          └───┘ redirected on

Events say what happened (past tense), effects what to do about it (imperative). An event that a rule forbids raises
`Refusal`, whose code `bot.views.lines` puts into words.
"""

from __future__ import annotations

from bot.domain.lifecycle.advance import advance
from bot.domain.lifecycle.effects import (
    Effect,
    Follow,
    Notify,
    RefreshCard,
    Refusal,
    Step,
    TellCrm,
    WriteLine,
    technical_line,
)
from bot.domain.lifecycle.events import (
    LAST_WORDS,
    Accepted,
    Answered,
    AnsweredOutside,
    Assigned,
    BotAnswered,
    BotBegan,
    Closed,
    CoexecutorAdded,
    CoexecutorRemoved,
    CustomerSpoke,
    Event,
    HandedOver,
    Linked,
    PassedForReview,
    Redirected,
    RedirectUndone,
    Renamed,
    ReplyNotNeeded,
    Reviewed,
    RoleRemoved,
    RoleRenamed,
    TookOver,
)
from bot.domain.lifecycle.review import FOR_READERS
from bot.domain.lifecycle.team import addressed_to, in_team
from bot.domain.lifecycle.times import came_late
from bot.domain.lifecycle.undo import UNDO_FOR, check_may_undo

__all__ = [
    "FOR_READERS",
    "LAST_WORDS",
    "UNDO_FOR",
    "Accepted",
    "Answered",
    "AnsweredOutside",
    "Assigned",
    "BotAnswered",
    "BotBegan",
    "Closed",
    "CoexecutorAdded",
    "CoexecutorRemoved",
    "CustomerSpoke",
    "Effect",
    "Event",
    "Follow",
    "HandedOver",
    "Linked",
    "Notify",
    "PassedForReview",
    "RedirectUndone",
    "Redirected",
    "RefreshCard",
    "Refusal",
    "Renamed",
    "ReplyNotNeeded",
    "Reviewed",
    "RoleRemoved",
    "RoleRenamed",
    "Step",
    "TellCrm",
    "TookOver",
    "WriteLine",
    "addressed_to",
    "advance",
    "came_late",
    "check_may_undo",
    "in_team",
    "technical_line",
]
