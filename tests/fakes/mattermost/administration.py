"""Administrators' requests to the fake server: bots, tokens, members, slash commands."""

from __future__ import annotations

from aiohttp import web

from tests.fakes.mattermost import rules
from tests.fakes.mattermost.rules import Refusal
from tests.fakes.mattermost.state import Json, State


class Administration:
    def __init__(self, state: State) -> None:
        self._state = state

    async def autocomplete_commands(self, request: web.Request, me: str) -> web.Response:
        shown = [one for one in self._of_team(request.match_info["team"]) if one.get("auto_complete")]
        return web.json_response([{**one, "token": "", "url": ""} for one in shown])

    async def list_commands(self, request: web.Request, me: str) -> web.Response:
        self._admin(me)
        return web.json_response(self._of_team(request.query["team_id"]))

    async def create_command(self, request: web.Request, me: str) -> web.Response:
        self._admin(me)
        asked = await request.json()
        if not asked.get("team_id") or not asked.get("trigger") or asked.get("method") not in ("P", "G"):
            raise Refusal(400, "model.command.is_valid.app_error")
        if any(one["trigger"] == asked["trigger"] for one in self._of_team(asked["team_id"])):
            raise Refusal(400, "api.command.duplicate_trigger.app_error")
        command = {**asked, "id": self._state.new_id("command"), "token": self._state.new_id("commandtoken")}
        self._state.commands[command["id"]] = command
        return web.json_response(command, status=201)

    async def update_command(self, request: web.Request, me: str) -> web.Response:
        self._admin(me)
        command = self._state.commands[request.match_info["command"]]
        command.update({**await request.json(), "id": command["id"], "token": command["token"]})
        return web.json_response(command)

    def _of_team(self, team: str) -> list[Json]:
        return [one for one in self._state.commands.values() if one["team_id"] == team]

    def _admin(self, user: str) -> None:
        if "system_admin" not in self._state.users[user]["roles"]:
            raise rules.no_permission()

    async def create_bot(self, request: web.Request, me: str) -> web.Response:
        self._admin(me)
        name = str((await request.json())["username"])
        if self._state.user_called(name):
            raise Refusal(400, "store.sql_user.save.username_exists.app_error")
        user = self._state.add_user(name, bot=True)
        return web.json_response({"user_id": user["id"], "username": name}, status=201)

    async def enable_bot(self, request: web.Request, me: str) -> web.Response:
        self._admin(me)
        user = self._state.users[request.match_info["user"]]
        user["delete_at"] = 0
        return web.json_response({"user_id": user["id"], "username": user["username"]})

    async def list_tokens(self, request: web.Request, me: str) -> web.Response:
        self._admin(me)
        known = [one for one in self._state.access_tokens if one["user_id"] == request.match_info["user"]]
        return web.json_response([{name: one[name] for name in one if name != "token"} for one in known])

    async def create_token(self, request: web.Request, me: str) -> web.Response:
        self._admin(me)
        asked = await request.json()
        ends = int(asked.get("expires_at") or 0)
        self._check_life(ends)
        token: Json = {"id": self._state.new_id("tokenid"), "token": self._state.new_id("token"), "is_active": True}
        token |= {"user_id": request.match_info["user"], "description": asked["description"], "expires_at": ends}
        self._state.access_tokens.append(token)
        self._state.tokens[token["token"]] = token["user_id"]
        return web.json_response(token)

    def _check_life(self, ends: int) -> None:
        """Refuses a token that lives longer than an administrator allows; from 12 on also a bot's."""
        days, now = self._state.token_days, self._state.now()
        if days and self._state.since(12) and not ends:
            raise Refusal(400, "app.user_access_token.expires_at_required.app_error")
        if ends and ends <= now:
            raise Refusal(400, "app.user_access_token.expires_at_in_past.app_error")
        if days and ends > now + days * 86_400_000:
            raise Refusal(400, "app.user_access_token.expires_at_too_far.app_error")

    async def sessions(self, request: web.Request, me: str) -> web.Response:
        """One session per access token that is used, which ends with it; others of the same user are in `sessions`."""
        user = me if request.match_info["user"] == "me" else request.match_info["user"]
        if user != me:
            self._admin(me)
        return web.json_response(self._state.sessions.get(user, []))

    async def add_member(self, request: web.Request, me: str) -> web.Response:
        self._admin(me)
        place, user = request.match_info["place"], str((await request.json())["user_id"])
        if place in self._state.channels and user not in self._state.members[self._state.channels[place]["team_id"]]:
            raise Refusal(404, "app.team.get_member.missing.app_error")
        self._state.members[place].add(user)
        return web.json_response({"user_id": user}, status=201)

    async def groups(self, request: web.Request, me: str) -> web.Response:
        if self._state.groups is None:
            raise Refusal(501, "api.ldap_groups.license_error")
        if request.query.get("filter_allow_reference") != "true":
            raise Refusal(403, "api.context.permissions.app_error")
        size = min(int(request.query.get("per_page", 60)), 200)
        start = int(request.query.get("page", 0)) * size
        names = self._state.groups[start : start + size]
        return web.json_response([{"name": name, "allow_reference": True} for name in names])


ROUTES = [
    ("GET", "/groups", "rest", Administration.groups),
    ("GET", "/users/{user}/sessions", "rest", Administration.sessions),
    ("GET", "/users/{user}/tokens", "rest", Administration.list_tokens),
    ("POST", "/users/{user}/tokens", "rest", Administration.create_token),
    ("POST", "/teams/{place}/members", "rest", Administration.add_member),
    ("POST", "/channels/{place}/members", "rest", Administration.add_member),
    ("GET", "/teams/{team}/commands/autocomplete", "rest", Administration.autocomplete_commands),
    ("GET", "/commands", "rest", Administration.list_commands),
    ("POST", "/commands", "rest", Administration.create_command),
    ("PUT", "/commands/{command}", "rest", Administration.update_command),
    ("POST", "/bots", "rest", Administration.create_bot),
    ("POST", "/bots/{user}/enable", "rest", Administration.enable_bot),
]
