"""Users of the server, cached for a while, so that a busy thread asks once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from bot.desks.mattermost.api import Api, Json
from bot.desks.mattermost.server import ID
from bot.domain import Actor, Belonging
from bot.domain.value import value
from bot.ports import Availability, Clock, Rejected, Unexplained

REMEMBERED = timedelta(minutes=10)
_STATES = {
    "away": Availability.AWAY,
    "ooo": Availability.AWAY,
    "offline": Availability.AWAY,
    "dnd": Availability.DISTURBED,
}
_NAME = re.compile(r"[a-z0-9._-]{1,64}")

T = TypeVar("T")


@value
class _Known(Generic[T]):
    what: T
    until: datetime


class UserDirectory:
    def __init__(self, api: Api, clock: Clock) -> None:
        self._api, self._clock = api, clock
        self._actors: dict[str, _Known[Actor]] = {}
        self._gone: dict[str, datetime] = {}
        self._names: dict[str, _Known[bool]] = {}

    async def actor(self, user: str, name: str = "") -> Actor:
        """Returns a user by id. `name`: user name given by the platform, used if the user is gone."""
        known = self._actors.get(user)
        if known is None or known.until <= self._clock.now():
            known = _Known(await self._look_up(user, name), self._clock.now() + REMEMBERED)
            self._actors[user] = known
        return known.what

    async def called(self, words: Iterable[str]) -> frozenset[str]:
        """Returns those of the words that are names of users or groups on the server."""
        now = self._clock.now()
        asked = {word for word in words if _NAME.fullmatch(word)}
        unknown = {word for word in asked if word not in self._names or self._names[word].until <= now}
        if unknown:
            found = {str(user["username"]).lower() for user in await self._api.users_called(unknown)}
            if found != unknown:
                found |= await self._groups()
            self._names.update({word: _Known(word in found, now + REMEMBERED) for word in unknown})
        return frozenset(word for word in asked if self._names[word].what)

    async def _groups(self) -> set[str]:
        """Returns the names of groups that posts may mention; none where the server or its licence has no groups."""
        try:
            return {str(one.get("name") or "").lower() for one in await self._api.groups()}
        except (Rejected, Unexplained):  # a feature of some licences
            return set()

    def forget(self, user: str) -> None:
        """Drops a cached user who has changed."""
        self._actors.pop(user, None)

    def gone_since(self, user: str) -> datetime | None:
        """Returns when a user was deactivated; None if they were not."""
        return self._gone.get(user)

    async def availability(self, users: Collection[str]) -> dict[str, Availability]:
        """Returns those of the users who are away, offline or do not want to be disturbed."""
        states = {str(one["user_id"]): str(one.get("status")) for one in await self._api.statuses(list(users))}
        return {user: _STATES[states[user]] for user in users if states.get(user) in _STATES}

    async def bearers(self, names: Collection[str]) -> list[Actor]:
        """Returns the users with these names. User names are lower case and unique on the server; ids look like names
        too."""
        users = {str(one["id"]): one for one in await self._api.users_called({name.lower() for name in names})}
        for id_ in names:
            if ID.fullmatch(id_) and id_ not in users:
                with suppress(Rejected):
                    users[id_] = await self._api.user(id_)
        return [actor_of(one) for one in users.values()]

    async def _look_up(self, user: str, name: str) -> Actor:
        try:
            user_json = await self._api.user(user)
        except Rejected:
            return Actor(user, name, name)
        if user_json.get("delete_at"):
            self._gone[user] = datetime.fromtimestamp(int(user_json["delete_at"]) / 1000, UTC)
        return actor_of(user_json)


def actor_of(user: Json) -> Actor:
    """Builds an actor from a user of this server: an outsider, until memberships are looked up."""
    full = f"{user.get('first_name', '')} {user.get('last_name', '')}".strip()
    name = str(user["username"])
    return Actor(
        str(user["id"]), name, full or str(user.get("nickname") or name), _zone(user.get("timezone")), _belonging(user)
    )


def _belonging(user: Json) -> Belonging:
    """Classifies a user by the account alone. `remote_id`: belongs to another company's server (shared channels)."""
    if user.get("is_bot"):
        return Belonging.BOT
    if user.get("delete_at"):
        return Belonging.GONE
    if user.get("remote_id"):
        return Belonging.FOREIGN
    return Belonging.GUEST if "system_guest" in str(user.get("roles") or "").split() else Belonging.OUTSIDER


def _zone(timezone: object) -> str:
    """Returns the user's time zone, chosen by hand or reported by their device; all values are strings."""
    if not isinstance(timezone, dict):
        return ""
    automatic = str(timezone.get("useAutomaticTimezone")).lower() == "true"
    return str(timezone.get("automaticTimezone" if automatic else "manualTimezone") or "")
