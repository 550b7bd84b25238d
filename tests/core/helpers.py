"""Steps and checks shared by many stories of the core."""

from __future__ import annotations

from bot.domain import Actor, Dialog, ThreadId
from bot.views.values import Answer, Button, Card, Post, View, Whisper
from tests.core.world import ANNA, DESK, World


def card_of(world: World, dialog: Dialog) -> Card:
    return world.desk.cards[thread_of(dialog)]


def posts_of(world: World, dialog: Dialog) -> list[Post]:
    return [post for _, post in world.desk.posts[thread_of(dialog)]]


def thread_of(dialog: Dialog) -> ThreadId:
    assert dialog.thread is not None
    return dialog.thread


def view_of(answer: Answer) -> View:
    assert isinstance(answer, Whisper)
    return answer.view


async def register_operators(world: World, *people: Actor) -> None:
    """Makes the desk report these people to the hub."""
    for one in people:
        await world.store.transact(lambda unit, one=one: unit.operators.upsert_operator(DESK, one))  # type: ignore[misc]


async def open_dialog(world: World, words: str = "Hello") -> Dialog:
    """A new dialog with its thread."""
    accepted = await world.customer_writes(words)
    await world.deliver()
    return await world.dialog(accepted.dialog)


async def accepted_dialog(world: World) -> Dialog:
    """A dialog that Anna has accepted."""
    dialog = await open_dialog(world)
    await world.commands(ANNA, "accept", dialog)
    await world.deliver()
    return await world.dialog(dialog.id)


def remedies_of(world: World, dialog: Dialog) -> dict[str, Button]:
    return {one.word: one for post in posts_of(world, dialog) for one in post.buttons}
