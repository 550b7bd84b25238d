"""Access to the hub: members of the desk's channels, or with `audience = "team"` everyone in the team.

Membership is looked up when someone acts and cached for a while; the server's events update it at once. If the server
does not answer, the last known membership counts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.desks.mattermost.api import Api, Json
from bot.desks.mattermost.people import UserDirectory, actor_of
from bot.desks.mattermost.server import Server
from bot.desks.mattermost.settings import MattermostSettings
from bot.domain import Actor, Belonging
from bot.domain.value import value
from bot.ports import Clock, DeliveryError, Rejected, Unavailable

log = structlog.get_logger(__name__)

FRESH = timedelta(minutes=1)
"""Time that a membership is cached: other processes of the hub do not receive events."""
SOON = timedelta(seconds=3)
"""Time that a non-membership is cached."""
PATIENCE = 1.0
"""Seconds to wait for a lookup: a form must open within three seconds of the press."""


@value
class _Seat:
    """Cached membership of a person in a channel or in the team."""

    taken: bool
    guest: bool
    until: datetime


ACTIVATION = "user_activation_status_change"
MOVES = frozenset({"user_added", "user_removed", "leave_team", "user_updated", "user_role_updated", ACTIVATION})
"""Kinds of events that change memberships."""


class Audience:
    """Looks up and caches memberships. `channels`: those of the desk's accounts, by name or id, besides its own.
    `moved`: set when an event says that somebody joined or left, or was deactivated."""

    def __init__(
        self,
        api: Api,
        server: Server,
        people: UserDirectory,
        settings: MattermostSettings,
        clock: Clock,
        channels: Sequence[str] = (),
    ) -> None:
        self._api, self._server, self._people, self._clock = api, server, people, clock
        self._whole_team = settings.audience == "team"
        self._channels = tuple(dict.fromkeys(("", *channels)))
        self._seats: dict[tuple[str, str], _Seat] = {}
        self.moved = asyncio.Event()

    async def channels(self) -> list[str]:
        """Returns the ids of the desk's channels. A channel that the bot cannot see is skipped, except the desk's
        own."""
        found: dict[str, None] = {}
        for name in self._channels:
            try:
                found[await self._server.channel(name)] = None
            except Unavailable as error:
                if not name:
                    raise
                log.warning("failed to look up a channel", channel=name, error=error.detail)
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
            since = self._people.gone_since(actor.user)
            then = at is not None and since is not None and at < since
            belongs = Belonging.LEFT if then else Belonging.GONE
        elif belongs is Belonging.OUTSIDER:
            belongs = await self._colleague(actor.user)
            if missed and belongs is Belonging.OUTSIDER:
                belongs = Belonging.LEFT
        return replace(actor, belongs=belongs)

    async def _colleague(self, user: str) -> Belonging:
        """Looks up a user of this server. If it does not answer, the last known membership counts."""
        try:
            async with asyncio.timeout(PATIENCE):
                places = [await self._server.team()] if self._whole_team else await self.channels()
                seats = [await self._seat(place, user, of_team=self._whole_team) for place in places]
        except (DeliveryError, TimeoutError) as error:
            log.warning("failed to check channel membership", error=type(error).__name__)
            seats = [seat for (_, who), seat in self._seats.items() if who == user]
            if not seats:
                return Belonging.UNKNOWN
        taken = [seat for seat in seats if seat.taken]
        if not taken:
            return Belonging.OUTSIDER
        return Belonging.GUEST if all(seat.guest for seat in taken) else Belonging.MEMBER

    async def is_in(self, channel: str, user: str) -> bool:
        """Tells whether a user is in a channel. Raises `DeliveryError` when the server does not answer."""
        return (await self._seat(channel, user, of_team=False)).taken

    async def _seat(self, place: str, user: str, *, of_team: bool) -> _Seat:
        known, now = self._seats.get((place, user)), self._clock.now()
        if known is not None and known.until > now:
            return known
        try:
            member = await (self._api.team_member if of_team else self._api.member)(place, user)
        except Rejected:
            member = {}
        taken = bool(member) and not member.get("delete_at")
        seat = _Seat(taken, bool(member.get("scheme_guest")), now + (FRESH if taken else SOON))
        self._seats[place, user] = seat
        return seat

    def note_event(self, event: Mapping[str, Any]) -> str:
        """Updates the cache from an event: someone joined or left a channel or the team, or their role changed. Returns
        their id."""
        data, broadcast = event.get("data") or {}, event.get("broadcast") or {}
        user = str(data.get("user_id") or (data.get("user") or {}).get("id") or broadcast.get("user_id") or "")
        match event.get("event"):
            case "user_added" | "user_removed" | "leave_team" as kind:
                place = str(data.get("channel_id") or broadcast.get("channel_id") or data.get("team_id") or "")
                self._move(place, user, on=kind == "user_added")
                self.moved.set()
            case "user_updated" | "user_role_updated":
                self._people.forget(user)
            case kind if kind == ACTIVATION:  # it does not say whose
                self.moved.set()
        return user

    def _move(self, place: str, user: str, *, on: bool) -> None:
        """Records a departure; forgets the entry of someone who joined, because the event does not tell their role."""
        if on:
            self._seats.pop((place, user), None)
        else:
            self._seats[place, user] = _Seat(False, False, self._clock.now() + SOON)

    async def staff(self) -> list[Actor]:
        """Returns everyone in the channels and, with `audience = "team"`, everyone in the team."""
        found: dict[str, Json] = {}
        for channel in await self.channels():
            found |= {str(one["id"]): one for one in await self._members(channel)}
        if self._whole_team:
            found |= {str(one["id"]): one for one in await self._api.members(team=await self._server.team())}
        actors = [actor_of(one) for one in found.values()]
        return [
            replace(one, belongs=Belonging.MEMBER) if one.belongs is Belonging.OUTSIDER else one
            for one in actors
            if one.belongs not in (Belonging.BOT, Belonging.GONE)
        ]

    async def _members(self, channel: str) -> list[Json]:
        try:
            return await self._api.members(channel=channel)
        except Rejected as error:
            log.warning("failed to read channel members", channel=channel, error=str(error))
            return []
