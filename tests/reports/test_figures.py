"""Figures of a report, its tables and its picture."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest

from bot.desks.mattermost import hooks
from bot.desks.mattermost import views as mattermost_views
from bot.desks.mattermost.hooks import ButtonSurface
from bot.desks.mattermost.render import Buttons
from bot.desks.slack import views as slack_views
from bot.domain import AccountName, DeskName, DialogId, OperatorId, Status
from bot.domain.period import Period
from bot.domain.text import Text
from bot.locale import translator
from bot.ports.storage.reports import DialogFacts
from bot.reports import figures, fonts, message_table, tables
from bot.reports.chart import Bars, Chart, draw, packed, unpacked
from bot.reports.figure import Cells, Facts, Figure, Language, Spread, labelled
from bot.reports.figures import FIGURES, ChannelLoad, ClosingReasons, DialogCount, FirstAnswer, Load, OperatorLoad
from bot.reports.making import chart, drawn, summary
from bot.views.values import Row, Table, View
from tests.fakes.mattermost import rules as mattermost_rules
from tests.fakes.slack import rules as slack_rules

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
WEEK = Period(MONDAY, MONDAY + timedelta(days=7))
ANNA, BORIS = OperatorId(1), OperatorId(2)
NAMES = {ANNA: "Anna", BORIS: "Boris"}


def facts(
    number: int,
    opened: float,
    answered: float | None = None,
    closed: float | None = None,
    reason: str = "",
    by: OperatorId | None = ANNA,
    account: str = "shop",
    contact: str = "Vera",
) -> DialogFacts:
    """One week of dialogs. Times are hours since Monday."""

    def at(hours: float | None) -> datetime | None:
        return None if hours is None else MONDAY + timedelta(hours=hours)

    status = Status.CLOSED if closed is not None else Status.IN_PROGRESS
    began = MONDAY + timedelta(hours=opened)
    return DialogFacts(
        DialogId(number), AccountName(account), contact, "", began, at(answered), at(closed), status, reason, "", by
    )


DIALOGS = [
    facts(1, -30, -29, 2, "Purchased"),  # of the week before; closed in this one
    facts(2, 1, 1.05, 5, "Purchased"),
    facts(3, 2, 4, 9, "Spam", BORIS),
    facts(4, 26, None, 27, by=None, account="site"),
    facts(5, 30, 33),
    facts(6, 40, None, None, by=None),
    facts(7, 50, 50.2, 200, "Purchased"),  # closed after the week
]


EN, RU = (Language(translator(locale), locale) for locale in ("en", "ru"))
SHOP, SITE = AccountName("shop"), AccountName("site")
ANSWERS = {(ANNA, SHOP): 10, (ANNA, SITE): 2, (BORIS, SHOP): 3}
FACTS = Facts.of(WEEK, DIALOGS, ANSWERS, NAMES, {"shop": "Shop bot", "site": "Our site"})


def test_what_is_counted() -> None:
    dialogs, first = DialogCount.count(FACTS), FirstAnswer.count(FACTS)
    assert (dialogs.opened, dialogs.closed, dialogs.unanswered) == (6, 4, 2)
    days = [(one.opened, one.closed) for one in dialogs.steps]
    assert days == [(2, 3), (3, 1), (1, 0), (0, 0), (0, 0), (0, 0), (0, 0)]
    assert ClosingReasons.count(FACTS).reasons == (("Purchased", 2), ("Spam", 1), ("", 1))
    assert first.waits == (0, 1, 1, 0, 2, 0, 0)
    assert first.spread == Spread(timedelta(hours=1.1), timedelta(hours=3))
    operators, channels = OperatorLoad.count(FACTS).operators, ChannelLoad.count(FACTS).channels
    assert [(one.name, one.opened, one.closed, one.answers) for one in operators] == [
        ("Anna", 3, 2, 12),
        ("Boris", 1, 1, 3),
    ]
    assert [(one.name, one.opened, one.closed, one.answers) for one in channels] == [
        ("Shop bot", 5, 3, 13),
        ("Our site", 1, 1, 2),
    ]


def shown(*, language: Language = EN) -> tuple[str, Chart, str]:
    """The summary, the chart and the CSV of the week."""
    counted = figures.count(FACTS)
    text = "\n".join(row.text.characters for row in summary(counted, language))
    return text, chart("Report", counted, language), tables.figures(counted, language).decode("utf-8-sig")


def test_every_figure_of_the_table_is_shown() -> None:
    text, picture, table = shown()
    for kind in FIGURES:
        figure = kind.count(FACTS)
        words, bars, rows = figure.text(EN), figure.bars(EN), figure.table(EN)
        assert (words is None) == (figure.section(EN) is not None), kind
        assert words is None or words.characters in text
        assert bars is None or bars in picture.panels
        for row in rows:
            assert ",".join(f'"{cell}"' for cell in row if isinstance(cell, str | int)) in table
    assert len(picture.panels) == 5


@pytest.mark.parametrize(
    ("language", "first", "sections"),
    [(EN, "First reply, median", "Operators"), (RU, "Первый ответ, медиана", "Операторы")],
)
def test_the_loads_are_the_table_of_the_message(language: Language, first: str, sections: str) -> None:
    table = message_table.table(figures.count(FACTS), language)
    assert table is not None
    assert table.header[-1] == first
    assert [row[:4] for row in table.rows] == [
        (sections, "", "", ""),
        ("Anna", "3", "2", "12"),
        ("Boris", "1", "1", "3"),
        (language._("Accounts"), "", "", ""),
        ("Shop bot", "5", "3", "13"),
        ("Our site", "1", "1", "2"),
    ]
    assert table.sections == {0, 3}


def many(names: int) -> Table:
    """The largest table: names of 110 letters, of which some are signs of Markdown and of Slack."""
    loads = tuple(Load(f"{number:03} *Константин|<!here> " * 6, 10**6, 10**6, 10**6, FIRST) for number in range(names))
    table = message_table.table((OperatorLoad(loads), ChannelLoad(loads)), RU)
    assert table is not None
    return table


FIRST = Spread(timedelta(days=300, hours=3), timedelta(days=400))
NO_BUTTONS = Buttons.of(DeskName("office"), "", RU.tr, hooks.Proofs(("a secret of the tests",)))


def test_a_large_table_names_the_first_and_counts_the_rest() -> None:
    table = many(45)
    assert len(table.rows) == 2 * 17
    assert [row[0] for row in table.rows if row[0].startswith("и ещё")] == ["и ещё 30", "и ещё 30"]
    assert max(len(row[0]) for row in table.rows) == 40


def test_a_large_table_fits_into_one_message_of_each_team_chat() -> None:
    rows = tuple(Row(Text.plain("word " * 60)) for _ in range(4))
    (drawn,) = slack_views.messages(View(rows, "Report", table=many(45)))
    slack_rules.check_message(drawn.text, drawn.blocks)
    (body,) = mattermost_views.messages(View(rows, "Report", table=many(45)), NO_BUTTONS, "", ButtonSurface.DIRECT)
    mattermost_rules.check_message(body.message)
    assert body.message.count("\n| ") == 2 + 34


class Longest(Figure):
    def __init__(self, hours: int) -> None:
        self._hours = hours

    @classmethod
    def count(cls, facts: Facts) -> Longest:
        took = [one.closed_at - one.opened_at for one in facts.closed if one.closed_at is not None]
        return cls(round(max(took).total_seconds() / 3600))

    def text(self, language: Language) -> Text | None:
        return labelled("Longest", f"{self._hours} h")

    def bars(self, language: Language) -> Bars | None:
        return Bars("Longest", ("",), ("all",), ((self._hours,),))

    def table(self, language: Language) -> Sequence[Cells]:
        return [("Longest", self._hours)]


def test_a_figure_is_added_by_its_class_and_a_line_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "FIGURES", (*FIGURES, Longest))
    text, picture, table = shown()
    assert text.endswith("Longest: 32 h")
    assert picture.panels[-1].title == "Longest"
    assert table.endswith('"Longest","32"\r\n')
    assert draw(picture).startswith(b"\x89PNG")


def test_long_periods_are_counted_by_weeks() -> None:
    year = Period(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    found = DialogCount.count(Facts.of(year, DIALOGS, {}, NAMES, {}))
    assert len(found.steps) == 53
    assert sum(one.opened for one in found.steps) == 7


def test_an_account_that_was_only_replied_on_counts() -> None:
    found = ChannelLoad.count(Facts.of(WEEK, [], {(ANNA, SITE): 4}, NAMES, {"site": "Our site"}))
    assert [one.cells for one in found.channels] == [("Our site", 0, 0, 4, None)]


def test_half_within_is_the_median() -> None:
    spread = Spread.of([timedelta(minutes=30), timedelta(minutes=5)])
    assert spread is not None
    assert spread.half == timedelta(minutes=17.5)
    assert spread.words(EN) == "median 17.5 minutes, 90% within 30 minutes"
    slow = Spread.of([timedelta(minutes=89)])
    assert slow is not None
    assert slow.words(EN) == "median 1 hour 29 minutes, 90% within 1 hour 29 minutes"
    odd = Spread.of([timedelta(minutes=89, seconds=20)])
    assert odd is not None
    assert odd.words(EN) == "median 1 hour 29 minutes, 90% within 1 hour 30 minutes"


def test_a_spread_of_one() -> None:
    assert Spread.of([timedelta(minutes=3)]) == Spread(timedelta(minutes=3), timedelta(minutes=3))
    assert Spread.of([]) is None


def test_tables_open_in_a_spreadsheet() -> None:
    odd = [facts(9, 1, contact="=HYPERLINK(1)"), facts(10, 1, 1.5, contact='Анна; "Б"')]
    for language, separator in ((EN, ","), (RU, ";")):
        data = tables.dialogs(odd, NAMES, {"shop": "Shop bot"}, language, UTC)
        assert data.startswith(b"\xef\xbb\xbf")
        head, first, second = csv.reader(StringIO(data.decode("utf-8-sig")), delimiter=separator)
        assert len(head) == len(first) == len(tables.DIALOGS)
        assert first[2] == "'=HYPERLINK(1)"
        assert second[2] == 'Анна; "Б"'
        assert second[8] == ("30,0" if language is RU else "30.0")
    _, _, loads = shown()
    assert '"Purchased","2"' in loads
    assert '"Anna","3","2","12","12.0"' in loads


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "﹣"])
@pytest.mark.parametrize(
    "before", ["", " ", "\u00a0", "\t", "\r\n", "\u200b", "\ufeff ", "\u202e", "\x00", "\u2060\u3000"]
)
def test_nothing_that_a_customer_is_called_becomes_a_formula(before: str, begins: str) -> None:
    named = f"{before}{begins}HYPERLINK(1)"
    for language, separator in ((EN, ","), (RU, ";")):
        data = tables.dialogs([facts(1, 1, contact=named)], NAMES, {}, language, UTC)
        _, row = csv.reader(StringIO(data.decode("utf-8-sig"), newline=""), delimiter=separator)
        assert row[2] == f"'{named}"


@pytest.mark.parametrize("name", ["Vera", " Vera", "A=B", "1-2", "", "«=»", "'=1"])
def test_other_names_stay_as_they_are(name: str) -> None:
    data = tables.dialogs([facts(1, 1, contact=name)], NAMES, {}, EN, UTC)
    _, row = csv.reader(StringIO(data.decode("utf-8-sig")))
    assert row[2] == name


def test_every_cell_of_a_table_is_quoted() -> None:
    """A spreadsheet that expects another separator must not split a text into cells."""
    data = tables.dialogs([facts(1, 1, contact="Vera;=1,=2")], NAMES, {}, EN, UTC)
    for line in data.decode("utf-8-sig").splitlines():
        assert line.startswith('"')
        assert line.endswith('"')
        assert line.count('","') == len(tables.DIALOGS) - 1


def test_a_chart_survives_its_packing() -> None:
    _, picture, _ = shown(language=RU)
    assert unpacked(packed(picture)) == picture


async def test_the_picture_is_drawn_by_a_process_of_its_own() -> None:
    """Any text of customers and administrators is safe, even one that a drawing library could take for mathematics."""
    odd = [facts(1, 1, 2, 3, "$x^2"), facts(2, 1, 2, 3, "\\frac{"), facts(3, 1, 2, 3, "😀 <b>"), facts(4, 1, 2, 3, "_")]
    found = figures.count(Facts.of(WEEK, odd, {}, {ANNA: "A" * 200}, {}))
    assert (await drawn(chart("Report", found, EN))).startswith(b"\x89PNG\r\n")


def test_a_week_in_which_nothing_happened_can_be_drawn() -> None:
    nothing = Facts.of(WEEK, [], {}, {}, {})
    assert not nothing
    assert draw(chart("Report", figures.count(nothing), EN)).startswith(b"\x89PNG")


NAMES_OF_THE_WORLD = ("王小明", "김민수", "अर्जुन", "田中さくら", "Вера 🌷", "👩‍👩‍👧 family", "Zoë")


def test_names_of_the_whole_world_draw_without_complaints(recwarn: pytest.WarningsRecorder) -> None:
    """Whichever fonts this machine has; a letter that none holds is a box, and no line for each in the log."""
    bars = Bars("客户 · 👥", ("",), NAMES_OF_THE_WORLD, (tuple(range(1, 8)),))
    assert draw(Chart("报告", "", (bars,))).startswith(b"\x89PNG")
    assert [str(one.message) for one in recwarn if "lyph" in str(one.message) or "font" in str(one.message)] == []


def test_charts_are_drawn_with_the_fonts_that_were_found(monkeypatch: pytest.MonkeyPatch) -> None:
    chart_of_names = Chart("Report", "", (Bars("Names", ("",), ("Vera", "Nick"), ((1, 2),)),))
    usual = draw(chart_of_names)
    monkeypatch.setattr(fonts, "families", lambda: ["DejaVu Sans Mono"])
    assert draw(chart_of_names) != usual


def test_fonts_behind_the_usual_one_are_those_that_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    from matplotlib import font_manager

    there = ["DejaVu Sans", "Lohit Devanagari", "Noto Sans CJK KR", "Noto Sans KR", "Symbola", "Noto Color Emoji"]
    monkeypatch.setattr(font_manager.fontManager, "get_font_names", lambda: there)
    assert fonts.families() == ["DejaVu Sans", "Noto Sans CJK KR", "Lohit Devanagari", "Symbola"]
    monkeypatch.setattr(font_manager.fontManager, "get_font_names", lambda: ["DejaVu Sans"])
    assert fonts.families() == ["DejaVu Sans"]


def test_fonts_installed_since_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """matplotlib keeps its list of fonts between runs."""
    import matplotlib
    from matplotlib import font_manager

    new, broken = tmp_path / "Loma.ttf", tmp_path / "NotoColorEmoji.ttf"
    shutil.copy(Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans.ttf", new)
    broken.write_bytes(b"no font")
    monkeypatch.setattr(font_manager.fontManager, "ttflist", list(font_manager.fontManager.ttflist))
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [str(new), str(broken)])
    assert fonts.families()[0] == "DejaVu Sans"
    assert str(new) in {one.fname for one in font_manager.fontManager.ttflist}


@pytest.mark.parametrize(
    ("name", "shown"), [("Vera", "Vera"), ("Verochka", "Ver…"), ("王小明", "王…"), ("王小", "王小"), ("🌷🌷🌷", "🌷…")]
)
def test_long_names_are_cut_by_their_width(name: str, shown: str) -> None:
    assert fonts.shortened(name, 4) == shown
