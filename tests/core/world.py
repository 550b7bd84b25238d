"""A hub without platforms: the real core on a real database, between a desk and a channel in memory.

`World.deliver()` runs the couriers until nothing is due any more.
"""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.actions import OFFERS
from bot.automation.pinned_names import SETTLED, Pins
from bot.delivery.carrier import Carrier
from bot.delivery.courier import Courier
from bot.delivery.roads import Roads
from bot.domain import (
    Account,
    AccountName,
    Actor,
    Attachment,
    Belonging,
    ChatId,
    Commanded,
    Content,
    CustomerEvent,
    CustomerWrote,
    Delivery,
    DeskEvent,
    DeskName,
    Dialog,
    DialogId,
    FileRef,
    ForeignId,
    Forwarded,
    Key,
    MediaKind,
    Message,
    OperatorDeleted,
    OperatorEdited,
    OperatorPosted,
    OperatorReacted,
    Place,
    PostId,
    PostRef,
    Pressed,
    Profile,
    Submitted,
    ThreadId,
    ThreadRef,
    Update,
)
from bot.domain.account_rules import FIRST_DEADLINES, AccountRules
from bot.domain.text import Text
from bot.domain.value import replace
from bot.handlers.channel_updates import ChannelUpdateHandler
from bot.handlers.desk_events import DeskEventHandler
from bot.handlers.web_desk import WebDeskQueries
from bot.hub.context import Administrators, Hub
from bot.hub.parcels import CRM, account_destination, desk_destination, first_line_destination
from bot.hub.tokens import Seal
from bot.locale import translator
from bot.ports import (
    Approved,
    Availability,
    Called,
    DeliveryError,
    DeskLimits,
    Desks,
    Download,
    Limits,
    Mark,
    Outgoing,
    Rate,
    Sent,
    Unavailable,
    Unconfirmed,
    UpdateOutcome,
)
from bot.ports.crm import Crm
from bot.ports.storage import Store, Unit
from bot.senders.channel import ChannelCarrier
from bot.senders.crm import CrmCarrier
from bot.senders.desk import DeskCarrier
from bot.senders.first_line import FirstLineCarrier
from bot.views.values import Answer, Ask, Button, Card, Form, Post, View, Whisper
from tests.clock import ManualClock
from tests.tools import FolderFiles, MemoryWake

DESK, SHOP = DeskName("main"), AccountName("shop")


def member(user: str, name: str, title: str = "", zone: str = "") -> Actor:
    """A member of the desk's audience."""
    return Actor(user, name, title, zone, Belonging.MEMBER)


ANNA, BORIS, CLARA = member("U1", "anna", "Anna"), member("U2", "boris", "Boris"), member("U3", "clara", "Clara")


