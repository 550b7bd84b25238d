"""People who use the workspace: what they type, press and submit, as Slack's clients send it."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.desks.shared import emoji
from bot.desks.slack.format import escape
from tests.fakes.slack.entering import entered, filled_in
from tests.fakes.slack.rules import check_view
from tests.fakes.slack.state import APP, BOT_USER, TEAM, Button, File, Message, User, Window

if TYPE_CHECKING:
    from tests.fakes.slack.server import FakeSlack

MENTION = re.compile(r"(<@[A-Z0-9]+>|<!(?:here|channel|everyone)>)")
MIMES = {"png": "image/png", "jpg": "image/jpeg", "pdf": "application/pdf", "txt": "text/plain", "mp3": "audio/mpeg"}
_turns = itertools.count()


class Person:
    """A user at a keyboard. In texts `<@U…>` and `<!here>` are mentions; everything else is plain text. `clicks` counts
    presses and choices; one in a menu or a list is two."""

    def __init__(self, slack: FakeSlack, user: User) -> None:
        self._slack, self.user, self.clicks = slack, user, 0

    @property
    def id(self) -> str:
        return self.user.id

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"

    # ---------------------------------------------------------------------------------- noticing

    @property
    def unread(self) -> list[tuple[Message, bool]]:
        """Messages that this person's Slack shows as unread, each with whether it mentions them; what they read before
        is left out."""
        state = self._slack.state
        mine = [one for one in state.attention.unread if one.user == self.id]
        found = [(state.find(one.channel, one.ts), one.mention) for one in mine]
        return [(message, mention) for message, mention in found if message is not None]

    def reads(self) -> None:
        """Reads everything."""
        attention = self._slack.state.attention
        attention.unread = [one for one in attention.unread if one.user != self.id]

    def follows(self, root: Message) -> bool:
        return self._slack.state.attention.following[root.channel, root.ts].get(self.id, False)

    # -------------------------------------------------------------------------------------- writing

    async def posts(
        self,
        thread: Message | None,
        text: str,
        *,
        files: Sequence[tuple[str, bytes]] = (),
        channel: str = "support",
        broadcast: bool = False,
        looks: Sequence[tuple[str, Mapping[str, bool]]] = (),
        given: Sequence[File] = (),
        attachments: Sequence[Mapping[str, Any]] = (),
        pictures: Sequence[Mapping[str, Any]] = (),
    ) -> Message:
        """Posts a message. `thread`: its root, or None for the top level of `channel`. `looks`: the text as runs with
        styles, where people used the composer's buttons; `text` is then what apps without rich text get. `given`:
        files uploaded earlier; `pictures`: the blocks that the GIF picker makes."""
        state = self._slack.state
        message = Message(
            thread.channel if thread else state.channel_named(channel).id,
            state.stamps.next(),
            self.id,
            text=text if looks else typed(text),
            blocks=[*(styled(looks) if looks else rich(text)), *({"type": "image", **one} for one in pictures)],
            thread_ts=thread.ts if thread else None,
            subtype="file_share" if files or given else "thread_broadcast" if broadcast else None,
            files=[*(self._file(name, data) for name, data in files), *given],
            attachments=[dict(one) for one in attachments],
        )
        state.add(message)
        mentioned_first = BOT_USER in text and next(_turns) % 2
        if mentioned_first:
            self._mentioned(message)
        self._slack.api.tell(message, client_msg_id=state.id("M"))
        if BOT_USER in text and not mentioned_first:
            self._mentioned(message)
        return message

    async def shares(self, shared: Message, thread: Message, text: str = "") -> Message:
        """Uses *Share message*: the shared message is an attachment of the new one, with a copy of its blocks and
        files."""
        raw = shared.raw(self._slack.url)
        author = self._slack.state.users[shared.user or BOT_USER].title
        inner = {"message": {"blocks": raw.get("blocks", [])}, "channel": shared.channel, "ts": shared.ts}
        attachment: dict[str, Any] = {
            "from_url": f"https://acme.slack.com/archives/{shared.channel}/p{shared.ts.replace('.', '')}",
            "ts": shared.ts,
            "author_id": shared.user,
            "channel_id": shared.channel,
            "is_msg_unfurl": True,
            "is_share": True,
            "message_blocks": [{"team": TEAM, **inner}],
            "text": shared.text,
            "fallback": f"[November 28th] {author}: {shared.text}",
            "author_name": author,
            "footer": "Posted in #general",
        }
        optional: dict[str, Any] = {name: raw[name] for name in ("files", "attachments") if name in raw}
        return await self.posts(thread, text, attachments=[{**attachment, **optional}])

    async def removes_file(self, message: Message, file: File) -> None:
        """Deletes a file of a message, leaving its tombstone. Slack does not report this as an edit."""
        before = message.raw(self._slack.url)
        file.deleted = True
        self._slack.api.tell_change(message, before)

    def _mentioned(self, message: Message) -> None:
        """Sends `app_mention` beside `message`, before or after it."""
        raw = message.raw(self._slack.url)
        raw.pop("subtype", None)
        self._slack.api.emit({**raw, "type": "app_mention", "channel": message.channel, "event_ts": message.ts})

    def _file(self, name: str, data: bytes) -> File:
        state = self._slack.state
        mime = MIMES.get(name.rpartition(".")[2], "application/octet-stream")
        file = File(state.id("F"), name, len(data), data, mimetype=mime, uploaded=True)
        state.files[file.id] = file
        return file

    async def edits(self, message: Message, text: str) -> None:
        assert message.user == self.id, "people edit their own messages"
        before = message.raw(self._slack.url)
        message.text, message.blocks = typed(text), rich(text)
        message.edited = {"user": self.id, "ts": self._slack.state.stamps.next()}
        self._slack.api.tell_change(message, before)

    async def deletes(self, message: Message) -> None:
        self._slack.state.remove(message)
        self._slack.api.tell_deletion(message)

    async def reacts(self, picture: str, message: Message, on: bool = True) -> None:
        """Adds a reaction. `picture`: an emoji, or the name of one."""
        name = picture if picture.isascii() else emoji.name_of(picture, emoji.Dialect.SLACK)
        assert name is not None
        self._slack.api.reaction(message, name, self.id, on=on)

    # ------------------------------------------------------------------------------ coming and going

    def joins(self, channel: str = "support") -> None:
        self._moves("member_joined_channel", channel)

    def leaves(self, channel: str = "support") -> None:
        self._moves("member_left_channel", channel)

    def _moves(self, kind: str, channel: str) -> None:
        state, found = self._slack.state, self._slack.state.channel_named(channel)
        (found.members.add if kind == "member_joined_channel" else found.members.discard)(self.id)
        event = {"type": kind, "user": self.id, "channel": found.id, "channel_type": "C", "team": TEAM}
        self._slack.api.emit({**event, "event_ts": state.stamps.next()})

    def is_now(self, **flags: Any) -> None:
        """Changes the user's flags as an administrator does: guest (`is_restricted`), deactivated (`deleted`) and so
        on. A deactivated user leaves all channels."""
        self.user.flags |= flags
        self.user.updated = int(time.time())
        if flags.get("deleted"):
            for channel in self._slack.state.channels.values():
                if not channel.is_direct:
                    channel.members.discard(self.id)
        event = {"type": "user_change", "user": self.user.raw(), "cache_ts": self.user.updated}
        self._slack.api.emit({**event, "event_ts": self._slack.state.stamps.next()})

    # ------------------------------------------------------------------------------------- acting

    async def presses(self, label: str, message: Message) -> None:
        """Presses the button, or chooses the menu entry, with that label or word."""
        found = [one for one in message.buttons if label in (one.label, one.word)]
        assert found, f"no button {label!r} on: {message.words!r} {[one.label for one in message.buttons]}"
        assert found[0].action["type"] != "users_select", f"{label!r} wants a person to be picked"
        self.clicks += 1 if found[0].action["type"] == "button" else 2  # a menu is opened first
        await self._act("block_actions", self._pressing(message, found[0]))

    async def picks(self, label: str, message: Message, who: str) -> None:
        """Picks a person in the list of users that is called so. Slack offers everyone of the workspace, apps too."""
        found = next(one for one in message.buttons if one.label == label)
        assert found.action["type"] == "users_select", f"{label!r} lists no people"
        self.clicks += 2  # the list is opened first
        picked = {**found.action, "selected_user": self._slack.person(who).id}
        await self._act("block_actions", self._pressing(message, replace(found, action=picked)))

    async def opens_home(self) -> None:
        """Opens the Home tab. The event contains the current view, if there is one."""
        state, home = self._slack.state, self._slack.state.homes.get(self.id)
        event = {"type": "app_home_opened", "user": self.id, "channel": state.direct(self.id).id, "tab": "home"}
        more = {"view": home.raw()} if home else {}
        self._slack.api.emit({**event, "event_ts": state.stamps.next(), **more})

    async def leaves_home(self) -> None:
        """Opens the app's Messages tab."""
        event = {"type": "app_home_opened", "user": self.id, "channel": self._slack.state.direct(self.id).id}
        self._slack.api.emit({**event, "tab": "messages", "event_ts": self._slack.state.stamps.next()})

    async def enters_at_home(self, words: str) -> None:
        """Types into the line of the Home tab, and presses Enter."""
        home = self._slack.state.homes[self.id]
        [block] = [one for one in home.view["blocks"] if one["type"] == "input"]
        assert block["dispatch_action"], "nothing happens on Enter"
        element = block["element"]
        assert len(words) <= element["max_length"], "Slack lets nobody type more"
        action = {"type": element["type"], "block_id": block["block_id"], "action_id": element["action_id"]}
        values = {block["block_id"]: {element["action_id"]: {"type": element["type"], "value": words or None}}}
        payload = {
            "container": {"type": "view", "view_id": home.id},
            "view": {**home.raw(), "state": {"values": values}},
            "actions": [{**action, "value": words or None, "action_ts": self._slack.state.stamps.next()}],
        }
        await self._act("block_actions", payload)

    async def presses_in(self, window: Window, label: str) -> None:
        """Presses the button, or chooses the menu entry, with that label in a window or in the Home tab."""
        found = [one for one in window.buttons if label in (one.label, one.word)]
        assert found, f"no button {label!r} in: {window.seen.characters!r} {[one.label for one in window.buttons]}"
        payload = {
            "container": {"type": "view", "view_id": window.id},
            "view": {**window.raw(), "state": {"values": {}}},
            "actions": [{**found[0].action, "action_ts": self._slack.state.stamps.next()}],
        }
        self.clicks += 1 if found[0].action["type"] == "button" else 2
        await self._act("block_actions", payload, window=window.view["type"] == "modal")

    def _pressing(self, message: Message, button: Button) -> dict[str, Any]:
        channel = self._slack.state.channels[message.channel]
        thread = message.ts if message.replies else message.thread_ts
        container: dict[str, Any] = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": message.channel,
            "is_ephemeral": message.is_ephemeral,
        }
        if thread:
            container["thread_ts"] = thread
        payload: dict[str, Any] = {
            "container": container,
            "channel": {"id": channel.id, "name": "directmessage" if channel.is_direct else channel.name},
            "actions": [{**button.action, "action_ts": self._slack.state.stamps.next()}],
            "response_url": self._slack.response_url(self.id, channel.id, thread, message),
        }
        if not message.is_ephemeral:
            payload["message"] = message.raw(self._slack.url)
        return payload

    async def uses_shortcut(self, word: str, message: Message) -> None:
        assert not message.is_ephemeral, "Slack offers no shortcuts on what only one person sees"
        channel = self._slack.state.channels[message.channel]
        payload = {
            "callback_id": word,
            "message": message.raw(self._slack.url),
            "message_ts": message.ts,
            "channel": {"id": channel.id, "name": channel.name},
            "action_ts": self._slack.state.stamps.next(),
            "response_url": self._slack.response_url(self.id, channel.id, message.thread_ts),
        }
        await self._act("message_action", payload)

    async def commands(self, line: str, channel: str = "support") -> None:
        """Types `/dialog words`. Slack has no slash commands inside threads."""
        command, _, words = line.partition(" ")
        found = self._slack.state.channel_named(channel)
        payload = {
            "token": "unused",
            "team_id": TEAM,
            "channel_id": found.id,
            "channel_name": found.name,
            "user_id": self.id,
            "user_name": self.user.name,
            "command": command,
            "text": escape(words),
            "api_app_id": APP,
            "response_url": self._slack.response_url(self.id, found.id, None),
            "trigger_id": self._slack.api.trigger(self.id),
        }
        answer = await self._slack.delivery.interact("slash_commands", payload)
        if answer is None:
            self._slack.failures.append((self.user.name, line))
        elif answer:
            self._slack.show_response(self.id, found.id, None, answer)

    async def changes(self, values: Mapping[str, str]) -> None:
        """Chooses one thing in the topmost window, without submitting it. Slack tells the app if the input
        dispatches."""
        window = self._slack.views(self.user.name)[-1]
        [(name, value)] = values.items()
        block = next(one for one in window.view["blocks"] if one.get("block_id") == name)
        if not block.get("dispatch_action"):
            return
        element = block["element"]
        state = {
            one["block_id"]: {one["element"]["action_id"]: entered(one["element"], filled_in(one["element"]))}
            for one in window.view["blocks"]
            if one["type"] == "input"
        }
        state[name] = {element["action_id"]: entered(element, value)}
        action = {"block_id": name, "action_id": element["action_id"], **entered(element, value)}
        payload = {
            "container": {"type": "view", "view_id": window.id},
            "view": {**window.raw(), "state": {"values": state}},
            "actions": [{**action, "action_ts": self._slack.state.stamps.next()}],
        }
        await self._act("block_actions", payload, window=True)

    async def submits(self, values: Mapping[str, str], window: Window | None = None) -> None:
        """Submits the topmost window."""
        self.clicks += 1
        windows = self._slack.views(self.user.name)
        window = window or windows[-1]
        view = {**window.raw(), "state": {"values": {}}}
        for block in (one for one in window.view["blocks"] if one["type"] == "input"):
            name, element = block["block_id"], block["element"]
            value = values.get(name, filled_in(element))
            assert value or block.get("optional"), f"Slack wants {name} to be filled in"
            view["state"]["values"][name] = {element["action_id"]: entered(element, value)}
        answer = await self._act("view_submission", {"view": view}, window=True)
        if answer is None:
            return
        action = answer.get("response_action")
        if action == "errors":
            inputs = {one["block_id"] for one in window.view["blocks"] if one["type"] == "input"}
            assert set(answer["errors"]) <= inputs, "Slack takes errors beside inputs alone"
            window.errors = dict(answer["errors"])
        elif action in ("update", "push"):
            check_view(answer["view"])
            window.view, window.errors = (
                {**answer["view"], "blocks": self._slack.api.numbered(answer["view"]["blocks"])},
                {},
            )
        elif window in windows:
            windows.remove(window)

    async def closes(self) -> None:
        """Closes the topmost window without submitting it."""
        self._slack.views(self.user.name).pop()

    async def _act(self, kind: str, payload: dict[str, Any], *, window: bool = False) -> dict[str, Any] | None:
        """Sends an action to the app. `window`: the action was done in a window, so that only another can be pushed
        over it."""
        common = {
            "type": kind,
            "user": {"id": self.id, "username": self.user.name, "name": self.user.name, "team_id": TEAM},
            "api_app_id": APP,
            "token": "unused",
            "team": {"id": TEAM, "domain": "acme"},
            "trigger_id": self._slack.api.trigger(self.id, window=window),
        }
        answer = await self._slack.delivery.interact("interactive", common | payload)
        if answer is None:
            self._slack.failures.append((self.user.name, kind))
        return answer


