"""`resend`: sends again, all at once, the replies that an outage outlived, or what an external CRM did not take."""

from __future__ import annotations

from bot.actions.base import Action, Call, InvalidInput
from bot.dialogs import resending
from bot.dialogs.crm import telling
from bot.domain import AccountName
from bot.domain.lifecycle import Refusal
from bot.domain.spelling import folded
from bot.hub.parcels import CRM
from bot.hub.tokens import Ticket
from bot.locale import N_
from bot.views.answers import whisper
from bot.views.values import Answer

MOST = 200
"""Replies sent again by one call: one transaction."""
OF_CRM = "crm"
"""Input that means the external CRM; an account of that name goes first."""


class Resend(Action):
    """Sends again what the operator may send: an administrator everything, others their own and their dialogs'. Inputs:
    the account; by default every one; or the CRM, for the hub's administrators."""

    word = "resend"
    label = N_("Send all again")
    about = N_("send again all replies that were given up in an outage: resend [account]")

    def read(self, words: str, call: Call) -> dict[str, str]:
        return {"account": words.strip()}

    async def run(self, call: Call) -> Answer:
        if self._means_crm(call):
            return whisper(await self._to_crm(call))
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

    def _means_crm(self, call: Call) -> bool:
        hub = call.hub
        named = hub.crm is not None and call.inputs.get("account", "").casefold() == OF_CRM
        return named and OF_CRM not in {str(one).casefold() for one in hub.accounts}

    async def _to_crm(self, call: Call) -> str:
        if call.operator.id not in call.hub.admins.ids:
            raise Refusal("no_administer")
        dead = (await call.unit.dead.at(CRM))[:MOST]
        for one in dead:
            if await call.unit.dead.take(one.key) is not None:
                await telling.again(call.hub, call.unit, one)
        if not dead:
            return call._("There is nothing to send again.")
        return call._("Sending again: {n}.").format(n=len(dead))

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
