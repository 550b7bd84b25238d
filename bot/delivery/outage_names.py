"""Names of what an outage is of, in words."""

from __future__ import annotations

from bot.delivery.roads import Road
from bot.domain import AccountName, DeskName
from bot.hub.context import Hub
from bot.hub.parcels import CRM
from bot.ports import Channelled

_SECTIONS = {"desk": "desks", "account": "accounts", "bot": "accounts"}


def title(hub: Hub, road: Road) -> str:
    """Returns a road's name, with which a sentence begins."""
    gettext = hub.tr.gettext
    kind, _, name = road.destination.partition(":")
    if road.destination == CRM:
        return gettext("The CRM")
    if kind == "desk" and road.channel.startswith("@"):
        return gettext("The channel of direct messages to {user} in the team chat “{desk}”").format(
            user=road.channel, desk=name
        )
    if kind == "desk" and road.channel:
        return gettext("The channel “{channel}” of the team chat “{desk}”").format(
            channel=_channel(hub, DeskName(name), road.channel), desk=name
        )
    if kind == "desk":
        return gettext("The team chat “{desk}”").format(desk=name)
    account = hub.accounts.get(AccountName(name))
    known = (account.title if account is not None else "") or name
    if kind == "account":
        return gettext("The account “{account}”").format(account=known)
    if kind == "bot":
        return gettext("The first-line bot of “{account}”").format(account=known)
    return road.destination


def section(destination: str) -> str:
    """Returns the section of hub.toml that describes a destination; the destination itself if there is none."""
    if destination == CRM:
        return CRM.partition(":")[0]
    kind, _, name = destination.partition(":")
    return f"{_SECTIONS[kind]}.{name}" if kind in _SECTIONS else destination


def _channel(hub: Hub, desk: DeskName, channel: str) -> str:
    found = hub.desks.by_name.get(desk)
    return found.channel_names(channel)[-1] if isinstance(found, Channelled) else channel
