"""Makes a report: reads, counts, has it drawn, keeps the files."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog

from bot.domain import AccountName, Media, MediaKind, OperatorId
from bot.domain.period import Period
from bot.domain.text import line
from bot.hub import names as people
from bot.hub.context import Hub
from bot.reports import figures, tables, words
from bot.reports.chart import Chart, packed
from bot.views.values import Row, View

log = structlog.get_logger(__name__)

LARGEST = 50 * 1024 * 1024  # bytes of one file
DRAWS_FOR = 60.0  # seconds at most
KEPT = timedelta(days=30)
"""How long a report can be looked at in the hub's own desk; the team chats have files of their own."""


async def of_parcel(hub: Hub, payload: Mapping[str, Any]) -> View:
    """What `bot.hub.parcels.report` asked for."""
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
    """Of these accounts together. A picture that cannot be drawn is said; the figures and tables come all the same."""
    async with hub.store.read() as unit:
        dialogs = await unit.reports.dialogs(accounts, period.since, period.until)
        answers = await unit.reports.answers(accounts, period.since, period.until)
        ids = {one.responsible for one in dialogs if one.responsible is not None} | set(answers)
        names = {OperatorId(int(one)): name for one, name in (await people.names(unit, ids)).items()}
    zone: tzinfo = period.since.tzinfo or hub.zone
    titles = {str(name): account.title or str(name) for name, account in hub.accounts.items()}
    counted = await asyncio.to_thread(figures.count, period, dialogs, answers, names, titles)
    of_one = titles.get(accounts[0], accounts[0]) if len(accounts) == 1 < len(hub.accounts) else ""
    heading = words.title(period, of_one, hub.tr, hub.locale)
    if not (counted.opened or counted.closed or counted.operators):
        return View((Row(line(hub.tr.gettext("There were no dialogs in this period."))),), heading)
    stem = f"{period.since:%Y-%m-%d}"
    chart = words.chart(heading, counted, period, hub.tr, hub.locale)
    rows, files = words.rows(counted, hub.tr, hub.locale), []
    try:
        files.append(await _kept(hub, await drawn(chart), f"report-{stem}.png", "image/png", MediaKind.PHOTO))
    except NotDrawn as error:
        log.error("a report could not be drawn", reason=str(error))
        rows += (Row(line(hub.tr.gettext("The picture could not be drawn: the log says why."))),)
    listed = await asyncio.to_thread(tables.dialogs, dialogs, names, titles, hub.tr, hub.locale, zone)
    loads = await asyncio.to_thread(tables.loads, counted, hub.tr, hub.locale)
    files.append(await _kept(hub, loads, f"report-{stem}.csv", "text/csv", MediaKind.FILE))
    if len(listed) <= LARGEST:
        files.append(await _kept(hub, listed, f"dialogs-{stem}.csv", "text/csv", MediaKind.FILE))
    else:
        told = hub.tr.gettext("The table of the dialogs is too large: ask for a shorter period, or for one account.")
        rows += (Row(line(told)),)
    return View(rows, heading, files=tuple(files))


class NotDrawn(Exception):
    """The drawing process failed or took too long; says why."""


async def drawn(chart: Chart) -> bytes:
    """PNG, by a process of its own. Raises `NotDrawn`."""
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
