"""The context in which a payload is read: the hub's own identity, and the people and files that it mentions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from bot.desks.slack import reading
from bot.desks.slack.contents import Contents, Described, NamedText
from bot.desks.slack.payloads import Payload
from bot.domain import Actor, DeskName, Place, PostId, ThreadId
from bot.domain.value import value


@value
class Us:
    """The app in its workspace. `name`: its user name."""

    desk: DeskName
    user: str
    bot: str
    team: str = ""
    name: str = ""


@value
class Context:
    us: Us
    actors: Mapping[str, Actor] = field(default_factory=dict)
    files: Mapping[str, Described] = field(default_factory=dict)

    def actor(self, user: str) -> Actor:
        return self.actors.get(user) or Actor(user, "")

    def place(self, channel: str, thread: object = None, post: object = None) -> Place:
        return Place(
            self.us.desk, channel, ThreadId(str(thread)) if thread else None, PostId(str(post)) if post else None
        )

    def reader(self) -> reading.MessageReader:
        names = {user: actor.name or user for user, actor in self.actors.items()}
        return reading.MessageReader(self.us.user, names, self.us.name)

    def contents(self) -> Contents:
        return Contents(self.us.desk, self._words, self.files)

    def _words(self, message: Payload) -> NamedText:
        written = self.reader().read(message)
        return NamedText(written.text, written.names)
