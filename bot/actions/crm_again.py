"""Button of a notice about what an external CRM did not take: sends it again."""

from __future__ import annotations

from collections.abc import Collection

from bot.actions.base import Action, Call
from bot.dialogs.crm import telling, wording
from bot.domain import AccountName, ContactId, DialogId, Key
from bot.domain.lifecycle import Refusal
from bot.hub.parcels import CRM
from bot.locale import N_
from bot.ports.storage import DeadParcel
from bot.views.answers import says, whisper
from bot.views.values import Answer, Whisper


class TellCrmAgain(Action):
    """Sends the parcel again, from the data of this moment. Of several who press, one does."""

    word = telling.AGAIN
    label = N_("Send again")
    about = ""

    async def run(self, call: Call) -> Answer:
        key = Key(call.sealed.get("parcel", ""))
        dead = await call.unit.dead.get(key)
        if dead is None or dead.destination != CRM:
            return whisper(call._("This has already been handled."))
        if call.hub.crm is None:
            return whisper(call._("No CRM is connected any more."))
        if not await self._may(call, dead):
            raise Refusal("no_send")
        what = await wording.subject(call.unit, dead.payload, call.hub.tr)
        if await call.unit.dead.take(key) is None:
            return whisper(call._("This has already been handled."))
        await telling.again(call.hub, call.unit, dead)
        return Whisper(says(call._("🔁 Sending to the CRM again: {what}.").format(what=what)), replaces=True)

    async def _may(self, call: Call, dead: DeadParcel) -> bool:
        """Tells whether the operator may still send in an account that it is about; of a task, everyone may."""
        concerned = await self._accounts(call, dead)
        access = [await call.hub.access(call.unit, call.operator, name) for name in sorted(concerned)]
        return not access or any(one.rights.send or one.rights.administer for one in access)

    async def _accounts(self, call: Call, dead: DeadParcel) -> Collection[AccountName]:
        number, contact = dead.payload.get("dialog"), dead.payload["contact"]
        dialog = await call.unit.dialogs.get(DialogId(number)) if number else None
        if dialog is not None:
            return {dialog.account}
        if contact is None:
            return ()
        known = await call.unit.contacts.get(ContactId(contact))
        return {one.account for one in await call.unit.contacts.identities(known.id)}
