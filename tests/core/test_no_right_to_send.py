"""Operators without the send right can never reach a customer by any way that the core offers.

First, in a dialog, Clara does everything that leaves something behind: answers that arrived, failed and are in doubt,
held messages, open forms. Then her right is taken away, in each possible way, and she tries everything: what she
kept, every action of the table by every way, and whatever those offer her in turn.
tests/scenarios/test_no_right_to_send.py does the same through the desks.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot import actions
from bot.actions import ACTIONS, PRESSED, REACTIONS
from bot.actions.base import ActionOn, DialogAction, DialogCall, Needs, Right
from bot.dialogs import approved_templates
from bot.domain import (
    Actor,
    Belonging,
    Commanded,
    Dialog,
    FileRef,
    Key,
    Media,
    MediaKind,
    MessageId,
    OperatorId,
    Place,
    PostId,
    Pressed,
    Submitted,
)
from bot.domain.access import NO_PERSON
from bot.domain.account_rules import AccountRules, Grant
from bot.hub import parcels
from bot.hub.tokens import Ticket
from bot.ports import Forged, Rejected, RejectReason, Unconfirmed
from bot.views.values import Answer, Ask, Button, Field, FieldKind, Form, Silent, Whisper
from storage import connect
from storage.signals.local import Waker
from tests.clock import ManualClock
from tests.core.world import ANNA, BORIS, CLARA, DESK, SHOP, MemoryChannel, WindowedChannel, World, whisper_text
from tests.tools import FolderFiles, called

ACCOUNT = parcels.account_destination(SHOP)
BIG = Media(MediaKind.FILE, FileRef("hub", "1"), "film.avi", "video/avi", 5000)
DEPTH = 3
"""Steps from one offer to the next: a list's button, the form behind it, the form's result."""

WITHOUT: dict[str, AccountRules] = {
    "named to read": AccountRules(grants=(Grant("clara", send=False), Grant("anna"), Grant("boris"))),
    "all others read": AccountRules(grants=(Grant("anna"), Grant("boris")), everyone_reads=True),
    "named while all others send": AccountRules(grants=(Grant("clara", send=False),), everyone_sends=True),
    "sees nothing": AccountRules(grants=(Grant("anna"), Grant("boris")), everyone_reads=False),
    "nobody but administrators": AccountRules(everyone_sends=False, everyone_reads=True),
}
"""Ways to have no right to send."""

STANDINGS = ("stranger", "responsible", "coexecutor", "nobody")
"""Clara's role in the dialog when her right is taken away; in the last case nobody has accepted it."""


class Channel(WindowedChannel):
    """A channel with every capability, and a limit that a file can exceed."""

    def __init__(self) -> None:
        super().__init__(replace(MemoryChannel().limits, others=frozenset({"template"})))

    def reached(self) -> list[object]:
        """Everything that customers have noticed."""
        return [*itertools.chain(*self.sent.values()), *self.edits, *self.deleted, *self.reacted]


