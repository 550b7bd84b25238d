"""`template`: a message approved by the platform, for use when it accepts no free text."""

from __future__ import annotations

from dataclasses import replace

from bot.actions.base import Call, CardSlot, DialogAction, DialogCall, InvalidInput, MenuGroup, Right
from bot.actions.typed import unsendable
from bot.dialogs import approved_templates
from bot.dialogs.send import answer
from bot.domain import AccountName, Author, Content, Delivery, Dialog, Template
from bot.domain.lifecycle import Answered, advance
from bot.domain.text import shorten
from bot.hub import parcels
from bot.hub.context import Hub
from bot.locale import N_
from bot.ports import Approved, Bridge, Templated
from bot.ports.storage import NewMessage
from bot.views.answers import whisper
from bot.views.values import Answer, Field, FieldKind, Form, Option, Silent

LABEL, HINT = 70, 140
"""Characters of a template in an option and in a hint: all desks have room for them."""


class SendTemplate(DialogAction):
    word = "template"
    label = N_("Template…")
    about = N_("send an approved template: template NAME | value | value")
    right = Right.SEND
    spot = CardSlot.MENU
    group = MenuGroup.MESSAGES
    asks_outside = True

    async def prepare(self, hub: Hub, account: AccountName) -> None:
        await approved_templates.renew_now(hub, account)

    def offered(self, bridge: Bridge | None, dialog: Dialog) -> bool:
        return isinstance(bridge, Templated)

    def read(self, words: str, call: DialogCall) -> dict[str, str]:
        name, _, values = words.partition(" ")
        return {"template": name, "values": "\n".join(part.strip() for part in values.split("|"))}

    async def fields(self, call: DialogCall) -> tuple[Field, ...]:
        known = await approved_templates.known(call.unit, call.dialog.account)
        if not known:
            return ()
        options = tuple(Option(_value(one), shorten(f"{one.name}: {one.words}", LABEL)) for one in known)
        chosen = call.inputs.get("template", "")
        return (
            Field("template", call._("Template"), FieldKind.CHOICE, required=True, options=options, value=chosen),
            Field(
                "values",
                call._("Values"),
                FieldKind.AREA,
                hint=call._("Values for {{…}}, one per line, in order."),
            ),
        )

    def satisfied(self, call: DialogCall) -> bool:
        return bool(call.inputs.get("template"))

    async def form(self, call: DialogCall) -> Form:
        """Form with the full text of each template above the choice."""
        form = await super().form(call)
        known = await approved_templates.known(call.unit, call.dialog.account)
        return replace(form, intro="\n\n".join(f"{one.name}: {one.words}" for one in known), submit=call._("Send"))

    async def run(self, call: DialogCall) -> Answer:
        known = await approved_templates.known(call.unit, call.dialog.account)
        if not known:
            return whisper(
                call._(
                    "This account has no approved templates yet. Create them in the messenger's "
                    "business console; they are offered once approved."
                )
            )
        template = _filled(call, _chosen(call, known))
        content = Content(attachments=(template,))
        # Raises before anything is saved, if the operator may not reply.
        advance(call.dialog, Answered(call.operator.id, call.now, template.words))
        if wrong := await unsendable(call, content):
            raise InvalidInput(values=wrong)
        new = NewMessage(call.dialog.id, Author.OPERATOR, call.now, content, call.operator.id, Delivery.PENDING)
        message = await call.unit.messages.add(new)
        dialog = await answer(call.hub, call.unit, call.dialog, call.access, message, posted=False)
        await parcels.post(call.unit, dialog, message.id, call.now, marked=True)
        return Silent()


def _value(one: Approved) -> str:
    return f"{one.name} {one.language}"


def _chosen(call: Call, known: tuple[Approved, ...]) -> Approved:
    said = call.inputs.get("template", "")
    found = [one for one in known if said in (_value(one), one.name)]
    if not found:
        names = ", ".join(one.name for one in known)
        raise InvalidInput(template=call._("No such template. Available: {names}").format(names=names))
    return found[0]


def _filled(call: Call, chosen: Approved) -> Template:
    values = [line.strip() for line in call.inputs.get("values", "").strip().splitlines()]
    if len(values) != len(chosen.variables) or not all(values):
        error = call.hub.tr.ngettext(
            "This template needs {n} value: {words}", "This template needs {n} values: {words}", len(chosen.variables)
        )
        raise InvalidInput(values=error.format(n=len(chosen.variables), words=chosen.words))
    return chosen.filled(values)
