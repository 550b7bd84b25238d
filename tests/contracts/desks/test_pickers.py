"""Buttons that offer a choice at once: choosing is pressing, and the chosen value comes back with the token."""

from __future__ import annotations

from bot.domain import Key, Pressed
from bot.views.values import Button, Option, Picker, Tone
from tests.contracts.desks import DeskRig
from tests.contracts.desks.samples import card, needs

REASONS = Picker((Option("=Purchased ✓", "Purchased ✓"), Option("=Spam", "Spam"), Option("form", "With a comment…")))
CLOSE = Button("close", "Close", "token-close", Tone.PLAIN, picker=REASONS)
ROLES = Button("redirect", "Redirect to a role…", "token-redirect", picker=Picker((Option("role:sales", "sales"),)))
PEOPLE = Button("redirect", "Redirect to…", "token-redirect", picker=Picker(people=True))
CARD = card(7, buttons=(CLOSE, PEOPLE, ROLES))


async def test_an_option_comes_back_by_its_value(rig: DeskRig) -> None:
    thread = await rig.desk.open("", CARD, Key("card-7"))
    root = (await rig.thread(thread))[0]
    assert {"Purchased ✓", "Spam", "With a comment…", "Redirect to…", "sales"} <= set(root.buttons)
    for number, (label, token, value) in enumerate(
        [("Purchased ✓", "token-close", "=Purchased ✓"), ("sales", "token-redirect", "role:sales")], start=1
    ):
        assert root.post is not None
        await rig.presses("anna", thread, root.post, label)
        event = await rig.core.next(Pressed, number)
        assert (event.token, event.picked, event.person) == (token, value, None)
        assert event.place.thread == thread.thread
    assert rig.clicks("anna") == 4


@needs("lists of people")
async def test_a_person_comes_back_with_what_is_known_of_them(rig: DeskRig) -> None:
    thread = await rig.desk.open("", CARD, Key("card-7"))
    root = (await rig.thread(thread))[0]
    assert root.post is not None
    await rig.picks("anna", thread, root.post, "Redirect to…", "boris")
    event = await rig.core.next(Pressed)
    assert (event.token, event.person) == ("token-redirect", rig.actor("boris"))
    assert rig.clicks("anna") == 2
