"""Nothing that a desk refuses vanishes: the thread says so, it can be read and shown again, administrators are told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.domain import ChatId, Content, CustomerEdited, Dialog, FileRef, ForeignId, Media, MediaKind
from bot.domain.text import Text
from bot.hub import parcels
from bot.ports import Rejected, RejectReason
from bot.ports.storage import Unit
from bot.views import plain
from bot.views.answers import says
from bot.views.values import Button, Silent
from tests.core.helpers import accepted_dialog, card_of, open_dialog, posts_of, register_operators
from tests.core.world import ANNA, BORIS, DESK, World, member, whisper_text

BOSS = member("U9", "boss", "The boss")
INVALID = Rejected(RejectReason.INVALID, "HTTP 400")
GONE = Rejected(RejectReason.GONE, "HTTP 404")
MISSING = "⚠️ A message is missing here: the team chat did not accept it (HTTP 400)"


async def with_boss(world: World) -> Dialog:
    await register_operators(world, BOSS, ANNA, BORIS)
    return await open_dialog(world)


def buttons_of(world: World, dialog: Dialog) -> dict[str, Button]:
    """Buttons of the thread's last post."""
    return {one.word: one for one in posts_of(world, dialog)[-1].buttons}


def told(world: World) -> list[str]:
    return [row.text.characters for user, view in world.desk.direct_messages if user == BOSS.user for row in view.rows]


async def dead(world: World) -> int:
    async with world.store.read() as unit:
        return len(await unit.dead.at("desk:main"))


async def test_a_customer_s_message_that_the_desk_refuses_is_said_read_and_shown_again(world: World) -> None:
    dialog = await with_boss(world)
    world.desk.fail["post"] = [INVALID, INVALID]  # as it is, and plainly
    await world.customer_writes("Where is order 17?")
    await world.customer_writes("Hello?")
    await world.deliver()
    assert world.thread_texts(dialog) == ["Hello", "Hello?", MISSING]
    assert told(world) == [
        "⚠️ The team chat “main” did not accept something from the hub: HTTP 400. "
        "The thread of #1 says so; it can be read and shown again there."
    ]
    assert await dead(world) == 1

    buttons = buttons_of(world, dialog)
    assert [one.label for one in buttons.values()] == ["Read it", "Show again"]
    assert whisper_text(await world.presses(ANNA, buttons["read_unshown"], dialog)) == "Vera: Where is order 17?"
    assert await world.presses(ANNA, buttons["show_again"], dialog) == Silent()
    await world.deliver()
    assert world.thread_texts(dialog) == ["Hello", "Hello?", MISSING, "Where is order 17?"]
    assert all(not post.buttons for post in posts_of(world, dialog))
    assert await dead(world) == 0
    for one in buttons.values():
        assert whisper_text(await world.presses(BORIS, one, dialog)) == "This has already been handled."
    await world.deliver()
    assert world.thread_texts(dialog).count("Where is order 17?") == 1


async def test_of_those_who_press_at_once_one_shows_it(world: World) -> None:
    dialog = await with_boss(world)
    world.desk.fail["post"] = [INVALID, INVALID]
    await world.customer_writes("Where is order 17?")
    await world.deliver()
    again = buttons_of(world, dialog)["show_again"]
    answers = await asyncio.gather(*(world.presses(who, again, dialog) for who in (ANNA, BORIS, ANNA, BORIS)))
    assert answers.count(Silent()) == 1
    await world.deliver()
    assert world.thread_texts(dialog).count("Where is order 17?") == 1


async def test_what_is_refused_again_can_be_shown_once_more(world: World) -> None:
    dialog = await with_boss(world)
    world.desk.fail["post"] = [INVALID, INVALID]
    await world.customer_writes("Where is order 17?")
    await world.deliver()
    world.desk.fail["post"] = [INVALID, INVALID]
    await world.presses(ANNA, buttons_of(world, dialog)["show_again"], dialog)
    await world.deliver()
    assert world.thread_texts(dialog)[1:] == [MISSING, MISSING]
    assert len(told(world)) == 1
    await world.presses(ANNA, buttons_of(world, dialog)["show_again"], dialog)
    await world.deliver()
    assert world.thread_texts(dialog)[-1] == "Where is order 17?"


