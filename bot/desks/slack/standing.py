"""Parser of what stands: messages read later, as far as they tell what became of them. Pure."""

from __future__ import annotations

from bot.desks.shared import emoji
from bot.desks.shared.standing import ReactionChange
from bot.desks.slack.context import Context, Us
from bot.desks.slack.payloads import Payload, as_objects
from bot.domain import Key, OperatorReacted


def is_tombstone(message: Payload) -> bool:
    """Recognizes what stands in the place of a deleted message that has replies."""
    return message.get("subtype") == "tombstone"


def reactions(message: Payload, us: Us) -> tuple[dict[tuple[str, str], str], set[str]]:
    """Returns people's reactions on a message (user and emoji → the emoji's name), and the emoji of which Slack does
    not tell all users."""
    standing: dict[tuple[str, str], str] = {}
    untold: set[str] = set()
    for one in as_objects(message.get("reactions")):
        name, users = str(one.get("name", "")), [str(user) for user in one.get("users") or ()]
        picture = emoji.of_name(name)
        if picture is not None:
            standing |= {(user, picture): name for user in users if user != us.user}
            untold |= {picture} if len(users) < int(one.get("count") or 0) else set()
    return standing, untold


def reacted(channel: str, ts: str, change: ReactionChange, context: Context, once: str) -> OperatorReacted:
    """Builds a reaction found later. `once`: a part of its key, since Slack does not tell when it was put."""
    on = "on" if change.on else "off"
    key = Key(f"reaction:{channel}:{ts}:{change.user}:{change.name or change.emoji}:{on}:found {once}")
    place = context.place(channel, None, ts)
    return OperatorReacted(key, context.actor(change.user), place, change.emoji, change.on, missed=True)
