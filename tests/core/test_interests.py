"""Interests of contacts, links of dialogs and messages to them, and contacts that prove to be the same person."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import (
    ChatId,
    Commanded,
    Contact,
    Content,
    CustomerWrote,
    Dialog,
    ForeignId,
    Interest,
    Key,
    Place,
    PostId,
    Profile,
    ProfileChanged,
    Status,
)
from bot.domain.account_rules import AccountRules, ContactKind
from bot.domain.text import Text
from bot.hub.tokens import Ticket
from bot.views.values import Button, Invalid, Silent, Whisper
from tests.core.helpers import accepted_dialog, card_of, open_dialog, posts_of, view_of
from tests.core.world import ANNA, BORIS, DESK, SHOP, World, button, form_of, whisper_text


async def rules(world: World, known: AccountRules) -> None:
    await world.store.transact(lambda unit: unit.accounts.set_rules(SHOP, known))


async def contact(world: World, dialog: Dialog) -> Contact:
    async with world.store.read() as unit:
        return await unit.contacts.get((await world.dialog(dialog.id)).contact)


async def interests(world: World, dialog: Dialog) -> list[Interest]:
    async with world.store.read() as unit:
        return list(await unit.interests.of_contact((await world.dialog(dialog.id)).contact))


async def linked_to(world: World, dialog: Dialog) -> str:
    number = (await world.dialog(dialog.id)).interest
    async with world.store.read() as unit:
        interest = await unit.interests.get(number) if number is not None else None
    return interest.title if interest is not None else ""


def fact(world: World, dialog: Dialog, label: str) -> str:
    return next((one.value.characters for one in card_of(world, dialog).facts if one.label == label), "")


async def another(world: World, words: str, chat: str, **fields: object) -> Dialog:
    """A dialog with another customer."""
    event = CustomerWrote(ChatId(chat), ForeignId(words), Content(Text.plain(words)), Profile(**fields))  # type: ignore[arg-type]
    accepted = await world.channel_delivers(event)
    await world.deliver()
    return await world.dialog(accepted.dialog)


# ---------------------------------------------------------------------------------------- creating


async def test_an_interest_is_made_from_a_dialog_and_accepts_it(world: World) -> None:
    dialog = await open_dialog(world)
    form = form_of(await world.presses(ANNA, button(card_of(world, dialog), "interest"), dialog))
    assert [(one.name, one.value) for one in form.fields] == [
        ("title", ""),
        ("name", "Vera"),
        ("phone", ""),
        ("email", ""),
        ("comment", ""),
    ]
    values = {"name": "Vera Lee", "phone": "+7 999 123-45-67", "email": "Vera@Example.com", "comment": "before Friday"}
    assert await world.submits(ANNA, form, title=" Green  tea ", **values) == Silent()
    await world.deliver()
    [made] = await interests(world, dialog)
    assert (made.title, made.comment, made.open) == ("Green tea", "before Friday", True)
    assert world.thread_texts(dialog)[-2:] == [
        "✋ Anna accepted the dialog",
        "💼 Anna created the deal “Green tea” from this dialog",
    ]
    person = await contact(world, dialog)
    assert (person.name, person.phone, person.email) == ("Vera Lee", "+7 999 123-45-67", "Vera@Example.com")
    async with world.store.read() as unit:
        keys = await unit.contacts.keys(person.id)
    assert (keys.phone, keys.email) == ("+79991234567", "vera@example.com")
    assert (await world.dialog(dialog.id)).status is Status.IN_PROGRESS
    assert fact(world, dialog, "Deal") == "Green tea"
    assert card_of(world, dialog).heading.endswith("Vera Lee")


async def test_what_an_operator_wrote_of_a_person_outlives_their_next_message(world: World) -> None:
    dialog = await accepted_dialog(world)
    form = form_of(await world.commands(ANNA, "interest", dialog))
    await world.submits(ANNA, form, title="Tea", name="Vera Lee, Lee & Sons")
    await world.customer_writes("One more thing")
    assert (await contact(world, dialog)).name == "Vera Lee, Lee & Sons"


async def test_in_words_it_changes_nothing_of_the_contact(world: World) -> None:
    dialog = await accepted_dialog(world)
    before = await contact(world, dialog)
    assert await world.commands(ANNA, "interest Green tea", dialog) == Silent()
    assert await linked_to(world, dialog) == "Green tea"
    assert await contact(world, dialog) == before


async def test_a_form_with_faults_says_which(world: World) -> None:
    dialog = await open_dialog(world)
    form = form_of(await world.commands(ANNA, "interest", dialog))
    answer = await world.submits(ANNA, form, title=" ", phone="call me", email="no address")
    assert isinstance(answer, Invalid)
    assert set(answer.errors) == {"title", "phone", "email"}
    assert (await world.dialog(dialog.id)).status is Status.NEW


async def test_whose_dialog_it_is_decides_who_may(world: World) -> None:
    dialog = await accepted_dialog(world)
    assert "Anna is handling this dialog" in whisper_text(await world.commands(BORIS, "interest Tea", dialog))
    assert await interests(world, dialog) == []
    await world.commands(ANNA, "add @boris", dialog)
    assert await world.commands(BORIS, "interest Tea", dialog) == Silent()
    assert (await world.dialog(dialog.id)).responsible is not None
    assert "Anna is handling this dialog" not in "".join(world.thread_texts(dialog))


# ----------------------------------------------------------------------------------------- linking


async def test_a_dialog_is_linked_relinked_and_unlinked(world: World) -> None:
    dialog = await accepted_dialog(world)
    assert "no deals yet" in whisper_text(await world.commands(ANNA, "link", dialog))
    for title in ("Green tea", "Black tea", "Cups"):
        await world.commands(ANNA, f"interest {title}", dialog)
    await world.deliver()
    form = form_of(await world.commands(ANNA, "link", dialog))
    assert [option.label for option in form.fields[0].options][:3] == ["Cups", "Black tea", "Green tea"]
    tea = next(one for one in await interests(world, dialog) if one.title == "Green tea")
    await world.submits(ANNA, form, interest=str(tea.id), messages="")
    assert await linked_to(world, dialog) == "Green tea"
    await world.commands(ANNA, "link cup", dialog)
    assert await linked_to(world, dialog) == "Cups"
    assert "lready linked to the deal “Cups”" in whisper_text(await world.commands(ANNA, "link Cups", dialog))
    assert "Which deal" in whisper_text(await world.commands(ANNA, "link tea", dialog))
    assert "No such deal" in whisper_text(await world.commands(ANNA, "link coffee", dialog))
    await world.commands(ANNA, "link none", dialog)
    assert await linked_to(world, dialog) == ""
    await world.deliver()
    assert world.thread_texts(dialog)[-3:] == [
        "🔗 Anna linked the dialog to the deal “Green tea”",
        "🔗 Anna linked the dialog to the deal “Cups”",
        "🔗 Anna unlinked the dialog from the deal “Cups”",
    ]
    assert fact(world, dialog, "Deal") == ""
    assert "Anna is handling" in whisper_text(await world.commands(BORIS, "link Cups", dialog))


async def three_deals(world: World) -> Dialog:
    """A dialog that is linked to none of its contact's deals: green tea, black tea, cups and, lost, kettles."""
    dialog = await accepted_dialog(world)
    for title in ("Kettles", "Green tea", "Black tea", "Cups"):
        await world.commands(ANNA, f"interest {title}", dialog)
    lost = next(one for one in await interests(world, dialog) if one.title == "Kettles")
    await world.store.transact(lambda unit: unit.interests.save(replace(lost, open=False)))
    await world.commands(ANNA, "link none", dialog)
    await world.deliver()
    return await world.dialog(dialog.id)


