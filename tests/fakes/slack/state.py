"""The workspace's state: users, channels, messages, files, windows."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.domain.text import Text
from tests.fakes.slack import drawing
from tests.fakes.slack.attention import Attention

BOT_TOKEN = "xoxb-0000-fake"
APP_TOKEN = "xapp-0000-fake"
SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
SLACKBOT = "USLACKBOT"
ZONES = {"boris": "Asia/Yekaterinburg"}
BOT_USER, BOT_ID, TEAM, APP = "U0HUB00001", "B0HUB00001", "T0FAKE0001", "A0FAKE0001"


@dataclass(frozen=True)
class Button:
    """A button, or an entry of a menu. `word` is the prefix of its action id."""

    label: str
    value: str
    action: dict[str, Any]

    @property
    def word(self) -> str:
        return str(self.action["action_id"]).partition(":")[0]


@dataclass
class User:
    id: str
    name: str
    title: str
    is_bot: bool = False
    zone: str = "Europe/Moscow"
    team: str = ""
    flags: dict[str, Any] = field(default_factory=dict)
    updated: int = 1
    presence: str = "active"
    dnd: dict[str, Any] = field(
        default_factory=lambda: {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1}
    )

    def raw(self) -> dict[str, Any]:
        """The user as the API returns it. `flags`: further fields such as is_restricted, is_stranger, deleted,
        enterprise_user."""
        profile = {"display_name": self.title, "real_name": self.title, "team": self.team or TEAM}
        about = {"id": self.id, "team_id": self.team or TEAM, "name": self.name, "deleted": False}
        about |= {"is_bot": self.is_bot, "profile": profile, "updated": self.updated, "tz": self.zone}
        if not self.flags.get("deleted"):
            about |= {"is_restricted": False, "is_ultra_restricted": False, "is_app_user": False}
        return about | self.flags


@dataclass
class File:
    id: str
    name: str
    size: int
    data: bytes = b""
    title: str = ""
    mimetype: str = "application/octet-stream"
    uploaded: bool = False
    kept: bool = False
    """The upload was completed, without a channel."""
    looks_left: int = 0
    """Calls of `files.info` until its type is known: an upload is processed after it has been answered."""
    deleted: bool = False
    mode: str = "hosted"
    external_url: str = ""
    stub: bool = False
    """The file belongs to another workspace: messages contain its id alone (`check_file_info`)."""
    shares: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Channel → messages that show the file, as `files.info` lists them."""

    def raw(self, url: str) -> dict[str, Any]:
        """The file as a message contains it."""
        if self.deleted:
            return {"id": self.id, "mode": "tombstone"}
        if self.mode == "hidden_by_limit":
            return {"id": self.id, "name": self.name, "mode": self.mode}
        if self.stub:
            return {"id": self.id, "created": 0, "timestamp": 0, "user": "", "file_access": "check_file_info"}
        return self.about(url)

    def about(self, url: str) -> dict[str, Any]:
        """The file as `files.info` describes it."""
        if self.mode == "external":
            link = {"url_private": self.external_url, "external_type": "gdrive", "is_external": True}
            return {"id": self.id, "name": self.name, "title": self.title or self.name, "mode": self.mode, **link}
        address = f"{url}/files-pri/{TEAM}-{self.id}/{self.name}"
        return {
            "id": self.id,
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": "" if self.looks_left else self.mimetype,
            "size": self.size,
            "mode": self.mode,
            "is_external": False,
            "file_access": "visible",
            "url_private": address,
            "url_private_download": address,
        }


@dataclass
class Message:
    channel: str
    ts: str
    user: str | None
    text: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    thread_ts: str | None = None
    subtype: str | None = None
    bot_id: str | None = None
    username: str = ""
    icon_url: str = ""
    metadata: dict[str, Any] | None = None
    files: list[File] = field(default_factory=list)
    album: list[File] = field(default_factory=list)
    """Files that its blocks show."""
    attachments: list[dict[str, Any]] = field(default_factory=list)
    edited: dict[str, str] | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    replies: list[str] = field(default_factory=list)
    is_ephemeral: bool = False

    def raw(self, url: str, metadata: bool = False) -> dict[str, Any]:
        """The message as the API returns it."""
        found: dict[str, Any] = {"type": "message", "ts": self.ts, "text": self.text}
        optional = {
            "user": self.user,
            "subtype": self.subtype,
            "bot_id": self.bot_id,
            "username": self.username,
            "blocks": self.blocks,
            "edited": self.edited,
            "thread_ts": self.ts if self.replies else self.thread_ts,
            "files": [file.raw(url) for file in self.files],
            "attachments": self.attachments,
            "metadata": self.metadata if metadata else None,
        }
        found |= {name: value for name, value in optional.items() if value}
        if self.replies:
            found |= {"reply_count": len(self.replies), "latest_reply": self.replies[-1]}
        if self.reactions:
            found["reactions"] = [
                {"name": name, "users": list(users), "count": len(users)} for name, users in self.reactions.items()
            ]
        return found

    @property
    def seen(self) -> Text:
        """The message as people read it, styles included."""
        return drawing.text(self.blocks, self.text)

    @property
    def words(self) -> str:
        return self.seen.characters

    @property
    def notifies(self) -> bool:
        return drawing.notifies(self.blocks, self.text)

    @property
    def buttons(self) -> list[Button]:
        return [Button(*one) for one in drawing.buttons(self.blocks)]

    @property
    def chosen(self) -> tuple[str, ...]:
        return tuple(drawing.chosen(self.blocks))


