"""Lookups over all dialogs of the hub in memory, with the results of `bot.queries`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bot.domain import AccountName, Actor, ContactId, DeskName, Interest, Media, MediaKind, MessageId
from bot.domain.text import Text, bold, line
from bot.ports.found import (
    ContactPage,
    Correspondence,
    FileFound,
    FileKind,
    FilesPage,
    Findings,
    Found,
    Given,
    IdentityView,
    Numbered,
    TranscriptEntry,
)

if TYPE_CHECKING:
    from tests.desks.web.fakes import Kept, Talk

PAGE = 10


class MemoryArchive:
    """Pages of ten. `interests` and `tasks` are on every contact's card; `by_dialogs`: everyone's view of the
    history."""

    talks: dict[int, Talk]
    titles: dict[AccountName, str]

    def __init__(self) -> None:
        self.interests: tuple[Interest, ...] = ()
        self.tasks: tuple[Given, ...] = ()
        self.by_dialogs = True

    async def search(
        self,
        desk: DeskName,
        actor: Actor,
        text: str,
        *,
        contact: ContactId | None = None,
        before: MessageId | None = None,
    ) -> Findings:
        found = [
            Found(
                kept.message.id,
                talk.dialog,
                talk.contact,
                self.titles[talk.dialog.account],
                kept.author,
                kept.message.at,
                _excerpt(kept.message.content.text.characters, text),
                "",
            )
            for talk, kept in self._newest(contact, before)
            if text.casefold() in kept.message.content.text.characters.casefold()
        ]
        people = {talk.contact.id: talk.contact for talk in self.talks.values()}
        named = [one for one in people.values() if text.casefold() in one.name.casefold()]
        first = before is None and contact is None
        last = found[PAGE - 1].message if len(found) > PAGE else None
        return Findings(tuple(found[:PAGE]), tuple(named) if first else (), last, self._numbered(text))

    def _numbered(self, text: str) -> Numbered | None:
        talk = self.talks.get(int(number)) if (number := text.lstrip("#")).isdecimal() else None
        return Numbered(talk.dialog, talk.contact, self.titles[talk.dialog.account], "") if talk is not None else None

    async def files(
        self, desk: DeskName, actor: Actor, contact: ContactId, kind: FileKind, *, before: MessageId | None = None
    ) -> FilesPage:
        found = [
            FileFound(
                kept.message.id,
                talk.dialog,
                self.titles[talk.dialog.account],
                kept.author,
                kept.message.at,
                name,
                url,
                "",
                media,
            )
            for talk, kept in self._newest(contact, before)
            for name, url, media in _exchanged(kept, kind)
        ]
        return FilesPage(tuple(found))

    async def contact(self, desk: DeskName, actor: Actor, contact: ContactId) -> ContactPage | None:
        talks = [talk for talk in self.talks.values() if talk.contact.id == contact]
        if not talks:
            return None
        accounts = dict.fromkeys(talk.dialog.account for talk in talks)
        return ContactPage(
            talks[0].contact,
            tuple(IdentityView(one, self.titles[one], talks[0].contact.name.lower(), False) for one in accounts),
            tuple(talk.dialog for talk in reversed(talks)),
            self.interests,
            self.tasks,
        )

    async def reads_by_dialogs(self, desk: DeskName, actor: Actor) -> bool:
        return self.by_dialogs

    async def correspondence(
        self, desk: DeskName, actor: Actor, contact: ContactId, *, before: MessageId | None = None
    ) -> Correspondence:
        found = [
            TranscriptEntry(
                kept.message,
                talk.dialog,
                self.titles[talk.dialog.account],
                kept.author,
                kept.words or kept.message.content.text,
                "",
            )
            for talk, kept in self._newest(contact, before)
        ]
        return Correspondence(tuple(reversed(found[:PAGE])), found[PAGE - 1].message.id if len(found) > PAGE else None)

    def _newest(self, contact: ContactId | None, before: MessageId | None) -> Sequence[tuple[Talk, Kept]]:
        all_ = [
            (talk, kept)
            for talk in self.talks.values()
            if contact in (None, talk.contact.id)
            for kept in talk.messages
            if before is None or kept.message.id < before
        ]
        return sorted(all_, key=lambda one: -one[1].message.id)


def _excerpt(words: str, text: str) -> Text:
    start = words.casefold().find(text.casefold())
    return line(words[:start], bold(words[start : start + len(text)]), words[start + len(text) :])


def _exchanged(kept: Kept, kind: FileKind) -> Iterator[tuple[str, str, Media | None]]:
    content = kept.message.content
    if kind is FileKind.LINKS:
        yield from ((one, one, None) for one in content.text.characters.split() if one.startswith("http"))
        return
    for media in content.attachments:
        if isinstance(media, Media) and (media.kind is MediaKind.PHOTO) == (kind is FileKind.IMAGES):
            yield media.name, "", media
