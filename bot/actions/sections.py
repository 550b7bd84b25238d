"""`new`, `work`, `mine`, `all`, `closed`: the sections of the workplace, with counters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from bot.actions.base import Action, Call
from bot.actions.choosing import whole_number
from bot.actions.home_controls import begun_above, begun_below, beside, entry
from bot.actions.paging import LONGEST_TOKEN, pages, tab, token, turn
from bot.domain import AccountName, Dialog, DialogId, Status
from bot.domain.quotes import unquoted
from bot.domain.text import Span, bold, line, link, shorten
from bot.domain.value import replace, value
from bot.locale import N_, ago
from bot.ports.storage import DialogRow, Section, Unit, Viewer
from bot.queries.sections import Standing, standing, viewer_under, waits_for
from bot.views.answers import says
from bot.views.cards import STATUSES, sign
from bot.views.direct import short_name
from bot.views.values import Answer, Button, Field, Form, Menu, Row, View, Whisper
from bot.views.words import in_quotes

LABELS = {
    Section.NEW: N_("New|section"),
    Section.WORK: N_("In progress"),
    Section.MINE: N_("Mine"),
    Section.ALL: N_("All"),
    Section.CLOSED: N_("Closed|section"),
}
SHOWN_WORDS = 60
PAGE = 15
"""Dialogs per page."""
LONGEST_FILTER = 60


@value
class SectionFilter:
    """State of a workplace page. `account`, `text`: its filters, "" for none; `home`: it is the operator's own page,
    with everything else they can start there."""

    section: Section
    account: str = ""
    text: str = ""
    before: str = ""
    home: bool = False

    @classmethod
    def of(cls, call: Call, section: Section) -> SectionFilter:
        said = call.inputs
        text = unquoted(said.get("text", ""))[:LONGEST_FILTER]
        return cls(section, said.get("account", ""), text, said.get("before", ""), bool(said.get("home")))

    @property
    def state(self) -> dict[str, str]:
        home = "y" if self.home else ""
        return {"account": self.account, "text": self.text, "before": self.before, "home": home}

    @property
    def first(self) -> dict[str, str]:
        """State of the first page."""
        return {**self.state, "before": ""}


async def workplace(call: Call, shown: SectionFilter) -> Whisper:
    """Page of a section, with the way to all others."""
    async with call.hub.store.read() as unit:
        return await page(call, unit, shown)


async def page(call: Call, unit: Unit, shown: SectionFilter, *, said: tuple[Row, ...] = ()) -> Whisper:
    """The same as `unit` sees it, with rows above the list."""
    rights = await standing(call.hub, unit)
    viewer = viewer_under(call.hub, rights, call.operator)
    waiting = await unit.dialogs.counters(viewer)
    found = await dialogs_of(unit, viewer, shown)
    rows = tuple(_row(call, row, shown, viewer, rights) for row in found[:PAGE])
    following = found[PAGE - 1].dialog.id if len(found) > PAGE else None
    view = View(
        (*said, *(rows or says(call._("No dialogs here.")).rows)),
        _title(call, shown, waiting.get(shown.section, 0)),
        tabs=tuple(
            tab(call, str(one), _counted(call, one, waiting.get(one, 0)), shown.first, chosen=one is shown.section)
            for one in Section
        ),
        menus=_accounts(call, shown, viewer),
        buttons=(
            *pages(call, str(shown.section), shown.state, following),
            *_filters(call, shown),
            *(await begun_below(call) if shown.home else ()),
        ),
    )
    if shown.home:
        again = token(call, str(shown.section), shown.state)
        view = replace(view, entry=entry(call), above=begun_above(call), again=again)
    return Whisper(view, replaces=True)


async def dialogs_of(unit: Unit, viewer: Viewer, shown: SectionFilter, limit: int = PAGE + 1) -> Sequence[DialogRow]:
    """Dialogs of a page, and by default one more to know whether there is a next one."""
    return await unit.dialogs.section(
        shown.section,
        viewer,
        account=AccountName(shown.account) if shown.account else None,
        text=shown.text,
        before=DialogId(int(shown.before)) if whole_number(shown.before) else None,
        limit=limit,
    )


def _title(call: Call, shown: SectionFilter, customers: int) -> str:
    """Section's name and the filters; without filters, the number of customers who wait in it."""
    parts = [call._(LABELS[shown.section])]
    if customers and not shown.account and not shown.text:
        waits = call.hub.tr.ngettext("{n} customer is waiting", "{n} customers are waiting", customers)
        parts.append(waits.format(n=customers))
    if shown.text:
        parts.append(in_quotes(shown.text, call.hub.tr))
    return " · ".join(parts)


def _counted(call: Call, section: Section, waiting: int) -> str:
    return f"{call._(LABELS[section])} {waiting}" if waiting else call._(LABELS[section])


