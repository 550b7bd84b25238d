"""Comparison of what the core knows of a post's reactions with those that stand. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from bot.domain.value import value


@value
class ReactionChange:
    """A reaction put, or removed, while nobody listened. `name`: as the team chat calls it; "" if it is removed."""

    user: str
    emoji: str
    name: str
    on: bool


def reaction_changes(
    known: Collection[tuple[str, str]], standing: Mapping[tuple[str, str], str], untold: Collection[str] = ()
) -> Iterator[ReactionChange]:
    """Yields removals, then additions. `known`: users and emoji; `standing`: users and emoji → the emoji's name;
    `untold`: emoji of which the team chat does not tell all users, so that nobody's is known to be removed."""
    for user, emoji in sorted(set(known) - set(standing)):
        if emoji not in untold:
            yield ReactionChange(user, emoji, "", False)
    for (user, emoji), name in sorted(standing.items()):
        if (user, emoji) not in known:
            yield ReactionChange(user, emoji, name, True)
