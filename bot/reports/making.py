"""Making of a report: reads the data, counts, has the chart drawn, stores the files."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog

from bot.domain import AccountName, DeskName, Media, MediaKind, OperatorId
from bot.domain.period import Period
from bot.domain.text import line
from bot.hub import parcels
from bot.hub.context import Hub
from bot.hub.names import operator_names
from bot.locale import N_
from bot.ports.storage import Unit, Urgency
from bot.reports import figures, message_table, tables
from bot.reports.chart import Chart, packed
from bot.reports.figure import Facts, Figure, Language
from bot.views.values import Row, View

log = structlog.get_logger(__name__)

LARGEST = 50 * 1024 * 1024  # bytes of one file
DRAWS_FOR = 60.0  # seconds at most
NOTHING = N_("nothing in this period")
KEPT = timedelta(days=30)
"""Time for which a report stays available on the web desk; the team chats keep their own copies."""


async def enqueue(
    unit: Unit, where: DeskName, user: str, period: Period, accounts: Sequence[AccountName], now: datetime
) -> None:
    """Enqueues a report, in a lane of its own: making it takes a while."""
    payload = {
        "user": user,
        "since": period.since.isoformat(),
        "until": period.until.isoformat(),
        "zone": str(period.since.tzinfo),
        "accounts": list(accounts),
    }
    await unit.outbox.enqueue(
        parcels.desk_destination(where), f"report:{user}", Urgency.MESSAGE, parcels.ParcelKind.REPORT, payload, due=now
    )


async def of_parcel(hub: Hub, payload: Mapping[str, Any]) -> View:
    """Makes the report that `enqueue` has requested."""
    zone = _zone(str(payload["zone"]), hub.zone)
    since, until = (datetime.fromisoformat(payload[name]).astimezone(zone) for name in ("since", "until"))
    accounts = [AccountName(name) for name in payload["accounts"]]
    return await report(hub, Period(since, until), accounts)


def _zone(name: str, otherwise: tzinfo) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return otherwise


async def report(hub: Hub, period: Period, accounts: Sequence[AccountName]) -> View:
    """Makes one report on all these accounts. If the chart cannot be drawn, the report says so and still has its
    figures."""
    async with hub.store.read() as unit:
        dialogs = await unit.reports.dialogs(accounts, period.since, period.until)
        answers = await unit.reports.answers(accounts, period.since, period.until)
        ids = {one.responsible for one in dialogs if one.responsible is not None} | {who for who, _ in answers}
        names = {OperatorId(int(one)): name for one, name in (await operator_names(unit, ids)).items()}
    language, zone = Language(hub.tr, hub.locale), period.since.tzinfo or hub.zone
    titles = {str(name): hub.title(name) for name in (*hub.accounts, *hub.removed)}
    facts = await asyncio.to_thread(Facts.of, period, dialogs, answers, names, titles)
    of_one = titles.get(accounts[0], accounts[0]) if len(accounts) == 1 < len(hub.accounts) else ""
    heading = _title(period, of_one, language)
    if not facts:
        return View((Row(line(hub.tr.gettext("There were no dialogs in this period."))),), heading)
    stem = f"{period.since:%Y-%m-%d}"
    counted = await asyncio.to_thread(figures.count, facts)
    rows, files = summary(counted, language), []
    try:
        picture = await drawn(chart(heading, counted, language))
        files.append(await _kept(hub, picture, f"report-{stem}.png", "image/png", MediaKind.PHOTO))
    except NotDrawn as error:
        log.error("failed to draw a report", reason=str(error))
        rows += (Row(line(hub.tr.gettext("The chart could not be drawn: ask your administrator."))),)
    listed = await asyncio.to_thread(tables.dialogs, dialogs, names, titles, language, zone)
    table = await asyncio.to_thread(tables.figures, counted, language)
    files.append(await _kept(hub, table, f"report-{stem}.csv", "text/csv", MediaKind.FILE))
    if len(listed) <= LARGEST:
        files.append(await _kept(hub, listed, f"dialogs-{stem}.csv", "text/csv", MediaKind.FILE))
    else:
        text = hub.tr.gettext("The dialog table is too large. Choose a shorter period or a single account.")
        rows += (Row(line(text)),)
    return View(rows, heading, files=tuple(files), table=message_table.table(counted, language))


def _title(period: Period, account: str, language: Language) -> str:
    """Title of a report. `account`: the account's title, or "" for all."""
    return language._("Report · {period} · {account}").format(
        period=period.words(language.locale), account=account or language._("all accounts")
    )


def summary(counted: Sequence[Figure], language: Language) -> tuple[Row, ...]:
    """Figures as text, shown beside the chart."""
    return tuple(Row(text) for text in (one.text(language) for one in counted) if text is not None)


def chart(heading: str, counted: Sequence[Figure], language: Language) -> Chart:
    """Data of the chart."""
    panels = tuple(bars for bars in (one.bars(language) for one in counted) if bars is not None)
    return Chart(heading, language._(NOTHING), panels)


class NotDrawn(Exception):
    """The drawing process failed or took too long; the text says why."""


async def drawn(chart: Chart) -> bytes:
    """Draws the chart as PNG, in a separate process. Raises `NotDrawn`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot.reports.chart"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(DRAWS_FOR):
            picture, complaints = await process.communicate(packed(chart))
    except TimeoutError as error:
        raise NotDrawn(f"it took more than {DRAWS_FOR:.0f} s") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise NotDrawn(complaints.decode(errors="replace")[-300:])
    return picture


async def _kept(hub: Hub, data: bytes, name: str, mime: str, kind: MediaKind) -> Media:
    async def chunks() -> AsyncIterator[bytes]:
        yield data

    file, size = await hub.files.save(chunks(), name, mime, LARGEST, keep=KEPT)
    return Media(kind, file, name, mime, size)
