"""Calls: operators whom a technical line mentions. Their team chat notifies them of the line, and from then on of what
is written in the thread.

An event takes one of two roads to an operator: a call on its line, or a direct message. Whoever turns out not to be in
the channel when the line is posted gets the direct message after all (`bot.senders.direct_messages`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bot.domain import Author, Dialog, Line, MessageId, Operator, OperatorId
from bot.domain.notifications import DEFAULT_CHOICES
from bot.hub import parcels
from bot.hub.context import Hub
from bot.ports import Following, Mentioning
from bot.ports.storage import Unit
from bot.views.lines import called, calling

CALLING = frozenset(
    {
        *("assigned", "redirected", "added", "for_review", "redirected_on"),
        *("deadline_nears", "deadline_over", "window_closes"),
    }
)
"""Codes of lines that call those they are about. Other lines tell somebody that a dialog is no longer theirs."""
LOOKED_AT = 20
"""Latest lines of a dialog that are searched for the one by which it came to wait for somebody."""
_WAITS = frozenset({"assigned", "redirected"})


async def by_line(
    hub: Hub, unit: Unit, dialog: Dialog, line: Line, operators: Iterable[Operator]
) -> Collection[Operator]:
    """Returns those of the operators whom a call on the line tells of its event. The others get a direct message:
    nothing calls them there, or they have chosen it."""
    able = [one for one in operators if line.code in CALLING and _calls_there(hub, dialog, one)]
    chosen = await unit.preferences.of([one.id for one in able]) if able else {}
    return [one for one in able if not chosen.get(one.id, DEFAULT_CHOICES).direct]


def _calls_there(hub: Hub, dialog: Dialog, operator: Operator) -> bool:
    return operator.desk == dialog.desk and isinstance(hub.desks.by_name.get(dialog.desk), Mentioning)


async def own(hub: Hub, unit: Unit, dialog: Dialog, line: Line, operators: Iterable[OperatorId]) -> Line:
    """Returns the line about these operators' own act so that it calls them. Whoever accepts a dialog that a line has
    called them to is not called again."""
    if not isinstance(hub.desks.by_name.get(dialog.desk), Mentioning):
        return line
    found = [await unit.operators.get(one) for one in operators]
    theirs = [one for one in found if one is not None and _calls_there(hub, dialog, one)]
    before = await _called_to_accept(unit, dialog) if line.code == "accepted" and theirs else ()
    await follow(hub, unit, dialog, [one.id for one in theirs])
    return calling(line, [one.id for one in theirs if one.id not in before])


async def _called_to_accept(unit: Unit, dialog: Dialog) -> Collection[OperatorId]:
    """Returns whom the line by which the dialog came to wait for them has called."""
    lines = [one.line for one in await unit.messages.written_by(dialog.id, Author.HUB, LOOKED_AT) if one.line]
    return next((called(one) for one in lines if one.code in _WAITS), ())


async def call(hub: Hub, unit: Unit, dialog: Dialog, line: MessageId, operators: Collection[Operator]) -> None:
    """Lets a line that is not posted yet call these operators as well."""
    message = await unit.messages.get(line)
    if not operators or message is None or message.line is None:
        return
    everybody = (*called(message.line), *(one.id for one in operators))
    await unit.messages.set_line(line, calling(message.line, dict.fromkeys(everybody)))
    await follow(hub, unit, dialog, [one.id for one in operators])


async def follow(hub: Hub, unit: Unit, dialog: Dialog, operators: Iterable[OperatorId], *, on: bool = True) -> None:
    """Makes operators follow the dialog's thread, or not follow it, where the desk can do that."""
    if isinstance(hub.desks.by_name.get(dialog.desk), Following):
        for one in sorted(operators):
            operator = await unit.operators.get(one)
            if operator is not None and operator.desk == dialog.desk:
                await parcels.follow(unit, dialog, operator.user, hub.clock.now(), on=on)
