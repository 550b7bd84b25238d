"""Search over all dialogs: with and without the index, by contact, by the contents of messages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from unicodedata import normalize

import pytest
from sqlalchemy import select, update

from bot.domain import (
    Account,
    AccountName,
    Actor,
    Author,
    ChatId,
    Contact,
    Content,
    Delivery,
    DeskName,
    Dialog,
    FileRef,
    Media,
    MediaKind,
    Message,
    MessageId,
    OperatorId,
)
from bot.domain.text import Span, Text
from bot.ports.storage import Holds, Keys, MessageRow, NewMessage, Unit
from storage import SqlStore
from storage.engine.statements import Statement, param
from storage.engine.unit import SqlUnit
from storage.search import ngrams, refolding
from storage.tables.tables import contacts, dialogs, messages
from tests.clock import ManualClock
from tests.storage.parts import ANN, BOB, SHOP, dialog_of, read, say

SITE = Account(AccountName("site"), "webchat", "Site", DeskName("main"), "support")
BOTH = (SHOP.name, SITE.name)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(ngrams, "BLOCK", 64)
    monkeypatch.setattr(ngrams, "_BITMAP", 8)
    return iter(())


async def search(store: SqlStore, text: str, **more: Any) -> list[str]:
    rows = await found(store, text, **more)
    return [row.message.content.text.characters for row in rows]


async def found(
    store: SqlStore, text: str, viewer: int = 99, accounts: Sequence[AccountName] = BOTH, **more: Any
) -> Sequence[MessageRow]:
    ask = lambda unit: unit.archive.search(text, viewer=OperatorId(viewer), accounts=accounts, **more)  # noqa: E731
    return await read(store, ask)


async def tend(store: SqlStore) -> None:
    """Runs maintenance until there is nothing left to do, including work found at the second look."""
    idle = 0
    while idle < 2:
        idle = 0 if await store.run_maintenance() else idle + 1


async def filled(store: SqlStore, dialog: Dialog, clock: ManualClock, messages: int = 150) -> None:
    """Fills some blocks with other words."""

    async def work(unit: Unit) -> None:
        for number in range(messages):
            content = Content(Text.plain(f"прочее {number}"))
            await unit.messages.add(NewMessage(dialog.id, Author.CUSTOMER, clock.now(), content))

    await store.transact(work)


async def indexed(store: SqlStore) -> int:
    async with store.read() as unit:
        return int(await unit.cursors.get("search indexed") or 0)


WORDS = {
    "ет": ["Полёт в Тверь", "Билет есть"],
    "ТВЕРЬ": ["Полёт в Тверь"],
    "полет": ["Полёт в Тверь"],
    "верь пол": ["Полёт в Тверь"],
    "полет билет": [],
    "вв": [],
    "100%": ["Скидка 100% today"],
    "0_%": [],
    "ода": [],
    "day ск": ["Скидка 100% today"],
    "я": [],
    "в": [],
}


@pytest.mark.parametrize("with_index", [False, True])
async def test_parts_of_words_are_found_newest_first(store: SqlStore, clock: ManualClock, with_index: bool) -> None:
    dialog = await dialog_of(store, ANN, clock.now())
    for words in ("Билет есть", "Полёт в Тверь", "Скидка 100% today"):
        await say(store, dialog, words, clock.now())
    if with_index:
        await filled(store, dialog, clock)
        await tend(store)
        assert await indexed(store) == 2
    for text, expected in WORDS.items():
        assert await search(store, text) == expected, text


async def test_the_index_finds_what_reading_finds(store: SqlStore, clock: ManualClock) -> None:
    """Blocks, later messages, and edits, page by page."""
    here, there = await dialog_of(store, ANN, clock.now()), await dialog_of(store, BOB, clock.now(), SITE)
    said = [await say(store, (here, there)[n % 2], f"слово{n % 7} вещь{n}", clock.now()) for n in range(200)]
    before = {text: await pages(store, text) for text in ("слово3", "во1 вещь", "вещь15", "нет такого")}
    assert len(before["слово3"]) == len([n for n in range(200) if n % 7 == 3])
    await tend(store)
    assert await indexed(store) == 3
    assert {text: await pages(store, text) for text in before} == before
    assert (
        await search(store, "слово0", accounts=[SITE.name], limit=3)
        == [
            one.content.text.characters
            for one in reversed(said)
            if "слово0" in str(one.content) and one.dialog == there.id
        ][:3]
    )


async def pages(store: SqlStore, text: str) -> list[MessageId]:
    ids: list[MessageId] = []
    while True:
        page = await found(store, text, before=ids[-1] if ids else None, limit=7)
        if not page:
            return ids
        ids += [row.message.id for row in page]


async def test_edited_words_are_found_and_what_they_were_is_not(store: SqlStore, clock: ManualClock) -> None:
    dialog = await dialog_of(store, ANN, clock.now())
    message = await say(store, dialog, "синий диван", clock.now())
    await filled(store, dialog, clock)
    await tend(store)

    async def edit(unit: Unit) -> None:
        locked = await unit.messages.lock(message.id)
        assert locked is not None
        await unit.messages.save(replace(locked, content=Content(Text.plain("красный шкаф"))))

    await store.transact(edit)
    for _ in ("before it is taken into the index", "after"):
        assert await search(store, "диван") == []
        assert await search(store, "асный") == ["красный шкаф"]
        await tend(store)
    assert await waiting_edits(store) == []


async def waiting_edits(store: SqlStore) -> list[int]:
    from storage.search.query import _EDITED

    async def work(unit: object) -> list[int]:
        rows = await unit.session.rows(_EDITED, before=2**40)  # type: ignore[attr-defined]
        return [message for (message,) in rows]

    return await store.transact_sql(work)


async def test_only_words_that_change_make_work(store: SqlStore, clock: ManualClock) -> None:
    dialog = await dialog_of(store, ANN, clock.now())
    message = await say(store, dialog, "Good morning", clock.now(), Author.OPERATOR)

    async def delivered(unit: Unit) -> None:
        locked = await unit.messages.lock(message.id)
        assert locked is not None
        await unit.messages.save(replace(locked, delivery=Delivery.SENT))

    await store.transact(delivered)
    assert await waiting_edits(store) == []


async def test_held_and_withdrawn_words_are_nobody_elses(store: SqlStore, clock: ManualClock) -> None:
    dialog = await dialog_of(store, ANN, clock.now())
    anna = await store.transact(lambda unit: unit.operators.upsert_operator(DeskName("main"), Actor("U1", "anna")))
    held = await write(store, dialog, clock, "тайна одна", Delivery.HELD, anna.id)
    sent = await write(store, dialog, clock, "тайна другая", Delivery.SENT, anna.id)
    await store.transact(lambda unit: unit.messages.save(replace(sent, deleted_at=clock.now())))
    gone = await say(store, dialog, "тайна клиента", clock.now())
    await store.transact(lambda unit: unit.messages.save(replace(gone, deleted_at=clock.now())))
    for _ in ("read", "indexed"):
        assert await search(store, "тайна") == ["тайна клиента"]
        assert await search(store, "тайна", viewer=anna.id) == ["тайна клиента", "тайна одна"]
        assert await search(store, "тайна", viewer=anna.id, contact=dialog.contact) == ["тайна клиента", "тайна одна"]
        rows = await read(store, lambda unit: unit.archive.of_contact(dialog.contact))
        assert held.id not in [row.message.id for row in rows]
        await filled(store, dialog, clock)
        await tend(store)


async def write(
    store: SqlStore, dialog: Dialog, clock: ManualClock, words: str, delivery: Delivery, operator: OperatorId
) -> Message:
    new = NewMessage(dialog.id, Author.OPERATOR, clock.now(), Content(Text.plain(words)), operator, delivery)
    return await store.transact(lambda unit: unit.messages.add(new))


async def test_one_contacts_messages_on_every_account(store: SqlStore, clock: ManualClock) -> None:
    ann, bob = await dialog_of(store, ANN, clock.now()), await dialog_of(store, BOB, clock.now())
    for number in range(5):
        await say(store, ann, f"вопрос {number}", clock.now())
        await say(store, bob, f"вопрос {number}", clock.now())
    assert await search(store, "опрос", contact=ann.contact, limit=2) == ["вопрос 4", "вопрос 3"]
    assert await search(store, "прос 1", contact=ann.contact) == ["вопрос 1"]
    rows = await read(store, lambda unit: unit.archive.of_contact(ann.contact, limit=3))
    assert [row.message.content.text.characters for row in rows] == ["вопрос 4", "вопрос 3", "вопрос 2"]
    older = await read(store, lambda unit: unit.archive.of_contact(ann.contact, before=rows[-1].message.id))
    assert [row.message.content.text.characters for row in older] == ["вопрос 1", "вопрос 0"]
    nothing = await read(store, lambda unit: unit.archive.of_contact(ann.contact, accounts=[SITE.name]))
    assert nothing == []


async def test_messages_by_what_they_hold(store: SqlStore, clock: ManualClock) -> None:
    dialog = await dialog_of(store, ANN, clock.now())
    ref = FileRef("account:shop", "f")
    contents = {
        "photo": Content(attachments=(Media(MediaKind.PHOTO, ref, "cat.jpg"),)),
        "file": Content(attachments=(Media(MediaKind.FILE, ref, "Договор.pdf"),)),
        "link": Content(Text((Span("here", link="https://a.test/"),))),
        "address": Content(Text.plain("see HTTPS://b.test/x")),
        "words": Content(Text.plain("nothing else")),
    }
    for content in contents.values():
        new = NewMessage(dialog.id, Author.CUSTOMER, clock.now(), content)
        await store.transact(partial(_add, new))
    for holds, names in ((Holds.IMAGE, ["photo"]), (Holds.FILE, ["file"]), (Holds.LINK, ["address", "link"])):
        rows = await read(store, partial(_holding, dialog, holds))
        assert [row.message.content for row in rows] == [contents[name] for name in names]
    [by_name] = await found(store, "договор")
    assert by_name.message.content == contents["file"]


async def test_contacts_by_a_part_of_name_phone_and_email(store: SqlStore, clock: ManualClock) -> None:
    first = await dialog_of(store, ANN, clock.now(), name="Семён Горбунков")
    await dialog_of(store, BOB, clock.now() + timedelta(seconds=1), name="Bob")
    for text, expected in {"семен": 1, "унков сем": 1, "ГОР": 1, "zz": 0, "b": 0}.items():
        people = await read(store, partial(_people, text))
        assert [one.id for one in people] == [first.contact] * expected, text


async def test_of_many_with_one_of_the_words_those_with_all_are_found(store: SqlStore, clock: ManualClock) -> None:
    vera = await dialog_of(store, ChatId("vera"), clock.now(), name="Вера Константинова")
    for number in range(30):
        await dialog_of(store, ChatId(f"other {number}"), clock.now(), name=f"Ян Константинов {number}")
    people = await read(store, partial(_people, "константинов вера"))
    assert [one.id for one in people] == [vera.contact]


@pytest.mark.parametrize("text", ["+7 955 740-59-68", "8 (955) 740 59 68", "9557405968", "740-59-68", "+79557405968"])
async def test_a_phone_is_found_however_it_is_written(store: SqlStore, clock: ManualClock, text: str) -> None:
    dialog = await dialog_of(store, ANN, clock.now(), name="Vera")
    await dialog_of(store, BOB, clock.now(), name="Bob")
    await store.transact(lambda unit: unit.contacts.set_keys(dialog.contact, Keys(phone="+79557405968")))
    assert [one.id for one in await read(store, partial(_people, text))] == [dialog.contact]
    assert await read(store, partial(_people, "+7 955 740-59-69")) == []


async def test_many_chats_stay_apart(store: SqlStore, clock: ManualClock) -> None:
    dialog = await dialog_of(store, ChatId("x"), clock.now())
    await say(store, dialog, "одно", clock.now())
    rows = await read(store, lambda unit: unit.archive.of_dialog(dialog.id, viewer=OperatorId(1)))
    assert [row.dialog.id for row in rows] == [dialog.id]


async def _add(new: NewMessage, unit: Unit) -> Message:
    return await unit.messages.add(new)


async def _holding(dialog: Dialog, holds: Holds, unit: Unit) -> Sequence[MessageRow]:
    return await unit.archive.of_contact(dialog.contact, holds=holds)


async def _people(text: str, unit: Unit) -> Sequence[Contact]:
    return await unit.archive.contacts(text)


async def test_what_an_earlier_version_stored_is_refolded(store: SqlStore, clock: ManualClock) -> None:
    """Names of files from a Mac have «й» as two characters; the earlier version stored them as they came."""
    dialog = await dialog_of(store, ANN, clock.now(), name="Зоя")
    await say(store, dialog, "Новый йогурт", clock.now())
    await filled(store, dialog, clock)
    await tend(store)
    apart = {"words": "новый йогурт", "folded": "зоя майская", "title": "дойка"}
    apart = {name: normalize("NFD", text) for name, text in apart.items()}

    async def as_before(unit: SqlUnit) -> None:
        unit.session.later(_AS_BEFORE_MESSAGE, **apart)
        unit.session.later(_AS_BEFORE_CONTACT, **apart)
        unit.session.later(_AS_BEFORE_DIALOG, **apart)
        await unit.cursors.forget(refolding.CURSOR)

    await store.transact_sql(as_before)
    assert await search(store, "новый йогурт") == []
    await tend(store)
    for typed in ("новый", normalize("NFD", "ЙОГУРТ")):
        assert await search(store, typed) == ["Новый йогурт"]
    async with store.read() as unit:
        assert [one.name for one in await unit.archive.contacts(normalize("NFD", "майская"))] == ["Зоя"]
        [(title,)] = await unit.session.rows(_TITLE)
    assert title == "дойка"


_AS_BEFORE_MESSAGE = Statement(
    update(messages).where(messages.c.words == "новый йогурт").values(words=param("words", messages.c.words))
)
_AS_BEFORE_CONTACT = Statement(update(contacts).values(folded=param("folded", contacts.c.folded)))
_AS_BEFORE_DIALOG = Statement(update(dialogs).values(title_folded=param("title", dialogs.c.title_folded)))
_TITLE = Statement(select(dialogs.c.title_folded))


async def test_refolding_goes_on_where_it_stopped(
    store: SqlStore, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refolding, "PORTION", 2)
    dialog = await dialog_of(store, ANN, clock.now())
    for words in ("один", "два", "три"):
        await say(store, dialog, words, clock.now())
    assert await refolding.run_maintenance(store)
    async with store.read() as unit:
        assert await unit.cursors.get(refolding.CURSOR) == "messages 2"
    assert not await refolding.run_maintenance(store)
    assert not await refolding.run_maintenance(store)
    async with store.read() as unit:
        assert await unit.cursors.get(refolding.CURSOR) == "done"
