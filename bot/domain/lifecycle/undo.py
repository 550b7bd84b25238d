"""Undoing a redirect: the technical line keeps what the dialog was before, and nothing may have happened since."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain import Addressee, Dialog, Message, OperatorId, RoleName, Status
from bot.domain.lifecycle.effects import Follow, Notify, RefreshCard, Refusal, Step, WriteLine, technical_line
from bot.domain.lifecycle.events import RedirectUndone
from bot.domain.value import replace

UNDO_FOR = timedelta(minutes=1)
"""Time for which a redirect can be undone."""
BEFORE = "before"
"""Value of a redirect's line that keeps the dialog's team. Lines from before that have none, and are never undone."""
_HAND_OVERS = frozenset(
    {
        "accepted",
        "took_over",
        "assigned",
        "redirected",
        "redirect_undone",
        "added",
        "joined",
        "removed",
        "left",
        "role_removed",
        "handed_over",
        "closed",
    }
)
"""Lines about changes of a dialog's team or addressee."""


def team_of(dialog: Dialog) -> str:
    """The dialog's status, team and addressee, to be kept in a line."""
    whom = dialog.addressee or Addressee()
    return json.dumps([dialog.status, dialog.responsible, sorted(dialog.coexecutors), whom.operator, whom.role])


def check_may_undo(line: Message, latest: Sequence[Message], by: OperatorId, now: datetime) -> None:
    """Checks that this operator may still undo the redirect that `line` is about. `latest`: the dialog's technical
    lines, newest first. Raises `Refusal`."""
    said = line.line
    if said is None or said.code != "redirected" or BEFORE not in said.values:
        raise Refusal("undo_late")
    since = next((one for one in latest if one.line is not None and one.line.code in _HAND_OVERS), None)
    if since is None or since.id != line.id:
        undone = since is not None and since.line is not None and since.line.code == "redirect_undone"
        raise Refusal("undone_already" if undone else "undo_changed")
    if said.values["by"] != str(by):
        raise Refusal("undo_others", by=said.values["by"])
    if now >= line.at + UNDO_FOR:
        raise Refusal("undo_late")


def redirect_undone(dialog: Dialog, event: RedirectUndone) -> Step:
    to, before = event.redirected.values, json.loads(event.redirected.values[BEFORE])
    status, responsible, coexecutors, operator, role = before
    addressee = _addressee(to.get("to"), to.get("to_role"))
    if dialog.status is not Status.RETURNED or dialog.responsible is not None or dialog.addressee != addressee:
        raise Refusal("undo_changed")
    back = replace(
        dialog,
        status=Status(status),
        responsible=OperatorId(responsible) if responsible is not None else None,
        coexecutors=frozenset(map(OperatorId, coexecutors)),
        addressee=_addressee(operator, role),
    )
    line = technical_line("redirect_undone", event.by, to=addressee or "")
    notices = (Notify(addressee, line),) if addressee is not None and addressee.operator != event.by else ()
    gone = frozenset({addressee.operator} if addressee is not None and addressee.operator is not None else ())
    again = frozenset({back.responsible} if back.responsible is not None else ())
    return back, (WriteLine(line), RefreshCard(), *notices, Follow(gone - again), Follow(again, on=True))


def _addressee(operator: int | str | None, role: str | None) -> Addressee | None:
    if operator is None and role is None:
        return None
    return Addressee(OperatorId(int(operator)) if operator is not None else None, RoleName(role) if role else None)
