"""Rules of co-executors, who work in a dialog beside its owner."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import Addressee, Dialog, Status
from bot.domain.lifecycle.effects import (
    Follow,
    Notify,
    RefreshCard,
    Refusal,
    Step,
    WriteLine,
    called,
    technical_line,
)
from bot.domain.lifecycle.events import CoexecutorAdded, CoexecutorRemoved
from bot.domain.lifecycle.team import only_team


def added(dialog: Dialog, event: CoexecutorAdded) -> Step:
    if dialog.status is Status.FOR_REVIEW:
        raise Refusal("for_review")
    joined = event.by == event.who  # anyone may join on their own
    if not joined:
        only_team(dialog, event.by, event.administers)
    if event.who == dialog.responsible:
        raise Refusal("is_responsible", by=str(event.who))
    if event.who in dialog.coexecutors:
        raise Refusal("in_already", by=str(event.who))
    line = technical_line("joined" if joined else "added", event.by, who=event.who)
    written = WriteLine(line, called(dialog, event.who, event.posted) if joined else ())
    notices = () if joined else (Notify(Addressee(operator=event.who), line),)
    return replace(dialog, coexecutors=dialog.coexecutors | {event.who}), (written, RefreshCard(), *notices)


def removed(dialog: Dialog, event: CoexecutorRemoved) -> Step:
    if event.by != event.who:
        only_team(dialog, event.by, event.administers)
    if event.who not in dialog.coexecutors:
        raise Refusal("not_in", by=str(event.who))
    line = technical_line("left" if event.by == event.who else "removed", event.by, who=event.who)
    notices = () if event.by == event.who else (Notify(Addressee(operator=event.who), line),)
    effects = (WriteLine(line), RefreshCard(), *notices, Follow(frozenset({event.who})))
    return replace(dialog, coexecutors=dialog.coexecutors - {event.who}), effects
