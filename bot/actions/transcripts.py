"""`open`, `history` and `view`: earlier messages, dialog by dialog or as one continuous transcript."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.actions.base import Action, Call, CardSlot, DialogAction, DialogCall, InvalidInput, MenuGroup
from bot.actions.choosing import whole_number
from bot.actions.paging import BACKWARDS, before, pages, tab, turn, turned
from bot.domain import Author, Delivery, Dialog, DialogId, MessageId, Status
from bot.domain.lifecycle import Refusal
from bot.domain.text import Span, Style, Text, bold, line, link, shorten
from bot.locale import N_
from bot.ports import Bridge
from bot.ports.found import Correspondence, TranscriptEntry
from bot.ports.storage import Transcripts, Unit
from bot.queries import search
from bot.views.answers import says, whisper
from bot.views.cards import SIGNS, STATUSES, heading
from bot.views.direct import short_name
from bot.views.values import Answer, Button, Field, FieldKind, Form, Option, Row, View, Whisper

PAGE = 12
"""Messages per page of a transcript."""
PREVIEW = 120
LONGEST = 600
"""Characters of one message shown in a transcript; the rest is read in its thread."""


def transcript_rows(call: Call, said: Sequence[TranscriptEntry]) -> tuple[Row, ...]:
    """Rows of a transcript, oldest first; each dialog begins with its number."""
    rows: list[Row] = []
    present: DialogId | None = None
    for one in said:
        if one.dialog.id != present:
            present = one.dialog.id
            title = link(f"{SIGNS[one.dialog.status]} {heading(one.dialog)}", call.hub.desks.link(one.dialog.ref))
            rows.append(Row(line(title, f" · {one.account} · {call.hub.when(one.dialog.opened_at)}"), strong=True))
        rows.append(Row(_said(call, one)))
    return tuple(rows) or says(call._("No messages yet.")).rows


def _said(call: Call, one: TranscriptEntry) -> Text:
    at = link(call.hub.when(one.message.at), one.link)
    words = _shortened(one.words)
    if one.message.line is not None:
        return line(at, " ") + words.restyled(Style.ITALIC)
    inside = "🔒 " if one.message.delivery is Delivery.INTERNAL or one.message.author is Author.NOTE else ""
    deleted = "🗑 " if one.message.deleted_at is not None else ""
    who = one.author or call._("Customer")
    return line(at, " ", bold(who), f": {inside}{deleted}") + words


def _shortened(words: Text) -> Text:
    return words if len(words.characters) <= LONGEST else words.beginning(LONGEST) + Text.of([Span("…")])


async def wanted(call: Call) -> Transcripts:
    """Operator's preferred view. A transcript across dialogs needs access to all of them."""
    if not call.hub.includes(call.operator):
        return Transcripts.SPLIT
    return await call.unit.operators.transcripts(call.operator.id)


class OpenDialog(Action):
    """Opens a dialog. Inputs: its number. In single view the transcript continues into the contact's earlier dialogs; a
    dialog for review is not part of the history and is read separately."""

    word = "open"
    label = N_("Open")
    about = N_("a link to the dialog's thread, or its messages: open #1042")

    def read(self, words: str, call: Call) -> dict[str, str]:
        return {"number": words.strip().lstrip("#")}

    async def fields(self, call: Call) -> tuple[Field, ...]:
        return (Field("number", call._("Dialog number"), required=True, limit=16),)

    def satisfied(self, call: Call) -> bool:
        return bool(call.inputs.get("number")) or call.dialog is not None

    async def run(self, call: Call) -> Answer:
        dialog = await self._named(call)
        access = await call.hub.access(call.unit, call.operator, dialog.account)
        if not access.rights.read:
            raise Refusal("no_read")
        state = {"number": str(dialog.id), "before": call.inputs.get("before", ""), "read": "y"}
        where = call.hub.desks.link(dialog.ref)
        if dialog.open and not call.inputs.get("read"):
            contact = await call.unit.contacts.get(dialog.contact)
            name = link(short_name(dialog, contact, call.hub.tr), where)
            heading_text = line(name, f" · {call._(STATUSES[dialog.status])}")
            words = Text.plain(f"\n{shorten(dialog.last_words, PREVIEW)}" if dialog.last_words else "")
            return whisper(heading_text + words, turn(call, self.word, call._("Show messages"), state))
        how = await wanted(call)
        async with call.hub.store.read() as unit:
            if how is Transcripts.SINGLE and dialog.source is None:
                until = before(call) or await _end(call, unit, dialog)
                found = await search.correspondence(
                    call.hub, unit, call.operator, dialog.contact, before=until, limit=PAGE
                )
            else:
                found = await search.transcript(
                    call.hub, unit, call.operator, dialog.id, before=before(call), limit=PAGE
                )
        title = f"{heading(dialog)} · {call._(STATUSES[dialog.status])}"
        view = View(transcript_rows(call, found.said), title, buttons=earlier(call, self.word, state, found))
        return Whisper(view, turned(call))

    async def _named(self, call: Call) -> Dialog:
        said = call.inputs.get("number", "").strip().lstrip("#")
        found = await call.unit.dialogs.get(DialogId(int(said))) if whole_number(said) else None
        if not said and call.dialog is not None:
            return call.dialog
        if found is None:
            raise InvalidInput(number=call._("There is no such dialog."))
        return found


