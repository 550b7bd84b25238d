"""What an action is: declared once, offered everywhere.

An action says what it needs (a dialog, a message, inputs), where it is offered and what it does. Commands,
buttons, `@hub` words, message shortcuts and reactions all become one `Call`; `bot.actions.dispatch` fills
in what the place implies and asks for what is missing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from bot.domain import Account, Dialog, Message, MessageId, Operator, Place, RoleName
from bot.domain.access import Rights
from bot.hub.context import Hub, OperatorAccess
from bot.hub.offers import CardSlot, Offer, Right
from bot.hub.tokens import Ticket
from bot.ports.storage import Unit
from bot.views.values import Answer, Field, Form

__all__ = ["Action", "Call", "CardSlot", "InvalidInput", "Needs", "Right"]


class Needs(StrEnum):
    NOTHING = "nothing"
    DIALOG_IF_ANY = "dialog_if_any"  # the one that is named or that the place implies; without one, too
    DIALOG = "dialog"
    MESSAGE = "message"  # and the dialog it belongs to


class InvalidInput(Exception):
    """Inputs that cannot be taken: field name → what is wrong, in the reader's words."""

    def __init__(self, **errors: str) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Call:
    """An action that somebody asks for. `dialog` is locked; `account`, `rights` and `roles` are those that
    count in it. `inputs` are by field name; `sealed` are those that came in a token of ours, which nobody can
    make up; `words` is what a command said after the action's word."""

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

    @property
    def the_dialog(self) -> Dialog:
        assert self.dialog is not None, "the action needs a dialog"
        return self.dialog

    @property
    def the_account(self) -> Account:
        assert self.account is not None, "the action needs a dialog"
        return self.account

    @property
    def the_message(self) -> Message:
        assert self.message is not None, "the action needs a message"
        return self.message

    @property
    def access(self) -> OperatorAccess:
        """Who asks, with what counts for them in this dialog."""
        return OperatorAccess(self.operator, self.the_account, self.roles, self.rights)

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
        """A sealed token that only this operator can use. `extra` comes back as inputs."""
        dialog = self.dialog.id if self.dialog else None
        asked_about = message or (self.message.id if self.message else None)
        ticket = Ticket(word, dialog, asked_about, self.operator.id, form, dict(extra or {}))
        return self.hub.seal.seal(ticket, self.place.desk)


class Action(Offer, ABC):
    """Derive, set what is declared here and in `Offer`, and name it in the table of `bot.actions`."""

    needs: ClassVar[Needs] = Needs.DIALOG
    takes_number: ClassVar[bool] = False  # in a thread a number alone is its input: another dialog's
    reaction: ClassVar[str] = ""  # this emoji on a message means the action

    def possible(self, call: Call) -> bool:
        """Whether this operator may do it here, as far as that is known without asking; for help."""
        if self.right in (Right.NONE, Right.READ) or call.dialog is None:
            return True
        return call.rights.send if self.right is Right.SEND else call.rights.administer

    def read(self, words: str, call: Call) -> dict[str, str]:
        """The words after a command's action, as inputs."""
        return {}

    async def fields(self, call: Call) -> tuple[Field, ...]:
        """Inputs to ask for; none: the action never asks."""
        return ()

    def satisfied(self, call: Call) -> bool:
        """Whether the inputs suffice to do it without asking."""
        return True

    @abstractmethod
    async def run(self, call: Call) -> Answer:
        """Does it. Raises `Refusal` (a rule forbids) or `InvalidInput` (inputs)."""

    async def form(self, call: Call) -> Form:
        label = call._(self.label).rstrip("…")  # on a button the dots say that something is asked first
        title = f"{label} · #{call.dialog.id}" if call.dialog else label
        fields = await self.fields(call)
        return Form(title, call.token(self.word, form=True), fields, submit=label)