@dataclass
class Window:
    """A modal on someone's screen, or someone's Home tab. `hash` changes with every change."""

    id: str
    user: str
    view: dict[str, Any]
    errors: dict[str, str] = field(default_factory=dict)
    hash: str = ""

    @property
    def seen(self) -> Text:
        words = drawing.text(self.view["blocks"], "")
        title = self.view.get("title", {}).get("text", "")
        return Text.plain(f"{title}\n") + words if title else words

    @property
    def buttons(self) -> list[Button]:
        return [Button(*one) for one in drawing.buttons(self.view["blocks"])]

    @property
    def chosen(self) -> tuple[str, ...]:
        return tuple(drawing.chosen(self.view["blocks"]))

    def raw(self) -> dict[str, Any]:
        return {**self.view, "id": self.id, "hash": self.hash}


@dataclass
class Channel:
    id: str
    name: str
    members: set[str]
    is_archived: bool = False
    flags: dict[str, Any] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)

    @property
    def is_direct(self) -> bool:
        return self.id.startswith("D")

    @property
    def is_private(self) -> bool:
        return bool(self.flags.get("is_private"))

    def top(self) -> Iterator[Message]:
        """Newest first."""
        return (message for message in reversed(self.messages.values()) if message.thread_ts in (None, message.ts))

    def raw(self) -> dict[str, Any]:
        found: dict[str, Any] = {"id": self.id, "is_member": BOT_USER in self.members, "is_archived": self.is_archived}
        if self.is_direct:
            return found | {"is_im": True}
        shared = {"is_shared": False, "is_ext_shared": False, "is_org_shared": False, "is_pending_ext_shared": False}
        return found | {"name": self.name, "is_channel": True} | shared | self.flags


class Stamps:
    """Ids of messages: times, each later than the one before."""

    def __init__(self) -> None:
        self._last = 0

    def next(self) -> str:
        self._last = max(self._last + 1, int(time.time() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06}"


class Workspace:
    def __init__(self) -> None:
        self.stamps = Stamps()
        self._ids = itertools.count(1)
        self.users: dict[str, User] = {
            BOT_USER: User(BOT_USER, "hub", "Dialog hub", is_bot=True),
            SLACKBOT: User(SLACKBOT, "slackbot", "Slackbot"),  # Slack describes it with is_bot: false
        }
        self.channels: dict[str, Channel] = {}
        self.unfurled: list[str] = []
        """Addresses that Slack fetched and showed below posts of the app."""
        self.files: dict[str, File] = {}
        self.ephemerals: dict[str, list[Message]] = {}
        self.windows: dict[str, list[Window]] = {}
        self.homes: dict[str, Window] = {}
        self.attention = Attention()
        self.bot = BOT_USER
        for name in ("support", "sales", "general"):
            self.add_channel(name)

    def id(self, prefix: str) -> str:
        return f"{prefix}0FAKE{next(self._ids):05}"

    def add_channel(self, name: str, *, bot: bool = True) -> Channel:
        people = {user.id for user in self.users.values() if not user.is_bot and user.id != SLACKBOT}
        channel = Channel(self.id("C"), name, people | ({self.bot} if bot else set()))
        self.channels[channel.id] = channel
        return channel

    def add_user(self, name: str, *, team: str = "", bot: bool = False, **flags: Any) -> User:
        zone = ZONES.get(name, "Europe/Moscow")
        user = User(self.id("U"), name, f"{name.title()} Petrova", bot, zone, team, flags)
        self.users[user.id] = user
        for channel in self.channels.values():
            if not channel.is_direct:
                channel.members.add(user.id)
        return user

    def user_named(self, name: str) -> User:
        return next((user for user in self.users.values() if user.name == name), None) or self.add_user(name)

    def channel_named(self, name: str) -> Channel:
        return next(one for one in self.channels.values() if name in (one.name, one.id))

    def direct(self, user: str) -> Channel:
        for channel in self.channels.values():
            if channel.is_direct and channel.members == {user, self.bot}:
                return channel
        channel = Channel(self.id("D"), "", {user, self.bot})
        self.channels[channel.id] = channel
        return channel

    def find(self, channel: str, ts: str) -> Message | None:
        found = self.channels.get(channel)
        return found.messages.get(ts) if found else None

    def add(self, message: Message) -> Message:
        """Adds a message to its channel; a reply to a deleted message silently lands at the top level."""
        messages = self.channels[message.channel].messages
        if message.thread_ts is not None:
            root = messages.get(message.thread_ts)
            if root is None:
                message.thread_ts = None
            else:
                root.replies.append(message.ts)
        messages[message.ts] = message
        self.attention.posted(self.channels[message.channel], message)
        for file in message.files:
            file.shares.setdefault(message.channel, []).append({"ts": message.ts, "thread_ts": message.thread_ts})
        return message

    def remove(self, message: Message) -> None:
        """Removes a message. In the place of one with replies a tombstone stands, until its last reply is removed."""
        messages = self.channels[message.channel].messages
        if message.replies:
            messages[message.ts] = Message(
                message.channel,
                message.ts,
                SLACKBOT,
                "This message was deleted.",
                subtype="tombstone",
                replies=message.replies,
            )
            return
        del messages[message.ts]
        root = messages.get(message.thread_ts or "")
        if root is not None:
            root.replies.remove(message.ts)
            if root.subtype == "tombstone" and not root.replies:
                del messages[root.ts]

    def thread(self, channel: str, ts: str) -> list[Message]:
        """The root and its replies; for a reply's id, the reply alone."""
        messages = self.channels[channel].messages
        root = messages.get(ts)
        return [root, *(messages[reply] for reply in root.replies)] if root else []