def _accounts(call: Call, shown: SectionFilter, viewer: Viewer) -> tuple[Menu, ...]:
    """Filter by account, where there are several."""
    if len(viewer.accounts) < 2:
        return ()
    titles = {"": call._("All accounts")} | {str(name): call.hub.title(name) for name in viewer.accounts}
    options = {name: _option(call, shown, name, title) for name, title in titles.items()}
    chosen = options[shown.account].token if shown.account in options else ""
    return (Menu(call._("Account"), tuple(options.values()), chosen),)


def _option(call: Call, shown: SectionFilter, account: str, title: str) -> Button:
    """Option of an account. It drops the text filter if its token would get too long for menus."""
    state = {**shown.first, "account": account}
    if len(token(call, str(shown.section), state)) > LONGEST_TOKEN:
        state["text"] = ""
    return turn(call, str(shown.section), title, state)


def _filters(call: Call, shown: SectionFilter) -> tuple[Button, ...]:
    word, state = str(shown.section), shown.first
    asks = turn(call, word, call._("Filter…"), {**state, "asks": "y"})
    if not shown.text:
        return (asks,)
    return asks, turn(call, word, call._("Clear filter"), {**state, "text": ""})


_USUAL = frozenset({Status.NEW, Status.IN_PROGRESS})
"""Statuses of most dialogs: the sign before a row, and its owner, say them already."""


def _row(call: Call, row: DialogRow, shown: SectionFilter, viewer: Viewer, rights: Standing) -> Row:
    """Row of a dialog, without what the section, its filters or the sign say already."""
    dialog, section = row.dialog, shown.section
    about = [] if shown.account or len(viewer.accounts) < 2 else [call.hub.title(dialog.account)]
    if section is Section.CLOSED:
        about += [dialog.reason] if dialog.reason else []
    elif dialog.status not in _USUAL:
        about.append(call._(STATUSES[dialog.status]))
    if row.responsible is not None and not (section is Section.MINE and row.responsible.id == viewer.operator):
        about.append(row.responsible.title)
    mine = "👉 " if waits_for(viewer, dialog, section) else ""
    number = link(short_name(dialog, row.contact, call.hub.tr), call.hub.desks.link(dialog.ref))
    told = "".join(f" · {one}" for one in about)
    words = shorten(dialog.last_words, SHOWN_WORDS)
    said = bold(words) if dialog.waiting_since is not None else words
    about_it = line(f"{mine}{sign(dialog)} ", number, told, *_time(call, dialog), "\n" if words else "", said)
    return Row(about_it, beside=beside(call, dialog, rights) if shown.home else ())


def _time(call: Call, dialog: Dialog) -> tuple[Span | str, ...]:
    """Time for which the customer has been waiting, with a clock before it, or the age of the last message."""
    since = dialog.waiting_since or dialog.last_at
    if since is None:
        return ()
    told = ago(call.now - since, call.hub.locale)
    return (" · ⏱ " if dialog.waiting_since is not None else " · "), Span(told, since=since)


class SectionAction(Action):
    """Base of the sections. Inputs: an account's name and a text to filter by; `asks`: a form asks for the text."""

    section: ClassVar[Section]

    def read(self, words: str, call: Call) -> dict[str, str]:
        first, _, rest = words.partition(" ")
        if first and (first in call.hub.accounts or first in call.hub.removed):
            return {"account": first, "text": rest.strip()}
        return {"text": words}

    async def fields(self, call: Call) -> tuple[Field, ...]:
        label, hint = call._("Filter"), call._("Part of the title or of the customer's name, phone or e-mail")
        return (Field("text", label, value=call.inputs.get("text", ""), hint=hint, limit=LONGEST_FILTER),)

    def satisfied(self, call: Call) -> bool:
        return not call.inputs.get("asks")

    async def form(self, call: Call) -> Form:
        state = {**SectionFilter.of(call, self.section).first, "text": ""}
        asked = token(call, self.word, state, form=True)
        return Form(call._(self.label), asked, await self.fields(call), call._("Show"))

    async def run(self, call: Call) -> Answer:
        return await workplace(call, SectionFilter.of(call, self.section))


class New(SectionAction):
    word = "new"
    label = LABELS[Section.NEW]
    about = N_("dialogs nobody has accepted: new [account] [text]")
    section = Section.NEW


class InProgress(SectionAction):
    word = "work"
    label = LABELS[Section.WORK]
    about = N_("dialogs in progress: work [account] [text]")
    section = Section.WORK


class Mine(SectionAction):
    word = "mine"
    label = LABELS[Section.MINE]
    about = N_("your dialogs: mine [account] [text]")
    section = Section.MINE


class All(SectionAction):
    word = "all"
    label = LABELS[Section.ALL]
    about = N_("all open dialogs: all [account] [text]")
    section = Section.ALL


class ClosedOnes(SectionAction):
    word = "closed"
    label = LABELS[Section.CLOSED]
    about = N_("closed dialogs: closed [account] [text]")
    section = Section.CLOSED
