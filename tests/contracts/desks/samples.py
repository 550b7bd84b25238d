"""Example cards, posts, views and forms for the desks' contract."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from bot.domain import Content, DialogId, Key, PostRef, ThreadRef
from bot.domain.text import Text, bold, line, link
from bot.views.values import (
    Button,
    Card,
    Fact,
    Field,
    FieldKind,
    Form,
    Menu,
    Option,
    Post,
    PostAuthor,
    PostKind,
    Row,
    Tone,
    View,
)
from tests.contracts.desks import DeskRig, SeenPost, eventually

ACCEPT = Button("accept", "Accept", "token-accept", Tone.PRIMARY)

CLOSE = Button("close", "Close", "token-close", Tone.DANGER)

RENAME = Button("rename", "Rename", "token-rename")

STAR = Button("important", "Important ones", "token-important")

F = TypeVar("F", bound=Callable[..., object])


def needs(*words: str) -> Callable[[F], F]:
    """Skips the test for desks whose `lacks` contains one of these words."""

    def mark(test: F) -> F:
        test.__dict__["needs"] = words
        return test

    return mark


def card(number: int = 7, **changes: object) -> Card:
    given: dict[str, object] = {
        "heading": f"#{number} · Maria",
        "summary": f"New dialog #{number} from Maria",
        "facts": (Fact("Account", Text.plain("Shop bot")), Fact("Owner", line(bold("nobody")))),
        "status": "New",
        "tone": Tone.PRIMARY,
        "buttons": (ACCEPT, CLOSE),
        "menu": (RENAME, STAR),
    }
    return Card(dialog=DialogId(number), **{**given, **changes})  # type: ignore[arg-type]


def customer(text: Text | str, key: str = "k1", **changes: object) -> Post:
    words = Text.plain(text) if isinstance(text, str) else text
    return Post(PostKind.CUSTOMER, Content(words), (Key(key),), author=PostAuthor("Maria"), **changes)  # type: ignore[arg-type]


async def open_thread(rig: DeskRig, number: int = 7) -> ThreadRef:
    thread = await rig.desk.open("", card(number), Key(f"card-{number}"))
    rig.core.open_threads.append(thread)
    return thread


async def root_of(rig: DeskRig, thread: ThreadRef) -> PostRef:
    """The thread's card."""
    post = (await rig.thread(thread))[0].post
    assert post is not None
    return PostRef(thread.desk, thread.channel, post)


VIEW = View(
    (
        Row(line("Dialog ", bold("#7"), " ", link("open", "https://example.com/7"))),
        Row(Text.plain("Not yours <!channel> *x*"), (Button("take", "Take over", "token-take"),), strong=True),
    ),
    title="Held",
    keys=(Key("v"),),
)


def page(number: int = 1, chosen: str = "token-shop", **changes: object) -> View:
    """A list as an operator works with it."""
    accounts = (Button("new", "All accounts", "token-all"), Button("new", "Shop bot", "token-shop"))
    given: dict[str, object] = {
        "rows": (
            Row(Text.plain(f"#7 Maria, page {number}"), (Button("open", "Open 7", f"token-7-{number}"),), strong=True),
            Row(Text.plain("#8 <!here> *Ivan* _x_"), (Button("open", "Open 8", f"token-8-{number}"),)),
            Row(Text.plain("#9 Vera")),
        ),
        "title": f"New · {number}",
        "tabs": (Button("new", "New (3)", "token-new", Tone.PRIMARY), Button("mine", "Mine (1)", "token-mine")),
        "menus": (Menu("Account", accounts, chosen),),
        "buttons": (Button("new", "Next page", f"token-next-{number}"),),
    }
    return View(**{**given, **changes})  # type: ignore[arg-type]


CONTROLS = {
    "New (3)": "token-new",
    "Mine (1)": "token-mine",
    "All accounts": "token-all",
    "Open 7": "token-7-1",
    "Open 8": "token-8-1",
    "Next page": "token-next-1",
}


async def whispered_once(rig: DeskRig, words: str) -> SeenPost:
    found: list[SeenPost] = []

    async def there() -> bool:
        found[:] = [seen for seen in await rig.whispers_to("anna") if words in seen.words]
        return bool(found)

    await eventually(there)
    assert len(found) == 1
    return found[0]


FORM = Form(
    "Close the dialog",
    "token-form " + "x" * 300,
    (
        Field("reason", "Reason", FieldKind.CHOICE, True, (Option("Spam", "Spam"), Option("Purchased", "Purchased ✓"))),
        Field("comment", "Comment", FieldKind.AREA, hint="for colleagues", value="so far"),
        Field("title", "Title", limit=50),
    ),
    "Close it",
)


async def on_screen(rig: DeskRig, who: str) -> str:
    async def there() -> bool:
        return await rig.form(who) is not None

    await eventually(there)
    form = await rig.form(who)
    assert form is not None
    return form.title