@dataclass
class Scene:
    """A prepared dialog. `kept`: buttons and forms that Clara had before; `posts`: hers, by their status; `stolen`:
    buttons whispered to Boris."""

    world: World
    dialog: Dialog
    kept: list[Button] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    stolen: list[Button] = field(default_factory=list)
    posts: dict[str, PostId] = field(default_factory=dict)
    customers: PostId = PostId("")
    tried: set[str] = field(default_factory=set)
    she: Actor = CLARA
    read: list[str] = field(default_factory=list)

    @property
    def channel(self) -> Channel:
        assert isinstance(self.world.channel, Channel)
        return self.world.channel

    def place(self, post: PostId | None = None) -> Place:
        return self.world.place(self.dialog, post)

    # ------------------------------------------------------------------------------------- preparing

    async def prepare(self, access: str) -> None:
        world, dialog = self.world, self.dialog
        await world.commands(CLARA, "accept", dialog)
        self.posts["arrived"], _ = await world.posts(CLARA, dialog, "Mark as delivered")
        await world.deliver()
        await self._goes_wrong("failed", Rejected(RejectReason.FORBIDDEN, "muted"))
        await self._goes_wrong("too large", Rejected(RejectReason.TOO_LARGE, "413"))
        self.channel.late = [Unconfirmed("reset")]
        self.posts["in doubt"], _ = await world.posts(CLARA, dialog, "In doubt")
        await world.deliver()
        self.posts["large"], _ = await world.posts(CLARA, dialog, "A film", (BIG,))  # held: send it so?
        await world.deliver()
        await world.commands(BORIS, "take_over", dialog)
        await self._becomes_stranger()
        self.posts["held"], _ = await world.posts(CLARA, dialog, "Held")
        await world.deliver()
        await self._collect()
        await self._becomes(access)
        await world.deliver()

    async def _goes_wrong(self, what: str, error: Rejected) -> None:
        self.channel.fail = [error]
        self.posts[what], _ = await self.world.posts(CLARA, self.dialog, what)
        await self.world.deliver()

    async def _becomes_stranger(self) -> None:
        await self.world.commands(CLARA, "redirect @boris", self.dialog)
        await self.world.commands(BORIS, "accept", self.dialog)

    async def _becomes(self, access: str) -> None:
        commands = {
            "stranger": (),
            "responsible": ((BORIS, "redirect @clara"), (CLARA, "accept")),
            "coexecutor": ((BORIS, "add @clara"),),
            "nobody": ((BORIS, "redirect @anna"),),
        }
        for who, words in commands[access]:
            await self.world.commands(who, words, self.dialog)

    async def _collect(self) -> None:
        """Collects everything on her screen, and all that it opens."""
        card = self.world.desk.cards[self.dialog.thread]  # type: ignore[index]
        self.kept += [*card.buttons, *card.menu]
        self.kept += [button for _, post in self.world.desk.posts[self.dialog.thread] for button in post.buttons]  # type: ignore[index]
        for user, view in self.world.desk.whispers:
            every = [button for row in view.rows for button in row.buttons if button.token]  # not links
            (self.kept if user == CLARA.user else self.stolen).extend(every)
        for button in list(self.kept):
            if PRESSED[button.word].fields.__qualname__ != ActionOn.fields.__qualname__:
                answer = await self.world.presses(CLARA, button, self.dialog)
                if isinstance(answer, Ask):
                    self.forms.append(answer.form)

    # --------------------------------------------------------------------------------------- trying

    async def everything(self) -> None:
        await self.what_was_kept()
        await self.what_is_written()
        await self.every_action()

    async def what_was_kept(self) -> None:
        for button in self.kept:
            await self.press(button.token)
        for form in self.forms:
            await self.submit(form)
        for button in self.stolen:
            with nullcontext() if self.she.belongs in NO_PERSON else pytest.raises(Forged):
                self.read.append(str(await self.world.presses(self.she, button, self.dialog)))

    async def what_is_written(self) -> None:
        """Writes posts, with and without files, edits, deletions and reactions."""
        world, dialog = self.world, self.dialog
        for post in self.posts.values():
            await world.edits(self.she, dialog, post, "Edited")
        for emoji in {"👍", "❤️", *REACTIONS}:
            for on in (True, False):
                await world.reacts(self.she, dialog, self.customers, emoji, on=on)
        for post in self.posts.values():
            await world.deletes(self.she, dialog, post)
        photo = Media(MediaKind.PHOTO, FileRef("hub", "2"), "cat.png", "image/png", 500)
        for words, files in (("Hello", ()), ("A cat", (photo,)), ("", (photo,)), ("A film", (BIG,))):
            await world.posts(self.she, dialog, words, files)
        await world.deliver()
        for user, view in world.desk.whispers:
            if user == self.she.user:
                for button in [button for row in view.rows for button in row.buttons if button.token]:
                    await self.press(button.token)

    async def every_action(self) -> None:
        for word in PRESSED:
            for token in self._tokens(word):
                await self.press(token)
        for word in ACTIONS:
            for words in (word, *(f"{word} {more}" for more in WORDS)):
                await self.says(words)

    def _tokens(self, word: str) -> Iterator[str]:
        """Tokens as the hub would seal them for her, for everyone, and about each message."""
        about = (None, *self.messages) if PRESSED[word].needs is Needs.MESSAGE else (None,)
        for message, only, form in itertools.product(about, (None, self.operator), (False, True)):
            yield self.world.hub.seal.seal(Ticket(word, self.dialog.id, message, only, form), DESK)

    operator: OperatorId = OperatorId(0)
    messages: tuple[MessageId, ...] = ()

    async def press(self, token: str, depth: int = DEPTH) -> None:
        if not self.world.hub.seal.open(token, DESK).form:
            await self._follow(await self._told(Pressed(self._key(), self.she, self.place(), token)), depth)
        else:
            await self._told(Submitted(self._key(), self.she, self.place(), token, dict(VALUES)))

    async def says(self, words: str) -> None:
        """Uses an action as a command here and elsewhere, as a shortcut on a message, as a word to @hub."""
        number = self.dialog.id
        word, _, rest = words.partition(" ")
        elsewhere = Commanded(self._key(), self.she, Place(DESK, "C1"), f"{word} #{number} {rest}")
        here = Commanded(self._key(), self.she, self.place(), words)
        shortcut = Commanded(self._key(), self.she, self.place(self.customers), words)
        for event in (elsewhere, here, shortcut):
            await self._follow(await self._told(event), DEPTH)
        _, answer = await self.world.posts(self.she, self.dialog, f"@hub {words}")
        await self._follow(answer, DEPTH)

    async def submit(self, form: Form, depth: int = DEPTH) -> None:
        for values in _fillings(form):
            event = Submitted(self._key(), self.she, self.place(), form.token, values)
            await self._follow(await self._told(event), depth)

    async def _follow(self, answer: Answer, depth: int) -> None:
        """Presses every offered button and fills in every offered form, once each."""
        if depth == 0:
            return
        if isinstance(answer, Ask) and self._fresh(answer.form.token):
            await self.submit(answer.form, depth - 1)
        if isinstance(answer, Whisper):
            view = answer.view
            offered = [*view.tabs, *view.buttons, *(one for menu in view.menus for one in menu.options)]
            for button in (*offered, *(one for row in view.rows for one in row.buttons)):
                if self._fresh(button.token):
                    await self.press(button.token, depth - 1)

    def _fresh(self, token: str) -> bool:
        """Leaves out all but one of the many tasks made on the way: they are alike."""
        ticket = self.world.hub.seal.open(token, DESK)
        alike = str(replace(ticket, extra={**ticket.extra, "task": ""}))
        new = alike not in self.tried
        self.tried.add(alike)
        return new

    async def _told(self, event: Pressed | Submitted | Commanded) -> Answer:
        with suppress(Forged):
            answer = await self.world.desk_events.accept(event)
            self.read.append(str(answer))
            return answer
        return Silent()

    def _key(self) -> Key:
        return Key(f"try{next(_numbers)}")

    # -------------------------------------------------------------------------------------- looking

    async def waiting(self) -> int:
        """Parcels for customers."""
        async with self.world.store.read() as unit:
            return (await unit.outbox.waiting()).get(ACCOUNT, 0)


