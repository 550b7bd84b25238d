"""`task`: something to do, for oneself; `assign`: for others. With a due time in plain words."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.actions.action import Action, Call, Needs, Spot, Wrong
from bot.actions.choosing import people_field, several
from bot.due import Passed, Unclear, read, split, zone_of
from bot.locale import N_, appointment
from bot.model import Author, Dialog, Operator, OperatorId, Status
from bot.text import shorten
from bot.todo import giving, views
from bot.views.values import Answer, Ask, Field, FieldKind, Whisper
from bot.views.words import summary

LONGEST = 500
"""Characters of a task."""


class _NewTask(Action):
    """What both have in common: words, and when."""

    needs = Needs.DIALOG_IF_ANY
    spot = Spot.MENU
    statuses = frozenset(Status)

    def read(self, words: str, call: Call) -> dict[str, str]:
        found = split(words)
        return {"text": found.text, "due": found.due, "sure": "yes" if found.sure and found.due else ""}

    def satisfied(self, call: Call) -> bool:
        """Without a time that is surely one, people are asked for it; they may leave it out."""
        return bool(call.inputs.get("text") and call.inputs.get("sure"))

    async def fields(self, call: Call) -> tuple[Field, ...]:
        words = call.inputs.get("text") or await _words_of(call)
        hint = call._("In plain words: tomorrow 15:00, fri 3pm, in 2 hours, 25.12 10:00. Empty: at any time.")
        return (
            Field("text", call._("What to do"), FieldKind.AREA, required=True, value=words, limit=LONGEST),
            Field("due", call._("Due"), value=call.inputs.get("due", ""), hint=hint, limit=100),
        )

    async def run(self, call: Call) -> Answer:
        text = call.inputs.get("text", "").strip()
        if not text:
            raise Wrong(text=call._("Write what is to be done."))
        if len(text) > LONGEST:
            raise Wrong(text=call._("Too long: {limit} characters at most.").format(limit=LONGEST))
        people = await self._people(call)
        try:
            due = await _due(call)
        except Unclear:
            if call.complete:
                raise Wrong(due=_unclear(call)) from None
            form = await self.form(call)
            return Ask(replace(form, intro=_unclear(call)))
        task = await giving.give(call.hub, call.unit, call.operator, people, text, due, call.dialog)
        return Whisper(await views.made(call.hub, call.unit, task, call.operator))

    @abstractmethod
    async def _people(self, call: Call) -> Sequence[OperatorId]:
        """Who has it to do."""


class NewTask(_NewTask):
    word = "task"
    label = N_("Task…")
    about = N_("a task for yourself, with a reminder: task TEXT WHEN (tomorrow 15:00, fri 3pm, in 2 hours)")
    shortcut = True

    def place(self, dialog: Dialog) -> Spot | None:
        """One of the three things that are done with messages for review."""
        return Spot.BUTTON if dialog.status is Status.FOR_REVIEW else self.spot

    async def _people(self, call: Call) -> Sequence[OperatorId]:
        return [call.operator.id]


class Assign(_NewTask):
    word = "assign"
    label = N_("Assign…")
    about = N_("a task for others: assign @operator[, @operator] TEXT WHEN")

    def read(self, words: str, call: Call) -> dict[str, str]:
        names, rest = _names_first(words)
        return {"who": names, **super().read(rest, call)}

    def satisfied(self, call: Call) -> bool:
        return bool(call.inputs.get("who")) and super().satisfied(call)

    async def fields(self, call: Call) -> tuple[Field, ...]:
        who = await people_field(call, roles=True)
        chosen = await self._known(call)
        many = replace(
            who,
            label=call._("Who"),
            kind=FieldKind.MANY,
            value=",".join(f"operator:{one.id}" for one in chosen),
        )
        return (many, *await super().fields(call))

    async def _known(self, call: Call) -> Sequence[Operator]:
        """Those of a command's names that are somebody's."""
        try:
            return await several(call)
        except Wrong:
            return []

    async def _people(self, call: Call) -> Sequence[OperatorId]:
        return [one.id for one in await several(call)]


# ------------------------------------------------------------------------------------ what was said


def _names_first(words: str) -> tuple[str, str]:
    """`@anna, @boris call Vera` → the names, comma-separated, and the rest. A role or a name without @ may stand first,
    and behind a comma."""
    names, rest, more = list[str](), words.strip(), True
    while rest and (more or rest.startswith("@")):
        first, _, behind = rest.partition(" ")
        names += [part for part in first.split(",") if part]
        rest, more = behind.strip(), first.endswith(",")
    return ",".join(names), rest


async def _words_of(call: Call) -> str:
    """A message as a task: whose words they are, and the words. In a dialog for review: what it is about."""
    if call.message is None:
        dialog = call.dialog
        return dialog.last_words if dialog is not None and dialog.status is Status.FOR_REVIEW else ""
    words = shorten(summary(call.message.content, call.hub.tr), LONGEST - 100)
    if call.message.author is not Author.CUSTOMER:
        return words
    contact = await call.unit.contacts.get(call.the_dialog.contact)
    return f"{contact.name or call._('Customer')}: {words}"


async def _due(call: Call) -> datetime | None:
    """Raises `Unclear`, or `Wrong` for a time that is over."""
    words, zone = call.inputs.get("due", "").strip(), zone_of(call.hub, call.operator, call.account)
    if not words:
        return None
    try:
        return read(words, call.now, zone)
    except Passed as passed:
        at = appointment(passed.at, call.hub.locale, zone, call.now)
        raise Wrong(due=call._("This time is over: {at}.").format(at=at)) from None


def _unclear(call: Call) -> str:
    told = call._("I don't understand when “{words}” is. Say it so: tomorrow 15:00, fri 3pm, in 2 hours, 25.12 10:00.")
    return told.format(words=shorten(call.inputs.get("due", ""), 40))
