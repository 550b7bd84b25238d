"""One Slack workspace as the app sees it: API calls, the app's identity, people and channels by name.

The only place that creates the SDK's client: without its retries (the courier owns those), on the desk's HTTP session,
and without logging, since its log lines quote messages.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.desks.slack.context import Us
from bot.desks.slack.errors import INVITE, PATIENCE, code_of, translated
from bot.desks.slack.lanes import Lanes
from bot.desks.slack.settings import SlackSettings
from bot.domain import Actor, Belonging, DeskName
from bot.locale import N_
from bot.ports import Clock, DeliveryError, Rejected, Tools, Transient, Unavailable

QUIET = logging.getLogger("bot.desks.slack.sdk")
QUIET.setLevel(logging.CRITICAL + 1)

PEOPLE_KEPT = 600.0  # seconds after which a person is looked up again
LISTED_AT_MOST = 20  # pages of a list read at most
PAGE = 200
LARGEST_PAGE, ALL_PAGES = 1000, 500  # of the list of all users, which is read to its end
MEMBERS_PAGE = 1000
LOOKUP = 0.8  # seconds to wait when the person is already known, or when someone waits for an answer
SLACKBOT = "USLACKBOT"
CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]{7,}")


@dataclass(frozen=True, slots=True)
class BotIdentity:
    """The app's identity. `url`: the workspace's own address. `scopes` None: not stated by Slack."""

    us: Us
    name: str
    team: str
    url: str
    scopes: frozenset[str] | None

    def may(self, scope: str) -> bool:
        return self.scopes is None or scope in self.scopes


class Workspace:
    """Calls the workspace's API. Raises `DeliveryError` only. `patience`: seconds to wait for an answer."""

    def __init__(self, desk: DeskName, settings: SlackSettings, tools: Tools) -> None:
        self.desk, self.settings, self.patience = desk, settings, PATIENCE
        self.http, self.lasting_http = tools.http, tools.lasting_http
        self.token = settings.bot_token.get_secret_value()
        self.web = AsyncWebClient(
            token=self.token, base_url=settings.api_url, session=tools.http, logger=QUIET, retry_handlers=[]
        )
        self._clock: Clock = tools.clock
        self._identity: BotIdentity | None = None
        self._people: dict[str, tuple[Actor, float]] = {}
        self._gone: dict[str, float | None] = {}
        self._channels: dict[str, str] = {}
        self._lookups = Lanes()

    async def call(self, method: str, **arguments: Any) -> AsyncSlackResponse:
        """Calls a method such as `chat.postMessage`, by the SDK's method of that name."""
        where = str(arguments.get("channel") or arguments.get("channel_id") or "")
        async with translated(method, self.patience, where):
            answer: AsyncSlackResponse = await getattr(self.web, method.replace(".", "_"))(**arguments)
            return answer

    async def pages(
        self, method: str, within: str, most: int = LISTED_AT_MOST, **arguments: Any
    ) -> AsyncIterator[list[Any]]:
        """Yields the list `within` of each answer, page by page, up to `most` pages."""
        cursor: str | None = None
        for _ in range(most):
            answer = await self.call(method, cursor=cursor, **arguments)
            yield list(answer.get(within) or ())
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    # ------------------------------------------------------------------------------------- ourselves

    @property
    def known(self) -> BotIdentity | None:
        return self._identity

    async def identity(self) -> BotIdentity:
        """Looks up the app's identity once."""
        if self._identity is None:
            self._identity = await self.introduce()
        return self._identity

    async def introduce(self) -> BotIdentity:
        answer = await self.call("auth.test")
        header = {name.lower(): value for name, value in answer.headers.items()}.get("x-oauth-scopes")
        scopes = frozenset(re.split(r"[,\s]+", header.strip())) if header else None
        name, team = str(answer.get("user") or "hub"), str(answer.get("team_id") or "")
        us = Us(self.desk, str(answer["user_id"]), str(answer.get("bot_id") or ""), team, name)
        return BotIdentity(us, name, str(answer.get("team")), str(answer.get("url")), scopes)

    # ---------------------------------------------------------------------------------------- people

    async def actors(self, users: Iterable[str], patience: float = PATIENCE) -> Mapping[str, Actor]:
        """Returns users by id. A known user stays known while Slack does not answer. `patience`: seconds for each user
        not known yet."""
        found: dict[str, Actor] = {}
        for user in users:
            async with self._lookups.turn(user):
                found[user] = await self._actor(user, patience)
        return found

    async def _actor(self, user: str, patience: float) -> Actor:
        kept = self._people.get(user)
        if kept is not None and kept[1] > self.now():
            return kept[0]
        team = (await self.identity()).us.team
        try:
            async with asyncio.timeout(patience if kept is None else LOOKUP):
                user_object = (await self.call("users.info", user=user))["user"]
        except Rejected:
            found = Actor(user, "")  # with its id as name it could pass for someone else, with other rights
        except TimeoutError:
            if kept is None:
                raise Transient("users.info: no answer in time") from None
            return kept[0]
        except DeliveryError:
            if kept is None:
                raise
            return kept[0]
        else:
            found = actor_of(user_object, team)
            self._gone[user] = _changed_at(user_object) if found.belongs is Belonging.GONE else None
        self._people[user] = (found, self.now() + PEOPLE_KEPT)
        return found

    def gone_since(self, user: str) -> float | None:
        """Returns the latest time at which a deactivated user can have been deactivated; None if Slack does not
        tell."""
        return self._gone.get(user)

    def forget(self, user: str) -> None:
        """Marks a user's data as outdated; they are still used while Slack does not answer."""
        if user in self._people:
            self._people[user] = (self._people[user][0], float("-inf"))

    def now(self) -> float:
        return self._clock.now().timestamp()

    async def members(self, channel: str) -> set[str]:
        """Returns the ids of a channel's members."""
        found: set[str] = set()
        async for page in self.pages("conversations.members", "members", channel=channel, limit=MEMBERS_PAGE):
            found.update(str(member) for member in page)
        return found

    async def files(self, ids: Iterable[str]) -> Mapping[str, Mapping[str, Any]]:
        """Looks up files that a message only refers to; one that is deleted or hidden from the app is returned as
        such."""
        found: dict[str, Mapping[str, Any]] = {}
        for file in ids:
            try:
                found[file] = (await self.call("files.info", file=file))["file"]
            except (Rejected, Unavailable) as refused:
                deleted = code_of(refused) == "file_deleted"
                found[file] = {"mode": "tombstone"} if deleted else {"file_access": "access_denied"}
        return found

    async def bearers(self, names: Collection[str]) -> list[Actor]:
        """Returns those with one of the names as user name or id. User names are unique only within a team, which
        `belongs` tells."""
        team, found = (await self.identity()).us.team, list[Actor]()
        wanted, missing = {name.casefold() for name in names}, set(names)
        async for page in self.pages("users.list", "members", most=ALL_PAGES, limit=LARGEST_PAGE):
            people = [one for one in page if one.get("id") in names or str(one.get("name")).casefold() in wanted]
            found += [actor_of(one, team) for one in people]
            ours = [one for one in found if one.belongs not in (Belonging.FOREIGN, Belonging.GONE)]
            missing -= {name for name in missing for one in ours if name == one.user or name.casefold() == one.name}
            if not missing:
                break
        return found

    # -------------------------------------------------------------------------------------- channels

    async def channel(self, named: str = "") -> str:
        """Returns the id of a channel given by name or id; "" is the desk's own."""
        name = named.removeprefix("#") or self.settings.channel
        if not name:
            raise Unavailable("no channel is named", N_("Set a channel in desks.….channel."))
        if CHANNEL_ID.fullmatch(name):
            return name
        if name not in self._channels:
            await self._list_channels(name)
        if name not in self._channels:
            raise Unavailable(f"there is no channel {name} that the app can see", INVITE, name)
        return self._channels[name]

    async def _list_channels(self, wanted: str) -> None:
        async for page in self.pages(
            "conversations.list",
            "channels",
            types="public_channel,private_channel",
            exclude_archived=True,
            limit=PAGE,
        ):
            self._channels |= {str(one["name"]): str(one["id"]) for one in page if one.get("name")}
            if wanted in self._channels:
                return

    async def direct(self, user: str) -> str:
        """Returns the direct message channel of this person."""
        return str((await self.call("conversations.open", users=user))["channel"]["id"])

    async def respond(self, url: str, message: Mapping[str, Any]) -> None:
        """Answers at the address that came with a command or a button."""
        async with translated("response_url", self.patience), self.http.post(url, json=dict(message)) as answer:
            answer.raise_for_status()


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


def _changed_at(user: Mapping[str, Any]) -> float | None:
    updated = user.get("updated")
    return float(updated) if isinstance(updated, int | float) else None
