"""Preview of a dialog for everyone in a conversation: nothing about the customer in it."""

from __future__ import annotations

from bot.domain import Dialog
from bot.domain.text import bold, line
from bot.locale import Translator
from bot.views.cards import STATUSES, sign
from bot.views.values import Button, Row, View


def preview(dialog: Dialog, account: str, where: str, tr: Translator) -> View:
    """Builds the preview. `account`: its title; `where`: address of the dialog's thread, "" if there is none."""
    words = line(f"{sign(dialog)} ", bold(f"#{dialog.id}"), f" · {account} · {tr.gettext(STATUSES[dialog.status])}")
    opens = (Button("open", tr.gettext("Open"), "", url=where),) if where else ()
    return View((Row(words, opens),))
