"""Base of the actions: each is declared once and offered everywhere.

An action declares what it needs (a dialog, a message, inputs), where it is offered and what it does. Commands, buttons,
`@hub` words, message shortcuts and reactions all become a `Call`, a `DialogCall` or a `MessageCall`;
`bot.actions.dispatch` fills in what the place implies and asks for what is missing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import field, fields
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Generic, TypeVar

from bot.domain import Account, AccountName, Actor, Dialog, Message, MessageId, Operator, Place, RoleName
from bot.domain.access import Rights
from bot.domain.value import value
from bot.hub.context import Hub, OperatorAccess
from bot.hub.offers import CardSlot, MenuGroup, Offer, Right, Stock
from bot.hub.tokens import Ticket
from bot.ports.storage import Unit
from bot.views.values import Answer, Field, Form

__all__ = [
    "Action",
    "ActionOn",
    "AnyAction",
    "Call",
    "CardSlot",
    "DialogAction",
    "DialogCall",
    "InvalidInput",
    "MenuGroup",
    "MessageAction",
    "MessageCall",
    "Needs",
    "Right",
    "Stock",
]


class Needs(StrEnum):
    NOTHING = "nothing"
    DIALOG_IF_ANY = "dialog_if_any"  # the one named or implied by the place; optional
    DIALOG = "dialog"
    MESSAGE = "message"  # and its dialog


class InvalidInput(Exception):
    """Invalid inputs: field name → the error in the reader's language."""

    def __init__(self, **errors: str) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


@value(kw_only=True)
class Call:
    """Request for an action. `dialog`, if there is one, is locked; `account`, `rights` and `roles` are those that apply
    in it. `inputs`: by field name; `sealed`: inputs from one of our tokens, which nobody can forge; `words`: the words
    after the action's word in a command; `people`: see `Submitted`."""

    hub: Hub
    unit: Unit
    operator: Operator
    place: Place
    now: datetime
    roles: frozenset[RoleName] = frozenset()
    rights: Rights = Rights()
    dialog: Dialog | None = None
    account: Account | None = None
    message: Message | None = None
    words: str = ""
    inputs: dict[str, str] = field(default_factory=dict)
    sealed: Mapping[str, str] = field(default_factory=dict)
    complete: bool = False  # the inputs came from a form: nothing more is asked
    people: tuple[Actor, ...] = ()
    redraws: bool = False  # only the open form is drawn anew, with these inputs

    def in_dialog(self, dialog: Dialog, message: Message | None, access: OperatorAccess) -> DialogCall:
        """Same request, in a dialog or about one of its messages."""
        given = {one.name: getattr(self, one.name) for one in fields(Call)}
        given |= {"dialog": dialog, "account": access.account, "roles": access.roles, "rights": access.rights}
        return DialogCall(**given) if message is None else MessageCall(**given | {"message": message})

    def _(self, words: str) -> str:
        return self.hub.tr.gettext(words)

    def token(
        self,
        word: str,
        *,
        form: bool = False,
        message: MessageId | None = None,
        extra: Mapping[str, str] | None = None,
    ) -> str:
        """Sealed token that only this operator can use. `extra` comes back as inputs."""
        dialog = self.dialog.id if self.dialog else None
        asked_about = message or (self.message.id if self.message else None)
        ticket = Ticket(word, dialog, asked_about, self.operator.id, form, dict(extra or {}))
        return self.hub.seal.seal(ticket, self.place.desk)


@value(kw_only=True)
class DialogCall(Call):
    """Request for an action in a dialog."""

    dialog: Dialog
    account: Account

    @property
    def access(self) -> OperatorAccess:
        """Operator with their roles and rights in this dialog."""
        return OperatorAccess(self.operator, self.account, self.roles, self.rights)

    def without_message(self) -> DialogCall:
        given = {one.name: getattr(self, one.name) for one in fields(Call)}
        return DialogCall(**given | {"message": None})


@value(kw_only=True)
class MessageCall(DialogCall):
    """Request for an action on a message of a dialog."""

    message: Message


C = TypeVar("C", bound=Call, contravariant=True)


class ActionOn(Offer, ABC, Generic[C]):
    """Base of all actions, with the kind of call (`C`) they take. Derive `Action`, `DialogAction` or
    `MessageAction`."""

    needs: ClassVar[Needs]
    takes_number: ClassVar[bool] = False  # in a thread, a bare number is its input: another dialog's
    reactions: ClassVar[tuple[str, ...]] = ()  # emoji that trigger it as reactions to a message
    reaction_is_common: ClassVar[bool] = False  # without the right to it, it means something else: nothing is said
    verb: ClassVar[str] = ""  # on its form's button, where the label is no verb; English, marked with N_
    card_reactions: ClassVar[tuple[str, ...]] = ()  # the same on a dialog's card; no customer is shown them
    asks_outside: ClassVar[bool] = False  # `prepare` is called before its transaction

    def possible(self, call: Call) -> bool:
        """True when this operator may do it here, as far as is known without a query; for help."""
        if self.right in (Right.NONE, Right.READ) or call.dialog is None:
            return True
        return call.rights.send if self.right is Right.SEND else call.rights.administer

    def read(self, words: str, call: C) -> dict[str, str]:
        """Parses the words after a command's action into inputs."""
        return {}

    async def fields(self, call: C) -> tuple[Field, ...]:
        """Inputs to ask for; none: the action never asks."""
        return ()

    def satisfied(self, call: C) -> bool:
        """True when the inputs suffice to run without asking."""
        return True

    async def prepare(self, hub: Hub, account: AccountName) -> None:
        """Asks a platform for what the action is about to show. People wait for it: seconds at most. Never raises."""

    @abstractmethod
    async def run(self, call: C) -> Answer:
        """Runs the action. Raises `Refusal` when a rule forbids it, and `InvalidInput`."""

    async def form(self, call: C) -> Form:
        label = call._(self.label).rstrip("…")  # on a button the dots announce a form
        title = f"{label} · #{call.dialog.id}" if call.dialog else label
        fields = await self.fields(call)
        return Form(title, call.token(self.word, form=True), fields, submit=call._(self.verb) if self.verb else label)


class Action(ActionOn[Call], ABC):
    """Action that needs no dialog. Derive, set what is declared above and in `Offer`, and add it to the table in
    `bot.actions`."""

    needs = Needs.NOTHING


class DialogAction(ActionOn[DialogCall], ABC):
    """Action in a dialog; without one, the operator is asked which."""

    needs = Needs.DIALOG


class MessageAction(ActionOn[MessageCall], ABC):
    """Action on a message; without one, the operator is asked which."""

    needs = Needs.MESSAGE


AnyAction = Action | DialogAction | MessageAction
