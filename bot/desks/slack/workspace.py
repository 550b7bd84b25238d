"""One Slack workspace as the app sees it: API calls, the app's identity, people and channels by name.

The only place that creates the SDK's client: without its retries (the courier owns those), on the desk's HTTP session,
and without logging, since its log lines quote messages.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.desks.slack.context import Us
from bot.desks.slack.errors import INVITE, PATIENCE, code_of, translated
from bot.desks.slack.lanes import Lanes
from bot.desks.slack.listing import PAGE, Listing
from bot.desks.slack.settings import SlackSettings
from bot.desks.slack.users import actor_of, changed_at
from bot.domain import Actor, Belonging, DeskName
from bot.domain.value import value
from bot.locale import N_
from bot.ports import LONG_WAIT, Clock, DeliveryError, Rejected, Tools, Transient, Unavailable

QUIET = logging.getLogger("bot.desks.slack.sdk")
QUIET.setLevel(logging.CRITICAL + 1)

Done = TypeVar("Done")

PEOPLE_KEPT = 600.0  # seconds after which a person is looked up again
SOON = 5.0  # seconds after which all users are listed again
LISTED_AGAIN = 60.0  # seconds after which a list is read again for a name or person that is not in it
LOOKUP = 0.8  # seconds to wait when the person is already known, or when someone waits for an answer
CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]{7,}")


@value
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
        kinds = {"types": "public_channel,private_channel", "exclude_archived": True}
        self._channel_list = Listing(self.call, "conversations.list", "channels", _channel, self.now, **kinds)
        self._user_list = Listing(self.call, "users.list", "members", self._user, self.now)
        self._refused_until = float("-inf")
        self._lookups = Lanes()
        self._asked: dict[str, float] = {}

    async def call(self, method: str, **arguments: Any) -> AsyncSlackResponse:
        """Calls a method such as `chat.postMessage`, by the SDK's method of that name."""
        where = str(arguments.get("channel") or arguments.get("channel_id") or "")
        try:
            async with translated(method, self.patience, where):
                answer: AsyncSlackResponse = await getattr(self.web, method.replace(".", "_"))(**arguments)
                return answer
        except Transient as busy:
            if (busy.retry_after or 0) > LONG_WAIT and not busy.scope:  # what has a scope is the courier's to wait for
                self._asked[method] = self.now() + (busy.retry_after or 0)
            raise

    def long_waits(self) -> Mapping[str, float]:
        """Returns the seconds left, by method, where Slack has asked to wait for long."""
        now = self.now()
        self._asked = {method: until for method, until in self._asked.items() if until > now}
        return {method: until - now for method, until in self._asked.items()}

    async def post(
        self, channel: str, text: str, blocks: Sequence[Mapping[str, Any]], **more: Any
    ) -> AsyncSlackResponse:
        """Posts a message, whose links Slack does not fetch."""
        plainly = {"unfurl_links": False, "unfurl_media": False}
        return await self.call("chat.postMessage", channel=channel, text=text, blocks=blocks, **plainly, **more)

    async def patiently(self, calling: Callable[[], Awaitable[Done]]) -> Done:
        """Calls, and calls again when Slack has asked to wait, as often as it does."""
        while True:
            try:
                return await calling()
            except Transient as busy:
                if busy.retry_after is None:
                    raise
                await self.sleep(busy.retry_after)

    async def sleep(self, seconds: float) -> None:
        await self._clock.sleep(seconds)

    async def pages(
        self, method: str, within: str, most: int | None = None, **arguments: Any
    ) -> AsyncIterator[list[Any]]:
        """Yields the list `within` of each answer, page by page to the end, or up to `most` pages."""
        before, cursor = None, ""
        while cursor != before and most != 0:
            most = None if most is None else most - 1
            answer = await self.call(method, cursor=cursor or None, **arguments)
            yield list(answer.get(within) or ())
            before, cursor = cursor, (answer.get("response_metadata") or {}).get("next_cursor") or ""
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
        await self.identity()
        try:
            async with asyncio.timeout(patience if kept is None else LOOKUP):
                found, gone_at = self._user((await self._info(user))["user"])[1]
        except Rejected:
            found, gone_at = Actor(user, ""), None  # with its id as name it could pass for someone else
        except (DeliveryError, TimeoutError) as error:
            if kept is not None:
                return kept[0]
            found, gone_at = await self._listed(user, patience, error)
        self._gone[user] = gone_at if found.belongs is Belonging.GONE else None
        self._people[user] = (found, self.now() + PEOPLE_KEPT)
        return found

    async def _info(self, user: str) -> AsyncSlackResponse:
        """Looks a user up, unless Slack has asked not to for a time."""
        if (wait := self._refused_until - self.now()) > 0:
            raise Transient("users.info: Slack asked to wait", wait)
        try:
            return await self.call("users.info", user=user)
        except Transient as busy:
            self._refused_until = self.now() + (busy.retry_after or 0)
            raise

    async def _listed(self, user: str, patience: float, error: Exception) -> tuple[Actor, float | None]:
        """Looks for a user whom nobody knows yet in the list of all users, which has a rate limit of its own. `error`:
        raised if they are not found."""
        with suppress(DeliveryError, TimeoutError):
            async with asyncio.timeout(patience):
                await self._user_list.until(lambda: user in self._user_list.entries, LISTED_AGAIN)
        found = self._user_list.entries.get(user)
        if found is not None:
            return found
        raise error if isinstance(error, DeliveryError) else Transient("users.info: no answer in time")

    def _user(self, user: Mapping[str, Any]) -> tuple[str, tuple[Actor, float | None]]:
        """Reads a user, and the time at which they were changed last. Our own identity is known by then."""
        actor = actor_of(user, self._identity.us.team if self._identity else "")
        return actor.user, (actor, changed_at(user))

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
        async for page in self.pages("conversations.members", "members", channel=channel, limit=PAGE):
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
        await self.identity()
        wanted = {name.casefold() for name in names}

        def found() -> list[Actor]:
            everyone = (actor for actor, _ in self._user_list.entries.values())
            return [one for one in everyone if one.user in names or one.name.casefold() in wanted]

        def all_found() -> bool:
            ours = [one for one in found() if one.belongs not in (Belonging.FOREIGN, Belonging.GONE)]
            return all(any(name == one.user or name.casefold() == one.name for one in ours) for name in names)

        await self._user_list.until(all_found, SOON)
        return found()

    async def everyone(self) -> list[Actor]:
        """Returns all users of the workspace."""
        await self.identity()
        await self._user_list.until(lambda: False, SOON)
        return [actor for actor, _ in self._user_list.entries.values()]

    def unknown(self, users: Iterable[str]) -> int:
        """Counts users who have to be looked up."""
        return len([one for one in users if one not in self._people or self._people[one][1] <= self.now()])

    # -------------------------------------------------------------------------------------- channels

    async def channel(self, named: str = "") -> str:
        """Returns the id of a channel given by name or id; "" is the desk's own."""
        name = named.removeprefix("#") or self.settings.channel
        if not name:
            raise Unavailable("no channel is named", N_("Set a channel in desks.….channel."))
        if CHANNEL_ID.fullmatch(name):
            return name
        if name not in self._channels:
            try:
                await self._channel_list.until(lambda: name in self._channel_list.entries, LISTED_AGAIN)
            finally:
                self._channels |= self._channel_list.entries
        if name not in self._channels:
            raise Unavailable(f"there is no channel {name} that the app can see", INVITE, name)
        return self._channels[name]

    def channel_names(self, channel: str) -> list[str]:
        """Returns the id and the name of a channel given by either, as far as they are known."""
        name = channel.removeprefix("#") or self.settings.channel
        ids = [id_ for known, id_ in self._channels.items() if name in (known, id_)]
        named = [known for known, id_ in self._channels.items() if name in (known, id_)]
        return list(dict.fromkeys((*ids, *named, name)))

    async def direct(self, user: str) -> str:
        """Returns the direct message channel of this person."""
        return str((await self.call("conversations.open", users=user))["channel"]["id"])

    async def respond(self, url: str, message: Mapping[str, Any]) -> None:
        """Answers at the address that came with a command or a button."""
        async with translated("response_url", self.patience), self.http.post(url, json=dict(message)) as answer:
            answer.raise_for_status()


def _channel(channel: Mapping[str, Any]) -> tuple[str, str]:
    return str(channel.get("name")), str(channel["id"])
