"""*Add Boris*: a note that names a colleague offers to add them, in one click."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pytest

from bot.domain import DeskNames, Dialog, Status
from bot.domain.account_rules import AccountRules, Grant
from bot.domain.value import replace
from bot.ports import DeskLimits, Desks, Notifies
from bot.views.values import Button, Silent, Whisper
from tests.core.helpers import accepted_dialog, open_dialog, register_operators
from tests.core.test_automatic import set_rules
from tests.core.world import ANNA, BORIS, CLARA, DESK, MemoryDesk, World, member, whisper_text


@dataclass
class CallingDesk(MemoryDesk):
    """A team chat that notifies those whom a text mentions, in the channel alone."""

    inside: Collection[str] = ()

    async def reached(self, channel: str, users: Collection[str]) -> Collection[str]:
        assert channel == "C1"
        return set(users) & set(self.inside)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: nothing here depends on the database."""
    return sqlite_url


@pytest.fixture
async def dialog(world: World) -> Dialog:
    """A dialog of Anna's; Boris and Clara are known."""
    await register_operators(world, BORIS, CLARA)
    return await accepted_dialog(world)


def offers_to(world: World, user: str) -> list[Button]:
    return [one for to, view in world.desk.whispers if to == user for row in view.rows for one in row.buttons]


def labels(world: World) -> dict[str, list[str]]:
    return {one: found for one in ("U1", "U2", "U3") if (found := [button.label for button in offers_to(world, one)])}


async def test_a_named_colleague_is_added_by_one_press(world: World, dialog: Dialog) -> None:
    await world.posts(ANNA, dialog, "@boris can you look?")
    await world.deliver()
    assert labels(world) == {"U1": ["Add Boris"]}
    assert world.desk.whispers[0][1].rows[0].text.characters == "Boris is not in this dialog."
    [add] = offers_to(world, "U1")
    added = await world.presses(ANNA, add, dialog)
    assert whisper_text(added) == "➕ Boris is a co-executor now."
    assert isinstance(added, Whisper)
    assert added.replaces
    assert len((await world.dialog(dialog.id)).coexecutors) == 1
    assert "already a co-executor" in whisper_text(await world.presses(ANNA, add, dialog))
    await world.posts(ANNA, dialog, "// thanks @boris")
    await world.deliver()
    assert labels(world) == {"U1": ["Add Boris"]}, "nobody of the team is offered"


async def test_the_owner_is_offered_what_others_ask_for(world: World, dialog: Dialog) -> None:
    """A note by somebody outside of the team, who may add nobody."""
    await world.posts(CLARA, dialog, "@boris and @anna, look")
    await world.deliver()
    assert labels(world) == {"U1": ["Add Boris"]}
    await world.commands(ANNA, "add @clara", dialog)
    await world.posts(CLARA, dialog, "// @boris again")
    await world.deliver()
    assert labels(world) == {"U1": ["Add Boris"]}, "once an hour is enough"
    world.clock.advance(3700)
    await world.posts(CLARA, dialog, "// @boris, where are you?")
    await world.deliver()
    assert labels(world) == {"U1": ["Add Boris", "Add Boris"], "U3": ["Add Boris"]}


@pytest.mark.parametrize("road", ["note", "edit"])
async def test_every_road_to_a_note_offers_it(world: World, dialog: Dialog, road: str) -> None:
    if road == "note":
        assert await world.commands(ANNA, "note ask @boris", dialog) == Silent()
    else:
        post, _ = await world.posts(ANNA, dialog, "// ask")
        await world.edits(ANNA, dialog, post, "// ask @boris")
    await world.deliver()
    assert labels(world) == {"U1": ["Add Boris"]}


async def test_those_who_could_not_reply_are_not_offered(world: World, dialog: Dialog) -> None:
    await set_rules(world, AccountRules(grants=(Grant("anna"), Grant("boris", send=False))))
    await world.posts(ANNA, dialog, "@boris @clara @here look")
    await world.commands(ANNA, "redirect @anna", dialog)
    await world.posts(ANNA, dialog, "// a role is nobody: @sales")
    await world.deliver()
    assert labels(world) == {}