async def test_a_line_that_is_refused_makes_no_further_lines(world: World) -> None:
    dialog = await with_boss(world)
    world.desk.broken = lambda method: INVALID if method == "post" else None
    await world.customer_writes("Where is order 17?")
    await world.deliver()
    world.desk.broken = lambda method: None
    await world.customer_writes("Hello?")
    await world.deliver()
    assert world.thread_texts(dialog) == ["Hello", "Hello?"]
    assert await dead(world) == 2
    assert len(told(world)) == 1


# ---------------------------------------------------------------------------- every kind of parcel


async def _edits(world: World, dialog: Dialog) -> None:
    content = Content(Text.plain("Hello again"))
    await world.channel_delivers(CustomerEdited(ChatId("7"), ForeignId("f1"), content))


async def _renames(world: World, dialog: Dialog) -> None:
    await world.commands(ANNA, "rename Big order", dialog)


async def _whispers(world: World, dialog: Dialog) -> None:
    await world.store.transact(
        lambda unit: parcels.whisper(unit, dialog, ANNA.user, says("For Anna alone"), world.clock.now())
    )


async def _tells(world: World, dialog: Dialog) -> None:
    async def work(unit: Unit) -> None:
        await parcels.tell(unit, DESK, ANNA.user, says("For Anna alone"), world.clock.now(), dialog.id)

    await world.store.transact(work)


async def _fails(world: World, dialog: Dialog) -> None:
    await world.commands(ANNA, "accept", dialog)
    await world.deliver()
    world.channel.fail = [Rejected(RejectReason.BLOCKED, "blocked")]
    await world.posts(ANNA, dialog, "Good day")


Act = Callable[[World, Dialog], Awaitable[None]]
KINDS: list[tuple[Act, dict[str, int], str, str]] = [
    (_edits, {"update": 2}, "⚠️ A message above is out of date", "Vera: Hello again"),
    (_renames, {"update": 2}, "⚠️ The card above is out of date", ""),
    (_whispers, {"whisper": 1, "tell": 2}, "⚠️ A private message to Anna was not shown", "For Anna alone"),
    (_tells, {"tell": 2}, "⚠️ A private message to Anna was not shown", "For Anna alone"),
    (_fails, {"post": 2}, "⚠️ A notice about a reply is missing here", "Anna: ❌ Not delivered: “Good day”"),
]


@pytest.mark.parametrize(("act", "refused", "said", "read"), KINDS, ids=["edit", "card", "whisper", "tell", "problem"])
async def test_every_kind_is_said_and_can_be_repeated(
    world: World, act: Act, refused: dict[str, int], said: str, read: str
) -> None:
    dialog = await with_boss(world)
    if act is _fails:
        await world.commands(ANNA, "accept", dialog)
        await world.deliver()
    await act(world, dialog)
    world.desk.fail |= {method: [INVALID] * times for method, times in refused.items()}
    await world.deliver()
    assert [post for post in posts_of(world, dialog) if post.content.text.characters.startswith(said)], (
        world.thread_texts(dialog)
    )
    assert await dead(world) == 1
    buttons = {one.word: one for post in posts_of(world, dialog) for one in post.buttons}
    if read:
        assert read in whisper_text(await world.presses(ANNA, buttons["read_unshown"], dialog))
    calls = len(world.desk.calls)
    await world.presses(ANNA, buttons["show_again"], dialog)
    await world.deliver()
    assert await dead(world) == 0
    assert next(iter(refused)) in world.desk.calls[calls:]


async def test_a_private_message_is_read_by_its_addressee_alone(world: World) -> None:
    dialog = await with_boss(world)
    await _whispers(world, dialog)
    world.desk.fail |= {"whisper": [INVALID], "tell": [INVALID, INVALID]}
    await world.deliver()
    read = buttons_of(world, dialog)["read_unshown"]
    assert whisper_text(await world.presses(BORIS, read, dialog)) == "This is for someone else."


