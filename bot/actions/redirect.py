"""`redirect`: hand a dialog over to an operator or to a role's queue."""

from __future__ import annotations

from bot.actions.base import CardSlot, DialogAction, DialogCall, Right
from bot.actions.choosing import MOST_OPTIONS, addressee, may_answer, name_and_rest, people_field
from bot.dialogs.apply import apply_event
from bot.domain import Addressee, RoleName
from bot.domain.access import of_role, person
from bot.domain.lifecycle import Redirected, Refusal, technical_line
from bot.hub.offers import PICKS, CardView, Face
from bot.locale import N_
from bot.views.values import Answer, Field, FieldKind, Option, Picker, Silent

WHO, SEEN = "who", "seen"
"""Inputs: the addressee, and the one whom the dialog waited for when the card was drawn."""


class Redirect(DialogAction):
    word = "redirect"
    label = N_("Redirect")
    about = N_("redirect the dialog: redirect @operator|role [comment]")
    right = Right.SEND
    spot = CardSlot.BUTTON

    def faces(self, card: CardView) -> tuple[Face, ...]:
        """Offers people and roles in a picker each, and the form, which also takes a comment, in the menu."""
        whom = _subject(card.dialog.addressee)
        seen = {SEEN: whom} if whom else {}
        people = Face(N_("Redirect to…"), CardSlot.BUTTON, seen, picks=WHO, picker=Picker(people=True))
        roles = tuple(Option(of_role(role), role) for role in sorted(card.roles)[:MOST_OPTIONS])
        to_role = (
            (Face(N_("Redirect to a role…"), CardSlot.BUTTON, seen, picks=WHO, picker=Picker(roles)),) if roles else ()
        )
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
        self._check_card(call)
        event = Redirected(call.operator.id, to, comment, call.rights.administer, call.roles)
        await apply_event(call.hub, call.unit, call.dialog, event)
        return Silent()

    async def check(self, call: DialogCall, to: Addressee) -> None:
        """Checks that the dialog may be handed to them. Raises `InvalidInput`."""
        await may_answer(call, to)

    def _check_card(self, call: DialogCall) -> None:
        """Checks that nobody redirected the dialog after the card with this picker was drawn. Raises `Refusal`."""
        whom = call.dialog.addressee
        if PICKS in call.sealed and whom is not None and _subject(whom) != call.sealed.get(SEEN, ""):
            raise Refusal("redirected_since", **technical_line("", to=whom).values)


def _subject(whom: Addressee | None) -> str:
    """Subject that a menu would choose for the addressee; "" for none."""
    if whom is None:
        return ""
    return person(whom.operator) if whom.operator is not None else of_role(whom.role or RoleName(""))