async def test_whoever_is_waited_for_needs_no_adding(world: World, dialog: Dialog) -> None:
    await world.commands(ANNA, "redirect @boris", dialog)
    await world.posts(ANNA, dialog, "@boris and @clara, this is urgent")
    await world.deliver()
    assert labels(world) == {"U1": ["Add Clara"]}


async def test_namesakes_are_told_apart(world: World, dialog: Dialog) -> None:
    await register_operators(world, member("U8", "boris2", "Boris"))
    await world.posts(ANNA, dialog, "// @Boris, look")
    await world.deliver()
    assert labels(world) == {"U1": ["Add @boris", "Add @boris2"]}


async def test_a_dialog_that_was_closed_meanwhile_takes_nobody(world: World) -> None:
    await register_operators(world, BORIS)
    dialog = await open_dialog(world)
    await world.posts(ANNA, dialog, "@boris look")
    await world.deliver()
    [add] = offers_to(world, "U1")
    await world.commands(ANNA, "close done", dialog)
    assert "closed" in whisper_text(await world.presses(ANNA, add, dialog))
    assert (await world.dialog(dialog.id)).status is Status.CLOSED
    await world.posts(ANNA, dialog, "// @boris, too late")
    await world.deliver()
    assert len(offers_to(world, "U1")) == 1


@pytest.mark.parametrize(
    ("way", "text", "inside", "told"),
    [
        (Notifies.MARKS, "look", {BORIS.user}, []),
        (Notifies.MARKS, "look", set(), [BORIS.user]),
        (Notifies.NAMES, "@boris look", {BORIS.user}, []),
        (Notifies.NAMES, "@boris look", set(), [BORIS.user]),
        (Notifies.NAMES, "@Boss look", {BORIS.user}, [BORIS.user]),
    ],
)
async def test_whom_the_team_chat_cannot_notify_outside_the_channel_the_hub_tells(
    world: World, way: Notifies, text: str, inside: set[str], told: list[str]
) -> None:
    """The team chat knows people by user names, not by display names such as Boss."""
    world.desk = CallingDesk(DeskLimits(post=4000, notifies=way), inside=inside)
    world.hub = world.desk_events._hub = replace(world.hub, desks=Desks({DESK: world.desk}))
    await register_operators(world, member("U2", "boris", "Boss"))
    dialog = await accepted_dialog(world)
    names = DeskNames(frozenset({"boris"}), marked=True) if way is Notifies.MARKS else DeskNames()
    await world.posts(ANNA, dialog, f"// {'@boris ' if way is Notifies.MARKS else ''}{text}", names=names)
    await world.deliver()
    assert [user for user, _ in world.desk.direct_messages] == told


@pytest.mark.parametrize("way", Notifies)
async def test_who_is_named_in_a_note_by_command_is_told_by_the_hub(world: World, way: Notifies) -> None:
    """The hub posts such a note, and whom it names there no team chat notifies."""
    world.desk = CallingDesk(DeskLimits(post=4000, notifies=way), inside={BORIS.user})
    world.hub = world.desk_events._hub = replace(world.hub, desks=Desks({DESK: world.desk}))
    await register_operators(world, BORIS)
    dialog = await accepted_dialog(world)
    await world.commands(ANNA, "note @boris look", dialog)
    await world.deliver()
    assert [user for user, _ in world.desk.direct_messages] == [BORIS.user]


@pytest.mark.parametrize("accepts", [False, True])
async def test_who_accepted_while_the_message_about_it_waited_is_not_told(world: World, accepts: bool) -> None:
    world.desk = CallingDesk()
    world.hub = world.desk_events._hub = replace(world.hub, desks=Desks({DESK: world.desk}))
    await register_operators(world, BORIS)
    dialog = await accepted_dialog(world)
    await world.commands(ANNA, "redirect @boris", dialog)
    if accepts:
        await world.commands(BORIS, "accept", dialog)
    await world.deliver()
    await world.deliver_after(1)
    assert [user for user, _ in world.desk.direct_messages] == ([] if accepts else [BORIS.user])
