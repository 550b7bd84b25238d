"""Facts about the server that the desk needs before it can post: looked up once and cached for a while.

After a downtime everything queued is posted at once, and each post needs these facts: concurrent callers wait for the
same lookup.
"""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from datetime import datetime, timedelta

from bot.desks.mattermost.api import Api
from bot.desks.mattermost.errors import CHANNEL_ADVICE
from bot.desks.mattermost.features import Features
from bot.desks.mattermost.settings import MattermostSettings
from bot.desks.mattermost.wire import Me
from bot.domain import DeskName
from bot.ports import Clock, Rejected, Unavailable

REMEMBERED = timedelta(minutes=10)
ID = re.compile(r"[a-z0-9]{26}")


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