@dataclass
class MemoryDesk:
    """Remembers what was shown. `fail` holds errors to raise next, by method; with `late`, after doing it; `broken`
    names the error that each call of a method meets."""

    limits: DeskLimits = DeskLimits(post=4000)
    cards: dict[ThreadId, Card] = field(default_factory=dict)
    keys: dict[Key, PostRef] = field(default_factory=dict)
    posts: dict[ThreadId, list[tuple[PostId, Post]]] = field(default_factory=lambda: defaultdict(list))
    marks: dict[PostId, set[Mark]] = field(default_factory=lambda: defaultdict(set))
    whispers: list[tuple[str, View]] = field(default_factory=list)
    direct_messages: list[tuple[str, View]] = field(default_factory=list)
    fail: dict[str, list[DeliveryError]] = field(default_factory=lambda: defaultdict(list))
    late: dict[str, list[DeliveryError]] = field(default_factory=lambda: defaultdict(list))
    broken: Callable[[str], DeliveryError | None] = lambda method: None
    calls: list[str] = field(default_factory=list)
    people: list[Actor] = field(default_factory=list)
    states: dict[str, Availability] = field(default_factory=dict)
    homes: list[tuple[str, View]] = field(default_factory=list)
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    async def availability(self, users: Collection[str]) -> Mapping[str, Availability]:
        if self.fail["availability"]:
            raise self.fail["availability"].pop(0)
        return {one: self.states[one] for one in users if one in self.states}

    async def show_home(self, user: str, view: View) -> bool:
        self._before("show_home")
        self.homes.append((user, view))
        return True

    async def bearers(self, names: Collection[str]) -> Sequence[Actor]:
        if self.fail["bearers"]:
            raise self.fail["bearers"].pop(0)
        wanted = {name.casefold() for name in names}
        return [one for one in self.people if one.user in names or one.name.casefold() in wanted]

    def _before(self, method: str) -> None:
        self.calls.append(method)
        if self.fail[method]:
            raise self.fail[method].pop(0)
        if error := self.broken(method):
            raise error

    def _after(self, method: str) -> None:
        if self.late[method]:
            raise self.late[method].pop(0)

    async def run(self, office: object, since: datetime) -> None:
        raise AssertionError("tests call the office themselves")

    async def open(self, channel: str, card: Card, key: Key) -> ThreadRef:
        self._before("open")
        thread = ThreadId(f"t{next(self._ids)}")
        self.cards[thread] = card
        self.keys[key] = PostRef(DESK, "C1", PostId(thread))
        self._after("open")
        return ThreadRef(DESK, "C1", thread)

    async def post(self, thread: ThreadRef, post: Post) -> PostRef:
        self._before("post")
        ref = PostRef(DESK, thread.channel, PostId(f"p{next(self._ids)}"))
        self.posts[thread.thread].append((ref.post, post))
        self.keys |= dict.fromkeys(post.keys, ref)
        self._after("post")
        return ref

    async def find(self, channel: str, thread: ThreadRef | None, key: Key) -> PostRef | None:
        self.calls.append("find")
        return self.keys.get(key)

    async def update(self, ref: PostRef, what: Post | Card) -> None:
        self._before("update")
        if isinstance(what, Card):
            self.cards[ThreadId(ref.post)] = what
            return
        for posts in self.posts.values():
            posts[:] = [(one, what if one == ref.post else post) for one, post in posts]

    async def delete(self, ref: PostRef) -> None: ...

    async def mark(self, ref: PostRef, mark: Mark, on: bool) -> None:
        self._before("mark")
        (self.marks[ref.post].add if on else self.marks[ref.post].discard)(mark)

    async def whisper(self, user: str, thread: ThreadRef, view: View) -> None:
        self._before("whisper")
        self.whispers.append((user, view))

    async def tell(self, user: str, view: View) -> None:
        self._before("tell")
        self.direct_messages.append((user, view))

    async def retell(self, user: str, whispered: Key, view: View) -> None:
        """Replaces a direct message, or a whisper, as desks do that sent it as a direct message."""
        self._before("retell")
        shown = replace(view, keys=(whispered,))
        for sent in (self.whispers, self.direct_messages):
            sent[:] = [(to, shown if whispered in seen.keys else seen) for to, seen in sent]

    def link(self, thread: ThreadRef, post: PostRef | None = None) -> str:
        return f"https://desk.test/{thread.thread}"

    def download(self, file: FileRef) -> AbstractAsyncContextManager[Download]:
        raise AssertionError

    async def close(self) -> None: ...


@dataclass
class MemoryChannel:
    """A channel with every capability. `sent` is what customers see; `broken` names the error that each call for a chat
    meets."""

    limits: Limits = Limits(text=200, caption=50, files=dict.fromkeys(MediaKind, 1000), links=True, replies=True)
    sent: dict[ChatId, list[Outgoing]] = field(default_factory=lambda: defaultdict(list))
    keys: list[Key] = field(default_factory=list)
    edits: list[tuple[ForeignId, Outgoing]] = field(default_factory=list)
    deleted: list[ForeignId] = field(default_factory=list)
    reacted: list[tuple[ForeignId, str | None]] = field(default_factory=list)
    unreacted: list[DeliveryError] = field(default_factory=list)
    fail: list[DeliveryError] = field(default_factory=list)
    late: list[DeliveryError] = field(default_factory=list)
    broken: Callable[[ChatId], DeliveryError | None] = lambda chat: None
    calls: int = 0
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    async def send(self, chat: ChatId, message: Outgoing, key: Key) -> Sent:
        self.calls += 1
        if self.fail:
            raise self.fail.pop(0)
        if error := self.broken(chat):
            raise error
        if not (self.limits.idempotent and key in self.keys):
            self.keys.append(key)
            self.sent[chat].append(message)
        if self.late:
            raise self.late.pop(0)
        return Sent((ForeignId(f"m{next(self._ids)}"),))

    async def edit(self, chat: ChatId, ref: ForeignId, message: Outgoing) -> None:
        self.edits.append((ref, message))

    async def delete(self, chat: ChatId, refs: Sequence[ForeignId]) -> None:
        self.deleted += refs

    async def react(self, chat: ChatId, ref: ForeignId, emoji: str | None) -> None:
        if self.unreacted:
            raise self.unreacted.pop(0)
        self.reacted.append((ref, emoji))

    def download(self, file: FileRef) -> AbstractAsyncContextManager[Download]:
        raise AssertionError

    async def close(self) -> None: ...