def typed(text: str) -> str:
    """The message's `text`: escaped, except for mentions."""
    return "".join(part if MENTION.fullmatch(part) else escape(part) for part in MENTION.split(text))


def styled(looks: Sequence[tuple[str, Mapping[str, bool]]]) -> list[dict[str, Any]]:
    """The rich text that the composer makes of styled runs."""
    elements = [{"type": "text", "text": text, **({"style": dict(style)} if style else {})} for text, style in looks]
    section = {"type": "rich_text_section", "elements": elements}
    return [{"type": "rich_text", "block_id": "typed", "elements": [section]}]


def rich(text: str) -> list[dict[str, Any]]:
    """The rich text that the composer makes of typed text."""
    elements = [element for part in MENTION.split(text) if part for element in _elements(part)]
    section = {"type": "rich_text_section", "elements": elements}
    return [{"type": "rich_text", "block_id": "typed", "elements": [section]}] if elements else []


def _elements(part: str) -> Iterator[dict[str, Any]]:
    if part.startswith("<@") and MENTION.fullmatch(part):
        yield {"type": "user", "user_id": part[2:-1]}
    elif MENTION.fullmatch(part):
        yield {"type": "broadcast", "range": part[2:-1]}
    else:
        plain = ""
        for character in part:
            name = None if character.isascii() else emoji.name_of(character, emoji.Dialect.SLACK)
            if name is None:
                plain += character
                continue
            if plain:
                yield {"type": "text", "text": plain}
            yield {"type": "emoji", "name": name, "unicode": f"{ord(character):x}"}
            plain = ""
        if plain:
            yield {"type": "text", "text": plain}
