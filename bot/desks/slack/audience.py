"""Access to the hub: members of the desk's channels, or with `audience = "team"` everyone in the workspace.

Members are read from Slack, updated by its events, and read again when they are old or an unknown person acts, since
other processes of the hub receive no events. If Slack does not answer, the last known membership counts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog

from bot.desks.slack.wire import delivery
from bot.desks.slack.workspace import Workspace
from bot.domain import Actor, Belonging
from bot.ports import DeliveryError, Transient, Unavailable

log = structlog.get_logger(__name__)

FRESH = 60.0
"""Seconds that the list of members is valid."""
SOON = 3.0
"""Seconds after which it is read again for someone who is not in it."""
PATIENCE = 0.8
"""Seconds to wait for that while someone acts: Slack waits three seconds for the hub's answer."""

FEW = 50
"""Members who are looked up one by one: half of what Slack allows in a minute."""


class Audience:
    """Looks up and caches memberships. `channels`: the desk's own ("") and those of its accounts, by name or id.
    `moved`: set when an event says that somebody joined or left, or was deactivated."""

    def __init__(self, workspace: Workspace, channels: Sequence[str] = ()) -> None:
        self._workspace = workspace
        self._channels = tuple(dict.fromkeys(("", *channels)))
        self._members: dict[str, set[str]] = {}
        self._read_at: float | None = None
        self._tried_at = float("-inf")
        self._turn = asyncio.Lock()
        self._meanwhile: list[tuple[str, str, bool]] = []
        self._left: dict[str, float] = {}  # user → when they were last seen leaving a channel
        self.moved = asyncio.Event()

    async def channels(self) -> list[str]:
        """Returns the ids of the channels. A channel that the app cannot see is skipped."""
        found: dict[str, None] = {}
        for name in self._channels:
            try:
                found[await self._workspace.channel(name)] = None
            except Unavailable as error:
                if not name:
                    raise
                log.warning("failed to look up a channel", desk=self._workspace.desk, channel=name, error=error.detail)
        return list(found)

    async def known_channels(self) -> list[str]:
        """`channels`, but none where they cannot be looked up now."""
        try:
            return await self.channels()
        except DeliveryError:
            return []

    async def placed(self, actor: Actor, *, at: datetime | None = None, missed: bool = False) -> Actor:
        """Returns the actor with `belongs` filled in. `at`: when they acted, if known; `missed`: the event is read
        after a gap, so they may have left since."""
        belongs = actor.belongs
        if belongs is Belonging.GONE:
            belongs = Belonging.LEFT if self._was_there(actor.user, at, missed=missed) else Belonging.GONE
        elif belongs is Belonging.OUTSIDER:
            belongs = await self._colleague(actor.user)
            left_since = at is not None and at.timestamp() < self._left.get(actor.user, 0.0)
            if belongs is Belonging.OUTSIDER and (missed or left_since):
                belongs = Belonging.LEFT
        return replace(actor, belongs=belongs)

    def _was_there(self, user: str, at: datetime | None, *, missed: bool) -> bool:
        """Tells whether a deactivated user was still active when they wrote. Slack gives the second of the
        deactivation. After a gap, messages of that very second count as earlier, since a deactivated user cannot
        write."""
        since = self._workspace.gone_since(user)
        if at is None or since is None:
            return at is not None and missed
        return at.timestamp() < since + (1 if missed else 0)

    async def _colleague(self, user: str) -> Belonging:
        """Returns the membership of a user of this workspace."""
        if self._workspace.settings.audience == "team":
            return Belonging.MEMBER
        await self._renew(FRESH if self._has(user) else SOON)
        if self._read_at is None:
            return Belonging.UNKNOWN
        return Belonging.MEMBER if self._has(user) else Belonging.OUTSIDER

    def _has(self, user: str) -> bool:
        return any(user in members for members in self._members.values())

    async def among(self, channel: str, users: Collection[str]) -> Collection[str]:
        """Returns those of the users who are in a channel, as far as its members can be read. Raises `Transient`."""
        now, known = self._workspace.now(), self._members.get(channel)
        age = SOON if known is None or not known.issuperset(users) else FRESH
        if self._read_at is None or now - self._read_at > age:
            with suppress(Unavailable):  # the desk's own channel may be lost, and this one not
                await self.read()
        return self._members.get(channel, set()).intersection(users)

    async def _renew(self, age: float) -> None:
        """Reads the members again if they are older than `age`; after a failure, not again for a while."""
        now = self._workspace.now()
        if (self._read_at is not None and now - self._read_at < age) or now - self._tried_at < SOON:
            return
        self._tried_at = now
        try:
            async with asyncio.timeout(PATIENCE):
                await self.read()
        except (DeliveryError, TimeoutError) as error:
            log.warning("failed to read channel members", desk=self._workspace.desk, error=type(error).__name__)

    async def read(self) -> None:
        """Reads the members of all channels, then applies the events received meanwhile, which are newer than the
        pages."""
        async with self._turn:
            started, found = self._workspace.now(), dict[str, set[str]]()
            self._meanwhile = []
            for channel in await self.channels():
                try:
                    found[channel] = await self._workspace.members(channel)
                except Transient:
                    raise
                except DeliveryError as error:
                    log.warning(
                        "failed to read channel members", desk=self._workspace.desk, channel=channel, error=str(error)
                    )
            self._members, self._read_at = found, started
            for change in self._meanwhile:
                self._apply(*change)

    def note_event(self, event: Mapping[str, Any]) -> None:
        """Updates the members from an event: someone joined or left a channel, or their profile changed."""
        kind, user = event.get("type"), event.get("user")
        if kind == "user_change" and isinstance(user, dict):
            self._workspace.forget(str(user.get("id")))
            if user.get("deleted") and self._has(str(user.get("id"))):
                self.moved.set()
        elif kind in ("member_joined_channel", "member_left_channel"):
            change = (str(event.get("channel")), str(user), kind == "member_joined_channel")
            if not change[2]:
                self._left[change[1]] = delivery({"event": event})[1].timestamp()
            self._meanwhile.append(change) if self._turn.locked() else None
            self._apply(*change)

    def _apply(self, channel: str, user: str, on: bool) -> None:
        if channel in self._members:
            self.moved.set()
            (self._members[channel].add if on else self._members[channel].discard)(user)

    async def staff(self) -> list[Actor]:
        """Returns everyone in the channels and, with `audience = "team"`, everyone in the workspace."""
        await self.read()
        team = self._workspace.settings.audience == "team"
        found = []
        for actor in await self._workspace.everyone() if team else await self._people():
            ours = actor.belongs is Belonging.OUTSIDER and team
            if actor.name and actor.belongs not in (Belonging.BOT, Belonging.GONE) and (ours or self._has(actor.user)):
                member = actor.belongs is Belonging.OUTSIDER
                found.append(replace(actor, belongs=Belonging.MEMBER) if member else actor)
        return found

    async def _people(self) -> Sequence[Actor]:
        """Looks up the channels' members: one by one while they are few, otherwise in the list of all users."""
        members = set().union(*self._members.values())
        if self._workspace.unknown(members) > FEW:
            return await self._workspace.everyone()
        return [*(await self._workspace.actors(sorted(members))).values()]