def on_menu(world: World, dialog: Dialog) -> dict[str, Button]:
    return {one.label: one for one in card_of(world, dialog).menu if one.word == "link"}


async def test_the_cards_menu_links_to_an_open_deal_at_once(world: World) -> None:
    dialog = await three_deals(world)
    menu = on_menu(world, dialog)
    assert list(menu) == ["Link to “Cups”", "Link to “Black tea”", "Link to “Green tea”", "Link to deal"]
    assert await world.presses(ANNA, menu["Link to “Green tea”"], dialog) == Silent()
    assert await linked_to(world, dialog) == "Green tea"
    assert "lready linked" in whisper_text(await world.presses(ANNA, menu["Link to “Green tea”"], dialog))
    await world.deliver()
    assert list(on_menu(world, dialog)) == ["Link to deal"]


async def test_the_contacts_open_deals_are_offered_as_buttons(world: World) -> None:
    dialog = await three_deals(world)
    asked = await world.presses(ANNA, on_menu(world, dialog)["Link to deal"], dialog)
    view = view_of(asked)
    assert view.title == "Link the dialog to a deal:"
    assert [one.label for one in view.buttons] == ["Cups", "Black tea", "Green tea", "Other…"]
    form = form_of(await world.presses(ANNA, view.buttons[-1], dialog))
    assert "Kettles · closed" in [option.label for option in form.fields[0].options]
    linked = await world.presses(ANNA, view.buttons[0], dialog)
    assert whisper_text(linked) == "🔗 Linked to “Cups”."
    assert isinstance(linked, Whisper)
    assert linked.replaces
    assert await linked_to(world, dialog) == "Cups"
    assert "Anna is handling" in whisper_text(
        await world.presses(BORIS, on_menu(world, dialog)["Link to deal"], dialog)
    )


