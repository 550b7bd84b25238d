"""Facts about the server that the desk needs before it can post: looked up once and cached for a while.

After a downtime everything queued is posted at once, and each post needs these facts: concurrent callers wait for the
same lookup.
"""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from datetime import datetime, timedelta

from bot.desks.mattermost.api import Api, Json
from bot.desks.mattermost.errors import CHANNEL_ADVICE
from bot.desks.mattermost.settings import MattermostSettings
from bot.desks.mattermost.wire import Me
from bot.domain import DeskName
from bot.domain.value import value
from bot.ports import Clock, Rejected, Unavailable

REMEMBERED = timedelta(minutes=10)
_SEVERAL_SINCE = 11
"""Mattermost version that added `multiselect` to dialogs."""
_DROPS_AUTHORS_SINCE = 12
"""Mattermost version that drops other names and pictures from bots' posts."""
ID = re.compile(r"[a-z0-9]{26}")


@value
class Features:
    """Server settings. `file_bytes` None: not stated. `several`: dialogs have multi-select lists; `drops_authors`:
    bots' posts will lose other names; `token_days`: the longest life of an access token, 0 without a limit;
    `edits_for`: seconds during which a post may be changed, None without a limit."""

    names: bool
    pictures: bool
    file_bytes: int | None
    several: bool = False
    drops_authors: bool = False
    token_days: int = 0
    edits_for: int | None = None

    @classmethod
    def of(cls, config: Json) -> Features:
        major = _major(str(config.get("Version") or ""))
        return cls(
            names=config.get("EnablePostUsernameOverride") == "true",
            pictures=config.get("EnablePostIconOverride") == "true",
            file_bytes=_whole(config.get("MaxFileSize")),
            several=major >= _SEVERAL_SINCE,
            drops_authors=major >= _DROPS_AUTHORS_SINCE,
            token_days=_whole(config.get("MaximumPersonalAccessTokenLifetimeDays")) or 0,
            edits_for=_whole(config.get("PostEditTimeLimit")),
        )


def _major(version: str) -> int:
    first = version.partition(".")[0]
    return int(first) if first.isdigit() else 0


def _whole(value: object) -> int | None:
    """Returns a whole number of 0 or more; None for "-1", which means without a limit, and for anything else."""
    return int(str(value)) if str(value).isdecimal() else None


class Server:
    def __init__(self, desk: DeskName, settings: MattermostSettings, api: Api, clock: Clock) -> None:
        self._desk, self._settings, self._api, self._clock = desk, settings, api, clock
        self._me: Me | None = None
        self._features: tuple[Features, datetime] | None = None
        self.keeps_authors: bool | None = None
        """Tells whether the answer to the latest post with another name still held it; None: not tried yet."""
        self._team = ""
        self._channels: dict[str, str] = {}
        self._directs: dict[str, str] = {}
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def me(self) -> Me:
        async with self._asking["me"]:
            if self._me is None:
                user = await self._api.me()
                self._me = Me(self._desk, str(user["id"]), str(user["username"]), self._settings.url)
            return self._me

    async def features(self) -> Features:
        async with self._asking["features"]:
            if self._features is None or self._features[1] <= self._clock.now():
                self._features = (Features.of(await self._api.config()), self._clock.now() + REMEMBERED)
            return self._features[0]

    def reconnected(self) -> None:
        """Forgets what another version of the server may do otherwise."""
        self._features, self.keeps_authors = None, None

    async def team(self) -> str:
        """Returns the team's id. Raises `Unavailable` if the bot cannot see it."""
        async with self._asking["team"]:
            if not self._team:
                name = self._settings.team
                try:
                    self._team = str((await self._api.team(name))["id"])
                except Rejected as error:
                    raise Unavailable(f"there is no team “{name}” that the bot can see", CHANNEL_ADVICE) from error
            return self._team

    async def channel(self, name: str) -> str:
        """Returns a channel's id, by name or by id; "" is the desk's own. Raises `Unavailable`."""
        name = (name or self._settings.channel).lstrip("~#").lower()
        async with self._asking["channel"]:
            if name not in self._channels:
                self._channels[name] = await self._find(name)
            return self._channels[name]

    def channel_names(self, channel: str) -> list[str]:
        """Returns the id and the name of a channel given by either, as far as they are known."""
        name = (channel or self._settings.channel).lstrip("~#").lower()
        known = [(id_, one) for one, id_ in self._channels.items() if name in (one, id_)]
        return list(dict.fromkeys((*(id_ for id_, _ in known), *(one for _, one in known), name)))

    async def direct(self, user: str) -> str:
        """Returns the direct message channel of the bot and this person."""
        if user not in self._directs:
            self._directs[user] = await self._api.direct([(await self.me()).id, user])
        return self._directs[user]

    async def _find(self, name: str) -> str:
        if ID.fullmatch(name):
            try:
                return str((await self._api.channel(name))["id"])
            except Rejected:  # names can look like ids, too
                pass
        try:
            return str((await self._api.channel_called(await self.team(), name))["id"])
        except Rejected as error:
            raise Unavailable(f"there is no channel “{name}” that the bot can see", CHANNEL_ADVICE, name) from error