async def test_a_whisper_that_is_refused_goes_as_a_direct_message(world: World) -> None:
    dialog = await with_boss(world)
    await _whispers(world, dialog)
    world.desk.fail["whisper"] = [INVALID]
    await world.deliver()
    assert [(user, view.rows[0].text.characters) for user, view in world.desk.direct_messages] == [
        (ANNA.user, "For Anna alone")
    ]


async def test_a_refused_mark_is_told_to_administrators(world: World) -> None:
    dialog = await accepted_dialog(world)
    await register_operators(world, BOSS)
    await world.posts(ANNA, dialog, "Good day")
    world.desk.fail["mark"] = [INVALID]
    await world.deliver()
    assert await dead(world) == 1
    assert len(told(world)) == 1
    assert world.customer_sees() == ["Good day"]


@pytest.mark.parametrize(("act", "method"), [(_edits, "update"), (_renames, "update"), (_tells, "tell")])
async def test_where_post_or_person_is_gone_nothing_is_missing(world: World, act: Act, method: str) -> None:
    dialog = await with_boss(world)
    await act(world, dialog)
    world.desk.fail[method] = [GONE]
    await world.deliver()
    assert await dead(world) == 0
    assert not [words for words in world.thread_texts(dialog) if "⚠️" in words]


async def test_a_card_that_is_refused_goes_plainly(world: World) -> None:
    world.desk.fail["open"] = [INVALID]
    dialog = await open_dialog(world)
    assert world.thread_texts(dialog) == ["Hello"]
    world.desk.fail["update"] = [INVALID]
    await world.commands(ANNA, "rename Big\u0000 order", dialog)
    await world.deliver()
    assert "Big" in card_of(world, dialog).heading
    assert "\u0000" not in card_of(world, dialog).heading


def test_a_plain_text_has_characters_and_addresses_alone(world: World) -> None:
    photo = Media(MediaKind.PHOTO, FileRef("account:shop", "1"), "a.jpg", "image/jpeg")
    content = Content(Text.plain("a\u0000b\ud800c 👩\u200d🚀\nd"), (photo,))
    shown = plain.content(content, world.hub.tr, lambda file, name, mime: f"https://hub.example/{file.id}/{name}")
    assert shown.text.characters == "a�b�c 👩\u200d🚀\nd\n📎 a.jpg: https://hub.example/1/a.jpg"
    assert plain.content(content, world.hub.tr, lambda *_: "/files/1").text.characters.endswith("\n📎 a.jpg")


# ------------------------------------------------------------------------------ posts too old to be changed

LATE = Rejected(RejectReason.TOO_LATE, "HTTP 400")


async def test_an_edit_of_a_post_that_is_too_old_appears_below(world: World) -> None:
    dialog = await with_boss(world)
    world.desk.fail["update"] = [LATE] * 9
    await _edits(world, dialog)
    await world.deliver()
    old, new, said = world.thread_texts(dialog)
    assert (old, new) == ("Hello", "Hello again\n✏️ edited")
    assert "Before: “Hello”" in said
    assert await dead(world) == 0
    world.desk.fail["update"] = []
    content = Content(Text.plain("Hello at last"))
    await world.channel_delivers(CustomerEdited(ChatId("7"), ForeignId("f1"), content))
    await world.deliver()
    assert "Hello at last\n✏️ edited" in world.thread_texts(dialog)


async def test_a_card_that_is_too_old_stays_and_that_is_said_once(world: World) -> None:
    dialog = await with_boss(world)
    world.desk.fail["update"] = [LATE] * 9
    for _ in range(2):
        await world.presses(ANNA, next(one for one in card_of(world, dialog).buttons if one.word == "accept"), dialog)
        await world.deliver()
    assert await dead(world) == 0
    assert len([words for words in told(world) if "older posts" in words]) == 1
