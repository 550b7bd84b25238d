"""An account that an operator may not read: nothing of it shows in contacts' cards, message histories or search."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import Account, AccountName, Actor, ContactId, Dialog, Key, Place, Submitted
from bot.domain.account_rules import AccountRules, Grant
from bot.handlers.channel_updates import ChannelUpdateHandler
from bot.hub.tokens import Ticket
from bot.ports import Forged
from bot.ports.storage import Unit
from bot.views.values import Answer, Ask, View, Whisper
from tests.core.helpers import open_dialog
from tests.core.world import ANNA, BORIS, DESK, SHOP, World, whisper_text

CLOSED = AccountRules(grants=(Grant("anna", administer=True),), everyone_reads=False)
SITE = AccountName("site")
INSIDE = ("40% margin", "our worst payer", "call him back", "Difficult one", "Purchased too little")
"""Words that only colleagues wrote."""


@pytest.fixture
async def dialog(world: World) -> Dialog:
    """Anna's dialog on an account that nobody else may read: with a note, a task, a title and a reason."""
    dialog = await open_dialog(world, "Is it green?")
    await world.commands(ANNA, "accept", dialog)
    await world.posts(ANNA, dialog, "It is")
    await world.posts(ANNA, dialog, "// 40% margin, our worst payer")
    await world.commands(ANNA, "rename Difficult one", dialog)
    await world.commands(ANNA, "task call him back tomorrow", dialog)
    await world.commands(ANNA, "close Purchased too little", dialog)
    await world.store.transact(lambda unit: unit.accounts.set_rules(SHOP, CLOSED))
    await world.deliver()
    return await world.dialog(dialog.id)


def readers(world: World) -> World:
    """The same dialog, readable by its account's readers alone."""
    world.hub = replace(world.hub, correspondence="readers")
    world.desk_events._hub, world.web_desk._hub = world.hub, world.hub
    return world


def view(answer: Answer) -> View:
    assert isinstance(answer, Whisper)
    return answer.view


def words(answer: Answer) -> str:
    shown = view(answer)
    return "\n".join([shown.title, *(row.text.characters for row in shown.rows)])


async def correspondence(world: World, actor: Actor, card: Answer) -> Answer:
    read = next(one for one in view(card).buttons if one.label == "Message history")
    return await world.presses(actor, read)


async def test_a_card_by_name_tells_what_was_said_and_no_notes(world: World, dialog: Dialog) -> None:
    card = await world.commands(BORIS, "contact Vera")
    said = words(await correspondence(world, BORIS, card))
    assert "Is it green?" in said
    assert "It is" in said
    for inside in INSIDE:
        assert inside not in said
        assert inside not in words(card)
    assert "accepted" not in said


async def test_its_readers_see_all_of_it(world: World, dialog: Dialog) -> None:
    card = await world.commands(ANNA, "contact Vera")
    said = words(await correspondence(world, ANNA, card))
    seen = words(card) + said
    for inside in ("40% margin", "call him back", "Difficult one"):
        assert inside in seen


async def test_where_only_readers_read_a_stranger_learns_nothing_at_all(world: World, dialog: Dialog) -> None:
    readers(world)
    assert "Vera" not in whisper_text(await world.commands(BORIS, "contact Vera")).replace("“Vera”", "")
    assert "Vera" not in words(await world.commands(BORIS, "search Vera")).replace("“Vera”", "")
    assert "Vera" in words(await world.commands(ANNA, "contact Vera"))


async def test_a_button_kept_from_before_shows_no_more_than_one_may_know_now(world: World, dialog: Dialog) -> None:
    card = await world.commands(BORIS, "contact Vera")
    readers(world)
    assert "green" not in whisper_text(await correspondence(world, BORIS, card))


async def test_a_dialog_that_one_may_not_read_opens_no_card(world: World, dialog: Dialog) -> None:
    for asked in (f"contact #{dialog.id}", f"contact {dialog.id}", f"history #{dialog.id}", f"files #{dialog.id}"):
        assert "Vera" not in whisper_text(await world.commands(BORIS, asked))
    assert "Vera" not in whisper_text(await world.commands(BORIS, "contact", dialog))
    assert "Vera" in words(await world.commands(ANNA, f"contact #{dialog.id}"))


async def test_a_contact_s_number_in_a_form_s_answers_is_nobody(world: World, dialog: Dialog) -> None:
    """Platforms deliver whatever was posted to them: only a sealed reference names a contact."""
    form = await world.commands(BORIS, "contact")
    assert isinstance(form, Ask)
    event = Submitted(Key("made-up"), BORIS, Place(DESK, "C1"), form.form.token, {"contact": str(dialog.contact)})
    assert "Vera" not in str(await world.desk_events.accept(event))