async def test_a_button_of_a_deal_that_is_no_longer_the_contacts_links_nothing(world: World) -> None:
    """The number of a deal is no part of another one's title."""
    dialog = await three_deals(world)
    other = await world.customer_writes("Hello", chat="8", name="Oleg")
    await world.deliver()
    theirs = await world.dialog(other.dialog)
    await world.commands(ANNA, "interest Mugs", theirs)
    foreign = (await interests(world, theirs))[0].id
    await world.commands(ANNA, f"interest Order {foreign}", dialog)
    await world.commands(ANNA, "link none", dialog)
    ticket = Ticket("link", dialog.id, extra={"interest": str(foreign)})
    said = whisper_text(await world.presses(ANNA, world.hub.button(ticket, DESK), dialog))
    assert said == "This deal is no longer one of this contact's. Choose another."
    assert await linked_to(world, dialog) == ""


async def test_chosen_messages_alone_are_linked(world: World) -> None:
    dialog = await accepted_dialog(world)
    await world.customer_writes("Ten cups, please")
    await world.deliver()
    await world.commands(ANNA, "interest Tea", dialog)
    await world.commands(ANNA, "interest Cups", dialog)
    cups = next(one for one in await interests(world, dialog) if one.title == "Cups")
    assert dialog.thread is not None
    post = next(at for at, one in world.desk.posts[dialog.thread] if one.content.text.characters == "Ten cups, please")
    await world.reacts(ANNA, dialog, post, "🔖")
    form = form_of(await world.commands(ANNA, "link", dialog))
    picked = next(one for one in form.fields if one.name == "messages").value
    await world.commands(ANNA, "link Tea", dialog)  # the selected message alone
    await world.deliver()
    assert world.thread_texts(dialog)[-1] == "🔗 Anna linked messages to the deal “Tea”:\n“Ten cups, please”"
    assert await linked_to(world, dialog) == "Cups", "the dialog stays where it was"
    page = await world.web_desk.page(DESK, ANNA, dialog.id)
    assert page is not None
    assert [one.interest for one in page.shown if one.message.content.text.characters == "Ten cups, please"] == ["Tea"]
    await world.submits(ANNA, form, interest=str(cups.id), messages=picked)
    await world.submits(ANNA, form, interest="none", messages=picked)
    await world.deliver()
    assert world.thread_texts(dialog)[-1] == "🔗 Anna unlinked messages from the deal:\n“Ten cups, please”"
    answer = await world.submits(ANNA, form, interest="none", messages=picked)
    assert "Not linked" in whisper_text(answer)


# ------------------------------------------------------------------------------------- by the rules


@pytest.mark.parametrize("kind", list(ContactKind))
async def test_unknown_people_become_what_the_account_says(world: World, kind: ContactKind) -> None:
    await rules(world, AccountRules(unknown_are=kind))
    dialog = await open_dialog(world)
    assert (await contact(world, dialog)).kind is kind
    assert fact(world, dialog, "Contact") == ("prospect" if kind is ContactKind.POTENTIAL else "customer")
    await rules(world, AccountRules(unknown_are=ContactKind.POTENTIAL))
    await world.commands(ANNA, "close bye", dialog)
    again = await open_dialog(world)
    assert (await contact(world, again)).kind is kind, "by now they are known"


