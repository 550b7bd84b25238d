"""`report`, from the command to the files."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from bot.actions.base import Call
from bot.actions.report import Report
from bot.domain import Media, OperatorId
from bot.domain.account_rules import AccountRules, Grant
from bot.ports.storage import Unit
from bot.reports import making, tables
from bot.views.values import Ask, View
from tests.core.world import ANNA, BORIS, SHOP, World, whisper_text
from tests.tools import FolderFiles


async def day(world: World) -> None:
    """A day on which Anna answered Vera and closed the dialog; Oleg is waiting."""
    first = await world.dialog((await world.customer_writes("Hello")).dialog)
    await world.deliver()
    first = await world.dialog(first.id)
    world.clock.advance(120)
    await world.posts(ANNA, first, "Good morning")
    await world.commands(ANNA, "close done", first)
    await world.customer_writes("Hi", chat="8", name="Oleg")
    await world.deliver()


def report(world: World) -> View:
    [(_, view)] = [
        (user, view) for user, view in world.desk.direct_messages if view.files or view.title.startswith("Report")
    ]
    return view


def file(world: World, media: object) -> bytes:
    assert isinstance(media, Media)
    assert isinstance(world.hub.files, FolderFiles)
    return world.hub.files.read(media.file.id)


async def test_a_report_comes_by_direct_message(world: World) -> None:
    await day(world)
    assert "as a direct message" in whisper_text(await world.commands(ANNA, "report today"))
    await world.deliver()
    view = report(world)
    said = "\n".join(row.text.characters for row in view.rows)
    assert "2 opened · 1 closed · 1 without a reply" in said
    assert view.table is not None
    assert [row[:4] for row in view.table.rows if row[0] in ("Anna", "Shop bot")] == [
        ("Anna", "1", "1", "1"),
        ("Shop bot", "2", "1", "1"),
    ]
    picture, loads, dialogs = view.files
    assert file(world, picture).startswith(b"\x89PNG")
    assert b'"Anna","1","1","1","2.0"' in file(world, loads)
    assert [line.split(b",")[2] for line in file(world, dialogs).splitlines()[1:]] == [b'"Vera"', b'"Oleg"']


async def test_a_bare_report_asks_for_its_period(world: World) -> None:
    answer = await world.commands(ANNA, "report")
    assert isinstance(answer, Ask)
    assert [field.name for field in answer.form.fields] == ["period", "dates", "account"]
    await world.submits(ANNA, answer.form, period="week", dates="", account="*")
    await world.deliver()
    assert "no dialogs" in report(world).rows[0].text.characters


async def test_the_account_may_be_named_in_any_place(world: World) -> None:
    call: Call = SimpleNamespace(hub=world.hub)  # type: ignore[assignment]
    for words in ("today shop", "Shop today", "today SHOP BOT", "shop bot  Today"):
        assert Report().read(words, call) == {"period": "today", "account": "shop"}
    assert Report().read("Shop bot", call) == {"period": "week", "account": "shop"}
    assert Report().read("1.10.2026 - 2.10.2026 shops", call)["account"] == ""


async def test_bad_periods_and_accounts_are_said(world: World) -> None:
    assert "Unknown period “soon”" in whisper_text(await world.commands(ANNA, "report soon"))
    form = await world.commands(ANNA, "report")
    assert isinstance(form, Ask)
    await world.submits(ANNA, form.form, period="week", dates="2026-13", account="*")
    assert not world.desk.direct_messages


async def test_only_what_one_may_read_is_counted(world: World) -> None:
    await day(world)

    async def only_anna(unit: Unit) -> None:
        await unit.accounts.set_rules(SHOP, AccountRules(grants=(Grant("anna"),), everyone_reads=False))

    await world.store.transact(only_anna)
    await world.commands(BORIS, "report today")
    await world.deliver()
    assert "no dialogs" in report(world).rows[0].text.characters
    assert "No account “shop”" in whisper_text(await world.commands(BORIS, "report today shop"))


async def test_a_table_that_is_too_large_is_left_out_and_said(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await day(world)
    monkeypatch.setattr(making, "LARGEST", 1000)
    monkeypatch.setattr(tables, "dialogs", lambda *_: b"x" * 1001)
    monkeypatch.setattr(making, "DRAWS_FOR", 0.0)
    await world.commands(ANNA, "report today shop")
    await world.deliver()
    view = report(world)
    assert "too large" in view.rows[-1].text.characters
    assert [one.name for one in view.files if isinstance(one, Media)] == ["report-2026-03-02.csv"]


async def test_without_a_picture_the_figures_come_all_the_same(world: World) -> None:
    await day(world)
    making.DRAWS_FOR, before = 0.0, making.DRAWS_FOR
    try:
        await world.commands(ANNA, "report today shop")
        await world.deliver()
    finally:
        making.DRAWS_FOR = before
    view = report(world)
    assert "could not be drawn" in view.rows[-1].text.characters
    assert [one.mime for one in view.files if isinstance(one, Media)] == ["text/csv", "text/csv"]


async def test_what_never_left_is_no_answer(world: World) -> None:
    await day(world)
    second = await world.dialog(2)
    await world.posts(BORIS, second, "// a note")
    async with world.store.read() as unit:
        now = world.clock.now()
        counted = await unit.reports.answers([SHOP], now.replace(year=2000), now.replace(year=2100))
        dialogs = await unit.reports.dialogs([], now.replace(year=2000), now.replace(year=2100))
    assert counted == {(OperatorId(1), SHOP): 1}
    assert dialogs == []
