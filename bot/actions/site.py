"""`site`: open the dialog in the channel itself."""

from __future__ import annotations

from bot.actions.base import CardSlot, DialogAction, DialogCall, Stock
from bot.domain import Dialog, Status
from bot.domain.text import line, link
from bot.locale import N_
from bot.ports import Bridge, ChatLinking
from bot.queries.contacts import address_of
from bot.views.answers import whisper
from bot.views.values import Answer


class Site(DialogAction):
    word = "site"
    label = N_("Open in the messenger")
    about = N_("link to the dialog in the messenger, if it has one")
    spot = CardSlot.MENU
    lists = Stock.ADDRESS
    statuses = frozenset(Status)

    def offered(self, bridge: Bridge | None, dialog: Dialog) -> bool:
        return isinstance(bridge, ChatLinking)

    async def run(self, call: DialogCall) -> Answer:
        dialog = call.dialog
        if not call.hub.offered(self.word, dialog):
            return whisper(call._("Dialogs of this account cannot be opened in the messenger."))
        identities = await call.unit.contacts.identities(dialog.contact)
        here = [one for one in identities if (one.account, one.chat) == (dialog.account, dialog.chat)]
        address = address_of(call.hub, here[0]) if here else ""
        if not address:
            return whisper(call._("No link: the customer has shared neither a user name nor a phone number."))
        return whisper(line("🔗 ", link(address, address)))
