"""Followers of threads, and what each person has unread in them, as the server decides it for a new reply.

Read from the server's source (`SendNotifications`, `MaintainMembership`, `GetThreadFollowers`): the author of a reply
follows its thread, and so do those whom it mentions and those whom the root mentions as it stands now, an edited root
included, and the root's author. Whoever has stopped following is brought back by a mention of them alone. Followers
have the reply as unread. Only members of the channel count; an edited reply changes nothing. A user, or a system
administrator, can make a user follow a thread or not.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.fakes.mattermost import rules
from tests.fakes.mattermost.state import Json, State


@dataclass
class ThreadMembership:
    """One person in one thread."""

    following: bool = True
    unread: list[str] = field(default_factory=list)
    """Replies that this person has not read."""
    mentions: list[str] = field(default_factory=list)
    """Posts among them, the root included, that mention this person."""


@dataclass
class Threads:
    state: State
    by_root: dict[str, dict[str, ThreadMembership]] = field(default_factory=dict)

    def posted(self, post: Json) -> None:
        """Takes a new post in."""
        members = self.state.members[post["channel_id"]]
        mentioned = self._mentioned(post)
        if not post["root_id"]:
            return
        thread = self.by_root.setdefault(post["root_id"], {})
        root = self.state.posts[post["root_id"]]
        for user in ({post["user_id"], root["user_id"]} | mentioned | self._mentioned(root)) & members:
            membership = thread.setdefault(user, ThreadMembership())
            if user in mentioned:
                membership.following = True
                membership.mentions.append(post["id"])
        for user in set(thread) & members - {post["user_id"]}:
            if thread[user].following:
                thread[user].unread.append(post["id"])

    def _mentioned(self, post: Json) -> set[str]:
        return {user for user, _ in rules.notified_by(self.state, post)}

    def follow(self, me: str, user: str, root: str, *, on: bool) -> None:
        if me != user and "system_admin" not in self.state.users[me]["roles"].split():
            raise rules.no_permission()
        if root not in self.state.posts or me not in self.state.members[self.state.posts[root]["channel_id"]]:
            raise rules.no_permission()
        self.by_root.setdefault(root, {}).setdefault(user, ThreadMembership()).following = on
