"""Parts of a post that are already in its thread, found in the messages themselves. Pure.

Slack has no idempotency key, so each message of the hub's carries its parcels' keys in its metadata. A post may take
several Slack messages (long texts; files always have their own message, which cannot carry metadata), so a failed
attempt may have left some of them: `posted_parts` finds those, and the rest is sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.desks.slack.album import Picture
from bot.desks.slack.context import Us
from bot.domain import Key
from bot.domain.spelling import composed
from bot.domain.traces import Trace

EVENT = "hub"


@dataclass(slots=True)
class PostedParts:
    """Parts of one post found in its thread. `parts`: number of a part, from 1 → its message. `expected`, `shared`:
    titles of files; `beside`: the messages that show them; `pictures`: those that the post itself shows. `joint`: it
    shows several parcels' messages."""

    parts: dict[int, str] = field(default_factory=dict)
    of: int = 0
    expected: tuple[str, ...] = ()
    shared: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    pictures: tuple[Picture, ...] = ()
    joint: bool = False

    @property
    def worded(self) -> bool:
        """Tells whether all messages but those with files alone are there."""
        return 0 < self.of <= len(self.parts)

    @property
    def complete(self) -> bool:
        return self.worded and not self.missing(self.expected)

    @property
    def first(self) -> str:
        return self.parts[min(self.parts)]

    def missing(self, titles: Iterable[str]) -> list[str]:
        """Returns the titles not shared yet; a title needed several times is repeated. Titles count as the same however
        their letters are composed."""
        there, missing = Counter(map(composed, self.shared)), []
        for title in titles:
            if there[composed(title)]:
                there[composed(title)] -= 1
            else:
                missing.append(title)
        return missing


def label(
    keys: Sequence[Key],
    part: int = 1,
    of: int = 1,
    files: Sequence[str] = (),
    trace: Trace | None = None,
    pictures: Sequence[Picture] = (),
) -> dict[str, Any]:
    """Builds the metadata of one message. `files`: titles of those beside it; `trace`: a card's."""
    payload: dict[str, Any] = {"keys": "\n".join(keys), "part": part, "of": of}
    if files:
        payload["files"] = "\n".join(files)
    if pictures:
        payload["pictures"] = "\n".join(one.dump() for one in pictures)
    if trace is not None:
        payload["trace"] = trace.dump()
    return {"event_type": EVENT, "event_payload": payload}


def keys_of(message: Mapping[str, Any], us: Us) -> list[Key]:
    """Returns the keys of a message of the hub's."""
    return [Key(key) for key in str(_payload(message, us).get("keys", "")).split("\n") if key]


def trace_of(message: Mapping[str, Any], us: Us) -> Trace | None:
    """Returns the trace that a card of the hub's carries."""
    return Trace.load(_payload(message, us).get("trace"))


def alone(message: Mapping[str, Any], us: Us) -> bool:
    """Tells whether the message is a whole post."""
    return int(_payload(message, us).get("of", 1)) == 1


def posted_parts(messages: Iterable[Mapping[str, Any]], key: Key, us: Us) -> PostedParts | None:
    """Finds the parts of the post with `key` among these messages, oldest first."""
    found: PostedParts | None = None
    ours = False
    for message in messages:
        payload = _payload(message, us)
        if payload:
            ours = key in keys_of(message, us)
            if ours:
                found = found or PostedParts()
                found.parts[int(payload.get("part", 1))] = str(message["ts"])
                found.of, found.joint = int(payload.get("of", 1)), len(keys_of(message, us)) > 1
                found.expected = _lines(payload, "files") or found.expected
                found.pictures = tuple(map(Picture.load, _lines(payload, "pictures"))) or found.pictures
        elif ours and found is not None and by_us(message, us):
            files = message.get("files") or ()
            found.shared += [str(file.get("title") or file.get("name")) for file in files]
            found.beside += [str(message["ts"])] if files else []
    return found


def _lines(payload: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(filter(None, str(payload.get(name, "")).split("\n")))


def by_us(message: Mapping[str, Any], us: Us) -> bool:
    """Recognizes the hub's messages. Those under a customer's name have no user, only the bot's id."""
    return message.get("user") == us.user or bool(us.bot and message.get("bot_id") == us.bot)


def _payload(message: Mapping[str, Any], us: Us) -> Mapping[str, Any]:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT or not by_us(message, us):
        return {}
    return dict(metadata.get("event_payload") or {})