@pytest.mark.parametrize(("on", "titles", "expected"), [(True, 1, "T0"), (True, 2, ""), (True, 0, ""), (False, 1, "")])
async def test_a_known_contact_s_new_dialog_is_linked_to_the_only_open_interest(
    world: World, on: bool, titles: int, expected: str
) -> None:
    await rules(world, AccountRules(link_interest=on))
    dialog = await accepted_dialog(world)
    for number in range(titles):
        await world.commands(ANNA, f"interest T{number}", dialog)
    await world.commands(ANNA, "interest Lost", dialog)
    lost = next(one for one in await interests(world, dialog) if one.title == "Lost")
    await world.store.transact(lambda unit: unit.interests.save(replace(lost, open=False)))
    await world.commands(ANNA, "close bye", dialog)
    again = await open_dialog(world)
    assert again.id != dialog.id
    assert await linked_to(world, again) == expected
    said = "🔗 Linked automatically to the open deal “T0”"
    assert (said in world.thread_texts(again)) is bool(expected)
    assert fact(world, again, "Deal") == expected


async def test_dialogs_of_an_account_that_is_no_source_of_leads_say_so(world: World) -> None:
    assert fact(world, await open_dialog(world), "Account") == "Shop bot"
    await rules(world, AccountRules(leads=False))
    other = await another(world, "Hi", "8")
    assert not other.lead
    assert fact(world, other, "Account") == "Shop bot (not a lead source)"


# ---------------------------------------------------------------------------------- the same person


async def test_two_with_a_number_that_their_channels_vouch_for_are_one(world: World) -> None:
    one = await another(world, "Hi", "1", name="Vera", phone="+79991234567", proven=True)
    two = await another(world, "Hello", "2", name="Vera L", phone="+7 999 123-45-67", proven=True)
    assert one.contact == (await world.dialog(two.id)).contact
    said = "👥 Merged by +79991234567: Vera L and Vera are the same person; their messages are now shown together"
    assert world.thread_texts(one)[-1] == said
    assert said in world.thread_texts(two)
    assert fact(world, two, "Dialogs with this contact") == "2 of 2"
    assert one.open
    assert two.open
    [post] = [one for one in posts_of(world, two) if one.content.text.characters == said]
    assert [one.word for one in post.buttons] == ["unmerge"]
    assert await world.presses(ANNA, post.buttons[0], two) == Silent()
    await world.deliver()
    assert (await world.dialog(one.id)).contact != (await world.dialog(two.id)).contact
    parted = "👥 Anna separated Vera L and Vera; each has their own dialogs and deals again"
    assert (world.thread_texts(one)[-1], world.thread_texts(two)[-1]) == (parted, parted)
    assert fact(world, two, "Dialogs with this contact") == ""
    assert "not been merged" in whisper_text(await world.presses(BORIS, post.buttons[0], two))
    await world.channel_delivers(
        ProfileChanged(ChatId("2"), Profile(name="Vera Lee", phone="+79991234567", proven=True))
    )
    assert (await world.dialog(one.id)).contact != (await world.dialog(two.id)).contact, "people have decided"


@pytest.mark.parametrize(("first", "second"), [(True, False), (False, True), (False, False)])
async def test_what_somebody_wrote_of_themselves_is_only_proposed(world: World, first: bool, second: bool) -> None:
    one = await another(world, "Hi", "1", name="Vera", email="vera@example.com", proven=first)
    two = await another(world, "Hello", "2", name="V", email="Vera@example.com", proven=second)
    assert (await world.dialog(one.id)).contact != (await world.dialog(two.id)).contact
    said = "👥 Possible duplicate of Vera: same vera@example.com"
    [post] = [one for one in posts_of(world, two) if one.content.text.characters == said]
    assert [one.word for one in post.buttons] == ["same"]
    assert await world.presses(ANNA, post.buttons[0], two) == Silent()
    await world.deliver()
    assert (await world.dialog(one.id)).contact == (await world.dialog(two.id)).contact
    assert world.thread_texts(one)[-1].startswith("👥 Anna merged V and Vera")
    assert all(not one.buttons for one in posts_of(world, two) if one.content.text.characters == said)
    assert "already one contact" in whisper_text(await world.presses(BORIS, post.buttons[0], two))


