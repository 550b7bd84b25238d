"""A press belongs to its desk: where a token works, and what tokens from before sealing by desk may still do."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import asdict, replace
from typing import Any

import pytest

from bot.automation.card_redraw import PORTION, CardRedraw
from bot.domain import Actor, Delivery, DeskName, Dialog, DialogId, Key, Operator, Place, Pressed
from bot.domain.account_rules import AccountRules, Grant
from bot.hub.tokens import Seal, Ticket
from bot.ports import Forged
from bot.ports.storage import Unit
from bot.views.values import Answer, Card
from tests.core.helpers import accepted_dialog, card_of, open_dialog, remedies_of
from tests.core.world import ANNA, BORIS, DESK, SHOP, UNCONFIRMED, World, button, member, whisper_text

OTHER = DeskName("other")
VIEWER = member("clara", "clara", "Clara")


def sealed_before(ticket: Ticket, secret: bytes = b"secret") -> str:
    """A token as 4ee444d made it."""
    filled = {name: value for name, value in asdict(ticket).items() if value}
    body = _text(json.dumps(filled, separators=(",", ":"), ensure_ascii=False).encode())
    key = hashlib.sha256(b"hub buttons\0" + secret).digest()
    return f"{body}.{_text(hmac.new(key, body.encode(), hashlib.sha256).digest()[:16])}"


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Presses:
    """Presses tokens in places of the test's choice."""

    def __init__(self, world: World) -> None:
        self._world, self._count = world, 0

    async def __call__(self, token: str, place: Place, actor: Actor = ANNA, *, proved: bool = True) -> Answer:
        self._count += 1
        event = Pressed(Key(f"press-{self._count}"), actor, place, token, proved)
        return await self._world.desk_events.accept(event)


@pytest.fixture
def presses(world: World) -> Presses:
    return Presses(world)


async def operator(world: World, actor: Actor, desk: DeskName = DESK) -> Operator:
    async def work(unit: Unit) -> Operator:
        return await unit.operators.upsert_operator(desk, actor)

    return await world.store.transact(work)


async def responsible(world: World, dialog: Dialog) -> object:
    return (await world.dialog(dialog.id)).responsible


# ------------------------------------------------------------------------------------- where a press belongs


async def test_a_token_of_another_desk_is_forged(world: World, presses: Presses) -> None:
    dialog = await open_dialog(world)
    for only in (None, (await operator(world, ANNA)).id):
        token = world.hub.seal.seal(Ticket("accept", dialog.id, only=only), OTHER)
        with pytest.raises(Forged):
            await presses(token, world.place(dialog))
    assert await responsible(world, dialog) is None


async def test_a_button_for_everybody_works_in_its_own_thread_alone(world: World, presses: Presses) -> None:
    dialog, other = await open_dialog(world), await world.customer_writes("I too", chat="8")
    await world.deliver()
    token = button(card_of(world, dialog), "accept").token
    elsewhere = world.place(await world.dialog(other.dialog))
    for place in (elsewhere, Place(DESK, "C1")):
        with pytest.raises(Forged):
            await presses(token, place)
    assert await responsible(world, dialog) is None


async def test_a_button_for_one_operator_is_forged_in_another_s_hands(world: World, presses: Presses) -> None:
    dialog, anna = await open_dialog(world), await operator(world, ANNA)
    token = world.hub.seal.seal(Ticket("accept", dialog.id, only=anna.id), DESK)
    with pytest.raises(Forged):
        await presses(token, world.place(dialog), BORIS)


async def test_a_token_of_today_needs_the_proof_of_its_post(world: World, presses: Presses) -> None:
    """The desk proves the post on a platform that does not sign presses."""
    dialog = await open_dialog(world)
    with pytest.raises(Forged):
        await presses(button(card_of(world, dialog), "accept").token, world.place(dialog), proved=False)
    assert await responsible(world, dialog) is None


# ------------------------------------------------------------------------------------- buttons of before


async def test_an_old_button_that_nothing_proves_does_nothing_but_brings_new_ones(
    world: World, presses: Presses
) -> None:
    dialog = await open_dialog(world)
    world.desk.cards.clear()
    answer = await presses(sealed_before(Ticket("accept", dialog.id)), world.place(dialog), BORIS, proved=False)
    assert "new buttons that appear here" in whisper_text(answer)
    await world.deliver()
    assert await responsible(world, dialog) is None
    await presses(button(card_of(world, dialog), "accept").token, world.place(dialog), BORIS)
    assert await responsible(world, dialog) is not None


async def test_an_old_button_under_a_problem_brings_the_problem_anew(world: World, presses: Presses) -> None:
    dialog = await accepted_dialog(world)
    world.channel.fail += [UNCONFIRMED]
    await world.posts(ANNA, dialog, "On its way?")
    await world.deliver()
    assert Delivery.UNCONFIRMED in await world.delivery(dialog)
    (message,) = [one for one in await world.messages(dialog) if one.delivery is Delivery.UNCONFIRMED]
    before = len(world.thread_texts(dialog))
    token = sealed_before(Ticket("arrived", dialog.id, message.id))
    await presses(token, world.place(dialog, "p99"), proved=False)
    await world.deliver()
    assert len(world.thread_texts(dialog)) == before + 1
    assert Delivery.UNCONFIRMED in await world.delivery(dialog)
    await presses(remedies_of(world, dialog)["arrived"].token, world.place(dialog))
    assert Delivery.UNCONFIRMED not in await world.delivery(dialog)


