"""Parcels that a desk refused for good: the thread says so, with a way to read them and to try again; administrators
are told. Nothing of it is lost: the parcel lies with the dead until it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from bot.delivery import admin_alerts
from bot.dialogs.apply import write_line
from bot.domain import DeskName, Dialog, DialogId, Line, MessageId
from bot.domain.text import shorten
from bot.hub.context import Hub
from bot.hub.parcels import ParcelKind
from bot.ports import Rejected
from bot.ports.storage import Parcel, Unit
from bot.views.lines import UNSHOWN

log = structlog.get_logger(__name__)

TOLD_EVERY = timedelta(hours=1)
"""Interval between two direct messages to administrators about one desk's refusals."""
LONGEST_REASON = 200
"""Characters of a platform's words that a line shows."""
_LINES: Mapping[str, str] = {
    ParcelKind.POST: "unshown_post",
    ParcelKind.REPOST: "unshown_edit",
    ParcelKind.CARD: "unshown_card",
    ParcelKind.PROBLEM: "unshown_notice",
    ParcelKind.WHISPER: "unshown_whisper",
    ParcelKind.TELL: "unshown_whisper",
}


async def say(hub: Hub, unit: Unit, desk: DeskName, parcel: Parcel, error: Rejected) -> None:
    """Says in the thread, where the parcel has one, and to the administrators that the desk refused it."""
    number = parcel.payload.get("dialog")
    dialog = await unit.dialogs.get(DialogId(number)) if number else None
    log.error("the desk refused a parcel", desk=desk, kind=parcel.kind, parcel=parcel.id, dialog=number)
    if dialog is not None:
        said = await _line(unit, desk, parcel, error)
        if said is not None:
            await write_line(hub, unit, dialog, said)
    await _tell(hub, unit, desk, dialog, error)


async def _line(unit: Unit, desk: DeskName, parcel: Parcel, error: Rejected) -> Line | None:
    """Returns the line about a parcel; None for a parcel without one, and for such a line itself."""
    code = _LINES.get(parcel.kind, "")
    values = {"parcel": str(parcel.key), "why": shorten(error.detail or str(error.reason), LONGEST_REASON)}
    if "message" in parcel.payload:
        message = await unit.messages.get(MessageId(parcel.payload["message"]))
        if message is None or (message.line is not None and message.line.code in UNSHOWN):
            return None
    if code == "unshown_whisper":
        operator = await unit.operators.of_user(desk, str(parcel.payload["user"]))
        values["to"] = str(operator.id) if operator is not None else str(parcel.payload["user"])
    return Line(code, values) if code else None


async def _tell(hub: Hub, unit: Unit, desk: DeskName, dialog: Dialog | None, error: Rejected) -> None:
    told, now = f"refused:{desk}", hub.clock.now()
    before = await unit.cursors.get(told)
    if before is not None and now - datetime.fromisoformat(before) < TOLD_EVERY:
        return
    words = hub.tr.gettext("⚠️ The team chat “{desk}” did not accept something from the hub: {why}.")
    words = words.format(desk=desk, why=error.detail or error.reason)
    if dialog is not None:
        where = hub.tr.gettext("The thread of #{number} says so; it can be read and shown again there.")
        words += " " + where.format(number=dialog.id)
    if await admin_alerts.tell_within(hub, unit, words):
        await unit.cursors.set(told, now.isoformat())
