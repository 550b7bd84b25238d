"""Rules of dialogs for review: messages of a customer's dialog, forwarded to a colleague."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import Addressee, Dialog, Status
from bot.domain.lifecycle.effects import Notify, RefreshCard, Refusal, Step, WriteLine, technical_line
from bot.domain.lifecycle.events import LAST_WORDS, PassedForReview, Redirected, Reviewed
from bot.domain.lifecycle.team import only_addressee
from bot.domain.text import shorten

FOR_READERS = ("read", "task", "redirect_on")
"""Words of the actions that the addressee is offered."""


def passed_for_review(dialog: Dialog, event: PassedForReview) -> Step:
    if dialog.status is not Status.FOR_REVIEW:
        raise Refusal("nothing_to_review")
    line = technical_line("for_review", event.by, to=event.to, comment=event.comment)
    words = shorten(event.words, LAST_WORDS)
    passed = replace(dialog, addressee=event.to, last_at=event.at, last_words=words)
    return passed, (WriteLine(line), Notify(event.to, line, FOR_READERS))


def passed_further(dialog: Dialog, event: Redirected) -> Step:
    """Hands the messages to another addressee; the dialog stays for review."""
    only_addressee(dialog, event.by, event.roles, event.administers)
    if event.to == dialog.addressee:
        raise Refusal("waits_already", **technical_line("", to=event.to).values)
    line = technical_line("redirected_on", event.by, to=event.to, comment=event.comment)
    return replace(dialog, addressee=event.to), (WriteLine(line), RefreshCard(), Notify(event.to, line, FOR_READERS))


def reviewed(dialog: Dialog, event: Reviewed) -> Step:
    """Closes the dialog and notifies the operator who forwarded the messages."""
    if dialog.status is not Status.FOR_REVIEW:
        raise Refusal("nothing_to_review")
    only_addressee(dialog, event.by, event.roles, event.administers)
    read = replace(dialog, status=Status.CLOSED, addressee=None, waiting_since=None, closed_at=event.at)
    line = technical_line("reviewed", event.by)
    concerned = dialog.passed_by is not None and dialog.passed_by != event.by
    notices = (Notify(Addressee(operator=dialog.passed_by), line),) if concerned else ()
    return read, (WriteLine(line), RefreshCard(), *notices)
