"""The core's side of a page's requests, in memory: `MemoryBackend` shows their results."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain import (
    Actor,
    Author,
    Commanded,
    Content,
    Delivery,
    DeskEvent,
    DialogId,
    Key,
    OperatorDeleted,
    OperatorEdited,
    OperatorPosted,
    OperatorReacted,
    Pressed,
    Status,
    Submitted,
    ThreadRef,
)
from bot.domain.mentions import Directory, TextKind, judge, without_sign
from bot.domain.text import Text, bold, line, link, shorten
from bot.ports import CommandHint, Forged, KnownPost
from bot.views.values import (
    Answer,
    Ask,
    Field,
    FieldKind,
    Form,
    Invalid,
    Option,
    Quoted,
    Row,
    Silent,
    View,
    Whisper,
)
from tests.desks.web.fakes import Kept, MemoryBackend, Talk

REASONS = ("Purchased", "Spam", "No reply from customer")


class MemoryCore:
    """Takes each fact once. `events` are all that were taken; `fail` makes the next calls raise. `instant`: answers are
    delivered as soon as they are written. `answers`: the response to a command (by its words), a button or a form
    (by its token), before anything else is considered."""

    def __init__(self, board: MemoryBackend) -> None:
        self.backend, self.events, self.fail, self.instant = board, list[DeskEvent](), 0, False
        self.answers: dict[str, Answer] = {}
        self._keys: set[Key] = set()

    async def known(self, keys: Sequence[Key]) -> Collection[Key]:
        return self._keys.intersection(keys)

    async def known_posts(self, thread: ThreadRef, since: datetime) -> Sequence[KnownPost]:
        return ()

    async def previews(self, actor: Actor, dialogs: Sequence[DialogId]) -> Mapping[DialogId, View]:
        return {}

    async def threads(self) -> Sequence[ThreadRef]:
        return ()

    async def accept(self, event: DeskEvent) -> Answer:
        if self.fail:
            self.fail -= 1
            raise RuntimeError("the database is not there")
        if event.key in self._keys:
            return Silent()
        self._keys.add(event.key)
        self.events.append(event)
        if (known := self.answers.get(_asked(event))) is not None:
            return known
        match event:
            case OperatorPosted():
                return await self._posted(event)
            case OperatorEdited():
                await self._change(event, content=event.content, edited_at=self.backend.tools.clock.now())
            case OperatorDeleted():
                await self._change(event, deleted_at=self.backend.tools.clock.now())
            case OperatorReacted(emoji="🔖"):
                await self._choose(event)
            case OperatorReacted():
                await self._change(event, important=event.on)
            case Pressed():
                return await self._act(event.actor, *_opened(event.token))
            case Submitted():
                return await self._submitted(event)
            case Commanded():
                return await self._commanded(event)
        return Silent()

    def of(self, kind: type[DeskEvent]) -> list[DeskEvent]:
        return [event for event in self.events if isinstance(event, kind)]

    # ------------------------------------------------------------------------------------- messages

    async def _posted(self, event: OperatorPosted) -> Answer:
        talk = self._talk(event.place.thread)
        found = judge(event.content, event.names, Directory())
        if found.kind is TextKind.COMMAND:
            word, _, rest = found.command.partition(" ")
            return await self._act(event.actor, word, talk.dialog.id, rest)
        if found.kind is TextKind.NOTE:
            content = replace(event.content, text=without_sign(event.content.text))
            self._append(talk, event, Author.NOTE, Delivery.INTERNAL, content)
        elif talk.people and event.actor.user not in talk.people:
            self._append(talk, event, Author.OPERATOR, Delivery.HELD)
            await self.backend.changed(talk)
            return Whisper(_says(f"{talk.people[0]} is handling this dialog. Not sent yet."))
        else:
            if not talk.people:
                self._take(talk, event.actor)
            self._append(talk, event, Author.OPERATOR, Delivery.DELIVERED if self.instant else Delivery.PENDING)
            talk.dialog = replace(talk.dialog, waiting_since=None)
        await self.backend.changed(talk)
        return Silent()

    def _append(
        self, talk: Talk, event: OperatorPosted, author: Author, delivery: Delivery, content: Content | None = None
    ) -> Kept:
        quoted = self.backend.find(event.quoted) if event.quoted else None
        words = Quoted(shorten(quoted.message.content.text.characters, 80), quoted.author) if quoted else None
        return self.backend.append(
            talk,
            author,
            content or event.content,
            event.actor.title,
            event.at,
            writer=event.actor.user,
            delivery=delivery,
            post=event.place.post,
            quoted=words,
        )

    async def _change(self, event: OperatorEdited | OperatorDeleted | OperatorReacted, **changes: Any) -> None:
        kept = self.backend.find(event.place.post) if event.place.post else None
        if kept:
            await self.backend.change(kept, **changes)

    async def _choose(self, event: OperatorReacted) -> None:
        kept = self.backend.find(event.place.post) if event.place.post else None
        if kept:
            talk = self.backend.talks[kept.message.dialog]
            (talk.chosen.add if event.on else talk.chosen.discard)(kept.message.id)

    # -------------------------------------------------------------------------------------- actions

    async def _commanded(self, event: Commanded) -> Answer:
        word, _, rest = event.words.partition(" ")
        if word == "mine":
            rows = await self.backend.list(self.backend.desk, event.actor, "mine")
            lines = [
                line(link(f"#{row.dialog.id}", f"/desk#/dialog/{row.dialog.id}"), f" · {row.contact.name}")
                for row in rows
            ]
            return Whisper(View(tuple(Row(words) for words in lines) or _says("No dialogs here.").rows, "Mine"))
        if word == "view":
            self.backend.by_dialogs = rest == "split"
            return Whisper(_says("You read history so from now on."))
        about = event.place.thread or rest.partition(" ")[0].lstrip("#")
        return await self._act(event.actor, word, int(about) if about.isdecimal() else None, rest)

    async def _act(self, actor: Actor, word: str, about: int | None, words: str = "") -> Answer:
        if word == "help":
            rows = [Row(line(bold(f"/dialog {one.word}"), f": {one.about}")) for one in await self._commands(actor)]
            return Whisper(View(tuple(rows), "What you can do"))
        if word in ("take", "join", "internal", "again", "arrived") and about is not None:
            return await self._settle(actor, word, about)
        talk = self.backend.talks.get(DialogId(about)) if about is not None else None
        if word not in ("accept", "close", "redirect", "rename") or talk is None:
            return Whisper(_says(f"There is no “{word}”. See /dialog help."))
        if word == "accept":
            return await self._accept(actor, talk)
        return Ask(_form(word, talk, self.backend.operators))

    async def _accept(self, actor: Actor, talk: Talk) -> Answer:
        if talk.people:
            return Whisper(_says(f"{talk.people[0]} has already accepted this dialog."))
        self._take(talk, actor)
        await self.backend.changed(talk)
        return Silent()

    def _take(self, talk: Talk, actor: Actor) -> None:
        talk.people = [actor.user, *(one for one in talk.people if one != actor.user)]
        talk.dialog = replace(talk.dialog, status=Status.IN_PROGRESS, responsible=self.backend.operator(actor.user))
        self._line(talk, f"✋ {actor.title} accepted the dialog")

    async def _settle(self, actor: Actor, word: str, about: int) -> Answer:
        kept = next(one for talk in self.backend.talks.values() for one in talk.messages if one.message.id == about)
        talk = self.backend.talks[kept.message.dialog]
        if word == "take":
            self._take(talk, actor)
        elif word == "join":
            talk.people.append(actor.user)
            self._line(talk, f"➕ {actor.title} joined as a co-executor")
        internal = word == "internal"
        author = Author.NOTE if internal else kept.message.author
        delivery = Delivery.INTERNAL if internal else Delivery.DELIVERED
        await self.backend.change(kept, author=author, delivery=delivery)
        return Silent()

    async def _submitted(self, event: Submitted) -> Answer:
        word, about = _opened(event.token)
        talk, values = self.backend.talks[DialogId(about)], event.values
        if word == "close":
            if values.get("reason") not in REASONS:
                return Invalid({"reason": "Choose a reason: this account requires one."})
            comment = values.get("comment", "")
            talk.dialog = replace(
                talk.dialog, status=Status.CLOSED, reason=values["reason"], comment=comment, waiting_since=None
            )
            self._line(talk, f"🏁 {event.actor.title} closed the dialog\nReason: {values['reason']}")
        elif word == "rename":
            talk.dialog = replace(talk.dialog, title=values["title"])
            self._line(talk, f"✏️ {event.actor.title} named the dialog “{values['title']}”")
        elif word == "redirect":
            talk.people = []
            talk.dialog = replace(talk.dialog, status=Status.RETURNED, responsible=None)
            self._line(talk, f"↪️ {event.actor.title} redirected the dialog to {values['who']}")
        await self.backend.changed(talk)
        return Silent()

    # ------------------------------------------------------------------------------------- together

    async def _commands(self, actor: Actor) -> Sequence[CommandHint]:
        return await self.backend.commands(self.backend.desk, actor)

    def _talk(self, thread: object) -> Talk:
        return self.backend.talks[DialogId(int(str(thread)))]

    def _line(self, talk: Talk, words: str) -> None:
        self.backend.append(talk, Author.HUB, Content(), "", self.backend.tools.clock.now(), words=Text.plain(words))


def _asked(event: DeskEvent) -> str:
    match event:
        case Pressed() | Submitted():
            return event.token
        case Commanded():
            return event.words
        case _:
            return ""


def _opened(token: str) -> tuple[str, int]:
    word, _, about = token.partition(".")
    if not about.isdecimal():
        raise Forged("not ours")
    return word, int(about)


def _says(words: str) -> View:
    return View((Row(Text.plain(words)),))


def _form(word: str, talk: Talk, operators: Sequence[str]) -> Form:
    comment = Field("comment", "Comment", FieldKind.AREA, hint="For colleagues; the customer does not see it.")
    fields: dict[str, tuple[str, tuple[Field, ...]]] = {
        "close": ("Close", (_choice("reason", "Reason", REASONS), comment)),
        "rename": ("Rename", (Field("title", "Title", required=True, value=talk.dialog.title, limit=100),)),
        "redirect": ("Redirect", (_choice("who", "To whom", operators), comment)),
    }
    label, asked = fields[word]
    return Form(f"{label} · #{talk.dialog.id}", f"{word}.{talk.dialog.id}", asked, label)


def _choice(name: str, label: str, values: Sequence[str]) -> Field:
    return Field(name, label, FieldKind.CHOICE, True, tuple(Option(value, value) for value in values))
