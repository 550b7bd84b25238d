"""The Web API's methods, on the workspace's state. Each takes the arguments and returns the fields beside `ok`."""

from __future__ import annotations

import base64
import itertools
import json
import mimetypes
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.desks.shared import emoji
from tests.fakes.slack.rules import Refused, check_message, check_metadata, check_view
from tests.fakes.slack.state import APP, BOT_ID, BOT_USER, TEAM, Channel, File, Message, Window, Workspace
from tests.waiting import BUSY

Entry = TypeVar("Entry")
Arguments = Mapping[str, Any]
Answer = dict[str, Any]
Emit = Callable[[dict[str, Any]], None]

ALL_SCOPES = frozenset(
    (
        *("app_mentions:read", "channels:history", "channels:read", "chat:write", "chat:write.customize", "commands"),
        *("files:read", "files:write", "groups:history", "groups:read", "im:history", "im:write"),
        *("reactions:read", "reactions:write", "users:read", "links:read", "links:write", "dnd:read"),
    )
)
UNKNOWN_TYPE = "application/octet-stream"
IN_BLOCKS = ("image/png", "image/jpeg", "image/gif")
TRIGGER_LIVES = 3.0 * BUSY
WINDOWS_AT_MOST = 3


@dataclass
class Trigger:
    """A trigger id. `window`: it comes from an action in a window."""

    user: str
    born: float
    used: bool = False
    window: bool = False


