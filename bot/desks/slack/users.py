"""Slack's users → actors. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain import Actor, Belonging

SLACKBOT = "USLACKBOT"


def actor_of(user: Mapping[str, Any], team: str) -> Actor:
    """Builds an actor from a user, for the workspace `team`. A user of that team is an outsider until memberships are
    looked up. The name shown is the one they chose."""
    profile = user.get("profile") or {}
    name = str(user.get("name") or user["id"])
    title = profile.get("display_name") or profile.get("real_name") or user.get("real_name") or name
    return Actor(str(user["id"]), name, str(title), str(user.get("tz") or ""), _belonging(user, team))


def _belonging(user: Mapping[str, Any], team: str) -> Belonging:
    """Classifies a user by the account alone. In Enterprise Grid a person may have several workspaces; people outside
    of this one are as foreign as those of other companies."""
    enterprise = user.get("enterprise_user") or {}
    teams = {str(user.get("team_id")), *map(str, enterprise.get("teams") or ())}
    if user["id"] == SLACKBOT or user.get("is_bot") or user.get("is_workflow_bot"):
        return Belonging.BOT
    if user.get("deleted"):
        return Belonging.GONE
    if user.get("is_stranger") or team not in teams:
        return Belonging.FOREIGN
    return Belonging.GUEST if user.get("is_restricted") or user.get("is_ultra_restricted") else Belonging.OUTSIDER


def changed_at(user: Mapping[str, Any]) -> float | None:
    """Returns the time at which a user was changed last; None if Slack does not tell."""
    updated = user.get("updated")
    return float(updated) if isinstance(updated, int | float) else None