async def _end(call: Call, unit: Unit, dialog: Dialog) -> MessageId | None:
    """Cursor after its last message."""
    last = await unit.archive.of_dialog(dialog.id, viewer=call.operator.id, limit=1)
    return MessageId(last[0].message.id + 1) if last else None


def earlier(call: Call, word: str, state: dict[str, str], found: Correspondence) -> tuple[Button, ...]:
    """Page buttons of a transcript, which begins with the latest messages; further pages are older."""
    return tuple(reversed(pages(call, word, state, found.before, BACKWARDS)))


class History(DialogAction):
    """Contact's dialogs, each to be opened, or all as one transcript, depending on the operator's preferred view."""

    word = "history"
    label = N_("Earlier dialogs")
    about = N_("earlier dialogs with this contact")
    spot = CardSlot.MENU
    group = MenuGroup.CONTACT
    statuses = frozenset(Status)

    def offered(self, bridge: Bridge | None, dialog: Dialog) -> bool:
        return dialog.ordinal > 1

    def read(self, words: str, call: DialogCall) -> dict[str, str]:
        return {"view": words.casefold()}

    async def run(self, call: DialogCall) -> Answer:
        said = call.inputs.get("view", "")
        view = Transcripts(said) if said in list(Transcripts) else await wanted(call)
        if view is Transcripts.SINGLE and call.hub.includes(call.operator):
            return await self._transcript(call)
        return await self._list(call)

    async def _transcript(self, call: DialogCall) -> Answer:
        async with call.hub.store.read() as unit:
            found = await search.correspondence(
                call.hub, unit, call.operator, call.dialog.contact, before=before(call), limit=PAGE
            )
        state = {"view": str(Transcripts.SINGLE), "before": call.inputs.get("before", "")}
        rows, buttons = transcript_rows(call, found.said), earlier(call, self.word, state, found)
        return Whisper(
            View(rows, call._(self.label), tabs=_views(call, Transcripts.SINGLE), buttons=buttons), turned(call)
        )

    async def _list(self, call: DialogCall) -> Answer:
        async with call.hub.store.read() as unit:
            every = [one for one in await unit.dialogs.of_contact(call.dialog.contact) if one.source is None]
            mine = await search.readable(call.hub, unit, call.operator, {one.account for one in every})
        dialogs = [one for one in every if one.account in mine or search.shows_closed(call.hub, call.operator)]
        behind = before(call)
        older = [one for one in reversed(dialogs) if behind is None or one.id < behind]
        following = older[PAGE - 1].id if len(older) > PAGE else None
        state = {"view": str(Transcripts.SPLIT), "before": call.inputs.get("before", "")}
        view = View(
            tuple(self._row(call, search.covered(one, mine), opens=one.account in mine) for one in older[:PAGE]),
            call._(self.label),
            tabs=_views(call, Transcripts.SPLIT),
            buttons=pages(call, self.word, state, following),
        )
        return Whisper(view, turned(call))

    def _row(self, call: DialogCall, dialog: Dialog, *, opens: bool) -> Row:
        account = call.hub.title(dialog.account)
        closed = f" – {call.hub.when(dialog.closed_at)}" if dialog.closed_at is not None else ""
        about = f" · {account} · {call._(STATUSES[dialog.status])} · {call.hub.when(dialog.opened_at)}{closed}"
        reason = f" · {dialog.reason}" if dialog.reason else ""
        title = link(f"{SIGNS[dialog.status]} {heading(dialog)}", call.hub.desks.link(dialog.ref))
        here = call._(" · current") if dialog.id == call.dialog.id else ""
        words = Text.plain(f"\n{shorten(dialog.last_words, PREVIEW)}" if dialog.last_words else "")
        read = turn(call, OpenDialog.word, call._("Open"), {"number": str(dialog.id), "read": "y"})
        return Row(line(title, f"{about}{reason}{here}") + words, (read,) if opens else ())


def _views(call: Call, chosen: Transcripts) -> tuple[Button, ...]:
    return tuple(
        tab(call, History.word, call._(label), {"view": str(view)}, chosen=view is chosen)
        for view, label in VIEWS.items()
    )


VIEWS = {
    Transcripts.SPLIT: N_("By dialog"),
    Transcripts.SINGLE: N_("Single window"),
}


class ChangeView(Action):
    word = "view"
    label = N_("History view")
    about = N_("how history is shown: view single | view split")

    def read(self, words: str, call: Call) -> dict[str, str]:
        return {"view": words.casefold()}

    async def fields(self, call: Call) -> tuple[Field, ...]:
        options = tuple(Option(str(view), call._(label)) for view, label in VIEWS.items())
        present = str(await wanted(call))
        return (Field("view", call._("History view"), FieldKind.CHOICE, required=True, options=options, value=present),)

    def satisfied(self, call: Call) -> bool:
        return call.inputs.get("view", "") in list(Transcripts)

    async def form(self, call: Call) -> Form:
        return replace(await super().form(call), submit=call._("Save"))

    async def run(self, call: Call) -> Answer:
        said = call.inputs.get("view", "")
        if said not in list(Transcripts):
            raise InvalidInput(view=call._("Choose one of these."))
        view = Transcripts(said)
        await call.unit.operators.set_transcripts(call.operator.id, view)
        return whisper(call._("History view: {how}.").format(how=call._(VIEWS[view]).lower()))