async def test_an_old_button_works_where_the_platform_says_who_presses(world: World, presses: Presses) -> None:
    dialog = await open_dialog(world)
    await presses(sealed_before(Ticket("accept", dialog.id)), world.place(dialog))
    assert await responsible(world, dialog) is not None


async def test_an_old_button_works_in_its_own_thread_and_desk_alone(world: World, presses: Presses) -> None:
    dialog = await open_dialog(world)
    token = sealed_before(Ticket("accept", dialog.id))
    for place in (Place(DESK, dialog.channel), replace(world.place(dialog), thread=None)):
        for proved in (True, False):
            with pytest.raises(Forged):
                await presses(token, place, proved=proved)
    world.hub.desks.by_name[OTHER] = world.desk  # type: ignore[index]
    with pytest.raises(Forged):
        await presses(token, replace(world.place(dialog), desk=OTHER))
    assert await responsible(world, dialog) is None


async def test_an_old_button_for_one_operator_still_works_for_them(world: World, presses: Presses) -> None:
    """Reminders and direct messages are never redrawn, and nobody else ever had their tokens."""
    dialog, anna = await open_dialog(world), await operator(world, ANNA)
    token = sealed_before(Ticket("accept", dialog.id, only=anna.id))
    with pytest.raises(Forged):
        await presses(token, Place(DESK, "D1"), BORIS, proved=False)
    await presses(token, Place(DESK, "D1"), ANNA, proved=False)
    assert await responsible(world, dialog) == anna.id


# ------------------------------------------------------------------------------------- drawn once more


async def test_open_cards_are_drawn_once_after_an_upgrade_and_after_a_change_of_the_secret(world: World) -> None:
    dialogs = [await world.customer_writes("Hello", chat=f"{number}") for number in range(3)]
    await world.deliver()
    await world.commands(ANNA, f"close #{dialogs[0].dialog} Spam")
    await world.deliver()

    async def drawn(hub_seal: Seal) -> int:
        world.desk.calls.clear()
        redrawing = CardRedraw(replace(world.hub, seal=hub_seal))
        while await redrawing.portion(DESK):
            pass
        await world.deliver()
        return world.desk.calls.count("update")

    assert PORTION > 3
    assert await drawn(world.hub.seal) == 2
    assert await drawn(world.hub.seal) == 0
    assert await drawn(Seal("another", before="secret")) == 2


# ------------------------------------------------------------------------------------- the hub's own desk


async def page(world: World, number: DialogId, viewer: Actor = VIEWER, desk: DeskName = OTHER) -> Any:
    found = await world.web_desk.page(desk, viewer, number)
    assert found is not None
    return found


async def test_readers_get_no_buttons_of_another_desk(world: World) -> None:
    dialog = await accepted_dialog(world)
    world.channel.fail += [UNCONFIRMED]
    await world.posts(ANNA, dialog, "On its way?")
    await world.deliver()
    seen = await page(world, dialog.id)
    assert seen.card.heading
    assert (seen.card.buttons, seen.card.menu) == ((), ())
    assert [one.buttons for one in seen.shown if one.buttons] == []


async def test_buttons_of_the_hub_s_own_desk_are_for_their_viewer_alone(world: World) -> None:
    dialog = await accepted_dialog(world)
    world.channel.fail += [UNCONFIRMED]
    await world.posts(ANNA, dialog, "On its way?")
    await world.deliver()
    viewer = await operator(world, VIEWER)
    seen = await page(world, dialog.id, desk=DESK)
    tokens = [*_tokens(seen.card), *(one.token for shown in seen.shown for one in shown.buttons)]
    assert len(tokens) > 5
    assert {world.hub.seal.open(one, DESK).only for one in tokens} == {viewer.id}


async def test_a_reader_is_offered_nothing_that_takes_the_right_to_send(world: World) -> None:
    dialog = await open_dialog(world)
    rules = AccountRules(grants=(Grant("anna"),), everyone_reads=True)
    await world.store.transact(lambda unit: unit.accounts.set_rules(SHOP, rules))
    words = {one.word for one in _buttons((await page(world, dialog.id, desk=DESK)).card)}
    assert not words & {"accept", "close", "redirect", "merge"}
    assert words & {"search", "contact", "files"}
    assert {"accept", "close"} <= {one.word for one in _buttons(card_of(world, dialog))}


def _buttons(card: Card) -> tuple[Any, ...]:
    return (*card.buttons, *card.menu)


def _tokens(card: Card) -> list[str]:
    return [one.token for one in _buttons(card)]
