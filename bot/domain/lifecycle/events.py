"""What happens to a dialog."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain import Addressee, InterestId, Line, OperatorId, RoleName


@dataclass(frozen=True, slots=True)
class CustomerSpoke:
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Assigned:
    """By the account's rules, when the dialog was opened."""

    to: Addressee


@dataclass(frozen=True, slots=True)
class BotBegan:
    """The account's first-line bot answers in a new dialog. `then`: whose it is to be after that."""

    then: Addressee | None = None


@dataclass(frozen=True, slots=True)
class BotAnswered:
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The bot's part is over, people go on; `line` says why."""

    at: datetime
    line: Line = Line("handed_over")


@dataclass(frozen=True, slots=True)
class Accepted:
    by: OperatorId


@dataclass(frozen=True, slots=True)
class TookOver:
    """Someone became responsible for a dialog that another was working on."""

    by: OperatorId


@dataclass(frozen=True, slots=True)
class Answered:
    """An operator wrote to the customer."""

    by: OperatorId
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Closed:
    by: OperatorId
    at: datetime
    reason: str = ""
    comment: str = ""
    administers: bool = False


@dataclass(frozen=True, slots=True)
class Redirected:
    by: OperatorId
    to: Addressee
    comment: str = ""
    administers: bool = False
    roles: frozenset[RoleName] = frozenset()


@dataclass(frozen=True, slots=True)
class CoexecutorAdded:
    by: OperatorId
    who: OperatorId
    administers: bool = False


@dataclass(frozen=True, slots=True)
class CoexecutorRemoved:
    by: OperatorId
    who: OperatorId
    administers: bool = False


@dataclass(frozen=True, slots=True)
class Renamed:
    by: OperatorId
    title: str
    administers: bool = False


@dataclass(frozen=True, slots=True)
class Linked:
    """To an Interest; None: the link was taken back, and `title` is that of the one before. `by` None: by the account's
    rules. `made`: it was created for this."""

    by: OperatorId | None
    interest: InterestId | None
    title: str
    made: bool = False
    administers: bool = False


@dataclass(frozen=True, slots=True)
class PassedForReview:
    """Messages of another dialog: the first words of a dialog for review. `words`: what its lists show."""

    by: OperatorId
    to: Addressee
    at: datetime
    words: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Reviewed:
    by: OperatorId
    at: datetime
    administers: bool = False
    roles: frozenset[RoleName] = frozenset()


@dataclass(frozen=True, slots=True)
class RoleRemoved:
    """Whoever waits for this role waits for nobody any more."""

    by: OperatorId
    role: RoleName


@dataclass(frozen=True, slots=True)
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
    | Closed
    | Redirected
    | CoexecutorAdded
    | CoexecutorRemoved
    | Renamed
    | Linked
    | PassedForReview
    | Reviewed
    | RoleRemoved
    | RoleRenamed
)
