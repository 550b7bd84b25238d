"""`files`: images, files and links from all dialogs with the contact."""

from __future__ import annotations

from bot.actions.base import Call, CardSlot, DialogAction, DialogCall, MenuGroup, Stock
from bot.actions.paging import before, pages, tab, turned
from bot.domain import Status
from bot.domain.spelling import folded
from bot.domain.text import line, link, web_address
from bot.locale import N_
from bot.ports.found import FileFound, FileKind, FilesPage
from bot.queries.files import LABELS, files
from bot.views.answers import says
from bot.views.cards import heading
from bot.views.values import Answer, Row, View, Whisper
from bot.views.words import KINDS

NOTHING = {
    FileKind.IMAGES: N_("There are no images in the dialogs with this contact."),
    FileKind.FILES: N_("There are no files in the dialogs with this contact."),
    FileKind.LINKS: N_("There are no links in the dialogs with this contact."),
}


class ShowFiles(DialogAction):
    word = "files"
    label = N_("Attachments")
    about = N_("attachments from all dialogs with the contact: files [images|files|links]")
    spot = CardSlot.MENU
    group = MenuGroup.CONTACT
    lists = Stock.FILES
    statuses = frozenset(Status)

    def read(self, words: str, call: DialogCall) -> dict[str, str]:
        said = folded(words)
        named = {folded(call._(label)): str(kind) for kind, label in LABELS.items()}
        return {"kind": named.get(said, said)}

    async def run(self, call: DialogCall) -> Answer:
        said = call.inputs.get("kind", "")
        kind = FileKind(said) if said in list(FileKind) else FileKind.IMAGES
        async with call.hub.store.read() as unit:
            found = await files(call.hub, unit, call.operator, call.dialog.contact, kind, before=before(call))
        return Whisper(_view(call, kind, found), replaces=turned(call))


def _view(call: Call, chosen: FileKind, found: FilesPage) -> View:
    state = {"kind": str(chosen), "before": call.inputs.get("before", "")}
    return View(
        tuple(_row(call, one) for one in found.files) or says(call._(NOTHING[chosen])).rows,
        call._("Attachments"),
        tabs=tuple(
            tab(call, ShowFiles.word, call._(LABELS[kind]), {"kind": str(kind)}, chosen=kind is chosen)
            for kind in FileKind
        ),
        buttons=pages(call, ShowFiles.word, state, found.before),
    )


def _row(call: Call, one: FileFound) -> Row:
    sign = KINDS[one.media.kind][0] if one.media is not None else "🔗"
    url = web_address(one.url)
    about = f" · {one.author or call._('Customer')} · {one.account} · {call.hub.when(one.at)}\n"
    return Row(line(f"{sign} ", link(one.name, url), about, link(heading(one.dialog), one.link)))
