"""The fake's REST API. https://developers.mattermost.com/api-documentation/"""

from __future__ import annotations

import asyncio
import mimetypes
import random
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from tests.fakes.faults import Fault, Faults, reset
from tests.fakes.mattermost import administration, dialogs, rules
from tests.fakes.mattermost.administration import Administration
from tests.fakes.mattermost.operations import Operations
from tests.fakes.mattermost.rules import Refusal
from tests.fakes.mattermost.sockets import Sockets
from tests.fakes.mattermost.state import Json, State, Window

Handler = Callable[[Any, web.Request, str], Awaitable[web.StreamResponse]]
"""A method of `Rest` or of `Administration`; it gets the request and the user who asks."""
SINCE_ROWS = 1000
SESSION = "MMAUTHTOKEN"


class Rest:
    def __init__(self, state: State, operations: Operations, sockets: Sockets, faults: Faults) -> None:
        self._state, self._operations, self._sockets, self._faults = state, operations, sockets, faults
        self.log: list[tuple[str, str]] = []
        self.failing: set[str] = set()  # channels whose posts the server fails to show

    def routes(self) -> list[web.RouteDef]:
        owners: list[tuple[Any, Sequence[tuple[str, str, str, Handler]]]] = [
            (self, ROUTES),
            (Administration(self._state), administration.ROUTES),
        ]
        return [
            web.route(method, f"/api/v4{path}", self._guarded(name, partial(handler, owner)))
            for owner, table in owners
            for method, path, name, handler in table
        ]

    def _guarded(
        self, name: str, handler: Callable[[web.Request, str], Awaitable[web.StreamResponse]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(request: web.Request) -> web.StreamResponse:
            self.log.append((request.method, request.path))
            if self._faults.latency:
                await asyncio.sleep(self._faults.latency)
            await self._faults.passed(name)
            if (scripted := self._faults.answered(name)) is not None:
                return scripted
            planned = self._faults.next(name)
            if planned is not None and planned[0] not in (Fault.RESET_AFTER, Fault.NOTHING_AFTER):
                return await self._play(request, *planned)
            answer = await self._answer(request, handler)
            if planned is not None and planned[0] is Fault.NOTHING_AFTER:
                await self._faults.silence(request)
            if planned is not None:
                reset(request)
            return answer

        return serve

    async def _play(self, request: web.Request, fault: Fault, retry_after: float) -> web.StreamResponse:
        match fault:
            case Fault.TOO_MANY:
                wait = f"{retry_after:g}"
                headers = {"Retry-After": wait, "X-Ratelimit-Reset": wait, "X-Ratelimit-Limit": "10"}
                return web.Response(status=429, text="limit exceeded\n", headers=headers)
            case Fault.SERVER_ERROR:
                return web.json_response(Refusal(500, "app.post.save.app_error", "It broke.").body, status=500)
            case Fault.REFUSED:
                refusal = Refusal(400, "model.post.is_valid.props.app_error", "Invalid props.")
                return web.json_response(refusal.body, status=refusal.status)
            case Fault.NOTHING:
                await self._faults.silence(request)
            case _:
                reset(request)
        return web.Response(status=500)

    async def _answer(
        self, request: web.Request, handler: Callable[[web.Request, str], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        try:
            return await handler(request, self._user(request))
        except Refusal as refusal:
            return web.json_response(refusal.body, status=refusal.status)

    def _user(self, request: web.Request) -> str:
        """Returns who asks. A session's cookie counts before the token, and is for browsers only."""
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        user = self._state.tokens.get(token) if kind.lower() == "bearer" else None
        forged = SESSION in request.cookies and request.method != "GET" and "X-Requested-With" not in request.headers
        if user is None or forged:
            raise Refusal(401, "api.context.session_expired.app_error", "Invalid or expired session.")
        return user

    # -------------------------------------------------------------------------------- people, places

    async def get_user(self, request: web.Request, me: str) -> web.Response:
        user = self._state.users.get(me if request.match_info["user"] == "me" else request.match_info["user"])
        return _found(user, "app.user.missing_account.const")

    async def get_user_called(self, request: web.Request, me: str) -> web.Response:
        return _found(self._state.user_called(request.match_info["name"]), "app.user.missing_account.const")

    async def users_called(self, request: web.Request, me: str) -> web.Response:
        names = await request.json()
        return web.json_response([user for user in self._state.users.values() if user["username"] in names])

    async def statuses(self, request: web.Request, me: str) -> web.Response:
        """Answers for the users who exist; `status` of a user's own data, here only, is "online" by default."""
        known = [user for user in await request.json() if user in self._state.users]
        told = [{"user_id": one, "status": self._state.users[one].get("status", "online")} for one in known]
        return web.json_response([{**one, "manual": one["status"] == "dnd"} for one in told])

    async def get_users(self, request: web.Request, me: str) -> web.Response:
        size, page = _per_page(request), int(request.query.get("page", 0))
        place = request.query.get("in_channel") or request.query["in_team"]
        members = self._members(place, me)
        users = [user for user in self._state.users.values() if user["id"] in members]
        return web.json_response(users[page * size : (page + 1) * size])

    async def get_team(self, request: web.Request, me: str) -> web.Response:
        for team in self._state.teams.values():
            if team["name"] == request.match_info["name"] and self._sees(team["id"], me):
                return web.json_response(team)
        raise Refusal(404, "app.team.get_by_name.missing.app_error")

    async def get_channel_called(self, request: web.Request, me: str) -> web.Response:
        for channel in self._state.channels.values():
            if (channel["team_id"], channel["name"]) == (request.match_info["team"], request.match_info["name"]):
                return web.json_response(channel)
        raise Refusal(404, "app.channel.get_by_name.missing.app_error")

    async def get_channel(self, request: web.Request, me: str) -> web.Response:
        return _found(self._state.channels.get(request.match_info["channel"]), "app.channel.get.existing.app_error")

    async def get_member(self, request: web.Request, me: str) -> web.Response:
        channel, user = request.match_info["channel"], request.match_info["user"]
        if user not in self._state.members.get(channel, ()):
            raise Refusal(404, "app.channel.get_member.missing.app_error")
        guest = "system_guest" in self._state.users[user]["roles"]
        return web.json_response({"channel_id": channel, "user_id": user, "scheme_guest": guest})

    async def get_team_member(self, request: web.Request, me: str) -> web.Response:
        team, user = request.match_info["team"], request.match_info["user"]
        if user not in self._state.members[team]:
            raise Refusal(404, "app.team.get_member.missing.app_error")
        return web.json_response({"team_id": team, "user_id": user, "delete_at": 0, "scheme_guest": False})

    async def direct(self, request: web.Request, me: str) -> web.Response:
        users = await request.json()
        if len(users) != 2 or me not in users or any(user not in self._state.users for user in users):
            raise Refusal(400, "api.channel.create_direct_channel.invalid_user.app_error")
        return web.json_response(self._state.direct(*users), status=201)

    async def config(self, request: web.Request, me: str) -> web.Response:
        if request.query.get("format") != "old":
            raise Refusal(400, "api.config.client.old_format.app_error")
        state, on = self._state, str(self._state.overrides).lower()
        body = {"EnablePostUsernameOverride": on, "EnablePostIconOverride": on}
        body |= {
            "MaxFileSize": str(state.max_file),
            "Version": state.version,
            "PostEditTimeLimit": str(state.edit_limit),
        }
        body |= {"PostPriority": str(state.priorities).lower(), "PostAcknowledgements": str(state.licensed).lower()}
        if state.since(11):
            body["MaximumPersonalAccessTokenLifetimeDays"] = str(state.token_days)
        return web.json_response(body)

    def _sees(self, place: str, user: str) -> bool:
        return user in self._state.members.get(place, ()) or "system_admin" in self._state.users[user]["roles"]

    def _members(self, channel: str, me: str) -> set[str]:
        if not self._sees(channel, me):
            raise rules.no_permission()
        return self._state.members[channel]

    # ----------------------------------------------------------------------------------------- posts

    async def create_post(self, request: web.Request, me: str) -> web.Response:
        post = await self._operations.create_post(me, await request.json())
        answer = web.json_response(self._state.shown(post), status=201)
        if self._state.extends_sessions:
            answer.set_cookie(SESSION, self._state.new_id("session"))
            answer.set_cookie("SERVERID", "2")  # by which a load balancer finds the same server again
        return answer

    async def get_post(self, request: web.Request, me: str) -> web.Response:
        return web.json_response(self._state.shown(self._operations.living(request.match_info["post"])))

    async def patch_post(self, request: web.Request, me: str) -> web.Response:
        asked = await request.json()
        rules.check_edit_limit(self._state, self._operations.living(request.match_info["post"]), asked)
        post = self._operations.change_post(me, request.match_info["post"], asked)
        return web.json_response(self._state.shown(post))

    async def delete_post(self, request: web.Request, me: str) -> web.Response:
        self._operations.delete_post(me, request.match_info["post"])
        return web.json_response({"status": "OK"})

    async def thread(self, request: web.Request, me: str) -> web.Response:
        post = self._operations.living(request.match_info["post"])
        return self._listed(self._state.thread(post["root_id"] or post["id"]))

    async def channel_posts(self, request: web.Request, me: str) -> web.Response:
        """Posts of a channel. `since`: changed after it, deleted ones included, up to a thousand rows, unordered.
        Otherwise living posts, newest first, by page, or before or after a post."""
        channel, query, posts = request.match_info["channel"], request.query, self._state.posts
        if channel in self.failing:
            raise Refusal(500, "app.post.get_posts_since.app_error", "Unable to get the posts for the channel.")
        if channel not in self._state.channels or not self._sees(channel, me):
            raise rules.no_permission()
        ids = self._state.by_channel.get(channel, [])
        if "since" in query:
            changed = [posts[one] for one in ids if posts[one]["update_at"] > int(query["since"])]
            return self._listed(random.Random(len(changed)).sample(changed, min(len(changed), SINCE_ROWS)))
        living = [one for one in ids if not posts[one]["delete_at"]]
        size, page = _per_page(request), int(query.get("page", 0))
        if "after" in query:
            at = ids.index(query["after"])
            later = [one for one in living if one in set(ids[at + 1 :])]
            return self._listed(posts[one] for one in reversed(later[page * size : (page + 1) * size]))
        if "before" in query:
            earlier = set(ids[: ids.index(query["before"])])
            living = [one for one in living if one in earlier]
        newest = living[::-1][page * size : (page + 1) * size]
        return self._listed(posts[one] for one in newest)

    def _listed(self, posts: Iterable[Json]) -> web.Response:
        shown = [self._state.shown(post) for post in posts]
        body = {"order": [post["id"] for post in shown], "posts": {post["id"]: post for post in shown}}
        return web.json_response({**body, "next_post_id": "", "prev_post_id": ""})

    async def create_ephemeral(self, request: web.Request, me: str) -> web.Response:
        if not self._state.ephemerals_allowed:
            raise rules.no_permission()
        asked = await request.json()
        post = self._operations.ephemeral(me, str(asked.get("user_id") or ""), asked.get("post") or {})
        return web.json_response(self._state.shown(post), status=201)

    async def react(self, request: web.Request, me: str) -> web.Response:
        asked = await request.json()
        if asked.get("user_id") != me:
            raise rules.no_permission()
        return web.json_response(
            self._operations.react(me, str(asked["post_id"]), str(asked["emoji_name"])), status=201
        )

    async def unreact(self, request: web.Request, me: str) -> web.Response:
        if request.match_info["user"] != me:
            raise rules.no_permission()
        self._operations.unreact(me, request.match_info["post"], request.match_info["name"])
        return web.json_response({"status": "OK"})

    async def follow(self, request: web.Request, me: str) -> web.Response:
        user, team, thread = (request.match_info[name] for name in ("user", "team", "thread"))
        if team not in self._state.teams:
            raise rules.no_permission()
        self._operations.threads.follow(me, user, thread, on=request.method == "PUT")
        return web.json_response({"status": "OK"})

    # ----------------------------------------------------------------------------------------- files

    async def upload(self, request: web.Request, me: str) -> web.Response:
        """Stores one file as the body, or several as a form whose `channel_id` comes first."""
        if request.content_type != "multipart/form-data":
            name = request.query.get("filename", "")
            data = await request.read()
            files = [self._operations.upload(me, request.query.get("channel_id", ""), name, _mime(name), data)]
        else:
            files, channel = [], ""
            async for part in await request.multipart():
                assert not isinstance(part, list)
                if getattr(part, "name", "") == "channel_id":
                    channel = (await part.read()).decode()  # type: ignore[union-attr]
                elif getattr(part, "name", "") == "files":
                    name = part.filename or ""  # type: ignore[union-attr]
                    data = bytes(await part.read(decode=True))  # type: ignore[union-attr]
                    files.append(self._operations.upload(me, channel, name, _mime(name), data))
        return web.json_response({"file_infos": [file.info for file in files], "client_ids": []}, status=201)

    async def get_file_info(self, request: web.Request, me: str) -> web.Response:
        file = self._state.files.get(request.match_info["file"])
        if file is None:
            raise Refusal(404, "app.file_info.get.app_error")
        return web.json_response(file.info)

    async def get_file(self, request: web.Request, me: str) -> web.Response:
        file = self._state.files.get(request.match_info["file"])
        if file is None:
            raise Refusal(404, "app.file_info.get.app_error")
        return web.Response(body=file.data, content_type=file.mime or "application/octet-stream")

    # ----------------------------------------------------------------------------------- integrations

    async def open_dialog(self, request: web.Request, me: str) -> web.Response:
        asked = await request.json()
        trigger = self._state.triggers.pop(str(asked.get("trigger_id")), None)
        if trigger is None:
            raise Refusal(400, "interactive_message.decode_trigger_id.verify_signature_failed")
        if trigger.until < time.monotonic():
            raise Refusal(400, "interactive_message.decode_trigger_id.expired")
        if urlsplit(str(asked.get("url"))).scheme not in ("http", "https"):
            raise Refusal(400, "api.context.invalid_body_param.app_error", "url")
        dialogs.check_dialog(self._state, asked["dialog"])
        window = Window(trigger.user, trigger.channel, asked["url"], asked["dialog"])
        self._state.windows.setdefault(trigger.user, []).append(window)
        return web.json_response({"status": "OK"})


def _found(found: Json | None, error_id: str) -> web.Response:
    if found is None:
        raise Refusal(404, error_id)
    return web.json_response(found)


def _per_page(request: web.Request) -> int:
    return min(200, int(request.query.get("per_page", 60)))


def _mime(name: str) -> str:
    return mimetypes.guess_type(name)[0] or ""


ROUTES: list[tuple[str, str, str, Handler]] = [
    ("GET", "/users/username/{name}", "users", Rest.get_user_called),
    ("GET", "/users/{user}", "users", Rest.get_user),
    ("GET", "/users", "users", Rest.get_users),
    ("POST", "/users/status/ids", "users", Rest.statuses),
    ("POST", "/users/usernames", "users", Rest.users_called),
    ("GET", "/teams/name/{name}", "rest", Rest.get_team),
    ("GET", "/teams/{team}/members/{user}", "rest", Rest.get_team_member),
    ("GET", "/teams/{team}/channels/name/{name}", "rest", Rest.get_channel_called),
    ("GET", "/channels/{channel}", "rest", Rest.get_channel),
    ("GET", "/channels/{channel}/members/{user}", "rest", Rest.get_member),
    ("POST", "/channels/direct", "direct", Rest.direct),
    ("GET", "/channels/{channel}/posts", "channel.posts", Rest.channel_posts),
    ("GET", "/config/client", "config", Rest.config),
    ("POST", "/posts", "posts", Rest.create_post),
    ("POST", "/posts/ephemeral", "ephemeral", Rest.create_ephemeral),
    ("GET", "/posts/{post}", "posts.get", Rest.get_post),
    ("PUT", "/posts/{post}/patch", "posts.patch", Rest.patch_post),
    ("DELETE", "/posts/{post}", "posts.delete", Rest.delete_post),
    ("GET", "/posts/{post}/thread", "thread", Rest.thread),
    ("POST", "/reactions", "reactions", Rest.react),
    ("DELETE", "/users/{user}/posts/{post}/reactions/{name}", "reactions", Rest.unreact),
    ("PUT", "/users/{user}/teams/{team}/threads/{thread}/following", "following", Rest.follow),
    ("DELETE", "/users/{user}/teams/{team}/threads/{thread}/following", "following", Rest.follow),
    ("POST", "/files", "files", Rest.upload),
    ("GET", "/files/{file}/info", "files.info", Rest.get_file_info),
    ("GET", "/files/{file}", "files.get", Rest.get_file),
    ("POST", "/actions/dialogs/open", "dialogs.open", Rest.open_dialog),
]
