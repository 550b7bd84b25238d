"""Calls of Mattermost's REST API that the desk needs, one method each; failures are `DeliveryError`.

The addresses are mattermostautodriver's, the requests go out over the desk's own aiohttp session (`client`), each once:
the courier owns retries. Streams use that session directly. https://developers.mattermost.com/api-documentation/
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from mattermostautodriver import AsyncTypedDriver  # type: ignore[import-untyped]

from bot.desks.mattermost.client import Client
from bot.desks.mattermost.errors import of_answer, translated
from bot.desks.mattermost.settings import MattermostSettings
from bot.ports import Download, Rejected, RejectReason, Unavailable
from bot.runtime import http_limits, http_waits

Json = dict[str, Any]

logging.getLogger("mattermostautodriver.websocket").setLevel(logging.CRITICAL)
"""The driver logs each refusal before it raises it; whoever handles it says so in a line of the hub's."""

PAGE = 200
"""Rows per page, the server's maximum."""
SINCE_HOLDS = 1000
"""Maximum number of rows that `posts?since=` returns, in no guaranteed order."""
_NAME = re.compile(r"[A-Za-z0-9_-]+")
"""Names of teams and channels as the server's addresses have them."""


def driver_for(url: str, token: str, timeout: float, http: aiohttp.ClientSession) -> AsyncTypedDriver:
    """Builds a driver that tries once, has a timeout and also serves a server under a path."""
    address = urlsplit(url.rstrip("/"))
    options = {
        "base_url": url.rstrip("/"),
        "scheme": address.scheme,
        "url": address.hostname,
        "port": address.port or (443 if address.scheme == "https" else 80),
        "request_timeout": timeout,
        "http": http,
    }
    driver = AsyncTypedDriver(options, client_cls=Client)
    driver.client.token = token
    return driver


