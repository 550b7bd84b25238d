"""`link`: link a dialog, or single messages of it, to an Interest of its contact, or unlink them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.actions.base import Call, CardSlot, DialogAction, DialogCall, InvalidInput, Right, Stock
from bot.actions.choosing import MOST_OPTIONS, whole_number
from bot.actions.chosen import chosen, done_with, messages_field
from bot.dialogs.apply import apply_event, write_line
from bot.dialogs.crm import telling
from bot.domain import Interest, InterestId, Line, Message, Status
from bot.domain.lifecycle import Linked, Refusal, in_team
from bot.domain.spelling import folded
from bot.domain.text import shorten
from bot.hub.offers import CardView, Face
from bot.hub.tokens import Ticket
from bot.locale import N_
from bot.views.answers import whisper
from bot.views.values import Answer, Ask, Button, Field, FieldKind, Form, Option, Silent, View, Whisper
from bot.views.words import in_quotes, summary

NONE = "none"
OFFER = "offer"
"""Input of the card's entry ("deals"), which asks by buttons, and of these buttons ("deal")."""
MOST_OFFERED = 5
"""Most deals offered as buttons."""
QUOTED, MOST_QUOTED = 80, 5
"""Characters of each message, and most messages, quoted in the technical line."""


class Link(DialogAction):
    word = "link"
    label = N_("Link to deal")
    about = N_("link the dialog or selected messages to a deal: link [TITLE | none]")
    right = Right.SEND
    spot = CardSlot.MENU
    lists = Stock.DEALS
    statuses = frozenset({Status.NEW, Status.IN_PROGRESS, Status.RETURNED})
    shortcut = True

    def faces(self, card: CardView) -> tuple[Face, ...]:
        """Offers the contact's latest open deals in the menu, unless one is linked, and behind them all others."""
        menu = CardSlot.MENU
        latest = () if card.dialog.interest is not None else card.deals
        deals = (Face(N_("Link to “{title}”"), menu, {"interest": str(one.id)}, title=one.title) for one in latest)
        return *deals, Face(self.label, menu, {OFFER: "deals"})

    def read(self, words: str, call: DialogCall) -> dict[str, str]:
        return {"interest": words}

    async def fields(self, call: DialogCall) -> tuple[Field, ...]:
        dialog = call.dialog
        known = await call.unit.interests.of_contact(dialog.contact, limit=MOST_OPTIONS - 1)
        asked = await telling.ask_interests(call.hub, call.unit, dialog.contact) if not call.complete else False
        if not known and dialog.interest is None:
            raise InvalidInput(interest=_nothing(call, asked=asked))
        options = [Option(str(one.id), _label(call, one)) for one in known]
        options.append(Option(NONE, call._("— no deal (unlink) —")))
        value = call.inputs.get("interest", "") or (str(known[0].id) if len(known) == 1 else "")
        interest = Field(
            "interest",
            call._("Deal"),
            FieldKind.CHOICE,
            required=True,
            options=tuple(options),
            value=value if any(option.value == value for option in options) else "",
        )
        messages = await messages_field(call)
        return (interest, *((messages,) if messages.options else ()))

    def satisfied(self, call: DialogCall) -> bool:
        return bool(call.inputs.get("interest")) or call.inputs.get(OFFER) == "deals"

    async def form(self, call: DialogCall) -> Form:
        form = await super().form(call)
        intro = [call._("Links the whole dialog, or only the messages you select.")]
        if call.hub.crm is not None:
            answered = (await call.unit.crm.known(call.dialog.contact)).answered_at
            if answered is not None:
                intro.append(call._("Last response from the CRM: {at}.").format(at=call.hub.when(answered)))
        return Form(form.title, form.token, form.fields, form.submit, " ".join(intro))

    async def run(self, call: DialogCall) -> Answer:
        self._check_team(call)
        if not call.inputs.get("interest"):
            return await self._offered(call)
        interest, messages = await self._interest(call), await self._messages(call)
        if messages:
            await self._link_messages(call, interest, messages)
        else:
            await self._link_dialog(call, interest)
        await done_with(call)
        done = whisper(call._("🔗 Linked to “{title}”.").format(title=interest.title)) if interest is not None else None
        return replace(done, replaces=True) if done is not None and OFFER in call.inputs else Silent()

    async def _offered(self, call: DialogCall) -> Answer:
        """Returns the contact's open deals as buttons, or the form where there are none."""
        known = await call.unit.interests.of_contact(call.dialog.contact, open_only=True, limit=MOST_OFFERED + 1)
        deals = [one for one in known if one.id != call.dialog.interest][:MOST_OFFERED]
        if not deals:
            return Ask(await self.form(call))
        await telling.ask_interests(call.hub, call.unit, call.dialog.contact)
        me, desk = call.operator.id, call.place.desk

        def button(label: str, **inputs: str) -> Button:
            ticket = Ticket(self.word, call.dialog.id, only=me, extra=inputs)
            return replace(call.hub.button(ticket, desk), label=label)

        buttons = [button(_label(call, one), interest=str(one.id), **{OFFER: "deal"}) for one in deals]
        marked = len(await chosen(call))
        words = call.hub.tr.ngettext(
            "Link {n} selected message to a deal:", "Link {n} selected messages to a deal:", marked
        )
        title = words.format(n=marked) if marked else call._("Link the dialog to a deal:")
        return Whisper(View((), title, buttons=(*buttons, button(call._("Other…")))))

    def _check_team(self, call: DialogCall) -> None:
        dialog, me = call.dialog, call.operator.id
        if not dialog.open:
            raise Refusal("closed")
        if dialog.status is Status.FOR_REVIEW:
            raise Refusal("for_review")
        if dialog.status is Status.IN_PROGRESS and not call.rights.administer and not in_team(dialog, me):
            raise Refusal("not_in_team", by=str(dialog.responsible))

    async def _messages(self, call: DialogCall) -> Sequence[Message]:
        """Messages to link; None: the whole dialog."""
        return await chosen(call)

    async def _interest(self, call: DialogCall) -> Interest | None:
        """Interest that is meant: by its number from a menu, or by (a part of) its title. Raises `InvalidInput`."""
        said = call.inputs.get("interest", "").strip()
        if folded(said) in (NONE, folded(call._("none")), "-"):
            return None
        known = await call.unit.interests.of_contact(call.dialog.contact)
        if whole_number(said):
            found = [one for one in known if one.id == InterestId(int(said))]
            if found:
                return found[0]
            if call.complete or "interest" in call.sealed:  # chosen by its number, which is no part of a title
                raise InvalidInput(interest=call._("This deal is no longer one of this contact's. Choose another."))
        same = [one for one in known if folded(one.title) == folded(said)]
        found = same or [one for one in known if folded(said) in folded(one.title)]
        if len(found) == 1:
            return found[0]
        if not known:
            raise InvalidInput(interest=_nothing(call, asked=False))
        words = call._("Which deal do you mean? {titles}") if found else call._("No such deal. There are: {titles}")
        titles = ", ".join(in_quotes(one.title, call.hub.tr) for one in (found or known)[:10])
        raise InvalidInput(interest=words.format(titles=titles))

    async def _link_dialog(self, call: DialogCall, interest: Interest | None) -> None:
        before = call.dialog.interest
        title = interest.title if interest is not None else ""
        if interest is None and before is not None:
            known = await call.unit.interests.get(before)
            title = known.title if known is not None else ""
        event = Linked(
            call.operator.id,
            interest.id if interest is not None else None,
            title,
            administers=call.rights.administer,
        )
        await apply_event(call.hub, call.unit, call.dialog, event)

    async def _link_messages(self, call: DialogCall, interest: Interest | None, messages: Sequence[Message]) -> None:
        hub, unit, dialog = call.hub, call.unit, call.dialog
        before = await unit.interests.of_messages([one.id for one in messages])
        wanted = interest.id if interest is not None else None
        new = [one for one in messages if (before[one.id].id if one.id in before else None) != wanted]
        if not new:
            title = interest.title if interest is not None else ""
            raise Refusal("linked_already" if interest is not None else "not_linked", title=title)
        await unit.interests.link_messages([one.id for one in new], wanted)
        for message in new:
            await unit.messages.save(message)  # updates open pages with the mark
        values = {"by": str(call.operator.id), "words": _quoted(call, new)}
        if interest is not None:
            await write_line(hub, unit, dialog, Line("messages_linked", {**values, "title": interest.title}))
            await telling.messages_linked(hub, unit, dialog, interest.id, [one.id for one in new], call.operator.id)
            return
        await write_line(hub, unit, dialog, Line("messages_unlinked", values))
        for left in dict.fromkeys(before[one.id].id for one in new):
            theirs = [one.id for one in new if before[one.id].id == left]
            await telling.messages_linked(hub, unit, dialog, left, theirs, call.operator.id, undone=True)


def _label(call: Call, interest: Interest) -> str:
    stage = interest.stage or ("" if interest.open else call._("closed"))
    return shorten(f"{interest.title} · {stage}" if stage else interest.title, 70)


def _nothing(call: Call, *, asked: bool) -> str:
    text = call._("This contact has no deals yet. Press Create deal, or use “/dialog interest TITLE”.")
    if asked:
        text += " " + call._("Loading deals from the CRM: try again in a moment.")
    return text


def _quoted(call: Call, messages: Sequence[Message]) -> str:
    quotes = [
        in_quotes(shorten(summary(one.content, call.hub.tr), QUOTED), call.hub.tr) for one in messages[:MOST_QUOTED]
    ]
    more = len(messages) - MOST_QUOTED
    if more > 0:
        quotes.append(call.hub.tr.ngettext("and {n} more", "and {n} more", more).format(n=more))
    return "\n".join(quotes)