@dataclass
class MemoryBot:
    """A first-line bot. `answers` are used in turn: JSON, a status, or an error to raise."""

    answers: list[dict[str, object] | int | Exception] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def __call__(self, url: str, body: bytes, headers: Mapping[str, str], *, seconds: float, most: int) -> Called:
        self.questions.append(json.loads(body))
        self.headers.append(headers)
        self.bodies.append(body)
        if self.meanwhile is not None:
            await self.meanwhile()
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return Called(answer, b"") if isinstance(answer, int) else Called(200, json.dumps(answer).encode())


@dataclass
class NoBudgets:
    """Unlimited budgets: everything may be sent at once."""

    blocked: list[tuple[str, str, float]] = field(default_factory=list)

    async def take(self, owner: str, rates: Sequence[Rate], wanted: Sequence[object]) -> Sequence[float]:
        return [0.0 for _ in wanted]

    def long_waits(self) -> Mapping[tuple[str, str], float]:
        return {}

    async def give_back(self, owner: str, rates: Sequence[Rate], wanted: Sequence[object]) -> None:
        """Unlimited: there is nothing to give back to."""

    def block(self, owner: str, subject: str, seconds: float) -> None:
        self.blocked.append((owner, subject, seconds))


@dataclass
class WindowedChannel(MemoryChannel):
    """A channel that accepts free text for a day, and one template at any time."""

    window: timedelta = timedelta(hours=24)
    approved: tuple[Approved, ...] = (Approved("hello", "en", "Dear {{1}}, your order {{2}} is here.", ("1", "2")),)

    async def templates(self) -> Sequence[Approved]:
        return self.approved


class RegisteringHandler(DeskEventHandler):
    """Registers people before it takes their events."""

    def __init__(self, world: World) -> None:
        super().__init__(world.hub, DESK)
        self._world = world

    async def accept(self, event: DeskEvent) -> Answer:
        if event.actor is not None and not self._world.names_pinned:
            actor = event.actor
            await self._world.store.transact(lambda unit: unit.operators.upsert_operator(DESK, actor))
        await self._world.pin_names()
        return await super().accept(event)


