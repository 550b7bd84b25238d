"""Events in a dialog's life."""

from __future__ import annotations

from datetime import datetime

from bot.domain import Addressee, InterestId, Line, OperatorId, RoleName
from bot.domain.value import value

LAST_WORDS = 120
"""Characters of the latest message that lists show."""


@value
class CustomerSpoke:
    at: datetime
    words: str


@value
class Assigned:
    """The account's rules assigned the dialog when it was opened."""

    to: Addressee


@value
class BotBegan:
    """The account's first-line bot started answering a new dialog. `then`: the addressee once the bot has finished."""

    then: Addressee | None = None


@value
class BotAnswered:
    at: datetime
    words: str


@value
class HandedOver:
    """The bot finished and operators take over; `line` says why."""

    at: datetime
    line: Line = Line("handed_over")


@value
class Accepted:
    """An operator became responsible. `posted`: by a post in the thread, as for other events."""

    by: OperatorId
    posted: bool = False


@value
class TookOver:
    """An operator became responsible for a dialog that somebody else was working on."""

    by: OperatorId
    posted: bool = False


@value
class Answered:
    """An operator replied to the customer."""

    by: OperatorId
    at: datetime
    words: str
    posted: bool = True


@value
class AnsweredOutside:
    """A colleague replied to the customer in the platform's own app."""

    at: datetime
    words: str


@value
class ReplyNotNeeded:
    """An operator decided that what the customer wrote last needs no reply."""

    by: OperatorId
    administers: bool = False


@value
class Closed:
    by: OperatorId
    at: datetime
    reason: str = ""
    comment: str = ""
    administers: bool = False


@value
class Redirected:
    by: OperatorId
    to: Addressee
    comment: str = ""
    administers: bool = False
    roles: frozenset[RoleName] = frozenset()


@value
class RedirectUndone:
    """Whoever redirected the dialog took it back. `redirected`: the line of that redirect."""

    by: OperatorId
    redirected: Line


@value
class CoexecutorAdded:
    by: OperatorId
    who: OperatorId
    administers: bool = False
    posted: bool = False


@value
class CoexecutorRemoved:
    by: OperatorId
    who: OperatorId
    administers: bool = False


@value
class Renamed:
    by: OperatorId
    title: str
    administers: bool = False


@value
class Linked:
    """The dialog was linked to an Interest. `interest` None: it was unlinked, and `title` is that of the Interest it
    had. `by` None: the account's rules linked it. `made`: the Interest was created for this dialog."""

    by: OperatorId | None
    interest: InterestId | None
    title: str
    made: bool = False
    administers: bool = False


@value
class PassedForReview:
    """Messages of another dialog were passed on for review; they open a dialog for review. `words`: the text that lists
    show."""

    by: OperatorId
    to: Addressee
    at: datetime
    words: str
    comment: str = ""


@value
class Reviewed:
    by: OperatorId
    at: datetime
    administers: bool = False
    roles: frozenset[RoleName] = frozenset()


@value
class RoleRemoved:
    """A role was deleted: dialogs waiting for it no longer wait for anybody."""

    by: OperatorId
    role: RoleName


@value
class RoleRenamed:
    role: RoleName
    to: RoleName


Event = (
    CustomerSpoke
    | Assigned
    | BotBegan
    | BotAnswered
    | HandedOver
    | Accepted
    | TookOver
    | Answered
    | AnsweredOutside
    | ReplyNotNeeded
    | Closed
    | Redirected
    | RedirectUndone
    | CoexecutorAdded
    | CoexecutorRemoved
    | Renamed
    | Linked
    | PassedForReview
    | Reviewed
    | RoleRemoved
    | RoleRenamed
)
