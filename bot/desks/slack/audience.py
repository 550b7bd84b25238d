"""Who may use the hub in this workspace: members of the desk's channels, or with `audience = "team"` everyone of it.

Members are read from Slack, kept current by its events, and read again when they are old or somebody unknown asks:
other processes of the hub hear no events. While Slack does not answer, who was a member stays one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog

from bot.desks.slack.workspace import PAGE, Workspace, actor_of
from bot.domain import Actor, Belonging
from bot.ports import DeliveryError, Transient, Unavailable

log = structlog.get_logger(__name__)

FRESH = 60.0
"""Seconds for which the members that were read are good."""
SOON = 3.0
"""Seconds after which they are read again for somebody who is not among them."""
PATIENCE = 0.8
"""Seconds that somebody who acts waits for that: Slack itself waits three for our answer."""


class Audience:
    """`channels`: the desk's own ("") and those of its accounts, by name or id."""

    def __init__(self, workspace: Workspace, channels: Sequence[str] = ()) -> None:
        self._workspace = workspace
        self._channels = tuple(dict.fromkeys(("", *channels)))
        self._members: dict[str, set[str]] = {}
        self._read_at: float | None = None
        self._tried_at = float("-inf")
        self._turn = asyncio.Lock()
        self._meanwhile: list[tuple[str, str, bool]] = []

    async def channels(self) -> list[str]:
        """Their ids. One that the app cannot see holds up nobody."""
        found: dict[str, None] = {}
        for name in self._channels:
            try:
                found[await self._workspace.channel(name)] = None
            except Unavailable as error:
                if not name:
                    raise
                log.warning("channel not found", desk=self._workspace.desk, channel=name, error=error.detail)
        return list(found)

    async def placed(self, actor: Actor, *, at: datetime | None = None, missed: bool = False) -> Actor:
        """The actor of a fact, with where they belong. `at`: when it happened, where that is told; `missed`: it is read
        later, so that they may have left since."""
        belongs = actor.belongs
        if belongs is Belonging.GONE:
            belongs = Belonging.LEFT if self._was_there(actor.user, at, missed=missed) else Belonging.GONE
        elif belongs is Belonging.OUTSIDER:
            belongs = await self._colleague(actor.user)
            if missed and belongs is Belonging.OUTSIDER:
                belongs = Belonging.LEFT
        return replace(actor, belongs=belongs)

    def _was_there(self, user: str, at: datetime | None, *, missed: bool) -> bool:
        """Whether somebody who is deactivated was not yet when they wrote. Slack tells the second of it: of what was
        written in that very second a gap holds only what came before, for afterwards nobody writes."""
        since = self._workspace.gone_since(user)
        if at is None or since is None:
            return at is not None and missed
        return at.timestamp() < since + (1 if missed else 0)

    async def _colleague(self, user: str) -> Belonging:
        """Of somebody of our own workspace."""
        if self._workspace.settings.audience == "team":
            return Belonging.MEMBER
        await self._renew(FRESH if self._has(user) else SOON)
        if self._read_at is None:
            return Belonging.UNKNOWN
        return Belonging.MEMBER if self._has(user) else Belonging.OUTSIDER

    def _has(self, user: str) -> bool:
        return any(user in members for members in self._members.values())

    async def _renew(self, age: float) -> None:
        """Reads the members again when they are older than that; of what fails there is no second try for a while."""
        now = self._workspace.now()
        if (self._read_at is not None and now - self._read_at < age) or now - self._tried_at < SOON:
            return
        self._tried_at = now
        try:
            async with asyncio.timeout(PATIENCE):
                await self.read()
        except (DeliveryError, TimeoutError) as error:
            log.warning("members not read", desk=self._workspace.desk, error=type(error).__name__)

    async def read(self) -> None:
        """The members of all channels. What events tell meanwhile counts more: pages are read one after another."""
        async with self._turn:
            started, found = self._workspace.now(), dict[str, set[str]]()
            self._meanwhile = []
            for channel in await self.channels():
                try:
                    found[channel] = await self._workspace.members(channel)
                except Transient:
                    raise
                except DeliveryError as error:
                    log.warning("members not read", desk=self._workspace.desk, channel=channel, error=str(error))
            self._members, self._read_at = found, started
            for change in self._meanwhile:
                self._apply(*change)

    def heard(self, event: Mapping[str, Any]) -> None:
        """Somebody came into a channel or left it, or what they are has changed."""
        kind, user = event.get("type"), event.get("user")
        if kind == "user_change" and isinstance(user, dict):
            self._workspace.forget(str(user.get("id")))
        elif kind in ("member_joined_channel", "member_left_channel"):
            change = (str(event.get("channel")), str(user), kind == "member_joined_channel")
            self._meanwhile.append(change) if self._turn.locked() else None
            self._apply(*change)

    def _apply(self, channel: str, user: str, on: bool) -> None:
        if channel in self._members:
            (self._members[channel].add if on else self._members[channel].discard)(user)

    async def staff(self) -> list[Actor]:
        """Everyone who is in the channels, and with `audience = "team"` everyone of the workspace."""
        await self.read()
        team = (await self._workspace.identity()).us.team
        found = []
        async for page in self._workspace.pages("users.list", "members", limit=PAGE):
            for user in page:
                actor = actor_of(user, team)
                ours = actor.belongs is Belonging.OUTSIDER and self._workspace.settings.audience == "team"
                if actor.belongs not in (Belonging.BOT, Belonging.GONE) and (ours or self._has(actor.user)):
                    member = actor.belongs is Belonging.OUTSIDER
                    found.append(replace(actor, belongs=Belonging.MEMBER) if member else actor)
        return found
