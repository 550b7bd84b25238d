"""`fetch`: get an account's messages now."""

from __future__ import annotations

from types import NoneType

from bot.actions.base import Action, Call, CardSlot, InvalidInput, Needs
from bot.domain import AccountName, Dialog, Status
from bot.locale import N_, ago
from bot.ports import Bridge, Polled, Registering
from bot.runtime.polling import asked_to_fetch
from bot.views.answers import whisper
from bot.views.values import Answer, Field, FieldKind, Option

_TEXTS: tuple[tuple[type, str], ...] = (
    (Polled, N_("Fetching from {account}: new messages will appear in their threads.")),
    (Registering, N_("{account}: the webhook was set again; pending messages will arrive.")),
    (NoneType, N_("{account}: there is nothing to fetch.")),
    (object, N_("{account} delivers every message immediately; there is nothing to fetch.")),
)


class Fetch(Action):
    """Fetches messages. Inputs: the account; by default the dialog's."""

    word = "fetch"
    label = N_("Get messages")
    about = N_("fetch new messages now: fetch [account]")
    needs = Needs.DIALOG_IF_ANY
    spot = CardSlot.MENU
    statuses = frozenset(Status)

    def offered(self, bridge: Bridge | None, dialog: Dialog) -> bool:
        return isinstance(bridge, Polled | Registering)

    def read(self, words: str, call: Call) -> dict[str, str]:
        return {"account": words.strip()}

    async def fields(self, call: Call) -> tuple[Field, ...]:
        names = [name for name in await call.hub.readable(call.unit, call.operator) if name in call.hub.accounts]
        options = tuple(Option(str(name), call.hub.title(name)) for name in names)
        return (Field("account", call._("Account"), FieldKind.CHOICE, required=True, options=options),)

    def satisfied(self, call: Call) -> bool:
        return bool(call.inputs.get("account")) or call.dialog is not None

    async def run(self, call: Call) -> Answer:
        said = call.inputs.get("account", "")
        name = AccountName(said) if said or call.dialog is None else call.dialog.account
        if name not in await call.hub.readable(call.unit, call.operator):
            raise InvalidInput(account=call._("There is no account “{name}”.").format(name=name))
        bridge, title = call.hub.bridges.get(name), call.hub.title(name)
        call.unit.wake(asked_to_fetch(name))
        text = next(words for kind, words in _TEXTS if isinstance(bridge, kind))
        heard = await call.unit.dialogs.last_heard(name)
        last = (
            call._("No messages there yet.")
            if heard is None
            else call._("Last customer message: {ago}.").format(ago=ago(call.now - heard, call.hub.locale))
        )
        return whisper(f"{call._(text).format(account=title)} {last}")
