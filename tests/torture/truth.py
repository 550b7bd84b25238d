"""Conditions that must hold when everything has settled. Each returns its violations as sentences; there should be
none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from tests.torture.hubs import Books
from tests.torture.world import CALLED, Conversation, World, said

NOT_KNOWN = "Delivery unknown"
ARRIVED, AGAIN = "Mark as delivered", "Send again"
DELIVERED = "white_check_mark"


@dataclass(frozen=True)
class Flagged:
    """An answer that the hub reports as in doubt. `post`: the post that says so."""

    name: str
    conversation: Conversation
    post: str


def flagged(world: World) -> list[Flagged]:
    by_number = {one.number: one for one in world.conversations}
    found = []
    for name, posts in list(world.posted.items()):
        for post in posts:
            if name.startswith("a") and NOT_KNOWN in said(world.mm.state.posts[post]):
                number = int(name[1:].partition("x")[0])
                found.append(Flagged(name, by_number[number], post))
    return found


def questions(world: World, turns: int) -> Iterator[str]:
    """Every customer's message is shown once, in its own thread, in order."""
    for one in world.conversations:
        asked = [one.question(turn) for turn in range(1, turns + 1)]
        standing = {name: world.posted[name] for name in asked}
        yield from (f"{name} stands {len(posts)} times" for name, posts in standing.items() if len(posts) != 1)
        roots = {world.mm.state.posts[post]["root_id"] for posts in standing.values() for post in posts}
        if len(roots) != 1:
            yield f"conversation {one.number} is spread over {len(roots)} threads"
            continue
        shown = [name for post in world.mm.thread(roots.pop())[1:] for name in CALLED.findall(said(post))]
        if [name for name in shown if name.startswith("q")] != asked:
            yield f"conversation {one.number} is out of order: {shown}"


def answers(world: World, turns: int, doubted: Set[str]) -> Iterator[str]:
    """Every answer reached the customer once and in order, except those in doubt."""
    for one in world.conversations:
        written = [one.answer(turn) for turn in range(1, turns + 1)]
        received = world.received(one)
        counted = Counter(received)
        yield from (f"{name} arrived {counted[name]} times" for name in written if counted[name] > 1)
        yield from (f"{name} was lost" for name in written if not counted[name] and name not in doubted)
        sure = [name for name in received if name not in doubted]
        if sure != [name for name in written if name not in doubted]:
            yield f"the answers of conversation {one.number} came out of order: {received}"


def doubts(flags: Sequence[Flagged], ambiguous: Set[str], under_way: Set[str]) -> Iterator[str]:
    """Every answer in doubt was flagged once, and no other."""
    times = Counter(flag.name for flag in flags)
    yield from (f"{name} is flagged {count} times" for name, count in times.items() if count != 1)
    yield from (f"{name} was in doubt and nobody was asked" for name in ambiguous - times.keys())
    yield from (f"{name} was flagged without any doubt" for name in times.keys() - ambiguous - under_way)


def threads(world: World) -> Iterator[str]:
    """One thread, opened once, with one line that says who accepted the dialog."""
    cards = [root for root in world.mm.roots() if "hub_card" in root["props"]]
    if len(cards) != len(world.conversations):
        yield f"{len(cards)} cards for {len(world.conversations)} conversations"
    for root in cards:
        taken = [post for post in world.mm.thread(root["id"]) if "accepted the dialog" in said(post)]
        if len(taken) != 1:
            yield f"a thread says {len(taken)} times who accepted it"


def marks(world: World, turns: int) -> Iterator[str]:
    """Every answer is marked as delivered, and as nothing else."""
    for one in world.conversations:
        for turn in range(1, turns + 1):
            found = world.marks(world.by_people(one.answer(turn)))
            if found != {DELIVERED}:
                yield f"{one.answer(turn)} is marked {found or 'with nothing'}"


async def books(world: World, books: Books) -> Iterator[str]:
    """The hub's own database agrees."""
    found = []
    counted = {
        "dialogs": "SELECT count(*) FROM dialogs",
        "contacts": "SELECT count(DISTINCT contact_id) FROM dialogs",
        "threads": "SELECT count(DISTINCT thread) FROM dialogs",
    }
    for what, sql in counted.items():
        count = await books.one(sql)
        if count != len(world.conversations):
            found.append(f"{count} {what} for {len(world.conversations)} conversations")
    for what in ("parcels", "lanes", "unreadable"):
        count = await books.one(f"SELECT count(*) FROM {what}")
        if count:
            found.append(f"{count} {what} are left")
    return iter(found)
