"""Images, files and links exchanged with a contact."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.domain import ContactId, Content, Media, MediaKind, MessageId, Operator
from bot.hub.context import Hub
from bot.locale import N_, Translator
from bot.ports.found import FileFound, FileKind, FilesPage
from bot.ports.storage import Holds, MessageRow, Unit
from bot.queries.search import PAGE, author_of, link_to, names_of, present
from bot.views.words import KINDS

HOLDS: Mapping[FileKind, Holds] = {
    FileKind.IMAGES: Holds.IMAGE,
    FileKind.FILES: Holds.FILE,
    FileKind.LINKS: Holds.LINK,
}
LABELS: Mapping[FileKind, str] = {
    FileKind.IMAGES: N_("Images"),
    FileKind.FILES: N_("Files"),
    FileKind.LINKS: N_("Links"),
}
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_AFTER_AN_ADDRESS = ".,;:!?)]}»”’\"'"


async def files(
    hub: Hub, unit: Unit, operator: Operator, contact: ContactId, kind: FileKind, *, before: MessageId | None = None
) -> FilesPage:
    """Page of files from all dialogs with the contact that the operator may read."""
    accounts = await hub.readable(unit, operator)
    whose = await present(unit, contact)
    rows = await unit.archive.of_contact(
        whose, viewer=operator.id, accounts=accounts, holds=HOLDS[kind], before=before, limit=PAGE + 1
    )
    names = await names_of(unit, rows)
    found = [one for row in rows[:PAGE] for one in _of_message(hub, row, kind, author_of(row, names, hub.tr))]
    return FilesPage(tuple(found), rows[PAGE - 1].message.id if len(rows) > PAGE else None)


def _of_message(hub: Hub, row: MessageRow, kind: FileKind, author: str) -> Iterator[FileFound]:
    def found(name: str, url: str, media: Media | None = None) -> FileFound:
        account = hub.title(row.dialog.account)
        message = row.message
        return FileFound(message.id, row.dialog, account, author, message.at, name, url, link_to(hub, row), media)

    if kind is FileKind.LINKS:
        for address in dict.fromkeys(addresses(row.message.content)):
            yield found(address, address)
        return
    for media in media_of(row.message.content):
        if (media.kind is MediaKind.PHOTO) == (kind is FileKind.IMAGES):
            name = named(media, hub.tr)
            yield found(name, hub.files.link(media.file, media.name or name, media.mime), media)


def named(media: Media, tr: Translator) -> str:
    """File's name, or its kind when it has none."""
    return media.name or tr.gettext(KINDS[media.kind][1])


def media_of(content: Content) -> Sequence[Media]:
    """Media of the content and of what is forwarded in it."""
    own = [one for one in content.attachments if isinstance(one, Media)]
    return own + [one for forwarded in content.forwarded for one in media_of(forwarded.content)]


def addresses(content: Content) -> Sequence[str]:
    """Links in the content, both behind words and written out, in order."""
    found = [span.link for span in content.text.spans if span.link.startswith(("http://", "https://"))]
    found += [one.rstrip(_AFTER_AN_ADDRESS) for one in _ADDRESS.findall(content.text.characters)]
    return found + [one for forwarded in content.forwarded for one in addresses(forwarded.content)]