class World:
    """The hub's core and everyone's actions on it."""

    def __init__(
        self,
        store: Store,
        clock: ManualClock,
        files: FolderFiles,
        rules: AccountRules | None = None,
        channel: MemoryChannel | None = None,
        public_url: str = "https://hub.example",
        crm: Crm | None = None,
    ) -> None:
        self.store, self.clock = store, clock
        self.desk, self.channel, self.budgets = MemoryDesk(), channel or MemoryChannel(), NoBudgets()
        account = Account(SHOP, "memory", "Shop bot", DESK, "support", rules or AccountRules())
        self.bot = MemoryBot()
        self.hub = Hub(
            store=store,
            clock=clock,
            files=files,
            desks=Desks({DESK: self.desk}),
            bridges={SHOP: self.channel},
            accounts={SHOP: account},
            seal=Seal("secret"),
            secret="secret",
            tr=translator("en"),
            offers=OFFERS,
            admins=Administrators(("boss",)),
            public_url=public_url,
            crm=crm,
        )
        self.channel_updates = ChannelUpdateHandler(self.hub, SHOP)
        self.desk_events: DeskEventHandler = RegisteringHandler(self)
        self.web_desk = WebDeskQueries(self.hub)
        self.wake = MemoryWake()
        self.desk_carrier = DeskCarrier(self.hub, DESK, self.desk)
        self.paused: list[str] = []
        self.on_pause, self.on_resume = self._paused, self._resumed
        self.roads: dict[str, Roads] = {}
        self.names_pinned = False
        self._ids = itertools.count(1)
        self._opened: dict[str, Place] = {}  # token of a form → where it was asked for

    async def pin_names(self) -> None:
        """Binds user names in the tests' rules and roles to people, as an upgrade does. Operators with these names
        become known."""
        if self.names_pinned:
            return
        async with self.store.read() as unit:
            known = await unit.operators.of_desk(DESK)
        there = {one.user for one in self.desk.people}
        self.desk.people += [Actor(one.user, one.name, one.title) for one in known if one.user not in there]
        await self.store.transact(lambda unit: unit.cursors.forget(SETTLED))
        await Pins(self.hub, {}).begin()
        await self.store.transact(self._without_first_deadlines)

    async def _without_first_deadlines(self, unit: Unit) -> None:
        """Gives a new account the deadlines that the tests ask for."""
        rules = await unit.accounts.rules(SHOP)
        if rules is not None and rules.deadlines == FIRST_DEADLINES:
            await unit.accounts.set_rules(SHOP, replace(rules, deadlines=self.hub.accounts[SHOP].rules.deadlines))

    # ---------------------------------------------------------------------------------- customers

    async def customer_writes(self, words: str, chat: str = "7", name: str = "Vera", **more: object) -> UpdateOutcome:
        number = next(self._ids)
        content = Content(Text.plain(words))
        event = CustomerWrote(ChatId(chat), ForeignId(f"f{number}"), content, Profile(name=name))
        return await self.channel_delivers(event, f"u{number}")

    async def channel_delivers(self, event: CustomerEvent, key: str | None = None) -> UpdateOutcome:
        update = Update(Key(key or f"u{next(self._ids)}"), event, self.clock.now())
        await self.pin_names()
        return (await self.channel_updates.accept([update]))[0]

    # ---------------------------------------------------------------------------------- operators

    def place(self, dialog: Dialog, post: str | None = None) -> Place:
        return Place(DESK, dialog.channel, dialog.thread, PostId(post) if post else None)

    async def posts(
        self,
        actor: Actor,
        dialog: Dialog,
        words: str,
        attachments: Sequence[Attachment] = (),
        forwarded: Sequence[Forwarded] = (),
        **more: object,
    ) -> tuple[PostId, Answer]:
        number = next(self._ids)
        post = PostId(f"o{number}")
        event = OperatorPosted(
            Key(f"k{number}"),
            actor,
            self.place(dialog, post),
            Content(Text.plain(words), tuple(attachments), forwarded=tuple(forwarded)),
            self.clock.now(),
            **more,  # type: ignore[arg-type]
        )
        return post, await self.desk_events.accept(event)

    async def edits(
        self,
        actor: Actor,
        dialog: Dialog,
        post: PostId,
        words: str,
        attachments: Sequence[Attachment] = (),
        *,
        missed: bool = False,
    ) -> Answer:
        key = Key(f"k{next(self._ids)}")
        content = Content(Text.plain(words), tuple(attachments))
        event = OperatorEdited(key, actor, self.place(dialog, post), content, missed=missed)
        return await self.desk_events.accept(event)

    async def deletes(self, actor: Actor | None, dialog: Dialog, post: PostId) -> Answer:
        return await self.desk_events.accept(
            OperatorDeleted(Key(f"k{next(self._ids)}"), actor, self.place(dialog, post))
        )

    async def reacts(self, actor: Actor, dialog: Dialog, post: PostId, emoji: str, *, on: bool = True) -> Answer:
        key = Key(f"k{next(self._ids)}")
        return await self.desk_events.accept(OperatorReacted(key, actor, self.place(dialog, post), emoji, on))

    async def commands(self, actor: Actor, words: str, dialog: Dialog | None = None) -> Answer:
        place = Place(DESK, "C1") if dialog is None else self.place(dialog)
        return await self._asked(Commanded(Key(f"k{next(self._ids)}"), actor, place, words))

    async def commands_on(self, actor: Actor, words: str, dialog: Dialog, post: str) -> Answer:
        """Uses a message shortcut."""
        return await self._asked(Commanded(Key(f"k{next(self._ids)}"), actor, self.place(dialog, post), words))

    async def presses(self, actor: Actor, button: Button, dialog: Dialog | None = None) -> Answer:
        place = Place(DESK, "C1") if dialog is None else self.place(dialog)
        return await self._asked(Pressed(Key(f"k{next(self._ids)}"), actor, place, button.token))

    async def picks(self, actor: Actor, button: Button, dialog: Dialog, chosen: str | Actor) -> Answer:
        """Chooses a value, or a person, in a button's picker."""
        value, person = (chosen.user, chosen) if isinstance(chosen, Actor) else (chosen, None)
        key = Key(f"k{next(self._ids)}")
        pressed = Pressed(key, actor, self.place(dialog), button.token, picked=value, person=person)
        return await self._asked(pressed)

    async def submits(self, actor: Actor, form: Form, *picked: Actor, **values: str) -> Answer:
        """Submits a form where it was opened. `picked`: users chosen in the team chat's own list."""
        place = self._opened.get(form.token, Place(DESK, "C1"))
        return await self._asked(Submitted(Key(f"k{next(self._ids)}"), actor, place, form.token, values, picked))

    async def _asked(self, event: DeskEvent) -> Answer:
        answer = await self.desk_events.accept(event)
        if isinstance(answer, Ask):
            self._opened[answer.form.token] = replace(event.place, post=None)
        return answer

    # ------------------------------------------------------------------------------------ couriers

    async def deliver(self, rounds: int = 60) -> None:
        """Runs a courier until nothing is due, one turn after another."""
        await self.pin_names()
        for _ in range(rounds):
            if not [await self._turn(courier) for courier in self._couriers()].count(True):
                return
        raise AssertionError("parcels keep coming")

    async def deliver_after(self, seconds: float) -> None:
        self.clock.advance(seconds)
        await self.deliver()

    def _couriers(self) -> list[Courier]:
        if self.desk_carrier._hub is not self.hub:
            self.desk_carrier = DeskCarrier(self.hub, DESK, self.desk)
        self.desk_carrier.rates = self.desk.limits.rates
        carriers: dict[str, Carrier] = {
            desk_destination(DESK): self.desk_carrier,
            account_destination(SHOP): ChannelCarrier(self.hub, SHOP, self.channel),
            first_line_destination(SHOP): FirstLineCarrier(self.hub, SHOP, self.bot),
        }
        if self.hub.crm is not None:
            carriers[CRM] = CrmCarrier(self.hub, self.hub.crm)
        return [self._courier(name, carrier) for name, carrier in carriers.items()]

    def _courier(self, name: str, carrier: Carrier) -> Courier:
        """A courier like the one before it: it remembers what it has seen of its destination."""
        fresh = Roads(name, self.on_pause, self.on_resume, lambda: self.clock.now().timestamp())
        return Courier(
            *(name, carrier, self.store, self.budgets, self.wake, self.clock, "me", self.on_pause, self.on_resume),
            roads=self.roads.setdefault(name, fresh),
        )

    async def _turn(self, courier: Courier) -> bool:
        await courier._heed_pause()
        claims = await courier._turn()
        for claim in claims:
            courier._flying[claim.lane] = claim
            await courier._fly(claim)
        await courier._turn(claiming=False)
        return bool(claims)

    async def _paused(self, name: str, error: Unavailable) -> None:
        if name not in self.paused:
            self.paused.append(name)
        await self.store.transact(lambda unit: unit.outbox.pause(name, error.detail, error.advice, self.clock.now()))

    async def _resumed(self, name: str) -> None:
        self.paused.remove(name)
        await self.store.transact(lambda unit: unit.outbox.resume(name))

    async def crash_while_sending(self, destination: str = "account:shop") -> None:
        """Makes a courier claim and send, and ends its process before it settles."""
        courier = next(one for one in self._couriers() if one.destination == destination)
        for claim in await courier._turn():
            await courier._fly(claim)  # the result is lost with the process
        self.clock.advance(60)

    # ------------------------------------------------------------------------------------- looking

    async def dialog(self, number: int | None) -> Dialog:
        assert number is not None
        async with self.store.read() as unit:
            found = await unit.dialogs.get(DialogId(number))
        assert found is not None
        return found

    async def messages(self, dialog: Dialog) -> Sequence[Message]:
        async with self.store.read() as unit:
            return await unit.messages.latest(dialog.id)

    async def delivery(self, dialog: Dialog) -> list[Delivery]:
        return [one.delivery for one in await self.messages(dialog) if one.delivery is not Delivery.NONE]

    def thread_texts(self, dialog: Dialog) -> list[str]:
        """Texts of the thread's posts, in order."""
        assert dialog.thread is not None
        return [post.content.text.characters for _, post in self.desk.posts[dialog.thread]]

    def customer_sees(self, chat: str = "7") -> list[str]:
        return [one.content.text.characters for one in self.channel.sent[ChatId(chat)]]

    async def parcels_waiting(self) -> int:
        async with self.store.read() as unit:
            return sum((await unit.outbox.waiting()).values())


def whisper_text(answer: Answer) -> str:
    """The text of a whisper."""
    assert isinstance(answer, Whisper), answer
    return "\n".join([answer.view.title, *(row.text.characters for row in answer.view.rows)]).strip()


def is_decided(answer: Answer) -> bool:
    """Tells whether the answer takes the place of the question about a held message, without any buttons."""
    assert isinstance(answer, Whisper), answer
    words = whisper_text(answer).startswith(("✅ Your reply is on its way: “", "🔒 Kept as an internal note: “"))
    return words and answer.replaces and not any(row.buttons for row in answer.view.rows)


def form_of(answer: Answer) -> Form:
    assert isinstance(answer, Ask), answer
    return answer.form


def button(card: Card | View, word: str) -> Button:
    every = (
        (*card.buttons, *card.menu)
        if isinstance(card, Card)
        else tuple(one for row in card.rows for one in row.buttons)
    )
    return next(one for one in every if one.word == word)


UNCONFIRMED = Unconfirmed("reset")
SECOND = timedelta(seconds=1)
