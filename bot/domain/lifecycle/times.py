"""Times of a dialog: what is newest, and since when the customer waits."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain import Dialog
from bot.domain.lifecycle.events import LAST_WORDS
from bot.domain.text import shorten
from bot.domain.value import replace

LATE = timedelta(minutes=1)
"""Age beside newer messages from which one is late. Below it, clocks differ and channels round to seconds."""


def came_late(dialog: Dialog, at: datetime) -> bool:
    """Tells whether a message written at `at` is older than what the dialog holds already."""
    return dialog.last_at is not None and dialog.last_at - at > LATE


def with_words(dialog: Dialog, at: datetime, words: str) -> Dialog:
    """Same dialog after these words; a message that came late leaves the newer ones."""
    if dialog.last_at is None:
        return replace(dialog, last_at=at, last_words=shorten(words, LAST_WORDS))
    newest = dialog.last_words if came_late(dialog, at) else shorten(words, LAST_WORDS)
    return replace(dialog, last_at=max(at, dialog.last_at), last_words=newest)


def after_answer(dialog: Dialog, at: datetime, words: str) -> Dialog:
    """Same dialog after an answer written at `at`: the customer waits only for what they wrote later."""
    heard = dialog.heard_at
    since = heard if heard is not None and heard - at > LATE else None
    return replace(with_words(dialog, at, words), waiting_since=since, answered_at=dialog.answered_at or at)
