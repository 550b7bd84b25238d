"""Presence of users in a workspace, and their Do Not Disturb."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.desks.slack.workspace import Workspace
from bot.ports import Availability, DeliveryError

DND_SCOPE = "dnd:read"
TEAM_INFO = 50
"""Users that one question about Do Not Disturb may name; it must name more than one."""
PRESENCES = 20
"""Users whose presence is asked for, each by a request: the method allows 50 a minute."""
LONGEST = 5.0
"""Seconds for all of these requests: a message waits for them."""


async def availability(workspace: Workspace, users: Sequence[str]) -> Mapping[str, Availability]:
    """Asks for the first users. Do Not Disturb counts before presence; an app without its scope asks for presence
    alone. What Slack does not tell at once stays unknown. Raises `DeliveryError`."""
    found: dict[str, Availability] = {}
    if len(users) > 1 and (await workspace.identity()).may(DND_SCOPE):
        answer = await workspace.call("dnd.teamInfo", users=",".join(users[:TEAM_INFO]))
        for user, told in (answer.get("users") or {}).items():
            begins, ends = float(told.get("next_dnd_start_ts") or 0), float(told.get("next_dnd_end_ts") or 0)
            if told.get("dnd_enabled") and begins <= workspace.now() < ends:
                found[user] = Availability.DISTURBED
    return {**found, **await _away(workspace, [one for one in users if one not in found][:PRESENCES])}


async def _away(workspace: Workspace, users: Sequence[str]) -> Mapping[str, Availability]:
    found, until = dict[str, Availability](), workspace.now() + LONGEST
    for user in users:
        if workspace.now() > until:
            break
        try:
            answer = await workspace.call("users.getPresence", user=user)
        except DeliveryError:  # the limit is reached, or they are gone: the others count as there
            break
        if answer.get("presence") == "away":
            found[user] = Availability.AWAY
    return found