async def test_an_answer_of_a_form_does_not_take_the_place_of_what_is_sealed(world: World, dialog: Dialog) -> None:
    boris = await world.web_desk._operator(DESK, BORIS)
    ticket = Ticket("contact", only=boris.id, form=True, extra={"name": "nobody at all"})
    token = world.hub.seal.seal(ticket, DESK)
    event = Submitted(Key("made-up"), BORIS, Place(DESK, "C1"), token, {"name": "Vera", "more": "x"})
    assert "nobody at all" in str(await world.desk_events.accept(event))


async def test_a_card_of_somebody_else_is_not_theirs_to_press(world: World, dialog: Dialog) -> None:
    card = await world.commands(ANNA, "contact Vera")
    read = next(one for one in view(card).buttons if one.label == "Message history")
    with pytest.raises(Forged):
        await world.presses(BORIS, read)


async def on_the_site(world: World) -> Dialog:
    """A dialog with another customer, on an account that everyone may read and reply."""
    known = Account(SITE, "memory", "Our site", DESK, "support", AccountRules())
    bridges, accounts = {**world.hub.bridges, SITE: world.channel}, {**world.hub.accounts, SITE: known}
    world.hub = replace(world.hub, bridges=bridges, accounts=accounts)
    world.desk_events._hub, world.web_desk._hub, world.channel_updates = (
        world.hub,
        world.hub,
        ChannelUpdateHandler(world.hub, SITE),
    )
    accepted = await world.customer_writes("Is it blue?", chat="9", name="Petr")
    await world.deliver()
    return await world.dialog(accepted.dialog)


async def test_nobody_is_merged_by_the_number_of_a_dialog_that_one_may_not_read(world: World, dialog: Dialog) -> None:
    site = await on_the_site(world)
    assert "No matching contact" in whisper_text(await world.commands(BORIS, f"merge #{dialog.id}", site))
    readers(world)
    assert "No matching contact" in whisper_text(await world.commands(BORIS, "merge Vera", site))
    assert (await world.dialog(dialog.id)).contact != (await world.dialog(site.id)).contact


async def test_of_one_who_writes_on_both_accounts_each_reader_sees_their_part(world: World, dialog: Dialog) -> None:
    site = await on_the_site(world)
    await world.posts(BORIS, site, "// he asked for blue")
    await world.commands(ANNA, "merge Vera", site)
    site = await world.dialog(site.id)
    assert site.contact == (await world.dialog(dialog.id)).contact
    for asked in ("history single", "history split"):
        answer = await world.commands(BORIS, asked, site)
        assert "Is it green?" in words(answer) or asked.endswith("split")
        assert not any(inside in words(answer) for inside in INSIDE)
    assert "he asked for blue" in words(await world.commands(BORIS, "history single", site))
    split = view(await world.commands(BORIS, "history split", site))
    assert sum(bool(row.buttons) for row in split.rows) == 1, "only what one may read opens"
    assert "Nothing found" in words(await world.commands(BORIS, "search green", site))
    readers(world)
    answer = await world.commands(BORIS, "history single", site)
    assert "he asked for blue" in words(answer)
    assert "green" not in words(answer)
    assert len(view(await world.commands(BORIS, "history split", site)).rows) == 1
    assert "40% margin" in words(await world.commands(ANNA, "history single", site))


async def test_the_page_of_the_web_desk_hides_the_same(world: World, dialog: Dialog) -> None:
    number = ContactId(dialog.contact)
    page = await world.web_desk.contact(DESK, BORIS, number)
    assert page is not None
    assert [(one.title, one.reason, one.last_words) for one in page.dialogs] == [("", "", "")]
    assert page.tasks == ()
    said = await world.web_desk.correspondence(DESK, BORIS, number)
    assert [one.words.characters for one in said.said] == ["Is it green?", "It is"]
    readers(world)
    assert await world.web_desk.contact(DESK, BORIS, number) is None
    assert (await world.web_desk.correspondence(DESK, BORIS, number)).said == ()
    page = await world.web_desk.contact(DESK, ANNA, number)
    assert page is not None
    assert page.dialogs[0].title == "Difficult one"


async def test_a_colleagues_deal_of_an_account_that_one_may_not_read_is_not_on_the_card(
    world: World, dialog: Dialog
) -> None:
    site, now = await on_the_site(world), world.clock.now()

    async def work(unit: Unit) -> None:
        interest = await unit.interests.add(dialog.contact, "Twenty tables", now)
        await unit.dialogs.save(replace(dialog, interest=interest.id))
        for one in (dialog, site):  # two people of one company
            await unit.crm.set_ref(one.contact, "the company")

    await world.store.transact(work)
    assert "Twenty tables" in words(await world.commands(ANNA, "contact Petr"))
    assert "Twenty tables" not in words(await world.commands(BORIS, "contact Petr"))
