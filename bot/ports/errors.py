"""What can go wrong with a delivery."""

from __future__ import annotations

from bot.domain import ChatId
from bot.domain.failures import RejectReason


class DeliveryError(Exception):
    """What can go wrong with a delivery; nothing else leaves a bridge or a desk.

    DeliveryError
    ├── Transient     nothing was sent: try again
    ├── Unconfirmed   it may have been sent
    ├── Rejected      it will never be sent
    ├── Moved         the conversation has another id: remap and send there
    └── Unavailable   the account or the desk as a whole is broken
    """


class Transient(DeliveryError):
    """Nothing was sent. `retry_after`: seconds named by the platform; `scope`: the budget that they
    hold up, as in `Rate.scope` ("" means only this lane)."""

    def __init__(self, detail: str = "", retry_after: float | None = None, scope: str = "") -> None:
        super().__init__(detail)
        self.detail, self.retry_after, self.scope = detail, retry_after, scope


class Unconfirmed(DeliveryError):
    """The request left us and no answer came: it may have been sent."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail


class Rejected(DeliveryError):
    """It will never be. `detail`: the platform's own words, without secrets."""

    def __init__(self, reason: RejectReason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason, self.detail = reason, detail


class Moved(DeliveryError):
    def __init__(self, to: ChatId) -> None:
        super().__init__(f"moved to {to}")
        self.to = to


class Unavailable(DeliveryError):
    """Token refused, scope missing, host not found: the whole account or desk. `advice`: what to do."""

    def __init__(self, detail: str, advice: str = "") -> None:
        super().__init__(detail)
        self.detail, self.advice = detail, advice


class Forged(Exception):
    """A request that is not from whom it says. Nothing of it may be stored; answered with 401."""
