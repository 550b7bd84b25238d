"""`resend`: sends again, all at once, the replies that an outage outlived."""

from __future__ import annotations

from bot.actions.base import Action, Call, InvalidInput
from bot.dialogs import resending
from bot.domain import AccountName
from bot.domain.spelling import folded
from bot.hub.tokens import Ticket
from bot.locale import N_
from bot.views.answers import whisper
from bot.views.values import Answer

MOST = 200
"""Replies sent again by one call: one transaction."""


class Resend(Action):
    """Sends again what the operator may send: an administrator everything, others their own and their dialogs'. Inputs:
    the account; by default every one."""

    word = "resend"
    label = N_("Send all again")
    about = N_("send again all replies that were given up in an outage: resend [account]")

    def read(self, words: str, call: Call) -> dict[str, str]:
        return {"account": words.strip()}

    async def run(self, call: Call) -> Answer:
        sent = left = 0
        for account in await self._accounts(call):
            more, remaining = await resending.all_again(call.hub, call.unit, call.operator, account, MOST - sent)
            sent, left = sent + more, left + remaining
        if not sent:
            return whisper(call._("There is nothing to send again."))
        words = call._("Sending again: {n}.").format(n=sent)
        if not left:
            return whisper(words)
        ticket = Ticket(self.word, only=call.operator.id, extra={"account": call.inputs.get("account", "")})
        more_words = " " + call._("Still given up: {n}.").format(n=left)
        return whisper(words + more_words, call.hub.button(ticket, call.place.desk))

    async def _accounts(self, call: Call) -> list[AccountName]:
        """Accounts that are meant. Raises `InvalidInput`."""
        names, said = await call.hub.readable(call.unit, call.operator), call.inputs.get("account", "")
        if not said:
            return list(names)
        meant = folded(said)
        found = [one for one in names if meant in (folded(one), folded(call.hub.accounts[one].title))]
        if not found:
            raise InvalidInput(account=call._("There is no account “{name}”.").format(name=said))
        return found
