"""Pages of operators' own: what each was shown last, so that it can be kept current."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

from bot.domain import DeskEvent, HomeOpened, Operator, Pressed, Submitted
from bot.domain.text import Text
from bot.hub.context import Hub
from bot.ports import Paged
from bot.ports.storage import Unit
from bot.queries.sections import Standing, standing, viewer_under
from bot.views.values import Answer, View, Whisper

CURRENT_FOR = timedelta(minutes=30)
"""Time for which a page is kept current after its reader opened it or did something there: no team chat says when they
turn away."""


async def note(hub: Hub, unit: Unit, operator: Operator, event: DeskEvent, answer: Answer) -> None:
    """Notes a page that an operator is shown in answer to this event."""
    if not isinstance(event, HomeOpened | Pressed | Submitted) or event.place.channel:
        return
    if not isinstance(answer, Whisper) or not answer.view.again:
        return
    if isinstance(hub.desks.by_name.get(event.place.desk), Paged):
        reads = readable(hub, await standing(hub, unit), operator)
        until = hub.clock.now() + CURRENT_FOR
        await unit.homes.opened(operator.id, answer.view.again, digest(answer.view), reads, until)


def digest(view: View) -> str:
    """Digest of what a view shows. Times that clients keep current by themselves are no change."""
    rows = tuple(replace(row, text=_timeless(row.text)) for row in view.rows)
    return hashlib.sha256(repr(replace(view, rows=rows)).encode("utf-8", "replace")).hexdigest()[:32]


def readable(hub: Hub, at: Standing, operator: Operator) -> str:
    """Digest of what an operator may read."""
    accounts = sorted(viewer_under(hub, at, operator).accounts)
    return hashlib.sha256(repr((hub.includes(operator), accounts)).encode()).hexdigest()[:32]


def _timeless(text: Text) -> Text:
    return Text(tuple(replace(span, text="") if span.since is not None else span for span in text.spans))