async def test_each_is_proposed_once_in_a_dialog(world: World) -> None:
    await another(world, "Hi", "1", name="Vera", phone="+79991234567")
    two = await another(world, "Hello", "2", name="V")
    assert not any("Possible duplicate" in said for said in world.thread_texts(two))
    for email in ("v@example.com", "w@example.com"):
        profile = Profile(phone="+79991234567", email=email)
        await world.channel_delivers(ProfileChanged(ChatId("2"), profile))
    await world.deliver()
    assert [said for said in world.thread_texts(two) if "Possible duplicate" in said] == [
        "👥 Possible duplicate of Vera: same +79991234567"
    ]


async def test_a_form_s_phone_is_looked_up_too(world: World) -> None:
    await another(world, "Hi", "1", name="Vera", phone="+79991234567", proven=True)
    two = await another(world, "Hello", "2", name="V")
    form = form_of(await world.commands(ANNA, "interest", two))
    await world.submits(ANNA, form, title="Tea", phone="+7 999 1234567")
    await world.deliver()
    assert "👥 Possible duplicate of Vera: same +79991234567" in world.thread_texts(two)


async def test_people_are_merged_and_parted_in_words(world: World) -> None:
    one = await another(world, "Hi", "1", name="Vera Stone")
    await another(world, "Hey", "3", name="Vera Wood")
    two = await another(world, "Hello", "2", name="V")
    assert "No matching contact" in whisper_text(await world.commands(ANNA, "merge Zoe", two))
    view = view_of(await world.commands(ANNA, "merge vera", two))
    assert [row.text.characters for row in view.rows] == ["Vera Wood, prospect", "Vera Stone, prospect"]
    await world.presses(ANNA, view.rows[1].buttons[0], two)
    assert (await world.dialog(two.id)).contact == one.contact
    form = form_of(await world.commands(ANNA, "unmerge", two))
    assert form.fields[0].options[0].label.startswith("V · ")
    await world.submits(ANNA, form, merge=form.fields[0].options[0].value)
    assert (await world.dialog(two.id)).contact != one.contact
    assert "not been merged" in whisper_text(await world.commands(ANNA, "unmerge", two))
    form = form_of(await world.commands(ANNA, "merge", two))
    await world.submits(ANNA, form, who=f"#{one.id}")
    assert (await world.dialog(two.id)).contact == one.contact


async def test_a_merge_is_undone_only_where_it_belongs(world: World) -> None:
    one = await another(world, "Hi", "1", name="Vera")
    two = await another(world, "Hello", "2", name="V")
    stranger = await another(world, "Hey", "3", name="Zoe")
    other = await another(world, "Hey there", "4", name="Z")
    await world.commands(ANNA, f"merge #{one.id}", two)
    await world.commands(ANNA, f"merge #{stranger.id}", other)
    form = form_of(await world.commands(ANNA, "unmerge", other))
    assert "already separate contacts" in whisper_text(await world.submits(ANNA, form, merge="1"))
    assert (await world.dialog(two.id)).contact == one.contact


async def test_a_shortcut_on_a_message_links_that_message(world: World) -> None:
    dialog = await accepted_dialog(world)
    await world.commands(ANNA, "interest Tea", dialog)
    assert dialog.thread is not None
    post = world.desk.posts[dialog.thread][0][0]
    place = Place(DESK, dialog.channel, dialog.thread, PostId(post))
    form = form_of(await world.desk_events.accept(Commanded(Key("shortcut"), ANNA, place, "link")))
    tea = (await interests(world, dialog))[0]
    picked = next(one for one in form.fields if one.name == "messages").value
    assert picked
    await world.submits(ANNA, form, interest=str(tea.id), messages=picked)
    await world.deliver()
    assert world.thread_texts(dialog)[-1] == "🔗 Anna linked messages to the deal “Tea”:\n“Hello”"