_numbers = itertools.count(1)

WORDS = ("@boris Purchased", "hello | Vera | 5")
"""Texts after an action's word."""

VALUES = {
    "who": "operator:1",
    "reason": "Purchased",
    "comment": "so",
    "text": "for the customer",
    "title": "Title",
    "template": "hello en",
    "values": "Vera\n5",
    "message": "1",
    "messages": "1",
    "name": "Vera",
    "due": "tomorrow",
}
"""Values for a form's fields, whatever those are."""


def _fillings(form: Form) -> Iterator[dict[str, str]]:
    """Values for a form: each option of its first choice, and something in every other field."""
    values = {one.name: _filling(one) for one in form.fields}
    yield values
    choice = next((one for one in form.fields if one.options), None)
    for option in choice.options if choice is not None else ():
        yield values | {choice.name: option.value}  # type: ignore[union-attr]


def _filling(asked: Field) -> str:
    if asked.kind is FieldKind.MANY:
        return ",".join(option.value for option in asked.options)
    if asked.options:
        return asked.options[-1].value
    return asked.value or VALUES.get(asked.name, "hello")


Making = Callable[[str], Awaitable[Scene]]


@pytest.fixture
async def scene(sqlite_url: str, clock: ManualClock, tmp_path: Path) -> AsyncIterator[Making]:
    """A prepared dialog, on one database alone: rights do not depend on it."""
    store = await connect(sqlite_url, wake=Waker(), clock=clock)

    async def made(access: str) -> Scene:
        world = World(store, clock, FolderFiles(tmp_path), channel=Channel())
        await store.transact(lambda unit: unit.operators.add_roles({"sales": ("boris",)}))  # type: ignore[dict-item]
        await world.store.transact(lambda unit: unit.accounts.set_rules(SHOP, AccountRules()))
        await approved_templates.renew(store, SHOP, world.channel)  # type: ignore[arg-type]
        for actor in (ANNA, BORIS, CLARA):
            await world.commands(actor, "help")
        accepted = await world.customer_writes("Hello")
        await world.deliver()
        made = Scene(world, await world.dialog(accepted.dialog))
        made.customers = world.desk.posts[made.dialog.thread][0][0]  # type: ignore[index]
        await made.prepare(access)
        made.dialog = await world.dialog(made.dialog.id)
        made.messages = tuple(one.id for one in await world.messages(made.dialog) if one.line is None)
        async with store.read() as unit:
            clara = await called(unit, DESK, "clara")
        assert clara is not None
        made.operator = clara.id
        return made

    yield made
    await store.close()


