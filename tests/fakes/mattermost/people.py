"""People at work: the server takes what they do at once, and calls the hub where a real one would."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp

from bot.desks.shared import emoji
from tests.fakes.mattermost import dialogs, rules
from tests.fakes.mattermost.operations import Operations
from tests.fakes.mattermost.state import Json, State, Window


class Refused(Exception):
    """The hub did not respond with 200: people see a server error."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(f"{status}: {body}")
        self.status, self.body = status, body


class Person:
    """A user. `clicks` counts presses and choices; one in a menu or a list is two."""

    def __init__(
        self, state: State, operations: Operations, http: aiohttp.ClientSession, name: str, team: str, channel: str
    ) -> None:
        self._state, self._operations, self._http = state, operations, http
        self.name, self.id, self._team, self._channel = name, state.id_of(name), team, channel
        self.clicks = 0

    # --------------------------------------------------------------------------------------- noticing

    def unread(self, root: str) -> list[tuple[Json, bool]]:
        """Replies of a thread that this person has not read, each with whether it mentions them."""
        found = self._operations.threads.by_root.get(root, {}).get(self.id)
        return [(self._state.posts[one], one in found.mentions) for one in found.unread] if found else []

    def follows(self, root: str) -> bool:
        found = self._operations.threads.by_root.get(root, {}).get(self.id)
        return found is not None and found.following

    def reads(self, root: str) -> None:
        """Reads the thread."""
        if found := self._operations.threads.by_root.get(root, {}).get(self.id):
            found.unread, found.mentions = [], []

    # ------------------------------------------------------------------------------------------ posts

    async def posts(self, thread: str, text: str, files: Sequence[tuple[str, bytes]] = (), *, channel: str = "") -> str:
        """Posts into a thread ("": into the channel); returns the post's id."""
        where = self._state.posts[thread]["channel_id"] if thread else channel or self._channel
        ids = [self._operations.upload(self.id, where, name, _mime(name), data).id for name, data in files]
        asked: Json = {"channel_id": where, "root_id": thread, "message": text, "file_ids": ids}
        while True:
            try:
                return str((await self._operations.create_post(self.id, asked))["id"])
            except rules.Refusal as refusal:
                if refusal.status != 500:
                    raise
                await asyncio.sleep(0.005)  # the other reply came first; people press Send again

    def edits(self, post: str, text: str) -> None:
        self._operations.change_post(self.id, post, {"message": text})

    def deletes(self, post: str) -> None:
        self._operations.delete_post(self.id, post)

    def reacts(self, post: str, sign: str, on: bool = True) -> None:
        """Adds a reaction. `sign`: an emoji, or a name."""
        name = emoji.name_of(sign, emoji.Dialect.MATTERMOST) or sign
        (self._operations.react if on else self._operations.unreact)(self.id, post, name)

    # ------------------------------------------------------------------------------ coming and going

    def joins(self, channel: str = "") -> None:
        self._operations.join(self.id, channel or self._channel)

    def leaves(self, channel: str = "") -> None:
        self._operations.leave(self.id, channel or self._channel)

    def archives(self, channel: str = "", *, on: bool = True) -> None:
        """Archives a channel, or restores it."""
        self._operations.archive(channel or self._channel, on=on)

    def becomes_guest(self) -> None:
        self._operations.change_user(self.id, roles="system_guest")

    def is_of_another_server(self) -> None:
        """Makes the user one of another server's, in a shared channel."""
        self._operations.change_user(self.id, remote_id=self._state.new_id("remote"))

    def is_deactivated(self) -> None:
        self._operations.change_user(self.id, delete_at=self._state.now())

    # ------------------------------------------------------------------------------ buttons and menus

    async def presses(self, label: str, post: str | Json) -> None:
        """Presses the button, or chooses the menu entry, with that label on a post or an ephemeral post. Raises
        `Refused` when the hub refuses it."""
        found = post if isinstance(post, dict) else self._state.posts[post]
        for shown, action, option in rules.labelled(found):
            if shown == label:
                assert not action.get("data_source"), f"{label!r} wants a person to be picked"
                self.clicks += 1 if option is None else 2  # a menu is opened first
                await self._act(found, action["id"], option)
                return
        raise AssertionError(f"nothing called {label!r} on the post: {[one[0] for one in rules.labelled(found)]}")

    async def picks(self, label: str, post: str, who: str) -> None:
        """Picks a person in the list of users that is called so; the client sends their id, or whatever it likes."""
        found = self._state.posts[post]
        action = next(one for shown, one, _ in rules.labelled(found) if shown == label)
        assert action.get("data_source") == "users", f"{label!r} lists no people"
        self.clicks += 2  # the list is opened first
        known = [one["id"] for one in self._state.users.values() if one["username"] == who]
        await self._act(found, action["id"], known[0] if known else who)

    async def chooses(self, post: str, option: str) -> None:
        """Submits a menu option that was not offered: the server does not check."""
        found = self._state.posts[post]
        menu = next(action for _, action, value in rules.labelled(found) if value is not None)
        await self._act(found, menu["id"], option)

    async def _act(self, post: Json, action_id: str, option: str | None) -> None:
        action = rules.action_of(post, action_id)
        context: Json = json.loads(json.dumps(action["integration"].get("context") or {}))
        if option is not None:
            context["selected_option"] = option
        channel = self._state.channels[post["channel_id"]]
        body: Json = {"user_id": self.id, "user_name": self.name, "channel_id": channel["id"]}
        body |= {"channel_name": channel["name"], "team_id": channel["team_id"], "team_domain": "acme"}
        source = action.get("data_source", "") if option is not None else ""
        body |= {"post_id": post["id"], "type": action["type"], "data_source": source, "context": context}
        body["trigger_id"] = self._operations.trigger(self.id, channel["id"])
        answer = await self._call(action["integration"]["url"], json=body)
        self._after_press(post, json.loads(answer) if answer else {})

    def _after_press(self, post: Json, answer: Json) -> None:
        if (update := answer.get("update")) is not None:
            # An update without a message empties it; an ephemeral post then cannot be found any more, so that is
            # refused.
            asked = {
                "message": update.get("message", ""),
                **({"props": update["props"]} if update.get("props") else {}),
            }
            self._operations.change_post(post["user_id"], post["id"], asked)
        if words := answer.get("ephemeral_text"):
            root = post["root_id"] or (post["id"] if post["id"] in self._state.posts else "")
            asked = {"channel_id": post["channel_id"], "root_id": root, "message": words}
            self._operations.ephemeral(self.id, self.id, asked)

    # -------------------------------------------------------------------------- commands and dialogs

    async def commands(self, words: str, thread: str = "", channel: str = "") -> None:
        """Types a slash command, in a thread or in the channel."""
        trigger, _, text = words.removeprefix("/").partition(" ")
        command = next(one for one in self._state.commands.values() if one["trigger"] == trigger)
        where = self._state.posts[thread]["channel_id"] if thread else channel or self._channel
        form = {"token": command["token"], "team_id": self._team, "team_domain": "acme", "channel_id": where}
        form |= {"channel_name": self._state.channels[where]["name"], "user_id": self.id, "user_name": self.name}
        form |= {"command": f"/{trigger}", "text": text, "response_url": "http://127.0.0.1:9/never"}
        form["trigger_id"] = self._operations.trigger(self.id, where)
        if thread and self._state.tells_root:
            form["root_id"] = thread
        headers = {"Authorization": f"Token {command['token']}"}
        answer = json.loads(await self._call(command["url"], data=form, headers=headers))
        for one in (answer, *(answer.get("extra_responses") or ())):
            self._answered(one, where, thread)

    def _answered(self, answer: Json, channel: str, thread: str) -> None:
        if not answer.get("text") and not answer.get("attachments"):
            return
        assert answer.get("response_type") == "ephemeral", "the hub answers commands to their author alone"
        props = {"attachments": answer["attachments"]} if answer.get("attachments") else {}
        asked = {"channel_id": channel, "root_id": thread, "message": answer.get("text", ""), "props": props}
        self._operations.ephemeral(self._state.id_of("hub"), self.id, asked)

    async def submits(self, values: Mapping[str, str], dialog: Window | None = None) -> None:
        """Submits the open dialog; fields that are not named keep their defaults. It closes once accepted."""
        self.clicks += 1
        windows = self._state.windows.get(self.id, [])
        window = dialog or windows[-1]
        filled = {one["name"]: one.get("default", "") for one in window.dialog["elements"]} | dict(values)
        window.error, window.errors = "", dialogs.check_submission(window.dialog, filled)
        if window.errors:
            return
        answer = await self._call(window.url, json=self._submission(window, filled))
        found = json.loads(answer) if answer else {}
        if found.get("type") == "form":
            assert self._state.since(11, 1), "a form as an answer came with 11.1"
            dialogs.check_dialog(self._state, found["form"])
            window.dialog = found["form"]
            return
        window.error, window.errors = found.get("error", ""), found.get("errors") or {}
        names = {element["name"] for element in window.dialog["elements"]}
        assert set(window.errors) <= names, "errors for fields that the dialog does not have are not shown"
        if not window.error and not window.errors and window in windows:
            windows.remove(window)

    async def changes(self, values: Mapping[str, str]) -> None:
        """Chooses something in the open dialog without submitting it. The integration is told if the element refreshes
        the dialog, and may answer with another one, or with nothing."""
        window = self._state.windows[self.id][-1]
        [(name, _)] = values.items()
        element = next(one for one in window.dialog["elements"] if one["name"] == name)
        if not element.get("refresh"):
            return
        filled = {one["name"]: one.get("default", "") for one in window.dialog["elements"]} | dict(values)
        body = self._submission(window, filled)
        body |= {"type": "refresh", "submission": {**body["submission"], "selected_field": name}}
        found = json.loads(await self._call(window.dialog["source_url"], json=body) or "{}")
        if found.get("type") == "form":
            dialogs.check_dialog(self._state, found["form"])
            window.dialog = found["form"]

    async def cancels(self) -> None:
        window = self._state.windows[self.id].pop()
        if window.dialog.get("notify_on_cancel"):
            await self._call(window.url, json={**self._submission(window, {}), "cancelled": True})

    def _submission(self, window: Window, values: Mapping[str, str]) -> Json:
        body: Json = {"type": "dialog_submission", "callback_id": window.dialog["callback_id"]}
        body |= {"state": window.dialog["state"], "user_id": self.id, "channel_id": window.channel}
        submission = dialogs.submitted(self._state, window.dialog, dict(values)) if values else {}
        return {**body, "team_id": self._team, "submission": submission, "cancelled": False}

    async def _call(self, url: str, **asked: Any) -> bytes:
        async with self._http.post(url, **asked) as answer:
            body = await answer.read()
            if answer.status != 200:
                raise Refused(answer.status, body.decode("utf-8", "replace"))
            return body


def _mime(name: str) -> str:
    kinds = {
        "png": "image/png",
        "jpg": "image/jpeg",
        "pdf": "application/pdf",
        "txt": "text/plain",
        "mp3": "audio/mpeg",
    }
    return kinds.get(name.rpartition(".")[2].lower(), "application/octet-stream")
