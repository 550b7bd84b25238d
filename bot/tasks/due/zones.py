"""Time zones in which operators' times are read."""

from __future__ import annotations

from datetime import tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain import Account, Operator
from bot.domain.account_rules import Hours
from bot.hub.context import Hub

_NOT_SET = Hours().zone


def zone_of(hub: Hub, operator: Operator, account: Account | None = None) -> tzinfo:
    """Operator's own zone where the desk tells it, otherwise the account's, otherwise the hub's."""
    names = [operator.zone]
    if account is not None and account.rules.hours.zone != _NOT_SET:
        names.append(account.rules.hours.zone)
    return next((zone for name in names if (zone := named(name)) is not None), hub.zone)


def named(name: str) -> tzinfo | None:
    """Time zone by name; None: there is no such zone."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