async def without_right(scene: Scene, rules: AccountRules) -> None:
    await scene.world.store.transact(lambda unit: unit.accounts.set_rules(SHOP, rules))


CASES = [(rules, "responsible") for rules in WITHOUT] + [("named to read", access) for access in STANDINGS]


@pytest.mark.parametrize(("rules", "access"), sorted(set(CASES)))
async def test_without_the_right_nobody_reaches_a_customer(scene: Making, rules: str, access: str) -> None:
    at = await scene(access)
    await without_right(at, WITHOUT[rules])
    before = at.channel.reached()
    await at.everything()
    assert await at.waiting() == 0
    assert at.channel.reached() == before


OTHERS_ONLY = AccountRules(grants=(Grant("anna"), Grant("boris"), Grant("role:sales")), everyone_reads=False)
CALLED: dict[str, tuple[AccountRules, dict[str, str]]] = {
    "renamed": (WITHOUT["named while all others send"], {"name": "clara.k", "title": "Somebody new"}),
    "nameless now": (WITHOUT["named while all others send"], {"name": "", "title": ""}),
    "as a colleague": (OTHERS_ONLY, {"name": "boris", "title": "Boris"}),
    "shown as a colleague": (OTHERS_ONLY, {"title": "Boris"}),
    "as a role": (OTHERS_ONLY, {"name": "sales", "title": "sales"}),
    "as a grant names a role": (OTHERS_ONLY, {"name": "role:sales"}),
    "as a grant names a colleague": (OTHERS_ONLY, {"name": "operator:1"}),
    "as an administrator": (OTHERS_ONLY, {"name": "boss", "title": "The Boss"}),
    "as a desk's id": (OTHERS_ONLY, {"name": "U1"}),
}
"""Her user name once the rules' names are bound to people."""


@pytest.mark.parametrize("called_so", list(CALLED))
async def test_nobody_gets_a_right_by_what_they_call_themselves(scene: Making, called_so: str) -> None:
    rules, names = CALLED[called_so]
    at = await scene("responsible")
    await without_right(at, rules)
    await at.world.pin_names()
    at.world.names_pinned = True
    at.she = replace(at.she, **names)  # type: ignore[arg-type]
    before = at.channel.reached()
    await at.everything()
    assert await at.waiting() == 0
    assert at.channel.reached() == before


# ------------------------------------------------------------------- the same tries with the right


OUTSIDE = (
    Belonging.OUTSIDER,
    Belonging.GUEST,
    Belonging.FOREIGN,
    Belonging.BOT,
    Belonging.GONE,
    Belonging.UNKNOWN,
)
CUSTOMERS = ("Vera", "Hello", "Mark as delivered", "Held")
"""Words that only users of the hub may read."""


async def becomes(scene: Scene, belonging: Belonging) -> None:
    """Makes her no member any more; where the hub knows nobody, another person with her name acts instead."""
    user = "U77" if belonging is Belonging.UNKNOWN else CLARA.user
    scene.she = replace(CLARA, user=user, belongs=belonging)
    scene.world.desk.whispers.clear()
    scene.world.desk.direct_messages.clear()
    scene.kept = [one for one in scene.kept if belonging is not Belonging.UNKNOWN or not _only(scene, one.token)]
    scene.forms = [one for one in scene.forms if belonging is not Belonging.UNKNOWN or not _only(scene, one.token)]


