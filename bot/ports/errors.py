"""Errors of deliveries."""

from __future__ import annotations

import math

from bot.domain import ChatId
from bot.domain.failures import RejectReason

INTAKE_RETRY = 30.0
"""Seconds after which a refused client should try again."""
LONGEST_RETRY_AFTER = 3600.0
"""Seconds after which a platform is tried again, whatever it asked for: one wrong value must not last for years."""


class DeliveryError(Exception):
    """Error of a delivery; bridges and desks raise no other.

    DeliveryError
    ├── Transient       nothing was sent: try again
    │   ├── SourceUnavailable   a file could not be read: the destination is not to blame
    │   └── Unexplained         refused for a reason that the hub does not know: perhaps an outage
    ├── Unconfirmed     it may have been sent
    ├── Rejected        it will never be sent
    ├── Moved           the conversation has another id: remap and send there
    └── Unavailable     the account or the desk is broken, as a whole or one channel of it
    """


class Transient(DeliveryError):
    """Nothing was sent. `retry_after`: seconds named by the platform, at most `LONGEST_RETRY_AFTER`; `scope`: the rate
    limit that has to wait, as in `Rate.scope` ("" for this lane only)."""

    def __init__(self, detail: str = "", retry_after: float | None = None, scope: str = "") -> None:
        super().__init__(detail)
        named = retry_after is not None and not math.isnan(retry_after)
        self.retry_after = min(max(retry_after or 0.0, 0.0), LONGEST_RETRY_AFTER) if named else None
        self.detail, self.scope = detail, scope


class SourceUnavailable(Transient):
    """Nothing was sent, because a file could not be read from where it is kept. Says nothing about the destination."""


class Unexplained(Transient):
    """Nothing was sent: the destination refused for a reason that its documentation does not call this message's fault.
    `detail`: its own words or code, without secrets."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)


class Unconfirmed(DeliveryError):
    """The request was sent and no response came: it may have got through."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail


class Rejected(DeliveryError):
    """It can never be sent. `detail`: the platform's own words, without secrets."""

    def __init__(self, reason: RejectReason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason, self.detail = reason, detail


class Moved(DeliveryError):
    def __init__(self, to: ChatId) -> None:
        super().__init__(f"moved to {to}")
        self.to = to


class Unavailable(DeliveryError):
    """The account or desk is broken: token refused, scope missing, host not found. `advice`: what to do. `channel`: the
    only channel of the desk that is, by id, or by name if no id is known; "": all of it. What is sent there waits, and
    nothing else."""

    def __init__(self, detail: str, advice: str = "", channel: str = "") -> None:
        super().__init__(detail)
        self.detail, self.advice, self.channel = detail, advice, channel


class IntakeClosed(Transient):
    """The hub accepts nothing now, because it could not store it: its database or its disk is at fault. The response
    to a webhook is 503; polled channels and desks are not read meanwhile. The text says why."""

    def __init__(self, why: str) -> None:
        super().__init__(why, retry_after=INTAKE_RETRY)


class Forged(Exception):
    """The request does not come from whom it claims. Nothing of it may be stored; the response is 401."""
