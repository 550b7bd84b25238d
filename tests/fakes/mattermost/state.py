"""The fake server's state: people, channels, posts, files, and who was notified."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

BOT_TOKEN = "bot-token"
ADMIN_TOKEN = "admin-token"
COMMAND_TOKEN = "command-token"

TEAM = "acme"
CHANNEL = "support"

PENDING_REMEMBERED = 30.0
"""Seconds for which a `pending_post_id` is remembered."""


@dataclass(frozen=True)
class Notified:
    """`user` was notified of the post because `word` is in it."""

    user: str
    post: str
    word: str


@dataclass
class Window:
    """A dialog on someone's screen. `error` and `errors` come from the last attempt to submit it."""

    user: str
    channel: str
    url: str
    dialog: Json
    error: str = ""
    errors: Json = field(default_factory=dict)


@dataclass
class Trigger:
    user: str
    channel: str
    until: float


@dataclass
class StoredFile:
    id: str
    user: str
    channel: str
    name: str
    mime: str
    data: bytes
    post: str = ""
    archived: bool = False

    @property
    def info(self) -> Json:
        extension = self.name.rpartition(".")[2] if "." in self.name else ""
        hidden = {"archived": True} if self.archived else {}
        about = {"id": self.id, "user_id": self.user, "post_id": self.post, "channel_id": self.channel}
        return {
            **about,
            "name": self.name,
            "extension": extension,
            "size": len(self.data),
            "mime_type": self.mime,
            **hidden,
        }


@dataclass
class State:
    """Everything the server stores. `now` never stands still: no two things happen in the same millisecond."""

    overrides: bool = True
    ephemerals_allowed: bool = True
    tells_root: bool = True
    max_file: int = 100 * 2**20
    version: str = "11.8.0"
    edit_limit: int = -1
    """`PostEditTimeLimit` in seconds; -1: none."""
    priorities: bool = True
    """`PostPriority`: posts that start a thread may be urgent."""
    licensed: bool = False
    """A professional licence: urgent posts may ask for an acknowledgement."""
    token_days: int = 0
    """`MaximumPersonalAccessTokenLifetimeDays`; 0: none."""
    tells_files: bool = True
    """Posts include their files' metadata; a busy server leaves it out."""
    attaches: int | None = None
    """Files attached to each new post; the server leaves out the others and says nothing. None: all."""
    extends_sessions: bool = False
    """Whoever posts gets their session, extended, as a cookie."""

    users: dict[str, Json] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)  # token → user
    access_tokens: list[Json] = field(default_factory=list)
    sessions: dict[str, list[Json]] = field(default_factory=dict)  # user → their sessions
    teams: dict[str, Json] = field(default_factory=dict)
    channels: dict[str, Json] = field(default_factory=dict)
    members: dict[str, set[str]] = field(default_factory=dict)  # channel or team → users
    posts: dict[str, Json] = field(default_factory=dict)
    by_channel: dict[str, list[str]] = field(default_factory=dict)
    by_root: dict[str, list[str]] = field(default_factory=dict)
    reactions: dict[str, list[Json]] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)
    ephemerals: dict[str, list[Json]] = field(default_factory=dict)
    windows: dict[str, list[Window]] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    commands: dict[str, Json] = field(default_factory=dict)
    groups: list[str] | None = None  # names; None: the licence has no groups
    notified: list[Notified] = field(default_factory=list)
    pending: dict[str, tuple[str, float]] = field(default_factory=dict)
    starting: set[str] = field(default_factory=set)  # threads whose first reply is being saved
    _count: Iterable[int] = field(default_factory=lambda: itertools.count(1))
    _last: int = 0

    def new_id(self, kind: str) -> str:
        """26 small letters and digits, as all ids of Mattermost."""
        number = str(next(iter(self._count)))
        return kind + "x" * (26 - len(kind) - len(number)) + number

    def now(self) -> int:
        self._last = max(int(time.time() * 1000), self._last + 1)
        return self._last

    # ---------------------------------------------------------------------------------------- people

    def add_user(self, name: str, *, bot: bool = False, roles: str = "system_user", **fields: str) -> Json:
        user: Json = {"id": self.new_id("user"), "username": name, "roles": roles, "delete_at": 0, **fields}
        if bot:
            user["is_bot"] = True
        self.users[user["id"]] = user
        return user

    def user_called(self, name: str) -> Json | None:
        return next((user for user in self.users.values() if user["username"] == name), None)

    def id_of(self, name: str) -> str:
        user = self.user_called(name)
        assert user is not None, f"there is no {name}"
        return str(user["id"])

    # -------------------------------------------------------------------------------------- channels

    def add_channel(self, name: str, team: str, kind: str = "O") -> Json:
        channel: Json = {"id": self.new_id("channel"), "name": name, "display_name": name.title(), "type": kind}
        channel |= {"team_id": team, "delete_at": 0}
        self.channels[channel["id"]] = channel
        self.members[channel["id"]] = set()
        return channel

    def channel_called(self, name: str) -> Json:
        return next(one for one in self.channels.values() if name in (one["name"], one["id"]))

    def direct(self, one: str, other: str) -> Json:
        name = "__".join(sorted((one, other)))
        for channel in self.channels.values():
            if channel["name"] == name:
                return channel
        channel = self.add_channel(name, "", "D")
        self.members[channel["id"]] = {one, other}
        return channel

    # ----------------------------------------------------------------------------------------- posts

    def since(self, *version: int) -> bool:
        """Tells whether the server is of this version or a later one."""
        return [int(part) for part in self.version.split(".")[: len(version)]] >= list(version)

    def shown(self, post: Json) -> Json:
        """A post as it is read: with files and reactions, without its actions' integrations."""
        read = json.loads(json.dumps({name: value for name, value in post.items() if name != "pending_post_id"}))
        for attachment in read["props"].get("attachments") or ():
            for action in attachment.get("actions") or ():
                action.pop("integration", None)
        read["metadata"] = {
            "files": [self.files[file].info for file in post["file_ids"]] if self.tells_files else [],
            "reactions": [dict(one) for one in self.reactions.get(post["id"], ())],
        }
        return dict(read)

    def thread(self, root: str) -> list[Json]:
        ids = [root, *self.by_root.get(root, ())]
        return [self.posts[post] for post in ids if not self.posts[post]["delete_at"]]
