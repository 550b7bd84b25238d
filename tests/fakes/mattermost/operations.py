"""Everything that changes the fake server, whether the bot does it over REST or people at work do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from tests.fakes.mattermost import rules
from tests.fakes.mattermost.rules import Refusal
from tests.fakes.mattermost.sockets import Sockets, as_json
from tests.fakes.mattermost.state import PENDING_REMEMBERED, Json, Notified, State, StoredFile, Trigger
from tests.fakes.mattermost.threads import Threads


class Operations:
    def __init__(self, state: State, sockets: Sockets) -> None:
        self._state, self._sockets = state, sockets
        self.threads = Threads(state)

    # ----------------------------------------------------------------------------------------- posts

    async def create_post(self, user: str, asked: Json) -> Json:
        state, pending = self._state, str(asked.get("pending_post_id") or "")
        known = state.pending.get(pending)
        if known is not None and known[1] > time.monotonic():
            return state.posts[known[0]]
        channel = self._open(user, str(asked.get("channel_id") or ""), rules.ARCHIVED)
        message, props = rules.check_message(asked.get("message", "")), rules.check_props(asked.get("props") or {})
        root = str(asked.get("root_id") or "")
        if root:
            await self._first_replies(root, channel)
        priority = rules.check_priority(state, root, (asked.get("metadata") or {}).get("priority"))
        files = self._unattached(user, asked.get("file_ids") or ())[: state.attaches]
        props = rules.identified(state, user, props)
        post: Json = {"id": state.new_id("post"), "user_id": user, "channel_id": channel, "root_id": root}
        post |= {"priority": priority} if priority else {}
        post |= {"message": message, "props": props, "file_ids": [file.id for file in files], "type": ""}
        at = state.now()
        post |= {"create_at": at, "update_at": at, "edit_at": 0, "delete_at": 0, "hashtags": "", "is_pinned": False}
        self._keep(post, files)
        if pending:
            state.pending[pending] = (post["id"], time.monotonic() + PENDING_REMEMBERED)
        self._publish_posted(post)
        return post

    async def _first_replies(self, root: str, channel: str) -> None:
        """Fails two concurrent first replies of one thread, as older servers do."""
        state, parent = self._state, self._state.posts.get(root)
        if parent is None or parent["delete_at"] or parent["root_id"]:
            raise Refusal(400, "api.post.create_post.root_id.app_error", "Invalid RootId parameter.")
        if parent["channel_id"] != channel:
            raise Refusal(400, "api.post.create_post.channel_root_id.app_error", "Invalid ChannelId for RootId.")
        if state.by_root.get(root):
            return
        if root in state.starting:
            raise Refusal(500, "app.post.save.app_error", "Unable to save the Post.")
        state.starting.add(root)
        try:
            await asyncio.sleep(0.002)
        finally:
            state.starting.discard(root)

    def _writable(self, user: str, channel: str) -> str:
        if channel not in self._state.channels or user not in self._state.members[channel]:
            raise rules.no_permission()
        return channel

    def _open(self, user: str, channel: str, archived: Refusal) -> str:
        """Checks that the user may write in a channel that is not archived."""
        self._writable(user, channel)
        if self._state.channels[channel]["delete_at"]:
            raise archived
        return channel

    def _changeable(self, user: str, post: str, archived: Refusal) -> Json:
        """Returns a living post; one that is gone is refused in the words for a user outside of its channel."""
        found = self._state.posts.get(post)
        if found is None or found["delete_at"]:
            raise rules.no_permission()
        self._open(user, found["channel_id"], archived)
        return found

    def _unattached(self, user: str, ids: Sequence[str]) -> list[StoredFile]:
        if len(ids) > rules.FILES:
            raise Refusal(400, "model.post.is_valid.file_ids.app_error")
        files = [self._state.files.get(one) for one in ids]
        if any(file is None or file.user != user or file.post for file in files):
            raise Refusal(400, "api.post.create_post.attach_files.error")
        return [file for file in files if file is not None]

    def _keep(self, post: Json, files: Sequence[StoredFile]) -> None:
        state = self._state
        state.posts[post["id"]] = post
        state.by_channel.setdefault(post["channel_id"], []).append(post["id"])
        if post["root_id"]:
            state.by_root.setdefault(post["root_id"], []).append(post["id"])
            state.posts[post["root_id"]]["update_at"] = post["create_at"]
        for file in files:
            file.post = post["id"]
        state.notified += [Notified(user, post["id"], word) for user, word in rules.notified_by(state, post)]
        self.threads.posted(post)

    def _publish_posted(self, post: Json) -> None:
        state = self._state
        channel = state.channels[post["channel_id"]]
        mentions = [one.user for one in state.notified if one.post == post["id"]]
        data: Json = {"channel_type": channel["type"], "channel_name": channel["name"], "team_id": channel["team_id"]}
        data |= {"post": as_json(state.shown(post)), "sender_name": f"@{state.users[post['user_id']]['username']}"}
        if mentions:
            data["mentions"] = as_json(mentions)
        self._sockets.publish("posted", data, channel=post["channel_id"])

    def living(self, post: str) -> Json:
        found = self._state.posts.get(post)
        if found is None or found["delete_at"]:
            raise Refusal(404, "app.post.get.app_error", "Unable to get the post.")
        return found

    def change_post(self, user: str, post: str, asked: Json) -> Json:
        """Changes only the given fields; props are replaced as a whole."""
        state, found = self._state, self._changeable(user, post, rules.ARCHIVED_PATCH)
        if found["user_id"] != user:
            raise rules.no_permission()
        if asked.get("props") is not None:
            found["props"] = rules.identified(state, user, rules.check_props(asked["props"]), found["props"])
        found["update_at"] = state.now()
        if asked.get("message") is not None and asked["message"] != found["message"]:
            found["message"] = rules.check_message(asked["message"])
            found["edit_at"] = found["update_at"]
        state.notified += [Notified(one, post, word) for one, word in rules.notified_by(state, found)]
        self._sockets.publish("post_edited", {"post": as_json(state.shown(found))}, channel=found["channel_id"])
        return found

    def delete_post(self, user: str, post: str) -> None:
        """Deletes a post. A root's thread goes with it, but only the root's deletion is reported."""
        state, found = self._state, self.living(post)
        if found["user_id"] == user:
            self._open(user, found["channel_id"], rules.ARCHIVED_DELETE)
        elif "system_admin" not in state.users[user]["roles"]:
            raise rules.no_permission()
        at = state.now()
        for one in (post, *state.by_root.get(post, ())):
            state.posts[one]["delete_at"] = state.posts[one]["update_at"] = at
        data = {"post": as_json(state.shown(found)), "delete_by": user}
        self._sockets.publish("post_deleted", data, channel=found["channel_id"])

    # ------------------------------------------------------------------------------------- reactions

    def react(self, user: str, post: str, name: str) -> Json:
        state, found = self._state, self.living(post)
        self._open(user, found["channel_id"], rules.ARCHIVED_REACTION)
        rules.check_emoji(name)
        standing = state.reactions.setdefault(post, [])
        for one in standing:
            if (one["user_id"], one["emoji_name"]) == (user, name):
                return one
        at = state.now()
        reaction: Json = {"user_id": user, "post_id": post, "emoji_name": name, "create_at": at, "update_at": at}
        reaction |= {"delete_at": 0, "channel_id": found["channel_id"]}
        standing.append(reaction)
        self._reacted("reaction_added", found, reaction)
        return reaction

    def unreact(self, user: str, post: str, name: str) -> None:
        state, found = self._state, self.living(post)
        self._open(user, found["channel_id"], rules.ARCHIVED_UNREACTION)
        standing = state.reactions.get(post, [])
        for one in standing:
            if (one["user_id"], one["emoji_name"]) == (user, name):
                standing.remove(one)
                self._reacted("reaction_removed", found, {**one, "update_at": state.now(), "delete_at": state.now()})
                return

    def _reacted(self, event: str, post: Json, reaction: Json) -> None:
        post["update_at"] = self._state.now()
        self._sockets.publish(event, {"reaction": as_json(reaction)}, channel=post["channel_id"])

    # ------------------------------------------------------------------------------- coming and going

    def join(self, user: str, channel: str) -> None:
        self._state.members[channel].add(user)
        team = self._state.channels[channel]["team_id"]
        self._sockets.publish("user_added", {"user_id": user, "team_id": team}, channel=channel)

    def leave(self, user: str, channel: str) -> None:
        """Removes a user from a channel. Those who stay get one event, the one who left another."""
        self._state.members[channel].discard(user)
        self._sockets.publish("user_removed", {"user_id": user, "remover_id": user}, channel=channel)
        self._sockets.publish("user_removed", {"channel_id": channel, "remover_id": user}, users=[user])

    def archive(self, channel: str, *, on: bool = True) -> None:
        """Archives a channel, or restores it; its members stay members."""
        found = self._state.channels[channel]
        found["delete_at"] = self._state.now() if on else 0
        data: Json = {"channel_id": channel, **({"delete_at": found["delete_at"]} if on else {})}
        name = "channel_deleted" if on else "channel_restored"
        self._sockets.publish(name, data, users=sorted(self._state.members[found["team_id"]]))

    def change_user(self, user: str, **fields: object) -> None:
        """Changes a user as an administrator does. A deactivated user stays a member of channels."""
        found = self._state.users[user]
        found.update(fields)
        everyone = list(self._state.users)
        self._sockets.publish("user_updated", {"user": {"id": user, "update_at": self._state.now()}}, users=everyone)

    # ----------------------------------------------------------------------------------------- others

    def ephemeral(self, author: str, user: str, asked: Json) -> Json:
        """Sends a post that one person sees and the server forgets; its integrations travel with it, encrypted. When a
        client already shows a post of this id, a newer ephemeral post replaces it."""
        state = self._state
        channel, root = str(asked.get("channel_id") or ""), str(asked.get("root_id") or "")
        if user not in state.users or channel not in state.channels:
            raise Refusal(400, "api.context.invalid_body_param.app_error")
        if root and root not in state.posts:
            raise Refusal(400, "api.post.create_post.root_id.app_error")
        post: Json = {"id": state.new_id("ephemeral"), "user_id": author, "channel_id": channel, "root_id": root}
        post |= {"message": rules.check_message(asked.get("message", "")), "type": "system_ephemeral"}
        post |= {"props": rules.check_props(asked.get("props") or {}), "create_at": state.now(), "file_ids": []}
        if not post["message"] and not post["props"].get("attachments"):
            raise Refusal(400, "api.context.invalid_body_param.app_error", "nothing to show")
        standing = state.ephemerals.setdefault(user, [])
        known = next((one for one in standing if one["id"] == asked.get("id")), None)
        post["update_at"] = int(asked.get("update_at") or 0)
        if known is not None:
            post["id"] = known["id"]
            if known["update_at"] < post["update_at"]:
                known.update(post)
        else:
            standing.append(post)
        self._sockets.publish("ephemeral_message", {"post": as_json(post)}, users=[user])
        return post

    def upload(self, user: str, channel: str, name: str, mime: str, data: bytes) -> StoredFile:
        self._writable(user, channel)
        if len(data) > self._state.max_file:
            raise Refusal(413, "api.file.upload_file.too_large_detailed.app_error")
        if not name:
            raise Refusal(400, "api.file.upload_file.incorrect_number_of_files.app_error")
        file = StoredFile(self._state.new_id("file"), user, channel, name, mime, data)
        self._state.files[file.id] = file
        return file

    def trigger(self, user: str, channel: str) -> str:
        """Makes a trigger id, with which the hub can open a dialog for this user within 3 seconds."""
        trigger = self._state.new_id("trigger")
        self._state.triggers[trigger] = Trigger(user, channel, time.monotonic() + rules.TRIGGER_SECONDS)
        return trigger
