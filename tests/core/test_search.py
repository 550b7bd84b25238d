"""Search, files, history, contacts, message histories and the workplace, as operators see them."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import (
    AccountName,
    Actor,
    ChatId,
    Content,
    CustomerWrote,
    Dialog,
    DialogId,
    FileRef,
    ForeignId,
    HomeOpened,
    Key,
    Media,
    MediaKind,
    Place,
    Profile,
)
from bot.domain.account_rules import AccountRules, Grant
from bot.domain.text import Style, Text
from bot.ports.found import FileKind
from bot.queries.contacts import contact_page
from bot.queries.excerpt import excerpt
from bot.queries.files import files
from bot.views.values import Answer, Ask, Button, Invalid, View, Whisper
from tests.core.world import ANNA, BORIS, CLARA, DESK, SHOP, World, form_of, whisper_text
from tests.tools import called


def bolds(text: Text) -> list[str]:
    return [span.text for span in text.spans if span.style & Style.BOLD]


def view_of(answer: Answer) -> View:
    assert isinstance(answer, Whisper), answer
    return answer.view


def rows_of(answer: Answer) -> list[str]:
    return [row.text.characters for row in view_of(answer).rows]


def pressable(answer: Answer, label: str) -> Button:
    view = view_of(answer)
    every = [*view.tabs, *view.buttons, *(one for row in view.rows for one in row.buttons)]
    every += [one for menu in view.menus for one in menu.options]
    return next(one for one in every if one.label.startswith(label))


def labels(answer: Answer) -> list[str]:
    view = view_of(answer)
    return [one.label for one in (*view.tabs, *view.buttons)]


async def open_dialog(world: World, words: str, chat: str = "7", name: str = "Vera") -> Dialog:
    accepted = await world.customer_writes(words, chat, name)
    await world.deliver()
    return await world.dialog(accepted.dialog)


async def closed(world: World, dialog: Dialog) -> None:
    await world.commands(ANNA, "accept", dialog)
    await world.commands(ANNA, "close done", dialog)
    await world.deliver()


# ------------------------------------------------------------------------------------------ excerpts


def test_excerpts_show_the_found_words_in_bold() -> None:
    said = "Добрый день! " * 10 + "Полёт в Тверь завтра" + " и так далее" * 30
    found = excerpt(said, "полет ТВЕРЬ")
    assert bolds(found) == ["Полёт", "Тверь"]
    assert found.characters.startswith("…")
    assert found.characters.endswith("…")
    assert len(found.characters) < 200
    assert bolds(excerpt("a.b", ".b")) == [".b"]
    assert excerpt("nothing here", "zz").characters == "nothing here"


# ------------------------------------------------------------------------------------------- search


async def test_search_finds_messages_and_contacts_with_links(world: World) -> None:
    await open_dialog(world, "Где мой ПОЛЁТНЫЙ билет?", "1", "Семён")
    other = await open_dialog(world, "Hello", "2", "Полетаев")
    answer = await world.commands(BORIS, "search полет")
    contact, message = view_of(answer).rows
    assert "Полетаев" in contact.text.characters
    assert "Семён" in message.text.characters
    assert "ПОЛЁТ" in bolds(message.text)
    assert message.text.characters.count("Семён") == 1
    assert any(span.link.startswith("https://desk.test/") for span in message.text.spans)
    card = await world.presses(BORIS, contact.buttons[0])
    assert "Полетаев" in rows_of(card)[0]
    assert view_of(card).title == "Contact", "the name stands once"
    assert f"#{other.id}" in whisper_text(card)
    for quoted in ('"полет"', "“полет”", "«ПОЛЁТ» 'билет'", "„полет“"):
        assert "Семён" in rows_of(await world.commands(BORIS, f"search {quoted}"))[-1], quoted
    assert "Семён" in rows_of(await world.commands(BORIS, 'new "Семён"'))[-1]


async def test_search_pages_and_places(world: World) -> None:
    here = await open_dialog(world, "вопрос 0", "1", "Vera")
    for number in range(1, 20):
        await world.customer_writes(f"вопрос {number}", "1")
    await open_dialog(world, "вопрос другой", "2", "Oleg")
    answer = await world.commands(ANNA, "search вопрос", here)
    assert len(rows_of(answer)) == 15
    assert not any("Oleg" in row for row in rows_of(answer))
    second = await world.presses(ANNA, pressable(answer, "Next"), here)
    assert isinstance(second, Whisper)
    assert second.replaces
    assert [row.split("\n")[1] for row in rows_of(second)] == [f"вопрос {n}" for n in range(4, -1, -1)]
    everywhere = await world.presses(ANNA, pressable(answer, "Everywhere"), here)
    assert "Oleg" in rows_of(everywhere)[0]


async def test_a_dialog_is_found_by_its_number(world: World) -> None:
    first = await open_dialog(world, "Hello", "1", "Vera")
    await closed(world, first)
    row = view_of(await world.commands(ANNA, f"search 0{first.id}")).rows[0]
    assert f"#{first.id} · Vera · Shop bot · Closed" in row.text.characters
    assert "Hello" in whisper_text(await world.presses(ANNA, row.buttons[0]))
    form = form_of(await world.commands(ANNA, "search"))
    assert f"#{first.id} · Vera" in whisper_text(await world.submits(ANNA, form, text=f"#{first.id}"))
    assert "Nothing found" in whisper_text(await world.commands(ANNA, "search 77"))
    await only_anna(world)
    assert "Nothing found" in whisper_text(await world.commands(BORIS, f"search 0{first.id}"))


async def test_search_asks_for_words_and_refuses_a_letter(world: World) -> None:
    dialog = await open_dialog(world, "Hello")
    form = form_of(await world.commands(ANNA, "search", dialog))
    assert [one.name for one in form.fields] == ["text", "where"]
    assert isinstance(await world.submits(ANNA, form, text="h", where="here"), Invalid)
    assert "Hello" in whisper_text(await world.submits(ANNA, form, text="LL", where="here"))


async def test_search_shows_held_words_to_their_author_alone(world: World) -> None:
    dialog = await open_dialog(world, "Hello")
    await world.commands(ANNA, "accept", dialog)
    await world.posts(BORIS, dialog, "тайное слово")
    assert "Nothing found" in whisper_text(await world.commands(ANNA, "search тайное"))
    assert "тайное слово" in whisper_text(await world.commands(BORIS, "search тайное"))
    assert "тайное" not in whisper_text(await world.presses(BORIS, await correspondence(world, BORIS, dialog)))


async def correspondence(world: World, who: Actor, dialog: Dialog) -> Button:
    return pressable(await world.commands(who, f"contact #{dialog.id}"), "Message history")


async def only_anna(world: World) -> None:
    rules = AccountRules(grants=(Grant("anna"),), everyone_reads=False)
    await world.store.transact(lambda unit: unit.accounts.set_rules(SHOP, rules))


async def test_who_may_not_read_finds_nothing_but_reads_the_correspondence(world: World) -> None:
    dialog = await open_dialog(world, "секретно", "1", "Vera")
    assert list(await world.web_desk.accounts(DESK, BORIS)) == [SHOP]
    await only_anna(world)
    assert await world.web_desk.accounts(DESK, BORIS) == {}
    assert "Nothing found" in whisper_text(await world.commands(BORIS, "search секретно"))
    assert "no access" in whisper_text(await world.commands(BORIS, f"open #{dialog.id}"))
    assert "no access" in whisper_text(await world.commands(BORIS, f"files #{dialog.id}"))
    assert "no access" in whisper_text(await world.commands(BORIS, f"history #{dialog.id}"))
    assert "no access" in whisper_text(await world.commands(BORIS, f"contact #{dialog.id}"))
    said = await world.presses(BORIS, pressable(await world.commands(BORIS, "contact vera"), "Message history"))
    assert "секретно" in whisper_text(said)


# ----------------------------------------------------------------------------------------- sections


async def test_sections_have_counters_filters_and_pages(world: World) -> None:
    for number in range(18):
        await open_dialog(world, f"Hello {number}", str(number), f"Customer {number}")
    await world.commands(ANNA, "accept #1")
    answer = await world.commands(ANNA, "new")
    assert view_of(answer).title == "New · 17 customers are waiting", "one of the 18 is in progress"
    assert labels(answer)[:5] == ["New 17", "In progress 1", "Mine 1", "All 18", "Closed"]
    assert len(rows_of(answer)) == 15
    assert rows_of(answer)[0] == "🆕 #2 · Customer 1 · ⏱ just now\nHello 1", "the longest waiting; nothing said twice"
    last = view_of(answer).rows[-1].text.spans[-1]
    assert (last.text, last.style) == ("Hello 15", Style.BOLD)
    world.clock.advance(2 * 3600)
    second = await world.presses(ANNA, pressable(answer, "Next"))
    assert len(rows_of(second)) == 2
    assert "#17 · Customer 16 · ⏱ 2 hours ago" in rows_of(second)[0]
    [since] = [span.since for span in view_of(second).rows[0].text.spans if span.since]
    assert since == (await world.dialog(DialogId(17))).waiting_since
    assert pressable(second, "⇤")
    mine = await world.presses(ANNA, pressable(second, "Mine"))
    assert rows_of(mine) == ["💬 #1 · Customer 0 · ⏱ 2 hours ago\nHello 0"], "neither its status nor her own name"
    assert view_of(mine).title == "Mine · 1 customer is waiting"
    form = form_of(await world.presses(ANNA, pressable(mine, "Filter")))
    none = await world.submits(ANNA, form, text="Customer 5")
    assert rows_of(none) == ["No dialogs here."]
    everything = await world.presses(ANNA, pressable(none, "All"))
    assert ["Customer 5" in row for row in rows_of(everything)] == [True]
    assert len(rows_of(await world.presses(ANNA, pressable(everything, "Clear")))) == 15


async def test_accounts_are_a_menu_where_there_are_several(world: World) -> None:
    dialog = await open_dialog(world, "Hello")
    assert view_of(await world.commands(ANNA, "new")).menus == ()
    site = AccountName("site")
    world.hub.accounts[site] = replace(world.hub.accounts[SHOP], name=site, title="Site")  # type: ignore[index]
    answer = await world.commands(ANNA, "new")
    [menu] = view_of(answer).menus
    assert [one.label for one in menu.options] == ["All accounts", "Shop bot", "Site"]
    assert menu.chosen == menu.options[0].token
    assert all(len(one.token) <= 150 for one in menu.options)
    filtered = await world.presses(ANNA, menu.options[2])
    assert rows_of(filtered) == ["No dialogs here."]
    assert "Shop bot · " in rows_of(answer)[0]
    assert view_of(filtered).title == "New", "the count is not of the filtered list"
    assert view_of(filtered).menus[0].chosen == view_of(filtered).menus[0].options[2].token
    of_shop = rows_of(await world.presses(ANNA, menu.options[1]))[0]
    assert f"#{dialog.id}" in of_shop
    assert "Shop bot" not in of_shop
    long = await world.commands(ANNA, "new " + "длинный отбор " * 4)
    assert all(len(one.token) <= 150 for one in view_of(long).menus[0].options)


async def test_home_is_the_workplace_and_stays_home(world: World) -> None:
    await open_dialog(world, "Hello")
    answer = await world.desk_events.accept(HomeOpened(Key("h1"), ANNA, Place(DESK)))
    assert isinstance(answer, Whisper)
    assert answer.replaces
    assert {"Tasks", "Help"} <= set(labels(answer))
    assert "Settings" not in labels(answer), "she administers nothing"
    rules = AccountRules(grants=(Grant("anna", administer=True),))
    await world.store.transact(lambda unit: unit.accounts.set_rules(SHOP, rules))
    assert "Settings" in labels(await world.commands(ANNA, "home"))
    mine = await world.presses(ANNA, pressable(answer, "Mine"))
    assert isinstance(await world.presses(ANNA, view_of(mine).begun[0]), Ask)


# -------------------------------------------------------------------------------- files and history


async def test_files_by_kind_from_all_dialogs_of_the_contact(world: World) -> None:
    first = await open_dialog(world, "see https://shop.test/a?b=1, please")
    await closed(world, first)
    photo = Media(MediaKind.PHOTO, FileRef("account:shop", "1"), "cat.jpg", "image/jpeg")
    paper = Media(MediaKind.FILE, FileRef("account:shop", "2"), "Договор.pdf")
    content = Content(Text.plain("look"), (photo, paper))
    await world.channel_delivers(CustomerWrote(ChatId("7"), ForeignId("x"), content, Profile(name="Vera")))
    await world.deliver()
    answer = await world.commands(ANNA, "files #2")
    assert ["cat.jpg" in row for row in rows_of(answer)] == [True]
    papers = await world.presses(ANNA, pressable(answer, "Files"))
    assert ["Договор.pdf" in row for row in rows_of(papers)] == [True]
    links = await world.commands(BORIS, "files #2 links")
    assert ["https://shop.test/a?b=1 " in row and "#1" in row for row in rows_of(links)] == [True]


async def test_history_by_dialogs_and_as_one_transcript(world: World) -> None:
    first = await open_dialog(world, "first question")
    await closed(world, first)
    second = await open_dialog(world, "second question")
    assert second.ordinal == 2
    card = world.desk.cards[second.thread or ""]  # type: ignore[index]
    assert any(fact.value.characters == "2 of 2" for fact in card.facts)
    assert "history" in [one.word for one in card.menu]
    listed = await world.commands(ANNA, "history", second)
    assert [row.split(" ")[1] for row in rows_of(listed)] == ["#2", "#1"]
    opened_one = await world.presses(ANNA, view_of(listed).rows[1].buttons[0], second)
    assert "first question" in whisper_text(opened_one)
    assert "second question" not in whisper_text(opened_one)
    assert "single window" in whisper_text(await world.commands(ANNA, "view single"))
    whole = await world.commands(ANNA, "history", second)
    assert whisper_text(whole).index("first question") < whisper_text(whole).index("second question")
    as_dialogs = await world.presses(ANNA, pressable(whole, "By dialog"), second)
    assert [row.split(" ")[1] for row in rows_of(as_dialogs)] == ["#2", "#1"]
    assert whisper_text(await world.commands(BORIS, "history", second)) == whisper_text(listed)
    form_of(await world.commands(BORIS, "view"))


async def test_opening_a_dialog(world: World) -> None:
    first = await open_dialog(world, "question 0")
    for number in range(1, 20):
        await world.customer_writes(f"question {number}")
    link = await world.commands(ANNA, "open #1")
    assert any(span.link == f"https://desk.test/{first.thread}" for span in view_of(link).rows[0].text.spans)
    await closed(world, first)
    last = await world.commands(ANNA, f"open {first.id}")
    assert "question 19" in whisper_text(last)
    assert "question 5" not in whisper_text(last)
    earlier = await world.presses(ANNA, pressable(last, "← Earlier"))
    assert "question 5" in whisper_text(earlier)
    assert "There is no such dialog" in whisper_text(await world.commands(ANNA, "open #77"))
    form_of(await world.commands(ANNA, "open"))


# ----------------------------------------------------------------------------------------- contacts


async def test_a_contacts_card(world: World) -> None:
    dialog = await open_dialog(world, "Hello", "7", "Vera Pavlova")
    await open_dialog(world, "Hi", "8", "Vera Ivanova")
    await world.commands(ANNA, f"task #{dialog.id} call her tomorrow at 15:00")
    card = await world.commands(BORIS, "contact", dialog)
    answer = whisper_text(card)
    assert all(words in answer for words in ("Vera Pavlova", "Prospect", "Shop bot", "call her", "1 dialog"))
    choice = await world.commands(BORIS, "contact vera")
    assert [row.split(" ", 1)[1] for row in rows_of(choice)] == ["Vera Ivanova", "Vera Pavlova"]
    assert "Vera Pavlova" in rows_of(await world.presses(BORIS, view_of(choice).rows[1].buttons[0]))[0]
    found = await world.commands(BORIS, "contact pavl")
    assert "Vera Pavlova" in rows_of(found)[0]
    assert f"#{dialog.id} " in whisper_text(await world.presses(BORIS, pressable(found, "Earlier dialogs")))
    assert "No contact" in whisper_text(await world.commands(BORIS, "contact zzz"))


async def test_a_contacts_card_says_whose_the_tasks_are(world: World) -> None:
    dialog = await open_dialog(world, "Hello")
    for who in (ANNA, BORIS, CLARA):
        await world.commands(who, "help")
    await world.commands(ANNA, "assign @boris send the invoice tomorrow", dialog)
    seen = {who: whisper_text(await world.commands(who, "contact", dialog)) for who in (ANNA, BORIS, CLARA)}
    assert "Boris" in seen[ANNA]
    assert "Assigned by Anna" in seen[BORIS]
    assert "Anna → Boris" in seen[CLARA]


async def test_what_was_shown_before_a_merge_leads_to_who_they_turned_out_to_be(world: World) -> None:
    one = await open_dialog(world, "see https://shop.test/1", "7", "Vera")
    two = await open_dialog(world, "see https://shop.test/2", "8", "V")
    said = await correspondence(world, ANNA, two)
    await world.commands(ANNA, "merge vera", two)
    assert "test/1" in whisper_text(await world.presses(ANNA, said))
    async with world.store.read() as unit:
        operator = await called(unit, DESK, ANNA.user)
        assert operator is not None
        page = await contact_page(world.hub, unit, operator, two.contact)
        links = await files(world.hub, unit, operator, two.contact, FileKind.LINKS)
    assert [dialog.id for dialog in page.dialogs] == [two.id, one.id]
    assert [found.url for found in links.files] == ["https://shop.test/2", "https://shop.test/1"]


async def test_the_whole_correspondence_page_by_page(world: World) -> None:
    dialog = await open_dialog(world, "question 0")
    for number in range(1, 20):
        await world.customer_writes(f"question {number}")
    page = await world.presses(ANNA, await correspondence(world, ANNA, dialog))
    assert "question 19" in whisper_text(page)
    assert "question 1\n" not in whisper_text(page) + "\n"
    older = await world.presses(ANNA, pressable(page, "← Earlier"))
    assert "question 1\n" in whisper_text(older) + "\n"


# ------------------------------------------------------------------------------- the channel itself


async def test_channels_without_addresses_say_so(world: World) -> None:
    dialog = await open_dialog(world, "Hello")
    assert "cannot be opened" in whisper_text(await world.commands(ANNA, "site", dialog))


async def test_fetching_says_when_a_customer_last_wrote(world: World) -> None:
    dialog = await open_dialog(world, "Hello")
    answer = whisper_text(await world.commands(ANNA, "fetch", dialog))
    assert "Shop bot" in answer
    assert "Last customer message" in answer
    assert "no account" in whisper_text(await world.commands(ANNA, "fetch nowhere"))
    assert [one.name for one in form_of(await world.commands(ANNA, "fetch")).fields] == ["account"]
