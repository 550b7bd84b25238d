"""Request for an action, before its dialog and message are looked up: a command, a press, a form or a reaction."""

from __future__ import annotations

from dataclasses import field, replace

from bot.domain import Actor, Operator, Place
from bot.domain.value import value
from bot.hub.offers import PICKS
from bot.hub.tokens import Ticket
from bot.ports import Forged


@value
class Request:
    """Request for an action: who asks for which one, where, with what inputs. `proved`: see `Pressed`; `people`: see
    `Submitted`."""

    operator: Operator
    place: Place
    word: str
    words: str = ""
    ticket: Ticket | None = None
    inputs: dict[str, str] = field(default_factory=dict)
    proved: bool = True
    people: tuple[Actor, ...] = ()
    redraws: bool = False

    @classmethod
    def said(cls, operator: Operator, place: Place, words: str, *, whole: bool = False) -> Request:
        """Request from `/dialog WORD …`, or from `@hub WORD …` in a thread; without words it means help. `whole`: a
        message shortcut, whose message is the action's subject; the post of a typed command is not."""
        where = place if whole else replace(place, post=None)
        return cls(operator, where, cls.worded(words), words.strip().partition(" ")[2].strip())

    @staticmethod
    def worded(words: str) -> str:
        """Action's word in the words of a command."""
        return words.strip().partition(" ")[0].lstrip("/").casefold() or "help"

    @classmethod
    def pressed(
        cls, operator: Operator, place: Place, ticket: Ticket, *, proved: bool = True, picked: str = ""
    ) -> Request:
        """Request from a button. `picked`: value chosen in its picker; a button without one takes none."""
        inputs = {name: given for name, given in ticket.extra.items() if name != PICKS}
        if picked and PICKS in ticket.extra:
            inputs[ticket.extra[PICKS]] = picked
        return cls(operator, place, ticket.word, ticket=ticket, inputs=inputs, proved=proved)

    @classmethod
    def submitted(
        cls, operator: Operator, place: Place, ticket: Ticket, values: dict[str, str], people: tuple[Actor, ...] = ()
    ) -> Request:
        if not ticket.form:
            raise Forged("a button's token came with a form")
        return cls(operator, place, ticket.word, ticket=ticket, inputs={**values, **ticket.extra}, people=people)

    def redrawing(self) -> Request:
        """Same request, for which nothing but the open form is drawn anew."""
        return replace(self, redraws=True)

    @classmethod
    def reacted(cls, operator: Operator, place: Place, word: str, inputs: dict[str, str]) -> Request:
        return cls(operator, place, word, inputs=inputs)

    @property
    def complete(self) -> bool:
        """True when a form's answers came with it."""
        return self.ticket is not None and self.ticket.form and bool(self.inputs)

    @property
    def reaction(self) -> bool:
        """True for a reaction: set or removed."""
        return self.ticket is None and "on" in self.inputs

    @property
    def typed(self) -> bool:
        """True for a command in words: no button, form or reaction."""
        return self.ticket is None and not self.inputs

    @property
    def outlived(self) -> bool:
        """True for a button from before tokens were bound to a desk, meant for everybody and pressed where the platform
        does not sign who presses: anyone who saw its token could have sent it."""
        return self.ticket is not None and self.ticket.old and self.ticket.only is None and not self.proved
