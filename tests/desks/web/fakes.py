"""A hub in memory: what the web desk reads (`WebDeskBackend`) and notifies (`EventHandler`), without database or
couriers.

It behaves as the core does where a page can see it: statuses, rights to answer, held messages, notes, forms with
errors. Methods do what customers and couriers would (`customer_writes`, `delivered` …); every
change wakes the pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.desks.web.desk import DIALOGS, dialog_topic, notices_topic
from bot.domain import (
    AccountName,
    Actor,
    Author,
    ChatId,
    Contact,
    ContactId,
    Content,
    Delivery,
    DeskName,
    DeskNames,
    Dialog,
    DialogId,
    Message,
    MessageId,
    OperatorId,
    PostId,
    Status,
    ThreadId,
)
from bot.domain.mentions import Directory, TextKind, judge
from bot.domain.text import Text, line, shorten
from bot.ports import CommandHint, DraftPreview, Listed, ListState, ListView, MessageView, Notification, Page, Tools
from bot.views.values import Button, Card, Fact, Quoted, Tone, View
from tests.desks.web.archive import MemoryArchive

PAGE = 50
ROWS = 20
SECTIONS: dict[str, frozenset[Status]] = {
    "new": frozenset({Status.NEW, Status.RETURNED, Status.FOR_REVIEW}),
    "work": frozenset({Status.IN_PROGRESS}),
    "mine": frozenset({Status.IN_PROGRESS}),
    "all": frozenset(Status) - {Status.CLOSED},
    "closed": frozenset({Status.CLOSED}),
}
STATUSES = {
    Status.NEW: "New",
    Status.IN_PROGRESS: "In progress",
    Status.RETURNED: "Returned to queue",
    Status.FOR_REVIEW: "For review",
    Status.CLOSED: "Closed",
}


@dataclass
class Kept:
    """A message and the page's other data about it. `writer`: the operator's user name."""

    message: Message
    author: str
    post: PostId
    revision: int
    writer: str = ""
    words: Text = field(default_factory=Text)
    quoted: Quoted | None = None
    problem: str = ""


@dataclass
class Talk:
    """One dialog. `people`: user names of those who may answer, the responsible first; `chosen`: selected with 🔖."""

    dialog: Dialog
    contact: Contact
    people: list[str] = field(default_factory=list)
    messages: list[Kept] = field(default_factory=list)
    chosen: set[MessageId] = field(default_factory=set)

    @property
    def last_at(self) -> datetime:
        return self.dialog.last_at or self.dialog.opened_at


class MemoryBackend(MemoryArchive):
    """The hub's state. `operators` are the desk's, in the order of their ids."""

    def __init__(self, tools: Tools, desk: DeskName, operators: Sequence[str]) -> None:
        super().__init__()
        self.tools, self.desk, self.operators = tools, desk, list(operators)
        self.talks: dict[int, Talk] = {}
        self.titles: dict[AccountName, str] = {AccountName("shop"): "Shop bot", AccountName("site"): "Web site"}
        self.notices: dict[str, list[Notification]] = {}
        self.calls: list[str] = []
        self._revision = self._message = self._notice = 0

    async def kind(
        self, desk: DeskName, actor: Actor, dialog: DialogId, content: Content, names: DeskNames
    ) -> DraftPreview:
        """The kind as the core decides it; its question has its own wording."""
        found = judge(content, names, Directory())
        asked = f"No operator or role is called {', '.join(found.unknown)}." if found.kind is TextKind.QUESTION else ""
        return DraftPreview(found.kind, found.command, asked)

    # ------------------------------------------------------------------------------- what pages read

    async def counters(self, desk: DeskName, actor: Actor) -> Mapping[str, int]:
        self.calls.append("counters")
        rows = {section: self._section(actor, section) for section in SECTIONS if section != "closed"}
        return {section: sum(1 for talk in talks if talk.dialog.waiting_since) for section, talks in rows.items()}

    async def list(
        self,
        desk: DeskName,
        actor: Actor,
        section: str,
        *,
        account: AccountName | None = None,
        text: str = "",
        before: DialogId | None = None,
        limit: int = ROWS,
    ) -> Sequence[Listed]:
        self.calls.append("list")
        talks = [talk for talk in self._section(actor, section) if account in (None, talk.dialog.account)]
        if text:
            talks = [talk for talk in talks if text.casefold() in _searchable(talk)]
        if before is not None:
            numbers = [talk.dialog.id for talk in talks]
            talks = talks[numbers.index(before) + 1 :] if before in numbers else []
        return [self._listed(talk, actor) for talk in talks[:limit]]

    async def lists(self, desk: DeskName, views: Sequence[ListView]) -> Sequence[ListState]:
        self.calls.append("lists")
        return [
            ListState(
                await self.counters(desk, view.actor),
                await self.list(desk, view.actor, view.section, account=view.account, text=view.text),
            )
            for view in views
        ]

    async def page(
        self, desk: DeskName, actor: Actor, dialog: DialogId, *, since: int = 0, before: MessageId | None = None
    ) -> Page | None:
        self.calls.append("page")
        talk = self.talks.get(dialog)
        if talk is None or desk != self.desk:
            return None
        older = [one for one in talk.messages if before is None or one.message.id < before]
        kept = [one for one in older if one.revision > since] if since else older[-PAGE:]
        return Page(
            talk.dialog,
            talk.contact,
            self.titles[talk.dialog.account],
            self.card(talk),
            tuple(self._shown(one, actor) for one in kept),
            max((one.revision for one in talk.messages), default=0),
            talk.dialog.open,
            earlier=not since and len(older) > PAGE,
            chosen=frozenset(talk.chosen),
        )

    async def accounts(self, desk: DeskName, actor: Actor) -> Mapping[AccountName, str]:
        return self.titles

    async def commands(self, desk: DeskName, actor: Actor) -> Sequence[CommandHint]:
        return (
            CommandHint("accept", "accept the dialog"),
            CommandHint("close", "close the dialog: close [reason] [comment]"),
            CommandHint("redirect", "redirect the dialog: redirect @operator|role [comment]"),
            CommandHint("rename", "give the dialog a title: rename [title]"),
            CommandHint("mine", "your dialogs: mine [account] [text]"),
            CommandHint("forward", "pass messages on to a colleague", "Forward"),
            CommandHint("tasks", "your assignment", "My tasks"),
            CommandHint("help", "what you can do here: help [dialog | messages | contact | tasks | workplace]", "Help"),
        )

    async def keep(self, desk: DeskName, user: str, view: View, dialog: DialogId | None) -> None:
        mine = self.notices.setdefault(user, [])
        if view.keys and any(one.view.keys == view.keys for one in mine):
            return
        self._notice += 1
        mine.append(Notification(self._notice, view, dialog, self.tools.clock.now()))
        await self.tools.wake.notify([notices_topic(desk, user)])

    async def notifications(self, desk: DeskName, user: str, after: int | None) -> Sequence[Notification]:
        self.calls.append("told")
        mine = self.notices.get(user, [])
        return mine[-50:] if after is None else [one for one in mine if one.id > after][:50]

    # ------------------------------------------------------------------------- what happens elsewhere

    def add(
        self,
        number: int,
        name: str,
        account: str = "shop",
        *,
        status: Status = Status.NEW,
        people: Sequence[str] = (),
        title: str = "",
        phone: str = "",
        email: str = "",
        at: datetime | None = None,
        contact: int = 0,
    ) -> Talk:
        """Adds a dialog without messages. `contact`: the number of one who has other dialogs, too."""
        opened = at or self.tools.clock.now()
        dialog = Dialog(
            DialogId(number),
            AccountName(account),
            ChatId(f"chat-{number}"),
            ContactId(contact or number),
            self.desk,
            "web",
            opened,
            status,
            title,
            responsible=self.operator(people[0]) if people else None,
            thread=ThreadId(str(number)),
            last_at=opened,
        )
        talk = Talk(dialog, Contact(dialog.contact, name, phone, email), list(people))
        self.talks[dialog.id] = talk
        return talk

    async def customer_writes(self, number: int, content: Content | str, at: datetime | None = None) -> Kept:
        """Adds a message of the customer's to the dialog."""
        said = Content(Text.plain(content)) if isinstance(content, str) else content
        talk, now = self.talks[DialogId(number)], at or self.tools.clock.now()
        kept = self.append(talk, Author.CUSTOMER, said, talk.contact.name or "Customer", now)
        talk.dialog = replace(talk.dialog, waiting_since=talk.dialog.waiting_since or now)
        await self.changed(talk)
        return kept

    def append(
        self,
        talk: Talk,
        author: Author,
        content: Content,
        name: str,
        at: datetime,
        *,
        writer: str = "",
        delivery: Delivery = Delivery.NONE,
        post: PostId | None = None,
        words: Text | None = None,
        quoted: Quoted | None = None,
    ) -> Kept:
        self._message += 1
        message = Message(MessageId(self._message), talk.dialog.id, author, at, content, delivery=delivery)
        kept = Kept(message, name, post or PostId(f"p{message.id}"), self._next(), writer, words or Text(), quoted)
        talk.messages.append(kept)
        if author is not Author.HUB:
            text = content.text.characters or "📎"
            talk.dialog = replace(talk.dialog, last_at=at, last_words=shorten(text, 120))
        return kept

    async def change(self, kept: Kept, *, problem: str = "", **changes: Any) -> None:
        """Saves a changed message: delivered, edited, reacted to …"""
        kept.message = replace(kept.message, **changes)
        kept.problem, kept.revision = problem or kept.problem, self._next()
        await self.changed(self.talks[kept.message.dialog])

    def replace(self, number: int, **changes: Any) -> None:
        """Replaces the dialog."""
        talk = self.talks[number]
        talk.dialog = replace(talk.dialog, **changes)

    async def changed(self, talk: Talk) -> None:
        await self.tools.wake.notify([DIALOGS, dialog_topic(talk.dialog.id)])

    # ------------------------------------------------------------------------------------- together

    def operator(self, user: str) -> OperatorId:
        return OperatorId(self.operators.index(user) + 1)

    def find(self, post: PostId) -> Kept | None:
        return next((one for talk in self.talks.values() for one in talk.messages if one.post == post), None)

    def card(self, talk: Talk) -> Card:
        dialog = talk.dialog
        contact = ", ".join(word for word in (talk.contact.name, talk.contact.phone, talk.contact.email) if word)
        facts = {
            "Customer": contact,
            "Account": self.titles[dialog.account],
            "Status": STATUSES[dialog.status],
            "Owner": talk.people[0] if talk.people else "",
            "Co-executors": ", ".join(talk.people[1:]),
            "Closing reason": ", ".join(word for word in (dialog.reason, dialog.comment) if word),
        }
        offered = [("accept", "Accept", Tone.PRIMARY)] if dialog.status is not Status.IN_PROGRESS else []
        offered += [("redirect", "Redirect", Tone.PLAIN), ("close", "Close", Tone.DANGER)]
        menu = [("rename", "Rename", Tone.PLAIN), ("help", "Help", Tone.PLAIN)]
        make = self.button
        return Card(
            dialog.id,
            f"#{dialog.id} · {talk.contact.name}",
            f"#{dialog.id} · {talk.contact.name}",
            tuple(Fact(label, line(value)) for label, value in facts.items() if value),
            STATUSES[dialog.status],
            buttons=tuple(make(word, label, dialog.id, tone) for word, label, tone in offered) if dialog.open else (),
            menu=tuple(make(word, label, dialog.id, tone) for word, label, tone in menu) if dialog.open else (),
            picture=talk.contact.picture,
            open=dialog.open,
        )

    def button(self, word: str, label: str, about: int, tone: Tone = Tone.PLAIN) -> Button:
        return Button(word, label, f"{word}.{about}", tone)

    def _section(self, actor: Actor, section: str) -> Sequence[Talk]:
        talks = [talk for talk in self.talks.values() if talk.dialog.status in SECTIONS[section]]
        if section == "mine":
            talks = [talk for talk in talks if actor.user in talk.people]
        return sorted(talks, key=lambda talk: (talk.dialog.waiting_since is None, -talk.last_at.timestamp()))

    def _listed(self, talk: Talk, actor: Actor) -> Listed:
        to_me = talk.dialog.addressee is not None and talk.dialog.addressee.operator == self.operator(actor.user)
        responsible = talk.people[0] if talk.people else ""
        return Listed(talk.dialog, talk.contact, self.titles[talk.dialog.account], responsible, to_me)

    def _shown(self, kept: Kept, actor: Actor) -> MessageView:
        mine, message = kept.writer == actor.user, kept.message
        offered: Mapping[str, str] = {}
        if message.delivery is Delivery.HELD and mine:
            offered = {"take": "Send and take over", "join": "Send as co-executor", "internal": "Keep as internal note"}
        elif message.delivery is Delivery.FAILED:
            offered = {"again": "Retry"}
        elif message.delivery is Delivery.UNCONFIRMED:
            offered = {"again": "Send again", "arrived": "Mark as delivered"}
        buttons = tuple(self.button(word, label, message.id) for word, label in offered.items())
        return MessageView(message, kept.author, kept.post, kept.words, kept.quoted, buttons, mine, kept.problem)

    def _next(self) -> int:
        self._revision += 1
        return self._revision


def _searchable(talk: Talk) -> str:
    return f"{talk.contact.name} {talk.dialog.title} {talk.dialog.last_words}".casefold()
