"""`task`: a task for oneself; `assign`: a task for others. With a due time in plain words."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from bot.actions.base import Action, Call, CardSlot, DialogCall, InvalidInput, MenuGroup, Needs
from bot.actions.choosing import may_read, people_field, several
from bot.actions.chosen import chosen, done_with, said
from bot.actions.due_time import due_field, moment
from bot.domain import Dialog, Operator, OperatorId, Status
from bot.domain.access import person
from bot.domain.text import shorten
from bot.hub.offers import CardView, Face
from bot.locale import N_
from bot.tasks import assign, buttons, views
from bot.tasks.due import split, zone_of
from bot.views.values import Answer, Ask, Field, FieldKind, Form, Whisper

LONGEST = 500
"""Characters of a task."""
COME_BACK = {buttons.HOURS: N_("Task in 2 h"), buttons.TOMORROW: N_("Task tomorrow")}
"""Menu entries that make a task of the dialog itself."""


def words_field(call: Call, value: str) -> Field:
    return Field("text", call._("What to do"), FieldKind.AREA, required=True, value=value, limit=LONGEST)


def what(call: Call) -> str:
    """Text of the task, as entered. Raises `InvalidInput`."""
    text = call.inputs.get("text", "").strip()
    if not text:
        raise InvalidInput(text=call._("Enter what to do."))
    if len(text) > LONGEST:
        raise InvalidInput(text=call._("Too long: at most {limit} characters.").format(limit=LONGEST))
    return text


class _NewTask(Action):
    """Base of both: the text and the due time."""

    needs = Needs.DIALOG_IF_ANY
    spot = CardSlot.MENU
    group = MenuGroup.TASKS
    statuses = frozenset(Status)

    def read(self, words: str, call: Call) -> dict[str, str]:
        found = split(words)
        return {"text": found.text, "due": found.due, "sure": "yes" if found.sure and found.due else ""}

    def satisfied(self, call: Call) -> bool:
        """Tells whether to create the task at once. Without a certain due time the form asks for one; it may be left
        empty."""
        return bool(call.inputs.get("text") and call.inputs.get("sure"))

    async def fields(self, call: Call) -> tuple[Field, ...]:
        words = call.inputs.get("text") or await _words_of(call)
        zone = zone_of(call.hub, call.operator, call.account)
        return words_field(call, words), due_field(call, zone, call.inputs.get("due", ""))

    async def form(self, call: Call) -> Form:
        """Form whose token records that it began with the text of the selected messages."""
        form = await super().form(call)
        if call.inputs.get("text"):
            return form
        return replace(form, token=call.token(self.word, form=True, extra={"chosen": "yes"}))

    async def run(self, call: Call) -> Answer:
        text, people = what(call), await self._people(call)
        zone = zone_of(call.hub, call.operator, call.account)
        try:
            due = buttons.moment(call.inputs.get("for", ""), call.now, zone) or moment(call, zone)
        except InvalidInput as wrong:
            if call.complete:
                raise
            return Ask(replace(await self.form(call), intro=wrong.errors["due"]))
        task = await assign.give(call.hub, call.unit, call.operator, people, text, due, call.dialog)
        if "chosen" in call.inputs and isinstance(call, DialogCall):
            await done_with(call)
        return Whisper(await views.made(call.hub, call.unit, task, call.operator))

    @abstractmethod
    async def _people(self, call: Call) -> Sequence[OperatorId]:
        """Assignees of the task."""


class NewTask(_NewTask):
    word = "task"
    label = N_("Task…")
    verb = N_("Create task")
    about = N_("a task for yourself, with a reminder: task TEXT WHEN (tomorrow 15:00, fri 3pm, in 2 hours)")
    shortcut = True

    def place(self, dialog: Dialog) -> CardSlot | None:
        """Place on the card: a button in dialogs for review, where it is one of three actions."""
        return CardSlot.BUTTON if dialog.status is Status.FOR_REVIEW else self.spot

    def faces(self, card: CardView) -> tuple[Face, ...]:
        """Offers the form, and in the menu two times at which to come back to what the customer said."""
        later = tuple(Face(label, CardSlot.MENU, {"for": span}) for span, label in COME_BACK.items())
        talks = card.dialog.open and card.dialog.status is not Status.FOR_REVIEW
        return (*super().faces(card), *(later if talks else ()))

    def satisfied(self, call: Call) -> bool:
        """Tells whether to create the task at once: also without a due time, which buttons set afterwards. The form
        asks about one that is only possible."""
        return (
            "for" in call.inputs
            or bool(call.inputs.get("text") and not call.inputs.get("due"))
            or super().satisfied(call)
        )

    async def run(self, call: Call) -> Answer:
        if "for" in call.inputs and not call.inputs.get("text") and isinstance(call, DialogCall):
            words = await _words_of(call) or await _last_words(call)
            call = replace(call, inputs={**call.inputs, "text": shorten(words, LONGEST)})
        return await super().run(call)

    async def _people(self, call: Call) -> Sequence[OperatorId]:
        return [call.operator.id]


class Assign(_NewTask):
    word = "assign"
    label = N_("Assign…")
    verb = N_("Assign")
    about = N_("a task for others: assign @operator[, @operator] TEXT WHEN")

    def read(self, words: str, call: Call) -> dict[str, str]:
        names, rest = _names_first(words)
        return {"who": names, **super().read(rest, call)}

    def satisfied(self, call: Call) -> bool:
        return bool(call.inputs.get("who")) and super().satisfied(call)

    async def fields(self, call: Call) -> tuple[Field, ...]:
        chosen = [one.id for one in await self._known(call)]
        return (await assignees_field(call, chosen), *await super().fields(call))

    async def _known(self, call: Call) -> Sequence[Operator]:
        """Colleagues meant by those names of a command that fit one person or role."""
        known = list[Operator]()
        for name in call.inputs.get("who", "").split(","):
            with suppress(InvalidInput):
                known += await several(replace(call, inputs={"who": name}))
        return known

    async def _people(self, call: Call) -> Sequence[OperatorId]:
        return await assignees(call)


async def assignees_field(call: Call, chosen: Sequence[OperatorId]) -> Field:
    value, who = ",".join(map(person, chosen)), call._("Who")
    parts = (who, call._("Or roles"))
    asked = await people_field(call, roles=True)
    return replace(asked, label=who, kind=FieldKind.PEOPLE, value=value, parts=parts)


async def assignees(call: Call) -> Sequence[OperatorId]:
    """Assignees. Raises `InvalidInput`, also for somebody who may not read the dialog."""
    people = await several(call)
    for one in people:
        await may_read(call, one)
    return [one.id for one in people]


# ------------------------------------------------------------------------------------ parsing


def _names_first(words: str) -> tuple[str, str]:
    """Splits `@anna, @boris call Vera` into the names, comma-separated, and the rest. A role, or a name without @, is
    accepted in first place and after a comma."""
    names, rest, more = list[str](), words.strip(), True
    while rest and (more or rest.startswith("@")):
        first, _, behind = rest.partition(" ")
        names += [part for part in first.split(",") if part]
        rest, more = behind.strip(), first.endswith(",")
    return ",".join(names), rest


async def _last_words(call: DialogCall) -> str:
    """The customer's name and what was said last."""
    contact = await call.unit.contacts.get(call.dialog.contact)
    return f"{contact.name or call._('Customer')}: {call.dialog.last_words}".strip(": ")


async def _words_of(call: Call) -> str:
    """Selected messages as a task's text, each with its author; in a dialog for review, its subject."""
    if not isinstance(call, DialogCall):
        return ""
    if call.dialog.status is Status.FOR_REVIEW and call.message is None:
        return call.dialog.last_words
    words = "\n".join([await said(call, one) for one in await chosen(call)])
    return words if len(words) <= LONGEST else shorten(words, LONGEST)
