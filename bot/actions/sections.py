"""`new`, `work`, `mine`, `all`, `closed`: the sections of the workplace, with their counters."""

from __future__ import annotations

from bot.actions.action import Action, Call, Needs
from bot.dialog import addressed_to
from bot.locale import N_, ago
from bot.model import AccountName, Dialog, Status
from bot.store import DialogRow, Section, Viewer
from bot.text import bold, line, link, shorten
from bot.views.answers import says
from bot.views.cards import SIGNS, STATUSES, heading
from bot.views.values import Answer, Row, View, Whisper

LABELS = {
    Section.NEW: N_("New ones"),
    Section.WORK: N_("In progress"),
    Section.MINE: N_("Mine"),
    Section.ALL: N_("All"),
    Section.CLOSED: N_("Closed ones"),
}
SHOWN_WORDS = 60


def is_for(dialog: Dialog, section: Section, viewer: Viewer) -> bool:
    """Whether a listed dialog waits for this viewer: addressed to them or their role, or new to them because somebody
    has added them (why else would one in progress be among the new ones)."""
    added = section is Section.NEW and dialog.status is Status.IN_PROGRESS
    return added or addressed_to(dialog, viewer.operator, viewer.roles)


class SectionAction(Action):
    """One section. Inputs: an account's name, a text to look for."""

    needs = Needs.NOTHING
    section: Section

    def read(self, words: str, call: Call) -> dict[str, str]:
        first, _, rest = words.partition(" ")
        if first and AccountName(first) in call.hub.accounts:
            return {"account": first, "text": rest.strip()}
        return {"text": words}

    async def run(self, call: Call) -> Answer:
        viewer = Viewer(call.operator.id, call.roles, await call.hub.readable(call.unit, call.operator))
        account = AccountName(call.inputs["account"]) if call.inputs.get("account") else None
        found = await call.unit.dialogs.section(self.section, viewer, account=account, text=call.inputs.get("text", ""))
        title = await self._title(call, viewer)
        if not found:
            return Whisper(View(says(call._("Nothing here.")).rows, title))
        return Whisper(View(tuple(self._row(call, row, viewer) for row in found), title))

    async def _title(self, call: Call, viewer: Viewer) -> str:
        """This section's name, and the counters of all: dialogs whose customer waits."""
        waiting = await call.unit.dialogs.counters(viewer)
        name, customers = call._(LABELS[self.section]), waiting.get(Section.ALL, 0)
        if not customers:
            return name
        total = call.hub.tr.ngettext("{n} customer waits for an answer", "{n} customers wait for an answer", customers)
        counted = " · ".join(
            f"{call._(LABELS[one])} {count}" for one, count in waiting.items() if count and one is not Section.ALL
        )
        return f"{name} · {total.format(n=customers)} ({counted})"

    def _row(self, call: Call, row: DialogRow, viewer: Viewer) -> Row:
        dialog = row.dialog
        account = call.hub.accounts.get(dialog.account)
        name = row.contact.name or call._("Customer")
        about = [account.title if account else str(dialog.account), call._(STATUSES[dialog.status])]
        if row.responsible is not None:
            about.append(row.responsible.title)
        if dialog.last_at is not None:
            about.append(ago(call.now - dialog.last_at, call.hub.locale))
        waits = dialog.waiting_since is not None
        mine = "👉 " if is_for(dialog, self.section, viewer) else ""
        number = link(f"{heading(dialog)} · {name}", call.hub.desks.link(dialog.ref))
        words = shorten(dialog.last_words, SHOWN_WORDS)
        return Row(
            line(
                f"{mine}{SIGNS[dialog.status]} ", number, f" · {' · '.join(about)}\n", bold(words) if waits else words
            ),
            strong=waits,
        )


class New(SectionAction):
    word = "new"
    label = LABELS[Section.NEW]
    about = N_("dialogs that nobody has taken: new [account] [text]")
    section = Section.NEW


class Work(SectionAction):
    word = "work"
    label = LABELS[Section.WORK]
    about = N_("dialogs in progress: work [account] [text]")
    section = Section.WORK


class Mine(SectionAction):
    word = "mine"
    label = LABELS[Section.MINE]
    about = N_("dialogs that you answer: mine [account] [text]")
    section = Section.MINE


class All(SectionAction):
    word = "all"
    label = LABELS[Section.ALL]
    about = N_("all open dialogs: all [account] [text]")
    section = Section.ALL


class ClosedOnes(SectionAction):
    word = "closed"
    label = LABELS[Section.CLOSED]
    about = N_("closed dialogs: closed [account] [text]")
    section = Section.CLOSED
