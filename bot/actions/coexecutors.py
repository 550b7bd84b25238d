"""`add` and `remove`: co-executors, who may do in a dialog everything its owner may."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from bot.actions.base import CardSlot, DialogAction, DialogCall, InvalidInput, Right, Stock
from bot.actions.choosing import may_answer, name_and_rest, operator, people_field
from bot.dialogs.apply import apply_event
from bot.domain import Addressee, Status
from bot.domain.lifecycle import CoexecutorAdded, CoexecutorRemoved
from bot.locale import N_
from bot.views.answers import whisper
from bot.views.values import Answer, Field, Silent


class _OneColleague(DialogAction):
    """Base of actions that name one colleague."""

    right = Right.SEND
    spot: ClassVar[CardSlot | None] = CardSlot.MENU
    statuses = frozenset({Status.IN_PROGRESS, Status.NEW, Status.RETURNED})

    def read(self, words: str, call: DialogCall) -> dict[str, str]:
        return {"who": name_and_rest(words)[0]}

    def satisfied(self, call: DialogCall) -> bool:
        return bool(call.inputs.get("who"))


class Add(_OneColleague):
    word = "add"
    label = N_("Add co-executor")
    about = N_("add a co-executor: add @operator")

    async def fields(self, call: DialogCall) -> tuple[Field, ...]:
        return (await people_field(call, roles=False),)

    async def run(self, call: DialogCall) -> Answer:
        who = await operator(call)
        await may_answer(call, Addressee(operator=who.id))
        event = CoexecutorAdded(call.operator.id, who.id, call.rights.administer)
        await apply_event(call.hub, call.unit, call.dialog, event)
        return Silent()


class AddNamed(Add):
    """`add` by the button that is offered after a note. The answer takes the offer's place."""

    word = "add_named"
    spot = None

    async def run(self, call: DialogCall) -> Answer:
        await super().run(call)
        who = await operator(call)
        said = call._("➕ {name} is a co-executor now.").format(name=who.title or who.name)
        return replace(whisper(said), replaces=True)


class Remove(_OneColleague):
    word = "remove"
    label = N_("Remove co-executor")
    about = N_("remove a co-executor: remove @operator")
    lists = Stock.COEXECUTORS

    async def fields(self, call: DialogCall) -> tuple[Field, ...]:
        if not call.dialog.coexecutors:
            raise InvalidInput(who=call._("The dialog has no co-executors."))
        return (await people_field(call, roles=False, only=call.dialog.coexecutors),)

    async def run(self, call: DialogCall) -> Answer:
        who = await operator(call, departed=True)
        event = CoexecutorRemoved(call.operator.id, who.id, call.rights.administer)
        await apply_event(call.hub, call.unit, call.dialog, event)
        return Silent()