class Api:
    """Client of one server. `lasting_http`: for downloads."""

    def __init__(
        self, settings: MattermostSettings, http: aiohttp.ClientSession, lasting_http: aiohttp.ClientSession
    ) -> None:
        self.url, self._token = settings.url, settings.token.get_secret_value()
        self._http, self._lasting_http = http, lasting_http
        self._timeout = http_limits.transfer(settings.timeout)
        self._driver = driver_for(settings.url, self._token, settings.timeout, http)

    async def close(self) -> None:
        await self._driver.close()

    @property
    def headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self._token}"}

    async def _ask(self, question: Awaitable[Any], channel: str = "") -> Any:
        """Makes a call that may safely be repeated. `channel`: the one that it is about, see `errors`."""
        with translated(repeatable=True, channel=channel):
            return await question

    async def _do(self, deed: Awaitable[Any], channel: str = "") -> Any:
        """Makes a call that must not be blindly repeated."""
        with translated(channel=channel):
            return await deed

    async def _at(self, post: str, channel: str, deed: Awaitable[Any]) -> Any:
        """Makes a call about a post. The server forbids changing a post that does not exist, in the words that it has
        for a bot outside of the channel."""
        try:
            return await self._ask(deed, channel)
        except Unavailable as forbidden:
            if forbidden.channel:
                await self._ask(self._driver.posts.get_post(post), channel)  # raises `Rejected` if it is gone
            raise

    # ------------------------------------------------------------------------------ people and places

    async def me(self) -> Json:
        return dict(await self._ask(self._driver.users.get_user("me")))

    async def user(self, user: str) -> Json:
        return dict(await self._ask(self._driver.users.get_user(user)))

    async def users_called(self, names: Iterable[str]) -> list[Json]:
        """Returns the users that exist among these names."""
        return list(await self._ask(self._driver.users.get_users_by_usernames(sorted(names))))

    async def statuses(self, users: Sequence[str]) -> list[Json]:
        """Returns the status of each user: online, away, dnd, ooo or offline."""
        return list(await self._ask(self._driver.status.get_users_statuses_by_ids(list(users))))

    async def groups(self) -> list[Json]:
        """Returns the groups that posts may mention. `Rejected` where the server or its licence has none."""
        found: list[Json] = []
        while True:
            asked = self._driver.groups.get_groups(page=len(found) // PAGE, per_page=PAGE, filter_allow_reference=True)
            groups = await self._ask(asked)
            found += groups
            if len(groups) < PAGE:
                return found

    async def members(self, *, channel: str | None = None, team: str | None = None) -> list[Json]:
        """Returns everyone in the channel or in the team."""
        found: list[Json] = []
        while True:
            page = len(found) // PAGE
            asked = self._driver.users.get_users(page=page, per_page=PAGE, in_channel=channel, in_team=team)
            users = await self._ask(asked)
            found += users
            if len(users) < PAGE:
                return found

    async def team(self, name: str) -> Json:
        return dict(await self._ask(self._driver.teams.get_team_by_name(named(name))))

    async def channel_called(self, team: str, name: str) -> Json:
        return dict(await self._ask(self._driver.channels.get_channel_by_name(team, named(name))))

    async def channel(self, channel: str) -> Json:
        return dict(await self._ask(self._driver.channels.get_channel(channel)))

    async def member(self, channel: str, user: str) -> Json:
        return dict(await self._ask(self._driver.channels.get_channel_member(channel, user)))

    async def check_presence(self, channel: str, me: str) -> None:
        """Raises `Unavailable` if the bot is not in the channel."""
        await self._ask(self._driver.channels.get_channel_member(channel, me), channel)

    async def team_member(self, team: str, user: str) -> Json:
        """Returns a team membership; one who has left has a `delete_at`."""
        return dict(await self._ask(self._driver.teams.get_team_member(team, user)))

    async def direct(self, users: Sequence[str]) -> str:
        """Returns the direct message channel of two users, creating it if needed."""
        return str((await self._ask(self._driver.channels.create_direct_channel(list(users))))["id"])

    async def sessions(self, user: str) -> list[Json]:
        """Returns the user's sessions. An access token has one, which ends with it."""
        return list(await self._ask(self._driver.users.get_sessions(user)))

    async def commands(self, team: str) -> list[Json]:
        return list(await self._ask(self._driver.commands.list_autocomplete_commands(team)))

    async def config(self) -> Json:
        """Returns the server settings that any client may read; all values are strings."""
        return dict(await self._ask(self._driver.client.get("/api/v4/config/client", params={"format": "old"})))

    # ------------------------------------------------------------------------------------------- posts

    async def create(self, body: Json, channel: str = "") -> Json:
        """Creates a post, by path: the driver's `create_post` lacks `pending_post_id`. `channel`: the post's, unless it
        is a direct message."""
        return dict(await self._do(self._driver.client.post("/api/v4/posts", options=body), channel))

    async def create_ephemeral(self, user: str, body: Json) -> None:
        await self._do(self._driver.posts.create_post_ephemeral(user, body))

    async def change(self, channel: str, post: str, props: Json, message: str | None = None) -> Json:
        """Changes a post and returns it as it stands. `message`: None keeps it."""
        return dict(await self._at(post, channel, self._driver.posts.patch_post(post, message=message, props=props)))

    async def delete(self, channel: str, post: str) -> None:
        await self._at(post, channel, self._driver.posts.delete_post(post))

    async def post(self, post: str, channel: str = "") -> Json:
        return dict(await self._ask(self._driver.posts.get_post(post), channel))

    async def thread(self, root: str, channel: str = "") -> list[Json]:
        """Returns the root and all its replies, oldest first."""
        return _in_order(await self._ask(self._driver.posts.get_post_thread(root), channel))

    async def since(self, channel: str, at: int) -> list[Json]:
        """Returns posts created, changed or deleted after `at` (milliseconds), at most `SINCE_HOLDS`."""
        return _in_order(await self._ask(self._driver.posts.get_posts_for_channel(channel, since=at), channel))

    async def latest(self, channel: str, before: str | None = None) -> list[Json]:
        """Returns the `PAGE` newest posts (older than the post `before`), oldest first."""
        posts = self._driver.posts.get_posts_for_channel(channel, per_page=PAGE, before=before)
        return _in_order(await self._ask(posts, channel))

    async def react(self, channel: str, user: str, post: str, name: str) -> None:
        reaction = {"user_id": user, "post_id": post, "emoji_name": name}
        await self._at(post, channel, self._driver.reactions.save_reaction(reaction))

    async def unreact(self, channel: str, user: str, post: str, name: str) -> None:
        await self._at(post, channel, self._driver.reactions.delete_reaction(user, post, name))

    async def follow(self, team: str, root: str, user: str, *, on: bool) -> None:
        """Makes a user follow a thread, or not. `Rejected(FORBIDDEN)` for a bot that is no system administrator."""
        threads = self._driver.threads
        asks = threads.start_following_thread if on else threads.stop_following_thread
        await self._ask(asks(user, team, root))

    async def open_dialog(self, trigger: str, url: str, dialog: Json) -> None:
        await self._do(self._driver.integration_actions.open_interactive_dialog(trigger, url, dialog))

    # ------------------------------------------------------------------------------------------- files

    async def upload(self, channel: str, name: str, chunks: AsyncIterator[bytes]) -> str:
        """Streams a file to the server and returns its id. A repetition leaves a file that no post shows."""
        with translated(repeatable=True):
            async with self._http.post(
                f"{self.url}/api/v4/files",
                params={"channel_id": channel, "filename": name},
                data=chunks,
                headers={**self.headers, "Content-Type": "application/octet-stream"},
                timeout=self._timeout,
            ) as answer:
                await _refuse_failure(answer)
                return str(json.loads(await answer.read())["file_infos"][0]["id"])

    async def file_info(self, file: str) -> Json:
        return dict(await self._ask(self._driver.client.get(f"/api/v4/files/{file}/info")))

    @asynccontextmanager
    async def file(self, file: str) -> AsyncIterator[Download]:
        url = f"{self.url}/api/v4/files/{file}"
        with translated(repeatable=True):
            async with self._lasting_http.get(url, headers=self.headers, timeout=self._timeout) as answer:
                await _refuse_failure(answer)
                yield Download(_chunks(answer), answer.content_length, mime=answer.content_type)


def named(name: str) -> str:
    """Returns the name of a team or channel. Raises `Rejected` if there can be none of that name: the server has no
    address for it."""
    if not _NAME.fullmatch(name):
        raise Rejected(RejectReason.GONE, f"no name of a team or channel: {name}")
    return name


async def _chunks(answer: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    with translated(repeatable=True):
        async for chunk in answer.content.iter_chunked(64 * 1024):
            yield chunk


async def _refuse_failure(answer: aiohttp.ClientResponse) -> None:
    if answer.ok:
        return
    body: object = None
    if answer.content_type == "application/json":
        body = json.loads(await answer.read())
    problem = body if isinstance(body, dict) else {}
    retry_after = http_waits.seconds(answer.headers.get("Retry-After") or answer.headers.get("X-RateLimit-Reset"))
    raise of_answer(answer.status, str(problem.get("id", "")), str(problem.get("message", "")), True, retry_after)


def _in_order(listed: Json) -> list[Json]:
    """Orders a list of posts: Mattermost names the requested ones in `order`; `posts` holds more."""
    posts, order = listed.get("posts") or {}, listed.get("order") or ()
    return sorted((posts[post] for post in order if post in posts), key=lambda post: (post["create_at"], post["id"]))
