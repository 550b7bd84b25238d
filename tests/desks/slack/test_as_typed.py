"""Every view of every action, with hard data, held against what others say Slack takes: its Python SDK's models and its
TypeScript types. Beside them, Mattermost's limits.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.actions import ACTIONS
from bot.desks.mattermost import dialogs, hooks
from bot.desks.mattermost import render as mattermost_render
from bot.desks.mattermost import views as mattermost_views
from bot.desks.mattermost.hooks import ButtonSurface
from bot.desks.mattermost.render import Buttons
from bot.desks.slack import album, cards, forms, render, views
from bot.desks.slack.cards import CardLook
from bot.desks.slack.view_state import ViewState
from bot.domain import Content, DeskName, Dialog, FileRef
from bot.locale import translator
from bot.views.values import Answer, Ask, Button, Card, Form, Post, Quoted, View, Whisper
from storage import SqlStore
from tests import slack_types
from tests.clock import ManualClock
from tests.core.world import ANNA, DESK, World, member
from tests.desks.mattermost.test_render import NEW, VERSION
from tests.fakes.mattermost import rules as mattermost_rules
from tests.fakes.mattermost.dialogs import check_dialog
from tests.fakes.mattermost.state import State
from tests.fakes.slack import rules, sdk
from tests.reports.test_figures import many
from tests.tools import FolderFiles

BOSS = member("U9", "boss", "Администратор " * 6)
PEOPLE = [member(f"U{100 + number}", f"op{number}", f"{number} Константин Константинопольский") for number in range(15)]
LONG, RIGHT_TO_LEFT = "Vera *Orlova* <!channel> " * 5, "משה כהן"
WORDS = {"search": "order", "open": "#1", "contact": "#1", "rename": "x" * 110, "history": "", "note": "hm"}
LEFT_OUT = {"accept", "close", "block"}
"""Actions after which the others have less to show."""


LOOKS = (CardLook(), CardLook("https://hub.example/p.jpg", "More…", "Details", folds=False))


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def world(store: SqlStore, clock: ManualClock, tmp_path: Path) -> World:
    return World(store, clock, FolderFiles(tmp_path))


@dataclass
class Shown:
    """Everything that the core has shown, drawn for Slack."""

    messages: list[list[dict[str, object]]] = field(default_factory=list)
    homes: list[dict[str, object]] = field(default_factory=list)
    windows: list[dict[str, object]] = field(default_factory=list)

    def message(self, drawn: render.Drawn) -> None:
        rules.check_message(drawn.text, drawn.blocks)
        assert sdk.faults(drawn.blocks) == ""
        self.messages.append(drawn.blocks)

    def card(self, card: Card) -> None:
        for look in LOOKS:
            self.message(cards.card(card, look))
        mattermost_rules.check_props(mattermost_render.card(card, BUTTONS).props)

    def post(self, post: Post) -> None:
        worded = replace(post, content=Content(post.content.text), quoted=post.quoted or Quoted("Which?", "Anna"))
        pictures = album.blocks([album.picture("F123", LONG)] * 10)
        for drawn in render.post(worded, "Anna", pictures):
            self.message(drawn)
        for body in mattermost_render.post(worded, worded.content.text, BUTTONS, "root", named=True):
            mattermost_rules.check_message(body.message)
            mattermost_rules.check_props(body.props)

    def view(self, view: View) -> None:
        for drawn in views.messages(view):
            self.message(drawn)
        plain = replace(view, table=None)
        self.homes.append(views.home(plain, ViewState(home="")))
        self.windows.append(views.window(plain, ViewState(home=""), "Dialog hub", "Close"))
        rules.check_view(self.homes[-1], "home")
        rules.check_view(self.windows[-1])
        assert sdk.faults_of_view(self.homes[-1]) + sdk.faults_of_view(self.windows[-1]) == ""
        for body in mattermost_views.messages(view, BUTTONS, "", ButtonSurface.DIRECT):
            mattermost_rules.check_message(body.message)
            mattermost_rules.check_props(body.props)

    def form(self, form: Form) -> None:
        self.windows.append(forms.window(form, ViewState(), "Cancel"))
        rules.check_view(self.windows[-1])
        assert sdk.faults_of_view(self.windows[-1]) == ""
        check_dialog(State(version=VERSION), dialogs.dialog(form, "state", NEW))

    def answer(self, answer: Answer) -> View | None:
        if isinstance(answer, Ask):
            self.form(answer.form)
        if isinstance(answer, Whisper):
            self.view(answer.view)
            return answer.view
        return None


BUTTONS = Buttons.of(
    DeskName("office"), "https://hub.example.com", translator("ru"), hooks.Proofs(("a secret of the tests",))
)


async def opened(world: World, name: str, chat: str) -> Dialog:
    found = await world.customer_writes(f"An order, please: {'слово ' * 40}", chat, name)
    await world.deliver()
    return await world.dialog(found.dialog)


async def all_of(world: World, shown: Shown) -> None:
    for person in (*PEOPLE, BOSS):
        await world.store.transact(lambda unit, person=person: unit.operators.upsert_operator(DESK, person))  # type: ignore[misc]
    dialog, *_ = [await opened(world, name, f"7{number}") for number, name in enumerate((LONG, RIGHT_TO_LEFT, "Vera"))]
    await world.commands(ANNA, "accept", dialog)
    for person in PEOPLE:
        await world.commands(BOSS, f"add @{person.name}", dialog)
    await world.posts(ANNA, dialog, "Good morning")
    await world.posts(PEOPLE[0], dialog, "// an internal note for @anna")
    await world.commands(BOSS, "assign @op1 @op2 send the invoice tomorrow 10:00", dialog)
    await world.deliver()
    for word in ACTIONS:
        for place in (dialog, None):
            if word not in LEFT_OUT:
                said = f"{word} {WORDS.get(word, '')}".strip()
                view = shown.answer(await world.commands(BOSS, said, place))
                for tab in view.tabs if view is not None and place is None else ():
                    shown.answer(await world.presses(BOSS, tab))
    shown.answer(await world.commands(ANNA, "close", dialog))
    await world.deliver()


async def test_every_block_and_view_is_one_that_slack_takes(world: World, tmp_path: Path) -> None:
    shown = Shown()
    await all_of(world, shown)
    for card in world.desk.cards.values():
        shown.card(replace(card, picture=FileRef("account:shop", "p")))
    for posts in world.desk.posts.values():
        for _, post in posts:
            shown.post(replace(post, buttons=(Button("retry", "Retry", "t" * 150),)))
    for _, view in (*world.desk.whispers, *world.desk.direct_messages):
        shown.view(view)
    shown.view(View((), "Report", table=many(45)))
    assert len(shown.messages) > 100
    assert len(shown.windows) > 40
    drawn = [one for blocks in shown.messages for one in blocks]
    assert {str(one["type"]) for one in drawn} >= {"rich_text", "actions", "section", "context", "image", "table"}
    wrong = [{"type": "image", "alt_text": "a misspelt source", "slack_files": {"id": "F1"}}]
    assert sdk.faults(wrong)
    (fault,) = slack_types.faults([*shown.messages, wrong], shown.homes, shown.windows, tmp_path)
    assert "a misspelt source" in fault, "nothing but what is wrong, which shows that the compiler looks"
