"""`redirect`: hand a dialog over to an operator or to a role's queue."""

from __future__ import annotations

from bot.actions.base import CardSlot, DialogAction, DialogCall, Right
from bot.actions.choosing import MOST_OPTIONS, addressee, may_answer, name_and_rest, people_field
from bot.dialogs.apply import apply_event
from bot.domain import Addressee
from bot.domain.access import of_role
from bot.domain.lifecycle import Redirected
from bot.hub.offers import CardView, Face
from bot.locale import N_
from bot.views.values import Answer, Field, FieldKind, Option, Picker, Silent

WHO = "who"


class Redirect(DialogAction):
    word = "redirect"
    label = N_("Redirect")
    about = N_("redirect the dialog: redirect @operator|role [comment]")
    right = Right.SEND
    spot = CardSlot.BUTTON

    def faces(self, card: CardView) -> tuple[Face, ...]:
        """Offers people and roles in a picker each, and the form, which also takes a comment, in the menu."""
        people = Face(N_("Redirect to…"), CardSlot.BUTTON, picks=WHO, picker=Picker(people=True))
        roles = tuple(Option(of_role(role), role) for role in sorted(card.roles)[:MOST_OPTIONS])
        to_role = (Face(N_("Redirect to a role…"), CardSlot.BUTTON, picks=WHO, picker=Picker(roles)),) if roles else ()
        return people, *to_role, Face(N_("Redirect with a comment…"), CardSlot.MENU)

    def read(self, words: str, call: DialogCall) -> dict[str, str]:
        who, comment = name_and_rest(words)
        return {"who": who, "comment": comment}

    async def fields(self, call: DialogCall) -> tuple[Field, ...]:
        comment = Field("comment", call._("Comment"), FieldKind.AREA, value=call.inputs.get("comment", ""))
        return await people_field(call, roles=True), comment

    def satisfied(self, call: DialogCall) -> bool:
        return bool(call.inputs.get("who"))

    async def run(self, call: DialogCall) -> Answer:
        comment, to = call.inputs.get("comment", "").strip(), await addressee(call)
        await self.check(call, to)
        event = Redirected(call.operator.id, to, comment, call.rights.administer, call.roles)
        await apply_event(call.hub, call.unit, call.dialog, event)
        return Silent()

    async def check(self, call: DialogCall, to: Addressee) -> None:
        """Checks that the dialog may be handed to them. Raises `InvalidInput`."""
        await may_answer(call, to)