def _only(scene: Scene, token: str) -> bool:
    return scene.world.hub.seal.open(token, DESK).only is not None


@pytest.mark.parametrize("access", ["responsible", "nobody"])
@pytest.mark.parametrize("belonging", OUTSIDE)
async def test_who_is_none_of_the_audience_reaches_and_reads_nobody(
    scene: Making, belonging: Belonging, access: str
) -> None:
    """Everyone who can use the hub may answer; guests, people of other teams, colleagues outside the desk's channels,
    bots and deactivated users may not use it."""
    at = await scene(access)
    await becomes(at, belonging)
    before = at.channel.reached()
    await at.everything()
    assert await at.waiting() == 0
    await at.world.deliver()
    assert at.channel.reached() == before
    messages = [
        str(view) for user, view in (*at.world.desk.whispers, *at.world.desk.direct_messages) if user == at.she.user
    ]
    assert [words for words in (*at.read, *messages) if any(one in words for one in CUSTOMERS)] == []


@pytest.mark.parametrize("belonging", [Belonging.OUTSIDER, Belonging.GUEST, Belonging.FOREIGN])
async def test_a_grant_of_an_account_lets_them_in(scene: Making, belonging: Belonging) -> None:
    at = await scene("responsible")
    await becomes(at, belonging)
    await without_right(at, AccountRules(grants=(Grant("clara"),)))
    before = len(at.channel.reached())
    await at.world.posts(at.she, at.dialog, "Good day")
    await at.world.deliver()
    assert len(at.channel.reached()) > before
    assert "Vera" in whisper_text(await at.world.commands(at.she, "all"))


Way = Callable[[Scene], Awaitable[None]]


async def posts(at: Scene) -> None:
    await at.world.posts(CLARA, at.dialog, "Hello")


async def edits(at: Scene) -> None:
    await at.world.edits(CLARA, at.dialog, at.posts["arrived"], "Edited")


async def deletes(at: Scene) -> None:
    await at.world.deletes(CLARA, at.dialog, at.posts["arrived"])


async def reacts(at: Scene) -> None:
    await at.world.reacts(CLARA, at.dialog, at.customers, "👍")


def pressing(word: str) -> Way:
    async def pressed(at: Scene) -> None:
        for token in at._tokens(word):
            await at.press(token)

    return pressed


REACHING: dict[str, Way] = {
    "posts": posts,
    "edits": edits,
    "deletes": deletes,
    "reacts": reacts,
    "keeps": Scene.what_was_kept,
} | {word: pressing(word) for word in ("take_over", "join", "send_so", "retry", "as_links", "template")}
"""Ways that do reach the customer with the right, which shows that the attempts above are real."""


@pytest.mark.parametrize("way", REACHING.values(), ids=list(REACHING))
async def test_the_same_tries_reach_the_customer_with_the_right(scene: Making, way: Way) -> None:
    at = await scene("coexecutor" if way in (posts, edits, REACHING["template"], REACHING["send_so"]) else "stranger")
    before = len(at.channel.reached())
    await way(at)
    await at.world.deliver()
    assert len(at.channel.reached()) > before


class Forgetful(DialogAction):
    """An action as someone may write it tomorrow: it sends, and checks no right."""

    word = "forgetful"
    label = "Forgetful"
    about = ""
    right = Right.READ

    async def run(self, call: DialogCall) -> Answer:
        last = (await call.unit.messages.latest(call.dialog.id))[-1]
        await parcels.edit(call.unit, call.dialog, last.id, call.now)
        return Silent()


async def test_an_action_that_forgets_the_right_is_found(scene: Making, monkeypatch: pytest.MonkeyPatch) -> None:
    at = await scene("stranger")
    monkeypatch.setitem(actions.PRESSED, "forgetful", Forgetful())
    await without_right(at, WITHOUT["named to read"])
    await at.every_action()
    assert await at.waiting() > 0


def test_every_action_that_sends_asks_for_the_right() -> None:
    """An action that sends words to a customer is refused early, before it asks for anything."""
    assert {word for word in REACHING if word in PRESSED} <= {
        word for word, action in PRESSED.items() if action.right is Right.SEND
    }