@dataclass
class Api:
    """Runs the Web API's methods. `emit` delivers an event to the app; `scopes` can be changed while it runs;
    `refusals`: method → number of calls that still pass before one is refused, and with which error."""

    state: Workspace
    emit: Emit
    url: str = ""
    scopes: set[str] = field(default_factory=lambda: set(ALL_SCOPES))
    triggers: dict[str, Trigger] = field(default_factory=dict)
    tickets: set[str] = field(default_factory=set)
    calls: dict[str, int] = field(default_factory=dict)
    refusals: dict[str, tuple[int, str]] = field(default_factory=dict)
    home_enabled: bool = True
    unshared: int = 0
    """Next uploads that are answered with ok and shared nowhere."""
    looks_before_shared: int = 0
    """Calls of `files.info` after which uploads are shared; 0: at once."""
    looks_before_processed: int = 1
    """Calls of `files.info` after which the type of an upload is known, and blocks can show it."""
    unfurlable: dict[str, Message] = field(default_factory=dict)
    """Messages with links of the app's domains, by `unfurl_id`."""
    refuses_album: bool = False
    """No block shows a file of Slack's, whatever the file."""
    _unshared: list[Message] = field(default_factory=list)
    page_limit: int = 1000
    _count: Any = field(default_factory=lambda: itertools.count(1))

    async def call(self, method: str, token: str, arguments: Arguments) -> Answer:
        handler, scope = METHODS.get(method, (None, ""))
        if handler is None:
            raise Refused("unknown_method")
        self.calls[method] = self.calls.get(method, 0) + 1
        passing, error = self.refusals.pop(method, (0, ""))
        if passing:
            self.refusals[method] = (passing - 1, error)
        elif error:
            raise Refused(error)
        if scope and scope not in self.scopes:
            raise Refused("missing_scope", needed=scope, provided=",".join(sorted(self.scopes)))
        return await handler(self, arguments)

    def trigger(self, user: str, *, window: bool = False) -> str:
        name = f"{next(self._count)}.{TEAM}.trigger"
        self.triggers[name] = Trigger(user, time.monotonic(), window=window)
        return name

    def pull(self, name: str) -> Trigger:
        """Consumes a trigger: each works once."""
        trigger = self.triggers.get(name)
        if trigger is None:
            raise Refused("invalid_trigger_id")
        if time.monotonic() - trigger.born > TRIGGER_LIVES:
            raise Refused("expired_trigger_id")
        if trigger.used:
            raise Refused("exchanged_trigger_id")
        trigger.used = True
        return trigger

    # ------------------------------------------------------------------------------ the app itself

    async def auth_test(self, arguments: Arguments) -> Answer:
        return {
            "url": f"{self.url}/",
            "team": "Acme",
            "user": "hub",
            "team_id": TEAM,
            "user_id": BOT_USER,
            "bot_id": BOT_ID,
        }

    async def connections_open(self, arguments: Arguments) -> Answer:
        ticket = f"ticket-{next(self._count)}"
        self.tickets.add(ticket)
        return {"url": f"{self.url.replace('http', 'ws', 1)}/link?ticket={ticket}&app_id={APP}"}

    # ------------------------------------------------------------------------------------ messages

    def channel(
        self, arguments: Arguments, name: str = "channel", *, member: bool = True, archived: str = ""
    ) -> Channel:
        """Finds a channel. `archived`: the error for one that is."""
        found = self.state.channels.get(str(arguments.get(name, "")))
        if found is None:
            raise Refused("channel_not_found")
        if archived and found.is_archived:
            raise Refused(archived)
        if member and BOT_USER not in found.members:
            raise Refused("not_in_channel")
        return found

    def message(self, arguments: Arguments, name: str = "ts", archived: str = "") -> Message:
        found = self.channel(arguments, archived=archived).messages.get(str(arguments.get(name, "")))
        if found is None:
            raise Refused("message_not_found")
        return found

    async def post_message(self, arguments: Arguments) -> Answer:
        channel = self.channel(arguments, archived="is_archived")
        blocks, metadata = decoded(arguments.get("blocks")) or [], decoded(arguments.get("metadata"))
        text = str(arguments.get("text") or "")
        check_message(text, blocks)
        check_metadata(metadata)
        album = self.album(blocks)
        if not all(str(arguments.get(name)).lower() in ("false", "0") for name in ("unfurl_links", "unfurl_media")):
            self.state.unfurled += re.findall(r"https?://[^\s|>\"]+", text)  # pictures are shown unless forbidden
        custom = "chat:write.customize" in self.scopes
        username = str(arguments.get("username") or "")[:80] if custom else ""
        message = self.state.add(
            Message(
                channel.id,
                self.state.stamps.next(),
                user=None if username else BOT_USER,
                text=text,
                blocks=self.numbered(blocks),
                thread_ts=arguments.get("thread_ts"),
                subtype="bot_message" if username else None,
                bot_id=BOT_ID,
                username=username,
                icon_url=str(arguments.get("icon_url") or "") if custom else "",
                metadata=metadata,
                album=album,
            )
        )
        self.tell(message)
        return {"channel": channel.id, "ts": message.ts, "message": message.raw(self.url, metadata=True)}

    def album(self, blocks: list[dict[str, Any]]) -> list[File]:
        """Files that blocks show. One that is no picture or not processed yet is refused."""
        found: list[File] = []
        for number, block in enumerate(blocks):
            if "slack_file" in block:
                file = self.state.files.get(block["slack_file"].get("id", ""))
                why = f"[ERROR] invalid slack file [json-pointer:/blocks/{number}/slack_file]"
                if file is None or file.deleted or file.looks_left or not (file.kept or file.shares):
                    raise Refused("invalid_blocks", why)
                if file.mimetype not in IN_BLOCKS or self.refuses_album:
                    raise Refused("invalid_blocks", why)
                found.append(file)
        return found

    def numbered(self, blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Adds a `block_id` to every block that has none, as Slack does."""
        return [{"block_id": f"b{next(self._count)}", **block} for block in blocks]

    def tell(self, message: Message, **more: Any) -> None:
        kind = {"C": "channel", "D": "im"}.get(message.channel[0], "group")
        event = {"channel": message.channel, "channel_type": kind, "event_ts": message.ts}
        self.emit({**message.raw(self.url), **event, **more})

    def tell_change(self, message: Message, before: dict[str, Any]) -> None:
        ts = self.state.stamps.next()
        self.emit(
            {
                "type": "message",
                "subtype": "message_changed",
                "message": message.raw(self.url),
                "previous_message": before,
                "channel": message.channel,
                "hidden": True,
                "ts": ts,
                "event_ts": ts,
            }
        )

    def tell_deletion(self, message: Message) -> None:
        ts = self.state.stamps.next()
        self.emit(
            {
                "type": "message",
                "subtype": "message_deleted",
                "previous_message": message.raw(self.url),
                "deleted_ts": message.ts,
                "channel": message.channel,
                "hidden": True,
                "ts": ts,
                "event_ts": ts,
            }
        )

    async def unfurl(self, arguments: Arguments) -> Answer:
        unfurls = decoded(arguments.get("unfurls")) or {}
        message = self.state.find(str(arguments.get("channel")), str(arguments.get("ts")))
        if arguments.get("unfurl_id"):
            if arguments.get("source") not in ("composer", "conversations_history"):
                raise Refused("invalid_source")
            message = self.unfurlable.get(str(arguments["unfurl_id"]))
        if message is None:
            raise Refused("cannot_find_message")
        for url, shown in unfurls.items():
            if url not in message.text:
                raise Refused("cannot_unfurl_message")
            check_message("preview", shown["blocks"])
            message.attachments.append({"from_url": url, "is_app_unfurl": True, "blocks": shown["blocks"]})
        return {}

    async def update(self, arguments: Arguments) -> Answer:
        message = self.message(arguments, archived="is_inactive")
        if message.bot_id != BOT_ID:
            raise Refused("cant_update_message")
        blocks, metadata = decoded(arguments.get("blocks")), decoded(arguments.get("metadata"))
        check_message(str(arguments.get("text") or ""), blocks or [])
        check_metadata(metadata)
        before, message.album = message.raw(self.url), self.album(blocks or [])
        message.text, message.blocks = str(arguments.get("text") or ""), self.numbered(blocks or [])
        message.metadata = metadata if metadata is not None else message.metadata
        self.tell_change(message, before)
        return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": message.raw(self.url)}

    async def delete(self, arguments: Arguments) -> Answer:
        message = self.message(arguments)
        if message.bot_id != BOT_ID:
            raise Refused("cant_delete_message")
        self.state.remove(message)
        self.tell_deletion(message)
        return {"channel": message.channel, "ts": message.ts}

    async def post_ephemeral(self, arguments: Arguments) -> Answer:
        channel, user = self.channel(arguments, archived="is_archived"), str(arguments.get("user", ""))
        if user not in self.state.users:
            raise Refused("user_not_found")
        if user not in channel.members:
            raise Refused("user_not_in_channel")
        blocks, text = decoded(arguments.get("blocks")) or [], str(arguments.get("text") or "")
        check_message(text, blocks)
        message = self.whisper(channel.id, user, text, blocks, arguments.get("thread_ts"))
        return {"message_ts": message.ts}

    def whisper(
        self, channel: str, user: str, text: str, blocks: list[dict[str, Any]], thread: str | None = None
    ) -> Message:
        ts = self.state.stamps.next()
        message = Message(channel, ts, BOT_USER, text, self.numbered(blocks), thread, bot_id=BOT_ID, is_ephemeral=True)
        self.state.ephemerals.setdefault(user, []).append(message)
        return message

    # ------------------------------------------------------------------------------------- reading

    async def history(self, arguments: Arguments) -> Answer:
        return self.page(list(self.channel(arguments).top()), arguments)

    async def replies(self, arguments: Arguments) -> Answer:
        channel, ts = self.channel(arguments), str(arguments.get("ts", ""))
        thread = self.state.thread(channel.id, ts)
        if not thread:
            raise Refused("thread_not_found")
        return self.page(thread, arguments, always=thread[0])

    def page(self, messages: list[Message], arguments: Arguments, always: Message | None = None) -> Answer:
        """One page of messages. Ids are times of equal width, so they compare as text. A thread's root is always
        included."""
        oldest, latest = str(arguments.get("oldest") or "0"), str(arguments.get("latest") or "9")
        inclusive = truth(arguments.get("inclusive"))

        def within(message: Message) -> bool:
            return oldest < message.ts < latest or (inclusive and message.ts in (oldest, latest)) or message is always

        found = [message for message in messages if within(message)]
        limit = min(int(arguments.get("limit") or 100), self.page_limit)
        if not 1 <= int(arguments.get("limit") or 100) <= 999:
            raise Refused("invalid_limit")
        start = int(str(arguments.get("cursor") or "0").removeprefix("next-"))
        metadata = truth(arguments.get("include_all_metadata"))
        answer: Answer = {"messages": [one.raw(self.url, metadata) for one in found[start : start + limit]]}
        answer["has_more"] = start + limit < len(found)
        if answer["has_more"]:
            answer["response_metadata"] = {"next_cursor": f"next-{start + limit}"}
        return answer

    async def list_channels(self, arguments: Arguments) -> Answer:
        archived = not truth(arguments.get("exclude_archived"))
        found = [one for one in self.state.channels.values() if not one.is_direct and (archived or not one.is_archived)]
        channels, following = portion(found, arguments, self.page_limit)
        return {"channels": [one.raw() for one in channels], "response_metadata": following}

    async def channel_info(self, arguments: Arguments) -> Answer:
        return {"channel": self.channel(arguments, member=False).raw()}

    async def channel_members(self, arguments: Arguments) -> Answer:
        everyone = sorted(self.channel(arguments).members)
        members, following = portion(everyone, arguments, self.page_limit)
        return {"members": members, "response_metadata": following}

    async def open_direct(self, arguments: Arguments) -> Answer:
        user = str(arguments.get("users", ""))
        if user not in self.state.users:
            raise Refused("users_not_found")
        return {"channel": {"id": self.state.direct(user).id}}

    async def user_info(self, arguments: Arguments) -> Answer:
        found = self.state.users.get(str(arguments.get("user", "")))
        if found is None:
            raise Refused("user_not_found")
        return {"user": found.raw()}

    async def presence(self, arguments: Arguments) -> Answer:
        if str(arguments.get("user", "")) not in self.state.users:
            raise Refused("user_not_found")
        return {"presence": self.state.users[str(arguments["user"])].presence}

    async def dnd_of_team(self, arguments: Arguments) -> Answer:
        users = str(arguments.get("users") or "").split(",")
        if not 1 < len(users) <= 50:
            raise Refused("no_users_provided" if len(users) < 2 else "too_many_users")
        return {"users": {one: self.state.users[one].dnd for one in users if one in self.state.users}}

    async def list_users(self, arguments: Arguments) -> Answer:
        users, following = portion([*self.state.users.values()], arguments, self.page_limit)
        return {"members": [user.raw() for user in users], "response_metadata": following}

    # ----------------------------------------------------------------------------------- reactions

    async def react(self, arguments: Arguments) -> Answer:
        message = self.message(arguments, "timestamp", "is_archived")
        self.reaction(message, str(arguments.get("name")), BOT_USER, on=True)
        return {}

    async def unreact(self, arguments: Arguments) -> Answer:
        message = self.message(arguments, "timestamp", "is_archived")
        self.reaction(message, str(arguments.get("name")), BOT_USER, on=False)
        return {}

    def reaction(self, message: Message, name: str, user: str, *, on: bool) -> None:
        if emoji.of_name(name) is None:
            raise Refused("invalid_name")
        users = message.reactions.setdefault(name, [])
        if on == (user in users):
            raise Refused("already_reacted" if on else "no_reaction")
        (users.append if on else users.remove)(user)
        if not users:
            del message.reactions[name]
        item = {"type": "message", "channel": message.channel, "ts": message.ts}
        kind = "reaction_added" if on else "reaction_removed"
        self.emit({"type": kind, "user": user, "reaction": name, "item": item, "event_ts": self.state.stamps.next()})

    # ------------------------------------------------------------------------------------- windows

    async def open_view(self, arguments: Arguments) -> Answer:
        view = decoded(arguments.get("view"))
        check_view(view)
        trigger = self.pull(str(arguments.get("trigger_id", "")))
        if trigger.window:
            raise Refused("invalid_arguments", "[ERROR] over a window another one is pushed")
        self.state.windows[trigger.user] = []
        return self._on_screen(trigger.user, view)

    async def push_view(self, arguments: Arguments) -> Answer:
        view = decoded(arguments.get("view"))
        check_view(view)
        trigger = self.pull(str(arguments.get("trigger_id", "")))
        if not trigger.window or not self.state.windows.get(trigger.user):
            raise Refused("invalid_arguments", "[ERROR] there is no window to push it over")
        if len(self.state.windows[trigger.user]) >= WINDOWS_AT_MOST:
            raise Refused("push_limit_reached")
        return self._on_screen(trigger.user, view)

    def _on_screen(self, user: str, view: dict[str, Any]) -> Answer:
        window = Window(self.state.id("V"), user, self._with_blocks(view), hash=self.state.id("H"))
        self.state.windows.setdefault(user, []).append(window)
        return {"view": window.raw()}

    async def update_view(self, arguments: Arguments) -> Answer:
        view = decoded(arguments.get("view"))
        check_view(view)
        for windows in self.state.windows.values():
            for window in windows:
                if window.id == arguments.get("view_id"):
                    self._change(window, view, arguments)
                    return {"view": window.raw()}
        raise Refused("not_found")

    async def publish_view(self, arguments: Arguments) -> Answer:
        view, user = decoded(arguments.get("view")), str(arguments.get("user_id", ""))
        check_view(view, "home")
        if user not in self.state.users:
            raise Refused("user_not_found")
        if not self.home_enabled:
            raise Refused("not_enabled")
        home = self.state.homes.get(user)
        if home is None:
            home = self.state.homes[user] = Window(self.state.id("V"), user, {})
            self._change(home, view, {})
        else:
            self._change(home, view, arguments)
        return {"view": home.raw()}

    def _change(self, window: Window, view: dict[str, Any], arguments: Arguments) -> None:
        if arguments.get("hash") and arguments["hash"] != window.hash:
            raise Refused("hash_conflict")
        window.view, window.errors, window.hash = self._with_blocks(view), {}, self.state.id("H")

    def _with_blocks(self, view: dict[str, Any]) -> dict[str, Any]:
        return {**view, "blocks": self.numbered(view["blocks"])}

    # --------------------------------------------------------------------------------------- files

    async def upload_url(self, arguments: Arguments) -> Answer:
        length = int(arguments.get("length") or 0)
        if not arguments.get("filename") or length <= 0:
            raise Refused("invalid_arguments")
        name = str(arguments["filename"])
        file = File(self.state.id("F"), name, length, mimetype=mimetypes.guess_type(name)[0] or UNKNOWN_TYPE)
        self.state.files[file.id] = file
        return {"upload_url": f"{self.url}/upload/v1/{file.id}", "file_id": file.id}

    async def complete_upload(self, arguments: Arguments) -> Answer:
        shared: list[File] = []
        for one in decoded(arguments.get("files")) or ():
            file = self.state.files.get(one.get("id", ""))
            if file is None or not file.uploaded:
                raise Refused("file_not_found")
            if file.kept or file.shares:  # an upload is completed once
                raise Refused("file_not_found")
            file.title = one.get("title") or file.name
            shared.append(file)
        if not shared:
            raise Refused("invalid_arguments")
        if not arguments.get("channel_id"):
            for file in shared:
                file.kept, file.looks_left = True, self.looks_before_processed
        else:
            channel = self.channel(arguments, "channel_id")
            message = Message(
                channel.id,
                self.state.stamps.next(),
                BOT_USER,
                thread_ts=arguments.get("thread_ts"),
                subtype="file_share",
                bot_id=BOT_ID,
                files=shared,
            )
            if self.unshared:
                self.unshared -= 1
            else:
                self._unshared.append(message)
            self._share_what_waits()
        return {
            "files": [{**file.raw(self.url), "channels": [], "groups": [], "ims": [], "shares": {}} for file in shared]
        }

    def _share_what_waits(self) -> None:
        """Shows uploads: Slack does so some time after its answer."""
        while self._unshared and not self.looks_before_shared:
            self.tell(self.state.add(self._unshared.pop(0)))

    async def delete_file(self, arguments: Arguments) -> Answer:
        file = self.state.files.get(str(arguments.get("file", "")))
        if file is None:
            raise Refused("file_not_found")
        if file.deleted:
            raise Refused("file_deleted")
        file.deleted = True
        return {}

    async def file_info(self, arguments: Arguments) -> Answer:
        file = self.state.files.get(str(arguments.get("file", "")))
        if file is None:
            raise Refused("file_not_found")
        if file.deleted:
            raise Refused("file_deleted")
        file.looks_left = max(0, file.looks_left - 1)
        self.looks_before_shared = max(0, self.looks_before_shared - 1)
        self._share_what_waits()
        kinds: dict[str, dict[str, Any]] = {"private" if name[0] == "D" else "public": {} for name in file.shares}
        for name, messages in file.shares.items():
            kinds["private" if name[0] == "D" else "public"][name] = messages
        return {"file": {**file.about(self.url), "shares": kinds}}


def portion(entries: Sequence[Entry], arguments: Arguments, most: int) -> tuple[Sequence[Entry], dict[str, str]]:
    """One page of a list, and the metadata that names the next. A page may be shorter than it was asked for."""
    limit, cursor = int(arguments.get("limit") or 100), str(arguments.get("cursor") or "")
    if not 1 <= limit < 1000:
        raise Refused("invalid_limit")
    try:
        start = int(base64.b64decode(cursor, validate=True).removeprefix(b"next:") or 0)
    except ValueError:
        raise Refused("invalid_cursor") from None
    end = start + min(limit, most)
    following = base64.b64encode(b"next:%d" % end).decode() if end < len(entries) else ""
    return entries[start:end], {"next_cursor": following}


def decoded(value: Any) -> Any:
    """Decodes a structure given as JSON, or as JSON in a form field."""
    return json.loads(value) if isinstance(value, str) and value else value


def truth(value: Any) -> bool:
    return value in (True, 1, "1", "true", "True")


METHODS: dict[str, tuple[Callable[[Api, Arguments], Awaitable[Answer]], str]] = {
    "auth.test": (Api.auth_test, ""),
    "apps.connections.open": (Api.connections_open, ""),
    "chat.postMessage": (Api.post_message, "chat:write"),
    "chat.update": (Api.update, "chat:write"),
    "chat.unfurl": (Api.unfurl, "links:write"),
    "chat.delete": (Api.delete, "chat:write"),
    "chat.postEphemeral": (Api.post_ephemeral, "chat:write"),
    "conversations.history": (Api.history, "channels:history"),
    "conversations.replies": (Api.replies, "channels:history"),
    "conversations.list": (Api.list_channels, "channels:read"),
    "conversations.info": (Api.channel_info, "channels:read"),
    "conversations.members": (Api.channel_members, "channels:read"),
    "conversations.open": (Api.open_direct, "im:write"),
    "users.info": (Api.user_info, "users:read"),
    "users.getPresence": (Api.presence, "users:read"),
    "dnd.teamInfo": (Api.dnd_of_team, "dnd:read"),
    "users.list": (Api.list_users, "users:read"),
    "reactions.add": (Api.react, "reactions:write"),
    "reactions.remove": (Api.unreact, "reactions:write"),
    "views.open": (Api.open_view, ""),
    "views.push": (Api.push_view, ""),
    "views.update": (Api.update_view, ""),
    "views.publish": (Api.publish_view, ""),
    "files.getUploadURLExternal": (Api.upload_url, "files:write"),
    "files.completeUploadExternal": (Api.complete_upload, "files:write"),
    "files.delete": (Api.delete_file, "files:write"),
    "files.info": (Api.file_info, "files:read"),
}
